"""The first accounts: three administrations in three hands, before anybody can grant anything."""

from dataclasses import replace
from datetime import date

from psycopg.errors import UniqueViolation
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.accounts.errors import LinkInvalid, NameTaken
from backend.accounts.links import Link, issue_link, use_up
from backend.accounts.models import Account
from backend.accounts.schemas import LinkOut, NewAdministrator, SetUp, SetUpOut
from backend.accounts.signing_in import subject_of
from backend.audit.trail import Deed, record
from backend.errors import DomainError
from backend.jurisdictions.actors import NOBODY, Actor

ROLES_OF = {"system": "system_admin", "security": "security_admin", "audit": "audit_admin"}


class ThreeHands(DomainError):
    """One person for two administrations."""

    code = "three_hands"


def has_accounts(session: Session) -> bool:
    """Whether anybody has an account yet; those of the demonstration are nobody's."""
    return session.scalar(select(Account.id).where(~Account.is_demo).limit(1)) is not None


def setup_link(session: Session) -> Link | None:
    """A link to name the first administrators by; None where there are accounts already."""
    return None if has_accounts(session) else issue_link(session, "setup")


def greeting(engine: Engine, address: str) -> list[str]:
    """What the operator of a new service is told; nothing where there are accounts."""
    with Session(engine) as session, session.begin():
        link = setup_link(session)
    if link is None:
        return []
    return [
        "还没有账号。请在 24 小时内打开下面的一次性链接，指定系统、安全、审计三个管理员（只显示这一次）：",
        f"  {address.rstrip('/')}{link.path}",
    ]


def set_up(session: Session, given: SetUp, address: str) -> SetUpOut:
    """Make the three accounts, and a link for each to choose a password by.

    Raises
    ------
    LinkInvalid, ThreeHands
    """
    if has_accounts(session):
        raise LinkInvalid
    named = given.administrators
    chosen = {"system": named.system, "security": named.security, "audit": named.audit}
    if len({each.username for each in chosen.values()}) < len(chosen):
        raise ThreeHands(
            "三个管理员必须是三个不同的账号。", [{"pointer": "/administrators", "reason": "用户名重复"}]
        )
    use_up(session, "setup", given.token)
    actor = replace(NOBODY, name="setup", address=address)
    links = {kind: first_link(session, actor, each, ROLES_OF[kind]) for kind, each in chosen.items()}
    return SetUpOut(links=links)


def first_link(session: Session, actor: Actor, given: NewAdministrator, role: str) -> LinkOut:
    """Make one administrator's account, and the link to choose a password by."""
    account = new_account(session, username=given.username, name=given.name, role=role)
    record(session, actor, Deed.SET_UP, subject=subject_of(account), after={"role": role})
    return LinkOut.model_validate(issue_link(session, "activation", account.id))


def new_account(
    session: Session,
    *,
    username: str,
    name: str,
    unit: str | None = None,
    role: str | None = None,
    codes: list[str] | None = None,
    valid_until: date | None = None,
    is_demo: bool = False,
) -> Account:
    """Add an account that has no password yet.

    Raises
    ------
    NameTaken
    """
    account = Account(
        username=username,
        name=name,
        unit=unit,
        role=role,
        scope_codes=codes or [],
        valid_until=valid_until,
        is_demo=is_demo,
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation):
            raise NameTaken from error
        raise
    return account
