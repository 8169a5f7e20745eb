"""How buildings share a plot: the plot is cut in two again and again, and every cell takes one building."""

import numpy as np

from geodata.arrays import Floats, Integers

MOST_BUILDINGS = 10
VARIANTS = 24
# Between fence and building, between two buildings: a share of the shorter side, within these metres.
FENCE_SHARE, FENCE_M = 0.06, (2.5, 8.0)
GAP_SHARE, GAP_M = 0.12, (1.0, 8.0)


def cells(counts: Integers, width: Floats, depth: Floats, rng: np.random.Generator) -> Floats:
    """Cut plots into cells: one row (x, y, width, depth) for each, plot after plot, the largest of a plot first.

    `counts` says how many cells each plot of `width` by `depth` metres gets, `MOST_BUILDINGS` at most.
    """
    variant = rng.integers(0, VARIANTS, len(counts))
    designs = [
        np.stack([design(count, rng) for _ in range(VARIANTS)]) for count in range(1, MOST_BUILDINGS + 1)
    ]
    cut = np.empty((int(counts.sum()), 4))
    first = np.cumsum(counts) - counts
    for count in np.unique(counts):
        plots = np.flatnonzero(counts == count)
        rows = first[plots][:, None] + np.arange(count)
        cut[rows] = designs[count - 1][variant[plots]]
    fence = np.clip(np.minimum(width, depth) * FENCE_SHARE, *FENCE_M)
    inner = np.stack([width - 2 * fence, depth - 2 * fence] * 2, axis=1)
    offset = np.stack([fence, fence, 0 * fence, 0 * fence], axis=1)
    return np.asarray(cut * np.repeat(inner, counts, axis=0) + np.repeat(offset, counts, axis=0))


def design(count: int, rng: np.random.Generator) -> Floats:
    """Cut the unit square into `count` cells (x, y, width, depth), always the largest across its longer side.

    >>> design(4, np.random.default_rng(1))[:, 2:].prod(axis=1).sum().round(9)
    np.float64(1.0)
    """
    pieces = [(0.0, 0.0, 1.0, 1.0)]
    while len(pieces) < count:
        pieces.sort(key=lambda piece: piece[2] * piece[3])
        x, y, width, depth = pieces.pop()
        share = rng.uniform(0.36, 0.64)
        if width >= depth:
            pieces += [(x, y, width * share, depth), (x + width * share, y, width * (1 - share), depth)]
        else:
            pieces += [(x, y, width, depth * share), (x, y + depth * share, width, depth * (1 - share))]
    return np.array(sorted(pieces, key=lambda piece: -piece[2] * piece[3]))


def footprints(cell: Floats, wanted: Floats, rng: np.random.Generator) -> Floats:
    """Place a building of the `wanted` (long, short) size in each cell, turned to fit: (x, y, width, depth)."""
    x, y, width, depth = cell.T
    gap = np.clip(np.minimum(width, depth) * GAP_SHARE, *GAP_M)
    long, short = (wanted * rng.uniform(0.85, 1.2, (len(cell), 1))).T
    is_across = width >= depth
    built_width = np.minimum(width - gap, np.where(is_across, long, short))
    built_depth = np.minimum(depth - gap, np.where(is_across, short, long))
    # Against one side of the cell or in its middle, so that buildings line up.
    side_x, side_y = rng.choice([0.0, 0.0, 0.5, 1.0], (2, len(cell)))
    left = x + gap / 2 + (width - gap - built_width) * side_x
    front = y + gap / 2 + (depth - gap - built_depth) * side_y
    return np.stack([left, front, built_width, built_depth], axis=1)
