"""The corridors of the demonstration: streets, the road along the lake, river, railway and pipeline."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from backend.demo.landscape import Landscape
from backend.demo.streets import HALF_WIDTH_M, NO_STREET, PRIMARY, TRUNK, Streets, street_names
from geodata.arrays import Booleans, Floats

CLASSES = ("trunk", "primary", "secondary", "tertiary")
# Dangerous goods pass on the trunk roads; no other street has been judged.
TRUNK_GRADES = (2, 3)
# What is left of a road between lake and border is no road: a trunk road of 2 km, a primary one of 500 m.
STUB_M = {TRUNK: 2000.0, PRIMARY: 500.0}


def corridor_rows(ground: Landscape, streets: Streets) -> list[dict[str, Any]]:
    """List the corridors, `geometry` in metres (EPSG:4547)."""
    rows = [
        {key: line[key] for key in ("name", "class", "half_width_m", "grade")}
        | {"geometry": line["centreline"]}
        for line in ground.lines
    ]
    rows.append(
        {
            "name": "演示环湖路",
            "class": "secondary",
            "half_width_m": 9.0,
            "grade": None,
            "geometry": ground.shore_road,
        }
    )
    rows += [*street_rows(ground, streets, 0), *street_rows(ground, streets, 1)]
    return [row | {"source_id": f"corridor-{number:05d}"} for number, row in enumerate(rows, 1)]


def street_rows(ground: Landscape, streets: Streets, axis: int) -> Iterator[dict[str, Any]]:
    """Go through the north-south (axis 0) or east-west (axis 1) lines that have a street on them."""
    for index, name in street_names(streets, axis).items():
        rank = int(streets.ranks[axis][index])
        nodes = streets.nodes[index] if axis == 0 else streets.nodes[:, index]
        edges = streets.northward[index] if axis == 0 else streets.eastward[:, index]
        main = whole_line(ground, nodes, STUB_M[rank]) if rank in STUB_M else MultiLineString()
        line = runs(nodes, edges != NO_STREET) if main.is_empty else main
        yield {
            "name": name,
            "class": CLASSES[rank],
            "half_width_m": float(HALF_WIDTH_M[rank]),
            "grade": TRUNK_GRADES[axis] if rank == TRUNK else None,
            "geometry": line,
        }


def whole_line(ground: Landscape, nodes: Floats, stub_m: float) -> BaseGeometry:
    """Run a main road through all the dry land, to its very edge."""
    parts = shapely.get_parts(shapely.intersection(shapely.linestrings(nodes), ground.dry))
    return MultiLineString([part for part in parts if part.length > stub_m])


def runs(nodes: Floats, is_street: Booleans) -> BaseGeometry:
    """Join neighbouring edges that are streets into lines."""
    ends = np.flatnonzero(np.diff(np.concatenate([[0], is_street.astype(int), [0]])))
    return MultiLineString([nodes[start : end + 1] for start, end in ends.reshape(-1, 2)])
