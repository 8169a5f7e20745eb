"""What can be imported: for each kind of row its fields, and the words that files use for them.

A field's name is what `--map` and `--set` take; its `headers` are column names that are understood without `--map`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal, TypeAlias

from backend.enterprises.models import OPERATING_STATUSES, Enterprise
from backend.grades import GRADES, UNGRADED
from backend.jurisdictions.models import AREA_LEVELS, GROUP_KINDS, Area, UnitGroup
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS, Corridor, Receptor
from backend.zones.models import Zone

Value: TypeAlias = str | int | float | bool | None
Words: TypeAlias = Mapping[str, Value]
Shape: TypeAlias = Literal["line", "area", "point_or_area"]


class FieldType(Enum):
    """How a cell is read."""

    TEXT = auto()
    CODE = auto()
    INTEGER = auto()
    NUMBER = auto()
    DATE = auto()
    WORD = auto()
    ENTERPRISE = auto()
    SECTOR = auto()
    TOWNSHIP = auto()
    GROUP = auto()


COLUMN_TYPES = {
    FieldType.INTEGER: "int4",
    FieldType.NUMBER: "float8",
    FieldType.DATE: "date",
    FieldType.ENTERPRISE: "uuid",
    FieldType.GROUP: "uuid",
}
REFERENCES = frozenset({FieldType.ENTERPRISE, FieldType.SECTOR, FieldType.TOWNSHIP, FieldType.GROUP})


@dataclass(frozen=True)
class Field:
    """One fact about a row.

    Parameters
    ----------
    words : for `FieldType.WORD`, what each accepted word means; keys in lower case.
    default : what an empty cell means where the table wants a value.
    """

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    column: str = ""
    is_required: bool = False
    headers: tuple[str, ...] = ()
    words: Words | None = None
    default: Value = None

    @property
    def table_column(self) -> str:
        """Column of the table that holds the fact."""
        return self.column or self.name

    @property
    def column_type(self) -> str:
        """PostgreSQL type of that column."""
        if self.type is FieldType.WORD:
            meaning = next(value for value in (self.words or {}).values() if value is not None)
            return {bool: "bool", int: "int2"}.get(type(meaning), "text")
        return COLUMN_TYPES.get(self.type, "text")


@dataclass(frozen=True)
class Kind:
    """A kind of row: its table, its fields and the shapes that its place may have.

    Parameters
    ----------
    place : column of the canonical place.
    shape : what a place may be; single lines and areas are stored as their Multi types, points as points.
    has_official_code : rows are known by their code across sources, as an area is; otherwise by the source's key.
    """

    name: str
    label: str
    table: str
    place: str
    shape: Shape
    fields: tuple[Field, ...]
    is_place_required: bool = True
    has_official_code: bool = False

    def field(self, name: str) -> Field | None:
        """Return the field of that name."""
        return next((field for field in self.fields if field.name == name), None)


def vocabulary(names: Mapping[str, tuple[str, str]], **others: str) -> dict[str, Value]:
    """Accept a code, its Chinese and its English name, and other words in use.

    >>> vocabulary({"park": ("园区", "Park")}, 工业园="park")["工业园"]
    'park'
    """
    words: dict[str, Value] = {}
    for code, (zh, en) in names.items():
        words |= {code: code, en.casefold(): code} | dict.fromkeys(zh.split("/"), code) | {zh: code}
    return words | others


# Not 绿 (low is blue in China) and not 0: some systems count 0-3, so their numbers must be declared.
GRADE_WORDS: Words = {
    word: grade.code
    for grade, words in zip(
        GRADES,
        (
            "1 红 红色 重大风险 重大 一级 i a red",
            "2 橙 橙色 较大风险 较大 二级 ii b orange",
            "3 黄 黄色 一般风险 一般 三级 iii c yellow",
            "4 蓝 蓝色 低风险 低 四级 iv d blue",
        ),
        strict=True,
    )
    for word in [*words.split(), grade.key, grade.en.casefold()]
} | {UNGRADED.zh: None, UNGRADED.key: None, "null": None}

YES_OR_NO: Words = dict.fromkeys(["true", "yes", "y", "1", "是"], True) | dict.fromkeys(
    ["false", "no", "n", "0", "否"], False
)

NAME = Field("name", "名称", is_required=True, headers=("名称",))
GRADE = Field("grade", "风险等级", FieldType.WORD, headers=("风险等级", "等级"), words=GRADE_WORDS)
ACCURACY = Field("accuracy_m", "点位精度（米）", FieldType.NUMBER, headers=("点位精度",))
TOWNSHIP = Field(
    "township_code", "街道/乡镇", FieldType.TOWNSHIP, headers=("街道", "乡镇", "街道/乡镇", "所属街道")
)
CODE = Field("code", "代码", FieldType.CODE, is_required=True, headers=("代码", "adcode"))

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
        Field("parent_code", "上级代码", FieldType.CODE, headers=("上级代码",)),
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
        Field("name", "名称", is_required=True, headers=("名称", "企业名称", "单位名称")),
        Field("credit_code", "统一社会信用代码", FieldType.CODE, headers=("统一社会信用代码", "信用代码")),
        Field("sector_code", "行业", FieldType.SECTOR, headers=("行业", "所属行业")),
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
        GRADE,
        Field("address", "地址", headers=("地址", "详细地址")),
        ACCURACY,
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
            headers=("所属企业", "企业名称", "统一社会信用代码"),
        ),
        NAME,
        Field("kind", "类型", headers=("类型",)),
        Field("floor", "楼层", headers=("楼层",)),
        GRADE,
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

KINDS = {kind.name: kind for kind in (AREAS, GROUPS, ENTERPRISES, ZONES, RECEPTORS, CORRIDORS)}
