"""Whether a geometry can be used, and if not: why, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
import shapely
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from geodata.arrays import Booleans, Floats, Geometries, geometry_array
from geodata.crs import CHINA_BOUNDS
from geodata.errors import InvalidGeometry, TooManyVertices
from geodata.problems import Problem, pair
from geodata.validity import validity_problems

Kind = Literal["point", "line", "area", "point_or_area", "any"]
Bounds = tuple[float, float, float, float]

DECIMALS = 7
# Whether a drawing of crossing lines is valid takes time with the square of its vertices: at 20,000 half a second,
# at 200,000 most of a minute. Above this no geometry of any kind is judged, and so none is taken.
MOST_VERTICES = 20_000
MOST_REPAIRABLE_VERTICES = 2_000
MOST_PROBLEMS = 20

_KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "point": (("Point",), "点"),
    "line": (("LineString", "MultiLineString"), "线"),
    "area": (("Polygon", "MultiPolygon"), "面"),
    "point_or_area": (("Point", "Polygon", "MultiPolygon"), "点或面"),
    "any": (
        ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"),
        "点、线或面",
    ),
}


def problems(geometry: BaseGeometry | None, *, kind: Kind, expected: Bounds | None = None) -> list[Problem]:
    """List what is wrong with a geometry in longitude/latitude, one entry a cause; nothing wrong, an empty list.

    One of more than 20,000 vertices is not judged: that it is to be simplified is then its one problem.

    Parameters
    ----------
    geometry : degrees, lon before lat. None is a problem ("missing") here: whoever allows it must not ask.
    kind : what is wanted; "point" is a single one, lines and areas may have several parts.
    expected : bounds in which the data should lie. Only used to recognise swapped or wrongly signed coordinates;
        without it, a place outside China whose swap lies in China counts as swapped.

    Examples
    --------
    >>> from shapely import Point, Polygon
    >>> problems(Point(113.27, 33.7), kind="point")
    []
    >>> problems(Point(33.7, 113.27), kind="point")[0].hint
    '经度、纬度对调后为 113.27, 33.7'
    >>> bowtie = Polygon([(113, 33), (114, 34), (114, 33), (113, 34)])
    >>> [(problem.code, problem.place) for problem in problems(bowtie, kind="area")]
    [('self_intersection', (113.5, 33.5))]
    """
    if geometry is None:
        return [Problem("没有几何", "missing")]
    if geometry.geom_type not in _KINDS[kind][0]:
        return [Problem(f"应为{_KINDS[kind][1]}，实为 {geometry.geom_type}", "wrong_type")]
    if geometry.is_empty:
        return [Problem("几何为空，没有任何坐标", "empty")]
    coordinates = shapely.get_coordinates(geometry)
    if len(coordinates) > MOST_VERTICES:
        reason = f"有 {len(coordinates)} 个顶点，超过上限 {MOST_VERTICES}"
        return [Problem(reason, "too_many_vertices", hint="请先在制图软件中简化，或分成几部分")]
    if unusable := _coordinate_problems(coordinates, expected):
        return unusable + _dimension_problems(geometry)
    found = [
        *_dimension_problems(geometry),
        *_repeated_point_problems(geometry),
        *validity_problems(geometry),
    ]
    if geometry.geom_type.endswith("Polygon"):
        found += _antimeridian_problems(geometry)
    return found[:MOST_PROBLEMS]


def all_problems(
    geometries: Sequence[Any] | Geometries, *, kind: Kind, expected: Bounds | None = None
) -> dict[int, list[Problem]]:
    """List the problems of many geometries at once: position -> problems, only for those that have any.

    The good ones, nearly all, are recognised by array operations (200,000 polygons a second); only the rest are
    looked at one by one.

    >>> from shapely import Point
    >>> {row: found[0].code for row, found in all_problems([Point(1, 2), None, Point(0, 0)], kind="point").items()}
    {1: 'missing', 2: 'zero'}
    """
    array = geometry_array(geometries)
    doubtful = np.flatnonzero(~_certainly_good(array, kind, expected))
    found = {int(row): problems(array[row], kind=kind, expected=expected) for row in doubtful}
    return {row: listed for row, listed in found.items() if listed}


def _certainly_good(geometries: Geometries, kind: Kind, expected: Bounds | None) -> Booleans:
    """Tell which geometries surely have no problem; a good one in an odd place may be missed, never a bad one."""
    names = np.array(
        ["Point", "LineString", "LinearRing", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"]
    )
    wanted = np.flatnonzero(np.isin(names, _KINDS[kind][0]))
    good = np.isin(shapely.get_type_id(geometries), wanted) & ~shapely.is_empty(geometries)
    good &= shapely.get_num_coordinates(geometries) <= MOST_VERTICES
    good[good] = shapely.is_valid(geometries[good])
    good &= ~shapely.has_z(geometries) & ~shapely.has_m(geometries)
    coordinates, owner = shapely.get_coordinates(geometries, return_index=True)
    xmin, ymin, xmax, ymax = expected or (-180.0, -90.0, 180.0, 90.0)
    x, y = coordinates[:, 0], coordinates[:, 1]
    odd = ~((x >= xmin) & (x <= xmax) & (y >= ymin) & (y <= ymax)) | ((x == 0) & (y == 0))
    if expected is None:
        odd |= _inside(CHINA_BOUNDS, y, x)
    odd[1:] |= (owner[1:] == owner[:-1]) & (coordinates[1:] == coordinates[:-1]).all(axis=1)
    good[owner[odd]] = False
    bounds = shapely.bounds(geometries).reshape(-1, 4)
    with np.errstate(invalid="ignore"):
        good &= bounds[:, 2] - bounds[:, 0] <= 180
    return np.asarray(good)


def _coordinate_problems(coordinates: Floats, expected: Bounds | None) -> list[Problem]:
    """Find what makes the numbers themselves unusable; then nothing else is worth telling."""
    finite = np.isfinite(coordinates).all(axis=1)
    if not finite.all():
        return [Problem(f"第 {int(np.argmin(finite)) + 1} 个坐标不是有限的数（NaN 或无穷大）", "not_finite")]
    if mend := _suspected_mend(coordinates, expected):
        return [mend]
    x, y = coordinates[:, 0], coordinates[:, 1]
    outside = (np.abs(x) > 180) | (np.abs(y) > 90)
    if outside.any():
        where = int(np.argmax(outside))
        return [_out_of_range(where, float(x[where]), float(y[where]))]
    zero = (x == 0) & (y == 0)
    if zero.any():
        reason = f"第 {int(np.argmax(zero)) + 1} 个坐标为 0, 0：多半是没有填写"
        return [Problem(reason, "zero", (0.0, 0.0))]
    return []


def _out_of_range(where: int, x: float, y: float) -> Problem:
    hint = "看来是以米计的平面坐标：请选择对应的坐标系" if abs(x) > 1000 or abs(y) > 1000 else None
    reason = f"第 {where + 1} 个坐标 {pair(x, y)} 超出经纬度范围（±180, ±90）"
    return Problem(reason, "out_of_range", hint=hint)


def _suspected_mend(coordinates: Floats, expected: Bounds | None) -> Problem | None:
    """Recognise coordinates that fall in place when swapped, or with another sign, and nowhere near it as they are."""
    target = expected or CHINA_BOUNDS
    x, y = coordinates[:, 0], coordinates[:, 1]
    if _inside(target, x, y).any():
        return None
    mends = [("suspected_swap", "疑似经纬度颠倒", "经度、纬度对调", y, x)]
    # Without knowing where the data should be, a minus sign says nothing: half the world has one.
    if expected is not None:
        mends += [
            ("suspected_sign", "疑似经度正负号有误", "经度改号", -x, y),
            ("suspected_sign", "疑似纬度正负号有误", "纬度改号", x, -y),
            ("suspected_sign", "疑似经纬度正负号有误", "经度、纬度都改号", -x, -y),
            ("suspected_swap", "疑似经纬度颠倒且正负号有误", "对调后经度改号", -y, x),
        ]
    for code, reason, name, lon, lat in mends:
        if _inside(target, lon, lat).all():
            hint = f"{name}后为 {pair(float(lon[0]), float(lat[0]))}"
            return Problem(f"{reason}：{pair(float(x[0]), float(y[0]))}", code, hint=hint)
    return None


def _dimension_problems(geometry: BaseGeometry) -> list[Problem]:
    found = []
    if geometry.has_z:
        found.append(Problem("带有高程（Z），只保留平面位置", "has_z"))
    if shapely.has_m(geometry):
        found.append(Problem("带有 M 值，不能采用", "has_m", hint="导出时请选二维几何"))
    return found


def _repeated_point_problems(geometry: BaseGeometry) -> list[Problem]:
    for line in _lines(geometry):
        coordinates = shapely.get_coordinates(line)
        repeated = (coordinates[1:] == coordinates[:-1]).all(axis=1)
        if repeated.any():
            lon, lat = (float(ordinate) for ordinate in coordinates[int(np.argmax(repeated))])
            reason = f"相邻顶点重复，共 {int(repeated.sum())} 处，首处在 {pair(lon, lat)}"
            return [Problem(reason, "repeated_points", (lon, lat), "重复的顶点会去掉，形状不变")]
    return []


def _lines(geometry: BaseGeometry) -> list[BaseGeometry]:
    parts = shapely.get_parts(geometry)
    is_line = np.isin(shapely.get_type_id(parts), (1, 2))
    return [*parts[is_line], *shapely.get_rings(parts)]


def _antimeridian_problems(geometry: BaseGeometry) -> list[Problem]:
    xmin, ymin, xmax, _ = geometry.bounds
    if xmax - xmin <= 180:
        return []
    reason = f"东西跨度 {xmax - xmin:.1f}° 超过 180°：疑似跨越 180° 经线"
    return [Problem(reason, "antimeridian", (xmin, ymin), "请在 180° 经线处分成两个面")]


def explain(found: Iterable[Problem]) -> str:
    """Join problems to one Chinese sentence; "" for none.

    >>> explain([Problem("几何为空，没有任何坐标", "empty")])
    '几何为空，没有任何坐标。'
    """
    sentences = [
        f"{problem.reason}（{problem.hint}）" if problem.hint else problem.reason for problem in found
    ]
    return "；".join(sentences) + "。" if sentences else ""


def repair(geometry: BaseGeometry) -> BaseGeometry:
    """Make an invalid area valid, keeping what its rings enclose. Only ever called because a person asked for it.

    Parameters
    ----------
    geometry : any CRS. A valid one comes back unchanged, if it can be judged at all (20,000 vertices).

    Returns
    -------
    A valid Polygon or MultiPolygon; spikes are gone, and a bowtie has become two triangles.

    Raises
    ------
    TooManyVertices
        Over 2,000 vertices: a hostile drawing of that size could keep a processor busy for minutes.
    InvalidGeometry
        If it is not an area, has coordinates that are not finite, or nothing with an area would remain.

    Examples
    --------
    >>> from shapely import Polygon
    >>> repair(Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])).area
    2.0
    """
    vertices = shapely.get_num_coordinates(geometry)
    if vertices <= MOST_VERTICES and geometry.is_valid:
        return geometry
    if vertices > MOST_REPAIRABLE_VERTICES:
        raise TooManyVertices(
            f"有 {vertices} 个顶点，超过 {MOST_REPAIRABLE_VERTICES} 个的不自动修复：请在制图软件中修改"
        )
    if not geometry.geom_type.endswith("Polygon") or not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise InvalidGeometry("只能修复坐标有效的面")
    # "structure" is thousands of times faster on tangles than "linework" and never invents area outside the rings.
    repaired = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    if not repaired.is_valid:
        # GEOS (3.14) may leave neighbours that share an edge as two parts.
        repaired = shapely.union_all(shapely.get_parts(repaired))
    if repaired.is_empty or not repaired.is_valid or not repaired.geom_type.endswith("Polygon"):
        raise InvalidGeometry("修复后没有剩下任何面积")
    return repaired


def round_coordinates(geometries: Sequence[Any] | Geometries) -> Geometries:
    """Round degrees to 1e-7 (1 cm), as they are stored. Rounding can make a valid sliver invalid: check after it.

    Missing stays missing, empty stays empty; Z and M are dropped.

    >>> from shapely import Point
    >>> round_coordinates([Point(113.26560004, 33.70749996)])[0].wkt
    'POINT (113.2656 33.7075)'
    """
    # Adding 0.0 turns the -0.0 that rounding makes of small negatives into 0.0.
    rounded: Geometries = shapely.transform(
        geometry_array(geometries), lambda xy: np.round(xy, DECIMALS) + 0.0
    )
    return rounded


def drop_repeated_points(geometries: Sequence[Any] | Geometries) -> Geometries:
    """Drop vertices equal to the one before; the shape stays.

    A ring that is nothing but one point repeated stays as it is: `problems` has a word for it.

    >>> from shapely import LineString
    >>> drop_repeated_points([LineString([(0, 0), (0, 0), (1, 1)])])[0].wkt
    'LINESTRING (0 0, 1 1)'
    """
    array = geometry_array(geometries)
    try:
        cleaned: Geometries = shapely.remove_repeated_points(array, tolerance=0.0)
    except GEOSException:
        # GEOS stops at the first ring that would collapse and does not say which.
        return geometry_array([_without_repeated_points(geometry) for geometry in array])
    return cleaned


def _without_repeated_points(geometry: BaseGeometry | None) -> BaseGeometry | None:
    try:
        return shapely.remove_repeated_points(geometry, tolerance=0.0)
    except GEOSException:
        return geometry


def orient(geometries: Sequence[Any] | Geometries) -> Geometries:
    """Turn rings as RFC 7946 wants them: exteriors counter-clockwise, holes clockwise. Other kinds stay.

    >>> from shapely import Polygon
    >>> orient([Polygon([(0, 0), (0, 1), (1, 1), (1, 0)])])[0].exterior.is_ccw
    True
    """
    oriented: Geometries = shapely.orient_polygons(geometry_array(geometries), exterior_cw=False)
    return oriented


def _inside(bounds: Bounds, x: Floats, y: Floats) -> Booleans:
    xmin, ymin, xmax, ymax = bounds
    return (x >= xmin) & (x <= xmax) & (y >= ymin) & (y <= ymax)
