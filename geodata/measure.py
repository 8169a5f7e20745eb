"""True metres on the ground for longitude/latitude geometries: distance, length, area, buffer.

All take CGCS2000 (or WGS84) degrees, lon before lat, one geometry or an array of them, and answer a float, a geometry
or an array. Missing and empty geometries answer NaN (a missing or empty buffer for `buffer_m`).

Two tools are used. The geodesic on the CGCS2000 ellipsoid, exact to nanometres, measures what lies between two points.
The plane of the place's own metric zone (`geodata.crs.metric_srid`) finds nearest points and draws circles; in it an
edge is straight, which on edges of a kilometre differs by millimetres from the geodesic.
"""

from __future__ import annotations

from itertools import pairwise
from typing import overload

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geodata.arrays import Booleans, Floats, Geometries, Integers, geometry_array
from geodata.crs import Datum, from_cgcs2000, metric_srid, scale_factor, to_cgcs2000
from geodata.errors import InvalidGeometry, TooWideToMeasure

# CGCS2000 has the ellipsoid of GRS80 to 0.1 mm in its semi-minor axis: a = 6378137 m, 1/f = 298.257222101.
CGCS2000_ELLIPSOID = Geod(a=6378137.0, rf=298.257222101)

# A circle as a 128-gon is at most 0.03 % too small in radius.
QUARTER_CIRCLE_SEGMENTS = 32
# How much the scale of the plane may differ within one buffered geometry.
WORST_SCALE_DIFFERENCE = 0.0005
# Beyond this many degrees of longitude a zone's plane no longer tells which points are nearest.
FARTHEST_FROM_ZONE_DEG = 20.0


@overload
def distance_m(a: Geometries, b: Geometries | BaseGeometry) -> Floats: ...
@overload
def distance_m(a: BaseGeometry, b: Geometries) -> Floats: ...
@overload
def distance_m(a: BaseGeometry, b: BaseGeometry) -> float: ...
def distance_m(a: BaseGeometry | Geometries, b: BaseGeometry | Geometries) -> float | Floats:
    """Measure the ground distance between geometries, edge to edge; 0 where they touch or overlap.

    Points are measured geodesically at any distance. For lines and areas the nearest points are found in the metric
    zone of `a` and the geodesic between them is measured: to 2 mm within 5 km, 0.01 % within 200 km.

    Parameters
    ----------
    a, b : geometries or arrays of them, broadcast against each other.

    Raises
    ------
    TooWideToMeasure
        If a line or an area lies more than 20 degrees of longitude from the other geometry.

    Examples
    --------
    >>> from shapely import Point, box
    >>> round(distance_m(Point(113.27, 33.7), Point(113.28, 33.7)), 2)
    927.08
    >>> distance_m(Point(113.27, 33.7), box(113, 33, 114, 34))
    0.0
    """
    first, second = np.broadcast_arrays(np.asarray(a, dtype=object), np.asarray(b, dtype=object))
    starts, ends = _nearest_points(first.ravel(), second.ravel())
    _, _, metres = CGCS2000_ELLIPSOID.inv(starts[:, 0], starts[:, 1], ends[:, 0], ends[:, 1])
    metres = np.where(np.isnan(starts).any(axis=1), np.nan, metres).reshape(first.shape)
    return float(metres) if metres.ndim == 0 else metres


def _nearest_points(a: Geometries, b: Geometries) -> tuple[Floats, Floats]:
    """Give, row by row, the nearest points of two geometries as (n, 2) degrees; NaN where one is missing or empty."""
    starts, ends = np.full((len(a), 2), np.nan), np.full((len(a), 2), np.nan)
    present = ~(shapely.is_missing(a) | shapely.is_missing(b) | shapely.is_empty(a) | shapely.is_empty(b))
    points = present & (shapely.get_type_id(a) == 0) & (shapely.get_type_id(b) == 0)
    starts[points], ends[points] = shapely.get_coordinates(a[points]), shapely.get_coordinates(b[points])
    others = np.flatnonzero(present & ~points)
    _require_near(a[others], b[others])
    zones = _zone_of(a[others])
    for zone in np.unique(zones):
        rows = others[zones == zone]
        plane = Datum(f"EPSG:{zone}")
        shortest = shapely.shortest_line(from_cgcs2000(a[rows], plane), from_cgcs2000(b[rows], plane))
        ends_of_lines = shapely.get_coordinates(to_cgcs2000(shortest, plane)).reshape(-1, 2, 2)
        starts[rows], ends[rows] = ends_of_lines[:, 0], ends_of_lines[:, 1]
    return starts, ends


