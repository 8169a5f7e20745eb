"""Accounts in the browser: signing in step by step, one's own account, and the three administrations."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from backend.accounts.administrators import setup_link
from backend.app import create_app
from backend.demo import loader
from backend.demo.accounts import role_links
from backend.operating.cluster import Cluster
from backend.settings import Settings
from tests import databases, servers
from tests.browser.looking import Watch, drawn, rest
from tests.browser.offices import Office, opened, type_password
from tests.signed_in import PASSWORD

TOWNSHIP = "410411001"
CHINESE = re.compile(r"[㐀-鿿]")
NEW_PASSWORD = "Beidu-Sparrow-2026"


@pytest.fixture(scope="module")
def office(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Serve the small demonstration to those only who sign in."""
    with databases.own_database(cluster) as engine:
        loader.load(engine, scale="small", progress=lambda sentence: None)
        with opened(engine, tmp_path_factory.mktemp("data")) as office:
            yield office


@pytest.fixture
def page(browser: Browser, browser_context_args: dict[str, Any], office: Office) -> Iterator[Page]:
    """Open its pages instead of the demonstration's."""
    context = browser.new_context(**{**browser_context_args, "base_url": office.address})
    yield context.new_page()
    context.close()


@pytest.fixture
def setup_page(own_engine: Engine, tmp_path: Path) -> Iterator[str]:
    """Serve a database without accounts, and give the address of its set-up link."""
    with servers.served(create_app(Settings(data_dir=tmp_path), own_engine)) as address:
        with Session(own_engine) as session, session.begin():
            link = setup_link(session)
        assert link
        yield address + link.path


@pytest.fixture
def demonstration(office: Office, tmp_path: Path) -> Iterator[str]:
    """Serve the same database as a demonstration."""
    app = create_app(Settings(data_dir=tmp_path), office.engine, is_demo=True)
    with servers.served(app) as address:
        yield address


def deed(page: Page, username: str, words: str) -> Locator:
    """Open the menu of an account in the table, press a line of it, and give the dialog that opens."""
    page.get_by_role("searchbox").fill(username)
    line = page.locator("tbody tr").filter(has=page.get_by_text(username, exact=True))
    expect(page.locator("tbody tr")).to_have_count(1)
    line.locator(".row-menu summary").click()
    line.get_by_role("button", name=words, exact=True).click()
    return page.get_by_role("dialog")


def change_elsewhere(page: Page, account: str, **facts: str) -> None:
    """Change an account as an administrator in another window does."""
    path = f"/api/v1/accounts/{account}"
    version = page.request.get(path).headers["etag"]
    changed = page.request.patch(path, data=facts, headers={"X-CSRF": "1", "If-Match": version})
    assert changed.ok, changed.text()


def test_the_map_asks_who_is_there_and_comes_back_to_the_same_view(page: Page, office: Office) -> None:
    office.add("map-reader", role="leader")
    page.goto("/#map=14.00/33.70000/113.30000&grades=1,2")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    expect(page.get_by_label("用户名")).to_be_focused()
    type_password(page, "map-reader")
    rest(page)
    assert "map=14.00/33.70000/113.30000&grades=1,2" in page.url
    expect(page.locator(".user-menu summary")).to_contain_text("李四")


def test_a_wrong_password_is_told_and_the_field_is_ready_for_the_next_try(page: Page, office: Office) -> None:
    office.add("mistyper", role="leader")
    page.goto("/sign-in")
    type_password(page, "mistyper", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
    expect(page.get_by_label("密码", exact=True)).to_be_focused()
    expect(page.get_by_label("用户名")).to_have_value("mistyper")


def test_empty_fields_are_named_and_the_first_gets_the_focus(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_label("用户名")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("用户名")).to_be_focused()


@pytest.mark.parametrize("is_shown", [False, True])
def test_spaces_around_a_password_are_part_of_it(page: Page, is_shown: bool) -> None:
    page.goto("/sign-in")
    page.get_by_label("用户名").fill(" spacious ")
    page.get_by_label("密码", exact=True).fill(" two spaces ")
    if is_shown:
        page.get_by_role("button", name="显示").click()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="登录").click()
    assert sent.value.post_data_json == {"username": "spacious", "password": " two spaces "}


