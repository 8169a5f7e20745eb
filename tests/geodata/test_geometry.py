"""What is wrong with a geometry is found, named, placed, and never mended in silence."""

import time

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.arrays import geometry_array
from geodata.errors import InvalidGeometry, TooManyVertices
from geodata.geometry import (
    Kind,
    all_problems,
    drop_repeated_points,
    explain,
    orient,
    problems,
    repair,
    round_coordinates,
)
from geodata.problems import Problem
from tests import shapes

NORTH_CAROLINA = (-84.4, 33.8, -75.4, 36.6)
LON, LAT = st.floats(113.0, 114.0), st.floats(33.0, 34.0)
VERTICES = st.lists(st.tuples(LON, LAT), min_size=3, max_size=12)


def codes(geometry: BaseGeometry | None, kind: Kind = "any") -> list[str]:
    return [problem.code for problem in problems(geometry, kind=kind)]


@pytest.mark.parametrize("name", shapes.VALID)
def test_nothing_is_wrong_with_a_good_geometry(name: str) -> None:
    assert problems(shapes.VALID[name], kind="any") == []


@pytest.mark.parametrize(
    ("geometry", "code", "place"),
    [
        (shapes.BOWTIE, "self_intersection", shapes.BOWTIE_CROSSING),
        (shapes.SPIKE, "spike", shapes.SPIKE_TIP),
        (shapes.TOUCHING_ITSELF, "ring_self_intersection", (113.27, 33.70)),
        (shapes.THERE_AND_BACK, "too_few_points", (113.26, 33.70)),
        (shapes.HOLE_OUTSIDE, "hole_outside", (113.29, 33.70)),
        (shapes.HOLE_IN_HOLE, "nested_holes", (113.266, 33.704)),
        (shapes.NESTED_SHELLS, "nested_shells", (113.267, 33.703)),
        (shapes.REPEATED_POINTS, "repeated_points", (113.27, 33.70)),
        (shapes.NULL_ISLAND, "zero", (0.0, 0.0)),
        (shapes.POLYGON_WITH_A_FORGOTTEN_VERTEX, "zero", (0.0, 0.0)),
        (shapes.ACROSS_THE_ANTIMERIDIAN, "antimeridian", (-179.5, -17.0)),
        (shapes.SWAPPED_POINT, "suspected_swap", None),
        (shapes.SWAPPED_POLYGON, "suspected_swap", None),
        (shapes.OUT_OF_RANGE, "out_of_range", None),
        (shapes.NOT_A_NUMBER, "not_finite", None),
        (shapes.INFINITE, "not_finite", None),
        (shapes.POINT_Z, "has_z", None),
        (shapely.from_wkt("POINT M (113.27 33.7 5)"), "has_m", None),
        (None, "missing", None),
    ],
)
def test_each_cause_has_its_code_its_place_and_a_chinese_sentence(
    geometry: BaseGeometry | None, code: str, place: tuple[float, float] | None
) -> None:
    found = problems(geometry, kind="any")
    assert [problem.code for problem in found] == [code]
    assert found[0].place == (None if place is None else pytest.approx(place, abs=1e-9))
    assert any("\u4e00" <= character <= "\u9fff" for character in found[0].reason)


@pytest.mark.parametrize("name", ["point", "line", "polygon"])
def test_an_empty_geometry_is_a_problem(name: str) -> None:
    assert codes(shapes.EMPTY[name]) == ["empty"]


@pytest.mark.parametrize(
    ("geometry", "kind"),
    [
        (shapes.POLYGON, "point"),
        (shapes.TWO_POINTS, "point"),
        (shapes.POINT, "area"),
        (shapes.LINE, "area"),
        (shapes.POLYGON, "line"),
        (shapes.LINE, "point_or_area"),
        (shapes.COLLECTION, "any"),
        (shapes.EMPTY_COLLECTION, "any"),
    ],
)
def test_another_kind_than_wanted_is_a_problem(geometry: BaseGeometry, kind: Kind) -> None:
    assert codes(geometry, kind) == ["wrong_type"]


@pytest.mark.parametrize(
    ("geometry", "kind"),
    [
        (shapes.POINT, "point"),
        (shapes.POINT, "point_or_area"),
        (shapes.TWO_POLYGONS, "point_or_area"),
        (shapes.TWO_LINES, "line"),
        (shapes.TWO_POLYGONS, "area"),
    ],
)
def test_one_or_several_parts_are_of_the_wanted_kind(geometry: BaseGeometry, kind: Kind) -> None:
    assert codes(geometry, kind) == []


def test_each_faulty_part_is_named() -> None:
    two_bowties = MultiPolygon([shapes.BOWTIE, shapely.transform(shapes.BOWTIE, lambda xy: xy + 0.1)])
    assert [problem.place for problem in problems(two_bowties, kind="area")] == [
        pytest.approx((113.265, 33.705)),
        pytest.approx((113.365, 33.805)),
    ]


