"""What stands on the plots: trades (trades.csv) and their buildings (buildings.csv), by sector.

Sizes, shares and hazards are plausible guesses for a demonstration, taken from no statistics.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

Form = Literal["box", "wing", "tanks"]
"""A plain rectangle, one that may be built as an L or a U, or round tanks."""


@dataclass(frozen=True)
class Building:
    """A sort of zone: its name and 类型, usual size in metres, hazard from 0 (desk) to 3 (fire, dust, pressure)."""

    name: str
    kind: str
    long_m: float
    short_m: float
    hazard: int
    form: Form
    has_upper_floor: bool


@dataclass(frozen=True)
class Trade:
    """A line of business.

    Parameters
    ----------
    share : relative number of such units in the district.
    affinity : how much it likes to be in each of `SURROUNDINGS`.
    plot_m : usual width along the street and depth.
    buildings : names of `BUILDINGS`, the indispensable first.
    receptor : kind of the receptor that the unit itself is, with the fewest and most people in it.
    """

    name: str
    sector: str
    share: float
    affinity: tuple[float, ...]
    plot_m: tuple[float, float]
    buildings: tuple[str, ...]
    receptor: tuple[str, int, int] | None


SURROUNDINGS = ("town", "fields", "industry", "logistics", "chemical")
HABITATS = {
    "town": (1.0, 0.35, 0.05, 0.1, 0.0),
    "growing_town": (1.0, 0.4, 0.0, 0.0, 0.0),
    "roadside": (0.6, 1.0, 0.3, 0.8, 0.1),
    "roadworks": (0.7, 0.6, 0.1, 0.1, 0.1),
    "bus": (0.8, 0.6, 0.0, 0.3, 0.0),
    "outside": (0.0, 0.5, 0.0, 0.0, 0.0),
    "factory": (0.35, 0.7, 1.6, 0.6, 0.2),
    "heavy": (0.0, 0.45, 1.6, 0.0, 0.25),
    "depot": (0.3, 0.7, 0.5, 3.0, 0.1),
    "gas": (0.05, 0.8, 0.2, 0.2, 1.0),
    "chemical": (0.0, 0.1, 0.12, 0.0, 4.0),
}

# For each sector the chances of 重大, 较大, 一般, 低 for the worst zone of a unit.
GRADE_CHANCES = {
    "hazardous_chemicals": (0.20, 0.36, 0.36, 0.08),
    "chemical": (0.22, 0.36, 0.34, 0.08),
    "metallurgy": (0.16, 0.34, 0.40, 0.10),
    "construction": (0.05, 0.16, 0.47, 0.32),
    "industry_trade": (0.03, 0.13, 0.42, 0.42),
    "road_transport": (0.02, 0.10, 0.38, 0.50),
    "health": (0.0, 0.06, 0.34, 0.60),
    "tourism": (0.0, 0.06, 0.34, 0.60),
    "culture": (0.0, 0.07, 0.36, 0.57),
    "civil_affairs": (0.0, 0.06, 0.34, 0.60),
    "education": (0.0, 0.03, 0.27, 0.70),
    "other": (0.0, 0.05, 0.30, 0.65),
}


def rows(name: str) -> Iterator[dict[str, str]]:
    """Read a table that lies beside this module."""
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def building(row: dict[str, str]) -> Building:
    """Read one line of buildings.csv."""
    return Building(
        name=row["name"],
        kind=row["kind"],
        long_m=float(row["long_m"]),
        short_m=float(row["short_m"]),
        hazard=int(row["hazard"]),
        form=cast("Form", row["form"]),
        has_upper_floor=row["has_upper_floor"] == "yes",
    )


def trade(row: dict[str, str]) -> Trade:
    """Read one line of trades.csv."""
    people = (
        (row["receptor"], int(row["fewest_people"]), int(row["most_people"])) if row["receptor"] else None
    )
    return Trade(
        name=row["name"],
        sector=row["sector"],
        share=float(row["share"]),
        affinity=HABITATS[row["habitat"]],
        plot_m=(float(row["width_m"]), float(row["depth_m"])),
        buildings=tuple(row["buildings"].split()),
        receptor=people,
    )


BUILDINGS = {row["name"]: building(row) for row in rows("buildings.csv")}
TRADES = tuple(trade(row) for row in rows("trades.csv"))
