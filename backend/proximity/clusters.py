"""Domino groups and corridor sections: which sites stand together, and along which kilometres the risk stands."""

from collections import Counter
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy.orm import Session

from backend.errors import NotFound
from backend.jurisdictions.actors import Actor
from backend.proximity.analysis import Ground, TooManyPairs, placed, targets_of
from backend.proximity.asked import Asked
from backend.proximity.ends import read_sites
from backend.proximity.schemas import GroupOut, GroupsOut, MemberOut, SectionOut, SectionsOut
from backend.register.located import CANONICAL_SRID
from backend.register.rows import one_row
from backend.surroundings.models import Corridor
from backend.surroundings.queries import visible_corridors
from backend.web.parameters import Key
from geodata.geojson import geometry_json
from geodata.groups import groups_within
from geodata.measure import buffer_m
from geodata.proximity import pairs_within, prepare
from geodata.sections import sections

MOST_COMPARED = 5_000_000
"""Sections times sites; each pair of them may be near, and takes some 150 bytes."""


def domino_groups(session: Session, actor: Actor, asked: Asked) -> GroupsOut:
    """The sites that are asked for in groups of two and more, each within the distance of another of its group.

    The largest group first; `asked.distances` has one distance.
    """
    sites = placed(read_sites(session, actor, asked, asked.start))
    distance_m = asked.distances[0]
    numbers = groups_within(prepare(sites, is_checked=True), distance_m)
    together = [sites[numbers == number] for number, count in numbers.value_counts().items() if count > 1]
    told = [group_out(members, distance_m) for members in together]
    return GroupsOut(
        distance_m=distance_m,
        sites=len(sites),
        groups=sorted(told, key=lambda group: (-len(group.members), group.members[0].number)),
    )


def group_out(members: gpd.GeoDataFrame, distance_m: float) -> GroupOut:
    """A group with the ground that it stands on: its members' places and half the distance around, as one."""
    around = shapely.union_all(buffer_m(members.geometry.to_numpy(), distance_m / 2))
    return GroupOut(
        members=[
            MemberOut(
                id=row["id"],
                number=row["number"],
                name=row["name"],
                grade=row["grade"],
                enterprise_id=row["enterprise_id"],
                enterprise=row["enterprise"],
            )
            for row in members.sort_values("number").to_dict("records")
        ],
        enterprises=int(members["owner_id"].nunique()),
        grades=by_grade(members["grade"]),
        geometry=geometry_json(around) or {},
    )


def by_grade(grades: Any) -> dict[str, int]:  # noqa: ANN401 - a column
    """Counts by grade as JSON has them."""
    counts = Counter("null" if grade is None or grade != grade else str(int(grade)) for grade in grades)
    return dict(sorted(counts.items()))


def corridor_sections(
    session: Session, actor: Actor, key: Key, asked: Asked, ground: Ground, length_m: float
) -> SectionsOut:
    """The sections of a corridor, each with the sites within the distance of it, from its outer edge.

    Raises
    ------
    NotFound
        If there is no such corridor.
    TooManyPairs
    """
    corridor: Corridor = one_row(session, visible_corridors(actor), Corridor, key)[0]
    frame = targets_of(session, actor, asked, "corridors", ground).frame
    lines = frame[frame["id"] == corridor.id]
    if not len(lines):
        raise NotFound
    cut = sections(lines, length_m)
    half_width = lines["half_width_m"].iloc[0]
    pieces = prepare(
        cut.set_crs(CANONICAL_SRID, allow_override=True),
        half_width_m=0.0 if np.isnan(half_width) else float(half_width),
        is_checked=True,
    )
    sites = placed(read_sites(session, actor, asked, asked.start))
    distance_m = asked.distances[0]
    if len(cut) * len(sites) > MOST_COMPARED:
        raise TooManyPairs(
            "路段和单位太多，一次算不完。请把路段分长一些，或只选一部分等级、街道（乡镇）、行业。"
        )
    pairs = pairs_within(prepare(sites, is_checked=True), pieces, distance_m)
    grades = sites["grade"].to_numpy()
    by_section = dict(list(pairs.groupby("receptor")))
    told = []
    for row in cut.itertuples():
        near = by_section.get(row.Index, pairs.iloc[:0])
        told.append(
            SectionOut(
                number=row.number,
                from_m=round(row.from_m, 1),
                to_m=round(row.to_m, 1),
                sites=len(near),
                grades=by_grade(grades[near["site"].to_numpy()]),
                nearest_m=round(float(near["distance_m"].min()), 2) if len(near) else None,
                line=[(round(x, 7), round(y, 7)) for x, y in row.geometry.coords],
            )
        )
    return SectionsOut(
        id=corridor.id,
        number=corridor.number,
        name=corridor.name,
        half_width_m=corridor.half_width_m,
        distance_m=distance_m,
        length_m=length_m,
        sections=told,
    )
