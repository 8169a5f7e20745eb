"""The life of a submission: draft → submitted → returned (and submitted again) or published."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, inspect, select, text, update
from sqlalchemy.orm import Session

from backend.audit.trail import Deed, Facts, Subject, record
from backend.downgrades.guard import Lowering, Standing, Watched, site_of, this_transaction, watched
from backend.downgrades.models import Downgrade
from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.errors import DomainError, NotFound
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import Action
from backend.jurisdictions.scope import EVERYTHING, ScopeKind
from backend.jurisdictions.territory import Territory
from backend.register.revisions import TableRevision
from backend.submissions.applying import Applying, apply
from backend.submissions.changes import FOR_OFFICES, KINDS, Change
from backend.submissions.models import State, Submission
from backend.submissions.organisations import is_apart, is_author, organisation, with_author
from backend.submissions.queries import visible_submissions
from backend.submissions.reading import Fault
from backend.submissions.schemas import NewSubmission, Publishing, SubmissionChange
from backend.web.conditions import require_version

EDITABLE = (State.DRAFT, State.RETURNED)


class NotInThisState(DomainError):
    """Something that a submission's state does not allow."""

    status = 409
    code = "not_in_this_state"


class NotAcceptable(DomainError):
    """Changes that cannot be made as they are."""

    code = "changes_not_acceptable"


class NotYours(DomainError):
    """Somebody who may see a submission, but not do this with it."""

    status = 403
    code = "not_your_submission"


class SecondPersonRequired(DomainError):
    """A review by who has written of the submission."""

    status = 403
    code = "second_person_required"


class ApprovalRequired(DomainError):
    """A downgrade without what it needs: a reason, evidence, or a person of another organisation."""

    status = 409
    code = "downgrade_needs_approval"


def find(session: Session, actor: Actor, submission_id: UUID, *, is_locked: bool = False) -> Submission:
    """A submission that exists for `actor`.

    Raises
    ------
    NotFound
    """
    rows = visible_submissions(actor).where(Submission.id == submission_id)
    if is_locked:
        rows = rows.with_for_update(of=Submission).execution_options(populate_existing=True)
    found = session.scalars(rows).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_seen(session: Session, actor: Actor, submission_id: UUID, seen: int) -> Submission:
    """The same, locked, in the version that its reader saw.

    Raises
    ------
    NotFound, ChangedMeanwhile
    """
    found = find(session, actor, submission_id, is_locked=True)
    require_version(seen, found.version, {"version": found.version, "state": found.state})
    return found


# ---------------------------------------------------------------- writing


def begin(session: Session, actor: Actor, given: NewSubmission, *, is_demo: bool) -> Submission:
    """Begin a draft about an enterprise that exists for `actor`, or, for an office, about a new one.

    Raises
    ------
    NotFound, NotYours, NotAcceptable
    """
    if given.enterprise_id is None:
        if not actor.may(Action.REVIEW):
            raise NotYours("新增企业由街道/乡镇、行业部门或区局办理。")
        new_id = new_enterprise_id(given.changes)
        if session.get(Enterprise, new_id) is not None:
            raise NotAcceptable(
                "标识已被占用，请重新新建。", [{"pointer": "/changes", "reason": "标识已被占用"}]
            )
        site: dict[str, Any] = {
            "enterprise_id": new_id,
            "enterprise_name": "新企业",
        }
    else:
        enterprise = session.scalars(
            visible_enterprises(actor).where(Enterprise.id == given.enterprise_id)
        ).one_or_none()
        if enterprise is None:
            raise NotFound
        site = {
            "enterprise_id": enterprise.id,
            "enterprise_name": enterprise.name,
            "township_code": enterprise.township_code,
            "sector_code": enterprise.sector_code,
            "group_id": enterprise.group_id,
        }
        is_demo = enterprise.is_demo
    mine = organisation(actor)
    submission = Submission(
        **site,
        title=given.title,
        authors=with_author([], actor),
        organisation_kind=mine.kind.value,
        organisation_codes=sorted(mine.codes),
        is_demo=is_demo,
    )
    keep_changes(session, actor, submission, given.changes)
    session.add(submission)
    session.flush()
    session.refresh(submission)
    record(session, actor, Deed.DRAFT, subject=subject(submission))
    return submission


