"""Every code that the service speaks, with its words, colours and signs."""

from pydantic import BaseModel
from sqlalchemy.orm import Session

from backend.area_risk.schemas import RuleOut
from backend.area_risk.service import rules_out
from backend.enterprises.models import OPERATING_STATUSES
from backend.grades import GRADES, UNGRADED, Grade
from backend.jurisdictions.models import AREA_LEVELS, GROUP_KINDS
from backend.jurisdictions.queries import sectors_in_order
from backend.register.rows import Term, terms
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS


class Vocabulary(BaseModel):
    """All code tables; the frontend has none of its own."""

    grades: list[Grade]
    ungraded: Grade
    sectors: list[Term]
    receptor_kinds: list[Term]
    corridor_classes: list[Term]
    operating_statuses: list[Term]
    area_levels: list[Term]
    group_kinds: list[Term]
    area_rules: list[RuleOut]


def vocabulary(session: Session) -> Vocabulary:
    """The code tables of this service."""
    return Vocabulary(
        grades=list(GRADES),
        ungraded=UNGRADED,
        sectors=[
            Term(code=sector.code, zh=sector.name_zh, en=sector.name_en)
            for sector in session.scalars(sectors_in_order())
        ],
        receptor_kinds=terms(RECEPTOR_KINDS),
        corridor_classes=terms(CORRIDOR_CLASSES),
        operating_statuses=terms(OPERATING_STATUSES),
        area_levels=terms(AREA_LEVELS),
        group_kinds=terms(GROUP_KINDS),
        area_rules=rules_out(),
    )
