"""What a scope can be made of, and who answers for each part of it."""

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, cast, func, select
from sqlalchemy.orm import Session

from backend.accounts.holding import ENTERPRISE
from backend.accounts.models import Account
from backend.administration.schemas import (
    EnterpriseName,
    EnterpriseNames,
    GroupOut,
    SectorOut,
    TerritoriesOut,
    TownshipOut,
)
from backend.jurisdictions.models import GROUP_KINDS, Area, Sector, UnitGroup
from backend.jurisdictions.queries import sectors_in_order
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import ScopeKind
from backend.register.rows import term

MOST_NAMES = 20


def territories(session: Session, district: str) -> TerritoriesOut:
    """Townships of the district, sectors and groups, each with the number of active accounts that hold it."""
    townships = (
        select(Area.code, Area.name, holders(ScopeKind.TOWNSHIPS, Area.code))
        .where(Area.level == "township", Area.parent_code == district)
        .order_by(Area.code)
    )
    sectors = sectors_in_order().add_columns(holders(ScopeKind.SECTORS, Sector.code))
    groups = select(UnitGroup, holders(ScopeKind.GROUPS, cast(UnitGroup.id, Text))).order_by(
        UnitGroup.kind, UnitGroup.code
    )
    return TerritoriesOut(
        townships=[
            TownshipOut(code=code, name=name, accounts=count)
            for code, name, count in session.execute(townships)
        ],
        sectors=[
            SectorOut(code=sector.code, zh=sector.name_zh, en=sector.name_en, accounts=count)
            for sector, count in session.execute(sectors)
        ],
        groups=[
            GroupOut(
                id=group.id,
                code=group.code,
                name=group.name,
                kind=term(GROUP_KINDS, group.kind),
                accounts=count,
            )
            for group, count in session.execute(groups)
        ],
    )


def holders(kind: ScopeKind, code: SQLColumnExpression[str]) -> ColumnElement[int]:
    """How many active accounts have this code in a scope of this kind."""
    roles = [role.code for role in ROLES.values() if role.scope_kind is kind]
    return (
        select(func.count())
        .select_from(Account)
        .where(Account.is_active, Account.role.in_(roles), code == func.any(Account.scope_codes))
        .scalar_subquery()
    )


def enterprise_names(session: Session, words: str) -> EnterpriseNames:
    """Enterprises whose name holds `words`: names only, for granting them, not for looking at them."""
    fits = ENTERPRISE.c.name.icontains(words, autoescape=True)
    rows = session.execute(
        select(ENTERPRISE.c.id, ENTERPRISE.c.name, Area.name.label("township"))
        .outerjoin(Area, Area.code == ENTERPRISE.c.township_code)
        .where(fits)
        .order_by(func.char_length(ENTERPRISE.c.name), ENTERPRISE.c.name)
        .limit(MOST_NAMES)
    )
    total = session.scalars(select(func.count()).select_from(ENTERPRISE).where(fits)).one()
    return EnterpriseNames(
        items=[EnterpriseName(id=row.id, name=row.name, township=row.township) for row in rows], total=total
    )
