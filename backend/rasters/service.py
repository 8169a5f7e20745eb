"""How many people are exposed around something: residents by the population raster, and the people of receptors."""

import math
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import rasterio
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import own_id, visible_enterprises
from backend.errors import DomainError
from backend.jurisdictions.actors import Actor
from backend.rasters.occupancy import occupancy
from backend.rasters.queries import visible_receptors_in
from backend.rasters.schemas import (
    AlphaOut,
    ExposedOut,
    ExposureIn,
    ExposureOut,
    PresenceOut,
    RasterOut,
    ReceptorsOut,
    SubjectOut,
)
from backend.rasters.storage import UNITS, StoredRaster, visible_population
from backend.register.rows import one_row, term
from backend.risk.major_hazards import STANDARD, alpha_for, rounded
from backend.settings import Settings
from backend.web.drawings import read_drawing
from backend.web.parameters import Key
from backend.zones.models import Zone
from backend.zones.queries import visible_zones
from geodata.exposure import Headcount, Lack, people_within, ring_m
from geodata.measure import area_m2

ALPHA_DISTANCE_M = 500.0

NO_RASTER = "没有可用的人口栅格，人口未知；请系统管理员用 ./riskmap raster add population 导入。"
LACKS: dict[Lack, str] = {
    "outside_raster": "这个范围在人口栅格之外，人口未知。",
    "no_data": "人口栅格在这个范围内没有数据，人口未知。",
}

Count = Callable[[BaseGeometry], Headcount | None]
"""The residents of an area; None where there is no raster."""


class UnplacedSubject(DomainError):
    """What has no place has nothing around it."""

    code = "unplaced"


@dataclass(frozen=True)
class Subject:
    """What people are counted around; `geometry` in degrees.

    Parameters
    ----------
    own_enterprise_id : of the enterprise that it is, or belongs to where that exists for the reader.
    """

    kind: Literal["enterprise", "zone", "drawn"]
    geometry: BaseGeometry
    id: UUID | None = None
    number: int | None = None
    name: str | None = None
    own_enterprise_id: UUID | None = None


def enterprise_subject(session: Session, actor: Actor, key: Key) -> Subject:
    """An enterprise that exists for the actor, by its outline or, without one, its point."""
    place = func.ST_AsBinary(func.coalesce(Enterprise.outline, Enterprise.location))
    row = one_row(
        session, visible_enterprises(actor).add_columns(place.label("wkb")), Enterprise, key
    )._mapping
    site: Enterprise = row["Enterprise"]
    if row["wkb"] is None:
        raise UnplacedSubject("这家企业还没有上图，无法统计周边人口。")
    geometry = shapely.from_wkb(bytes(row["wkb"]))
    return Subject("enterprise", geometry, site.id, site.number, site.name, site.id)


def zone_subject(session: Session, actor: Actor, key: Key) -> Subject:
    """A zone that exists for the actor."""
    rows = visible_zones(actor).add_columns(
        func.ST_AsBinary(Zone.boundary).label("wkb"), own_id(actor, Zone.enterprise_id).label("own")
    )
    row = one_row(session, rows, Zone, key)._mapping
    zone: Zone = row["Zone"]
    return Subject("zone", shapely.from_wkb(bytes(row["wkb"])), zone.id, zone.number, zone.name, row["own"])


def drawn_subject(given: ExposureIn) -> Subject:
    """A geometry that somebody has drawn; `UnusableDrawing` says what is wrong with it."""
    return Subject("drawn", read_drawing(given.geometry))


def exposure(
    session: Session, actor: Actor, settings: Settings, subject: Subject, distances_m: Sequence[float]
) -> ExposureOut:
    """Count who is in a subject and in the ring of each distance around it."""
    stored = visible_population(actor, settings)
    with ExitStack() as open_files:
        if stored is None:
            count: Count = nobody_knows
        else:
            raster = open_files.enter_context(rasterio.open(stored.path))
            unit = stored.record.unit

            def count(area: BaseGeometry) -> Headcount:
                return people_within(raster, area, unit=unit)

        def exposed(area: BaseGeometry, distance_m: float | None) -> ExposedOut:
            return exposed_out(session, actor, subject, area, count(area), distance_m)

        is_area = subject.geometry.geom_type in ("Polygon", "MultiPolygon")
        return ExposureOut(
            subject=subject_out(subject),
            raster=stored and raster_out(stored),
            reason=NO_RASTER if stored is None else None,
            inside=exposed(subject.geometry, None) if is_area else None,
            rings=[exposed(ring_m(subject.geometry, metres), metres) for metres in distances_m],
            alpha=alpha_out(subject, count, is_area=is_area) if subject.kind == "enterprise" else None,
            presence=presence_out(),
        )


