"""A risk list as a workbook or as CSV: the rows of the page, with its filters and its date written on it."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import IO, Any, Literal, cast

from sqlalchemy.orm import Session

from backend.audit.commands import inert
from backend.district_time import DISTRICT_TIME
from backend.grades import GRADE_BASIS, GRADES, UNGRADED
from backend.jurisdictions.actors import Actor
from backend.lists import words
from backend.lists.columns import ListColumn
from backend.lists.filters import Filters, checked
from backend.lists.service import Wanted, all_rows
from backend.register.rows import Term
from backend.risk.vocabulary import ASSESSMENT_BASES
from backend.spreadsheets import CodeList, Column, Fill, write_table

Format = Literal["xlsx", "csv"]
MEDIA_TYPES: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
GRADE_WORDS = {grade.code: grade.zh for grade in (*GRADES, UNGRADED)}
FILLS: Mapping[object, Fill] = {grade.zh: Fill(grade.colour, grade.text) for grade in (*GRADES, UNGRADED)}
FILTER_NAMES: Mapping[str, str] = {
    "grade": "风险等级（固有）",
    "residual_grade": "风险等级（控制）",
    "township": "街道/乡镇",
    "sector": "行业",
    "group": "园区/村/网格",
    "status": "经营状态",
    "kind": "类型",
    "accident_type": "事故类别",
    "enterprise": "企业",
    "q": "文字",
    "bbox": "范围",
    "overdue": "复评已到期",
    "unplaced": "未上图",
    "unassessed": "未评估",
    "min_age": "资料未更新（天，至少）",
}


def file_name(wanted: Wanted, form: Format) -> str:
    """A list's file by its Chinese name and the day: 安全风险清单_20261126.xlsx."""
    return f"{wanted.listed.zh}_{datetime.now(DISTRICT_TIME):%Y%m%d}.{form}"


def write_list(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    stream: IO[bytes],
    form: Format,
    *,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write every row that is wanted, and give their number.

    Parameters
    ----------
    progress : told how many rows are written, now and then.
    """
    columns = wanted.listed.columns
    rows = reported(all_rows(session, actor, wanted), progress)
    cells = ([cell(column, row[column.code]) for column in columns] for row in rows)
    if form == "csv":
        return write_csv(stream, columns, cells)
    tables = words.tables(session, actor)
    told = checked(session, actor, wanted.listed, wanted.filters, tables)
    return write_table(
        stream,
        wanted.listed.zh,
        [Column(column.zh, column.kind) for column in columns],
        cells,
        codes=code_lists(columns, tables),
        notes=notes(wanted, told),
        fills=FILLS,
        paper="A3",
        sheet=wanted.listed.zh,
    )


def reported(
    rows: Iterable[dict[str, Any]], progress: Callable[[int], None] | None
) -> Iterator[dict[str, Any]]:
    """The rows, with a word after each thousand."""
    for count, row in enumerate(rows, 1):
        yield row
        if progress is not None and count % 1000 == 0:
            progress(count)


def cell(column: ListColumn, value: object) -> object:
    """A value as people read it in a sheet."""
    if column.words == "grade":
        return GRADE_WORDS[cast(int | None, value)]
    return value.zh if isinstance(value, Term) else value


def notes(wanted: Wanted, told: Mapping[str, list[Term]]) -> list[str]:
    """When the list was made, of what it was chosen, and which grade is which."""
    moment = wanted.moment or datetime.now(DISTRICT_TIME)
    basis = ASSESSMENT_BASES[GRADE_BASIS][0]
    return [
        f"导出时间：{said(datetime.now(DISTRICT_TIME))}；资料截至：{said(moment)}；地图按{basis}风险着色。",
        f"筛选条件：{said_filters(wanted.filters, told)}",
    ]


def said(moment: datetime) -> str:
    """A moment by China's clock."""
    return f"{moment.astimezone(DISTRICT_TIME):%Y-%m-%d %H:%M}"


def said_filters(filters: Filters, told: Mapping[str, list[Term]]) -> str:
    """The filters in words.

    >>> said_filters(Filters(overdue=True, q="氨"), {})
    '文字为氨；复评已到期为是'
    >>> said_filters(Filters(), {})
    '无（全部）'
    """
    parts = []
    for name, value in filters.given().items():
        if name in told:
            text = "、".join(term.zh for term in told[name])
        elif isinstance(value, bool):
            text = "是" if value else "否"
        elif isinstance(value, tuple):
            text = "、".join(str(part) for part in value)
        else:
            text = str(value)
        parts.append(f"{FILTER_NAMES[name]}为{text}")
    return "；".join(parts) or "无（全部）"


def code_lists(columns: Sequence[ListColumn], tables: Mapping[str, words.Table]) -> list[CodeList]:
    """The words that the coded columns may have, once each."""
    lists: dict[str, CodeList] = {}
    for column in columns:
        if column.words is not None:
            there = [term.zh for term in tables[column.words].values()]
            lists.setdefault(column.words, CodeList(column.zh, list(dict.fromkeys(there))))
    return list(lists.values())


def write_csv(stream: IO[bytes], columns: Sequence[ListColumn], rows: Iterable[Sequence[Any]]) -> int:
    """Write UTF-8 with a byte order mark, for Excel; no cell is run as a formula."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    try:
        table = csv.writer(text)
        table.writerow([column.zh for column in columns])
        written = 0
        for row in rows:
            table.writerow([plain(value) for value in row])
            written += 1
        return written
    finally:
        # The stream is the caller's to close.
        text.detach()


def plain(value: object) -> object:
    """A value as a CSV cell.

    >>> plain(True), plain(None), plain("=1+1"), plain(date(2026, 1, 2)), plain(6.0)
    ('是', '', "'=1+1", '2026-01-02', '6')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return said(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:g}"
    return inert(value) if isinstance(value, str) else value
