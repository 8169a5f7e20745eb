"""People for tests: accounts with a known password, signed in over HTTPS as their browsers do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp
import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, create_engine, make_url, select, text, update
from sqlalchemy.orm import Session

from backend.accounts import passwords
from backend.accounts.administrators import new_account
from backend.accounts.links import Purpose, issue_link
from backend.accounts.models import Account, AccountSession
from backend.accounts.second_factor import new_secret
from backend.accounts.tokens import hash_of, new_token
from backend.app import create_app
from backend.audit.models import AuditEvent
from backend.jurisdictions.roles import ROLES
from backend.operating.cluster import Cluster
from backend.operating.postgres_config import SUPERUSER
from backend.settings import Settings
from tests import databases

PASSWORD = "Lantern-58-sparrow"
OTHER_PASSWORD = "Cobbler-71-meadow"
COOKIE = "__Host-riskmap"
HTTPS = "https://testserver"
TILE = "/tiles/zones/14/13346/6560.mvt"
serial = count(1)
# As the service hashes; a test that is not about that need not wait for it.
REAL_HASHER = passwords.HASHER
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Person:
    """An account, and what its holder knows and carries."""

    id: UUID
    username: str
    secret: str | None

    def code(self, *, seconds: float = 0) -> str:
        """What the phone shows, so many seconds from now."""
        assert self.secret is not None
        return pyotp.TOTP(self.secret).at(datetime.now(UTC) + timedelta(seconds=seconds))


@pytest.fixture(scope="session")
def kept_engine(cluster: Cluster) -> Iterator[Engine]:
    """Reach a database in which everything stays: each test makes people of its own in it."""
    with databases.own_database(cluster) as engine:
        yield engine


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> Iterator[None]:
    """Hash passwords with hardly any work; `REAL_HASHER` is put back by who looks at the work itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", QUICK_HASHER)
        yield


@pytest.fixture
def visitor(kept_engine: Engine) -> TestClient:
    """Open a browser at a service for real use, with nobody signed in."""
    return browser_of(kept_engine)


def browser_of(engine: Engine, *, address: str = HTTPS, is_demo: bool = False, **settings: Any) -> TestClient:
    """A browser at a service of its own over a database; our own page sends its header with every request."""
    names = ["testserver", "map.bureau.lan"]
    # No file is read or written there.
    chosen = Settings(data_dir=Path("/nonexistent"), allowed_hosts=names, **settings)
    return at(create_app(chosen, engine, is_demo=is_demo), address)


def another(browser: TestClient, address: str = HTTPS) -> TestClient:
    """Another browser at the same service."""
    return at(browser.app, address)


def at(app: Any, address: str) -> TestClient:
    """A browser at an application."""
    return TestClient(app, address, raise_server_exceptions=False, headers={"X-CSRF": "1"})


def person(
    engine: Engine,
    username: str | None = None,
    *,
    role: str | None = "bureau_analyst",
    codes: Sequence[str] = (),
    has_second_factor: bool | None = None,
    password: str | None = PASSWORD,
    **facts: Any,
) -> Person:
    """An account with a password; with a second factor where the role needs one, unless it is said."""
    if has_second_factor is None:
        has_second_factor = role is not None and ROLES[role].needs_second_factor
    secret = new_secret() if has_second_factor else None
    with Session(engine) as session, session.begin():
        name = username or f"person-{next(serial)}"
        account = new_account(session, username=name, name="张三丰", role=role, codes=list(codes))
        account.password_hash = password and QUICK_HASHER.hash(password)
        account.password_changed_at = datetime.now(UTC)
        account.totp_secret = secret
        for fact, value in facts.items():
            setattr(account, fact, value)
        return Person(account.id, name, secret)


def enter_password(browser: TestClient, username: str, password: str = PASSWORD) -> Response:
    """Send a user name and a password."""
    return browser.post("/api/v1/session", json={"username": username, "password": password})


def enter_code(browser: TestClient, code: str) -> Response:
    """Send a code of the second factor."""
    return browser.post("/api/v1/session/second-factor", json={"code": code})


def sign_in(browser: TestClient, who: Person, password: str = PASSWORD) -> dict[str, Any]:
    """Sign in with everything that the account asks for, and tell where that leads."""
    answer = enter_password(browser, who.username, password)
    if who.secret is not None:
        # A code counts once; a test signs in again before the phone shows the next.
        change(browser.app.state.engine, who, totp_last_step=None)
        answer = enter_code(browser, who.code())
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def enter(browser: TestClient, who: Person) -> TestClient:
    """Put a complete session into a browser, without the work of signing in."""
    token = new_token()
    now = datetime.now(UTC)
    with Session(browser.app.state.engine) as session, session.begin():
        session.add(
            AccountSession(
                account_id=who.id,
                token_hash=hash_of(token),
                method="password",
                second_factor_at=now if who.secret else None,
                expires_at=now + timedelta(hours=12),
            )
        )
    hold(browser, token)
    return browser


def as_role(browser: TestClient, role: str, codes: Sequence[str] = (), **facts: Any) -> TestClient:
    """Another browser at the same service, in which somebody with this role is signed in."""
    return enter(another(browser), person(browser.app.state.engine, role=role, codes=codes, **facts))


def token_of(browser: TestClient) -> str:
    """The token that a browser holds."""
    return str(browser.cookies[COOKIE])


def hold(browser: TestClient, token: str) -> None:
    """Give a browser a token, in the place of the one that it has."""
    browser.cookies.set(COOKIE, token, domain="testserver.local", path="/")


def stage(browser: TestClient) -> str:
    """Where somebody stands between the sign-in page and the map."""
    return str(browser.get("/api/v1/session").json()["stage"])


def change(engine: Engine, who: Person, **facts: Any) -> None:
    """Change what the account says, past the service; expressions of SQL are taken too."""
    with Session(engine) as session, session.begin():
        session.execute(update(Account).where(Account.id == who.id).values(facts))


def run(engine: Engine, statement: str, **values: Any) -> None:
    """Run one statement on the database, past the service."""
    with engine.begin() as connection:
        connection.execute(text(statement), values)


def stored(engine: Engine, who: Person) -> Account:
    """The account as it is stored now."""
    with Session(engine) as session:
        return session.get_one(Account, who.id)


def link_token(engine: Engine, purpose: Purpose, who: Person | None = None) -> str:
    """The token of a fresh one-time link."""
    with Session(engine) as session, session.begin():
        return issue_link(session, purpose, who and who.id).path.rpartition("#")[2].removeprefix("link=")


def events(engine: Engine, who: Person | None = None, action: str | None = None) -> list[AuditEvent]:
    """What the trail tells, the oldest first: of what somebody did or had done to them."""
    wanted = select(AuditEvent).order_by(AuditEvent.number)
    if who is not None:
        wanted = wanted.where((AuditEvent.actor_id == who.id) | (AuditEvent.subject_id == str(who.id)))
    if action is not None:
        wanted = wanted.where(AuditEvent.action == action)
    with Session(engine) as session:
        return list(session.scalars(wanted))


@pytest.fixture
def as_superuser(cluster: Cluster, own_engine: Engine) -> Iterator[Engine]:
    """Reach the test's own database as who may do everything, triggers and foreign keys asleep."""
    url = make_url(cluster.url(str(own_engine.url.database), role=SUPERUSER))
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"options": "-c session_replication_role=replica"},
    )
    yield engine
    engine.dispose()
