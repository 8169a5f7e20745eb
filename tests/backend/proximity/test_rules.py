"""The distance rules: what their files promise, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from backend.proximity.rules import (
    FOLDER,
    BrokenRule,
    Outcome,
    Rule,
    Site,
    concerns,
    legal,
    outcome,
    protects,
    read,
    rules,
)
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS
from geodata.verdict import Verdict

TANKS = Site("某化工厂", "hazardous_chemicals", has_major_hazard=True)
SCHOOL = Site("某小学", "education", has_major_hazard=False)


def local(folder: Path, **changes: Any) -> Path:
    """Put a rule into a folder: the fireworks shop's, with some fields changed."""
    said = json.loads((FOLDER / "fireworks-shop-2013.json").read_text()) | changes
    path = folder / f"{said['id']}-{said['edition']}.json"
    path.write_text(json.dumps(said, ensure_ascii=False))
    return path


def test_every_legal_rule_names_its_standard_its_clause_and_what_it_protects() -> None:
    tables = {"receptors": RECEPTOR_KINDS, "corridors": CORRIDOR_CLASSES}
    for rule in rules().values():
        assert rule.standard, rule.id
        assert rule.source, rule.id
        assert rule.clause or rule.basis == "screening", rule.id
        for each in rule.targets:
            assert set(each.kinds or ()) <= set(tables[each.layer]), rule.id


def test_highway_land_is_measured_from_its_outer_edge() -> None:
    """公路安全保护条例, article 18: 100 m from the outer edge of the highway land."""
    rule = rules()["highway-land"]
    assert (rule.distance_m, rule.ends_at) == (100, "land_edge")
    assert protects(rule, "corridors", "primary")
    assert not protects(rule, "corridors", "railway")
    assert not protects(rule, "receptors", "school")
    assert concerns(rule, TANKS)
    assert concerns(rule, SCHOOL) is None


@pytest.mark.parametrize(
    ("verdict", "limit_m", "inside", "expected"),
    [
        (Verdict.YES, 100.0, None, Outcome.CHECK),
        (Verdict.BORDERLINE, 100.0, None, Outcome.CHECK),
        (Verdict.NO, 100.0, None, Outcome.CLEAR),
        (Verdict.YES, None, None, Outcome.REPORT),
        # The area of an evaluation report decides what a clause leaves to it, and no figure of a clause.
        (Verdict.YES, None, False, Outcome.CLEAR),
        (Verdict.NO, None, True, Outcome.CHECK),
        (Verdict.YES, 100.0, False, Outcome.CHECK),
        (Verdict.NO, 100.0, True, Outcome.CLEAR),
    ],
)
def test_what_a_pair_comes_to(
    verdict: Verdict, limit_m: float | None, inside: bool | None, expected: Outcome
) -> None:
    assert outcome(verdict, limit_m, is_in_report_area=inside) is expected


def test_a_local_variant_takes_the_place_of_the_rule_in_its_region_alone(tmp_path: Path) -> None:
    local(
        tmp_path,
        id="fireworks-shop-city",
        edition="2020",
        variant_of="fireworks-shop",
        region="4104",
        distance_m=50,
    )
    every = rules(tmp_path).values()

    def fireworks(district: str) -> dict[str, float | None]:
        return {rule.id: rule.distance_m for rule in legal(every, district) if rule.sites.name_has}

    assert fireworks("410411") == {"fireworks-shop-city": 50}
    assert fireworks("410102") == {"fireworks-shop": 100}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"clause": ""}, "没有条款的是筛查距离"),
        ({"distance_m": -1}, "distance_m"),
        ({"colour": "red"}, "colour"),
        ({"variant_of": "highway-land"}, "region"),
    ],
)
def test_a_rule_that_cannot_be_used_is_told_by_file_and_field(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    path = local(tmp_path, id="a-rule", **changes)
    with pytest.raises(BrokenRule, match=said) as told:
        read(path)
    assert path.name in str(told.value)


def test_two_editions_of_one_rule_are_not_in_use_at_once(tmp_path: Path) -> None:
    local(tmp_path, edition="2030")
    with pytest.raises(BrokenRule, match="两个版次"):
        rules(tmp_path)


def test_a_variant_of_no_rule_is_refused(tmp_path: Path) -> None:
    local(tmp_path, id="b-rule", variant_of="nothing", region="4104")
    with pytest.raises(BrokenRule, match="nothing"):
        rules(tmp_path)


def test_screening_is_no_legal_rule() -> None:
    held: list[Rule] = legal(rules().values(), "410411")
    assert {rule.basis for rule in held} == {"legal"}
