"""The files of a saved run over HTTP: for other programs, to edit, and to print."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from backend.accounts.access import Exporter, record_export
from backend.database import ReadSession
from backend.jurisdictions.actors import Actor
from backend.proximity import exporting, printed
from backend.proximity.models import ProximityRun
from backend.proximity.runs import find_done
from backend.settings import Settings

router = APIRouter(prefix="/api/v1/proximity/runs", tags=["proximity"])
CHUNK = 2**20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GEOJSON = "application/geo+json"
GEOPACKAGE = "application/geopackage+sqlite3"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"

Writer = Callable[[Session, Actor, ProximityRun, IO[bytes]], int]


@router.get("/{run_id}/pairs.xlsx", response_class=Response, responses={200: {"content": {XLSX: {}}}})
def export_workbook(request: Request, run_id: UUID, actor: Exporter, session: ReadSession) -> Response:
    """A run as an Excel workbook: pairs, what the rules say, how it was measured, codes."""
    return export(request, session, actor, run_id, exporting.write_workbook, "xlsx", XLSX)


@router.get("/{run_id}/pairs.geojson", response_class=Response, responses={200: {"content": {GEOJSON: {}}}})
def export_geojson(request: Request, run_id: UUID, actor: Exporter, session: ReadSession) -> Response:
    """The connecting lines of a run with their facts, as GeoJSON."""
    return export(request, session, actor, run_id, exporting.write_geojson, "geojson", GEOJSON)


@router.get("/{run_id}/pairs.gpkg", response_class=Response, responses={200: {"content": {GEOPACKAGE: {}}}})
def export_geopackage(request: Request, run_id: UUID, actor: Exporter, session: ReadSession) -> Response:
    """Lines, sites and targets of a run as the layers of a GeoPackage."""
    return export(request, session, actor, run_id, exporting.write_geopackage, "gpkg", GEOPACKAGE)


@router.get("/{run_id}/report.docx", response_class=Response, responses={200: {"content": {DOCX: {}}}})
def export_word(request: Request, run_id: UUID, actor: Exporter, session: ReadSession) -> Response:
    """The report of a run with its map as a Word document, to be edited."""
    write = partial(printed.write_word, district=district_of(request))
    return export(request, session, actor, run_id, write, "docx", DOCX)


@router.get("/{run_id}/report.pdf", response_class=Response, responses={200: {"content": {PDF: {}}}})
def export_pdf(request: Request, run_id: UUID, actor: Exporter, session: ReadSession) -> Response:
    """The report of a run with its map, to be printed and signed."""
    write = partial(printed.write_pdf, district=district_of(request))
    return export(request, session, actor, run_id, write, "pdf", PDF)


def district_of(request: Request) -> str:
    """The code of the district on the map."""
    settings: Settings = request.app.state.settings
    return settings.district


def export(
    request: Request,
    session: Session,
    actor: Actor,
    run_id: UUID,
    write: Writer,
    suffix: str,
    media_type: str,
) -> Response:
    """Write a run into a file that has no name, leave its trace, and send it."""
    run = find_done(session, actor, run_id)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when it is sent)
    try:
        rows = write(session, actor, run, file)
        record_export(request, actor, what=f"proximity run {run.number} {suffix}", rows=rows)
    except BaseException:
        file.close()
        raise
    name = quote(f"邻近分析_第{run.number}号.{suffix}")
    return StreamingResponse(
        sent(file),
        media_type=media_type,
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
