"""Signing in with a password: who is let in, who is not, and what either is told."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, func, text

from backend.accounts import passwords
from tests.signed_in import (
    COOKIE,
    HTTPS,
    PASSWORD,
    TILE,
    another,
    browser_of,
    change,
    enter_password,
    person,
    sign_in,
    stage,
    stored,
)


def refusal(answer: Response) -> tuple[int, dict[str, Any]]:
    """What a refusal says, but for the number that the log knows it by."""
    document = answer.json()
    del document["trace_id"]
    return answer.status_code, document


def fail(visitor: TestClient, username: str, times: int) -> list[int]:
    return [enter_password(visitor, username, f"wrong {time}").status_code for time in range(times)]


def test_nobody_is_signed_in_at_first(visitor: TestClient) -> None:
    told = visitor.get("/api/v1/session").json()
    assert (told["stage"], told["actor"]) == ("anonymous", None)


def test_the_right_password_lets_in(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, role="leader")
    assert sign_in(visitor, who)["stage"] == "complete"
    assert visitor.get("/api/v1/counts").status_code == 200


def test_who_is_signed_in_is_told_role_scope_and_actions(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, role="sector_department", codes=["education", "health"])
    actor = sign_in(visitor, who)["actor"]
    assert (actor["username"], actor["role"]["code"]) == (who.username, "sector_department")
    assert (actor["scope"]["kind"], actor["scope"]["count"]) == ("sectors", 2)
    assert actor["actions"] == ["contacts", "edit", "export", "look", "review"]


def test_capital_letters_and_spaces_around_a_user_name_do_not_matter(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    assert enter_password(visitor, f" {who.username.upper()} ").status_code == 200


def test_a_wrong_password_is_refused(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    answer = enter_password(visitor, who.username, PASSWORD + "!")
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_credentials")


def test_a_refused_sign_in_gives_no_cookie(kept_engine: Engine, visitor: TestClient) -> None:
    assert "set-cookie" not in enter_password(visitor, person(kept_engine).username, "wrong").headers


@pytest.mark.parametrize(
    "facts",
    [
        {"is_active": False},
        {"valid_until": func.current_date() - 1},
        {"locked_until": func.now() + text("interval '1 minute'")},
        {"password_hash": None},
    ],
    ids=["disabled", "expired", "locked", "pending"],
)
def test_an_account_out_of_use_is_refused_as_a_wrong_password_is(
    kept_engine: Engine, visitor: TestClient, facts: dict[str, Any]
) -> None:
    other, who = person(kept_engine), person(kept_engine)
    change(kept_engine, who, **facts)
    wrong = refusal(enter_password(visitor, other.username, "wrong"))
    assert refusal(enter_password(visitor, who.username)) == wrong


def test_an_account_is_good_on_its_last_day(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    change(kept_engine, who, valid_until=func.current_date())
    assert enter_password(visitor, who.username).status_code == 200


@pytest.mark.parametrize("username", ["nobody", "x", "张三", "' OR 1=1--", "a" * 200, "", "nul\x00byte"])
def test_a_user_name_that_does_not_exist_is_refused_as_a_wrong_password_is(
    kept_engine: Engine, visitor: TestClient, username: str
) -> None:
    wrong = refusal(enter_password(visitor, person(kept_engine).username, "wrong"))
    assert refusal(enter_password(visitor, username)) == wrong


@pytest.mark.parametrize("is_known", [True, False])
def test_each_refusal_takes_one_verification(
    kept_engine: Engine, visitor: TestClient, monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    username = person(kept_engine).username if is_known else "nobody"
    passwords.stand_in()
    verified = []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            verified.append(kept)
            return real.verify(kept, password)

    real = passwords.HASHER
    monkeypatch.setattr(passwords, "HASHER", Counting())
    assert enter_password(visitor, username, "wrong").status_code == 401
    assert len(verified) == 1


def test_the_fifth_failure_in_a_row_locks(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    assert fail(visitor, who.username, 5) == [401] * 5
    assert enter_password(visitor, who.username).status_code == 401


def test_four_failures_lock_nothing(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    fail(visitor, who.username, 4)
    assert enter_password(visitor, who.username).status_code == 200


def test_a_lock_lasts_as_long_as_the_settings_say(kept_engine: Engine) -> None:
    who, visitor = person(kept_engine), browser_of(kept_engine, lock_minutes=7)
    fail(visitor, who.username, 5)
    account = stored(kept_engine, who)
    with kept_engine.connect() as connection:
        left = connection.scalar(
            text("SELECT extract(epoch FROM locked_until - now()) FROM account WHERE id = :id"),
            {"id": account.id},
        )
    assert 400 < left <= 420


def test_a_lock_ends_by_itself(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    fail(visitor, who.username, 5)
    change(kept_engine, who, locked_until=func.now())
    assert enter_password(visitor, who.username).status_code == 200


def test_after_a_lock_the_count_begins_anew(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    fail(visitor, who.username, 5)
    change(kept_engine, who, locked_until=func.now())
    fail(visitor, who.username, 4)
    assert enter_password(visitor, who.username).status_code == 200


def test_success_resets_the_count(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    fail(visitor, who.username, 4)
    sign_in(visitor, who)
    fail(visitor, who.username, 4)
    assert enter_password(visitor, who.username).status_code == 200


def test_a_lock_says_nothing_to_who_guesses(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    first = refusal(enter_password(visitor, who.username, "wrong"))
    fail(visitor, who.username, 4)
    assert refusal(enter_password(visitor, who.username, "wrong")) == first


def test_guessing_at_one_account_from_one_address_is_slowed_down(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    fail(visitor, who.username, 10)
    answer = enter_password(visitor, who.username)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert 0 < int(answer.headers["retry-after"]) <= 600


def test_who_is_slowed_down_does_not_slow_down_another(kept_engine: Engine, visitor: TestClient) -> None:
    who, other = person(kept_engine), person(kept_engine)
    fail(visitor, who.username, 10)
    assert enter_password(visitor, other.username).status_code == 200


def test_guessing_at_many_accounts_from_one_address_is_slowed_down(
    kept_engine: Engine, visitor: TestClient
) -> None:
    throttle = visitor.app.state.throttle
    for number in range(60):
        throttle.count_failure("testclient", f"somebody-{number}")
    answer = enter_password(visitor, person(kept_engine).username)
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)


def test_a_throttled_attempt_costs_no_hashing(
    kept_engine: Engine, visitor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(visitor, "guessed-at", 10)
    monkeypatch.setattr(passwords, "HASHER", None)
    assert enter_password(visitor, "guessed-at").status_code == 429


def test_the_cookie_is_for_this_host_over_https_and_no_script(
    kept_engine: Engine, visitor: TestClient
) -> None:
    cookie = enter_password(visitor, person(kept_engine).username).headers["set-cookie"]
    value, *attributes = cookie.split("; ")
    assert value.startswith(f"{COOKIE}=")
    assert {each.lower() for each in attributes} == {"httponly", "path=/", "samesite=lax", "secure"}


def test_over_plain_http_from_another_machine_nobody_signs_in(kept_engine: Engine) -> None:
    lan = browser_of(kept_engine, address="http://map.bureau.lan")
    answer = enter_password(lan, person(kept_engine).username)
    assert (answer.status_code, answer.json()["code"]) == (403, "insecure_transport")
    assert lan.get("/api/v1/session").json()["transport"] == "refused"


def test_plain_http_can_be_allowed_under_another_cookie(kept_engine: Engine) -> None:
    lan = browser_of(kept_engine, address="http://map.bureau.lan", insecure_http=True)
    answer = enter_password(lan, person(kept_engine).username)
    assert answer.json()["transport"] == "insecure"
    assert answer.headers["set-cookie"].startswith("riskmap-insecure=")
    assert stage(lan) == "complete"


def test_a_session_of_plain_http_is_none_over_https(kept_engine: Engine) -> None:
    lan = browser_of(kept_engine, address="http://map.bureau.lan", insecure_http=True)
    enter_password(lan, person(kept_engine).username)
    token = lan.cookies["riskmap-insecure"]
    secure = another(lan, "https://map.bureau.lan")
    assert secure.get("/api/v1/session", headers={"Cookie": f"riskmap-insecure={token}"}).json()["stage"] == (
        "anonymous"
    )


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_the_reader_s_own_machine_is_as_good_as_https(kept_engine: Engine, host: str) -> None:
    own = browser_of(kept_engine, address=f"http://{host}")
    answer = enter_password(own, person(kept_engine).username)
    assert (answer.status_code, answer.json()["transport"]) == (200, "secure")
    assert answer.headers["set-cookie"].startswith(f"{COOKIE}=")


def test_a_password_does_not_reach_the_map_before_the_second_factor(
    kept_engine: Engine, visitor: TestClient
) -> None:
    enter_password(visitor, person(kept_engine, has_second_factor=True).username)
    assert (stage(visitor), visitor.get(TILE).status_code) == ("second_factor", 401)


@pytest.mark.parametrize("path", ["/api/v1/account", "/api/v1/account/sessions", "/api/v1/roles"])
def test_before_the_second_factor_nothing_is_told_of_the_account(
    kept_engine: Engine, visitor: TestClient, path: str
) -> None:
    enter_password(visitor, person(kept_engine, has_second_factor=True).username)
    assert visitor.get(path).status_code == 401


def test_before_the_second_factor_the_password_cannot_be_changed(
    kept_engine: Engine, visitor: TestClient
) -> None:
    enter_password(visitor, person(kept_engine, has_second_factor=True).username)
    answer = visitor.put("/api/v1/account/password", json={"current": PASSWORD, "new": "Cobbler-71-meadow"})
    assert answer.status_code == 401


def test_an_account_without_a_role_may_do_nothing(kept_engine: Engine, visitor: TestClient) -> None:
    assert sign_in(visitor, person(kept_engine, role=None))["stage"] == "complete"
    answer = visitor.get("/api/v1/counts")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_a_field_that_nobody_knows_is_refused(visitor: TestClient) -> None:
    answer = visitor.post(
        "/api/v1/session", json={"username": "nobody", "password": PASSWORD, "role": "bureau_admin"}
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/role")


def test_a_password_in_the_address_is_not_taken(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    assert visitor.post(f"/api/v1/session?username={who.username}&password={PASSWORD}").status_code >= 400


def test_signing_in_needs_our_own_page(kept_engine: Engine, visitor: TestClient) -> None:
    del visitor.headers["X-CSRF"]
    assert enter_password(visitor, person(kept_engine).username).json()["code"] == "cross_site"


def test_a_page_of_another_site_signs_nobody_in(kept_engine: Engine, visitor: TestClient) -> None:
    visitor.headers["Origin"] = HTTPS.replace("testserver", "evil.example")
    assert enter_password(visitor, person(kept_engine).username).json()["code"] == "cross_site"
