"""Choosing a password: by the present one or by a one-time link, held against the policy and the last ones."""

from collections.abc import Sequence

from fastapi import Request
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from backend.accounts.errors import PasswordUnsuitable, SignInRequired, WrongPassword
from backend.accounts.links import account_of_link, use_up
from backend.accounts.models import Account, PasswordHistory
from backend.accounts.passwords import POLICIES, Policy, faults, hashed, matches
from backend.accounts.schemas import PasswordChange
from backend.accounts.sessions import SignedIn, Stage, address_of, end_sessions, rotate
from backend.accounts.signing_in import as_actor, count_failure, subject_of
from backend.accounts.throttle import Throttle
from backend.audit.trail import Deed, record
from backend.database import own_transaction
from backend.jurisdictions.models import Area
from backend.settings import Settings


def policy_of(request: Request) -> Policy:
    """The password policy of this service."""
    settings: Settings = request.app.state.settings
    return POLICIES[settings.password_policy]


def change_password(request: Request, signed_in: SignedIn, given: PasswordChange) -> str:
    """Take another password, end every other session, and give this one a new token.

    Raises
    ------
    WrongPassword, PasswordUnsuitable, SignInRequired
    """
    if signed_in.stage is Stage.SECOND_FACTOR:
        raise SignInRequired
    require_password(request, signed_in, given.current)
    with own_transaction(request) as session:
        account = session.get_one(Account, signed_in.account_id)
        kept = account.password_hash
        old, context = used_passwords(session, account), context_of(session, account, district_of(request))
    require_suitable(policy_of(request), given.new, context, old, pointer="/new")
    fresh = hashed(given.new)
    with own_transaction(request) as session:
        account = session.get_one(Account, signed_in.account_id, with_for_update=True)
        if account.password_hash != kept:
            # Somebody was faster: another tab, or an administrator who has taken the old password away.
            raise WrongPassword
        set_password(session, account, fresh)
        ended = end_sessions(session, account.id, but=signed_in.session_id)
        record(
            session,
            signed_in.actor,
            Deed.CHANGE_PASSWORD,
            subject=subject_of(account),
            detail={"ended_sessions": ended},
        )
        return rotate(session, signed_in.session_id)


def require_password(request: Request, signed_in: SignedIn, password: str) -> None:
    """Have somebody who is signed in show again that they know the password.

    Raises
    ------
    WrongPassword, TooManyAttempts
    """
    throttle: Throttle = request.app.state.throttle
    address = address_of(request)
    throttle.check(address, signed_in.actor.name)
    with own_transaction(request) as session:
        kept = session.get_one(Account, signed_in.account_id).password_hash
    if matches(password, kept):
        return
    throttle.count_failure(address, signed_in.actor.name)
    with own_transaction(request) as session:
        account = session.get_one(Account, signed_in.account_id, with_for_update=True)
        if count_failure(session, request, account):
            # Whoever guesses at a screen that was left unlocked is put out.
            end_sessions(session, account.id)
        record(
            session,
            signed_in.actor,
            Deed.CHANGE_PASSWORD,
            subject=subject_of(account),
            result="refused",
            detail={"reason": "wrong password"},
        )
    raise WrongPassword


def used_passwords(session: Session, account: Account) -> list[str]:
    """Hashes of the passwords that the account had, the newest first, and of the one that it has."""
    before = session.scalars(
        select(PasswordHistory.password_hash)
        .where(PasswordHistory.account_id == account.id)
        .order_by(PasswordHistory.retired_at.desc())
    ).all()
    return [*([account.password_hash] if account.password_hash else []), *before]


def district_of(request: Request) -> str:
    """The code of the district that this service is for."""
    settings: Settings = request.app.state.settings
    return settings.district


def context_of(session: Session, account: Account, district: str) -> list[str]:
    """Words that an attacker would try first."""
    places = session.scalars(select(Area.name).where(Area.code == district)).all()
    return [account.username, account.name, *([account.unit] if account.unit else []), *places, "riskmap"]


def require_suitable(
    policy: Policy, password: str, context: Sequence[str], old: Sequence[str], *, pointer: str
) -> None:
    """Hold a new password against the policy.

    Raises
    ------
    PasswordUnsuitable
        With every rule that it breaks.
    """
    broken = faults(password, policy, context)
    if not broken and any(matches(password, kept) for kept in old[: policy.history]):
        broken = [f"不能与最近 {policy.history} 次用过的密码相同"]
    if broken:
        raise PasswordUnsuitable(broken, pointer)


def set_password(session: Session, account: Account, fresh: str) -> None:
    """Keep a new password's hash, and the old one in the history."""
    retire_password(session, account)
    forget_old_passwords(session, account)
    account.password_hash = fresh
    account.password_changed_at = session.scalars(select(func.now())).one()
    account.failed_sign_ins = 0
    session.flush()


def retire_password(session: Session, account: Account) -> None:
    """Put a password that is no longer good into the history."""
    if account.password_hash:
        session.add(PasswordHistory(account_id=account.id, password_hash=account.password_hash))
    account.password_hash = None


def forget_old_passwords(session: Session, account: Account) -> None:
    """Keep no more of the history than the strictest policy reads."""
    kept = (
        select(PasswordHistory.retired_at)
        .where(PasswordHistory.account_id == account.id)
        .order_by(PasswordHistory.retired_at.desc())
        .limit(max(policy.history for policy in POLICIES.values()))
    )
    session.flush()
    session.execute(
        delete(PasswordHistory).where(
            PasswordHistory.account_id == account.id, PasswordHistory.retired_at.not_in(kept)
        )
    )


def activate(request: Request, token: str, password: str) -> None:
    """Choose the password of an account by a one-time link; every session it had ends.

    Raises
    ------
    LinkInvalid, PasswordUnsuitable
    """
    with own_transaction(request) as session:
        account = account_of_link(session, "activation", token)
        old, context = used_passwords(session, account), context_of(session, account, district_of(request))
    require_suitable(policy_of(request), password, context, old, pointer="/password")
    fresh = hashed(password)
    with own_transaction(request) as session:
        account = account_of_link(session, "activation", token)
        use_up(session, "activation", token)
        set_password(session, account, fresh)
        account.locked_until = None
        end_sessions(session, account.id)
        actor = as_actor(account, address_of(request))
        record(session, actor, Deed.CHANGE_PASSWORD, subject=subject_of(account), detail={"method": "link"})
