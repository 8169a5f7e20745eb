"""Whose rows an import may speak of: what does not exist for who imports is not found, whatever the file says of it.

An operator on the machine (no actor) and whoever sees everything are not limited.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, true

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area, UnitGroup
from backend.jurisdictions.scope import ScopeKind

OUT_OF_BOUNDS = "不在您的管辖范围内"


def is_limited(actor: Actor | None) -> bool:
    """Whether rows can be out of bounds for somebody."""
    return actor is not None and actor.scope.kind is not ScopeKind.EVERYTHING


def own_enterprises(actor: Actor) -> Select[UUID]:
    """The ids of the enterprises that somebody may write to, and to what belongs to them."""
    return visible_enterprises(actor).with_only_columns(Enterprise.id)


def is_own(actor: Actor | None, enterprise_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 (a column of any table)
    """Whether an enterprise that a column names exists for who imports."""
    if actor is None or not is_limited(actor):
        return true()
    own: ColumnElement[bool] = enterprise_id.in_(own_enterprises(actor))
    return own


def is_own_group(actor: Actor | None) -> ColumnElement[bool]:
    """Whether somebody may put enterprises into a group: their own, one of their townships, or of their enterprises."""
    if actor is None or not is_limited(actor):
        return true()
    held = visible_enterprises(actor).with_only_columns(Enterprise.group_id)
    chances: list[ColumnElement[bool]] = [UnitGroup.id.in_(held)]
    if actor.scope.kind is ScopeKind.TOWNSHIPS:
        chances.append(UnitGroup.township_code.in_(sorted(actor.scope.codes)))
    if actor.scope.kind is ScopeKind.GROUPS:
        chances.append(UnitGroup.id.in_([UUID(code) for code in actor.scope.codes]))
    return or_(*chances)


def is_own_township(actor: Actor | None) -> ColumnElement[bool]:
    """Whether a township can be that of an enterprise of one's own; where all lie is open to everybody."""
    if actor is None or actor.scope.kind is not ScopeKind.TOWNSHIPS:
        return true()
    return Area.code.in_(sorted(actor.scope.codes))


def unknown(label: str, actor: Actor | None) -> str:
    """Say that something is not there, in words that are also true where it is there for others.

    >>> unknown("所属企业", None)
    '没有这个所属企业'
    """
    return f"没有这个{label}，或{OUT_OF_BOUNDS}" if is_limited(actor) else f"没有这个{label}"
