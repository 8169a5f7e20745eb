"""The words that a template offers for what is already in the register."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from backend.importing.fields import FieldType
from backend.jurisdictions.models import Area, Sector, UnitGroup


def choices_of(session: Session) -> Mapping[FieldType, Sequence[str]]:
    """Name sectors, today's townships and groups as an import understands them: a name that is there twice by code."""
    today = or_(Area.valid_to.is_(None), Area.valid_to >= func.current_date())
    townships = select(Area.code, Area.name).where(Area.level == "township", today).order_by(Area.code)
    groups = select(UnitGroup.code, UnitGroup.name).order_by(UnitGroup.code)
    return {
        FieldType.SECTOR: session.scalars(select(Sector.name_zh).order_by(Sector.position)).all(),
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
