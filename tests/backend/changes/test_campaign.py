"""A register that goes through some hundred random transactions, held against what was seen of it at each moment."""

import random
import threading
import time
from collections import Counter
from datetime import datetime
from itertools import combinations, pairwise
from typing import Any
from uuid import UUID

import orjson
import pytest
from shapely import LineString, MultiPolygon, Point
from sqlalchemy import Engine, Text, cast, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.changes import service
from backend.changes.schemas import Kind
from backend.changes.service import BOOKKEEPING, Asked
from backend.enterprises.models import Enterprise
from backend.features import service as features
from backend.jurisdictions.actors import DEMO_READER, Actor
from backend.jurisdictions.models import Area, UnitGroup
from backend.jurisdictions.roles import ROLES
from backend.jurisdictions.scope import Scope, ScopeKind
from backend.layers import LAYERS
from backend.register.history import as_of, recorded_tables
from backend.submissions.models import Submission
from backend.surroundings.models import Corridor, Receptor
from backend.zones.models import Zone
from tests import databases, make

pytestmark = pytest.mark.slow
TOWNSHIPS = ("410411001", "410411002")
OFFICE = Actor("office", Scope(ScopeKind.TOWNSHIPS, frozenset(TOWNSHIPS[:1])), ROLES["township"])
COMPARED = ("areas", "enterprises", "enterprise_outlines", "zones", "receptors", "corridors")
EVERYTHING = 10_000
OPERATIONS = 220
# Importing a model declares its table; that of an approval refers to this one.
DECLARED = Submission

# Whatever lowers a grade is approved here, for every row.
APPROVE = text("""\
INSERT INTO downgrade (enterprise_id, enterprise_name, zone_id, way, from_grade, asked_by_name, state, granted_in)
SELECT enterprise_id, '企业', id, 'grade', 1, '测试', 'granted', pg_current_xact_id()::text::bigint FROM zone
UNION ALL
SELECT id, '企业', NULL, 'grade', 1, '测试', 'granted', pg_current_xact_id()::text::bigint FROM enterprise
""")

Snapshot = dict[str, dict[UUID, str]]


def snapshot(session: Session, moment: datetime | None) -> Snapshot:
    """Every row of every recorded table with a digest of all its columns."""
    return {
        table.name: {
            row.id: row.digest
            for row in session.execute(
                as_of(
                    select(
                        table.c.id,
                        func.md5(
                            func.concat_ws("|", *(func.coalesce(cast(c, Text), "~") for c in table.c))
                        ).label("digest"),
                    ),
                    moment,
                )
            )
        }
        for table in recorded_tables()
    }


def operate(session: Session, chance: random.Random) -> None:
    """Some random changes."""
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        session.execute(APPROVE)
        with session.begin_nested():
            chance.choice([add, add, alter, alter, alter, remove, redraw])(session, chance)


def somewhere(chance: random.Random) -> tuple[float, float]:
    return round(chance.uniform(113.2, 113.4), 4), round(chance.uniform(33.7, 33.8), 4)


def plot(chance: random.Random) -> Any:
    return make.square(*somewhere(chance), side=chance.choice([0.001, 0.02]))


def some(session: Session, model: Any, chance: random.Random) -> Any:
    """One row of a table, or None of an empty one."""
    ids = session.scalars(select(model.id).order_by(model.number)).all()
    return session.get(model, chance.choice(ids)) if ids else None


def add(session: Session, chance: random.Random) -> None:
    grade = chance.choice([None, 1, 2, 3, 4])
    site = some(session, Enterprise, chance)
    match chance.randrange(5):
        case 1 | 2 if site is not None:
            make.zone(session, site, f"车间{chance.random()}", plot(chance), grade=grade)
        case 3:
            make.receptor(session, place=Point(somewhere(chance)), enterprise_id=site and site.id)
        case 4:
            make.corridor(session, "路", LineString([somewhere(chance), somewhere(chance)]))
        case _:
            township = chance.choice([None, *TOWNSHIPS])
            place = chance.choice([None, Point(somewhere(chance))])
            make.enterprise(session, place=place, township_code=township, grade=grade)


