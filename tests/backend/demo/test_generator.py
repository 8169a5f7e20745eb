"""Invented data is repeatable, plausible, inside the district and cannot be taken for real."""

from functools import cache

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.demo import district
from backend.demo.dangers import EDITION, dangers
from backend.demo.enterprises import settle
from backend.demo.generator import SCALES, DemoData, generate
from backend.demo.landscape import landscape
from backend.demo.parks import lay_parks
from backend.demo.plots import cut_plots
from backend.demo.streets import lay_streets
from backend.demo.trades import BUILDINGS, GRADE_CHANCES, TRADES
from backend.enterprises.models import OPERATING_STATUSES
from backend.jurisdictions.models import Sector
from backend.risk import accidents
from backend.risk.grading import assess
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS
from geodata.arrays import Geometries

SCALES_OF_EVERY_RUN = ("small", "district", "city")


@cache
def demo(scale: str) -> DemoData:
    """Generate each scale once."""
    return generate(scale)


@pytest.fixture(params=SCALES_OF_EVERY_RUN)
def data(request: pytest.FixtureRequest) -> DemoData:
    """Return the demonstration at each scale in turn."""
    return demo(request.param)


def frames(data: DemoData) -> list[geopandas.GeoDataFrame]:
    return list(vars(data).values())


def assessed(inputs: pd.DataFrame, prefix: str = "") -> list[int]:
    """Grade risks by their scores, one by one."""
    return [
        assess({"method": "lec", "scale": row[f"{prefix}scale"], "factors": factors}).grade
        for row in inputs.to_dict("records")
        for factors in [{key: row[f"{prefix}{key}"] for key in "LEC"}]
    ]


def places(data: DemoData) -> Geometries:
    """Return every geometry there is."""
    drawn = [frame.geometry.to_numpy() for frame in frames(data)] + [data.enterprises["outline"].to_numpy()]
    together = np.concatenate(drawn)
    return together[~shapely.is_missing(together)]


def content(frame: geopandas.GeoDataFrame) -> list[list[object]]:
    """Spell a frame out, geometries as bytes."""
    drawn = [name for name in frame if name in ("geometry", "outline")]
    told = frame.drop(columns=drawn).astype(str)
    return [told.to_numpy().tolist(), *(list(shapely.to_wkb(frame[name].to_numpy())) for name in drawn)]


def test_the_same_seed_gives_the_same_bytes() -> None:
    for one, other in zip(frames(demo("small")), frames(generate("small")), strict=True):
        assert content(one) == content(other)


def test_another_seed_gives_other_units_in_the_same_district() -> None:
    one, other = demo("small"), generate("small", seed=1)
    assert content(one.enterprises) != content(other.enterprises)
    lake = [frame.receptors.geometry.iloc[-1] for frame in (one, other)]
    assert lake[0].equals_exact(lake[1], 0)


@pytest.mark.parametrize("scale", SCALES_OF_EVERY_RUN)
def test_a_scale_holds_as_many_units_and_zones_as_it_says(scale: str) -> None:
    assert len(demo(scale).enterprises) == SCALES[scale].enterprises
    assert len(demo(scale).zones) == SCALES[scale].zones
    assert len(demo(scale).receptors) > SCALES[scale].receptors * 0.9


@pytest.mark.slow
def test_the_largest_scale_is_complete_and_inside() -> None:
    data = generate("province")
    assert (len(data.enterprises), len(data.zones)) == (50_000, 200_000)
    outline = shapely.buffer(district.outline(), 0)
    shapely.prepare(outline)
    assert shapely.covers(outline, places(data)).all()
    assert shapely.is_valid(places(data)).all()


def test_the_default_scale_is_about_300_units_with_1500_zones() -> None:
    assert (SCALES["district"].enterprises, SCALES["district"].zones) == (300, 1500)


def test_nothing_lies_outside_the_district(data: DemoData) -> None:
    assert shapely.covers(district.outline(), places(data)).all()


