"""Submissions over HTTP: drafts, review, publication, and the list of downgrades."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.access import Editor, Reviewer, Viewer
from backend.database import ReadSession, WriteSession
from backend.district_time import today
from backend.downgrades.models import DECISIONS, WAYS
from backend.enterprises.vocabulary import DEMONSTRATION_STATUSES, HAZARD_INSTALLATION_KINDS, SCALES
from backend.errors import BadParameter, DomainError
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.models import UnitGroup
from backend.jurisdictions.scope import ScopeKind
from backend.jurisdictions.territory import Territory, find_territory
from backend.register.rows import terms
from backend.risk import accidents, grading, measures
from backend.risk.control_levels import CONTROL_LEVELS
from backend.risk.explanation import SETS_BY_SECTOR, SMALL_SCALES
from backend.risk.faults import InvalidAssessment
from backend.risk.vocabulary import ASSESSMENT_BASES, CONTACTS, RISK_POINT_KINDS
from backend.submissions import service, telling
from backend.submissions.dossier import dossier
from backend.submissions.models import STATES, State, Submission
from backend.submissions.reading import assessment_faults
from backend.submissions.schemas import (
    Assessed,
    Dossier,
    DossierRow,
    DowngradesOut,
    FaultOut,
    NewSubmission,
    OutcomeOut,
    Published,
    PublishedMany,
    Publishing,
    PublishingMany,
    Returning,
    SubmissionChange,
    SubmissionOut,
    SubmissionsOut,
)
from backend.web.conditions import SeenVersion, etag
from backend.web.keeping import never_kept

PEOPLE_BASES = {"counted": ("实际统计", "Counted"), "estimated": ("估算", "Estimated")}

router = APIRouter(prefix="/api/v1", tags=["submissions"], dependencies=[Depends(never_kept)])


Words = Annotated[str | None, Query(max_length=100)]
Sort = Literal[
    "number",
    "-number",
    "enterprise",
    "-enterprise",
    "updated",
    "-updated",
    "submitted",
    "-submitted",
    "decided",
    "-decided",
]


def printable(name: str, text: str | None) -> str | None:
    """A text that the database can hold, and a page can show."""
    if text is not None and not text.isprintable():
        raise BadParameter(name, "不能含控制字符")
    return text


def district_of(request: Request, session: Session) -> Territory | None:
    """The district that places are held against."""
    return find_territory(session, request.app.state.settings.district)


def told(session: Session, actor: Editor, submission: Submission, response: Response) -> SubmissionOut:
    """A submission with its version as an ETag."""
    response.headers["ETag"] = etag(submission.version)
    return telling.submission_out(session, actor, submission)


@router.get("/submissions")
def read_submissions(
    actor: Viewer,
    session: ReadSession,
    state: Annotated[list[State] | None, Query(description="several may be named")] = None,
    enterprise: UUID | None = None,
    township: Annotated[str | None, Query(max_length=64)] = None,
    sector: Annotated[str | None, Query(max_length=64)] = None,
    own: Annotated[bool, Query(description="only those that one's own organisation writes")] = False,
    lowering: Annotated[bool, Query(description="only those that ask to lower something")] = False,
    decided: Annotated[
        bool, Query(description="only those that one has returned or published oneself")
    ] = False,
    q: Words = None,
    sort: Sort | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SubmissionsOut:
    """A page of submissions: what waits, for whom and since when; drafts only for their own people."""
    wanted = telling.Wanted(
        states=state or [],
        enterprise=enterprise,
        township=printable("township", township),
        sector=printable("sector", sector),
        is_own=own,
        is_lowering=lowering,
        is_decided=decided,
        words=printable("q", q),
        sort=sort,
    )
    return telling.page_of(session, actor, wanted, page=page, limit=limit)


@router.post("/submissions", status_code=201)
def begin_submission(
    request: Request, given: NewSubmission, response: Response, actor: Editor, session: WriteSession
) -> SubmissionOut:
    """Begin a draft about one enterprise, or about a new one."""
    submission = service.begin(session, actor, given, is_demo=request.app.state.is_demo)
    return told(session, actor, submission, response)


@router.get("/submissions/vocabulary")
def read_submission_vocabulary(actor: Viewer, session: ReadSession) -> dict[str, Any]:
    """Every table that a form is made of: methods and scales, accident types, measures, control levels and states."""
    return {
        **grading.vocabulary(),
        "states": terms(STATES),
        "ways": terms(WAYS),
        "decisions": terms(DECISIONS),
        "point_kinds": terms(RISK_POINT_KINDS),
        "bases": terms(ASSESSMENT_BASES),
        "contacts": terms(CONTACTS),
        "enterprise_scales": terms(SCALES),
        "demonstration": terms(DEMONSTRATION_STATUSES),
        "groups": groups(session, actor),
        "installation_kinds": terms(HAZARD_INSTALLATION_KINDS),
        "sets_by_sector": SETS_BY_SECTOR,
        "small_scales": sorted(SMALL_SCALES),
        "people_bases": terms(PEOPLE_BASES),
        # Of a new event; one that is there keeps its own.
        "accident_edition": accidents.edition_on(today()),
        "accident_types": [
            {"edition": each.edition, "code": each.code, "zh": each.zh, "en": each.en}
            for each in accidents.ACCIDENT_TYPES
        ],
        "measures": [
            {
                "classification": each.classification,
                "code": each.code,
                "parent": each.parent,
                "zh": each.zh,
                "en": each.en,
            }
            for each in measures.MEASURE_CLASSES
        ],
        "control_levels": [
            {
                "set": each.set,
                "code": each.code,
                "position": each.position,
                "zh": each.zh,
                "en": each.en,
                "least_grade": each.least_grade,
            }
            for levels in CONTROL_LEVELS.values()
            for each in levels
        ],
    }


def groups(session: Session, actor: Actor) -> list[dict[str, str]]:
    """Parks, villages and grid cells, for who may put enterprises into them."""
    if actor.scope.kind is not ScopeKind.EVERYTHING:
        return []
    rows = session.scalars(select(UnitGroup).order_by(UnitGroup.kind, UnitGroup.code))
    return [{"code": row.code, "name": row.name, "kind": row.kind} for row in rows]


@router.post("/submissions/publish")
def publish_submissions(
    request: Request, given: PublishingMany, actor: Reviewer, session: WriteSession
) -> PublishedMany:
    """Publish several; each stands or falls by itself, and one that lowers something is to be published alone."""
    district = district_of(request, session)
    done = []
    for chosen in given.items:
        try:
            with session.begin_nested():
                service.publish(
                    session, actor, chosen.id, chosen.version, Publishing(comment=given.comment), district
                )
            done.append(Published(id=chosen.id, is_published=True, detail=None))
        except DomainError as refusal:
            done.append(Published(id=chosen.id, is_published=False, detail=refusal.detail))
    return PublishedMany(items=done)


@router.get("/submissions/{submission_id}")
def read_submission(
    submission_id: UUID, response: Response, actor: Viewer, session: ReadSession
) -> SubmissionOut:
    """One submission: each change beside what the register says now."""
    return told(session, actor, service.find(session, actor, submission_id), response)


@router.patch("/submissions/{submission_id}")
def save_submission(
    submission_id: UUID,
    given: SubmissionChange,
    response: Response,
    actor: Editor,
    seen: SeenVersion,
    session: WriteSession,
) -> SubmissionOut:
    """Keep what is written so far; it may be incomplete."""
    return told(session, actor, service.save(session, actor, submission_id, seen, given), response)


@router.post("/submissions/{submission_id}/check")
def check_submission(
    request: Request, submission_id: UUID, actor: Editor, session: WriteSession
) -> OutcomeOut:
    """What publishing would do: what is wrong, the grades before and after, and what would be lowered."""
    submission = service.find(session, actor, submission_id)
    work, outcome = service.tried(session, actor, submission, district_of(request, session))
    return OutcomeOut(
        faults=[FaultOut(**fault) for fault in work.faults],
        notices=[FaultOut(**notice) for notice in work.notices],
        grades=[] if work.faults else telling.grades_out(outcome),
        lowered=[] if work.faults else [telling.lowering_out(each) for each in outcome.lowered],
        needs_reason=bool(outcome.lowered) and not work.faults and not submission.reason,
    )


@router.post("/submissions/{submission_id}/submit")
def submit_submission(
    request: Request,
    submission_id: UUID,
    response: Response,
    actor: Editor,
    seen: SeenVersion,
    session: WriteSession,
) -> SubmissionOut:
    """Hand a draft in for review."""
    district = district_of(request, session)
    return told(session, actor, service.submit(session, actor, submission_id, seen, district), response)


@router.post("/submissions/{submission_id}/withdraw")
def withdraw_submission(
    submission_id: UUID, response: Response, actor: Editor, seen: SeenVersion, session: WriteSession
) -> SubmissionOut:
    """Take a submission back, to go on with it."""
    return told(session, actor, service.withdraw(session, actor, submission_id, seen), response)


@router.post("/submissions/{submission_id}/discard")
def discard_submission(
    submission_id: UUID, response: Response, actor: Editor, seen: SeenVersion, session: WriteSession
) -> SubmissionOut:
    """Give a draft up; it stays on record."""
    return told(session, actor, service.discard(session, actor, submission_id, seen), response)


@router.post("/submissions/{submission_id}/return")
def return_submission(
    submission_id: UUID,
    given: Returning,
    response: Response,
    actor: Reviewer,
    seen: SeenVersion,
    session: WriteSession,
) -> SubmissionOut:
    """Return a submission to its people, with the reasons."""
    returned = service.send_back(session, actor, submission_id, seen, given.comment)
    return told(session, actor, returned, response)


@router.post("/submissions/{submission_id}/publish")
def publish_submission(
    request: Request,
    submission_id: UUID,
    given: Publishing,
    response: Response,
    actor: Reviewer,
    seen: SeenVersion,
    session: WriteSession,
) -> SubmissionOut:
    """Bring a submission into the register; what it lowers needs another organisation and evidence."""
    district = district_of(request, session)
    published = service.publish(session, actor, submission_id, seen, given, district)
    return told(session, actor, published, response)


@router.get("/enterprises/{enterprise_id}/dossier")
def read_dossier(enterprise_id: UUID, actor: Editor, session: ReadSession) -> Dossier:
    """An enterprise with all its parts as a form edits them: the facts and version of every row."""
    return Dossier(rows=[DossierRow(**row) for row in dossier(session, actor, enterprise_id)])


@router.post("/assessments/preview")
def preview_assessment(given: dict[str, Any], actor: Viewer) -> Assessed:
    """What an assessment would come to, and the sentence that says why; nothing is kept."""
    try:
        result = grading.assess(grading.Assessment.of(given))
    except InvalidAssessment as invalid:
        raise service.NotAcceptable("还不能得出等级。", assessment_faults(invalid, "")) from None
    value = None if result.value is None else float(result.value)
    return Assessed(grade=result.grade, value=value, zh=result.sentence_zh, en=result.sentence_en)


@router.get("/downgrades")
def read_downgrades(
    actor: Viewer,
    session: ReadSession,
    state: Literal["asked", "granted", "refused", "withdrawn"] | None = None,
    enterprise: UUID | None = None,
    zone: UUID | None = None,
    way: Literal["grade", "deletion", "ground", "status"] | None = None,
    q: Words = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DowngradesOut:
    """All downgrades of published 重大 and 较大, asked for and decided, the newest first."""
    return telling.downgrades(
        session,
        actor,
        state=state,
        enterprise=enterprise,
        zone=zone,
        way=way,
        words=printable("q", q),
        page=page,
        limit=limit,
    )
