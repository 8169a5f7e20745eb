"""Pairs within a distance: held to the geodesic, to planes of another making, and to what must be so by itself."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Proj
from shapely import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.errors import MissingCRS, UnknownColumn, UnusableDistance, UnusableHalfWidth
from geodata.measure import CGCS2000_ELLIPSOID, distance_m
from geodata.proximity import Prepared, find_pairs, nearest, pairs_within, prepare, summary
from tests import shapes


def frame(*places: BaseGeometry | None, **columns: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(places), crs=4490, index=range(len(places)))


def scattered(
    count: int, seed: int, *, around: tuple[float, float] = (113.0, 33.7), spread: float = 0.6
) -> gpd.GeoDataFrame:
    """Points and small boxes over several zones' borders."""
    random = np.random.default_rng(seed)
    centres = random.normal(around, spread, (count, 2))
    half = random.uniform(0.0002, 0.004, (count, 2))
    areas = shapely.box(*(centres - half).T, *(centres + half).T)
    places = np.where(random.random(count) < 0.5, shapely.points(centres), areas)
    return gpd.GeoDataFrame(geometry=places, crs=4490)


def in_own_plane(site: BaseGeometry, targets: np.ndarray) -> np.ndarray:
    """Measure from one site in an azimuthal equidistant plane around it: another projection, other formulas."""
    middle = site.centroid
    move = Proj(f"+proj=aeqd +lon_0={middle.x} +lat_0={middle.y} +ellps=GRS80")
    there = shapely.transform(targets, move, interleaved=False)
    return np.asarray(shapely.distance(shapely.transform(site, move, interleaved=False), there))


@pytest.mark.parametrize(
    "around", [(112.5, 33.7), (114.0, 22.5), (126.0, 52.0), (9.52, 47.14), (-78.0, 35.8)]
)
def test_pairs_of_points_and_areas_are_those_of_an_azimuthal_plane(around: tuple[float, float]) -> None:
    sites, targets = (
        scattered(150, 1, around=around, spread=0.03),
        scattered(400, 2, around=around, spread=0.03),
    )
    pairs = pairs_within(sites, targets, 1000).set_index(["site", "receptor"])["distance_m"]
    expected = {}
    for number, site in enumerate(sites.geometry):
        metres = in_own_plane(site, targets.geometry.to_numpy())
        expected |= {(number, int(near)): metres[near] for near in np.flatnonzero(metres <= 1000)}
    assert set(pairs.index) == set(expected)
    assert len(expected) > 500
    assert max(abs(pairs[pair] - metres) for pair, metres in expected.items()) < 0.002


def test_points_are_as_far_as_the_geodesic_says_at_any_distance() -> None:
    random = np.random.default_rng(3)
    sites = gpd.GeoDataFrame(
        geometry=shapely.points(random.uniform((108, 31), (118, 37), (150, 2))), crs=4490
    )
    targets = gpd.GeoDataFrame(
        geometry=shapely.points(random.uniform((108, 31), (118, 37), (2000, 2))), crs=4490
    )
    found = find_pairs(prepare(sites), prepare(targets), 50_000)
    lon, lat = shapely.get_coordinates(sites.geometry.to_numpy()[found.site]).T
    lon_end, lat_end = shapely.get_coordinates(targets.geometry.to_numpy()[found.target]).T
    _, _, exact = CGCS2000_ELLIPSOID.inv(lon, lat, lon_end, lat_end)
    assert len(exact) > 1_000
    assert np.abs(found.distance_m - exact).max() < 0.002
    near = exact < 5_000
    assert np.abs(found.distance_m - exact)[near].max() < 1e-5
    all_metres = CGCS2000_ELLIPSOID.inv(
        *np.repeat(shapely.get_coordinates(sites.geometry), 2000, axis=0).T,
        *np.tile(shapely.get_coordinates(targets.geometry), (150, 1)).T,
    )[2]
    assert int((all_metres <= 50_000).sum()) == len(exact)


def test_a_site_at_a_border_of_zones_is_measured_in_one_plane() -> None:
    # 112.5 E parts the zones of 111 and 114 E; the same place east and west of it must be as far from the school.
    school = frame(Point(112.505, 33.7))
    for lon in (112.4999999, 112.5, 112.5000001):
        (metres,) = pairs_within(frame(Point(lon, 33.7)), school, 1000)["distance_m"]
        assert metres == pytest.approx(distance_m(Point(lon, 33.7), Point(112.505, 33.7)), abs=1e-5)


