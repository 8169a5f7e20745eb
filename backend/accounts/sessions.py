"""Sessions: one row for each browser that is signed in. The browser holds a random token, we its hash."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import ColumnElement, Engine, and_, delete, func, select, update
from sqlalchemy.orm import Session

from backend.accounts.errors import InsecureTransport, SignInRequired
from backend.accounts.holding import held_role, scope_of
from backend.accounts.models import Account, AccountLink, AccountSession
from backend.accounts.passwords import POLICIES
from backend.accounts.tokens import hash_of, new_token
from backend.jurisdictions.actors import Actor
from backend.settings import Settings

Method = Literal["password", "link", "oidc"]
Transport = Literal["secure", "insecure", "refused"]
# Writing at every request that somebody is still there would double the work of a tile.
SEEN_AGAIN_AFTER = timedelta(minutes=1)
# Long enough to find a phone.
WAITING_FOR_CODE = timedelta(minutes=10)
MOST_SESSIONS = 20


class Stage(StrEnum):
    """What still stands between a password and the map."""

    ANONYMOUS = "anonymous"
    SECOND_FACTOR = "second_factor"
    NEW_PASSWORD = "new_password"  # noqa: S105 (a stage, no secret)
    SECOND_FACTOR_SET_UP = "second_factor_set_up"
    COMPLETE = "complete"


@dataclass(frozen=True)
class SignedIn:
    """A session that is alive."""

    account_id: UUID
    session_id: UUID
    stage: Stage
    actor: Actor


def transport(request: Request) -> Transport:
    """Whether a password may travel on this connection.

    Browsers treat the machine's own address like an encrypted one and keep a Secure cookie for it.
    """
    settings: Settings = request.app.state.settings
    if request.url.scheme == "https" or is_loopback(request.url.hostname or ""):
        answer: Transport = "secure"
    else:
        answer = "insecure" if settings.insecure_http else "refused"
    return answer


def is_loopback(host: str) -> bool:
    """Whether a host of an address is the reader's own machine.

    >>> [is_loopback(host) for host in ("127.0.0.1", "localhost", "::1", "192.168.3.4", "map.bureau.lan")]
    [True, True, True, False, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def cookie_name(request: Request) -> str:
    """`__Host-` binds the cookie to this host and to encryption (RFC 6265bis §4.1.3.2)."""
    return "riskmap-insecure" if transport(request) == "insecure" else "__Host-riskmap"


def cookie_of(request: Request) -> str | None:
    """The token that the browser sent along."""
    return request.cookies.get(cookie_name(request))


def hand_over(request: Request, response: Response, token: str) -> None:
    """Give the browser its token; no script can read it.

    Raises
    ------
    InsecureTransport
        Where it would travel in the clear and nobody has allowed that.
    """
    if transport(request) == "refused":
        raise InsecureTransport
    response.set_cookie(
        cookie_name(request),
        token,
        secure=transport(request) == "secure",
        httponly=True,
        samesite="lax",
        path="/",
    )


def forget(request: Request, response: Response) -> None:
    """Have the browser drop its token."""
    response.delete_cookie(
        cookie_name(request), secure=transport(request) == "secure", httponly=True, samesite="lax", path="/"
    )


def open_session(
    session: Session, account: Account, request: Request, *, method: Method, has_second_factor: bool = False
) -> str:
    """Begin a session and give its token: the one step that every way of signing in ends with.

    Another way in (OpenID Connect, a certificate checked by a gateway) proves who somebody is and calls this.

    Parameters
    ----------
    has_second_factor : whether that way has proved a second factor itself.
    """
    settings: Settings = request.app.state.settings
    token = new_token()
    now: datetime = session.scalars(select(func.now())).one()
    waits_for_code = account.totp_secret is not None and not has_second_factor
    replaced = cookie_of(request)
    if replaced is not None:
        # The browser forgets it; nobody else shall find it alive (OWASP ASVS 5.0 §7.2.4).
        session.execute(delete(AccountSession).where(AccountSession.token_hash == hash_of(replaced)))
    session.add(
        AccountSession(
            account_id=account.id,
            token_hash=hash_of(token),
            method=method,
            second_factor_at=now if has_second_factor else None,
            expires_at=now
            + (WAITING_FOR_CODE if waits_for_code else timedelta(hours=settings.session_hours)),
            address=address_of(request),
            user_agent=request.headers.get("user-agent", "")[:300],
        )
    )
    if not waits_for_code:
        # With a code still to come the count goes on, or a known password would allow four guesses at it for ever.
        account.failed_sign_ins = 0
    account.locked_until = None
    account.last_sign_in_at = now
    session.flush()
    end_oldest(session, account.id)
    return token


def end_oldest(session: Session, account_id: UUID) -> None:
    """Keep no more sessions of an account than a person has browsers."""
    kept = (
        select(AccountSession.id)
        .where(AccountSession.account_id == account_id)
        .order_by(AccountSession.created_at.desc())
        .limit(MOST_SESSIONS)
    )
    session.execute(
        delete(AccountSession).where(AccountSession.account_id == account_id, AccountSession.id.not_in(kept))
    )


def mark_second_factor(session: Session, session_id: UUID, settings: Settings) -> None:
    """Note in a session that a second factor was proved in it; from here on it lives as long as any."""
    hours = func.make_interval(0, 0, 0, 0, settings.session_hours)
    session.execute(
        update(AccountSession)
        .where(AccountSession.id == session_id)
        .values(second_factor_at=func.now(), expires_at=AccountSession.created_at + hours)
    )


def rotate(session: Session, session_id: UUID) -> str:
    """Give a session another token when its rights grow, so that whoever knew the old one is left behind.

    Raises
    ------
    SignInRequired
        If the session was ended meanwhile.
    """
    token = new_token()
    renewed = session.scalars(
        update(AccountSession)
        .where(AccountSession.id == session_id)
        .values(token_hash=hash_of(token))
        .returning(AccountSession.id)
    ).one_or_none()
    if renewed is None:
        raise SignInRequired
    return token


def find_session(session: Session, token: str, request: Request) -> SignedIn | None:
    """The session of a token, unless it has ended: by time, by idleness, or with its account.

    The accounts of the demonstration are nobody's, so a service for real use does not know them.
    """
    settings: Settings = request.app.state.settings
    found = session.execute(
        select(Account, AccountSession, func.now())
        .join(Account, Account.id == AccountSession.account_id)
        .where(
            AccountSession.token_hash == hash_of(token),
            is_alive(settings),
            Account.is_active,
            Account.is_demo.in_([False, request.app.state.is_demo]),
            func.coalesce(Account.valid_until >= func.current_date(), True),
        )
    ).one_or_none()
    if found is None:
        return None
    account, row, now = found
    if now - row.last_seen_at > SEEN_AGAIN_AFTER:
        row.last_seen_at = now
    return SignedIn(
        account.id,
        row.id,
        stage_of(account, row, settings, now),
        actor_of(account, row, address_of(request)),
    )


def is_alive(settings: Settings) -> ColumnElement[bool]:
    """Whether the session of a row has ended neither by time nor by idleness."""
    idle = timedelta(minutes=settings.idle_minutes)
    return and_(AccountSession.expires_at > func.now(), AccountSession.last_seen_at > func.now() - idle)


def actor_of(account: Account, row: AccountSession, address: str) -> Actor:
    """The account as who asks."""
    role = held_role(account.role)
    return Actor(
        account.username,
        scope_of(role, account.scope_codes),
        role,
        id=account.id,
        has_second_factor=row.second_factor_at is not None,
        address=address,
    )


def stage_of(account: Account, row: AccountSession, settings: Settings, now: datetime) -> Stage:
    """What the holder has to do next."""
    role = held_role(account.role)
    has_second_factor = row.second_factor_at is not None
    if account.totp_secret is not None and not has_second_factor:
        answer = Stage.SECOND_FACTOR
    elif row.method == "password" and is_password_due(account, settings, now):
        answer = Stage.NEW_PASSWORD
    elif role is not None and role.needs_second_factor and not has_second_factor:
        answer = Stage.SECOND_FACTOR_SET_UP
    else:
        answer = Stage.COMPLETE
    return answer


def is_password_due(account: Account, settings: Settings, now: datetime) -> bool:
    """Whether another password has to be chosen, for this one is too old."""
    expires_at = password_expires_at(account, settings)
    return expires_at is not None and expires_at <= now


def password_expires_at(account: Account, settings: Settings) -> datetime | None:
    """When the password is too old by the policy; None is never."""
    days = POLICIES[settings.password_policy].max_age_days
    if days is None or account.password_changed_at is None:
        return None
    return account.password_changed_at + timedelta(days=days)


def end_sessions(session: Session, account_id: UUID, *, but: UUID | None = None) -> int:
    """End every session of an account, or all but one, and count them."""
    ended = delete(AccountSession).where(AccountSession.account_id == account_id)
    if but is not None:
        ended = ended.where(AccountSession.id != but)
    return len(session.scalars(ended.returning(AccountSession.id)).all())


def address_of(request: Request) -> str:
    """Where a request came from; a forwarded address counts only from a proxy that the settings trust."""
    return request.client.host if request.client else "unknown"


def remove_what_is_over(engine: Engine) -> None:
    """Delete sessions and links that have expired; the trail keeps what was done with them."""
    with Session(engine) as session, session.begin():
        for model in (AccountSession, AccountLink):
            session.execute(delete(model).where(model.expires_at < func.now()))
