"""Rows of the register for the command line: its operator has the machine, and so all of them."""

from enum import StrEnum
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Select, func
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.register.located import CANONICAL_SRID
from backend.surroundings.models import Corridor, Receptor
from backend.surroundings.queries import visible_corridors, visible_receptors
from backend.zones.models import Zone
from backend.zones.queries import visible_zones


class SiteLayer(StrEnum):
    """What stands for the sites; enterprises have their outline, or else their point."""

    ENTERPRISES = "enterprises"
    ZONES = "zones"


class ReceptorLayer(StrEnum):
    """What stands for the receptors."""

    RECEPTORS = "receptors"
    CORRIDORS = "corridors"


# The column of a layer that says which unit a row belongs to; corridors belong to none.
UNIT = {
    SiteLayer.ENTERPRISES: "id",
    SiteLayer.ZONES: "enterprise_id",
    ReceptorLayer.RECEPTORS: "enterprise_id",
}


def register_rows(session: Session, actor: Actor, layer: SiteLayer | ReceptorLayer) -> gpd.GeoDataFrame:
    """Give the rows of a layer that exist for an actor, by number, in CGCS2000 degrees; unplaced ones have no place."""
    rows = session.execute(_select(actor, layer)).mappings().all()
    frame = pd.DataFrame(rows, columns=list(rows[0]) if rows else ["number", "id", "name", "place"])
    frame = frame.set_index("number")
    places = shapely.from_wkb([None if place is None else bytes(place) for place in frame.pop("place")])
    for name in {"id", "enterprise_id"} & set(frame.columns):
        # Files know no UUIDs.
        frame[name] = [None if value is None else str(value) for value in frame[name]]
    return gpd.GeoDataFrame(frame, geometry=places, crs=CANONICAL_SRID)


def _select(actor: Actor, layer: SiteLayer | ReceptorLayer) -> Select[Any]:
    # Each layer has columns of its own, which no one type describes.
    rows: Select[Any]
    of: Any
    place: Any
    match layer:
        case SiteLayer.ENTERPRISES:
            rows, of = visible_enterprises(actor), Enterprise
            place = func.coalesce(Enterprise.outline, Enterprise.location)
            facts = [of.grade, of.sector_code, of.township_code, of.operating_status]
        case SiteLayer.ZONES:
            rows, of, place = visible_zones(actor), Zone, Zone.boundary
            facts = [of.grade, of.kind, of.sector_code, of.enterprise_id]
        case ReceptorLayer.RECEPTORS:
            rows, of, place = visible_receptors(actor), Receptor, Receptor.place
            facts = [of.kind, of.headcount, of.enterprise_id]
        case ReceptorLayer.CORRIDORS:
            rows, of, place = visible_corridors(actor), Corridor, Corridor.centreline
            facts = [of.class_.label("class"), of.half_width_m]
    common = [of.number, of.id, of.name, of.accuracy_m]
    return rows.with_only_columns(*common, *facts, func.ST_AsBinary(place).label("place"))
