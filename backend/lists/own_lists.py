"""Whose events are, said so that an ordered index finds them: for the lists of people who answer for townships."""

from sqlalchemy import ARRAY, ColumnElement, Text, column, false, select, values
from sqlalchemy.orm import Session

from backend.jurisdictions.actors import Actor
from backend.jurisdictions.scope import ScopeKind
from backend.risk.models import RiskEvent, RiskEventCount
from backend.risk.queries import visible_event_counts


def of_own_lists(session: Session, actor: Actor) -> list[ColumnElement[bool]]:
    """Narrow visible events to the lists of townships that visible events have: what holds for all of them anyway.

    Whether an event is visible is whether its list of townships overlaps with the actor's, and that no ordered index
    answers. An event's list is one of a few, which the counts of events know in the same snapshot; equality with one
    of them an index does answer. True of the present alone: the counts have no history.

    Returns
    -------
    Conditions to be added to `visible_events`; none where the actor does not answer for townships.
    """
    if actor.scope.kind is not ScopeKind.TOWNSHIPS:
        return []
    there = visible_event_counts(actor).with_only_columns(RiskEventCount.township_codes).distinct()
    lists = [(codes,) for codes in session.scalars(there)]
    if not lists:
        return [false()]
    own = values(column("codes", ARRAY(Text)), name="own_lists").data(lists)
    return [RiskEvent.township_codes.in_(select(own.c.codes))]
