"""The geometry objects of GeoJSON, read strictly: whatever is not as RFC 7946 has it is named by JSON pointer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.arrays import Floats
from geodata.errors import InvalidGeoJSON
from geodata.strict_json import JSON, Limits

# What a `crs` member of the 2008 format may still name: anything else moves the coordinates without a word.
_ACCEPTED_CRS = {
    "urn:ogc:def:crs:ogc:1.3:crs84": "EPSG:4326",
    "urn:ogc:def:crs:ogc::crs84": "EPSG:4326",
    "http://www.opengis.net/def/crs/ogc/1.3/crs84": "EPSG:4326",
    "ogc:crs84": "EPSG:4326",
    "epsg:4326": "EPSG:4326",
    "urn:ogc:def:crs:epsg::4326": "EPSG:4326",
    "http://www.opengis.net/def/crs/epsg/0/4326": "EPSG:4326",
    "epsg:4490": "EPSG:4490",
    "urn:ogc:def:crs:epsg::4490": "EPSG:4490",
    "http://www.opengis.net/def/crs/epsg/0/4490": "EPSG:4490",
}


def declared_datum(value: dict[str, JSON], pointer: str) -> str | None:
    """Read a `crs` member, which RFC 7946 abolished, as the datum that it names; None where there is none."""
    if "crs" not in value:
        return None
    member = value["crs"]
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    datum = _ACCEPTED_CRS.get(name.casefold()) if isinstance(name, str) else None
    if datum is None:
        reason = "RFC 7946 不允许 crs 成员；只接受写明 CRS84、EPSG:4326 或 EPSG:4490 的"
        raise InvalidGeoJSON(f"{pointer}/crs", reason, code="unacceptable_crs")
    return datum


def read_geometry(value: JSON, pointer: str, limits: Limits) -> BaseGeometry:
    """Read a geometry object, lon before lat.

    Raises
    ------
    InvalidGeoJSON
        At its first fault.
    """
    if not isinstance(value, dict):
        raise InvalidGeoJSON(pointer, "应为几何对象或 null", code="wrong_type")
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in BUILDERS:
        raise wrong_type(kind, f"{pointer}/type", tuple(BUILDERS))
    declared_datum(value, pointer)
    if "coordinates" not in value:
        raise InvalidGeoJSON(pointer, "缺少成员 coordinates", code="missing_member")
    at = f"{pointer}/coordinates"
    geometry = BUILDERS[kind](value["coordinates"], at)
    vertices = shapely.get_num_coordinates(geometry)
    if vertices > limits.vertices_per_feature:
        reason = f"有 {vertices} 个顶点，超过上限 {limits.vertices_per_feature}：请先简化"
        raise InvalidGeoJSON(at, reason, code="too_many_vertices")
    return geometry


def wrong_type(kind: JSON, pointer: str, allowed: Sequence[str]) -> InvalidGeoJSON:
    """Say which types may stand here, or how the one that was meant is written."""
    meant = [name for name in allowed if isinstance(kind, str) and name.casefold() == kind.strip().casefold()]
    advice = f"应写作 {meant[0]}" if meant else f"应为 {'、'.join(allowed)} 之一"
    shown = "缺失" if kind is None else f"是 {_shown(kind)}"
    return InvalidGeoJSON(pointer, f"类型{shown}，{advice}", code="wrong_type")


def _point(value: JSON, pointer: str) -> BaseGeometry:
    return shapely.Point(_positions([value], lambda _: pointer)[0])


def _line(value: JSON, pointer: str) -> BaseGeometry:
    positions = _positions(value, lambda index: _item(pointer, index))
    if len(positions) < 2:
        raise InvalidGeoJSON(pointer, "线至少要有 2 个坐标", code="too_few_points")
    return shapely.LineString(positions)


def _polygon(value: JSON, pointer: str) -> BaseGeometry:
    rings = [_ring(ring, _item(pointer, index)) for index, ring in enumerate(_members(value, pointer))]
    if len({ring.shape[1] for ring in rings}) > 1:
        raise _mixed_dimensions(pointer)
    return shapely.Polygon(rings[0], rings[1:])


def _ring(value: JSON, pointer: str) -> Floats:
    positions = _positions(value, lambda index: _item(pointer, index))
    if len(positions) < 4:
        reason = f"环至少要有 4 个坐标（首尾相同），这里只有 {len(positions)} 个"
        raise InvalidGeoJSON(pointer, reason, code="too_few_points")
    if not np.array_equal(positions[0], positions[-1]):
        raise InvalidGeoJSON(pointer, "环没有闭合：最后一个坐标应与第一个相同", code="unclosed")
    return positions


def _multi(
    part: Callable[[JSON, str], BaseGeometry], collect: Callable[[list[BaseGeometry]], BaseGeometry]
) -> Callable[[JSON, str], BaseGeometry]:
    """Make the reader of a multi-part geometry from the reader of its part."""

    def build(value: JSON, pointer: str) -> BaseGeometry:
        parts = [part(member, _item(pointer, index)) for index, member in enumerate(_members(value, pointer))]
        if len({geometry.has_z for geometry in parts}) > 1:
            raise _mixed_dimensions(pointer)
        return collect(parts)

    return build


BUILDERS: dict[str, Callable[[JSON, str], BaseGeometry]] = {
    "Point": _point,
    "LineString": _line,
    "Polygon": _polygon,
    "MultiPoint": _multi(_point, shapely.MultiPoint),
    "MultiLineString": _multi(_line, shapely.MultiLineString),
    "MultiPolygon": _multi(_polygon, shapely.MultiPolygon),
}


def _members(value: JSON, pointer: str) -> list[JSON]:
    if not isinstance(value, list):
        raise InvalidGeoJSON(pointer, "应为数组", code="wrong_type")
    if not value:
        raise InvalidGeoJSON(pointer, "坐标为空", code="empty")
    return value


def _positions(value: JSON, at: Callable[[int], str]) -> Floats:
    """Read a list of positions as an (n, 2) or (n, 3) array; `at` gives the pointer of the i-th.

    The checks are set operations over all positions at once; only a failed one looks for the culprit.
    """
    positions = _members(value, at(-1))
    for index, position in enumerate(positions) if set(map(type, positions)) != {list} else ():
        if not isinstance(position, list):
            raise InvalidGeoJSON(
                at(index), f"应为坐标 [经度, 纬度]，这里是 {_shown(position)}", code="bad_position"
            )
    sizes = set(map(len, positions))
    for index, position in enumerate(positions) if not sizes <= {2, 3} else ():
        if len(position) not in (2, 3):
            reason = f"坐标应有 2 个数（或 3 个，含高程），这里有 {len(position)} 个"
            raise InvalidGeoJSON(at(index), reason, code="bad_position")
    if len(sizes) > 1:
        raise _mixed_dimensions(at(-1))
    ordinates = list(chain.from_iterable(positions))
    if not set(map(type, ordinates)) <= {int, float}:
        raise _not_a_number(ordinates, sizes.pop(), at)
    return np.array(ordinates, dtype=float).reshape(len(positions), -1)


def _not_a_number(ordinates: list[JSON], size: int, at: Callable[[int], str]) -> InvalidGeoJSON:
    index = next(i for i, ordinate in enumerate(ordinates) if type(ordinate) not in (int, float))
    reason = f"坐标应为数，这里是{_shown(ordinates[index])}"
    return InvalidGeoJSON(f"{at(index // size)}/{index % size}", reason, code="bad_position")


def _mixed_dimensions(pointer: str) -> InvalidGeoJSON:
    return InvalidGeoJSON(pointer, "二维与三维坐标混用", code="mixed_dimensions")


def _item(pointer: str, index: int) -> str:
    """Point to a member of an array; -1 means the array itself."""
    return pointer if index < 0 else f"{pointer}/{index}"


def _shown(value: JSON) -> str:
    match value:
        case str():
            return f'字符串 "{value[:40]}"'
        case None:
            return " null"
        case bool():
            return f" {str(value).lower()}"
        case list() | dict():
            return "数组或对象"
        case _:
            return f" {value}"
