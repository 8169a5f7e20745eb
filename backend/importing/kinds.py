"""What can be imported: for each kind of row its table, its fields and the shape of its place."""

from dataclasses import replace

from backend.enterprises.models import OPERATING_STATUSES, Enterprise
from backend.enterprises.vocabulary import DEMONSTRATION_STATUSES, SCALES
from backend.importing.errors import CannotImport
from backend.importing.fields import GRADE_WORDS, YES_OR_NO, Field, FieldType, Kind, vocabulary
from backend.importing.risk_kinds import (
    CONTACT_FIELDS,
    CONTROL_MEASURES,
    HAZARD_INSTALLATIONS,
    PROTECTIVE_AREAS,
    RESPONSIBLE_PEOPLE,
    RISK_EVENTS,
    RISK_LIST,
    RISK_POINTS,
)
from backend.jurisdictions.models import AREA_LEVELS, GROUP_KINDS, Area, UnitGroup
from backend.risk.models import RosterEntry
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS, Corridor, Receptor
from backend.zones.models import Zone

NAME = Field("name", "名称", is_required=True, headers=("名称",))
GRADE = Field("grade", "风险等级", FieldType.WORD, headers=("风险等级", "等级"), words=GRADE_WORDS)
# What a source declares without telling how it came to it: the worse of this and what is derived is the grade.
DECLARED = replace(GRADE, column="declared_grade")
RESIDUAL = Field(
    "residual_grade",
    "控制风险等级",
    FieldType.WORD,
    column="declared_residual_grade",
    headers=("控制风险等级", "残余风险等级"),
    words=GRADE_WORDS,
)
ACCURACY = Field("accuracy_m", "点位精度（米）", FieldType.NUMBER, headers=("点位精度",))
TOWNSHIP = Field(
    "township_code", "街道/乡镇", FieldType.TOWNSHIP, headers=("街道", "乡镇", "街道/乡镇", "所属街道")
)
SECTOR = Field("sector_code", "行业", FieldType.SECTOR, headers=("行业", "所属行业", "监管行业"))
CREDIT_CODE = Field(
    "credit_code",
    "统一社会信用代码",
    FieldType.CODE,
    headers=("统一社会信用代码", "信用代码", "TYSHXYDM"),
    longest=64,
)
IS_ABOVE_SCALE = Field(
    "is_above_scale",
    "规上企业",
    FieldType.WORD,
    headers=("规上", "是否规上", "规模以上", "GMQK"),
    words={**YES_OR_NO, "规上": True, "规下": False},
)
REVIEW_DUE = Field("review_due", "复评日期", FieldType.DATE, headers=("复评日期", "下次评估日期", "FPRQ"))
CODE = Field("code", "代码", FieldType.CODE, is_required=True, headers=("代码", "adcode"), longest=64)

AREAS = Kind(
    name="areas",
    label="行政区划",
    table=Area.__tablename__,
    place="boundary",
    shape="area",
    is_place_required=False,
    has_official_code=True,
    fields=(
        CODE,
        Field(
            "level",
            "级别",
            FieldType.WORD,
            is_required=True,
            headers=("级别",),
            words=vocabulary(AREA_LEVELS, 县="district", 区="district", 镇="township", 乡="township"),
        ),
        NAME,
        Field("parent_code", "上级代码", FieldType.CODE, headers=("上级代码",), longest=64),
        Field("valid_from", "启用日期", FieldType.DATE, headers=("启用日期",)),
        Field("valid_to", "停用日期", FieldType.DATE, headers=("停用日期",)),
        Field("is_indicative", "示意", FieldType.WORD, headers=("示意",), words=YES_OR_NO, default=False),
        ACCURACY,
    ),
)

GROUPS = Kind(
    name="groups",
    label="园区/村/网格",
    table=UnitGroup.__tablename__,
    place="boundary",
    shape="area",
    is_place_required=False,
    has_official_code=True,
    fields=(
        CODE,
        Field(
            "kind",
            "类型",
            FieldType.WORD,
            is_required=True,
            headers=("类型",),
            words=vocabulary(GROUP_KINDS, 工业园="park", 开发区="park"),
        ),
        NAME,
        TOWNSHIP,
        ACCURACY,
    ),
)

ENTERPRISES = Kind(
    name="enterprises",
    label="企业",
    table=Enterprise.__tablename__,
    place="location",
    # An area is taken as the outline; the point is then a place inside it.
    shape="point_or_area",
    is_place_required=False,
    fields=(
        Field("name", "名称", is_required=True, headers=("名称", "企业名称", "单位名称", "QYMC")),
        CREDIT_CODE,
        Field(
            "credit_code_note",
            "信用代码更正说明",
            headers=("更正说明", "信用代码说明"),
            longest=500,
        ),
        SECTOR,
        TOWNSHIP,
        Field("group_code", "园区/村/网格", FieldType.GROUP, column="group_id", headers=("园区", "网格")),
        Field(
            "operating_status",
            "经营状态",
            FieldType.WORD,
            headers=("经营状态",),
            words=vocabulary(
                OPERATING_STATUSES, 正常="operating", 生产="operating", 停工="suspended", 注销="closed"
            ),
            default="operating",
        ),
        DECLARED,
        RESIDUAL,
        Field("address", "地址", headers=("地址", "详细地址", "生产经营地址", "SCJYDZ"), longest=500),
        # Of GB/T 4754-2017; who supervises an enterprise (行业) is another thing.
        Field(
            "industry_code",
            "国民经济行业代码",
            FieldType.INDUSTRY,
            headers=("行业代码", "国民经济行业代码", "国民经济行业", "HYLBXL"),
            longest=8,
        ),
        Field(
            "scale",
            "企业规模",
            FieldType.WORD,
            headers=("规模", "企业规模", "GYGM"),
            words=vocabulary(SCALES, 大="large", 中="medium", 小="small", 微="micro"),
        ),
        IS_ABOVE_SCALE,
        Field("staff", "从业人数", FieldType.INTEGER, headers=("从业人员", "职工人数", "员工人数", "CYRYSL")),
        Field(
            "demonstration",
            "示范创建",
            FieldType.WORD,
            headers=("试点示范", "示范企业", "示范等级"),
            words=vocabulary(DEMONSTRATION_STATUSES, 否="ordinary", 无="ordinary"),
            default="ordinary",
        ),
        Field("demonstration_since", "示范命名日期", FieldType.DATE, headers=("命名日期", "创建日期")),
        Field(
            "chemical_code",
            "危险化学品登记企业编码",
            FieldType.CODE,
            headers=("危化品登记企业编码", "COMPANY_CODE"),
            longest=9,
        ),
        REVIEW_DUE,
        ACCURACY,
        *CONTACT_FIELDS,
    ),
)

