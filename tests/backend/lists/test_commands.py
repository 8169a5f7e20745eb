"""`./riskmap export risk-list` as an operator meets it."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from backend.lists import commands
from backend.obstacle import Obstacle
from tests import make
from tests.backend.test_cli import riskmap
from tests.signed_in import events


@pytest.fixture(autouse=True)
def reached(own_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command reach the test's own database, with two zones in it."""

    @contextmanager
    def reachable(*_: object, **__: object) -> Iterator[Engine]:
        yield own_engine

    monkeypatch.setattr(commands, "reachable_database", reachable)
    with Session(own_engine) as session, session.begin():
        site = make.enterprise(session)
        make.zone(session, site, "红的", grade=1)
        make.zone(session, site, "没评的")


def export(*arguments: object) -> Result:
    return CliRunner().invoke(commands.app, ["risk-list", *map(str, arguments)])


def test_a_workbook_is_written_and_audited(own_engine: Engine, tmp_path: Path) -> None:
    said = export("-o", tmp_path / "a.xlsx")
    assert (said.exit_code, "已导出 2 行" in said.output) == (0, True)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["安全风险清单"]
    assert [row[2] for row in sheet.iter_rows(min_row=5, values_only=True)] == ["红的", "没评的"]
    (trace,) = events(own_engine, action="export")
    assert trace.actor_name.startswith("operator:")
    assert trace.detail == {"what": "risk-list zones", "rows": 2, "file": "a.xlsx"}


def test_csv_holds_what_is_filtered(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert export("--format", "csv", "--grade", "1,2", "-o", path).exit_code == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["风险分区"] for row in csv.DictReader(file)] == ["红的"]


def test_without_a_name_the_file_bears_the_lists_and_the_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert export("--list", "events").exit_code == 0
    (file,) = tmp_path.iterdir()
    assert file.name.startswith("风险辨识管控清单_20")
    assert file.suffix == ".xlsx"


def test_a_code_that_there_is_not_leaves_no_file(own_engine: Engine, tmp_path: Path) -> None:
    said = export("--grade", "5", "-o", tmp_path / "a.xlsx")
    assert isinstance(said.exception, Obstacle)
    assert "1（重大）" in str(said.exception)
    assert list(tmp_path.iterdir()) == []
    assert not events(own_engine, action="export")


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("别人的")
    said = export("--format", "csv", "-o", tmp_path / "a.csv")
    assert isinstance(said.exception, Obstacle)
    assert (tmp_path / "a.csv").read_text() == "别人的"


def test_the_command_is_offered() -> None:
    assert "risk-list" in riskmap("export", "--help").stdout
