"""An account for each role of the demonstration, and a link to look through its eyes; they have no passwords."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from sqlalchemy import Engine, Text, cast, delete, select
from sqlalchemy.orm import Session

from backend.accounts.administrators import new_account
from backend.accounts.links import issue_link
from backend.accounts.models import Account, ApiKey
from backend.accounts.signing_in import subject_of
from backend.audit.trail import Deed, operator, record
from backend.enterprises.models import Enterprise
from backend.jurisdictions.models import UnitGroup
from backend.jurisdictions.roles import ROLES, Holders, Role
from backend.jurisdictions.scope import ScopeKind

DEMO = "demo"
# Any sector of the demonstration with a school or two; what it is called comes from the register.
SECTOR = "education"
HOW_MANY = {"third_party": 3, "expert": 2}


@dataclass(frozen=True)
class RoleLink:
    """A role with the path that opens its account."""

    role: Role
    path: str


def greeting(engine: Engine, address: str) -> list[str]:
    """What the operator is told: how to look through the eyes of each role."""
    base = address.rstrip("/")
    links = role_links(engine)
    width = max(cell_len(link.role.zh) for link in links)
    return [
        "不登录即可查看全部演示数据。用下面的链接以某个角色登录（演示账号，本次启动有效）：",
        *(f"  {link.role.zh}{' ' * (width - cell_len(link.role.zh))}  {base}{link.path}" for link in links),
    ]


def role_links(engine: Engine) -> list[RoleLink]:
    """Make the accounts anew, so that they hold what the register has now, with a fresh link each."""
    with Session(engine) as session, session.begin():
        for made_here in (Account, ApiKey):
            session.execute(delete(made_here).where(made_here.is_demo))
        return [
            RoleLink(role, link_of(session, role))
            for role in ROLES.values()
            if role.is_for is Holders.ACCOUNTS
        ]


def link_of(session: Session, role: Role) -> str:
    """One role's account, and its link's path."""
    account = new_account(
        session,
        username=f"demo-{role.code.replace('_', '-')}",
        name=f"演示·{role.zh}",
        role=role.code,
        codes=list(codes_of(session, role)),
        is_demo=True,
    )
    record(session, operator(), Deed.CREATE_ACCOUNT, subject=subject_of(account), after={"role": role.code})
    return issue_link(session, "demo", account.id).path


def codes_of(session: Session, role: Role) -> Iterator[str]:
    """What a role of the demonstration is in charge of: the worst enterprise, and the township that it belongs to."""
    worst = (
        select(Enterprise)
        .where(Enterprise.source == DEMO, Enterprise.grade.is_not(None))
        .order_by(Enterprise.grade, Enterprise.source_id)
    )
    match role.scope_kind:
        case ScopeKind.TOWNSHIPS:
            chosen = worst.with_only_columns(cast(Enterprise.township_code, Text)).limit(1)
        case ScopeKind.SECTORS:
            yield SECTOR
            return
        case ScopeKind.GROUPS:
            chosen = (
                select(cast(UnitGroup.id, Text))
                .where(UnitGroup.source == DEMO)
                .order_by(UnitGroup.code)
                .limit(1)
            )
        case ScopeKind.ENTERPRISES:
            chosen = worst.with_only_columns(cast(Enterprise.id, Text)).limit(HOW_MANY.get(role.code, 1))
        case _:
            return
    yield from session.scalars(chosen)
