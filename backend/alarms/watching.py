"""Watching the register: which pairs are too near now, which are new, and which have ended.

Whoever writes, by whatever way, moves the revision of a table; the watch then measures everything anew, which takes a
fraction of a second for a district. What is too near when the watch begins is there before, and no alarm.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any
from uuid import UUID

import pandas as pd
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from backend.alarms.models import Conflict, ConflictWatch
from backend.alarms.queries import visible_conflicts
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import EVERYTHING
from backend.proximity.asked import Asked, Start
from backend.proximity.ends import read_sites, read_targets
from backend.register.history import Recorded
from backend.register.revisions import revisions
from backend.risk.models import MajorHazardInstallation
from backend.surroundings.models import Receptor
from backend.zones.models import Zone
from geodata.proximity import Prepared, pairs_within, prepare

WATCHED = ("zone", "enterprise", "major_hazard_installation", "receptor")
# GB 36894-2018: schools, kindergartens, hospitals, homes for the old and welfare institutions are 高敏感防护目标.
MOST_SENSITIVE = frozenset({"school", "kindergarten", "hospital", "nursing_home", "welfare"})
STARTS: tuple[Start, ...] = ("zone", "installation")
WATCH = Actor("conflict-watch", EVERYTHING)
# Any number that nothing else of the product takes.
LOCK = 7_241_001

Key = tuple[str, UUID, UUID]
"""The edge that the distance starts at, the site, the receptor."""


@dataclass(frozen=True)
class Seen:
    """How many conflicts a look has found new, and how many have ended; `looked`: whether there was need to look."""

    looked: bool
    new: int = 0
    ended: int = 0


def keep_watch(engine: Engine, limit_m: float) -> Callable[[Event], None]:
    """What a service does again and again: look whether the register has moved, and at what is too near then."""

    def watch(ended: Event) -> None:
        with Session(engine) as session, session.begin():
            look(session, limit_m)

    return watch


def look(session: Session, limit_m: float) -> Seen:
    """Compare what is too near with what was, and keep both; the caller commits.

    Parameters
    ----------
    limit_m : the screening distance, metres on the ground between the edges.
    """
    # One look at a time: a second one would find the same conflicts new.
    if not session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))):
        return Seen(looked=False)
    session.execute(text("SET LOCAL statement_timeout = '60s'"))
    moved = {name: str(revision) for name, revision in revisions(session, WATCHED).items()}
    last = session.get(ConflictWatch, True)
    if last is not None and (last.revisions, last.limit_m) == (moved, limit_m):
        return Seen(looked=False)
    now = too_near(session, limit_m)
    known: dict[Key, Conflict] = {
        (each.start, each.site_id, each.receptor_id): each
        for each in session.scalars(
            visible_conflicts(WATCH).where(Conflict.ended_at.is_(None)).with_only_columns(Conflict)
        )
    }
    # Another distance, another watch: what it finds was there before.
    is_begun = last is not None and last.limit_m == limit_m
    for key, facts in now.items():
        if key in known:
            for name, value in {**facts, "limit_m": limit_m}.items():
                setattr(known[key], name, value)
        else:
            cause = cause_of(session, key) if is_begun else "standing"
            session.add(Conflict(**facts, limit_m=limit_m, cause=cause))
    gone = [known[key] for key in known.keys() - now.keys()]
    for conflict in gone:
        conflict.ended_at = func.now()
    moment = session.scalar(select(func.now()))
    session.merge(ConflictWatch(is_one=True, looked_at=moment, revisions=moved, limit_m=limit_m))
    session.flush()
    return Seen(looked=True, new=len(now.keys() - known.keys()), ended=len(gone))


def too_near(session: Session, limit_m: float) -> Mapping[Key, dict[str, Any]]:
    """The pairs within the limit with the facts that are kept of them; a unit and its own place are no pair."""
    receptors = most_sensitive(read_targets(session, WATCH, "receptors", None))
    found: dict[Key, dict[str, Any]] = {}
    for start in STARTS:
        # Red and orange zones; an installation whatever the grade of its unit, or none.
        asked = Asked(start=start, grade=(1, 2))
        sites = read_sites(session, WATCH, asked, start, whatever_grade=start == "installation")
        sites = sites[sites.geometry.notna()].reset_index(drop=True)
        pairs = pairs_within(
            prepare(sites, is_checked=True), receptors, limit_m, owners=("owner_id", "owner_id")
        )
        for pair in pairs[~pairs["is_own"]].itertuples():
            site, receptor = sites.loc[pair.site], receptors.frame.loc[pair.receptor]
            found[start, site["id"], receptor["id"]] = facts_of(start, site, receptor, pair.distance_m)
    return found


def most_sensitive(receptors: Prepared) -> Prepared:
    """The receptors that alarms are raised for."""
    frame = receptors.frame
    return prepare(frame[frame["kind"].isin(MOST_SENSITIVE)].reset_index(drop=True), is_checked=True)


def facts_of(
    start: Start, site: "pd.Series[Any]", receptor: "pd.Series[Any]", distance_m: float
) -> dict[str, Any]:
    """What is kept of a pair."""
    return {
        "start": start,
        "site_id": site["id"],
        "enterprise_id": site["owner_id"],
        "receptor_id": receptor["id"],
        "site_name": site["name"],
        "enterprise_name": site["enterprise"],
        "receptor_name": receptor["name"],
        "receptor_kind": receptor["kind"],
        "grade": site["grade"],
        "distance_m": round(float(distance_m), 3),
    }


def cause_of(session: Session, key: Key) -> str:
    """Whose change has brought a conflict about: of both sides the one that changed last."""
    start, site_id, receptor_id = key
    site: Recorded = (
        session.get_one(Zone, site_id)
        if start == "zone"
        else session.get_one(MajorHazardInstallation, site_id)
    )
    return "receptor" if session.get_one(Receptor, receptor_id).recorded_at > site.recorded_at else "site"
