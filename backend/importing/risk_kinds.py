"""What stands behind a grade, as it is imported: risk points, events with their assessments, measures, people.

The headings are those of the lists in use (风险辨识管控清单) and the field names of the national exchange for hazardous
chemicals (RISK_UNIT_NAME …), whose 分析单元 is our risk point and whose 分析对象 is our zone.
"""

from dataclasses import replace

from backend.enterprises.vocabulary import HAZARD_INSTALLATION_KINDS
from backend.importing.fields import GRADE_WORDS, Field, FieldType, Kind, Value, Words, vocabulary
from backend.risk import measures
from backend.risk.control_levels import CONTROL_LEVELS
from backend.risk.grading import FACTOR_KEYS, METHODS
from backend.risk.models import (
    ControlMeasure,
    MajorHazardInstallation,
    ProtectiveArea,
    ResponsiblePerson,
    RiskEvent,
    RiskPoint,
)
from backend.risk.vocabulary import ASSESSMENT_BASES, CONTACTS, RISK_POINT_KINDS

# ---------------------------------------------------------------- where a row belongs

ENTERPRISE = Field(
    "enterprise",
    "所属企业",
    FieldType.ENTERPRISE,
    headers=("所属企业", "企业名称", "单位名称", "统一社会信用代码", "TYSHXYDM"),
    is_stored=False,
)
ZONE = Field(
    "zone",
    "风险分区",
    FieldType.ZONE,
    column="zone_id",
    headers=(
        "所属分区",
        "风险分区",
        "分区名称",
        "区域",
        "车间",
        "HAZARD_CODE",
        "HAZARD_CODE1",
        "RISK_OBJECT_ID",
    ),
)
POINT = Field(
    "risk_point",
    "风险点",
    FieldType.RISK_POINT,
    column="risk_point_id",
    headers=("所属风险点", "风险点", "风险点名称", "RISK_UNIT_ID", "RISK_UNIT_NAME"),
    longest=500,
)
EVENT = Field(
    "event",
    "风险事件",
    FieldType.RISK_EVENT,
    column="event_id",
    headers=("所属风险事件", "风险事件", "RISK_EVENT_ID", "RISK_EVENT_NAME"),
    longest=500,
)
ACCURACY = Field("accuracy_m", "点位精度（米）", FieldType.NUMBER, headers=("点位精度",))

# ---------------------------------------------------------------- risk points

POINT_KIND = Field(
    "kind",
    "风险点类型",
    FieldType.WORD,
    headers=("风险点类型", "类型"),
    words=vocabulary(
        RISK_POINT_KINDS,
        区域="place",
        部位="place",
        设备="equipment",
        设施="equipment",
        作业="activity",
        活动="activity",
    ),
    default="place",
)
RISK_POINTS = Kind(
    name="risk_points",
    label="风险点",
    table=RiskPoint.__tablename__,
    place="location",
    shape="point",
    is_place_required=False,
    fields=(
        ENTERPRISE,
        replace(ZONE, is_required=True),
        Field(
            "name",
            "名称",
            is_required=True,
            headers=(
                "名称",
                "风险点",
                "风险点名称",
                "作业活动/设备设施",
                "作业活动",
                "设备设施",
                "RISK_UNIT_NAME",
            ),
            longest=500,
        ),
        POINT_KIND,
        ACCURACY,
    ),
)

# ---------------------------------------------------------------- events and their assessments

LEVEL_NAMES = {
    level.code: (level.zh, level.en) for levels in reversed(CONTROL_LEVELS.values()) for level in levels
}
LEVEL_WORDS: dict[str, Value] = {
    word: code
    for levels in CONTROL_LEVELS.values()
    for level in levels
    for word, code in vocabulary({level.code: (level.zh, level.en)}).items()
} | {
    "公司级": "company",
    "厂级": "company",
    "公司": "company",
    "部门级": "department",
    "分厂级": "department",
    "部门": "department",
    "车间": "workshop",
    "班组": "team",
    "岗位级": "post",
}

METHOD_WORDS: Words = vocabulary(
    {str(code): names for code, names in METHODS.items()},
    LEC法="lec",
    作业条件危险性评价法="lec",
    作业条件危险性分析法="lec",
    LS法="ls",
    风险矩阵法="ls",
    风险矩阵="ls",
    直接判定法="direct",
    申报="declared",
)
FACTOR_NAMES = {"L": "可能性", "E": "暴露频繁程度", "C": "后果严重性", "S": "严重性"}
# How lists tell the assessment before the measures from the one after: in the heading, or in the one above it.
BASIS_WORDS = {
    "inherent": ("固有风险", "固有", "初始风险", "控制前"),
    "residual": ("控制风险", "控制", "残余风险", "剩余风险", "现有风险", "控制后", "管控后"),
}
PREFIXES = {"inherent": "", "residual": "residual_"}