def alter(session: Session, chance: random.Random) -> None:
    row = some(session, chance.choice([Enterprise, Zone, Zone, Receptor, Corridor, UnitGroup]), chance)
    if row is None:
        return
    facts: list[tuple[str, Any]] = [("name", f"名{chance.randrange(5)}")]
    match row:
        case Enterprise():
            facts += [
                ("township_code", chance.choice([None, *TOWNSHIPS])),
                ("sector_code", chance.choice([None, "chemical", "health"])),
                ("location", make.stored(Point(somewhere(chance)))),
                ("outline", make.stored(MultiPolygon([plot(chance)]))),
                ("declared_grade", chance.choice([None, 1, 2, 3, 4])),
            ]
        case Zone():
            facts += [
                ("boundary", make.stored(MultiPolygon([plot(chance)]))),
                ("declared_grade", chance.choice([None, 1, 2, 3, 4])),
            ]
        case Receptor():
            facts += [("place", make.stored(Point(somewhere(chance))))]
    for name, value in chance.sample(facts, chance.randint(1, len(facts))):
        setattr(row, name, value)
    session.flush()


def remove(session: Session, chance: random.Random) -> None:
    row = some(session, chance.choice([Enterprise, Zone, Receptor, Corridor]), chance)
    if row is not None:
        session.delete(row)
        session.flush()
        session.expire_all()


def redraw(session: Session, chance: random.Random) -> None:
    """The border of a township moves, and what lies along it changes hands."""
    area = session.scalars(select(Area).where(Area.code == TOWNSHIPS[0])).one()
    area.boundary = make.stored(
        MultiPolygon([make.square(113.2, 33.7, side=chance.choice([0.05, 0.1, 0.2]))])
    )
    session.flush()


@pytest.fixture(scope="module")
def told(cluster: Any) -> Any:
    """A database after the campaign, with what was seen of it after every tenth transaction."""
    chance = random.Random(20261126)
    with databases.own_database(cluster) as engine:
        with Session(engine) as session, session.begin():
            for code, lon in zip(TOWNSHIPS, (113.2, 113.3), strict=True):
                make.area(session, code, code, make.square(lon, 33.7, side=0.1), level="township")
            make.added(session, UnitGroup(name="园区", code="p", kind="park", **make.origin()))
        seen: dict[datetime, Snapshot] = {}
        for number in range(OPERATIONS):
            with Session(engine) as session, session.begin():
                operate(session, chance)
            if number % 10 == 9:
                with Session(engine) as session:
                    moment = session.execute(text("SELECT clock_timestamp()")).scalar_one()
                    seen[moment] = snapshot(session, None)
        yield engine, seen


def test_the_campaign_is_one(told: Any) -> None:
    """Enough of everything has happened for the tests below to mean something."""
    engine, seen = told
    with Session(engine) as session:
        for table in ("area", "unit_group", "enterprise", "zone", "receptor", "corridor"):
            kept = session.execute(text(f"SELECT count(*) FROM {table}_history")).scalar_one()
            assert kept >= 10, table
    assert len(seen) == OPERATIONS // 10
    assert len({tuple(sorted(each["zone"].items())) for each in seen.values()}) > 15


def test_as_of_now_is_the_present(told: Any) -> None:
    engine, _ = told
    with Session(engine) as session:
        now = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        assert snapshot(session, now) == snapshot(session, None)


def test_as_of_a_moment_is_what_was_seen_then(told: Any) -> None:
    engine, seen = told
    with Session(engine) as session:
        for moment, then in seen.items():
            assert snapshot(session, moment) == then, moment


def test_before_the_beginning_there_was_nothing(told: Any) -> None:
    engine, _ = told
    with Session(engine) as session:
        beginning = session.execute(text("SELECT min(created_at) FROM area")).scalar_one()
        before = snapshot(session, beginning.replace(year=beginning.year - 1))
    assert {len(rows) for rows in before.values()} == {0}


def plain(feature: dict[str, Any]) -> dict[str, Any]:
    """A feature as its reader gets it."""
    return orjson.loads(orjson.dumps(feature))


