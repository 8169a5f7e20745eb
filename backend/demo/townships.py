"""A township map for want of an open one: the real outline, cut into ten areas around plausible centres.

The borders are invented (示意), only the names and the outline are real. They follow the edges of small parcels, as
borders between villages do, and fit without gap or overlap: neighbours share every vertex, and a border meets the
outline in a point that lies on it exactly.
"""

from itertools import combinations

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from backend.demo.drawing import roughened
from backend.demo.plane import in_degrees, in_metres, points_in_metres
from geodata.arrays import Floats, Geometries

# Not the seed of the enterprises: the same township map underlies every demonstration.
SEED = 410411
PARCEL_M = 650.0
# The outline has six decimals: tenths of its edges are representable at seven, so they lie on the edge exactly.
OUTLINE_STEPS = 10
# Degrees (2 m): an edge straight in the plane bulges by decimetres in degrees.
ON_OUTLINE = 2e-5

Centre = tuple[str, tuple[float, float], float]
"""Code of the township, (lon, lat) and how far the centre reaches, relative to its neighbours."""


def township_polygons(outline: Polygon, centres: list[Centre]) -> dict[str, Polygon]:
    """Cut an outline (lon/lat with at most six decimals) into one polygon for each township code."""
    rng = np.random.default_rng(SEED)
    plane = in_metres([outline])[0]
    rough = rough_townships(plane, centres, rng)
    arcs = [
        LineString(roughened(xy, rng)) for xy in map(shapely.get_coordinates, inner_borders(plane, rough))
    ]
    faces = tiled(outline, in_degrees(arcs))
    return named(faces, {code: in_degrees([area])[0] for code, area in rough.items()})


def rough_townships(
    plane: Polygon, centres: list[Centre], rng: np.random.Generator
) -> dict[str, BaseGeometry]:
    """Give every parcel to the centre that reaches it best (distance over reach): dissolved, not yet clipped."""
    seeds = parcel_seeds(plane, rng)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), ordered=True))
    places = points_in_metres([place for _, place, _ in centres])
    reach = np.array([reach for _, _, reach in centres])
    best = np.argmin(np.hypot(*(seeds[:, None, :] - places[None, :, :]).T).T / reach, axis=1)
    owner = np.array([code for code, _, _ in centres])[best]
    return {code: shapely.coverage_union_all(cells[owner == code]) for code in sorted(set(owner))}


def parcel_seeds(plane: Polygon, rng: np.random.Generator) -> Floats:
    """Scatter parcel centres: a lattice of `PARCEL_M`, shaken, reaching beyond the outline."""
    xmin, ymin, xmax, ymax = shapely.buffer(plane, 3 * PARCEL_M).bounds
    x, y = np.meshgrid(np.arange(xmin, xmax, PARCEL_M), np.arange(ymin, ymax, PARCEL_M))
    lattice = np.column_stack([x.ravel(), y.ravel()])
    return np.asarray(lattice + rng.uniform(-0.45, 0.45, lattice.shape) * PARCEL_M)


def inner_borders(plane: Polygon, rough: dict[str, BaseGeometry]) -> list[LineString]:
    """List the lines between two townships, clipped at the outline."""
    lines: list[LineString] = []
    for one, other in combinations(rough.values(), 2):
        shared = line_parts(shapely.intersection(shapely.boundary(one), shapely.boundary(other)))
        merged = shapely.line_merge(MultiLineString(shared))
        lines += line_parts(shapely.intersection(merged, plane))
    return lines


def line_parts(geometry: BaseGeometry) -> list[LineString]:
    """Take the lines out of what an intersection gave; touching points are left."""
    return [part for part in shapely.get_parts(geometry) if part.length > 0]


def tiled(outline: Polygon, arcs: Geometries) -> Geometries:
    """Faces between the outline and the arcs, whose loose ends are moved onto points of the outline."""
    ring = shapely.get_coordinates(outline.exterior)
    steps = np.linspace(0, 1, OUTLINE_STEPS, endpoint=False)[None, :, None]
    fine = (ring[:-1, None, :] + np.diff(ring, axis=0)[:, None, :] * steps).round(7).reshape(-1, 2)
    used = np.zeros(len(fine), dtype=bool)
    used[::OUTLINE_STEPS] = True
    lines = []
    for arc in arcs:
        xy = shapely.get_coordinates(arc)
        for end in (0, -1):
            nearest = int(np.argmin(np.hypot(*(fine - xy[end]).T)))
            # A loose end lies on the outline; the others are meeting points of three townships.
            if shapely.distance(outline.exterior, shapely.Point(xy[end])) < ON_OUTLINE:
                xy[end], used[nearest] = fine[nearest], True
        lines.append(LineString(xy))
    corners = fine[used]
    edges = shapely.linestrings(np.stack([corners, np.roll(corners, -1, axis=0)], axis=1))
    faces: Geometries = shapely.get_parts(shapely.polygonize([*lines, *edges]))
    return faces


def named(faces: Geometries, rough: dict[str, BaseGeometry]) -> dict[str, Polygon]:
    """Call each face by the rough township that covers most of it."""
    codes = list(rough)
    shared = np.array(
        [[shapely.area(shapely.intersection(face, rough[code])) for code in codes] for face in faces]
    )
    return {
        codes[row.argmax()]: shapely.orient_polygons(face) for face, row in zip(faces, shared, strict=True)
    }
