"""What would be near a site or a receptor that is only planned; nothing of it is kept.

A planned receptor is judged against the sites that exist for whoever asks and, where it lies on their own territory,
against what protects it of the neighbours' sites, under the same rule of disclosure as a receptor that stands there.
"""

from collections.abc import Sequence
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geoalchemy2 import Geometry
from pydantic import model_validator
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, type_coerce
from sqlalchemy.orm import Session

from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area
from backend.jurisdictions.queries import visible_areas
from backend.jurisdictions.scope import ScopeKind
from backend.proximity import rules as distance_rules
from backend.proximity.analysis import (
    NO_AREAS,
    Analysis,
    Ground,
    is_wanted,
    judged_pairs,
    layers_of,
    placed,
    report_areas,
    rule_findings,
    starts_of,
    targets_of,
    together,
)
from backend.proximity.areas import read_areas
from backend.proximity.asked import Asked, Code, GradeCode
from backend.proximity.ends import frame_of, read_sites
from backend.proximity.queries import TOLD_WITHIN_M, visible_foreign_sites
from backend.proximity.rules import Layer, legal
from backend.register.located import CANONICAL_SRID
from backend.surroundings.models import RECEPTOR_KINDS
from backend.web.bodies import In, Name
from geodata.measure import buffer_m
from geodata.proximity import pairs_within, prepare, summary
from tiles.grid import Bounds

PLANNED_SITE, PLANNED_RECEPTOR = "规划的单位", "规划的防护目标"


class PlannedIn(In):
    """A planned site (a zone, a plant) or receptor, drawn or uploaded; degrees, CGCS2000.

    Of a site `grade`, `sector` and `major_hazard` are what it would have, and `asked` says what to look for around it.
    Of a receptor `receptor_kind` is what it would be, and `asked` which sites to look for.
    """

    planned: Literal["site", "receptor"]
    geometry: dict[str, Any]
    name: Name | None = None
    grade: GradeCode | None = None
    sector: Code | None = None
    major_hazard: bool = False
    receptor_kind: Code = "school"
    asked: Asked = Asked()

    @model_validator(mode="after")
    def be_of_a_known_kind(self) -> "PlannedIn":
        """A receptor is of one of the kinds."""
        if self.receptor_kind not in RECEPTOR_KINDS:
            there = "、".join(f"{code}（{zh}）" for code, (zh, _) in RECEPTOR_KINDS.items())
            raise ValueError(f"receptor_kind：没有「{self.receptor_kind[:40]}」；可用的有 {there}")
        return self


def analyse_planned(
    session: Session, actor: Actor, given: PlannedIn, place: BaseGeometry, ground: Ground
) -> Analysis:
    """Measure around what is planned, and put the distance rules to it.

    Parameters
    ----------
    place : of what is planned, EPSG:4490.
    """
    measure = around_site if given.planned == "site" else around_receptor
    return measure(session, actor, given, place, ground)


def around_site(
    session: Session, actor: Actor, given: PlannedIn, place: BaseGeometry, ground: Ground
) -> Analysis:
    """What a planned site would be near to."""
    asked = given.asked
    sites = planned_site(given, place)
    targets = {layer: targets_of(session, actor, asked, layer, ground) for layer in layers_of(asked)}
    wanted = {layer: is_wanted(asked, layer, target) for layer, target in targets.items()}
    pairs = {
        layer: judged_pairs(sites, layer, target, wanted[layer], asked.distances)
        for layer, target in targets.items()
    }
    for found in pairs.values():
        found["report_area"] = None
    findings = [
        found
        for rule in held_rules(ground)
        for found in rule_findings(rule, sites, targets, wanted, asked, NO_AREAS)
    ]
    return told(asked, sites, 0, {layer: int(wanted[layer].sum()) for layer in targets}, pairs, findings)


def around_receptor(
    session: Session, actor: Actor, given: PlannedIn, place: BaseGeometry, ground: Ground
) -> Analysis:
    """Which sites a planned receptor would be near to."""
    asked = given.asked
    every = read_sites(session, actor, asked, asked.start)
    sites = placed(every)
    target = prepare(planned_receptor(given, place), is_checked=True)
    itself = np.ones(1, dtype=bool)
    pairs = judged_pairs(sites, "receptors", target, itself, asked.distances)
    near = sites.iloc[sorted(set(pairs["site"]))]
    areas = read_areas(session, actor, set(near["enterprise_id"].dropna()), asked.at)
    pairs["report_area"] = report_areas(pairs, areas, target)
    findings = [
        found
        for rule in held_rules(ground)
        for found in rule_findings(
            rule,
            starts_of(session, actor, asked, rule, near),
            {"receptors": target},
            {"receptors": itself},
            asked,
            areas,
        )
    ]
    return told(asked, sites, len(every) - len(sites), {"receptors": 1}, {"receptors": pairs}, findings)


