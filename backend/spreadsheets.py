"""Formatted workbooks, written row by row: a list of any length takes the memory of one row.

What is given as text stays text: nothing that a cell says is a formula, a link or a number by accident.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from typing import IO, Literal, TypeAlias

import xlsxwriter
from xlsxwriter.color import Color
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from backend.district_time import DISTRICT_TIME

CellKind: TypeAlias = Literal[
    "text", "long_text", "code", "integer", "number", "percent", "date", "time", "grade"
]
Paper: TypeAlias = Literal["A4", "A3"]

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
CODES = "代码表"

_CUT = "…（后面还有，一格写不下）"
_PAPERS = {"A4": 9, "A3": 8}
_WIDTHS: dict[CellKind, float] = {
    "long_text": 36,
    "code": 21,
    "date": 12,
    "time": 18,
    "grade": 10,
    "integer": 10,
}
_NUMBER_FORMATS: dict[CellKind, str] = {
    "text": "@",
    "long_text": "@",
    "code": "@",
    "integer": "0",
    "number": "General",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm",
    "grade": "@",
}
# A fixed date makes the same list the same file, byte for byte.
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 (the file format has no zones)
# Spreadsheets run what begins so once somebody edits the cell.
_ARMED = frozenset("=+-@")
# C0 but tab and line break, DEL, C1, what turns the direction of a line, half characters, non-characters.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
# The theme's own colours: accents 1 and 2, lightened. Colours that mean something come from the caller.
_QUIET, _STRONG, _WARNING = Color.theme(4, 1), Color.theme(4, 2), Color.theme(5, 1)


@dataclass(frozen=True)
class Column:
    """One column of a list.

    `kind` : how its cells are shown; values of another type are shown as their type wants.
    `width` : in characters of half width; by default what the kind and the heading need.
    `is_required` : marked for who fills it in.
    """

    header: str
    kind: CellKind = "text"
    width: float | None = None
    is_required: bool = False

    @property
    def shown_width(self) -> float:
        """The width as it is set."""
        return self.width or max(_WIDTHS.get(self.kind, 14), shown_length(self.header) + 3)


@dataclass(frozen=True)
class Fill:
    """Colours of a cell, `#rrggbb`."""

    background: str
    text: str


@dataclass(frozen=True)
class Marked:
    """A value that somebody should look at: its cell is coloured."""

    value: object


@dataclass(frozen=True)
class CodeList:
    """Words that a column may have, with what they mean."""

    header: str
    words: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A list for a sheet; `title` and `notes` are lines above its headings, none without a title."""

    title: str | None
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    notes: Sequence[str] = ()
    sheet: str = "清单"


@dataclass
class Styles:
    """The formats of one workbook, each made once."""

    book: xlsxwriter.Workbook
    fills: Mapping[object, Fill] = field(default_factory=dict)
    made: dict[tuple[object, ...], Format] = field(default_factory=dict)

    def of(self, *key: object, **facts: object) -> Format:
        """Give the format with these facts, known by its key."""
        if key not in self.made:
            self.made[key] = self.book.add_format({"valign": "vcenter", "font_size": 10, **facts})
        return self.made[key]

    def title(self) -> Format:
        """A list's title."""
        return self.of("title", bold=True, font_size=16, align="center")

    def note(self) -> Format:
        """A line under the title."""
        return self.of("note", italic=True, text_wrap=True, valign="top")

    def heading(self, *, is_required: bool) -> Format:
        """A column's name."""
        colour = _STRONG if is_required else _QUIET
        return self.of(
            "heading", is_required, bold=True, text_wrap=True, align="center", border=1, bg_color=colour
        )

    def cell(self, kind: CellKind, value: object, *, is_marked: bool, has_border: bool = True) -> Format:
        """A cell of a column of that kind."""
        fill = self.fills.get(value) if kind == "grade" else None
        is_armed = isinstance(value, str) and value[:1] in _ARMED
        key = ("cell", kind, fill, is_marked, is_armed, has_border)
        # Millions of cells share a few formats.
        if key in self.made:
            return self.made[key]
        facts: dict[str, object] = {"num_format": _NUMBER_FORMATS[kind], "border": int(has_border)}
        if kind in ("long_text", "text"):
            facts["text_wrap"] = True
        if fill is not None:
            facts |= {"bg_color": fill.background, "font_color": fill.text, "align": "center"}
        if is_marked:
            facts["bg_color"] = _WARNING
        if is_armed:
            facts["quote_prefix"] = True
        return self.of(*key, **facts)


def write_table(
    stream: IO[bytes],
    title: str | None,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    codes: Sequence[CodeList] = (),
    notes: Sequence[str] = (),
    fills: Mapping[object, Fill] | None = None,
    paper: Paper = "A4",
    sheet: str = "清单",
) -> int:
    """Write a list that can be filtered, printed and read again; a list too long for a sheet goes on in the next.

    Parameters
    ----------
    title, notes : lines above the headings; without a title the headings are the first row.
    rows : a value a column; texts, numbers, days, moments (shown in China's time), None, or one of them `Marked`.
    codes : lists on a sheet of their own.
    fills : colours by the values of columns of the kind "grade".

    Returns
    -------
    How many rows were written.
    """
    table = Table(title, columns, rows, notes, sheet)
    return write_tables(stream, [table], codes=codes, fills=fills, paper=paper)[0]


def write_tables(
    stream: IO[bytes],
    tables: Iterable[Table],
    *,
    codes: Sequence[CodeList] = (),
    fills: Mapping[object, Fill] | None = None,
    paper: Paper = "A4",
) -> list[int]:
    """Write several lists as `write_table` does, one after the other; how many rows each has."""
    book = new_workbook(stream)
    styles = Styles(book, fills or {})
    written = [_write_list(book, styles, table, paper) for table in tables]
    if codes:
        write_codes(book, styles, codes)
    book.close()
    return written


