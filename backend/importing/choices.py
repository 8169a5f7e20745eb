"""The words that a template offers for what is already in the register."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from backend.importing.checking.owning import is_own_group, is_own_township
from backend.importing.fields import FieldType
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area, Sector, UnitGroup
from backend.jurisdictions.scope import ScopeKind


def choices_of(session: Session, actor: Actor | None = None) -> Mapping[FieldType, Sequence[str]]:
    """Name sectors, today's townships and groups as an import understands them: a name that is there twice by code.

    Parameters
    ----------
    actor : who fills the template in; only their own are named. None is the operator, who fills in for everybody.
    """
    today = or_(Area.valid_to.is_(None), Area.valid_to >= func.current_date())
    townships = (
        select(Area.code, Area.name)
        .where(Area.level == "township", today, is_own_township(actor))
        .order_by(Area.code)
    )
    groups = select(UnitGroup.code, UnitGroup.name).where(is_own_group(actor)).order_by(UnitGroup.code)
    sectors = select(Sector.name_zh).order_by(Sector.position)
    if actor is not None and actor.scope.kind is ScopeKind.SECTORS:
        sectors = sectors.where(Sector.code.in_(sorted(actor.scope.codes)))
    return {
        FieldType.SECTOR: session.scalars(sectors).all(),
        FieldType.TOWNSHIP: _unambiguous([(code, name) for code, name in session.execute(townships)]),
        FieldType.GROUP: _unambiguous([(code, name) for code, name in session.execute(groups)]),
    }


def _unambiguous(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Name each, by its code where others have the same name.

    >>> _unambiguous([("1", "姚孟街道"), ("2", "一网格"), ("3", "一网格")])
    ['姚孟街道', '2', '3']
    """
    names = [name for _, name in pairs]
    return [name if names.count(name) == 1 else code for code, name in pairs]
