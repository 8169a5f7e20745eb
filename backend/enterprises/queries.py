"""Which enterprises exist for an actor."""

from sqlalchemy import Select, select

from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import may_see


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
