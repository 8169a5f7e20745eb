"""What stands behind a grade, as the API tells it."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from backend.enterprises.schemas import EnterpriseBrief
from backend.register.rows import Term
from backend.zones.schemas import ZoneBrief


class Sentence(BaseModel):
    """One sentence in both languages."""

    zh: str
    en: str


class BandOut(BaseModel):
    """The values of a scale that have one grade, before any clause; the highest band has no `upper` bound.

    `lower_inclusive`, `upper_inclusive` : whether the bound itself belongs to the band.
    """

    grade: int
    zh: str
    en: str
    lower: float
    lower_inclusive: bool
    upper: float | None
    upper_inclusive: bool


class ScaleOut(BaseModel):
    """A scale: the standard and edition it follows, and whether its cuts were read there (`source` says what else).

    `bands` : the highest first. `greatest` : what the worst scores come to.
    """

    id: str
    standard: str
    edition: str
    zh: str
    en: str
    verified: bool
    source: str
    bands: list[BandOut]
    greatest: float


class FactorOut(BaseModel):
    """One factor of an assessment (`code` is L, E, C or S) and what its score means."""

    code: str
    zh: str
    en: str
    score: float
    score_zh: str
    score_en: str


class ClauseOut(BaseModel):
    """A clause of direct judgement (直接判定) that applied, with its rule."""

    id: str
    standard: str
    edition: str
    number: str
    grade: int
    zh: str
    en: str
    verified: bool


class AssessmentOut(BaseModel):
    """An assessment and the sentence that explains its grade.

    `agrees` : whether computing it anew gives the stored grade. `source` : of a declared grade, who gave it.
    """

    method: Term
    grade: int
    value: float | None
    scale: ScaleOut | None
    factors: list[FactorOut]
    band: BandOut | None
    clauses: list[ClauseOut]
    source: str | None
    declared: int | None
    sentence: Sentence
    agrees: bool


class MeasureOut(BaseModel):
    """One control measure (管控措施) with its classes in the national exchange, where it has them."""

    id: UUID
    kind: Term
    description: str
    data_source: Term | None
    class_1: Term | None
    class_2: Term | None
    class_3: str | None
    check_content: str | None


class EventBrief(BaseModel):
    """An event in a list; an event without a grade has not been assessed."""

    id: UUID
    number: int
    name: str
    grade: int | None
    residual_grade: int | None


class PointBrief(BaseModel):
    """The risk point (风险点) of an event."""

    id: UUID
    number: int
    name: str
    kind: Term


class EventOut(EventBrief):
    """A risk event with its hazard source, both assessments, who made them, and its measures by kind."""

    point: PointBrief
    zone: ZoneBrief
    enterprise: EnterpriseBrief
    hazard_source: str | None
    accident_type: Term | None
    accident_edition: str | None
    consequence: str | None
    control_level: Term | None
    department: str | None
    person: str | None
    inherent: AssessmentOut | None
    residual: AssessmentOut | None
    assessed_by: str | None
    assessed_on: date | None
    review_due: date | None
    is_overdue: bool
    measures: list[MeasureOut]
    source: str
    source_id: str
    updated_at: datetime


class EventsOut(BaseModel):
    """A page of events, the worst first."""

    items: list[EventOut]
    total: int
    page: int
    limit: int


class PersonOut(BaseModel):
    """Somebody who answers; the phone is masked for who may not see contacts, and across a border for everybody."""

    name: str
    duty: Term
    position: str | None
    phone: str | None


class Declared(BaseModel):
    """A grade that a source has declared without telling how it came to it."""

    grade: int | None
    residual_grade: int | None
    source: str
    source_id: str


class Derived(BaseModel):
    """What follows from the parts (就高): the worst of them."""

    grade: int | None
    residual_grade: int | None


class Explanation(BaseModel):
    """Why something has its grade.

    `grade` : as the map shows it; the worse of `declared` and `derived`. `grade_basis` : which of the two grades
    colours the map (固有 inherent, 控制 residual). `decided_by` : parts, declared, both, nothing.
    """

    id: UUID
    number: int
    name: str
    enterprise: EnterpriseBrief
    grade: int | None
    residual_grade: int | None
    grade_basis: str
    decided_by: str
    sentence: Sentence
    residual_sentence: Sentence
    declared: Declared
    derived: Derived
    review_due: date | None
    is_overdue: bool


class ZoneExplanation(Explanation):
    """Zone → deciding events; the others are counted by grade, and paged by `/zones/{key}/events`.

    `missing_levels` : control levels that have to answer for such a risk and name nobody; null where the kind of the
    unit is not the reader's to know.
    """

    kind: str | None
    floor: str | None
    department: str | None
    events: dict[str, int]
    deciding: list[EventOut]
    deciding_total: int
    people: list[PersonOut]
    missing_levels: list[Term] | None


class DecidingZone(ZoneBrief):
    """A zone that decides the grade of its enterprise, with the first of the events that decide its own."""

    residual_grade: int | None
    sentence: Sentence
    deciding: list[EventOut]
    deciding_total: int
    people: list[PersonOut]
    missing_levels: list[Term] | None


class EnterpriseExplanation(Explanation):
    """Enterprise → deciding zones → deciding events; the other zones are counted by grade."""

    zones: dict[str, int]
    deciding: list[DecidingZone]
    deciding_total: int
    page: int
    limit: int
    contacts: list[PersonOut]


class SubstanceOut(BaseModel):
    """A substance of an installation: q as designed at most and Q the critical amount, tonnes."""

    name: str | None
    cas: str | None
    q: float | None
    Q: float | None
    beta: float | None
    citation: str | None


class InstallationOut(BaseModel):
    """A major hazard installation (重大危险源, GB 18218): level 1 (一级) is the worst, which no risk grade is."""

    id: UUID
    number: int
    name: str
    code: str | None
    kind: Term
    level: Term | None
    s: float
    alpha: float | None
    r: float | None
    people_500m: int | None
    people_basis: str
    substances: list[SubstanceOut]
    source: str
    source_id: str


class InstallationsOut(BaseModel):
    """The installations of one enterprise, the worst first."""

    items: list[InstallationOut]
