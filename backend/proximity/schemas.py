"""What is near what, as the API tells it."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from backend.proximity.asked import Asked
from backend.proximity.rules import Layer
from backend.register.rows import Term
from backend.risk.schemas import PersonOut, Sentence


class NearSite(BaseModel):
    """A site and how far it is.

    Of a site that is not the reader's only name, grade, distance and the office to call are told; id and number are
    null then, and its own page stays 404. Metres on the ground from `edge`: the site's outline (厂界) or, for want of
    one, its point.
    """

    id: UUID | None
    number: int | None
    name: str
    grade: int | None
    distance_m: float
    edge: Term
    office: str | None


class NearSites(BaseModel):
    """The sites within a distance, the nearest first."""

    radius_m: float
    items: list[NearSite]


class DistanceCount(BaseModel):
    """Pairs up to a measured distance, and the sites and receptors that have one; a unit and itself are no pair.

    `borderline` : pairs of which the stated accuracies do not let anybody say; reported, not subtracted.
    """

    distance_m: float
    pairs: int
    sites: int
    receptors: int
    borderline: int


class LayerSummary(BaseModel):
    """The counts of a layer; `targets` is how many of its rows were asked for."""

    layer: Layer
    targets: int
    by_distance: list[DistanceCount]


class SiteEnd(BaseModel):
    """Where a distance starts; what is only planned has no id. `enterprise_id` is null where it is not the reader's."""

    id: UUID | None
    number: int | None
    name: str
    grade: int | None
    edge: Term
    enterprise_id: UUID | None
    enterprise: str


class TargetEnd(BaseModel):
    """Where a distance ends; what is only planned has no id."""

    id: UUID | None
    number: int | None
    layer: Layer
    name: str
    kind: Term


class VerdictOut(Term):
    """是 yes, 否 no, or 临界 borderline."""


class EndsOut(BaseModel):
    """Two ends, metres on the ground from edge to edge, and the line between the nearest points (lon, lat).

    `is_own` : 本单位, a unit and its own place.
    """

    site: SiteEnd
    target: TargetEnd
    distance_m: float
    is_own: bool
    line: list[tuple[float, float]]


class ReportAreaOut(BaseModel):
    """The area of external safety distance that was used, from which report, and whether the target reaches into it."""

    name: str
    report: str
    reported_on: date | None
    is_inside: bool


class PairOut(EndsOut):
    """A pair; `verdicts` follow the asked distances, `reason` is of `within_m`, the least it may lie within.

    `outcome` : by the screening distances or, where the site has one, by the area of its evaluation report.
    """

    within_m: float
    verdicts: list[VerdictOut]
    outcome: Term
    report_area: ReportAreaOut | None
    reason: Sentence


class FindingOut(EndsOut):
    """What a distance rule says of a pair; `limit_m` is null where the clause leaves it to the evaluation report.

    `report_area` : the area of that report, where it is imported; it then decides.
    """

    rule: str
    because: Sentence
    limit_m: float | None
    verdict: VerdictOut | None
    reason: Sentence | None
    outcome: Term
    report_area: ReportAreaOut | None


class RuleOut(BaseModel):
    """A distance rule; `verified` says whether its text was read in the original, `source` where it was."""

    id: str
    basis: str
    zh: str
    en: str
    standard: str
    edition: str
    clause: str
    note: Sentence
    starts_at: Term
    ends_at: Term
    distance_m: float | None
    verified: bool
    source: str


class ReportOut(BaseModel):
    """An analysis: counts, a page of its pairs (the nearest first), and what the rules say.

    `unplaced` : sites that were asked for and have no place on the map (未上图); nothing was measured of them.
    """

    asked: Asked
    sites: int
    unplaced: int
    layers: list[LayerSummary]
    pairs_total: int
    page: int
    limit: int
    pairs: list[PairOut]
    findings: list[FindingOut]
    rules: list[RuleOut]
    disclaimer: Sentence


class AroundSite(BaseModel):
    """A site near a place, and whom to call there; phones are masked for who may not see contacts."""

    id: UUID
    number: int
    name: str
    grade: int | None
    operating_status: Term
    address: str | None
    has_major_hazard: bool
    edge: Term
    distance_m: float
    within_m: float
    contacts: list[PersonOut]


class AroundTarget(BaseModel):
    """A receptor or a corridor near a place."""

    id: UUID
    number: int
    name: str
    kind: Term
    headcount: int | None
    distance_m: float
    within_m: float


class AroundOut(BaseModel):
    """What is around a place (CGCS2000 degrees), the nearest first; `totals` count what the lists leave off too."""

    lon: float
    lat: float
    distance_m: list[float]
    sites: list[AroundSite]
    receptors: list[AroundTarget]
    corridors: list[AroundTarget]
    totals: dict[str, int]


class WhatIfOut(ReportOut):
    """What would be near to what is planned; `neighbours` are the sites across a border, told as `NearSite` says."""

    neighbours: list[NearSite]


class MemberOut(BaseModel):
    """A site of a group; `enterprise_id` is null where the enterprise is not the reader's."""

    id: UUID
    number: int
    name: str
    grade: int | None
    enterprise_id: UUID | None
    enterprise: str


class GroupOut(BaseModel):
    """Sites of which each has another within the distance; `geometry` (GeoJSON) is the ground around them all."""

    members: list[MemberOut]
    enterprises: int
    grades: dict[str, int]
    geometry: dict[str, Any]


class GroupsOut(BaseModel):
    """Domino groups, the largest first; `sites` is how many sites were looked at."""

    distance_m: float
    sites: int
    groups: list[GroupOut]


class SectionOut(BaseModel):
    """A section of a corridor, from and to along it, with the sites near it by grade; a site may be near several."""

    number: int
    from_m: float
    to_m: float
    sites: int
    grades: dict[str, int]
    nearest_m: float | None
    line: list[tuple[float, float]]


class SectionsOut(BaseModel):
    """A corridor in sections; distances are to its outer edge, or its centreline where no half-width is known."""

    id: UUID
    number: int
    name: str
    half_width_m: float | None
    distance_m: float
    length_m: float
    sections: list[SectionOut]
