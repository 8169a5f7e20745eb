"""One enterprise with the names of what it belongs to."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from backend.enterprises.models import OPERATING_STATUSES, Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.enterprises.schemas import EnterpriseOut, Named
from backend.grades import GRADE_BASIS
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area, Sector, UnitGroup
from backend.register.history import as_of
from backend.register.rows import Term, one_row, own_fields, place, place_columns, term, true_area_m2
from backend.web.parameters import Key


def enterprise_facts(
    session: Session, actor: Actor, key: Key, moment: datetime | None = None
) -> dict[str, Any]:
    """The fields of `EnterpriseOut` for one enterprise that exists for `actor`, as of `moment` (None: the present)."""
    # The box of the outline where there is one, so that the map can show the whole site.
    whole = func.coalesce(Enterprise.outline, Enterprise.location)
    rows = (
        visible_enterprises(actor)
        .outerjoin(Sector, Sector.code == Enterprise.sector_code)
        .outerjoin(Area, Area.code == Enterprise.township_code)
        .outerjoin(UnitGroup, UnitGroup.id == Enterprise.group_id)
        .add_columns(
            Sector,
            Area.name.label("township"),
            UnitGroup.code.label("group_code"),
            UnitGroup.name.label("group_name"),
            # The outline may lie in a zone beside the point's, so its scale factor is asked for itself.
            true_area_m2(Enterprise.outline_metric, func.metric_k(Enterprise.outline)).label("area_m2"),
            func.ST_X(Enterprise.location).label("location_lon"),
            func.ST_Y(Enterprise.location).label("location_lat"),
            *place_columns(whole),
        )
    )
    row = one_row(session, as_of(rows, moment), Enterprise, key)._mapping
    enterprise: Enterprise = row["Enterprise"]
    sector: Sector | None = row["Sector"]
    return {
        **own_fields(enterprise, EnterpriseOut),
        **place(row),
        "lon": row["location_lon"],
        "lat": row["location_lat"],
        "sector": sector and Term(code=sector.code, zh=sector.name_zh, en=sector.name_en),
        "township": row["township"] and Named(code=str(enterprise.township_code), name=row["township"]),
        "group": row["group_code"] and Named(code=row["group_code"], name=row["group_name"]),
        "operating_status": term(OPERATING_STATUSES, enterprise.operating_status),
        "grade_basis": GRADE_BASIS,
        "area_m2": row["area_m2"],
    }
