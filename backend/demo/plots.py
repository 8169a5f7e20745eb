"""Plots along the streets: every block of the grid is divided into two rows, every row into plots.

A plot is a rectangle told by its front-left corner, the direction along its front, its width and its depth, so that
thousands are cut, filtered and built on as arrays. Plots of one block cannot overlap, nor can blocks.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from backend.demo import district
from backend.demo.landscape import Landscape
from backend.demo.parks import Park
from backend.demo.plane import in_metres
from backend.demo.streets import HALF_WIDTH_M, Streets
from geodata.arrays import Booleans, Floats, Geometries, Integers

# From the kerb to the fence, and between two fences.
SETBACK_M = 5.0
GAP_M = 3.0
SMALLEST_M = 10.0


@dataclass(frozen=True)
class Plots:
    """Rectangles in metres (EPSG:4547); every array has one entry for each plot.

    `corner` is the front-left corner seen from the street, `along` the unit vector of the front (the plot lies to its
    left), `rank` the street's, `line` its axis (0 north-south) and grid index, `park` the park's position or -1.
    """

    corner: Floats
    along: Floats
    width: Floats
    depth: Floats
    rank: Integers
    line: Integers
    township: Integers
    park: Integers
    urbanity: Floats

    def __len__(self) -> int:
        return len(self.width)

    def at(self, which: Integers | Booleans) -> "Plots":
        """Take some of the plots, in the order of `which`."""
        return Plots(**{name: values[which] for name, values in vars(self).items()})

    def placed(self, x: Floats, y: Floats) -> Floats:
        """Bring places inside the plots (x along the front, y away from the street) into the plane.

        `x` and `y` have one row for each plot; the answer has (x, y) as a further, last axis.
        """
        extra = (1,) * (x.ndim - 1)
        corner = self.corner.reshape(-1, *extra, 2)
        along = self.along.reshape(-1, *extra, 2)
        inward = np.stack([-along[..., 1], along[..., 0]], axis=-1)
        return np.asarray(corner + x[..., None] * along + y[..., None] * inward)

    def polygons(self) -> Geometries:
        """Outline every plot."""
        zero = np.zeros(len(self))
        x = np.stack([zero, self.width, self.width, zero], axis=1)
        y = np.stack([zero, zero, self.depth, self.depth], axis=1)
        outlines: Geometries = shapely.polygons(self.placed(x, y))
        return outlines

    def centres(self) -> Floats:
        """Return the middle of every plot, one row (x, y) each."""
        return self.placed(self.width / 2, self.depth / 2)


def cut_plots(
    ground: Landscape, streets: Streets, parks: list[Park], rng: np.random.Generator, *, front_m: float
) -> Plots:
    """Cut all blocks into plots with a front of about `front_m`, and leave those on land and in one township."""
    rows = block_rows(streets, rng)
    count = np.round(rows.width.clip(0) / (front_m * rng.uniform(0.75, 1.3, len(rows)))).clip(1).astype(int)
    most = int(count.max())
    share = rng.uniform(0.65, 1.35, (len(rows), most)) * (np.arange(most) < count[:, None])
    share /= share.sum(axis=1, keepdims=True)
    start = (np.cumsum(share, axis=1) - share) * rows.width[:, None]
    row, position = np.nonzero(share)
    plots = rows.at(row)
    corner = plots.placed(start[row, position] + GAP_M / 2, np.zeros(len(row)))
    width = share[row, position] * plots.width - GAP_M
    plots = replace(plots, corner=corner, width=width)
    return situated(plots.at((plots.width > SMALLEST_M) & (plots.depth > SMALLEST_M)), ground, parks)


def block_rows(streets: Streets, rng: np.random.Generator) -> Plots:
    """Cut every block into two rows, back to back, that front its two more important streets."""
    nodes, north, east = streets.nodes, streets.northward, streets.eastward
    corners = [nodes[:-1, :-1], nodes[1:, :-1], nodes[1:, 1:], nodes[:-1, 1:]]
    corners = [corner.reshape(-1, 2) for corner in corners]
    i, j = (index.ravel() for index in np.indices((nodes.shape[0] - 1, nodes.shape[1] - 1)))
    ranks = [east[i, j], north[i + 1, j], east[i, j + 1], north[i, j]]
    sides = ((i * 0 + 1, j), (i * 0, i + 1), (i * 0 + 1, j + 1), (i * 0, i))
    lines = [np.stack(side, axis=1) for side in sides]
    # Turn a block by a quarter where the streets west and east of it matter more.
    chance = rng.uniform(-0.5, 0.5, len(i))
    is_turned = np.minimum(ranks[1], ranks[3]) + chance < np.minimum(ranks[0], ranks[2])
    corners, ranks, lines = (
        [np.where(is_turned.reshape(-1, *(1,) * (own.ndim - 1)), following, own) for own, following in pairs]
        for pairs in (zip(side, [*side[1:], side[0]], strict=True) for side in (corners, ranks, lines))
    )
    return two_rows(corners, ranks, lines, rng.uniform(0.42, 0.58, len(i)))


def two_rows(corners: list[Floats], ranks: list[Integers], lines: list[Integers], split: Floats) -> Plots:
    """Lay an upright rectangle into each block (corners counter-clockwise from its front left) and split it."""
    centre = sum(corners) / 4
    front = corners[1] - corners[0] + corners[2] - corners[3]
    along = front / np.hypot(*front.T)[:, None]
    inward = np.stack([-along[:, 1], along[:, 0]], axis=1)
    x = [((corner - centre) * along).sum(axis=1) for corner in corners]
    y = [((corner - centre) * inward).sum(axis=1) for corner in corners]
    inset = [HALF_WIDTH_M[rank] + SETBACK_M for rank in ranks]
    bottom, top = np.maximum(y[0], y[1]) + inset[0], np.minimum(y[2], y[3]) - inset[2]
    right, left = np.minimum(x[1], x[2]) - inset[1], np.maximum(x[0], x[3]) + inset[3]
    depth = top - bottom - GAP_M
    nearer = centre + left[:, None] * along + bottom[:, None] * inward
    farther = centre + right[:, None] * along + top[:, None] * inward
    unknown = np.full(2 * len(split), -1)
    return Plots(
        corner=np.concatenate([nearer, farther]),
        along=np.concatenate([along, -along]),
        width=np.tile(right - left, 2),
        depth=np.concatenate([depth * split, depth * (1 - split)]),
        rank=np.concatenate([ranks[0], ranks[2]]),
        line=np.concatenate([lines[0], lines[2]]),
        township=unknown,
        park=unknown,
        urbanity=np.zeros(2 * len(split)),
    )


def situated(plots: Plots, ground: Landscape, parks: list[Park]) -> Plots:
    """Leave the plots that lie on land, in one township and not across a park's fence; say where each is."""
    shapely.prepare(ground.land)
    shapely.prepare(ground.shore_road)
    outlines = plots.polygons()
    is_land = shapely.contains_properly(ground.land, outlines)
    is_land &= ~shapely.dwithin(ground.shore_road, outlines, 15)
    plots, outlines = plots.at(is_land), outlines[is_land]
    township = covering(in_metres(list(district.townships().values())), outlines)
    boundaries = np.array([park.boundary for park in parks])
    park = covering(boundaries, outlines)
    fences = shapely.union_all(shapely.boundary(boundaries))
    shapely.prepare(fences)
    is_whole = (township >= 0) & ~shapely.intersects(fences, outlines)
    urbanity = ground.urbanity(plots.centres())
    return replace(plots, township=township, park=park, urbanity=urbanity).at(is_whole)


def covering(areas: Geometries, outlines: Geometries) -> Integers:
    """Return the position of the area that contains each outline, -1 where none does."""
    owner = np.full(len(outlines), -1)
    area, outline = shapely.STRtree(outlines).query(areas, predicate="contains")
    owner[outline] = area
    return owner
