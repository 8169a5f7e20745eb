"""GeoJSON as RFC 7946 has it: a reader that refuses what others let pass, and a writer that obeys.

The usual readers close open rings, take strings for numbers, read NaN and honour a `crs` member, all silently. Here
every such thing is an error that names its place by JSON pointer. Only the form is judged, not the validity of
shapes: ask `geodata.geometry.problems` for that.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.arrays import Geometries, geometry_array
from geodata.errors import InvalidGeoJSON, InvalidGeometry, TooLarge
from geodata.geojson_shapes import BUILDERS, declared_datum, read_geometry, wrong_type
from geodata.geometry import orient, round_coordinates
from geodata.problems import RowProblem
from geodata.strict_json import FILE, INTERACTIVE, JSON, Limits, parse_json


@dataclass(frozen=True)
class Feature:
    """One feature as delivered: `number` counts from 1, `geometry` (lon before lat) is None where it was null."""

    number: int
    geometry: BaseGeometry | None
    properties: dict[str, JSON] = field(default_factory=dict)
    id: str | int | float | None = None


@dataclass(frozen=True)
class Document:
    """What was read.

    Parameters
    ----------
    features : all of them; a faulty one has no geometry, but its properties and id as far as they can be read.
    problems : one for each faulty feature, by its number; `field` is the JSON pointer of the offending value.
    datum : what the coordinates claim to be in, EPSG:4326 or EPSG:4490.
    """

    features: list[Feature]
    problems: list[RowProblem]
    datum: str


def read_features(data: bytes, *, limits: Limits = INTERACTIVE) -> list[Feature]:
    """Read a FeatureCollection, a Feature or a bare geometry; all of it is good or none of it is taken.

    Raises
    ------
    InvalidGeoJSON
        With the JSON pointer and the reason of the first fault.
    TooLarge
        If there are more bytes, values or features than `limits` allow.

    Examples
    --------
    >>> read_features(b'{"type": "Point", "coordinates": [113.27, 33.7]}')[0].geometry.wkt
    'POINT (113.27 33.7)'
    >>> read_features(b'{"type": "Point", "coordinates": ["113.27", 33.7]}')
    Traceback (most recent call last):
    geodata.errors.InvalidGeoJSON: /coordinates/0：坐标应为数，这里是字符串 "113.27"
    """
    document = read_document(data, limits=limits)
    for problem in document.problems[:1]:
        raise InvalidGeoJSON(problem.field or "", problem.reason, code=problem.code)
    return document.features


def read_document(data: bytes, *, limits: Limits = FILE) -> Document:
    """Read like `read_features`, but tell faulty features by name instead of refusing the good ones with them.

    What concerns the whole document (it is not JSON, too deep, a key twice, NaN, another `crs`) is still an error.
    """
    with _no_garbage_collection():
        return _read_root(parse_json(data, limits), limits)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Let Python not search the growing document for cycles, of which JSON has none: that took half the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read_root(root: JSON, limits: Limits) -> Document:
    if not isinstance(root, dict):
        raise InvalidGeoJSON("", "应为 GeoJSON 对象", code="wrong_type")
    datum = declared_datum(root, "")
    features: list[Feature] = []
    problems: list[RowProblem] = []
    for number, (value, pointer) in enumerate(_feature_values(root, limits), start=1):
        properties, identifier = _facts(value)
        try:
            shape = _shape(value, pointer, limits)
        except InvalidGeoJSON as error:
            shape, is_unread = None, properties is None
            problem = RowProblem(number, error.pointer, None, error.reason, error.code, is_unread=is_unread)
            problems.append(problem)
        features.append(Feature(number, shape, properties or {}, identifier))
    return Document(features, problems, datum or "EPSG:4326")


def _feature_values(root: dict[str, JSON], limits: Limits) -> list[tuple[JSON, str]]:
    """Give each feature with its pointer; a bare geometry becomes a feature without properties."""
    kind = root.get("type")
    if kind == "FeatureCollection":
        values = root.get("features")
        if not isinstance(values, list):
            raise InvalidGeoJSON("/features", "应为要素数组", code="missing_member")
        # A faulty feature is told of in more memory than it took: this bounds the faults as well.
        if len(values) > limits.features:
            raise TooLarge(f"共 {len(values):,} 个要素，超过上限 {limits.features:,} 个：请分成几个文件")
        return [(value, f"/features/{index}") for index, value in enumerate(values)]
    if kind == "Feature":
        return [(root, "")]
    if isinstance(kind, str) and kind in BUILDERS:
        return [(root, "")]
    raise wrong_type(kind, "/type", ("FeatureCollection", "Feature", *BUILDERS))


def _facts(value: JSON) -> tuple[dict[str, JSON] | None, str | int | float | None]:
    """Take properties and id from whatever stands in a feature's place; what is none of these is None."""
    if not isinstance(value, dict):
        return None, None
    properties, identifier = value.get("properties"), value.get("id")
    return (
        properties if isinstance(properties, dict) else None,
        identifier if type(identifier) in (str, int, float) else None,
    )