def new_enterprise_id(changes: Sequence[Change]) -> UUID:
    """The id that a new enterprise will have: the one that its change says, if there is one already."""
    return next((change.id for change in changes if change.kind == "enterprise"), uuid4())


def save(
    session: Session, actor: Actor, submission_id: UUID, seen: int, given: SubmissionChange
) -> Submission:
    """Keep what its people have written; it may be incomplete, and is not checked but for its form.

    Raises
    ------
    NotFound, ChangedMeanwhile, NotYours, NotInThisState, NotAcceptable
    """
    submission = find_seen(session, actor, submission_id, seen)
    require_own(actor, submission)
    require_state(submission, *EDITABLE)
    named = given.model_fields_set
    if "title" in named:
        submission.title = given.title
    if "reason" in named:
        submission.reason = given.reason
    if "changes" in named:
        keep_changes(session, actor, submission, given.changes)
    submission.authors = with_author(submission.authors, actor)
    session.flush()
    session.refresh(submission)
    return submission


def keep_changes(session: Session, actor: Actor, submission: Submission, changes: Sequence[Change]) -> None:
    """Write the changes into a submission, each row once, and of a new enterprise whose it is to be."""
    seen: set[tuple[str, UUID]] = set()
    faults = []
    for place, change in enumerate(changes):
        if (change.kind, change.id) in seen:
            faults.append({"pointer": f"/changes/{place}", "reason": "同一条记录只能有一项改动"})
        seen.add((change.kind, change.id))
        if change.kind == "enterprise":
            if change.id != submission.enterprise_id:
                faults.append({"pointer": f"/changes/{place}/id", "reason": "一次填报只涉及一家企业"})
            if not actor.may(Action.REVIEW):
                faults += [
                    {"pointer": f"/changes/{place}/facts/{name}", "reason": "由街道/乡镇、行业部门或区局填写"}
                    for name in sorted(FOR_OFFICES & change.facts.keys())
                ]
            if change.seen is None:
                propose_owners(session, submission, change)
    if faults:
        raise NotAcceptable("有改动不能保存。", faults)
    submission.changes = [change.model_dump(mode="json") for change in changes]


def propose_owners(session: Session, submission: Submission, change: Change) -> None:
    """Whose a new enterprise will be, as far as the codes exist; the rest is told when it is checked."""
    facts = change.facts
    for column, name, known in (
        ("township_code", "township", "SELECT code FROM area WHERE code = :code"),
        ("sector_code", "sector", "SELECT code FROM sector WHERE code = :code"),
    ):
        code = facts.get(name)
        found = session.scalar(text(known), {"code": code}) if isinstance(code, str) else None
        setattr(submission, column, found)
    if isinstance(facts.get("name"), str) and facts["name"].strip():
        submission.enterprise_name = facts["name"].strip()[:200]


# ---------------------------------------------------------------- trying


class TakenBack(Exception):
    """Carries the outcome of a trial out of the savepoint that it was made in."""

    def __init__(self, work: Applying, outcome: Watched) -> None:
        super().__init__()
        self.work = work
        self.outcome = outcome


def tried(
    session: Session, actor: Actor, submission: Submission, district: Territory | None
) -> tuple[Applying, Watched]:
    """What publishing would do: it is done in a savepoint and taken back."""
    try:
        with session.begin_nested():
            raise TakenBack(*carried_out(session, actor, submission, district))
    except TakenBack as trial:
        session.expire_all()
        return trial.work, trial.outcome


