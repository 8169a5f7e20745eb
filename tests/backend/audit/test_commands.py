"""`./riskmap audit` and `./riskmap user` as an operator meets them."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from backend.accounts import commands as user_commands
from backend.audit import commands
from backend.audit.chain import seal_all, verify
from backend.audit.trail import Deed, Subject, record
from backend.jurisdictions.actors import NOBODY
from backend.obstacle import Obstacle
from tests.backend.test_cli import riskmap
from tests.signed_in import (
    OTHER_PASSWORD,
    browser_of,
    enter,
    enter_password,
    events,
    person,
    run,
    stage,
    stored,
)

FORMULA = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture(autouse=True)
def reached(own_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands reach the test's own database."""

    @contextmanager
    def reachable(*_: object, **__: object) -> Iterator[Engine]:
        yield own_engine

    for module in (commands, user_commands):
        monkeypatch.setattr(module, "reachable_database", reachable)


def audit(*arguments: str) -> Result:
    return CliRunner().invoke(commands.app, arguments)


def user(*arguments: str) -> Result:
    return CliRunner().invoke(user_commands.app, arguments)


def write_down(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        for name in ("first", FORMULA, "第三\r\n行"):
            subject = Subject("account", FORMULA, name)
            record(session, NOBODY, Deed.GRANT, subject=subject, after={"role": "leader"})


def test_an_intact_trail_is_said_with_its_head_and_ends_with_0(own_engine: Engine) -> None:
    write_down(own_engine)
    said = audit("verify")
    with Session(own_engine) as session:
        head = verify(session).head
    assert (said.exit_code, head in said.output) == (0, True)


def test_what_waits_is_sealed_before_it_is_looked_at(own_engine: Engine) -> None:
    write_down(own_engine)
    assert "已封印 3 条" in audit("verify").output


def test_a_changed_event_is_named_and_ends_with_3(own_engine: Engine, as_superuser: Engine) -> None:
    write_down(own_engine)
    seal_all(own_engine)
    run(as_superuser, "UPDATE audit_event SET actor_name = 'somebody else' WHERE number = 2")
    said = audit("verify")
    assert (said.exit_code, "第 2 号" in said.output) == (3, True)


def test_a_head_is_held_against_the_chain(own_engine: Engine) -> None:
    write_down(own_engine)
    said = audit("verify", "--head", "00" * 32)
    assert (said.exit_code, "先前记下的链头不在链中" in said.output) == (3, True)


def test_every_event_is_exported_with_every_field(own_engine: Engine, tmp_path: Path) -> None:
    write_down(own_engine)
    audit("export", "--out", str(tmp_path / "trail.jsonl"))
    rows = [json.loads(line) for line in (tmp_path / "trail.jsonl").read_text("utf-8").splitlines()]
    assert [row["subject"]["name"] for row in rows] == ["first", FORMULA, "第三\r\n行"]
    assert {row["is_sealed"] for row in rows} == {True}


def test_no_cell_of_a_table_is_a_formula(own_engine: Engine, tmp_path: Path) -> None:
    write_down(own_engine)
    audit("export", "--out", str(tmp_path / "trail.csv"))
    with (tmp_path / "trail.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_an_export_of_the_trail_is_in_the_trail(own_engine: Engine, tmp_path: Path) -> None:
    write_down(own_engine)
    audit("export", "--out", str(tmp_path / "trail.csv"))
    (event,) = events(own_engine, action="export")
    assert event.actor_name.startswith("operator:")
    assert event.detail == {"what": "audit", "rows": 3, "file": "trail.csv"}


def test_a_file_that_is_there_is_not_overwritten(own_engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "trail.csv").write_text("mine")
    said = audit("export", "--out", str(tmp_path / "trail.csv"))
    assert isinstance(said.exception, Obstacle)
    assert (tmp_path / "trail.csv").read_text() == "mine"


@pytest.mark.parametrize("out", ["trail.txt", "nowhere/trail.csv"])
def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path, out: str) -> None:
    assert isinstance(audit("export", "--out", str(tmp_path / out)).exception, Obstacle)


def token_in(said: Result) -> str:
    return said.output.rpartition("/activate#")[2].strip()


def test_an_operator_makes_an_account_whose_holder_chooses_the_password(own_engine: Engine) -> None:
    said = user("add", "li.si", "--name", "李四", "--role", "leader")
    browser = browser_of(own_engine)
    browser.put("/api/v1/activation", json={"token": token_in(said), "password": OTHER_PASSWORD})
    assert enter_password(browser, "li.si", OTHER_PASSWORD).json()["stage"] == "complete"


def test_what_an_operator_does_is_in_the_trail_without_the_link(own_engine: Engine) -> None:
    said = user("add", "li.si", "--name", "李四", "--role", "leader")
    (event,) = events(own_engine)
    assert (event.action, event.actor_name[:9]) == ("create_account", "operator:")
    with own_engine.connect() as connection:
        row = connection.scalar(text("SELECT audit_event::text FROM audit_event"))
    assert token_in(said) not in row


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "Li Si", "--name", "李四"),
        ("add", "li.si", "--name", "李四", "--role", "boss"),
        ("add", "li.si", "--name", "李四", "--role", "township", "--scope", "410411999"),
        ("disable", "nobody"),
    ],
)
def test_what_an_operator_cannot_do_is_a_sentence(own_engine: Engine, arguments: tuple[str, ...]) -> None:
    assert isinstance(user(*arguments).exception, Obstacle)
    assert events(own_engine) == []


def test_an_operator_disables_an_account_and_its_sessions(own_engine: Engine) -> None:
    who = person(own_engine)
    browser = enter(browser_of(own_engine), who)
    assert user("disable", who.username).exit_code == 0
    assert stage(browser) == "anonymous"


def test_an_operator_renews_a_link_and_the_old_password_is_dead(own_engine: Engine) -> None:
    who = person(own_engine)
    user("link", who.username)
    assert enter_password(browser_of(own_engine), who.username).status_code == 401


def test_an_operator_unlocks_an_account(own_engine: Engine) -> None:
    who, browser = person(own_engine), browser_of(own_engine)
    for _ in range(5):
        enter_password(browser, who.username, "wrong")
    user("unlock", who.username)
    assert enter_password(browser, who.username).status_code == 200


def test_an_operator_forgets_a_lost_phone(own_engine: Engine) -> None:
    who = person(own_engine, role="security_admin")
    user("remove-second-factor", who.username)
    assert stored(own_engine, who).totp_secret is None


def test_the_list_of_accounts_shows_no_secret(own_engine: Engine) -> None:
    who = person(own_engine, role="security_admin")
    said = user("list")
    assert who.username in said.output
    assert who.secret not in said.output


@pytest.mark.parametrize(("part", "command"), [("audit", "verify"), ("user", "remove-second-factor")])
def test_the_commands_are_offered_by_the_launcher(part: str, command: str) -> None:
    helped = riskmap(part, "--help")
    assert (helped.returncode, command in helped.stdout) == (0, True)


def test_what_stands_in_the_way_is_a_sentence_at_the_launcher_too(tmp_path: Path) -> None:
    refused = riskmap("audit", "export", "--out", str(tmp_path / "trail.txt"))
    assert (refused.returncode, refused.stderr.strip()) == (1, "✗ 文件名应以 .jsonl 或 .csv 结尾。")
