"""Entries of the roster (应建台账) and the enterprises that answer them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.risk.models import RosterEntry


def answer_roster(session: Session) -> tuple[str, ...]:
    """Match the entries that nothing answers yet; returns a sentence about all of them, none without a roster."""
    matched = func.count(RosterEntry.enterprise_id)
    counts = select(func.count(), matched).select_from(RosterEntry)
    entries, before = session.execute(counts).one()
    if not entries:
        return ()
    if before == entries:
        return (f"应建台账：{entries} 条都已对上企业",)
    newly: int = session.execute(select(func.match_roster())).scalar_one()
    now = before + newly
    return (f"应建台账：{entries} 条中已对上 {now} 条（本次 {newly} 条），未对上 {entries - now} 条",)
