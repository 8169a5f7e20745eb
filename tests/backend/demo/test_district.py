"""What is real about 湛河区 is as its sources have it, and the invented township map fits it."""

import csv
import json
from itertools import combinations

import pytest
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from backend.demo import district
from tests.real_data import real_data

# Square degrees that are a square metre here: 92.7 km by 110.9 km a degree.
SQUARE_METRE = 1 / (92_700 * 110_900)


def area_m2(geometry: BaseGeometry) -> float:
    """Measure on the ellipsoid, without our own measure."""
    return abs(Geod(ellps="GRS80").geometry_area_perimeter(geometry)[0])


def test_the_outline_measures_what_its_source_says() -> None:
    # 183.4 km² is stated in the description of the data, found with other software.
    assert area_m2(district.outline()) / 1e6 == pytest.approx(183.4, abs=0.05)
    assert len(district.outline().exterior.coords) == 43


def test_the_townships_are_nine_subdistricts_and_one_township() -> None:
    names = list(district.township_names().values())
    assert [name.endswith("街道") for name in names] == [True] * 9 + [False]
    assert names[-1] == "曹镇乡"
    assert list(district.townships()) == list(district.township_names())


def test_the_townships_fill_the_outline_without_gap() -> None:
    together = shapely.union_all(list(district.townships().values()))
    assert shapely.symmetric_difference(together, district.outline()).area < SQUARE_METRE


def test_no_two_townships_overlap() -> None:
    overlaps = [shapely.intersection(*pair) for pair in combinations(district.townships().values(), 2)]
    assert max(overlap.area for overlap in overlaps) < SQUARE_METRE
    assert shapely.coverage_is_valid(list(district.townships().values()))


def test_every_township_is_one_valid_polygon_of_a_plausible_size() -> None:
    for township in district.townships().values():
        assert township.geom_type == "Polygon"
        assert township.is_valid
        assert 1 < area_m2(township) / 1e6 < 120


def test_every_boundary_is_called_indicative() -> None:
    for frame in (district.division_areas(), district.district_area()):
        assert (frame["is_indicative"] == frame.geometry.notna()).all()


def test_villages_belong_to_the_township_that_their_code_begins_with() -> None:
    villages = district.village_groups()
    assert len(villages) == 104
    assert (villages["code"].str[:9] == villages["township_code"]).all()
    assert set(villages["township_code"]) == set(district.township_names())


def test_real_sites_lie_in_the_district_and_carry_no_grade() -> None:
    for frame in (district.power_stations(), district.reservoir()):
        assert "grade" not in frame
        assert shapely.contains(district.outline(), frame.geometry.to_numpy()).all()


@pytest.mark.real_data
def test_the_facts_are_those_of_the_sources() -> None:
    counties = json.loads(real_data("zhanhe-admin", "pds_counties_wgs84_tianditu.geojson").read_text("utf-8"))
    outlines = {
        each["properties"]["adcode"]: each["geometry"]["coordinates"] for each in counties["features"]
    }
    assert district.facts()["outline"] == outlines["410411"][0][0]
    with real_data("zhanhe-admin", "pds_townships.csv").open(encoding="utf-8") as file:
        townships = {row["code"]: row["name"] for row in csv.DictReader(file) if row["areaCode"] == "410411"}
    assert district.township_names() == townships
    with real_data("zhanhe-admin", "zhanhe_villages.csv").open(encoding="utf-8") as file:
        villages = {row["code"]: row["name"] for row in csv.DictReader(file)}
    frame = district.village_groups()
    assert dict(zip(frame["code"], frame["name"], strict=True)) == villages


@pytest.mark.real_data
def test_real_sites_stand_where_the_power_plant_database_puts_them() -> None:
    path = real_data("zhanhe-power-plants", "plants_near_pingdingshan.csv")
    with path.open(encoding="utf-8") as file:
        places = {
            row["Power Plant ID"]: [float(row["Longitude"]), float(row["Latitude"])]
            for row in csv.DictReader(file)
        }
    for site in [*district.facts()["sites"], district.facts()["reservoir"]]:
        assert site["place"] == places[site["number"]]
