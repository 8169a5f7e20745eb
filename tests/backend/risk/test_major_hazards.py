"""GB 18218-2018, against examples worked by hand and a second copy of its tables."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.risk import thresholds
from backend.risk.data_files import BrokenFile
from backend.risk.faults import InvalidAssessment
from backend.risk.major_hazards import Chemical, Installation, identify
from backend.risk.thresholds import hazard_classes, substances

# Table 1 in its order, typed from another transcription than the file's.
TABLE_1 = """10 1 1 20 1 .3 10 5 1 5  20 5 20 1 1 1 10 20 20 1  20 20 100 1 1 75 20 20 20 .75
.5 .5 .5 5 5 1 1 1 10 50  50 50 5 50 200 1000 5 50 50 50  5 50 5 1 50 200 50 500 500 50
50 500 10 500 500 200 500 10 500 500  10 10 50 1 1 20 20 100 100 20  100 50 100 1 10"""
# Tables 2 and 4: symbol, Q, β.
CLASSES = """J1 5 4; J2 50 1; J3 50 2; J4 50 2; J5 500 1; W1.1 1 2; W1.2 10 2; W1.3 50 2; W2 10 1.5; W3 150 1; W4 50 1;
W5.1 10 1.5; W5.2 50 1; W5.3 1000 1; W5.4 5000 1; W6.1 10 1.5; W6.2 50 1; W7.1 10 1.5; W7.2 50 1; W8 50 1;
W9.1 50 1; W9.2 200 1; W10 200 1; W11 200 1"""
TABLE_3 = {
    "一氧化碳": 2, "二氧化硫": 2, "氨": 2, "环氧乙烷": 2, "氯化氢": 3, "溴甲烷": 3, "氯": 4, "硫化氢": 5, "氟化氢": 5,
    "二氧化氮": 10, "氰化氢": 10, "光气": 20, "磷化氢": 20, "异氰酸甲酯": 20,
}  # fmt: skip


def test_table_1_is_whole_and_agrees_with_another_copy() -> None:
    assert len(substances()) == 85
    assert [known.threshold for known in substances()] == [Decimal(q) for q in TABLE_1.split()]
    assert [known.threshold_source for known in substances()] == [
        f"GB 18218-2018 表1 第{n}项" for n in range(1, 86)
    ]


def test_tables_2_to_4_agree_with_another_copy() -> None:
    classes = [(known.name, known.threshold, known.beta) for known in hazard_classes().values()]
    assert classes == [
        (s, Decimal(q), Decimal(b)) for s, q, b in (each.split() for each in CLASSES.split(";"))
    ]
    for name, beta in TABLE_3.items():
        (known,) = thresholds.named(name)
        assert known.beta == beta
    others = [known for known in substances() if known.beta_verified and known.beta_source.endswith("表3")]
    assert len(others) == len(TABLE_3) - 1  # 一氧化碳 is no row of table 1, which has 煤气


def test_a_usual_hazard_class_is_marked_unverified_and_has_the_beta_of_its_class() -> None:
    for known in substances():
        symbol = re.search(r"表4 (\S+?)；", known.beta_source)
        if symbol:
            assert known.beta == hazard_classes()[symbol[1]].beta
            assert not known.beta_verified


def test_cas_numbers_are_right_in_their_last_digit() -> None:
    for known in substances():
        for cas in known.cas:
            digits = cas.replace("-", "")
            assert re.fullmatch(r"\d{2,7}-\d\d-\d", cas)
            assert sum(n * int(d) for n, d in enumerate(reversed(digits[:-1]), 1)) % 10 == int(digits[-1]), (
                cas
            )


def unit(people: int | None, *chemicals: tuple[str, object]) -> Installation:
    return identify([Chemical(name, quantity) for name, quantity in chemicals], people)


def figures(result: Installation) -> tuple[Any, ...]:
    return float(result.s), result.is_major, result.r and float(result.r), result.level


def test_one_gas() -> None:
    # 液氯 20 t: S = 20/5 = 4. 60 people: α = 1.5. R = 1.5 · 4 · 4 = 24, 三级.
    result = unit(60, ("液氯", 20))
    assert figures(result) == (4, True, 24, 3)
    assert result.sentence_zh == (
        "S = 4，不小于 1，按 GB 18218-2018 构成重大危险源；厂界外 500 m 范围内 60 人，α = 1.5，R = 24，为三级重大危险源"
    )
    assert result.lines[0].sentence_zh == (
        "液氯：20 t ÷ 5 t = 4（GB 18218-2018 表1 第12项）；β = 4（GB 18218-2018 表3）"
    )


def test_a_mixture_of_substances_below_one() -> None:
    # 甲醇 200/500 = 0.4, 汽油 80/200 = 0.4, 乙炔 0.15/1 = 0.15: S = 0.95 < 1.
    result = unit(500, ("甲醇", 200), ("汽油", 80), ("乙炔", "0.15"))
    assert figures(result) == (0.95, False, None, None)
    assert result.sentence_zh == "S = 0.95，小于 1，按 GB 18218-2018 不构成重大危险源"


def test_a_mixture_that_is_just_one() -> None:
    # 甲醇 0.4, 汽油 0.4, 乙炔 0.2: S = 1 exactly. Nobody near: α = 0.5. R = 0.5·(0.4·1 + 0.4·1 + 0.2·1.5) = 0.55.
    result = unit(0, ("甲醇", 200), ("汽油", 80), ("乙炔", 0.2))
    assert figures(result) == (1, True, 0.55, 4)


def test_thirds_add_up_to_one() -> None:
    # 0.1/0.3 three times is 1 exactly; in binary it is not sure to be.
    result = unit(0, ("光气", 0.1), ("75-44-5", "0.1"), ("碳酰氯", Decimal("0.1")))
    assert result.s == 1
    assert result.is_major
    assert result.r == 10  # 0.5 · 20 · 1: 三级, from 10 on
    assert result.level == 3


def test_toxic_and_flammable_together() -> None:
    # 液氨 50/10 = 5, LPG 100/50 = 2, 苯 25/50 = 0.5: S = 7.5.
    # 120 people: α = 2. R = 2·(2·5 + 1.5·2 + 1·0.5) = 2·13.5 = 27, 三级.
    assert figures(unit(120, ("液氨", 50), ("LPG", 100), ("苯", 25))) == (7.5, True, 27, 3)


def test_of_the_first_level() -> None:
    # 光气 1.2/0.3 = 4. 35 people: α = 1.2. R = 1.2·20·4 = 96, 二级; with 60 people 1.5·80 = 120, 一级.
    assert figures(unit(35, ("光气", 1.2))) == (4, True, 96, 2)
    assert figures(unit(60, ("光气", 1.2))) == (4, True, 120, 1)


def test_its_own_class_threshold_or_citation() -> None:
    # 柴油-like liquid of class W5.4: 2500/5000 = 0.5, β 1. Own: 30 t of Q 60, β 2: 0.5. S = 1. 10 people: α = 1.
    # R = 1·(1·0.5 + 2·0.5) = 1.5, 四级.
    own = Chemical("某中间体", 30, threshold=60, beta="2", citation="2025 年安全评价报告")
    result = identify([Chemical("某溶剂", 2500, hazard_class="W5.4"), own], 10)
    assert figures(result) == (1, True, 1.5, 4)
    assert result.lines[1].sentence_zh.endswith(
        "（引自2025 年安全评价报告）；β = 2（引自2025 年安全评价报告）"
    )
    assert not result.lines[1].is_verified
    assert result.lines[0].is_verified


@pytest.mark.parametrize(
    ("people", "alpha", "r", "level"),
    [  # 液氯 50 t: Σ β·q/Q = 4·10 = 40
        (0, 0.5, 20, 3), (1, 1, 40, 3), (29, 1, 40, 3), (30, 1.2, 48, 3), (49, 1.2, 48, 3),
        (50, 1.5, 60, 2), (99, 1.5, 60, 2), (100, 2, 80, 2), (100_000, 2, 80, 2),
    ],
)  # fmt: skip
def test_the_edges_of_alpha(people: int, alpha: float, r: float, level: int) -> None:
    result = unit(people, ("氯", 50))
    assert result.alpha == Fraction(str(alpha))
    assert (result.r, result.level) == (r, level)


@pytest.mark.parametrize(
    ("tonnes", "r", "level"),
    [
        ("12.49", "9.992", 4),
        ("12.5", "10", 3),
        ("62.4", "49.92", 3),
        ("62.5", "50", 2),
        ("124.99", "99.992", 2),
        ("125", "100", 1),
    ],
)
def test_the_edges_of_the_levels(tonnes: str, r: str, level: int) -> None:
    # 氯, 10 people: R = 1 · 4 · q/5 = 0.8 q.
    result = unit(10, ("氯", tonnes))
    assert (result.r, result.level) == (Fraction(r), level)


def test_rounding_does_not_tell_the_other_side_of_a_cut() -> None:
    assert "S = 0.999998，小于 1" in unit(0, ("氯", "4.99999")).sentence_zh
    assert "R = 99.9999，为二级" in unit(10, ("氯", "124.9999")).sentence_zh


def test_what_is_missing_for_a_level_is_said() -> None:
    result = unit(None, ("氟", 2), ("氯", 5))
    assert (result.s, result.is_major, result.r, result.level) == (3, True, None, None)
    assert result.missing == ("氟的危险类别或校正系数 β", "厂界外 500 m 范围内的常住人口")
    assert result.sentence_zh.endswith(
        "缺少氟的危险类别或校正系数 β、厂界外 500 m 范围内的常住人口，未能分级"
    )
    assert identify([Chemical("氟", 2, hazard_class="J1")], 1).r == 8
    # 甲醇 above its boiling point is W5.1: β 1.5 instead of 1, with the Q of table 1.
    assert identify([Chemical("甲醇", 1000, hazard_class="W5.1")], 1).r == 3


@pytest.mark.parametrize(
    ("chemical", "field", "reason"),
    [
        (Chemical("", 1), "name", "缺少名称"),
        (Chemical("氯", 0), "quantity", "应大于 0"),
        (Chemical("氯", "若干"), "quantity", "应大于 0"),
        (Chemical("氯", float("nan")), "quantity", "应大于 0"),
        (Chemical("氯", True), "quantity", "应大于 0"),
        (Chemical("未知物", 1), "threshold", "没有「未知物」"),
        (Chemical("未知物", 1, threshold=5, citation="甲"), "beta", "β 应大于 0"),
        (Chemical("未知物", 1, threshold=5, beta=1), "citation", "缺少出处"),
        (Chemical("未知物", 1, hazard_class="W99"), "hazard_class", "没有这个危险类别"),
        (Chemical("氯", 1, threshold=50, beta=1, citation="甲"), "threshold", "已有标准规定的取值"),
        (Chemical("未知物", 1, hazard_class="W2", beta=1), "threshold", "已有标准规定的取值"),
        (Chemical("氯", 1, hazard_class="W2"), "hazard_class", "表3 规定"),
        (Chemical("硝酸铵", 1), "name", "临界量随规格不同"),
    ],
)
def test_what_cannot_be_reckoned_with_is_refused(chemical: Chemical, field: str, reason: str) -> None:
    with pytest.raises(InvalidAssessment) as error:
        identify([Chemical("氨", 1), chemical], 0)
    (fault,) = error.value.faults
    assert fault.field == f"chemicals[1].{field}"
    assert reason in fault.reason


@pytest.mark.parametrize("people", [-1, 29.5, True, "30"])
def test_people_are_counted(people: Any) -> None:
    with pytest.raises(InvalidAssessment, match="people_within_500m"):
        unit(people, ("氯", 5))


def test_no_chemicals_are_no_answer() -> None:
    with pytest.raises(InvalidAssessment, match="没有列出危险化学品"):
        identify([], 0)


def test_a_mistake_in_a_table_is_named(tmp_path: Any) -> None:
    path = tmp_path / "substances.csv"
    text = thresholds.SUBSTANCES.read_text("utf-8")
    for old, new, field in (("7664-41-7,10", "7664-41-7,-1", "q_t"), ("10,verified", "10,sure", "q_status")):
        path.write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(BrokenFile, match=f"substances.csv：第 2 行 {field}"):
            thresholds.read(path, lambda row: (row["name"], (), ()))


GASES = st.lists(
    st.tuples(st.sampled_from(["氯", "氨", "光气", "氢", "LPG"]), st.decimals("0.001", "500", places=3)),
    min_size=1,
    max_size=5,
)


@given(GASES, st.integers(0, 200), st.integers(0, 100), st.decimals("0", "100", places=3))
def test_more_of_anything_is_never_better(
    held: list[tuple[str, object]], people: int, more_people: int, more: Decimal
) -> None:
    one = unit(people, *held)
    name, quantity = held[0]
    other = unit(people + more_people, *held[1:], (name, Decimal(str(quantity)) + more))
    assert other.s >= one.s
    assert other.is_major >= one.is_major
    assert (other.r or 0) >= (one.r or 0)
    assert (other.level or 5) <= (one.level or 5)
