"""Which submissions exist for an actor: published and waiting ones by scope, drafts for their own people alone."""

from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, cast, exists, false, or_, select

from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import Action
from backend.jurisdictions.scope import WITH_CODES, may_see
from backend.submissions.models import State, Submission

OPEN_TO_REVIEW = (State.SUBMITTED, State.PUBLISHED)


def visible_submissions(actor: Actor) -> Select[Submission]:
    """The submissions that exist for this actor.

    In scope is one of an enterprise that exists for them, or of a new one that they would see. Of these, one that is
    neither waiting nor published exists for the organisation that writes it, and for who has returned it.
    """
    known = visible_enterprises(actor).with_only_columns(Enterprise.id)
    proposed = may_see(
        actor.scope,
        townships=Submission.township_code,
        sector=Submission.sector_code,
        group=Submission.group_id,
        enterprise=Submission.enterprise_id,
    )
    is_new = ~exists().where(Enterprise.id == Submission.enterprise_id)
    has_returned = and_(Submission.state == State.RETURNED, Submission.decided_by_id == actor.id)
    return select(Submission).where(
        or_(Submission.enterprise_id.in_(known), and_(is_new, proposed)),
        or_(Submission.state.in_(OPEN_TO_REVIEW), is_written_by(actor), has_returned),
    )


def is_written_by(actor: Actor) -> ColumnElement[bool]:
    """Whether a submission is one of the actor's own organisation."""
    if not actor.may(Action.EDIT):
        return false()
    is_of_kind = Submission.organisation_kind == actor.scope.kind.value
    if actor.scope.kind not in WITH_CODES:
        return is_of_kind
    codes = cast(sorted(actor.scope.codes), ARRAY(Text))
    return and_(is_of_kind, Submission.organisation_codes.overlap(codes))