def test_several_causes_are_told_together() -> None:
    repeated_bowtie = Polygon(
        [(113.26, 33.70), (113.26, 33.70), (113.27, 33.71), (113.27, 33.70), (113.26, 33.71)]
    )
    assert codes(repeated_bowtie) == ["repeated_points", "self_intersection"]


def test_the_list_of_problems_ends_somewhere() -> None:
    bowties = [
        shapely.transform(shapes.BOWTIE, lambda xy, east=0.02 * i: np.add(xy, (east, 0))) for i in range(50)
    ]
    assert len(problems(MultiPolygon(bowties), kind="area")) == 20


def test_a_swap_is_mended_only_on_paper() -> None:
    assert problems(shapes.SWAPPED_POINT, kind="point")[0].hint == "经度、纬度对调后为 113.2656, 33.7075"


@pytest.mark.parametrize(
    ("place", "code", "hint"),
    [
        ((78.6, 35.8), "suspected_sign", "经度改号后为 -78.6, 35.8"),
        ((-78.6, -35.8), "suspected_sign", "纬度改号后为 -78.6, 35.8"),
        ((78.6, -35.8), "suspected_sign", "经度、纬度都改号后为 -78.6, 35.8"),
        ((35.8, -78.6), "suspected_swap", "经度、纬度对调后为 -78.6, 35.8"),
        ((35.8, 78.6), "suspected_swap", "对调后经度改号后为 -78.6, 35.8"),
    ],
)
def test_where_the_data_should_be_tells_wrong_signs(place: tuple[float, float], code: str, hint: str) -> None:
    found = problems(Point(place), kind="point", expected=NORTH_CAROLINA)
    assert [(problem.code, problem.hint) for problem in found] == [(code, hint)]


@pytest.mark.parametrize("place", [(-78.6, 35.8), (9.52, 47.14), (35.8, -78.6), (-58.4, -34.6)])
def test_places_abroad_are_not_suspected_by_themselves(place: tuple[float, float]) -> None:
    assert codes(Point(place), "point") == []


def test_a_place_outside_the_expected_bounds_is_no_problem_by_itself() -> None:
    assert problems(Point(10, 50), kind="point", expected=NORTH_CAROLINA) == []


def test_metres_are_recognised_as_metres() -> None:
    assert "平面坐标" in str(problems(shapes.OUT_OF_RANGE, kind="point")[0].hint)


def test_what_only_must_be_dropped_is_a_warning() -> None:
    for geometry, is_warning in (
        (shapes.POINT_Z, True),
        (shapes.REPEATED_POINTS, True),
        (shapes.BOWTIE, False),
    ):
        assert [problem.is_warning for problem in problems(geometry, kind="any")] == [is_warning]


def test_many_at_once_find_what_one_by_one_finds() -> None:
    every = [value for value in vars(shapes).values() if isinstance(value, BaseGeometry)] + [None]
    for kind in ("point", "line", "area", "point_or_area", "any"):
        for expected in (None, NORTH_CAROLINA, (113.0, 33.0, 114.0, 34.0)):
            alone = {row: problems(one, kind=kind, expected=expected) for row, one in enumerate(every)}
            together = all_problems(geometry_array(every), kind=kind, expected=expected)
            assert together == {row: found for row, found in alone.items() if found}


def test_no_geometries_have_no_problems() -> None:
    assert all_problems([], kind="any") == {}


def test_a_hundred_thousand_good_polygons_take_no_closer_look(monkeypatch: pytest.MonkeyPatch) -> None:
    lon, lat = np.random.default_rng(7).uniform((113.0, 33.0), (114.0, 34.0), (100_000, 2)).T
    polygons = shapely.box(lon, lat, lon + 0.001, lat + 0.001)
    polygons[77_777] = shapes.BOWTIE
    looked_at: list[BaseGeometry] = []

    def look(geometry: BaseGeometry, **wanted: object) -> list[Problem]:
        looked_at.append(geometry)
        return [Problem("", "seen")]

    monkeypatch.setattr("geodata.geometry.problems", look)
    assert list(all_problems(polygons, kind="area")) == [77_777]
    assert looked_at == [shapes.BOWTIE]


def test_problems_are_explained_in_one_sentence() -> None:
    sentence = explain([Problem("带有 M 值", "has_m", hint="请选二维"), Problem("几何为空", "empty")])
    assert sentence == "带有 M 值（请选二维）；几何为空。"
    assert explain([]) == ""


def test_a_repaired_bowtie_is_two_triangles() -> None:
    repaired = repair(shapes.BOWTIE)
    assert repaired.is_valid
    assert repaired.geom_type == "MultiPolygon"
    assert repaired.area == pytest.approx(0.01 * 0.01 / 2)


def test_neighbours_that_a_repair_leaves_apart_are_joined() -> None:
    # Found by the property test below: GEOS 3.14 answers two triangles that share an edge, which is invalid.
    drawing = Polygon([(114, 34), (113, 34), (114, 33), (113, 33), (113, 34), (114, 33)])
    assert repair(drawing).equals(box(113, 33, 114, 34))


def test_a_repaired_spike_is_gone() -> None:
    assert repair(shapes.SPIKE).equals(shapes.POLYGON)


