"""Kernel density of weighted points: how much of something there is around each place, per square kilometre.

The kernel is the quartic one (biweight; Silverman 1986, Density Estimation for Statistics, eq. 4.5), which ends at the
bandwidth h::

    K(d) = 3 / (π h²) · (1 − d²/h²)²   for d < h, else 0

Its integral over the ground is 1, so that the whole surface holds the sum of the weights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from rasterio.transform import Affine

from geodata.arrays import Floats
from geodata.crs import Datum, from_cgcs2000, metric_srid, scale_factor
from geodata.errors import InvalidGeometry, TooLarge

MOST_CELLS = 16_000_000
# With fewer cells to a bandwidth the surface shows the grid more than the places.
FEWEST_CELLS_TO_A_BANDWIDTH = 4


@dataclass(frozen=True)
class Density:
    """A surface on the metric grid of its middle.

    Parameters
    ----------
    values : (rows, columns), the northernmost row first; weight per square kilometre of ground at the middle of each
        cell, 0 where nothing is within the bandwidth.
    srid : EPSG code of the plane, as `geodata.crs.metric_srid` names it.
    west, north : of the outer edges in that plane, whole multiples of `cell_m`, so that surfaces fit over each other.
    cell_m : side of a cell in that plane.
    """

    values: Floats
    srid: int
    west: float
    north: float
    cell_m: float

    @property
    def transform(self) -> Affine:
        """From columns and rows to the plane."""
        return Affine(self.cell_m, 0.0, self.west, 0.0, -self.cell_m, self.north)


def kernel_density(
    lon: Floats, lat: Floats, weights: Floats, *, bandwidth_m: float, cell_m: float
) -> Density | None:
    """Spread weighted points over the ground around them.

    Distances are those of the metric plane of the points' middle (3-degree Gauss-Krüger in China, else UTM), divided
    by its scale factor at the point: right to 2 mm in a kilometre.

    Parameters
    ----------
    lon, lat, weights : (n,) degrees (CGCS2000) and weights of at least 0.
    bandwidth_m : on the ground; at least four cells.
    cell_m : in the plane; on the ground the same to 0.04 % within its zone.

    Returns
    -------
    None without points.

    Raises
    ------
    InvalidGeometry
        If a coordinate or a weight is no number, or the bandwidth is too small for the cells.
    TooLarge
        If the points lie so far apart that it takes over 16 million cells; `coarsened` tells what would do.

    Examples
    --------
    >>> one = kernel_density(np.array([113.27]), np.array([33.7]), np.array([10.0]), bandwidth_m=800, cell_m=50)
    >>> round(float(one.values.max()), 1), round(float(one.values.sum()) * 0.05**2, 2)
    (14.9, 10.0)
    """
    if len(lon) == 0:
        return None
    require_numbers(lon, lat, weights)
    if not (cell_m > 0 and bandwidth_m >= FEWEST_CELLS_TO_A_BANDWIDTH * cell_m):
        raise InvalidGeometry(f"带宽应不小于网格边长的 {FEWEST_CELLS_TO_A_BANDWIDTH} 倍")
    x, y, scale, srid = on_plane(lon, lat)
    reach = bandwidth_m * scale
    west, south, columns, rows = grid_around(x, y, reach.max(), cell_m)
    if columns * rows > MOST_CELLS:
        raise TooLarge(f"需要 {columns * rows:,} 个网格，超过上限 {MOST_CELLS:,}：请加大网格边长")
    values = np.zeros((rows, columns))
    # Columns and rows of the points, from the middle of the south-western cell.
    at_column, at_row = (x - west) / cell_m - 0.5, (y - south) / cell_m - 0.5
    highest = 3 / (math.pi * (bandwidth_m / 1000) ** 2) * weights
    for column, row, radius, peak in zip(at_column, at_row, reach / cell_m, highest, strict=True):
        left, right = math.ceil(column - radius), math.floor(column + radius) + 1
        bottom, top = math.ceil(row - radius), math.floor(row + radius) + 1
        across = (np.arange(left, right) - column) / radius
        along = (np.arange(bottom, top) - row) / radius
        nearness = np.maximum(0.0, 1 - across**2 - along[:, None] ** 2)
        values[bottom:top, left:right] += peak * nearness**2
    return Density(values[::-1], srid, west, south + rows * cell_m, cell_m)


def coarsened(lon: Floats, lat: Floats, *, bandwidth_m: float, cell_m: float) -> float:
    """The side of a cell, doubled until the grid of some points is not too large.

    >>> coarsened(np.array([111.0, 116.0]), np.array([32.0, 36.0]), bandwidth_m=800, cell_m=50)
    200
    """
    x, y, scale, _ = on_plane(lon, lat)
    while True:
        _, _, columns, rows = grid_around(x, y, bandwidth_m * scale.max(), cell_m)
        if columns * rows <= MOST_CELLS:
            return cell_m
        cell_m *= 2


def require_numbers(lon: Floats, lat: Floats, weights: Floats) -> None:
    """Refuse what lies nowhere, and what takes away from a density."""
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise InvalidGeometry("坐标必须是有限的数")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise InvalidGeometry("权重必须是不小于 0 的数")


def on_plane(lon: Floats, lat: Floats) -> tuple[Floats, Floats, Floats, int]:
    """Points in the metric plane of their middle: x, y, the scale factor at each, and the plane's EPSG code."""
    middle = (lon.min() + lon.max()) / 2, (lat.min() + lat.max()) / 2
    srid = int(metric_srid(*middle))
    if srid == 0:
        raise InvalidGeometry("坐标不是有效的经纬度")
    places = shapely.get_coordinates(from_cgcs2000(shapely.points(lon, lat), Datum(f"EPSG:{srid}")))
    return places[:, 0], places[:, 1], scale_factor(lon, lat, np.full(len(lon), srid)), srid


def grid_around(x: Floats, y: Floats, reach: float, cell_m: float) -> tuple[float, float, int, int]:
    """West and south edge, numbers of columns and rows of the cells that hold all within reach of some points."""
    west, south = (math.floor((edge - reach) / cell_m) for edge in (x.min(), y.min()))
    east, north = (math.ceil((edge + reach) / cell_m) for edge in (x.max(), y.max()))
    return west * cell_m, south * cell_m, east - west, north - south
