"""The district that the map is of."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import RowMapping, func, select, union_all
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.extents import extent
from backend.grades import GRADE_BASIS
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area
from backend.jurisdictions.queries import visible_areas
from backend.jurisdictions.territory import Territory, find_territory
from backend.layers import ENTERPRISE_OUTLINES, LAYERS, RISK_GRID
from backend.register.rows import place, place_columns
from geodata.crs import metric_srid, metric_zone_name
from tiles.grid import Bounds

# The district's own boundary; one that is only 示意; its parts' together; nothing loaded, so the extent of all data.
Outline = Literal["own", "indicative", "parts", "none"]

# The grid and the outlines tell of zones and enterprises that are asked for themselves.
PLACED = [layer for layer in LAYERS.values() if layer is not RISK_GRID]
DATED = [layer for layer in PLACED if layer is not ENTERPRISE_OUTLINES]


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
    """When anything that the actor sees last changed."""
    changes = union_all(*(layer.rows(actor, "updated_at") for layer in DATED))
    newest: datetime | None = session.scalars(select(func.max(changes.subquery().c.updated_at))).one()
    return newest