ZONES = Kind(
    name="zones",
    label="风险分区",
    table=Zone.__tablename__,
    place="boundary",
    shape="area",
    fields=(
        Field(
            "enterprise",
            "所属企业",
            FieldType.ENTERPRISE,
            column="enterprise_id",
            is_required=True,
            headers=("所属企业", "企业名称", "统一社会信用代码", "TYSHXYDM"),
        ),
        Field(
            "name",
            "名称",
            is_required=True,
            headers=("名称", "风险分区", "分区名称", "风险分区名称", "FXFQMC", "QYMC", "RISK_OBJECT_NAME"),
        ),
        Field(
            "code",
            "分区编号",
            FieldType.CODE,
            headers=("分区编号", "风险分区编号", "FXFQBM", "HAZARD_CODE", "HAZARD_CODE1", "RISKOBJECT_CODE"),
            longest=100,
        ),
        Field("kind", "类型", headers=("类型", "QYLX"), longest=64),
        Field("floor", "楼层", headers=("楼层", "QYLC"), longest=64),
        Field("department", "责任部门", headers=("责任部门", "部门", "SZBM", "HAZARD_DEP", "DUTY_DEPT_NAME")),
        Field("most_people", "最大人数", FieldType.INTEGER, headers=("最大人数", "ZDRS")),
        replace(DECLARED, headers=(*GRADE.headers, "固有风险等级", "GYFXDJ", "FXDJ", "QYFXDJ", "RISK_CLASS")),
        replace(RESIDUAL, headers=(*RESIDUAL.headers, "KZFXDJ")),
        REVIEW_DUE,
        ACCURACY,
    ),
)

RECEPTORS = Kind(
    name="receptors",
    label="防护目标",
    table=Receptor.__tablename__,
    place="place",
    shape="point_or_area",
    fields=(
        NAME,
        Field(
            "kind",
            "类型",
            FieldType.WORD,
            is_required=True,
            headers=("类型",),
            words=vocabulary(RECEPTOR_KINDS, 小区="residential", 车站="transport_hub", 商场="market"),
        ),
        Field("headcount", "人数", FieldType.INTEGER, headers=("人数",)),
        GRADE,
        Field("enterprise", "本单位", FieldType.ENTERPRISE, column="enterprise_id", headers=("本单位",)),
        ACCURACY,
    ),
)

CORRIDORS = Kind(
    name="corridors",
    label="交通干线",
    table=Corridor.__tablename__,
    place="centreline",
    shape="line",
    fields=(
        NAME,
        Field(
            "class",
            "类别",
            FieldType.WORD,
            is_required=True,
            headers=("类别",),
            words=vocabulary(
                CORRIDOR_CLASSES, 高速="motorway", 国道="trunk", 河流="waterway", 输油管道="pipeline"
            ),
        ),
        Field("half_width_m", "半宽（米）", FieldType.NUMBER, headers=("半宽",)),
        GRADE,
        ACCURACY,
    ),
)

ROSTER = Kind(
    name="roster",
    label="应建台账",
    table=RosterEntry.__tablename__,
    place=None,
    shape=None,
    is_place_required=False,
    fields=(
        Field(
            "name", "名称", is_required=True, headers=("名称", "企业名称", "单位名称", "QYMC"), longest=500
        ),
        CREDIT_CODE,
        TOWNSHIP,
        SECTOR,
        IS_ABOVE_SCALE,
        Field("due_on", "应建日期", FieldType.DATE, headers=("应建日期", "应完成日期", "完成时限")),
    ),
)

KINDS = {
    kind.name: kind
    for kind in (
        AREAS,
        GROUPS,
        ENTERPRISES,
        ZONES,
        RECEPTORS,
        CORRIDORS,
        RISK_LIST,
        RISK_POINTS,
        RISK_EVENTS,
        CONTROL_MEASURES,
        RESPONSIBLE_PEOPLE,
        HAZARD_INSTALLATIONS,
        PROTECTIVE_AREAS,
        ROSTER,
    )
}

BUREAU_ONLY = frozenset({AREAS.name, GROUPS.name, RECEPTORS.name, CORRIDORS.name})
"""What belongs to no enterprise, and stands on everybody's map."""


def kind_named(name: str) -> Kind:
    """Return the kind of row with this name.

    Raises
    ------
    CannotImport
        Naming those there are.
    """
    if name not in KINDS:
        raise CannotImport(f"不能导入「{name}」；可以导入：{'、'.join(KINDS)}")
    return KINDS[name]
