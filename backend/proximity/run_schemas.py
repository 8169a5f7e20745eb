"""Saved runs, their pairs and their comparison, as the API tells them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from backend.proximity.asked import Asked
from backend.proximity.rules import Layer
from backend.proximity.schemas import FindingOut, LayerSummary, PairOut, RuleOut
from backend.register.rows import Term
from backend.risk.schemas import Sentence
from backend.web.bodies import In, Name


class RunIn(In):
    """A question to be worked out and kept."""

    asked: Asked
    name: Name | None = Field(default=None, description="by default, what is asked in words")


class RepeatIn(In):
    """Of which moment a run is repeated."""

    as_recorded: bool = Field(description="as of the run's own moment, else of now")


class SummaryOut(BaseModel):
    """The counts of a run; `unplaced` sites (未上图) were asked for and could not be measured."""

    sites: int
    unplaced: int
    pairs: int
    findings: int
    layers: list[LayerSummary]


class ScopeOut(BaseModel):
    """Whose rows were measured."""

    kind: str
    codes: list[str]


class RunProblem(BaseModel):
    """Why a run has no result."""

    code: str
    detail: str


class RunBrief(BaseModel):
    """A run in a list.

    `moment` : the recorded time that it is of. `may_change` : whether the reader may cancel or delete it.
    """

    id: UUID
    number: int
    name: str
    state: Term
    phase: Term | None
    progress: float
    maker: str
    moment: datetime | None
    pairs: int | None
    findings: int | None
    repeats: UUID | None
    may_change: bool
    created_at: datetime
    ended_at: datetime | None


class RunOut(RunBrief):
    """A run with everything that is known of it, but its pairs.

    `digest` : the same only for the same pairs and findings. `is_identical` : of a repetition as recorded, whether it
    came to the same; `why_not` : what has changed in the rules, where it did not.
    """

    asked: Asked
    scope: ScopeOut
    revisions: dict[str, UUID] | None
    rules: list[RuleOut] | None
    summary: SummaryOut | None
    digest: str | None
    is_as_recorded: bool
    is_identical: bool | None
    why_not: Sentence | None
    problem: RunProblem | None
    disclaimer: Sentence


class RunsOut(BaseModel):
    """A page of runs, the newest first."""

    items: list[RunBrief]
    total: int
    page: int
    limit: int


class PairsOut(BaseModel):
    """A page of a run's pairs, the nearest first."""

    items: list[PairOut]
    total: int
    page: int
    limit: int


class FindingsOut(BaseModel):
    """A page of what the rules say of a run's pairs."""

    items: list[FindingOut]
    total: int
    page: int
    limit: int


ChangeKind = Literal["new", "gone", "nearer", "farther"]


class PairChange(BaseModel):
    """A pair of one of two runs, or of both with another distance."""

    change: ChangeKind
    before: PairOut | None
    after: PairOut | None
    by_m: float | None = Field(description="how much farther; negative is nearer")


class ChangeCount(BaseModel):
    """The changes of a layer; `same` pairs are within a centimetre of where they were."""

    layer: Layer
    new: int
    gone: int
    nearer: int
    farther: int
    same: int


class ComparisonOut(BaseModel):
    """What is different in the later of two runs, up to the distance that both went to.

    `notes` : in what else the questions differ.
    """

    before: RunBrief
    after: RunBrief
    within_m: float
    notes: list[Sentence]
    layers: list[ChangeCount]
    items: list[PairChange]
    total: int
    page: int
    limit: int
