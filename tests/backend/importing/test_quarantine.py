"""The file of rows that were put aside."""

import csv
import json
import os
from pathlib import Path

import pytest
from geoalchemy2.shape import to_shape
from shapely.geometry import mapping
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from tests import shapes
from tests.backend.importing.files import csv_file, district, imported, site, sites


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_bad_row_stands_there_with_row_field_value_reason_and_mend(
    session: Session, tmp_path: Path
) -> None:
    district(session)
    sites(session, tmp_path, [site(1), site(2, 经度=33.7, 纬度=113.26)], quarantine=tmp_path / "隔离.csv")
    (line,) = lines(tmp_path / "隔离.csv")
    assert {name: value for name, value in line.items() if name.startswith("隔离_")} == {
        "隔离_行号": "3",
        "隔离_字段": "坐标",
        "隔离_值": "33.7, 113.26",
        "隔离_原因": "疑似经纬度颠倒：33.7, 113.26",
        "隔离_建议": "经度、纬度对调后为 113.26, 33.7",
    }


def test_a_row_with_two_faults_stands_there_once(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 名称="", 等级="绿")], quarantine=tmp_path / "隔离.csv")
    (line,) = lines(tmp_path / "隔离.csv")
    assert line["隔离_字段"] == "名称；风险等级"


def test_a_bad_row_keeps_all_its_own_columns(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1, 等级="绿", 备注="原样, 保留")], quarantine=tmp_path / "隔离.csv")
    (line,) = lines(tmp_path / "隔离.csv")
    assert (line["编号"], line["名称"], line["备注"]) == ("e1", "企业1", "原样, 保留")


def test_the_mended_quarantine_is_imported_as_it_is(session: Session, tmp_path: Path) -> None:
    sites(session, tmp_path, [site(1), site(2, 等级="绿")], quarantine=tmp_path / "隔离.csv", is_partial=True)
    text = (tmp_path / "隔离.csv").read_text(encoding="utf-8")
    # Only the row's own cell is mended; the columns that say why stay as they are.
    mended = tmp_path / "改好.csv"
    mended.write_text(text.removesuffix("绿\n") + "蓝\n", encoding="utf-8")
    assert imported(session, mended, source="企业").inserted == 1
    assert session.scalars(select(func.count()).select_from(Enterprise)).one() == 2


def test_a_row_that_is_still_bad_is_put_aside_again_with_todays_causes(
    session: Session, tmp_path: Path
) -> None:
    sites(session, tmp_path, [site(1, 等级="绿")], quarantine=tmp_path / "隔离.csv")
    half = tmp_path / "改了一半.csv"
    half.write_text((tmp_path / "隔离.csv").read_text(encoding="utf-8").replace("绿", "紫"))
    imported(session, half, quarantine=tmp_path / "再隔离.csv")
    (line,) = lines(tmp_path / "再隔离.csv")
    assert list(line) == list(lines(tmp_path / "隔离.csv")[0])
    assert (line["隔离_值"], line["隔离_行号"]) == ("紫", "2")


def test_a_point_of_a_map_comes_back_where_it_was(session: Session, tmp_path: Path) -> None:
    facts = {"编号": "e1", "名称": "企业甲", "等级": "绿"}
    feature = {"type": "Feature", "geometry": mapping(shapes.POINT), "properties": facts}
    path = tmp_path / "图.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    imported(session, path, quarantine=tmp_path / "隔离.csv")
    mended = tmp_path / "改好.csv"
    mended.write_text((tmp_path / "隔离.csv").read_text(encoding="utf-8").replace(",绿,", ",蓝,"))
    assert imported(session, mended).inserted == 1
    assert to_shape(session.scalars(select(Enterprise.location)).one()) == shapes.POINT


