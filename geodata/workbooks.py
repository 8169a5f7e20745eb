"""Tables in Excel workbooks (.xlsx, .xlsm), found and read as the people who filled them in see them.

A sheet may have a title, group headings and merged cells; the table begins under the row that names most of the
columns that the caller knows. A row is known by its number on the screen, a cell by its column's letter. Values come
as Excel stored them; nothing is calculated, run or mended.
"""

from __future__ import annotations

import datetime
import re
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from geodata.crs import Datum
from geodata.csv_files import coordinate_columns, points_of
from geodata.errors import MissingCRS, UnknownLayer, UnreadableFile
from geodata.problems import RowProblem
from geodata.row_filter import matching_rows
from geodata.vector_table import VectorTable, attribute_column, geo_frame
from geodata.workbook_headings import (
    HEADER_ROWS,
    NoHeader,
    column_names,
    find_header_row,
    last_header_row,
    merged,
    merges_of,
    plain_name,
)
from geodata.workbook_parts import Parts, Sheet, column_letter, look_through

# Also the names under which people send what is none, so that they are told so.
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods")
ERROR, NOT_CALCULATED, LOST_DIGITS = "error_cell", "not_calculated", "lost_digits"

# Sheets that explain or list codes beside those with data.
_ASIDE = re.compile("说明|须知|代码表|码表|字典|选项|下拉")
# Beyond, a number in Excel has lost its last digits; Excel itself shows no more.
_EXACT_BELOW = 10**15
_EXCEL_DIGITS = 15

Value: TypeAlias = str | int | float | None


@dataclass(frozen=True)
class WorkbookTable:
    """One sheet's table.

    `table` : as of any other file; the index is Excel's row numbers.
    `letters` : each column's letter, by the column's name.
    `faults` : cells that say nothing certain: errors (ERROR), formulas that no program has calculated
        (NOT_CALCULATED), numbers too long for Excel (LOST_DIGITS); they matter only where the column is used.
    `is_1904` : serial days count from 1904.
    `notices` : what was noticed about the sheet, Chinese, fit to show.
    """

    table: VectorTable
    sheet: str
    letters: Mapping[str, str]
    faults: list[RowProblem]
    is_1904: bool
    notices: list[str]


def is_workbook(path: Path | str) -> bool:
    """Tell whether a file calls itself a workbook."""
    return Path(path).suffix.casefold() in SUFFIXES


def read_workbook(
    path: Path | str,
    *,
    known: Collection[str],
    sheet: str | None = None,
    preferred: str | None = None,
    datum: Datum | None = None,
    lon: str | None = None,
    lat: str | None = None,
    where: str | None = None,
) -> WorkbookTable:
    """Read the table of one sheet.

    Parameters
    ----------
    known : names that columns may have; letter case, width and blanks in them do not matter.
    sheet : its name; without it, the one with a table, not counting sheets of codes and instructions.
    preferred : name of the sheet to take where several have a table.
    datum, lon, lat, where : as in `read_vector_file`.

    Raises
    ------
    UnknownLayer
        If the sheet is not there, or several may be meant.
    MissingCRS
        If there are coordinates and no datum.
    GeodataError
        The other classes of `geodata.errors`, each with a sentence to show.
    """
    path = Path(path)
    if not path.is_file():
        raise UnreadableFile(f"没有这个文件：{path.name}")
    with tempfile.TemporaryDirectory(prefix="riskmap-") as folder:
        parts = look_through(path, Path(folder))
        try:
            with CalamineWorkbook.from_path(parts.copy) as workbook:
                reading = _chosen(workbook, parts, known, sheet, preferred)
                columns, rows, faults = reading.read()
        except CalamineError as error:
            raise UnreadableFile(f"{path.name} 已损坏，不是完好的 Excel 工作簿") from error
        except BaseException as error:
            # A reader written in Rust panics where Python raises; the class cannot be imported.
            if type(error).__name__ != "PanicException":
                raise
            raise UnreadableFile(f"{path.name} 已损坏，不是完好的 Excel 工作簿") from error
    index = pd.Index(rows, dtype="int64")
    attributes = pd.DataFrame(
        {name: attribute_column(values, index) for name, values in columns.items()}, index=index
    )
    table = _placed(attributes, datum, lon, lat)
    if where is not None:
        table = _filtered(table, where)
        kept = set(table.frame.index)
        faults = [fault for fault in faults if fault.row in kept]
    problems = [reading.located(problem) for problem in table.problems]
    return WorkbookTable(
        replace(table, problems=problems),
        reading.sheet.name,
        reading.letters,
        faults,
        parts.is_1904,
        reading.notices(),
    )


