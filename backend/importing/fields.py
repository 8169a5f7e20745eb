"""What a field and a kind of row are for an import, and the words that files use for values."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal, TypeAlias

from backend.grades import GRADES, UNGRADED

Value: TypeAlias = str | int | float | bool | None
Words: TypeAlias = Mapping[str, Value]
Shape: TypeAlias = Literal["point", "line", "area", "point_or_area"]


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
    ZONE = auto()
    RISK_POINT = auto()
    RISK_EVENT = auto()
    INDUSTRY = auto()


COLUMN_TYPES = {
    FieldType.INTEGER: "int4",
    FieldType.NUMBER: "float8",
    FieldType.DATE: "date",
    FieldType.ENTERPRISE: "uuid",
    FieldType.GROUP: "uuid",
    FieldType.ZONE: "uuid",
    FieldType.RISK_POINT: "uuid",
    FieldType.RISK_EVENT: "uuid",
}
# What names a row inside of another, from the outside in: a zone is looked for in its enterprise, and so on.
NESTED = (FieldType.ENTERPRISE, FieldType.ZONE, FieldType.RISK_POINT, FieldType.RISK_EVENT)
REFERENCES = frozenset({*NESTED, FieldType.SECTOR, FieldType.TOWNSHIP, FieldType.GROUP})


@dataclass(frozen=True)
class Field:
    """One fact about a row.

    Parameters
    ----------
    name : what `--map` and `--set` call it.
    headers : other column names that are understood without `--map`.
    longest : most characters that a cell may have; the table has the same limit.
    is_stored : whether the table has a column for it; what is not stored says where to look for something, or is
        an ingredient of what is.
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
    longest: int = 200
    is_stored: bool = True

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
    place : column of the canonical place; None where the table has none.
    shape : what a place may be; single lines and areas are stored as their Multi types, points as points.
    has_official_code : rows are known by their code across sources, as an area is; otherwise by the source's key.
    """

    name: str
    label: str
    table: str
    place: str | None
    shape: Shape | None
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
        words |= {code: code, en: code} | dict.fromkeys(zh.split("/"), code) | {zh: code}
    # As cells are read: full-width as half-width.
    return {unicodedata.normalize("NFKC", word).casefold(): code for word, code in (words | others).items()}


# Not 绿 (low is blue in China) and not 0: some systems count 0-3, so their numbers must be declared.
GRADE_WORDS: Words = {
    word: grade.code
    for grade, words in zip(
        GRADES,
        (
            "1 红 红色 重大风险 重大 一级 i i级 a a级 red",
            "2 橙 橙色 较大风险 较大 二级 ii ii级 b b级 orange",
            "3 黄 黄色 一般风险 一般 三级 iii iii级 c c级 yellow",
            "4 蓝 蓝色 低风险 低 四级 iv iv级 d d级 blue",
        ),
        strict=True,
    )
    for word in [*words.split(), grade.key, grade.en.casefold()]
} | {UNGRADED.zh: None, UNGRADED.key: None, "null": None}

YES_OR_NO: Words = dict.fromkeys(["true", "yes", "y", "1", "是"], True) | dict.fromkeys(
    ["false", "no", "n", "0", "否"], False
)
