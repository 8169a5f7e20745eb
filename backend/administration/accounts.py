"""Accounts as administrators keep them: the system administrator makes them, the security one grants rights."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Case, ColumnElement, UnaryExpression, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.accounts.administrators import new_account
from backend.accounts.errors import OwnAccount
from backend.accounts.holding import Names, check_grant, held_role, names_in, scope_of
from backend.accounts.links import issue_link
from backend.accounts.models import Account, ApiKey
from backend.accounts.own_account import forget_second_factor
from backend.accounts.own_password import retire_password
from backend.accounts.schemas import LinkOut
from backend.accounts.sessions import end_sessions
from backend.accounts.signing_in import subject_of
from backend.administration.schemas import (
    AccountChange,
    AccountOut,
    AccountsOut,
    Grant,
    GrantedScope,
    Named,
    NewAccount,
    NewAccountOut,
)
from backend.audit.trail import Deed, record
from backend.errors import BadParameter, DomainError, NotFound
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ADMINISTRATIONS, Holders, Role
from backend.jurisdictions.scope import Scope
from backend.register.rows import Term
from backend.web.conditions import require_version


class LastAdministrator(DomainError):
    """Nobody would be left for one of the three administrations."""

    status = 409
    code = "last_administrator"


# Why somebody can or cannot sign in, the weightiest reason first.
STATE: Case[Any] = case(
    (~Account.is_active, "disabled"),
    (Account.valid_until < func.current_date(), "expired"),
    (Account.locked_until > func.now(), "locked"),
    (Account.password_hash.is_(None) & ~Account.is_demo, "pending"),
    else_="active",
)
SORTED_BY: Mapping[str, InstrumentedAttribute[Any]] = {
    "username": Account.username,
    "name": Account.name,
    "role": Account.role,
    "last_sign_in_at": Account.last_sign_in_at,
}


def accounts(
    session: Session,
    *,
    words: str | None,
    role: str | None,
    state: str | None,
    sort: str,
    page: int,
    limit: int,
) -> AccountsOut:
    """A page of accounts."""
    wanted: list[ColumnElement[bool]] = []
    if words:
        texts = (Account.username, Account.name, Account.unit)
        wanted.append(or_(*(column.icontains(words, autoescape=True) for column in texts)))
    if role == "none":
        wanted.append(Account.role.is_(None))
    elif role:
        wanted.append(Account.role == role)
    if state:
        wanted.append(STATE.in_([state]))
    rows = session.execute(
        select(Account, STATE)
        .where(*wanted)
        .order_by(order(sort), Account.username)
        .limit(limit)
        .offset((page - 1) * limit)
    ).all()
    total = session.scalars(select(func.count()).select_from(Account).where(*wanted)).one()
    named = names_in(session, [held_scope(account) for account, _ in rows])
    items = [account_out(account, found, named) for account, found in rows]
    return AccountsOut(items=items, total=total, page=page, limit=limit)


def order(sort: str) -> UnaryExpression[Any]:
    """A column's name, after a minus sign from the end; what is empty comes last."""
    column = SORTED_BY.get(sort.removeprefix("-"))
    if column is None:
        raise BadParameter("sort", f"可用的有 {'、'.join(SORTED_BY)}，前面加 - 为倒序")
    return (column.desc() if sort.startswith("-") else column.asc()).nulls_last()


def held_scope(holder: Account | ApiKey) -> Scope:
    """What an account or a key may see."""
    return scope_of(held_role(holder.role), holder.scope_codes)


def account_out(account: Account, state: str, named: Names) -> AccountOut:
    """An account with its words."""
    return AccountOut(
        id=account.id,
        username=account.username,
        name=account.name,
        unit=account.unit,
        role=role_term(held_role(account.role)),
        scope=granted(held_scope(account), named),
        state=state,
        has_second_factor=account.totp_secret is not None,
        last_sign_in_at=account.last_sign_in_at,
        valid_until=account.valid_until,
        created_at=account.created_at,
        version=account.version,
    )


def role_term(role: Role | None) -> Term | None:
    """A role's words."""
    return None if role is None else Term(code=role.code, zh=role.zh, en=role.en)


def granted(scope: Scope, named: Names) -> GrantedScope:
    """A scope with the names of its codes; what is gone is named by its code."""
    known = named.get(scope.kind, {})
    return GrantedScope(
        kind=scope.kind.value,
        codes=[Named(code=code, name=known.get(code, code)) for code in sorted(scope.codes)],
    )


def read_account(session: Session, account_id: UUID) -> AccountOut:
    """One account."""
    found = session.execute(select(Account, STATE).where(Account.id == account_id)).one_or_none()
    if found is None:
        raise NotFound
    account, state = found
    return account_out(account, state, names_in(session, [held_scope(account)]))


def create_account(
    session: Session, actor: Actor, given: NewAccount, *, is_demo: bool = False
) -> NewAccountOut:
    """Make an account without rights, and the link by which its holder chooses a password."""
    account = new_account(
        session,
        username=given.username,
        name=given.name,
        unit=given.unit,
        valid_until=given.valid_until,
        is_demo=is_demo,
    )
    record(
        session, actor, Deed.CREATE_ACCOUNT, subject=subject_of(account), after=given.model_dump(mode="json")
    )
    link = LinkOut.model_validate(issue_link(session, "activation", account.id))
    return NewAccountOut(account=read_account(session, account.id), link=link)


