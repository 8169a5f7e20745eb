"""Risk points, events, measures, people, installations: each kind by itself, as different systems name its fields."""

from datetime import date
from pathlib import Path

import pytest
from geoalchemy2.shape import to_shape
from shapely import Point
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.importing.errors import CannotImport
from backend.risk.models import (
    ControlMeasure,
    MajorHazardInstallation,
    ProtectiveArea,
    ResponsiblePerson,
    RiskEvent,
    RiskPoint,
)
from backend.zones.models import Zone
from tests import make
from tests.backend.importing.files import csv_file, imported, only_finding
from tests.backend.importing.risk_files import SCALE, brought, event, point, works


def test_a_risk_point_may_have_a_place_or_none(session: Session, tmp_path: Path) -> None:
    _, zone = works(session)
    rows = [
        {
            "编号": "p1",
            "名称": "配电室",
            "所属企业": "甲厂",
            "风险分区": "车间",
            "经度": 113.2661,
            "纬度": 33.708,
        },
        {"编号": "p2", "名称": "动火", "所属企业": "甲厂", "风险分区": "车间", "类型": "作业活动"},
    ]
    report = imported(session, csv_file(tmp_path, rows), "risk_points")
    assert any("1 行没有坐标" in notice for notice in report.notices)
    placed, placeless = session.scalars(select(RiskPoint).order_by(RiskPoint.source_id)).all()
    assert (placed.zone_id, placed.kind, placeless.kind) == (zone.id, "place", "activity")
    location = session.scalars(select(RiskPoint.location).where(RiskPoint.source_id == "p1")).one()
    assert to_shape(location) == Point(113.2661, 33.708)


def test_the_names_of_the_national_exchange_are_understood(session: Session, tmp_path: Path) -> None:
    works(session, code="HZ-01")
    units = [{"id": "u1", "HAZARD_CODE": "HZ-01", "RISK_UNIT_NAME": "合成单元"}]
    brought(session, tmp_path, units, "risk_points", id_column="id", source="units")
    events = [
        {
            "id": "v1",
            "RISK_UNIT_ID": "u1",
            "RISK_EVENT_NAME": "超压爆炸",
            "HAZARD_DEP": "生产部",
            "HAZARD_LIABLE_PERSON": "张三",
            "RISK_CLASS": "2",
        }
    ]
    brought(session, tmp_path, events, "risk_events", id_column="id", source="events")
    measures = [
        {
            "id": "m1",
            "RISK_EVENT_ID": "v1",
            "DATA_SRC": "2",
            "RISK_MEASURE_DESC": "安全阀定期校验",
            "CLASSIFY1": "1",
            "CLASSIFY2": "1-3",
            "CLASSIFY3": "安全阀",
            "TROUBLESHOOT_CONTENT": "校验标签在有效期内",
        }
    ]
    report = brought(session, tmp_path, measures, "control_measures", id_column="id", source="measures")
    assert any("按国家交换规范的一级分类推定" in notice for notice in report.notices)
    unit, happening, measure = (
        session.scalars(select(each)).one() for each in (RiskPoint, RiskEvent, ControlMeasure)
    )
    assert (unit.name, happening.risk_point_id, measure.event_id) == ("合成单元", unit.id, happening.id)
    assert (happening.name, happening.department, happening.person) == ("超压爆炸", "生产部", "张三")
    assert happening.inherent == {"method": "declared", "source": "events", "declared": 2, "grade": 2}
    assert (measure.kind, measure.class_1, measure.class_2, measure.data_source, measure.name) == (
        "engineering",
        "1",
        "1-3",
        "2",
        "安全阀定期校验",
    )


def test_a_name_in_two_zones_asks_for_more(session: Session, tmp_path: Path) -> None:
    site, zone = works(session)
    point(session, zone, "配电室")
    point(session, make.zone(session, site, "仓库"), "配电室")
    row = {"编号": "v1", "风险点": "配电室", "风险事件": "触电"}
    finding = only_finding(brought(session, tmp_path, [row], "risk_events"))
    assert (finding.field, finding.reason) == ("风险点", "有多个风险点符合")
    assert "风险分区" in (finding.hint or "")
    report = brought(session, tmp_path, [row | {"所属企业": "甲厂", "风险分区": "仓库"}], "risk_events")
    assert report.inserted == 1
    in_zone = select(Zone.name).join(RiskEvent, RiskEvent.zone_id == Zone.id)
    assert session.scalars(in_zone).one() == "仓库"


