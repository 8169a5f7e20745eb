"""Datums and zones against published numbers, and their inverses everywhere in China."""

from contextlib import suppress

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import Point

from geodata.crs import (
    Datum,
    bd09_to_gcj02,
    from_cgcs2000,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    metric_srid,
    parse_datum,
    scale_factor,
    to_cgcs2000,
    wgs84_to_gcj02,
)
from geodata.errors import NoDatumTransformation, UnknownDatum
from geodata.geometry import problems
from tests import shapes

CHINESE_LON = st.floats(73.0, 136.0)
CHINESE_LAT = st.floats(3.0, 54.5)
GRS80 = Geod(ellps="GRS80")


# The test vectors of googollee/eviltransform (Shanghai, Shenzhen, Beijing) and of wandergis/coordtransform.
@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ],
)
def test_gcj02_agrees_with_the_published_vectors(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    assert np.allclose(wgs84_to_gcj02(*wgs84), gcj02, rtol=0, atol=1e-9)


def test_bd09_agrees_with_the_published_vector() -> None:
    # wandergis/coordtransform; ports that use pi in place of x_pi miss it by 70 m.
    assert np.allclose(
        gcj02_to_bd09(116.404, 39.915), (116.41036949371029, 39.92133699351021), rtol=0, atol=1e-9
    )


def test_a_denver_point_is_not_shifted() -> None:
    # In eviltransform's MATLAB test for the same reason: maps abroad carry no offset.
    assert np.array_equal(wgs84_to_gcj02(-104.9903, 39.7392), (-104.9903, 39.7392))


def test_the_offset_in_zhanhe_is_six_hundred_metres_to_the_east_south_east() -> None:
    lon, lat = np.meshgrid(np.linspace(113.1, 113.4, 30), np.linspace(33.65, 33.8, 20))
    azimuth, _, metres = GRS80.inv(lon, lat, *wgs84_to_gcj02(lon, lat))
    assert metres.min() > 595
    assert metres.max() < 617
    assert azimuth.mean() == pytest.approx(106, abs=1.5)


@given(CHINESE_LON, CHINESE_LAT)
def test_gcj02_can_be_undone_everywhere_in_china(lon: float, lat: float) -> None:
    assert np.allclose(gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat)), (lon, lat), rtol=0, atol=1e-9)


@given(CHINESE_LON, CHINESE_LAT)
def test_bd09_can_be_undone_everywhere_in_china(lon: float, lat: float) -> None:
    assert np.allclose(bd09_to_gcj02(*gcj02_to_bd09(lon, lat)), (lon, lat), rtol=0, atol=1e-9)


@given(CHINESE_LON, CHINESE_LAT)
def test_a_point_given_on_a_shifted_map_really_comes_from_there(lon: float, lat: float) -> None:
    assert np.allclose(wgs84_to_gcj02(*gcj02_to_wgs84(lon, lat)), (lon, lat), rtol=0, atol=1e-9)


@given(
    CHINESE_LON,
    CHINESE_LAT,
    st.sampled_from(["GCJ-02", "BD-09", "EPSG:4490", "EPSG:4326", "EPSG:4547", "EPSG:32649"]),
)
def test_every_datum_is_a_way_there_and_back(lon: float, lat: float, name: str) -> None:
    back = to_cgcs2000(from_cgcs2000([Point(lon, lat)], Datum(name)), Datum(name))[0]
    # A plane used 40 degrees off its meridian still returns to 0.1 mm.
    assert abs(back.x - lon) < 2e-9
    assert abs(back.y - lat) < 2e-9


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_none_pass_through_the_shifts(value: float) -> None:
    for shift in (wgs84_to_gcj02, gcj02_to_wgs84, gcj02_to_bd09, bd09_to_gcj02):
        assert np.array_equal(shift(value, 33.7), (value, 33.7), equal_nan=True)


