"""Saved runs: who sees them, and what can be done with them.

A run holds rows of the register, so it exists for who has exactly the scope that it was made under, and for who sees
everything; never for its maker as such, whose scope may have become narrower.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session

from backend.accounts.errors import SignInRequired
from backend.accounts.models import Account
from backend.audit.trail import Deed, Subject, record
from backend.errors import DomainError, NotFound
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import Action
from backend.jurisdictions.scope import Scope, ScopeKind
from backend.proximity.asked import Asked
from backend.proximity.models import OPEN, ProximityPair, ProximityRun, State
from backend.proximity.rules import STARTS
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS

MOST_KEPT = 200
"""Runs that a scope keeps: each may hold 200 MB."""
MOST_OPEN = 5
"""Runs of one scope that are not done yet; each keeps a thread and two connections busy when its turn comes."""


class TooManyRuns(DomainError):
    """A scope has more runs waiting than it can be in need of."""

    status = 409
    code = "too_many_runs"


class OthersRun(DomainError):
    """It was made under another scope, or by somebody else."""

    status = 409
    code = "others_run"


class RunNotDone(DomainError):
    """It has no pairs (yet)."""

    status = 409
    code = "run_not_done"


class RunIsOpen(DomainError):
    """It is still being worked on."""

    status = 409
    code = "run_is_open"


class RunIsOver(DomainError):
    """It is not being worked on any more."""

    status = 409
    code = "run_is_over"


def visible_runs(actor: Actor) -> Select[ProximityRun]:
    """The runs that exist for this actor: those made under the same scope; who sees everything sees all."""
    if actor.scope.kind is ScopeKind.EVERYTHING:
        return select(ProximityRun).where(true())
    return select(ProximityRun).where(
        ProximityRun.scope_kind == actor.scope.kind.value,
        ProximityRun.scope_codes == sorted(actor.scope.codes),
    )


def visible_pairs(actor: Actor, run_id: UUID, kind: str) -> Select[ProximityPair]:
    """The pairs or findings of a run that exists for this actor, the nearest first; of any other, none."""
    runs = visible_runs(actor).with_only_columns(ProximityRun.id)
    return (
        select(ProximityPair)
        .where(ProximityPair.run_id == run_id, ProximityPair.run_id.in_(runs), ProximityPair.kind == kind)
        .order_by(ProximityPair.rank)
    )


def find(session: Session, actor: Actor, run_id: UUID) -> ProximityRun:
    """A run that exists for the actor."""
    run = session.scalar(visible_runs(actor).where(ProximityRun.id == run_id))
    if run is None:
        raise NotFound
    return run


def find_done(session: Session, actor: Actor, run_id: UUID) -> ProximityRun:
    """A run that has its pairs.

    Raises
    ------
    RunNotDone
    """
    run = find(session, actor, run_id)
    if run.state != State.DONE:
        raise RunNotDone(f"第 {run.number} 号分析没有完成，还没有结果。")
    return run


def scope_of(run: ProximityRun) -> Scope:
    """The scope that a run was made under."""
    return Scope(ScopeKind(run.scope_kind), frozenset(run.scope_codes))


def maker_of(run: ProximityRun) -> Actor:
    """Who a run is worked out for: as its maker was when it was made, without any right."""
    return Actor(run.maker_name, scope_of(run), id=run.maker_id)


def may_change(actor: Actor, run: ProximityRun) -> bool:
    """Whether somebody may cancel or delete a run: its maker, or who reviews for the same scope."""
    return (
        actor.id is not None
        and actor.scope == scope_of(run)
        and (actor.id == run.maker_id or actor.may(Action.REVIEW))
    )


def begin(
    session: Session,
    actor: Actor,
    asked: Asked,
    *,
    name: str | None = None,
    repeats: ProximityRun | None = None,
    is_as_recorded: bool = False,
) -> ProximityRun:
    """Put a question down to be worked out.

    Raises
    ------
    SignInRequired
        A run has a maker; whoever looks without an account asks for the unsaved report.
    TooManyRuns
    """
    if actor.id is None:
        raise SignInRequired
    codes = sorted(actor.scope.codes)
    kept = visible_runs(actor).where(
        ProximityRun.scope_kind == actor.scope.kind.value, ProximityRun.scope_codes == codes
    )
    waiting = kept.where(ProximityRun.state.in_(OPEN))
    # One after the other for a scope, so that those who ask at once are counted too.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(actor.scope.fingerprint, 0))))
    if (session.scalar(select(func.count()).select_from(waiting.subquery())) or 0) >= MOST_OPEN:
        raise TooManyRuns(f"还有 {MOST_OPEN} 次分析没有算完，请等它们完成或取消一些。")
    if (session.scalar(select(func.count()).select_from(kept.subquery())) or 0) >= MOST_KEPT:
        raise TooManyRuns(f"已经保存了 {MOST_KEPT} 次分析，请先删除不再需要的。")
    run = ProximityRun(
        name=name or name_of(asked),
        asked=asked.model_dump(mode="json"),
        maker_id=actor.id,
        maker_name=name_of_maker(session, actor),
        scope_kind=actor.scope.kind.value,
        scope_codes=codes,
        repeats=repeats and repeats.id,
        is_as_recorded=is_as_recorded,
    )
    session.add(run)
    session.flush()
    record(session, actor, Deed.ANALYSE, subject=subject_of(run), after=facts_of(run))
    return run


def repeat(session: Session, actor: Actor, run_id: UUID, *, as_recorded: bool) -> ProximityRun:
    """Ask the same again: of the same moment, or of now.

    Raises
    ------
    RunNotDone, OthersRun
        As recorded only what is done can be repeated, and only for the same scope: for another it is another question.
    """
    run = find_done(session, actor, run_id)
    asked = Asked(**run.asked)
    if as_recorded and scope_of(run) != actor.scope:
        raise OthersRun("这次分析是在另一可见范围内做的，不能按原时刻重复；可以按现在的资料重新分析。")
    moment = run.moment if as_recorded else None
    again = asked.model_copy(update={"at": moment})
    return begin(session, actor, again, name=run.name, repeats=run, is_as_recorded=as_recorded)


def cancel(session: Session, actor: Actor, run_id: UUID) -> ProximityRun:
    """Stop a run; its worker finds out before the next batch.

    Raises
    ------
    RunIsOver, OthersRun
    """
    run = find_to_change(session, actor, run_id)
    if run.state not in OPEN:
        raise RunIsOver(f"第 {run.number} 号分析已经结束，不能取消。")
    run.state, run.phase = State.CANCELLED, None
    run.ended_at = func.now()
    record(session, actor, Deed.CANCEL_ANALYSIS, subject=subject_of(run))
    return run


def forget(session: Session, actor: Actor, run_id: UUID) -> None:
    """Delete a run with its pairs; the trail keeps that there was one.

    Raises
    ------
    RunIsOpen, OthersRun
    """
    run = find_to_change(session, actor, run_id)
    if run.state in OPEN:
        raise RunIsOpen("这次分析还在进行，请先取消。")
    record(session, actor, Deed.DISCARD_ANALYSIS, subject=subject_of(run), before=facts_of(run))
    session.delete(run)


def find_to_change(session: Session, actor: Actor, run_id: UUID) -> ProximityRun:
    """A run that the actor may change, until the end of the transaction nobody else's."""
    run = session.scalar(visible_runs(actor).where(ProximityRun.id == run_id).with_for_update(key_share=True))
    if run is None:
        raise NotFound
    if not may_change(actor, run):
        raise OthersRun(f"这次分析是 {run.maker_name} 做的，只有本人或同一可见范围的审核人能取消或删除。")
    return run


