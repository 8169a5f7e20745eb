"""The real data sets: counts, areas and offsets as their own descriptions state them."""

import numpy as np
import pytest
import shapely

from geodata.crs import Datum, from_cgcs2000, to_cgcs2000
from geodata.geometry import all_problems
from geodata.measure import area_m2, distance_m, length_m
from geodata.vector_files import layer_names, read_vector_file
from tests.real_data import real_data

pytestmark = pytest.mark.real_data

WGS84 = Datum("EPSG:4326")
NORTH_CAROLINA = (-84.4, 33.7, -75.4, 36.6)


@pytest.mark.parametrize(
    ("layer", "rows", "kind"),
    [
        ("admin", 18, "area"),
        ("industrial", 120, "area"),
        ("poi", 26, "point"),
        ("poi_area", 54, "area"),
        ("road", 4163, "line"),
        ("rail", 34, "line"),
        ("waterway", 537, "line"),
    ],
)
def test_every_layer_of_liechtenstein_is_read_whole(layer: str, rows: int, kind: str) -> None:
    table = read_vector_file(real_data("liechtenstein-osm", "liechtenstein_layers.gpkg"), layer=layer)
    assert (len(table.frame), table.datum, table.problems) == (rows, WGS84, [])
    found = all_problems(table.frame.geometry.to_numpy(), kind=kind)
    assert {problem.code for listed in found.values() for problem in listed} <= {"repeated_points"}


def test_liechtenstein_has_its_official_size() -> None:
    path = real_data("liechtenstein-osm", "liechtenstein_layers.gpkg")
    assert "industrial" in layer_names(path)
    (country,) = read_vector_file(path, layer="admin", where="iso = 'LI'").frame.geometry
    # The well-known figure is 160.5 km2. The 160.39 in the data's description is the plain UTM area: there a
    # square metre is about 0.9992. Europe's equal-area grid is an independent measure.
    assert area_m2(country) / 1e6 == pytest.approx(160.5, abs=0.05)
    (in_utm, in_equal_area) = (from_cgcs2000([country], Datum(f"EPSG:{code}"))[0] for code in (32632, 3035))
    assert in_utm.area / 1e6 == pytest.approx(160.39, abs=0.01)
    assert area_m2(country) == pytest.approx(in_equal_area.area, rel=1e-6)


def test_the_communes_of_liechtenstein_fill_the_country() -> None:
    path = real_data("liechtenstein-osm", "liechtenstein_layers.gpkg")
    admin = read_vector_file(path, layer="admin", where="osm_type = 'r'").frame
    communes = admin[admin["admin_level"].astype(int) == 8].geometry.to_numpy()
    country = admin[admin["iso"] == "LI"].geometry.iloc[0]
    assert len(communes) == 11
    assert area_m2(communes).sum() == pytest.approx(area_m2(country), rel=1e-6)


def test_the_railway_of_liechtenstein_is_nine_kilometres_long() -> None:
    path = real_data("liechtenstein-osm", "liechtenstein_layers.gpkg")
    (country,) = read_vector_file(path, layer="admin", where="iso = 'LI'").frame.geometry
    rail = read_vector_file(path, layer="rail", where="service IS NULL").frame
    inside = shapely.intersection(rail.geometry.to_numpy(), country)
    # The description: 9.0 km without service tracks.
    assert np.nansum(length_m(inside)) / 1_000 == pytest.approx(9.0, abs=0.1)


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("rmp_facilities_nc.csv", 438, {}),
        ("public_schools_nc.csv", 2594, {}),
        ("nonpublic_schools_nc.csv", 971, {}),
        ("hospitals_nc.csv", 157, {"lon": "LONGITUDE", "lat": "LATITUDE"}),
    ],
)
def test_the_register_of_north_carolina_is_read_whole(name: str, rows: int, columns: dict[str, str]) -> None:
    table = read_vector_file(real_data("us-nc-rmp", name), datum=WGS84, **columns)
    assert (len(table.frame), table.problems) == (rows, [])
    assert table.frame.geometry.notna().all()


