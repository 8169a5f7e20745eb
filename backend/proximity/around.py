"""Emergency: what is around one place, within some distances, with whom to call; every such question is audited."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import geopandas as gpd
import pandas as pd
from shapely import Point
from sqlalchemy.orm import Session

from backend.enterprises.models import OPERATING_STATUSES, Enterprise
from backend.jurisdictions.actors import Actor
from backend.proximity.ends import Surroundings, edge_rows, frame_of
from backend.proximity.rules import Layer
from backend.proximity.schemas import AroundOut, AroundSite, AroundTarget
from backend.proximity.telling import EDGES, KINDS, rows_of
from backend.register.located import CANONICAL_SRID
from backend.register.rows import meets, term
from backend.risk.explanation import level_set
from backend.risk.models import ResponsiblePerson
from backend.risk.queries import visible_people
from backend.risk.schemas import PersonOut
from backend.risk.service import told_person
from geodata.measure import buffer_m
from geodata.proximity import Prepared, pairs_within, prepare
from tiles.grid import Bounds

MOST_ROWS = 500
"""Of each list; the totals count the rest."""


def around(
    session: Session, actor: Actor, surroundings: Surroundings, place: Point, distances: tuple[float, ...]
) -> AroundOut:
    """What exists for `actor` around a place (EPSG:4490), the nearest first.

    Parameters
    ----------
    distances : metres on the ground, ascending.
    """
    here = prepare(gpd.GeoDataFrame(geometry=[place], crs=CANONICAL_SRID))
    sites = near(here, sites_around(session, actor, place, distances[-1]), distances[-1])
    receptors, corridors = (
        near(here, surroundings.now(session, actor, layer), distances[-1])
        for layer in ("receptors", "corridors")
    )
    people = contacts(session, actor, sites.head(MOST_ROWS))
    return AroundOut(
        lon=place.x,
        lat=place.y,
        distance_m=list(distances),
        sites=[site_out(row, distances, people) for row in rows_of(sites.head(MOST_ROWS))],
        receptors=[target_out(row, distances, "receptors") for row in rows_of(receptors.head(MOST_ROWS))],
        corridors=[target_out(row, distances, "corridors") for row in rows_of(corridors.head(MOST_ROWS))],
        totals={"sites": len(sites), "receptors": len(receptors), "corridors": len(corridors)},
    )


def sites_around(session: Session, actor: Actor, place: Point, radius_m: float) -> Prepared:
    """The sites of every grade, and of none, that may lie within a distance."""
    box = Bounds(*buffer_m(place, radius_m).bounds)
    rows = edge_rows(actor, "outline").where(meets(Enterprise.location, box) | meets(Enterprise.outline, box))
    status = Enterprise.operating_status.label("status")
    frame = frame_of(session, rows.add_columns(status, Enterprise.scale, Enterprise.address))
    return prepare(frame, is_checked=True)


def near(here: Prepared, targets: Prepared, radius_m: float) -> pd.DataFrame:
    """The rows within a distance, the nearest first, with `distance_m` and without their places."""
    pairs = pairs_within(here, targets, radius_m)
    found = targets.frame.drop(columns="geometry").iloc[pairs["receptor"].to_numpy()]
    return pd.DataFrame(found).reset_index(drop=True).assign(distance_m=pairs["distance_m"].to_numpy())


def contacts(session: Session, actor: Actor, sites: pd.DataFrame) -> Mapping[UUID, list[PersonOut]]:
    """Whom to call at some sites; phone numbers are told whole to who may have to call."""
    facts = {row["id"]: row for row in rows_of(sites)}
    rows = visible_people(actor).where(
        ResponsiblePerson.enterprise_id.in_(list(facts)), ResponsiblePerson.zone_id.is_(None)
    )
    found: dict[UUID, list[PersonOut]] = {}
    for person in session.scalars(rows.order_by(ResponsiblePerson.number)):
        site = facts[person.enterprise_id]
        levels = level_set(site["sector"], site["scale"])
        found.setdefault(person.enterprise_id, []).append(told_person(actor, person, levels))
    return found


def site_out(
    row: Mapping[str, Any], distances: tuple[float, ...], people: Mapping[UUID, list[PersonOut]]
) -> AroundSite:
    """A site and whom to call there."""
    return AroundSite(
        id=row["id"],
        number=row["number"],
        name=row["name"],
        grade=row["grade"],
        operating_status=term(OPERATING_STATUSES, row["status"]),
        address=row["address"],
        has_major_hazard=row["has_major_hazard"],
        edge=term(EDGES, row["edge"]),
        **how_far(row, distances),
        contacts=people.get(row["id"], []),
    )


def target_out(row: Mapping[str, Any], distances: tuple[float, ...], layer: Layer) -> AroundTarget:
    """A receptor or a corridor."""
    return AroundTarget(
        id=row["id"],
        number=row["number"],
        name=row["name"],
        kind=term(KINDS[layer], row["kind"]),
        headcount=None if row["headcount"] is None else int(row["headcount"]),
        **how_far(row, distances),
    )


def how_far(row: Mapping[str, Any], distances: tuple[float, ...]) -> dict[str, float]:
    """The distance, and the least of those asked for that it lies within."""
    metres = row["distance_m"]
    return {
        "distance_m": round(metres, 2),
        "within_m": next(limit for limit in distances if metres <= limit),
    }
