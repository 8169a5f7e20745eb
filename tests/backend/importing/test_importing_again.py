"""What happens when a file comes again, the same or not."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.importing.report import Change
from backend.importing.service import ignore, prepare_file
from backend.jurisdictions.models import Area
from tests import make
from tests.backend.importing.files import csv_file, district, imported, request, site, sites


def versions(session: Session) -> dict[str, int]:
    session.expire_all()
    rows = session.execute(select(Enterprise.source_id, Enterprise.version))
    return {source_id: version for source_id, version in rows}  # noqa: C416 (a Row is no pair to `dict`)


def test_the_same_file_again_changes_nothing(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 等级="红"), site(2)])
    report = sites(session, tmp_path, [site(1, 等级="红"), site(2)])
    assert (report.inserted, report.updated, report.unchanged) == (0, 0, 2)
    assert versions(session) == {"e1": 1, "e2": 1}


def test_a_changed_row_is_updated_once(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1), site(2)])
    report = sites(session, tmp_path, [site(1, 名称="新名"), site(2)])
    assert (report.updated, report.unchanged) == (1, 1)
    assert versions(session) == {"e1": 2, "e2": 1}


def test_a_column_that_the_file_does_not_have_keeps_what_is_on_record(
    session: Session, tmp_path: Path
) -> None:
    sites(session, tmp_path, [site(1, 等级="红")])
    sites(session, tmp_path, [site(1, 名称="新名")])
    assert session.scalars(select(Enterprise.grade)).one() == 1


def test_a_file_without_coordinates_keeps_the_places_on_record(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1)])
    report = sites(session, tmp_path, [{"编号": "e1", "名称": "企业1"}])
    assert report.unchanged == 1


def test_rows_that_the_file_has_no_more_are_counted_and_kept(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1), site(2)])
    assert sites(session, tmp_path, [site(1)]).gone == 1
    assert set(versions(session)) == {"e1", "e2"}


def test_a_quarantined_row_is_not_gone(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1), site(2)])
    assert sites(session, tmp_path, [site(1), site(2, 等级="绿")], is_partial=True).gone == 0


def test_the_same_keys_of_another_source_are_other_rows(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1)], source="甲")
    assert sites(session, tmp_path, [site(1)], source="乙").inserted == 1


def test_the_differences_are_told_before_anything_changes(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1), site(2), site(3)])
    rows = [site(1, 名称="新名"), site(2), site(4)]
    differences = prepare_file(session, request(csv_file(tmp_path, rows)), ignore).report.differences
    assert (differences.new, differences.changed, differences.unchanged, differences.gone) == (1, 1, 1, 1)
    assert differences.changed_fields == (("名称", 1),)
    assert differences.examples[0].changes == (Change("名称", "企业1", "新名"),)
    assert versions(session) == {"e1": 1, "e2": 1, "e3": 1}


def test_a_moved_place_is_told_in_metres(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 经度=113.27, 纬度=33.7)])
    rows = [site(1, 经度=113.28, 纬度=33.7)]
    differences = prepare_file(session, request(csv_file(tmp_path, rows)), ignore).report.differences
    # Geodesic on the CGCS2000 ellipsoid: 927.13 m.
    assert differences.farthest_move_m is not None
    assert round(differences.farthest_move_m, 1) == 927.1


def test_a_grade_is_shown_by_its_name(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 等级="黄")])
    rows = [site(1, 等级="")]
    differences = prepare_file(session, request(csv_file(tmp_path, rows)), ignore).report.differences
    assert differences.examples[0].changes == (Change("风险等级", "一般", "未评定"),)


def test_an_area_is_known_by_its_code_whatever_the_source(session: Session, tmp_path: Path) -> None:
    make.area(session, "410411", "湛河区（示意）", make.square(), is_indicative=True)
    rows = [{"代码": "410411", "名称": "湛河区", "级别": "区县", "示意": "否"}]
    report = imported(session, csv_file(tmp_path, rows), "areas", id_column=None, source="民政局")
    assert report.updated == 1
    area = session.scalars(select(Area)).one()
    session.refresh(area)
    assert (area.name, area.source, area.is_indicative) == ("湛河区", "民政局", False)


def test_a_township_is_filled_in_from_the_place_and_said_so(session: Session, tmp_path: Path) -> None:
    make.area(session, "410411001", "姚孟街道", make.square(113.2, 33.6, side=0.2), level="township")
    report = sites(session, tmp_path, [site(1), site(2, 经度=113.5)])
    assert any(notice.startswith("1 家企业没有写街道") for notice in report.notices)
    assert set(session.scalars(select(Enterprise.township_code))) == {"410411001", None}


def test_a_township_on_record_is_not_overwritten_by_the_place(session: Session, tmp_path: Path) -> None:
    make.area(session, "410411002", "九里山街道", None, level="township")
    sites(session, tmp_path, [site(1, 街道="九里山街道")])
    make.area(session, "410411001", "姚孟街道", make.square(113.2, 33.6, side=0.2), level="township")
    assert sites(session, tmp_path, [site(1)]).unchanged == 1
    assert session.scalars(select(Enterprise.township_code)).one() == "410411002"


def test_an_import_leaves_nothing_behind_when_its_transaction_ends(session: Session, tmp_path: Path) -> None:
    district(session)
    with session.begin_nested() as savepoint:
        sites(session, tmp_path, [site(1)])
        savepoint.rollback()
    assert versions(session) == {}


def test_a_place_outside_the_township_that_was_written_is_mentioned(session: Session, tmp_path: Path) -> None:
    make.area(session, "410411001", "姚孟街道", make.square(113.5, 33.6, side=0.1), level="township")
    report = sites(session, tmp_path, [site(1, 街道="姚孟街道")])
    assert "1 家企业的点位不在所写的街道/乡镇内，请核对（如 企业1，编号 e1）" in report.notices
