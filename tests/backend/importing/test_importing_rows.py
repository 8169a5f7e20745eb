"""What becomes of a file's rows and cells."""

import zipfile
from pathlib import Path

import geopandas
import pytest
from shapely import Point
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.importing.errors import CannotImport
from backend.importing.models import ImportBatch
from geodata.errors import GeodataError
from tests.backend.importing.files import csv_file, imported, only_finding, site, sites


def enterprise(session: Session, source_id: str) -> Enterprise:
    return session.scalars(select(Enterprise).where(Enterprise.source_id == source_id)).one()


def count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Enterprise)).one()


def test_a_clean_file_becomes_rows_of_the_register(session: Session, tmp_path: Path) -> None:
    report = sites(session, tmp_path, [site(1), site(2)])
    assert (report.inserted, report.updated, report.unchanged, count(session)) == (2, 0, 0, 2)


def test_a_row_remembers_its_source_its_key_and_its_datum(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1)], source="名单2026", crs="EPSG:4326")
    row = enterprise(session, "e1")
    assert (row.source, row.original_datum, row.is_demo) == ("名单2026", "EPSG:4326", False)


def test_the_words_of_a_chinese_list_are_understood(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 风险等级="较大风险", 经营状态="停产", 行业="工贸")])
    row = enterprise(session, "e1")
    assert (row.grade, row.operating_status, row.sector_code) == (2, "suspended", "industry_trade")


@pytest.mark.parametrize(
    ("word", "grade"), [("红", 1), ("Ⅱ", 2), ("３", 3), ("low", 4), ("", None), ("未评定", None)]
)
def test_a_grade_is_understood_in_many_words(
    session: Session, tmp_path: Path, word: str, grade: int | None
) -> None:
    sites(session, tmp_path, [site(1, 等级=word)])
    assert enterprise(session, "e1").grade == grade


@pytest.mark.parametrize("word", ["绿", "0", "5", "较小"])
def test_an_unknown_grade_is_quarantined_with_the_words_there_are(
    session: Session, tmp_path: Path, word: str
) -> None:
    finding = only_finding(sites(session, tmp_path, [site(1, 等级=word)]))
    assert (finding.row, finding.field, finding.value, finding.reason) == (2, "风险等级", word, "不认识的词")
    assert "重大" in finding.hint
    assert "--grade-map" in finding.hint


def test_a_grade_map_is_the_whole_truth_about_grades(session: Session, tmp_path: Path) -> None:
    zero_based = {"grade": {"0": 1, "1": 2}}
    rows = [site(1, 等级="1"), site(2, 等级="2")]
    report = sites(session, tmp_path, rows, words=zero_based, is_partial=True)
    assert enterprise(session, "e1").grade == 2
    assert only_finding(report).value == "2"


def test_a_files_own_words_come_on_top_of_ours(session: Session, tmp_path: Path) -> None:
    words = {"operating_status": {"active": "operating", "deregistered": "closed"}}
    rows = [site(1, 经营状态="deregistered"), site(2, 经营状态="停产")]
    sites(session, tmp_path, rows, words=words)
    assert (enterprise(session, "e1").operating_status, enterprise(session, "e2").operating_status) == (
        "closed",
        "suspended",
    )


def test_a_column_is_mapped_to_a_field(session: Session, tmp_path: Path) -> None:
    rows = [{"编号": "e1", "厂名": "企业甲", "经度": 113.26, "纬度": 33.7}]
    sites(session, tmp_path, rows, columns={"name": "厂名"})
    assert enterprise(session, "e1").name == "企业甲"


def test_a_constant_fills_the_empty_cells_of_a_mapped_column_and_says_so(
    session: Session, tmp_path: Path
) -> None:
    rows = [site(1, 名称=""), site(2)]
    report = sites(session, tmp_path, rows, columns={"name": "名称"}, constants={"name": "未命名"})
    assert (enterprise(session, "e1").name, enterprise(session, "e2").name) == ("未命名", "企业2")
    assert any("1 行没有名称" in notice for notice in report.notices)