def name_of_maker(session: Session, actor: Actor) -> str:
    """A maker as people know them: unit and name of the account, or the name of the key."""
    account = None if actor.id is None else session.get(Account, actor.id)
    return actor.name if account is None else " ".join(filter(None, (account.unit, account.name)))


def name_of(asked: Asked) -> str:
    """A run's name when nobody has given one.

    >>> name_of(Asked(start="zone", receptor=("school",), distance_m=(500, 1000)))
    '风险分区边界 → 学校（500、1000 米）'
    """
    metres = "、".join(f"{distance:g}" for distance in asked.distances)
    return f"{STARTS[asked.start][0]} → {ends_of(asked)}（{metres} 米）"


def ends_of(asked: Asked) -> str:
    """What distances are measured to, in words."""
    parts = [
        *words_of("防护目标", asked.receptor_kinds, RECEPTOR_KINDS),
        *words_of("交通干线", asked.corridor_classes, CORRIDOR_CLASSES),
    ]
    return "、".join(parts if len(parts) <= 4 else [*parts[:4], "等"])


def words_of(whole: str, codes: frozenset[str] | None, table: Mapping[str, tuple[str, str]]) -> list[str]:
    """Kinds of a layer in words, or the layer's own name for all of them."""
    return [whole] if codes is None else [table[code][0] for code in table if code in codes]


def subject_of(run: ProximityRun) -> Subject:
    """A run as the trail names it."""
    return Subject("proximity_run", str(run.id), run.name)


def facts_of(run: ProximityRun) -> dict[str, Any]:
    """What the trail keeps of a run."""
    return {
        "asked": run.asked,
        "scope": {"kind": run.scope_kind, "codes": run.scope_codes},
        "moment": run.moment and run.moment.isoformat(),
        "digest": run.digest,
    }
