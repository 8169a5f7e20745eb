"""What the application may do in the database, and what not even a fault in it can."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from backend.migrations.grants import grant
from backend.migrations.run import migrate
from backend.operating.postgres_config import OWNER, ROLE
from tests import databases, make

RIGHTS = text("""\
SELECT privilege_type
FROM information_schema.role_table_grants
WHERE table_name = :table AND grantee = :role
""")


def rights(engine: Engine, table: str) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(RIGHTS, {"table": table, "role": ROLE}))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE extra (id int)",
        "CREATE FUNCTION extra() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA extra",
        "ALTER TABLE zone ADD COLUMN extra int",
        "ALTER TABLE zone DISABLE TRIGGER ALL",
        "CREATE TRIGGER extra AFTER DELETE ON zone EXECUTE FUNCTION move_revision()",
        "TRUNCATE zone",
        "DROP TABLE zone",
        "DROP TRIGGER move_version ON zone",
        "CREATE OR REPLACE FUNCTION move_version() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        "UPDATE alembic_version SET version_num = '0000'",
        "SET session_replication_role = replica",
        f"SET ROLE {OWNER}",
        "CREATE ROLE extra",
        "CREATE DATABASE extra",
    ],
)
def test_the_application_cannot_change_what_it_works_with(engine: Engine, statement: str) -> None:
    with (
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
    ):
        connection.execute(text(statement))


def test_the_application_reads_and_writes_the_register(session: Session) -> None:
    site = make.enterprise(session)
    make.zone(session, site, grade=4)
    session.execute(text("UPDATE zone SET declared_grade = 3"))
    session.execute(text("DELETE FROM zone"))
    session.execute(text("CREATE TEMPORARY TABLE staged ON COMMIT DROP AS SELECT * FROM enterprise"))
    assert session.scalar(text("SELECT count(*) FROM staged")) == 1


@pytest.mark.parametrize(("table", "column"), [("audit_event", "action"), ("audit_seal", "algorithm")])
def test_what_only_grows_can_only_be_added_to(own_engine: Engine, table: str, column: str) -> None:
    with databases.as_owner(own_engine) as owner, owner.begin() as connection:
        connection.execute(text(f"GRANT ALL ON {table} TO PUBLIC, {ROLE}"))
        grant(connection, ROLE)
    assert rights(own_engine, table) == {"SELECT", "INSERT"}
    for statement in (f"UPDATE {table} SET {column} = ''", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with own_engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(statement))


def test_the_application_has_the_register_analyzed(own_engine: Engine) -> None:
    with own_engine.begin() as connection:
        connection.execute(text("SELECT analyze_register()"))
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
    with own_engine.connect() as connection:
        assert connection.scalar(text("SELECT last_analyze FROM pg_stat_user_tables WHERE relname = 'zone'"))


def test_nobody_else_has_the_register_analyzed(engine: Engine) -> None:
    allowed = text("SELECT has_function_privilege('public', 'analyze_register()', 'EXECUTE')")
    with engine.connect() as connection:
        assert connection.scalar(allowed) is False


def test_rights_stay_the_same_when_they_are_granted_again(own_engine: Engine) -> None:
    before = rights(own_engine, "zone")
    with databases.as_owner(own_engine) as owner:
        migrate(owner, application=ROLE)
    assert rights(own_engine, "zone") == before == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_a_right_too_many_is_taken_back(own_engine: Engine) -> None:
    with databases.as_owner(own_engine) as owner, owner.begin() as connection:
        connection.execute(text(f"GRANT TRUNCATE, TRIGGER, REFERENCES ON zone TO {ROLE}"))
        grant(connection, ROLE)
    assert rights(own_engine, "zone") == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_an_owner_takes_nothing_from_itself(own_engine: Engine) -> None:
    with databases.as_owner(own_engine) as owner, owner.begin() as connection:
        grant(connection, OWNER)
        assert connection.scalar(text("SELECT has_table_privilege('zone', 'TRUNCATE')"))
