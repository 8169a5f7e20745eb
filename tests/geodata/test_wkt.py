"""Well-known text from strangers."""

import pytest
import shapely

from geodata.wkt import read_wkt
from tests import shapes


@pytest.mark.parametrize("name", shapes.VALID)
def test_what_is_written_is_read(name: str) -> None:
    geometry = shapes.VALID[name]
    assert read_wkt([shapely.to_wkt(geometry, rounding_precision=-1)])[0] == geometry


@pytest.mark.parametrize(
    "text",
    [
        "GEOMETRYCOLLECTION(" * 30_000 + "POINT(1 1)" + ")" * 30_000,
        "MULTIPOLYGON" + "(" * 30_000 + "1 1" + ")" * 30_000,
        "POLYGON(" * 30_000,
        "CIRCULARSTRING (0 0, 1 1, 2 0)",
        "CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 2 0, 1 -1, 0 0))",
        "POINT (113.27)",
        "POINT (1 2) POINT (3 4)",
        "POINT (nan nan)",
        "SRID=4490;POINT (1 2)",
        "甲",
        "",
    ],
    ids=lambda text: text[:20],
)
def test_anything_else_is_nothing_and_leaves_its_neighbours_alone(text: str) -> None:
    assert read_wkt(["POINT (1 2)", text, "POINT (3 4)"]).tolist() == [
        shapely.Point(1, 2),
        None,
        shapely.Point(3, 4),
    ]
