"""OWASP ASVS 5.0, requirement by requirement: the number stands in the test's name.

What is tested elsewhere in breadth is shown here once; docs/security.md says where the rest is.
"""

import asyncio
import json
import logging
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
import uvicorn
from argon2 import extract_parameters
from argon2.low_level import Type
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, func, text
from starlette.requests import Request

from backend.accounts import passwords, tokens
from backend.accounts.links import LIFETIMES
from backend.accounts.passwords import AT_ONCE, POLICIES, faults
from backend.jurisdictions.roles import ROLES, Action, Holders, Role
from backend.serving import configuration, reserved_port
from backend.web.certificates import encryption
from tests.signed_in import (
    COOKIE,
    OTHER_PASSWORD,
    PASSWORD,
    REAL_HASHER,
    TILE,
    Person,
    another,
    as_role,
    browser_of,
    change,
    enter,
    enter_code,
    enter_password,
    events,
    link_token,
    person,
    run,
    sign_in,
    stage,
    stored,
    token_of,
)

ROOT = Path(__file__).parents[2]
TLS = ROOT / "tests/backend/tls"
ITEMS = "/ogc/collections/enterprises/items"
ANSWERS = ["/", "/docs", "/healthz", "/api/v1/session", TILE, "/ogc", "/nowhere"]
ADMINISTRATIONS = {Action.MANAGE_ACCOUNTS, Action.GRANT, Action.READ_AUDIT}


def cookie(token: str) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={token}"}


def test_asvs_2_4_1_guessing_is_answered_with_429_and_when_to_come_again(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    for _ in range(10):
        enter_password(visitor, who.username, "wrong")
    answer = enter_password(visitor, who.username)
    assert (answer.status_code, answer.headers["retry-after"].isdigit()) == (429, True)


@pytest.mark.parametrize(
    ("requirement", "attribute"),
    [("3.3.1", "secure"), ("3.3.2", "samesite=lax"), ("3.3.3", "path=/"), ("3.3.4", "httponly")],
)
def test_asvs_3_3_1_to_3_3_4_the_cookie_has_its_attributes(
    kept_engine: Engine, visitor: TestClient, requirement: str, attribute: str
) -> None:
    said = enter_password(visitor, person(kept_engine).username).headers["set-cookie"]
    assert said.startswith("__Host-")
    assert attribute in said.lower().split("; ")
    assert "domain" not in said.lower()


@pytest.mark.parametrize("path", ANSWERS)
def test_asvs_3_4_1_browsers_stay_with_https_for_a_year(visitor: TestClient, path: str) -> None:
    said = visitor.get(path).headers["strict-transport-security"]
    assert int(said.partition(";")[0].removeprefix("max-age=")) >= 31_536_000


@pytest.mark.parametrize("path", ANSWERS)
def test_asvs_3_4_2_no_other_origin_is_let_in(visitor: TestClient, path: str) -> None:
    answer = visitor.get(path, headers={"Origin": "https://evil.example"})
    preflight = visitor.options(
        path, headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    )
    assert not [name for each in (answer, preflight) for name in each.headers if "access-control" in name]


@pytest.mark.parametrize("path", ["/", "/docs", "/sign-in", "/admin", "/account", "/activate", "/setup"])
def test_asvs_3_4_3_pages_run_no_script_that_is_not_ours(visitor: TestClient, path: str) -> None:
    policy = visitor.get(path).headers["content-security-policy"]
    directives = {each.split()[0]: each.split()[1:] for each in policy.split("; ")}
    assert directives["object-src"] == directives["base-uri"] == ["'none'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & set(directives["script-src"])


@pytest.mark.parametrize("path", ANSWERS)
def test_asvs_3_4_4_no_content_is_guessed_at(visitor: TestClient, path: str) -> None:
    assert visitor.get(path).headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ANSWERS)
def test_asvs_3_4_5_no_address_is_told_to_other_sites(visitor: TestClient, path: str) -> None:
    assert visitor.get(path).headers["referrer-policy"] in ("no-referrer", "same-origin")


@pytest.mark.parametrize("path", ANSWERS)
def test_asvs_3_4_6_nobody_frames_us(visitor: TestClient, path: str) -> None:
    assert "frame-ancestors 'none'" in visitor.get(path).headers["content-security-policy"]


def writes(browser: TestClient) -> Iterator[tuple[str, str]]:
    """Every route that changes something, with a path to it."""
    for path, actions in browser.app.openapi()["paths"].items():
        for method in {"post", "put", "patch", "delete"} & actions.keys():
            yield method, path.replace("{", "").replace("}", "")


def test_asvs_3_5_1_no_route_takes_a_change_without_our_own_header(visitor: TestClient) -> None:
    browser = as_role(visitor, "system_admin")
    del browser.headers["X-CSRF"]
    refused = {browser.request(method, path, json={}).json()["code"] for method, path in writes(browser)}
    assert refused == {"cross_site"}


def test_asvs_3_5_2_no_route_takes_what_a_form_of_another_site_can_send(visitor: TestClient) -> None:
    browser = as_role(visitor, "system_admin")
    browser.headers["Content-Type"] = "text/plain"
    refused = {browser.request(method, path, content="{}").status_code for method, path in writes(browser)}
    assert refused == {415}


def test_asvs_3_5_3_reading_changes_nothing(own_engine: Engine) -> None:
    tables = [
        "account",
        "account_link",
        "api_key",
        "password_history",
        "enterprise",
        "zone",
        "receptor",
        "corridor",
        "area",
    ]
    browser = browser_of(own_engine)
    person(own_engine)

    def state() -> list[object]:
        with own_engine.connect() as connection:
            return [connection.scalars(text(f"SELECT {table}::text FROM {table}")).all() for table in tables]

    before = state()
    for role in ("system_admin", "security_admin", "audit_admin", "bureau_admin"):
        reader = as_role(browser, role)
        before = state()
        for path, actions in browser.app.openapi()["paths"].items():
            if "get" in actions:
                reader.get(path.replace("{", "").replace("}", ""))
    assert state() == before


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/api/v1/counts", "application/json"),
        ("/nowhere", "application/problem+json"),
        (TILE, "application/vnd.mapbox-vector-tile"),
        (ITEMS, "application/geo+json"),
        ("/app/shell/link.js", "text/javascript; charset=utf-8"),
        ("/styles/main.css", "text/css; charset=utf-8"),
    ],
)
def test_asvs_4_1_1_every_answer_says_what_it_is(visitor: TestClient, path: str, said: str) -> None:
    browser = as_role(visitor, "bureau_analyst", has_second_factor=True)
    assert browser.get(path).headers["content-type"] == said


