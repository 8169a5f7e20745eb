"""A street net that looks grown: a grid bent by a conformal map, so that streets curve and still meet at right angles.

Grid lines have a rank: two trunk roads through the crossing, primary roads, secondary roads between them, tertiary
streets between those. Trunk and primary roads run through the whole district, lesser ones only where it is built up.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from backend.demo import district
from backend.demo.landscape import Landscape
from backend.demo.plane import points_in_metres
from geodata.arrays import Booleans, Floats, Integers

TRUNK, PRIMARY, SECONDARY, TERTIARY, NO_STREET = range(5)
HALF_WIDTH_M = np.array([22.0, 16.0, 11.0, 7.0, 2.0])
# Built-up enough (see `Landscape.urbanity`) for a street of that rank to be there.
URBANITY_NEEDED = np.array([0.0, 0.0, 0.16, 0.42, 9.0])

# Between primary roads, north-south lines first; how many lie on each side of the crossing of the trunk roads.
SUFFIXES = ("快速路", "大道", "路", "街")
SPACING_M = (1600.0, 1280.0)
COUNT = (14, 8)
ROTATION = -0.07
BEND = (1.0e-6 + 3.0e-6j, -1.2e-10 + 0.8e-10j)


@dataclass(frozen=True)
class Streets:
    """A grid of crossings and the rank of the street along each of its edges.

    `nodes[i, j]` is the crossing (x, y) of the i-th north-south and the j-th east-west line; `northward[i, j]` ranks
    the edge from (i, j) to (i, j + 1), `eastward[i, j]` the one to (i + 1, j), `NO_STREET` where there is only a
    field path. `ranks` are those of the whole lines, north-south ones first.
    """

    nodes: Floats
    northward: Integers
    eastward: Integers
    ranks: tuple[Integers, Integers]


def lay_streets(
    ground: Landscape, rng: np.random.Generator, *, subdivisions: tuple[int, int], growth: float
) -> Streets:
    """Lay the grid, each block between primary roads divided into `subdivisions`, and decide which edges are streets.

    `growth` is added to the urbanity of every place: 0 for the district as it may be, 1 to build on every field.
    """
    shifts = [
        rng.normal(0, 0.09, 2 * count + 1) * spacing for count, spacing in zip(COUNT, SPACING_M, strict=True)
    ]
    (u, across), (v, along) = (
        grid_lines(SPACING_M[axis], shifts[axis], subdivisions[axis]) for axis in (0, 1)
    )
    nodes = bent(u[:, None], v[None, :])
    northward = np.broadcast_to(across[:, None], (len(u), len(v) - 1))
    eastward = np.broadcast_to(along[None, :], (len(u) - 1, len(v)))
    return Streets(
        nodes,
        kept(northward, nodes[:, :-1], nodes[:, 1:], ground, growth),
        kept(eastward, nodes[:-1], nodes[1:], ground, growth),
        (across, along),
    )


def grid_lines(spacing_m: float, shifts_m: Floats, subdivisions: int) -> tuple[Floats, Integers]:
    """Place the lines of one direction, metres from the crossing, and rank them."""
    count = len(shifts_m) // 2
    main = np.arange(-count, count + 1) * spacing_m + np.where(np.arange(-count, count + 1) == 0, 0, shifts_m)
    steps = np.arange(subdivisions) / subdivisions
    positions = np.append(main[:-1, None] + np.diff(main)[:, None] * steps, main[-1])
    within = np.append(np.tile(np.arange(subdivisions), 2 * count), 0)
    ranks = np.where(within == 0, PRIMARY, np.where(within * 2 == subdivisions, SECONDARY, TERTIARY))
    ranks[count * subdivisions] = TRUNK
    return positions, ranks


def bent(u: Floats, v: Floats) -> Floats:
    """Bend grid positions (metres from the crossing) into the plane: a conformal polynomial keeps right angles."""
    w = u + 1j * v
    z = np.exp(1j * ROTATION) * (w + BEND[0] * w**2 + BEND[1] * w**3)
    origin = points_in_metres([district.sketch()["crossing"]])[0]
    return np.asarray(np.stack([z.real, z.imag], axis=-1) + origin)


def kept(ranks: Integers, start: Floats, end: Floats, ground: Landscape, growth: float) -> Integers:
    """Leave the edges that are streets: on dry land, where it is built up, tertiary ones not over water or rail."""
    middle = (start + end) / 2
    urbanity = ground.urbanity(middle.reshape(-1, 2)).reshape(ranks.shape) + growth
    is_dry = contains(ground.dry, start) & contains(ground.dry, end)
    edges = shapely.linestrings(np.stack([start, end], axis=-2).reshape(-1, 2, 2)).reshape(ranks.shape)
    is_cut = shapely.intersects(edges, shapely.union_all([line["centreline"] for line in ground.lines]))
    is_street = is_dry & (urbanity >= URBANITY_NEEDED[ranks]) & ~(is_cut & (ranks >= TERTIARY))
    return np.where(is_street, ranks, NO_STREET)


def contains(area: BaseGeometry, xy: Floats) -> Booleans:
    """Tell which places (last axis x, y) lie in the area."""
    shapely.prepare(area)
    inside: Booleans = shapely.contains_xy(area, xy[..., 0], xy[..., 1])
    return inside


def street_names(streets: Streets, axis: int) -> dict[int, str]:
    """Name the north-south (axis 0) or east-west (axis 1) lines that have a street on them, by grid index.

    No name can be taken for a real street's: 演示经1大道, 演示纬3街, 演示南北快速路.
    """
    names: dict[int, str] = {}
    counts = [0] * NO_STREET
    edges = streets.northward if axis == 0 else streets.eastward.T
    for index in np.flatnonzero((edges != NO_STREET).any(axis=1)):
        rank = int(streets.ranks[axis][index])
        counts[rank] += 1
        direction = ("南北", "东西")[axis] if rank == TRUNK else f"{('经', '纬')[axis]}{counts[rank]}"
        names[int(index)] = f"演示{direction}{SUFFIXES[rank]}"
    return names
