"""How the database records: which versions it keeps, from when until when, and who may touch them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Row, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from backend.migrations.grants import grant
from backend.operating.postgres_config import ROLE
from tests import databases, make

VERSIONS = """\
SELECT name, recorded_at, recorded_to FROM enterprise_history WHERE id = :id
UNION ALL
SELECT name, recorded_at, 'infinity' FROM enterprise WHERE id = :id
ORDER BY recorded_at
"""


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction whose now() is taken at once."""
    with engine.connect() as connection:
        connection.execute(text("SELECT now()"))
        yield connection
        connection.commit()


def write(engine: Engine, statement: str, **values: Any) -> datetime:
    """Run one statement in a transaction of its own; its moment."""
    with engine.begin() as connection:
        connection.execute(text(statement), values)
        moment: datetime = connection.execute(text("SELECT now()")).scalar_one()
        return moment


@pytest.fixture
def site(own_engine: Engine) -> Any:
    """The id of an enterprise that is there."""
    with Session(own_engine) as session, session.begin():
        return make.enterprise(session, "一").id


def versions(engine: Engine, id_: Any, statement: str = VERSIONS) -> list[Row[Any]]:
    with engine.connect() as connection:
        # "infinity" is no date of Python's.
        wrapped = f"SELECT name, recorded_at, nullif(recorded_to, 'infinity') FROM ({statement}) AS v"
        return list(connection.execute(text(wrapped), {"id": id_}).all())


def names(engine: Engine, id_: Any) -> list[str]:
    """The names that a row had one after another; its periods follow each other without a gap."""
    found = versions(engine, id_)
    for (_, begun, ended), following in zip(found, [*found[1:], None], strict=True):
        assert ended is None or ended > begun
        assert following is None or ended == following.recorded_at
    return [name for name, _, _ in found]


RENAME = "UPDATE enterprise SET name = :name WHERE id = :id"
DELETE = "DELETE FROM enterprise WHERE id = :id"


def test_each_transaction_leaves_a_version_that_ends_where_the_next_begins(
    own_engine: Engine, site: Any
) -> None:
    second = write(own_engine, RENAME, name="二", id=site)
    third = write(own_engine, RENAME, name="三", id=site)
    assert names(own_engine, site) == ["一", "二", "三"]
    assert [begun for _, begun, _ in versions(own_engine, site)][1:] == [second, third]
    gone = write(own_engine, DELETE, id=site)
    assert versions(own_engine, site)[-1] == ("三", third, gone)


def test_what_a_transaction_wrote_on_the_way_is_no_version(own_engine: Engine, site: Any) -> None:
    with transaction(own_engine) as connection:
        connection.execute(text(RENAME), {"name": "甲", "id": site})
        with connection.begin_nested():
            connection.execute(text(RENAME), {"name": "乙", "id": site})
        connection.execute(text(RENAME), {"name": "丙", "id": site})
    assert names(own_engine, site) == ["一", "丙"]


def test_a_row_that_came_and_went_in_one_transaction_was_never_there(own_engine: Engine) -> None:
    with Session(own_engine) as session, session.begin():
        added = make.enterprise(session).id
        session.execute(text(RENAME), {"name": "二", "id": added})
        session.execute(text(DELETE), {"id": added})
    assert versions(own_engine, added) == []


def test_what_is_undone_is_not_recorded(own_engine: Engine, site: Any) -> None:
    with own_engine.connect() as connection:
        connection.execute(text(RENAME), {"name": "二", "id": site})
        connection.rollback()
    assert names(own_engine, site) == ["一"]


def test_who_began_earlier_and_writes_later_comes_later(own_engine: Engine, site: Any) -> None:
    with transaction(own_engine) as early:
        write(own_engine, RENAME, name="后开始", id=site)
        early.execute(text(RENAME), {"name": "先开始", "id": site})
        # Neither a savepoint nor a later statement makes two versions of it.
        with early.begin_nested():
            early.execute(text(RENAME), {"name": "先开始又改", "id": site})
        early.execute(text(RENAME), {"name": "先开始又再改", "id": site})
    assert names(own_engine, site) == ["一", "后开始", "先开始又再改"]


def test_who_began_earlier_and_deletes_later_keeps_the_other_s_version(own_engine: Engine, site: Any) -> None:
    with transaction(own_engine) as early:
        write(own_engine, RENAME, name="后开始", id=site)
        early.execute(text(DELETE), {"id": site})
    found = versions(own_engine, site)
    assert [name for name, _, _ in found] == ["一", "后开始"]
    assert found[0][2] == found[1][1] < found[1][2]


def test_who_began_earlier_changes_and_deletes_leaves_nothing_of_the_change(
    own_engine: Engine, site: Any
) -> None:
    with transaction(own_engine) as early:
        write(own_engine, RENAME, name="后开始", id=site)
        early.execute(text(RENAME), {"name": "先开始", "id": site})
        early.execute(text(DELETE), {"id": site})
    found = versions(own_engine, site)
    assert [name for name, _, _ in found] == ["一", "后开始"]
    assert found[1][1] < found[1][2]


