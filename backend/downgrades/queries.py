"""Which downgrades exist for an actor."""

from sqlalchemy import Select, select

from backend.downgrades.models import Downgrade
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import may_see


def visible_downgrades(actor: Actor) -> Select[Downgrade]:
    """The downgrades of one's own territory, sector, park or enterprise, as it was when they were asked for."""
    return select(Downgrade).where(
        may_see(
            actor.scope,
            townships=Downgrade.township_code,
            sector=Downgrade.sector_code,
            group=Downgrade.group_id,
            enterprise=Downgrade.enterprise_id,
        )
    )
