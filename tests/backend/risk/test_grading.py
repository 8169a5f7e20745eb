"""The front door: sentences, refusals, the direct judgement that only raises, and many at once as one by one."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.grades import CODES, worst
from backend.risk.direct import clauses
from backend.risk.faults import InvalidAssessment
from backend.risk.grading import COLUMNS, FACTOR_KEYS, Assessment, assess, assess_many, vocabulary
from backend.risk.scales import Scale, scales

GENERAL = "lec-2019-general"
MAJOR_HAZARD, LAW = "direct-2016-shandong.major_hazard", "direct-2016-shandong.law"


def by_lec(l: object, e: object, c: object, **more: object) -> dict[str, Any]:  # noqa: E741
    return {"method": "lec", "scale": GENERAL, "factors": {"L": l, "E": e, "C": c}, **more}


def test_the_sentence_of_a_product() -> None:
    result = assess(by_lec(6, 6, 15))
    assert (result.grade, result.value) == (1, 540)
    assert result.sentence_zh == (
        "L=6（相当可能）× E=6（每天工作时间内暴露）× C=15（1人死亡）= 540，大于 320，"
        "按「双重预防体系 LEC 法通行四级分界」（2019 版）判为重大风险"
    )
    assert result.sentence_en == (
        "L=6 (quite possible) × E=6 (daily, in working hours) × C=15 (1 dead) = 540, above 320: "
        "major risk by “LEC, common cuts” (2019)"
    )
    assert result.scale is scales()[GENERAL]
    assert result.band is scales()[GENERAL].bands[0]


def test_the_sentence_of_a_matrix() -> None:
    result = assess({"method": "ls", "scale": "ls-2016-shandong", "factors": {"L": "4", "S": 4.0}})
    assert result.sentence_zh == (
        "L=4（很可能发生）× S=4（丧失劳动能力）= 16，在 15–16 之间，"
        "按「山东 DB37/T 2882 系列风险矩阵」（2016 版）判为较大风险"
    )


def test_a_clause_raises_and_the_sentence_says_both() -> None:
    result = assess(by_lec(0.1, 10, 7, clauses=[MAJOR_HAZARD]))
    assert (result.grade, result.value) == (1, 7)
    assert result.sentence_zh.endswith(
        "= 7，不超过 70，按「双重预防体系 LEC 法通行四级分界」（2019 版）判为低风险；"
        "符合「山东 DB37/T 2882 系列通则」（2016 版）第 3 条（涉及危险化学品重大危险源），就高直接判定为重大风险"
    )
    assert [clause.id for clause in result.clauses] == [MAJOR_HAZARD]


def test_a_clause_that_adds_nothing_is_said_all_the_same() -> None:
    result = assess(by_lec(10, 10, 100, clauses=MAJOR_HAZARD))
    assert result.grade == 1
    assert result.sentence_zh.endswith("（涉及危险化学品重大危险源），等级不变，仍为重大风险")


def test_direct_judgement_alone() -> None:
    result = assess({"method": "direct", "clauses": f"{MAJOR_HAZARD}，{LAW}"})
    assert (result.grade, result.value, result.scale, result.band) == (1, None, None, None)
    assert result.sentence_zh == (
        "符合「山东 DB37/T 2882 系列通则」（2016 版）"
        "第 1 条（违反法律、法规及国家标准、行业标准中的强制性条款）、"
        "第 3 条（涉及危险化学品重大危险源），直接判定为重大风险"
    )
    assert result.sentence_en.endswith("chemicals): by direct judgement major risk")


def test_a_declared_grade_names_its_source() -> None:
    result = assess({"method": "declared", "grade": 2, "source": " 企业 2025 年风险清单 "})
    assert result.grade == 2
    assert result.sentence_zh == "按来源「企业 2025 年风险清单」申报为较大风险，未提供评估参数"
    assert assess(Assessment("declared", grade="3", source="县局", clauses=(LAW,))).grade == 1


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({}, [("method", "", "缺少评估方法")]),
        ({"method": "mes"}, [("method", "mes", "没有这种评估方法")]),
        ({"method": "lec", "L": 6}, [("L", "6", "没有这个字段")]),
        ({"method": "lec", "factors": [6, 6, 15]}, [("factors", "[6, 6, 15]", "应为各因素的分值")]),
        ({"method": "lec", "factors": {"L": 6}}, [("scale", "", "缺少评价标准")]),
        (
            by_lec(6, 6, 15, scale="ls-2016-shandong"),
            [("scale", "ls-2016-shandong", "没有这个 LEC 评价标准")],
        ),
        (
            by_lec(5, "", 15, grade=1, source="甲"),
            [
                ("L", "5", "不是事故发生的可能性的分值"),
                ("E", "", "缺少人员暴露的频繁程度的分值"),
                ("grade", "1", "评估方法为作业条件危险性评价法（LEC）时不能填"),
                ("source", "甲", "评估方法为作业条件危险性评价法（LEC）时不能填"),
            ],
        ),
        (
            {"method": "ls", "scale": "ls-2016-shandong", "factors": {"L": 1, "S": 1, "C": 1}},
            [("C", "1", "风险矩阵法·山东没有这个因素")],
        ),
        (
            by_lec(6, 6, 15, clauses=["?", 3]),
            [("clauses", "?", "没有这个直接判定条款"), ("clauses", "3", "没有这个直接判定条款")],
        ),
        (by_lec(6, 6, 15, clauses=3), [("clauses", "3", "应为条款编号的列表")]),
        ({"method": "direct"}, [("clauses", "", "直接判定至少要有一条依据")]),
        (
            {"method": "direct", "clauses": LAW, "factors": {"L": 6}, "scale": GENERAL},
            [("scale", GENERAL, "评估方法为直接判定时不能填"), ("L", "6", "评估方法为直接判定时不能填")],
        ),
        (
            {"method": "declared"},
            [("grade", "", "缺少申报的等级"), ("source", "", "缺少申报等级的来源")],
        ),
        ({"method": "declared", "grade": 0, "source": "甲"}, [("grade", "0", "不是风险等级")]),
        ({"method": "declared", "grade": 1.5, "source": "甲"}, [("grade", "1.5", "不是风险等级")]),
        ({"method": "declared", "grade": True, "source": "甲"}, [("grade", "True", "不是风险等级")]),
    ],
)
def test_what_cannot_be_graded_is_refused_with_everything_that_is_wrong(
    said: Mapping[str, object], faults: list[tuple[str, str, str]]
) -> None:
    with pytest.raises(InvalidAssessment) as error:
        assess(said)
    assert [(fault.field, fault.value, fault.reason) for fault in error.value.faults] == faults
    assert all(fault.hint for fault in error.value.faults)


def test_a_whole_is_as_bad_as_the_worst_of_its_parts() -> None:
    assert worst([4, None, 2, 3]) == 2
    assert worst([None]) is None


def test_the_vocabulary_is_json_and_enough_to_grade_from() -> None:
    said = vocabulary()
    assert json.loads(json.dumps(said)) == said
    assert [method["id"] for method in said["methods"]] == ["lec", "ls", "direct", "declared"]
    for scale in said["scales"]:
        best = {factor["key"]: factor["scores"][-1]["score"] for factor in scale["factors"]}
        assert assess({"method": scale["method"], "scale": scale["id"], "factors": best}).grade == 4
    for clause in said["clauses"]:
        assert assess({"method": "direct", "clauses": [clause["id"]]}).grade == clause["grade"]
    assert all(each["source"] and each["edition"] for each in [*said["scales"], *said["clauses"]])


# Properties.

SCALES = st.sampled_from(list(scales().values()))
CLAUSES = st.lists(st.sampled_from(list(clauses())), max_size=3)


@st.composite
def factors_of(draw: st.DrawFn, scale: Scale) -> dict[str, Decimal]:
    return {factor.key: draw(st.sampled_from(list(factor.by_score))) for factor in scale.factors}


@given(st.data(), SCALES, CLAUSES)
def test_a_grade_is_never_lower_than_what_was_computed_or_than_any_clause(
    data: st.DataObject, scale: Scale, applying: list[str]
) -> None:
    said: dict[str, Any] = {
        "method": scale.method,
        "scale": scale.id,
        "factors": data.draw(factors_of(scale)),
    }
    result = assess(said | {"clauses": applying})
    alone = assess(said)
    assert result.grade == min([alone.grade, *(clauses()[each].grade for each in applying)])
    assert (result.value, result.band) == (alone.value, alone.band)
    assert result == assess(said | {"clauses": applying})


@given(st.data(), SCALES)
def test_a_worse_factor_never_makes_a_better_grade(data: st.DataObject, scale: Scale) -> None:
    factors = data.draw(factors_of(scale))
    key = data.draw(st.sampled_from(list(factors)))
    (factor,) = [factor for factor in scale.factors if factor.key == key]
    worse = data.draw(st.sampled_from([score for score in factor.by_score if score >= factors[key]]))
    one, other = (
        assess({"method": scale.method, "scale": scale.id, "factors": each})
        for each in (factors, {**factors, key: worse})
    )
    assert other.grade <= one.grade


ANY_SCORE = st.one_of(
    st.sampled_from(
        [10, 6, 3, 1, 0.5, 0.2, 0.1, 2, 100, 40, 15, 7, 4, 5, "6", "0.5", " 3.0 ", Decimal("1.0")]
    ),
    st.none(),
    st.just(float("nan")),
    st.sampled_from(
        ["", "　", "高", "1_0", True, -0.0, 0, 1e22, 10**22, np.float64(0.1), np.int64(6), [6], b"6"]
    ),
    st.floats(),
)
CELLS = {
    "method": st.sampled_from(["lec", "ls", "direct", "declared", " lec ", "LEC", None, 1]),
    "scale": st.sampled_from([*scales(), *scales(), None, "", "?", f" {GENERAL}"]),
    **dict.fromkeys(FACTOR_KEYS, ANY_SCORE),
    "clauses": st.one_of(
        st.none(), CLAUSES, CLAUSES.map("、".join), st.sampled_from(["?", ["?"], ("?",), [3.0], 3])
    ),
    "grade": st.sampled_from([None, None, 1, 2, 3, 4, 0, "4", 2.0, True, "重大"]),
    "source": st.sampled_from([None, None, "企业清单", "", 7]),
}
ROWS = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=30)


def one_by_one(row: Mapping[str, Any]) -> Any:
    factors = {key: row[key] for key in FACTOR_KEYS if key in row}
    try:
        return assess(
            {**{key: value for key, value in row.items() if key not in FACTOR_KEYS}, "factors": factors}
        )
    except InvalidAssessment as invalid:
        return list(invalid.faults)


@given(ROWS)
def test_many_at_once_are_graded_as_one_by_one(rows: list[dict[str, Any]]) -> None:
    many = assess_many({name: [row[name] for row in rows] for name in COLUMNS})
    for place, row in enumerate(rows):
        told = [each.fault for each in many.faults if each.row == place]
        result = many.results[place]
        assert (told or result) == one_by_one(row)
        assert many.grades[place] == (0 if result is None else result.grade)


def test_many_good_rows_of_numbers_come_from_numpy_columns() -> None:
    rng = np.random.default_rng(6)
    scale = scales()[GENERAL]
    scores = {f.key: rng.choice([float(s) for s in f.by_score], 2000) for f in scale.factors}
    many = assess_many({"method": ["lec"] * 2000, "scale": [GENERAL] * 2000, **scores})
    exact = np.rint(scores["L"] * 10) * np.rint(scores["E"] * 10) * scores["C"]
    assert many.faults == []
    assert (many.grades == 4 - (exact > 7000) - (exact > 16000) - (exact > 32000)).all()
    assert set(many.grades) == set(CODES)


def test_columns_that_do_not_fit_are_a_mistake_of_the_program() -> None:
    for columns in ({"methods": ["lec"]}, {"method": ["lec"], "L": [1, 2]}, {}):
        with pytest.raises(ValueError, match="columns"):
            assess_many(columns)