def _write_list(book: xlsxwriter.Workbook, styles: Styles, table: Table, paper: Paper) -> int:
    above = [table.title, *table.notes] if table.title is not None else []
    room = MOST_ROWS - len(above) - 1
    written, left, part = 0, iter(table.rows), 1
    while True:
        first = next(left, None)
        if first is None and part > 1:
            return written
        here = chain([] if first is None else [first], islice(left, room - 1))
        name = sheet_name(table.sheet if part == 1 else f"{table.sheet[:24]}（{part}）")
        written += _write_sheet(book.add_worksheet(name), styles, above, table.columns, here, paper)
        part += 1


def new_workbook(stream: IO[bytes]) -> xlsxwriter.Workbook:
    """Begin a workbook that keeps one row in memory and takes no text for anything else."""
    book = xlsxwriter.Workbook(
        stream,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": _CREATED})
    return book


def set_up_page(sheet: Worksheet, *, header_row: int, paper: Paper = "A4") -> None:
    """Print across the page, as wide as the columns are, with the headings on each page and its number."""
    sheet.set_landscape()
    sheet.set_paper(_PAPERS[paper])
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header_row)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def write_codes(
    book: xlsxwriter.Workbook, styles: Styles, codes: Sequence[CodeList], *, is_hidden: bool = False
) -> Worksheet:
    """Write lists of words side by side on a sheet of their own."""
    sheet = book.add_worksheet(CODES)
    for position, each in enumerate(codes):
        sheet.set_column(
            position, position, max([shown_length(each.header), *map(shown_length, each.words)]) + 3
        )
        write_cell(sheet, 0, position, each.header, styles.heading(is_required=False))
    for row in range(max(len(each.words) for each in codes)):
        for position, each in enumerate(codes):
            if row < len(each.words):
                write_cell(
                    sheet, row + 1, position, each.words[row], styles.cell("text", "", is_marked=False)
                )
    if is_hidden:
        sheet.hide()
    return sheet


def write_cell(sheet: Worksheet, row: int, column: int, value: object, style: Format) -> None:
    """Write one value by its type; what is no number, day or truth is text."""
    # bool first: it is an int, too.
    if isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", style)
    elif isinstance(value, int | float) and math.isfinite(value) and abs(value) < 10**15:
        sheet.write_number(row, column, value, style)
    elif isinstance(value, datetime):
        there = value.astimezone(DISTRICT_TIME).replace(tzinfo=None) if value.tzinfo else value
        sheet.write_datetime(row, column, there, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    elif value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_string(row, column, cell_text(str(value)), style)


def cell_text(text: str) -> str:
    r"""Make a text fit for a cell: each control character a mark, too much cut off visibly.

    >>> cell_text("名\x1b称\u202e"), len(cell_text("长" * 40_000))
    ('名�称�', 32767)
    """
    shown = _CONTROLS.sub("\ufffd", text)
    return shown if len(shown) <= LONGEST_TEXT else shown[: LONGEST_TEXT - len(_CUT)] + _CUT


def sheet_name(name: str) -> str:
    """Make a name that Excel takes for a sheet.

    >>> sheet_name("企业[2026/3]"), sheet_name("'")
    ('企业_2026_3_', '_')
    """
    plain = re.sub(r"[\[\]:*?/\\]", "_", cell_text(name))[:31]
    # Excel keeps "History" for itself and takes no apostrophe at either end.
    plain = re.sub(r"^'|'$", "_", plain)
    return plain if plain.strip() and plain.casefold() != "history" else "_"


def shown_length(text: str) -> int:
    """Count a text's width in characters of half width; a Chinese one has two.

    >>> shown_length("经度 lon")
    8
    """
    return max((sum(1 if char < "ÿ" else 2 for char in line) for line in text.split("\n")), default=0)


def _write_sheet(
    sheet: Worksheet,
    styles: Styles,
    above: Sequence[str | None],
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    paper: Paper,
) -> int:
    for row, line in enumerate(above):
        _write_line(sheet, row, line or "", len(columns), styles.title() if row == 0 else styles.note())
    header_row = len(above)
    write_headings(sheet, header_row, columns, styles)
    row = header_row
    for row, values in enumerate(rows, start=header_row + 1):
        for position, (column, value) in enumerate(zip(columns, values, strict=True)):
            is_marked = isinstance(value, Marked)
            plain = value.value if isinstance(value, Marked) else value
            style = styles.cell(_kind(column.kind, plain), plain, is_marked=is_marked)
            write_cell(sheet, row, position, plain, style)
    sheet.autofilter(header_row, 0, row, len(columns) - 1)
    set_up_page(sheet, header_row=header_row, paper=paper)
    return row - header_row


def write_headings(sheet: Worksheet, row: int, columns: Sequence[Column], styles: Styles) -> None:
    """Write the columns' names, set their widths, and keep them in sight."""
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.shown_width)
        name = f"{column.header} *" if column.is_required else column.header
        write_cell(sheet, row, position, name, styles.heading(is_required=column.is_required))
    sheet.freeze_panes(row + 1, 0)


def _write_line(sheet: Worksheet, row: int, text: str, width: int, style: Format) -> None:
    if width > 1:
        sheet.merge_range(row, 0, row, width - 1, cell_text(text), style)
    else:
        write_cell(sheet, row, 0, text, style)


def _kind(kind: CellKind, value: object) -> CellKind:
    """Show a value as its own type wants where it does not fit its column."""
    if isinstance(value, datetime):
        return kind if kind == "date" else "time"
    if isinstance(value, date):
        return "date"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and kind in ("text", "long_text", "code", "date", "time"):
        return "number"
    return kind