def test_a_wide_target_is_found_from_the_zone_of_the_site() -> None:
    railway = frame(LineString([(108, 33.7), (117.9, 33.7)]))
    site = frame(Point(112.6, 33.7), Point(116.0, 33.7))
    assert pairs_within(site, railway, 50_000)["site"].tolist() == [0, 1]


def test_what_overlaps_or_touches_is_0_metres_away_and_the_line_is_a_point() -> None:
    within = box(113.263, 33.703, 113.264, 33.704)
    beside = box(113.27, 33.70, 113.28, 33.71)
    pairs = pairs_within(frame(shapes.POLYGON), frame(within, beside, shapes.POINT, shapes.LINE), 100)
    assert pairs["distance_m"].tolist() == [0, 0, 0, 0]
    assert all(shapely.length(pairs.geometry) == 0)
    assert all(shapely.intersects(line, shapes.POLYGON.buffer(1e-9)) for line in pairs.geometry)


def test_the_line_runs_from_edge_to_edge_and_is_as_long_as_the_distance() -> None:
    sites, targets = scattered(50, 5, spread=0.02), scattered(80, 6, spread=0.02)
    pairs = pairs_within(sites, targets, 2000)
    ends = shapely.get_coordinates(pairs.geometry).reshape(-1, 4)
    _, _, lengths = CGCS2000_ELLIPSOID.inv(*ends.T)
    assert np.abs(lengths - pairs["distance_m"]).max() < 0.001
    at_site = shapely.distance(sites.geometry.loc[pairs["site"]].to_numpy(), shapely.points(ends[:, :2]))
    at_target = shapely.distance(
        targets.geometry.loc[pairs["receptor"]].to_numpy(), shapely.points(ends[:, 2:])
    )
    # An edge along a parallel is not quite straight in the plane: 8 mm in the middle of 800 m.
    assert max(at_site.max(), at_target.max()) < 1e-7


def test_a_corridor_begins_at_its_outer_edge() -> None:
    road = frame(LineString([(113.26, 33.70), (113.28, 33.70)]), half_width_m=[20.0])
    site = frame(Point(113.27, 33.701), Point(113.27, 33.7001))
    centreline = pairs_within(site, road, 500)
    edge = pairs_within(site, prepare(road, half_width_m="half_width_m"), 500)
    assert (centreline["distance_m"] - edge["distance_m"]).tolist() == pytest.approx([20, 11.05], abs=0.01)
    assert edge["distance_m"][1] == 0
    assert [
        distance_m(Point(line.coords[0]), Point(line.coords[1])) for line in edge.geometry
    ] == pytest.approx(edge["distance_m"].tolist(), abs=1e-3)


def test_a_wide_corridor_is_found_though_its_centreline_is_beyond_the_distance() -> None:
    river = frame(LineString([(113.26, 33.70), (113.28, 33.70)]))
    site = frame(Point(113.27, 33.7055))
    assert len(pairs_within(site, river, 500)) == 0
    assert len(pairs_within(site, prepare(river, half_width_m=150.0), 500)) == 1


@pytest.mark.parametrize("width", [-1.0, float("inf")])
def test_a_half_width_is_a_finite_number_of_metres(width: float) -> None:
    with pytest.raises(UnusableHalfWidth, match="半宽"):
        prepare(frame(shapes.LINE), half_width_m=width)


def test_a_missing_half_width_counts_as_nothing() -> None:
    ready = prepare(frame(shapes.LINE, shapes.LINE, width=[None, 5.0]), half_width_m="width")
    assert ready.half_width_m.tolist() == [0, 5]


def test_the_limit_itself_is_decided_by_the_geodesic() -> None:
    site, school = Point(113.27, 33.7), Point(113.28, 33.71)
    exact = distance_m(site, school)
    assert len(pairs_within(frame(site), frame(school), exact + 1e-7)) == 1
    assert len(pairs_within(frame(site), frame(school), exact - 1e-7)) == 0


def test_several_distances_are_one_search_and_each_is_right() -> None:
    sites, targets = scattered(100, 7, spread=0.02), scattered(300, 8, spread=0.02)
    pairs = pairs_within(sites, targets, [500, 1000, 2000])
    for counted in summary(pairs, [500, 1000, 2000]):
        alone = pairs_within(sites, targets, counted.distance_m)
        assert counted.pairs == len(alone)
        assert counted.sites == alone["site"].nunique()
        assert counted.receptors == alone["receptor"].nunique()


