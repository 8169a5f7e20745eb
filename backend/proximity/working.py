"""The work on a saved run, in a thread of its own: measure, judge, write, and tell how far it is.

Every run is computed as of a moment, so that it can be repeated. All its rows and its end are written in one
transaction: a run that was interrupted has none, and is done again from its beginning.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from threading import Event, Lock
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Engine, Select, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.database import transactions
from backend.errors import DomainError
from backend.proximity import rules as distance_rules
from backend.proximity.analysis import Analysis, Ground, Phase, analyse
from backend.proximity.asked import Asked
from backend.proximity.models import OPEN, ProximityPair, ProximityRun, State
from backend.proximity.rules import legal
from backend.proximity.run_schemas import SummaryOut
from backend.proximity.runs import maker_of
from backend.proximity.schemas import FindingOut, PairOut
from backend.proximity.telling import finding_out, layer_summary, pair_out, rows_of, rule_out
from backend.register.revisions import revisions
from geodata.errors import GeodataError

log = logging.getLogger(__name__)

AT_ONCE = 1
"""Runs that are worked on at the same time: each keeps a processor and up to three connections busy."""
ROWS_AT_ONCE = 2_000
READ = ("enterprise", "zone", "major_hazard_installation", "protective_area", "receptor", "corridor")
WRITING = "writing"
PHASES: Mapping[str, tuple[str, str]] = {
    Phase.READING: ("读取资料", "Reading"),
    Phase.MEASURING: ("量测距离", "Measuring"),
    Phase.RULES: ("核对规则", "Checking the rules"),
    WRITING: ("保存结果", "Writing"),
}
# What part of the whole each phase ends at, roughly: what is written takes longest, row by row.
ENDS_AT: Mapping[str, float] = {Phase.READING: 0.1, Phase.MEASURING: 0.4, Phase.RULES: 0.6, WRITING: 1.0}
FAILED = {"code": "failed", "detail": "服务器处理时出错，没有结果。请重试；仍不行时请告诉管理员。"}

# A change is recorded under the moment when its transaction began. While one is open that has written, nobody can know
# yet what was recorded since it began; so a run is of the moment before that. Other roles' transactions are not seen.
SETTLED = text("""\
SELECT least(statement_timestamp(), min(xact_start) - interval '1 microsecond')
FROM pg_stat_activity
WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
""")


class Stopped(Exception):
    """The run was cancelled or deleted, or the service ends."""


@dataclass
class Workers:
    """The threads that runs are worked on in, and the runs that are in their hands."""

    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE, "proximity"))
    ending: Event = field(default_factory=Event)
    in_hand: set[UUID] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def submit(self, engine: Engine, ground: Ground, run_id: UUID) -> None:
        """Work a run out when its turn comes; one that is in hand already is not taken twice."""
        with self.lock:
            if run_id in self.in_hand or self.ending.is_set():
                return
            self.in_hand.add(run_id)
            self.pool.submit(self._work, engine, ground, run_id)

    def _work(self, engine: Engine, ground: Ground, run_id: UUID) -> None:
        try:
            work(engine, ground, run_id, self.ending)
        finally:
            with self.lock:
                self.in_hand.discard(run_id)

    def end(self) -> None:
        """Begin nothing more, and let what is being worked on stop at its next step; the next start takes it up."""
        self.ending.set()
        self.pool.shutdown(wait=False, cancel_futures=True)


def take_up(workers: Workers, engine: Engine, ground: Ground) -> None:
    """Work out every run that is open and in nobody's hands: waiting ones, and those whose service ended."""
    with transactions(engine)() as session:
        runs = session.scalars(open_runs()).all()
    for run_id in runs:
        workers.submit(engine, ground, run_id)


def open_runs() -> Select[UUID]:
    """The ids of all open runs, whosever they are, in the order that they were asked for."""
    return select(ProximityRun.id).where(ProximityRun.state.in_(OPEN)).order_by(ProximityRun.number)


