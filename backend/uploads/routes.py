"""Imports over HTTP: templates, uploads, their preview and their writing."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorking
from functools import partial
from typing import Annotated
from urllib.parse import quote
from uuid import UUID, uuid4

from anyio import CapacityLimiter, WouldBlock
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from sqlalchemy import func, select

from backend.accounts.access import Editor, Reviewer, record_export
from backend.database import Busy, ReadSession, Transaction, WriteSession
from backend.errors import DomainError, NotFound
from backend.importing.checking.owning import is_limited
from backend.importing.choices import choices_of
from backend.importing.files.templates import template_workbook
from backend.importing.kinds import BUREAU_ONLY, KINDS, kind_named
from backend.importing.models import ImportMapping
from backend.importing.service import require_right
from backend.jurisdictions.actors import Actor
from backend.settings import Settings
from backend.uploads import service, storage, telling, working
from backend.uploads.models import State, Upload
from backend.uploads.queries import visible_mappings, visible_uploads
from backend.uploads.schemas import (
    Committing,
    FieldOut,
    KindOut,
    KindsOut,
    MappingOut,
    MappingsOut,
    Reading,
    Sending,
    UploadOut,
    UploadsOut,
)
from backend.web.conditions import SeenVersion, etag
from backend.web.keeping import never_kept
from backend.web.protection import FILE_TYPE, media_type

router = APIRouter(prefix="/api/v1", tags=["imports"], dependencies=[Depends(never_kept)])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DATUMS = ("CGCS2000", "WGS84", "GCJ-02", "BD-09")
PATIENCE_S = 1.0
"""So long an answer waits for the work; after that the client asks how far it is."""
AT_ONCE = 4
"""Files that are received at the same time; each keeps a turn at the database for as long as it takes."""


class NotAFile(DomainError):
    """The content is not sent as a file."""

    status = 415
    code = "unsupported_media_type"


class NotWritten(DomainError):
    """What was agreed to was not done; the answer carries the upload as it is now."""

    status = 409
    code = "not_written"


def receiving() -> CapacityLimiter:
    """As many places as there are for files on their way."""
    return CapacityLimiter(AT_ONCE)


@router.get("/imports/kinds")
def read_kinds(actor: Reviewer) -> KindsOut:
    """What the actor may import, with the fields that columns are read into."""
    return KindsOut(
        kinds=[
            KindOut(
                name=kind.name,
                label=kind.label,
                has_place=kind.place is not None,
                has_official_code=kind.has_official_code,
                fields=[
                    FieldOut(
                        name=field.name,
                        label=field.label,
                        is_required=field.is_required,
                        headings=list(dict.fromkeys((field.label, *field.headers))),
                    )
                    for field in kind.fields
                ],
            )
            for kind in KINDS.values()
            if not (kind.name in BUREAU_ONLY and is_limited(actor))
        ],
        datums=list(DATUMS),
        files=storage.LARGEST,
    )


@router.get("/imports/template")
def read_template(
    actor: Editor,
    session: ReadSession,
    kind: Annotated[list[str], Query(min_length=1, max_length=20, description="several may be named")],
) -> Response:
    """An empty workbook to fill in, with the actor's own townships, sectors and groups to choose from."""
    kinds = [kind_named(name) for name in dict.fromkeys(kind)]
    for each in kinds:
        require_right(each, actor)
    content = template_workbook(kinds, choices_of(session, actor))
    named = "、".join(each.label for each in kinds).replace("/", "·")
    return Response(
        content, media_type=XLSX, headers={"Content-Disposition": attachment(f"填报模板_{named}.xlsx")}
    )


def attachment(name: str) -> str:
    """A header that makes a browser save an answer under a name."""
    return f"attachment; filename*=UTF-8''{quote(name)}"


@router.post("/imports", status_code=201)
async def send_file(
    request: Request, response: Response, actor: Reviewer, given: Annotated[Sending, Query()]
) -> UploadOut:
    """Send a file as the request's content (`application/octet-stream`), and hear what it would change."""
    if media_type(request.headers) != FILE_TYPE:
        raise NotAFile(f"文件应作为请求内容发送（Content-Type: {FILE_TYPE}）。")
    storage.suffix_of(given.name)
    settings, transaction = parts_of(request)
    upload_id = uuid4()
    limiter: CapacityLimiter = request.app.state.receiving
    try:
        limiter.acquire_on_behalf_of_nowait(upload_id)
    except WouldBlock:
        raise Busy("正在接收的文件太多，请稍后重试。") from None
    try:
        await run_in_threadpool(_make_room, transaction, actor, given.kind)
        sha256, size = await storage.receive(request, settings, upload_id, given.name)
    finally:
        limiter.release_on_behalf_of(upload_id)
    is_demo = request.app.state.is_demo
    return await run_in_threadpool(
        _keep, request, response, actor, upload_id, given, sha256=sha256, size=size, is_demo=is_demo
    )


def _make_room(transaction: Transaction, actor: Actor, kind: str) -> None:
    with transaction() as session:
        service.require_room(session, actor, kind)


def _keep(
    request: Request,
    response: Response,
    actor: Actor,
    upload_id: UUID,
    given: Sending,
    *,
    sha256: str,
    size: int,
    is_demo: bool,
) -> UploadOut:
    settings, transaction = parts_of(request)
    try:
        with transaction() as session:
            service.begin(session, actor, upload_id, given, sha256=sha256, size=size, is_demo=is_demo)
    except Exception:
        storage.remove(settings, upload_id)
        raise
    _look(request, actor, upload_id)
    return told(request, response, actor, upload_id)


