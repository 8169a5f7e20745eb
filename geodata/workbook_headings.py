"""Headings of a sheet: the row that names the columns, under titles and groups, with its merged cells."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from python_calamine import CalamineSheet

from geodata.errors import TooLarge, UnreadableFile
from geodata.workbook_parts import MOST_CELLS, column_letter

# The row of column names is looked for so far down.
HEADER_ROWS = 50

Merge: TypeAlias = tuple[tuple[int, int], tuple[int, int]]
"""First and last (row, column), counted from 1."""


class NoHeader(UnreadableFile):
    """No row names a column that is known; `likely` are the texts of the row that looks most like headings."""

    code = "no_header"

    def __init__(self, message: str, likely: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.likely = tuple(likely)


def plain_name(text: str) -> str:
    r"""Bring a column's name into the form in which names are compared.

    >>> plain_name("统一社会\n信用代码 *"), plain_name("点位精度（米）"), plain_name("名 称")
    ('统一社会信用代码', '点位精度(米)', '名称')
    """
    return unicodedata.normalize("NFKC", _clean_name(text)).casefold()


def _clean_name(text: str) -> str:
    """Take out of a heading what is only there for the eye: line breaks, blanks, the mark of a required column."""
    joined = re.sub(r"\s+", " ", text).strip().rstrip("*＊").strip()
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", joined)


def merges_of(sheet: CalamineSheet) -> list[Merge]:
    """Give a sheet's merged cells."""
    merges = [
        ((top + 1, left + 1), (bottom + 1, right + 1))
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
    ]
    if sum(bottom - top for (top, _), (bottom, _) in merges) > MOST_CELLS:
        raise TooLarge(f"工作表「{sheet.name}」的合并单元格太多")
    return merges


def merged(rows: list[list[object]], merges: Iterable[Merge]) -> list[list[object]]:
    """Write what a merged cell says into all its cells; for headings, which belong to what they span."""
    for (top, left), (bottom, right) in merges:
        if top > len(rows) or left > len(rows[0]):
            continue
        said = rows[top - 1][left - 1]
        for row in rows[top - 1 : bottom]:
            width = min(right, len(row)) - left + 1
            row[left - 1 : left - 1 + width] = [said] * width
    return rows


def find_header_row(
    rows: Sequence[Sequence[object]], known: frozenset[str], sheet: str, at_least: int
) -> int:
    """Find the first row in which most known names stand."""
    counts = [len({plain_name(cell) for cell in row if isinstance(cell, str)} & known) for row in rows]
    best = max(counts, default=0)
    if best < at_least:
        first = next((row for row in rows if any(cell != "" for cell in row)), [])
        seen = "、".join(_clean_name(str(cell))[:40] for cell in first if cell != "")
        raise NoHeader(
            f"工作表「{sheet}」的前 {HEADER_ROWS} 行里没有认识的列名"
            f"{f'；第一行有字的是：{seen}' if seen else ''}。请用 --map 字段=列名 说明",
            max((_texts(row) for row in rows), key=lambda texts: len(set(texts)), default=()),
        )
    return counts.index(best) + 1


def _texts(row: Sequence[object]) -> list[str]:
    return [_clean_name(cell) for cell in row if isinstance(cell, str) and _clean_name(cell)]


def last_header_row(header_row: int, merges: Iterable[Merge]) -> int:
    """Give the last row that a heading reaches down to."""
    return max([header_row, *(bottom for (top, _), (bottom, _) in merges if top <= header_row <= bottom)])


def column_names(
    rows: Sequence[Sequence[object]], header_row: int, merges: Sequence[Merge], sheet: str
) -> dict[int, str]:
    """Name the columns: by the row of names; where it is empty, by a single cell above; twins by their group too."""
    own = [_clean_name(_shown(cell)) for cell in rows[header_row - 1]]
    above = (
        [_clean_name(_shown(cell)) for cell in rows[header_row - 2]] if header_row > 1 else [""] * len(own)
    )
    spanning = {
        column
        for (top, left), (bottom, right) in merges
        if top < header_row <= bottom + 1 and right > left
        for column in range(left, min(right, len(own)) + 1)
    }
    names = {}
    for column, name in enumerate(own, start=1):
        if not name and column not in spanning:
            name = above[column - 1]
        if name:
            names[column] = name
    counts = Counter(names.values())
    for column, name in names.items():
        if counts[name] > 1 and above[column - 1] not in ("", name):
            names[column] = f"{above[column - 1]}/{name}"
    _require_different(names, sheet)
    return names


def _shown(cell: object) -> str:
    return f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell)


def _require_different(names: Mapping[int, str], sheet: str) -> None:
    columns: dict[str, list[str]] = defaultdict(list)
    for column, name in names.items():
        columns[name].append(column_letter(column))
    doubled = [
        f"{'、'.join(letters)} 列都叫「{name}」" for name, letters in columns.items() if len(letters) > 1
    ]
    if doubled:
        raise UnreadableFile(f"工作表「{sheet}」列名重复：{'；'.join(doubled)}")
