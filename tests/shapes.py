"""One named geometry of each kind, near 湛河区 unless it says otherwise; degrees, lon before lat."""

from shapely import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
    from_wkt,
)
from shapely.geometry.base import BaseGeometry

POINT = Point(113.2656, 33.7075)
POINT_Z = Point(113.2656, 33.7075, 92.0)
TWO_POINTS = MultiPoint([(113.26, 33.70), (113.27, 33.71)])
LINE = LineString([(113.26, 33.70), (113.27, 33.70), (113.27, 33.71)])
TWO_LINES = MultiLineString([[(113.26, 33.70), (113.27, 33.70)], [(113.28, 33.70), (113.28, 33.71)]])
POLYGON = box(113.26, 33.70, 113.27, 33.71)
POLYGON_CLOCKWISE = POLYGON.reverse()
POLYGON_WITH_HOLE = Polygon(POLYGON.exterior, [box(113.263, 33.703, 113.267, 33.707).exterior.reverse()])
TWO_POLYGONS = MultiPolygon([POLYGON, box(113.28, 33.70, 113.29, 33.71)])

EMPTY_POINT = Point()
EMPTY_LINE = LineString()
EMPTY_POLYGON = Polygon()
EMPTY_COLLECTION = GeometryCollection()
COLLECTION = GeometryCollection([POINT, POLYGON])

BOWTIE = Polygon([(113.26, 33.70), (113.27, 33.71), (113.27, 33.70), (113.26, 33.71)])
BOWTIE_CROSSING = (113.265, 33.705)
SPIKE_TIP = (113.30, 33.705)
SPIKE = Polygon(
    [
        (113.26, 33.70),
        (113.27, 33.70),
        (113.27, 33.705),
        SPIKE_TIP,
        (113.27, 33.705),
        (113.27, 33.71),
        (113.26, 33.71),
    ]
)
TOUCHING_ITSELF = Polygon(
    [(113.26, 33.70), (113.28, 33.70), (113.28, 33.72), (113.27, 33.70), (113.26, 33.72)]
)
THERE_AND_BACK = from_wkt("POLYGON ((113.26 33.70, 113.27 33.71, 113.26 33.70))")
ONE_POINT_AS_A_RING = Polygon([(113.26, 33.70)] * 4)
HOLE_OUTSIDE = Polygon(POLYGON.exterior, [box(113.28, 33.70, 113.29, 33.71).exterior])
HOLE_IN_HOLE = Polygon(
    POLYGON.exterior,
    [box(113.262, 33.702, 113.268, 33.708).exterior, box(113.264, 33.704, 113.266, 33.706).exterior],
)
NESTED_SHELLS = MultiPolygon([POLYGON, box(113.263, 33.703, 113.267, 33.707)])
REPEATED_POINTS = Polygon(
    [(113.26, 33.70), (113.27, 33.70), (113.27, 33.70), (113.27, 33.71), (113.26, 33.71)]
)

SWAPPED_POINT = Point(33.7075, 113.2656)
SWAPPED_POLYGON = box(33.70, 73.5, 33.71, 73.6)
NULL_ISLAND = Point(0, 0)
POLYGON_WITH_A_FORGOTTEN_VERTEX = Polygon([(113.26, 33.70), (113.27, 33.70), (0, 0)])
OUT_OF_RANGE = Point(431920.23, 3731459.56)
NOT_A_NUMBER = Point(float("nan"), 33.7)
INFINITE = LineString([(113.26, 33.70), (float("inf"), 33.71)])
ACROSS_THE_ANTIMERIDIAN = Polygon([(179.5, -17), (-179.5, -17), (-179.5, -16), (179.5, -16)])

VALID: dict[str, BaseGeometry] = {
    "point": POINT,
    "two points": TWO_POINTS,
    "line": LINE,
    "two lines": TWO_LINES,
    "polygon": POLYGON,
    "clockwise polygon": POLYGON_CLOCKWISE,
    "polygon with hole": POLYGON_WITH_HOLE,
    "two polygons": TWO_POLYGONS,
}
EMPTY: dict[str, BaseGeometry] = {
    "point": EMPTY_POINT,
    "line": EMPTY_LINE,
    "polygon": EMPTY_POLYGON,
    "collection": EMPTY_COLLECTION,
}