def _require_near(a: Geometries, b: Geometries) -> None:
    """Refuse pairs that do not fit one plane, before the plane answers nonsense."""
    if len(a) == 0:
        return
    centres = _centres(a)[:, 0]
    bounds = shapely.bounds(np.stack([a, b]))[..., [0, 2]]
    # The short way round, so that 179.9 E and 179.9 W are neighbours.
    away = np.abs((bounds - centres[None, :, None] + 180) % 360 - 180)
    if not np.all(away <= FARTHEST_FROM_ZONE_DEG):
        raise TooWideToMeasure(
            f"线或面之间相距超过 {FARTHEST_FROM_ZONE_DEG:.0f} 个经度，不能在一个投影带内量距"
        )


@overload
def length_m(geometry: Geometries) -> Floats: ...
@overload
def length_m(geometry: BaseGeometry) -> float: ...
def length_m(geometry: BaseGeometry | Geometries) -> float | Floats:
    """Measure the geodesic length of lines, the perimeter (all rings) of areas; 0 for points.

    >>> from shapely import LineString
    >>> round(length_m(LineString([(113.27, 33.70), (113.28, 33.70), (113.28, 33.71)])), 1)
    2036.3
    """
    geometries = _as_array(geometry)
    metres = np.where(_absent(geometries), np.nan, 0.0)
    parts, owner = _simple_parts(geometries)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    is_line = np.isin(shapely.get_type_id(parts), (1, 2))
    lines = np.concatenate([parts[is_line], rings])
    line_owner = np.concatenate([owner[is_line], owner[ring_part]])
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    follows = line[1:] == line[:-1]
    start, end = coordinates[:-1][follows], coordinates[1:][follows]
    _, _, steps = CGCS2000_ELLIPSOID.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    np.add.at(metres, line_owner[line[1:][follows]], steps)
    return metres if isinstance(geometry, np.ndarray) else float(metres[0])


@overload
def area_m2(geometry: Geometries) -> Floats: ...
@overload
def area_m2(geometry: BaseGeometry) -> float: ...
def area_m2(geometry: BaseGeometry | Geometries) -> float | Floats:
    """Measure the ellipsoidal area of polygons with geodesic edges; holes count off; 0 for points and lines.

    Exact for valid polygons; overlapping parts of an invalid one count twice.

    >>> from shapely import box
    >>> round(area_m2(box(113.27, 33.70, 113.28, 33.71)) / 10_000, 1)
    102.8
    """
    geometries = _as_array(geometry)
    areas = np.where(_absent(geometries), np.nan, 0.0)
    parts, owner = _simple_parts(geometries)
    rings, part = shapely.get_rings(parts, return_index=True)
    is_hole = np.append(False, part[1:] == part[:-1])[: len(part)]
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    borders = np.searchsorted(ring, np.arange(len(rings) + 1))
    for index, (begin, end) in enumerate(pairwise(borders)):
        # The repeated last vertex is left off: a polygon closes itself.
        lon, lat = coordinates[begin : end - 1, 0], coordinates[begin : end - 1, 1]
        area = abs(CGCS2000_ELLIPSOID.polygon_area_perimeter(lon, lat)[0])
        areas[owner[part[index]]] += -area if is_hole[index] else area
    return areas if isinstance(geometry, np.ndarray) else float(areas[0])


