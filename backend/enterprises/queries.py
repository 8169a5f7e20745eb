"""Which enterprises exist for an actor."""

from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, select

from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import ScopeKind, may_see


def visible_enterprises(actor: Actor) -> Select[Enterprise]:
    """The enterprises that exist for this actor."""
    return select(Enterprise).where(
        may_see(
            actor.scope,
            townships=Enterprise.township_code,
            sector=Enterprise.sector_code,
            group=Enterprise.group_id,
            enterprise=Enterprise.id,
        )
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