def test_a_bad_shape_comes_back_as_text_that_can_be_imported(session: Session, tmp_path: Path) -> None:
    facts = {"编号": "e1", "名称": "企业甲", "等级": "绿"}
    feature = {"type": "Feature", "geometry": mapping(shapes.POLYGON), "properties": facts}
    path = tmp_path / "图.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    imported(session, path, quarantine=tmp_path / "隔离.csv")
    mended = tmp_path / "改好.csv"
    mended.write_text((tmp_path / "隔离.csv").read_text(encoding="utf-8").replace(",绿,", ",蓝,"))
    assert imported(session, mended).inserted == 1
    area = select(func.ST_Area(func.ST_GeomFromEWKB(Enterprise.outline)))
    assert round(session.scalars(area).one(), 9) == round(shapes.POLYGON.area, 9)


def test_a_quarantine_that_somebody_may_be_mending_is_not_overwritten(
    session: Session, tmp_path: Path
) -> None:
    (tmp_path / "隔离.csv").write_text("改到一半")
    sites(session, tmp_path, [site(1, 等级="绿")], quarantine=tmp_path / "隔离.csv")
    assert (tmp_path / "隔离.csv").read_text() == "改到一半"
    assert len(lines(tmp_path / "隔离-2.csv")) == 1


def test_the_same_quarantine_again_is_the_same_file(session: Session, tmp_path: Path) -> None:
    for _ in range(2):
        sites(session, tmp_path, [site(1, 等级="绿")], quarantine=tmp_path / "隔离.csv")
    assert [path.name for path in tmp_path.glob("隔离*")] == ["隔离.csv"]


def test_the_report_counts_rows_by_cause(session: Session, tmp_path: Path) -> None:
    rows = [site(1, 等级="绿"), site(2, 等级="绿"), site(3, 等级="紫"), site(4, 名称="")]
    report = imported(session, csv_file(tmp_path, rows))
    assert {(finding.value, finding.reason): count for finding, count in report.causes} == {
        ("绿", "不认识的词"): 2,
        ("紫", "不认识的词"): 1,
        (None, "必填项为空"): 1,
    }


@pytest.mark.parametrize("kind", ["link to nothing", "link to a file", "pipe", "folder"])
def test_a_quarantine_is_written_into_nothing_that_is_there(
    session: Session, tmp_path: Path, kind: str
) -> None:
    aside, elsewhere = tmp_path / "隔离.csv", tmp_path / "别处"
    if kind == "link to a file":
        elsewhere.write_text("原样")
    if kind.startswith("link"):
        aside.symlink_to(elsewhere)
    elif kind == "pipe":
        os.mkfifo(aside)
    else:
        aside.mkdir()
    sites(session, tmp_path, [site(1, 等级="绿")], quarantine=aside)
    assert len(lines(tmp_path / "隔离-2.csv")) == 1
    assert not elsewhere.exists() or elsewhere.read_text() == "原样"


FORMULAS = ["=1+1", "+1+cmd", "-1+cmd", "@SUM(A1)", "'=1", "''@x", "\t=1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_or_heading_of_a_quarantine_is_a_formula(
    session: Session, tmp_path: Path, formula: str
) -> None:
    rows = [site(1, 等级="绿", 地址=formula, **{"=HYPERLINK(1)": formula})]
    sites(session, tmp_path, rows, quarantine=tmp_path / "隔离.csv")
    (line,) = lines(tmp_path / "隔离.csv")
    assert line["地址"] == line["'=HYPERLINK(1)"] == f"'{formula}"


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_comes_back_from_the_quarantine_as_it_was(
    session: Session, tmp_path: Path, formula: str
) -> None:
    sites(session, tmp_path, [site(1, 等级="绿", 地址=formula)], quarantine=tmp_path / "隔离.csv")
    mended = tmp_path / "改好.csv"
    mended.write_text((tmp_path / "隔离.csv").read_text(encoding="utf-8").replace(",绿,", ",蓝,"))
    assert imported(session, mended).inserted == 1
    assert session.scalars(select(Enterprise.address)).one() == formula.strip()


def test_a_western_longitude_is_no_formula(session: Session, tmp_path: Path) -> None:
    rows = [site(1, 等级="绿", 经度=-80.25)]
    sites(session, tmp_path, rows, quarantine=tmp_path / "隔离.csv", outside="accept")
    assert lines(tmp_path / "隔离.csv")[0]["经度"] == "-80.25"