def locked_account(session: Session, actor: Actor, account_id: UUID) -> Account:
    """An account that nobody else changes meanwhile, and that is not the actor's own.

    Raises
    ------
    NotFound, OwnAccount
    """
    if account_id == actor.id:
        raise OwnAccount
    account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise NotFound
    return account


def change_account(
    session: Session, actor: Actor, account_id: UUID, seen: int, given: AccountChange
) -> AccountOut:
    """Change what an account says; one that is disabled is signed out everywhere.

    Raises
    ------
    NotFound, OwnAccount, ChangedMeanwhile
    """
    account = locked_account(session, actor, account_id)
    require_version(seen, account.version, read_account(session, account_id).model_dump(mode="json"))
    if not given.is_active:
        require_another(session, account)
    given_values = given.model_dump(exclude_unset=True)
    changes = {name: value for name, value in given_values.items() if getattr(account, name) != value}
    write_changes(session, actor, account, changes)
    return fresh(session, account)


def require_another(session: Session, account: Account) -> None:
    """Keep the last holder of an administration in place, or nobody could do its part any more.

    Raises
    ------
    LastAdministrator
    """
    if account.role not in ADMINISTRATIONS:
        return
    others = select(Account.id).where(
        Account.role == account.role, Account.is_active, Account.id != account.id, ~Account.is_demo
    )
    if session.scalars(others.limit(1)).one_or_none() is None:
        raise LastAdministrator("这是最后一个担任该管理员的账号；请先让另一个账号担任。")


def write_changes(session: Session, actor: Actor, account: Account, changes: dict[str, Any]) -> None:
    """Write what differs, with its trace; what changes nothing leaves none."""
    if not changes:
        return
    before = {name: getattr(account, name) for name in changes}
    for name, value in changes.items():
        setattr(account, name, value)
    session.flush()
    if not account.is_active:
        end_sessions(session, account.id)
    record(
        session,
        actor,
        Deed.CHANGE_ACCOUNT,
        subject=subject_of(account),
        before=AccountChange.model_construct(**before).model_dump(mode="json", exclude_unset=True),
        after=AccountChange.model_construct(**changes).model_dump(mode="json", exclude_unset=True),
    )


def fresh(session: Session, account: Account) -> AccountOut:
    """The account as it is after a change, its version moved by the database."""
    session.refresh(account)
    return read_account(session, account.id)


def grant(session: Session, actor: Actor, account_id: UUID, seen: int, given: Grant) -> AccountOut:
    """Give an account its role and scope; whoever is signed in with it has to sign in again.

    Raises
    ------
    NotFound, OwnAccount, ChangedMeanwhile, GrantUnsuitable
    """
    account = locked_account(session, actor, account_id)
    require_version(seen, account.version, read_account(session, account_id).model_dump(mode="json"))
    codes = check_grant(session, given.role, given.codes, is_for=Holders.ACCOUNTS)
    if given.role != account.role:
        require_another(session, account)
    before = {"role": account.role, "codes": list(account.scope_codes)}
    account.role, account.scope_codes = given.role, codes
    session.flush()
    end_sessions(session, account.id)
    record(
        session,
        actor,
        Deed.GRANT,
        subject=subject_of(account),
        before=before,
        after={"role": given.role, "codes": codes},
    )
    return fresh(session, account)


def issue_activation(session: Session, actor: Actor, account_id: UUID) -> LinkOut:
    """Let the holder choose a new password; the old one and every session end now."""
    account = locked_account(session, actor, account_id)
    retire_password(session, account)
    session.flush()
    end_sessions(session, account.id)
    record(session, actor, Deed.ISSUE_LINK, subject=subject_of(account), detail={"purpose": "activation"})
    return LinkOut.model_validate(issue_link(session, "activation", account.id))


def end_all_sessions(session: Session, actor: Actor, account_id: UUID) -> None:
    """Sign an account out everywhere."""
    account = locked_account(session, actor, account_id)
    ended = end_sessions(session, account.id)
    record(session, actor, Deed.END_SESSIONS, subject=subject_of(account), detail={"ended_sessions": ended})


def unlock(session: Session, actor: Actor, account_id: UUID) -> None:
    """Let an account sign in again before its lock has run out."""
    account = locked_account(session, actor, account_id)
    account.locked_until, account.failed_sign_ins = None, 0
    session.flush()
    record(session, actor, Deed.UNLOCK, subject=subject_of(account))


def remove_second_factor(session: Session, actor: Actor, account_id: UUID) -> None:
    """Drop the second factor of somebody whose phone is gone; their sessions end."""
    account = locked_account(session, actor, account_id)
    forget_second_factor(session, account)
    end_sessions(session, account.id)
    record(
        session,
        actor,
        Deed.CHANGE_SECOND_FACTOR,
        subject=subject_of(account),
        after={"has_second_factor": False},
    )
