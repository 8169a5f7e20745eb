"""The second factor: setting it up, proving it, losing it."""

import base64
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from tests.signed_in import (
    PASSWORD,
    TILE,
    Person,
    another,
    as_role,
    change,
    enter,
    enter_code,
    enter_password,
    events,
    person,
    sign_in,
    stage,
    stored,
    token_of,
)

SECOND_FACTOR = "/api/v1/account/second-factor"
ITEMS = "/ogc/collections/enterprises/items"
ADMINISTRATIONS = ["system_admin", "security_admin", "audit_admin"]


def at_the_code(engine: Engine, browser: TestClient, role: str = "bureau_analyst") -> Person:
    """Somebody who has entered the password, and has the code still to enter."""
    who = person(engine, role=role, has_second_factor=True)
    enter_password(browser, who.username)
    return who


def wrong(code: str) -> str:
    """Another code than this."""
    return f"{(int(code) + 500_000) % 1_000_000:06}"


@pytest.mark.parametrize("role", [*ADMINISTRATIONS, "bureau_admin"])
def test_an_administrator_cannot_come_in_without_one(
    kept_engine: Engine, visitor: TestClient, role: str
) -> None:
    who = person(kept_engine, role=role, has_second_factor=False)
    assert sign_in(visitor, who)["stage"] == "second_factor_set_up"
    assert visitor.get("/api/v1/roles").status_code == 401


def test_an_administrator_sets_it_up_while_signing_in(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, role="system_admin", has_second_factor=False)
    sign_in(visitor, who)
    secret = visitor.post(SECOND_FACTOR, json={}).json()["secret"]
    code = replace(who, secret=secret).code()
    assert visitor.put(SECOND_FACTOR, json={"code": code}).json()["stage"] == "complete"
    assert visitor.get("/api/v1/accounts").status_code == 200


def test_setting_it_up_brings_a_new_token(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, role="system_admin", has_second_factor=False)
    sign_in(visitor, who)
    old = token_of(visitor)
    secret = visitor.post(SECOND_FACTOR, json={}).json()["secret"]
    visitor.put(SECOND_FACTOR, json={"code": replace(who, secret=secret).code()})
    answer = another(visitor).get("/api/v1/account", headers={"Cookie": f"__Host-riskmap={old}"})
    assert answer.status_code == 401


def test_the_secret_is_shown_as_text_and_as_a_picture(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, role="system_admin", has_second_factor=False)
    sign_in(visitor, who)
    told = visitor.post(SECOND_FACTOR, json={}).json()
    assert len(base64.b32decode(told["secret"])) >= 20
    assert told["secret"] in told["uri"]
    assert told["qr_svg"].startswith("data:image/svg+xml")


def test_a_wrong_first_code_confirms_nothing(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, role="system_admin", has_second_factor=False)
    sign_in(visitor, who)
    secret = visitor.post(SECOND_FACTOR, json={}).json()["secret"]
    code = wrong(replace(who, secret=secret).code())
    assert visitor.put(SECOND_FACTOR, json={"code": code}).status_code == 401
    assert stored(kept_engine, who).totp_secret is None


