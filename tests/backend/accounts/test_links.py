"""One-time links: activation, the first set-up, and those of the demonstration."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, func, text

from tests.signed_in import (
    OTHER_PASSWORD,
    PASSWORD,
    TILE,
    another,
    as_role,
    browser_of,
    change,
    enter,
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

ADMINISTRATORS = {
    kind: {"username": f"{kind}.admin", "name": "张三丰"} for kind in ("system", "security", "audit")
}


def read(browser: TestClient, token: str) -> Response:
    return browser.post("/api/v1/activation", json={"token": token})


def activate(browser: TestClient, token: str, password: str = OTHER_PASSWORD) -> Response:
    return browser.put("/api/v1/activation", json={"token": token, "password": password})


def set_up(browser: TestClient, token: str, administrators: Any = ADMINISTRATORS) -> Response:
    return browser.post("/api/v1/setup", json={"token": token, "administrators": administrators})


def open_demo(browser: TestClient, token: str) -> Response:
    return browser.post("/api/v1/session/link", json={"token": token})


def test_an_activation_link_tells_whose_it_is(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, password=None)
    told = read(visitor, link_token(kept_engine, "activation", who))
    assert told.json() == {"username": who.username, "name": "张三丰"}


def test_an_activation_link_lets_its_holder_choose_a_password(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine, password=None)
    assert activate(visitor, link_token(kept_engine, "activation", who)).status_code == 204
    assert enter_password(visitor, who.username, OTHER_PASSWORD).status_code == 200


def test_an_activation_signs_nobody_in(kept_engine: Engine, visitor: TestClient) -> None:
    activate(visitor, link_token(kept_engine, "activation", person(kept_engine, password=None)))
    assert stage(visitor) == "anonymous"


def test_an_activation_link_is_good_once(kept_engine: Engine, visitor: TestClient) -> None:
    token = link_token(kept_engine, "activation", person(kept_engine, password=None))
    activate(visitor, token)
    assert activate(visitor, token, PASSWORD).json()["code"] == "link_invalid"


def test_an_unsuitable_password_does_not_use_the_link_up(kept_engine: Engine, visitor: TestClient) -> None:
    token = link_token(kept_engine, "activation", person(kept_engine, password=None))
    assert activate(visitor, token, "short").status_code == 422
    assert activate(visitor, token).status_code == 204


def test_an_activation_link_expires(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, password=None)
    token = link_token(kept_engine, "activation", who)
    run(kept_engine, "UPDATE account_link SET expires_at = now() WHERE account_id = :id", id=who.id)
    assert [read(visitor, token).status_code, activate(visitor, token).status_code] == [404, 404]


def test_an_activation_link_lasts_three_days(kept_engine: Engine) -> None:
    who = person(kept_engine, password=None)
    link_token(kept_engine, "activation", who)
    with kept_engine.connect() as connection:
        lasts = connection.scalar(
            text("SELECT expires_at - created_at FROM account_link WHERE account_id = :id"), {"id": who.id}
        )
    assert lasts.days == 3


def test_a_newer_link_voids_the_older(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, password=None)
    older, newer = (link_token(kept_engine, "activation", who) for _ in range(2))
    assert (activate(visitor, older).status_code, activate(visitor, newer).status_code) == (404, 204)


def test_the_link_of_a_disabled_account_is_void(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, password=None)
    token = link_token(kept_engine, "activation", who)
    change(kept_engine, who, is_active=False)
    assert activate(visitor, token).status_code == 404


def test_an_activation_ends_sessions_and_the_lock(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, locked_until=func.now() + text("interval '1 hour'"))
    elsewhere = enter(another(visitor), who)
    activate(visitor, link_token(kept_engine, "activation", who))
    assert (stage(elsewhere), stored(kept_engine, who).locked_until) == ("anonymous", None)


def test_an_activation_leaves_the_second_factor(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, role="security_admin")
    activate(visitor, link_token(kept_engine, "activation", who))
    assert enter_password(visitor, who.username, OTHER_PASSWORD).json()["stage"] == "second_factor"


def test_only_a_hash_of_a_link_is_kept(kept_engine: Engine) -> None:
    token = link_token(kept_engine, "activation", person(kept_engine, password=None))
    with kept_engine.connect() as connection:
        kept = connection.scalars(text("SELECT account_link::text FROM account_link")).all()
    assert not [row for row in kept if token in row or token.encode().hex() in row]


@pytest.mark.parametrize("purpose", ["setup", "demo"])
def test_a_link_is_good_for_its_own_purpose_only(
    kept_engine: Engine, visitor: TestClient, purpose: str
) -> None:
    token = link_token(kept_engine, purpose, None if purpose == "setup" else person(kept_engine))
    assert activate(visitor, token).status_code == 404


@pytest.mark.parametrize("token", ["x", "' OR 1=1--", "nul\x00byte", "张" * 100])
def test_an_invented_link_is_refused(visitor: TestClient, token: str) -> None:
    assert [read(visitor, token).status_code, activate(visitor, token).status_code] == [404, 404]


def test_guessing_links_is_slowed_down(visitor: TestClient) -> None:
    answers = [read(visitor, f"guess-{number}").status_code for number in range(61)]
    assert answers == [404] * 60 + [429]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "activation", {"token": "x"}),
        ("PUT", "activation", {"token": "x", "password": PASSWORD}),
        ("POST", "setup", {"token": "x", "administrators": ADMINISTRATORS}),
        ("POST", "session/link", {"token": "x"}),
    ],
)
def test_no_link_is_taken_in_the_clear(
    kept_engine: Engine, method: str, path: str, body: dict[str, Any]
) -> None:
    lan = browser_of(kept_engine, address="http://map.bureau.lan")
    assert lan.request(method, f"/api/v1/{path}", json=body).json()["code"] == "insecure_transport"


def test_choosing_a_password_by_link_is_in_the_trail(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, password=None)
    activate(visitor, link_token(kept_engine, "activation", who))
    (event,) = events(kept_engine, who)
    assert (event.action, event.detail) == ("change_password", {"method": "link"})


def test_a_new_service_says_that_it_wants_setting_up(own_engine: Engine) -> None:
    assert browser_of(own_engine).get("/api/v1/session").json()["needs_set_up"] is True


def test_a_new_service_has_no_account_at_all(own_engine: Engine) -> None:
    with own_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM account")) == 0


def test_three_administrators_are_named_and_choose_their_passwords(own_engine: Engine) -> None:
    browser = browser_of(own_engine)
    links = set_up(browser, link_token(own_engine, "setup")).json()["links"]
    assert set(links) == {"system", "security", "audit"}
    for kind, link in links.items():
        assert activate(browser, link["path"].removeprefix("/activate#")).status_code == 204
        assert enter_password(another(browser), f"{kind}.admin", OTHER_PASSWORD).json()["stage"] == (
            "second_factor_set_up"
        )


def test_each_of_the_three_has_one_administration(own_engine: Engine) -> None:
    set_up(browser_of(own_engine), link_token(own_engine, "setup"))
    with own_engine.connect() as connection:
        rows = connection.execute(text("SELECT username, role FROM account"))
        held = {row.username: row.role for row in rows}
    assert held == {f"{kind}.admin": f"{kind}_admin" for kind in ADMINISTRATORS}


def test_a_service_is_set_up_once(own_engine: Engine) -> None:
    browser = browser_of(own_engine)
    token = link_token(own_engine, "setup")
    set_up(browser, token)
    assert set_up(browser, token).json()["code"] == "link_invalid"


def test_no_set_up_where_there_are_accounts(own_engine: Engine) -> None:
    token = link_token(own_engine, "setup")
    person(own_engine)
    assert set_up(browser_of(own_engine), token).status_code == 404


def test_a_set_up_link_expires(own_engine: Engine) -> None:
    token = link_token(own_engine, "setup")
    run(own_engine, "UPDATE account_link SET expires_at = now()")
    assert set_up(browser_of(own_engine), token).status_code == 404


def test_one_person_does_not_hold_two_administrations(own_engine: Engine) -> None:
    same = ADMINISTRATORS | {"audit": ADMINISTRATORS["system"]}
    answer = set_up(browser_of(own_engine), link_token(own_engine, "setup"), same)
    assert (answer.status_code, answer.json()["code"]) == (422, "three_hands")


def test_capital_letters_make_no_second_person(own_engine: Engine) -> None:
    same = ADMINISTRATORS | {"audit": {"username": "SYSTEM.ADMIN", "name": "李四"}}
    answer = set_up(browser_of(own_engine), link_token(own_engine, "setup"), same)
    assert answer.json()["code"] == "three_hands"


def test_a_refused_set_up_makes_no_account_and_keeps_the_link(own_engine: Engine) -> None:
    browser, token = browser_of(own_engine), link_token(own_engine, "setup")
    set_up(browser, token, ADMINISTRATORS | {"audit": ADMINISTRATORS["system"]})
    assert set_up(browser, token).status_code == 200


def test_without_the_link_nothing_is_set_up(own_engine: Engine) -> None:
    assert set_up(browser_of(own_engine), "guess").status_code == 404


def test_the_set_up_is_in_the_trail(own_engine: Engine) -> None:
    set_up(browser_of(own_engine), link_token(own_engine, "setup"))
    told = events(own_engine, action="set_up")
    assert [event.after["role"] for event in told] == ["system_admin", "security_admin", "audit_admin"]


def test_a_demonstration_s_link_lets_in(own_engine: Engine) -> None:
    demo = browser_of(own_engine, is_demo=True)
    who = person(own_engine, role="system_admin", has_second_factor=False, password=None, is_demo=True)
    assert open_demo(demo, link_token(own_engine, "demo", who)).json()["stage"] == "complete"


def test_a_service_for_real_use_refuses_a_demonstration_s_link(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine, password=None, is_demo=True)
    assert open_demo(visitor, link_token(kept_engine, "demo", who)).status_code == 404


def test_a_demonstration_s_session_is_dead_in_a_service_for_real_use(own_engine: Engine) -> None:
    demo, real = browser_of(own_engine, is_demo=True), browser_of(own_engine)
    who = person(own_engine, password=None, is_demo=True)
    open_demo(demo, link_token(own_engine, "demo", who))
    cookie = {"Cookie": f"__Host-riskmap={token_of(demo)}"}
    assert another(demo).get("/api/v1/account", headers=cookie).status_code == 200
    assert real.get("/api/v1/account", headers=cookie).status_code == 401


def test_a_demonstration_s_account_has_no_password_to_guess(own_engine: Engine) -> None:
    who = person(own_engine, password=None, is_demo=True)
    assert enter_password(browser_of(own_engine, is_demo=True), who.username).status_code == 401


def test_a_service_for_real_use_shows_nothing_to_who_is_not_signed_in(visitor: TestClient) -> None:
    assert visitor.get(TILE).status_code == 401


def test_a_reset_by_an_administrator_ends_the_old_password_at_once(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    elsewhere = another(visitor)
    sign_in(elsewhere, who)
    as_role(visitor, "system_admin").post(f"/api/v1/accounts/{who.id}/activation")
    assert stage(elsewhere) == "anonymous"
    assert enter_password(another(visitor), who.username).status_code == 401
