"""What a file's cells point at."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.importing.service import import_frame
from backend.jurisdictions.models import UnitGroup
from backend.surroundings.models import Receptor
from backend.zones.models import Zone
from tests import make, shapes
from tests.backend.importing.files import csv_file, frame, imported, only_finding, site, sites

CREDIT_CODE = "91350100M000100Y43"


def zone_row(enterprise: str) -> dict[str, object]:
    return {"编号": "z1", "名称": "车间", "所属企业": enterprise, "WKT": shapes.POLYGON.wkt}


@pytest.mark.parametrize("reference", ["e1", CREDIT_CODE, "企业1"])
def test_a_zone_finds_its_enterprise_by_key_credit_code_or_name(
    session: Session, tmp_path: Path, reference: str
) -> None:
    sites(session, tmp_path, [site(1, 信用代码=CREDIT_CODE), site(2)])
    imported(session, csv_file(tmp_path, [zone_row(reference)]), "zones")
    owner = select(Enterprise.source_id).join(Zone, Zone.enterprise_id == Enterprise.id)
    assert session.scalars(owner).one() == "e1"


def test_an_enterprise_of_the_same_source_comes_before_one_of_another(
    session: Session, tmp_path: Path
) -> None:
    sites(session, tmp_path, [site(1, 名称="别人的")], source="乙")
    sites(session, tmp_path, [site(1, 名称="自己的")], source="甲")
    imported(session, csv_file(tmp_path, [zone_row("e1")]), "zones", source="甲")
    owner = select(Enterprise.name).join(Zone, Zone.enterprise_id == Enterprise.id)
    assert session.scalars(owner).one() == "自己的"


def test_a_zone_of_an_unknown_enterprise_is_quarantined(session: Session, tmp_path: Path) -> None:
    finding = only_finding(imported(session, csv_file(tmp_path, [zone_row("e9")]), "zones"))
    assert (finding.value, finding.reason) == ("e9", "没有这个所属企业")


def test_a_name_that_two_enterprises_bear_is_ambiguous(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 名称="同名"), site(2, 名称="同名")])
    finding = only_finding(imported(session, csv_file(tmp_path, [zone_row("同名")]), "zones"))
    assert finding.reason == "有多个所属企业符合"


def test_a_zone_without_an_enterprise_is_quarantined(session: Session, tmp_path: Path) -> None:
    assert only_finding(imported(session, csv_file(tmp_path, [zone_row("")]), "zones")).reason == "必填项为空"


def test_a_school_may_be_linked_to_the_unit_it_is(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1)])
    rows = [{"编号": "r1", "名称": "学校", "类型": "学校", "本单位": "企业1", "经度": 113.26, "纬度": 33.7}]
    imported(session, csv_file(tmp_path, rows), "receptors")
    assert session.scalars(select(Receptor.enterprise_id)).one() is not None


@pytest.mark.parametrize("name", ["410411003", "姚孟街道", "姚孟", "姚孟街道办事处"])
def test_a_township_is_known_by_its_code_and_the_ways_to_write_its_name(
    session: Session, tmp_path: Path, name: str
) -> None:
    make.area(session, "410411003", "姚孟街道", None, level="township")
    sites(session, tmp_path, [site(1, 街道=name)])
    assert session.scalars(select(Enterprise.township_code)).one() == "410411003"


def test_a_township_out_of_force_is_not_known_by_name(session: Session, tmp_path: Path) -> None:
    rows = [{"代码": "410411100", "名称": "北渡镇", "级别": "镇", "停用日期": "2011年5月1日"}]
    imported(session, csv_file(tmp_path, rows), "areas", id_column=None)
    assert only_finding(sites(session, tmp_path, [site(1, 街道="北渡镇")])).reason == "没有这个街道/乡镇"


@pytest.mark.parametrize("name", ["hazardous_chemicals", "危险化学品", "Hazardous chemicals"])
def test_a_sector_is_known_by_its_code_and_names(session: Session, tmp_path: Path, name: str) -> None:
    sites(session, tmp_path, [site(1, 行业=name)])
    assert session.scalars(select(Enterprise.sector_code)).one() == "hazardous_chemicals"


def test_a_group_is_imported_and_then_known_by_its_code(session: Session, tmp_path: Path) -> None:
    groups = [{"代码": "P01", "名称": "化工园区", "类型": "园区"}]
    imported(session, csv_file(tmp_path, groups), "groups", id_column=None)
    sites(session, tmp_path, [site(1, 园区="P01")])
    member = select(UnitGroup.code).join(Enterprise, Enterprise.group_id == UnitGroup.id)
    assert session.scalars(member).one() == "P01"


def test_a_zone_of_a_frame_names_an_enterprise_of_the_same_source(session: Session) -> None:
    owner = {"source_id": "e1", "name": "企业甲", "geometry": shapes.POINT}
    import_frame(session, "enterprises", frame([owner]), source="演示", is_demo=True)
    room = {"source_id": "z1", "name": "车间", "enterprise": "e1", "grade": 2, "geometry": shapes.POLYGON}
    assert import_frame(session, "zones", frame([room]), source="演示", is_demo=True).inserted == 1
