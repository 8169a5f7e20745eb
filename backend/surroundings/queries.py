"""Which receptors and corridors exist for an actor: all of them, for they are open to every reader."""

from sqlalchemy import Select, select

from backend.jurisdictions.actors import Actor
from backend.surroundings.models import Corridor, Receptor


def visible_receptors(actor: Actor) -> Select[Receptor]:
    """Schools, hospitals and the other places to protect."""
    return select(Receptor)


def visible_corridors(actor: Actor) -> Select[Corridor]:
    """Railways, roads, pipelines and waterways."""
    return select(Corridor)
