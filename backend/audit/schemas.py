"""The audit trail as the API tells it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from backend.register.rows import Term


class SubjectOut(BaseModel):
    """What a deed was done to."""

    kind: str
    id: str
    name: str | None


class EventOut(BaseModel):
    """One event; `is_sealed` says whether the chain holds it already."""

    number: int
    at: datetime
    actor_name: str
    role: Term | None
    address: str | None
    action: Term
    subject: SubjectOut | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    result: str
    detail: dict[str, Any] | None
    is_sealed: bool


class EventsOut(BaseModel):
    """A page of events, the newest first; `next` is what to pass as `before` for the older ones."""

    items: list[EventOut]
    next: int | None
    total: int


class FaultOut(BaseModel):
    """A place where the chain does not hold."""

    number: int
    reason_zh: str
    reason_en: str


class VerificationOut(BaseModel):
    """The state of the chain."""

    is_intact: bool
    events: int
    sealed: int
    head: str | None
    sealed_until: datetime | None
    faults: list[FaultOut]


class DeedsOut(BaseModel):
    """Everything that an event can tell of."""

    actions: list[Term]