def assessment_fields(basis: str) -> tuple[Field, ...]:
    """Give the ingredients of an assessment; together they make one document, which is what is stored."""
    prefix, zh = PREFIXES[basis], ASSESSMENT_BASES[basis][0]
    bare = basis == "inherent"

    def heard(*words: str) -> tuple[str, ...]:
        """Make the headings of an ingredient: inherent is what is meant where nothing is said."""
        said = [
            heading
            for basis_word in BASIS_WORDS[basis]
            for word in words
            for heading in (
                f"{basis_word}{word}",
                f"{basis_word}/{word}",
                f"{basis_word}评价/{word}",
                f"{word}（{basis_word}）",
                f"{word}({basis_word})",
            )
        ]
        return (*words, *said) if bare else tuple(said)

    def ingredient(
        name: str, label: str, type_: FieldType, *words: str, meanings: Words | None = None
    ) -> Field:
        return Field(
            f"{prefix}{name}",
            label if bare else f"{zh}风险{label}",
            type_,
            headers=heard(*words),
            words=meanings,
            is_stored=False,
        )

    return (
        ingredient("method", "评价方法", FieldType.WORD, "评价方法", "评估方法", meanings=METHOD_WORDS),
        ingredient("scale", "评价标准", FieldType.CODE, "评价标准", "评估标准"),
        *(
            ingredient(key, f"{key}值", FieldType.CODE, key, f"{key}值", f"{FACTOR_NAMES[key]}{key}")
            for key in FACTOR_KEYS
        ),
        ingredient("clauses", "直接判定条款", FieldType.TEXT, "直接判定", "直接判定条款"),
        ingredient("value", "风险值", FieldType.CODE, "风险值", "D", "D值", "R", "R值"),
        replace(
            ingredient("grade", "风险等级", FieldType.WORD, "风险等级", "等级", meanings=GRADE_WORDS),
            headers=(
                *heard("风险等级", "等级"),
                *(("GYFXDJ", "RISK_CLASS", "FXDJ") if bare else ("KZFXDJ",)),
                *(f"{word}风险等级" for word in BASIS_WORDS[basis]),
            ),
        ),
    )


EVENT_FACTS = (
    Field(
        "hazard_source", "危险源", headers=("危险源", "危险源描述", "危险有害因素", "ZYWXYHYS"), longest=500
    ),
    Field(
        "accident",
        "事故类别",
        headers=("事故类别", "事故类型", "可能导致的事故类型", "可能发生的事故类型"),
        longest=100,
        is_stored=False,
    ),
    Field(
        "accident_edition",
        "事故类别版本",
        headers=("事故类别版本", "事故分类标准"),
        longest=32,
        is_stored=False,
    ),
    Field("consequence", "可能的后果", headers=("后果", "可能后果", "事故后果"), longest=1000),
    Field(
        "control_level",
        "管控层级",
        FieldType.WORD,
        headers=("管控层级", "管控级别", "管控等级"),
        words=LEVEL_WORDS,
    ),
    Field("department", "责任部门", headers=("责任部门", "责任单位", "管控部门", "HAZARD_DEP")),
    Field("person", "责任人", headers=("责任人", "管控责任人", "HAZARD_LIABLE_PERSON"), longest=100),
    *assessment_fields("inherent"),
    *assessment_fields("residual"),
    Field("assessed_by", "评价人", headers=("评价人", "评估人", "ZRR"), longest=100),
    Field("assessed_on", "评价日期", FieldType.DATE, headers=("评价日期", "评估日期")),
    Field("review_due", "复评日期", FieldType.DATE, headers=("复评日期", "下次评估日期", "FPRQ")),
)
EVENT_NAME = Field(
    "name",
    "风险事件",
    is_required=True,
    headers=("风险事件", "风险事件名称", "名称", "RISK_EVENT_NAME"),
    longest=500,
)
RISK_EVENTS = Kind(
    name="risk_events",
    label="风险事件",
    table=RiskEvent.__tablename__,
    place=None,
    shape=None,
    is_place_required=False,
    fields=(
        ENTERPRISE,
        replace(ZONE, is_stored=False),
        replace(POINT, is_required=True),
        EVENT_NAME,
        *EVENT_FACTS,
    ),
)

