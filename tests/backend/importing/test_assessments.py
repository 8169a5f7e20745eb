"""Assessments in lists: computed from the factors, and held against what is stated beside them."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.importing.report import ImportReport
from backend.risk.documents import recomputed
from backend.risk.models import RiskEvent
from tests.backend.importing.files import only_finding
from tests.backend.importing.risk_files import SCALE, brought, listed, works

INCLUSIVE = "lec-2019-inclusive"
MATRIX = "ls-2016-shandong"


def assessed(session: Session, folder: Path, *, scale: str | None = SCALE, **facts: object) -> ImportReport:
    works(session)
    constants = {} if scale is None else {"constants": {"scale": scale}}
    return brought(session, folder, [listed(**facts)], **constants)


def stored(session: Session) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    row = session.scalars(select(RiskEvent)).one()
    return row.inherent, row.residual


@pytest.mark.parametrize(
    ("scale", "factors", "grade"),
    [
        # D = 70, 160 and 320 lie on the cuts; 0.5 × 10 × 100 is 500.
        (SCALE, (10, 1, 7), 4),
        (INCLUSIVE, (10, 1, 7), 3),
        (SCALE, (0.5, 10, 100), 1),
        (SCALE, ("１", "6.0", " 15 "), 3),
        (SCALE, (0.1, 0.5, 1), 4),
    ],
)
def test_a_grade_follows_from_the_factors(
    session: Session, tmp_path: Path, scale: str, factors: tuple[object, ...], grade: int
) -> None:
    assessed(session, tmp_path, scale=scale, **dict(zip("LEC", factors, strict=True)))
    inherent, _ = stored(session)
    assert inherent is not None
    assert (inherent["grade"], recomputed(inherent).grade) == (grade, grade)


def test_a_column_names_the_scale_of_each_row(session: Session, tmp_path: Path) -> None:
    works(session)
    rows = [
        listed(1, L=10, E=1, C=7, 评价标准=SCALE),
        listed(2, L=10, E=1, C=7, 评价标准=INCLUSIVE),
        listed(3, L=5, S=3, 评价标准=MATRIX),
    ]
    brought(session, tmp_path, rows)
    events = session.scalars(select(RiskEvent).order_by(RiskEvent.source_id)).all()
    assert [each.grade for each in events] == [4, 3, 2]
    assert [each.inherent and each.inherent["method"] for each in events] == ["lec", "lec", "ls"]


def test_the_residual_assessment_has_columns_of_its_own(session: Session, tmp_path: Path) -> None:
    assessed(session, tmp_path, L=3, E=6, C=15, 控制后L=1, 控制后E=6, 控制后C=7, 控制风险等级="低")
    inherent, residual = stored(session)
    assert inherent is not None
    assert residual is not None
    assert (inherent["grade"], residual["grade"], residual["value"]) == (2, 4, 42)


def test_a_grade_without_factors_is_declared_by_its_source(session: Session, tmp_path: Path) -> None:
    assessed(session, tmp_path, scale=None, 风险等级="较大风险")
    assert stored(session)[0] == {"method": "declared", "source": "清单", "declared": 2, "grade": 2}


def test_ungraded_is_no_assessment(session: Session, tmp_path: Path) -> None:
    assessed(session, tmp_path, 风险等级="未评定")
    assert stored(session) == (None, None)


def test_direct_judgement_needs_no_factors_and_only_raises(session: Session, tmp_path: Path) -> None:
    works(session)
    clause = "direct-2016-shandong.major_hazard"
    rows = [listed(1, 直接判定=clause), listed(2, L=1, E=1, C=1, 直接判定=clause, 风险等级="重大")]
    brought(session, tmp_path, rows, constants={"scale": SCALE})
    events = session.scalars(select(RiskEvent).order_by(RiskEvent.source_id)).all()
    assert [(each.grade, each.inherent and each.inherent["method"]) for each in events] == [
        (1, "direct"),
        (1, "lec"),
    ]


def test_a_grade_that_contradicts_its_factors_is_put_aside(session: Session, tmp_path: Path) -> None:
    finding = only_finding(assessed(session, tmp_path, L=3, E=6, C=15, 风险等级="一般"))
    assert (finding.field, finding.value, finding.reason) == (
        "风险等级",
        "一般",
        "写的是一般风险，按参数评出的是较大风险",
    )
    assert "270" in (finding.hint or "")


def test_a_product_that_is_wrong_is_put_aside(session: Session, tmp_path: Path) -> None:
    finding = only_finding(assessed(session, tmp_path, L=3, E=6, C=15, D=240))
    assert (finding.field, finding.reason) == ("风险值", "风险值与参数不符，应为 270")


def test_a_product_of_tenths_may_have_a_tail(session: Session, tmp_path: Path) -> None:
    assert assessed(session, tmp_path, L=0.1, E=3, C=1, D="0.30000000000000004").inserted == 1


@pytest.mark.parametrize(
    ("scale", "facts", "field", "reason"),
    [
        (None, {"L": 3, "E": 6, "C": 15}, "评价标准", "缺少评价标准"),
        ("lec-1999", {"L": 3, "E": 6, "C": 15}, "评价标准", "没有这个 LEC 评价标准"),
        (SCALE, {"L": 4, "E": 6, "C": 15}, "L值", "不是事故发生的可能性的分值"),
        (SCALE, {"L": 3, "E": 6, "C": ""}, "C值", "缺少"),
        (SCALE, {"直接判定": "某条"}, "直接判定条款", "没有这个直接判定条款"),
        (SCALE, {"L": 3, "E": 6, "C": 15, "评价方法": "拍脑袋"}, "评价方法", "不认识的词"),
    ],
)
def test_what_cannot_be_graded_is_put_aside(
    session: Session, tmp_path: Path, scale: str | None, facts: dict[str, object], field: str, reason: str
) -> None:
    finding = only_finding(assessed(session, tmp_path, scale=scale, **facts))
    assert (finding.field, reason in finding.reason) == (field, True), finding
    assert finding.hint