def test_a_role_that_needs_a_second_factor_sets_it_up_while_signing_in(page: Page, office: Office) -> None:
    office.add("editor", role="bureau_admin")
    watch = Watch(page, office.address)
    page.goto("/sign-in")
    type_password(page, "editor")
    expect(page.get_by_role("img", name="验证码应用的二维码")).to_be_visible()
    secret = page.locator(".enrolment-secret").inner_text().replace(" ", "").replace("\n", "")
    page.get_by_label("验证码").fill("12345")
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_label("验证码")).to_be_focused()
    page.get_by_label("验证码").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="启用").click()
    rest(page)
    assert drawn(page, "enterprise-symbol")
    assert watch.complaints == []
    assert watch.strangers == []


def test_a_password_and_a_code_sign_in_without_a_mouse(page: Page, office: Office) -> None:
    page.goto("/sign-in")
    expect(page.get_by_label("用户名")).to_be_focused()
    page.keyboard.type("xitong")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("验证码")).to_be_focused()
    page.keyboard.type(office.code("xitong"))
    page.keyboard.press("Enter")
    # Who administers accounts sees no map.
    expect(page).to_have_url(re.compile("/admin"))
    expect(page.get_by_role("link", name="账号", exact=True)).to_have_attribute("aria-current", "page")