def carried_out(
    session: Session, actor: Actor, submission: Submission, district: Territory | None
) -> tuple[Applying, Watched]:
    """Make the changes, under the eyes of the guard; the caller decides whether they may stay."""
    # The revisions of the tables are moved at the end: each is one row, and every other writer needs it too.
    session.execute(text("SET LOCAL riskmap.quiet = 'on'"))
    work = Applying(session, actor, submission.enterprise_id, district, submission.is_demo)
    changes = [Change.model_validate(change) for change in submission.changes]
    _, outcome = watched(session, submission.enterprise_id, lambda: apply(work, changes))
    return work, outcome


def move_revisions(session: Session) -> None:
    """Say that every table that changes are of has changed, and let the triggers say it again from now on."""
    tables = {str(inspect(kind.model).local_table) for kind in KINDS.values()}
    session.execute(text("SET LOCAL riskmap.quiet = 'off'"))
    session.execute(
        update(TableRevision)
        .where(TableRevision.table_name.in_(tables))
        .values(revision=func.gen_random_uuid())
        .execution_options(synchronize_session=False)
    )


# ---------------------------------------------------------------- handing in


def submit(
    session: Session, actor: Actor, submission_id: UUID, seen: int, district: Territory | None
) -> Submission:
    """Hand a draft in for review, once it can be published as it is; what it would lower is asked for by name.

    Raises
    ------
    NotFound, ChangedMeanwhile, NotYours, NotInThisState, NotAcceptable, ApprovalRequired
    """
    submission = find_seen(session, actor, submission_id, seen)
    require_own(actor, submission)
    require_state(submission, *EDITABLE)
    if not submission.changes:
        raise NotAcceptable("没有任何改动，不能提交。", [{"pointer": "/changes", "reason": "没有改动"}])
    # As a reviewer of the whole district would: what only the bureau may do is then not refused before it is asked.
    reviewing = Actor(actor.name, EVERYTHING, actor.role, actor.id)
    work, outcome = tried(session, reviewing, submission, district)
    refuse_faults(work.faults)
    if outcome.lowered and not submission.reason:
        raise ApprovalRequired(
            f"这次填报会降低已发布的风险（{said(outcome.lowered)}）。请先写明理由和依据再提交。",
            [{"pointer": "/reason", "reason": "降级须写明理由"}],
        )
    close_asked(session, submission, "withdrawn", actor)
    ask(session, actor, submission, outcome)
    submission.state = State.SUBMITTED
    submission.submitted_at = func.now()
    submission.authors = with_author(submission.authors, actor)
    submission.comment = submission.decided_at = submission.decided_by_id = submission.decided_by_name = None
    return written(session, actor, submission, Deed.SUBMIT, {"lowered": said(outcome.lowered) or None})


def withdraw(session: Session, actor: Actor, submission_id: UUID, seen: int) -> Submission:
    """Take a submission back to go on with it.

    Raises
    ------
    NotFound, ChangedMeanwhile, NotYours, NotInThisState
    """
    submission = find_seen(session, actor, submission_id, seen)
    require_own(actor, submission)
    require_state(submission, State.SUBMITTED)
    close_asked(session, submission, "withdrawn", actor)
    submission.state = State.DRAFT
    submission.submitted_at = None
    return written(session, actor, submission, Deed.WITHDRAW)


def discard(session: Session, actor: Actor, submission_id: UUID, seen: int) -> Submission:
    """Give a draft up; it stays on record.

    Raises
    ------
    NotFound, ChangedMeanwhile, NotYours, NotInThisState
    """
    submission = find_seen(session, actor, submission_id, seen)
    require_own(actor, submission)
    require_state(submission, *EDITABLE)
    submission.state = State.WITHDRAWN
    return written(session, actor, submission, Deed.WITHDRAW, {"discarded": True})


# ---------------------------------------------------------------- reviewing


