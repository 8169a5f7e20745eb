"""How a line sketched with few points comes to look natural: corners rounded, long edges broken. Metres in and out."""

import numpy as np

from geodata.arrays import Floats

# Edges shorter than this stay straight.
SHORT_M = 60.0


def roughened(xy: Floats, rng: np.random.Generator, *, times: int = 3) -> Floats:
    """Break long edges by midpoints shifted sideways, again and again; the given points stay."""
    for _ in range(times):
        edge = np.diff(xy, axis=0)
        shift = np.clip(rng.normal(0, 0.09, len(edge)), -0.16, 0.16) * (np.hypot(*edge.T) > SHORT_M)
        middle = xy[:-1] + edge / 2 + np.column_stack([-edge[:, 1], edge[:, 0]]) * shift[:, None]
        xy = np.insert(xy, np.arange(1, len(xy)), middle, axis=0)
    return xy


def rounded_line(xy: Floats) -> Floats:
    """Round the corners of an open line; its ends stay."""
    for _ in range(3):
        xy = np.vstack([xy[:1], corners_cut(xy), xy[-1:]])
    return xy


def rounded_ring(xy: Floats) -> Floats:
    """Round the corners of a ring whose first point is given once; the answer is open, too."""
    for _ in range(2):
        xy = corners_cut(np.vstack([xy, xy[:1]]))
    return xy


def corners_cut(xy: Floats) -> Floats:
    """Replace every edge by its middle half (Chaikin).

    >>> corners_cut(np.array([[0.0, 0.0], [4.0, 0.0]])).tolist()
    [[1.0, 0.0], [3.0, 0.0]]
    """
    quarter, three_quarters = xy[:-1] * 0.75 + xy[1:] * 0.25, xy[:-1] * 0.25 + xy[1:] * 0.75
    return np.stack([quarter, three_quarters], axis=1).reshape(-1, 2)