def test_where_the_zone_is_unknown_the_point_is_not_blamed(session: Session, tmp_path: Path) -> None:
    _, zone = works(session)
    point(session, zone)
    row = {"编号": "v1", "所属企业": "甲厂", "风险分区": "没有", "风险点": "反应釜", "风险事件": "泄漏"}
    finding = only_finding(brought(session, tmp_path, [row], "risk_events"))
    assert (finding.field, finding.value) == ("风险分区", "没有")


def test_an_event_is_found_among_those_of_its_point(session: Session, tmp_path: Path) -> None:
    _, zone = works(session)
    wanted = event(session, point(session, zone, "一号釜"), 3)
    event(session, point(session, zone, "二号釜"), 3)
    row = {"编号": "m1", "风险事件": "泄漏", "措施类别": "管理", "管控措施": "巡检"}
    assert only_finding(brought(session, tmp_path, [row], "control_measures")).code == "ambiguous_reference"
    brought(
        session,
        tmp_path,
        [row | {"所属企业": "甲厂", "风险分区": "车间", "风险点": "一号釜"}],
        "control_measures",
    )
    assert session.scalars(select(ControlMeasure.event_id)).one() == wanted.id


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"CLASSIFY2": "4-2"}, "ppe"),
        ({"CLASSIFY1": "4"}, "emergency"),
        ({"措施类别": "教育措施"}, "training"),
    ],
)
def test_a_measure_tells_its_kind_or_its_class(
    session: Session, tmp_path: Path, facts: dict[str, str], kind: str
) -> None:
    _, zone = works(session)
    event(session, point(session, zone), 3)
    row = {"编号": "m1", "风险事件": "泄漏", "管控措施": "佩戴", **facts}
    brought(session, tmp_path, [row], "control_measures")
    assert session.scalars(select(ControlMeasure.kind)).one() == kind


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"CLASSIFY1": "1", "CLASSIFY2": "4-2"}, "措施二级分类"),
        ({}, "措施类别"),
        ({"CLASSIFY2": "9-9"}, "措施二级分类"),
    ],
)
def test_a_measure_of_no_kind_or_of_two_is_put_aside(
    session: Session, tmp_path: Path, facts: dict[str, str], field: str
) -> None:
    _, zone = works(session)
    event(session, point(session, zone), 3)
    row = {"编号": "m1", "风险事件": "泄漏", "管控措施": "佩戴", **facts}
    assert field in {
        finding.field for finding in brought(session, tmp_path, [row], "control_measures").findings
    }


def test_people_answer_for_an_enterprise_or_a_zone(session: Session, tmp_path: Path) -> None:
    site, zone = works(session)
    rows = [
        {
            "编号": "1",
            "所属企业": "甲厂",
            "姓名": "张三",
            "职责": "安全负责人",
            "电话": "１３８００００００００",
        },
        {
            "编号": "2",
            "所属企业": "甲厂",
            "风险分区": "车间",
            "姓名": "李四",
            "职责": "车间级",
            "职务": "主任",
        },
    ]
    brought(session, tmp_path, rows, "responsible_people")
    head, foreman = session.scalars(select(ResponsiblePerson).order_by(ResponsiblePerson.source_id)).all()
    assert (head.enterprise_id, head.zone_id, head.duty, head.phone) == (
        site.id,
        None,
        "safety",
        "13800000000",
    )
    assert (foreman.zone_id, foreman.duty, foreman.position) == (zone.id, "workshop", "主任")


def installation(**facts: object) -> dict[str, object]:
    return {
        "编号": "h1",
        "所属企业": "甲厂",
        "名称": "液氯库",
        "类型": "存储库",
        "危险物质": "液氯 30",
        **facts,
    }


def test_an_installation_is_identified_and_graded(session: Session, tmp_path: Path) -> None:
    works(session)
    brought(session, tmp_path, [installation(WBJ500MFWLRSGS=120, 级别="三级")], "hazard_installations")
    row = session.scalars(select(MajorHazardInstallation)).one()
    # q/Q = 30/5 = 6, β of chlorine 4, α of 100 people and more 2: R = 48.
    assert (row.s, row.alpha, row.r, row.level) == (6.0, 2.0, 48.0, 3)
    assert (row.substances, row.kind) == ([{"name": "液氯", "quantity": 30}], "3")