def test_an_id_does_not_come_back_before_it_has_gone(own_engine: Engine, site: Any) -> None:
    again = "INSERT INTO enterprise (id, name, source, source_id) VALUES (:id, '又来', 'test', 'again')"
    with transaction(own_engine) as early:
        write(own_engine, DELETE, id=site)
        with pytest.raises(DBAPIError, match="was used until after"):
            early.execute(text(again), {"id": site})
        early.rollback()
    write(own_engine, again, id=site)
    assert [name for name, _, _ in versions(own_engine, site)] == ["一", "又来"]


def test_nobody_says_when_something_was_recorded(own_engine: Engine, site: Any) -> None:
    with own_engine.connect() as connection, pytest.raises(IntegrityError, match="not for writers to say"):
        connection.execute(
            text(
                "INSERT INTO enterprise (name, source, source_id, recorded_at)"
                " VALUES ('x', 'test', 'x', '2020-01-01')"
            )
        )
    moment = write(own_engine, "UPDATE enterprise SET recorded_at = '2020-01-01' WHERE id = :id", id=site)
    assert versions(own_engine, site)[-1][1] == moment


def test_a_cascade_and_what_is_derived_are_recorded_too(own_engine: Engine) -> None:
    with Session(own_engine) as session, session.begin():
        for code in ("410411001", "410411002"):
            make.area(session, code, code, None, level="township")
        sites = [make.enterprise(session, township_code="410411001") for _ in range(2)]
        zones = [make.zone(session, site, f"车间{n}").id for site in sites for n in range(2)]
        receptor = make.receptor(session, enterprise_id=sites[0].id).id
        ids = [site.id for site in sites]
    write(own_engine, "UPDATE enterprise SET township_code = '410411002' WHERE id = ANY(:ids)", ids=ids)
    write(own_engine, "DELETE FROM enterprise WHERE id = ANY(:ids)", ids=ids)
    with own_engine.connect() as connection:
        kept = connection.execute(
            text("SELECT id, array_agg(township_codes[1] ORDER BY recorded_at) FROM zone_history GROUP BY id")
        ).all()
        assert dict(map(tuple, kept)) == {zone: ["410411001", "410411002"] for zone in zones}
        before = connection.execute(
            text("SELECT enterprise_id FROM receptor_history WHERE id = :id"), {"id": receptor}
        ).scalar_one()
        assert before == ids[0]


def test_a_table_is_not_swept_away(own_engine: Engine) -> None:
    with databases.as_owner(own_engine) as owner:
        for table in ("zone", "zone_history"):
            with owner.connect() as connection, pytest.raises(ProgrammingError, match=r"history|append-only"):
                connection.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE enterprise_history SET name = ''",
        "DELETE FROM enterprise_history",
        "TRUNCATE enterprise_history",
        "INSERT INTO enterprise_history SELECT now(), e.* FROM enterprise AS e",
        "ALTER TABLE enterprise DISABLE TRIGGER USER",
    ],
)
def test_the_application_cannot_change_what_was_recorded(
    own_engine: Engine, site: Any, statement: str
) -> None:
    write(own_engine, RENAME, name="二", id=site)
    with databases.as_owner(own_engine) as owner, owner.begin() as connection:
        connection.execute(text(f"GRANT ALL ON enterprise_history TO PUBLIC, {ROLE}"))
        grant(connection, ROLE)
    with (
        own_engine.connect() as connection,
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement", ["UPDATE enterprise_history SET name = ''", "DELETE FROM enterprise_history"]
)
def test_not_even_the_owner_changes_what_was_recorded(own_engine: Engine, site: Any, statement: str) -> None:
    write(own_engine, RENAME, name="二", id=site)
    with (
        databases.as_owner(own_engine) as owner,
        owner.connect() as connection,
        pytest.raises(ProgrammingError, match="append-only"),
    ):
        connection.execute(text(statement))


def test_only_what_was_invented_is_forgotten(own_engine: Engine, site: Any) -> None:
    with Session(own_engine) as session, session.begin():
        invented = make.enterprise(session, is_demo=True).id
    for id_ in (site, invented):
        write(own_engine, RENAME, name="二", id=id_)
    write(own_engine, "SELECT forget_demo_history()")
    with own_engine.connect() as connection:
        assert connection.scalars(text("SELECT id FROM enterprise_history")).all() == [site]


def test_a_column_is_added_to_the_past_too(own_engine: Engine, site: Any) -> None:
    write(own_engine, RENAME, name="二二", id=site)
    with databases.as_owner(own_engine) as owner, owner.begin() as connection:
        for definition in (
            "hands integer CHECK (hands >= 0)",
            "class text NOT NULL DEFAULT 'ordinary'",
            "width integer GENERATED ALWAYS AS (char_length(name)) STORED",
        ):
            connection.execute(
                text("SELECT add_column_with_history('enterprise', :definition)"), {"definition": definition}
            )
    write(own_engine, "UPDATE enterprise SET name = '三三三', hands = 3, class = 'x' WHERE id = :id", id=site)
    write(own_engine, "UPDATE enterprise SET name = '四四四四' WHERE id = :id", id=site)
    with own_engine.connect() as connection:
        kept = connection.execute(
            text("SELECT hands, class, width FROM enterprise_history WHERE id = :id ORDER BY recorded_at"),
            {"id": site},
        )
        assert kept.all() == [(None, "ordinary", 1), (None, "ordinary", 2), (3, "x", 3)]
