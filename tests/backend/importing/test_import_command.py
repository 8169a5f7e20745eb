"""`./riskmap import` as somebody types it."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from backend.enterprises.models import Enterprise
from backend.importing.commands import app
from backend.importing.kinds import KINDS
from backend.importing.running import Choices, run
from backend.operating.cluster import Cluster
from backend.risk.models import RiskEvent
from backend.settings import Settings
from tests import databases
from tests.backend.importing.files import csv_file, request, site
from tests.backend.importing.risk_files import SCALE, listed, works

Command = Callable[..., Result]
OPTIONS = ("--id-field", "编号", "--crs", "EPSG:4490")


@pytest.fixture
def command(own_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `import enterprises FILE …` in an empty folder, on a database of its own."""
    monkeypatch.setenv("RISKMAP_DATABASE_URL", url(own_engine))
    monkeypatch.setenv("RISKMAP_OWNER_DATABASE_URL", databases.owner_url(own_engine))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, rows: list[dict[str, object]], options: tuple[str, ...] = OPTIONS) -> Result:
        file = str(csv_file(tmp_path, rows))
        return CliRunner().invoke(app, ["enterprises", file, *options, *arguments])

    return call


def url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def names(engine: Engine) -> set[str]:
    with Session(engine) as session:
        return set(session.scalars(select(Enterprise.name)))


def test_a_clean_file_is_committed_and_counted(command: Command, own_engine: Engine) -> None:
    result = command(rows=[site(1), site(2)])
    assert result.exit_code == 0
    assert "新增 2 行" in result.output
    assert names(own_engine) == {"企业1", "企业2"}


def test_a_bad_row_ends_with_code_2_and_a_file_beside_us(
    command: Command, own_engine: Engine, tmp_path: Path
) -> None:
    result = command(rows=[site(1), site(2, 等级="绿")])
    assert result.exit_code == 2
    assert "2 行中有 1 行不能导入" in result.output
    assert (tmp_path / "企业.csv.quarantine.csv").exists()
    assert names(own_engine) == set()


def test_partial_commits_the_good_rows(command: Command, own_engine: Engine) -> None:
    result = command("--partial", rows=[site(1), site(2, 等级="绿")])
    assert result.exit_code == 0
    assert names(own_engine) == {"企业1"}


def test_a_dry_run_shows_and_writes_nothing(command: Command, own_engine: Engine, tmp_path: Path) -> None:
    result = command("--dry-run", "--partial", rows=[site(1), site(2, 等级="绿")])
    assert result.exit_code == 0
    assert "试运行" in result.output
    assert names(own_engine) == set()
    assert list(tmp_path.glob("*.quarantine.csv")) == []


def test_a_change_of_what_is_there_needs_consent(command: Command, own_engine: Engine) -> None:
    command(rows=[site(1)])
    result = command(rows=[site(1, 名称="新名")])
    assert result.exit_code == 2
    assert "--yes" in result.output
    assert names(own_engine) == {"企业1"}


def test_yes_is_consent(command: Command, own_engine: Engine) -> None:
    command(rows=[site(1)])
    assert command("--yes", rows=[site(1, 名称="新名")]).exit_code == 0
    assert names(own_engine) == {"新名"}


@pytest.mark.parametrize(("answer", "name", "code"), [("y\n", "新名", 0), ("\n", "企业1", 2)])
def test_on_a_terminal_the_user_is_asked(
    command: Command,
    own_engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    name: str,
    code: int,
) -> None:
    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return True

    command(rows=[site(1)])
    monkeypatch.setattr("sys.stdin", Keyboard(answer))
    screen = Console(file=io.StringIO(), force_terminal=True)
    path = csv_file(tmp_path, [site(1, 名称="新名")])
    assert run(Settings(database_url=url(own_engine)), request(path), Choices(), screen) == code
    assert names(own_engine) == {name}


def test_rows_that_are_only_new_need_no_consent(command: Command, own_engine: Engine) -> None:
    command(rows=[site(1)])
    assert command(rows=[site(1), site(2)]).exit_code == 0
    assert names(own_engine) == {"企业1", "企业2"}


def test_a_saved_mapping_reads_next_months_file(command: Command, own_engine: Engine) -> None:
    row = {"号": "1", "厂名": "企业甲", "x": "431920.23", "y": "3731459.56", "级": "0"}
    described = (
        *("--id-field", "号", "--crs", "EPSG:4547", "--lon", "x", "--lat", "y"),
        *("--map", "name=厂名", "--map", "grade=级", "--grade-map", "0=1", "--source", "名单"),
    )
    command("--save-mapping", "月报", rows=[row], options=described)
    result = command("--mapping", "月报", rows=[row | {"号": "2", "厂名": "企业乙"}], options=())
    assert result.exit_code == 0
    with Session(own_engine) as session:
        rows = session.execute(
            select(Enterprise.source, func.min(Enterprise.grade), func.count()).group_by("source")
        )
        assert rows.all() == [("名单", 1, 2)]