def send_back(session: Session, actor: Actor, submission_id: UUID, seen: int, comment: str) -> Submission:
    """Return a submission to its people with the reasons.

    Raises
    ------
    NotFound, ChangedMeanwhile, NotInThisState, SecondPersonRequired
    """
    submission = find_seen(session, actor, submission_id, seen)
    require_state(submission, State.SUBMITTED)
    require_second_person(actor, submission)
    close_asked(session, submission, "refused", actor, comment)
    decide(submission, actor, State.RETURNED, comment)
    return written(session, actor, submission, Deed.RETURN, {"comment": comment})


def publish(
    session: Session,
    actor: Actor,
    submission_id: UUID,
    seen: int,
    given: Publishing,
    district: Territory | None,
) -> Submission:
    """Bring a submission's changes into the register, all of them or none.

    Raises
    ------
    NotFound, ChangedMeanwhile, NotInThisState, SecondPersonRequired, NotAcceptable
    ApprovalRequired
        If something published would be lowered, and `actor` is of the organisation of an author or gives no evidence.
    """
    submission = find_seen(session, actor, submission_id, seen)
    require_state(submission, State.SUBMITTED)
    require_second_person(actor, submission)
    # Two publications of one enterprise pass one by one.
    session.scalars(
        visible_enterprises(actor).where(Enterprise.id == submission.enterprise_id).with_for_update()
    ).one_or_none()
    work, outcome = carried_out(session, actor, submission, district)
    refuse_faults(work.faults)
    move_revisions(session)
    if outcome.lowered:
        require_approval(actor, submission, outcome.lowered, given.evidence)
        grant(session, actor, submission, outcome, given.evidence or "")
    close_asked(session, submission, "withdrawn", actor)
    if outcome.before is None:
        session.execute(select(func.match_roster()))
    decide(submission, actor, State.PUBLISHED, given.comment)
    return written(session, actor, submission, Deed.PUBLISH, published_facts(submission, outcome))


def require_second_person(actor: Actor, submission: Submission) -> None:
    """Nobody reviews what they have written, but for the bureau, which has nobody above it in the district."""
    if actor.scope.kind is not ScopeKind.EVERYTHING and is_author(submission.authors, actor):
        raise SecondPersonRequired("自己填写的内容须由另一人审核。")


def require_approval(
    actor: Actor, submission: Submission, lowered: Sequence[Lowering], evidence: str | None
) -> None:
    """Nothing published goes down by the hand that wants it lower, nor without evidence."""
    if not is_apart(submission.authors, actor):
        raise ApprovalRequired(
            f"这次填报会降低已发布的风险（{said(lowered)}），须由填报单位以外的另一单位批准；"
            "在批准之前，原等级保持不变。"
        )
    if evidence is None:
        raise ApprovalRequired(
            f"批准降级（{said(lowered)}）须写明依据，如现场核查记录或评估报告的文号。",
            [{"pointer": "/evidence", "reason": "缺少依据"}],
        )


def grant(session: Session, actor: Actor, submission: Submission, outcome: Watched, evidence: str) -> None:
    """Record each downgrade as granted: those that were asked for, and those that have come up since."""
    asked = {(each.zone_id, each.way): each for each in asked_of(session, submission)}
    for lowering in outcome.lowered:
        row = asked.get((lowering.zone_id, lowering.way)) or asking(submission, outcome, lowering)
        row.state, row.evidence = "granted", evidence
        row.decided_by_id, row.decided_by_name = actor.id, actor.name
        row.decided_at = func.now()
        row.granted_in = this_transaction(session)
        session.add(row)
    session.flush()


def decide(submission: Submission, actor: Actor, state: State, comment: str | None) -> None:
    """Write down who has decided, and how."""
    submission.state = state
    submission.comment = comment
    submission.decided_at = func.now()
    submission.decided_by_id, submission.decided_by_name = actor.id, actor.name


def published_facts(submission: Submission, outcome: Watched) -> Facts:
    """What the trail keeps of a publication; what each row said before is a matter of its history."""
    counted: dict[str, int] = {}
    for change in submission.changes:
        name = f"{change['op']} {change['kind']}"
        counted[name] = counted.get(name, 0) + 1
    grades = {
        "grade_before": outcome.before and outcome.before.grade,
        "grade_after": outcome.after and outcome.after.grade,
    }
    return {**counted, **grades, "lowered": said(outcome.lowered) or None}