def test_too_many_attempts_are_counted_down_until_the_next_is_allowed(page: Page) -> None:
    refusal = {"code": "too_many_attempts", "detail": "尝试次数太多。", "errors": []}
    page.route(
        "**/api/v1/session",
        lambda route: (
            route.fulfill(
                status=429,
                json=refusal,
                headers={"Retry-After": "3", "Content-Type": "application/problem+json"},
            )
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    page.goto("/sign-in")
    type_password(page, "anybody")
    expect(page.get_by_role("alert")).to_contain_text("秒后再试")
    expect(page.get_by_role("button", name="登录")).to_be_disabled()
    expect(page.get_by_role("button", name="登录")).to_be_enabled()
    expect(page.get_by_role("alert")).to_be_empty()


def test_a_demonstration_is_open_and_its_links_sign_in_by_themselves(
    page: Page, office: Office, demonstration: str
) -> None:
    page.goto(demonstration)
    rest(page)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    path = next(link.path for link in role_links(office.engine) if link.role.code == "township")
    page.goto("about:blank")
    page.goto(demonstration + path)
    rest(page)
    assert "link=" not in page.url
    expect(page.locator(".user-menu summary")).to_contain_text("街道/乡镇")
    seen = {
        page.request.get(f"{demonstration}/api/v1/enterprises/{feature['number']}").json()["township"]["code"]
        for feature in drawn(page, "enterprise-symbol")
    }
    assert len(seen) == 1


def test_the_interface_is_described_to_who_may_use_it(page: Page, office: Office) -> None:
    page.goto("/docs")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2Fdocs"))
    office.add("developer", role="leader")
    type_password(page, "developer")
    expect(page.locator("#documentation")).to_contain_text("/api/v1/vocabulary")


def test_an_address_elsewhere_is_not_gone_to(page: Page, office: Office) -> None:
    office.add("careful", role="leader")
    page.goto("/sign-in?next=//evil.example/map")
    type_password(page, "careful")
    rest(page)
    assert page.url.startswith(f"{office.address}/#map=")


def test_a_session_that_ends_leads_to_the_sign_in_page_and_back(page: Page, office: Office) -> None:
    office.add("leaver", role="leader")
    page.goto("/sign-in")
    type_password(page, "leaver")
    rest(page)
    page.context.clear_cookies()
    page.keyboard.press("-")
    expect(page).to_have_url(re.compile(r"/sign-in\?expired&next=.*map%3D"))
    expect(page.get_by_role("status")).to_contain_text("登录已过期")


def test_an_invited_person_chooses_a_password_by_the_rules(page: Page, office: Office) -> None:
    path = office.invite("newcomer")
    page.goto(path)
    expect(page.locator("main")).to_contain_text("newcomer")
    page.get_by_label("新密码").fill("short")
    expect(page.locator(".password-rules .is-met")).to_have_count(1)
    page.get_by_role("button", name="保存密码").click()
    expect(page.get_by_label("新密码")).to_be_focused()
    page.get_by_label("新密码").fill(NEW_PASSWORD)
    expect(page.locator(".password-rules .is-met")).to_have_count(3)
    page.get_by_label("再输一遍").fill(NEW_PASSWORD)
    page.get_by_role("button", name="保存密码").click()
    page.get_by_role("link", name="去登录").click()
    type_password(page, "newcomer", NEW_PASSWORD)
    # Nobody has granted anything yet.
    expect(page).to_have_url(re.compile("/account"))
    expect(page.locator("main")).to_contain_text("未授权")
    page.goto("about:blank")
    page.goto(path)
    expect(page.get_by_role("alert")).to_contain_text("链接无效")


def test_ones_own_account_tells_who_one_is_and_ends_other_sessions(page: Page, office: Office) -> None:
    office.sign_in(page, "shenji")
    office.sign_in(page, "shenji")
    page.goto("/account")
    expect(page.locator(".facts-line")).to_contain_text("审计管理员")
    sessions = page.locator("riskmap-my-sessions tbody tr")
    expect(sessions.filter(has_text="本机")).to_have_count(1)
    page.get_by_role("button", name="结束其他所有登录").click()
    page.get_by_role("dialog").get_by_role("button", name="结束其他所有登录").click()
    expect(sessions).to_have_count(1)


def test_a_password_is_changed_on_ones_own_page(page: Page, office: Office) -> None:
    office.add("changer", role="leader")
    page.goto("/sign-in?next=/account")
    type_password(page, "changer")
    page.get_by_role("button", name="修改密码").click()
    page.get_by_label("当前密码").fill("not this one")
    page.get_by_label("新密码").fill(NEW_PASSWORD)
    page.get_by_label("再输一遍").fill(NEW_PASSWORD)
    page.get_by_role("button", name="保存新密码").click()
    expect(page.get_by_label("当前密码")).to_be_focused()
    expect(page.locator(".field-fault").first).to_contain_text("当前密码不对")
    page.get_by_label("当前密码").fill(PASSWORD)
    page.get_by_role("button", name="保存新密码").click()
    expect(page.locator(".said").first).to_contain_text("密码已修改")


def test_a_second_factor_is_turned_on_and_off_again(page: Page, office: Office) -> None:
    office.add("cautious", role="leader")
    page.goto("/sign-in?next=/account")
    type_password(page, "cautious")
    page.get_by_role("button", name="启用二次验证").click()
    page.get_by_label("当前密码").fill(PASSWORD)
    page.get_by_role("button", name="下一步").click()
    secret = page.locator(".enrolment-secret").inner_text().replace(" ", "").replace("\n", "")
    page.get_by_label("验证码").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="启用").click()
    expect(page.locator("riskmap-my-second-factor")).to_contain_text("已启用")
    page.get_by_role("button", name="关闭二次验证").click()
    page.get_by_label("当前密码").fill(PASSWORD)
    page.get_by_role("button", name="关闭二次验证").click()
    expect(page.locator("riskmap-my-second-factor")).to_contain_text("未启用")


def test_three_hands_bring_a_new_person_to_their_own_township(page: Page, office: Office) -> None:
    office.sign_in(page, "xitong")
    page.goto("/admin")
    page.get_by_role("button", name="新建账号").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("姓名")).to_be_focused()
    dialog.get_by_label("姓名").fill("赵乡镇")
    dialog.get_by_label("用户名").fill("mazhuang")
    dialog.get_by_role("button", name="建立").click()
    link = dialog.get_by_role("textbox", name="一次性链接").input_value()
    dialog.get_by_role("button", name="已复制").click()
    expect(page.locator("tbody")).to_contain_text("赵乡镇")

    office.sign_in(page, "anquan")
    page.goto("/admin")
    dialog = deed(page, "mazhuang", "授予角色和范围")
    dialog.get_by_label("角色").select_option("township")
    dialog.get_by_role("button", name="授予").click()
    expect(dialog).to_contain_text("请至少选一个")
    dialog.get_by_role("searchbox").fill(TOWNSHIP)
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="授予").click()
    expect(page.locator("tbody")).to_contain_text("街道乡镇：")

    page.context.clear_cookies()
    page.goto(link)
    page.get_by_label("新密码").fill(NEW_PASSWORD)
    page.get_by_label("再输一遍").fill(NEW_PASSWORD)
    page.get_by_role("button", name="保存密码").click()
    page.get_by_role("link", name="去登录").click()
    type_password(page, "mazhuang", NEW_PASSWORD)
    rest(page)
    seen = {township_of(page, feature["number"]) for feature in drawn(page, "enterprise-symbol")}
    assert seen == {TOWNSHIP}


