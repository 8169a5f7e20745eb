"""Rows of which not everything can be read: put aside with what can, and for the true reason."""

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from backend.importing.errors import CannotImport
from tests.backend.importing.files import csv_file, imported, only_finding

OPEN_RING = [[[113.27, 33.7], [113.28, 33.7], [113.28, 33.71], [113.27, 33.71]]]


def school(number: int, **geometry: object) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": {"编号": f"r{number}", "名称": f"学校{number}", "类型": "学校"},
        "geometry": geometry or {"type": "Point", "coordinates": [113.26, 33.7]},
    }


def collection(folder: Path, *features: object) -> Path:
    path = folder / "学校.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def quarantined(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_feature_with_a_broken_shape_is_put_aside_with_its_facts(session: Session, tmp_path: Path) -> None:
    path = collection(tmp_path, school(1), school(2, type="Polygon", coordinates=OPEN_RING))
    aside = tmp_path / "隔离.csv"
    finding = only_finding(imported(session, path, "receptors", crs=None, quarantine=aside))
    assert (finding.row, finding.code) == (2, "unclosed")
    assert [(line["编号"], line["名称"], line["类型"]) for line in quarantined(aside)] == [
        ("r2", "学校2", "学校")
    ]


def test_nothing_but_broken_shapes_are_put_aside_for_their_shape(session: Session, tmp_path: Path) -> None:
    path = collection(tmp_path, school(1, type="Polygon", coordinates=OPEN_RING))
    assert only_finding(imported(session, path, "receptors", crs=None)).code == "unclosed"


def test_a_row_on_record_whose_shape_comes_broken_is_not_gone(session: Session, tmp_path: Path) -> None:
    imported(session, collection(tmp_path, school(1), school(2)), "receptors", crs=None)
    path = collection(tmp_path, school(1), school(2, type="Polygon", coordinates=OPEN_RING))
    assert imported(session, path, "receptors", crs=None, is_partial=True).gone == 0


def test_what_is_no_feature_at_all_is_put_aside_for_that_alone(session: Session, tmp_path: Path) -> None:
    report = imported(session, collection(tmp_path, school(1), []), "receptors", crs=None)
    assert only_finding(report).reason == "应为 Feature 对象"


def test_a_line_with_too_many_cells_is_put_aside_for_that_alone(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text("编号,名称,经度,纬度\n,,113.26,33.7,多\n")
    assert only_finding(imported(session, path)).code == "ragged_row"


def test_a_file_without_a_single_feature_is_refused_for_its_first_fault(
    session: Session, tmp_path: Path
) -> None:
    with pytest.raises(CannotImport, match="第 1 行：应为 Feature 对象"):
        imported(session, collection(tmp_path, [], []), "receptors", crs=None)


def test_a_cell_of_well_known_text_that_is_none_costs_its_own_row_alone(
    session: Session, tmp_path: Path
) -> None:
    deep = "GEOMETRYCOLLECTION(" * 30_000 + "POINT(1 1)" + ")" * 30_000
    texts = ["POINT (113.26 33.7)", deep, "CIRCULARSTRING (0 0, 1 1, 2 0)"]
    rows = [{"编号": f"e{number}", "名称": "企业", "WKT": text} for number, text in enumerate(texts)]
    report = imported(session, csv_file(tmp_path, rows), is_partial=True)
    assert report.inserted == 1
    assert [(finding.row, finding.reason) for finding in report.findings] == [
        (3, "不是点、线或面的 WKT"),
        (4, "不是点、线或面的 WKT"),
    ]


def test_a_shape_that_cannot_be_read_stands_in_the_quarantine_as_it_was(
    session: Session, tmp_path: Path
) -> None:
    texts = ["POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "POLYGON ((0 0"]
    rows = [{"编号": f"e{number}", "名称": "企业", "WKT": text} for number, text in enumerate(texts)]
    imported(session, csv_file(tmp_path, rows), quarantine=tmp_path / "隔离.csv")
    assert [line["WKT"] for line in quarantined(tmp_path / "隔离.csv")] == texts