@contextmanager
def on_a_port(browser: TestClient) -> Iterator[str]:
    """Serve on a real port as `./riskmap serve` does."""
    app = browser.app
    with reserved_port("127.0.0.1", 0) as listener:
        server = uvicorn.Server(configuration(app, app.state.settings, None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.mark.parametrize(("trusted", "address"), [([], "127.0.0.1"), (["127.0.0.1"], "192.0.2.66")])
def test_asvs_4_1_3_a_forwarded_address_counts_only_from_a_proxy_of_ours(
    kept_engine: Engine, trusted: list[str], address: str
) -> None:
    who = person(kept_engine)
    with on_a_port(browser_of(kept_engine, trusted_proxies=trusted)) as place:
        httpx2.post(
            f"{place}/api/v1/session",
            json={"username": who.username, "password": "wrong"},
            headers={"X-CSRF": "1", "X-Forwarded-For": "192.0.2.66"},
        )
    assert [event.address for event in events(kept_engine, who)] == [address]


def test_asvs_4_1_3_nobody_makes_plain_http_look_encrypted(kept_engine: Engine) -> None:
    with on_a_port(browser_of(kept_engine)) as place:
        told = httpx2.get(
            f"{place}/api/v1/session", headers={"Host": "192.168.3.4", "X-Forwarded-Proto": "https"}
        )
    assert told.json()["transport"] == "refused"


@pytest.mark.parametrize("policy", POLICIES.values())
def test_asvs_6_2_1_twelve_characters_at_least(policy: passwords.Policy) -> None:
    assert policy.minimum_length >= 12


@pytest.mark.parametrize("path", ["/api/v1/account/password", "/api/v1/activation"])
def test_asvs_6_2_2_everybody_can_change_their_password(visitor: TestClient, path: str) -> None:
    assert "put" in visitor.app.openapi()["paths"][path]


def test_asvs_6_2_3_a_change_takes_the_present_password(kept_engine: Engine, visitor: TestClient) -> None:
    own = enter(visitor, person(kept_engine))
    answer = own.put("/api/v1/account/password", json={"new": OTHER_PASSWORD})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/current")


def test_asvs_6_2_4_common_passwords_are_refused() -> None:
    assert "是常见密码，容易被猜到" in faults("QWERTY123456", POLICIES["asvs"], [])


def test_asvs_6_2_5_one_policy_demands_no_composition() -> None:
    assert faults("correct horse battery", POLICIES["asvs"], []) == []


def test_asvs_6_2_8_a_password_is_checked_as_it_was_typed(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    answers = [
        enter_password(visitor, who.username, typed).status_code
        for typed in (PASSWORD.lower(), PASSWORD[:-1], f" {PASSWORD}", PASSWORD)
    ]
    assert answers == [401, 401, 401, 200]


@pytest.mark.parametrize("length", [64, 128])
def test_asvs_6_2_9_sixty_four_characters_are_taken(length: int) -> None:
    assert faults(("Lantern-58-" * 12)[:length], POLICIES["dengbao"], []) == []


def test_asvs_6_2_10_one_policy_lets_a_password_stay(kept_engine: Engine) -> None:
    who = person(kept_engine, password_changed_at=func.now() - text("interval '3 years'"))
    assert sign_in(browser_of(kept_engine, password_policy="asvs"), who)["stage"] == "complete"


def test_asvs_6_2_11_words_of_the_account_are_refused(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, unit="湛河区应急管理局")
    own = enter(visitor, who)
    for word in (who.username, "张三丰", "湛河区应急管理局", "RiskMap"):
        body = {"current": PASSWORD, "new": f"Lantern-58-{word}"}
        assert own.put("/api/v1/account/password", json=body).status_code == 422, word


def test_asvs_6_3_1_five_failures_lock_an_account(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    for _ in range(5):
        enter_password(visitor, who.username, "wrong")
    assert stored(kept_engine, who).locked_until > datetime.now(UTC)


def test_asvs_6_3_2_nobody_has_an_account_that_was_not_made(own_engine: Engine) -> None:
    with own_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM account")) == 0


@pytest.mark.parametrize("username", ["admin", "root", "riskmap", "postgres", "test"])
def test_asvs_6_3_2_no_usual_name_and_password_lets_in(own_engine: Engine, username: str) -> None:
    assert enter_password(browser_of(own_engine), username, username).status_code == 401


@pytest.mark.parametrize("role", [role for role in ROLES.values() if role.actions & ADMINISTRATIONS])
def test_asvs_6_3_3_no_administration_without_a_second_factor(
    kept_engine: Engine, visitor: TestClient, role: Role
) -> None:
    who = person(kept_engine, role=role.code, has_second_factor=False)
    assert sign_in(visitor, who)["stage"] == "second_factor_set_up"


@pytest.mark.parametrize(
    "role",
    [
        role
        for role in ROLES.values()
        if Action.EXPORT in role.actions and role.is_for is Holders.ACCOUNTS and not role.needs_second_factor
    ],
)
def test_asvs_6_3_3_no_export_without_a_second_factor(
    kept_engine: Engine, visitor: TestClient, role: Role
) -> None:
    who = person(kept_engine, role=role.code)
    assert enter(visitor, who).get(ITEMS).json()["code"] == "second_factor_required"


def test_asvs_6_3_8_an_unknown_user_and_a_wrong_password_get_the_same_answer(
    kept_engine: Engine, visitor: TestClient
) -> None:
    known, unknown = (
        enter_password(visitor, username, "wrong") for username in (person(kept_engine).username, "nobody")
    )
    bodies = [{**answer.json(), "trace_id": ""} for answer in (known, unknown)]
    lengths = [answer.headers["content-length"] for answer in (known, unknown)]
    assert (known.status_code, bodies[0], lengths[0]) == (unknown.status_code, bodies[1], lengths[1])


def test_asvs_6_4_1_what_opens_the_first_account_expires(own_engine: Engine) -> None:
    assert max(LIFETIMES["setup"], LIFETIMES["activation"]) <= timedelta(days=3)


def test_asvs_6_4_6_an_administrator_starts_a_reset_and_learns_no_password(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    told = as_role(visitor, "system_admin").post(f"/api/v1/accounts/{who.id}/activation").json()
    assert (set(told), stored(kept_engine, who).password_hash) == ({"path", "expires_at"}, None)


def test_asvs_6_4_6_no_administrator_sets_a_password(kept_engine: Engine, visitor: TestClient) -> None:
    answer = as_role(visitor, "system_admin").patch(
        f"/api/v1/accounts/{person(kept_engine).id}",
        json={"password": OTHER_PASSWORD},
        headers={"If-Match": '"1"'},
    )
    assert answer.json()["errors"][0]["pointer"] == "/password"


def test_asvs_6_5_1_a_code_counts_once(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, has_second_factor=True)
    code = who.code()
    answers = []
    for browser in (visitor, another(visitor)):
        enter_password(browser, who.username)
        answers.append(enter_code(browser, code).status_code)
    assert answers == [200, 401]


def test_asvs_7_2_1_a_token_means_nothing_but_on_the_server(kept_engine: Engine, visitor: TestClient) -> None:
    sign_in(visitor, person(kept_engine))
    token = token_of(visitor)
    run(kept_engine, "DELETE FROM account_session")
    assert another(visitor).get(TILE, headers=cookie(token)).status_code == 401


def test_asvs_7_2_3_a_token_has_two_hundred_and_fifty_six_random_bits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: asked.append(size) or "token")
    tokens.new_token()
    assert asked == [32]


def test_asvs_7_2_3_no_token_comes_twice() -> None:
    assert len({tokens.new_token() for _ in range(10_000)}) == 10_000


def test_asvs_7_2_3_only_the_hash_of_a_token_is_kept(kept_engine: Engine, visitor: TestClient) -> None:
    sign_in(visitor, person(kept_engine))
    token = token_of(visitor)
    with kept_engine.connect() as connection:
        rows = connection.scalars(text("SELECT account_session::text FROM account_session")).all()
    assert not [row for row in rows if token in row or token.encode().hex() in row]


def by_the_second_factor(browser: TestClient, who: Person) -> None:
    enter_code(browser, who.code())


def by_another_password(browser: TestClient, who: Person) -> None:
    enter_code(browser, who.code())
    browser.put("/api/v1/account/password", json={"current": PASSWORD, "new": OTHER_PASSWORD})


def by_signing_in_again(browser: TestClient, who: Person) -> None:
    enter_password(browser, who.username)


@pytest.mark.parametrize("step", [by_the_second_factor, by_another_password, by_signing_in_again])
def test_asvs_7_2_4_a_new_token_ends_the_old(
    kept_engine: Engine, visitor: TestClient, step: Callable[[TestClient, Person], None]
) -> None:
    who = person(kept_engine, has_second_factor=True)
    enter_password(visitor, who.username)
    old = token_of(visitor)
    assert another(visitor).get("/api/v1/session", headers=cookie(old)).json()["stage"] == "second_factor"
    step(visitor, who)
    assert another(visitor).get("/api/v1/session", headers=cookie(old)).json()["stage"] == "anonymous"


@pytest.mark.parametrize(
    ("requirement", "column", "interval"),
    [("7.3.1", "last_seen_at", "-31 minutes"), ("7.3.2", "expires_at", "-1 second")],
)
def test_asvs_7_3_1_and_7_3_2_a_session_ends_by_itself(
    kept_engine: Engine, visitor: TestClient, requirement: str, column: str, interval: str
) -> None:
    who = person(kept_engine)
    assert enter(visitor, who).get(TILE).status_code == 200
    run(
        kept_engine,
        f"UPDATE account_session SET {column} = now() + CAST(:interval AS interval) WHERE account_id = :id",
        interval=interval,
        id=who.id,
    )
    assert visitor.get(TILE).status_code == 401


def test_asvs_7_4_1_signing_out_ends_the_session(kept_engine: Engine, visitor: TestClient) -> None:
    enter(visitor, person(kept_engine))
    token = token_of(visitor)
    visitor.delete("/api/v1/session")
    assert another(visitor).get(TILE, headers=cookie(token)).status_code == 401


def test_asvs_7_4_2_a_disabled_account_is_out_at_once(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    own, system = enter(visitor, who), as_role(visitor, "system_admin")
    system.patch(f"/api/v1/accounts/{who.id}", json={"is_active": False}, headers={"If-Match": '"1"'})
    assert own.get(TILE).status_code == 401


def test_asvs_7_4_3_a_new_password_ends_all_other_sessions(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    elsewhere = enter(another(visitor), who)
    enter(visitor, who).put("/api/v1/account/password", json={"current": PASSWORD, "new": OTHER_PASSWORD})
    assert elsewhere.get(TILE).status_code == 401


def test_asvs_7_4_5_an_administrator_ends_anybody_s_sessions(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    elsewhere = [enter(another(visitor), who) for _ in range(2)]
    as_role(visitor, "system_admin").delete(f"/api/v1/accounts/{who.id}/sessions")
    assert [stage(browser) for browser in elsewhere] == ["anonymous"] * 2


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "password", {"current": "wrong", "new": OTHER_PASSWORD}),
        ("POST", "second-factor", {"password": "wrong"}),
        ("POST", "second-factor", {}),
        ("POST", "second-factor/removal", {"password": "wrong"}),
    ],
)
def test_asvs_7_5_1_what_lets_in_is_changed_with_the_password_only(
    kept_engine: Engine, visitor: TestClient, method: str, path: str, body: dict[str, str]
) -> None:
    own = enter(visitor, person(kept_engine, has_second_factor=True))
    assert own.request(method, f"/api/v1/account/{path}", json=body).json()["code"] == "wrong_password"


def test_asvs_7_5_2_one_s_sessions_are_seen_and_ended(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    elsewhere = enter(another(visitor), who)
    enter(visitor, who)
    (other,) = [
        item["id"]
        for item in visitor.get("/api/v1/account/sessions").json()["items"]
        if not item["is_current"]
    ]
    visitor.delete(f"/api/v1/account/sessions/{other}")
    assert stage(elsewhere) == "anonymous"


# ------------------------------------------------------------------ V8, V9: rights and tokens

OPEN_TO_ALL = {"/healthz", "/readyz", "/api/v1/session", "/api/v1/password-policy"}


def test_asvs_8_2_1_who_is_not_signed_in_gets_nothing_that_is_not_meant_for_everybody(
    visitor: TestClient,
) -> None:
    paths = [path for path, actions in visitor.app.openapi()["paths"].items() if "get" in actions]
    values = {
        "{layers}": "zones",
        "{collection_id}": "zones",
        "{z}/{x}/{y}": "14/13346/6560",
    }
    opened = set()
    for path in paths:
        address = path
        for name, value in values.items():
            address = address.replace(name, value)
        while "{" in address:
            before, _, rest = address.partition("{")
            address = f"{before}00000000-0000-0000-0000-000000000000{rest.partition('}')[2]}"
        if visitor.get(address).status_code not in (401, 400):
            opened.add(path)
    assert opened == OPEN_TO_ALL


def test_asvs_8_2_2_somebody_else_s_session_is_as_good_as_none(
    kept_engine: Engine, visitor: TestClient
) -> None:
    other = enter(another(visitor), person(kept_engine))
    (theirs,) = other.get("/api/v1/account/sessions").json()["items"]
    own = enter(visitor, person(kept_engine))
    assert own.delete(f"/api/v1/account/sessions/{theirs['id']}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "session", {"username": "x", "password": "x", "role": "bureau_admin"}, "/role"),
        ("PUT", "account/password", {"current": "x", "new": "x", "role": "x"}, "/role"),
        ("POST", "accounts", {"username": "li.si", "name": "李四", "role": "bureau_admin"}, "/role"),
        ("POST", "accounts", {"username": "li.si", "name": "李四", "is_demo": True}, "/is_demo"),
        ("PATCH", "accounts/{id}", {"role": "bureau_admin"}, "/role"),
        ("PATCH", "accounts/{id}", {"password_hash": "x"}, "/password_hash"),
    ],
)
def test_asvs_15_3_3_no_field_is_slipped_in(
    kept_engine: Engine, visitor: TestClient, method: str, path: str, body: dict[str, object], field: str
) -> None:
    answer = as_role(visitor, "system_admin").request(
        method,
        f"/api/v1/{path.format(id=person(kept_engine).id)}",
        json=body,
        headers={"If-Match": '"1"'},
    )
    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, [field])


def test_asvs_8_3_2_a_changed_scope_counts_from_the_next_tile(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine, role="sector_department", codes=["education"])
    first = enter(visitor, who).get(TILE)
    change(kept_engine, who, scope_codes=["health"])
    second = visitor.get(TILE, headers={"If-None-Match": first.headers["etag"]})
    assert (second.status_code, second.headers["etag"] != first.headers["etag"]) == (200, True)


def test_asvs_9_1_1_a_token_says_nothing_by_itself(kept_engine: Engine, visitor: TestClient) -> None:
    sign_in(visitor, person(kept_engine))
    assert "." not in token_of(visitor)


@pytest.mark.parametrize(
    "token",
    [
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl",
    ],
)
def test_asvs_9_1_2_no_token_that_vouches_for_itself_is_taken(visitor: TestClient, token: str) -> None:
    assert visitor.get(TILE, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert visitor.get(TILE, headers=cookie(token)).status_code == 401


def test_asvs_11_4_2_passwords_are_kept_by_argon2id_as_its_standard_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "HASHER", REAL_HASHER)
    kept = extract_parameters(passwords.hashed(PASSWORD))
    # RFC 9106 §4, second recommended option: 64 MiB, three passes, four lanes.
    assert (kept.type, kept.memory_cost, kept.time_cost, kept.parallelism) == (Type.ID, 65536, 3, 4)


def test_asvs_11_4_2_no_more_are_hashed_at_once_than_the_machine_bears(
    kept_engine: Engine, visitor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    working, most, lock = [0], [0], threading.Lock()

    class Slow:
        def verify(self, kept: str, password: str) -> bool:
            with lock:
                working[0] += 1
                most[0] = max(most[0], working[0])
            time.sleep(0.05)
            with lock:
                working[0] -= 1
            return True

    monkeypatch.setattr(passwords, "HASHER", Slow())
    people = [person(kept_engine) for _ in range(8)]

    async def all_at_once() -> list[int]:
        transport = httpx2.ASGITransport(visitor.app)
        headers = {"X-CSRF": "1"}
        async with httpx2.AsyncClient(
            transport=transport, base_url="https://testserver", headers=headers
        ) as client:
            answers = await asyncio.gather(
                *(
                    client.post("/api/v1/session", json={"username": who.username, "password": PASSWORD})
                    for who in people
                )
            )
        return [answer.status_code for answer in answers]

    # In a thread of its own: the browser tests leave a running event loop in this one.
    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(lambda: asyncio.run(all_at_once())).result() == [200] * 8
    assert most[0] == passwords.AT_ONCE == 2


def test_asvs_11_5_1_what_lets_in_is_random_and_long() -> None:
    assert tokens.BYTES * 8 >= 128


def test_asvs_12_1_1_nothing_older_than_tls_1_2_is_spoken() -> None:
    context = encryption(TLS / "test-only.pem", TLS / "test-only.key", say=print)
    assert context is not None
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_asvs_13_2_2_the_service_works_in_the_database_with_no_rights_but_those_it_needs(
    own_engine: Engine,
) -> None:
    with own_engine.connect() as connection:
        role = connection.execute(
            text(
                "SELECT rolsuper, rolcreaterole, rolcreatedb, rolinherit, rolbypassrls, rolreplication "
                "FROM pg_roles WHERE rolname = current_user"
            )
        ).one()
        owned = connection.scalar(
            text("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        )
    assert (tuple(role), owned) == ((False,) * 6, 0)


@pytest.mark.parametrize("path", ["/.git/HEAD", "/.git/", "/app/../.git/HEAD", "/app/%2e%2e/pyproject.toml"])
def test_asvs_13_4_1_no_repository_is_served(visitor: TestClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


def crash(request: Request) -> None:
    raise RuntimeError("the cause, with a secret-word in it")


def crashing(browser: TestClient) -> TestClient:
    """A service with a route that fails."""
    browser.app.add_api_route("/crash/{rest}", crash)
    return browser


def test_asvs_13_4_2_a_failure_shows_no_debugger(visitor: TestClient) -> None:
    assert visitor.app.debug is False
    assert "Traceback" not in crashing(visitor).get("/crash/x").text


@pytest.mark.parametrize("path", ["/app/", "/vendor/", "/styles/", "/app/shell/", "/vendor/maplibre-gl/"])
def test_asvs_13_4_3_no_folder_is_listed(visitor: TestClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_asvs_13_4_4_nothing_is_traced(visitor: TestClient) -> None:
    assert visitor.request("TRACE", "/api/v1/session", headers=cookie("secret")).status_code == 405


@pytest.mark.parametrize(
    ("path", "status"), [("/openapi.json", 401), ("/metrics", 404), ("/debug", 404), ("/redoc", 404)]
)
def test_asvs_13_4_5_the_description_is_for_who_is_signed_in(
    visitor: TestClient, path: str, status: int
) -> None:
    assert visitor.get(path).status_code == status


@pytest.mark.parametrize("parameter", ["token", "key", "api_key", "access_token", COOKIE])
def test_asvs_14_2_1_no_secret_is_taken_from_an_address(
    kept_engine: Engine, visitor: TestClient, parameter: str
) -> None:
    token = token_of(enter(another(visitor), person(kept_engine)))
    assert visitor.get(TILE, params={parameter: token}).status_code == 401


def test_asvs_14_2_1_no_address_of_a_tile_carries_a_secret(visitor: TestClient) -> None:
    template = as_role(visitor, "leader").get("/tiles/zones.json").json()["tiles"][0]
    assert "?" not in template


@pytest.mark.parametrize("path", [TILE, "/api/v1/counts", ITEMS, "/api/v1/account", "/api/v1/session"])
def test_asvs_14_2_2_nobody_in_between_keeps_an_answer(visitor: TestClient, path: str) -> None:
    headers = as_role(visitor, "bureau_analyst", has_second_factor=True).get(path).headers
    assert "private" in headers["cache-control"]
    assert {"Cookie", "Authorization"} <= {each.strip() for each in headers["vary"].split(",")}


def test_asvs_14_3_2_what_a_browser_kept_is_asked_for_again(visitor: TestClient) -> None:
    assert "no-cache" in as_role(visitor, "leader").get(TILE).headers["cache-control"]


def test_asvs_14_2_2_one_reader_s_copy_is_not_good_for_another(
    kept_engine: Engine, visitor: TestClient
) -> None:
    whole = as_role(visitor, "leader").get(TILE).headers["etag"]
    neighbour = as_role(visitor, "sector_department", ["education"])
    assert neighbour.get(TILE, headers={"If-None-Match": whole}).status_code == 200


def at_once(attempts: int, attempt: Callable[[int], int]) -> list[int]:
    with ThreadPoolExecutor(attempts) as pool:
        return sorted(pool.map(attempt, range(attempts)))


def test_asvs_15_4_2_of_those_who_use_a_link_at_once_one_does(
    kept_engine: Engine, visitor: TestClient
) -> None:
    token = link_token(kept_engine, "activation", person(kept_engine, password=None))

    def attempt(number: int) -> int:
        body = {"token": token, "password": f"Lantern-{number}8-sparrow"}
        return another(visitor).put("/api/v1/activation", json=body).status_code

    # As many as hash at once: the test's browsers each have an event loop, and would not hear of a turn that is free.
    assert at_once(AT_ONCE, attempt) == [204, 404]


def test_asvs_15_4_2_of_those_who_send_a_code_at_once_one_is_let_in(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine, has_second_factor=True)
    browsers = [another(visitor) for _ in range(4)]
    for browser in browsers:
        enter_password(browser, who.username)
    code = who.code()
    assert at_once(4, lambda number: enter_code(browsers[number], code).status_code) == [200, 401, 401, 401]


def test_asvs_15_4_2_of_those_who_set_a_service_up_at_once_one_does(own_engine: Engine) -> None:
    browser, token = browser_of(own_engine), link_token(own_engine, "setup")

    def attempt(number: int) -> int:
        named = {
            kind: {"username": f"{kind}-{number}", "name": "张三丰"}
            for kind in ("system", "security", "audit")
        }
        body = {"token": token, "administrators": named}
        return another(browser).post("/api/v1/setup", json=body).status_code

    assert at_once(4, attempt) == [200, 404, 404, 404]


def test_asvs_15_4_2_guesses_at_once_are_all_counted(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    at_once(
        AT_ONCE, lambda number: enter_password(another(visitor), who.username, f"wrong {number}").status_code
    )
    assert stored(kept_engine, who).failed_sign_ins == AT_ONCE


def test_asvs_16_2_1_an_event_says_who_when_where_what_and_how_it_went(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    sign_in(visitor, who)
    (event,) = events(kept_engine, who)
    told = (event.actor_name, event.actor_id, event.address, event.action, event.result)
    assert told == (who.username, who.id, "testclient", "sign_in", "ok")
    assert abs(datetime.now(UTC) - event.at) < timedelta(minutes=1)


def test_asvs_16_2_2_moments_have_their_offset(kept_engine: Engine, visitor: TestClient) -> None:
    sign_in(visitor, person(kept_engine))
    (event,) = as_role(visitor, "audit_admin").get("/api/v1/audit?limit=1").json()["items"]
    assert datetime.fromisoformat(event["at"]).tzinfo is not None


def test_asvs_16_2_5_a_wrong_password_is_not_written_down(
    kept_engine: Engine, visitor: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    enter_password(visitor, person(kept_engine).username, "Wrong-guess-0815")
    with kept_engine.connect() as connection:
        rows = connection.scalars(text("SELECT audit_event::text FROM audit_event")).all()
    assert "Wrong-guess-0815" not in caplog.text + "".join(rows)


@pytest.mark.parametrize(
    ("password", "result"), [(PASSWORD, "ok"), ("wrong", "refused")], ids=["good", "failed"]
)
def test_asvs_16_3_1_every_attempt_to_sign_in_is_written_down(
    kept_engine: Engine, visitor: TestClient, password: str, result: str
) -> None:
    who = person(kept_engine)
    enter_password(visitor, who.username, password)
    assert [(event.action, event.result) for event in events(kept_engine, who)] == [("sign_in", result)]


def test_asvs_16_3_2_every_refusal_is_written_down(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, role="leader")
    enter(visitor, who).get("/api/v1/audit")
    assert [(event.action, event.result) for event in events(kept_engine, who)] == [("refusal", "refused")]


def test_asvs_16_3_3_every_export_is_written_down(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, has_second_factor=True)
    enter(visitor, who).get(ITEMS)
    assert [event.action for event in events(kept_engine, who)] == ["export"]


@pytest.mark.parametrize("path", ["/crash/x%0d%0aFORGED line", "/crash/x%0aFORGED line"])
def test_asvs_16_4_1_no_address_forges_a_line_of_the_log(
    visitor: TestClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.ERROR):
        crashing(visitor).get(path)
    (written,) = [entry for entry in caplog.records if "/crash/" in entry.getMessage()]
    assert "\n" not in written.getMessage()
    assert "\r" not in written.getMessage()


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET action = ''", "DELETE FROM audit_event"])
def test_asvs_16_4_2_the_trail_can_only_grow(own_engine: Engine, statement: str) -> None:
    with own_engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute(text(statement))


def test_asvs_16_5_1_a_failure_tells_a_number_and_no_cause(
    visitor: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = crashing(visitor).get("/crash/x")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret-word" not in answer.text
    assert answer.json()["trace_id"] in caplog.text


def test_asvs_16_5_2_without_its_database_the_service_says_so(visitor: TestClient) -> None:
    away = browser_of(create_engine("postgresql+psycopg://riskmap@127.0.0.1:1/riskmap"))
    answer = away.get(TILE, headers=cookie("x"))
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unreachable")


@pytest.mark.parametrize("headers", [{}, cookie("x"), {"Authorization": "Bearer rmk_x"}])
def test_asvs_16_5_3_without_its_database_the_service_lets_nobody_in(headers: dict[str, str]) -> None:
    away = browser_of(create_engine("postgresql+psycopg://riskmap@127.0.0.1:1/riskmap"))
    assert away.get("/api/v1/roles", headers=headers).status_code in (401, 503)


def test_asvs_16_5_4_whatever_fails_is_answered_as_a_problem(visitor: TestClient) -> None:
    assert json.loads(crashing(visitor).get("/crash/x").content)["code"] == "unexpected"