def test_the_enterprises_of_an_expert_are_found_by_name(page: Page, office: Office) -> None:
    account = office.add("expert-one", name="钱专家")
    office.sign_in(page, "anquan")
    page.goto("/admin")
    dialog = deed(page, "expert-one", "授予角色和范围")
    dialog.get_by_label("角色").select_option("expert")
    dialog.get_by_role("button", name="授予").click()
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    dialog.get_by_role("searchbox").fill("演示")
    boxes = dialog.get_by_role("checkbox")
    expect(boxes).to_have_count(20)
    boxes.nth(0).check()
    boxes.nth(1).check()
    expect(dialog.locator(".chips li")).to_have_count(2)
    dialog.locator(".chips button").first.click()
    expect(boxes.nth(0)).not_to_be_checked()
    dialog.get_by_role("button", name="授予").click()
    expect(page.locator("tbody")).to_contain_text("企业：")
    scope = page.request.get(f"/api/v1/accounts/{account}").json()["scope"]
    assert (scope["kind"], len(scope["codes"])) == ("enterprises", 1)


def township_of(page: Page, number: int) -> str:
    """Whose an enterprise is, as the person who is signed in may know."""
    facts: dict[str, Any] = page.request.get(f"/api/v1/enterprises/{number}").json()
    return str(facts["township"]["code"])


def test_of_two_administrators_the_slower_sees_both_and_loses_nothing(page: Page, office: Office) -> None:
    account = office.add("contested", name="孙争议")
    office.sign_in(page, "xitong")
    page.goto("/admin")
    dialog = deed(page, "contested", "修改资料")
    dialog.get_by_label("单位").fill("我填的单位")
    change_elsewhere(page, account, unit="别人填的单位", valid_until="2030-01-31")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_role("alert").first).to_contain_text("别人修改了这个账号")
    expect(dialog).to_contain_text("别人填的单位")
    expect(dialog.get_by_label("单位")).to_have_value("我填的单位")
    dialog.locator(".presently").nth(1).get_by_role("button", name="采用现在的").click()
    expect(dialog.get_by_label("有效期至")).to_have_value("2030-01-31")
    dialog.get_by_role("button", name="仍按我填写的保存").click()
    expect(dialog).to_be_hidden()
    saved = page.request.get(f"/api/v1/accounts/{account}").json()
    assert (saved["unit"], saved["valid_until"]) == ("我填的单位", "2030-01-31")


def test_disabling_names_whom_it_is_about_and_can_be_taken_back(page: Page, office: Office) -> None:
    office.add("unlucky", name="吴停用")
    office.sign_in(page, "xitong")
    page.goto("/admin")
    dialog = deed(page, "unlucky", "停用账号")
    expect(dialog.get_by_role("heading")).to_contain_text("吴停用")
    dialog.get_by_role("button", name="停用账号").click()
    expect(page.locator("tbody")).to_contain_text("已停用")
    deed(page, "unlucky", "启用账号").get_by_role("button", name="启用账号").click()
    expect(page.locator("tbody .tag")).to_have_text("正常")


