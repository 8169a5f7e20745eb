"""What is counted of an area: the zones that exist for an actor, and the enterprises that have none yet.

Each is counted once, as one unit (单元), in the cell that holds its point: a zone's is a point on its surface, an
enterprise's its own place. An enterprise with zones is told by them; one without would otherwise be forgotten.
"""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Double,
    Integer,
    Select,
    SmallInteger,
    Text,
    Uuid,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased
from sqlalchemy.sql import Subquery

from backend.area_risk.rules import index_weights
from backend.enterprises.models import Enterprise
from backend.enterprises.queries import exists_for, own_fact, visible_enterprises
from backend.grades import GRADES
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area, UnitGroup
from backend.jurisdictions.queries import visible_areas
from backend.register.located import CANONICAL_SRID
from backend.register.rows import meets, true_area_m2
from backend.zones.models import Zone
from backend.zones.queries import visible_zones
from tiles.grid import Bounds

SIDE_M = 500
"""Side of a cell in the plane of its metric zone; on the ground within 0.04 % of it, for the scale differs by place."""

# A cell that meets a box has its units within a diagonal (708 m) of it, and their boxes hold those points.
MARGIN_DEG = 0.01
HIGHEST_LATITUDE = 84.0
"""Beyond it UTM ends, and degrees of longitude with it."""

# The words of the counts, as properties of a cell; the ungraded have none of the codes.
COUNTED = {**{grade.key: grade.code for grade in GRADES}, "ungraded": None}


class Cell:
    """A square of the grid as it is selected: no table, for it is counted anew for whoever asks."""

    id = column("id", Uuid())
    number = column("number", BigInteger)
    name = column("name", Text)
    grade = column("grade", SmallInteger)
    index = column("index", Double)
    updated_at = column("updated_at", DateTime(timezone=True))
    geometry = column("geometry", Geometry("POLYGON", srid=CANONICAL_SRID))
    counts: ClassVar[Mapping[str, ColumnElement[int]]] = {key: column(key, Integer) for key in COUNTED}


def cells(actor: Actor) -> Select[Any]:
    """The cells that hold something of what exists for this actor, graded and counted by it alone."""
    return cells_of(units(actor))


def cells_around(actor: Actor, box: Bounds) -> Select[Any]:
    """Those of the `cells` that meet a box, whole, and some around it; asks the rows' own indexes for them."""
    return cells_of(units(actor, around=box))


def cells_of(counted: Select[Any]) -> Select[Any]:
    """The grid of some units.

    Notes
    -----
    A cell's number is its place, for people to read: 4547086307462 is column 863 and row 7462 in EPSG:4547, so its
    south-west corner lies at 431 500 m east, 3 731 000 m north. Its id holds that number (RFC 9562, version 8), so
    that both are the same tomorrow, on every server and for every reader.
    """
    unit = counted.subquery("unit")
    key = (unit.c.srid, unit.c.column, unit.c.row)
    cell = (
        select(*key, *totals(unit), func.max(unit.c.updated_at).label("updated_at"))
        .where(unit.c.srid.is_not(None))
        .group_by(*key)
        .subquery("counted")
    )
    number = cast(cell.c.srid, BigInteger) * 10**9 + cell.c.column * 10**5 + cell.c.row
    west, south = cell.c.column * SIDE_M, cell.c.row * SIDE_M
    square = func.ST_MakeEnvelope(west, south, west + SIDE_M, south + SIDE_M, cell.c.srid)
    told: list[ColumnElement[Any]] = [
        cast(
            literal("67726964-0000-8000-8000-").concat(func.lpad(func.to_hex(number), 12, "0")), Uuid()
        ).label("id"),
        number.label("number"),
        func.concat(cell.c.srid, "-", cell.c.column, "-", cell.c.row).label("name"),
        func.ST_Transform(square, CANONICAL_SRID).label("geometry"),
        *(cell.c[name] for name in ("grade", "index", "updated_at", *COUNTED)),
    ]
    # OFFSET 0 keeps the planner from asking of every zone what is meant to be asked of its cell: four times as slow.
    return select(Cell.number).select_from(select(*told).offset(0).subquery("cell"))


