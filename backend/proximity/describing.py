"""What a run asked and how it was measured, in Chinese sentences for workbooks and printed reports."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from backend.district_time import DISTRICT_TIME
from backend.grades import GRADES
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area
from backend.jurisdictions.queries import sectors_in_order, visible_areas
from backend.jurisdictions.scope import ScopeKind
from backend.proximity.asked import Asked, Start
from backend.proximity.models import ProximityRun
from backend.proximity.rules import DISCLAIMER, STARTS
from backend.proximity.run_schemas import SummaryOut
from backend.proximity.runs import words_of
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS
from geodata.verdict import WIDEST_UNSTATED_HALF_WIDTH_M

GRADE_WORDS = {grade.code: grade.zh for grade in GRADES}
LAYER_WORDS = {"receptors": "防护目标", "corridors": "交通干线"}
OF_WHOM: Mapping[Start, str] = {"outline": "企业", "zone": "风险分区", "installation": "所属企业"}
Lines = list[tuple[str, str]]


def time_of(moment: datetime) -> str:
    """A moment in the district's time, to the second.

    >>> time_of(datetime.fromisoformat("2026-11-26T16:30:00+00:00"))
    '2026-11-27 00:30:00'
    """
    return f"{moment.astimezone(DISTRICT_TIME):%Y-%m-%d %H:%M:%S}"


def origin_of(session: Session, actor: Actor, run: ProximityRun) -> Lines:
    """Who made a run, for whose rows, of which moment."""
    return [
        ("分析编号", f"第 {run.number} 号"),
        ("名称", run.name),
        ("分析人", run.maker_name),
        ("可见范围", scope_words(session, actor, run)),
        ("数据时刻", f"{time_of(moment_of(run))}（北京时间）登记的资料；此后的修改不在其中"),
        ("完成时间", "" if run.ended_at is None else time_of(run.ended_at)),
        ("坐标系", "CGCS2000 经纬度（EPSG:4490）"),
    ]


def moment_of(run: ProximityRun) -> datetime:
    """The recorded time that a finished run is of."""
    if run.moment is None:
        raise ValueError(f"run {run.number} is not done")
    return run.moment


def scope_words(session: Session, actor: Actor, run: ProximityRun) -> str:
    """Whose rows were measured, in words."""
    codes = run.scope_codes
    match ScopeKind(run.scope_kind):
        case ScopeKind.EVERYTHING:
            return "全区"
        case ScopeKind.TOWNSHIPS:
            return "、".join(names_of(codes, townships(session, actor))) or "无"
        case ScopeKind.SECTORS:
            return "、".join(names_of(codes, sectors(session))) or "无"
        case ScopeKind.GROUPS:
            return f"指定的 {len(codes)} 个园区、村或网格"
        case ScopeKind.ENTERPRISES:
            return f"指定的 {len(codes)} 家企业"
        case _:
            return "无"


def parameters(session: Session, actor: Actor, run: ProximityRun) -> Lines:
    """What was asked, line by line; what was not restricted is said too."""
    asked = Asked.model_validate(run.asked)
    grades = "、".join(GRADE_WORDS[code] for code in sorted(set(asked.grade)))
    receptors = words_of("全部", asked.receptor_kinds, RECEPTOR_KINDS)
    corridors = words_of("全部", asked.corridor_classes, CORRIDOR_CLASSES)
    one = [("只选", "一个单位")] if asked.site is not None else []
    one += [("只选", "一个目标")] if asked.target is not None else []
    return [
        ("距离起算边", STARTS[asked.start][0]),
        ("风险等级", f"{grades}（固有风险，{OF_WHOM[asked.start]}的等级）"),
        ("行业", "、".join(names_of(asked.sector, sectors(session))) or "不限"),
        ("街道（乡镇）", "、".join(names_of(asked.township, townships(session, actor))) or "不限"),
        ("重大危险源", "只看有重大危险源的企业" if asked.major_hazard else "不限"),
        ("防护目标", "、".join(receptors) or "不查"),
        ("交通干线", "、".join(corridors) or "不查"),
        ("距离", "、".join(f"{distance:g}" for distance in asked.distances) + " 米"),
        *one,
    ]


def townships(session: Session, actor: Actor) -> Mapping[str, str]:
    """Names of areas by their code."""
    rows = session.execute(visible_areas(actor).with_only_columns(Area.code, Area.name))
    return {row.code: row.name for row in rows}


def sectors(session: Session) -> Mapping[str, str]:
    """Names of sectors by their code."""
    return {sector.code: sector.name_zh for sector in session.scalars(sectors_in_order())}


def names_of(codes: Iterable[str], names: Mapping[str, str]) -> Sequence[str]:
    """Names of codes; a code without one stands for itself."""
    return [names.get(code, code) for code in codes]


def methods(run: ProximityRun) -> list[str]:
    """How it was measured, what was left out and why, and what follows from it."""
    counts = SummaryOut.model_validate(run.summary)
    return [
        (
            "距离是实地水平距离（米），从边到边：从起算边上最近的一点，量到防护目标边界（或点位）上最近的一点；"
            "相接或重叠为 0。没有厂界的单位从点位量起；规则核对中没有登记规则所指边界的，从厂界（或点位）量起。"
            "「起算边」一栏写明。"
        ),
        (
            "交通干线量到用地外缘：中心线减去半宽。没有登记半宽的量到中心线，实际外缘可能更近，"
            f"限值以外 {WIDEST_UNSTATED_HALF_WIDTH_M:g} 米以内的判为「临界」。"
        ),
        (
            "量测在单位所在的 3 度带高斯—克吕格投影平面上进行，并按连线的长度比改化到椭球面；"
            "1 公里内误差不大于 2 毫米。恰在限值附近的再按大地线计算，以大地线为准。"
        ),
        (
            "判定：与限值之差大于两端精度之和的为「是」或「否」，否则为「临界」，应到现场核实。"
            "没有给出精度的一端按 0 米计，「说明」一栏写明。临界的另行计数；各距离的对数按实测距离统计，不因临界增减。"
        ),
        (
            f"本次符合条件的单位共 {counts.sites + counts.unplaced} 个，量测了 {counts.sites} 个；"
            f"{counts.unplaced} 个未上图（没有坐标），没有参加量测，不等于附近没有目标。"
        ),
        "单位与其自身的场所（如学校既是单位又是防护目标）标为「本单位」，不计入各距离的对数，也不作规则核对。",
        (
            f"规则提示按登记的行业、名称和重大危险源选出适用规则，只提示需要核查的情形：{DISCLAIMER[0]}。"
            "条款没有给出数值的，以安全评价报告的外部安全防护距离为准。"
        ),
        f"结果校验值（SHA-256）：{run.digest}。按同一时刻重复分析，校验值应相同。",
    ]
