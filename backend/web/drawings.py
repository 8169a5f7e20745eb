"""A geometry that somebody has drawn or uploaded, refused with the place of every fault."""

from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from backend.errors import DomainError
from geodata.errors import InvalidGeoJSON
from geodata.geojson_shapes import read_geometry
from geodata.geometry import Kind, problems
from geodata.strict_json import Limits

# A drawing by hand has tens of vertices; a circle of 50 km around two thousand takes a second.
DRAWN = Limits(size_bytes=1 << 20, nesting=32, vertices_per_feature=2_000)


class UnusableDrawing(DomainError):
    """A drawn geometry that cannot be used as it is."""

    code = "invalid_geometry"


def read_drawing(given: dict[str, Any], *, kind: Kind = "any") -> BaseGeometry:
    """Read a GeoJSON geometry in degrees, CGCS2000; heights are left off.

    Raises
    ------
    UnusableDrawing
        With every fault: its place in the document, its place on the map, and what to do.
    """
    try:
        geometry = shapely.force_2d(read_geometry(given, "/geometry", DRAWN))
    except InvalidGeoJSON as error:
        raise UnusableDrawing(str(error), [{"pointer": error.pointer, "reason": error.reason}]) from error
    found = [each for each in problems(geometry, kind=kind) if not each.is_warning]
    if found:
        faults = [
            {"pointer": "/geometry", "reason": each.reason}
            | ({"hint": each.hint} if each.hint else {})
            | ({"location": each.place} if each.place else {})
            for each in found
        ]
        raise UnusableDrawing(f"画的图形不能使用：{found[0].reason}。", faults)
    return geometry
