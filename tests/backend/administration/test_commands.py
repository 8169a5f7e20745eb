"""`./riskmap user` as an operator meets it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from click.testing import Result
from sqlalchemy import Engine, func, text
from typer.testing import CliRunner

from backend.administration import commands
from backend.obstacle import Obstacle
from tests.backend.test_cli import riskmap
from tests.signed_in import (
    OTHER_PASSWORD,
    browser_of,
    change,
    enter,
    enter_password,
    events,
    person,
    stage,
    stored,
)

LONG = "长" * 300
YESTERDAY = {"valid_until": func.current_date() - 1}
LOCKED = {"locked_until": func.now() + timedelta(minutes=20), "failed_sign_ins": 5}


@pytest.fixture(autouse=True)
def reached(own_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands reach the test's own database."""

    @contextmanager
    def reachable(*_: object, **__: object) -> Iterator[Engine]:
        yield own_engine

    monkeypatch.setattr(commands, "reachable_database", reachable)


def user(*arguments: str) -> Result:
    return CliRunner().invoke(commands.app, arguments)


def token_in(said: Result) -> str:
    return said.output.rpartition("/activate#")[2].strip()


def sentence(said: Result) -> str:
    assert isinstance(said.exception, Obstacle), said.output
    return str(said.exception)


def row_of(said: Result, username: str) -> str:
    return next(line for line in said.output.splitlines() if line.split()[0] == username)


def test_an_operator_makes_an_account_whose_holder_chooses_the_password(own_engine: Engine) -> None:
    said = user("add", "li.si", "--name", "李四", "--role", "leader")
    browser = browser_of(own_engine)
    browser.put("/api/v1/activation", json={"token": token_in(said), "password": OTHER_PASSWORD})
    assert enter_password(browser, "li.si", OTHER_PASSWORD).json()["stage"] == "complete"


def test_what_an_operator_does_is_in_the_trail_without_the_link(own_engine: Engine) -> None:
    said = user("add", "li.si", "--name", "李四", "--role", "leader")
    made, granted = events(own_engine)
    assert (made.action, granted.action) == ("create_account", "grant")
    assert {made.actor_name[:9], granted.actor_name[:9]} == {"operator:"}
    assert granted.after == {"role": "leader", "codes": []}
    with own_engine.connect() as connection:
        rows = connection.scalars(text("SELECT audit_event::text FROM audit_event")).all()
    assert token_in(said) not in "".join(rows)


def test_an_account_without_a_role_is_made_without_a_grant(own_engine: Engine) -> None:
    assert user("add", "li.si", "--name", "李四").exit_code == 0
    assert [event.action for event in events(own_engine)] == ["create_account"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "Li Si", "--name", "李四"), "用户名"),
        (("add", "l", "--name", "李四"), "用户名至少要有 2 个字符"),
        (("add", "li.si", "--name", " "), "姓名"),
        (("add", "li.si", "--name", "李\n四"), "姓名不能含控制字符"),
        (("add", "li.si", "--name", "李四", "--unit", LONG), "单位不能超过 200 个字符"),
        (("add", "li.si", "--name", LONG, "--unit", LONG), "姓名不能超过 100 个字符。单位"),
        (("add", "li.si", "--name", "李四", "--until", "2020-01-31"), "有效期 2020-01-31 已经过去"),
        (("add", "li.si", "--name", "李四", "--role", "boss"), "没有这个角色"),
        (("add", "li.si", "--name", "李四", "--role", ""), "没有这个角色"),
        (("add", "li.si", "--name", "李四", "--role", LONG), "角色不能超过 64 个字符"),
        (("add", "li.si", "--name", "李四", "--scope", "410411001"), "这个角色没有范围可选"),
        (("add", "li.si", "--name", "李四", "--role", "township", "--scope", "410411999"), "410411999"),
        (("disable", "nobody"), "没有账号 nobody"),
    ],
)
def test_what_an_operator_cannot_do_is_a_sentence(
    own_engine: Engine, arguments: tuple[str, ...], said: str
) -> None:
    assert said in sentence(user(*arguments))
    assert events(own_engine) == []


def test_a_name_that_is_taken_is_a_sentence(own_engine: Engine) -> None:
    who = person(own_engine)
    assert "已经有人用了" in sentence(user("add", who.username, "--name", "李四"))