# ---------------------------------------------------------------- measures

MEASURE_KINDS = {code: (each.zh, each.en) for code, each in measures.KINDS.items()}
MEASURE_WORDS = vocabulary(
    MEASURE_KINDS,
    工程="engineering",
    工程技术措施="engineering",
    工程措施="engineering",
    管理措施="management",
    教育="training",
    培训="training",
    培训教育措施="training",
    教育措施="training",
    个体="ppe",
    个体防护措施="ppe",
    个人防护="ppe",
    应急="emergency",
    应急措施="emergency",
    应急处置措施="emergency",
)


def classes(level: int) -> dict[str, Value]:
    """Give the words of CLASSIFY1 (1) or CLASSIFY2 (2): codes, and names where one code alone bears them."""
    found = [each for each in measures.NATIONAL.values() if (each.parent is None) == (level == 1)]
    named = {each.zh: each.code for each in found if [other.zh for other in found].count(each.zh) == 1}
    return {**vocabulary({}, **named), **{each.code: each.code for each in found}}


CONTROL_MEASURES = Kind(
    name="control_measures",
    label="管控措施",
    table=ControlMeasure.__tablename__,
    place=None,
    shape=None,
    is_place_required=False,
    fields=(
        ENTERPRISE,
        replace(ZONE, is_stored=False),
        replace(POINT, is_stored=False),
        replace(EVENT, is_required=True),
        Field("name", "名称", headers=("名称", "措施名称"), longest=500),
        Field(
            "kind",
            "措施类别",
            FieldType.WORD,
            headers=("措施类别", "措施类型", "类别"),
            words=MEASURE_WORDS,
        ),
        Field(
            "description",
            "管控措施",
            is_required=True,
            headers=("管控措施", "措施", "措施内容", "RISK_MEASURE_DESC"),
            longest=4000,
        ),
        Field(
            "data_source",
            "管控方式",
            FieldType.WORD,
            headers=("管控方式", "DATA_SRC"),
            words=vocabulary({code: (each.zh, each.en) for code, each in measures.DATA_SOURCES.items()}),
        ),
        Field(
            "class_1",
            "措施一级分类",
            FieldType.WORD,
            headers=("措施分类1", "CLASSIFY1"),
            words=classes(1),
        ),
        Field(
            "class_2",
            "措施二级分类",
            FieldType.WORD,
            headers=("措施分类2", "CLASSIFY2"),
            words=classes(2),
        ),
        Field("class_3", "措施三级分类", headers=("措施分类3", "CLASSIFY3"), longest=100),
        Field(
            "check_content",
            "隐患排查内容",
            headers=("排查内容", "隐患排查内容", "TROUBLESHOOT_CONTENT"),
            longest=1000,
        ),
    ),
)

# ---------------------------------------------------------------- the flat list

MEASURE_FIELDS = tuple(
    Field(
        f"measure_{code}",
        f"{zh}措施",
        headers=tuple(
            heading
            for word in words
            for heading in (word, f"{word}措施", f"管控措施/{word}", f"管控措施/{word}措施")
        ),
        longest=4000,
        is_stored=False,
    )
    for (code, (zh, _)), words in zip(
        MEASURE_KINDS.items(),
        (
            ("工程技术", "工程控制", "工程"),
            ("管理", "管理控制"),
            ("培训教育", "教育培训", "教育"),
            ("个体防护", "个人防护", "个体"),
            ("应急处置", "应急"),
        ),
        strict=True,
    )
)
RISK_LIST = Kind(
    name="risk_list",
    label="风险辨识管控清单",
    table=RiskEvent.__tablename__,
    place=None,
    shape=None,
    is_place_required=False,
    fields=(
        replace(ENTERPRISE, is_required=True),
        replace(ZONE, is_required=True, is_stored=False),
        # Not looked up: where the zone has no such point yet, the list makes it.
        replace(
            POINT,
            type=FieldType.TEXT,
            is_required=True,
            is_stored=False,
            headers=(*POINT.headers, "作业活动/设备设施", "作业活动", "设备设施"),
        ),
        replace(POINT_KIND, name="point_kind", headers=("风险点类型",), is_stored=False),
        EVENT_NAME,
        *EVENT_FACTS,
        *MEASURE_FIELDS,
    ),
)

# ---------------------------------------------------------------- people

CONTACT_HEADINGS = {
    "legal": ("法人代表", "法人", "FDDBR"),
    "principal": ("负责人", "ZYFZR"),
    "safety": ("安全管理负责人", "分管安全负责人", "AQFZR"),
    "technician": ("技术负责人", "安全技术人员"),
}
PHONE_WORDS = ("电话", "联系电话", "手机")


