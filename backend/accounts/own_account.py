"""What somebody does with their own account: its facts, second factor, sessions."""

from uuid import UUID

from fastapi import Request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.accounts import second_factor
from backend.accounts.errors import SignInRequired, WrongCode
from backend.accounts.holding import held_role, names
from backend.accounts.models import Account, AccountSession
from backend.accounts.own_password import require_password
from backend.accounts.schemas import (
    OwnAccountOut,
    OwnSession,
    ScopeOut,
    SecondFactorOut,
)
from backend.accounts.sessions import (
    SignedIn,
    Stage,
    address_of,
    end_sessions,
    is_alive,
    mark_second_factor,
    password_expires_at,
    rotate,
)
from backend.accounts.signing_in import (
    subject_of,
    take_code,
)
from backend.accounts.throttle import Throttle
from backend.audit.trail import Deed, record
from backend.database import own_transaction
from backend.errors import DomainError, NotFound
from backend.jurisdictions.actors import Actor
from backend.register.rows import Term
from backend.settings import Settings


class SecondFactorNeeded(DomainError):
    """A role that cannot do without a second factor."""

    status = 409
    code = "second_factor_needed"


def own_account(session: Session, signed_in: SignedIn, settings: Settings) -> OwnAccountOut:
    """The facts of the account that is signed in.

    Raises
    ------
    SignInRequired
        While the second factor is still to be proved: a password alone tells nothing.
    """
    if signed_in.stage is Stage.SECOND_FACTOR:
        raise SignInRequired
    account = session.get_one(Account, signed_in.account_id)
    role = held_role(account.role)
    return OwnAccountOut(
        id=account.id,
        username=account.username,
        name=account.name,
        unit=account.unit,
        role=role and Term(code=role.code, zh=role.zh, en=role.en),
        scope=scope_out(session, signed_in.actor),
        has_second_factor=account.totp_secret is not None,
        needs_second_factor=role is not None and role.needs_second_factor,
        password_changed_at=account.password_changed_at,
        password_expires_at=password_expires_at(account, settings),
        last_sign_in_at=account.last_sign_in_at,
        valid_until=account.valid_until,
        version=account.version,
    )


def scope_out(session: Session, actor: Actor) -> ScopeOut:
    """An actor's scope in words."""
    named = names(session, actor.scope.kind, sorted(actor.scope.codes))
    return ScopeOut(
        kind=actor.scope.kind.value, names=sorted(named.values())[:20], count=len(actor.scope.codes)
    )


def start_second_factor(request: Request, signed_in: SignedIn, password: str | None) -> SecondFactorOut:
    """Make a secret that counts once its first code has come.

    Raises
    ------
    WrongPassword, SignInRequired
    """
    if signed_in.stage not in (Stage.COMPLETE, Stage.SECOND_FACTOR_SET_UP):
        raise SignInRequired
    if signed_in.stage is Stage.COMPLETE:
        require_password(request, signed_in, password or "")
    with own_transaction(request) as session:
        account = session.get_one(Account, signed_in.account_id)
        account.totp_pending = second_factor.new_secret()
        said = second_factor.uri(account.totp_pending, account.username)
        return SecondFactorOut(secret=account.totp_pending, uri=said, qr_svg=second_factor.qr_code(said))


def confirm_second_factor(request: Request, signed_in: SignedIn, code: str) -> str:
    """Take the first code of a new secret; the session has its second factor from here on, and a new token.

    Raises
    ------
    WrongCode, SignInRequired
    """
    if signed_in.stage not in (Stage.COMPLETE, Stage.SECOND_FACTOR_SET_UP):
        raise SignInRequired
    throttle: Throttle = request.app.state.throttle
    address = address_of(request)
    throttle.check(address, signed_in.actor.name)
    with own_transaction(request) as session:
        account = session.get_one(Account, signed_in.account_id, with_for_update=True)
        if not take_code(session, account, account.totp_pending, code):
            throttle.count_failure(address, signed_in.actor.name)
            raise WrongCode
        account.totp_secret, account.totp_pending = account.totp_pending, None
        mark_second_factor(session, signed_in.session_id, request.app.state.settings)
        end_sessions(session, account.id, but=signed_in.session_id)
        record(
            session,
            signed_in.actor,
            Deed.CHANGE_SECOND_FACTOR,
            subject=subject_of(account),
            after={"has_second_factor": True},
        )
        return rotate(session, signed_in.session_id)


def remove_second_factor(request: Request, signed_in: SignedIn, password: str) -> None:
    """Do without a second factor again.

    Raises
    ------
    SecondFactorNeeded, WrongPassword
    """
    role = signed_in.actor.role
    if role is not None and role.needs_second_factor:
        raise SecondFactorNeeded("您的角色必须使用二次验证，不能停用；换手机请联系安全管理员。")
    require_password(request, signed_in, password)
    with own_transaction(request) as session:
        account = session.get_one(Account, signed_in.account_id)
        forget_second_factor(session, account)
        record(
            session,
            signed_in.actor,
            Deed.CHANGE_SECOND_FACTOR,
            subject=subject_of(account),
            after={"has_second_factor": False},
        )


def forget_second_factor(session: Session, account: Account) -> None:
    """Drop the secret, and what was proved with it in any session."""
    account.totp_secret = account.totp_pending = account.totp_last_step = None
    for row in session.scalars(select(AccountSession).where(AccountSession.account_id == account.id)):
        row.second_factor_at = None
    session.flush()


def own_sessions(session: Session, signed_in: SignedIn, settings: Settings) -> list[OwnSession]:
    """Every browser that is signed in to the account, the latest first."""
    rows = session.scalars(
        select(AccountSession)
        .where(AccountSession.account_id == signed_in.account_id, is_alive(settings))
        .order_by(AccountSession.last_seen_at.desc())
    )
    return [
        OwnSession(
            id=row.id,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            address=row.address,
            user_agent=row.user_agent,
            is_current=row.id == signed_in.session_id,
        )
        for row in rows
    ]


def end_own_session(
    session: Session, signed_in: SignedIn, session_id: UUID, *, deed: Deed = Deed.END_SESSIONS
) -> None:
    """End one of the account's own sessions.

    Raises
    ------
    NotFound
        For a session of somebody else too.
    """
    ended = session.scalars(
        delete(AccountSession)
        .where(AccountSession.id == session_id, AccountSession.account_id == signed_in.account_id)
        .returning(AccountSession.id)
    ).one_or_none()
    if ended is None:
        raise NotFound
    record(session, signed_in.actor, deed, detail={"ended_sessions": 1})
