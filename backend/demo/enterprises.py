"""Invented enterprises on the plots: who is where, under a name that nobody can take for a real firm's."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from backend.demo import district
from backend.demo.parks import Park
from backend.demo.plots import Plots
from backend.demo.streets import Streets, street_names
from backend.demo.trades import SURROUNDINGS, TRADES
from backend.enterprises.models import OPERATING_STATUSES
from geodata.arrays import Booleans, Geometries, Integers

# What a plot is worth by the rank of its street (trunk … field path) and, first of all, in a park.
STREET_WORTH = np.array([3.0, 2.2, 1.6, 1.2, 0.01])
PARK_WORTH = 5.5
TOWN_FROM = 0.5
# Share of the enterprises that are registered without a place (未上图), and with a point but no drawing yet.
UNPLACED, UNDRAWN = 0.04, 0.03
STATUSES = tuple(OPERATING_STATUSES)
STATUS_CHANCES = (0.87, 0.07, 0.03, 0.03)
BUILDING_SITE_CHANCES = (0.05, 0.12, 0.03, 0.80)


@dataclass(frozen=True)
class Sites:
    """The enterprises as arrays, one entry each; those `is_placed` come first, on `plots` in the same order."""

    trade: Integers
    township: Integers
    plots: Plots
    is_drawn: Booleans
    names: list[str]

    def __len__(self) -> int:
        return len(self.trade)

    @property
    def is_placed(self) -> Booleans:
        """Whether the enterprise has a place."""
        return np.arange(len(self)) < len(self.plots)


def settle(plots: Plots, parks: list[Park], rng: np.random.Generator, count: int) -> tuple[Sites, Plots]:
    """Settle `count` enterprises on the better plots; also return the plots that stay free."""
    unplaced = round(UNPLACED * count)
    if count - unplaced > len(plots):
        raise ValueError(
            f"{len(plots)} plots are too few for {count} enterprises: divide the ground more finely"
        )
    worth = STREET_WORTH[plots.rank] * (0.08 + plots.urbanity**1.5)
    worth = np.where(plots.park >= 0, PARK_WORTH * STREET_WORTH[plots.rank].clip(1.2), worth)
    # The largest of log weight + Gumbel noise: a weighted draw without replacement in one sort.
    order = np.argsort(-(np.log(worth) + rng.gumbel(size=len(plots))), kind="stable")
    taken, free = order[: count - unplaced], order[count - unplaced :]
    trade = drawn_trades(plots.at(taken), parks, rng)
    plots_taken = fenced(plots.at(taken), trade, rng)
    trade = np.append(trade, trade[rng.integers(0, len(trade), unplaced)])
    township = np.append(plots_taken.township, rng.integers(0, len(district.townships()), unplaced))
    is_drawn = (np.arange(count) < len(taken)) & (rng.random(count) >= UNDRAWN)
    return Sites(trade, township, plots_taken, is_drawn, names(trade, township)), plots.at(np.sort(free))


def drawn_trades(plots: Plots, parks: list[Park], rng: np.random.Generator) -> Integers:
    """Draw a trade for each plot, by its share and by how it likes the surroundings."""
    uses = np.array([SURROUNDINGS.index(park.use) for park in parks])
    surroundings = np.where(plots.urbanity >= TOWN_FROM, 0, 1)
    surroundings = np.where(plots.park >= 0, uses[plots.park], surroundings)
    weights = np.array([[trade.share * affinity for affinity in trade.affinity] for trade in TRADES])
    cumulative = np.cumsum(weights / weights.sum(axis=0), axis=0)[:, surroundings]
    return np.asarray((rng.random(len(plots)) > cumulative).sum(axis=0).clip(0, len(TRADES) - 1))


def fenced(plots: Plots, trade: Integers, rng: np.random.Generator) -> Plots:
    """Shrink each plot to what the trade needs, somewhere along its front."""
    wanted = np.array([each.plot_m for each in TRADES])[trade] * rng.uniform(0.8, 1.25, (len(plots), 2))
    width, depth = np.minimum(plots.width, wanted[:, 0]), np.minimum(plots.depth, wanted[:, 1])
    corner = plots.placed((plots.width - width) * rng.random(len(plots)), np.zeros(len(plots)))
    return replace(plots, corner=corner, width=width, depth=depth)


def names(trade: Integers, township: Integers) -> list[str]:
    """Name the enterprises and number them within their township: 演示姚孟017·机械加工厂."""
    short = district.short_names()
    digits = max(3, len(str(np.bincount(township).max())))
    counts = [0] * len(short)
    found = []
    for where, what in zip(township, trade, strict=True):
        counts[where] += 1
        found.append(f"演示{short[where]}{counts[where]:0{digits}}·{TRADES[what].name}")
    return found


def enterprise_columns(
    sites: Sites, parks: list[Park], streets: Streets, rng: np.random.Generator
) -> dict[str, Any]:
    """Return the enterprises' columns but for the grade; `geometry` and `outline` in metres (EPSG:4547)."""
    codes = np.array(list(district.townships()), dtype=object)
    location, outline = np.full((2, len(sites)), None, dtype=object)
    location[sites.is_placed] = shapely.points(sites.plots.centres())
    drawn = np.flatnonzero(sites.is_drawn)
    outline[drawn] = outlines(sites.plots.at(drawn), rng)
    park_codes = np.array([*(park.code for park in parks), None], dtype=object)
    return {
        "source_id": source_ids(len(sites)),
        "name": sites.names,
        "sector_code": [TRADES[what].sector for what in sites.trade],
        "township_code": codes[sites.township],
        "group_code": np.append(park_codes[sites.plots.park], np.full(len(sites) - len(sites.plots), None)),
        "operating_status": statuses(sites.trade, rng),
        "address": addresses(sites, streets, rng),
        "outline": outline,
        "geometry": location,
    }