def contact_fields(duty: str) -> tuple[Field, Field]:
    """Give the columns of a contact in a list of enterprises: the name, and beside it the phone."""
    label = CONTACTS[duty][0]
    called = (label, *CONTACT_HEADINGS[duty])
    phones = tuple(f"{name}{word}" for name in called for word in PHONE_WORDS)
    return (
        Field(f"{duty}_name", label, headers=called, is_stored=False),
        Field(f"{duty}_phone", f"{label}电话", FieldType.CODE, headers=phones, longest=32, is_stored=False),
    )


CONTACT_FIELDS = tuple(field for duty in CONTACT_HEADINGS for field in contact_fields(duty))

RESPONSIBLE_PEOPLE = Kind(
    name="responsible_people",
    label="责任人",
    table=ResponsiblePerson.__tablename__,
    place=None,
    shape=None,
    is_place_required=False,
    fields=(
        replace(ENTERPRISE, column="enterprise_id", is_stored=True, is_required=True),
        ZONE,
        Field("name", "姓名", is_required=True, headers=("姓名", "责任人", "DUTY_PSN_NAME"), longest=500),
        Field(
            "duty",
            "职责",
            FieldType.WORD,
            is_required=True,
            headers=("职责", "管控层级", "责任层级"),
            words=LEVEL_WORDS | vocabulary(CONTACTS),
        ),
        Field("position", "职务", headers=("职务", "岗位"), longest=100),
        Field(
            "phone", "电话", FieldType.CODE, headers=("电话", "联系电话", "手机", "DUTY_PSN_TEL"), longest=32
        ),
    ),
)

# ---------------------------------------------------------------- major hazard installations

HAZARD_LEVELS: Words = {
    word: level
    for level, words in enumerate(("1 一级 i", "2 二级 ii", "3 三级 iii", "4 四级 iv"), start=1)
    for word in words.split()
} | {"不构成": None}
HAZARD_INSTALLATIONS = Kind(
    name="hazard_installations",
    label="重大危险源",
    table=MajorHazardInstallation.__tablename__,
    place="boundary",
    shape="area",
    is_place_required=False,
    fields=(
        replace(ENTERPRISE, column="enterprise_id", is_stored=True, is_required=True),
        Field("name", "名称", is_required=True, headers=("名称", "重大危险源名称", "ZDWXYMC"), longest=500),
        Field("code", "重大危险源编号", FieldType.CODE, headers=("编码", "ZDWXYBH"), longest=36),
        Field(
            "kind",
            "类型",
            FieldType.WORD,
            is_required=True,
            headers=("类型", "WXLLX"),
            words=vocabulary(HAZARD_INSTALLATION_KINDS, 储罐="2", 罐区="2", 仓库="3", 库房="3"),
        ),
        Field(
            "substances",
            "危险物质",
            is_required=True,
            headers=("危险物质", "危险化学品", "物质及设计最大量"),
            longest=4000,
            is_stored=False,
        ),
        Field(
            "people_500m",
            "500 米内常住人口",
            FieldType.INTEGER,
            headers=("500米范围人数", "WBJ500MFWLRSGS"),
        ),
        Field(
            "people_basis",
            "人口依据",
            FieldType.WORD,
            headers=("人口依据",),
            words=vocabulary({"counted": ("统计", "Counted"), "estimated": ("估算", "Estimated")}),
            default="counted",
        ),
        Field(
            "stated_level",
            "重大危险源级别",
            FieldType.WORD,
            headers=("级别", "等级", "重大危险源等级", "ZDWXYJB"),
            words=HAZARD_LEVELS,
            is_stored=False,
        ),
        ACCURACY,
    ),
)

# ---------------------------------------------------------------- areas of external safety distance

PROTECTIVE_AREAS = Kind(
    name="protective_areas",
    label="外部安全防护距离",
    table=ProtectiveArea.__tablename__,
    place="boundary",
    shape="area",
    fields=(
        replace(ENTERPRISE, column="enterprise_id", is_stored=True, is_required=True),
        Field("name", "名称", is_required=True, headers=("名称", "范围名称"), longest=500),
        Field(
            "report",
            "评价报告",
            is_required=True,
            headers=("评价报告", "安全评价报告", "报告名称", "报告编号"),
            longest=500,
        ),
        Field("reported_on", "报告日期", FieldType.DATE, headers=("报告日期", "评价日期")),
        ACCURACY,
    ),
)