def test_every_place_is_valid_and_rounded_to_a_centimetre(data: DemoData) -> None:
    assert shapely.is_valid(places(data)).all()
    assert not shapely.is_empty(places(data)).any()
    coordinates = shapely.get_coordinates(places(data))
    assert (coordinates == coordinates.round(7)).all()


def test_every_name_that_could_be_taken_for_a_real_one_says_demonstration(data: DemoData) -> None:
    for frame in (data.groups, data.enterprises, data.receptors, data.corridors):
        assert frame["name"].str.contains("演示").all()
        assert frame["name"].is_unique
    assert data.enterprises["address"].str.contains("演示").all()
    assert "credit_code" not in data.enterprises


def test_every_zone_lies_within_the_outline_of_its_enterprise(data: DemoData) -> None:
    outlines = data.enterprises.set_index("source_id")["outline"].reindex(data.zones["enterprise"])
    assert shapely.contains(outlines.to_numpy(), data.zones.geometry.to_numpy()).all()


def test_no_two_zones_share_ground_on_one_floor_of_an_enterprise(data: DemoData) -> None:
    one, other = touching(data.zones.geometry.to_numpy())
    floor, unit = data.zones["floor"].to_numpy(), data.zones["enterprise"].to_numpy()
    assert not ((floor[one] == floor[other]) & (unit[one] == unit[other])).any()


def test_an_upper_floor_lies_exactly_on_a_ground_floor(data: DemoData) -> None:
    grounds = set(shapely.to_wkb(data.zones.geometry[data.zones["floor"] == "1F"].to_numpy()))
    uppers = shapely.to_wkb(data.zones.geometry[data.zones["floor"] == "2F"].to_numpy())
    assert len(uppers) > 0
    assert set(uppers) <= grounds


def test_no_two_enterprises_share_ground(data: DemoData) -> None:
    outlines = data.enterprises["outline"].dropna().to_numpy()
    assert touching(outlines)[0].size == 0


