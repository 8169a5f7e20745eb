"""Exposure and rasters as the API tells them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from backend.rasters.legends import Legend
from backend.register.rows import Term
from backend.web.bodies import In

MOST_DISTANCES = 8
FARTHEST_M = 50_000.0
Distance = Annotated[float, Field(gt=0, le=FARTHEST_M, allow_inf_nan=False)]


class ExposureIn(In):
    """A drawn geometry (GeoJSON, degrees, CGCS2000) and the distances around it, metres on the ground."""

    geometry: dict[str, Any]
    distances_m: Annotated[list[Distance], Field(min_length=1, max_length=MOST_DISTANCES)]


class RasterBrief(BaseModel):
    """A raster that exists for the reader, with its legend; bandwidth and weights of a density alone."""

    name: str
    attribution: str
    legend: Legend
    bandwidth_m: float | None = None
    weights: dict[str, float] | None = None


class RastersOut(BaseModel):
    """What a map can offer."""

    items: list[RasterBrief]


class SubjectOut(BaseModel):
    """What people are counted around; a drawn geometry has no id.

    `place` is what of it was taken: its outline, or a point where no outline is known.
    """

    kind: Literal["enterprise", "zone", "drawn"]
    id: UUID | None
    number: int | None
    name: str | None
    place: Literal["outline", "point", "line"]


class RasterOut(BaseModel):
    """The raster that residents are estimated by."""

    title: str
    year: int
    source: str
    unit: Term
    added_at: datetime


class ReceptorsOut(BaseModel):
    """Receptors that an area holds or touches, each with all its people.

    `present` is the headcounts by the table of presence in each period, an assumption. Receptors without a headcount
    are counted and add nobody.
    """

    count: int
    without_headcount: int
    headcount: int
    present: dict[str, int]


class ExposedOut(BaseModel):
    """People of one area: the subject itself, or the ring of a distance around it without the subject.

    Parameters
    ----------
    distance_m : null for the subject itself.
    area_km2 : on the ground.
    population : residents by the raster, an estimate (估算); null with a reason where it is not known.
    people : the same rounded up to whole people.
    share_without_data : of the area; above 0 the number is a lower bound.
    """

    distance_m: float | None
    area_km2: float
    population: float | None
    people: int | None
    share_without_data: float | None
    reason: str | None
    receptors: ReceptorsOut


class AlphaOut(BaseModel):
    """α of GB 18218-2018 by the residents within 500 m outside the outline, an estimate (估算).

    `is_lower_bound` says that a part of the ring has no data: there may be more people, and α may be larger.
    """

    standard: str
    distance_m: float
    people: int | None
    alpha: float | None
    is_lower_bound: bool
    sentence: str


class PresenceOut(BaseModel):
    """The table that says who is where at what time."""

    id: str
    edition: str
    zh: str
    en: str
    verified: bool
    source: str
    periods: list[Term]


class ExposureOut(BaseModel):
    """How many people are exposed: residents by a raster, and the people of receptors.

    The two may be the same people (a housing estate is in both) and are never to be added.

    Parameters
    ----------
    raster : null where there is none for the reader; `reason` says so.
    inside : of the subject itself; null for points and lines.
    alpha : of an enterprise; null for everything else.
    """

    subject: SubjectOut
    raster: RasterOut | None
    reason: str | None
    inside: ExposedOut | None
    rings: list[ExposedOut]
    alpha: AlphaOut | None
    presence: PresenceOut
