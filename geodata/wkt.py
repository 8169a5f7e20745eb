"""Geometries as well-known text in the cells of a table, each cell judged alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.arrays import Geometries, geometry_array

# What a cell of a CSV may hold, too; the parser recurses into nested collections until the process dies of it, and
# knows curves that Shapely does not. Points, lines and areas nest no deeper than three brackets and hold no words.
_PLAIN = re.compile(
    r"(?:MULTI)?(?:POINT|LINESTRING|POLYGON)(?:\s+(?:ZM|Z|M))?\s*(?:EMPTY|\([-+.,()\seE\d]*\))", re.IGNORECASE
)
DEEPEST = 3


def read_wkt(texts: Sequence[str | None]) -> Geometries:
    """Read points, lines and areas (and several of each), x before y; whatever else a cell holds gives None.

    >>> read_wkt(["POINT (1 2)", None, "CIRCULARSTRING (0 0, 1 1, 2 0)", "POINT (1"]).tolist()
    [<POINT (1 2)>, None, None, None]
    """
    return geometry_array([_geometry(text) for text in texts])


def _geometry(text: str | None) -> BaseGeometry | None:
    if text is None or _PLAIN.fullmatch(text.strip()) is None or _depth(text) > DEEPEST:
        return None
    return shapely.from_wkt(text, on_invalid="ignore")


def _depth(text: str) -> int:
    depth = deepest = 0
    for bracket in re.findall(r"[()]", text):
        depth += 1 if bracket == "(" else -1
        deepest = max(deepest, depth)
    return deepest