def test_an_unmapped_column_of_the_name_gives_way_to_a_constant(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 等级="绿")], constants={"grade": "4"})
    assert enterprise(session, "e1").grade == 4


def test_a_file_without_a_required_column_is_refused_with_the_way_out(
    session: Session, tmp_path: Path
) -> None:
    with pytest.raises(CannotImport, match=r"名称（name）.*--map"):
        sites(session, tmp_path, [{"编号": "e1", "经度": 113.26, "纬度": 33.7}])


def test_an_empty_required_cell_is_quarantined(session: Session, tmp_path: Path) -> None:
    assert only_finding(sites(session, tmp_path, [site(1, 名称=" ")])).reason == "必填项为空"


def test_a_file_whose_rows_have_no_key_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match="--id-field"):
        sites(session, tmp_path, [site(1)], id_column=None)


def test_rows_without_a_key_may_be_known_by_their_content(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1), site(2)], id_column="@content")
    assert sites(session, tmp_path, [site(2), site(1)], id_column="@content").unchanged == 2


def test_the_later_of_two_rows_with_one_key_is_quarantined(session: Session, tmp_path: Path) -> None:
    finding = only_finding(sites(session, tmp_path, [site(1), site(1, 名称="又一家")]))
    assert (finding.row, finding.reason, finding.hint) == (3, "编号重复", "与第 2 行相同")


def test_a_control_character_is_quarantined(session: Session, tmp_path: Path) -> None:
    finding = only_finding(sites(session, tmp_path, [site(1, 名称="企业\u202e甲")]))
    assert finding.code == "control_character"


def test_a_negative_headcount_is_quarantined(session: Session, tmp_path: Path) -> None:
    rows = [{"编号": "r1", "名称": "学校", "类型": "学校", "人数": "-5", "经度": 113.26, "纬度": 33.7}]
    assert only_finding(imported(session, csv_file(tmp_path, rows), "receptors")).reason == "不是非负整数"


def test_one_bad_row_keeps_all_others_out(session: Session, tmp_path: Path) -> None:
    report = sites(session, tmp_path, [site(1), site(2, 等级="绿")])
    assert (report.is_applied, report.quarantined, count(session)) == (False, 1, 0)


def test_a_partial_import_takes_the_good_rows(session: Session, tmp_path: Path) -> None:
    report = sites(session, tmp_path, [site(1), site(2, 等级="绿")], is_partial=True)
    assert (report.is_applied, report.inserted, report.quarantined, count(session)) == (True, 1, 1, 1)


def test_a_partial_import_of_nothing_but_bad_rows_changes_nothing(session: Session, tmp_path: Path) -> None:
    assert not sites(session, tmp_path, [site(1, 等级="绿")], is_partial=True).is_applied


def test_only_the_rows_asked_for_are_imported(session: Session, tmp_path: Path) -> None:
    report = sites(session, tmp_path, [site(1, 县="湛河"), site(2, 县="新华")], where="县 = '湛河'")
    assert report.rows == report.inserted == 1


def test_a_gb18030_list_is_read_without_being_told(session: Session, tmp_path: Path) -> None:
    path = csv_file(tmp_path, [site(1, 名称="平顶山䶮化工")], encoding="gb18030")
    imported(session, path)
    assert enterprise(session, "e1").name == "平顶山䶮化工"


def test_a_zipped_gbk_shapefile_is_read_as_it_was_written(session: Session, tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"BH": ["e1"], "MC": ["姚孟电厂"]}, geometry=[Point(113.26, 33.7)], crs=4490
    )
    shp = tmp_path / "shp"
    shp.mkdir()
    frame.to_file(shp / "企业.shp", encoding="GBK")
    (shp / "企业.cpg").unlink()
    with zipfile.ZipFile(tmp_path / "企业.zip", "w") as archive:
        for part in shp.iterdir():
            archive.write(part, part.name)
    imported(session, tmp_path / "企业.zip", id_column="BH", columns={"name": "MC"}, crs=None)
    assert enterprise(session, "e1").name == "姚孟电厂"


