"""The risk lists, the roster and its coverage over HTTP."""

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, params
from fastapi.responses import Response, StreamingResponse

from backend.accounts.access import Exporter, Viewer, record_export
from backend.database import ReadSession
from backend.errors import BadParameter, DomainError
from backend.jurisdictions.actors import Actor
from backend.lists import coverage, exporting, service
from backend.lists.columns import LISTS, RiskList
from backend.lists.coverage import RosterFilters
from backend.lists.exporting import Format
from backend.lists.filters import Filters
from backend.lists.schemas import ChoicesOut, CoverageOut, RiskListOut, RosterOut
from backend.lists.service import Wanted
from backend.web.parameters import Bbox, Moment, read_key

router = APIRouter(prefix="/api/v1", tags=["lists"])
MOST_ROWS = 200_000
"""Rows of one download; a longer list is written on the machine, where nobody waits for it."""
CHUNK = 1 << 16

Codes = Annotated[
    list[str] | None, Query(max_length=50, description="one or several codes, with commas or again")
]
Flag = Annotated[bool | None, Query()]
Text = Annotated[str | None, Query(max_length=100)]
Page = Annotated[int, Query(ge=1, le=100_000)]
Limit = Annotated[int, Query(ge=1, le=200)]


class TooManyRows(DomainError):
    """More rows than one download holds."""

    status = 400
    code = "too_many_rows"


def only(*known: str) -> params.Depends:
    """Refuse every other parameter: what was asked and ignored would tell of other rows."""

    def refuse(request: Request) -> None:
        for name in request.query_params:
            if name not in known:
                there = f"可用的有 {'、'.join(known)}" if known else "这个地址没有参数"
                raise BadParameter(name[:40], f"没有这个参数；{there}")

    return params.Depends(refuse)


def codes(name: str, given: list[str] | None) -> tuple[str, ...]:
    """Codes that are divided by commas, or given one by one.

    >>> codes("grade", ["1,2", "none"])
    ('1', '2', 'none')
    """
    return tuple(
        code.strip() for text in given or [] for code in plain(name, text).split(",") if code.strip()
    )


def plain(name: str, text: str) -> str:
    """A text that the database can hold."""
    if "\x00" in text:
        raise BadParameter(name, "含有不可用的字符")
    return text


def read_filters(
    bbox: Bbox,
    grade: Codes = None,
    residual_grade: Codes = None,
    township: Codes = None,
    sector: Codes = None,
    group: Codes = None,
    status: Codes = None,
    kind: Codes = None,
    accident_type: Codes = None,
    enterprise: Annotated[str | None, Query(max_length=40, description="its id, or its number")] = None,
    q: Text = None,
    overdue: Flag = None,
    unplaced: Flag = None,
    unassessed: Flag = None,
    min_age: Annotated[int | None, Query(ge=0, le=100_000, description="days since the last change")] = None,
) -> Filters:
    """Which rows are wanted."""
    return Filters(
        grade=codes("grade", grade),
        residual_grade=codes("residual_grade", residual_grade),
        township=codes("township", township),
        sector=codes("sector", sector),
        group=codes("group", group),
        status=codes("status", status),
        kind=codes("kind", kind),
        accident_type=codes("accident_type", accident_type),
        enterprise=None if enterprise is None else read_key(enterprise),
        q=plain("q", q).strip() or None if q else None,
        bbox=bbox,
        overdue=overdue,
        unplaced=unplaced,
        unassessed=unassessed,
        min_age=min_age,
    )


def read_list(
    listed: Annotated[
        str, Query(alias="list", max_length=40, description="zones, events or enterprises")
    ] = "zones",
) -> RiskList:
    """Which list."""
    if listed not in LISTS:
        there = "、".join(f"{each.code}（{each.zh}）" for each in LISTS.values())
        raise BadParameter("list", f"可用的有 {there}")
    return LISTS[listed]


NamedList = Annotated[RiskList, Depends(read_list)]


def read_wanted(
    filters: Annotated[Filters, Depends(read_filters)],
    moment: Moment,
    listed: NamedList,
    sort: Annotated[
        str, Query(max_length=40, description="a column; from its end after a minus sign")
    ] = "grade",
) -> Wanted:
    """Which list, which rows of it, and in which order."""
    return Wanted(listed, filters, sort, moment)


