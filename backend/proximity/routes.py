"""Proximity over HTTP."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field
from shapely import Point
from starlette.datastructures import State

from backend.accounts.access import Viewer
from backend.accounts.access import asked as what_was_asked
from backend.audit.trail import Deed, record
from backend.database import ReadSession, own_transaction
from backend.grades import CODES
from backend.proximity.analysis import Ground, analyse, patient
from backend.proximity.around import around
from backend.proximity.asked import MOST_DISTANCES, Asked, GradeCode, Metres
from backend.proximity.clusters import corridor_sections, domino_groups
from backend.proximity.planned import PlannedIn, analyse_planned, neighbours
from backend.proximity.queries import visible_sites_near
from backend.proximity.rules import LOCAL_FOLDER, rules
from backend.proximity.schemas import (
    AroundOut,
    GroupsOut,
    NearSite,
    NearSites,
    ReportOut,
    RuleOut,
    SectionsOut,
    WhatIfOut,
)
from backend.proximity.telling import EDGES, report_out, rule_out
from backend.register.rows import one_row, term
from backend.settings import Settings
from backend.surroundings.models import Receptor
from backend.surroundings.queries import visible_receptors
from backend.web.drawings import read_drawing
from backend.web.parameters import RowKey
from geodata.sections import LONGEST_M, SHORTEST_M

router = APIRouter(prefix="/api/v1/proximity", tags=["proximity"])
MOST_TOLD = 2_000
"""Pairs of one answer."""


@router.get("/receptors/{key}/sites")
def read_sites_near(
    key: RowKey,
    actor: Viewer,
    session: ReadSession,
    radius_m: Annotated[float, Query(gt=0, le=5_000, allow_inf_nan=False)] = 1_000,
) -> NearSites:
    """Graded sites around a receptor, the nearest first; of others' sites only what protects it."""
    receptor: Receptor = one_row(session, visible_receptors(actor), Receptor, key)[0]
    rows = session.execute(visible_sites_near(actor, radius_m).where(Receptor.id == receptor.id))
    return NearSites(radius_m=radius_m, items=[near_site(row._asdict()) for row in rows])


def near_site(row: Mapping[str, Any]) -> NearSite:
    """A site of a row, with the edge that its distance starts at in words."""
    return NearSite(**{**row, "edge": term(EDGES, row["edge"])})


class Question(Asked):
    """An analysis as an address asks for it, and which page of its pairs."""

    page: int = Field(1, ge=1, le=100_000)
    limit: int = Field(200, ge=1, le=MOST_TOLD)


@router.get("/report")
def read_report(
    request: Request, question: Annotated[Question, Query()], actor: Viewer, session: ReadSession
) -> ReportOut:
    """What stands how near to what: pairs, verdicts and what the distance rules say; nothing is kept."""
    ground = ground_of(request)
    asked = Asked(**question.model_dump(exclude={"page", "limit"}))
    analysis = analyse(session, actor, asked, ground, patient())
    return report_out(analysis, rules(ground.local_rules), page=question.page, limit=question.limit)


@router.post("/what-if")
def judge_planned(request: Request, given: PlannedIn, actor: Viewer, session: ReadSession) -> WhatIfOut:
    """What a planned site or receptor would be near to, and what the distance rules would say; nothing is kept."""
    place = read_drawing(given.geometry)
    on = ground_of(request)
    report = report_out(
        analyse_planned(session, actor, given, place, on), rules(on.local_rules), page=1, limit=MOST_TOLD
    )
    across = neighbours(session, actor, given, place, given.asked.distances)
    return WhatIfOut(**dict(report), neighbours=[near_site(row) for row in across])


EMERGENCY_DISTANCES = (500.0, 1_000.0, 3_000.0)


@router.get("/around")
def read_around(
    request: Request,
    actor: Viewer,
    session: ReadSession,
    lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-84, le=84, allow_inf_nan=False)],
    distance_m: Annotated[tuple[Metres, ...], Query(max_length=MOST_DISTANCES)] = EMERGENCY_DISTANCES,
) -> AroundOut:
    """What is around a place in an emergency, and whom to call; that it was asked is kept in the audit trail."""
    with own_transaction(request) as trail:
        record(trail, actor, Deed.EMERGENCY, detail=what_was_asked(request))
    distances = tuple(sorted({*distance_m}))
    return around(session, actor, request.app.state.surroundings, Point(lon, lat), distances)


NearMetres = Annotated[
    float, Field(gt=0, le=2_000, allow_inf_nan=False, description="metres on the ground, to 2 km")
]


class SiteQuestion(Asked):
    """Which sites, and how near."""

    grade: tuple[GradeCode, ...] = Field((1, 2), max_length=len(CODES))
    distance_m: tuple[NearMetres, ...] = Field((100.0,), min_length=1, max_length=1)


class SectionQuestion(SiteQuestion):
    """Which sites are counted along a corridor, and how long its sections are."""

    distance_m: tuple[NearMetres, ...] = Field((200.0,), min_length=1, max_length=1)
    length_m: float = Field(1_000.0, ge=SHORTEST_M, le=LONGEST_M, allow_inf_nan=False)


@router.get("/groups")
def read_groups(question: Annotated[SiteQuestion, Query()], actor: Viewer, session: ReadSession) -> GroupsOut:
    """Domino groups: red and orange sites that stand within a distance of each other."""
    return domino_groups(session, actor, question)


@router.get("/corridors/{key}/sections")
def read_sections(
    request: Request,
    key: RowKey,
    question: Annotated[SectionQuestion, Query()],
    actor: Viewer,
    session: ReadSession,
) -> SectionsOut:
    """A corridor kilometre by kilometre, with the sites near each."""
    return corridor_sections(session, actor, key, question, ground_of(request), question.length_m)


@router.get("/rules")
def read_rules(request: Request, actor: Viewer) -> list[RuleOut]:
    """Every distance rule in use, with its clause and where it was read."""
    return [rule_out(rule) for rule in rules(ground_of(request).local_rules).values()]


def ground_of(request: Request) -> Ground:
    """What an analysis of this service stands on."""
    return ground(request.app.state)


def ground(service: State) -> Ground:
    """The same, of a service that nobody asks."""
    settings: Settings = service.settings
    return Ground(service.surroundings, settings.district, settings.data_dir / LOCAL_FOLDER)