def test_guessing_the_first_code_is_slowed_down(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, role="system_admin", has_second_factor=False)
    sign_in(visitor, who)
    secret = visitor.post(SECOND_FACTOR, json={}).json()["secret"]
    code = wrong(replace(who, secret=secret).code())
    answers = [visitor.put(SECOND_FACTOR, json={"code": code}).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


def test_the_code_of_now_lets_in(kept_engine: Engine, visitor: TestClient) -> None:
    who = at_the_code(kept_engine, visitor)
    assert enter_code(visitor, who.code()).json()["stage"] == "complete"


@pytest.mark.parametrize("seconds", [-30, 30])
def test_a_phone_s_clock_may_be_half_a_minute_off(
    kept_engine: Engine, visitor: TestClient, seconds: int
) -> None:
    who = at_the_code(kept_engine, visitor)
    assert enter_code(visitor, who.code(seconds=seconds)).status_code == 200


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_code_of_another_minute_is_refused(kept_engine: Engine, visitor: TestClient, seconds: int) -> None:
    who = at_the_code(kept_engine, visitor)
    assert enter_code(visitor, who.code(seconds=seconds)).json()["code"] == "wrong_code"


def test_a_code_counts_once(kept_engine: Engine, visitor: TestClient) -> None:
    who = at_the_code(kept_engine, visitor)
    code = who.code()
    enter_code(visitor, code)
    elsewhere = another(visitor)
    enter_password(elsewhere, who.username)
    assert (enter_code(elsewhere, code).status_code, stage(elsewhere)) == (401, "second_factor")


def test_an_older_code_does_not_count_after_a_newer(kept_engine: Engine, visitor: TestClient) -> None:
    who = at_the_code(kept_engine, visitor)
    enter_code(visitor, who.code())
    elsewhere = another(visitor)
    enter_password(elsewhere, who.username)
    assert enter_code(elsewhere, who.code(seconds=-30)).status_code == 401


def test_proving_it_brings_a_new_token_and_the_old_one_is_dead(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = at_the_code(kept_engine, visitor)
    old = token_of(visitor)
    enter_code(visitor, who.code())
    answer = another(visitor).get("/api/v1/account", headers={"Cookie": f"__Host-riskmap={old}"})
    assert answer.status_code == 401


def test_the_fifth_wrong_code_ends_the_session(kept_engine: Engine, visitor: TestClient) -> None:
    who = at_the_code(kept_engine, visitor)
    for _ in range(5):
        enter_code(visitor, wrong(who.code()))
    assert stage(visitor) == "anonymous"


def test_the_fifth_wrong_code_locks_the_account(kept_engine: Engine, visitor: TestClient) -> None:
    who = at_the_code(kept_engine, visitor)
    for _ in range(5):
        enter_code(visitor, wrong(who.code()))
    assert enter_password(visitor, who.username).status_code == 401


def test_entering_the_password_again_gives_no_more_codes_to_guess(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = at_the_code(kept_engine, visitor)
    for _ in range(4):
        enter_code(visitor, wrong(who.code()))
    enter_password(visitor, who.username)
    enter_code(visitor, wrong(who.code()))
    assert stored(kept_engine, who).locked_until is not None


def test_a_right_code_resets_the_count(kept_engine: Engine, visitor: TestClient) -> None:
    who = at_the_code(kept_engine, visitor)
    for _ in range(4):
        enter_code(visitor, wrong(who.code()))
    enter_code(visitor, who.code())
    assert stored(kept_engine, who).failed_sign_ins == 0


@pytest.mark.parametrize("code", ["12345", "1234567", "abcdef", "１２３４５６", "", "12 456"])
def test_what_is_no_code_is_not_tried(kept_engine: Engine, visitor: TestClient, code: str) -> None:
    who = at_the_code(kept_engine, visitor)
    assert enter_code(visitor, code).status_code == 422
    assert stored(kept_engine, who).failed_sign_ins == 0


def test_a_code_without_a_password_is_nothing(visitor: TestClient) -> None:
    assert enter_code(visitor, "123456").json()["code"] == "sign_in_required"


@pytest.mark.parametrize("role", [*ADMINISTRATIONS, "bureau_admin"])
def test_who_needs_one_cannot_remove_it(visitor: TestClient, role: str) -> None:
    answer = as_role(visitor, role).post(f"{SECOND_FACTOR}/removal", json={"password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (409, "second_factor_needed")


def test_who_does_not_need_one_may_remove_it(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, has_second_factor=True)
    answer = enter(visitor, who).post(f"{SECOND_FACTOR}/removal", json={"password": PASSWORD})
    assert answer.status_code == 200
    assert stored(kept_engine, who).totp_secret is None


def test_removing_it_takes_the_password(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, has_second_factor=True)
    answer = enter(visitor, who).post(f"{SECOND_FACTOR}/removal", json={"password": "wrong"})
    assert answer.json()["code"] == "wrong_password"
    assert stored(kept_engine, who).totp_secret == who.secret


def test_a_new_one_takes_the_password(kept_engine: Engine, visitor: TestClient) -> None:
    own = enter(visitor, person(kept_engine))
    assert own.post(SECOND_FACTOR, json={}).json()["code"] == "wrong_password"


def test_the_old_one_counts_until_the_new_one_is_confirmed(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, has_second_factor=True)
    enter(visitor, who).post(SECOND_FACTOR, json={"password": PASSWORD})
    assert sign_in(another(visitor), who)["stage"] == "complete"


def test_a_new_one_takes_the_place_of_the_old(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, has_second_factor=True)
    secret = enter(visitor, who).post(SECOND_FACTOR, json={"password": PASSWORD}).json()["secret"]
    visitor.put(SECOND_FACTOR, json={"code": replace(who, secret=secret).code()})
    elsewhere = another(visitor)
    enter_password(elsewhere, who.username)
    change(kept_engine, who, totp_last_step=None)
    assert enter_code(elsewhere, who.code()).status_code == 401


def test_a_new_one_ends_every_other_session(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    elsewhere = enter(another(visitor), who)
    secret = enter(visitor, who).post(SECOND_FACTOR, json={"password": PASSWORD}).json()["secret"]
    visitor.put(SECOND_FACTOR, json={"code": replace(who, secret=secret).code()})
    assert (stage(visitor), stage(elsewhere)) == ("complete", "anonymous")


def test_without_one_there_is_no_export(visitor: TestClient) -> None:
    answer = as_role(visitor, "bureau_analyst").get(ITEMS)
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")


def test_without_one_the_map_is_open_all_the_same(visitor: TestClient) -> None:
    assert as_role(visitor, "bureau_analyst").get(TILE).status_code == 200


def test_with_one_there_is_export(visitor: TestClient) -> None:
    assert as_role(visitor, "bureau_analyst", has_second_factor=True).get(ITEMS).status_code == 200


def test_with_one_who_may_not_export_still_may_not(visitor: TestClient) -> None:
    answer = as_role(visitor, "leader", has_second_factor=True).get(ITEMS)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_a_refused_code_is_in_the_trail(kept_engine: Engine, visitor: TestClient) -> None:
    who = at_the_code(kept_engine, visitor)
    enter_code(visitor, wrong(who.code()))
    enter_code(visitor, who.code())
    assert [event.result for event in events(kept_engine, who, "second_factor")] == ["refused", "ok"]
