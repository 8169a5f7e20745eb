"""Accounts as the system and the security administrator keep them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, func, text
from sqlalchemy.orm import Session

from tests import make
from tests.signed_in import (
    Person,
    another,
    as_role,
    browser_of,
    change,
    enter,
    enter_password,
    events,
    person,
    run,
    serial,
    sign_in,
    stage,
    stored,
)

ACCOUNTS = "/api/v1/accounts"
HOSTILE = ["' OR 1=1--", "'; DROP TABLE account;--", '"', "%", "_", "\\", "<img onerror=alert(1)>", "=1+1"]


@pytest.fixture
def system(visitor: TestClient) -> TestClient:
    """A browser in which a system administrator is signed in."""
    return as_role(visitor, "system_admin")


@pytest.fixture
def security(visitor: TestClient) -> TestClient:
    """A browser in which a security administrator is signed in."""
    return as_role(visitor, "security_admin")


def place(who: Person) -> str:
    return f"{ACCOUNTS}/{who.id}"


def patch(browser: TestClient, who: Person, seen: str | None = '"1"', **changes: Any) -> Response:
    return browser.patch(place(who), json=changes, headers={"If-Match": seen} if seen else {})


def grant(
    browser: TestClient, who: Person, role: str | None, codes: list[str] | None = None, seen: str = '"1"'
) -> Response:
    body = {"role": role, "codes": codes or []}
    return browser.put(f"{place(who)}/grant", json=body, headers={"If-Match": seen})


def new(browser: TestClient, **facts: Any) -> Response:
    body = {"username": f"new-{next(serial)}", "name": "李四", **facts}
    return browser.post(ACCOUNTS, json=body)


# What each administration does, with a body that is in order.
DEEDS: dict[str, tuple[str, str, dict[str, Any] | None, str]] = {
    "list": ("GET", ACCOUNTS, None, "system_admin security_admin"),
    "read": ("GET", ACCOUNTS + "/{id}", None, "system_admin security_admin"),
    "create": ("POST", ACCOUNTS, {"username": "{new}", "name": "李四"}, "system_admin"),
    "change": ("PATCH", ACCOUNTS + "/{id}", {"unit": "湛河区应急管理局"}, "system_admin"),
    "reset": ("POST", ACCOUNTS + "/{id}/activation", None, "system_admin"),
    "sign out": ("DELETE", ACCOUNTS + "/{id}/sessions", None, "system_admin"),
    "grant": ("PUT", ACCOUNTS + "/{id}/grant", {"role": "leader", "codes": []}, "security_admin"),
    "unlock": ("DELETE", ACCOUNTS + "/{id}/lock", None, "security_admin"),
    "forget phone": ("DELETE", ACCOUNTS + "/{id}/second-factor", None, "security_admin"),
    "territories": ("GET", "/api/v1/territories", None, "system_admin security_admin"),
    "enterprises": ("GET", "/api/v1/territories/enterprises?q=x", None, "security_admin"),
    "list keys": ("GET", "/api/v1/api-keys", None, "security_admin"),
    "make key": (
        "POST",
        "/api/v1/api-keys",
        {"name": "市平台", "role": "city_platform", "codes": [], "expires_at": "{soon}"},
        "security_admin",
    ),
    "read trail": ("GET", "/api/v1/audit", None, "audit_admin"),
    "verify trail": ("GET", "/api/v1/audit/verification", None, "audit_admin"),
    "actions of trail": ("GET", "/api/v1/audit/actions", None, "audit_admin"),
}
ROLES = [
    "system_admin",
    "security_admin",
    "audit_admin",
    "bureau_admin",
    "leader",
    "enterprise",
    "duty_officer",
]


def do(browser: TestClient, deed: str, target: Person) -> Response:
    method, path, body, _ = DEEDS[deed]
    with browser.app.state.engine.connect() as connection:
        soon = str(connection.scalar(text("SELECT current_date + 30")))
    values = {"{new}": f"new-{next(serial)}", "{soon}": soon}
    sent = None if body is None else {name: values.get(str(value), value) for name, value in body.items()}
    return browser.request(method, path.format(id=target.id), json=sent, headers={"If-Match": '"1"'})


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_is_done_by_its_administration_and_by_no_other_role(
    kept_engine: Engine, visitor: TestClient, deed: str
) -> None:
    allowed = DEEDS[deed][3].split()
    done = [
        role
        for role in ROLES
        if do(as_role(visitor, role, has_second_factor=True), deed, person(kept_engine)).status_code < 300
    ]
    assert done == allowed


@pytest.mark.parametrize("deed", DEEDS)
def test_who_is_not_signed_in_administers_nothing(
    kept_engine: Engine, visitor: TestClient, deed: str
) -> None:
    assert do(visitor, deed, person(kept_engine)).status_code == 401


def test_a_refused_deed_changes_nothing_and_is_in_the_trail(kept_engine: Engine, visitor: TestClient) -> None:
    target, who = person(kept_engine), person(kept_engine, role="system_admin")
    answer = grant(enter(visitor, who), target, "bureau_admin")
    assert (answer.json()["code"], stored(kept_engine, target).role) == ("not_permitted", "bureau_analyst")
    (event,) = events(kept_engine, who, "refusal")
    assert (event.result, event.detail["method"], event.detail["path"]) == (
        "refused",
        "PUT",
        f"{place(target)}/grant",
    )


def test_a_new_account_has_no_rights_and_no_password(system: TestClient) -> None:
    told = new(system).json()
    assert (told["account"]["role"], told["account"]["state"]) == (None, "pending")
    assert told["link"]["path"].startswith("/activate#")


def test_rights_cannot_be_slipped_into_a_new_account(system: TestClient) -> None:
    answer = new(system, role="bureau_admin")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/role")


def test_a_user_name_is_had_once(kept_engine: Engine, system: TestClient) -> None:
    answer = new(system, username=person(kept_engine).username.upper())
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")


@pytest.mark.parametrize("username", ["a", "-x", "a b", "张三", "a" * 65, "a\x00b", *HOSTILE])
def test_a_user_name_that_could_be_mistaken_is_refused(system: TestClient, username: str) -> None:
    answer = new(system, username=username)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/username")


@pytest.mark.parametrize("name", ["", " ", "a" * 101, "a\x00b", "a\nb", "a\u202eb"])
def test_a_name_that_no_list_can_show_is_refused(system: TestClient, name: str) -> None:
    assert new(system, name=name).status_code == 422


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_whatever_it_says(system: TestClient, name: str) -> None:
    assert new(system, name=name).json()["account"]["name"] == name


def test_a_change_makes_a_new_version(kept_engine: Engine, system: TestClient) -> None:
    answer = patch(system, person(kept_engine), name="王五")
    assert (answer.json()["name"], answer.json()["version"], answer.headers["etag"]) == ("王五", 2, '"2"')


def test_what_is_not_named_stays(kept_engine: Engine, system: TestClient) -> None:
    who = person(kept_engine, unit="湛河区应急管理局")
    assert patch(system, who, '"2"', name="王五").json()["unit"] == "湛河区应急管理局"


def test_what_may_be_empty_can_be_emptied(kept_engine: Engine, system: TestClient) -> None:
    who = person(kept_engine, unit="湛河区应急管理局")
    assert patch(system, who, '"2"', unit=None).json()["unit"] is None


@pytest.mark.parametrize("facts", [{"role": "leader"}, {"username": "x"}, {"version": 9}, {"password": "x"}])
def test_a_system_administrator_changes_no_more_than_is_theirs(
    kept_engine: Engine, system: TestClient, facts: dict[str, Any]
) -> None:
    answer = patch(system, person(kept_engine), **facts)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{next(iter(facts))}")


def test_a_change_says_which_version_it_is_of(kept_engine: Engine, system: TestClient) -> None:
    answer = patch(system, person(kept_engine), None, name="王五")
    assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")


@pytest.mark.parametrize("seen", ["1", "*", '"x"', '""', '"1", "2"', '"-1"'])
def test_a_version_that_cannot_be_read_is_refused(kept_engine: Engine, system: TestClient, seen: str) -> None:
    answer = patch(system, person(kept_engine), seen, name="王五")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")


def test_a_change_of_a_stale_version_is_refused_with_the_present_state(
    kept_engine: Engine, system: TestClient
) -> None:
    who = person(kept_engine)
    patch(system, who, name="王五")
    answer = patch(system, who, name="赵六")
    assert (answer.status_code, answer.json()["code"]) == (412, "changed_meanwhile")
    assert (answer.json()["current"]["name"], answer.json()["current"]["version"]) == ("王五", 2)


def test_of_two_changes_at_once_one_is_done(kept_engine: Engine, system: TestClient) -> None:
    who = person(kept_engine)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda name: patch(system, who, name=name).status_code, "甲乙丙丁"))
    assert sorted(answers) == [200, 412, 412, 412]


def test_signing_in_makes_no_version(kept_engine: Engine, visitor: TestClient) -> None:
    who = person(kept_engine)
    sign_in(visitor, who)
    assert stored(kept_engine, who).version == 1


def test_a_disabled_account_is_signed_out_everywhere(
    kept_engine: Engine, visitor: TestClient, system: TestClient
) -> None:
    who = person(kept_engine)
    enter(visitor, who)
    assert patch(system, who, is_active=False).json()["state"] == "disabled"
    assert stage(visitor) == "anonymous"


def test_an_account_that_is_enabled_again_has_to_sign_in_again(
    kept_engine: Engine, visitor: TestClient, system: TestClient
) -> None:
    who = person(kept_engine)
    enter(visitor, who)
    patch(system, who, is_active=False)
    patch(system, who, '"2"', is_active=True)
    assert stage(visitor) == "anonymous"
    assert enter_password(visitor, who.username).status_code == 200


def test_an_administrator_signs_somebody_out_everywhere(
    kept_engine: Engine, visitor: TestClient, system: TestClient
) -> None:
    who = person(kept_engine)
    enter(visitor, who)
    assert system.delete(f"{place(who)}/sessions").status_code == 204
    assert stage(visitor) == "anonymous"


def test_an_unlocked_account_may_sign_in(
    kept_engine: Engine, visitor: TestClient, security: TestClient
) -> None:
    who = person(kept_engine, locked_until=func.now() + text("interval '1 hour'"))
    assert security.delete(f"{place(who)}/lock").status_code == 204
    assert enter_password(visitor, who.username).status_code == 200


def test_a_lost_phone_is_forgotten_and_its_sessions_end(
    kept_engine: Engine, visitor: TestClient, security: TestClient
) -> None:
    who = person(kept_engine, has_second_factor=True)
    enter(visitor, who)
    assert security.delete(f"{place(who)}/second-factor").status_code == 204
    assert (stage(visitor), stored(kept_engine, who).totp_secret) == ("anonymous", None)


OWN_DEEDS = [deed for deed in DEEDS if "{id}" in DEEDS[deed][1] and DEEDS[deed][0] != "GET"]


@pytest.mark.parametrize("deed", OWN_DEEDS)
def test_nobody_administers_their_own_account(kept_engine: Engine, visitor: TestClient, deed: str) -> None:
    who = person(kept_engine, role=DEEDS[deed][3])
    answer = do(enter(visitor, who), deed, who)
    assert (answer.status_code, answer.json()["code"]) == (409, "own_account")


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if "{id}" in DEEDS[deed][1]])
def test_an_account_that_is_not_there_is_not_found(visitor: TestClient, deed: str) -> None:
    role = DEEDS[deed][3].split()[0]
    assert do(as_role(visitor, role), deed, Person(uuid4(), "nobody", None)).status_code == 404


def test_a_grant_gives_role_and_scope(kept_engine: Engine, security: TestClient) -> None:
    told = grant(
        security, person(kept_engine, role=None), "sector_department", ["education", "health"]
    ).json()
    assert told["role"]["code"] == "sector_department"
    assert [code["code"] for code in told["scope"]["codes"]] == ["education", "health"]


def test_a_grant_without_a_role_takes_every_right_away(kept_engine: Engine, security: TestClient) -> None:
    told = grant(security, person(kept_engine), None).json()
    assert (told["role"], told["scope"]) == (None, {"kind": "nothing", "codes": []})


def test_a_grant_of_a_stale_version_is_refused(kept_engine: Engine, security: TestClient) -> None:
    who = person(kept_engine)
    grant(security, who, "leader")
    assert grant(security, who, "bureau_admin").status_code == 412


@pytest.mark.parametrize(
    "role", ["city_platform", "public_viewer", "demo_reader", "boss", "' OR 1=1--", "\x00"]
)
def test_an_account_gets_no_role_that_is_not_for_people(
    kept_engine: Engine, security: TestClient, role: str
) -> None:
    answer = grant(security, person(kept_engine), role)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/role")


@pytest.mark.parametrize(
    ("role", "code"),
    [("township", "410411999"), ("sector_department", "magic"), ("park_committee", "1"), ("enterprise", "x")]
    + [(role, code) for role in ("township", "sector_department", "enterprise") for code in HOSTILE],
)
def test_a_code_that_does_not_exist_is_refused_by_name(
    kept_engine: Engine, security: TestClient, role: str, code: str
) -> None:
    answer = grant(security, person(kept_engine), role, [code])
    assert (answer.status_code, answer.json()["code"]) == (422, "grant_unsuitable")
    assert code in answer.json()["errors"][0]["reason"]


def test_a_code_that_no_database_holds_is_refused(kept_engine: Engine, security: TestClient) -> None:
    answer = grant(security, person(kept_engine), "township", ["a\x00b"])
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/codes/0")


def test_a_district_is_no_township(kept_engine: Engine, security: TestClient) -> None:
    with Session(kept_engine) as session, session.begin():
        make.area(session, "410411", "湛河区", None)
    assert grant(security, person(kept_engine), "township", ["410411"]).status_code == 422


def test_a_role_without_a_scope_takes_no_codes(kept_engine: Engine, security: TestClient) -> None:
    answer = grant(security, person(kept_engine), "leader", ["education"])
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/codes")


def test_an_enterprise_is_granted_by_its_id(kept_engine: Engine, security: TestClient) -> None:
    with Session(kept_engine) as session, session.begin():
        site = str(make.enterprise(session, "企业甲").id)
    told = grant(security, person(kept_engine), "enterprise", [site]).json()
    assert told["scope"]["codes"] == [{"code": site, "name": "企业甲"}]


def test_more_codes_than_anybody_holds_are_refused(kept_engine: Engine, security: TestClient) -> None:
    codes = [f"{number:09}" for number in range(501)]
    assert grant(security, person(kept_engine), "township", codes).status_code == 422


@pytest.fixture
def office(own_engine: Engine) -> TestClient:
    """A security administrator in a database with four other accounts."""
    system = as_role(browser_of(own_engine), "security_admin")
    for username, facts in {
        "chen.yi": {"role": "leader"},
        "li.er": {"role": None, "is_active": False},
        "wang.san": {"role": "township", "password": None},
        "zhao.si": {"role": "leader", "valid_until": func.current_date() - 1},
    }.items():
        person(own_engine, username, **facts)
    return system


def listed(browser: TestClient, query: str) -> list[str]:
    answer = browser.get(f"{ACCOUNTS}?{query}")
    assert answer.status_code == 200, answer.text
    return [item["username"] for item in answer.json()["items"] if "." in item["username"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["chen.yi", "li.er", "wang.san", "zhao.si"]),
        ("q=WANG", ["wang.san"]),
        ("q=张三丰", ["chen.yi", "li.er", "wang.san", "zhao.si"]),
        ("role=leader", ["chen.yi", "zhao.si"]),
        ("role=none", ["li.er"]),
        ("role=boss", []),
        ("state=disabled", ["li.er"]),
        ("state=pending", ["wang.san"]),
        ("state=expired", ["zhao.si"]),
        ("state=active", ["chen.yi"]),
        ("role=leader&state=active", ["chen.yi"]),
        ("sort=-username", ["zhao.si", "wang.san", "li.er", "chen.yi"]),
        ("sort=role", ["chen.yi", "zhao.si", "wang.san", "li.er"]),
        ("sort=-last_sign_in_at", ["chen.yi", "li.er", "wang.san", "zhao.si"]),
        ("q=%25", []),
        ("q=_", []),
    ],
)
def test_the_list_is_filtered_and_sorted(office: TestClient, query: str, found: list[str]) -> None:
    assert listed(office, query) == found


def test_a_locked_account_is_listed_as_locked(own_engine: Engine, office: TestClient) -> None:
    person(own_engine, "qian.wu", locked_until=func.now() + text("interval '1 minute'"))
    assert listed(office, "state=locked") == ["qian.wu"]


def test_the_list_comes_in_pages(office: TestClient) -> None:
    first, last = (office.get(f"{ACCOUNTS}?limit=3&page={page}").json() for page in (1, 2))
    assert ([len(page["items"]) for page in (first, last)], first["total"]) == ([3, 2], 5)


@pytest.mark.parametrize("words", [*HOSTILE, "nul%00byte"])
def test_words_to_search_for_are_words_only(office: TestClient, words: str) -> None:
    assert office.get(ACCOUNTS, params={"q": words}).json()["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        "sort=password_hash",
        "sort=",
        "sort=name;--",
        "state=boss",
        "page=0",
        "limit=0",
        "limit=201",
        "page=x",
        "q=%00",
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(office: TestClient, query: str) -> None:
    answer = office.get(f"{ACCOUNTS}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")


def test_no_list_holds_a_secret(own_engine: Engine, office: TestClient) -> None:
    who = person(own_engine, has_second_factor=True)
    account = stored(own_engine, who)
    told = office.get(ACCOUNTS).text + office.get(place(who)).text
    assert not [each for each in (account.password_hash, account.totp_secret) if each in told]


def test_territories_tell_how_many_answer_for_each(own_engine: Engine) -> None:
    security = as_role(browser_of(own_engine), "security_admin")
    person(own_engine, role="sector_department", codes=["education"])
    change(own_engine, person(own_engine, role="sector_department", codes=["education"]), is_active=False)
    sectors = {
        sector["code"]: sector["accounts"] for sector in security.get("/api/v1/territories").json()["sectors"]
    }
    assert (sectors["education"], sectors["health"]) == (1, 0)


def test_who_grants_an_enterprise_is_told_its_name_only(own_engine: Engine) -> None:
    with Session(own_engine) as session, session.begin():
        make.enterprise(session, "企业甲", address="机密地址", grade=1)
    told = as_role(browser_of(own_engine), "security_admin").get("/api/v1/territories/enterprises?q=企业")
    assert [set(item) for item in told.json()["items"]] == [{"id", "name", "township"}]
    assert "机密" not in told.text


def test_the_table_of_roles_is_open_to_everybody_who_is_signed_in(visitor: TestClient) -> None:
    told = as_role(visitor, "leader").get("/api/v1/roles").json()
    assert {role["code"] for role in told["roles"]} >= {"system_admin", "security_admin", "audit_admin"}


@pytest.mark.parametrize("path", ["", "/activation", "/sessions", "/lock", "/second-factor", "/grant"])
def test_what_is_no_id_is_refused(visitor: TestClient, path: str) -> None:
    methods = {"": "GET", "/activation": "POST", "/grant": "PUT"}
    role = "security_admin" if path in ("/lock", "/second-factor", "/grant") else "system_admin"
    body = {"role": None} if path == "/grant" else None
    answer = as_role(visitor, role).request(
        methods.get(path, "DELETE"), f"{ACCOUNTS}/1;DROP{path}", json=body, headers={"If-Match": '"1"'}
    )
    assert answer.status_code in (400, 422)


def test_a_refusal_whose_address_holds_a_nul_is_in_the_trail(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine, role="leader")
    assert enter(visitor, who).get(f"{ACCOUNTS}/%00").status_code == 403
    (event,) = events(kept_engine, who, "refusal")
    assert event.detail["path"] == f"{ACCOUNTS}/\ufffd"


def test_an_administrator_sees_no_map(visitor: TestClient) -> None:
    answers = [
        as_role(visitor, role).get("/api/v1/counts").status_code
        for role in ("system_admin", "security_admin", "audit_admin")
    ]
    assert answers == [403] * 3


def test_a_half_signed_in_administrator_administers_nothing(kept_engine: Engine, visitor: TestClient) -> None:
    enter_password(visitor, person(kept_engine, role="system_admin").username)
    assert visitor.get(ACCOUNTS).status_code == 401


def test_an_administrator_s_session_without_its_second_factor_administers_nothing(
    kept_engine: Engine, visitor: TestClient
) -> None:
    who = person(kept_engine, role="system_admin")
    enter(another(visitor), who)
    enter(visitor, who)
    run(kept_engine, "UPDATE account_session SET second_factor_at = NULL WHERE account_id = :id", id=who.id)
    assert visitor.get(ACCOUNTS).status_code == 401