@pytest.mark.parametrize(("srid", "easting"), [(4547, 431_920.23), (4526, 38_431_920.23)])
def test_the_district_centre_lies_where_its_map_sheet_says(srid: int, easting: float) -> None:
    # Domain reference: E 431 920.23, N 3 731 459.56 on the 3-degree zone of 114 E, with and without prefix 38.
    centre = from_cgcs2000([shapes.POINT], Datum(f"EPSG:{srid}"))[0]
    assert (round(centre.x, 2), round(centre.y, 2)) == (easting, 3_731_459.56)


@pytest.mark.parametrize(
    ("srid", "plane", "degrees", "tolerance"),
    [
        # The examples on the manual page of GeographicLib's GeoConvert (degrees rounded to 1e-5).
        (32638, (444_500, 3_688_500), (44.40363, 33.33424), 1e-5),
        (32731, (500_000, 9_889_470), (3.0, -1.0), 1e-5),
    ],
)
def test_utm_agrees_with_geographiclib(
    srid: int, plane: tuple[float, float], degrees: tuple[float, float], tolerance: float
) -> None:
    place = to_cgcs2000([Point(plane)], Datum(f"EPSG:{srid}"))[0]
    assert np.allclose((place.x, place.y), degrees, rtol=0, atol=tolerance)


def test_northings_on_a_central_meridian_are_lengths_of_the_meridian() -> None:
    for lat in (18.0, 33.7, 53.5):
        northing = from_cgcs2000([Point(114, lat)], Datum("EPSG:4547"))[0].y
        assert northing == pytest.approx(GRS80.inv(114, 0, 114, lat)[2], abs=1e-4)


def test_the_scale_at_the_district_centre() -> None:
    # Domain reference: 1.000057 in the right zone, 1.00054 in the one to the west.
    factors = scale_factor([113.2656, 113.2656], [33.7075, 33.7075], [4547, 4546])
    assert np.allclose(factors, [1.000057, 1.00054], rtol=0, atol=5e-6)


def test_the_scale_is_what_a_small_step_shows() -> None:
    lon, lat = np.array([112.6, 114.0, 115.4]), np.array([20.0, 33.7, 50.0])
    ends = GRS80.fwd(lon, lat, np.full(3, 30.0), np.full(3, 10.0))[:2]
    starts, ends = (from_cgcs2000(shapely.points(*side), Datum("EPSG:4547")) for side in ((lon, lat), ends))
    steps = shapely.distance(starts, ends)
    assert np.allclose(scale_factor(lon, lat, [4547] * 3), steps / 10, rtol=0, atol=1e-8)


@pytest.mark.parametrize(
    ("lon", "lat", "srid"),
    [
        (113.2656, 33.7075, 4547),  # 湛河区, central meridian 114 E
        (75.0, 39.0, 4534),
        (135.0, 48.0, 4554),
        (73.5, 39.0, 4534),  # the borders of the box belong to it
        (135.5, 48.0, 4554),
        (112.5, 33.0, 4547),  # a zone border belongs to the zone east of it
        (112.4999, 33.0, 4546),
        (114.0, 3.0, 4547),
        (114.0, 2.99, 32650),
        (73.4999, 39.0, 32643),
        (9.52, 47.14, 32632),  # Liechtenstein
        (-78.6, 35.8, 32617),  # North Carolina
        (-58.4, -34.6, 32721),
        (180.0, 10.0, 32601),
        (-180.0, -10.0, 32701),
    ],
)
def test_each_place_has_its_metric_zone(lon: float, lat: float, srid: int) -> None:
    assert metric_srid(lon, lat) == srid


@pytest.mark.parametrize("place", [(float("nan"), 33), (113, float("inf")), (181, 33), (113, 91)])
def test_no_place_has_no_zone_and_no_scale(place: tuple[float, float]) -> None:
    zone = metric_srid(*place)
    assert zone == 0
    assert np.isnan(scale_factor(*place, zone))