def state(session: Session, actor: Actor, name: str, moment: datetime) -> dict[str, dict[str, Any]]:
    """A layer as of a moment: each row's place and what is told of it."""
    page = features.page(session, actor, LAYERS[name], box=None, after=0, limit=EVERYTHING, moment=moment)
    return {
        feature["id"]: {
            **{key: said for key, said in feature["properties"].items() if key not in BOOKKEEPING},
            "geometry": feature["geometry"],
        }
        for feature in map(plain, page.features)
    }


@pytest.mark.parametrize("name", COMPARED)
@pytest.mark.parametrize("actor", [DEMO_READER, OFFICE], ids=["everything", "township"])
def test_what_has_changed_makes_the_later_out_of_the_earlier(told: Any, name: str, actor: Actor) -> None:
    engine, seen = told
    chance = random.Random(name)
    moments = list(seen)
    pairs = [*chance.sample([*pairwise(moments)], 6), *chance.sample([*combinations(moments, 2)], 8)]
    kinds: Counter[Kind] = Counter()
    with Session(engine) as session:
        states = {moment: state(session, actor, name, moment) for moment in moments}
        for begin, end in pairs:
            asked = Asked(LAYERS[name], begin, end)
            page = service.page(session, actor, asked, kinds=[], after=0, limit=EVERYTHING)
            made = dict(states[begin])
            for row in page.rows:
                feature = plain(service.feature(row, asked))
                id_, facts, place = feature["id"], feature["properties"], feature["geometry"]
                kinds.update(facts["kinds"])
                if facts["kinds"] == [Kind.GONE]:
                    del made[id_]
                elif facts["kinds"] == [Kind.APPEARED]:
                    assert id_ not in made
                    shown = {key: said for key, said in facts.items() if key not in ("kinds", "fields")}
                    made[id_] = {**shown, "geometry": place}
                else:
                    assert all(made[id_][each["field"]] == each["before"] for each in facts["fields"])
                    assert (place != made[id_]["geometry"]) == (Kind.MOVED in facts["kinds"])
                    changed = {each["field"]: each["after"] for each in facts["fields"]}
                    made[id_] = {**made[id_], **changed, "geometry": place}
            assert made == states[end]
            assert len(page.rows) == page.matched
            counted = Counter(kind for row in page.rows for kind in service.kinds_in(row))
            assert {kind: getattr(page.summary, kind) for kind in Kind} == {
                kind: counted[kind] for kind in Kind
            }
    assert kinds, "nothing has ever changed"


def test_writers_at_once_leave_periods_that_follow_each_other(own_engine: Engine) -> None:
    """Each writer's transactions begin before, and end after, those of others."""
    with Session(own_engine) as session, session.begin():
        ids = [make.enterprise(session).id for _ in range(3)]
    written: Counter[UUID] = Counter()
    lock = threading.Lock()

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(40):
            id_ = chance.choice(ids)
            try:
                with own_engine.begin() as connection:
                    connection.execute(text("SELECT now()"))
                    time.sleep(chance.uniform(0, 0.02))
                    for _ in range(chance.choice([1, 1, 2])):
                        with connection.begin_nested():
                            connection.execute(
                                text("UPDATE enterprise SET name = :name WHERE id = :id"),
                                {"name": str(chance.random()), "id": id_},
                            )
                    time.sleep(chance.uniform(0, 0.01))
            except OperationalError:
                continue
            with lock:
                written[id_] += 1

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_engine.connect() as connection:
        kept = connection.execute(
            text(
                "SELECT id, recorded_at, recorded_to FROM enterprise_history"
                " UNION ALL SELECT id, recorded_at, NULL FROM enterprise ORDER BY id, recorded_at"
            )
        ).all()
    contested = 0
    for id_ in ids:
        versions = [(begun, ended) for each, begun, ended in kept if each == id_]
        assert len(versions) == written[id_] + 1
        for (begun, ended), (following, _) in pairwise(versions):
            assert begun < ended == following
        contested += len(versions)
    assert contested > 100
