"""What can be done with uploads."""

import logging
import shutil
import time
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from backend.audit.trail import Deed, Subject, record
from backend.database import Transaction, transactions
from backend.errors import DomainError, NotFound
from backend.importing.kinds import kind_named
from backend.importing.request import FileShape
from backend.importing.service import require_right
from backend.jurisdictions.actors import Actor
from backend.settings import Settings
from backend.uploads import storage
from backend.uploads.mappings import organisation_of, read_mapping, require_free
from backend.uploads.models import BUSY, State, Upload
from backend.uploads.queries import is_of, visible_uploads
from backend.uploads.schemas import Committing, Reading, Sending
from backend.uploads.working import FAILED, options_of
from backend.web.conditions import require_version
from geodata.crs import parse_datum

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)
# The longest import of the benchmarks takes minutes: what says nothing for an hour was cut off.
LOST = timedelta(hours=1)
MOST_OPEN = 20
"""Uploads of one organisation that are not written yet; each keeps a file of up to hundreds of megabytes."""


class TooMany(DomainError):
    """An organisation keeps more files here than it can be working on."""

    status = 409
    code = "too_many_uploads"


class Busy(DomainError):
    """Somebody works on it already."""

    status = 409
    code = "upload_busy"


class NotReady(DomainError):
    """It cannot be written as it stands."""

    status = 409
    code = "upload_not_ready"


class OthersUpload(DomainError):
    """It was looked at for another organisation."""

    status = 409
    code = "others_upload"


def require_room(session: Session, actor: Actor, kind: str) -> None:
    """Refuse a file before it is sent, when nothing could come of it."""
    require_right(kind_named(kind), actor)
    open_ones = select(func.count(Upload.id)).where(
        Upload.organisation_kind == actor.scope.kind.value,
        Upload.organisation_codes == sorted(actor.scope.codes),
        Upload.state != State.COMMITTED,
    )
    if (session.scalar(open_ones) or 0) >= MOST_OPEN:
        raise TooMany(f"还有 {MOST_OPEN} 个文件没有处理，请先写入或删除一些，再上传。")


def begin(
    session: Session,
    actor: Actor,
    upload_id: UUID,
    given: Sending,
    *,
    sha256: str,
    size: int,
    is_demo: bool,
) -> None:
    """Keep a file that has come."""
    constants = {} if given.scale is None else {"scale": given.scale}
    reading = Reading(
        sheet=given.sheet,
        source=given.source,
        datum=given.datum,
        mapping=given.mapping,
        constants=constants,
    )
    kind, codes = organisation_of(actor)
    if actor.id is None:
        raise NotFound
    upload = Upload(
        id=upload_id,
        kind=given.kind,
        file_name=given.name,
        file_sha256=sha256,
        size_bytes=size,
        options=options_of(shape_of(session, actor, given.kind, reading)),
        is_partial=given.partial,
        state=State.WORKING,
        author_id=actor.id,
        author_name=actor.name,
        organisation_kind=kind,
        organisation_codes=codes,
        is_demo=is_demo,
    )
    session.add(upload)
    session.flush()
    record(session, actor, Deed.UPLOAD, subject=subject_of(upload), after=facts_of(upload))


def shape_of(session: Session, actor: Actor, kind: str, reading: Reading) -> FileShape:
    """How a file is read: as is said here, else as the saved mapping says."""
    if reading.datum is not None:
        parse_datum(reading.datum)
    shape = FileShape(
        source=reading.source,
        layer=reading.sheet,
        datum=reading.datum,
        lon=reading.lon,
        lat=reading.lat,
        encoding=reading.encoding,
        id_column=reading.id_column,
        columns=reading.columns,
        constants=reading.constants,
    )
    return (
        shape if reading.mapping is None else shape.over(read_mapping(session, actor, reading.mapping, kind))
    )


