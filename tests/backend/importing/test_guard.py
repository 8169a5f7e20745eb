"""Imports cannot lower a published 重大 or 较大: such rows are put aside with the reason, and the rest goes in."""

from pathlib import Path
from typing import Any

import pytest
from geoalchemy2.shape import to_shape
from shapely import Polygon, box
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.importing.errors import CannotImport, RowsQuarantined
from backend.importing.report import ImportReport
from backend.importing.service import apply_file, ignore, import_frame, prepare_file
from backend.risk.models import RiskEvent, RiskPoint
from backend.zones.models import Zone
from tests import make
from tests.backend.importing.files import csv_file, frame, imported, only_finding, request, site, sites
from tests.backend.importing.risk_files import brought, event, point, works

APPROVAL = "须通过填报并由另一单位批准"
SQUARE = box(113.26, 33.70, 113.261, 33.701)


def zones(session: Session, folder: Path, *rows: dict[str, object], **options: Any) -> ImportReport:
    return imported(session, csv_file(folder, rows), "zones", source="分区", **options)


def zone_row(number: int = 1, boundary: Polygon = SQUARE, **facts: object) -> dict[str, object]:
    return {"编号": f"z{number}", "名称": f"车间{number}", "所属企业": "甲厂", "WKT": boundary.wkt, **facts}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("重大", "一般", "已发布的重大风险降为一般"),
        ("较大", "低", "较大风险降为低"),
        ("较大", "", "改为未评定"),
    ],
)
def test_a_lower_declaration_is_put_aside_and_the_rest_goes_in(
    session: Session, tmp_path: Path, before: str, after: str, said: str
) -> None:
    sites(session, tmp_path, [site(1, 等级=before), site(2, 等级="低")])
    report = sites(session, tmp_path, [site(1, 等级=after), site(2, 等级="重大"), site(3)], is_partial=True)
    finding = only_finding(report)
    assert (finding.row, finding.field, finding.value) == (2, "风险等级", after or None)
    assert (said in finding.reason, APPROVAL in finding.reason) == (True, True)
    assert (report.inserted, report.updated, report.gone) == (1, 1, 0)
    grades = {row.source_id: row.grade for row in session.scalars(select(Enterprise))}
    assert grades == {"e1": {"重大": 1, "较大": 2}[before], "e2": 1, "e3": None}


def test_without_partial_nothing_at_all_goes_in(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 等级="重大")])
    report = sites(session, tmp_path, [site(1, 等级="低"), site(2)])
    assert (report.is_applied, len(report.findings)) == (False, 1)
    assert session.scalars(select(Enterprise.source_id)).all() == ["e1"]


def test_the_quarantine_holds_the_refused_row(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 等级="重大")])
    aside = tmp_path / "aside.csv"
    sites(session, tmp_path, [site(1, 等级="低"), site(2)], is_partial=True, quarantine=aside)
    assert APPROVAL in aside.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("before", "after"), [("一般", "低"), ("低", "重大"), ("较大", "重大"), ("较大", "较大")]
)
def test_what_lowers_nothing_that_is_guarded_goes_in(
    session: Session, tmp_path: Path, before: str, after: str
) -> None:
    sites(session, tmp_path, [site(1, 等级=before)])
    assert sites(session, tmp_path, [site(1, 等级=after, 地址="改了")]).updated == 1


def test_a_file_without_grades_lowers_nothing(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 等级="重大")])
    assert sites(session, tmp_path, [site(1, 地址="改了")]).updated == 1


def test_a_declaration_may_go_where_the_zones_are_as_bad(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 等级="较大")])
    make.zone(session, session.scalars(select(Enterprise)).one(), grade=1)
    assert sites(session, tmp_path, [site(1, 等级="")]).updated == 1


@pytest.mark.parametrize("status", ["停产", "关闭"])
def test_a_site_with_a_grave_risk_is_not_closed_by_a_list(
    session: Session, tmp_path: Path, status: str
) -> None:
    sites(session, tmp_path, [site(1, 等级="较大"), site(2, 等级="一般")])
    rows = [site(1, 等级="较大", 经营状态=status), site(2, 等级="一般", 经营状态=status)]
    report = sites(session, tmp_path, rows, is_partial=True)
    finding = only_finding(report)
    assert (finding.row, finding.field, report.updated) == (2, "经营状态", 1)
    assert f"改为{status}" in finding.reason


def test_a_zone_keeps_its_ground(session: Session, tmp_path: Path) -> None:
    make.enterprise(session, "甲厂")
    zones(session, tmp_path, zone_row(1, 等级="较大"), zone_row(2, 等级="一般"))
    half = box(113.26, 33.70, 113.2605, 33.701)
    report = zones(
        session, tmp_path, zone_row(1, half, 等级="较大"), zone_row(2, half, 等级="一般"), is_partial=True
    )
    finding = only_finding(report)
    # Half of about 93 m × 111 m.
    assert (finding.field, "减少 5,1" in finding.reason, report.updated) == ("坐标", True, 1), finding
    kept = session.scalars(select(Zone.boundary).where(Zone.source_id == "z1")).one()
    assert to_shape(kept).equals(SQUARE)


def test_a_zone_may_grow_and_get_a_vertex(session: Session, tmp_path: Path) -> None:
    make.enterprise(session, "甲厂")
    zones(session, tmp_path, zone_row(等级="重大"))
    larger = Polygon(
        [(113.26, 33.70), (113.261, 33.70), (113.2615, 33.7005), (113.261, 33.701), (113.26, 33.701)]
    )
    assert zones(session, tmp_path, zone_row(1, larger, 等级="重大")).updated == 1


