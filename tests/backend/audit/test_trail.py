"""What stands in the audit trail, and what never does."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from backend.audit.chain import seal_all
from backend.audit.trail import DEEDS, Deed
from tests import databases
from tests.signed_in import (
    OTHER_PASSWORD,
    PASSWORD,
    TILE,
    another,
    as_role,
    browser_of,
    enter,
    enter_code,
    enter_password,
    events,
    link_token,
    person,
    sign_in,
    stored,
    token_of,
)

ITEMS = "/ogc/collections/enterprises/items"


def told(browser: TestClient, **query: object) -> Response:
    return browser.get("/api/v1/audit", params=query)


@pytest.mark.parametrize(
    ("method", "path", "body", "role", "before", "after"),
    [
        ("PATCH", "", {"name": "王五"}, "system_admin", {"name": "张三丰"}, {"name": "王五"}),
        ("PATCH", "", {"is_active": False}, "system_admin", {"is_active": True}, {"is_active": False}),
        (
            "PATCH",
            "",
            {"valid_until": "2030-01-31"},
            "system_admin",
            {"valid_until": None},
            {"valid_until": "2030-01-31"},
        ),
        (
            "PUT",
            "/grant",
            {"role": "sector_department", "codes": ["education"]},
            "security_admin",
            {"role": "bureau_analyst", "codes": []},
            {"role": "sector_department", "codes": ["education"]},
        ),
    ],
)
def test_a_change_leaves_one_row_with_before_and_after(
    kept_engine: Engine,
    visitor: TestClient,
    method: str,
    path: str,
    body: dict[str, object],
    role: str,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    target, who = person(kept_engine), person(kept_engine, role=role)
    enter(visitor, who).request(
        method, f"/api/v1/accounts/{target.id}{path}", json=body, headers={"If-Match": '"1"'}
    )
    (event,) = events(kept_engine, target)
    assert (event.actor_id, event.actor_name, event.role) == (who.id, who.username, role)
    assert (event.subject_name, event.before, event.after) == (target.username, before, after)


def test_a_field_that_cannot_be_emptied_is_refused_and_leaves_no_trace(
    kept_engine: Engine, visitor: TestClient
) -> None:
    target = person(kept_engine)
    answer = as_role(visitor, "system_admin").patch(
        f"/api/v1/accounts/{target.id}",
        json={"name": None, "unit": "应急管理局"},
        headers={"If-Match": 'W/"1"'},
    )
    assert answer.status_code == 422
    assert events(kept_engine, target) == []


def test_what_says_the_same_as_before_leaves_no_trace(kept_engine: Engine, visitor: TestClient) -> None:
    target = person(kept_engine)
    answer = as_role(visitor, "system_admin").patch(
        f"/api/v1/accounts/{target.id}", json={"is_active": True}, headers={"If-Match": 'W/"1"'}
    )
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert events(kept_engine, target) == []


@pytest.mark.parametrize(
    ("method", "path", "role", "action"),
    [
        ("POST", "/activation", "system_admin", "issue_link"),
        ("DELETE", "/sessions", "system_admin", "end_sessions"),
        ("DELETE", "/lock", "security_admin", "unlock"),
        ("DELETE", "/second-factor", "security_admin", "change_second_factor"),
    ],
)
def test_every_deed_leaves_one_row(
    kept_engine: Engine, visitor: TestClient, method: str, path: str, role: str, action: str
) -> None:
    target = person(kept_engine)
    as_role(visitor, role).request(method, f"/api/v1/accounts/{target.id}{path}")
    assert [event.action for event in events(kept_engine, target)] == [action]


def test_what_was_not_done_leaves_no_row(kept_engine: Engine, visitor: TestClient) -> None:
    target = person(kept_engine)
    answer = as_role(visitor, "system_admin").patch(
        f"/api/v1/accounts/{target.id}", json={"name": "王五"}, headers={"If-Match": '"9"'}
    )
    assert (answer.status_code, events(kept_engine, target)) == (412, [])


def test_a_refused_sign_in_tells_whom_it_was_about(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    enter_password(visitor, who.username, "wrong")
    (event,) = events(kept_engine, who)
    assert (event.actor_name, event.subject_name, event.result) == ("anonymous", who.username, "refused")


def test_the_failure_that_locks_says_so(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    for _ in range(5):
        enter_password(visitor, who.username, "wrong")
    assert [event.detail["is_locked"] for event in events(kept_engine, who)] == [False] * 4 + [True]


def test_a_password_in_the_wrong_field_is_not_kept(kept_engine: Engine, visitor: TestClient) -> None:
    enter_password(visitor, OTHER_PASSWORD, "zhang.san")
    with kept_engine.connect() as connection:
        rows = connection.scalars(text("SELECT lower(audit_event::text) FROM audit_event")).all()
    assert not [row for row in rows if OTHER_PASSWORD.lower() in row]


def test_a_refusal_tells_who_wanted_what(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, role="leader")
    enter(visitor, who).get(f"{ITEMS}?limit=5")
    (event,) = events(kept_engine, who)
    assert (event.action, event.result) == ("refusal", "refused")
    assert event.detail == {"method": "GET", "path": ITEMS, "query": "limit=5"}


def test_an_export_tells_how_many_rows_of_what(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, has_second_factor=True)
    enter(visitor, who).get(ITEMS)
    (event,) = events(kept_engine, who)
    assert (event.action, event.detail["what"], event.detail["rows"]) == ("export", "enterprises", 0)


@pytest.mark.parametrize("path", [TILE, "/api/v1/counts", "/api/v1/search?q=x", "/ogc/collections"])
def test_every_look_of_the_duty_officer_is_kept(kept_engine: Engine, visitor: TestClient, path: str) -> None:
    who = person(kept_engine, role="duty_officer")
    browser = enter(visitor, who)
    for _ in range(2):
        assert browser.get(path).status_code == 200
    assert [(event.action, event.detail["path"]) for event in events(kept_engine, who)] == [
        ("look", path.partition("?")[0])
    ] * 2


def test_a_look_that_the_browser_s_copy_answers_is_kept_too(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, role="duty_officer")
    etag = enter(visitor, who).get(TILE).headers["etag"]
    assert visitor.get(TILE, headers={"If-None-Match": etag}).status_code == 304
    assert len(events(kept_engine, who, "look")) == 2


def test_the_looks_of_others_are_not_kept(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    enter(visitor, who).get(TILE)
    assert events(kept_engine, who) == []


def test_a_row_has_a_moment_with_its_offset(kept_engine: Engine, visitor: TestClient) -> None:
    sign_in(visitor, person(kept_engine))
    at = datetime.fromisoformat(told(as_role(visitor, "audit_admin"), limit=1).json()["items"][0]["at"])
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)


def test_no_secret_is_in_any_row(own_engine: Engine) -> None:
    browser = browser_of(own_engine)
    who, target = person(own_engine, role="system_admin"), person(own_engine, password=None)
    sign_in(browser, who)
    secrets = [PASSWORD, OTHER_PASSWORD, who.secret, token_of(browser)]
    enter_password(another(browser), who.username, "wrong-Guess-99")
    made = browser.post("/api/v1/accounts", json={"username": "li.si", "name": "李四"}).json()
    reset = browser.post(f"/api/v1/accounts/{target.id}/activation").json()
    security = as_role(browser, "security_admin")
    body = {"name": "市平台", "role": "city_platform", "codes": [], "expires_at": in_a_month()}
    key = security.post("/api/v1/api-keys", json=body).json()["secret"]
    browser.get(TILE, headers={"Authorization": f"Bearer {key}"})
    browser.get(TILE, headers={"Authorization": "Bearer rmk_unknown-secret"})
    secrets += ["wrong-Guess-99", key, "rmk_unknown-secret", token_of(security)]
    secrets += [link["path"].partition("#")[2] for link in (made["link"], reset)]
    pending = browser.post("/api/v1/account/second-factor", json={"password": PASSWORD}).json()["secret"]
    token = link_token(own_engine, "activation", target)
    browser.put("/api/v1/activation", json={"token": token, "password": OTHER_PASSWORD})
    browser.put("/api/v1/account/password", json={"current": PASSWORD, "new": OTHER_PASSWORD})
    enter_code(browser, who.code(seconds=30))
    secrets += [pending, token, token_of(browser), stored(own_engine, who).password_hash]
    with own_engine.connect() as connection:
        rows = connection.scalars(text("SELECT audit_event::text FROM audit_event")).all()
    assert len(rows) >= 9
    assert [secret for secret in secrets if any(secret in row for row in rows)] == []


def in_a_month() -> str:
    return str((datetime.now(UTC) + timedelta(days=30)).date())


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = ''", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_application_s_role_cannot_change_the_trail(
    own_engine: Engine, table: str, statement: str
) -> None:
    column = {"audit_event": "action", "audit_seal": "algorithm"}[table]
    with own_engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text(statement.format(table, column)))


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = ''", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_not_even_the_tables_owner_changes_the_trail(own_engine: Engine, table: str, statement: str) -> None:
    column = {"audit_event": "action", "audit_seal": "algorithm"}[table]
    browser = browser_of(own_engine)
    enter_password(browser, person(own_engine).username)
    seal_all(own_engine)
    with (
        databases.as_owner(own_engine) as owner,
        owner.connect() as connection,
        pytest.raises(ProgrammingError, match="append-only"),
    ):
        connection.execute(text(statement.format(table, column)))


def test_the_application_s_role_cannot_put_the_guard_aside(own_engine: Engine) -> None:
    with own_engine.connect() as connection, pytest.raises(ProgrammingError, match="must be owner"):
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))


def test_an_account_cannot_be_deleted_from_under_the_trail_by_the_service(visitor: TestClient) -> None:
    paths = visitor.app.openapi()["paths"]
    assert "delete" not in paths["/api/v1/accounts/{account_id}"]


@pytest.fixture
def auditor(own_engine: Engine) -> TestClient:
    """An auditor, where a leader was refused an export, and somebody unknown a sign-in."""
    browser = browser_of(own_engine)
    enter_password(browser, "nobody")
    sign_in(browser, person(own_engine, "chen.yi", role="leader"))
    browser.get(ITEMS)
    return as_role(browser, "audit_admin")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["refusal", "sign_in", "sign_in"]),
        ({"action": "refusal"}, ["refusal"]),
        ({"actor": "chen.yi"}, ["refusal", "sign_in"]),
        ({"actor": "chen"}, []),
        ({"result": "ok"}, ["sign_in"]),
        ({"result": "refused"}, ["refusal", "sign_in"]),
        ({"q": "CHEN"}, ["refusal", "sign_in"]),
        ({"q": "testclient"}, ["refusal", "sign_in", "sign_in"]),
        ({"q": "%"}, []),
        ({"q": "' OR 1=1--"}, []),
        ({"since": "2000-01-01T00:00:00Z"}, ["refusal", "sign_in", "sign_in"]),
        ({"until": "2000-01-01T00:00:00+08:00"}, []),
        ({"since": "0001-01-01T00:00:00+08:00"}, ["refusal", "sign_in", "sign_in"]),
    ],
)
def test_the_trail_is_filtered(auditor: TestClient, query: dict[str, str], found: list[str]) -> None:
    assert [event["action"]["code"] for event in told(auditor, **query).json()["items"]] == found


def test_the_trail_comes_in_pages(auditor: TestClient) -> None:
    first = told(auditor, limit=2).json()
    last = told(auditor, limit=2, before=first["next"]).json()
    assert [len(first["items"]), len(last["items"]), last["next"], last["total"]] == [2, 1, None, 3]


@pytest.mark.parametrize(
    "query",
    [{"since": "yesterday"}, {"since": "2026-01-01T00:00:00"}, {"before": 0}, {"limit": 201}, {"q": "\x00"}],
)
def test_a_question_that_makes_no_sense_is_refused(auditor: TestClient, query: dict[str, object]) -> None:
    assert told(auditor, **query).status_code == 400


def test_every_deed_has_its_words() -> None:
    assert set(DEEDS) == set(Deed)
