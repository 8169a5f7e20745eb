"""Empty workbooks to fill in: a sheet a kind, with explanations, drop-downs and formats that keep codes whole."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from backend.grades import GRADES, UNGRADED
from backend.importing.fields import GRADE_WORDS, Field, FieldType, Kind
from backend.importing.files.columns import ID_HEADINGS
from backend.importing.files.reading import WKT
from backend.spreadsheets import (
    CODES,
    CellKind,
    CodeList,
    Column,
    Styles,
    new_workbook,
    set_up_page,
    sheet_name,
    write_cell,
    write_codes,
    write_headings,
)

INSTRUCTIONS = "填写说明"
TITLE_ROW, EXPLANATION_ROW, HEADER_ROW = range(3)
# Drop-downs and messages reach so far down; formats hold for the whole column.
LAST_ROW = 20_000
LONGEST_MESSAGE = 255

_KINDS: dict[FieldType, CellKind] = {
    FieldType.INTEGER: "integer",
    FieldType.NUMBER: "number",
    FieldType.DATE: "date",
}
_HOW: dict[FieldType, tuple[str, str]] = {
    FieldType.TEXT: ("文字，最多 {longest} 字", ""),
    FieldType.CODE: ("代码，按文本填写，最多 {longest} 字", ""),
    FieldType.INTEGER: ("非负整数", "120"),
    FieldType.NUMBER: ("非负数", "15.5"),
    FieldType.DATE: ("日期，1990 至 2100 年", "2026-03-05"),
    FieldType.WORD: ("从下拉中选择", ""),
    FieldType.ENTERPRISE: ("已导入企业的编号、统一社会信用代码或名称", ""),
    FieldType.SECTOR: ("行业的代码或名称", "工贸"),
    FieldType.TOWNSHIP: ("已导入街道/乡镇的代码或名称", "姚孟街道"),
    FieldType.GROUP: ("已导入园区/村/网格的代码或名称", ""),
}
_EXAMPLES = {
    "name": "平顶山示例机械有限公司",
    "credit_code": "91350100M000100Y43",
    "address": "湛南路 1 号",
    "code": "410411",
    "parent_code": "410400",
    "accuracy_m": "10",
    "headcount": "850",
    "half_width_m": "15.5",
    "floor": "1F",
}
_GENERAL = (
    "一行填一个对象；带 * 的列必填。不要改列名，不用的列可以留空，也可以加自己的列（导入时不读取）。",
    (
        "坐标系：经度、纬度用十进制度，如 113.2656、33.7075；全表用同一种坐标系，并告诉导入的人是哪一种："
        "CGCS2000（天地图、测绘成果）、WGS84（GPS）、GCJ-02（高德、腾讯地图）或 BD-09（百度地图）。"
    ),
    "导入时用 --datum 说明坐标系，例如：./riskmap import enterprises 文件.xlsx --datum GCJ-02。",
    "代码列已设为文本格式：统一社会信用代码、12 位区划代码不会变成 4.10411E+11。粘贴时请选「只粘贴值」。",
    "日期写成 2026-03-05；也认 2026.3.5、2026年3月5日、2026/3/5、20260305。",
    "数据编号是每行固定不变的编号：再次导入时靠它认出同一行，请不要重新编排。",
)


@dataclass(frozen=True)
class Entry:
    """One column of a template: how it looks, how it is filled in, and what may be chosen."""

    column: Column
    how: str
    example: str = ""
    words: tuple[str, ...] = ()

    @property
    def explanation(self) -> str:
        """The line above the column's name."""
        return f"{self.how}，如 {self.example}" if self.example else self.how


def template_workbook(kinds: Sequence[Kind], choices: Mapping[FieldType, Sequence[str]]) -> bytes:
    """Make a workbook with a sheet for each kind, which is imported as it is once it is filled in.

    Parameters
    ----------
    choices : by the type of a field, the words to choose from, such as the sectors of the register; what is missing
        there is filled in freely.
    """
    content = io.BytesIO()
    book = new_workbook(content)
    styles = Styles(book)
    entries = [(kind, template_entries(kind, choices)) for kind in kinds]
    _write_instructions(book, styles, entries)
    lists = _code_lists(entries)
    for kind, columns in entries:
        _write_kind(book.add_worksheet(sheet_name(kind.label)), styles, kind, columns, lists)
    if lists:
        write_codes(book, styles, [CodeList(name, words) for words, name in lists.items()], is_hidden=True)
    book.close()
    return content.getvalue()


def template_entries(kind: Kind, choices: Mapping[FieldType, Sequence[str]]) -> list[Entry]:
    """Give the columns of a kind: the row's key, its fields, its place."""
    key = Entry(Column(ID_HEADINGS[1], "code", is_required=True), "每行一个固定不变的编号", "QY-0001")
    own = [_entry(field, choices) for field in kind.fields]
    return [*([] if kind.has_official_code else [key]), *own, *_place_entries(kind)]


