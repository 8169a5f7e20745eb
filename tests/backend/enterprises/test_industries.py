"""GB/T 4754: the table is whole, and a code finds its class."""

import itertools

import pytest

from backend.enterprises.industries import INDUSTRIES, LEVELS, industry, lineage
from backend.enterprises.vocabulary import DEMONSTRATION_STATUSES, HAZARD_INSTALLATION_KINDS, SCALES

# Where each 门类 ends, as the standard's own notes to the 门类 say (本门类包括…大类).
LAST_DIVISIONS = {
    "A": 5, "B": 12, "C": 43, "D": 46, "E": 50, "F": 52, "G": 60, "H": 62, "I": 65, "J": 69,
    "K": 70, "L": 72, "M": 75, "N": 79, "O": 82, "P": 83, "Q": 85, "R": 90, "S": 96, "T": 97,
}  # fmt: skip


def test_the_standard_is_whole() -> None:
    counts = {level: sum(each.level == level for each in INDUSTRIES.values()) for level in LEVELS}
    assert counts == {1: 20, 2: 97, 3: 473, 4: 1381}
    assert {each.code for each in INDUSTRIES.values() if each.level == 2} == {f"{n:02}" for n in range(1, 98)}


def test_every_class_hangs_below_another_and_has_a_name() -> None:
    for each in INDUSTRIES.values():
        assert each.name == (each.name or "").strip() != ""
        assert each.level <= 2 or each.code[:-1] in INDUSTRIES
        assert each.level > 2 or len(each.section) == 1
    parents = {each.code[:-1] for each in INDUSTRIES.values() if each.level > 2}
    assert parents == {each.code for each in INDUSTRIES.values() if each.level in (2, 3)}


def test_divisions_lie_in_their_sections() -> None:
    first = 1
    for section, last in LAST_DIVISIONS.items():
        assert {INDUSTRIES[f"{n:02}"].section for n in range(first, last + 1)} == {section}
        first = last + 1


def test_a_class_bears_the_section_of_its_division() -> None:
    assert all(
        each.section == INDUSTRIES[each.code[:2]].section for each in INDUSTRIES.values() if each.level > 1
    )


@pytest.mark.parametrize(
    ("code", "full_code", "level", "name", "section_name"),
    [
        ("2611", "C2611", 4, "无机酸制造", "制造业"),
        ("C2611", "C2611", 4, "无机酸制造", "制造业"),
        ("C261", "C261", 3, "基础化学原料制造", "制造业"),
        ("C26", "C26", 2, "化学原料和化学制品制造业", "制造业"),
        ("37", "C37", 2, "铁路、船舶、航空航天和其他运输设备制造业", "制造业"),
        ("C", "C", 1, "制造业", "制造业"),
        ("0111", "A0111", 4, "稻谷种植", "农、林、牧、渔业"),
        ("P8334", "P8334", 4, "普通高中教育", "教育"),
        ("Q8411", "Q8411", 4, "综合医院", "卫生和社会工作"),
        ("5265", "F5265", 4, "机动车燃油零售", "批发和零售业"),
    ],
)
def test_a_code_finds_its_class(code: str, full_code: str, level: int, name: str, section_name: str) -> None:
    found = industry(code)
    assert found is not None
    assert (found.full_code, found.level, found.name, found.section_name) == (
        full_code,
        level,
        name,
        section_name,
    )


@pytest.mark.parametrize(
    "code",
    ["", "U", "c", "98", "00", "A2611", "2", "26111", "269", "9999", "C 26", "Ｃ26", "²6", "26\n", "化工"],
)
def test_what_is_no_code_finds_nothing(code: str) -> None:
    assert industry(code) is None


def test_an_unlisted_class_of_a_known_group_passes_without_a_name() -> None:
    assert "2618" not in INDUSTRIES
    found = industry("C2618")
    assert found is not None
    assert (found.level, found.name, found.section) == (4, None, "C")
    assert [each.code for each in lineage(found)] == ["C", "26", "261", "2618"]


def test_lineage_of_each_level() -> None:
    for each in INDUSTRIES.values():
        line = lineage(each)
        assert [one.level for one in line] == list(range(1, each.level + 1))
        assert line[-1] == each


def test_words_of_the_record_are_told_apart() -> None:
    for words in (SCALES, DEMONSTRATION_STATUSES, HAZARD_INSTALLATION_KINDS):
        assert len(set(itertools.chain.from_iterable(words.values()))) == 2 * len(words)
    assert [zh for zh, _ in HAZARD_INSTALLATION_KINDS.values()] == ["生产装置", "存储储罐", "存储库", "锅炉"]
