"""Entries of the roster (应建台账) and the enterprises that answer them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.importing.checking.owning import is_limited
from backend.jurisdictions.actors import Actor
from backend.risk.models import RosterEntry
from backend.risk.queries import visible_roster


def answer_roster(session: Session, actor: Actor | None = None) -> tuple[str, ...]:
    """Match the entries that nothing answers yet; returns a sentence about all of them, none without a roster.

    Parameters
    ----------
    actor : whose entries are told of; None is the operator.
    """
    matched = func.count(RosterEntry.enterprise_id)
    counts = select(func.count(RosterEntry.id), matched)
    if actor is not None and is_limited(actor):
        counts = visible_roster(actor).with_only_columns(func.count(RosterEntry.id), matched)
    entries, before = session.execute(counts).one()
    if not entries:
        return ()
    if before == entries:
        return (f"应建台账：{entries} 条都已对上企业",)
    session.execute(select(func.match_roster()))
    _, now = session.execute(counts).one()
    newly = now - before
    return (f"应建台账：{entries} 条中已对上 {now} 条（本次 {newly} 条），未对上 {entries - now} 条",)
