"""The real application asked by real people: accounts, sessions and keys are rows, nothing is overridden."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from backend.accounts.models import Account, AccountSession, ApiKey
from backend.accounts.tokens import hash_of, new_token
from backend.app import create_app
from backend.settings import Settings
from tests import databases

# Over HTTPS, for the cookie is one that a browser sends over nothing else.
ADDRESS = "https://testserver"
COOKIE = "__Host-riskmap"
OWN_PAGE = {"X-CSRF": "1"}
serial = count(1)


@dataclass(frozen=True)
class Caller:
    """Somebody with the headers that say who they are; `app` is which of the services they ask."""

    name: str
    headers: Mapping[str, str] = field(default_factory=dict)
    app: str = "service"


@contextmanager
def client_of(
    engine: Engine, data_dir: Path, *, is_demo: bool = False, **settings: Any
) -> Iterator[TestClient]:
    """The application over a database of the test's own."""
    named = Settings(data_dir=data_dir, allowed_hosts=["testserver"], **settings)
    app = create_app(named, engine, is_demo=is_demo)
    with TestClient(app, ADDRESS, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def ask(client: TestClient, caller: Caller, method: str, path: str, **request: Any) -> Any:
    """One request of a caller; what the service sets as a cookie is not kept."""
    headers = {**OWN_PAGE, **caller.headers, **request.pop("headers", {})}
    answer = client.request(method, path, headers=headers, **request)
    client.cookies.clear()
    return answer


def account(session: Session, role: str | None, codes: Sequence[str] = (), **facts: Any) -> Account:
    """An account that has just changed its password."""
    number = next(serial)
    row = Account(
        **{
            "username": f"person-{number}",
            "name": f"张{number}",
            "role": role,
            "scope_codes": list(codes),
            "password_changed_at": datetime.now(UTC),
            **facts,
        }
    )
    session.add(row)
    session.flush()
    return row


def cookie(session: Session, of: Account, *, has_second_factor: bool = True, **facts: Any) -> dict[str, str]:
    """The header of a browser that is signed in to an account."""
    token, now = new_token(), datetime.now(UTC)
    row = AccountSession(
        **{
            "account_id": of.id,
            "token_hash": hash_of(token),
            "method": "password",
            "second_factor_at": now if has_second_factor else None,
            "expires_at": now + timedelta(hours=8),
            **facts,
        }
    )
    session.add(row)
    session.flush()
    return {"Cookie": f"{COOKIE}={token}"}


def key(session: Session, role: str, codes: Sequence[str] = (), name: str = "接口") -> dict[str, str]:
    """The header of a machine with a key."""
    secret = "rmk_" + new_token()
    session.add(
        ApiKey(
            name=name,
            role=role,
            scope_codes=list(codes),
            prefix=secret[:10],
            secret_hash=hash_of(secret),
            expires_at=datetime.now(UTC) + timedelta(days=1),
        )
    )
    session.flush()
    return {"Authorization": f"Bearer {secret}"}


@contextmanager
def own_world(cluster: Any) -> Iterator[Engine]:
    """A migrated database for a whole module."""
    with databases.own_database(cluster) as engine:
        yield engine
