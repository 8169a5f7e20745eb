"""What rasters are made of and held against: risk units with their places, receptors in an area."""

from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Select, bindparam, func, select, type_coerce, union_all
from sqlalchemy.dialects.postgresql import BYTEA

from backend.area_risk.queries import counted_rows
from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.register.located import CANONICAL_SRID
from backend.surroundings.models import Receptor
from backend.surroundings.queries import visible_receptors
from backend.zones.models import Zone


def graded_places(actor: Actor) -> Select[Any]:
    """Where the graded risk units are that exist for an actor: `lon`, `lat` (degrees) and `grade`.

    The units are those of the risk grid: each zone by a point on its surface, each enterprise without zones by its own
    place. What nobody has graded weighs nothing, and what is 未上图 lies nowhere.
    """
    zones, sites = counted_rows(actor)
    of_zones = zones.where(Zone.grade.is_not(None)).with_only_columns(
        *place(func.ST_PointOnSurface(Zone.boundary)), Zone.grade, maintain_column_froms=True
    )
    of_sites = sites.where(Enterprise.grade.is_not(None), Enterprise.location.is_not(None)).with_only_columns(
        *place(Enterprise.location), Enterprise.grade, maintain_column_froms=True
    )
    units = union_all(of_zones, of_sites).subquery("unit")
    # In an order of their own: sums of floating-point numbers depend on it.
    return select(units.c.lon, units.c.lat, units.c.grade).order_by(units.c.lon, units.c.lat, units.c.grade)


def place(point: Any) -> list[ColumnElement[Any]]:  # noqa: ANN401 - a column or a function
    """Longitude and latitude of a point."""
    plain = type_coerce(point, Geometry)
    return [func.ST_X(plain).label("lon"), func.ST_Y(plain).label("lat")]


def visible_receptors_in(
    actor: Actor, area: BaseGeometry, *, besides: UUID | None
) -> Select[str, int | None]:
    """Kind and headcount of the receptors that an area (degrees) holds or touches.

    `besides` is the enterprise that is asked about, which may be a school itself.
    """
    asked = func.ST_GeomFromWKB(bindparam("area", area.wkb, BYTEA), CANONICAL_SRID, type_=Geometry)
    rows = visible_receptors(actor).where(func.ST_Intersects(Receptor.place, asked))
    if besides is not None:
        rows = rows.where(Receptor.enterprise_id.is_distinct_from(besides))
    return rows.with_only_columns(Receptor.kind, Receptor.headcount)