def source_ids(count: int) -> NDArray[np.object_]:
    """Key the enterprises of the demonstration.

    >>> source_ids(2).tolist()
    ['enterprise-000001', 'enterprise-000002']
    """
    return np.array([f"enterprise-{number:06}" for number in range(1, count + 1)], dtype=object)


def outlines(plots: Plots, rng: np.random.Generator) -> Geometries:
    """Draw the fences: rectangles whose back is a little out of square, as plots are; never more than 2 m inwards."""
    zero = np.zeros(len(plots))
    skew = rng.uniform(0, 2, (4, len(plots)))
    x = np.stack([zero, plots.width, plots.width - skew[0], skew[1]], axis=1)
    y = np.stack([zero, zero, plots.depth - skew[2], plots.depth - skew[3]], axis=1)
    fences: Geometries = shapely.polygons(plots.placed(x, y))
    return fences


def statuses(trade: Integers, rng: np.random.Generator) -> NDArray[np.object_]:
    """Draw the operating status; building sites are mostly under construction."""
    is_building_site = np.array([each.sector == "construction" for each in TRADES])[trade]
    chances = np.where(is_building_site[:, None], BUILDING_SITE_CHANCES, STATUS_CHANCES)
    drawn = (rng.random(len(trade))[:, None] > np.cumsum(chances, axis=1)).sum(axis=1).clip(0, 3)
    return np.asarray(np.array(STATUSES, dtype=object)[drawn])


def addresses(sites: Sites, streets: Streets, rng: np.random.Generator) -> list[str]:
    """Write an address: township, demonstration street and a number; only the township without a place."""
    lines = [street_names(streets, axis) for axis in (0, 1)]
    townships = list(district.township_names().values())
    streets_of = [lines[axis].get(index) for axis, index in sites.plots.line.tolist()]
    streets_of += [None] * (len(sites) - len(streets_of))
    numbers = rng.integers(1, 400, len(sites))
    return [
        f"湛河区{townships[where]}" + (f"{street}{number}号" if street else "（演示地址）")
        for where, street, number in zip(sites.township, streets_of, numbers, strict=True)
    ]
