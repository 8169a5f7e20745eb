"""Sections of a corridor: as long as is said on the ground, and together the whole line."""

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, MultiLineString

from geodata.errors import UnusableDistance
from geodata.sections import sections

GEOD = Geod(ellps="GRS80")
BENDS = st.lists(
    st.tuples(st.floats(113.0, 113.4), st.floats(33.5, 33.9)), min_size=2, max_size=12, unique=True
)


def frame(*lines: LineString | MultiLineString) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(lines), index=[f"路{n}" for n in range(len(lines))], crs=4490)


@given(BENDS, st.floats(50, 5_000))
def test_every_section_is_as_long_as_is_said_and_all_together_are_the_line(
    bends: list[tuple[float, float]], length: float
) -> None:
    line = LineString(bends)
    cut = sections(frame(line), length)
    lengths = [GEOD.geometry_length(piece) for piece in cut.geometry]
    assert lengths == pytest.approx((cut.to_m - cut.from_m).tolist(), abs=1e-6)
    assert cut.to_m.iloc[-1] == pytest.approx(GEOD.geometry_length(line), rel=1e-9)
    assert all(
        end - begin == pytest.approx(length)
        for begin, end in zip(cut.from_m[:-1], cut.to_m[:-1], strict=True)
    )
    assert cut.number.tolist() == list(range(1, len(cut) + 1))


def test_a_section_begins_where_the_last_one_ends() -> None:
    cut = sections(frame(LineString([(113.27, 33.70), (113.28, 33.71), (113.30, 33.70)])))
    for before, after in zip(cut.geometry[:-1], cut.geometry[1:], strict=True):
        assert before.coords[-1] == after.coords[0]


def test_parts_that_meet_are_one_line_and_others_are_counted_on() -> None:
    meeting = MultiLineString([[(113.27, 33.7), (113.28, 33.7)], [(113.28, 33.7), (113.29, 33.7)]])
    apart = MultiLineString([[(113.27, 33.7), (113.28, 33.7)], [(113.29, 33.7), (113.30, 33.7)]])
    one, two = sections(frame(meeting), 5_000), sections(frame(apart), 5_000)
    assert len(one) == 1
    assert two.from_m.tolist() == [0, pytest.approx(two.to_m.iloc[0])]


def test_sections_know_whose_they_are() -> None:
    cut = sections(frame(LineString([(113, 33), (113.02, 33)]), LineString([(114, 33), (114.005, 33)])))
    assert cut.groupby("line").number.max().to_dict() == {"路0": 2, "路1": 1}


@pytest.mark.parametrize("length", [0, -1, 49, 50_001, float("nan")])
def test_a_length_that_is_none_is_refused(length: float) -> None:
    with pytest.raises(UnusableDistance):
        sections(frame(LineString([(113, 33), (114, 33)])), length)
