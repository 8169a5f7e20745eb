"""A run as files: read again as others would read them, by who may export, and with a trace."""

import io
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
from fastapi.testclient import TestClient
from geojson_pydantic import FeatureCollection
from httpx2 import Response
from pyproj import Geod
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from tests import make, signed_in
from tests.backend.proximity.saved import EAST, RUNS, SCHOOL, WEST, bureau, done, east_of, move_school, office
from tests.signed_in import as_role

FILES = ("pairs.xlsx", "pairs.geojson", "pairs.gpkg", "report.docx", "report.pdf")
GEOD = Geod(ellps="GRS80")


def file_of(browser: TestClient, run: dict[str, Any], name: str) -> Response:
    answer = browser.get(f"{RUNS}/{run['id']}/{name}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    assert f"%E7%AC%AC{run['number']}%E5%8F%B7" in answer.headers["content-disposition"]
    return answer


def test_the_workbook_has_pairs_hints_method_and_codes(web: TestClient) -> None:
    town = office(web)
    run = done(town, "每月核查")
    book = openpyxl.load_workbook(io.BytesIO(file_of(town, run, "pairs.xlsx").content))
    assert book.sheetnames == ["结果", "规则提示", "参数与方法", "代码说明"]
    rows = list(book["结果"].values)
    headings = dict(zip(rows[2], rows[3], strict=True))
    assert rows[0][0] == f"每月核查（第 {run['number']} 号邻近分析）"
    assert (headings["单位"], headings["目标"], headings["风险等级"]) == ("东化工厂", "东大道", "重大")
    assert (headings["距离（米）"], headings["≤ 500 米"], headings["本单位"]) == (85.0, "是", "否")
    assert len(rows) == 3 + run["pairs"]
    hints = list(book["规则提示"].values)
    assert "筛查提示（非许可依据）" in hints[1][0]
    (hint,) = [dict(zip(hints[2], row, strict=True)) for row in hints[3:]]
    assert (hint["条款"], hint["提示"], hint["限值（米）"]) == ("第十八条第（一）项", "需核查", 100)
    method = {row[0]: row[1] for row in book["参数与方法"].values}
    assert method["可见范围"] == "东街道"
    assert method["坐标系"] == "CGCS2000 经纬度（EPSG:4490）"
    assert "1 个未上图" in method["方法 5"]
    assert ("防护目标类别", "school", "学校", "School") in list(book["代码说明"].values)


def test_the_geojson_is_of_lines_that_are_as_long_as_is_said(web: TestClient) -> None:
    admin = bureau(web)
    run = done(admin)
    answer = file_of(admin, run, "pairs.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    document = FeatureCollection.model_validate_json(answer.content)
    assert set(answer.json()) == {"type", "features"}, "no crs member: RFC 7946"
    assert len(document.features) == run["pairs"]
    for feature in document.features:
        assert feature.geometry is not None
        assert feature.properties is not None
        (lon, lat, *_), (lon_end, lat_end, *_) = feature.geometry.coordinates
        assert GEOD.inv(lon, lat, lon_end, lat_end)[2] == pytest.approx(
            feature.properties["distance_m"], abs=0.03
        )
    assert document.features[0].properties is not None
    assert document.features[0].properties["within_500"] == "yes"


def test_the_geopackage_has_lines_sites_and_targets(web: TestClient, tmp_path: Path) -> None:
    admin = bureau(web)
    run = done(admin)
    path = tmp_path / "run.gpkg"
    path.write_bytes(file_of(admin, run, "pairs.gpkg").content)
    lines, sites, targets = (gpd.read_file(path, layer=name) for name in ("lines", "sites", "targets"))
    assert [frame.crs.to_epsg() for frame in (lines, sites, targets)] == [4490, 4490, 4490]
    assert len(lines) == run["pairs"]
    assert set(lines["site_id"]) <= set(sites["id"])
    assert set(lines["target_id"]) == set(targets["id"])
    assert sorted(sites["name"]) == ["东仓库", "东化工厂"]
    assert set(targets.geometry.geom_type) == {"Point", "MultiLineString"}
    assert dict(zip(targets["name"], targets["half_width_m"], strict=True))["东大道"] == 15


@pytest.mark.parametrize("name", FILES[:3])
def test_a_run_without_pairs_has_files_all_the_same(web: TestClient, name: str) -> None:
    admin = bureau(web)
    assert file_of(admin, done(admin, grade=[4]), name).content


def test_the_places_of_a_file_are_those_of_the_run_s_moment(
    web: TestClient, register: Engine, tmp_path: Path
) -> None:
    admin = bureau(web)
    run = done(admin)
    move_school(register, 100)
    path = tmp_path / "run.gpkg"
    path.write_bytes(file_of(admin, run, "pairs.gpkg").content)
    targets = gpd.read_file(path, layer="targets").set_index("name")
    assert targets.geometry["西小学"].distance(SCHOOL) < 1e-7


def test_the_bureau_s_file_of_a_township_s_run_has_the_township_s_sites_alone(
    web: TestClient, register: Engine, tmp_path: Path
) -> None:
    with Session(register) as session, session.begin():
        make.enterprise(session, "西工厂", east_of(SCHOOL, -100), township_code=WEST, grade=1)
    run = done(office(web, EAST))
    path = tmp_path / "run.gpkg"
    path.write_bytes(file_of(bureau(web), run, "pairs.gpkg").content)
    assert sorted(gpd.read_file(path, layer="sites")["name"]) == ["东仓库", "东化工厂"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_for_who_may_export_and_sees_the_run(web: TestClient, name: str) -> None:
    run = done(office(web, EAST))
    statuses = {
        "leader": bureau(web, "leader"),
        "no second factor": as_role(web, "township", [EAST], has_second_factor=False),
        "other township": office(web, WEST),
        "nobody": web,
    }
    told = {who: each.get(f"{RUNS}/{run['id']}/{name}").status_code for who, each in statuses.items()}
    assert told == {"leader": 403, "no second factor": 403, "other township": 404, "nobody": 401}


@pytest.mark.parametrize("name", FILES)
def test_each_file_leaves_a_trace(web: TestClient, register: Engine, name: str) -> None:
    town = office(web)
    run = done(town)
    file_of(town, run, name)
    (event,) = signed_in.events(register, action="export")
    assert event.detail is not None
    assert event.detail["what"] == f"proximity run {run['number']} {name.partition('.')[2]}"


def test_a_run_that_is_not_done_has_no_files(web: TestClient) -> None:
    admin = bureau(web)
    web.app.state.proximity_workers.end()  # type: ignore[attr-defined]
    run = admin.post(RUNS, json={"asked": {"grade": [1]}}).json()
    for name in FILES:
        assert admin.get(f"{RUNS}/{run['id']}/{name}").json()["code"] == "run_not_done"


def test_the_guide_names_every_address_of_a_run_and_no_other(web: TestClient) -> None:
    guide = (Path(__file__).parents[3] / "docs/guides/proximity-reports.md").read_text("utf-8")
    named = {path.replace("ID", "{run_id}") for path in re.findall(r"\$RUNS((?:/ID)?(?:/[a-z]+)?)", guide)}
    named |= set(re.findall(r"`/api/v1/proximity/runs(/\{run_id\}/[a-z.]+)`", guide))
    paths = web.app.openapi()["paths"]  # type: ignore[attr-defined]
    assert named == {path.removeprefix(RUNS) for path in paths if path.startswith(RUNS)}


def test_files_tell_of_the_area_of_the_evaluation_report_that_decided(
    web: TestClient, register: Engine
) -> None:
    with Session(register) as session, session.begin():
        plant = session.scalars(select(Enterprise).where(Enterprise.name == "东化工厂")).one()
        make.protective_area(
            session, plant, SCHOOL.buffer(0.0001), name="外部安全防护距离", report="评价报告第 7 号"
        )
    admin = bureau(web)
    run = done(admin, receptor=["school"], distance_m=[100, 500])
    (row,) = admin.get(f"{RUNS}/{run['id']}/pairs.geojson").json()["features"]
    assert row["properties"]["report_area"].startswith("在「外部安全防护距离」内（评价报告第 7 号")
    book = openpyxl.load_workbook(io.BytesIO(file_of(admin, run, "pairs.xlsx").content))
    assert row["properties"]["report_area"] in [cell for line in book["结果"].values for cell in line]