def test_what_is_valid_is_not_touched_by_repair() -> None:
    assert repair(shapes.POLYGON_WITH_HOLE) is shapes.POLYGON_WITH_HOLE


def test_a_large_tangle_is_not_repaired() -> None:
    tangle = Polygon(np.random.default_rng(1).uniform((113, 33), (114, 34), (2_001, 2)))
    with pytest.raises(TooManyVertices, match="2000"):
        repair(tangle)


@pytest.mark.parametrize(
    "geometry", [LineString([(113, 33), (113, 33)]), shapes.THERE_AND_BACK, shapes.NOT_A_NUMBER]
)
def test_what_has_no_area_to_save_is_not_repaired(geometry: BaseGeometry) -> None:
    with pytest.raises(InvalidGeometry):
        repair(geometry)


@given(VERTICES)
def test_a_repaired_drawing_has_nothing_wrong_with_its_form(vertices: list[tuple[float, float]]) -> None:
    drawing = drop_repeated_points([Polygon(vertices)])[0]
    try:
        repaired = repair(drawing)
    except InvalidGeometry:
        return
    assert repaired.is_valid
    assert drawing.envelope.buffer(1e-9).covers(repaired)


@given(VERTICES)
def test_rounding_moves_no_vertex_further_than_half_a_step(vertices: list[tuple[float, float]]) -> None:
    line = LineString(vertices)
    rounded = round_coordinates([line])[0]
    assert np.abs(shapely.get_coordinates(rounded) - shapely.get_coordinates(line)).max() <= 5.1e-8


@given(VERTICES)
def test_rounding_twice_is_rounding_once(vertices: list[tuple[float, float]]) -> None:
    once = round_coordinates([LineString(vertices)])
    assert shapely.equals_identical(round_coordinates(once), once).all()


@given(VERTICES)
def test_what_is_found_good_after_rounding_is_good_for_geos(vertices: list[tuple[float, float]]) -> None:
    rounded = round_coordinates([Polygon(vertices)])[0]
    is_good = not [problem for problem in problems(rounded, kind="area") if not problem.is_warning]
    assert is_good == rounded.is_valid


def test_a_sliver_may_not_survive_rounding() -> None:
    sliver = Polygon([(113.1, 33.1), (113.2, 33.1), (113.15, 33.10000001)])
    assert sliver.is_valid
    assert codes(round_coordinates([sliver])[0]) == ["spike"]


def test_rounding_leaves_no_negative_zero() -> None:
    assert round_coordinates([Point(-1e-9, 5)])[0].wkt == "POINT (0 5)"


def test_rounding_keeps_the_missing_and_the_empty() -> None:
    missing, empty, flat = round_coordinates([None, shapes.EMPTY_POLYGON, shapes.POINT_Z])
    assert missing is None
    assert empty.is_empty
    assert not flat.has_z


def test_repeated_points_are_dropped_and_nothing_else() -> None:
    cleaned = drop_repeated_points([shapes.REPEATED_POINTS, shapes.POLYGON, None])
    assert shapely.get_num_coordinates(cleaned[0]) == 5
    assert cleaned[0].equals(shapes.POLYGON)
    assert cleaned[1].equals_exact(shapes.POLYGON, 0)
    assert cleaned[2] is None


def test_a_ring_of_one_repeated_point_does_not_stop_the_others() -> None:
    collapsed, good = drop_repeated_points([shapes.ONE_POINT_AS_A_RING, shapes.REPEATED_POINTS])
    assert codes(collapsed) == ["repeated_points", "too_few_points"]
    assert good.equals(shapes.POLYGON)


def test_rings_are_turned_as_rfc_7946_wants() -> None:
    turned = orient([shapes.POLYGON_CLOCKWISE, shapes.POLYGON_WITH_HOLE.reverse(), shapes.LINE])
    assert turned[0].exterior.is_ccw
    assert turned[1].exterior.is_ccw
    assert not turned[1].interiors[0].is_ccw
    assert turned[2].equals_exact(shapes.LINE, 0)


def test_two_separate_faults_of_one_outline_keep_their_places() -> None:
    outline_with_bad_hole = Polygon(box(113, 33, 114, 34).exterior, [shapes.BOWTIE.exterior])
    assert [(problem.code, problem.place) for problem in problems(outline_with_bad_hole, kind="area")] == [
        ("self_intersection", pytest.approx(shapes.BOWTIE_CROSSING))
    ]


def test_a_drawing_too_large_to_judge_is_to_be_simplified_and_nothing_else() -> None:
    # 100,000 lines across each other: GEOS would look for 36 seconds.
    x = np.tile([113.2, 113.3], 50_000)
    tangle = Polygon(np.column_stack([x, 33.6 + np.arange(100_000) / 1e6]))
    started = time.perf_counter()
    assert [problem.code for problem in problems(tangle, kind="area")] == ["too_many_vertices"]
    assert [problem.code for problem in all_problems([tangle], kind="area")[0]] == ["too_many_vertices"]
    with pytest.raises(TooManyVertices):
        repair(tangle)
    assert time.perf_counter() - started < 2