# ---------------------------------------------------------------- downgrades


def ask(session: Session, actor: Actor, submission: Submission, outcome: Watched) -> None:
    """Ask for what a submission would lower."""
    for lowering in outcome.lowered:
        session.add(asking(submission, outcome, lowering, actor))
    session.flush()


def asking(
    submission: Submission, outcome: Watched, lowering: Lowering, actor: Actor | None = None
) -> Downgrade:
    """One downgrade as it is asked for."""
    site: Standing | None = outcome.before
    if site is None:
        raise ValueError("a new enterprise has nothing to lower")
    first = submission.authors[0]
    return Downgrade(
        **site_of(site),
        submission_id=submission.id,
        zone_id=lowering.zone_id,
        zone_name=lowering.zone_name,
        way=lowering.way,
        from_grade=lowering.from_grade,
        to_grade=lowering.to_grade,
        lost_m2=lowering.lost_m2,
        reason=submission.reason,
        asked_by_id=actor.id if actor else UUID(first["id"]),
        asked_by_name=actor.name if actor else first["name"],
    )


def asked_of(session: Session, submission: Submission) -> Sequence[Downgrade]:
    """What a submission asks for and nobody has decided yet; whoever handles the submission handles these."""
    return session.scalars(
        visible_asked(submission).order_by(Downgrade.number).execution_options(populate_existing=True)
    ).all()


def visible_asked(submission: Submission) -> Any:  # noqa: ANN401 (a select)
    """The open downgrades of a submission that its handler has found already."""
    return select(Downgrade).where(Downgrade.submission_id == submission.id, Downgrade.state == "asked")


def close_asked(
    session: Session, submission: Submission, state: str, actor: Actor, evidence: str | None = None
) -> None:
    """Close what is still asked for, without granting it."""
    for each in asked_of(session, submission):
        each.state, each.evidence = state, evidence
        each.decided_by_id, each.decided_by_name = actor.id, actor.name
        each.decided_at = func.now()
    session.flush()


def said(lowered: Sequence[Lowering]) -> str:
    """The first few things that would be lowered, in words."""
    names = [each.zone_name or "企业本身" for each in lowered]
    return "、".join(dict.fromkeys(names[:3])) + (f"等 {len(names)} 项" if len(names) > 3 else "")


# ---------------------------------------------------------------- what all have in common


def is_own(actor: Actor, submission: Submission) -> bool:
    """Whether a submission is of the actor's organisation."""
    mine = organisation(actor)
    kind, codes = submission.organisation_kind, frozenset(submission.organisation_codes)
    return mine.kind.value == kind and (not codes or bool(mine.codes & codes))


def require_own(actor: Actor, submission: Submission) -> None:
    """Only its own people write of a submission."""
    if not is_own(actor, submission):
        raise NotYours("这是另一单位的填报，您可以审核，但不能修改。")


def require_state(submission: Submission, *states: State) -> None:
    """Refuse what the state does not allow."""
    if submission.state not in states:
        raise NotInThisState("这份填报的状态已经变化，请刷新后再办理。", state=submission.state)


def refuse_faults(faults: Sequence[Fault]) -> None:
    """Refuse changes that cannot be made, naming each."""
    if faults:
        raise NotAcceptable(f"有 {len(faults)} 处问题，没有写入。", list(faults))


def subject(submission: Submission) -> Subject:
    """A submission as the trail names it."""
    return Subject(
        "submission", str(submission.id), f"{submission.enterprise_name}：{submission.title}"[:200]
    )


def written(
    session: Session, actor: Actor, submission: Submission, deed: Deed, after: Facts | None = None
) -> Submission:
    """The submission as it now stands, with a trace of what was done."""
    session.flush()
    session.refresh(submission)
    record(session, actor, deed, subject=subject(submission), after=after)
    return submission
