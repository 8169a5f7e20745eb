"""Domino groups: against a search of one's own, and what a distance does to them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from geodata import groups
from geodata.errors import UnusableDistance
from geodata.groups import groups_within, joined
from geodata.measure import distance_m

EDGES = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40)


def walked(count: int, edges: list[tuple[int, int]]) -> list[int]:
    """Find components by walking from each place to its neighbours."""
    labels = [-1] * count
    for begin in range(count):
        waiting = [begin] if labels[begin] < 0 else []
        while waiting:
            here = waiting.pop()
            if labels[here] < 0:
                labels[here] = begin
                waiting += [b if a == here else a for a, b in edges if here in (a, b)]
    return labels


@given(EDGES)
def test_components_are_those_that_walking_finds(edges: list[tuple[int, int]]) -> None:
    one, other = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    assert joined(np.arange(20), one, other).tolist() == walked(20, edges)
    half = len(edges) // 2
    begun = joined(np.arange(20), one[:half], other[:half])
    assert joined(begun, one[half:], other[half:]).tolist() == walked(20, edges)


def test_a_chain_of_a_thousand_is_one_group() -> None:
    order = np.random.default_rng(7).permutation(1000)
    assert set(joined(np.arange(1000), order[:-1], order[1:])) == {0}


def test_groups_are_those_of_all_distances_between_all_places(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    west, south = 113.2 + rng.random(60) * 0.05, 33.6 + rng.random(60) * 0.05
    blocks = [box(x, y, x + 0.0005, y + 0.0005) for x, y in zip(west, south, strict=True)]
    frame = gpd.GeoDataFrame(geometry=blocks, crs=4490)
    places = frame.geometry.to_numpy()
    edges = [(a, b) for a in range(60) for b in range(a) if distance_m(places[a], places[b]) <= 300]
    expected = walked(60, edges)
    monkeypatch.setattr(groups, "PLACES_AT_ONCE", 7)
    found = groups_within(frame, 300)
    assert 5 < found.nunique() < 60
    assert found.tolist() == pd.factorize(np.array(expected))[0].tolist()


@given(st.floats(50, 2_000), st.floats(50, 2_000))
def test_a_longer_distance_never_parts_a_group(one: float, other: float) -> None:
    rng = np.random.default_rng(11)
    points = [Point(113.2 + x * 0.05, 33.6 + y * 0.05) for x, y in rng.random((30, 2))]
    frame = gpd.GeoDataFrame(geometry=points, crs=4490)
    near, far = (groups_within(frame, distance) for distance in sorted((one, other)))
    assert far.groupby(near).nunique().max() == 1


def test_a_distance_of_nothing_is_refused() -> None:
    with pytest.raises(UnusableDistance):
        groups_within(gpd.GeoDataFrame(geometry=[Point(113, 33)], crs=4490), 0)
