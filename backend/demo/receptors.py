"""Invented receptors (防护目标): schools, hospitals and homes among the enterprises, and those that are no units."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from backend.demo import district
from backend.demo.plots import Plots
from backend.demo.trades import TRADES
from geodata.arrays import Integers

# Known by a point only.
POINT_CHANCE = 0.35


@dataclass(frozen=True)
class Other:
    """A sort of receptor that is no unit: share, how built-up it wants to be, plot in metres, people a hectare."""

    kind: str
    word: str
    share: float
    urbanity: tuple[float, float]
    plot_m: tuple[float, float]
    per_hectare: tuple[float, float]


OTHERS = (
    Other("residential", "小区", 0.54, (0.3, 9.0), (160, 160), (260, 520)),
    Other("residential", "村居民点", 0.16, (0.02, 0.3), (130, 120), (90, 200)),
    Other("market", "商业广场", 0.05, (0.45, 9.0), (90, 90), (700, 1600)),
    Other("government", "便民服务中心", 0.07, (0.25, 9.0), (50, 50), (150, 400)),
    Other("sports", "体育馆", 0.04, (0.35, 9.0), (95, 100), (300, 900)),
    Other("culture", "文化中心", 0.05, (0.35, 9.0), (60, 60), (200, 700)),
    Other("nursing_home", "日间照料中心", 0.04, (0.2, 9.0), (40, 45), (200, 500)),
    Other("religious", "寺院", 0.03, (0.02, 0.5), (50, 60), (80, 300)),
    Other("heritage", "古建筑群", 0.02, (0.1, 9.0), (60, 60), (20, 80)),
)


def receptor_table(
    enterprises: Mapping[str, Any],
    trade: Integers,
    free: Plots,
    lake: BaseGeometry,
    rng: np.random.Generator,
    *,
    count: int,
) -> pd.DataFrame:
    """List the units that are receptors, `count` others on `free` plots and the lake; `geometry` in metres."""
    water = {"name": ["白龟山水库水面（演示示意）"], "kind": ["water_source"], "geometry": [lake]}
    rows = pd.concat(
        [unit_receptors(enterprises, trade, rng), other_receptors(free, rng, count), pd.DataFrame(water)],
        ignore_index=True,
    )
    rows["headcount"] = rows["headcount"].astype("Int64")
    rows["source_id"] = [f"receptor-{number:06}" for number in range(1, len(rows) + 1)]
    return rows


def unit_receptors(enterprises: Mapping[str, Any], trade: Integers, rng: np.random.Generator) -> pd.DataFrame:
    """List the enterprises that are receptors themselves, such as schools: the same place, linked to the unit."""
    found = [
        (row, receptor)
        for row, what in enumerate(trade.tolist())
        if (receptor := TRADES[what].receptor) and enterprises["geometry"][row] is not None
    ]
    return pd.DataFrame(
        {
            "name": [enterprises["name"][row] for row, _ in found],
            "kind": [kind for _, (kind, _, _) in found],
            "headcount": [int(rng.integers(fewest, most)) for _, (_, fewest, most) in found],
            "enterprise": [enterprises["source_id"][row] for row, _ in found],
            "geometry": [place_of(enterprises, row, rng) for row, _ in found],
        }
    )


def place_of(enterprises: Mapping[str, Any], row: int, rng: np.random.Generator) -> BaseGeometry:
    """Return the grounds of a unit, or only its point."""
    outline = enterprises["outline"][row]
    return enterprises["geometry"][row] if outline is None or rng.random() < POINT_CHANCE else outline


def other_receptors(free: Plots, rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Settle homes, markets and offices on free plots outside the parks."""
    is_free = free.park < 0
    tables = []
    for other in OTHERS:
        least, most = other.urbanity
        suitable = np.flatnonzero(is_free & (free.urbanity >= least) & (free.urbanity < most))
        chosen = rng.permutation(suitable)[: round(other.share * count)]
        is_free[chosen] = False
        tables.append(settled(other, free.at(chosen), rng))
    return pd.concat(tables, ignore_index=True)


def settled(other: Other, plots: Plots, rng: np.random.Generator) -> pd.DataFrame:
    """Lay out receptors of one sort."""
    wanted = np.array(other.plot_m) * rng.uniform(0.8, 1.25, (len(plots), 2))
    width, depth = np.minimum(plots.width, wanted[:, 0]), np.minimum(plots.depth, wanted[:, 1])
    plots = replace(plots, width=width, depth=depth)
    people = plots.width * plots.depth / 1e4 * rng.uniform(*other.per_hectare, len(plots))
    is_point = rng.random(len(plots)) < POINT_CHANCE * (other.kind != "residential")
    return pd.DataFrame(
        {
            "name": names(other.word, plots.township),
            "kind": other.kind,
            "headcount": np.maximum(people.round(), 5).astype(int),
            "geometry": np.where(is_point, shapely.points(plots.centres()), plots.polygons()),
        }
    )


def names(word: str, township: Integers) -> list[str]:
    """Name and number within the township: 演示姚孟小区03."""
    short = district.short_names()
    counts = [0] * len(short)
    found = []
    for where in township.tolist():
        counts[where] += 1
        found.append(f"演示{short[where]}{word}{counts[where]:02}")
    return found