def test_an_option_wins_over_the_saved_mapping(command: Command, own_engine: Engine) -> None:
    command("--save-mapping", "月报", "--grade-map", "甲=1", "--grade-map", "乙=2", rows=[site(1, 等级="甲")])
    command("--mapping", "月报", "--grade-map", "乙=4", rows=[site(2, 等级="乙"), site(3, 等级="甲")])
    with Session(own_engine) as session:
        graded = session.execute(select(Enterprise.source_id, Enterprise.grade).order_by("source_id")).all()
    assert graded == [("e1", 1), ("e2", 4), ("e3", 1)]


def test_an_unknown_mapping_is_refused(command: Command) -> None:
    result = command("--mapping", "没有", rows=[site(1)])
    assert result.exit_code == 2
    assert "没有保存过名为「没有」的映射" in result.output


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--grade-map", "甲=9", "风险等级没有「9」"),
        ("--word", "floor:一=1", "可用的字段"),
        ("--map", "name", "请写成"),
        ("--crs", "EPSG:999999", "没有代码为 EPSG:999999 的坐标系"),
        ("--where", "nothing", "✗"),
    ],
)
def test_an_option_that_cannot_be_understood_ends_with_a_sentence(
    command: Command, option: str, value: str, sentence: str
) -> None:
    result = command(option, value, rows=[site(1)])
    assert result.exit_code == 2
    assert sentence in result.output


def test_an_unknown_kind_is_refused_with_those_there_are(command: Command, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["dogs", str(tmp_path / "x.csv")])
    assert result.exit_code == 2
    assert "enterprises" in result.output


def test_a_file_that_may_not_be_written_is_a_sentence(command: Command, tmp_path: Path) -> None:
    result = command("--quarantine", str(tmp_path / "没有" / "隔离.csv"), rows=[site(1, 等级="绿")])
    assert result.exit_code == 2
    assert "隔离.csv：没有这个文件或文件夹" in result.output


def test_an_import_works_beside_a_service_that_has_the_database_open(
    cluster: Cluster, tmp_path: Path
) -> None:
    # The cluster of the tests is locked as a running service locks its own.
    screen = Console(file=io.StringIO())
    choices = Choices(is_dry_run=True)
    path = csv_file(tmp_path, [site(1)])
    assert run(Settings(data_dir=cluster.data_dir, database_url=None), request(path), choices, screen) == 0


def test_what_goes_wrong_in_the_database_is_a_sentence(
    command: Command, own_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with databases.as_owner(own_engine) as owner, owner.begin() as connection:
        connection.execute(text("DROP TABLE import_batch CASCADE"))
    result = command(rows=[site(1)])
    assert result.exit_code == 2
    assert "✗ 数据库出错" in result.output
    assert "import_batch" in caplog.text
    assert names(own_engine) == set()


def test_what_a_file_says_does_not_command_the_terminal(command: Command) -> None:
    result = command("--map", "name=\x1b[31m名", rows=[site(1, 名称="甲\x1b[2J", 等级="绿\x9b2J")])
    assert "文件没有列「␛[31m名」" in result.output
    result = command(rows=[site(1, 等级="\x1b]0;绿\x07")])
    assert "␛]0;绿␇" in result.output
    assert "\x1b" not in result.output


def test_help_names_every_kind() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    assert [name for name in KINDS if name not in shown] == []


def test_a_risk_list_is_graded_by_the_scale_that_is_named(
    own_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISKMAP_DATABASE_URL", url(own_engine))
    monkeypatch.setenv("RISKMAP_OWNER_DATABASE_URL", databases.owner_url(own_engine))
    monkeypatch.chdir(tmp_path)
    with Session(own_engine) as session:
        works(session)
        session.commit()
    file = str(csv_file(tmp_path, [listed(L=3, E=6, C=15, 管理措施="巡检")]))
    options = ("--id-field", "编号", "--scale", SCALE)
    result = CliRunner().invoke(app, ["risk_list", file, *options])
    assert result.exit_code == 0, result.output
    assert "随行带来管控措施：新增 1 行" in result.output
    with Session(own_engine) as session:
        assert session.scalars(select(RiskEvent.grade)).one() == 2
    # What the list would lower is refused, and the code says so.
    file = str(csv_file(tmp_path, [listed(L=1, E=1, C=1, 管理措施="巡检")]))
    result = CliRunner().invoke(app, ["risk_list", file, *options, "--yes"])
    assert result.exit_code == 2
    assert "须通过填报并由另一单位批准" in Path("企业.csv.quarantine.csv").read_text("utf-8-sig")