def test_a_key_is_shown_once_and_revoked(page: Page, office: Office) -> None:
    office.sign_in(page, "anquan")
    page.goto("/admin#keys")
    page.get_by_role("button", name="新建密钥").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("用途").fill("市平台")
    dialog.get_by_label("角色").select_option("city_platform")
    dialog.get_by_role("button", name="建立").click()
    secret = dialog.get_by_role("textbox", name="密钥").input_value()
    assert page.request.get("/api/v1/counts", headers={"Authorization": f"Bearer {secret}"}).status == 200
    dialog.get_by_role("button", name="已复制").click()
    page.get_by_role("button", name="吊销: 市平台").click()
    page.get_by_role("dialog").get_by_role("button", name="吊销").click()
    line = page.locator("tbody tr").filter(has_text="市平台")
    expect(line.locator(".tag")).to_have_text("已吊销")


def test_a_key_for_one_township_opens_its_rows_only(page: Page, office: Office) -> None:
    office.sign_in(page, "anquan")
    page.goto("/admin#keys")
    page.get_by_role("button", name="新建密钥").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("用途").fill("乡镇平台")
    dialog.get_by_label("角色").select_option("township")
    dialog.get_by_role("button", name="建立").click()
    expect(dialog).to_contain_text("请至少选一个")
    dialog.get_by_role("searchbox").fill(TOWNSHIP)
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="建立").click()
    bearer = {"Authorization": f"Bearer {dialog.get_by_role('textbox', name='密钥').input_value()}"}
    dialog.get_by_role("button", name="已复制").click()
    expect(page.locator("tbody tr").filter(has_text="乡镇平台")).to_contain_text("街道乡镇：")

    answer = page.request.get("/ogc/collections/enterprises/items?limit=1000", headers=bearer)
    assert answer.status == 200, answer.text()
    with office.engine.connect() as connection:
        own = connection.scalars(
            text("SELECT id FROM enterprise WHERE township_code = :code"), {"code": TOWNSHIP}
        )
        expected = {str(each) for each in own}
    assert expected
    assert {feature["id"] for feature in answer.json()["features"]} == expected


def test_the_audit_trail_shows_what_a_change_did_and_that_it_is_whole(page: Page, office: Office) -> None:
    account = office.add("audited", name="周被改")
    office.sign_in(page, "xitong")
    change_elsewhere(page, account, unit="新单位")
    office.sign_in(page, "shenji")
    page.goto("/admin")
    expect(page.locator(".chain-state")).to_contain_text("审计链完整")
    page.get_by_label("操作", exact=True).select_option("change_account")
    page.get_by_role("searchbox").fill("audited")
    expect(page.locator(".audit-table tbody tr")).to_have_count(1)
    page.locator(".unfold button").click()
    line = page.locator(".difference tbody tr")
    expect(line).to_contain_text("单位")
    expect(line.locator("ins")).to_have_text("新单位")
    page.get_by_role("searchbox").fill("nobody by that name")
    expect(page.locator(".nothing")).to_contain_text("没有符合条件")


def test_each_administrator_gets_their_own_tabs_only(page: Page, office: Office) -> None:
    expected = {
        "xitong": ["账号", "辖区与分工", "角色与权限"],
        "anquan": ["账号", "辖区与分工", "接口密钥", "角色与权限"],
        "shenji": ["审计", "角色与权限"],
    }
    for username, tabs in expected.items():
        office.sign_in(page, username)
        page.goto("/admin")
        expect(page.locator(".tab-bar a")).to_have_text(tabs)


def test_territories_without_an_account_are_marked(page: Page, office: Office) -> None:
    office.add("one-township", role="township", codes=[TOWNSHIP])
    office.sign_in(page, "anquan")
    page.goto("/admin#territories")
    townships = page.locator(".three-columns section").first.locator("tbody tr")
    expect(townships.filter(has_text=TOWNSHIP).locator(".number")).to_have_text(re.compile(r"^\d+$"))
    before = townships.count()
    page.get_by_label("只看没有账号负责的").check()
    expect(townships.filter(has_text=TOWNSHIP)).to_have_count(0)
    assert 0 < townships.count() < before


