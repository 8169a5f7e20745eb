"""Which conflicts somebody is told of: of a site that exists for them, or of a receptor that is theirs to protect."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from backend.alarms.models import Conflict
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import ScopeKind
from backend.proximity.queries import answers_for_receptor
from backend.risk.models import MajorHazardInstallation
from backend.risk.queries import visible_installations
from backend.surroundings.models import Receptor
from backend.surroundings.queries import visible_receptors
from backend.zones.models import Zone
from backend.zones.queries import visible_zones


def visible_conflicts(actor: Actor) -> Select[Any]:
    """Conflicts with `is_site_mine` and `is_receptor_mine`; at least one of them is true.

    Whoever sees everything is told of what was deleted too.
    """
    site, receptor = is_site_mine(actor), is_receptor_mine(actor)
    columns: list[Any] = [Conflict, site.label("is_site_mine"), receptor.label("is_receptor_mine")]
    return select(*columns).where(or_(site, receptor))


def is_site_mine(actor: Actor) -> ColumnElement[bool]:
    """Whether the zone or the installation exists for the actor."""
    if actor.scope.kind is ScopeKind.EVERYTHING:
        return Conflict.id.is_not(None)
    return or_(
        and_(Conflict.start == "zone", Conflict.site_id.in_(visible_zones(actor).with_only_columns(Zone.id))),
        and_(
            Conflict.start == "installation",
            Conflict.site_id.in_(visible_installations(actor).with_only_columns(MajorHazardInstallation.id)),
        ),
    )


def is_receptor_mine(actor: Actor) -> ColumnElement[bool]:
    """Whether the receptor is the actor's to protect."""
    if actor.scope.kind is ScopeKind.EVERYTHING:
        return Conflict.id.is_not(None)
    mine = visible_receptors(actor).where(answers_for_receptor(actor)).with_only_columns(Receptor.id)
    return Conflict.receptor_id.in_(mine)