def totals(unit: Subquery) -> list[ColumnElement[Any]]:
    """Of some units the worst grade (`highest`), how many of each, and the weighted sum."""
    weight: ColumnElement[float] = case(index_weights(), value=unit.c.grade, else_=0.0)
    return [
        func.min(unit.c.grade).label("grade"),
        func.sum(weight).label("index"),
        *(func.count().filter(is_of(unit, code)).label(key) for key, code in COUNTED.items()),
    ]


def is_of(unit: Subquery, code: int | None) -> ColumnElement[bool]:
    """Whether a unit has a grade, or none."""
    answer: ColumnElement[bool] = unit.c.grade.is_(None) if code is None else unit.c.grade == code
    return answer


def units(actor: Actor, *, around: Bounds | None = None, sector: str | None = None) -> Select[Any]:
    """Everything that is counted, once: whose it is, its grade, and its cell (null for what is 未上图).

    Parameters
    ----------
    around : only what may lie in a cell that meets this box (degrees), found through the indexes.
    sector : only of enterprises of this sector that exist for the actor themselves: of a zone that reaches into a
        neighbour's territory the sector is not told.
    """
    zones, sites = counted_rows(actor)
    if around is not None:
        wider = widened(around)
        zones, sites = (
            zones.where(meets(Zone.boundary, wider)),
            sites.where(meets(Enterprise.location, wider)),
        )
    if sector is not None:
        zones = zones.where(own_fact(actor, Enterprise.sector_code) == sector)
        sites = sites.where(Enterprise.sector_code == sector)
    everything = union_all(
        zones.with_only_columns(
            Zone.id.label("id"),
            Zone.grade.label("grade"),
            Zone.township_codes.label("townships"),
            # Whose group it is belongs to the enterprise behind, which may not exist for the actor.
            case((exists_for(actor), Zone.group_id)).label("group_id"),
            Zone.updated_at.label("updated_at"),
            *cell_columns(Zone.metric_srid, func.ST_PointOnSurface(Zone.boundary_metric)),
            maintain_column_froms=True,
        ),
        sites.with_only_columns(
            Enterprise.id.label("id"),
            Enterprise.grade.label("grade"),
            func.array_remove(array([Enterprise.township_code]), None).label("townships"),
            Enterprise.group_id.label("group_id"),
            Enterprise.updated_at.label("updated_at"),
            *cell_columns(Enterprise.metric_srid, Enterprise.location_metric),
            maintain_column_froms=True,
        ),
    ).subquery("everything")
    columns: list[ColumnElement[Any]] = [*everything.c]
    return select(*columns)


def counted_rows(actor: Actor) -> tuple[Select[Zone], Select[Enterprise]]:
    """The zones that exist for an actor, and the enterprises that have none: what is counted, each once."""
    # Who sees an enterprise sees all its zones, so that their absence tells nothing either.
    without_zones = ~exists().where(Zone.enterprise_id == Enterprise.id)
    return visible_zones(actor), visible_enterprises(actor).where(without_zones)


def cell_columns(srid: Any, point: Any) -> list[ColumnElement[Any]]:  # noqa: ANN401 - columns of either kind
    """The cell that a point (in its metric zone) lies in: `srid`, `column` from the west, `row` from the south."""
    plain = type_coerce(point, Geometry)
    return [
        srid.label("srid"),
        cast(func.floor(func.ST_X(plain) / SIDE_M), Integer).label("column"),
        cast(func.floor(func.ST_Y(plain) / SIDE_M), Integer).label("row"),
    ]


def widened(box: Bounds) -> Bounds:
    """A box with room for the cells that meet it, degrees; it never goes around the Earth.

    >>> [round(edge, 3) for edge in widened(Bounds(113.0, 59.0, 114.0, 60.0))]
    [112.98, 58.99, 114.02, 60.01]
    """
    latitude = min(HIGHEST_LATITUDE, max(abs(box.ymin), abs(box.ymax)) + MARGIN_DEG)
    across = MARGIN_DEG / math.cos(math.radians(latitude))
    return Bounds(
        max(-180.0, box.xmin - across),
        max(-90.0, box.ymin - MARGIN_DEG),
        min(180.0, box.xmax + across),
        min(90.0, box.ymax + MARGIN_DEG),
    )


