"""What a password must be like, by either policy, and how one is changed."""

from itertools import pairwise

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, func, text
from sqlalchemy.orm import Session

from backend.accounts.passwords import POLICIES, faults
from tests import make
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
    sign_in,
    stage,
    stored,
    token_of,
)

DENGBAO, ASVS = POLICIES["dengbao"], POLICIES["asvs"]
DUE = {"password_changed_at": func.now() - text("interval '91 days'")}


def choose(browser: TestClient, new: str, current: str = PASSWORD) -> Response:
    return browser.put("/api/v1/account/password", json={"current": current, "new": new})


@pytest.fixture
def own(kept_engine: Engine, visitor: TestClient) -> TestClient:
    """A browser in which somebody is signed in."""
    return enter(visitor, person(kept_engine))


def test_eleven_characters_are_too_few() -> None:
    assert faults("Lantern-58a", DENGBAO, []) == ["至少 12 个字符"]


def test_twelve_characters_are_enough() -> None:
    assert faults("Lantern-58ab", DENGBAO, []) == []


@pytest.mark.parametrize("password", ["lantern-sparrow", "LANTERN58SPARROW", "lantern灯笼lantern"])
def test_dengbao_wants_three_of_four_classes(password: str) -> None:
    assert faults(password, DENGBAO, []) == ["大写字母、小写字母、数字、其他字符中至少要有 3 类"]


@pytest.mark.parametrize(
    "password", ["Lantern58Sparrow", "lantern-58-sparrow", "LANTERN-sparrow", "Lantern灯笼lantern"]
)
def test_dengbao_takes_any_three_of_four_classes(password: str) -> None:
    assert faults(password, DENGBAO, []) == []


def test_asvs_demands_no_composition() -> None:
    assert faults("correct horse battery", ASVS, []) == []


@pytest.mark.parametrize("policy", [DENGBAO, ASVS])
@pytest.mark.parametrize("password", ["Password1234", "1qaz2wsx3edc", "sonyericsson"])
def test_a_common_password_is_refused(policy: object, password: str) -> None:
    assert "是常见密码，容易被猜到" in faults(password, policy, [])


def test_a_common_password_in_full_width_letters_is_refused() -> None:
    assert "是常见密码，容易被猜到" in faults("ｓｏｎｙｅｒｉｃｓｓｏｎ", ASVS, [])


def test_what_is_counted_is_what_is_kept() -> None:
    decomposed = "e\N{COMBINING ACUTE ACCENT}" * 6
    assert "至少 12 个字符" in faults(decomposed, ASVS, [])


@pytest.mark.parametrize(
    "word", ["zhang.san", "张三", "湛河区应急管理局", "riskmap"], ids=["username", "name", "unit", "service"]
)
def test_a_word_that_belongs_to_the_account_is_refused(word: str) -> None:
    context = ["zhang.san", "张三", "湛河区应急管理局", "riskmap"]
    assert faults(f"Lantern-58-{word.upper()}", DENGBAO, context) == ["不能含用户名、姓名、单位或本区名称"]


def test_the_district_s_name_is_refused(own_engine: Engine) -> None:
    with Session(own_engine) as session, session.begin():
        make.area(session, "410411", "湛河区", None)
    own = enter(browser_of(own_engine), person(own_engine))
    assert choose(own, "Lantern-58-湛河区").json()["code"] == "password_unsuitable"


def test_a_user_name_of_two_letters_rules_nothing_out() -> None:
    assert faults("Lantern-58-sparrow", DENGBAO, ["la"]) == []


@pytest.mark.parametrize("length", [64, 100, 128])
def test_a_long_password_is_taken(length: int) -> None:
    assert faults(("Lantern-58-" * 12)[:length], DENGBAO, []) == []


def test_a_password_beyond_all_bounds_is_refused_with_the_reason(own: TestClient) -> None:
    answer = choose(own, "Lantern-58-" * 12)
    assert (answer.status_code, answer.json()["errors"][0]["reason"]) == (422, "最多 128 个字符")


def test_no_character_of_a_password_is_cut_off(kept_engine: Engine, visitor: TestClient) -> None:
    long = ("Lantern-58-" * 12)[:100]
    who = person(kept_engine)
    assert choose(enter(visitor, who), long + "a").status_code == 200
    assert enter_password(another(visitor), who.username, long + "b").status_code == 401
    assert enter_password(another(visitor), who.username, long + "a").status_code == 200


