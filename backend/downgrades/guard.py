"""The guard: what an enterprise and its zones are on the map before and after a change, and what was lowered.

It looks at the outcome and not at the way: a lower factor, another method or edition, a declaration taken back, a zone
deleted, split, shrunk or moved, a site suspended. Only 重大 and 较大 are guarded; nothing that is not published is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import shapely
from geoalchemy2 import Geometry
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, func, text, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.downgrades.models import Downgrade
from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.grades import CONSIDERABLE
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import EVERYTHING
from backend.zones.models import Zone
from backend.zones.queries import visible_zones
from geodata.measure import area_m2, distance_m

GUARDED = CONSIDERABLE.code or 2
"""The least grade that is guarded: 较大 and worse."""
EDGE_DEG = 2e-7
"""How far an edge may shift (2 cm): a vertex that is set on it and rounded to 1e-7 degrees moves it by less."""
TOLERANCE_M2 = 0.01
"""What may be left between two drawings of the same edge."""
FARTHEST_M = 10.0
"""How far the point of a guarded enterprise may be corrected without an approval."""
OPERATING = "operating"

# What is lowered is judged by all that there is, whoever changes it.
EVERYBODY = Actor("guard", EVERYTHING)

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class ZoneStanding:
    """A zone as the map shows it; `boundary` in degrees."""

    name: str
    grade: int | None
    residual_grade: int | None
    floor: str | None
    boundary: BaseGeometry


@dataclass(frozen=True)
class Standing:
    """An enterprise and its zones as the map shows them."""

    id: UUID
    name: str
    grade: int | None
    residual_grade: int | None
    operating_status: str
    location: BaseGeometry | None
    outline: BaseGeometry | None
    township_code: str | None
    sector_code: str | None
    group_id: UUID | None
    is_demo: bool
    zones: dict[UUID, ZoneStanding]


@dataclass(frozen=True)
class Lowering:
    """One thing that a change lowers.

    Parameters
    ----------
    zone_id, zone_name : None where it is the enterprise itself.
    way : a key of `WAYS`.
    to_grade : None where nothing graded is left.
    lost_m2 : for `ground`, the area on the ground that is given up to a lower grade or to none.
    """

    zone_id: UUID | None
    zone_name: str | None
    way: str
    from_grade: int
    to_grade: int | None
    lost_m2: float | None = None


@dataclass(frozen=True)
class Watched:
    """What a change has done to an enterprise on the map; `before` is None where it is new."""

    before: Standing | None
    after: Standing | None
    lowered: tuple[Lowering, ...]


def watched(session: Session, enterprise_id: UUID, change: Callable[[], Answer]) -> tuple[Answer, Watched]:
    """Make a change to an enterprise, in whatever order its steps come, and tell what it has lowered in the end.

    While it is made, the wall in the database lets everything of this enterprise pass. Whoever calls must refuse by an
    exception, or record a grant for, every lowering that is told.
    """
    before = standing(session, enterprise_id)
    passes = [] if before is None else let_pass(session, before)
    answer = change()
    session.flush()
    after = standing(session, enterprise_id)
    for each in passes:
        session.delete(each)
    session.flush()
    return answer, Watched(before, after, tuple(lowered(before, after)))


def standing(session: Session, enterprise_id: UUID) -> Standing | None:
    """What an enterprise is on the map, read from the database."""
    site = session.execute(
        visible_enterprises(EVERYBODY)
        .with_only_columns(
            Enterprise.id,
            Enterprise.name,
            Enterprise.grade,
            Enterprise.residual_grade,
            Enterprise.operating_status,
            wkb(Enterprise.location).label("location"),
            wkb(Enterprise.outline).label("outline"),
            Enterprise.township_code,
            Enterprise.sector_code,
            Enterprise.group_id,
            Enterprise.is_demo,
        )
        .where(Enterprise.id == enterprise_id)
    ).one_or_none()
    if site is None:
        return None
    zones = session.execute(
        visible_zones(EVERYBODY)
        .with_only_columns(
            Zone.id,
            Zone.name,
            Zone.grade,
            Zone.residual_grade,
            Zone.floor,
            wkb(Zone.boundary).label("boundary"),
        )
        .where(Zone.enterprise_id == enterprise_id)
        .order_by(Zone.number)
    )
    facts = dict(site._mapping)
    location, outline = (
        None if place is None else shapely.from_wkb(bytes(place))
        for place in (facts.pop("location"), facts.pop("outline"))
    )
    return Standing(
        **facts,
        location=location,
        outline=outline,
        zones={
            row.id: ZoneStanding(
                row.name, row.grade, row.residual_grade, row.floor, shapely.from_wkb(bytes(row.boundary))
            )
            for row in zones
        },
    )


def wkb(column: InstrumentedAttribute[Any]) -> ColumnElement[bytes]:
    """A geometry as plain bytes."""
    answer: ColumnElement[bytes] = func.ST_AsBinary(type_coerce(column, Geometry))
    return answer


def lowered(before: Standing | None, after: Standing | None) -> list[Lowering]:
    """Everything guarded that stands lower afterwards, the worst first."""
    if before is None:
        return []
    zones = {} if after is None else after.zones
    found = [
        lowering
        for zone_id, zone in before.zones.items()
        if is_guarded(zone.grade) and (lowering := lowered_zone(zone_id, zone, zones)) is not None
    ]
    found += lowered_site(before, after, is_explained=any(each.way != "ground" for each in found))
    return sorted(found, key=lambda lowering: lowering.from_grade)


def is_guarded(grade: int | None) -> bool:
    """Whether a published grade may not go down without an approval."""
    return grade is not None and grade <= GUARDED


def is_lower(grade: int | None, than: int) -> bool:
    """Whether a grade tells of less risk than another; no grade tells of none."""
    return grade is None or grade > than


def lowered_zone(zone_id: UUID, zone: ZoneStanding, after: dict[UUID, ZoneStanding]) -> Lowering | None:
    """How a guarded zone was lowered, if it was.

    Ground that another zone of the same floor takes over, at the same grade or a worse one, is not given up: a part
    of a zone may be divided off at its grade. A zone that is gone has taken its history and its reasons along,
    whatever stands there now.
    """
    grade = zone.grade
    if grade is None:
        return None
    now = after.get(zone_id)
    if now is not None and is_lower(now.grade, grade):
        return Lowering(zone_id, zone.name, "grade", grade, now.grade)
    if now is None:
        return Lowering(zone_id, zone.name, "deletion", grade, None, float(area_m2(zone.boundary)))
    kept = [
        each.boundary
        for each in after.values()
        if each.floor == zone.floor and not is_lower(each.grade, grade)
    ]
    lost = lost_m2(zone.boundary, kept)
    if lost <= TOLERANCE_M2:
        return None
    return Lowering(zone_id, zone.name, "ground", grade, now.grade, lost)


def lowered_site(before: Standing, after: Standing | None, *, is_explained: bool) -> list[Lowering]:
    """How the enterprise itself was lowered.

    Parameters
    ----------
    is_explained : a zone was lowered, which is told already; the enterprise's grade follows from it.
    """
    grade = before.grade
    if grade is None or not is_guarded(grade):
        return []
    if after is None:
        return [Lowering(None, None, "deletion", grade, None)]
    found = []
    if is_lower(after.grade, grade) and not is_explained:
        found.append(Lowering(None, None, "grade", grade, after.grade))
    if before.operating_status == OPERATING != after.operating_status:
        found.append(Lowering(None, None, "status", grade, after.grade))
    if before.location is not None and not stays(before.location, after.location):
        found.append(Lowering(None, None, "ground", grade, after.grade))
    if before.outline is not None:
        lost = lost_m2(before.outline, [after.outline] if after.outline is not None else [])
        if lost > TOLERANCE_M2:
            found.append(Lowering(None, None, "ground", grade, after.grade, lost))
    return found


def stays(old: BaseGeometry, new: BaseGeometry | None) -> bool:
    """Whether a point is still where it was, but for a small correction."""
    return new is not None and float(distance_m(old, new)) <= FARTHEST_M


def lost_m2(old: BaseGeometry, kept: Iterable[BaseGeometry]) -> float:
    """Area on the ellipsoid of `old` (degrees) that no polygon of `kept` covers, square metres."""
    near = [each for each in kept if each.intersects(old)]
    left = old.difference(shapely.union_all(near).buffer(EDGE_DEG)) if near else old
    return 0.0 if left.is_empty else float(area_m2(left))


def let_pass(session: Session, before: Standing) -> list[Downgrade]:
    """Open the wall for this transaction and this enterprise; the rows are to be deleted again."""
    passes = [
        Downgrade(**site_of(before), zone_id=zone_id, way="grade", from_grade=GUARDED, asked_by_name="-")
        for zone_id in (None, *(each for each, zone in before.zones.items() if is_guarded(zone.grade)))
    ]
    for each in passes:
        each.granted_in = this_transaction(session)
        session.add(each)
    session.flush()
    return passes


def this_transaction(session: Session) -> int:
    """The number by which the wall knows the present transaction."""
    number: int = session.scalars(text("SELECT pg_current_xact_id()::text::bigint")).one()
    return number


def site_of(standing: Standing) -> dict[str, Any]:
    """Whose a downgrade is."""
    return {
        "enterprise_id": standing.id,
        "enterprise_name": standing.name,
        "township_code": standing.township_code,
        "sector_code": standing.sector_code,
        "group_id": standing.group_id,
        "is_demo": standing.is_demo,
    }
