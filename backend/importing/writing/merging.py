"""Waiting rows into the register, set-wise: what was compared and nothing else, one import after the other."""

from psycopg import sql
from psycopg.errors import LockNotAvailable, UniqueViolation
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.importing.errors import CannotImport
from backend.importing.fields import Kind
from backend.importing.writing.staging import Staged

LONGEST_WAIT = "10min"
MOVED = "核对之后已有数据又有变动，没有写入任何数据。请重新导入，核对新的差异。"


def await_turn(session: Session, kind: Kind, source: str) -> None:
    """Let imports that can meet in the same rows pass one by one: alone until the end of this transaction.

    Raises
    ------
    CannotImport
        If another import, perhaps one that waits for somebody's answer, does not end in time.
    """
    scope = (
        f"riskmap import {kind.name}" if kind.has_official_code else f"riskmap import {kind.name} {source}"
    )
    session.execute(text(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'"))
    try:
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:scope, 0))"), {"scope": scope})
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise CannotImport(f"另一个{kind.label}导入还没有结束，请待它完成后再试。") from error
    session.execute(text("SET LOCAL lock_timeout TO DEFAULT"))


def merge(staged: Staged, *, new: int, changed: int) -> None:
    """Insert the rows that are new and update those that differ; rows that say the same keep their version.

    Parameters
    ----------
    new, changed : what the comparison counted, and somebody may have agreed to.

    Raises
    ------
    CannotImport
        If that is no longer what would happen; nothing is written then.
    """
    try:
        with staged.connection.transaction():
            if (changed and _lock_compared(staged) != changed) or _write(staged, new, changed) != (
                new,
                changed,
            ):
                raise CannotImport(MOVED)
    except UniqueViolation as error:
        if error.diag.constraint_name != f"{staged.kind.table}_{'_'.join(staged.key)}_key":
            raise
        # Somebody has registered one of the new rows meanwhile.
        raise CannotImport(MOVED) from error


def _lock_compared(staged: Staged) -> int:
    """Lock the rows that will be updated, and count those that are still as they were compared."""
    counted = staged.run(
        """
        WITH same AS (
            SELECT
            FROM {target} AS t
            JOIN {table} AS s ON s.found = t.id AND s.version = t.version
            WHERE s.differs
            FOR UPDATE OF t
        )
        SELECT count(*) FROM same
        """
    ).fetchone()
    return counted[0] if counted else 0


def _write(staged: Staged, new: int, changed: int) -> tuple[int, int]:
    """Write the rows, and count the inserted and the updated; a statement for nothing would still move revisions."""
    return (_insert(staged) if new else 0), (_update(staged) if changed else 0)


def _insert(staged: Staged) -> int:
    columns = [sql.Identifier(column.name) for column in staged.columns]
    chosen = [sql.Identifier("new_id"), *columns] if staged.has_ids else columns
    filled = [sql.Identifier("id"), *columns] if staged.has_ids else columns
    return staged.run(
        "INSERT INTO {target} ({filled}) SELECT {chosen} FROM {table} WHERE found IS NULL ORDER BY nth",
        filled=sql.SQL(", ").join(filled),
        chosen=sql.SQL(", ").join(chosen),
    ).rowcount


def _update(staged: Staged) -> int:
    return staged.run(
        "UPDATE {target} AS t SET {settings} FROM {table} AS s WHERE s.differs AND s.found = t.id",
        settings=sql.SQL(", ").join(
            sql.SQL("{0} = s.{0}").format(sql.Identifier(column.name)) for column in staged.compared
        ),
    ).rowcount
