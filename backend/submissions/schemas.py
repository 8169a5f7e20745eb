"""Submissions and downgrades as the API tells them, and what it takes."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from backend.register.rows import Term
from backend.submissions.changes import Changes
from backend.web.bodies import In, Line, Text


class Named(BaseModel):
    """A row by its id and name."""

    id: UUID
    name: str


class SubmissionBrief(BaseModel):
    """A submission in a list.

    `waits_for` names whose turn it is; `may` what the asker may do with it: edit, submit, withdraw, discard, review.
    """

    id: UUID
    number: int
    enterprise: Named
    is_new: bool
    title: str
    state: Term
    author: str
    changes: int
    downgrades: int
    submitted_at: datetime | None
    updated_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    comment: str | None
    waits_for: list[str]
    may: list[str]
    is_demo: bool
    version: int


class SubmissionsOut(BaseModel):
    """A page of submissions, and how many there are in each state."""

    items: list[SubmissionBrief]
    total: int
    page: int
    limit: int
    states: dict[str, int]


class ChangeOut(BaseModel):
    """A proposed change beside what the register says now of the same facts."""

    kind: Term
    op: str
    id: UUID
    seen: int | None
    name: str
    version: int | None
    facts: dict[str, Any]
    present: dict[str, Any] | None


class DowngradeBrief(BaseModel):
    """A downgrade that a submission asks for, or was granted."""

    id: UUID
    zone: Named | None
    way: Term
    from_grade: int
    to_grade: int | None
    lost_m2: float | None
    reason: str | None
    state: Term
    asked_by: str
    asked_at: datetime
    evidence: str | None
    decided_by: str | None
    decided_at: datetime | None


class SubmissionOut(SubmissionBrief):
    """A submission with all its changes."""

    reason: str | None
    authors: list[str]
    items: list[ChangeOut]
    lowered: list[DowngradeBrief]


class DowngradeOut(DowngradeBrief):
    """A downgrade with whose it is and what it came with."""

    number: int
    enterprise: Named
    submission_id: UUID | None


class DowngradesOut(BaseModel):
    """A page of downgrades, the newest first."""

    items: list[DowngradeOut]
    total: int
    page: int
    limit: int


class FaultOut(BaseModel):
    """Something wrong, or to be looked at: where, why, and what to do."""

    pointer: str
    reason: str
    hint: str | None = None
    location: tuple[float, float] | None = None


class GradesOut(BaseModel):
    """The grades of a row before and after; both null where it is not there, or not graded."""

    kind: str
    id: UUID
    name: str
    before: int | None
    after: int | None
    residual_before: int | None
    residual_after: int | None
    is_new: bool
    is_gone: bool


class LoweringOut(BaseModel):
    """What a submission would lower."""

    zone: Named | None
    way: Term
    from_grade: int
    to_grade: int | None
    lost_m2: float | None


class OutcomeOut(BaseModel):
    """What publishing would do, found out by doing it and taking it back."""

    faults: list[FaultOut]
    notices: list[FaultOut]
    grades: list[GradesOut]
    lowered: list[LoweringOut]
    needs_reason: bool


class NewSubmission(In):
    """A submission to begin; without an enterprise it is of a new one."""

    enterprise_id: UUID | None = None
    title: Line
    changes: Changes = Field(default_factory=list)


class SubmissionChange(In):
    """What its people change of a submission; what is not named stays."""

    title: Line = ""
    reason: Text | None = None
    changes: Changes = Field(default_factory=list)


class Returning(In):
    """Why a submission is returned."""

    comment: Text


class Publishing(In):
    """A word with the publication; evidence where something is lowered."""

    comment: Text | None = None
    evidence: Text | None = None


class Chosen(In):
    """One submission of several, in the version that was seen."""

    id: UUID
    version: Annotated[int, Field(ge=1)]


class PublishingMany(In):
    """Submissions to be published together; each stands or falls by itself."""

    items: Annotated[list[Chosen], Field(min_length=1, max_length=100)]
    comment: Text | None = None


class Published(BaseModel):
    """What became of one of several."""

    id: UUID
    is_published: bool
    detail: str | None


class PublishedMany(BaseModel):
    """What became of each."""

    items: list[Published]


class DossierRow(BaseModel):
    """A row of an enterprise as a change would name it."""

    kind: str
    id: UUID
    version: int
    name: str
    facts: dict[str, Any]
    grade: int | None = None
    residual_grade: int | None = None


class Dossier(BaseModel):
    """An enterprise with all its parts."""

    rows: list[DossierRow]


class Assessed(BaseModel):
    """What an assessment comes to, and the sentence that says why."""

    grade: int
    value: float | None
    zh: str
    en: str
