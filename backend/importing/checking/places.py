"""Delivered geometries as canonical places: datum, rounding, and the forms that the tables hold."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from backend.importing.checking.findings import Mask
from geodata.arrays import Geometries
from geodata.crs import Datum, to_cgcs2000
from geodata.geometry import drop_repeated_points, round_coordinates


@dataclass(frozen=True)
class Places:
    """The places of all rows; a row without a usable one has None in both arrays.

    Parameters
    ----------
    original : coordinates as delivered, in their own datum, without heights.
    canonical : EPSG:4490, lon before lat, rounded to 1e-7 degrees.
    """

    original: Geometries
    canonical: Geometries


def read_places(delivered: Geometries, datum: Datum, notices: list[str]) -> Places:
    """Bring delivered geometries into the register's form; what is left out of them is mentioned."""
    has_more = shapely.has_z(delivered) | shapely.has_m(delivered)
    singles = _single_points(delivered)
    original = shapely.force_2d(singles) if has_more.any() else singles
    rounded = round_coordinates(to_cgcs2000(original, datum))
    canonical = drop_repeated_points(rounded)
    say(notices, has_more, "行带有高程或 M 值，只保留平面位置")
    has_repeats = shapely.get_num_coordinates(canonical) < shapely.get_num_coordinates(rounded)
    say(notices, has_repeats, "行有重复的相邻顶点，已去掉，形状不变")
    return Places(original, _multi(canonical))


def points_inside(areas: Geometries) -> Geometries:
    """Give a point inside each area, rounded as it is stored; other shapes and None stay."""
    points = areas.copy()
    is_area = np.isin(shapely.get_type_id(areas), (3, 6))
    points[is_area] = round_coordinates(shapely.point_on_surface(areas[is_area]))
    return points


def describe_each(geometries: Geometries, where: Mask) -> Geometries:
    """Show the marked places, None for the rest."""
    shown = np.full(len(geometries), None, dtype=object)
    shown[where] = [describe(geometry) for geometry in geometries[where]]
    return shown


def describe(geometry: BaseGeometry | None) -> str:
    """Show a place in a cell: a point by its numbers, anything else by its kind and first vertex.

    >>> describe(shapely.Point(113.27, 33.7)), describe(shapely.LineString([(1, 2), (3, 4)]))
    ('113.27, 33.7', 'LineString（自 1, 2）')
    """
    if geometry is None:
        return ""
    first = shapely.get_coordinates(geometry)[:1]
    numbers = ", ".join(f"{number:.10g}" for number in first.ravel())
    return numbers if geometry.geom_type == "Point" else f"{geometry.geom_type}（自 {numbers}）"


def say(notices: list[str], where: Mask, sentence: str) -> None:
    """Add a sentence about the marked rows, headed by their number, where there are any."""
    if where.any():
        notices.append(f"{int(where.sum())} {sentence}")


def _single_points(geometries: Geometries) -> Geometries:
    """Return multipoints of one point as points: some formats know no other."""
    points: Geometries = geometries.copy()
    lone = (shapely.get_type_id(geometries) == 4) & (shapely.get_num_geometries(geometries) == 1)
    points[lone] = shapely.get_geometry(geometries[lone], 0)
    return points


def _multi(geometries: Geometries) -> Geometries:
    """Return single lines and areas as their Multi types, which the tables hold."""
    multi = geometries.copy()
    for single, collect in ((1, shapely.multilinestrings), (3, shapely.multipolygons)):
        where = np.flatnonzero(shapely.get_type_id(geometries) == single)
        multi[where] = collect(geometries[where], indices=np.arange(len(where)))
    return multi
