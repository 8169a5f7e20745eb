"""Groups of places that stand within a distance of each other, one reaching the next (连通分量): domino groups.

A fire or an explosion may carry from one to the next where the gaps are short; how short is a question for an expert
(GB 50016, GB 50160 give fire distances by kind of plant). Here it is a distance that somebody gives.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.arrays import Integers
from geodata.proximity import Prepared, find_pairs, prepare

PLACES_AT_ONCE = 500


def groups_within(places: gpd.GeoDataFrame | Prepared, distance_m: float) -> pd.Series[int]:
    """Number the groups of places of which each has another of its group within a distance, edge to edge.

    Parameters
    ----------
    places : in EPSG:4490 or 4326, or what `prepare` made of them.
    distance_m : metres on the ground, above 0 and up to 50 km.

    Returns
    -------
    For each usable place the number of its group, from 0 in the order in which they begin; a place by itself is a
    group of one.

    Examples
    --------
    >>> from shapely import Point
    >>> chain = gpd.GeoDataFrame(geometry=[Point(113.27 + 0.001 * n, 33.7) for n in (0, 1, 2, 9)], crs=4490)
    >>> groups_within(chain, 100).tolist()
    [0, 0, 0, 1]
    """
    ready = places if isinstance(places, Prepared) else prepare(places)
    labels = np.arange(len(ready))
    # A batch at a time: of many places near each other, all pairs at once would not fit into memory.
    for begin in range(0, len(ready), PLACES_AT_ONCE):
        batch = np.arange(begin, min(begin + PLACES_AT_ONCE, len(ready)))
        found = find_pairs(ready.take(batch), ready, distance_m)
        labels = joined(labels, batch[found.site], found.target)
    _, numbers = np.unique(labels, return_inverse=True)
    return pd.Series(numbers, index=ready.frame.index, dtype="int64")


def joined(labels: Integers, one: Integers, other: Integers) -> Integers:
    """Join the components of a graph along more edges; each is labelled by the smallest of its members.

    Each round gives both ends of every edge the smaller label and follows labels to their own: the number of rounds
    grows with the logarithm of the longest chain.

    Parameters
    ----------
    labels : of each place, (n,); `np.arange(n)` where nothing is joined yet.
    one, other : the ends of the edges, (m,).

    >>> joined(np.arange(5), np.array([3, 1]), np.array([1, 2])).tolist()
    [0, 1, 1, 1, 4]
    """
    while True:
        smaller = np.minimum(labels[one], labels[other])
        moved = labels.copy()
        # The label itself moves, and so all that have it.
        np.minimum.at(moved, labels[one], smaller)
        np.minimum.at(moved, labels[other], smaller)
        moved = moved[moved]
        if np.array_equal(moved, labels):
            return labels
        labels = moved
