"""The land that imported places are held against."""

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
class District:
    """The district's name and boundary, EPSG:4490."""

    name: str
    geometry: BaseGeometry

    @property
    def bounds_with_margin(self) -> tuple[float, float, float, float]:
        """Its box with some room around."""
        xmin, ymin, xmax, ymax = self.geometry.bounds
        return xmin - MARGIN_DEG, ymin - MARGIN_DEG, xmax + MARGIN_DEG, ymax + MARGIN_DEG


def find_district(session: Session, code: str) -> District | None:
    """Read the district with this code: its own boundary, else its parts' together; None where neither is loaded."""
    boundary = type_coerce(Area.boundary, Geometry)
    for where, name in (
        (Area.code == code, func.min(Area.name)),
        (
            Area.parent_code == code,
            func.coalesce(select(Area.name).where(Area.code == code).scalar_subquery(), "辖区"),
        ),
    ):
        row = session.execute(
            select(name, func.ST_AsBinary(func.ST_Union(boundary))).where(where, Area.boundary.is_not(None))
        ).one()
        if row[1] is not None:
            geometry = shapely.from_wkb(bytes(row[1]))
            shapely.prepare(geometry)
            return District(row[0], geometry)
    return None
