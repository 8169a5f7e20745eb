"""How many people live where something may happen: sums over the cells of a population raster.

A cell that a polygon covers in part counts by the share of it that is covered, as if its people were spread evenly.
Every sum is an estimate (估算) and never better than the raster.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from exactextract import exact_extract
from exactextract.feature import JSONFeatureSource
from exactextract.raster import NumPyRasterSource
from rasterio.windows import Window
from shapely.geometry.base import BaseGeometry

from geodata.arrays import Floats, Integers
from geodata.errors import InvalidGeometry, TooLarge
from geodata.measure import buffer_m
from geodata.raster_files import cell_areas_m2, to_plane

Unit = Literal["persons", "persons_per_km2"]
Lack = Literal["outside_raster", "no_data"]
# A province in cells of a hundred metres; a circle of 50 km in cells of fifteen.
MOST_CELLS = 60_000_000
# So many are held in memory at a time.
CELLS_AT_ONCE = 4_000_000
# Of a polygon's area: more than rounding leaves when all of it has data (shares of cells are single precision).
ROUNDING = 1e-6


@dataclass(frozen=True)
class Headcount:
    """People in a polygon by a raster.

    Parameters
    ----------
    people : those in the part that has data, not rounded; None where no part has.
    share_without_data : 0 to 1, of the polygon's area in the plane of the raster: cells without data and what lies
        beside the raster. Above 0, `people` is a lower bound.
    lack : why there is no number; None where there is one.
    """

    people: float | None
    share_without_data: float
    lack: Lack | None = None


def people_within(raster: Any, polygon: BaseGeometry, *, unit: Unit) -> Headcount:  # noqa: ANN401
    """Sum the people in a polygon.

    Parameters
    ----------
    raster : an open rasterio dataset as `geodata.raster_files` keeps it: one band, north up, NaN without data. A
        dataset belongs to one thread.
    polygon : degrees (CGCS2000), lon before lat; edges straight in degrees.
    unit : of the raster: people in a cell, or people per square kilometre of ground.

    Returns
    -------
    The sum, with the share of the area that nothing is known of. An empty polygon holds nobody.

    Raises
    ------
    InvalidGeometry
        If it is not a valid polygon.
    TooLarge
        If it spans more than 60 million cells.
    """
    if polygon.geom_type not in ("Polygon", "MultiPolygon") or not polygon.is_valid:
        raise InvalidGeometry("应为有效的面，才能统计其中的人口")
    if polygon.is_empty:
        return Headcount(0.0, 0.0)
    on_grid = to_grid(raster, polygon)
    window = window_around(raster, on_grid)
    if window is None:
        return Headcount(None, 1.0, "outside_raster")
    people, known, touches = 0.0, 0.0, False
    for part in parts(window):
        rows, columns, shares = covered_cells(on_grid, part)
        values = raster.read(1, window=part)[rows - part.row_off, columns - part.col_off].astype(float)
        has_data = ~np.isnan(values)
        touches |= len(values) > 0
        known += float(shares[has_data].sum())
        counted = (values * shares)[has_data]
        if unit == "persons_per_km2":
            counted = counted * cell_areas_m2(raster, rows[has_data], columns[has_data]) / 1e6
        people += float(counted.sum())
    if known == 0:
        return Headcount(None, 1.0, "no_data" if touches else "outside_raster")
    without = 1 - known / on_grid.area
    return Headcount(people, 0.0 if without < ROUNDING else without)


def ring_m(geometry: BaseGeometry, distance_m: float) -> BaseGeometry:
    """The ground outside a geometry within a true distance of it, degrees; around points and lines all of it.

    >>> from geodata.measure import area_m2
    >>> site = shapely.box(113.26, 33.70, 113.27, 33.71)
    >>> round(area_m2(ring_m(site, 500)) / 1e6, 2)
    2.82
    """
    ring = shapely.difference(buffer_m(geometry, distance_m), geometry)
    # A difference may leave crumbs of lines where edges meet.
    areas = [part for part in shapely.get_parts(ring) if part.geom_type == "Polygon"]
    return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)


def to_grid(raster: Any, polygon: BaseGeometry) -> BaseGeometry:  # noqa: ANN401
    """The polygon in units of cells: x in columns from the west edge, y in rows from the north edge, downwards < 0."""
    at = raster.transform
    plane = to_plane(polygon, raster.crs.to_wkt())
    return shapely.transform(plane, lambda x, y: ((x - at.c) / at.a, (y - at.f) / -at.e), interleaved=False)


def window_around(raster: Any, on_grid: BaseGeometry) -> Window | None:  # noqa: ANN401
    """The cells of the raster that a polygon may touch; None where it lies wholly beside the raster."""
    if not all(math.isfinite(edge) for edge in on_grid.bounds):
        return None
    west, south, east, north = on_grid.bounds
    left, right = max(0, math.floor(west)), min(raster.width, math.ceil(east))
    top, bottom = max(0, math.floor(-north)), min(raster.height, math.ceil(-south))
    width, height = right - left, bottom - top
    if width <= 0 or height <= 0:
        return None
    if width * height > MOST_CELLS:
        raise TooLarge(f"范围内有 {width * height:,} 个像元，超过上限 {MOST_CELLS:,}：请缩小范围")
    return Window(left, top, width, height)


def parts(window: Window) -> Iterator[Window]:
    """The window in strips that fit into memory."""
    rows = max(1, CELLS_AT_ONCE // window.width)
    for first in range(0, window.height, rows):
        height = min(rows, window.height - first)
        yield Window(window.col_off, window.row_off + first, window.width, height)


def covered_cells(on_grid: BaseGeometry, window: Window) -> tuple[Integers, Integers, Floats]:
    """The cells of a window that a polygon covers: row and column in the raster, from 0, and the share it covers.

    The shares are exact, not sampled: the polygon's edge is followed from cell to cell.
    """
    left, top, width, height = window.col_off, window.row_off, window.width, window.height
    cells = NumPyRasterSource(np.zeros((height, width), np.uint8), left, -(top + height), left + width, -top)
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(on_grid)}
    (answer,) = exact_extract(cells, JSONFeatureSource([feature]), ["cell_id", "coverage"])
    place = answer["properties"]["cell_id"].astype(np.int64)
    return place // width + top, place % width + left, answer["properties"]["coverage"]