def work(engine: Engine, ground: Ground, run_id: UUID, ending: Event) -> None:
    """Work out a run; whatever goes wrong is told by the run itself."""
    try:
        # Before the view is opened: it then holds everything that was recorded until this moment.
        moment = settled(engine)
        with reading(engine) as session:
            if claimed(session, run_id) and begun(engine, run_id):
                work_out(session, engine, ground, run_id, moment, ending)
    except Stopped:
        log.info("proximity run %s stopped", run_id)
    except (DomainError, GeodataError) as error:
        fail(engine, run_id, {"code": error.code, "detail": str(error)})
    except (SQLAlchemyError, psycopg.Error) as error:
        # Without what stands behind the first line: it repeats whole rows.
        log.error("proximity run %s: %s: %s", run_id, type(error).__name__, str(error).partition("\n")[0])
        fail(engine, run_id, FAILED)
    except Exception:
        log.exception("proximity run %s", run_id)
        fail(engine, run_id, FAILED)


def settled(engine: Engine) -> datetime:
    """The latest moment of which everything recorded until then is known."""
    with transactions(engine)() as session:
        moment: datetime = session.scalars(SETTLED).one()
        return moment


def reading(engine: Engine) -> Session:
    """A read-only view of one moment."""
    return Session(engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True))


def claimed(session: Session, run_id: UUID) -> bool:
    """Whether nobody else works on a run, in this process or another; held until this transaction ends."""
    key = func.hashtextextended(str(run_id), 0)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(key))))


def begun(engine: Engine, run_id: UUID) -> bool:
    """Begin a run, or begin it anew; False where it is over."""
    return put(engine, run_id, {"state": State.RUNNING, "phase": Phase.READING, "progress": 0.0})


def put(engine: Engine, run_id: UUID, facts: Mapping[str, Any]) -> bool:
    """Say something of an open run, in a transaction of its own; False where it is not open any more."""
    with transactions(engine)() as session:
        return said(session, run_id, facts)


def said(session: Session, run_id: UUID, facts: Mapping[str, Any]) -> bool:
    """Say something of a run if it is open."""
    changed = session.execute(
        update(ProximityRun)
        .where(ProximityRun.id == run_id, ProximityRun.state.in_(OPEN))
        .values(**facts)
        .returning(ProximityRun.id)
    )
    return changed.one_or_none() is not None


def fail(engine: Engine, run_id: UUID, problem: Mapping[str, str]) -> None:
    """Say why there is no result."""
    facts = {"state": State.FAILED, "phase": None, "problem": problem, "ended_at": func.now()}
    try:
        put(engine, run_id, facts)
    except SQLAlchemyError as error:
        # The database has gone; the run stays open, and whoever sweeps takes it up again.
        log.error("proximity run %s: %s", run_id, str(error).partition("\n")[0])


def work_out(
    session: Session, engine: Engine, ground: Ground, run_id: UUID, now: datetime, ending: Event
) -> None:
    """Measure, and write what was found.

    Parameters
    ----------
    now : the moment that is read where the question names none.
    """
    run = session.get_one(ProximityRun, run_id)
    asked = Asked.model_validate(run.asked)
    moment = asked.at or now
    watch = watched(engine, run_id, ending)
    analysis = analyse(session, maker_of(run), asked.model_copy(update={"at": moment}), ground, watch)
    facts = {
        "moment": moment,
        "revisions": {name: str(each) for name, each in revisions(session, READ).items()},
        "rules": rules_of(ground),
        "summary": summary_of(analysis).model_dump(mode="json"),
    }
    write(engine, run, analysis, facts, watch)


def watched(engine: Engine, run_id: UUID, ending: Event) -> Callable[[str, float], None]:
    """What tells everybody who asks how far a run is, and stops it when it was cancelled."""
    order = list(ENDS_AT)

    def tell(phase: str, part: float) -> None:
        place = order.index(phase)
        begin = ENDS_AT[order[place - 1]] if place else 0.0
        progress = begin + (ENDS_AT[phase] - begin) * part
        is_open = put(engine, run_id, {"phase": phase, "progress": min(progress, 1.0)})
        if ending.is_set() or not is_open:
            raise Stopped

    return tell