def test_a_missing_file_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(GeodataError, match="没有这个文件"):
        imported(session, tmp_path / "没有.csv")


def test_a_mapping_to_a_column_that_is_not_there_names_those_that_are(
    session: Session, tmp_path: Path
) -> None:
    with pytest.raises(CannotImport, match="文件没有列「厂名」；有：编号、名称"):
        sites(session, tmp_path, [site(1)], columns={"name": "厂名"})


def test_a_file_of_many_columns_names_only_the_first(session: Session, tmp_path: Path) -> None:
    row = site(1, **{f"列{number}": "" for number in range(100)})
    with pytest.raises(CannotImport, match=r"有：编号、名称.*列45 等 104 列$"):
        sites(session, tmp_path, [row], columns={"name": "厂名"})


def test_a_missing_id_column_is_named_with_those_there_are(session: Session, tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match=r"文件没有列「号」；有：编号、名称、经度、纬度$"):
        sites(session, tmp_path, [site(1)], id_column="号")


def test_an_unknown_field_is_refused_with_those_there_are(session: Session, tmp_path: Path) -> None:
    with pytest.raises(CannotImport, match="没有字段「colour」；有：name（名称）"):
        sites(session, tmp_path, [site(1)], columns={"colour": "名称"})


def test_each_import_is_recorded_with_the_files_fingerprint(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1), site(2, 等级="绿")], is_partial=True)
    batch = session.scalars(select(ImportBatch)).one()
    assert (batch.file_name, batch.inserted, batch.quarantined, len(batch.file_sha256)) == (
        "企业.csv",
        1,
        1,
        64,
    )
    assert batch.options["id_column"] == "编号"


def test_areas_take_no_other_key_than_their_code(session: Session, tmp_path: Path) -> None:
    rows = [{"代码": "410411", "名称": "湛河区", "级别": "区县"}]
    with pytest.raises(CannotImport, match="以代码（code）识别"):
        imported(session, csv_file(tmp_path, rows), "areas", id_column="代码")


def test_a_list_among_the_properties_is_text(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "图.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null, '
        '"properties": {"编号": "e1", "name": ["甲", "乙"]}}]}'
    )
    imported(session, path)
    assert enterprise(session, "e1").name == "['甲', '乙']"


def test_texts_arrive_as_they_stand_in_the_file_whatever_symbols_they_have(
    session: Session, tmp_path: Path
) -> None:
    address = "一号院\n二号楼\t三层\r\\N \\. \\n"
    sites(session, tmp_path, [site(1, 地址=address), site(2, 地址=""), site(3, 地址="\\N")])
    stored = [enterprise(session, f"e{number}").address for number in (1, 2, 3)]
    assert stored == [address, None, "\\N"]


def test_rows_put_right_by_a_second_import_are_the_same_as_rows_that_were_right_at_first(
    session: Session, tmp_path: Path
) -> None:
    right = [
        site(number, 等级=1 + number % 4, 地址=f"{number}号", 从业人数=number, 复评日期="2027-01-02")
        for number in range(1, 9)
    ]
    wrong = [
        {**site(number, 等级="", 地址="别处", 从业人数="", 复评日期=""), "经度": 113.3}
        for number in range(1, 6)
    ]
    sites(session, tmp_path, right, source="一次")
    sites(session, tmp_path, wrong, source="两次")
    second = sites(session, tmp_path, right, source="两次")
    own = {"id", "number", "source", "version", "created_at", "updated_at", "recorded_at"}
    columns = [column for column in Enterprise.__table__.columns if column.name not in own]
    once, twice = (
        session.execute(
            select(*columns).where(Enterprise.source == source).order_by(Enterprise.source_id)
        ).all()
        for source in ("一次", "两次")
    )
    assert (second.inserted, second.updated, once) == (3, 5, twice)