def nobody_knows(area: BaseGeometry) -> None:
    """The residents of an area when there is no raster."""
    return


def exposed_out(
    session: Session,
    actor: Actor,
    subject: Subject,
    area: BaseGeometry,
    residents: Headcount | None,
    distance_m: float | None,
) -> ExposedOut:
    """The people of one area."""
    found = session.execute(visible_receptors_in(actor, area, besides=subject.own_enterprise_id)).all()
    known = [(row.kind, row.headcount) for row in found if row.headcount is not None]
    people = None if residents is None else residents.people
    return ExposedOut(
        distance_m=distance_m,
        area_km2=area_m2(area) / 1e6,
        population=people,
        people=None if people is None else whole(people),
        share_without_data=residents and residents.share_without_data,
        reason=reason_of(residents),
        receptors=ReceptorsOut(
            count=len(found),
            without_headcount=len(found) - len(known),
            headcount=sum(headcount for _, headcount in known),
            present=occupancy().present(known),
        ),
    )


def whole(people: float) -> int:
    """People rounded up; what rounding of the sum itself leaves is nobody.

    >>> whole(0.0), whole(29.0000000001), whole(29.01)
    (0, 29, 30)
    """
    return math.ceil(round(people, 6))


def reason_of(residents: Headcount | None) -> str | None:
    """Why the residents of an area are not known."""
    if residents is None:
        return NO_RASTER
    return None if residents.lack is None else LACKS[residents.lack]


def alpha_out(subject: Subject, count: Count, *, is_area: bool) -> AlphaOut:
    """α by the residents within 500 m outside an enterprise's outline."""
    residents = count(ring_m(subject.geometry, ALPHA_DISTANCE_M)) if is_area else None
    if not is_area:
        sentence = "没有厂界，不能按厂界外 500 米统计常住人口，α 未知。"
    elif residents is None or residents.people is None:
        sentence = f"{reason_of(residents)}α 未知。"
    else:
        return known_alpha(residents.people, residents.share_without_data)
    return AlphaOut(
        standard=STANDARD,
        distance_m=ALPHA_DISTANCE_M,
        people=None,
        alpha=None,
        is_lower_bound=False,
        sentence=sentence,
    )


def known_alpha(residents: float, share_without_data: float) -> AlphaOut:
    """α by an estimate of the residents, which is a lower bound where a part of the ring has no data."""
    people = whole(residents)
    alpha = alpha_for(people)
    # Nothing is larger than the α of a hundred people.
    is_lower_bound = share_without_data > 0 and alpha < alpha_for(100)
    sentence = f"厂界外 500 米内常住人口约 {people} 人（估算），按 {STANDARD} 表 5，α = {rounded(alpha)}"
    if is_lower_bound:
        sentence += f"；{share_without_data:.1%} 的面积没有人口数据，实际人数和 α 只会更大"
    return AlphaOut(
        standard=STANDARD,
        distance_m=ALPHA_DISTANCE_M,
        people=people,
        alpha=float(alpha),
        is_lower_bound=is_lower_bound,
        sentence=f"{sentence}。",
    )


def subject_out(subject: Subject) -> SubjectOut:
    """The subject as it is told."""
    kinds: dict[str, Literal["outline", "point", "line"]] = {
        "Polygon": "outline", "MultiPolygon": "outline", "Point": "point", "MultiPoint": "point",
    }  # fmt: skip
    return SubjectOut(
        kind=subject.kind,
        id=subject.id,
        number=subject.number,
        name=subject.name,
        place=kinds.get(subject.geometry.geom_type, "line"),
    )


def raster_out(stored: StoredRaster) -> RasterOut:
    """The raster as it is told; how its file was called stays with the operator."""
    known = stored.record
    return RasterOut(
        title=known.title,
        year=known.year,
        source=known.source,
        unit=term(UNITS, known.unit),
        added_at=known.added_at,
    )


def presence_out() -> PresenceOut:
    """The table of presence as it is told."""
    table: Any = occupancy()
    return PresenceOut(
        id=table.id,
        edition=table.edition,
        zh=table.title_zh,
        en=table.title_en,
        verified=table.verified,
        source=table.source,
        periods=list(table.periods),
    )