def find(session: Session, actor: Actor, upload_id: UUID) -> Upload:
    """An upload that exists for the actor."""
    upload = session.scalar(visible_uploads(actor).where(Upload.id == upload_id))
    if upload is None:
        raise NotFound
    return upload


def find_own(session: Session, actor: Actor, upload_id: UUID) -> Upload:
    """An upload that the actor may work on, until the end of the transaction alone."""
    upload = session.scalar(visible_uploads(actor).where(Upload.id == upload_id).with_for_update())
    if upload is None:
        raise NotFound
    if not is_of(actor, upload):
        raise OthersUpload("这个文件是别的单位上传和核对的，请由该单位处理。")
    if upload.state in BUSY:
        raise Busy("正在处理这个文件，请稍候。")
    return upload


def read_again(session: Session, actor: Actor, upload_id: UUID, seen: int, reading: Reading) -> None:
    """Change how a file is read; it is to be looked at anew."""
    upload = find_own(session, actor, upload_id)
    require_version(seen, upload.version, {"id": str(upload.id), "state": upload.state})
    if upload.state == State.COMMITTED:
        raise NotReady("这个文件已经写入；要再次导入请重新上传。")
    before = facts_of(upload)
    upload.options = options_of(shape_of(session, actor, upload.kind, reading))
    upload.is_partial = reading.partial
    upload.state, upload.problem = State.WORKING, None
    record(session, actor, Deed.UPLOAD, subject=subject_of(upload), before=before, after=facts_of(upload))


def agree(session: Session, actor: Actor, upload_id: UUID, seen: int, given: Committing) -> None:
    """Agree to what an upload would change; it is to be written."""
    upload = find_own(session, actor, upload_id)
    require_version(seen, upload.version, {"id": str(upload.id), "state": upload.state})
    if upload.state != State.PREVIEWED:
        raise NotReady(
            "这个文件已经写入。" if upload.state == State.COMMITTED else "这个文件还没有核对成功，不能写入。"
        )
    if given.save_mapping is not None:
        require_free(session, actor, given.save_mapping)
    upload.is_partial = upload.is_partial if given.partial is None else given.partial
    upload.state, upload.problem = State.COMMITTING, None


def forget(session: Session, actor: Actor, upload_id: UUID) -> None:
    """Forget an upload; what it has written stays."""
    upload = find_own(session, actor, upload_id)
    record(session, actor, Deed.DISCARD_UPLOAD, subject=subject_of(upload), before=facts_of(upload))
    session.delete(upload)


def subject_of(upload: Upload) -> Subject:
    """An upload as the trail names it."""
    return Subject("upload", str(upload.id), f"{upload.kind} {upload.file_name}")


def facts_of(upload: Upload) -> dict[str, object]:
    """What the trail keeps of an upload."""
    return {
        "kind": upload.kind,
        "file_sha256": upload.file_sha256,
        "options": dict(upload.options),
        "is_partial": upload.is_partial,
        "state": str(upload.state),
    }


def remove_old(engine: Engine, settings: Settings) -> None:
    """Remove uploads after some days, the files that no upload is left of, and give back what was cut off."""
    transaction: Transaction = transactions(engine)
    with transaction() as session:
        session.execute(delete(Upload).where(Upload.created_at < func.now() - KEPT))
        for busy, before in ((State.WORKING, State.REFUSED), (State.COMMITTING, State.PREVIEWED)):
            session.execute(
                update(Upload)
                .where(Upload.state == busy, Upload.updated_at < func.now() - LOST)
                .values(state=before, phase=None, problem=FAILED)
            )
        there = {str(each) for each in session.scalars(select(Upload.id))}
    folder = settings.data_dir / "uploads"
    for each in folder.iterdir() if folder.is_dir() else ():
        # A file may be on its way while its row is not there yet.
        if each.name not in there and time.time() - each.stat().st_mtime > storage.SLOWEST_S * 2:
            shutil.rmtree(each, ignore_errors=True)
