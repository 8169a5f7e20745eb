"""Why GEOS calls a geometry invalid, piece by piece and in our words."""

from __future__ import annotations

import re

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.problems import Problem, pair

# GEOS's own words for what breaks the rules of OGC simple features, in ours.
_GEOS_REASONS = {
    "Self-intersection": ("self_intersection", "边界自相交"),
    "Ring Self-intersection": ("ring_self_intersection", "边界在一点上与自身相接"),
    "Hole lies outside shell": ("hole_outside", "洞在外环之外"),
    "Holes are nested": ("nested_holes", "洞中有洞"),
    "Nested shells": ("nested_shells", "一个部分套在另一个部分之内"),
    "Interior is disconnected": ("disconnected_interior", "内部被洞隔断"),
    "Duplicate Rings": ("duplicate_rings", "环重复"),
    "Too few points in geometry component": ("too_few_points", "顶点太少，围不成形状"),
    "Ring is not closed": ("unclosed", "环没有闭合"),
    "Invalid Coordinate": ("not_finite", "坐标不是有限的数"),
}
_GEOS_TEXT = re.compile(r"([^\[]+)\[(\S+) (\S+)\]")


def validity_problems(geometry: BaseGeometry) -> list[Problem]:
    """Explain why GEOS calls a geometry invalid: ring by ring, then polygon by polygon, then the whole.

    GEOS stops at its first objection; asked piece by piece, it tells one for each faulty piece.
    """
    if geometry.is_valid:
        return []
    for pieces in (_rings_alone(geometry), shapely.get_parts(geometry), [geometry]):
        found = [_validity_problem(piece) for piece in pieces if not piece.is_valid]
        if found:
            return found
    raise AssertionError("an invalid geometry is itself one of the pieces")


def _rings_alone(geometry: BaseGeometry) -> list[BaseGeometry]:
    return [shapely.Polygon(ring) for ring in shapely.get_rings(shapely.get_parts(geometry))]


def _validity_problem(piece: BaseGeometry) -> Problem:
    reason = shapely.is_valid_reason(piece)
    match = _GEOS_TEXT.fullmatch(reason)
    if match is None:
        return Problem(f"几何无效：{reason}", "invalid")
    place = (float(match.group(2)), float(match.group(3)))
    code, words = _GEOS_REASONS.get(match.group(1), ("invalid", f"几何无效（{match.group(1)}）"))
    if code in ("self_intersection", "ring_self_intersection") and (tip := _spike_tip(piece)):
        code, words, place = "spike", "边界有尖刺：去而原路折回", tip
    return Problem(f"{words}，在 {pair(*place)}", code, place)


def _spike_tip(piece: BaseGeometry) -> tuple[float, float] | None:
    """Find a vertex at which the boundary turns back on itself exactly."""
    for ring in shapely.get_rings(shapely.get_parts(piece)):
        points = shapely.get_coordinates(ring)[:-1]
        points = points[(points != np.roll(points, 1, axis=0)).any(axis=1)]
        before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
        cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
        dot = (before * after).sum(axis=1)
        turns_back = (dot < 0) & (np.abs(cross) <= 1e-9 * np.abs(dot))
        if turns_back.any():
            lon, lat = points[int(np.argmax(turns_back))]
            return float(lon), float(lat)
    return None