def held_rules(ground: Ground) -> list[distance_rules.Rule]:
    """The rules with a legal end that hold here."""
    return legal(distance_rules.rules(ground.local_rules).values(), ground.district)


def told(
    asked: Asked,
    sites: gpd.GeoDataFrame,
    unplaced: int,
    targets: dict[Layer, int],
    pairs: dict[Layer, gpd.GeoDataFrame],
    findings: Sequence[gpd.GeoDataFrame],
) -> Analysis:
    """The pieces as an analysis."""
    return Analysis(
        asked,
        sites=len(sites),
        unplaced=unplaced,
        targets=targets,
        summaries={layer: summary(found, asked.distances) for layer, found in pairs.items()},
        pairs=together(list(pairs.values())).sort_values("distance_m", kind="stable", ignore_index=True),
        findings=together(findings),
    )


def planned_site(given: PlannedIn, place: BaseGeometry) -> gpd.GeoDataFrame:
    """A planned site with the facts of one that is there; it has no id, and belongs to nobody yet."""
    name = given.name or PLANNED_SITE
    facts = {
        "id": None,
        "number": None,
        "name": name,
        "grade": given.grade,
        "edge": "planned",
        "enterprise_id": None,
        "owner_id": None,
        "enterprise": name,
        "sector": given.sector,
        "has_major_hazard": given.major_hazard,
    }
    return frame(facts, place)


def planned_receptor(given: PlannedIn, place: BaseGeometry) -> gpd.GeoDataFrame:
    """A planned receptor with the facts of one that is there."""
    facts = {
        "id": None,
        "number": None,
        "name": given.name or PLANNED_RECEPTOR,
        "kind": given.receptor_kind,
        "owner_id": None,
        "half_width_m": None,
        "headcount": None,
    }
    return frame(facts, place)


def frame(facts: dict[str, Any], place: BaseGeometry) -> gpd.GeoDataFrame:
    """One row; a drawing has no stated accuracy."""
    columns = {name: pd.Series([value], dtype=object) for name, value in facts.items()}
    accuracy = pd.Series([float("nan")])
    return gpd.GeoDataFrame({**columns, "accuracy_m": accuracy}, geometry=[place], crs=CANONICAL_SRID)


# ---------------------------------------------------------------- across a border


def lies_on_own_land(session: Session, actor: Actor, place: BaseGeometry) -> bool:
    """Whether something would lie wholly where the actor answers for what is protected."""
    if actor.scope.kind is not ScopeKind.TOWNSHIPS:
        return False
    boundary = type_coerce(Area.boundary, Geometry)
    land = (
        visible_areas(actor)
        .where(Area.code.in_(actor.scope.codes))
        .with_only_columns(func.ST_AsBinary(func.ST_Union(boundary)))
    )
    wkb = session.scalar(land)
    return wkb is not None and bool(shapely.covers(shapely.from_wkb(bytes(wkb)), place))


def neighbours(
    session: Session, actor: Actor, given: PlannedIn, place: BaseGeometry, distances: Sequence[float]
) -> list[dict[str, Any]]:
    """The neighbours' red and orange sites that a planned receptor on one's own land is to be protected from.

    Returns
    -------
    `name`, `grade`, `distance_m`, `edge` and `office` of each within the longest distance and a kilometre, the nearest
    first; nothing else is told of them. Empty for a site, and where the land is not the actor's.
    """
    if given.planned == "site" or not lies_on_own_land(session, actor, place):
        return []
    radius_m = min(distances[-1], TOLD_WITHIN_M)
    sites = frame_of(session, visible_foreign_sites(actor, Bounds(*buffer_m(place, radius_m).bounds)))
    pairs = pairs_within(prepare(sites, is_checked=True), planned_receptor(given, place), radius_m)
    near = pairs.sort_values("distance_m", kind="stable")
    rows = sites.drop(columns=["geometry", "accuracy_m"], errors="ignore").iloc[near["site"].to_numpy()]
    return [
        {**row, "id": None, "number": None, "distance_m": metres}
        for row, metres in zip(rows.to_dict("records"), near["distance_m"], strict=True)
    ]