# What the page says itself; names of people, units and places stand in the parts that are left out.
OWN_WORDS = """data => {
  const found = [document.title]
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const node = walk.currentNode
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node
    if (element.closest(data)) continue
    if (element !== node) found.push(node.data.trim())
    else found.push(...["title", "aria-label", "placeholder"].map(name => node.getAttribute(name) ?? ""))
  }
  return found.filter(Boolean)
}"""


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("/account", "noscript, .user-menu, .facts-line dd"),
        ("/admin#accounts", "noscript, .user-menu, tbody"),
        ("/admin#territories", "noscript, .user-menu, tbody"),
        ("/admin#roles", "noscript, .user-menu"),
        ("/setup#none", "noscript"),
    ],
)
def test_english_is_remembered_and_leaves_chinese_to_the_data(
    page: Page, office: Office, address: str, data: str
) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    office.sign_in(page, "xitong")
    page.goto(address)
    page.wait_for_load_state("networkidle")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    words = page.evaluate(OWN_WORDS, data)
    assert len(words) > 10
    assert {each for each in words if CHINESE.search(each)} == {"中文"}


def test_the_first_three_administrators_are_named_by_the_operators_link(page: Page, setup_page: str) -> None:
    page.goto(setup_page)
    fields = page.locator("fieldset")
    expect(fields).to_have_count(3)
    for index, (name, username) in enumerate([("甲", "jia"), ("乙", "yi2"), ("丙", "jia")]):
        fields.nth(index).get_by_label("姓名").fill(name)
        fields.nth(index).get_by_label("用户名").fill(username)
    page.get_by_role("button", name="建立三个账号").click()
    expect(fields.nth(2)).to_contain_text("三个用户名不能相同")
    fields.nth(2).get_by_label("用户名").fill("bing")
    page.get_by_role("button", name="建立三个账号").click()
    expect(page.get_by_role("heading", name="三个账号已建立")).to_be_visible()
    links = page.locator(".secret-line input")
    expect(links).to_have_count(3)
    assert "/activate#" in links.first.input_value()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制").first.click()
    expect(page.get_by_text("已复制", exact=True)).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768)])
def test_nothing_sticks_out_of_the_window(page: Page, office: Office, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    office.sign_in(page, "anquan")
    for address in ("/account", "/admin#accounts", "/admin#territories", "/admin#keys", "/admin#roles"):
        page.goto("about:blank")
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("() => document.querySelector('.page-scroll').scrollWidth <= innerWidth")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_user_menu_opens_by_keyboard_and_signs_out(page: Page, office: Office) -> None:
    office.add("menu-user", role="leader")
    page.goto("/sign-in")
    type_password(page, "menu-user")
    rest(page)
    page.locator(".user-menu summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="我的账号")).to_be_visible()
    expect(page.get_by_role("link", name="系统管理")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="我的账号")).to_be_hidden()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url(re.compile("/sign-in$"))
    open_answer = page.request.get("/api/v1/district")
    assert open_answer.status == 401


@pytest.mark.parametrize("menu", [".user-menu", ".row-menu"])
def test_a_menu_is_walked_with_the_arrow_keys_and_gives_the_focus_back(
    page: Page, office: Office, menu: str
) -> None:
    office.sign_in(page, "xitong")
    page.goto("/admin")
    lines = page.locator(menu).first.locator(".menu-line")
    button = page.locator(f"{menu} summary").first
    button.focus()
    page.keyboard.press("ArrowDown")
    expect(lines.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(lines.last).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(lines.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(lines.first).to_be_hidden()
    expect(button).to_be_focused()


@pytest.mark.parametrize("menu", [".user-menu", ".row-menu"])
def test_a_menu_closes_on_a_click_on_bare_ground(page: Page, office: Office, menu: str) -> None:
    office.sign_in(page, "xitong")
    page.goto("/admin")
    page.locator(f"{menu} summary").first.click()
    line = page.locator(menu).first.locator(".menu-line").first
    expect(line).to_be_visible()
    page.locator(".tab-bar h1").click()
    expect(line).to_be_hidden()