def rules_of(ground: Ground) -> list[dict[str, Any]]:
    """The rules that a run is held against, as they are told."""
    held = legal(distance_rules.rules(ground.local_rules).values(), ground.district)
    return [rule_out(rule).model_dump(mode="json") for rule in held]


def summary_of(analysis: Analysis) -> SummaryOut:
    """The counts of an analysis."""
    return SummaryOut(
        sites=analysis.sites,
        unplaced=analysis.unplaced,
        pairs=len(analysis.pairs),
        findings=len(analysis.findings),
        layers=[layer_summary(analysis, layer) for layer in analysis.summaries],
    )


def write(
    engine: Engine,
    run: ProximityRun,
    analysis: Analysis,
    facts: dict[str, Any],
    watch: Callable[[str, float], None],
) -> None:
    """Write all rows of a run and its end in one transaction.

    Raises
    ------
    Stopped
        If it was cancelled meanwhile; nothing is written then.
    """
    total, written, lines = len(analysis.pairs) + len(analysis.findings), 0, []
    found = documents(analysis)
    with transactions(engine)() as session:
        while batch := list(islice(found, ROWS_AT_ONCE)):
            watch(WRITING, written / total)
            session.execute(insert(ProximityPair), [row_of(run.id, each) for each in batch])
            lines += [line_of(each.document) for each in batch]
            written += len(batch)
        digest = digest_of(lines)
        is_identical = same_as_before(session, run, digest)
        end = {
            "state": State.DONE,
            "phase": None,
            "progress": 1.0,
            "problem": None,
            "ended_at": func.now(),
            "digest": digest,
            "is_identical": is_identical,
        }
        if not said(session, run.id, {**facts, **end}):
            raise Stopped


def same_as_before(session: Session, run: ProximityRun, digest: str) -> bool | None:
    """Whether a repetition as recorded came to the same; None where there is nothing to hold it against."""
    if not run.is_as_recorded or run.repeats is None:
        return None
    before = session.get(ProximityRun, run.repeats)
    return None if before is None else before.digest == digest


@dataclass(frozen=True)
class Told:
    """A pair or a finding as it is told, and its distance as it was measured."""

    kind: str
    rank: int
    distance_m: float
    document: PairOut | FindingOut


def documents(analysis: Analysis) -> Iterator[Told]:
    """Every pair and finding of an analysis, the nearest first."""
    for rank, row in enumerate(rows_of(analysis.pairs)):
        yield Told("pair", rank, row["distance_m"], pair_out(row, analysis.asked))
    for rank, row in enumerate(rows_of(analysis.findings)):
        yield Told("finding", rank, row["distance_m"], finding_out(row))


def row_of(run_id: UUID, told: Told) -> dict[str, Any]:
    """What is told as a row; its distance to the millimetre, so that a centimetre can be told apart."""
    document = told.document
    return {
        "run_id": run_id,
        "kind": told.kind,
        "rank": told.rank,
        "site_id": document.site.id,
        "layer": document.target.layer,
        "target_id": document.target.id,
        "distance_m": round(told.distance_m, 3),
        "document": document.model_dump(mode="json"),
    }


def line_of(document: PairOut | FindingOut) -> str:
    """What a digest is of: both ends, the edge, the distance to the centimetre, and the verdicts; no words."""
    if isinstance(document, PairOut):
        judged: list[object] = [*(verdict.code for verdict in document.verdicts), document.outcome.code]
    else:
        judged = [document.rule, document.outcome.code]
    return json.dumps(
        [
            str(document.site.id),
            document.site.edge.code,
            document.target.layer,
            str(document.target.id),
            f"{document.distance_m:.2f}",
            document.is_own,
            *judged,
        ]
    )


def digest_of(lines: list[str]) -> str:
    """The same only for the same pairs and findings, in whatever order (SHA-256)."""
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
