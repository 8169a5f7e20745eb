"""Questions about the audit trail; only who may read it gets to ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from backend.audit.models import AuditEvent, AuditSeal
from backend.audit.schemas import EventOut, EventsOut, SubjectOut
from backend.audit.trail import DEEDS, Deed
from backend.jurisdictions.roles import ROLES
from backend.register.rows import Term


@dataclass(frozen=True)
class Filter:
    """Which events are wanted; None is any.

    Parameters
    ----------
    words : part of the name of who did it or of what it was done to, or an address.
    since, until : moments, `until` itself left out.
    """

    words: str | None = None
    actor: str | None = None
    action: str | None = None
    result: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter over `AuditEvent`."""
        exact: Mapping[Any, object] = {
            AuditEvent.actor_name: self.actor,
            AuditEvent.action: self.action,
            AuditEvent.result: self.result,
        }
        wanted = [column == value for column, value in exact.items() if value is not None]
        if self.words:
            texts = (
                AuditEvent.actor_name,
                AuditEvent.subject_name,
                AuditEvent.subject_id,
                AuditEvent.address,
            )
            wanted.append(or_(*(column.icontains(self.words, autoescape=True) for column in texts)))
        if self.since:
            wanted.append(AuditEvent.at >= self.since)
        if self.until:
            wanted.append(AuditEvent.at < self.until)
        return wanted


def events(session: Session, wanted: Filter, *, before: int | None, limit: int) -> EventsOut:
    """A page of events, the newest first."""
    total = session.scalars(select(func.count()).select_from(AuditEvent).where(*wanted.conditions())).one()
    rows = found(wanted).order_by(AuditEvent.number.desc()).limit(limit + 1)
    if before is not None:
        rows = rows.where(AuditEvent.number < before)
    page = session.execute(rows).all()
    shown = [event_out(event, is_sealed=position is not None) for event, position in page[:limit]]
    return EventsOut(items=shown, next=shown[-1].number if len(page) > limit else None, total=total)


def found(wanted: Filter) -> Select[AuditEvent, int]:
    """Events with the position of their seal, null while they wait for it."""
    return (
        select(AuditEvent, AuditSeal.position)
        .outerjoin(AuditSeal, AuditSeal.event_number == AuditEvent.number)
        .where(*wanted.conditions())
    )


def event_out(event: AuditEvent, *, is_sealed: bool) -> EventOut:
    """One event with its words."""
    role = ROLES.get(event.role or "")
    subject = None
    if event.subject_kind is not None and event.subject_id is not None:
        subject = SubjectOut(kind=event.subject_kind, id=event.subject_id, name=event.subject_name)
    return EventOut(
        number=event.number,
        at=event.at,
        actor_name=event.actor_name,
        role=role and Term(code=role.code, zh=role.zh, en=role.en),
        address=event.address,
        action=deed_term(event.action),
        subject=subject,
        before=event.before,
        after=event.after,
        result=event.result,
        detail=event.detail,
        is_sealed=is_sealed,
    )


def deed_term(code: str) -> Term:
    """A deed with its words; one of a later version by its code alone."""
    zh, en = DEEDS[Deed(code)] if code in DEEDS else (code, code)
    return Term(code=code, zh=zh, en=en)
