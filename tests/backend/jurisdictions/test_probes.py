"""Nobody learns of a row that is not theirs, by any question; and everybody is told of their own."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import Engine, true
from sqlalchemy.orm import Session

from backend.audit.trail import Deed, Subject, operator, record
from backend.enterprises import queries as enterprises
from backend.enterprises.models import Enterprise
from backend.jurisdictions.scope import Scope, ScopeKind, may_see
from backend.operating.cluster import Cluster
from backend.zones import queries as zones
from tests import probing
from tests.backend.jurisdictions import world as worlds
from tests.backend.jurisdictions.probes import LAYERS, NOBODY_S, Bench, Principal, Probe, every_probe
from tests.backend.jurisdictions.world import TOWNSHIPS, Reader, World, word
from tests.probing import Caller

WEST, EAST, SOUTH = TOWNSHIPS
SEED = 20261126
# All layers of a tile in the middle of the world.
WHOLE_TILE = f"/tiles/{','.join(LAYERS)}/13/6673/3280.mvt"
HOW_MANY = 10_000
HOW_MANY_FAST = 400


@pytest.fixture(scope="module")
def world() -> World:
    return worlds.designed()


@pytest.fixture(scope="module")
def engine_of_the_world(cluster: Cluster, world: World) -> Iterator[Engine]:
    with probing.own_world(cluster) as engine:
        worlds.build(engine, world)
        yield engine


@pytest.fixture(scope="module")
def bench(
    engine_of_the_world: Engine, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("data")
    with (
        probing.client_of(engine_of_the_world, folder) as service,
        probing.client_of(engine_of_the_world, folder, public_view=True) as public,
    ):
        with Session(engine_of_the_world) as session, session.begin():
            people = [*principals(session, world)]
        moments = worlds.recorded_moments(engine_of_the_world, world)
        yield Bench(world, {"service": service, "public": public}, people, moments)


def principals(session: Session, world: World) -> Iterator[Principal]:
    """Everybody whose questions are judged."""
    chosen = {
        "everything": [("bureau_admin", ()), ("leader", ())],
        "townships": [
            *(("township", (code,)) for code in TOWNSHIPS),
            ("township", (WEST, EAST)),
            ("township", (worlds.ABOLISHED,)),
            ("township", ()),
        ],
        "sectors": [
            ("sector_department", ("education",)),
            ("sector_department", ("health", "chemical")),
            ("sector_department", ()),
        ],
        "groups": [
            ("park_committee", (world.groups[0].id,)),
            ("park_committee", (world.groups[2].id,)),
            ("park_committee", ()),
        ],
        "enterprises": [
            # Of the south with a zone that reaches into the west; of the west.
            ("enterprise", (world.enterprises[24].id,)),
            ("enterprise", (world.enterprises[3].id,)),
            ("third_party", tuple(world.enterprises[index].id for index in (1, 14, 40))),
            ("expert", tuple(world.enterprises[index].id for index in (13, 30))),
            ("enterprise", ()),
            ("third_party", ()),
            ("expert", ()),
        ],
        "nothing": [("system_admin", ()), ("audit_admin", ())],
    }
    serial = 0
    for kind, holders in chosen.items():
        for role, codes in holders:
            yield with_account(session, world, serial, role, kind, codes)
            serial += 1
    yield with_key(session, serial, "township", "townships", (WEST,))
    yield with_key(session, serial + 1, "sector_department", "sectors", ("health",))
    yield with_key(session, serial + 2, "city_platform", "everything", ())
    yield Principal(Caller("public", {}, "public"), Reader("public"), refusal=None, has_session=False)
    yield Principal(Caller("nobody", {}), Reader("nothing", may_look=False), refusal=401, has_session=False)
    # A trail that tells of rows and people.
    subject = Subject("enterprise", world.enterprises[0].id, word("t", 0, "subject"))
    record(session, operator(), Deed.EDIT, subject=subject, after={"address": word("t", 0, "after")})


BUSINESS = {
    "system_admin": ("/api/v1/accounts", f"/api/v1/accounts/{NOBODY_S}", "/api/v1/territories"),
    "audit_admin": ("/api/v1/audit", "/api/v1/audit/actions", "/api/v1/audit/verification"),
}
EXPORTERS = {"bureau_admin", "township", "sector_department", "park_committee", "city_platform"}
CALLERS = {"bureau_admin", "township", "sector_department", "park_committee", "enterprise", "third_party"}
REVIEWERS = {"bureau_admin", "township", "sector_department"}
EDITORS = {"bureau_admin", "township", "sector_department", "park_committee", "enterprise", "third_party"}


def with_account(
    session: Session, world: World, serial: int, role: str, kind: str, codes: tuple[str, ...]
) -> Principal:
    account = probing.account(
        session,
        role,
        codes,
        username=word("u", serial, "username"),
        name=word("u", serial, "name"),
        unit=word("u", serial, "unit"),
    )
    headers = probing.cookie(session, account, user_agent=word("s", serial, "agent"))
    own = {("u", serial, what) for what in ("username", "name", "unit")} | {("s", serial, "agent")}
    # Who holds a park is told its name.
    own |= {("g", group.index, "name") for group in world.groups if group.id in codes}
    may_look = kind != "nothing"
    return Principal(
        Caller(f"{role} {serial}", headers),
        Reader(kind, frozenset(codes), may_look),
        may_export=role in EXPORTERS,
        may_edit=role in EDITORS,
        may_review=role in REVIEWERS,
        may_call=role in CALLERS,
        refusal=None if may_look else 403,
        own=frozenset(own),
        business=BUSINESS.get(role, ()),
    )


def with_key(session: Session, serial: int, role: str, kind: str, codes: tuple[str, ...]) -> Principal:
    headers = probing.key(session, role, codes, name=word("k", serial, "name"))
    own = {("k", serial, "name")}
    return Principal(
        Caller(f"key of {role} {serial}", headers),
        Reader(kind, frozenset(codes)),
        may_export=role in EXPORTERS,
        may_edit=role in EDITORS,
        may_review=role in REVIEWERS,
        may_call=role in CALLERS,
        has_session=False,
        own=frozenset(own),
    )


@pytest.fixture(scope="module")
def questions(bench: Bench) -> list[Probe]:
    """Every question of everybody in an order of chance, those of each kind and person spread evenly."""
    chance = random.Random(SEED)
    probes = [*every_probe(bench, chance)]
    chance.shuffle(probes)
    seen: Counter[tuple[str, str]] = Counter()
    ranks = []
    for probe in probes:
        seen[probe.kind, probe.principal.name] += 1
        ranks.append(seen[probe.kind, probe.principal.name])
    return [probes[place] for place in sorted(range(len(probes)), key=ranks.__getitem__)]


def faults(bench: Bench, probes: Iterable[Probe]) -> Iterator[str]:
    return (fault for probe in probes for fault in bench.faults(probe))


def test_the_world_holds_what_it_is_for(world: World) -> None:
    seen = world.visible(Reader("townships", frozenset({WEST})))
    own = {site.index for site in seen.enterprises}
    over_the_border = [zone.index for zone in seen.zones if zone.facts["enterprise"] not in own]
    first = 2 * len(world.enterprises)
    # 2 m², 0.5 m², touching, touching at a slant, two small ones wholly inside, across all three.
    assert [index for index in over_the_border if index >= first] == [first, first + 4, first + 5, first + 6]
    assert (len(world.enterprises), len(world.zones)) == (48, 103)


def test_every_route_that_tells_something_is_asked(bench: Bench, questions: list[Probe]) -> None:
    asked = {probe.path.partition("?")[0] for probe in questions}
    described = bench.clients["service"].app.openapi()["paths"]
    unasked = [
        path
        for path, actions in described.items()
        if "get" in actions
        and not any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), address) for address in asked)
    ]
    # These tell nothing of rows or people.
    assert set(unasked) == {"/healthz", "/readyz", "/api/v1/password-policy", "/api/v1/roles"}


def test_nobody_learns_what_is_not_theirs_in_a_sample(bench: Bench, questions: list[Probe]) -> None:
    assert [*islice(faults(bench, questions[:HOW_MANY_FAST]), 20)] == []


def test_the_tags_of_who_sees_more_open_no_tile(bench: Bench, questions: list[Probe]) -> None:
    warm = [probe for probe in questions if probe.kind == "warm tile" and "enterprises" in probe.path]
    order = [principal.name for principal in bench.principals]
    # Administrator, townships, sectors, parks, enterprises: as they stand in the list.
    warm.sort(key=lambda probe: (probe.path, order.index(probe.principal.name)))
    bench.tags.clear()
    assert [*islice(faults(bench, (probe for probe in warm if probe.path == WHOLE_TILE)), 20)] == []
    assert len(bench.tags[WHOLE_TILE]) == len({each.reader for each in bench.principals if not each.refusal})


def everything(scope: Scope, **columns: Any) -> Any:
    return true()


def township_branch_alone(scope: Scope, **columns: Any) -> Any:
    return true() if scope.kind is ScopeKind.TOWNSHIPS else may_see(scope, **columns)


def of_the_enterprise(scope: Scope, **columns: Any) -> Any:
    return may_see(
        scope,
        townships=Enterprise.township_code,
        sector=Enterprise.sector_code,
        group=Enterprise.group_id,
        enterprise=Enterprise.id,
    )


@pytest.mark.parametrize(
    ("gate", "modules", "sign"),
    [
        (everything, (enterprises, zones), "leak ('e'"),
        (everything, (zones,), "leak ('z'"),
        (everything, (enterprises,), "leak ('e'"),
        (township_branch_alone, (enterprises, zones), "township"),
        (of_the_enterprise, (zones,), "missing"),
    ],
    ids=[
        "no gate",
        "no gate of zones",
        "no gate of enterprises",
        "no gate of townships",
        "zones by enterprise",
    ],
)
def test_a_gate_that_is_open_or_shut_would_be_found(
    bench: Bench,
    questions: list[Probe],
    monkeypatch: pytest.MonkeyPatch,
    gate: Any,
    modules: tuple[Any, ...],
    sign: str,
) -> None:
    """The test above can fail."""
    for module in modules:
        monkeypatch.setattr(module, "may_see", gate)
    found = (fault for fault in faults(bench, questions[:HOW_MANY_FAST]) if sign in fault)
    assert len([*islice(found, 3)]) == 3


def test_a_tag_without_the_scope_would_be_found(
    bench: Bench, questions: list[Probe], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail."""
    monkeypatch.setattr(Scope, "fingerprint", property(lambda scope: "everybody"))
    bench.tags.clear()
    whole = [probe for probe in questions if probe.kind == "warm tile" and probe.path == WHOLE_TILE]
    found = [*faults(bench, whole[:12])]
    bench.tags.clear()
    assert [fault for fault in found if "leak: the same tag" in fault]
    assert [fault for fault in found if "a tag of somebody else is answered 304" in fault]


@pytest.mark.slow
def test_nobody_learns_what_is_not_theirs(bench: Bench, questions: list[Probe]) -> None:
    bench.asked = 0
    assert [*islice(faults(bench, questions[:HOW_MANY]), 20)] == []
    assert bench.asked >= 10_000
    print(f"{bench.asked} requests")