def _shape(value: JSON, pointer: str, limits: Limits) -> BaseGeometry | None:
    """Read the geometry of a feature that is faultless throughout."""
    if not isinstance(value, dict):
        raise InvalidGeoJSON(pointer, "应为 Feature 对象", code="wrong_type")
    if value.get("type") in BUILDERS and pointer == "":
        return read_geometry(value, pointer, limits)
    if value.get("type") != "Feature":
        raise wrong_type(value.get("type"), f"{pointer}/type", ("Feature",))
    declared_datum(value, pointer)
    for member in ("geometry", "properties"):
        if member not in value:
            raise InvalidGeoJSON(pointer, f"缺少成员 {member}", code="missing_member")
    if value["properties"] is not None and not isinstance(value["properties"], dict):
        raise InvalidGeoJSON(f"{pointer}/properties", "应为对象或 null", code="wrong_type")
    if value.get("id") is not None and type(value["id"]) not in (str, int, float):
        raise InvalidGeoJSON(f"{pointer}/id", "应为字符串或数", code="wrong_type")
    geometry = value["geometry"]
    return None if geometry is None else read_geometry(geometry, f"{pointer}/geometry", limits)


def geometry_json(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """Give the GeoJSON object of a longitude/latitude geometry.

    Two ordinates, at most 7 decimals, exteriors counter-clockwise, no `crs`. None gives None, an empty geometry
    empty coordinates.

    Raises
    ------
    InvalidGeometry
        If a coordinate is not finite: JSON has no word for it.

    Examples
    --------
    >>> from shapely import Point
    >>> geometry_json(Point(113.265600004, 33.7075))
    {'type': 'Point', 'coordinates': [113.2656, 33.7075]}
    """
    text = geometry_texts([geometry])[0]
    return None if text is None else orjson.loads(text)


def geometry_texts(geometries: Sequence[BaseGeometry | None] | Geometries) -> list[str | None]:
    """Give the GeoJSON text of many geometries at once; see `geometry_json`."""
    flat = round_coordinates(geometry_array(geometries))
    if not np.isfinite(shapely.get_coordinates(flat)).all():
        raise InvalidGeometry("坐标不是有限的数，无法写成 GeoJSON")
    texts = shapely.to_geojson(orient(flat))
    for row in np.flatnonzero(shapely.is_empty(flat)):
        # GEOS writes an empty polygon as [[]], a polygon with an empty ring.
        texts[row] = orjson.dumps({"type": flat[row].geom_type, "coordinates": []}).decode()
    return list(texts)


def write_features(features: Iterable[Feature]) -> bytes:
    """Write a FeatureCollection (RFC 7946, UTF-8).

    Properties may hold what orjson can write: texts, numbers, dates, UUIDs; a NaN becomes null.

    >>> write_features([Feature(1, None, {"名称": "演示"})]).decode()
    '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"名称":"演示"}}]}'
    """
    listed = list(features)
    texts = geometry_texts([feature.geometry for feature in listed])
    objects = [_feature_object(feature, text) for feature, text in zip(listed, texts, strict=True)]
    return orjson.dumps({"type": "FeatureCollection", "features": objects}, option=orjson.OPT_SERIALIZE_NUMPY)


def _feature_object(feature: Feature, text: str | None) -> dict[str, Any]:
    identity = {} if feature.id is None else {"id": feature.id}
    geometry = None if text is None else orjson.Fragment(text)
    return {"type": "Feature", **identity, "geometry": geometry, "properties": feature.properties}
