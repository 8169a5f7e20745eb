"""Which zones exist for an actor."""

from sqlalchemy import Select, select

from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import may_see
from backend.zones.models import Zone


def visible_zones(actor: Actor) -> Select[Zone]:
    """The zones that exist for this actor, joined with their enterprise.

    A zone that reaches into a neighbour's territory exists for the neighbour too; its enterprise does not.
    """
    return (
        select(Zone)
        .join(Enterprise, Enterprise.id == Zone.enterprise_id)
        .where(
            may_see(
                actor.scope,
                townships=Zone.township_codes,
                sector=Zone.sector_code,
                group=Zone.group_id,
                enterprise=Zone.enterprise_id,
            )
        )
    )
