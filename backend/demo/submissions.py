"""Invented submissions, made as people make them, so that the demonstration has something to review."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.enterprises.models import Enterprise
from backend.jurisdictions.actors import Actor
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import EVERYTHING, Scope, ScopeKind
from backend.submissions import service
from backend.submissions.changes import Change
from backend.submissions.dossier import dossier
from backend.submissions.models import Submission
from backend.submissions.schemas import NewSubmission, SubmissionChange

NAMESPACE = UUID("04104110-0000-4000-8000-000000000000")
# Scores of L that are lower than any of the generator's, for a downgrade that is asked for.
BETTER_L = 0.2


def submit_some(session: Session) -> int:
    """Hand in a new risk and a downgrade of the worst enterprise; one more is returned, and one left a draft.

    The accounts of the demonstration are of this enterprise, of its township and of the bureau: each finds something.

    Returns
    -------
    How many were made: none where nothing stands behind the grades.
    """
    graded = (
        select(Enterprise)
        .where(
            Enterprise.is_demo, Enterprise.derived_grade.is_not(None), Enterprise.township_code.is_not(None)
        )
        .order_by(Enterprise.grade, Enterprise.source_id)
    )
    worst = session.scalars(graded.limit(1)).one_or_none()
    if worst is None or not worst_events(dossier(session, reviewer(), worst.id)):
        return 0
    for make in (new_risk, lower_risk, new_facts, unfinished):
        make(session, worst, dossier(session, reviewer(), worst.id))
    return session.scalars(select(func.count()).where(Submission.is_demo)).one()


def firm(site: Enterprise) -> Actor:
    """Somebody of an enterprise. Accounts are made anew at each start, so the record keeps the name itself."""
    scope = Scope(ScopeKind.ENTERPRISES, frozenset({str(site.id)}))
    role = ROLES["enterprise"]
    return Actor(f"演示·{role.zh}", scope, role, uuid5(NAMESPACE, str(site.id)))


def reviewer() -> Actor:
    """Somebody of the bureau."""
    role = ROLES["bureau_admin"]
    return Actor(f"演示·{role.zh}", EVERYTHING, role, uuid5(NAMESPACE, "bureau"))


def worst_events(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The assessed events of an enterprise that have its worst grade."""
    events = [row for row in rows if row["kind"] == "risk_event" and row["facts"]["inherent"]]
    worst = min((row["grade"] for row in events), default=None)
    return [row for row in events if row["grade"] == worst]


def begun(session: Session, site: Enterprise, title: str, *changes: dict[str, Any]) -> Submission:
    """A draft of an enterprise's own people."""
    given = NewSubmission(
        enterprise_id=site.id, title=title, changes=[Change.model_validate(change) for change in changes]
    )
    return service.begin(session, firm(site), given, is_demo=True)


def new_risk(session: Session, site: Enterprise, rows: list[dict[str, Any]]) -> None:
    """A risk that was not known yet, with a measure; it waits for review."""
    point = next(row for row in rows if row["kind"] == "risk_point")
    event, measure = (uuid5(site.id, part) for part in ("event", "measure"))
    assessment = {"method": "lec", "scale": "lec-2019-general", "factors": {"L": 1, "E": 6, "C": 15}}
    facts = {"risk_point_id": str(point["id"]), "name": "检修时工具坠落", "hazard_source": "高处放置的工具"}
    draft = begun(
        session,
        site,
        "演示·补充检修作业风险",
        {"kind": "risk_event", "id": str(event), "facts": {**facts, "inherent": assessment}},
        {
            "kind": "measure",
            "id": str(measure),
            "facts": {"event_id": str(event), "kind": "management", "description": "检修设警戒区、工具系绳"},
        },
    )
    service.submit(session, firm(site), draft.id, draft.version, None)


def lower_risk(session: Session, site: Enterprise, rows: list[dict[str, Any]]) -> None:
    """Lower scores of the worst risks, with a reason; it waits for another organisation."""
    changes = []
    for event in worst_events(rows):
        better = {
            basis: {**said, "factors": {**said["factors"], "L": BETTER_L}}
            for basis in ("inherent", "residual")
            if (said := event["facts"][basis])
        }
        facts = {**better, "assessed_on": datetime.now(UTC).date().isoformat(), "review_due": None}
        changes.append(
            {"kind": "risk_event", "id": str(event["id"]), "seen": event["version"], "facts": facts}
        )
    draft = begun(session, site, "演示·工艺改造后重新评估", *changes)
    draft = service.save(
        session,
        firm(site),
        draft.id,
        draft.version,
        SubmissionChange(reason="已改用水性原料、取消高温工序，申请复核"),
    )
    service.submit(session, firm(site), draft.id, draft.version, None)


def new_facts(session: Session, site: Enterprise, rows: list[dict[str, Any]]) -> None:
    """Facts that were sent back for a reason."""
    (own,) = (row for row in rows if row["kind"] == "enterprise")
    change = {"kind": "enterprise", "id": str(site.id), "seen": own["version"], "facts": {"staff": 86}}
    draft = begun(session, site, "演示·更新企业基本情况", change)
    draft = service.submit(session, firm(site), draft.id, draft.version, None)
    service.send_back(session, reviewer(), draft.id, draft.version, "请补充技术人员的联系方式")


def unfinished(session: Session, site: Enterprise, rows: list[dict[str, Any]]) -> None:
    """A draft that somebody has begun and not finished."""
    zone = next(row for row in rows if row["kind"] == "zone")
    change = {"kind": "risk_point", "id": str(uuid5(site.id, "point")), "facts": {"zone_id": str(zone["id"])}}
    begun(session, site, "演示·未填完的草稿", change)