def test_an_account_may_be_good_until_today(own_engine: Engine) -> None:
    with own_engine.connect() as connection:
        today = connection.scalar(text("SELECT current_date::text"))
    assert user("add", "li.si", "--name", "李四", "--until", today).exit_code == 0


def test_an_operator_disables_an_account_and_its_sessions(own_engine: Engine) -> None:
    who = person(own_engine)
    browser = enter(browser_of(own_engine), who)
    assert user("disable", who.username).exit_code == 0
    assert stage(browser) == "anonymous"


def test_an_operator_enables_an_account_again(own_engine: Engine) -> None:
    who = person(own_engine, is_active=False)
    user("enable", who.username)
    assert enter_password(browser_of(own_engine), who.username).status_code == 200


def test_disabling_twice_is_one_event(own_engine: Engine) -> None:
    who = person(own_engine)
    assert [user("disable", who.username).exit_code for _ in range(2)] == [0, 0]
    (event,) = events(own_engine, who)
    assert (event.before, event.after) == ({"is_active": True}, {"is_active": False})


def test_an_operator_renews_a_link_and_the_old_password_is_dead(own_engine: Engine) -> None:
    who = person(own_engine)
    user("link", who.username)
    assert enter_password(browser_of(own_engine), who.username).status_code == 401


def test_the_trail_tells_of_a_link_as_it_does_of_one_from_the_page(own_engine: Engine) -> None:
    who = person(own_engine)
    user("link", who.username)
    (event,) = events(own_engine, who)
    assert (event.action, event.detail) == ("issue_link", {"purpose": "activation"})


def test_a_link_of_the_operator_unlocks_too(own_engine: Engine) -> None:
    who = person(own_engine, **LOCKED)
    user("link", who.username)
    assert stored(own_engine, who).locked_until is None
    assert [event.action for event in events(own_engine, who)] == ["unlock", "issue_link"]


@pytest.mark.parametrize(
    ("facts", "said"), [({"is_active": False}, "./riskmap user enable"), (YESTERDAY, "到期")]
)
def test_a_link_that_would_let_nobody_in_is_refused(
    own_engine: Engine, facts: dict[str, object], said: str
) -> None:
    who = person(own_engine)
    change(own_engine, who, **facts)
    assert said in sentence(user("link", who.username))
    assert stored(own_engine, who).password_hash is not None
    assert events(own_engine, who) == []


def test_a_link_leads_where_people_reach_the_service(
    own_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RISKMAP_PUBLIC_ADDRESS", "https://map.bureau.lan:8443")
    who = person(own_engine)
    for said in (user("add", "li.si", "--name", "李四"), user("link", who.username)):
        assert re.search(r"^https://map\.bureau\.lan:8443/activate#\S+$", said.output, re.MULTILINE)


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


def test_a_second_factor_that_was_not_there_is_said_and_leaves_no_event(own_engine: Engine) -> None:
    who = person(own_engine)
    browser = enter(browser_of(own_engine), who)
    said = user("remove-second-factor", who.username)
    assert (said.exit_code, "没有启用二次验证" in said.output) == (0, True)
    assert (events(own_engine, who), stage(browser)) == ([], "complete")


def test_the_list_of_accounts_shows_no_secret(own_engine: Engine) -> None:
    who = person(own_engine, role="security_admin")
    said = user("list")
    assert who.username in said.output
    assert who.secret not in said.output


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"is_active": True}, "正常"),
        ({"password_hash": None}, "待设密码"),
        (LOCKED, "已锁定"),
        ({"is_active": False}, "已停用"),
        (YESTERDAY, "已到期"),
    ],
)
def test_the_list_says_why_somebody_cannot_sign_in(
    own_engine: Engine, facts: dict[str, object], word: str
) -> None:
    who = person(own_engine)
    change(own_engine, who, **facts)
    assert row_of(user("list"), who.username).split()[-1] == word


@pytest.mark.parametrize("name", ["[/red]", "[bold]李四", ":warning:", "[link=http://evil.example]"])
def test_a_name_in_the_list_is_shown_as_it_was_typed(own_engine: Engine, name: str) -> None:
    who = person(own_engine, name=name)
    said = user("list")
    assert (said.exit_code, row_of(said, who.username).split()[1]) == (0, name)


def test_the_commands_are_offered_by_the_launcher() -> None:
    helped = riskmap("user", "--help")
    assert (helped.returncode, "remove-second-factor" in helped.stdout) == (0, True)