def _simple_parts(geometries: Geometries) -> tuple[Geometries, Integers]:
    """Take multi-part geometries and collections apart: single points, lines and polygons, each with its owner."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    while (shapely.get_type_id(parts) > 3).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    return parts, owner


@overload
def buffer_m(geometry: Geometries, radius_m: float) -> Geometries: ...
@overload
def buffer_m(geometry: BaseGeometry, radius_m: float) -> BaseGeometry: ...
def buffer_m(geometry: BaseGeometry | Geometries, radius_m: float) -> BaseGeometry | Geometries:
    """Grow geometries by a true ground distance, right to 0.1 %.

    Parameters
    ----------
    geometry : degrees, lon before lat.
    radius_m : metres on the ground; zero returns the input, a negative one shrinks areas.

    Returns
    -------
    Polygons in degrees (128-gons for points). Missing stays missing; empty stays empty.

    Raises
    ------
    InvalidGeometry
        If a geometry is invalid (repair it first, we do not guess) or the radius is not a finite number.
    TooWideToMeasure
        If a geometry is so wide that the scale of its plane differs by over 0.05 % within it, or if the buffer would
        cross the 180th meridian.

    Examples
    --------
    >>> from shapely import Point
    >>> half_km = buffer_m(Point(113.2656, 33.7075), 500)
    >>> round(area_m2(half_km) / 1e6, 3)
    0.785
    >>> buffer_m(Point(), 500).is_empty
    True
    """
    if not np.isfinite(radius_m):
        raise InvalidGeometry("缓冲半径必须是有限的米数")
    geometries = _as_array(geometry)
    if not shapely.is_valid(geometries[~shapely.is_missing(geometries)]).all():
        raise InvalidGeometry("几何无效，不能计算缓冲区：请先修复")
    buffers = geometries.copy()
    present = np.flatnonzero(~_absent(geometries))
    if radius_m != 0 and len(present):
        buffers[present] = _buffers(geometries[present], radius_m)
    return buffers if isinstance(geometry, np.ndarray) else buffers[0]


def _buffers(geometries: Geometries, radius_m: float) -> Geometries:
    zones = _zone_of(geometries)
    radii = radius_m * _common_scale(geometries, zones)
    buffers = np.empty(len(geometries), dtype=object)
    for zone in np.unique(zones):
        rows, plane = np.flatnonzero(zones == zone), Datum(f"EPSG:{zone}")
        grown = shapely.buffer(
            from_cgcs2000(geometries[rows], plane), radii[rows], quad_segs=QUARTER_CIRCLE_SEGMENTS
        )
        buffers[rows] = to_cgcs2000(grown, plane)
    widths = shapely.bounds(buffers)[:, 2] - shapely.bounds(buffers)[:, 0]
    if (widths > 180).any():
        raise TooWideToMeasure("缓冲区跨越 180° 经线")
    return buffers


def _common_scale(geometries: Geometries, zones: Integers) -> Floats:
    """Give one scale factor a geometry, if one will do: its mean over the corners and middles of the bounds."""
    xmin, ymin, xmax, ymax = shapely.bounds(geometries).T
    xs, ys = np.stack([xmin, (xmin + xmax) / 2, xmax]), np.stack([ymin, (ymin + ymax) / 2, ymax])
    factors = scale_factor(np.tile(xs, (3, 1)), np.repeat(ys, 3, axis=0), np.tile(zones, (9, 1)))
    lowest, highest = factors.min(axis=0), factors.max(axis=0)
    if not np.all(highest - lowest <= WORST_SCALE_DIFFERENCE):
        raise TooWideToMeasure("几何东西跨度过大，一个投影带内算不准缓冲区：请先分段")
    return np.asarray((lowest + highest) / 2)


def _zone_of(geometries: Geometries) -> Integers:
    centres = _centres(geometries)
    zones = metric_srid(centres[:, 0], centres[:, 1])
    if (zones == 0).any():
        raise InvalidGeometry("坐标不是有效的经纬度，不能量算")
    return zones


def _centres(geometries: Geometries) -> Floats:
    """Give the middle of each geometry's bounds, (n, 2)."""
    bounds = shapely.bounds(geometries).reshape(-1, 4)
    return np.asarray((bounds[:, :2] + bounds[:, 2:]) / 2)


def _absent(geometries: Geometries) -> Booleans:
    return np.asarray(shapely.is_missing(geometries) | shapely.is_empty(geometries))


def _as_array(geometry: BaseGeometry | Geometries) -> Geometries:
    return geometry if isinstance(geometry, np.ndarray) else geometry_array([geometry])
