"""An analysis as it is told: words for codes, sentences for verdicts, coordinates for lines."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, cast

import pandas as pd
import shapely

from backend.proximity.analysis import Analysis
from backend.proximity.areas import ReportArea
from backend.proximity.asked import Asked
from backend.proximity.rules import DISCLAIMER, ENDS, OUTCOMES, STARTS, Layer, Outcome, Rule
from backend.proximity.schemas import (
    DistanceCount,
    FindingOut,
    LayerSummary,
    PairOut,
    ReportAreaOut,
    ReportOut,
    RuleOut,
    SiteEnd,
    TargetEnd,
    VerdictOut,
)
from backend.register.rows import Term, term
from backend.risk.schemas import Sentence
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS
from geodata.verdict import Verdict, judge

KINDS: Mapping[Layer, Mapping[str, tuple[str, str]]] = {
    "receptors": RECEPTOR_KINDS,
    "corridors": CORRIDOR_CLASSES,
}
EDGES = {
    **STARTS,
    "point": ("点位（没有厂界）", "the point, for want of an outline"),
    "planned": ("规划范围", "outline of what is planned"),
}
ENGLISH = {Verdict.YES: "Yes", Verdict.NO: "No", Verdict.BORDERLINE: "Borderline"}


def report_out(analysis: Analysis, rules: Mapping[str, Rule], *, page: int, limit: int) -> ReportOut:
    """An analysis with one page of its pairs, the nearest first, and all that the rules say."""
    begin = (page - 1) * limit
    shown = analysis.pairs.iloc[begin : begin + limit]
    return ReportOut(
        asked=analysis.asked,
        sites=analysis.sites,
        unplaced=analysis.unplaced,
        layers=[layer_summary(analysis, layer) for layer in analysis.summaries],
        pairs_total=len(analysis.pairs),
        page=page,
        limit=limit,
        pairs=[pair_out(row, analysis.asked) for row in rows_of(shown)],
        findings=[finding_out(row) for row in rows_of(analysis.findings)],
        rules=[rule_out(rules[name]) for name in sorted({*analysis.findings.get("rule", ())})],
        disclaimer=sentence(DISCLAIMER),
    )


def rows_of(frame: pd.DataFrame) -> Iterable[dict[str, Any]]:
    """The rows of a frame as mappings; what is missing is None."""
    return (
        {name: none_if_missing(value) for name, value in row.items()}
        for row in cast("list[dict[str, Any]]", frame.to_dict("records"))
    )


def none_if_missing(value: Any) -> Any:  # noqa: ANN401 - whatever a frame holds
    """NaN and the like as None."""
    return None if isinstance(value, float) and value != value else value


def layer_summary(analysis: Analysis, layer: Layer) -> LayerSummary:
    """The counts of a layer up to each distance, with how many of its pairs nobody can decide there."""
    of_layer = analysis.pairs[analysis.pairs["layer"] == layer] if len(analysis.pairs) else analysis.pairs
    return LayerSummary(
        layer=layer,
        targets=analysis.targets[layer],
        by_distance=[
            DistanceCount(
                distance_m=counted.distance_m,
                pairs=counted.pairs,
                sites=counted.sites,
                receptors=counted.receptors,
                borderline=sum(
                    1
                    for verdicts, is_own in zip(
                        of_layer.get("verdicts", ()), of_layer.get("is_own", ()), strict=True
                    )
                    if not is_own and verdicts[place] is Verdict.BORDERLINE
                ),
            )
            for place, counted in enumerate(analysis.summaries[layer])
        ],
    )


def pair_out(row: Mapping[str, Any], asked: Asked) -> PairOut:
    """One pair; the reason is that of the smallest distance it may lie within."""
    place = next(
        (place for place, verdict in enumerate(row["verdicts"]) if verdict is not Verdict.NO),
        len(row["verdicts"]) - 1,
    )
    return PairOut(
        **ends_of(row),
        within_m=asked.distances[place],
        verdicts=[verdict_out(verdict) for verdict in row["verdicts"]],
        outcome=outcome_out(screened(row)),
        report_area=area_out(row["report_area"]),
        reason=reason_of(row, asked.distances[place]),
    )


def finding_out(row: Mapping[str, Any]) -> FindingOut:
    """What a rule says of one pair."""
    limit = row["limit_m"]
    return FindingOut(
        **ends_of(row),
        rule=row["rule"],
        because=Sentence(zh=row["because"].zh, en=row["because"].en),
        limit_m=limit,
        verdict=None if limit is None else verdict_out(row["verdicts"][0]),
        reason=None if limit is None else reason_of(row, limit),
        outcome=outcome_out(row["outcome"]),
        report_area=area_out(row["report_area"]),
    )


def screened(row: Mapping[str, Any]) -> Outcome:
    """What a pair within a screening distance comes to: the area of the evaluation report decides, if there is one."""
    area: ReportArea | None = row["report_area"]
    is_near = any(verdict is not Verdict.NO for verdict in row["verdicts"])
    return Outcome.CHECK if (area.is_inside if area else is_near) else Outcome.CLEAR


def outcome_out(outcome: Outcome) -> Term:
    """What a pair comes to, in words."""
    return term(OUTCOMES, outcome)


def area_out(area: ReportArea | None) -> ReportAreaOut | None:
    """The area that was used in place of a distance."""
    return None if area is None else ReportAreaOut(**asdict(area))


def ends_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What every pair tells: both ends, the distance, and the line between the nearest points."""
    layer: Layer = row["layer"]
    return {
        "site": SiteEnd(
            id=row["site_id"],
            number=row["site_number"],
            name=row["site_name"],
            grade=row["site_grade"],
            edge=term(EDGES, row["site_edge"]),
            enterprise_id=row["site_enterprise_id"],
            enterprise=row["site_enterprise"],
        ),
        "target": TargetEnd(
            id=row["target_id"],
            number=row["target_number"],
            layer=layer,
            name=row["target_name"],
            kind=term(KINDS[layer], row["target_kind"]),
        ),
        "distance_m": round(row["distance_m"], 2),
        "is_own": row["is_own"],
        "line": [(round(x, 7), round(y, 7)) for x, y in shapely.get_coordinates(row["geometry"]).tolist()],
    }


def reason_of(row: Mapping[str, Any], limit_m: float) -> Sentence:
    """Why a pair is or is not within a limit."""
    judgement = judge(
        row["distance_m"],
        limit_m,
        site_accuracy_m=row["site_accuracy_m"],
        receptor_accuracy_m=row["target_accuracy_m"],
        is_half_width_unknown=row["layer"] == "corridors" and row["target_half_width_m"] is None,
    )
    return Sentence(zh=judgement.reason, en=judgement.reason_en)


def verdict_out(verdict: Verdict) -> VerdictOut:
    """是, 否 or 临界."""
    return VerdictOut(code=verdict, zh=verdict.label, en=ENGLISH[verdict])


def rule_out(rule: Rule) -> RuleOut:
    """A rule as it is told."""
    return RuleOut(
        id=rule.id,
        basis=rule.basis,
        zh=rule.title_zh,
        en=rule.title_en,
        standard=rule.standard,
        edition=rule.edition,
        clause=rule.clause,
        note=Sentence(zh=rule.note_zh, en=rule.note_en),
        starts_at=term(STARTS, rule.starts_at),
        ends_at=term(ENDS, rule.ends_at),
        distance_m=rule.distance_m,
        verified=rule.verified,
        source=rule.source,
    )


def sentence(words: tuple[str, str]) -> Sentence:
    """Words in both languages."""
    return Sentence(zh=words[0], en=words[1])
