"""Saved proximity runs over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Text, cast, func, or_, select

from backend.accounts.access import Viewer
from backend.database import ReadSession, Transaction, WriteSession
from backend.jurisdictions.actors import Actor
from backend.proximity import comparing, runs
from backend.proximity.models import ProximityPair, ProximityRun
from backend.proximity.routes import ground_of
from backend.proximity.run_schemas import (
    ComparisonOut,
    FindingsOut,
    PairsOut,
    RepeatIn,
    RunIn,
    RunOut,
    RunsOut,
)
from backend.proximity.run_telling import brief, run_out
from backend.proximity.schemas import FindingOut, PairOut
from backend.proximity.working import Workers
from backend.web.keeping import never_kept

router = APIRouter(prefix="/api/v1/proximity/runs", tags=["proximity"], dependencies=[Depends(never_kept)])
Page = Annotated[int, Query(ge=1, le=100_000)]
Limit = Annotated[int, Query(ge=1, le=200)]
ManyPairs = Annotated[int, Query(ge=1, le=2_000)]


@router.post("", status_code=202)
def begin_run(request: Request, given: RunIn, actor: Viewer) -> RunOut:
    """Put a question down to be worked out; the answer tells where it stands, and the run itself when it is done."""
    transaction: Transaction = request.app.state.transaction
    with transaction() as session:
        run = runs.begin(session, actor, given.asked, name=given.name)
        told = run_out(actor, run, None)
    work_on(request, told.id)
    return told


def work_on(request: Request, run_id: UUID) -> None:
    """Let a run be worked out, once it is written that there is one."""
    workers: Workers = request.app.state.proximity_workers
    workers.submit(request.app.state.engine, ground_of(request), run_id)


@router.get("")
def read_runs(
    actor: Viewer,
    session: ReadSession,
    q: Annotated[str, Query(max_length=100, description="part of the name, or the number")] = "",
    page: Page = 1,
    limit: Limit = 20,
) -> RunsOut:
    """The runs of the reader's own scope, for the bureau all; the newest first."""
    wanted = runs.visible_runs(actor)
    if q.strip():
        is_named = ProximityRun.name.icontains(q.strip(), autoescape=True)
        is_numbered = cast(ProximityRun.number, Text) == q.strip()
        wanted = wanted.where(or_(is_named, is_numbered))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.scalars(
        wanted.order_by(ProximityRun.number.desc()).limit(limit).offset((page - 1) * limit)
    )
    return RunsOut(items=[brief(actor, row) for row in rows], total=total, page=page, limit=limit)


@router.get("/{run_id}")
def read_run(run_id: UUID, actor: Viewer, session: ReadSession) -> RunOut:
    """One run: how far it is, its counts, its moment, its rules, and whether it came to the same."""
    return told(session, actor, runs.find(session, actor, run_id))


def told(session: ReadSession, actor: Actor, run: ProximityRun) -> RunOut:
    """A run, with what it repeats at hand."""
    before = runs.visible_runs(actor).where(ProximityRun.id == run.repeats)
    return run_out(actor, run, session.scalar(before))


@router.get("/{run_id}/pairs")
def read_pairs(
    run_id: UUID, actor: Viewer, session: ReadSession, page: Page = 1, limit: ManyPairs = 200
) -> PairsOut:
    """A page of a run's pairs, the nearest first."""
    documents, total = page_of(session, actor, run_id, "pair", page=page, limit=limit)
    items = [PairOut.model_validate(each) for each in documents]
    return PairsOut(items=items, total=total, page=page, limit=limit)


@router.get("/{run_id}/findings")
def read_findings(
    run_id: UUID, actor: Viewer, session: ReadSession, page: Page = 1, limit: ManyPairs = 200
) -> FindingsOut:
    """A page of what the distance rules say of a run's pairs."""
    documents, total = page_of(session, actor, run_id, "finding", page=page, limit=limit)
    items = [FindingOut.model_validate(each) for each in documents]
    return FindingsOut(items=items, total=total, page=page, limit=limit)


def page_of(
    session: ReadSession, actor: Actor, run_id: UUID, kind: str, *, page: int, limit: int
) -> tuple[list[object], int]:
    """A page of a finished run's documents, and how many there are."""
    runs.find_done(session, actor, run_id)
    rows = runs.visible_pairs(actor, run_id, kind)
    total = session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    some = rows.with_only_columns(ProximityPair.document).limit(limit).offset((page - 1) * limit)
    return list(session.scalars(some)), total


@router.post("/{run_id}/cancel")
def cancel_run(run_id: UUID, actor: Viewer, session: WriteSession) -> RunOut:
    """Stop a run; it keeps nothing."""
    run = runs.cancel(session, actor, run_id)
    session.flush()
    session.refresh(run)
    return told(session, actor, run)


@router.delete("/{run_id}", status_code=204)
def delete_run(run_id: UUID, actor: Viewer, session: WriteSession) -> None:
    """Delete a run with all its pairs."""
    runs.forget(session, actor, run_id)


@router.post("/{run_id}/repeat", status_code=202)
def repeat_run(request: Request, run_id: UUID, given: RepeatIn, actor: Viewer) -> RunOut:
    """Ask the same again: as it was recorded then, or as it is now."""
    transaction: Transaction = request.app.state.transaction
    with transaction() as session:
        run = runs.repeat(session, actor, run_id, as_recorded=given.as_recorded)
        repeated = told(session, actor, run)
    work_on(request, repeated.id)
    return repeated


@router.get("/{run_id}/compare")
def compare_runs(
    run_id: UUID,
    other: Annotated[UUID, Query(alias="with", description="the run to compare with")],
    actor: Viewer,
    session: ReadSession,
    page: Page = 1,
    limit: ManyPairs = 200,
) -> ComparisonOut:
    """What is new, gone, nearer or farther in the later of two runs."""
    before, after = comparing.two_runs(session, actor, run_id, other)
    rows = comparing.changes(actor, before, after)
    items, total = comparing.page_of(session, rows, page=page, limit=limit)
    return ComparisonOut(
        before=brief(actor, before),
        after=brief(actor, after),
        within_m=comparing.common_distance(before, after),
        notes=comparing.notes(before, after),
        layers=comparing.counts(session, rows),
        items=items,
        total=total,
        page=page,
        limit=limit,
    )
