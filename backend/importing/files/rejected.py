"""The quarantine as a workbook: the bad rows in their own columns, why, and the cells to mend in colour."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import geopandas
import pandas as pd

from backend.importing.errors import CannotImport
from backend.importing.files.formulas import WORKBOOK_HEADINGS
from backend.importing.files.layout import Layout
from backend.importing.writing.quarantine import BETWEEN, by_row, joined, own_columns, save_beside
from backend.spreadsheets import LONGEST_TEXT, Column, Marked, write_table
from geodata.problems import RowProblem

SUFFIX = ".xlsx"
_NUMBER, _WHERE, _WHY, _WHAT_TO_DO = WORKBOOK_HEADINGS
REASONS = (
    Column(_NUMBER, "integer", 11),
    Column(_WHERE, "text", 22),
    Column(_WHY, "long_text", 36),
    Column(_WHAT_TO_DO, "long_text", 36),
)


def write_rejected(
    wanted: Path,
    frame: geopandas.GeoDataFrame,
    findings: Sequence[RowProblem],
    *,
    layout: Layout,
    has_place_columns: bool,
) -> Path:
    """Write one row a bad row: its number, the columns, the reasons and what to do, then the row as delivered.

    Nothing in it is a formula, and all of it is text but numbers, so that codes stay whole; once mended it is
    imported as it is. Parameters and the answer are those of `write_quarantine`.

    Raises
    ------
    CannotImport
        If a text is longer than a cell of a workbook.
    """
    found = list(by_row(findings))
    own = own_columns(frame.loc[[row for row, _ in found]], has_place_columns=has_place_columns)
    _require_fit(own, [row for row, _ in found], wanted)
    columns = [*REASONS, *(Column(str(name)) for name in own.columns)]
    cells = own.astype(object).where(own.notna(), None).to_numpy()
    rows = (
        [*_causes(row, problems), *_marked(own, values, problems, layout)]
        for (row, problems), values in zip(found, cells, strict=True)
    )
    content = io.BytesIO()
    write_table(content, None, columns, rows, sheet=layout.sheet or "隔离")
    return save_beside(wanted, content.getvalue())


def _causes(row: int, problems: Sequence[RowProblem]) -> tuple[object, ...]:
    places = BETWEEN.join(dict.fromkeys(_place(problem) for problem in problems if problem.field))
    return row, places, joined(problems, "reason"), joined(problems, "hint")


def _place(problem: RowProblem) -> str:
    letter = f"{problem.column} 列" if problem.column else ""
    return f"{letter}「{problem.field}」"


def _marked(
    own: pd.DataFrame, values: Iterable[object], problems: Sequence[RowProblem], layout: Layout
) -> list[object]:
    bad = {column for problem in problems for column in layout.of(problem)}
    return [Marked(value) if name in bad else value for name, value in zip(own.columns, values, strict=True)]


def _require_fit(own: pd.DataFrame, rows: Sequence[int], wanted: Path) -> None:
    for name in own.columns:
        for row, value in zip(rows, own[name], strict=True):
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                raise CannotImport(
                    f"第 {row} 行「{name}」超过 {LONGEST_TEXT:,} 个字符，Excel 的一格存不下："
                    f"隔离文件请用 {wanted.with_suffix('.csv').name}（--quarantine）"
                )
