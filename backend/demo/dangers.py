"""Invented risks: what can happen in each zone (dangers.csv), how bad it is, what is done against it, and who answers.

The grade of a zone is not told: it follows from the events, whose scores are drawn so that it comes out as the
generator of zones has drawn it. Sentences are plausible for a demonstration and taken from no assessment.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from backend.demo.trades import TRADES
from geodata.arrays import Integers

SCALE = "lec-2019-general"
EDITION = "GB 6441-2025"
# Scores of L, E and C by grade, the inherent ones; beside them L with the measures, at least one grade better.
SCORES = {
    1: ((6, 6, 15, 1), (3, 6, 40, 0.5), (10, 3, 15, 3)),
    2: ((3, 6, 15, 0.5), (6, 3, 15, 1), (1, 6, 40, 0.5)),
    3: ((3, 6, 7, 1), (1, 6, 15, 0.5), (6, 6, 3, 1)),
    4: ((1, 6, 7, 0.5), (1, 3, 15, 0.5), (1, 6, 3, 0.5), (3, 6, 3, 1)),
}
LEVELS = {1: "company", 2: "department", 3: "workshop", 4: "team"}
MEASURES = ("engineering", "management", "training", "ppe", "emergency")
# Above this many zones nothing stands behind the grades, which are then declared: those scales are for load.
MOST_ASSESSED = 5_000
ASSESSED_WITHIN_DAYS, REVIEWED_AFTER = 430, timedelta(days=365)
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "安平宁康泰和顺祥"
# Not in the register though they should be, besides those that are.
MISSING_SHARE = 0.07
# A trade's tanks: substance and tonnes.
TANKS = {"液化气站": ("液化石油气", 60.0), "化学品仓储库": ("甲苯", 620.0), "助剂厂": ("甲醇", 540.0)}


@dataclass(frozen=True)
class Danger:
    """One row of dangers.csv: a risk point, what can happen there, and a measure of each kind."""

    point: str
    kind: str
    hazard_source: str
    event: str
    accident: str
    measures: tuple[str, ...]


@cache
def dangers() -> Mapping[str, tuple[Danger, ...]]:
    """What can happen in each building, by its name."""
    found: dict[str, tuple[Danger, ...]] = {}
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            danger = Danger(
                row["point"],
                row["kind"],
                row["hazard_source"],
                row["event"],
                row["accident"],
                tuple(row[kind] for kind in MEASURES),
            )
            for building in row["buildings"].split():
                found[building] = (*found.get(building, ()), danger)
    return found


def risk_columns(zones: pd.DataFrame, rng: np.random.Generator, today: date) -> pd.DataFrame:
    """List the risks of all zones as a 风险辨识管控清单: none where a zone is not assessed.

    Parameters
    ----------
    zones : with `source_id`, `enterprise`, `name` and `grade`.
    today : assessments are of the fourteen months before it, so that some reviews are overdue.
    """
    assessed = zones.dropna(subset="grade") if is_assessed(zones) else zones.iloc[:0]
    return pd.DataFrame([row for zone in assessed.itertuples() for row in risks_of(zone, rng, today)])


def is_assessed(zones: pd.DataFrame) -> bool:
    """Whether zones have risks of their own, or only a grade that their source declares."""
    return len(zones) <= MOST_ASSESSED


def risks_of(
    zone: Any,  # noqa: ANN401 (a row of the frame)
    rng: np.random.Generator,
    today: date,
) -> Iterator[dict[str, Any]]:
    """The first danger of a building is its worst; the others are no worse."""
    possible = dangers()[building_of(zone.name)]
    first = int(rng.integers(len(possible)))
    for place, danger in enumerate([*possible[first:], *possible[:first]]):
        grade = int(zone.grade) if place == 0 else int(rng.integers(int(zone.grade), 5))
        inherent_l, e, c, residual_l = SCORES[grade][int(rng.integers(len(SCORES[grade])))]
        assessed = today - timedelta(days=int(rng.integers(ASSESSED_WITHIN_DAYS)))
        yield {
            "source_id": f"{zone.source_id}-{place + 1}",
            "enterprise": zone.enterprise,
            "zone": zone.source_id,
            "risk_point": danger.point,
            "point_kind": danger.kind,
            "name": danger.event,
            "hazard_source": danger.hazard_source,
            "accident": danger.accident,
            "accident_edition": EDITION,
            "control_level": LEVELS[grade],
            "department": "演示·安全管理部",
            "person": person(rng),
            "method": "lec",
            "scale": SCALE,
            "L": inherent_l,
            "E": e,
            "C": c,
            "residual_method": "lec",
            "residual_scale": SCALE,
            "residual_L": residual_l,
            "residual_E": e,
            "residual_C": c,
            "assessed_by": "演示·评估小组",
            "assessed_on": assessed,
            "review_due": assessed + REVIEWED_AFTER,
            **{f"measure_{kind}": said for kind, said in zip(MEASURES, danger.measures, strict=True)},
        }


def building_of(zone: str) -> str:
    """The building that a zone's name speaks of.

    >>> building_of("2号反应车间"), building_of("办公楼（二层）")
    ('反应车间', '办公楼')
    """
    return zone.removesuffix("（二层）").lstrip("0123456789").removeprefix("号")


def person(rng: np.random.Generator) -> str:
    """An invented name, and said to be one."""
    return f"演示·{FAMILY[int(rng.integers(len(FAMILY)))]}{GIVEN[int(rng.integers(len(GIVEN)))]}"


def people_columns(enterprises: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The principal and the technician of each enterprise; the phone numbers cannot exist (a local part of noughts)."""
    rows = [
        {
            "source_id": f"{enterprise}-{duty}",
            "enterprise": enterprise,
            "name": person(rng),
            "duty": duty,
            "phone": f"0375-000{number % 10_000:04}",
        }
        for number, enterprise in enumerate(enterprises["source_id"])
        for duty in ("principal", "technician")
    ]
    return pd.DataFrame(rows)


