"""Invented zones (风险分区): the buildings and work areas of each demonstration enterprise, with their grades."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from pandas.arrays import IntegerArray

from backend.demo.enterprises import Sites, source_ids
from backend.demo.layouts import MOST_BUILDINGS, cells, footprints
from backend.demo.plots import Plots
from backend.demo.shapes import L_WING, RECTANGLE, TANKS, U_WING, WING_FROM_M, ground_plans
from backend.demo.trades import BUILDINGS, GRADE_CHANCES, TRADES
from geodata.arrays import Booleans, Floats, Geometries, Integers

# A building needs that much of a plot; the smallest plots of the largest scales hold fewer.
AREA_PER_BUILDING_M2 = 70.0
UPPER_FLOOR_CHANCE = 0.55
WING_CHANCES = (0.38, 0.22)
# Enterprises that are drawn but not assessed yet, and single zones of assessed ones.
UNASSESSED, UNASSESSED_ZONE = 0.04, 0.02
# For each hazard (see `trades.Building`) the chances of grades 1 to 4 where nothing calls for a worse one.
HAZARD_CHANCES = np.array(
    [(0.0, 0.02, 0.14, 0.84), (0.01, 0.08, 0.40, 0.51), (0.05, 0.25, 0.48, 0.22), (0.20, 0.40, 0.34, 0.06)]
)
KINDS = list(BUILDINGS.values())


@dataclass(frozen=True)
class Buildings:
    """The buildings of all sites, site after site: arrays with one entry each.

    `owner` is the position of the site, `place` the building's in its trade's list, `kind` its position in `KINDS`,
    `repeated` how often that kind stands on the site before.
    """

    owner: Integers
    place: Integers
    kind: Integers
    repeated: Integers
    plan: Geometries


def zone_columns(sites: Sites, rng: np.random.Generator, count: int) -> dict[str, Any]:
    """Return the columns of `count` zones, fewer if the plots are too small; `geometry` in metres (EPSG:4547)."""
    drawn = np.flatnonzero(sites.is_drawn)
    plots, trade = sites.plots.at(drawn), sites.trade[drawn]
    total = zones_per_site(plots.width * plots.depth, trade, rng, count)
    has_upper = (rng.random(len(total)) < UPPER_FLOOR_CHANCE) & (total > first_upper(trade) + 1)
    buildings = erected(plots, trade, total - has_upper, rng)
    rows, is_upper = floors(buildings, np.where(has_upper, first_upper(trade), MOST_BUILDINGS))
    owner, kind = buildings.owner[rows], buildings.kind[rows]
    return {
        "source_id": np.array([f"zone-{number:07}" for number in range(1, len(rows) + 1)], dtype=object),
        "enterprise": source_ids(len(sites))[drawn[owner]],
        "name": zone_names(kind, buildings.repeated[rows], is_upper),
        "kind": [KINDS[each].kind for each in kind],
        "floor": np.where(is_upper, "2F", "1F"),
        "grade": grades(trade, owner, kind, rng),
        "geometry": buildings.plan[rows],
    }


def erected(plots: Plots, trade: Integers, count: Integers, rng: np.random.Generator) -> Buildings:
    """Put up `count` buildings on each plot, the larger ones in the larger cells."""
    owner = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    kind, repeated = building_kinds(trade[owner], place)
    building = largest_first(owner, kind)
    footprint = np.empty((len(owner), 4))
    cut = cells(count, plots.width, plots.depth, rng)
    footprint[building] = footprints(cut, sizes()[kind[building]], rng)
    plan = ground_plans(plots.at(owner), footprint, shapes(kind, footprint, rng), rng)
    return Buildings(owner, place, kind, repeated, plan)


def floors(buildings: Buildings, upper: Integers) -> tuple[Integers, Booleans]:
    """List the buildings floor by floor: its row and whether it is the upper one.

    `upper` is the place of the building with an upper floor on each site, beyond the list where none has one.
    """
    above = np.flatnonzero(buildings.place == upper[buildings.owner])
    rows = np.concatenate([np.arange(len(buildings.owner)), above])
    is_upper = np.arange(len(rows)) >= len(buildings.owner)
    order = np.lexsort((is_upper, rows))
    return rows[order], is_upper[order]


def zones_per_site(plot_m2: Floats, trade: Integers, rng: np.random.Generator, count: int) -> Integers:
    """Share `count` zones out: more to larger plots, at least one to each, and never more than fit."""
    lists = np.array([len(each.buildings) for each in TRADES])[trade]
    most = np.clip(plot_m2 // AREA_PER_BUILDING_M2, 1, np.minimum(lists + 2, MOST_BUILDINGS)).astype(int)
    size = np.argsort(np.argsort(plot_m2)) / len(plot_m2)
    wanted = count / len(plot_m2) * (0.6 + 0.8 * size) + rng.normal(0, 0.8, len(plot_m2))
    total = np.clip(np.round(wanted), 1, most).astype(int)
    while (missing := count - int(total.sum())) != 0:
        can_change = np.flatnonzero(total < most) if missing > 0 else np.flatnonzero(total > 1)
        if not len(can_change):
            break
        chosen = rng.permutation(can_change)[: abs(missing)]
        total[chosen] += np.sign(missing)
    return total


def first_upper(trade: Integers) -> Integers:
    """Position of the first building of a trade that may have an upper floor; beyond the list if none has."""
    positions = [
        next((n for n, name in enumerate(each.buildings) if BUILDINGS[name].has_upper_floor), MOST_BUILDINGS)
        for each in TRADES
    ]
    return np.array(positions)[trade]


def building_kinds(trade: Integers, place: Integers) -> tuple[Integers, Integers]:
    """Name the kind (position in `KINDS`) of the n-th building of a trade, and how often it was there before."""
    lists = [[list(BUILDINGS).index(name) for name in each.buildings] for each in TRADES]
    lengths = np.array([len(each) for each in lists])[trade]
    longest = max(map(len, lists))
    table = np.array([each + [0] * (longest - len(each)) for each in lists])
    return table[trade, place % lengths], place // lengths


def sizes() -> Floats:
    """Usual (long, short) sides of each of `KINDS`, metres."""
    return np.array([(each.long_m, each.short_m) for each in KINDS])


def largest_first(owner: Integers, kind: Integers) -> Integers:
    """Order buildings by owner and falling size, as the cells of a plot are."""
    return np.lexsort((-sizes().prod(axis=1)[kind], owner))


def shapes(kind: Integers, footprint: Floats, rng: np.random.Generator) -> Integers:
    """Choose the ground plan of each building; wings only where there is room."""
    form = np.array([each.form for each in KINDS])[kind]
    is_roomy = (form == "wing") & (footprint[:, 2:].min(axis=1) >= WING_FROM_M)
    wing = np.array([L_WING, U_WING, RECTANGLE])[
        (rng.random(len(kind))[:, None] > np.cumsum(WING_CHANCES)).sum(axis=1)
    ]
    return np.where(form == "tanks", TANKS, np.where(is_roomy, wing, RECTANGLE))


def zone_names(kind: Integers, repeated: Integers, is_upper: Booleans) -> list[str]:
    """Name zones by what they are; they are always shown with the enterprise, whose name says 演示."""
    return [
        (f"{before + 1}号" if before else "") + KINDS[which].name + ("（二层）" if above else "")
        for which, before, above in zip(kind.tolist(), repeated.tolist(), is_upper.tolist(), strict=True)
    ]


def grades(trade: Integers, owner: Integers, kind: Integers, rng: np.random.Generator) -> IntegerArray:
    """Grade the zones: the most hazardous one of a site as its sector makes likely, the others no worse."""
    hazard = np.array([each.hazard for each in KINDS])[kind]
    sectors = np.array([GRADE_CHANCES[each.sector] for each in TRADES])[trade]
    worst_of_site = drawn_grades(sectors, rng)
    grade = np.maximum(drawn_grades(HAZARD_CHANCES[hazard], rng), worst_of_site[owner])
    is_top = np.zeros(len(owner), dtype=bool)
    by_hazard = np.lexsort((-(hazard + rng.random(len(owner))), owner))
    is_top[by_hazard[np.flatnonzero(np.diff(owner[by_hazard], prepend=-1))]] = True
    grade[is_top] = worst_of_site[owner[is_top]]
    is_unassessed = (rng.random(len(trade)) < UNASSESSED)[owner]
    is_unassessed |= (rng.random(len(owner)) < UNASSESSED_ZONE) & ~is_top
    return IntegerArray(grade, is_unassessed)


def drawn_grades(chances: Floats, rng: np.random.Generator) -> Integers:
    """Draw a grade from 1 to 4 for each row of chances."""
    drawn = (rng.random(len(chances))[:, None] > np.cumsum(chances, axis=1)).sum(axis=1)
    return np.asarray(drawn.clip(0, 3) + 1)
