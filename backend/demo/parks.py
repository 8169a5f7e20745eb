"""The industrial parks of the demonstration: a few blocks of the street grid each, named 演示."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from backend.demo import district
from backend.demo.landscape import Landscape
from backend.demo.plane import in_metres, points_in_metres
from backend.demo.streets import SPACING_M, Streets

# The boundary lies at the kerb, not in the middle of the street.
KERB_M = 8.0


@dataclass(frozen=True)
class Park:
    """A park: what it is used for, and its boundary in metres (EPSG:4547)."""

    code: str
    name: str
    use: str
    boundary: Polygon


def lay_parks(ground: Landscape, streets: Streets, subdivisions: tuple[int, int]) -> list[Park]:
    """Mark the parks out on the street grid; railway, rivers and the lake stay outside."""
    return [
        Park(
            park["code"],
            park["name"],
            park["use"],
            largest_part(shapely.intersection(ground.land, blocks_around(park, streets, subdivisions))),
        )
        for park in district.sketch()["parks"]
    ]


def blocks_around(park: dict[str, Any], streets: Streets, subdivisions: tuple[int, int]) -> Polygon:
    """Return the rectangle of grid blocks of about the wanted size around a place."""
    place = points_in_metres([park["place"]])[0]
    distance = np.hypot(*np.moveaxis(streets.nodes - place, -1, 0))
    middle = np.unravel_index(int(distance.argmin()), distance.shape)
    count = [round(park["size_m"][axis] / SPACING_M[axis] * subdivisions[axis]) for axis in (0, 1)]
    west, south = (int(middle[axis]) - count[axis] // 2 for axis in (0, 1))
    east, north = west + count[0], south + count[1]
    nodes = streets.nodes[west : east + 1, south : north + 1]
    ring = np.concatenate([nodes[:-1, 0], nodes[-1, :-1], nodes[:0:-1, -1], nodes[0, :0:-1]])
    return shapely.buffer(Polygon(ring), -KERB_M, join_style="mitre")


def largest_part(area: BaseGeometry) -> Polygon:
    """Return the largest polygon of an area."""
    return max(shapely.get_parts(area), key=lambda part: part.area)


def park_rows(parks: list[Park]) -> list[dict[str, Any]]:
    """List the parks as groups, `geometry` in metres (EPSG:4547)."""
    areas = {code: in_metres([area])[0] for code, area in district.townships().items()}
    return [
        {
            "source_id": park.code,
            "code": park.code,
            "name": park.name,
            "kind": "park",
            "township_code": township_of(park.boundary.centroid, areas),
            "geometry": park.boundary,
        }
        for park in parks
    ]


def township_of(place: Point, areas: dict[str, Polygon]) -> str:
    """Return the code of the township that a place in the district lies in."""
    return next(code for code, area in areas.items() if shapely.intersects(area, place))