def test_spaces_of_a_password_count(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    choose(enter(visitor, who), "  Lantern  58  ")
    assert enter_password(another(visitor), who.username, "Lantern  58").status_code == 401
    assert enter_password(another(visitor), who.username, "  Lantern  58  ").status_code == 200


def test_either_way_of_composing_a_letter_is_the_same_password(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    choose(enter(visitor, who), "Caf\N{LATIN SMALL LETTER E WITH ACUTE}-58-sparrow")
    answer = enter_password(another(visitor), who.username, "Cafe\N{COMBINING ACUTE ACCENT}-58-sparrow")
    assert answer.status_code == 200


def test_a_bad_choice_is_told_with_every_rule_that_it_breaks(own: TestClient) -> None:
    answer = choose(own, "riskmap")
    assert (answer.status_code, answer.json()["code"]) == (422, "password_unsuitable")
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/new"}
    assert len(answer.json()["errors"]) == 4


def test_the_present_password_must_be_shown_to_change_it(own: TestClient) -> None:
    answer = choose(own, OTHER_PASSWORD, current="wrong")
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_password")


def test_a_changed_password_is_the_one_that_lets_in(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    assert choose(enter(visitor, who), OTHER_PASSWORD).status_code == 200
    assert enter_password(another(visitor), who.username).status_code == 401
    assert enter_password(another(visitor), who.username, OTHER_PASSWORD).status_code == 200


def test_a_new_password_brings_a_new_token_and_the_old_one_is_dead(own: TestClient) -> None:
    old = token_of(own)
    choose(own, OTHER_PASSWORD)
    assert stage(own) == "complete"
    answer = another(own).get("/api/v1/account", headers={"Cookie": f"__Host-riskmap={old}"})
    assert answer.status_code == 401


def test_a_new_password_ends_every_other_session(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    elsewhere = enter(another(visitor), who)
    choose(enter(visitor, who), OTHER_PASSWORD)
    assert stage(elsewhere) == "anonymous"


def test_guessing_the_present_password_ends_every_session(kept_engine: Engine, visitor: TestClient) -> None:
    own = enter(visitor, person(kept_engine))
    for guess in range(5):
        choose(own, OTHER_PASSWORD, current=f"guess {guess}")
    assert stage(own) == "anonymous"


def test_guessing_the_present_password_locks_the_account(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    own = enter(visitor, who)
    for guess in range(5):
        choose(own, OTHER_PASSWORD, current=f"guess {guess}")
    assert stored(kept_engine, who).locked_until is not None


def test_the_last_five_passwords_are_not_taken_again(own: TestClient) -> None:
    passwords = [PASSWORD, *(f"Lantern-{number}-sparrow" for number in range(10, 14))]
    for current, new in pairwise(passwords):
        assert choose(own, new, current).status_code == 200
    for old in passwords:
        assert choose(own, old, passwords[-1]).json()["code"] == "password_unsuitable"


def test_the_sixth_last_password_is_taken_again(own: TestClient) -> None:
    passwords = [PASSWORD, *(f"Lantern-{number}-sparrow" for number in range(10, 15)), PASSWORD]
    answers = [choose(own, new, old).status_code for old, new in pairwise(passwords)]
    assert answers == [200] * 6


def test_asvs_keeps_no_history(kept_engine: Engine) -> None:
    own = enter(browser_of(kept_engine, password_policy="asvs"), person(kept_engine))
    choose(own, OTHER_PASSWORD)
    assert choose(own, PASSWORD, OTHER_PASSWORD).status_code == 200


def test_the_history_outlives_a_reset(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    answer = visitor.put(
        "/api/v1/activation", json={"token": link_token(kept_engine, "activation", who), "password": PASSWORD}
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/password")


def test_a_password_is_too_old_after_ninety_days(kept_engine: Engine, visitor: TestClient) -> None:
    assert sign_in(visitor, person(kept_engine, **DUE))["stage"] == "new_password"


def test_a_password_is_good_for_eighty_nine_days(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine, password_changed_at=func.now() - text("interval '89 days'"))
    assert sign_in(visitor, who)["stage"] == "complete"


def test_asvs_lets_a_password_grow_old(kept_engine: Engine) -> None:
    browser = browser_of(kept_engine, password_policy="asvs")
    assert sign_in(browser, person(kept_engine, **DUE))["stage"] == "complete"


def test_a_password_grows_old_within_a_session(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    enter(visitor, who)
    change(kept_engine, who, **DUE)
    assert visitor.get(TILE).status_code == 401


@pytest.mark.parametrize("path", [TILE, "/api/v1/counts", "/ogc/collections", "/api/v1/account/sessions"])
def test_until_a_new_password_is_chosen_nothing_else_is_reached(
    kept_engine: Engine, visitor: TestClient, path: str
) -> None:
    sign_in(visitor, person(kept_engine, role="bureau_analyst", **DUE))
    assert visitor.get(path).status_code == 401


@pytest.mark.parametrize(
    ("role", "path"),
    [("system_admin", "accounts"), ("security_admin", "api-keys"), ("audit_admin", "audit")],
)
def test_until_a_new_password_is_chosen_nothing_is_administered(
    kept_engine: Engine, visitor: TestClient, role: str, path: str
) -> None:
    assert as_role(visitor, role, **DUE).get(f"/api/v1/{path}").status_code == 401


def test_a_new_password_opens_what_was_closed(kept_engine: Engine, visitor: TestClient) -> None:
    sign_in(visitor, person(kept_engine, **DUE))
    assert choose(visitor, OTHER_PASSWORD).json()["stage"] == "complete"


def test_the_old_password_is_not_taken_for_a_new_one(kept_engine: Engine, visitor: TestClient) -> None:
    sign_in(visitor, person(kept_engine, **DUE))
    assert choose(visitor, PASSWORD).status_code == 422
    assert stage(visitor) == "new_password"


@pytest.mark.parametrize("policy", ["dengbao", "asvs"])
def test_the_policy_is_told_before_a_password_is_chosen(kept_engine: Engine, policy: str) -> None:
    told = browser_of(kept_engine, password_policy=policy).get("/api/v1/password-policy").json()
    wanted = POLICIES[policy]
    assert (told["minimum_length"], told["classes"], told["max_age_days"], told["history"]) == (
        wanted.minimum_length,
        wanted.classes,
        wanted.max_age_days,
        wanted.history,
    )


def test_a_changed_password_is_in_the_trail_without_the_password(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine)
    choose(enter(visitor, who), OTHER_PASSWORD)
    (event,) = events(kept_engine, who, "change_password")
    assert (event.result, event.subject_id, event.detail) == ("ok", str(who.id), {"ended_sessions": 0})
