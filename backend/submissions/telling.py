"""Submissions and downgrades in the words of the API: whose turn it is, what may be done, what the register says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from backend.downgrades.guard import Lowering, Standing, Watched
from backend.downgrades.models import DECISIONS, WAYS, Downgrade
from backend.downgrades.queries import visible_downgrades
from backend.enterprises.models import Enterprise
from backend.enterprises.queries import visible_enterprises
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.contacts import masked
from backend.jurisdictions.models import Area, Sector
from backend.jurisdictions.roles import Action
from backend.jurisdictions.scope import ScopeKind
from backend.register.rows import Term, term
from backend.submissions.applying import VISIBLE
from backend.submissions.changes import KINDS, Change
from backend.submissions.dossier import rows_of
from backend.submissions.models import STATES, State, Submission
from backend.submissions.organisations import is_author
from backend.submissions.people import people_named
from backend.submissions.queries import is_written_by, visible_submissions
from backend.submissions.schemas import (
    ChangeOut,
    DowngradeBrief,
    DowngradeOut,
    DowngradesOut,
    GradesOut,
    LoweringOut,
    Named,
    SubmissionBrief,
    SubmissionOut,
    SubmissionsOut,
)
from backend.submissions.service import EDITABLE, is_own

BUREAU = "区应急管理局"
OPEN = (State.DRAFT, State.RETURNED)
# The id of no account.
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Wanted:
    """Which submissions a list is of.

    Parameters
    ----------
    is_own : only those that the actor's own organisation writes.
    is_lowering : only those that ask, or have asked, to lower something.
    is_decided : only those that the actor has returned or published, where nobody has decided since.
    sort : a key of `SORTS`; None is those that wait first, by how long they wait, then the newest.
    """

    states: Sequence[State] = ()
    enterprise: UUID | None = None
    township: str | None = None
    sector: str | None = None
    is_own: bool = False
    is_lowering: bool = False
    is_decided: bool = False
    words: str | None = None
    sort: str | None = None


SORTS = {
    "number": Submission.number.asc(),
    "-number": Submission.number.desc(),
    "enterprise": Submission.enterprise_name.asc(),
    "-enterprise": Submission.enterprise_name.desc(),
    "updated": Submission.updated_at.asc(),
    "-updated": Submission.updated_at.desc(),
    "submitted": Submission.submitted_at.asc().nulls_last(),
    "-submitted": Submission.submitted_at.desc().nulls_last(),
    "decided": Submission.decided_at.asc().nulls_last(),
    "-decided": Submission.decided_at.desc().nulls_last(),
}


def page_of(session: Session, actor: Actor, wanted: Wanted, *, page: int, limit: int) -> SubmissionsOut:
    """A page of submissions; the counts by state are of all that is wanted but for the states."""
    rows = narrowed(visible_submissions(actor), actor, wanted)
    states = wanted.states
    by_state = rows.with_only_columns(Submission.state, func.count()).group_by(Submission.state)
    counts = {state: int(count) for state, count in session.execute(by_state)}
    if states:
        rows = rows.where(Submission.state.in_(states))
    total = sum(count for state, count in counts.items() if not states or state in states)
    chosen = session.scalars(
        rows.order_by(*([SORTS[wanted.sort]] if wanted.sort else LONGEST_WAIT), Submission.number.desc())
        .offset((page - 1) * limit)
        .limit(limit)
    ).all()
    return SubmissionsOut(
        items=briefs(session, actor, chosen), total=total, page=page, limit=limit, states=counts
    )


LONGEST_WAIT = (
    (Submission.state != State.SUBMITTED),
    case((Submission.state == State.SUBMITTED, Submission.submitted_at)).asc(),
    Submission.updated_at.desc(),
)


def narrowed(rows: Select[Submission], actor: Actor, wanted: Wanted) -> Select[Submission]:
    """Only the rows that are wanted, of whatever state."""
    if wanted.enterprise is not None:
        rows = rows.where(Submission.enterprise_id == wanted.enterprise)
    if wanted.township is not None:
        rows = rows.where(Submission.township_code == wanted.township)
    if wanted.sector is not None:
        rows = rows.where(Submission.sector_code == wanted.sector)
    if wanted.is_own:
        rows = rows.where(is_written_by(actor))
    if wanted.is_lowering:
        asked = visible_downgrades(actor).with_only_columns(Downgrade.submission_id)
        rows = rows.where(Submission.id.in_(asked.where(Downgrade.state != "withdrawn")))
    if wanted.is_decided:
        rows = rows.where(Submission.decided_by_id == actor.id)
    if wanted.words:
        found = Submission.title.icontains(wanted.words, autoescape=True)
        rows = rows.where(found | Submission.enterprise_name.icontains(wanted.words, autoescape=True))
    return rows


def briefs(session: Session, actor: Actor, submissions: Sequence[Submission]) -> list[SubmissionBrief]:
    """Some submissions as a list tells them."""
    offices = office_names(session, submissions)
    people = people_named(session, actor, people_of(submissions))
    known = set(
        session.scalars(
            visible_enterprises(actor)
            .with_only_columns(Enterprise.id)
            .where(Enterprise.id.in_([each.enterprise_id for each in submissions]))
        )
    )
    counted = session.execute(
        visible_downgrades(actor)
        .with_only_columns(Downgrade.submission_id, func.count())
        .where(Downgrade.submission_id.in_([each.id for each in submissions]), Downgrade.state != "withdrawn")
        .group_by(Downgrade.submission_id)
    )
    asked = {row[0]: row[1] for row in counted}
    return [
        SubmissionBrief(
            **brief_facts(actor, each, offices, people),
            is_new=each.enterprise_id not in known,
            downgrades=asked.get(each.id, 0),
        )
        for each in submissions
    ]


def people_of(submissions: Iterable[Submission]) -> Iterator[UUID | None]:
    """The accounts of who has written of submissions, and of who has decided."""
    for each in submissions:
        yield each.decided_by_id
        yield from map(author_id, each.authors)


def author_id(author: Mapping[str, Any]) -> UUID | None:
    """The account of an author; who has written without one is remembered by the name alone."""
    return None if author["id"] in (None, "None") else UUID(author["id"])


def author_name(author: Mapping[str, Any], people: Mapping[UUID, str]) -> str:
    """An author with their unit, or as the record names them."""
    return people.get(author_id(author) or NOBODY, author["name"])


def brief_facts(
    actor: Actor, each: Submission, offices: Mapping[str, str], people: Mapping[UUID, str]
) -> dict[str, Any]:
    """What a submission says of itself."""
    return {
        "id": each.id,
        "number": each.number,
        "enterprise": Named(id=each.enterprise_id, name=each.enterprise_name),
        "title": each.title,
        "state": term(STATES, State(each.state)),
        "author": author_name(each.authors[0], people),
        "changes": len(each.changes),
        "submitted_at": each.submitted_at,
        "updated_at": each.updated_at,
        "decided_at": each.decided_at,
        "decided_by": people.get(each.decided_by_id or NOBODY, each.decided_by_name),
        "comment": each.comment,
        "waits_for": waits_for(each, offices, people),
        "may": list(may(actor, each)),
        "is_demo": each.is_demo,
        "version": each.version,
    }


def office_names(session: Session, submissions: Iterable[Submission]) -> dict[str, str]:
    """Names of the townships and sectors that submissions are of, by code."""
    townships = {each.township_code for each in submissions} - {None}
    rows = [
        *session.execute(select(Area.code, Area.name).where(Area.code.in_(townships))),
        *session.execute(select(Sector.code, Sector.name_zh)),
    ]
    return {row[0]: row[1] for row in rows}


def waits_for(each: Submission, offices: Mapping[str, str], people: Mapping[UUID, str]) -> list[str]:
    """Whose turn it is: the offices that may review, or the people who write."""
    if each.state in OPEN:
        return [author_name(each.authors[-1], people)]
    if each.state != State.SUBMITTED:
        return []
    township, sector = offices.get(each.township_code or ""), offices.get(each.sector_code or "")
    return [*([township] if township else []), *([f"{sector}主管部门"] if sector else []), BUREAU]


def may(actor: Actor, each: Submission) -> Iterable[str]:
    """What somebody may do with a submission as it stands."""
    if actor.may(Action.EDIT) and is_own(actor, each):
        if each.state in EDITABLE:
            yield from ("edit", "submit", "discard")
        elif each.state == State.SUBMITTED:
            yield "withdraw"
    is_second = actor.scope.kind is ScopeKind.EVERYTHING or not is_author(each.authors, actor)
    if each.state == State.SUBMITTED and actor.may(Action.REVIEW) and is_second:
        yield "review"


def submission_out(session: Session, actor: Actor, submission: Submission) -> SubmissionOut:
    """A submission with its changes beside the present state of the rows that they are of."""
    (brief,) = briefs(session, actor, [submission])
    changes = [Change.model_validate(change) for change in submission.changes]
    present = present_rows(session, actor, changes)
    rows = visible_downgrades(actor).where(Downgrade.submission_id == submission.id)
    lowered = session.scalars(rows.order_by(Downgrade.number)).all()
    people = people_named(session, actor, [*people_of([submission]), *people_of_downgrades(lowered)])
    return SubmissionOut(
        **dict(brief),
        reason=submission.reason,
        authors=[author_name(each, people) for each in submission.authors],
        items=[change_out(actor, change, present.get((change.kind, change.id))) for change in changes],
        lowered=[DowngradeBrief(**downgrade_facts(each, people)) for each in lowered],
    )


def present_rows(
    session: Session, actor: Actor, changes: Sequence[Change]
) -> dict[tuple[str, UUID], dict[str, Any]]:
    """What the register says now of the rows that changes name."""
    found: dict[tuple[str, UUID], dict[str, Any]] = {}
    for kind in KINDS:
        wanted = [change.id for change in changes if change.kind == kind]
        if wanted:
            rows: Select[Any] = VISIBLE[kind](actor).where(KINDS[kind].model.id.in_(wanted))
            found |= {(kind, row["id"]): row for row in rows_of(session, actor, kind, rows)}
    return found


def change_out(actor: Actor, change: Change, present: Mapping[str, Any] | None) -> ChangeOut:
    """One change; of what is to be deleted, everything that goes."""
    now = None if present is None else dict(present["facts"])
    if now is not None and change.op == "put":
        now = {name: now[name] for name in change.facts if name in now}
    name = change.facts.get("name") or change.facts.get("description") or (present and present["name"]) or ""
    return ChangeOut(
        kind=Term(code=change.kind, zh=KINDS[change.kind].label, en=change.kind.replace("_", " ")),
        op=change.op,
        id=change.id,
        seen=change.seen,
        name=str(name)[:200],
        version=present and present["version"],
        facts=told_facts(actor, change.facts),
        present=now,
    )


def told_facts(actor: Actor, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Proposed facts, with phones as `actor` may read them: wherever somebody has written one."""
    if actor.may(Action.CONTACTS):
        return dict(facts)
    return {name: masked(str(value)) if name == "phone" and value else value for name, value in facts.items()}


