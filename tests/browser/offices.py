"""A service that nobody reads without signing in, and the people who work with it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.accounts.administrators import new_account
from backend.accounts.links import issue_link
from backend.app import create_app
from backend.settings import Settings
from tests import servers
from tests.signed_in import PASSWORD, Person, change, person

ADMINISTRATORS = (
    ("xitong", "秦系统", "system_admin"),
    ("anquan", "沈安全", "security_admin"),
    ("shenji", "冯审计", "audit_admin"),
)


@dataclass(frozen=True)
class Office:
    """A served database and who has an account in it."""

    address: str
    engine: Engine
    people: dict[str, Person] = field(default_factory=dict)

    def add(
        self,
        username: str,
        *,
        name: str = "李四",
        role: str | None = None,
        codes: Sequence[str] = (),
        has_second_factor: bool = False,
    ) -> str:
        """Make an account that can sign in by `PASSWORD`, and give its id."""
        who = person(
            self.engine, username, name=name, role=role, codes=codes, has_second_factor=has_second_factor
        )
        self.people[username] = who
        return str(who.id)

    def invite(self, username: str) -> str:
        """Make an account without a password, and give the path of its activation link."""
        with Session(self.engine) as session, session.begin():
            account = new_account(session, username=username, name="王五")
            return issue_link(session, "activation", account.id).path

    def code(self, username: str) -> str:
        """What the phone shows; the same counts again, for a test cannot wait half a minute."""
        who = self.people[username]
        change(self.engine, who, totp_last_step=None)
        return who.code()

    def sign_in(self, page: Page, username: str) -> None:
        """Sign in as somebody who has a second factor, without looking at the page."""
        page.context.clear_cookies()
        for path, said in (
            ("session", {"username": username, "password": PASSWORD}),
            ("session/second-factor", {"code": self.code(username)}),
        ):
            response = page.request.post(f"{self.address}/api/v1/{path}", data=said, headers={"X-CSRF": "1"})
            assert response.ok, response.text()


@contextmanager
def opened(engine: Engine, data_dir: Path) -> Iterator[Office]:
    """Serve a database with the three administrators."""
    with servers.served(create_app(Settings(data_dir=data_dir), engine)) as address:
        office = Office(address, engine)
        for username, name, role in ADMINISTRATORS:
            office.add(username, name=name, role=role, has_second_factor=True)
        yield office


def type_password(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill in the first form of the sign-in page and send it."""
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录").click()