def read_roster_filters(
    township: Codes = None,
    sector: Codes = None,
    unmatched: Flag = None,
    unplaced: Flag = None,
    ungraded: Flag = None,
    unassessed: Flag = None,
    q: Text = None,
) -> RosterFilters:
    """Which entries of the roster are wanted."""
    return RosterFilters(
        township=codes("township", township),
        sector=codes("sector", sector),
        unmatched=unmatched,
        unplaced=unplaced,
        ungraded=ungraded,
        unassessed=unassessed,
        q=plain("q", q).strip() or None if q else None,
    )


OF_A_LIST = ("list", "sort", "datetime", *Filters.__dataclass_fields__)
OF_THE_ROSTER = tuple(RosterFilters.__dataclass_fields__)
WantedRows = Annotated[Wanted, Depends(read_wanted)]
WantedEntries = Annotated[RosterFilters, Depends(read_roster_filters)]


@router.get("/risk-list", dependencies=[only("page", "limit", *OF_A_LIST)])
def read_risk_list(
    wanted: WantedRows, actor: Viewer, session: ReadSession, page: Page = 1, limit: Limit = 50
) -> RiskListOut:
    """A page of a risk list, with counts that are the map's for the same rows."""
    return service.page(session, actor, wanted, page=page, limit=limit)


@router.get("/risk-list/choices", dependencies=[only("list")])
def read_choices(listed: NamedList, actor: Viewer, session: ReadSession) -> ChoicesOut:
    """What a list can be filtered by: of groups and kinds, those that the reader's own rows have."""
    return service.choices(session, actor, listed)


@router.get(
    "/risk-list.xlsx",
    dependencies=[only(*OF_A_LIST)],
    response_class=Response,
    responses={200: {"content": {exporting.MEDIA_TYPES["xlsx"]: {}}}},
)
def export_workbook(request: Request, wanted: WantedRows, actor: Exporter, session: ReadSession) -> Response:
    """A whole risk list as an Excel workbook."""
    return export(request, session, actor, wanted, "xlsx")


@router.get(
    "/risk-list.csv",
    dependencies=[only(*OF_A_LIST)],
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def export_csv(request: Request, wanted: WantedRows, actor: Exporter, session: ReadSession) -> Response:
    """A whole risk list as CSV: UTF-8 with a byte order mark."""
    return export(request, session, actor, wanted, "csv")


def export(request: Request, session: ReadSession, actor: Actor, wanted: Wanted, form: Format) -> Response:
    """Write a list into a file that has no name, leave its trace, and send it.

    Raises
    ------
    TooManyRows
    """
    rows = service.total(session, actor, wanted)
    if rows > MOST_ROWS:
        raise TooManyRows(
            f"共有 {rows} 行，一次最多下载 {MOST_ROWS} 行。请缩小筛选范围，或在服务器上用 "
            "./riskmap export risk-list 导出。"
        )
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it is sent)
    try:
        written = exporting.write_list(session, actor, wanted, file, form)
        record_export(request, actor, what=f"risk-list {wanted.listed.code}", rows=written)
    except BaseException:
        file.close()
        raise
    name = quote(exporting.file_name(wanted, form))
    return StreamingResponse(
        sent(file),
        media_type=exporting.MEDIA_TYPES[form],
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Cache-Control": "private, no-store",
        },
    )


def sent(file: IO[bytes]) -> Iterator[bytes]:
    """A file from its beginning, bit by bit; it is gone afterwards."""
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


@router.get("/coverage", dependencies=[only()])
def read_coverage(actor: Viewer, session: ReadSession) -> CoverageOut:
    """How far the register covers the roster, by township and sector: 未上图 and 未评估 are counted apart."""
    return coverage.coverage(session, actor)


@router.get("/roster", dependencies=[only("page", "limit", *OF_THE_ROSTER)])
def read_roster(
    filters: WantedEntries, actor: Viewer, session: ReadSession, page: Page = 1, limit: Limit = 50
) -> RosterOut:
    """A page of the roster (应建台账): who should be in the register, and who answers."""
    return coverage.roster(session, actor, filters, page=page, limit=limit)