@pytest.mark.parametrize(
    ("facts", "field", "reason"),
    [
        ({"WBJ500MFWLRSGS": 120, "级别": "一级"}, "重大危险源级别", "写的是一级，按所列物质算得三级"),
        ({"危险物质": "液氯若干"}, "危险物质", "「液氯若干」看不出名称和数量"),
        ({"危险物质": "无名剂 3"}, "危险物质", "标准表 1 中没有「无名剂」，又没有自填有效的临界量"),
    ],
)
def test_an_installation_that_cannot_be_is_put_aside(
    session: Session, tmp_path: Path, facts: dict[str, object], field: str, reason: str
) -> None:
    works(session)
    finding = only_finding(brought(session, tmp_path, [installation(**facts)], "hazard_installations"))
    assert (finding.field, finding.reason) == (field, reason)


def protective_area(**facts: object) -> dict[str, object]:
    """One row of a list of areas from evaluation reports."""
    ground = "POLYGON ((113.26 33.7, 113.27 33.7, 113.27 33.71, 113.26 33.71, 113.26 33.7))"
    common = {
        "编号": "a1",
        "所属企业": "甲厂",
        "名称": "外部安全防护距离",
        "评价报告": "甲厂安全评价报告",
        "WKT": ground,
    }
    return {**common, **facts}


def test_an_area_of_external_safety_distance_comes_with_its_report(session: Session, tmp_path: Path) -> None:
    works(session)
    brought(session, tmp_path, [protective_area(报告日期="2026-01-05")], "protective_areas", crs="EPSG:4490")
    row = session.scalars(select(ProtectiveArea)).one()
    assert (row.report, row.reported_on) == ("甲厂安全评价报告", date(2026, 1, 5))


def test_an_area_without_its_report_is_put_aside(session: Session, tmp_path: Path) -> None:
    works(session)
    finding = only_finding(
        brought(session, tmp_path, [protective_area(评价报告="")], "protective_areas", crs="EPSG:4490")
    )
    assert finding.field == "评价报告"


@pytest.mark.parametrize(
    ("facts", "code", "edition"),
    [
        ({"事故类别": "机械伤害"}, "04", "GB 6441-2025"),
        ({"事故类别": "机械伤害", "评价日期": "2025-05-01"}, "03", "GB 6441-1986"),
        ({"事故类别": "机械伤害", "事故类别版本": "GB 6441-1986"}, "03", "GB 6441-1986"),
        # Split in two by the edition of 2025: kept in its own.
        ({"事故类别": "车辆伤害"}, "02", "GB 6441-1986"),
    ],
)
def test_an_accident_type_is_of_an_edition(
    session: Session, tmp_path: Path, facts: dict[str, str], code: str, edition: str
) -> None:
    _, zone = works(session)
    point(session, zone)
    brought(
        session, tmp_path, [{"编号": "v1", "风险点": "反应釜", "风险事件": "伤害", **facts}], "risk_events"
    )
    row = session.scalars(select(RiskEvent)).one()
    assert (row.accident_code, row.accident_edition) == (code, edition)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"事故类别": "火灾、触电"}, "事故类别"),
        ({"事故类别": "车辆伤害", "事故类别版本": "GB 6441-2025"}, "事故类别"),
        ({"事故类别": "火灾", "事故类别版本": "2030"}, "事故类别版本"),
    ],
)
def test_an_accident_type_that_there_is_not_is_put_aside(
    session: Session, tmp_path: Path, facts: dict[str, str], field: str
) -> None:
    _, zone = works(session)
    point(session, zone)
    row = {"编号": "v1", "风险点": "反应釜", "风险事件": "伤害", **facts}
    assert only_finding(brought(session, tmp_path, [row], "risk_events")).field == field


def test_a_kind_without_places_needs_no_coordinate_system(session: Session, tmp_path: Path) -> None:
    _, zone = works(session)
    point(session, zone)
    row = {"编号": "v1", "风险点": "反应釜", "风险事件": "泄漏", "经度": 113.2, "纬度": 33.7}
    report = imported(session, csv_file(tmp_path, [row]), "risk_events")
    assert any("不记位置" in notice for notice in report.notices)
    assert session.scalars(select(RiskEvent.original_datum)).one() is None


def test_a_scale_is_no_assessment(session: Session, tmp_path: Path) -> None:
    _, zone = works(session)
    point(session, zone)
    row = {"编号": "v1", "风险点": "反应釜", "风险事件": "泄漏"}
    brought(session, tmp_path, [row], "risk_events", constants={"scale": SCALE})
    assert session.scalars(select(RiskEvent.inherent)).one() is None


def test_a_word_for_no_kind_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match="risk_list"):
        brought(session, tmp_path, [{"编号": "1"}], "risks")