def test_a_unit_is_told_apart_from_its_own_place_and_counts_for_nothing() -> None:
    sites = frame(Point(113.27, 33.70), Point(113.271, 33.70), credit_code=["甲", None])
    schools = frame(Point(113.27, 33.7001), Point(113.272, 33.7), unit=["甲", None])
    pairs = pairs_within(sites, schools, 500, owners=("credit_code", "unit"))
    assert pairs.loc[pairs["is_own"], ["site", "receptor"]].to_numpy().tolist() == [[0, 0]]
    assert summary(pairs, [500])[0].pairs == 3
    assert nearest(sites, schools, owners=("credit_code", "unit"))["receptor"].tolist() == [1, 1]


def test_an_unknown_column_of_owners_is_named() -> None:
    with pytest.raises(UnknownColumn, match="没有字段「unit」"):
        pairs_within(frame(shapes.POINT), frame(shapes.POINT), 500, owners=("unit", "unit"))


def test_the_nearest_is_the_nearest_of_all_pairs() -> None:
    sites, targets = scattered(200, 9), scattered(100, 10)
    every = pairs_within(sites, targets, 50_000)
    expected = every.sort_values(["site", "distance_m", "receptor"]).drop_duplicates("site")
    found = nearest(sites, targets)
    assert found["site"].tolist() == expected["site"].tolist()
    assert found["receptor"].tolist() == expected["receptor"].tolist()
    assert found["distance_m"].tolist() == pytest.approx(expected["distance_m"].tolist(), abs=1e-6)
    assert (found["distance_m"] > 1000).any()


def test_a_site_without_anything_in_reach_has_no_nearest() -> None:
    assert len(nearest(frame(shapes.POINT), frame(Point(116, 33.7)))) == 0


def test_nobody_and_nothing_have_no_pairs() -> None:
    for sites, targets in ((frame(), frame(shapes.POINT)), (frame(shapes.POINT), frame())):
        pairs = pairs_within(sites, targets, 1000)
        assert len(pairs) == 0
        assert list(pairs.columns) == ["site", "receptor", "distance_m", "is_own", "geometry"]
        assert len(nearest(sites, targets)) == 0


@pytest.mark.parametrize("distance", [0, -1, float("nan"), float("inf"), 50_001, [500, 0], []])
def test_a_distance_is_above_0_and_at_most_50_km(distance: float | list[float]) -> None:
    with pytest.raises(UnusableDistance, match="大于 0、不超过 50 公里"):
        pairs_within(frame(shapes.POINT), frame(shapes.POINT), distance)


@pytest.mark.parametrize("crs", [None, 3857, 4547])
def test_only_degrees_are_measured(crs: int | None) -> None:
    with pytest.raises(MissingCRS, match="CGCS2000 或 WGS84"):
        prepare(gpd.GeoDataFrame(geometry=[shapes.POINT], crs=crs))


UNUSABLE = {
    "missing": None,
    "empty": shapes.EMPTY_POLYGON,
    "wrong_type": shapes.COLLECTION,
    "not_finite": shapes.NOT_A_NUMBER,
    "out_of_range": shapes.OUT_OF_RANGE,
    "suspected_swap": shapes.SWAPPED_POINT,
    "zero": shapes.NULL_ISLAND,
    "self_intersection": shapes.BOWTIE,
    "antimeridian": shapes.ACROSS_THE_ANTIMERIDIAN,
    "polar": Point(20, 84.5),
    "too_wide": LineString([(100, 33), (111, 33)]),
}


@pytest.mark.parametrize("code", UNUSABLE)
def test_what_cannot_be_measured_is_counted_with_its_reason(code: str) -> None:
    ready = prepare(frame(UNUSABLE[code], shapes.POINT, UNUSABLE[code]))
    assert ready.frame.index.tolist() == [1]
    (left_out,) = ready.excluded
    assert (left_out.code, left_out.count) == (code, 2)
    assert left_out.reason


def test_a_place_at_the_180th_meridian_is_refused_because_its_pairs_might_lie_beyond_it() -> None:
    ready = prepare(frame(Point(179.999, -17), Point(-179.9, 60), Point(178, -17)))
    assert [(each.code, each.count) for each in ready.excluded] == [("antimeridian", 2)]