def _look(request: Request, actor: Actor, upload_id: UUID) -> None:
    settings, transaction = parts_of(request)
    wait(
        working.start(
            pool_of(request),
            transaction,
            upload_id,
            partial(working.look, transaction, settings, actor, upload_id),
            State.REFUSED,
        )
    )


def parts_of(request: Request) -> tuple[Settings, Transaction]:
    """What a worker needs of the service."""
    return request.app.state.settings, request.app.state.transaction


def pool_of(request: Request) -> ThreadPoolExecutor:
    """The threads that imports are worked on in."""
    pool: ThreadPoolExecutor = request.app.state.import_workers
    return pool


def wait(work: "Future[None]") -> None:
    """Wait for the work, but not long."""
    try:
        work.result(PATIENCE_S)
    except StillWorking:
        return


def told(request: Request, response: Response, actor: Actor, upload_id: UUID) -> UploadOut:
    """An upload as it stands now, with its version as an ETag."""
    settings, transaction = parts_of(request)
    with transaction() as session:
        upload = service.find(session, actor, upload_id)
        response.headers["ETag"] = etag(upload.version)
        return telling.upload_out(settings, actor, upload)


@router.get("/imports")
def read_uploads(
    actor: Reviewer,
    session: ReadSession,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> UploadsOut:
    """The uploads of the last days, the newest first: of the actor's own organisation, for the bureau of all."""
    wanted = visible_uploads(actor)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.scalars(wanted.order_by(Upload.number.desc()).limit(limit).offset((page - 1) * limit))
    return UploadsOut(items=[telling.brief(row) for row in rows], total=total, page=page, limit=limit)


@router.get("/imports/{upload_id}")
def read_upload(
    request: Request, upload_id: UUID, response: Response, actor: Reviewer, session: ReadSession
) -> UploadOut:
    """One upload: how far the work is, what it would change, and what is wrong with which row."""
    upload = service.find(session, actor, upload_id)
    response.headers["ETag"] = etag(upload.version)
    return telling.upload_out(request.app.state.settings, actor, upload)


@router.get("/imports/{upload_id}/rejected.xlsx")
def read_rejected(request: Request, upload_id: UUID, actor: Reviewer, session: ReadSession) -> FileResponse:
    """The rows that were put aside, as they were sent, each with its reasons; mended, they can be sent again."""
    upload = service.find(session, actor, upload_id)
    path = storage.rejected_of(request.app.state.settings, upload.id)
    if upload.report is None or not path.is_file():
        raise NotFound("没有被隔离的行。")
    record_export(request, actor, what="rejected rows", rows=upload.report["quarantined"])
    stem = upload.file_name.rpartition(".")[0]
    return FileResponse(
        path, media_type=XLSX, headers={"Content-Disposition": attachment(f"{stem}_未导入的行.xlsx")}
    )


@router.patch("/imports/{upload_id}")
def read_file_again(
    request: Request, upload_id: UUID, response: Response, given: Reading, actor: Reviewer, seen: SeenVersion
) -> UploadOut:
    """Say how the file is to be read, and hear what it would change then."""
    _, transaction = parts_of(request)
    with transaction() as session:
        service.read_again(session, actor, upload_id, seen, given)
    _look(request, actor, upload_id)
    return told(request, response, actor, upload_id)


@router.post("/imports/{upload_id}/commit")
def write_file(
    request: Request,
    upload_id: UUID,
    response: Response,
    given: Committing,
    actor: Reviewer,
    seen: SeenVersion,
) -> UploadOut:
    """Write what the upload would change; refused when that is no longer what was told.

    Long work goes on after the answer, whose state is `committing` then: the upload tells what came of it.
    """
    settings, transaction = parts_of(request)
    with transaction() as session:
        service.agree(session, actor, upload_id, seen, given)
        is_partial = service.find(session, actor, upload_id).is_partial
    work = partial(
        working.write,
        transaction,
        settings,
        actor,
        upload_id,
        is_partial=is_partial,
        save_as=given.save_mapping,
    )
    wait(working.start(pool_of(request), transaction, upload_id, work, State.PREVIEWED))
    upload = told(request, response, actor, upload_id)
    if upload.problem is not None:
        raise NotWritten(
            upload.problem.detail, reason=upload.problem.code, current=upload.model_dump(mode="json")
        )
    return upload


@router.delete("/imports/{upload_id}", status_code=204)
def forget_upload(request: Request, upload_id: UUID, actor: Reviewer, session: WriteSession) -> None:
    """Forget an upload and remove its file; what it has written stays."""
    service.forget(session, actor, upload_id)
    storage.remove(request.app.state.settings, upload_id)


@router.get("/import-mappings")
def read_mappings(
    actor: Reviewer, session: ReadSession, kind: Annotated[str | None, Query(max_length=100)] = None
) -> MappingsOut:
    """The mappings that the actor's organisation has saved, and the operator's."""
    wanted = visible_mappings(actor).order_by(ImportMapping.name)
    if kind is not None:
        wanted = wanted.where(ImportMapping.kind == kind_named(kind).name)
    return MappingsOut(
        items=[
            MappingOut(
                name=row.name,
                kind=row.kind,
                columns=row.options.get("columns") or {},
                constants=row.options.get("constants") or {},
                updated_at=row.updated_at,
            )
            for row in session.scalars(wanted)
        ]
    )
