"""One proximity analysis: the pairs within the asked distances, judged, and what the distance rules say of them.

The numbers come from the kernel (`geodata.proximity`): true metres, edge to edge. Whoever asks is told of the sites
that exist for them; receptors and corridors are open to every reader.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from backend.errors import DomainError, NotFound
from backend.jurisdictions.actors import Actor
from backend.proximity import rules as distance_rules
from backend.proximity.areas import Areas, read_areas
from backend.proximity.asked import Asked
from backend.proximity.ends import Surroundings, read_sites, read_targets
from backend.proximity.rules import Layer, Outcome, Rule, Site, concerns, legal, outcome, protects
from backend.register.located import CANONICAL_SRID
from geodata.arrays import Booleans, Floats
from geodata.proximity import LONGEST_M, Prepared, Summary, pairs_within, prepare, summary
from geodata.verdict import WIDEST_UNSTATED_HALF_WIDTH_M, Verdict, verdicts

LAYERS: tuple[Layer, ...] = ("receptors", "corridors")
OWNERS = ("owner_id", "owner_id")
MOST_PAIRS = 200_000
"""More than anybody reads, and as many as are kept of a saved run."""
SITES_AT_ONCE = 50
"""Few enough to stop soon and to stay small in memory when each finds the whole district."""


class TooManyPairs(DomainError):
    """More pairs than an analysis holds."""

    code = "too_many_pairs"


class Phase(StrEnum):
    """What an analysis is at."""

    READING = "reading"
    MEASURING = "measuring"
    RULES = "rules"


Watch = Callable[[Phase, float], None]
"""Is told how far an analysis is, 0 to 1 of a phase; what it raises ends the analysis."""


class TooSlow(DomainError):
    """An analysis takes longer than anybody waits for."""

    code = "too_slow"


LONGEST_S = 20.0


def patient() -> Watch:
    """Watch an analysis that somebody waits for: it ends when that takes too long."""
    begun = monotonic()

    def watch(phase: Phase, part: float) -> None:
        if monotonic() - begun > LONGEST_S:
            raise TooSlow(
                f"超过 {LONGEST_S:.0f} 秒还没有算完。请缩短距离、少选一些，或保存为分析：它在后台计算，可以看进度。"
            )

    return watch


def unwatched(phase: Phase, part: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Analysis:
    """What came out.

    Parameters
    ----------
    sites : how many sites were asked for and have a place. `unplaced` : how many have none (未上图).
    summaries : by layer, the counts up to each distance; a distance of just the limit counts.
    pairs : the nearest first, see `judged_pairs`, with `report_area`; EPSG:4490.
    findings : see `rule_findings`; EPSG:4490.
    """

    asked: Asked
    sites: int
    unplaced: int
    targets: Mapping[Layer, int]
    summaries: Mapping[Layer, list[Summary]]
    pairs: gpd.GeoDataFrame
    findings: gpd.GeoDataFrame


@dataclass(frozen=True)
class Ground:
    """What an analysis stands on, besides the register: what is kept in memory, the district, its own rules' folder."""

    surroundings: Surroundings
    district: str
    local_rules: Path | None = None


def analyse(
    session: Session, actor: Actor, asked: Asked, ground: Ground, watch: Watch = unwatched
) -> Analysis:
    """Measure what is asked for, and put the distance rules to it.

    Raises
    ------
    NotFound
        If the one site or target that is asked for does not exist for the actor.
    TooManyPairs
    """
    watch(Phase.READING, 0.0)
    every = read_sites(session, actor, asked, asked.start)
    if asked.site is not None and not len(every):
        raise NotFound
    sites = placed(every)
    targets = {layer: targets_of(session, actor, asked, layer, ground) for layer in layers_of(asked)}
    wanted = {layer: is_wanted(asked, layer, target) for layer, target in targets.items()}
    if asked.target is not None and not any(rows.any() for rows in wanted.values()):
        raise NotFound
    pairs = {
        layer: judged_pairs(
            sites,
            layer,
            targets[layer],
            wanted[layer],
            asked.distances,
            partial(told_of_part, watch, Phase.MEASURING, place, len(targets)),
        )
        for place, layer in enumerate(targets)
    }
    refuse_too_many(sum(map(len, pairs.values())))
    watch(Phase.RULES, 0.0)
    areas = read_areas(session, actor, set(sites["enterprise_id"].dropna()), asked.at)
    for layer, found in pairs.items():
        found["report_area"] = report_areas(found, areas, targets[layer])
    held = legal(distance_rules.rules(ground.local_rules).values(), ground.district)
    findings = [
        found
        for place, rule in enumerate(held)
        for found in rule_findings(
            rule,
            starts_of(session, actor, asked, rule, sites),
            targets,
            wanted,
            asked,
            areas,
            partial(told_of_part, watch, Phase.RULES, place, len(held)),
        )
    ]
    return Analysis(
        asked,
        sites=len(sites),
        unplaced=len(every) - len(sites),
        targets={layer: int(wanted[layer].sum()) for layer in targets},
        summaries={layer: summary(pairs[layer], asked.distances) for layer in targets},
        pairs=together(list(pairs.values())).sort_values("distance_m", kind="stable", ignore_index=True),
        findings=together(findings),
    )


