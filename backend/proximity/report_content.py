"""What a printed report says, whatever it is set with: headings, lines, tables and the map."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.grades import GRADES, UNGRADED
from backend.jurisdictions.actors import Actor
from backend.proximity.asked import Asked
from backend.proximity.describing import LAYER_WORDS, Lines, methods, origin_of, parameters, time_of
from backend.proximity.exporting import area_words, outcome_words
from backend.proximity.models import ProximityPair, ProximityRun
from backend.proximity.rules import DISCLAIMER
from backend.proximity.run_map import RunMap, boundaries, map_of
from backend.proximity.run_schemas import SummaryOut
from backend.proximity.runs import name_of_maker, visible_pairs

MOST_ROWS = 200
"""Rows of a printed table (of pairs, one for each layer); the workbook has all."""
GRADE_WORDS = {grade.code: grade.zh for grade in (*GRADES, UNGRADED)}
APPROVAL = ("编制", "审核", "批准", "日期")
Cells = Sequence[str]


@dataclass(frozen=True)
class PrintedTable:
    """A table: headings, rows, how wide each column is against the others, and a line under it."""

    headings: Cells
    rows: Sequence[Cells]
    widths: Sequence[float]
    note: str = ""


@dataclass(frozen=True)
class Report:
    """A report, ready to be set."""

    title: str
    subtitle: str
    maker: str
    disclaimer: str
    footer: str
    origin: Lines
    parameters: Lines
    summary: PrintedTable
    maps: Sequence[str]
    map_notes: Sequence[str]
    pairs: Sequence[tuple[str, PrintedTable]]
    findings: PrintedTable
    rules: Sequence[str]
    methods: Sequence[str]
    approval: Cells


def report_of(session: Session, actor: Actor, run: ProximityRun, district: str) -> tuple[Report, RunMap]:
    """The report of a finished run and its map.

    Parameters
    ----------
    district : its code.
    """
    counts, asked = SummaryOut.model_validate(run.summary), Asked.model_validate(run.asked)
    pairs = {layer.layer: nearest(session, actor, run, "pair", layer.layer) for layer in counts.layers}
    found, findings = nearest(session, actor, run, "finding")
    drawn = map_of(session, actor, run, district, [each for some, _ in pairs.values() for each in some])
    named = boundaries(session, actor, run, district)
    names = [*named.loc[named["level"] != "township", "name"], district]
    printed_by = f"{name_of_maker(session, actor)}，{time_of(datetime.now(UTC))}"
    report = Report(
        title=f"{names[0]}安全风险邻近分析报告",
        subtitle=run.name,
        maker=run.maker_name,
        disclaimer=DISCLAIMER[0],
        footer=f"第 {run.number} 号邻近分析 · {DISCLAIMER[0]}",
        origin=[*origin_of(session, actor, run), ("打印", printed_by)],
        parameters=parameters(session, actor, run),
        summary=summary_table(counts),
        maps=list(drawn.sheets),
        map_notes=drawn.notes,
        pairs=[
            (LAYER_WORDS[layer], pair_table(asked, some, total)) for layer, (some, total) in pairs.items()
        ],
        findings=finding_table(run, found, findings),
        rules=rule_lines(run, found),
        methods=methods(run),
        approval=APPROVAL,
    )
    return report, drawn


def nearest(
    session: Session, actor: Actor, run: ProximityRun, kind: str, layer: str | None = None
) -> tuple[list[Mapping[str, Any]], int]:
    """The first documents of a run, as many as a table prints, and how many there are."""
    rows = visible_pairs(actor, run.id, kind)
    if layer is not None:
        rows = rows.where(ProximityPair.layer == layer)
    total = session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    some = session.scalars(rows.with_only_columns(ProximityPair.document).limit(MOST_ROWS))
    return list(some), total


def summary_table(counts: SummaryOut) -> PrintedTable:
    """The counts by layer and distance."""
    rows = [
        [
            LAYER_WORDS[layer.layer],
            f"≤ {each.distance_m:g}",
            str(each.pairs),
            str(each.sites),
            str(each.receptors),
            str(each.borderline),
        ]
        for layer in counts.layers
        for each in layer.by_distance
    ]
    asked_for = "；".join(f"{LAYER_WORDS[layer.layer]} {layer.targets} 个" for layer in counts.layers)
    return PrintedTable(
        ["图层", "距离（米）", "对数", "涉及单位", "涉及目标", "其中不能断定（临界）"],
        rows,
        [3, 2, 2, 2, 2, 3],
        f"量测了 {counts.sites} 个单位，另有 {counts.unplaced} 个未上图、没有量测。"
        f"参加比较的目标：{asked_for or '无'}。"
        "本单位不计。临界的对不论实测在限值内外都计入最后一栏，不从对数中增减。",
    )


def pair_table(asked: Asked, some: Iterable[Mapping[str, Any]], total: int) -> PrintedTable:
    """The nearest pairs."""
    limits = [f"≤ {distance:g}" for distance in asked.distances]
    rows = [
        [
            str(rank),
            named_site(each),
            GRADE_WORDS[each["site"]["grade"]],
            each["site"]["edge"]["zh"].partition("（")[0].removesuffix("边界"),
            named_target(each),
            each["target"]["kind"]["zh"],
            f"{each['distance_m']:.1f}",
            *(verdict["zh"] for verdict in each["verdicts"]),
            outcome_words(each),
        ]
        for rank, each in enumerate(some, 1)
    ]
    return PrintedTable(
        ["序号", "单位", "等级", "起算边", "目标", "类别", "距离（米）", *limits, "提示"],
        rows,
        [1.1, 6, 1.4, 2, 5.2, 2, 1.9, *(1.5 for _ in limits), 1.9],
        left_off(len(rows), total, "对"),
    )


def named_site(document: Mapping[str, Any]) -> str:
    """A site by its name, with its enterprise where it is only a part of one."""
    site = document["site"]
    is_whole = site["enterprise"] == site["name"]
    return str(site["name"]) if is_whole else f"{site['enterprise']} · {site['name']}"


def named_target(document: Mapping[str, Any]) -> str:
    """A target by its name."""
    return str(document["target"]["name"])


def finding_table(run: ProximityRun, found: Iterable[Mapping[str, Any]], total: int) -> PrintedTable:
    """What the rules say, with the clause."""
    rules = {rule["id"]: rule for rule in run.rules or []}
    rows = [
        [
            str(rank),
            named_site(each),
            named_target(each),
            f"{each['distance_m']:.1f}",
            "由评价报告确定" if each["limit_m"] is None else f"{each['limit_m']:g}",
            "—" if each["verdict"] is None else each["verdict"]["zh"],
            each["outcome"]["zh"],
            "；".join(filter(None, (clause(rules[each["rule"]]), each["because"]["zh"], area_words(each)))),
        ]
        for rank, each in enumerate(found, 1)
    ]
    return PrintedTable(
        ["序号", "单位", "目标", "距离（米）", "限值（米）", "在限值内", "提示", "依据和适用理由"],
        rows,
        [1.1, 5, 4, 1.9, 2, 1.7, 2.3, 7],
        left_off(len(rows), total, "条"),
    )


def clause(rule: Mapping[str, Any]) -> str:
    """Where a rule stands."""
    return f"{rule['standard']}{rule['clause']}"


def left_off(shown: int, total: int, unit: str) -> str:
    """What a printed table does not hold."""
    if shown < total:
        return f"共 {total} {unit}，此处列出最近的 {shown} {unit}；其余见同一分析的 Excel 文件。"
    return f"共 {total} {unit}，全部列出。"


def rule_lines(run: ProximityRun, found: Iterable[Mapping[str, Any]]) -> list[str]:
    """The rules that something was found under, with what is to be known of them."""
    used = {each["rule"] for each in found}
    return [
        f"{rule['zh']}（{rule['standard']}，{rule['clause']}）：{rule['note']['zh']}"
        + ("" if rule["verified"] else "（条文未与正式文本核对。）")
        for rule in run.rules or []
        if rule["id"] in used
    ]
