"""Which conflicts somebody is told of: of an enterprise that exists for them, or of a receptor that is theirs.

Across a border a conflict is told as a site is told to who answers for the receptor (`backend.proximity.queries`):
within a kilometre, of red and orange zones; and of major hazard installations, whatever their unit's grade.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from backend.alarms.models import Conflict
from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import ScopeKind
from backend.proximity.queries import TOLD_WITHIN_M, answers_for_receptor
from backend.surroundings.models import Receptor
from backend.surroundings.queries import visible_receptors


def visible_conflicts(actor: Actor) -> Select[Any]:
    """Conflicts with `is_site_mine` and `is_receptor_mine`; at least one of them is true.

    Whoever sees everything is told of what was deleted too.
    """
    site, receptor = is_site_mine(actor), is_receptor_mine(actor)
    columns: list[Any] = [Conflict, site.label("is_site_mine"), receptor.label("is_receptor_mine")]
    return select(*columns).where(or_(site, receptor))


def is_site_mine(actor: Actor) -> ColumnElement[bool]:
    """Whether the enterprise exists for the actor: a zone that only reaches over the border is its owner's."""
    if actor.scope.kind is ScopeKind.EVERYTHING:
        return Conflict.id.is_not(None)
    return Conflict.enterprise_id.in_(visible_enterprises(actor).with_only_columns(Enterprise.id))


def is_receptor_mine(actor: Actor) -> ColumnElement[bool]:
    """Whether the receptor is the actor's to protect, and the conflict one that is told across a border."""
    if actor.scope.kind is ScopeKind.EVERYTHING:
        return Conflict.id.is_not(None)
    mine = visible_receptors(actor).where(answers_for_receptor(actor)).with_only_columns(Receptor.id)
    is_told = or_(is_site_mine(actor), Conflict.distance_m <= TOLD_WITHIN_M)
    return and_(Conflict.receptor_id.in_(mine), is_told)
