"""The rules by which an area gets a colour: what they promise, and what their files are refused for."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.area_risk.rules import (
    DEFAULT,
    FOLDER,
    BrokenRule,
    colour,
    counts_cells,
    formula,
    general_formula,
    in_plain_words,
    read,
    rules,
    ungraded_share,
)
from backend.grades import CODES

COUNTS = st.fixed_dictionaries({code: st.integers(0, 500) for code in (*CODES, None)})
SIZES = st.floats(0.01, 100_000)
RULES = st.sampled_from(sorted(rules()))


def worse_or_same(after: int | None, before: int | None) -> bool:
    """1 is the worst; what has no colour is no better than one."""
    return after is not None and (before is None or after <= before)


@given(COUNTS, SIZES, RULES)
def test_one_more_of_the_worst_never_lowers_a_colour(
    counts: dict[int | None, int], size: float, name: str
) -> None:
    rule = rules()[name]
    assert worse_or_same(colour({**counts, 1: counts[1] + 1}, size, rule), colour(counts, size, rule))


@given(COUNTS, SIZES, RULES, st.sampled_from(CODES))
def test_making_one_worse_never_lowers_a_colour(
    counts: dict[int | None, int], size: float, name: str, code: int
) -> None:
    """Of what is there already: a 一般 that turns 重大, a 未评定 that turns 重大."""
    rule = rules()[name]
    for was in (*CODES, None):
        if counts[was] and was != code and (was is None or was > code):
            changed = {**counts, was: counts[was] - 1}
            changed[code] += 1
            before, after = colour(counts, size, rule), colour(changed, size, rule)
            # What was unknown may turn out to be low: only what was graded before is compared.
            assert was is None or worse_or_same(after, before)


@given(st.integers(0, 10_000), SIZES, RULES)
def test_unknown_is_grey_and_never_blue(ungraded: int, size: float, name: str) -> None:
    counts = {**dict.fromkeys(CODES, 0), None: ungraded}
    assert colour(counts, size, rules()[name]) is None
    assert "不着色" in formula(counts, size, rules()[name]).zh


@given(COUNTS, SIZES, RULES)
def test_what_is_graded_has_a_colour_whatever_is_unknown_beside_it(
    counts: dict[int | None, int], size: float, name: str
) -> None:
    rule = rules()[name]
    given_colour = colour(counts, size, rule)
    assert (given_colour is None) == (sum(counts[code] for code in CODES) == 0)
    assert given_colour == colour({**counts, None: counts[None] + 7}, size, rule)


@given(COUNTS, SIZES, RULES)
def test_an_area_with_a_major_risk_is_never_blue(
    counts: dict[int | None, int], size: float, name: str
) -> None:
    assert colour({**counts, 1: counts[1] + 1}, size, rules()[name]) in (1, 2, 3)


def test_the_index_needs_the_size_of_the_land_and_says_so() -> None:
    rule = rules()["weighted-index"]
    assert colour({1: 1}, None, rule) is None
    assert "面积未知" in formula({1: 1}, None, rule).zh


@pytest.mark.parametrize(
    ("name", "counts", "size", "grade", "zh"),
    [
        ("highest", {2: 4, 4: 90}, 1.0, 2, "最高等级为较大，4 个 → 较大"),
        ("weighted-index", {1: 3, 2: 19, 3: 112, 4: 354}, 15.81, 2,
         "(10×3 + 5×19 + 2×112 + 1×354) ÷ 15.81 平方千米 = 44.47，≥ 30 → 较大"),
        ("weighted-index", {1: 1}, 50.0, 3,
         "(10×1 + 5×0 + 2×0 + 1×0) ÷ 50.00 平方千米 = 0.20，≥ 0；有重大，至少一般 → 一般"),
        ("grid-share", {1: 1, 2: 2, 3: 5, 4: 2}, None, 2, "重大、较大网格 3 ÷ 已评定网格 10 = 30.0%，≥ 30% → 较大"),
    ],
)  # fmt: skip
def test_the_formula_puts_the_numbers_in(
    name: str, counts: dict[int | None, int], size: float | None, grade: int, zh: str
) -> None:
    assert colour(counts, size, rules()[name]) == grade
    assert formula(counts, size, rules()[name]).zh == zh


def test_a_limit_belongs_to_the_worse_band() -> None:
    rule = rules()["weighted-index"]
    assert (colour({4: 30}, 1.0, rule), colour({4: 30}, 1.0001, rule)) == (2, 3)


def test_how_much_is_unknown_is_told() -> None:
    assert ungraded_share({1: 1, 4: 2, None: 9}) == 0.75


def test_three_rules_are_there_and_none_claims_a_standard() -> None:
    assert next(iter(rules())) == DEFAULT
    assert set(rules()) == {"highest", "weighted-index", "grid-share"}
    assert [rule.verified for rule in rules().values()] == [False] * 3
    assert [name for name, rule in rules().items() if counts_cells(rule)] == ["grid-share"]


def test_the_formula_of_a_rule_names_its_weights_and_limits() -> None:
    said = {name: general_formula(rule).zh for name, rule in rules().items()}
    assert "10×重大 + 5×较大 + 2×一般 + 1×低" in said["weighted-index"]
    assert "≥ 60 为重大，≥ 30 为较大，≥ 10 为一般，其余为低" in said["weighted-index"]
    assert "重大、较大网格 ÷ 已评定网格；≥ 50% 为重大" in said["grid-share"]
    assert all("未评定的不计入" in each for each in said.values())


def test_every_rule_has_a_plain_sentence_of_its_own() -> None:
    assert len({in_plain_words(rule) for rule in rules().values()}) == len(rules())


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("weighted-index-1", {"weights": {"1": 1, "2": 5, "3": 2, "4": 1}}, "权重不应越小"),
        ("weighted-index-1", {"weights": {"1": 10}}, "每个等级都应有权重"),
        ("weighted-index-1", {"bands": [{"grade": 1, "lower": 60}]}, "每级一段"),
        ("grid-share-1", {"grades": [2]}, "从重大起"),
        ("grid-share-1", {"majr_at_least": 3}, "majr_at_least"),
        ("highest-1", {"method": "guess"}, "method"),
        ("highest-1", {"edition": "2"}, "highest-2.json"),
    ],
)
def test_a_broken_rule_is_refused_with_its_file_and_field(
    tmp_path: Path, name: str, change: dict[str, Any], said: str
) -> None:
    document = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    path = tmp_path / f"{name}.json"
    path.write_text(json.dumps({**document, **change}), "utf-8")
    with pytest.raises(BrokenRule, match=said) as refusal:
        read(path)
    assert str(refusal.value).startswith(path.name)


@pytest.mark.parametrize("lowest", [(60, 30, 10, 1), (10, 30, 10, 0)])
def test_bands_that_leave_a_gap_or_turn_around_are_refused(tmp_path: Path, lowest: tuple[int, ...]) -> None:
    document = json.loads((FOLDER / "weighted-index-1.json").read_text("utf-8"))
    document["bands"] = [{"grade": code, "lower": lower} for code, lower in zip(CODES, lowest, strict=True)]
    path = tmp_path / "weighted-index-1.json"
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(BrokenRule, match="bands"):
        read(path)
