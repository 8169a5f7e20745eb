"""The hash chain over the audit trail: each seal holds its event and everything sealed before it.

A row that is changed, taken out or put between others breaks the chain at that place. Somebody with the rights of
the database's superuser could still compute the whole chain anew; a digest that was noted elsewhere (`audit
verify --head`) shows that too.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event

from sqlalchemy import Engine, func, select, text, true
from sqlalchemy.orm import Session

from backend.audit.models import AuditEvent, AuditSeal

# Named beside each digest, so that a later version may seal with another, such as SM3.
ALGORITHM = "sha256"
# Those that a chain may have been sealed with.
KNOWN = frozenset({ALGORITHM})
# Any number: two sealers at once would fork the chain.
LOCK = 4_104_110_003
AT_ONCE = 5_000
EVERY_S = 5.0
# No transaction is open for so long.
LOOK_BACK = timedelta(hours=1)
AGAIN_EVERY_S = 3600.0
# A million events take some minutes.
WHOLE_EVERY_S = 86_400.0


class Interrupted(Exception):
    """A walk that was not finished, for the service ends."""


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


def seal(session: Session, *, since: timedelta | None = None) -> int:
    """Seal what has not been sealed yet, oldest first, and count it.

    Events get their numbers before they are committed, so one may come late; it is sealed after those that came
    before it.

    Parameters
    ----------
    since : look back no further; a search through the whole trail takes as long as the trail is.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    last = session.execute(
        select(AuditSeal.position, AuditSeal.digest).order_by(AuditSeal.position.desc()).limit(1)
    ).one_or_none()
    position, digest = last or (0, b"")
    sealed = select(AuditSeal.position).where(AuditSeal.event_number == AuditEvent.number).exists()
    waiting = session.scalars(
        select(AuditEvent)
        .where(~sealed, AuditEvent.at >= func.now() - since if since else true())
        .order_by(AuditEvent.number)
        .limit(AT_ONCE)
    ).all()
    for place, event in enumerate(waiting, position + 1):
        digest = digest_of(event, place, digest)
        session.add(AuditSeal(position=place, event_number=event.number, algorithm=ALGORITHM, digest=digest))
    session.flush()
    return len(waiting)


def digest_of(event: AuditEvent, position: int, previous: bytes, algorithm: str = ALGORITHM) -> bytes:
    """A digest of the digest before, the position (eight bytes, the highest first) and every field of the event."""
    return hashlib.new(algorithm, previous + position.to_bytes(8) + canonical(event)).digest()


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


def verify(
    session: Session,
    *,
    head: str | None = None,
    since: Verification | None = None,
    ended: Event | None = None,
) -> Verification:
    """Walk the chain from its first seal, or on from where an earlier walk ended.

    Parameters
    ----------
    head : a digest (hex) that was noted earlier, and must still be in the chain.
    since : an earlier walk; what it found is told again, and its head must still be where it was.
    ended : set when nobody waits for the answer any more.

    Raises
    ------
    Interrupted
    """
    faults = [*since.faults, *cut_since(session, since)] if since else []
    previous = bytes.fromhex(since.head or "") if since else b""
    expected, sealed_until = (since.position + 1, since.sealed_until) if since else (1, None)
    was_met = head is None
    rows = select(AuditSeal, AuditEvent).outerjoin(AuditEvent, AuditEvent.number == AuditSeal.event_number)
    onward = rows.where(AuditSeal.position >= expected if since else true()).order_by(AuditSeal.position)
    with session.execute(onward.execution_options(yield_per=AT_ONCE)) as links:
        for seal_row, event in links:
            if ended is not None and seal_row.position % AT_ONCE == 0 and ended.is_set():
                raise Interrupted
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


def cut_since(session: Session, since: Verification) -> Iterator[Fault]:
    """What an earlier walk has seen and is not there any more: somebody has cut the end of the chain."""
    if since.position == 0:
        return
    digest = session.scalars(
        select(AuditSeal.digest).where(AuditSeal.position == since.position)
    ).one_or_none()
    if digest is None or digest.hex() != since.head:
        yield Fault(
            0,
            f"链尾被截去：第 {since.position} 个封印先前还在。",
            f"The end of the chain was cut off: seal {since.position} was there before.",
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
    elif digest_of(event, seal_row.position, previous, seal_row.algorithm) != seal_row.digest:
        yield Fault(number, "记录被改动过。", "The event was changed.")


class Watch:
    """The walks over the chain beside the requests: the whole once a day, on from there every hour and for a page."""

    def __init__(self) -> None:
        self.last: Verification | None = None
        self.whole_at = 0.0
        self.again_at = 0.0

    def look(self, engine: Engine, ended: Event | None = None) -> None:
        """Walk when it is time."""
        now = time.monotonic()
        if now < self.again_at:
            return
        since = self.last if now < self.whole_at else None
        noted = self.last.head if self.last and since is None else None
        with Session(engine) as session:
            found = verify(session, since=since, head=noted, ended=ended)
        self.last = found
        self.again_at = now + AGAIN_EVERY_S
        if since is None:
            self.whole_at = now + WHOLE_EVERY_S


def keep_sealed(engine: Engine, watch: Watch) -> Callable[[Event], None]:
    """What to do every few seconds: seal what came, and look at the chain when it is time."""
    first = True

    def work(ended: Event) -> None:
        nonlocal first
        seal_all(engine, since=None if first else LOOK_BACK)
        first = False
        watch.look(engine, ended)

    return work


def seal_all(engine: Engine, *, since: timedelta | None = None) -> None:
    """Seal until nothing waits."""
    sealed = AT_ONCE
    while sealed == AT_ONCE:
        with Session(engine) as session, session.begin():
            sealed = seal(session, since=since)
