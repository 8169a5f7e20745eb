"""The district that the map is of."""

from datetime import datetime

from geoalchemy2 import Geometry
from pydantic import BaseModel
from sqlalchemy import Select, func, select, type_coerce
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.extents import extent
from backend.jurisdictions.models import Area
from backend.jurisdictions.queries import visible_areas
from backend.jurisdictions.scope import Actor
from backend.layers import LAYERS
from tiles.grid import Bounds


class Township(BaseModel):
    """A township; `bounds` is null where no outline is loaded."""

    code: str
    name: str
    bounds: Bounds | None


class District(BaseModel):
    """Facts that every page shows: longitudes and latitudes are CGCS2000 (EPSG:4490)."""

    code: str
    name: str | None
    city: str | None
    bounds: Bounds | None
    centre: tuple[float, float] | None
    is_indicative: bool
    is_demo: bool
    notice: str | None
    metric_crs: str | None
    metric_name: str | None
    grade_basis: str
    townships: list[Township]
    data_as_of: datetime | None


def district(session: Session, actor: Actor, code: str) -> District:
    """The district with this code, or, while no outline of it is loaded, the extent of all that is."""
    area = session.scalars(visible_areas(actor).where(Area.code == code)).one_or_none()
    outline = area_bounds(session, actor, code)
    bounds = outline or extent(session, actor, list(LAYERS.values()))
    centre = None if bounds is None else ((bounds.xmin + bounds.xmax) / 2, (bounds.ymin + bounds.ymax) / 2)
    zone = None if centre is None else session.scalars(select(func.metric_srid(*centre))).one()
    return District(
        code=code,
        name=area.name if area else None,
        city=parent_name(session, actor, area),
        bounds=bounds,
        centre=centre,
        is_indicative=area is not None and area.is_indicative,
        is_demo=has_demo_rows(session),
        notice=notice(area, outline),
        metric_crs=zone and f"EPSG:{zone}",
        metric_name=zone and metric_name(zone),
        grade_basis="inherent",
        townships=townships(session, actor, code),
        data_as_of=newest_change(session),
    )


def notice(area: Area | None, outline: Bounds | None) -> str | None:
    """What a reader must be told about the outline."""
    if area is None or outline is None:
        answer: str | None = "未导入辖区边界，地图范围取自已有数据。"
    elif area.is_indicative:
        answer = "辖区边界为示意，不作为划界依据。"
    else:
        answer = None
    return answer


def area_bounds(session: Session, actor: Actor, code: str) -> Bounds | None:
    """The box of one area's boundary."""
    row = session.execute(with_bounds(visible_areas(actor).where(Area.code == code))).one_or_none()
    return None if row is None else bounds_or_none(row[2:])


def townships(session: Session, actor: Actor, code: str) -> list[Township]:
    """The townships of a district, by code."""
    members = (
        visible_areas(actor).where(Area.level == "township", Area.parent_code == code).order_by(Area.code)
    )
    return [
        Township(code=row[0], name=row[1], bounds=bounds_or_none(row[2:]))
        for row in session.execute(with_bounds(members))
    ]


def with_bounds(areas: Select[Area]) -> Select[str, str, float, float, float, float]:
    """Code, name and box of areas."""
    # Plain geometry: the column's own type would wrap it as EWKB inside the functions.
    box = type_coerce(Area.boundary, Geometry)
    return areas.with_only_columns(
        Area.code, Area.name, func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box)
    )


def bounds_or_none(edges: tuple[float | None, ...]) -> Bounds | None:
    """A box, unless the row has no boundary."""
    xmin, ymin, xmax, ymax = edges
    if xmin is None or ymin is None or xmax is None or ymax is None:
        return None
    return Bounds(xmin, ymin, xmax, ymax)


def parent_name(session: Session, actor: Actor, area: Area | None) -> str | None:
    """The name of the city that the district belongs to, where it is loaded."""
    if area is None or area.parent_code is None:
        return None
    parent = visible_areas(actor).where(Area.code == area.parent_code).with_only_columns(Area.name)
    return session.scalars(parent).one_or_none()


def metric_name(srid: int) -> str:
    """What the officers call a metric zone.

    >>> metric_name(4547), metric_name(32617)
    ('CGCS2000 3度带 中央子午线114°E', 'WGS 84 / UTM 17N')
    """
    if 4534 <= srid <= 4554:
        return f"CGCS2000 3度带 中央子午线{75 + 3 * (srid - 4534)}°E"
    return f"WGS 84 / UTM {srid % 100}{'N' if srid < 32700 else 'S'}"


def has_demo_rows(session: Session) -> bool:
    """Whether any enterprise on the map is an invented one."""
    return session.scalars(select(select(Enterprise.id).where(Enterprise.is_demo).exists())).one()


def newest_change(session: Session) -> datetime | None:
    """When the register last changed."""
    newest = [
        session.scalars(select(func.max(layer.model.updated_at))).one_or_none() for layer in LAYERS.values()
    ]
    return max((moment for moment in newest if moment is not None), default=None)
