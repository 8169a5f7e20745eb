"""Metres against GeographicLib's published examples, the geodesic, and what a plane without care would say."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, Point, Polygon, box

from geodata.arrays import geometry_array
from geodata.crs import Datum, from_cgcs2000
from geodata.errors import InvalidGeometry, TooWideToMeasure
from geodata.measure import area_m2, buffer_m, distance_m, length_m
from tests import shapes

# Charles Karney's example polygon, in the documentation of every port of GeographicLib: (lat, lon).
ANTARCTICA = [
    (-63.1, -58), (-72.9, -74), (-71.9, -102), (-74.9, -102), (-74.3, -131), (-77.5, -163), (-77.4, 163),
    (-71.7, 172), (-65.9, 140), (-65.7, 113), (-66.6, 88), (-66.9, 59), (-69.8, 25), (-70.0, -4), (-71.0, -14),
    (-77.3, -33), (-77.9, -46), (-74.7, -61),
]  # fmt: skip
GRS80 = Geod(ellps="GRS80")


def test_new_york_to_london_is_geographiclibs_example() -> None:
    # 5551759.400 m on WGS84; CGCS2000's ellipsoid differs by 0.1 mm in its minor axis.
    assert distance_m(Point(-73.8, 40.6), Point(-0.5, 51.6)) == pytest.approx(5_551_759.400, abs=0.001)


def test_antarctica_is_as_large_as_geographiclib_says() -> None:
    antarctica = Polygon([(lon, lat) for lat, lon in ANTARCTICA])
    assert area_m2(antarctica) == pytest.approx(13_662_703_680_020.1, rel=1e-9)
    assert length_m(antarctica) == pytest.approx(16_831_067.893, abs=0.01)


def test_an_octant_of_the_earth() -> None:
    # GeographicLib: 63758202715511 m2 for the triangle (0,0), (90,0), pole.
    assert area_m2(Polygon([(0, 0), (90, 0), (0, 90)])) == pytest.approx(63_758_202_715_511, rel=1e-9)


def test_a_quarter_of_the_equator_and_a_quarter_of_a_meridian() -> None:
    assert length_m(LineString([(0, 0), (90, 0)])) == pytest.approx(math.pi / 2 * 6_378_137, abs=0.001)
    # The quarter meridian of GRS80: 10 001 965.7293 m (Moritz, Geodetic Reference System 1980).
    assert length_m(LineString([(0, 0), (0, 90)])) == pytest.approx(10_001_965.7293, abs=0.001)


def test_a_hole_counts_off() -> None:
    hole = Polygon(shapes.POLYGON_WITH_HOLE.interiors[0])
    expected = area_m2(shapes.POLYGON) - area_m2(hole)
    assert area_m2(shapes.POLYGON_WITH_HOLE) == pytest.approx(expected, abs=0.001)


def test_parts_add_up() -> None:
    parts = geometry_array(list(shapes.TWO_POLYGONS.geoms))
    assert area_m2(shapes.TWO_POLYGONS) == pytest.approx(area_m2(parts).sum())
    assert length_m(shapes.TWO_POLYGONS) == pytest.approx(length_m(parts).sum())


def test_the_direction_of_a_ring_does_not_matter() -> None:
    assert area_m2(shapes.POLYGON_CLOCKWISE) == pytest.approx(area_m2(shapes.POLYGON))


def test_a_collection_is_measured_with_all_it_holds() -> None:
    nested = shapely.GeometryCollection([shapes.COLLECTION, shapes.LINE])
    assert area_m2(nested) == pytest.approx(area_m2(shapes.POLYGON))
    assert length_m(nested) == pytest.approx(length_m(shapes.POLYGON) + length_m(shapes.LINE))


def test_points_and_lines_have_no_area() -> None:
    assert area_m2(shapes.POINT) == 0
    assert area_m2(shapes.LINE) == 0
    assert length_m(shapes.TWO_POINTS) == 0


@given(st.floats(74, 135), st.floats(4, 53), st.floats(0, 360), st.floats(1, 5_000))
def test_an_areas_edge_is_as_far_as_the_geodesic_says(
    lon: float, lat: float, azimuth: float, metres: float
) -> None:
    # A small square around the end of a geodesic: its nearest point is found in the plane, up to 5 km away.
    end_lon, end_lat, _ = GRS80.fwd(lon, lat, azimuth, metres)
    vertices = [GRS80.fwd(end_lon, end_lat, azimuth + turn, 0.7)[:2] for turn in (45, 135, 225, 315)]
    measured = distance_m(Point(lon, lat), Polygon(vertices))
    half_side = 0.7 * math.sqrt(0.5)
    assert measured == pytest.approx(max(0.0, metres - half_side), abs=0.002)


def test_both_directions_agree_across_a_zone_border() -> None:
    west, east = box(112.48, 33.70, 112.49, 33.71), box(112.51, 33.70, 112.52, 33.71)
    assert distance_m(west, east) == pytest.approx(distance_m(east, west), abs=0.001)


def test_touching_and_overlapping_are_at_no_distance() -> None:
    assert distance_m(shapes.POLYGON, box(113.27, 33.70, 113.28, 33.71)) == pytest.approx(0, abs=1e-6)
    assert distance_m(shapes.POINT, shapes.POLYGON) == 0


def test_five_hundred_metres_are_not_five_hundred_on_the_web_map() -> None:
    # Domain reference: at 33.7 N a true 500 m measures 600.4 units in EPSG:3857.
    east = GRS80.fwd(113.2656, 33.7075, 90, 500)[:2]
    web = from_cgcs2000([shapes.POINT, Point(east)], Datum("EPSG:3857"))
    assert web[0].distance(web[1]) == pytest.approx(600.4, abs=0.1)
    assert distance_m(shapes.POINT, Point(east)) == pytest.approx(500, abs=1e-6)


def test_neighbours_on_both_sides_of_the_date_line_are_near() -> None:
    # One degree of the equator is 111 319.49 m.
    east, west = Point(179.5, 0), box(-179.6, -0.1, -179.5, 0.1)
    assert distance_m(east, Point(-179.5, 0)) == pytest.approx(111_319.49, abs=0.01)
    assert distance_m(east, west) == pytest.approx(0.9 * 111_319.49, rel=1e-5)


def test_areas_on_different_continents_are_refused_not_guessed() -> None:
    with pytest.raises(TooWideToMeasure):
        distance_m(shapes.POLYGON, box(9.5, 47.0, 9.6, 47.1))


def test_missing_and_empty_have_no_distance() -> None:
    others = geometry_array([None, shapes.EMPTY_POLYGON, shapes.POINT])
    distances = distance_m(shapes.POINT, others)
    assert np.isnan(distances[:2]).all()
    assert distances[2] == 0
    assert np.isnan(area_m2(others)[:2]).all()
    assert np.isnan(length_m(others)[:2]).all()


def test_no_geometries_at_all_measure_nothing() -> None:
    nothing = geometry_array([])
    assert len(distance_m(nothing, nothing)) == len(area_m2(nothing)) == len(length_m(nothing)) == 0
    assert len(buffer_m(nothing, 500)) == 0


def test_metres_cannot_be_taken_from_metres() -> None:
    with pytest.raises(InvalidGeometry, match="经纬度"):
        distance_m(shapes.OUT_OF_RANGE.buffer(1), shapes.OUT_OF_RANGE)


@pytest.mark.parametrize(
    "place",
    [(113.2656, 33.7075), (75.1, 39.5), (115.49, 18.2), (123.0, 53.4), (9.52, 47.14), (-58.4, -34.6)],
)
@pytest.mark.parametrize("radius_m", [1, 500, 20_000])
def test_a_buffer_is_right_on_the_ground_to_a_thousandth(place: tuple[float, float], radius_m: float) -> None:
    circle = buffer_m(Point(place), radius_m)
    lon, lat = shapely.get_coordinates(circle).T
    _, _, metres = GRS80.inv(np.full_like(lon, place[0]), np.full_like(lat, place[1]), lon, lat)
    assert np.abs(metres / radius_m - 1).max() < 0.001
    assert area_m2(circle) == pytest.approx(math.pi * radius_m**2, rel=0.001)


def test_a_buffer_of_an_area_keeps_its_distance() -> None:
    grown = buffer_m(shapes.POLYGON, 500)
    assert grown.covers(shapes.POLYGON)
    assert distance_m(Point(113.2, 33.705), grown) == pytest.approx(
        distance_m(Point(113.2, 33.705), shapes.POLYGON) - 500, abs=0.5
    )


def test_a_buffer_can_shrink() -> None:
    shrunk = buffer_m(shapes.POLYGON, -100)
    assert shapes.POLYGON.contains(shrunk)
    assert buffer_m(shapes.POLYGON, -10_000).is_empty


def test_a_buffer_of_nothing_or_by_nothing() -> None:
    assert buffer_m(shapes.EMPTY_POLYGON, 500).is_empty
    assert buffer_m(geometry_array([None]), 500)[0] is None
    assert buffer_m(shapes.LINE, 0) is shapes.LINE


def test_an_invalid_area_is_not_buffered() -> None:
    with pytest.raises(InvalidGeometry, match="修复"):
        buffer_m(shapes.BOWTIE, 500)


@pytest.mark.parametrize("radius_m", [float("nan"), float("inf")])
def test_a_radius_must_be_a_number_of_metres(radius_m: float) -> None:
    with pytest.raises(InvalidGeometry, match="半径"):
        buffer_m(shapes.POINT, radius_m)


def test_a_line_across_the_country_is_too_wide_for_one_buffer() -> None:
    with pytest.raises(TooWideToMeasure):
        buffer_m(LineString([(100, 34), (115, 34)]), 500)


def test_a_buffer_that_would_cross_the_date_line_is_refused() -> None:
    with pytest.raises(TooWideToMeasure, match="180"):
        buffer_m(Point(179.9999, 10), 500)
