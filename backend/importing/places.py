"""Delivered geometries as canonical places: datum, rounding, validity, and whether they lie where they should."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from backend.importing.district import District
from backend.importing.fields import Kind, Shape
from backend.importing.findings import Findings, Mask
from geodata.arrays import Floats, Geometries
from geodata.crs import GCJ02_BOUNDS, Datum, from_cgcs2000, metric_srid, scale_factor, to_cgcs2000
from geodata.geometry import all_problems, drop_repeated_points, round_coordinates

Outside: TypeAlias = Literal["accept", "warn", "quarantine"]

NEAR_M = 5_000
MOST_VERTICES = 200_000
# Farther than this from the district's box a distance tells nothing: the coordinates are wrong.
FAR_DEG = 1.0
COMMON_POINT = 5
FIELD = "坐标"


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


def read_places(
    delivered: Geometries, datum: Datum, kind: Kind, findings: Findings, notices: list[str]
) -> Places:
    """Bring delivered geometries into the register's form; what cannot be used is a finding."""
    original = shapely.force_2d(_single_points(delivered))
    rounded = round_coordinates(to_cgcs2000(original, datum))
    canonical = drop_repeated_points(rounded)
    _say(notices, shapely.has_z(delivered) | shapely.has_m(delivered), "行带有高程或 M 值，只保留平面位置")
    has_repeats = shapely.get_num_coordinates(canonical) < shapely.get_num_coordinates(rounded)
    _say(notices, has_repeats, "行有重复的相邻顶点，已去掉，形状不变")
    _warn_of_a_common_point(original, notices)
    missing = shapely.is_missing(original)
    if kind.is_place_required:
        findings.add(missing & findings.good, FIELD, "没有坐标", cause="no_place")
    else:
        _say(notices, missing & findings.good, "行没有坐标，导入后未上图")
    return Places(original, _multi(canonical))


def judge_places(
    places: Places, datum: Datum, shape: Shape, *, district: District | None, findings: Findings
) -> None:
    """Find places that cannot be used wherever they lie: not finite, 0/0, swapped, wrong sign, invalid shape."""
    if district is not None and not datum.is_lonlat:
        _find_swapped_axes(places, datum, district, findings)
    present = np.flatnonzero(~shapely.is_missing(places.canonical) & findings.good)
    expected = None if district is None else district.bounds_with_margin
    found = all_problems(places.canonical[present], kind=shape, expected=expected)
    for index, problems in found.items():
        position = int(present[index])
        for problem in problems:
            findings.add_one(
                position,
                FIELD,
                describe(places.original[position]),
                problem.reason,
                cause=problem.code,
                hint=problem.hint or "",
            )
    too_many = (shapely.get_num_coordinates(places.canonical) > MOST_VERTICES) & findings.good
    findings.add(too_many, FIELD, f"顶点超过 {MOST_VERTICES} 个", cause="too_many_vertices", hint="请先简化")


def judge_outside(
    places: Places, datum: Datum, district: District, outside: Outside, findings: Findings, notices: list[str]
) -> None:
    """Hold places against the district: near its edge is a warning, far away a finding; `outside` says otherwise."""
    metres = metres_outside(places.canonical, district)
    is_outside = (metres > 0) & findings.good
    is_near = is_outside & (metres <= NEAR_M)
    refused = {"accept": is_outside & False, "warn": is_outside & ~is_near, "quarantine": is_outside}[outside]
    findings.add(
        refused,
        FIELD,
        f"在{district.name}界外",
        cause="outside",
        values=describe_each(places.original, refused),
        hint=[_distance_words(each) for each in metres[refused]],
    )
    _say(notices, is_outside & ~refused, f"行的位置在{district.name}界外，请核对")
    if is_outside.any() and datum.is_lonlat and datum.epsg is not None:
        _warn_of_offset(places, is_outside, district, notices)


def metres_outside(canonical: Geometries, district: District) -> Floats:
    """Measure how far places lie outside the district: 0 inside or without a place, infinite beyond a degree or so."""
    metres = np.zeros(len(canonical))
    away = ~shapely.is_missing(canonical) & ~shapely.intersects(district.geometry, canonical)
    xmin, ymin, xmax, ymax = district.geometry.bounds
    around = shapely.box(xmin - FAR_DEG, ymin - FAR_DEG, xmax + FAR_DEG, ymax + FAR_DEG)
    near = away & shapely.intersects(around, canonical)
    metres[away & ~near] = np.inf
    if near.any():
        plane = Datum(f"EPSG:{int(metric_srid((xmin + xmax) / 2, (ymin + ymax) / 2))}")
        bounds = shapely.bounds(canonical[near])
        lon, lat = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
        flat = shapely.distance(
            from_cgcs2000([district.geometry], plane)[0], from_cgcs2000(canonical[near], plane)
        )
        # Beside rounding, a place outside must not come out as 0 = inside.
        metres[near] = np.maximum(flat / scale_factor(lon, lat, plane.epsg or 0), 1e-3)
    return metres


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


def _find_swapped_axes(places: Places, datum: Datum, district: District, findings: Findings) -> None:
    """Recognise projected coordinates given as (north, east), as Chinese surveying names its X and Y."""
    away = ~shapely.is_missing(places.original) & ~shapely.intersects(district.geometry, places.canonical)
    swapped = shapely.transform(places.original[away], lambda xy: xy[:, ::-1])
    fits = shapely.intersects(district.geometry, to_cgcs2000(swapped, datum))
    where = away.copy()
    where[away] = fits
    findings.add(
        where,
        FIELD,
        "疑似 X、Y 颠倒（测量上 X 为北、Y 为东）",
        cause="suspected_swap",
        values=describe_each(places.original, where),
        hint=[f"对调后为 {describe(geometry)}" for geometry in swapped[fits]],
    )


def _warn_of_offset(places: Places, is_outside: Mask, district: District, notices: list[str]) -> None:
    """Say so when far fewer places would lie outside, were they in a datum that hides behind WGS 84."""
    xmin, ymin, xmax, ymax = district.geometry.bounds
    if not shapely.box(*GCJ02_BOUNDS).contains(shapely.box(xmin, ymin, xmax, ymax)):
        return
    count = int(is_outside.sum())
    for name in ("GCJ-02", "BD-09"):
        inside = shapely.intersects(district.geometry, to_cgcs2000(places.original, Datum(name)))
        left = int((~shapely.is_missing(places.canonical) & ~inside).sum())
        if left <= count / 2:
            notices.append(f"若按 {name} 换算，界外的行由 {count} 减为 {left}：请核对坐标系（--datum）")
            return


def _warn_of_a_common_point(original: Geometries, notices: list[str]) -> None:
    """Say so when many rows share one point: a geocoder that finds nothing answers with the middle of the place."""
    points = original[shapely.get_type_id(original) == 0]
    places, counts = np.unique(shapely.get_coordinates(points), axis=0, return_counts=True)
    if len(counts) and counts.max() >= COMMON_POINT:
        common = describe(shapely.Point(places[counts.argmax()]))
        notices.append(f"{counts.max()} 行的坐标同为 {common}：若由地址换算而来，可能没有找到确切位置")


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


def _distance_words(metres: float) -> str:
    return f"距边界约 {metres / 1000:.1f} 公里" if np.isfinite(metres) else "离得很远，坐标或坐标系可能有误"


def _say(notices: list[str], where: Mask, sentence: str) -> None:
    if where.any():
        notices.append(f"{int(where.sum())} {sentence}")
