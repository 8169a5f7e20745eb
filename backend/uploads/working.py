"""The work on an upload, in a thread of its own: look at the file, and write it when that was agreed to."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.database import Transaction
from backend.errors import DomainError
from backend.importing import service
from backend.importing.errors import BureauOnly, CannotImport, MissingColumns
from backend.importing.files.reading import outline_file
from backend.importing.request import FileShape, ImportRequest
from backend.importing.service import PreparedFile
from backend.importing.writing.waiting import fingerprint
from backend.jurisdictions.actors import Actor
from backend.settings import Settings
from backend.uploads.mappings import save_mapping
from backend.uploads.models import State, Upload
from backend.uploads.storage import file_of, rejected_of
from backend.uploads.telling import PHASES, in_words_of_the_page, kept_facts, outline_of, report_of
from geodata.errors import GeodataError

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Imports that are worked on at the same time: each keeps a connection and a processor busy."""
FAILED = {"code": "failed", "detail": "服务器处理时出错，没有写入任何数据。请重试；仍不行时请告诉管理员。"}
MOVED = {
    "code": "differences_changed",
    "detail": "核对之后登记资料有变动，没有写入任何数据。下面是现在的差异，请重新核对后再写入。",
}
GONE = {"code": "file_changed", "detail": "上传的文件已不在或不是原来的内容，没有写入任何数据。请重新上传。"}


def workers() -> ThreadPoolExecutor:
    """The threads that imports are worked on in; none is started before the first."""
    return ThreadPoolExecutor(AT_ONCE, "imports")


class Refused(Exception):
    """The file is not written; `problem` says why, and `facts` what is known now."""

    def __init__(self, problem: dict[str, Any], **facts: object) -> None:
        super().__init__(problem["code"])
        self.problem, self.facts = problem, facts


def start(
    pool: ThreadPoolExecutor,
    transaction: Transaction,
    upload_id: UUID,
    work: Callable[[], None],
    back_to: State,
) -> "Future[None]":
    """Begin to work; whatever goes wrong is told by the upload itself.

    Parameters
    ----------
    back_to : the state that the upload has when the work fails.
    """

    def watched() -> None:
        try:
            work()
        except Refused as refusal:
            put(transaction, upload_id, **{"state": back_to, **refusal.facts, "problem": refusal.problem})
        except (DomainError, GeodataError, SQLAlchemyError, psycopg.Error) as error:
            # Without what stands behind the first line: it repeats whole rows.
            log.error("upload %s: %s: %s", upload_id, type(error).__name__, str(error).partition("\n")[0])
            put(transaction, upload_id, state=back_to, problem=FAILED)
        except Exception:
            log.exception("upload %s", upload_id)
            put(transaction, upload_id, state=back_to, problem=FAILED)

    return pool.submit(watched)


def put(transaction: Transaction, upload_id: UUID, **facts: object) -> None:
    """Keep what is known of an upload, in a transaction of its own; work that is over has no phase."""
    with transaction() as session:
        session.execute(update(Upload).where(Upload.id == upload_id).values({"phase": None, **facts}))


def look(transaction: Transaction, settings: Settings, actor: Actor, upload_id: UUID) -> None:
    """Read, check and compare a file, and keep what it would change; nothing is written."""
    with transaction() as session:
        upload = session.get_one(Upload, upload_id)
        session.expunge(upload)
    request = request_of(settings, upload)
    rejected_of(settings, upload_id).unlink(missing_ok=True)
    rolled_back: list[dict[str, Any]] = []
    with suppress(_RolledBack), transaction() as session:
        file = prepared(session, transaction, upload, request, actor)
        rolled_back.append(facts_of(file))
        # Not only to be sure: it takes the waiting rows with it.
        raise _RolledBack
    put(transaction, upload_id, state=State.PREVIEWED, problem=None, **rolled_back[0])


class _RolledBack(Exception):
    """Ends a transaction of which nothing is to stay."""


