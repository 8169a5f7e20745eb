"""Signing in, step by step: password, second factor, and what is written down of each."""

from dataclasses import replace

from fastapi import Request
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from backend.accounts import second_factor
from backend.accounts.errors import (
    InsecureTransport,
    LinkInvalid,
    SignInRequired,
    WrongCode,
    WrongCredentials,
)
from backend.accounts.holding import held_role
from backend.accounts.links import account_of_link
from backend.accounts.models import Account, AccountSession
from backend.accounts.passwords import matches
from backend.accounts.schemas import Credentials
from backend.accounts.sessions import (
    SignedIn,
    Stage,
    address_of,
    mark_second_factor,
    open_session,
    rotate,
    transport,
)
from backend.accounts.throttle import Throttle
from backend.audit.trail import Deed, Subject, record
from backend.database import own_transaction
from backend.jurisdictions.actors import NOBODY, Actor
from backend.settings import Settings

MOST_FAILURES = 5


def sign_in(request: Request, given: Credentials) -> str:
    """Open a session for a user name and a password, and give its token.

    The database is not held while the password is hashed, and every failure takes the same steps.

    Raises
    ------
    WrongCredentials, TooManyAttempts, InsecureTransport
    """
    require_encryption(request)
    throttle: Throttle = request.app.state.throttle
    # The database holds no NUL, and no user name has what stands in its place.
    address, username = address_of(request), given.username.strip().lower().replace("\x00", "\ufffd")
    throttle.check(address, username[:64])
    with own_transaction(request) as session:
        kept = password_to_check(session, username)
    fits = matches(given.password, kept)
    with own_transaction(request) as session:
        account = session.scalars(
            select(Account).where(Account.username == username).with_for_update()
        ).one_or_none()
        if account is not None and fits and account.password_hash == kept and may_sign_in(session, account):
            token = open_session(session, account, request, method="password")
            record(session, as_actor(account, address), Deed.SIGN_IN, subject=subject_of(account))
            return token
        throttle.count_failure(address, username[:64])
        note_failure(session, request, account, username)
    raise WrongCredentials


def password_to_check(session: Session, username: str) -> str | None:
    """The hash that belongs to a user name, where there is one."""
    return session.scalars(select(Account.password_hash).where(Account.username == username)).one_or_none()


def may_sign_in(session: Session, account: Account) -> bool:
    """Whether the account is active, in force and not locked."""
    return session.scalars(
        select(
            Account.is_active
            & func.coalesce(Account.valid_until >= func.current_date(), True)
            & func.coalesce(Account.locked_until <= func.now(), True)
        ).where(Account.id == account.id)
    ).one()


def note_failure(session: Session, request: Request, account: Account | None, username: str) -> None:
    """Record a failed sign-in, and lock the account at the fifth in a row."""
    address = address_of(request)
    nobody = replace(NOBODY, address=address)
    if account is None:
        # Somebody may have typed a password into the wrong field.
        record(session, nobody, Deed.SIGN_IN, result="refused", detail={"reason": "unknown user"})
        return
    is_locked = count_failure(session, request, account)
    detail = {"reason": "wrong password or not allowed", "is_locked": is_locked}
    record(session, nobody, Deed.SIGN_IN, subject=subject_of(account), result="refused", detail=detail)


def count_failure(session: Session, request: Request, account: Account) -> bool:
    """Count a failure against an account; the fifth locks it and begins a new count."""
    settings: Settings = request.app.state.settings
    failures = account.failed_sign_ins + 1
    is_locked = failures >= MOST_FAILURES
    values: dict[str, object] = {"failed_sign_ins": 0 if is_locked else failures}
    if is_locked:
        values["locked_until"] = func.now() + func.make_interval(0, 0, 0, 0, 0, settings.lock_minutes)
    session.execute(update(Account).where(Account.id == account.id).values(values))
    if is_locked and account.totp_secret is not None:
        # A code is guessed in a million tries, so no session may go on trying.
        session.execute(
            delete(AccountSession).where(
                AccountSession.account_id == account.id, AccountSession.second_factor_at.is_(None)
            )
        )
    return is_locked


def prove_second_factor(request: Request, signed_in: SignedIn, code: str) -> str:
    """Take a session over the second factor, and give its new token.

    Raises
    ------
    SignInRequired, WrongCode, TooManyAttempts
    """
    if signed_in.stage is not Stage.SECOND_FACTOR:
        raise SignInRequired
    throttle: Throttle = request.app.state.throttle
    address = address_of(request)
    throttle.check(address)
    with own_transaction(request) as session:
        account = session.get_one(Account, signed_in.account_id, with_for_update=True)
        subject = subject_of(account)
        # Who is locked out is out: also with sessions that were opened before.
        if may_sign_in(session, account) and take_code(session, account, account.totp_secret, code):
            account.failed_sign_ins = 0
            mark_second_factor(session, signed_in.session_id, request.app.state.settings)
            record(session, signed_in.actor, Deed.SECOND_FACTOR, subject=subject)
            return rotate(session, signed_in.session_id)
        throttle.count_failure(address)
        is_locked = count_failure(session, request, account)
        record(
            session,
            signed_in.actor,
            Deed.SECOND_FACTOR,
            subject=subject,
            result="refused",
            detail={"is_locked": is_locked},
        )
    raise WrongCode


def take_code(session: Session, account: Account, secret: str | None, code: str) -> bool:
    """Whether a code fits a secret of the account; one that does is used up."""
    if secret is None:
        return False
    now = session.scalars(select(func.now())).one()
    step = second_factor.taken_step(secret, code, now, account.totp_last_step)
    if step is not None:
        account.totp_last_step = step
    return step is not None


def sign_in_by_link(request: Request, token: str) -> str:
    """Open a session for a link of the demonstration; only a service of the demonstration takes them.

    Raises
    ------
    LinkInvalid, TooManyAttempts
    """
    require_encryption(request)
    throttle: Throttle = request.app.state.throttle
    address = address_of(request)
    with throttle.counting(address), own_transaction(request) as session:
        if not request.app.state.is_demo:
            raise LinkInvalid
        account = account_of_link(session, "demo", token)
        record(session, as_actor(account, address), Deed.SIGN_IN, detail={"method": "link"})
        # The link stands for both factors: there is nobody whose phone could show a code.
        return open_session(session, account, request, method="link", has_second_factor=True)


def require_encryption(request: Request) -> None:
    """Refuse to take a secret in the clear."""
    if transport(request) == "refused":
        raise InsecureTransport


def as_actor(account: Account, address: str) -> Actor:
    """An account as who signs in; what it may see is settled afterwards."""
    return Actor(account.username, NOBODY.scope, held_role(account.role), account.id, address=address)


def subject_of(account: Account) -> Subject:
    """An account as what a deed was done to."""
    return Subject("account", str(account.id), account.username)