def told_of_part(watch: Watch, phase: Phase, place: int, of: int, part: float) -> None:
    """Tell how far a phase is whose parts are done one after the other."""
    watch(phase, (place + part) / of)


def refuse_too_many(pairs: int) -> None:
    """Refuse what nobody could read.

    Raises
    ------
    TooManyPairs
    """
    if pairs > MOST_PAIRS:
        raise TooManyPairs(
            f"超过 {MOST_PAIRS} 对，一次分析放不下。请缩短距离，或只选一部分等级、街道（乡镇）、行业或防护目标。"
        )


def layers_of(asked: Asked) -> list[Layer]:
    """The layers that are asked for."""
    kinds = {"receptors": asked.receptor_kinds, "corridors": asked.corridor_classes}
    return [layer for layer in LAYERS if kinds[layer] is None or kinds[layer]]


def targets_of(session: Session, actor: Actor, asked: Asked, layer: Layer, ground: Ground) -> Prepared:
    """The rows of a layer, ready to be measured: from memory, or as they were recorded."""
    if asked.at is None:
        return ground.surroundings.now(session, actor, layer)
    return read_targets(session, actor, layer, asked.at)


def is_wanted(asked: Asked, layer: Layer, targets: Prepared) -> Booleans:
    """Which rows of a layer are asked for, (n,)."""
    kinds = asked.receptor_kinds if layer == "receptors" else asked.corridor_classes
    rows = np.ones(len(targets), dtype=bool)
    if kinds is not None:
        rows &= targets.frame["kind"].isin(kinds).to_numpy()
    if asked.target is not None:
        rows &= (targets.frame["id"] == asked.target).to_numpy()
    return rows


