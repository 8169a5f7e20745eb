"""The words of the risk database: accident types by edition, measures, control levels."""

from datetime import date
from itertools import pairwise

import pytest

from backend.grades import CODES, GRADE_BASIS
from backend.risk.accidents import ACCIDENT_TYPES, EDITIONS, accident_types, edition_on, find, folded
from backend.risk.control_levels import CONTROL_LEVELS, OUTSIDE, ControlLevel, in_sets, required_levels
from backend.risk.measures import DATA_SOURCES, KINDS, MEASURE_CLASSES, NATIONAL, belongs, subclasses
from backend.risk.vocabulary import ASSESSMENT_BASES, RISK_POINT_KINDS

OLD, NEW = "GB 6441-1986", "GB 6441-2025"


@pytest.mark.parametrize(("edition", "count"), [(OLD, 20), (NEW, 27)])
def test_an_edition_is_whole_and_numbered(edition: str, count: int) -> None:
    types = accident_types(edition)
    assert [each.code for each in types] == [f"{n:02}" for n in range(1, count + 1)]
    assert all(each.verified and len(each.source.split("; ")) >= 2 for each in types)


def test_no_type_belongs_to_an_unknown_edition() -> None:
    assert {each.edition for each in ACCIDENT_TYPES} == set(EDITIONS)
    with pytest.raises(KeyError):
        accident_types("GB 6441-2030")


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_word_means_two_types(edition: str) -> None:
    words = [folded(word) for each in accident_types(edition) for word in {each.zh, *each.synonyms}]
    assert len(words) == len(set(words))
    assert not any(word.isdigit() for word in words)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_type_is_found_by_all_its_names(edition: str) -> None:
    for each in accident_types(edition):
        for word in (each.code, each.zh, *each.synonyms, f" {each.zh} ", f"{each.zh}事故"):
            assert find(word, edition) == each


@pytest.mark.parametrize(
    ("word", "edition", "name"),
    [
        ("中毒窒息", OLD, "中毒和窒息"),
        ("窒息", OLD, "中毒和窒息"),
        ("窒息", NEW, "窒息"),
        ("其它爆炸", OLD, "其他爆炸"),
        ("厂(场)内车辆致害", NEW, "厂（场）内车辆致害"),
        ("可燃液体蒸汽爆炸", NEW, "可燃液体蒸气爆炸"),
        ("机械伤害", NEW, "机械致害"),
        ("其他事故", NEW, "其他"),
    ],
)
def test_words_of_practice_are_understood(word: str, edition: str, name: str) -> None:
    found = find(word, edition)
    assert found is not None
    assert found.zh == name


@pytest.mark.parametrize("word", ["车辆伤害", "中毒和窒息", "其他爆炸", "瓦斯爆炸", "爆炸", "", "28", "透水"])
def test_what_the_new_edition_divided_is_not_guessed(word: str) -> None:
    assert find(word, NEW) is None


def test_gunpowder_and_firedamp_are_told_by_name() -> None:
    assert {find(word, OLD) for word in ("火药爆炸", "瓦斯爆炸")} == {
        find(code, OLD) for code in ("14", "15")
    }


def test_the_edition_in_force_changes_on_its_day() -> None:
    assert edition_on(date(2019, 3, 1)) == OLD
    assert edition_on(date(2026, 6, 30)) == OLD
    assert edition_on(date(2026, 7, 1)) == NEW
    with pytest.raises(ValueError, match="1980-01-01"):
        edition_on(date(1980, 1, 1))


def test_the_five_kinds() -> None:
    assert [each.zh for each in KINDS.values()] == ["工程技术", "管理", "培训教育", "个体防护", "应急处置"]


def test_the_national_classes_are_whole() -> None:
    assert [(code, len(subclasses(code))) for code in NATIONAL if "-" not in code] == [
        ("1", 5),
        ("2", 3),
        ("3", 4),
        ("4", 5),
    ]
    assert NATIONAL["1-1"].zh == "工艺控制"
    assert NATIONAL["4-2"].zh == "个体防护"
    assert [each.zh for each in DATA_SOURCES.values()] == ["自动化监控", "隐患排查"]


def test_a_class_belongs_to_the_figure_before_its_hyphen() -> None:
    seconds = [code for code in NATIONAL if "-" in code]
    for second in seconds:
        assert [first for first in NATIONAL if belongs(second, first)] == [second[0]]


def test_no_measure_class_is_lost_or_doubled() -> None:
    assert len(MEASURE_CLASSES) == len(KINDS) + len(NATIONAL) + len(DATA_SOURCES)
    assert all(each.zh and each.en for each in MEASURE_CLASSES)


@pytest.mark.parametrize(
    ("grade", "codes"),
    [
        (1, ["company", "department", "workshop", "team", "post"]),
        (2, ["department", "workshop", "team", "post"]),
        (3, ["workshop", "team", "post"]),
        (4, ["team", "post"]),
        (None, []),
    ],
)
def test_a_plant_answers_at_every_level_below(grade: int | None, codes: list[str]) -> None:
    assert [level.code for level in required_levels("plant", grade)] == codes


def test_major_risks_have_owners_outside_the_unit() -> None:
    assert [owner.zh for owner in required_levels(OUTSIDE, 1)] == ["属地责任人", "行业监管责任人"]
    assert required_levels(OUTSIDE, 2) == ()


@pytest.mark.parametrize("name", sorted(CONTROL_LEVELS.keys() - {OUTSIDE}))
def test_in_every_set_somebody_answers_and_those_below_too(name: str) -> None:
    levels = CONTROL_LEVELS[name]
    assert [level.position for level in levels] == list(range(1, len(levels) + 1))
    assert required_levels(name, 1) == levels
    for worse, better in pairwise(CODES):
        demanded = required_levels(name, better)
        assert demanded
        assert required_levels(name, worse)[-len(demanded) :] == demanded


def test_a_set_that_frees_those_below_is_refused() -> None:
    above = ControlLevel("odd", "a", 1, "上", "Above", 3)
    with pytest.raises(ValueError, match="上级“上”负责管控的，下级必须同时负责"):
        in_sets([ControlLevel("odd", "b", 2, "下", "Below", 2), above])
    with pytest.raises(ValueError, match="没有等级 5"):
        in_sets([ControlLevel("odd", "a", 1, "上", "Above", 5)])


def test_an_unknown_set_is_no_set() -> None:
    with pytest.raises(KeyError):
        required_levels("ship", 1)


def test_words_of_points_and_assessments() -> None:
    assert [zh for zh, _ in RISK_POINT_KINDS.values()] == ["场所", "设备设施", "作业活动"]
    assert GRADE_BASIS in ASSESSMENT_BASES
