"""The flat list (风险辨识管控清单): points, events and measures in one go."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.importing.service import ignore, prepare_file
from backend.risk.models import ControlMeasure, RiskEvent, RiskPoint
from tests import make
from tests.backend.importing.files import csv_file, only_finding, request
from tests.backend.importing.risk_files import SCALE, brought, event, listed, point, works

LEC = {"L": 3, "E": 6, "C": 15}
MEASURES = {
    "工程技术措施": "安全联锁",
    "管理措施": "每班巡检",
    "培训教育措施": "岗前培训",
    "个体防护措施": "防毒面具",
    "应急处置措施": "紧急切断\n疏散",
}


def test_a_line_becomes_a_point_an_event_and_five_measures(session: Session, tmp_path: Path) -> None:
    _, zone = works(session)
    report = brought(session, tmp_path, [listed(**LEC, **MEASURES)], constants={"scale": SCALE})
    assert (report.inserted, [(part.kind, part.differences.new) for part in report.parts]) == (
        1,
        [("risk_points", 1), ("control_measures", 5)],
    )
    at = session.scalars(select(RiskPoint)).one()
    assert (at.name, at.zone_id, at.kind) == ("反应釜", zone.id, "place")
    happening = session.scalars(select(RiskEvent)).one()
    assert (happening.risk_point_id, happening.zone_id, happening.hazard_source) == (
        at.id,
        zone.id,
        "超温超压",
    )
    assert happening.inherent == {
        "method": "lec",
        "scale": SCALE,
        "factors": {"L": 3, "E": 6, "C": 15},
        "value": 270,
        "grade": 2,
    }
    session.refresh(zone)
    assert zone.grade == 2
    measures = session.scalars(select(ControlMeasure)).all()
    assert {each.event_id for each in measures} == {happening.id}
    assert {each.kind: each.description for each in measures} == {
        "engineering": "安全联锁",
        "management": "每班巡检",
        "training": "岗前培训",
        "ppe": "防毒面具",
        "emergency": "紧急切断\n疏散",
    }
    assert next(each.name for each in measures if each.kind == "emergency") == "紧急切断"


def test_events_of_one_point_share_it(session: Session, tmp_path: Path) -> None:
    works(session)
    brought(session, tmp_path, [listed(1), listed(2), listed(3, 风险点="冷却塔")])
    counted = select(RiskPoint.name, func.count(RiskEvent.id)).join(RiskEvent).group_by(RiskPoint.name)
    assert dict(session.execute(counted).all()) == {"反应釜": 2, "冷却塔": 1}


def test_a_point_that_is_there_is_used(session: Session, tmp_path: Path) -> None:
    _, zone = works(session)
    there = point(session, zone)
    report = brought(session, tmp_path, [listed()])
    assert [part.kind for part in report.parts] == []
    assert session.scalars(select(RiskEvent.risk_point_id)).one() == there.id


def test_a_list_that_comes_again_changes_nothing(session: Session, tmp_path: Path) -> None:
    works(session)
    rows = [listed(1, **LEC, **MEASURES), listed(2, 风险点="冷却塔", **MEASURES)]
    brought(session, tmp_path, rows, constants={"scale": SCALE})
    report = brought(session, tmp_path, rows, constants={"scale": SCALE})
    assert (report.unchanged, report.changed) == (2, 0)
    assert [(part.kind, part.differences.unchanged) for part in report.parts] == [("control_measures", 10)]


def test_a_measure_that_was_rewritten_is_a_change(session: Session, tmp_path: Path) -> None:
    works(session)
    brought(session, tmp_path, [listed(**MEASURES)])
    rows = [listed(**MEASURES | {"管理措施": "每小时巡检"})]
    file = prepare_file(
        session, request(csv_file(tmp_path, rows), "risk_list", crs=None, source="清单"), ignore
    )
    assert (file.report.differences.unchanged, file.report.changed) == (1, 1)
    brought(session, tmp_path, rows)
    kept = select(ControlMeasure.description).where(ControlMeasure.kind == "management")
    assert session.scalars(kept).one() == "每小时巡检"


@pytest.mark.parametrize(
    ("facts", "field", "reason"),
    [
        ({"企业名称": "乙厂"}, "所属企业", "没有这个所属企业"),
        ({"风险分区": "仓库"}, "风险分区", "没有这个风险分区"),
        ({"风险点": ""}, "风险点", "必填项为空"),
        ({"风险事件": ""}, "风险事件", "必填项为空"),
    ],
)
def test_a_line_that_belongs_nowhere_is_put_aside(
    session: Session, tmp_path: Path, facts: dict[str, str], field: str, reason: str
) -> None:
    works(session)
    report = brought(session, tmp_path, [listed(1), listed(2, **facts)], is_partial=True)
    finding = only_finding(report)
    assert (finding.row, finding.field, finding.reason, report.inserted) == (3, field, reason, 1)


def test_a_zone_is_looked_for_in_its_enterprise_alone(session: Session, tmp_path: Path) -> None:
    works(session)
    other = make.enterprise(session, "乙厂")
    wanted = make.zone(session, other, "车间")
    brought(session, tmp_path, [listed(企业名称="乙厂")])
    assert session.scalars(select(RiskEvent.zone_id)).one() == wanted.id


def test_two_points_of_one_name_are_ambiguous(session: Session, tmp_path: Path) -> None:
    _, zone = works(session)
    point(session, zone)
    point(session, zone)
    assert only_finding(brought(session, tmp_path, [listed()])).code == "ambiguous_reference"


def test_a_refused_line_brings_no_point_and_no_measures(session: Session, tmp_path: Path) -> None:
    _, zone = works(session)
    there = point(session, zone)
    event(session, there, 1, source="清单", source_id="r1")
    session.refresh(zone)
    rows = [listed(1, 风险点="新的点", 风险等级="低", **MEASURES), listed(2, 风险等级="低")]
    report = brought(session, tmp_path, rows, is_partial=True)
    finding = only_finding(report)
    assert finding.row == 2
    assert "会把风险分区「车间」已发布的重大风险降为低，须通过填报并由另一单位批准" in finding.reason
    assert session.scalars(select(RiskPoint.name)).all() == ["反应釜"]
    assert session.scalars(select(ControlMeasure)).all() == []


def test_a_whole_register_of_lines(session: Session, tmp_path: Path) -> None:
    works(session)
    rows = [listed(each, 风险点=f"点{each % 7}", **LEC, **MEASURES) for each in range(500)]
    report = brought(session, tmp_path, rows, constants={"scale": SCALE})
    assert Counter(part.kind for part in report.parts) == {"risk_points": 1, "control_measures": 1}
    assert session.scalars(select(func.count()).select_from(RiskPoint)).one() == 7
    assert session.scalars(select(func.count()).select_from(ControlMeasure)).one() == 2500
