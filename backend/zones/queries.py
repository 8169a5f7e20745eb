"""Which zones exist for an actor."""

from sqlalchemy import Select, select

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import is_visible
from backend.jurisdictions.scope import Actor
from backend.zones.models import Zone


def visible_zones(actor: Actor) -> Select[Zone]:
    """The zones of the enterprises that exist for this actor, joined with their enterprise."""
    return select(Zone).join(Enterprise, Enterprise.id == Zone.enterprise_id).where(is_visible(actor))
