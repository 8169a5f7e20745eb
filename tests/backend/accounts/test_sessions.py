"""Sessions: how long they last, and what ends them."""

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, text

from tests.signed_in import (
    COOKIE,
    TILE,
    Person,
    another,
    as_role,
    browser_of,
    change,
    enter,
    events,
    person,
    run,
    sign_in,
    stage,
    token_of,
)

OWN = "/api/v1/account/sessions"


def age(engine: Engine, who: Person, column: str, interval: str) -> None:
    run(
        engine,
        f"UPDATE account_session SET {column} = now() + CAST(:interval AS interval) WHERE account_id = :id",
        interval=interval,
        id=who.id,
    )


def test_a_session_is_over_when_nothing_was_asked_for_thirty_minutes(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    enter(visitor, who)
    age(kept_engine, who, "last_seen_at", "-31 minutes")
    assert visitor.get(TILE).status_code == 401


def test_a_session_goes_on_while_it_is_used(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    enter(visitor, who)
    for _ in range(2):
        age(kept_engine, who, "last_seen_at", "-29 minutes")
        assert visitor.get(TILE).status_code == 200
    with kept_engine.connect() as connection:
        idle = connection.scalar(
            text("SELECT now() - last_seen_at FROM account_session WHERE account_id = :id"), {"id": who.id}
        )
    assert idle.total_seconds() < 60


def test_how_long_nothing_may_be_asked_is_a_setting(kept_engine: Engine) -> None:
    who, browser = person(kept_engine), browser_of(kept_engine, idle_minutes=5)
    enter(browser, who)
    age(kept_engine, who, "last_seen_at", "-6 minutes")
    assert (browser.get(TILE).status_code, browser.get("/api/v1/session").json()["idle_minutes"]) == (401, 5)


def test_a_session_is_over_in_the_end_however_busy_it_was(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    enter(visitor, who)
    age(kept_engine, who, "expires_at", "-1 second")
    assert visitor.get(TILE).status_code == 401


@pytest.mark.parametrize("hours", [1, 12])
def test_the_end_of_a_session_is_a_setting(kept_engine: Engine, hours: int) -> None:
    who = person(kept_engine)
    sign_in(browser_of(kept_engine, session_hours=hours), who)
    with kept_engine.connect() as connection:
        lasts = connection.scalar(
            text("SELECT expires_at - created_at FROM account_session WHERE account_id = :id"), {"id": who.id}
        )
    assert lasts.total_seconds() == hours * 3600


def test_signing_out_ends_the_session_on_the_server(kept_engine: Engine, visitor: TestClient) -> None:
    sign_in(visitor, person(kept_engine))
    token = token_of(visitor)
    assert visitor.delete("/api/v1/session").status_code == 204
    answer = another(visitor).get(TILE, headers={"Cookie": f"{COOKIE}={token}"})
    assert answer.status_code == 401


def test_signing_out_takes_the_cookie_away(kept_engine: Engine, visitor: TestClient) -> None:
    sign_in(visitor, person(kept_engine))
    cookie = visitor.delete("/api/v1/session").headers["set-cookie"].lower()
    assert cookie.startswith(f'{COOKIE.lower()}="";')
    assert "max-age=0" in cookie
    assert "secure" in cookie


def test_signing_out_without_a_session_is_done_already(visitor: TestClient) -> None:
    assert visitor.delete("/api/v1/session").status_code == 204


def test_signing_in_again_ends_the_session_that_the_browser_had(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    sign_in(visitor, who)
    old = token_of(visitor)
    sign_in(visitor, who)
    answer = another(visitor).get(TILE, headers={"Cookie": f"{COOKIE}={old}"})
    assert answer.status_code == 401


def test_a_token_that_somebody_planted_is_not_taken_over(kept_engine: Engine, visitor: TestClient) -> None:
    visitor.cookies.set(COOKIE, "planted", domain="testserver.local", path="/")
    sign_in(visitor, person(kept_engine))
    assert token_of(visitor) != "planted"


@pytest.mark.parametrize("path", [TILE, "/api/v1/counts", "/ogc/collections"])
def test_a_disabled_account_is_out_at_the_next_request(
    kept_engine: Engine, visitor: TestClient, path: str
) -> None:
    who = person(kept_engine)
    enter(visitor, who)
    assert visitor.get(path).status_code == 200
    change(kept_engine, who, is_active=False)
    assert visitor.get(path).status_code == 401


def test_an_account_is_out_the_day_after_its_last(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    enter(visitor, who)
    change(kept_engine, who, valid_until=func.current_date() - 1)
    assert visitor.get(TILE).status_code == 401


def test_a_changed_role_ends_every_session(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    enter(visitor, who)
    security = as_role(visitor, "security_admin")
    version = security.get(f"/api/v1/accounts/{who.id}").headers["etag"]
    security.put(f"/api/v1/accounts/{who.id}/grant", json={"role": "leader"}, headers={"If-Match": version})
    assert stage(visitor) == "anonymous"


@pytest.mark.parametrize("facts", [{"role": None}, {"role": "gone_in_this_version"}])
def test_a_role_that_is_taken_away_counts_from_the_next_request(
    kept_engine: Engine, visitor: TestClient, facts: dict[str, str | None]
) -> None:
    who = person(kept_engine)
    enter(visitor, who)
    change(kept_engine, who, **facts)
    assert visitor.get(TILE).status_code == 403


def test_one_s_sessions_are_listed_with_the_present_one_marked(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    enter(another(visitor), who)
    enter(visitor, who)
    items = visitor.get(OWN).json()["items"]
    assert sorted(item["is_current"] for item in items) == [False, True]


def test_no_list_of_sessions_holds_a_token(kept_engine: Engine, visitor: TestClient) -> None:
    enter(visitor, person(kept_engine))
    assert token_of(visitor) not in visitor.get(OWN).text


def test_one_session_can_be_ended_from_another(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    elsewhere = enter(another(visitor), who)
    enter(visitor, who)
    (other,) = [item["id"] for item in visitor.get(OWN).json()["items"] if not item["is_current"]]
    assert visitor.delete(f"{OWN}/{other}").status_code == 204
    assert (stage(elsewhere), stage(visitor)) == ("anonymous", "complete")


def test_all_sessions_but_this_can_be_ended(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    elsewhere = [enter(another(visitor), who) for _ in range(2)]
    enter(visitor, who)
    assert visitor.delete(OWN).status_code == 204
    assert [stage(browser) for browser in [*elsewhere, visitor]] == ["anonymous", "anonymous", "complete"]


def test_somebody_else_s_session_is_none(kept_engine: Engine, visitor: TestClient) -> None:
    other = enter(another(visitor), person(kept_engine))
    (theirs,) = other.get(OWN).json()["items"]
    own = enter(visitor, person(kept_engine))
    assert own.delete(f"{OWN}/{theirs['id']}").json()["code"] == own.delete(f"{OWN}/{uuid4()}").json()["code"]
    assert stage(other) == "complete"


@pytest.mark.parametrize("path", ["/api/v1/account", OWN])
def test_who_is_not_signed_in_has_no_account(visitor: TestClient, path: str) -> None:
    assert visitor.get(path).json()["code"] == "sign_in_required"


@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "%00", "' OR 1=1--"])
def test_an_invented_token_is_nobody_s(visitor: TestClient, token: str) -> None:
    answer = visitor.get(TILE, headers={"Cookie": f"{COOKIE}={token}"})
    assert answer.status_code == 401


def test_signing_in_and_out_are_in_the_trail(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    sign_in(visitor, who)
    visitor.delete("/api/v1/session")
    told = events(kept_engine, who)
    assert [(event.action, event.result) for event in told] == [("sign_in", "ok"), ("sign_out", "ok")]
    assert {event.address for event in told} == {"testclient"}
