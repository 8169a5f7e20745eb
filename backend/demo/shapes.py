"""Ground plans of buildings: rectangles, L and U wings, round tanks; all of one kind at once."""

import numpy as np
import shapely

from backend.demo.plots import Plots
from geodata.arrays import Floats, Geometries, Integers

RECTANGLE, L_WING, U_WING, TANKS = range(4)
# A wing needs room; smaller buildings stay rectangles.
WING_FROM_M = 17.0
TANK_PITCH_M = (4.0, 15.0)
TANK_CORNERS = 24


def ground_plans(plots: Plots, footprint: Floats, shape: Integers, rng: np.random.Generator) -> Geometries:
    """Draw one building for each entry: `footprint` (x, y, width, depth) on the plot, `shape` one of ours; metres."""
    plans = np.full(len(shape), None, dtype=object)
    for kind, draw in ((RECTANGLE, rectangles), (L_WING, l_wings), (U_WING, u_wings), (TANKS, tanks)):
        rows = np.flatnonzero(shape == kind)
        if len(rows):
            plans[rows] = draw(plots.at(rows), footprint[rows], rng)
    return plans


def rectangles(plots: Plots, footprint: Floats, rng: np.random.Generator) -> Geometries:
    """Draw plain buildings."""
    corners = np.broadcast_to([[0.0, 0], [1, 0], [1, 1], [0, 1]], (len(footprint), 4, 2))
    return polygons(plots, footprint, corners)


def l_wings(plots: Plots, footprint: Floats, rng: np.random.Generator) -> Geometries:
    """Draw two wings at a right angle, turned and mirrored at will."""
    a, b = rng.uniform(0.35, 0.55, (2, len(footprint)))
    zero, one = np.zeros(len(footprint)), np.ones(len(footprint))
    corners = [(zero, zero), (one, zero), (one, a), (b, a), (b, one), (zero, one)]
    return polygons(plots, footprint, mirrored(np.array(corners).transpose(2, 0, 1), rng))


def u_wings(plots: Plots, footprint: Floats, rng: np.random.Generator) -> Geometries:
    """Draw a main wing and two side wings around a yard."""
    a, b = rng.uniform(0.22, 0.32, len(footprint)), rng.uniform(0.28, 0.42, len(footprint))
    zero, one = np.zeros(len(footprint)), np.ones(len(footprint))
    corners = [(zero, zero), (one, zero), (one, one), (1 - a, one), (1 - a, b), (a, b), (a, one), (zero, one)]
    return polygons(plots, footprint, mirrored(np.array(corners).transpose(2, 0, 1), rng))


def mirrored(corners: Floats, rng: np.random.Generator) -> Floats:
    """Mirror ground plans in the unit square left to right and front to back, each by the toss of a coin."""
    flip = rng.random((len(corners), 1, 2)) < 0.5
    return np.where(flip, 1 - corners, corners)


def polygons(plots: Plots, footprint: Floats, corners: Floats) -> Geometries:
    """Stretch corners in the unit square onto the footprints."""
    x, y, width, depth = (column[:, None] for column in footprint.T)
    placed = plots.placed(x + corners[..., 0] * width, y + corners[..., 1] * depth)
    plans: Geometries = shapely.orient_polygons(shapely.polygons(placed))
    return plans


def tanks(plots: Plots, footprint: Floats, rng: np.random.Generator) -> Geometries:
    """Draw a group of up to six round tanks in each footprint, as one multipolygon."""
    pitch = np.clip(np.minimum(footprint[:, 2], footprint[:, 3]) / 2, *TANK_PITCH_M)
    columns = np.clip(footprint[:, 2] // pitch, 1, 3).astype(int)
    lines = np.clip(footprint[:, 3] // pitch, 1, 2).astype(int)
    count = columns * lines
    owner = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    step = np.minimum(footprint[:, 2:] / np.stack([columns, lines], axis=1), pitch[:, None] * 1.3)[owner]
    x = footprint[owner, 0] + (within % columns[owner] + 0.5) * step[:, 0]
    y = footprint[owner, 1] + (within // columns[owner] + 0.5) * step[:, 1]
    radius = np.minimum(step.min(axis=1), pitch[owner]) * 0.42
    angle = np.linspace(0, 2 * np.pi, TANK_CORNERS, endpoint=False)
    ring = plots.at(owner).placed(
        x[:, None] + radius[:, None] * np.cos(angle), y[:, None] + radius[:, None] * np.sin(angle)
    )
    groups: Geometries = shapely.multipolygons(shapely.polygons(ring), indices=owner)
    return groups