# ---------------------------------------------------------------- what a submission does


def grades_out(outcome: Watched) -> list[GradesOut]:
    """Every row whose grade or being differs: the enterprise first, then its zones."""
    before, after = outcome.before, outcome.after
    sites = [site_grades(before, after)] if before is not None or after is not None else []
    old, new = before.zones if before else {}, after.zones if after else {}
    zones = [
        GradesOut(
            kind="zone",
            id=zone_id,
            name=(new.get(zone_id) or old[zone_id]).name,
            before=old[zone_id].grade if zone_id in old else None,
            after=new[zone_id].grade if zone_id in new else None,
            residual_before=old[zone_id].residual_grade if zone_id in old else None,
            residual_after=new[zone_id].residual_grade if zone_id in new else None,
            is_new=zone_id not in old,
            is_gone=zone_id not in new,
        )
        for zone_id in [*old, *(each for each in new if each not in old)]
        if old.get(zone_id) != new.get(zone_id)
    ]
    return [*sites, *zones]


def site_grades(before: Standing | None, after: Standing | None) -> GradesOut:
    """The grades of the enterprise itself."""
    site = after or before
    if site is None:
        raise ValueError("an enterprise is there before or after")
    return GradesOut(
        kind="enterprise",
        id=site.id,
        name=site.name,
        before=before and before.grade,
        after=after and after.grade,
        residual_before=before and before.residual_grade,
        residual_after=after and after.residual_grade,
        is_new=before is None,
        is_gone=after is None,
    )