def write(
    transaction: Transaction,
    settings: Settings,
    actor: Actor,
    upload_id: UUID,
    *,
    is_partial: bool,
    save_as: str | None,
) -> None:
    """Do what was looked at: again from the file, and only if it is the same file and changes the same rows."""
    with transaction() as session:
        upload = session.get_one(Upload, upload_id)
        session.expunge(upload)
    request = replace(request_of(settings, upload), quarantine=None, is_partial=is_partial)
    if not request.path.is_file():
        raise Refused(GONE)
    try:
        with transaction() as session:
            file = prepared(session, transaction, upload, request, actor)
            if file.sha256 != upload.file_sha256:
                raise Refused(GONE)
            now = facts_of(file)
            if now["fingerprint"] != upload.fingerprint or has_moved(now, upload):
                raise Refused(MOVED, **now)
            if file.is_refused:
                raise Refused(refusal(file))
            report = service.apply_file(session, file, phases(transaction, upload_id))
            if save_as is not None:
                save_mapping(session, actor, save_as, request.kind, request.shape)
            done = session.get_one(Upload, upload_id)
            done.state, done.phase, done.problem = State.COMMITTED, None, None
            done.report, done.is_partial = report_of(file, report), is_partial
            done.batch_id = report.batch_id
    except CannotImport as error:
        raise Refused(told(error, request, upload)) from error


def has_moved(now: dict[str, Any], upload: Upload) -> bool:
    """Whether other rows are put aside than those that were told of."""
    before = upload.report or {}
    return any(now["report"][name] != before.get(name) for name in ("rows", "quarantined", "findings_total"))


def refusal(file: PreparedFile) -> dict[str, Any]:
    """Say that bad rows forbid to write the good ones, or that there are none."""
    report = file.report
    if report.quarantined == report.rows:
        return {"code": "no_good_rows", "detail": "没有可以导入的行，没有写入任何数据。"}
    detail = f"{report.rows} 行中有 {report.quarantined} 行不能导入，没有写入任何数据；可选择导入其余的行。"
    return {"code": "rows_quarantined", "detail": detail}


def prepared(
    session: Session, transaction: Transaction, upload: Upload, request: ImportRequest, actor: Actor
) -> PreparedFile:
    """Read, check and compare; what stands against it as a whole is told with the file's columns."""
    try:
        return service.prepare_file(session, request, phases(transaction, upload.id), actor)
    except (DomainError, GeodataError) as error:
        facts: dict[str, Any] = {"report": None, "fingerprint": None}
        with suppress(DomainError, GeodataError):
            if not isinstance(error, BureauOnly):
                facts["report"] = outline_of(outline_file(request), request.source)
        raise Refused(told(error, request, upload), state=State.REFUSED, **facts) from error


def told(error: DomainError | GeodataError, request: ImportRequest, upload: Upload) -> dict[str, Any]:
    """Say what is wrong with a file, by the name that its sender gave it."""
    detail = in_words_of_the_page(str(error)).replace(request.path.name, upload.file_name)
    problem: dict[str, Any] = {
        "code": error.code,
        "detail": detail if detail.endswith("。") else f"{detail}。",
    }
    if isinstance(error, MissingColumns):
        problem["fields"] = list(error.fields)
    return kept_facts(problem)


def facts_of(file: PreparedFile) -> dict[str, Any]:
    """What is kept of a comparison."""
    return {
        "report": report_of(file, file.report),
        "fingerprint": fingerprint(file.prepared.waiting),
    }


def phases(transaction: Transaction, upload_id: UUID) -> Callable[[str], None]:
    """What tells everybody who asks how far the work is."""

    def tell(phase: str) -> None:
        put(transaction, upload_id, phase=PHASES[phase])

    return tell


def request_of(settings: Settings, upload: Upload) -> ImportRequest:
    """The import that an upload asks for."""
    return ImportRequest(
        kind=upload.kind,
        path=file_of(settings, upload.id, upload.file_name),
        district=settings.district,
        shape=FileShape(**upload.options),
        is_partial=upload.is_partial,
        quarantine=rejected_of(settings, upload.id),
        given_name=upload.file_name,
        is_demo=upload.is_demo,
    )


def options_of(shape: FileShape) -> dict[str, Any]:
    """A file's shape as JSON."""
    return kept_facts(asdict(shape))
