"""`./riskmap raster` as an operator meets it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import rasterio
from click.testing import Result
from shapely import Point
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from backend.obstacle import Obstacle
from backend.rasters import commands
from backend.rasters.storage import find_raster
from backend.settings import Settings
from tests import make
from tests.rasters import delivered, people
from tests.signed_in import events

SAID = ("--title", "人口格网", "--year", "2025", "--unit", "persons", "--source", "测试, CC BY 4.0")


@pytest.fixture(autouse=True)
def reached(own_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands reach the test's own database."""

    @contextmanager
    def reachable(*_: object, **__: object) -> Iterator[Engine]:
        yield own_engine

    monkeypatch.setattr(commands, "reachable_database", reachable)


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("RISKMAP_DATA_DIR", str(folder))
    return folder


def raster(*arguments: str) -> Result:
    return CliRunner().invoke(commands.app, arguments, catch_exceptions=True)


def obstacle(*arguments: str) -> str:
    said = raster(*arguments)
    assert isinstance(said.exception, Obstacle), said.output
    return str(said.exception)


def test_a_raster_comes_in_is_listed_and_goes(own_engine: Engine, data_dir: Path, tmp_path: Path) -> None:
    with Session(own_engine) as session, session.begin():
        make.area(session, "410411", "湛河区", make.square(113.25, 33.69, side=0.02))
    file = delivered(tmp_path / "人口2025.tif", np.full((100, 160), 10, "float32"))
    said = raster("add", "population", str(file), *SAID)
    assert said.exit_code == 0, said.exception
    assert "160 × 100 个像元" in said.output
    assert "全图合计 160,000 人" in said.output
    assert "覆盖湛河区面积的 100.0%，区内 4,000 人（估算）" in said.output
    listed = raster("list").output
    assert "「人口格网」2025 年，人/像元，测试, CC BY 4.0" in listed
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert f"原文件 人口2025.tif，SHA-256 {digest}" in listed
    assert "已删除人口栅格「人口格网」" in raster("remove", "population").output
    assert raster("list").output == "population 人口：无\n"
    assert obstacle("remove", "population") == "没有人口栅格。"
    added, removed = events(own_engine)
    assert (added.action, removed.action) == ("add_raster", "remove_raster")
    assert added.actor_name.startswith("operator:")
    assert added.after["sha256"] == removed.before["sha256"] == digest
    assert added.detail["share_of_district_without_data"] == 0
    assert [path.name for path in (data_dir / "rasters").iterdir()] == []


def test_another_raster_takes_the_place_of_the_first_only_when_it_is_said(
    own_engine: Engine, data_dir: Path, tmp_path: Path
) -> None:
    first = delivered(tmp_path / "1.tif", people())
    second = delivered(tmp_path / "2.tif", people(seed=2))
    assert raster("add", "population", str(first), *SAID).exit_code == 0
    assert "已有「人口格网」" in obstacle("add", "population", str(second), *SAID)
    assert raster("add", "population", str(second), *SAID, "--replace").exit_code == 0
    stored = find_raster(Settings(data_dir=data_dir), "population")
    assert stored is not None
    assert stored.record.original_name == "2.tif"
    assert [path.name for path in (data_dir / "rasters").iterdir()] == ["population.tif"]
    assert events(own_engine)[-1].before["original_name"] == "1.tif"


def test_a_raster_that_covers_a_part_of_the_district_says_which_share(
    own_engine: Engine, data_dir: Path, tmp_path: Path
) -> None:
    with Session(own_engine) as session, session.begin():
        make.area(session, "410411", "湛河区", make.square(113.19, 33.69, side=0.02))
    said = raster("add", "population", str(delivered(tmp_path / "in.tif", people())), *SAID).output
    assert "覆盖湛河区面积的 50.0%" in said
    assert "没有覆盖的部分人口未知" in said


def test_a_raster_of_somewhere_else_does_not_come_in(
    own_engine: Engine, data_dir: Path, tmp_path: Path
) -> None:
    with Session(own_engine) as session, session.begin():
        make.area(session, "410411", "湛河区", make.square(113.25, 33.69, side=0.02))
    file = delivered(tmp_path / "in.tif", people(), west=9.5, north=47.2)
    assert "在湛河区范围内没有任何数据" in obstacle("add", "population", str(file), *SAID)
    assert events(own_engine) == []
    assert [*(data_dir / "rasters").iterdir()] == []


def test_what_is_no_raster_is_refused_in_a_sentence_and_leaves_nothing(
    own_engine: Engine, data_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "in.tif").write_text("人口,100")
    assert obstacle("add", "population", str(tmp_path / "in.tif"), *SAID) == (
        "没有入库：in.tif 不是 GeoTIFF 文件"
    )
    assert "无法读取文件" in obstacle("add", "population", str(tmp_path / "nothing.tif"), *SAID)
    negative = delivered(tmp_path / "negative.tif", np.full((2, 2), -9999, "float32"))
    assert "--nodata" in obstacle("add", "population", str(negative), *SAID)
    assert events(own_engine) == []
    assert [*(data_dir / "rasters").iterdir()] == []


def test_no_data_can_be_named(data_dir: Path, tmp_path: Path) -> None:
    values = people()
    values[0, 0] = -9999
    file = delivered(tmp_path / "in.tif", values)
    assert "1 个无数据" in raster("add", "population", str(file), *SAID, "--nodata", "-9999").output


def test_a_title_is_one_line(data_dir: Path, tmp_path: Path) -> None:
    file = delivered(tmp_path / "in.tif", people())
    assert obstacle("add", "population", str(file), *SAID, "--title", "一\n二").startswith("--title")


def test_the_density_goes_out_as_a_cog_and_is_recorded(
    own_engine: Engine, data_dir: Path, tmp_path: Path
) -> None:
    with Session(own_engine) as session, session.begin():
        make.enterprise(session, grade=1)
        make.enterprise(session, "乙", Point(113.3, 33.7), grade=4)
    out = tmp_path / "density.tif"
    said = raster("density", "--out", str(out), "--bandwidth", "1000", "--cell", "100")
    assert said.exit_code == 0, said.exception
    assert "EPSG:4547" in said.output
    assert "加权指数（每平方千米）（weighted-index-1）" in said.output
    with rasterio.open(out) as written:
        assert written.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert (written.tags()["BANDWIDTH_M"], written.tags()["WEIGHTS"]) == ("1000.0", "weighted-index-1")
        assert float(written.read(1).sum()) * 0.1**2 == pytest.approx(11, rel=2e-3)
    (event,) = events(own_engine)
    assert (event.action, event.detail["what"]) == ("export", "risk_density")
    assert "已存在" in obstacle("density", "--out", str(out))


def test_a_density_of_nothing_or_of_too_coarse_a_grid_is_refused(
    own_engine: Engine, data_dir: Path, tmp_path: Path
) -> None:
    out = str(tmp_path / "density.tif")
    assert "没有可写的密度" in obstacle("density", "--out", out)
    with Session(own_engine) as session, session.begin():
        make.enterprise(session, grade=1)
    assert "4 倍" in obstacle("density", "--out", out, "--bandwidth", "100", "--cell", "50")
    assert not Path(out).exists()
    assert events(own_engine) == []
