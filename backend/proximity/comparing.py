"""What is different between two runs: pairs that are new, gone, nearer or farther."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from backend.errors import DomainError
from backend.jurisdictions.actors import Actor
from backend.proximity.asked import Asked
from backend.proximity.models import ProximityPair, ProximityRun
from backend.proximity.rules import STARTS
from backend.proximity.run_schemas import ChangeCount, PairChange
from backend.proximity.runs import find_done, visible_pairs
from backend.proximity.schemas import PairOut
from backend.risk.schemas import Sentence

# The recorded distances are right to a millimetre; what moves less than this has not moved.
MOVED_MM = 10
CHANGES = ("new", "gone", "nearer", "farther")


class OtherEdge(DomainError):
    """Two runs that measure from different edges: their pairs are of different things."""

    status = 409
    code = "other_edge"


def two_runs(
    session: Session, actor: Actor, run_id: UUID, other_id: UUID
) -> tuple[ProximityRun, ProximityRun]:
    """Two finished runs of the same edge, the earlier moment first.

    Raises
    ------
    NotFound, RunNotDone, OtherEdge
    """
    runs = [find_done(session, actor, each) for each in (run_id, other_id)]
    before, after = sorted(runs, key=lambda run: (run.moment, run.number))
    edges = [STARTS[Asked.model_validate(run.asked).start][0] for run in (before, after)]
    if edges[0] != edges[1]:
        raise OtherEdge(
            f"第 {before.number} 号分析从{edges[0]}量起，第 {after.number} 号从{edges[1]}量起，两者不能比较。"
        )
    return before, after


def common_distance(before: ProximityRun, after: ProximityRun) -> float:
    """Up to which distance both runs have all pairs."""
    return min(Asked.model_validate(run.asked).distances[-1] for run in (before, after))


def notes(before: ProximityRun, after: ProximityRun) -> list[Sentence]:
    """In what the questions differ, besides the moment: part of what is new or gone comes from that."""
    asked = [Asked.model_validate(run.asked).model_dump(exclude={"at"}) for run in (before, after)]
    told = []
    if asked[0].pop("distance_m")[-1] != asked[1].pop("distance_m")[-1]:
        within = common_distance(before, after)
        told.append(
            Sentence(
                zh=f"两次分析的最远距离不同，只比较 {within:g} 米以内。",
                en=f"They go to different distances; compared up to {within:g} m.",
            )
        )
    if asked[0] != asked[1]:
        told.append(
            Sentence(
                zh="两次分析选的单位或防护目标不同，新增和消失的不一定是现状变化。",
                en="They ask for different sites or targets; what is new or gone need not have changed on the ground.",
            )
        )
    if before.scope_kind != after.scope_kind or before.scope_codes != after.scope_codes:
        told.append(
            Sentence(
                zh="两次分析的可见范围不同，新增和消失的不一定是现状变化。",
                en="They were made for different scopes; what is new or gone need not have changed on the ground.",
            )
        )
    return told


def changes(actor: Actor, before: ProximityRun, after: ProximityRun) -> Select[Any]:
    """One row a pair of either run: `change` (null for the same), `layer`, `by_m`, and both documents.

    A pair is the same one by its two ends; it belongs to the comparison by its measured distance.
    """
    within = common_distance(before, after)
    old, new = (
        aliased(
            ProximityPair,
            visible_pairs(actor, run.id, "pair")
            .where(ProximityPair.distance_m <= within)
            .order_by(None)
            .subquery(),
        )
        for run in (before, after)
    )
    is_same = and_(old.layer == new.layer, old.site_id == new.site_id, old.target_id == new.target_id)
    by_mm = func.round((new.distance_m - old.distance_m) * 1000)
    change: ColumnElement[Any] = case(
        (old.rank.is_(None), literal("new")),
        (new.rank.is_(None), literal("gone")),
        (by_mm <= -MOVED_MM, literal("nearer")),
        (by_mm >= MOVED_MM, literal("farther")),
    )
    return (
        select(
            change.label("change"),
            func.coalesce(old.layer, new.layer).label("layer"),
            (by_mm / 1000).label("by_m"),
            func.coalesce(new.distance_m, old.distance_m).label("distance_m"),
            func.coalesce(new.rank, old.rank).label("rank"),
            old.document.label("before"),
            new.document.label("after"),
        )
        .select_from(old)
        .join(new, is_same, full=True)
    )


def counts(session: Session, rows: Select[Any]) -> list[ChangeCount]:
    """How many pairs of each layer have changed in which way."""
    table = rows.subquery()
    change = func.coalesce(table.c.change, "same")
    found = session.execute(select(table.c.layer, change, func.count()).group_by(table.c.layer, change)).all()
    counted: dict[str, dict[str, int]] = {}
    for layer, kind, number in found:
        counted.setdefault(layer, dict.fromkeys((*CHANGES, "same"), 0))[kind] = number
    return [ChangeCount(layer=layer, **counted[layer]) for layer in sorted(counted, reverse=True)]


def page_of(session: Session, rows: Select[Any], *, page: int, limit: int) -> tuple[list[PairChange], int]:
    """A page of the pairs that changed, by the kind of change and the nearest first, and how many there are."""
    table = rows.subquery()
    changed = select(table).where(or_(*(table.c.change == kind for kind in CHANGES)))
    total = session.scalar(select(func.count()).select_from(changed.subquery())) or 0
    order = case(*((table.c.change == kind, place) for place, kind in enumerate(CHANGES)))
    found = session.execute(
        changed.order_by(order, table.c.distance_m, table.c.rank).limit(limit).offset((page - 1) * limit)
    )
    return [change_out(row._mapping) for row in found], total


def change_out(row: Any) -> PairChange:  # noqa: ANN401 (a row of `changes`)
    """A changed pair as it is told."""
    before, after = (
        None if row[name] is None else PairOut.model_validate(row[name]) for name in ("before", "after")
    )
    return PairChange(change=row["change"], before=before, after=after, by_m=row["by_m"])
