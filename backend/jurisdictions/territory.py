"""The land of a district: its own boundary, or that of its parts together."""

from dataclasses import dataclass

import shapely
from geoalchemy2 import Geometry
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select, type_coerce
from sqlalchemy.orm import Session

from backend.jurisdictions.models import Area

# Five kilometres or more at every latitude of China: what lies this near is judged by distance, not as a slip.
MARGIN_DEG = 0.1


@dataclass(frozen=True)
class Territory:
    """A district's name and land, EPSG:4490; `is_whole` is false where it was put together from its parts."""

    name: str
    geometry: BaseGeometry
    is_whole: bool

    @property
    def bounds_with_margin(self) -> tuple[float, float, float, float]:
        """Its box with some room around."""
        xmin, ymin, xmax, ymax = self.geometry.bounds
        return xmin - MARGIN_DEG, ymin - MARGIN_DEG, xmax + MARGIN_DEG, ymax + MARGIN_DEG


def find_territory(session: Session, code: str) -> Territory | None:
    """The land of the district with this code; None while neither it nor any part of it is loaded."""
    boundary = type_coerce(Area.boundary, Geometry)
    named = select(Area.name).where(Area.code == code).scalar_subquery()
    for is_whole, whose in ((True, Area.code == code), (False, Area.parent_code == code)):
        land = select(func.coalesce(named, "本区"), func.ST_AsBinary(func.ST_Union(boundary))).where(whose)
        name, wkb = session.execute(land).one()
        if wkb is not None:
            geometry = shapely.from_wkb(bytes(wkb))
            shapely.prepare(geometry)
            return Territory(name, geometry, is_whole)
    return None