def words_of(field: Field) -> tuple[str, ...]:
    """Give one word for each value that a field may have, Chinese where there is one.

    >>> from backend.importing.kinds import ENTERPRISES
    >>> words_of(ENTERPRISES.field("grade"))
    ('重大', '较大', '一般', '低', '未评定')
    """
    if field.words is GRADE_WORDS:
        return (*(grade.zh for grade in GRADES), UNGRADED.zh)
    chosen: dict[object, str] = {}
    for word, value in (field.words or {}).items():
        if value not in chosen or (chosen[value].isascii() and not word.isascii()):
            chosen[value] = word
    return tuple(chosen.values())


def _entry(field: Field, choices: Mapping[FieldType, Sequence[str]]) -> Entry:
    words = words_of(field) or tuple(choices.get(field.type, ()))
    how, example = _HOW.get(field.type, ("已登记对象的编号或名称", ""))
    column = Column(field.label, _KINDS.get(field.type, "code"), is_required=field.is_required)
    is_chosen = bool(words) and field.type is not FieldType.WORD
    return Entry(
        column,
        "从下拉中选择" if is_chosen else how.format(longest=field.longest),
        (words[0] if words else "") or _EXAMPLES.get(field.name, example),
        words,
    )


def _place_entries(kind: Kind) -> list[Entry]:
    if kind.shape is None:
        return []
    if kind.shape in ("point", "point_or_area"):
        how = "十进制度，坐标系见填写说明"
        pairs = (("经度", "113.2656"), ("纬度", "33.7075"))
        return [
            Entry(Column(name, "number", 14, is_required=kind.is_place_required), how, example)
            for name, example in pairs
        ]
    shape, example = {
        "line": ("线", "LINESTRING (113.26 33.70, 113.27 33.71)"),
        "area": ("面", "POLYGON ((113.26 33.70, 113.27 33.70, 113.27 33.71, 113.26 33.70))"),
    }[kind.shape]
    how = f"{shape}的 WKT 文本；有图形文件时请直接导入图形文件"
    return [Entry(Column(WKT, "long_text", is_required=kind.is_place_required), how, example)]


def _code_lists(entries: Sequence[tuple[Kind, Sequence[Entry]]]) -> dict[tuple[str, ...], str]:
    """Give each different list of words the name under which it stands on the sheet of codes."""
    lists: dict[tuple[str, ...], str] = {}
    for kind, columns in entries:
        for entry in columns:
            if entry.words:
                lists.setdefault(entry.words, f"{kind.label} {entry.column.header}")
    return lists


def _write_kind(
    sheet: Worksheet,
    styles: Styles,
    kind: Kind,
    entries: Sequence[Entry],
    lists: Mapping[tuple[str, ...], str],
) -> None:
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, len(entries) - 1, f"{kind.label}填报表", styles.title())
    sheet.set_row(EXPLANATION_ROW, 45)
    for position, entry in enumerate(entries):
        write_cell(sheet, EXPLANATION_ROW, position, entry.explanation, styles.note())
    write_headings(sheet, HEADER_ROW, [entry.column for entry in entries], styles)
    for position, entry in enumerate(entries):
        shown = entry.column.shown_width
        style = styles.cell(entry.column.kind, "", is_marked=False, has_border=False)
        sheet.set_column(position, position, shown, style)
        sheet.data_validation(HEADER_ROW + 1, position, LAST_ROW, position, _validation(entry, list(lists)))
    set_up_page(sheet, header_row=HEADER_ROW)


def _validation(entry: Entry, lists: Sequence[tuple[str, ...]]) -> dict[str, object]:
    """Say what may be filled in; another word is asked about, since an import may know it."""
    message: dict[str, object] = {
        "input_title": entry.column.header[:32],
        "input_message": entry.explanation[:LONGEST_MESSAGE],
    }
    if not entry.words:
        return {"validate": "any", **message}
    column = xl_col_to_name(lists.index(entry.words), col_abs=True)
    return {
        "validate": "list",
        "source": f"={CODES}!{column}$2:{column}${len(entry.words) + 1}",
        "error_type": "warning",
        "error_title": "不在下拉之中",
        "error_message": "请从下拉中选择；确实要用别的词，请选「是」。",
        **message,
    }


def _write_instructions(
    book: xlsxwriter.Workbook, styles: Styles, entries: Sequence[tuple[Kind, Sequence[Entry]]]
) -> None:
    sheet = book.add_worksheet(INSTRUCTIONS)
    columns = [Column("工作表", width=14), Column("列", width=20), Column("必填", width=8)]
    columns += [Column("怎么填", width=52), Column("例", width=46)]
    sheet.merge_range(0, 0, 0, len(columns) - 1, INSTRUCTIONS, styles.title())
    for row, line in enumerate(_GENERAL, start=1):
        sheet.set_row(row, 32)
        sheet.merge_range(row, 0, row, len(columns) - 1, f"{row}. {line}", styles.note())
    header_row = len(_GENERAL) + 1
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width)
        write_cell(sheet, header_row, position, column.header, styles.heading(is_required=False))
    row = header_row
    for kind, listed in entries:
        for entry in listed:
            row += 1
            is_required = "必填" if entry.column.is_required else ""
            cells = (kind.label, entry.column.header, is_required, entry.how, entry.example)
            for position, text in enumerate(cells):
                write_cell(sheet, row, position, text, styles.cell("text", text, is_marked=False))
    set_up_page(sheet, header_row=header_row)
