"""What the application's role may do with the tables, said by their owner after every migration."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

# What has been recorded stays as it was, whatever goes wrong in the application.
APPEND_ONLY = ("audit_event", "audit_seal")
# Which step the tables are at is told by the migrations alone.
READ_ONLY = ("alembic_version",)
# Functions that do for the application, as the owner, one thing that only an owner can.
ERRANDS = ("analyze_register", "forget_demo_history")

# PostGIS's own table may belong to us as well; its rights are PostGIS's business.
OWNED = text("""\
SELECT relname AS name, relkind = 'S' AS is_sequence, EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'recorded_to'
) AS is_history
FROM pg_class AS c
WHERE relnamespace = 'public'::regnamespace
  AND relowner = current_user::regrole
  AND relkind IN ('r', 'p', 'S')
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
ORDER BY relname
""")
FUNCTIONS = text("""\
SELECT oid::regprocedure::text
FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole AND proname = ANY(:names)
""")


def grant(connection: Connection, role: str) -> None:
    """Let a role use the tables and nothing more: not empty, alter or drop them, nor touch their triggers.

    Run as the owner. What the role was granted before is taken back, so that a table's rights are those said here.

    Parameters
    ----------
    role : the application's; where it is the owner itself, nothing can be withheld and nothing is done.
    """
    if connection.scalar(text("SELECT current_user")) != role:
        for statement in statements(connection, role):
            connection.execute(text(statement))


def statements(connection: Connection, role: str) -> Iterator[str]:
    """Say the rights in SQL, table by table."""
    quoted = connection.dialect.identifier_preparer.quote
    database = connection.scalar(text("SELECT current_database()"))
    # An import sorts its rows in a temporary table.
    yield f"GRANT CONNECT, TEMPORARY ON DATABASE {quoted(str(database))} TO {quoted(role)}"
    yield f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {quoted(role)}"
    yield f"GRANT USAGE ON SCHEMA public TO {quoted(role)}"
    for owned in connection.execute(OWNED).all():
        kind = "SEQUENCE" if owned.is_sequence else "TABLE"
        of_table = table_rights(owned.name, is_history=owned.is_history)
        rights = "USAGE, SELECT" if owned.is_sequence else of_table
        yield f"REVOKE ALL ON {kind} public.{quoted(owned.name)} FROM PUBLIC, {quoted(role)}"
        yield f"GRANT {rights} ON {kind} public.{quoted(owned.name)} TO {quoted(role)}"
    for signature in connection.scalars(FUNCTIONS, {"names": list(ERRANDS)}).all():
        yield f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC"
        yield f"GRANT EXECUTE ON FUNCTION {signature} TO {quoted(role)}"


def table_rights(table: str, *, is_history: bool = False) -> str:
    """Say what the application does with the rows of a table; a history is written by the triggers of its table alone.

    >>> table_rights("zone"), table_rights("audit_event"), table_rights("alembic_version")
    ('SELECT, INSERT, UPDATE, DELETE', 'SELECT, INSERT', 'SELECT')
    >>> table_rights("zone_history", is_history=True)
    'SELECT'
    """
    if is_history or table in READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