def roster_columns(enterprises: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Who should be in the register: all that are, and some that are not yet."""
    known = enterprises[["name", "township_code", "sector_code"]]
    count = max(1, round(len(known) * MISSING_SHARE))
    missing = known.iloc[rng.integers(len(known), size=count)].reset_index(drop=True)
    missing = missing.assign(name=[f"{name}（待登记 {n}）" for n, name in enumerate(missing["name"], 1)])
    entries = pd.concat([known, missing], ignore_index=True)
    return entries.assign(
        source_id=[f"roster-{number:06}" for number in range(1, len(entries) + 1)],
        is_above_scale=np.where(rng.random(len(entries)) < 0.2, "是", "否"),
    )


def installation_columns(
    enterprises: pd.DataFrame, zones: pd.DataFrame, trade: Integers, rng: np.random.Generator
) -> pd.DataFrame:
    """The tank farms that reach the threshold of GB 18218; `geometry` is that of the zone."""
    names = dict(zip(enterprises["source_id"], (TRADES[each].name for each in trade), strict=True))
    tanks = zones[zones["kind"] == "罐区"].drop_duplicates("enterprise")
    rows = [
        {
            "source_id": f"{zone.source_id}-installation",
            "enterprise": zone.enterprise,
            "name": f"{zone.name}重大危险源",
            "kind": "2",
            "substances": f"{TANKS[names[zone.enterprise]][0]} {TANKS[names[zone.enterprise]][1]:g}",
            "people_500m": int(rng.integers(0, 180)),
            "people_basis": "estimated",
            "geometry": zone.geometry,
        }
        for zone in tanks.itertuples()
        if names[zone.enterprise] in TANKS
    ]
    return pd.DataFrame(
        rows,
        columns=[
            "source_id",
            "enterprise",
            "name",
            "kind",
            "substances",
            "people_500m",
            "people_basis",
            "geometry",
        ],
    )
