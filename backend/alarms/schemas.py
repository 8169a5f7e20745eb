"""Alarms as the API tells them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from backend.register.rows import Term
from backend.web.bodies import In, Text

Side = Literal["site", "receptor"]
State = Literal["open", "answered", "ended", "standing"]


class AnswerIn(In):
    """What one side says of an alarm."""

    side: Side
    reason: Text


class AnswerOut(BaseModel):
    """What one side said: when, who, and why."""

    at: datetime
    by: str
    reason: str


class AlarmOut(BaseModel):
    """A conflict; `mine` are the sides that are the reader's.

    Of a site that is not the reader's only the name of its unit, the grade and the distance are told: `site_id`,
    `site_name` and `enterprise_id` are null then.
    """

    id: UUID
    number: int
    start: Term
    site_id: UUID | None
    site_name: str | None
    enterprise_id: UUID | None
    enterprise_name: str
    grade: int | None
    receptor_id: UUID
    receptor_name: str
    receptor_kind: Term
    distance_m: float
    limit_m: float
    cause: Term
    found_at: datetime
    ended_at: datetime | None
    mine: list[Side]
    site: AnswerOut | None
    receptor: AnswerOut | None


class AlarmsOut(BaseModel):
    """A page of alarms, the newest first, and how many there are of each state."""

    items: list[AlarmOut]
    total: int
    page: int
    limit: int
    states: dict[State, int]