def test_the_zone_chosen_is_the_nearest_central_meridian() -> None:
    lon = np.linspace(73.5, 135.5, 2_001)
    meridian = 75 + 3 * (metric_srid(lon, np.full_like(lon, 30.0)) - 4534)
    # 73.5 itself is halfway; 135.5 is the end of the box, not of the zone.
    assert np.abs(lon - meridian).max() <= 1.5


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("gcj02", "GCJ-02"),
        ("GCJ-02", "GCJ-02"),
        ("火星坐标系", "GCJ-02"),
        ("bd09", "BD-09"),
        ("BD-09", "BD-09"),
        ("4490", "EPSG:4490"),
        ("CGCS2000", "EPSG:4490"),
        ("EPSG:4547", "EPSG:4547"),
        ("EPSG:32119", "EPSG:32119"),  # 2119 is somewhere else
        ("epsg：４５４７", "EPSG:4547"),  # typed with a Chinese keyboard
        ("urn:ogc:def:crs:EPSG::4526", "EPSG:4526"),
        ("http://www.opengis.net/def/crs/EPSG/0/4490", "EPSG:4490"),
        ("WGS 84", "EPSG:4326"),
        ("WGS_1984", "EPSG:4326"),
        ("NAD83", "EPSG:4269"),
    ],
)
def test_a_datum_is_recognised_by_its_usual_names(text: str, name: str) -> None:
    assert parse_datum(text) == Datum(name)


@pytest.mark.parametrize(
    "text", ["", "mars", "bd09mc", "EPSG:999999", "12", "EPSG:4979", "EPSG:4978", "EPSG:5703", "4547;DROP"]
)
def test_what_is_no_plane_or_degrees_is_no_datum(text: str) -> None:
    with pytest.raises(UnknownDatum):
        parse_datum(text)


@given(st.text(max_size=30))
def test_any_text_is_a_datum_or_an_unknown_one(text: str) -> None:
    with suppress(UnknownDatum):
        assert parse_datum(parse_datum(text).name) == parse_datum(text)


@pytest.mark.parametrize("code", [4214, 2414, 4610, 2383, 2362])
def test_beijing_54_and_xian_80_are_refused_rather_than_taken_for_wgs84(code: int) -> None:
    with pytest.raises(NoDatumTransformation, match="控制点"):
        to_cgcs2000([Point(431_920, 3_731_459)], parse_datum(str(code)))


@pytest.mark.parametrize("name", ["EPSG:4490", "EPSG:4326"])
def test_cgcs2000_and_wgs84_are_taken_as_equal(name: str) -> None:
    assert to_cgcs2000([shapes.POINT], Datum(name))[0].equals_exact(shapes.POINT, 0)


@pytest.mark.parametrize("name", ["GCJ-02", "BD-09", "EPSG:4547", "EPSG:4490"])
def test_missing_stays_missing_and_empty_stays_empty(name: str) -> None:
    missing, empty = to_cgcs2000([None, shapes.EMPTY_POLYGON], Datum(name))
    assert missing is None
    assert empty.is_empty


def test_heights_are_dropped_on_the_way() -> None:
    assert not to_cgcs2000([shapes.POINT_Z], Datum("EPSG:4326"))[0].has_z


@pytest.mark.parametrize("plane", [(500_000, 1e9), (38_431_920.23, 3_731_459.56), (1e300, 0)])
def test_what_lies_off_the_plane_becomes_a_problem_and_not_some_place(plane: tuple[float, float]) -> None:
    # PROJ itself wraps a northing of 10^9 m around the Earth to a plausible place.
    place = to_cgcs2000([Point(plane)], Datum("EPSG:4547"))[0]
    assert [problem.code for problem in problems(place, kind="point")] == ["not_finite"]


def test_polygons_keep_their_holes_when_moved() -> None:
    moved = to_cgcs2000([shapes.POLYGON_WITH_HOLE], Datum("GCJ-02"))[0]
    assert moved.is_valid
    assert len(moved.interiors) == 1