def _chosen(
    workbook: CalamineWorkbook, parts: Parts, known: Collection[str], sheet: str | None, preferred: str | None
) -> _Reading:
    """Open the sheet that is meant."""
    plain = frozenset(plain_name(name) for name in known)
    listed = "、".join(f"「{each.name}」" for each in parts.sheets) or "（无）"
    if sheet is not None:
        named = [each for each in parts.sheets if each.name == sheet]
        if not named:
            raise UnknownLayer(f"没有工作表「{sheet}」；有：{listed}")
        return _Reading(workbook, named[0], plain, at_least=1)
    visible = [each for each in parts.sheets if not each.is_hidden] or parts.sheets
    candidates = [each for each in visible if not _ASIDE.search(each.name)] or visible
    if not candidates:
        raise UnreadableFile("工作簿里没有工作表")
    if len(candidates) == 1:
        return _Reading(workbook, candidates[0], plain, at_least=1)
    return _told_apart(workbook, candidates, plain, preferred)


def _told_apart(
    workbook: CalamineWorkbook, candidates: Sequence[Sheet], known: frozenset[str], preferred: str | None
) -> _Reading:
    """Find the one sheet with a table among several."""
    found = []
    for each in candidates:
        try:
            reading = _Reading(workbook, each, known, at_least=2)
        except NoHeader:
            continue
        if each.name == preferred:
            return reading
        if reading.has_rows:
            found.append(reading)
    if len(found) == 1:
        return found[0]
    which = found or candidates
    names = "、".join(f"「{each.sheet.name if isinstance(each, _Reading) else each.name}」" for each in which)
    reason = "都有可导入的表" if found else "都没有找到认识的列名"
    raise UnknownLayer(f"工作表{names}{reason}：请用 --layer 工作表名 指定一个")


class _Reading:
    """One sheet whose header was found; rows and columns count from 1, as on the screen."""

    def __init__(
        self, workbook: CalamineWorkbook, sheet: Sheet, known: frozenset[str], *, at_least: int
    ) -> None:
        self.sheet = sheet
        self.opened: CalamineSheet = workbook.get_sheet_by_name(sheet.name)
        self.merges = merges_of(self.opened)
        self.width = max(sheet.survey.columns, default=0)
        top = merged([self.row(cells) for cells in islice(self.opened.iter_rows(), HEADER_ROWS)], self.merges)
        self.header_row = find_header_row(top, known, sheet.name, at_least)
        self.last_header_row = last_header_row(self.header_row, self.merges)
        self.names = column_names(top, self.header_row, self.merges, sheet.name)
        self.letters = {name: column_letter(column) for column, name in self.names.items()}
        self.unnamed: set[int] = set()

    def row(self, cells: Sequence[object]) -> list[object]:
        """Give a row its full width; Excel's own empty cells are left out at its end."""
        return [*cells[: self.width], *([""] * (self.width - len(cells)))]

    @property
    def has_rows(self) -> bool:
        return self.sheet.survey.last_row > self.last_header_row

    def read(self) -> tuple[dict[str, list[Value]], list[int], list[RowProblem]]:
        """Read the rows under the header: the columns by name, the rows' numbers, and the faults."""
        columns: dict[str, list[Value]] = {name: [] for name in self.names.values()}
        numbers: list[int] = []
        faults: list[RowProblem] = []
        lists = [(column - 1, name, columns[name]) for column, name in self.names.items()]
        for number, cells, found in self.rows():
            numbers.append(number)
            for position, name, values in lists:
                value, fault = _value(cells[position], found.get(position + 1))
                values.append(value)
                if fault is not None:
                    faults.append(self.fault(number, name, cells[position], fault))
        return columns, numbers, faults

    def rows(self) -> Iterator[tuple[int, list[object], dict[int, str]]]:
        """Give each row that is not blank: its number, its cells, and by column what is wrong with them.

        A cell that is merged downwards belongs to each of its rows.
        """
        wrong, merges = self.wrong(), self.starts()
        carried: dict[int, tuple[int, object, str | None]] = {}
        for number, cells in enumerate(self.all_rows(), start=1):
            if number <= self.last_header_row:
                continue
            row, found = self.row(cells), wrong.get(number, {})
            is_blank = not found and all(_is_blank(cell) for cell in row)
            for column, last in merges.get(number, ()):
                carried[column] = last, row[column - 1], found.get(column)
            for column, (last, cell, fault) in list(carried.items()):
                if last < number:
                    del carried[column]
                    continue
                row[column - 1] = cell
                if fault is not None:
                    found = {**found, column: fault}
            if not is_blank:
                self.note_unnamed(row)
                yield number, row, found

    def all_rows(self) -> Iterator[Sequence[object]]:
        """Give every row to the last with content; a formula without a value is content, and no value."""
        return islice(chain(self.opened.iter_rows(), repeat(())), self.sheet.survey.last_row)

    def wrong(self) -> dict[int, dict[int, str]]:
        """Give by row and column the text of an error, and "" where a formula has no value."""
        found: dict[int, dict[int, str]] = defaultdict(dict)
        survey = self.sheet.survey
        for row, column in survey.unvalued:
            found[row][column] = ""
        for (row, column), text in survey.errors.items():
            found[row][column] = text or "#?"
        return found

    def starts(self) -> dict[int, list[tuple[int, int]]]:
        """Give by the row in which it begins each merge that goes down: its column and its last row."""
        starts: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for (first, column), (last, _) in self.merges:
            if last > first > self.last_header_row and column <= self.width:
                starts[first].append((column, last))
        return starts

    def note_unnamed(self, row: Sequence[object]) -> None:
        """Remember columns that have content and no name."""
        if len(self.names) < self.width:
            self.unnamed.update(
                column for column, cell in enumerate(row, 1) if cell != "" and column not in self.names
            )

    def fault(self, row: int, name: str, cell: object, fault: str) -> RowProblem:
        column, sheet = self.letters[name], self.sheet.name
        if fault == LOST_DIGITS:
            reason = f"数字超过 {_EXCEL_DIGITS} 位，Excel 已丢失后面的位数"
            hint = "把该列设为「文本」格式，再重新填写完整的号码"
            return RowProblem(row, name, f"{cell:.0f}", reason, LOST_DIGITS, hint, column=column, sheet=sheet)
        if fault == NOT_CALCULATED:
            reason, hint = "公式没有计算结果", "用 Excel 或 WPS 打开并保存一次，或直接填写数值"
            return RowProblem(row, name, None, reason, NOT_CALCULATED, hint, column=column, sheet=sheet)
        reason, hint = f"单元格是错误值 {fault}", "改正公式，或直接填写数值"
        return RowProblem(row, name, fault, reason, ERROR, hint, column=column, sheet=sheet)

    def located(self, problem: RowProblem) -> RowProblem:
        return replace(problem, sheet=self.sheet.name, column=self.letters.get(problem.field or ""))

    def notices(self) -> list[str]:
        survey = self.sheet.survey
        merged = sum(len(each) for each in self.starts().values())
        told = [f"工作表「{self.sheet.name}」，列名在第 {self.header_row} 行"]
        hidden = [
            f"{count} {what}"
            for count, what in ((survey.hidden_rows, "行"), (survey.hidden_columns, "列"))
            if count
        ]
        if hidden:
            told.append(f"有 {'、'.join(hidden)}是隐藏的，也一并读取")
        if merged:
            told.append(f"有 {merged} 处上下合并的单元格，其内容算作每一行的内容")
        if survey.formulas:
            told.append(f"有 {survey.formulas} 格是公式，取上次保存时的计算结果")
        if self.unnamed:
            letters = "、".join(column_letter(column) for column in sorted(self.unnamed))
            told.append(f"{letters} 列没有列名，没有读取")
        return told