def lowering_out(lowering: Lowering) -> LoweringOut:
    """One thing that would be lowered."""
    return LoweringOut(
        zone=named_zone(lowering.zone_id, lowering.zone_name),
        way=term(WAYS, lowering.way),
        from_grade=lowering.from_grade,
        to_grade=lowering.to_grade,
        lost_m2=lowering.lost_m2,
    )


def named_zone(zone_id: UUID | None, name: str | None) -> Named | None:
    """The zone of a downgrade, where it is of one."""
    return None if zone_id is None else Named(id=zone_id, name=name or "")


# ---------------------------------------------------------------- downgrades


def downgrades(
    session: Session,
    actor: Actor,
    *,
    state: str | None,
    enterprise: UUID | None,
    zone: UUID | None,
    way: str | None,
    words: str | None,
    page: int,
    limit: int,
) -> DowngradesOut:
    """A page of all downgrades, asked and decided, the newest first; those taken back are left out unless asked for."""
    rows = visible_downgrades(actor)
    rows = rows.where(Downgrade.state == state) if state else rows.where(Downgrade.state != "withdrawn")
    if enterprise is not None:
        rows = rows.where(Downgrade.enterprise_id == enterprise)
    if zone is not None:
        rows = rows.where(Downgrade.zone_id == zone)
    if way is not None:
        rows = rows.where(Downgrade.way == way)
    if words:
        found = Downgrade.enterprise_name.icontains(words, autoescape=True)
        rows = rows.where(found | Downgrade.zone_name.icontains(words, autoescape=True))
    total = session.scalars(rows.with_only_columns(func.count())).one()
    chosen = session.scalars(
        rows.order_by(Downgrade.number.desc()).offset((page - 1) * limit).limit(limit)
    ).all()
    people = people_named(session, actor, people_of_downgrades(chosen))
    return DowngradesOut(
        items=[
            DowngradeOut(
                **downgrade_facts(each, people),
                number=each.number,
                enterprise=Named(id=each.enterprise_id, name=each.enterprise_name),
                submission_id=each.submission_id,
            )
            for each in chosen
        ],
        total=total,
        page=page,
        limit=limit,
    )


def people_of_downgrades(rows: Iterable[Downgrade]) -> Iterator[UUID | None]:
    """The accounts of who has asked for downgrades, and of who has decided."""
    for each in rows:
        yield from (each.asked_by_id, each.decided_by_id)


def downgrade_facts(each: Downgrade, people: Mapping[UUID, str]) -> dict[str, Any]:
    """What a downgrade says of itself."""
    return {
        "id": each.id,
        "zone": named_zone(each.zone_id, each.zone_name),
        "way": term(WAYS, each.way),
        "from_grade": each.from_grade,
        "to_grade": each.to_grade,
        "lost_m2": each.lost_m2,
        "reason": each.reason,
        "state": term(DECISIONS, each.state),
        "asked_by": people.get(each.asked_by_id or NOBODY, each.asked_by_name),
        "asked_at": each.asked_at,
        "evidence": each.evidence,
        "decided_by": people.get(each.decided_by_id or NOBODY, each.decided_by_name),
        "decided_at": each.decided_at,
    }
