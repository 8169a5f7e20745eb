"""The ground of the demonstration, drawn by hand and smoothed: water, railway, pipeline, towns, building land.

The lines follow the real ones roughly and are not them (示意): nothing here may be measured from.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from backend.demo import district
from backend.demo.drawing import roughened, rounded_line, rounded_ring
from backend.demo.plane import in_metres, points_in_metres
from geodata.arrays import Floats

# Nothing is built this near to the outline, nor to a real site that the demonstration must not touch.
BORDER_M = 40.0
REAL_SITE_M = 350.0
BANK_M = 150.0
SHORE_SEED = 7


@dataclass(frozen=True)
class Landscape:
    """Everything in metres (EPSG:4547).

    `dry` is the district without lake, bank and real sites: roads run there. `land` also leaves out the strips along
    river, railway and pipeline: buildings stand there.
    """

    lake: Polygon
    shore_road: BaseGeometry
    lines: list[dict[str, Any]]
    dry: BaseGeometry
    land: BaseGeometry
    towns: list[tuple[Floats, float, float]]

    def urbanity(self, xy: Floats) -> Floats:
        """How built-up a place is, from 0 in the fields to 1 and a little more in the old town; rows of (x, y)."""
        sums = np.zeros(len(xy))
        for centre, reach_m, height in self.towns:
            sums += height * np.exp(-((xy - centre) ** 2).sum(axis=1) / (2 * reach_m**2))
        return sums


def landscape() -> Landscape:
    """Draw the ground: always the same, whatever the scale and the seed."""
    outline = in_metres([district.outline()])[0]
    inside = shapely.buffer(outline, -BORDER_M)
    lake = shapely.intersection(lake_surface(), inside)
    bank = shapely.buffer(lake, BANK_M)
    dry = shapely.difference(inside, shapely.union_all([bank, real_sites()]))
    lines = [line | {"centreline": line_within(line["path"], outline)} for line in district.sketch()["lines"]]
    return Landscape(
        lake=lake,
        shore_road=shapely.intersection(shapely.boundary(bank), inside),
        lines=lines,
        dry=dry,
        land=shapely.difference(dry, shapely.union_all(rights_of_way(lines))),
        towns=[
            (points_in_metres([place])[0], reach_m, height)
            for place, reach_m, height in district.sketch()["towns"]
        ],
    )


def lake_surface() -> Polygon:
    """Draw the reservoir's surface with bays, roughly where it is."""
    ring = points_in_metres(district.sketch()["lake"])
    shore = roughened(np.vstack([ring, ring[:1]]), np.random.default_rng(SHORE_SEED))
    return Polygon(rounded_ring(shore[:-1]))


def line_within(path: list[list[float]], outline: Polygon) -> BaseGeometry:
    """Round a sketched line and end it just inside the outline."""
    return shapely.intersection(LineString(rounded_line(points_in_metres(path))), shapely.buffer(outline, -1))


def rights_of_way(lines: list[dict[str, Any]]) -> list[BaseGeometry]:
    """Strips along river, railway and pipeline that stay free of buildings."""
    return [shapely.buffer(line["centreline"], line["clearance_m"]) for line in lines]


def real_sites() -> BaseGeometry:
    """Return the ground of real power stations, where no invented neighbour may stand."""
    places = points_in_metres([site["place"] for site in district.facts()["sites"]])
    return shapely.union_all(shapely.buffer(shapely.points(places), REAL_SITE_M))