def test_heights_and_repeated_vertices_change_nothing() -> None:
    high = frame(shapes.POINT_Z, shapes.REPEATED_POINTS)
    flat = frame(shapes.POINT, shapes.REPEATED_POINTS)
    assert prepare(high).excluded == []
    schools = frame(Point(113.266, 33.708))
    assert (
        pairs_within(high, schools, 1000)["distance_m"].tolist()
        == pairs_within(flat, schools, 1000)["distance_m"].tolist()
    )


def test_rows_in_memory_answer_as_files_do_and_keep_their_names() -> None:
    sites, targets = scattered(60, 11, spread=0.02), scattered(60, 12, spread=0.02)
    sites.index, targets.index = [f"企业{n}" for n in range(60)], [f"学校{n}" for n in range(60)]
    ready: Prepared = prepare(targets)
    once = pairs_within(prepare(sites), ready, 1000)
    assert pairs_within(prepare(sites), ready, 1000).equals(once)
    assert pairs_within(sites, targets, 1000).equals(once)
    assert once["site"].str.startswith("企业").all()
    assert once["receptor"].str.startswith("学校").all()


def test_a_part_with_a_halo_finds_what_the_whole_finds() -> None:
    sites, targets = scattered(300, 13), scattered(600, 14)
    whole = pairs_within(sites, targets, 3000)
    west = shapely.bounds(sites.geometry)[:, 0] < 113
    parts = []
    for part in (sites[west], sites[~west]):
        xmin, ymin, xmax, ymax = part.total_bounds
        halo = box(xmin - 0.1, ymin - 0.1, xmax + 0.1, ymax + 0.1)
        parts.append(pairs_within(part, targets[targets.intersects(halo)], 3000))
    joined = pd.concat(parts).sort_values(["site", "distance_m", "receptor"], ignore_index=True)
    assert joined.equals(whole.sort_values(["site", "distance_m", "receptor"], ignore_index=True))


places = st.builds(Point, st.floats(112.45, 112.55), st.floats(33.68, 33.72))
areas = st.builds(
    lambda x, y, w, h: box(x, y, x + w, y + h),
    st.floats(112.45, 112.55), st.floats(33.68, 33.72), st.floats(1e-5, 0.01), st.floats(1e-5, 0.01),
)  # fmt: skip
anything = st.one_of(places, areas)


@given(st.lists(anything, min_size=1, max_size=6), st.lists(anything, min_size=1, max_size=6))
@settings(max_examples=40)
def test_it_does_not_matter_which_side_asks(sites: list[BaseGeometry], targets: list[BaseGeometry]) -> None:
    there = pairs_within(frame(*sites), frame(*targets), 5000).set_index(["site", "receptor"])["distance_m"]
    back = pairs_within(frame(*targets), frame(*sites), 5000).set_index(["receptor", "site"])["distance_m"]
    back.index.names = there.index.names
    both = pd.concat([there, back], axis=1, keys=["there", "back"])
    # Across 112.5 E the two sides measure in different zones.
    assert (both["there"] - both["back"]).abs().max() < 0.002 if len(both) else True
    assert both.notna().all(axis=None) or (both.max(axis=1)[both.isna().any(axis=1)] > 4999.99).all()


@given(
    st.lists(anything, min_size=1, max_size=6),
    st.lists(anything, min_size=1, max_size=6),
    st.floats(1, 10_000),
    st.floats(1, 10_000),
)
@settings(max_examples=40)
def test_a_longer_distance_finds_no_less(
    sites: list[BaseGeometry], targets: list[BaseGeometry], a: float, b: float
) -> None:
    here, there = prepare(frame(*sites)), prepare(frame(*targets))
    short, long = (
        set(zip(found.site, found.target, strict=True))
        for found in (find_pairs(here, there, min(a, b)), find_pairs(here, there, max(a, b)))
    )
    assert short <= long


@given(anything, st.floats(-0.9, 0.9), st.floats(-0.9, 0.9))
def test_what_overlaps_has_no_distance(place: BaseGeometry, across: float, up: float) -> None:
    xmin, ymin, xmax, ymax = place.bounds
    x, y = (xmin + xmax) / 2 + across * (xmax - xmin) / 2, (ymin + ymax) / 2 + up * (ymax - ymin) / 2
    over = Polygon([(x - 0.002, y - 0.001), (x + 0.002, y - 0.001), (x, y + 0.002)])
    assert pairs_within(frame(place), frame(over), 1)["distance_m"].tolist() == [0]
