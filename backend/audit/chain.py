"""The hash chain over the audit trail: each seal holds its event and everything sealed before it.

A row that is changed, taken out or put between others breaks the chain at that place. Somebody with the rights of
the database's superuser could still compute the whole chain anew; a digest that was noted elsewhere (`audit
verify --head`) shows that too.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread

from sqlalchemy import Engine, func, select, text, true
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.audit.models import AuditEvent, AuditSeal

log = logging.getLogger(__name__)

# Named beside each digest, so that a later version may seal with another, such as SM3.
ALGORITHM = "sha256"
# Those that a chain may have been sealed with.
KNOWN = frozenset({ALGORITHM})
# Any number: two sealers at once would fork the chain.
LOCK = 4_104_110_003
AT_ONCE = 5_000
EVERY_S = 5.0
# A million events take some minutes.
WHOLE_EVERY_S = 3600.0


@dataclass(frozen=True)
class Fault:
    """A place where the chain does not hold."""

    number: int
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class Verification:
    """What a walk over the chain found; `position` and `head` are those of the last seal."""

    position: int
    events: int
    sealed: int
    head: str | None
    sealed_until: datetime | None
    faults: list[Fault]

    @property
    def is_intact(self) -> bool:
        """Whether nothing was changed, taken out or put in."""
        return not self.faults


def seal(session: Session) -> int:
    """Seal what has not been sealed yet, oldest first, and count it.

    Events get their numbers before they are committed, so one may come late; it is sealed after those that came
    before it.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    last = session.execute(
        select(AuditSeal.position, AuditSeal.digest).order_by(AuditSeal.position.desc()).limit(1)
    ).one_or_none()
    position, digest = last or (0, b"")
    waiting = session.scalars(
        select(AuditEvent)
        .outerjoin(AuditSeal, AuditSeal.event_number == AuditEvent.number)
        .where(AuditSeal.position.is_(None))
        .order_by(AuditEvent.number)
        .limit(AT_ONCE)
    ).all()
    for place, event in enumerate(waiting, position + 1):
        digest = digest_of(event, digest)
        session.add(AuditSeal(position=place, event_number=event.number, algorithm=ALGORITHM, digest=digest))
    session.flush()
    return len(waiting)


def digest_of(event: AuditEvent, previous: bytes, algorithm: str = ALGORITHM) -> bytes:
    """The digest of the seal before, then of every field of the event."""
    return hashlib.new(algorithm, previous + canonical(event)).digest()


def canonical(event: AuditEvent) -> bytes:
    """Every field of an event as bytes that do not depend on the reader's time zone or the order of keys."""
    fields = {
        column.key: value_of(getattr(event, column.key)) for column in AuditEvent.__mapper__.column_attrs
    }
    return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def value_of(value: object) -> object:
    """A field as JSON can hold it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, int | str | dict) else str(value)


def verify(session: Session, *, head: str | None = None, since: Verification | None = None) -> Verification:
    """Walk the chain from its first seal, or on from where an earlier walk ended.

    Parameters
    ----------
    head : a digest (hex) that was noted earlier, and must still be in the chain.
    since : an earlier walk; what it found is told again.
    """
    faults: list[Fault] = list(since.faults) if since else []
    previous = bytes.fromhex(since.head or "") if since else b""
    expected, sealed_until = (since.position + 1, since.sealed_until) if since else (1, None)
    was_met = head is None
    rows = select(AuditSeal, AuditEvent).outerjoin(AuditEvent, AuditEvent.number == AuditSeal.event_number)
    for seal_row, event in session.execute(
        rows.where(AuditSeal.position >= expected if since else true())
        .order_by(AuditSeal.position)
        .execution_options(yield_per=AT_ONCE)
    ):
        faults += faults_of(seal_row, event, previous, expected)
        # Goes on from what is written, so that one fault is told once.
        previous, expected, sealed_until = seal_row.digest, seal_row.position + 1, seal_row.sealed_at
        was_met = was_met or previous.hex() == head
    if not was_met:
        faults.append(
            Fault(0, "先前记下的链头不在链中：链被重新计算过。", "The noted head is not in the chain.")
        )
    return Verification(
        position=expected - 1,
        events=session.scalars(select(func.count()).select_from(AuditEvent)).one(),
        sealed=session.scalars(select(func.count()).select_from(AuditSeal)).one(),
        head=previous.hex() or None,
        sealed_until=sealed_until,
        faults=faults,
    )


def faults_of(
    seal_row: AuditSeal, event: AuditEvent | None, previous: bytes, expected: int
) -> Iterator[Fault]:
    """What is wrong at one seal."""
    number = seal_row.event_number
    if seal_row.position != expected:
        yield Fault(
            number,
            f"链中缺少第 {expected} 到第 {seal_row.position - 1} 个封印。",
            f"Seals {expected} to {seal_row.position - 1} are missing.",
        )
    elif event is None:
        yield Fault(number, "记录已被删除。", "The event was taken out.")
    elif seal_row.algorithm not in KNOWN:
        yield Fault(number, "封印用了不认识的算法。", "The seal is of an unknown algorithm.")
    elif digest_of(event, previous, seal_row.algorithm) != seal_row.digest:
        yield Fault(number, "记录被改动过。", "The event was changed.")


class Watch:
    """The last walk over the whole chain, done beside the requests; a page goes on from where it ended."""

    def __init__(self) -> None:
        self.last: Verification | None = None
        self.again_at = 0.0

    def look(self, engine: Engine) -> None:
        """Walk the whole chain when it is time."""
        if time.monotonic() >= self.again_at:
            with Session(engine) as session:
                self.last = verify(session)
            self.again_at = time.monotonic() + WHOLE_EVERY_S


@contextmanager
def kept_sealed(engine: Engine, watch: Watch) -> Iterator[None]:
    """Seal every few seconds while a service runs, and walk the whole chain every hour."""
    ended = Event()

    def work() -> None:
        while not ended.wait(EVERY_S):
            seal_all(engine)
            try:
                watch.look(engine)
            except SQLAlchemyError as error:
                log.warning("the audit trail is not verified: %s", str(error).partition("\n")[0])

    sealer = Thread(target=work, name="audit-sealer", daemon=True)
    sealer.start()
    try:
        yield
    finally:
        ended.set()
        sealer.join()
        seal_all(engine)


def seal_all(engine: Engine) -> None:
    """Seal until nothing waits; a database that is away now will be there the next time."""
    try:
        sealed = AT_ONCE
        while sealed == AT_ONCE:
            with Session(engine) as session, session.begin():
                sealed = seal(session)
    except SQLAlchemyError as error:
        log.warning("the audit trail is not sealed: %s", str(error).partition("\n")[0])
