"""The roster, the enterprises that answer it, and the contacts that a list of enterprises brings along."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.risk.models import ResponsiblePerson, RosterEntry
from tests.backend.importing.files import csv_file, imported, only_finding, site, sites

GOOD = "91440300708461136T"


def entries(session: Session, folder: Path, *rows: dict[str, object]) -> tuple[str, ...]:
    return imported(session, csv_file(folder, rows), "roster", crs=None, source="台账").outcome


def test_a_roster_is_matched_when_it_comes_and_when_enterprises_come(
    session: Session, tmp_path: Path
) -> None:
    sites(session, tmp_path, [site(1, 信用代码=GOOD)])
    rows = [
        {"编号": "1", "企业名称": "别名", "信用代码": GOOD, "规上": "是", "应建日期": "2026-12-31"},
        {"编号": "2", "企业名称": "企业2"},
    ]
    assert entries(session, tmp_path, *rows) == ("应建台账：2 条中已对上 1 条（本次 1 条），未对上 1 条",)
    report = sites(session, tmp_path, [site(1, 信用代码=GOOD), site(2)])
    assert report.outcome == ("应建台账：2 条中已对上 2 条（本次 1 条），未对上 0 条",)
    assert sites(session, tmp_path, [site(3)]).outcome == ("应建台账：2 条都已对上企业",)
    first = session.scalars(select(RosterEntry).where(RosterEntry.source_id == "1")).one()
    assert (first.is_above_scale, str(first.due_on)) == (True, "2026-12-31")


def test_a_wrong_code_on_the_roster_is_mentioned(session: Session, tmp_path: Path) -> None:
    rows = [{"编号": "1", "名称": "甲", "信用代码": "123"}]
    report = imported(session, csv_file(tmp_path, rows), "roster", crs=None, source="台账")
    assert report.inserted == 1
    assert any("1 行的信用代码不合校验规则" in notice for notice in report.notices)


def test_without_a_roster_nothing_is_said_of_it(session: Session, tmp_path: Path) -> None:
    assert sites(session, tmp_path, [site(1)]).outcome == ()


def test_contacts_become_people_of_the_enterprise(session: Session, tmp_path: Path) -> None:
    rows = [site(1, 法定代表人="张三", 法定代表人电话="13800000000", 安全负责人="李四"), site(2)]
    report = sites(session, tmp_path, rows)
    assert [(part.kind, part.differences.new) for part in report.parts] == [("responsible_people", 2)]
    owner = session.scalars(select(Enterprise.id).where(Enterprise.source_id == "e1")).one()
    people = session.scalars(select(ResponsiblePerson).order_by(ResponsiblePerson.duty)).all()
    assert [(each.duty, each.name, each.phone, each.enterprise_id) for each in people] == [
        ("legal", "张三", "13800000000", owner),
        ("safety", "李四", None, owner),
    ]


def test_a_contact_who_changes_is_changed(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 主要负责人="张三")])
    report = sites(session, tmp_path, [site(1, 主要负责人="王五")])
    assert (report.unchanged, report.changed) == (1, 1)
    assert session.scalars(select(ResponsiblePerson.name)).one() == "王五"


def test_a_phone_needs_somebody(session: Session, tmp_path: Path) -> None:
    finding = only_finding(sites(session, tmp_path, [site(1, 主要负责人="", 主要负责人电话="13800000000")]))
    assert (finding.field, finding.reason) == ("主要负责人电话", "有电话，没有主要负责人的姓名")


def test_the_contacts_of_a_refused_row_stay_out(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 等级="重大")])
    rows = [site(1, 等级="低", 主要负责人="张三"), site(2, 主要负责人="李四")]
    sites(session, tmp_path, rows, is_partial=True)
    assert session.scalars(select(ResponsiblePerson.name)).all() == ["李四"]