def touching(areas: Geometries) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the pairs that touch or overlap, each once."""
    one, other = shapely.STRtree(areas).query(areas, predicate="intersects")
    return one[one < other], other[one < other]


def test_workshops_are_as_large_as_workshops(data: DemoData) -> None:
    ellipsoid = Geod(ellps="GRS80")
    sizes = [abs(ellipsoid.geometry_area_perimeter(each)[0]) for each in data.zones.geometry[:300]]
    assert min(sizes) > 5
    assert max(sizes) < 8000
    assert 100 < np.median(sizes) < 1500


def test_enterprises_stand_on_dry_land_away_from_real_sites() -> None:
    data = demo("district")
    lake = data.receptors.geometry[data.receptors["kind"] == "water_source"].iloc[0]
    outlines = data.enterprises["outline"].dropna().to_numpy()
    assert shapely.disjoint(lake, outlines).all()
    ellipsoid = Geod(ellps="GRS80")
    for site in district.facts()["sites"]:
        for point in data.enterprises.geometry.dropna():
            assert ellipsoid.inv(*site["place"], point.x, point.y)[2] > 300


def test_the_township_named_is_the_one_around_the_place(data: DemoData) -> None:
    placed = data.enterprises[data.enterprises.geometry.notna()]
    areas = np.array([district.townships()[code] for code in placed["township_code"]])
    assert shapely.contains(areas, placed.geometry.to_numpy()).all()


def test_the_park_named_is_the_one_around_the_place(data: DemoData) -> None:
    parks = data.groups.set_index("code").geometry
    inside = data.enterprises[data.enterprises["group_code"].notna()]
    assert len(inside) > 0
    assert shapely.contains(parks[inside["group_code"]].to_numpy(), inside.geometry.to_numpy()).all()


def test_an_enterprise_has_the_grade_of_its_worst_zone(data: DemoData) -> None:
    worst = data.zones.dropna(subset="grade").groupby("enterprise")["grade"].min()
    told = data.enterprises.set_index("source_id")["grade"].dropna()
    assert told.astype(int).to_dict() == worst.astype(int).to_dict()


def test_the_risks_of_a_zone_come_to_its_grade_and_measures_make_it_no_worse() -> None:
    data = demo("district")
    risks = data.risks.assign(grade=assessed(data.risks), residual=assessed(data.risks, "residual_"))
    worst = risks.groupby("zone")["grade"].min().to_dict()
    told = data.zones.dropna(subset="grade").set_index("source_id")["grade"].astype(int).to_dict()
    assert worst == told
    assert (risks["residual"] >= risks["grade"]).all()
    assert (risks.loc[risks["grade"] < 4, "residual"] > risks.loc[risks["grade"] < 4, "grade"]).all()


def test_every_building_has_a_danger_of_the_present_edition() -> None:
    assert set(dangers()) == set(BUILDINGS)
    listed = {danger.accident for each in dangers().values() for danger in each}
    assert all(accidents.find(name, EDITION) for name in listed)


def test_nobody_is_real_and_no_number_can_be_called() -> None:
    data = demo("district")
    assert data.people["name"].str.startswith("演示·").all()
    assert data.people["phone"].str.fullmatch(r"0375-000\d{4}").all()


def test_some_of_the_roster_is_not_registered() -> None:
    data = demo("district")
    missing = ~data.roster["name"].isin(data.enterprises["name"])
    assert missing.mean() == pytest.approx(0.065, abs=0.01)
    assert data.roster.loc[missing, "name"].str.contains("待登记").all()


def test_some_enterprises_have_no_place_and_some_no_grade() -> None:
    data = demo("city")
    assert data.enterprises.geometry.isna().mean() == pytest.approx(0.04)
    assert data.enterprises["grade"].isna().mean() == pytest.approx(0.10, abs=0.02)
    assert (data.enterprises["outline"].isna() >= data.enterprises.geometry.isna()).all()


def test_grades_are_as_rare_as_they_are_bad() -> None:
    shares = demo("city").enterprises["grade"].value_counts(normalize=True)
    wanted = {1: 0.04, 2: 0.12, 3: 0.38, 4: 0.46}
    assert {grade: shares[grade] for grade in wanted} == pytest.approx(wanted, abs=0.03)


def test_schools_and_hospitals_are_linked_to_the_unit_that_they_are() -> None:
    data = demo("district")
    linked = data.receptors.dropna(subset="enterprise").set_index("enterprise")
    units = data.enterprises.set_index("source_id").loc[linked.index]
    assert {"school", "hospital"} <= set(linked["kind"])
    assert (linked["name"] == units["name"]).all()
    assert shapely.covers(units["outline"].fillna(units.geometry).to_numpy(), units.geometry.to_numpy()).all()
    assert {"Point", "Polygon"} <= set(linked.geometry.geom_type)


def test_the_words_are_those_of_the_register(session: Session) -> None:
    data = demo("city")
    assert set(data.enterprises["sector_code"]) <= set(session.scalars(select(Sector.code)))
    assert set(data.enterprises["operating_status"]) == set(OPERATING_STATUSES)
    assert set(data.receptors["kind"]) <= set(RECEPTOR_KINDS)
    assert set(data.corridors["class"]) <= set(CORRIDOR_CLASSES)


def test_every_trade_knows_its_buildings_and_its_chances() -> None:
    assert {name for trade in TRADES for name in trade.buildings} == set(BUILDINGS)
    assert {trade.sector for trade in TRADES} == set(GRADE_CHANCES)
    assert all(sum(chances) == pytest.approx(1) for chances in GRADE_CHANCES.values())


def test_points_lines_and_areas_all_carry_grades() -> None:
    data = demo("district")
    assert data.corridors["grade"].notna().any()
    assert data.corridors["half_width_m"].gt(0).all()
    assert {"railway", "trunk", "primary", "waterway", "pipeline"} <= set(data.corridors["class"])


def test_more_enterprises_than_plots_are_refused() -> None:
    ground, rng = landscape(), np.random.default_rng(1)
    streets = lay_streets(ground, rng, subdivisions=(4, 4), growth=0)
    parks = lay_parks(ground, streets, (4, 4))
    plots = cut_plots(ground, streets, parks, rng, front_m=400)
    with pytest.raises(ValueError, match="too few"):
        settle(plots, parks, rng, 20_000)
