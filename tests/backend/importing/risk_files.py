"""Lists of the risk database as people send them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.importing.report import ImportReport
from backend.risk.models import RiskEvent, RiskPoint
from backend.zones.models import Zone
from tests import make
from tests.backend.importing.files import csv_file, imported

SCALE = "lec-2019-general"
Rows = Sequence[Mapping[str, object]]


def works(session: Session, **facts: Any) -> tuple[Enterprise, Zone]:
    """An enterprise with one zone, 甲厂 and 车间."""
    site = make.enterprise(session, "甲厂")
    return site, make.zone(session, site, "车间", **facts)


def point(session: Session, zone: Zone, name: str = "反应釜") -> RiskPoint:
    """A risk point of a zone."""
    return make.added(session, RiskPoint(zone_id=zone.id, name=name, **make.origin()))


def event(session: Session, at: RiskPoint, grade: int | None, name: str = "泄漏", **facts: Any) -> RiskEvent:
    """An event with a declared grade."""
    inherent = None if grade is None else {"method": "declared", "declared": grade, "grade": grade}
    row = RiskEvent(risk_point_id=at.id, name=name, inherent=inherent, **{**make.origin(), **facts})
    return make.added(session, row)


def listed(number: int = 1, **facts: object) -> dict[str, object]:
    """One line of a 风险辨识管控清单."""
    return {
        "编号": f"r{number}",
        "企业名称": "甲厂",
        "风险分区": "车间",
        "风险点": "反应釜",
        "危险源": "超温超压",
        "风险事件": f"泄漏{number}",
        **facts,
    }


def brought(
    session: Session, folder: Path, rows: Rows, kind: str = "risk_list", **options: Any
) -> ImportReport:
    """Import a list; its places need no coordinate system."""
    return imported(session, csv_file(folder, rows), kind, **{"crs": None, "source": "清单", **options})
