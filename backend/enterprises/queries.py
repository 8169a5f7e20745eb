"""Which enterprises exist for an actor."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case, select

from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import ScopeKind, may_see


def visible_enterprises(actor: Actor) -> Select[Enterprise]:
    """The enterprises that exist for this actor."""
    return select(Enterprise).where(exists_for(actor))


def exists_for(actor: Actor) -> ColumnElement[bool]:
    """Whether an enterprise exists for this actor."""
    return may_see(
        actor.scope,
        townships=Enterprise.township_code,
        sector=Enterprise.sector_code,
        group=Enterprise.group_id,
        enterprise=Enterprise.id,
    )


def own_id(
    actor: Actor, enterprise_id: SQLColumnExpression[UUID] | SQLColumnExpression[UUID | None]
) -> SQLColumnExpression[UUID | None]:
    """The id of an enterprise that a row speaks of, null where that enterprise does not exist for this actor."""
    if actor.scope.kind is ScopeKind.EVERYTHING:
        return enterprise_id
    return (
        visible_enterprises(actor)
        .with_only_columns(Enterprise.id)
        .where(Enterprise.id == enterprise_id)
        .correlate_except(Enterprise)
        .scalar_subquery()
    )


def own_fact(actor: Actor, fact: SQLColumnExpression[str | None]) -> SQLColumnExpression[str | None]:
    """A column of the enterprise that a row is joined with, null where it does not exist for this actor."""
    if actor.scope.kind is ScopeKind.EVERYTHING:
        return fact
    return case((exists_for(actor), fact))