def placed(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The sites with a place on the map."""
    return sites[sites.geometry.notna()].reset_index(drop=True)


# ---------------------------------------------------------------- pairs


def judged_pairs(
    sites: gpd.GeoDataFrame,
    layer: Layer,
    targets: Prepared,
    wanted: Booleans,
    distances: Sequence[float],
    tell: Callable[[float], None] = lambda part: None,
) -> gpd.GeoDataFrame:
    """The pairs within the longest distance, or so near to it that nobody can say.

    Parameters
    ----------
    tell : is told what part of the sites is done, before each batch of them.

    Returns
    -------
    Both ends' columns (`site_…`, `target_…`), `layer`, `distance_m`, `is_own` (本单位), `verdicts` (one for each
    distance) and the connecting line; `site` and `receptor` are the positions of the ends.

    Raises
    ------
    TooManyPairs
    """
    positions = np.flatnonzero(wanted)
    some_targets = targets if wanted.all() else targets.take(positions)
    reach = min(LONGEST_M, distances[-1] + doubt_m(sites, some_targets, layer))
    parts, found = [], 0
    # At least once: no sites have no pairs, with the same columns.
    for begin in range(0, max(len(sites), 1), SITES_AT_ONCE):
        tell(begin / max(len(sites), 1))
        some = sites.iloc[begin : begin + SITES_AT_ONCE].reset_index(drop=True)
        pairs = judged_batch(some, layer, some_targets, distances, reach)
        pairs["site"] += begin
        pairs["receptor"] = positions[pairs["receptor"].to_numpy()]
        parts.append(pairs)
        found += len(pairs)
        refuse_too_many(found)
    return together(parts)


def judged_batch(
    sites: gpd.GeoDataFrame,
    layer: Layer,
    targets: Prepared,
    distances: Sequence[float],
    reach_m: float,
) -> gpd.GeoDataFrame:
    """The pairs of some of the sites."""
    pairs = pairs_within(prepare(sites, is_checked=True), targets, reach_m, owners=OWNERS)
    # By position: some of the targets keep the index of all of them.
    pairs["receptor"] = targets.frame.index.get_indexer(pairs["receptor"])
    judged = [judgements(pairs, sites, targets, layer, limit) for limit in distances]
    kept = (judged[-1] != Verdict.NO) | (pairs["distance_m"].to_numpy() <= distances[-1])
    pairs = pairs[kept].reset_index(drop=True)
    pairs["verdicts"] = pd.Series(
        [tuple(row) for row in np.stack(judged, axis=1)[kept]], index=pairs.index, dtype=object
    )
    return told(pairs, sites, targets, layer)


def doubt_m(sites: gpd.GeoDataFrame, targets: Prepared, layer: Layer) -> float:
    """How much farther than a limit something may be measured, and still lie within it."""
    accuracy = sum(
        float(np.nan_to_num(frame["accuracy_m"].to_numpy()).max(initial=0.0))
        for frame in (sites, targets.frame)
    )
    unstated = layer == "corridors" and bool(targets.frame["half_width_m"].isna().any())
    return accuracy + (WIDEST_UNSTATED_HALF_WIDTH_M if unstated else 0.0)


def judgements(
    pairs: pd.DataFrame, sites: gpd.GeoDataFrame, targets: Prepared, layer: Layer, limit_m: float
) -> np.ndarray[Any, Any]:
    """The verdict of each pair at a limit."""
    site, target = pairs["site"].to_numpy(), pairs["receptor"].to_numpy()
    unstated: Booleans | bool = False
    if layer == "corridors":
        unstated = targets.frame["half_width_m"].isna().to_numpy()[target]
    return verdicts(
        pairs["distance_m"].to_numpy(),
        limit_m,
        site_accuracy_m=accuracy_of(sites, site),
        receptor_accuracy_m=accuracy_of(targets.frame, target),
        is_half_width_unknown=unstated,
    )


def accuracy_of(frame: pd.DataFrame, rows: np.ndarray[Any, Any]) -> Floats:
    """The stated accuracy of some rows, metres; NaN where none is."""
    return np.asarray(frame["accuracy_m"].to_numpy(dtype=float)[rows])


SITE_FACTS = ("id", "number", "name", "grade", "edge", "enterprise_id", "enterprise", "accuracy_m")
TARGET_FACTS = ("id", "number", "name", "kind", "accuracy_m", "half_width_m")


def told(
    pairs: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, targets: Prepared, layer: Layer
) -> gpd.GeoDataFrame:
    """Pairs with the facts of both ends."""
    for name in SITE_FACTS:
        pairs[f"site_{name}"] = sites[name].to_numpy()[pairs["site"].to_numpy()]
    for name in TARGET_FACTS:
        pairs[f"target_{name}"] = targets.frame[name].to_numpy()[pairs["receptor"].to_numpy()]
    pairs["layer"] = layer
    return pairs


def together(parts: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Some frames as one; empty ones say nothing of types."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return parts[0] if parts else gpd.GeoDataFrame(geometry=[], crs=CANONICAL_SRID)
    return gpd.GeoDataFrame(pd.concat(filled, ignore_index=True), crs=CANONICAL_SRID)


# ---------------------------------------------------------------- rules


def starts_of(
    session: Session, actor: Actor, asked: Asked, rule: Rule, sites: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """The edges that a rule's distances start at, of the units that were asked for and are the actor's.

    A unit without the edge that the clause names is measured from its outline, or its point; `site_edge` says so.
    """
    owners = set(sites["enterprise_id"].dropna())
    # Whole units, whatever their grade, and those that nobody has graded: a clause does not ask for it.
    of_units = asked.model_copy(update={"site": None})
    outlines = owned(read_sites(session, actor, of_units, "outline", whatever_grade=True), owners)
    if rule.starts_at == "outline":
        return outlines
    edges = owned(read_sites(session, actor, of_units, rule.starts_at, whatever_grade=True), owners)
    without = outlines[~outlines["enterprise_id"].isin(edges["enterprise_id"])]
    return together([edges, without])


def owned(sites: gpd.GeoDataFrame, owners: set[Any]) -> gpd.GeoDataFrame:
    """The placed sites of some units."""
    return placed(sites[sites["enterprise_id"].isin(owners)])


def rule_findings(
    rule: Rule,
    starts: gpd.GeoDataFrame,
    targets: Mapping[Layer, Prepared],
    wanted: Mapping[Layer, Booleans],
    asked: Asked,
    areas: Areas,
    tell: Callable[[float], None] = lambda part: None,
) -> Iterator[gpd.GeoDataFrame]:
    """What one rule says, by layer: pairs with `rule`, `because`, `limit_m` (NaN where the clause names no figure).

    Of each unit and target the nearest pair. Where the clause leaves the distance to the evaluation report, the area of
    the report decides, however far it reaches (`report_area`). What shows no conflict is left out, unless a report says
    so.
    """
    because = [concerns(rule, site_of(row)) for _, row in starts.iterrows()]
    spoken_of = [row for row, reason in enumerate(because) if reason is not None]
    mine = starts.iloc[spoken_of].reset_index(drop=True)
    limit = rule.distance_m
    for place, (layer, target) in enumerate(targets.items()):
        tell(place / len(targets))
        protected = wanted[layer] & np.array(
            [protects(rule, layer, kind) for kind in target.frame["kind"]], dtype=bool
        )
        if not len(mine) or not protected.any():
            continue
        longest = asked.distances[-1] if limit is None else limit
        found = judged_pairs(
            mine, layer, target, protected, (longest,), partial(told_of_layer, tell, place, len(targets))
        )
        if limit is None:
            found = together([found, *pairs_in_areas(mine, layer, target, protected, areas)])
        found = found.sort_values("distance_m", kind="stable").reset_index(drop=True)
        found["report_area"] = report_areas(found, areas if limit is None else NO_AREAS, target)
        found["rule"], found["limit_m"] = rule.id, np.nan if limit is None else limit
        found["because"] = pd.Series(
            [because[spoken_of[site]] for site in found["site"]], index=found.index, dtype=object
        )
        found["outcome"] = pd.Series(
            [
                outcome(verdict, limit, is_in_report_area=area and area.is_inside)
                for (verdict,), area in zip(found["verdicts"], found["report_area"], strict=True)
            ],
            index=found.index,
            dtype=object,
        )
        is_clear = (found["outcome"] == Outcome.CLEAR) & found["report_area"].isna()
        found = found[~found["is_own"] & ~is_clear]
        yield found.drop_duplicates(["site_enterprise_id", "target_id"]).reset_index(drop=True)


def told_of_layer(tell: Callable[[float], None], place: int, of: int, part: float) -> None:
    """Tell how far a rule is whose layers are looked at one after the other."""
    tell((place + part) / of)


NO_AREAS = Areas(gpd.GeoDataFrame({"enterprise_id": []}, geometry=[], crs=CANONICAL_SRID))


def report_areas(pairs: pd.DataFrame, areas: Areas, targets: Prepared) -> "pd.Series[Any]":
    """For each pair the area of the site's evaluation report; None where it has none."""
    reached, owners = areas.reached(targets), areas.owners
    used = [
        None if owner not in owners else reached.get((owner, receptor)) or areas.beyond(owner)
        for owner, receptor in zip(pairs["site_enterprise_id"], pairs["receptor"], strict=True)
    ]
    return pd.Series(used, index=pairs.index, dtype=object)


def pairs_in_areas(
    sites: gpd.GeoDataFrame, layer: Layer, targets: Prepared, wanted: Booleans, areas: Areas
) -> Iterator[gpd.GeoDataFrame]:
    """The pairs of the units whose areas are reached, at whatever distance, with what reaches into them."""
    reached = areas.reached(targets)
    for owner in sorted({owner for owner, _ in reached}):
        inside = wanted & np.isin(np.arange(len(targets)), [at for who, at in reached if who == owner])
        theirs = sites["enterprise_id"] == owner
        if theirs.any() and inside.any():
            found = judged_pairs(sites[theirs].reset_index(drop=True), layer, targets, inside, (LONGEST_M,))
            found["site"] = np.flatnonzero(theirs)[found["site"].to_numpy()]
            yield found


def site_of(row: "pd.Series[Any]") -> Site:
    """What a rule asks of a site."""
    return Site(row["enterprise"], row["sector"], bool(row["has_major_hazard"]))