def _is_blank(cell: object) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _value(cell: object, wrong: str | None) -> tuple[Value, str | None]:
    """Give what a cell says, and the fault that it has.

    >>> _value(410411001001.0, None), _value(0.1 + 0.2, None), _value(True, None), _value(" ", None)
    ((410411001001, None), (0.3, None), ('是', None), (None, None))
    >>> _value(datetime.datetime(2026, 3, 5), None), _value(1e17, None), _value("", "#N/A")
    (('2026-03-05', None), (1e+17, 'lost_digits'), (None, '#N/A'))
    """
    if wrong is not None:
        return None, wrong or NOT_CALCULATED
    if isinstance(cell, str):
        return (cell if cell.strip() else None), None
    if isinstance(cell, bool):
        return ("是" if cell else "否"), None
    if isinstance(cell, int | float):
        if abs(cell) >= _EXACT_BELOW:
            return float(cell), LOST_DIGITS
        # 0.1 + 0.2 is 0.3 on the screen and was meant so.
        number = float(f"{cell:.{_EXCEL_DIGITS}g}")
        return (int(number) if number.is_integer() else number), None
    if isinstance(cell, datetime.datetime):
        is_day = cell.time() == datetime.time()
        return (cell.date().isoformat() if is_day else cell.isoformat(" ", "seconds")), None
    return str(cell), None


def _placed(attributes: pd.DataFrame, datum: Datum | None, lon: str | None, lat: str | None) -> VectorTable:
    x_name, y_name = coordinate_columns(list(attributes.columns), lon, lat)
    if x_name is None or y_name is None:
        nowhere = np.full(len(attributes), None, dtype=object)
        return VectorTable(geo_frame(attributes, nowhere, None), None, "utf-8")
    if datum is None:
        raise MissingCRS("工作表不会说明坐标系：请选择坐标系（如 WGS84、CGCS2000、GCJ-02）")
    x, y = (_written(attributes[name]) for name in (x_name, y_name))
    points, problems = points_of(x, y)
    return VectorTable(geo_frame(attributes, points, datum), datum, "utf-8", problems, has_place_columns=True)


def _written(column: pd.Series[Any]) -> pd.Series[str]:
    """Write numbers out, so that coordinates are judged in one way whether they are typed or text."""
    texts = [None if pd.isna(value) else str(value) for value in column.tolist()]
    return pd.Series(texts, index=column.index, dtype="str", name=column.name)


def _filtered(table: VectorTable, where: str) -> VectorTable:
    frame = table.frame[matching_rows(pd.DataFrame(table.frame.drop(columns="geometry")), where)]
    kept = set(frame.index)
    return replace(table, frame=frame, problems=[each for each in table.problems if each.row in kept])