# ---------------------------------------------------------------- areas


def area_totals(actor: Actor, level: str, *, sector: str | None, today: date) -> Select[Any]:
    """Units and cells by area: `code` (null: in no area of the level), counts of units, and `cells_…` by worst grade.

    A zone counts in every township that answers for it: that of its enterprise, and each that it reaches into.
    """
    unit = units(actor, sector=sector).subquery("unit")
    place = members(level, today)
    if level == "group":
        lies_in = unit.outerjoin(place, place.c.member == unit.c.group_id)
    else:
        township = func.unnest(unit.c.townships).table_valued("code", name="township").render_derived()
        lies_in = unit.outerjoin(township, true()).outerjoin(place, place.c.member == township.c.code)
    # Once in a district, in however many of its townships.
    each = (
        select(
            place.c.code, unit.c.id, unit.c.grade, unit.c.srid, unit.c.column, unit.c.row, unit.c.updated_at
        )
        .select_from(lies_in)
        .distinct()
        .subquery("each")
    )
    cell = (
        select(each.c.code, each.c.srid, *totals(each), func.max(each.c.updated_at).label("updated_at"))
        .group_by(each.c.code, each.c.srid, each.c.column, each.c.row)
        .subquery("counted")
    )
    is_placed = cell.c.srid.is_not(None)
    return select(
        cell.c.code,
        *(func.sum(cell.c[key]).label(key) for key in COUNTED),
        *(
            func.count().filter(is_placed, is_of(cell, code)).label(f"cells_{key}")
            for key, code in COUNTED.items()
        ),
        func.max(cell.c.updated_at).label("updated_at"),
    ).group_by(cell.c.code)


def members(level: str, today: date) -> Subquery:
    """Which area of a level (`code`) something belongs to by its township's code or group's id (`member`)."""
    if level == "group":
        return select(UnitGroup.id.label("member"), UnitGroup.code.label("code")).subquery("member")
    township = aliased(Area)
    owner = township if level == "township" else aliased(Area)
    belongs = owner.code == (township.code if level == "township" else township.parent_code)
    rows = select(township.code.label("member"), owner.code.label("code")).where(
        township.level == "township", in_force(township, today)
    )
    if level != "township":
        rows = rows.join(owner, belongs).where(owner.level == level, in_force(owner, today))
    return rows.subquery("member")


def areas_of(actor: Actor, level: str, today: date) -> Select[Any]:
    """The areas of a level as they are listed: code, name, size on the ground, and what decides who is told of them.

    Of the groups only those that the actor's own enterprises belong to, for a group's name is not everybody's.
    """
    if level == "group":
        own = visible_enterprises(actor).with_only_columns(Enterprise.group_id)
        listed = select(
            *facts_of(UnitGroup), UnitGroup.id.label("id"), UnitGroup.township_code.label("township")
        )
        return listed.where(UnitGroup.id.in_(own)).order_by(UnitGroup.code)
    return (
        visible_areas(actor)
        .with_only_columns(*facts_of(Area), Area.id.label("id"), Area.code.label("township"))
        .where(Area.level == level, in_force(Area, today))
        .order_by(Area.code)
    )


def facts_of(model: Any) -> list[ColumnElement[Any]]:  # noqa: ANN401 - one of two models
    """Code, name and true size of an area or a group."""
    size = true_area_m2(model.boundary_metric, model.metric_k) / 1e6
    return [model.code.label("code"), model.name.label("name"), size.label("area_km2")]


def in_force(area: Any, today: date) -> ColumnElement[bool]:  # noqa: ANN401 - the model or an alias of it
    """Whether an area was there on a day."""
    answer: ColumnElement[bool] = and_(
        or_(area.valid_from.is_(None), area.valid_from <= today),
        or_(area.valid_to.is_(None), area.valid_to >= today),
    )
    return answer