def test_the_dirty_coordinates_of_the_register_are_recognised() -> None:
    sites = read_vector_file(real_data("us-nc-rmp", "rmp_facilities_nc.csv"), datum=WGS84).frame
    found = all_problems(sites.geometry.to_numpy(), kind="point", expected=NORTH_CAROLINA)
    suspected = {int(sites.index[row]): listed[0].code for row, listed in found.items()}
    flagged = sites["coord_flag"].dropna()
    wrong_sign = flagged[flagged.str.contains("positive_longitude|negative_latitude")]
    assert set(suspected) >= set(wrong_sign.index)
    assert set(suspected.values()) <= {"suspected_sign", "suspected_swap", "zero", "out_of_range"}


@pytest.mark.parametrize(
    ("name", "datum"),
    [("public_schools_nc.csv", "EPSG:32119"), ("nonpublic_schools_nc.csv", "EPSG:2264")],
)
def test_state_plane_metres_and_feet_lead_to_the_same_places_as_the_degrees(name: str, datum: str) -> None:
    path = real_data("us-nc-rmp", name)
    plane = read_vector_file(path, datum=Datum(datum), lon="X", lat="Y")
    degrees = read_vector_file(path, datum=WGS84, lon="lon", lat="lat")
    placed = to_cgcs2000(plane.frame.geometry.to_numpy(), plane.datum or WGS84)
    # The degrees are given to 1e-7.
    assert distance_m(placed, degrees.frame.geometry.to_numpy()).max() < 0.05


def test_the_filter_finds_the_active_sites_that_the_description_counts() -> None:
    path = real_data("us-nc-rmp", "rmp_facilities_nc.csv")
    assert len(read_vector_file(path, datum=WGS84, where="status = 'active'").frame) == 230


def test_geojson_of_north_carolina_passes_the_strict_reader() -> None:
    assert len(read_vector_file(real_data("us-nc-rmp", "counties_nc.geojson")).frame) == 100
    assert len(read_vector_file(real_data("us-nc-rmp", "railroads_nc.geojson")).frame) == 40


def test_zhanhe_has_the_size_that_each_source_gives_it() -> None:
    for name, datum, km2 in (
        ("pds_counties_wgs84_tianditu.geojson", WGS84, 183.4),
        ("pds_counties_gcj02_amap.geojson", Datum("GCJ-02"), 115.9),
    ):
        table = read_vector_file(real_data("zhanhe-admin", name), datum=datum, where="adcode = '410411'")
        (outline,) = to_cgcs2000(table.frame.geometry.to_numpy(), datum)
        assert area_m2(outline) / 1e6 == pytest.approx(km2, abs=0.15)


def test_undoing_gcj02_brings_the_two_outlines_of_the_city_together() -> None:
    # The description: the median outline distance falls from about 0.0033 to 0.0013 degrees.
    amap = read_vector_file(
        real_data("zhanhe-admin", "pds_counties_gcj02_amap.geojson"), datum=Datum("GCJ-02")
    )
    tianditu = read_vector_file(real_data("zhanhe-admin", "pds_counties_wgs84_tianditu.geojson"), datum=WGS84)
    border = tianditu.frame.union_all().boundary
    shifted = amap.frame.geometry.to_numpy()
    labelled, undone = (
        shapely.union_all(areas) for areas in (shifted, to_cgcs2000(shifted, Datum("GCJ-02")))
    )
    before, after = (median_gap(outline, border) for outline in (labelled, undone))
    assert after < 0.6 * before
    assert after == pytest.approx(0.0013, abs=0.0008)


def median_gap(outline: shapely.Geometry, border: shapely.Geometry) -> float:
    vertices = shapely.points(shapely.get_coordinates(outline.boundary))
    return float(np.median(shapely.distance(vertices, border)))


def test_three_power_plants_lie_in_zhanhe_only_while_the_datum_is_right() -> None:
    path = real_data("zhanhe-power-plants", "plants_near_pingdingshan.csv")
    plants = read_vector_file(path, datum=WGS84).frame.geometry.to_numpy()
    counties = read_vector_file(real_data("zhanhe-admin", "pds_counties_wgs84_tianditu.geojson")).frame
    (zhanhe,) = counties[counties["adcode"] == "410411"].geometry
    assert shapely.within(plants, zhanhe).sum() == 3
    moved = from_cgcs2000(plants, Datum("GCJ-02"))
    assert distance_m(moved, plants).min() > 400
