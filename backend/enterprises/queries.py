"""Which enterprises exist for an actor."""

from sqlalchemy import ColumnElement, Select, select

from backend.enterprises.models import Enterprise
from backend.jurisdictions.scope import Actor, may_see


def visible_enterprises(actor: Actor) -> Select[Enterprise]:
    """The enterprises that exist for this actor."""
    return select(Enterprise).where(is_visible(actor))


def is_visible(actor: Actor) -> ColumnElement[bool]:
    """Whether the enterprise of a row exists for this actor; for selects that join `Enterprise`."""
    return may_see(
        actor.scope,
        township=Enterprise.township_code,
        sector=Enterprise.sector_code,
        enterprise=Enterprise.id,
    )
