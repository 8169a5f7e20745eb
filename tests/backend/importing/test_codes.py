"""Credit codes, industries and registration numbers of a list of enterprises."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.enterprises.credit_code import check, check_organisation
from backend.enterprises.models import Enterprise
from tests.backend.importing.files import only_finding, site, sites

GOOD = "91440300708461136T"


def test_a_wrong_credit_code_is_put_aside_with_the_character_it_should_have(
    session: Session, tmp_path: Path
) -> None:
    rows = [site(1, 信用代码=GOOD), site(2, 信用代码=f"{GOOD[:-1]}U")]
    finding = only_finding(sites(session, tmp_path, rows, is_partial=True))
    assert (finding.row, finding.field, finding.value) == (3, "统一社会信用代码", f"{GOOD[:-1]}U")
    assert "应为“T”" in finding.reason
    assert "更正说明" in (finding.hint or "")


@pytest.mark.parametrize("code", ["123456789", "91440300708461136O", "1" * 18])
def test_what_is_no_credit_code_is_put_aside(session: Session, tmp_path: Path, code: str) -> None:
    assert only_finding(sites(session, tmp_path, [site(1, 信用代码=code)])).code.startswith("credit_code")


def test_a_reason_lets_a_wrong_code_in_and_is_kept(session: Session, tmp_path: Path) -> None:
    wrong = f"{GOOD[:-1]}U"
    report = sites(session, tmp_path, [site(1, 信用代码=wrong, 更正说明="证照如此，市监局已核")])
    assert any("按更正说明接受" in notice for notice in report.notices)
    row = session.scalars(select(Enterprise)).one()
    assert (row.credit_code, row.credit_code_note) == (wrong, "证照如此，市监局已核")


def test_blanks_and_small_letters_are_taken_away_and_told(session: Session, tmp_path: Path) -> None:
    report = sites(session, tmp_path, [site(1, 信用代码="９１440300 708461136t")])
    assert any("去掉了空格" in notice for notice in report.notices)
    assert session.scalars(select(Enterprise.credit_code)).one() == GOOD


def test_sites_may_share_a_code_and_are_told_of(session: Session, tmp_path: Path) -> None:
    report = sites(session, tmp_path, [site(1, 信用代码=GOOD), site(2, 信用代码=GOOD), site(3)])
    assert report.inserted == 3
    assert any(notice.startswith("2 行共用 1 个统一社会信用代码") for notice in report.notices)


def test_a_doubtful_organisation_code_is_mentioned(session: Session, tmp_path: Path) -> None:
    # Character 18 is right for the wrong character 17.
    doubtful = "91440300708461137X"
    report = sites(session, tmp_path, [site(1, 信用代码=doubtful)])
    assert (check(doubtful), check_organisation(doubtful) is None) == (None, False)
    assert any("第 17 位" in notice for notice in report.notices)


@pytest.mark.parametrize("code", ["C2611", "2611", "C", "0111", "c２６１１"])
def test_an_industry_is_kept_as_text(session: Session, tmp_path: Path, code: str) -> None:
    sites(session, tmp_path, [site(1, 行业代码=code)])
    assert session.scalars(select(Enterprise.industry_code)).one() == code.replace("c２６１１", "C2611")


@pytest.mark.parametrize("code", ["A2611", "999", "化工", "9"])
def test_an_industry_that_there_is_not_is_put_aside(session: Session, tmp_path: Path, code: str) -> None:
    finding = only_finding(sites(session, tmp_path, [site(1, 行业代码=code)]))
    assert (finding.field, finding.value) == ("国民经济行业代码", code)


def test_an_industry_that_may_be_new_is_mentioned(session: Session, tmp_path: Path) -> None:
    report = sites(session, tmp_path, [site(1, 行业代码="2619"), site(2, 行业代码="2617")])
    assert report.inserted == 2
    assert any("1 行的行业代码不在所收的名录中" in notice for notice in report.notices)


def test_a_registration_number_has_nine_digits(session: Session, tmp_path: Path) -> None:
    report = sites(
        session,
        tmp_path,
        [site(1, COMPANY_CODE="410411001"), site(2, COMPANY_CODE="4104110")],
        is_partial=True,
    )
    assert only_finding(report).reason == "应为 9 位数字"
    assert session.scalars(select(Enterprise.chemical_code)).one() == "410411001"


def test_the_new_facts_of_an_enterprise(session: Session, tmp_path: Path) -> None:
    facts = {
        "规模": "小型",
        "规上": "是",
        "从业人员": "1,200",
        "试点示范": "示范",
        "命名日期": "2025年6月1日",
        "复评日期": "2027-01-01",
    }
    sites(session, tmp_path, [site(1, **facts), site(2)])
    row, plain = session.scalars(select(Enterprise).order_by(Enterprise.source_id)).all()
    assert (row.scale, row.is_above_scale, row.staff, row.demonstration) == (
        "small",
        True,
        1200,
        "demonstration",
    )
    assert (str(row.demonstration_since), str(row.review_due)) == ("2025-06-01", "2027-01-01")
    assert (plain.scale, plain.is_above_scale, plain.demonstration) == (None, None, "ordinary")
