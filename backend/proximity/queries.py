"""Which sites near a receptor somebody is told of."""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select, type_coerce

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import exists_for, visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import Area
from backend.jurisdictions.scope import lies_in
from backend.register.rows import meets
from backend.surroundings.models import Receptor
from tiles.grid import Bounds

# A degree of latitude has 111 km; of longitude, at 54 degrees north, 65 km. Wider than any radius reaches.
DEGREES_PER_M = 1 / 60_000
# How far across a border somebody is told of others' sites, whatever is asked for: otherwise a township with many
# schools would learn most of the district's register.
TOLD_WITHIN_M = 1_000.0


def visible_sites_near(actor: Actor, radius_m: float) -> Select[Any]:
    """Receptors paired with the graded sites around them that `actor` may be told of.

    The actor's own sites are told whole. Of others only who answers for the receptor is told, and no more than
    protects it: of sites of the grades 重大 and 较大 within a kilometre the name, the grade, the distance, and the
    office to call.

    Returns
    -------
    A select of `id`, `number` (null for a site that is not the actor's), `name`, `grade`, `distance_m`, the `edge` that
    it starts at, `office`;
    the caller names the receptor.
    """
    site = type_coerce(func.coalesce(Enterprise.outline, Enterprise.location), Geometry)
    distance_m = (
        func.ST_Distance(func.ST_Transform(site, Receptor.metric_srid), Receptor.place_metric)
        / Receptor.metric_k
    )
    # Each of the two has an index, the first that is there has none.
    around = func.ST_Expand(Receptor.place, radius_m * DEGREES_PER_M)
    is_own = Enterprise.id.in_(visible_enterprises(actor).with_only_columns(Enterprise.id).correlate(None))
    return (
        select(
            case((is_own, Enterprise.id)).label("id"),
            case((is_own, Enterprise.number)).label("number"),
            Enterprise.name.label("name"),
            Enterprise.grade.label("grade"),
            distance_m.label("distance_m"),
            case((Enterprise.outline.is_not(None), "outline"), else_="point").label("edge"),
            Area.name.label("office"),
        )
        .select_from(Receptor)
        .join(Enterprise, or_(around.op("&&")(Enterprise.location), around.op("&&")(Enterprise.outline)))
        .outerjoin(Area, Area.code == Enterprise.township_code)
        .where(
            Enterprise.grade.is_not(None),
            # A school that is a unit too is not near itself.
            Enterprise.id.is_distinct_from(Receptor.enterprise_id),
            distance_m <= radius_m,
            or_(
                is_own, and_(answers_for_receptor(actor), distance_m <= TOLD_WITHIN_M, Enterprise.grade <= 2)
            ),
        )
        .order_by(distance_m, Enterprise.number)
    )


def visible_foreign_sites(actor: Actor, box: Bounds) -> Select[Any]:
    """What protects of the red and orange sites in a box (degrees) that are not the actor's: who, and whom to call.

    Whether the actor may be told of them is the caller's to know.
    """
    place = type_coerce(func.coalesce(Enterprise.outline, Enterprise.location), Geometry)
    return (
        select(
            Enterprise.name,
            Enterprise.grade,
            case((Enterprise.outline.is_not(None), "outline"), else_="point").label("edge"),
            Area.name.label("office"),
            func.ST_AsBinary(place).label("place"),
        )
        .select_from(Enterprise)
        .outerjoin(Area, Area.code == Enterprise.township_code)
        .where(
            Enterprise.grade <= 2,
            not_(exists_for(actor)),
            meets(Enterprise.location, box) | meets(Enterprise.outline, box),
        )
        .order_by(Enterprise.number)
    )


def answers_for_receptor(actor: Actor) -> ColumnElement[bool]:
    """Whether the receptor of a row is the actor's to protect: it lies in their townships, or its unit is theirs."""
    unit = visible_enterprises(actor).with_only_columns(Enterprise.id).correlate(None)
    return or_(Receptor.enterprise_id.in_(unit), lies_in(actor.scope, Receptor.township_codes))
