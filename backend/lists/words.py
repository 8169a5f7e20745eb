"""The words of every code that a list tells or is filtered by."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from backend.enterprises.models import OPERATING_STATUSES, Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.enterprises.vocabulary import DEMONSTRATION_STATUSES, SCALES
from backend.grades import GRADES, UNGRADED
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area, UnitGroup
from backend.jurisdictions.queries import sectors_in_order, visible_areas
from backend.register.rows import Term, terms
from backend.risk.accidents import ACCIDENT_TYPES
from backend.risk.control_levels import CONTROL_LEVELS
from backend.risk.grading import METHODS
from backend.risk.vocabulary import RISK_POINT_KINDS

Table = Mapping[str, Term]


def of(each: Iterable[Term]) -> dict[str, Term]:
    """Terms by their code; the first of each."""
    table: dict[str, Term] = {}
    for one in each:
        table.setdefault(one.code, one)
    return table


FIXED: Mapping[str, Table] = {
    "grade": of(Term(code=str(each.code or "none"), zh=each.zh, en=each.en) for each in (*GRADES, UNGRADED)),
    "status": of(terms(OPERATING_STATUSES)),
    "scale": of(terms(SCALES)),
    "demonstration": of(terms(DEMONSTRATION_STATUSES)),
    "point_kind": of(terms(RISK_POINT_KINDS)),
    "accident_type": of(
        Term(code=f"{each.edition}/{each.code}", zh=each.zh, en=each.en) for each in ACCIDENT_TYPES
    ),
    "method": of(Term(code=code, zh=zh, en=en) for code, (zh, en) in METHODS.items()),
    "control_level": of(
        Term(code=level.code, zh=level.zh, en=level.en)
        # The usual set first: a code that several sets have gets its words.
        for name in ("plant", *CONTROL_LEVELS)
        for level in CONTROL_LEVELS[name]
    ),
}


def tables(session: Session, actor: Actor) -> dict[str, Table]:
    """Every table of codes, with the district's own townships and sectors."""
    townships = session.execute(
        visible_areas(actor)
        .where(Area.level == "township")
        .with_only_columns(Area.code, Area.name)
        .order_by(Area.code)
    )
    return {
        **FIXED,
        "township": of(Term(code=code, zh=name, en=name) for code, name in townships),
        "sector": of(
            Term(code=each.code, zh=each.name_zh, en=each.name_en)
            for each in session.scalars(sectors_in_order())
        ),
    }


def own_groups(session: Session, actor: Actor) -> Table:
    """The groups (parks, villages, grid cells) of the enterprises that exist for the actor."""
    rows = session.execute(
        visible_enterprises(actor)
        .join(UnitGroup, UnitGroup.id == Enterprise.group_id)
        .with_only_columns(UnitGroup.code, UnitGroup.name)
        .distinct()
        .order_by(UnitGroup.code)
    )
    return of(Term(code=code, zh=name, en=name) for code, name in rows)


def word(tables: Mapping[str, Table], table: str, code: object) -> Term | None:
    """The words of one code; a code that the table has not is told as it is."""
    if code is None:
        return None
    known = tables[table].get(str(code))
    return known or Term(code=str(code), zh=str(code), en=str(code))
