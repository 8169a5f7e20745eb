"""The district that the map is of."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import RowMapping, Select, Table, func, select
from sqlalchemy.orm import Session

from backend.database import Base
from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.extents import extent
from backend.grades import GRADE_BASIS
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area
from backend.jurisdictions.queries import visible_areas
from backend.jurisdictions.territory import Territory, find_territory
from backend.layers import LAYERS, RISK_GRID
from backend.register.history import ended_after
from backend.register.rows import place, place_columns
from backend.risk.queries import visible_installations
from backend.surroundings.queries import visible_corridors, visible_receptors
from backend.zones.queries import visible_zones
from geodata.crs import metric_srid, metric_zone_name
from tiles.grid import Bounds

# The district's own boundary; one that is only 示意; its parts' together; nothing loaded, so the extent of all data.
Outline = Literal["own", "indicative", "parts", "none"]

# The grid tells of zones and enterprises that are asked for themselves.
PLACED = [layer for layer in LAYERS.values() if layer is not RISK_GRID]
# What the date of the data is of: also enterprises without a place, which lists and counts show.
DATED: Mapping[str, Callable[[Actor], Select[Any]]] = {
    "area": visible_areas,
    "receptor": visible_receptors,
    "corridor": visible_corridors,
    "enterprise": visible_enterprises,
    "zone": visible_zones,
    "major_hazard_installation": visible_installations,
}


class Township(BaseModel):
    """A township; `bounds` and `label` (a point inside it, for its name) are null where no outline is loaded."""

    code: str
    name: str
    bounds: Bounds | None
    label: tuple[float, float] | None


class District(BaseModel):
    """Facts that every page shows: longitudes and latitudes are CGCS2000 (EPSG:4490)."""

    code: str
    name: str | None
    city: str | None
    bounds: Bounds | None
    centre: tuple[float, float] | None
    is_demo: bool
    outline: Outline
    metric_crs: str | None
    metric_name: str | None
    grade_basis: str
    townships: list[Township]
    data_as_of: datetime | None


def district(session: Session, actor: Actor, code: str) -> District:
    """The district with this code, or, while none of its land is loaded, the extent of all that is."""
    area = session.scalars(visible_areas(actor).where(Area.code == code)).one_or_none()
    land = find_territory(session, code)
    bounds = Bounds(*land.geometry.bounds) if land else extent(session, actor, PLACED)
    centre = None if bounds is None else ((bounds.xmin + bounds.xmax) / 2, (bounds.ymin + bounds.ymax) / 2)
    zone = None if centre is None else int(metric_srid(*centre))
    return District(
        code=code,
        name=area.name if area else None,
        city=parent_name(session, actor, area),
        bounds=bounds,
        centre=centre,
        is_demo=has_demo_rows(session, actor),
        outline=outline(area, land),
        metric_crs=zone and f"EPSG:{zone}",
        metric_name=zone and metric_zone_name(zone),
        grade_basis=GRADE_BASIS,
        townships=townships(session, actor, code),
        data_as_of=newest_change(session, actor),
    )


def outline(area: Area | None, land: Territory | None) -> Outline:
    """What the district's land is known from."""
    if land is None:
        answer: Outline = "none"
    elif not land.is_whole:
        answer = "parts"
    elif area is not None and area.is_indicative:
        answer = "indicative"
    else:
        answer = "own"
    return answer


def townships(session: Session, actor: Actor, code: str) -> list[Township]:
    """The townships of a district, by code."""
    members = (
        visible_areas(actor)
        .where(Area.level == "township", Area.parent_code == code)
        .with_only_columns(Area.code, Area.name, *place_columns(Area.boundary))
        .order_by(Area.code)
    )
    return [township(row._mapping) for row in session.execute(members)]


def township(row: RowMapping) -> Township:
    """A township of a row with its place."""
    where = place(row)
    label = None if where["bounds"] is None else (where["lon"], where["lat"])
    return Township(code=row["code"], name=row["name"], bounds=where["bounds"], label=label)


def parent_name(session: Session, actor: Actor, area: Area | None) -> str | None:
    """The name of the city that the district belongs to, where it is loaded."""
    if area is None or area.parent_code is None:
        return None
    parent = visible_areas(actor).where(Area.code == area.parent_code).with_only_columns(Area.name)
    return session.scalars(parent).one_or_none()


def has_demo_rows(session: Session, actor: Actor) -> bool:
    """Whether any enterprise that the actor sees is an invented one."""
    return session.scalars(select(visible_enterprises(actor).where(Enterprise.is_demo).exists())).one()


def newest_change(session: Session, actor: Actor) -> datetime | None:
    """When what the actor sees last changed: written by somebody, derived anew, placed elsewhere, or gone.

    The recorded time, not `updated_at`: a grade that follows from what stands behind it moves the first alone.
    """
    shown = [(Base.metadata.tables[name], visible(actor)) for name, visible in DATED.items()]
    present = [newest_of(session, kept, rows) for kept, rows in shown]
    newest = max(filter(None, present), default=None)
    # Of a row that is still there the present version began when the earlier one ended; so whatever ended later has
    # left the actor's sight: deleted, or handed over to somebody else.
    since = newest or datetime.min.replace(tzinfo=UTC)
    gone = [newest_of(session, kept, ended_after(rows, kept, since)) for kept, rows in shown]
    return max(filter(None, gone), default=newest)


def newest_of(session: Session, kept: Table, rows: Select[Any]) -> datetime | None:
    """The latest moment at which a version of some rows was recorded."""
    found: datetime | None = session.scalars(
        rows.with_only_columns(func.max(kept.c.recorded_at), maintain_column_froms=True)
    ).one()
    return found