def test_a_zone_stays_with_its_enterprise(session: Session, tmp_path: Path) -> None:
    make.enterprise(session, "甲厂")
    make.enterprise(session, "乙厂")
    zones(session, tmp_path, zone_row(等级="重大"))
    finding = only_finding(zones(session, tmp_path, zone_row(等级="重大", 所属企业="乙厂"), is_partial=True))
    assert (finding.field, finding.value, "另一家企业" in finding.reason) == ("所属企业", "乙厂", True)


def lines(*grades: str, at: str = "反应釜") -> list[dict[str, object]]:
    return [
        {"编号": f"v{number}", "风险点": at, "风险事件": f"事件{number}", "风险等级": grade}
        for number, grade in enumerate(grades)
    ]


def test_a_zone_is_held_up_by_the_worst_that_is_left(session: Session, tmp_path: Path) -> None:
    _, zone = works(session)
    point(session, zone)
    brought(session, tmp_path, lines("重大", "重大", "较大"), "risk_events")
    # One of two: the other still holds the zone up.
    assert brought(session, tmp_path, lines("低", "重大", "较大"), "risk_events").updated == 1
    report = brought(session, tmp_path, lines("低", "一般", "低"), "risk_events", is_partial=True)
    # The second event held up 重大; without it, the third would not matter.
    assert [(each.row, each.field) for each in report.findings] == [(3, "风险等级")]
    assert "会把风险分区「车间」已发布的重大风险降为" in report.findings[0].reason
    assert report.updated == 1
    session.refresh(zone)
    assert zone.grade == 1


def test_what_comes_in_with_the_same_file_holds_a_zone_up(session: Session, tmp_path: Path) -> None:
    _, zone = works(session)
    point(session, zone)
    brought(session, tmp_path, lines("重大"), "risk_events")
    report = brought(session, tmp_path, lines("低", "重大"), "risk_events")
    assert (report.updated, report.inserted) == (1, 1)
    session.refresh(zone)
    assert zone.grade == 1


def test_a_declared_zone_does_not_depend_on_its_events(session: Session, tmp_path: Path) -> None:
    _, zone = works(session, grade=1)
    point(session, zone)
    brought(session, tmp_path, lines("重大"), "risk_events")
    assert brought(session, tmp_path, lines("低"), "risk_events").updated == 1


def test_an_event_does_not_leave_the_zone_that_it_holds_up(session: Session, tmp_path: Path) -> None:
    site_, zone = works(session)
    point(session, zone)
    other = make.zone(session, site_, "仓库")
    point(session, other, "货架")
    brought(session, tmp_path, lines("重大"), "risk_events")
    report = brought(session, tmp_path, lines("重大", at="货架"), "risk_events", is_partial=True)
    assert only_finding(report).field == "风险点"
    assert session.scalars(select(RiskEvent.zone_id)).one() == zone.id


def test_one_refusal_may_bring_another(session: Session, tmp_path: Path) -> None:
    """Event 0 would leave 车间 and hold up 仓库 in place of event 1, which is lowered: neither can go in."""
    site_, zone = works(session)
    other = make.zone(session, site_, "仓库")
    there, here = point(session, other, "货架"), point(session, zone)
    event(session, here, 1, "甲", source="清单", source_id="v0")
    event(session, there, 1, "乙", source="清单", source_id="v1")
    rows = [
        {"编号": "v0", "风险点": "货架", "风险事件": "甲", "风险等级": "重大"},
        {"编号": "v1", "风险点": "货架", "风险事件": "乙", "风险等级": "低"},
    ]
    report = brought(session, tmp_path, rows, "risk_events", is_partial=True)
    assert [finding.row for finding in report.findings] == [2, 3]
    assert not report.is_applied


def test_a_point_does_not_take_along_what_holds_its_zone_up(session: Session, tmp_path: Path) -> None:
    site_, zone = works(session)
    make.zone(session, site_, "仓库")
    event(
        session, make.added(session, RiskPoint(zone_id=zone.id, name="釜", source="清单", source_id="p1")), 2
    )
    make.added(session, RiskPoint(zone_id=zone.id, name="泵", source="清单", source_id="p2"))
    rows = [
        {"编号": "p1", "名称": "釜", "所属企业": "甲厂", "风险分区": "仓库"},
        {"编号": "p2", "名称": "泵", "所属企业": "甲厂", "风险分区": "仓库"},
    ]
    report = brought(session, tmp_path, rows, "risk_points", is_partial=True)
    finding = only_finding(report)
    assert (finding.row, finding.field, report.updated) == (2, "风险分区", 1)


def test_a_frame_is_refused_as_a_whole(session: Session) -> None:
    rows = [{"source_id": "e1", "name": "甲", "grade": 1, "geometry": SQUARE}]
    import_frame(session, "enterprises", frame(rows), source="演示")
    rows[0]["grade"] = 3
    with pytest.raises(RowsQuarantined, match=APPROVAL):
        import_frame(session, "enterprises", frame(rows), source="演示")


def test_what_reaches_the_wall_all_the_same_writes_nothing(session: Session, tmp_path: Path) -> None:
    _, zone = works(session)
    at = point(session, zone)
    brought(session, tmp_path, lines("重大"), "risk_events")
    kept = event(session, at, 1, "另一件")
    rows = csv_file(tmp_path, lines("低"))
    file = prepare_file(session, request(rows, "risk_events", crs=None, source="清单"), ignore)
    assert not file.report.findings
    # Somebody takes away what the comparison relied on.
    session.delete(kept)
    session.flush()
    with pytest.raises(CannotImport, match="数据库已拒绝，没有写入任何数据"):
        apply_file(session, file, ignore)
    session.refresh(zone)
    assert zone.grade == 1
