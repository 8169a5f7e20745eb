"""What attackers have tried on the accounts, and what stands in their way now."""

import time

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from backend.accounts.models import AccountSession, ApiKey
from backend.accounts.passwords import is_guessed_soon
from tests.backend.accounts.test_keys import bearer, made
from tests.signed_in import another, as_role, enter_code, enter_password, person


def test_sessions_opened_before_the_lock_take_no_more_codes(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, has_second_factor=True)
    waiting = [another(visitor) for _ in range(3)]
    for browser in waiting:
        assert enter_password(browser, who.username).status_code == 200
    for _ in range(5):
        enter_code(waiting[0], "000000")
    assert [enter_code(browser, who.code()).status_code for browser in waiting] == [401, 401, 401]


def test_who_is_signed_in_is_not_put_out_by_somebody_s_wrong_passwords(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    browser = another(visitor)
    enter_password(browser, who.username)
    for _ in range(5):
        enter_password(another(visitor), who.username, "wrong")
    assert browser.get("/api/v1/account").status_code == 200


def test_a_session_that_waits_for_a_code_lives_ten_minutes(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, has_second_factor=True)
    enter_password(visitor, who.username)
    with Session(kept_engine) as session:
        (row,) = session.query(AccountSession).filter_by(account_id=who.id)
        assert (row.expires_at - row.created_at).total_seconds() == 600
    enter_code(visitor, who.code())
    with Session(kept_engine) as session:
        (row,) = session.query(AccountSession).filter_by(account_id=who.id)
        assert (row.expires_at - row.created_at).total_seconds() == 12 * 3600


def test_an_account_has_no_more_sessions_than_a_person_has_browsers(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    for _ in range(9):
        enter_password(another(visitor), who.username)
    with Session(kept_engine) as session, session.begin():
        (first, *_) = session.query(AccountSession).filter_by(account_id=who.id).all()
        facts = {"account_id": who.id, "method": "password", "expires_at": first.expires_at}
        session.add_all(AccountSession(token_hash=bytes([number]) * 32, **facts) for number in range(30))
    enter_password(another(visitor), who.username)
    with Session(kept_engine) as session:
        assert session.query(AccountSession).filter_by(account_id=who.id).count() == 20


@pytest.mark.parametrize("password", ["4@({[<691!|$5+72" * 8, "4@8({[<369!1|07$5+%2" * 6])
def test_a_password_that_is_costly_to_weigh_is_weighed_in_part(password: str) -> None:
    begun = time.process_time()
    is_guessed_soon(password, [])
    # The whole text takes five seconds and more; generous, for it must hold on a slow machine too.
    assert time.process_time() - begun < 2


def test_unknown_keys_keep_nobody_else_out(kept_engine: Engine, visitor: TestClient) -> None:
    secret = made(as_role(visitor, "security_admin"), "city_platform")["secret"]
    unknown = {
        visitor.get("/api/v1/counts", headers=bearer(f"rmk_{number}")).status_code for number in range(70)
    }
    assert unknown == {401, 429}
    assert visitor.get("/api/v1/counts", headers=bearer(secret)).status_code == 200
    assert enter_password(another(visitor), person(kept_engine).username).status_code == 200


def test_a_key_of_a_demonstration_opens_nothing_in_real_use(kept_engine: Engine, visitor: TestClient) -> None:
    key = made(as_role(visitor, "security_admin"), "city_platform")
    assert visitor.get("/api/v1/counts", headers=bearer(key["secret"])).status_code == 200
    with Session(kept_engine) as session, session.begin():
        session.execute(update(ApiKey).where(ApiKey.id == key["key"]["id"]).values(is_demo=True))
    assert visitor.get("/api/v1/counts", headers=bearer(key["secret"])).status_code == 401


def test_refusals_of_one_person_are_bounded(visitor: TestClient) -> None:
    leader = as_role(visitor, "leader")
    answers = [leader.get("/api/v1/audit").status_code for _ in range(62)]
    assert set(answers[:60]) == {403}
    assert answers[-1] == 429


@pytest.mark.parametrize("name", ["setup", "anonymous", "Public", "operator"])
def test_nobody_is_called_what_the_trail_calls_itself(visitor: TestClient, name: str) -> None:
    answer = as_role(visitor, "system_admin").post(
        "/api/v1/accounts", json={"username": name, "name": "张三"}
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/username")
