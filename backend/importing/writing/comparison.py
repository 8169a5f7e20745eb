"""How waiting rows differ from the register: counted, and shown by a few examples."""

from collections.abc import Sequence

from psycopg import sql

from backend.enterprises.models import OPERATING_STATUSES
from backend.grades import GRADES, UNGRADED
from backend.importing.report import Change, Differences, Example
from backend.importing.writing.staging import Column, Staged, differs
from backend.jurisdictions.models import AREA_LEVELS, GROUP_KINDS
from backend.surroundings.models import CORRIDOR_CLASSES, RECEPTOR_KINDS

MOST_EXAMPLES = 5
LONGEST_TEXT = 40
GRADE_NAMES = {grade.code: grade.zh for grade in (*GRADES, UNGRADED)}
# Columns that hold codes, with the words for them; a zone's kind is free text and stays as it is.
NAMES = {
    "operating_status": OPERATING_STATUSES,
    "level": AREA_LEVELS,
    "kind": GROUP_KINDS | RECEPTOR_KINDS,
    "class": CORRIDOR_CLASSES,
}


def compare(
    staged: Staged, *, quarantined_ids: Sequence[str], own: sql.Composable | None = None
) -> Differences:
    """Tell how many of the marked rows are new, differ or are the same, and how.

    Parameters
    ----------
    quarantined_ids : source ids of rows that were put aside; they are not gone from the file.
    own : select of the ids of the rows that are told of; None is all.
    """
    counts = staged.run(
        """
        SELECT count(*) FILTER (WHERE found IS NULL),
               count(*) FILTER (WHERE differs),
               count(*) FILTER (WHERE NOT differs)
        FROM {table}
        """
    ).fetchone()
    new, changed, unchanged = counts or (0, 0, 0)
    return Differences(
        new=new,
        changed=changed,
        unchanged=unchanged,
        gone=_count_gone(staged, quarantined_ids, own),
        changed_fields=_changed_fields(staged) if changed else (),
        examples=_examples(staged) if changed else (),
        farthest_move_m=_farthest_move(staged) if changed else None,
    )


def mark(staged: Staged) -> None:
    """Mark each waiting row as new, differing or the same."""
    staged.run(
        """
        UPDATE {table} AS s
        SET found = t.id, version = t.version, differs = ({differs})
        FROM {target} AS t
        WHERE {same_key}
        """,
        differs=differs(staged, old="t", new="s"),
        same_key=sql.SQL(" AND ").join(
            sql.SQL("t.{0} = s.{0}").format(sql.Identifier(column)) for column in staged.key
        ),
    )


def _count_gone(staged: Staged, quarantined_ids: Sequence[str], own: sql.Composable | None) -> int:
    gone = staged.run(
        """
        SELECT count(*)
        FROM {target} AS t
        WHERE t.source = {source}
          AND NOT EXISTS (SELECT FROM {table} AS s WHERE s.found = t.id)
          AND t.source_id <> ALL ({quarantined}::text[])
          AND {is_own}
        """,
        source=sql.Literal(staged.source),
        quarantined=sql.Literal(list(quarantined_ids)),
        is_own=sql.SQL("true") if own is None else sql.SQL("t.id IN ({})").format(own),
    ).fetchone()
    return gone[0] if gone else 0


def _changed_fields(staged: Staged) -> tuple[tuple[str, int], ...]:
    columns = staged.compared
    counts = staged.run(
        "SELECT {counts} FROM {table} AS s JOIN {target} AS t ON t.id = s.found WHERE s.differs",
        counts=sql.SQL(", ").join(
            sql.SQL("count(*) FILTER (WHERE t.{0} IS DISTINCT FROM s.{0})").format(
                sql.Identifier(column.name)
            )
            for column in columns
        ),
    ).fetchone()
    pairs = zip((column.label for column in columns), counts or (), strict=True)
    return tuple((label, count) for label, count in pairs if count)


def _farthest_move(staged: Staged) -> float | None:
    """Measure the move of places' middles in the metric zone of the place on record."""
    if staged.kind.place is None or staged.kind.place not in {column.name for column in staged.columns}:
        return None
    place = sql.Identifier(staged.kind.place)
    farthest = staged.run(
        """
        SELECT max(ST_Distance(
            ST_Centroid(t.{metric}), ST_Centroid(ST_Transform(s.{place}, t.metric_srid))
        ) / t.metric_k)
        FROM {table} AS s
        JOIN {target} AS t ON t.id = s.found
        WHERE s.differs AND t.{place} IS DISTINCT FROM s.{place}
        """,
        place=place,
        metric=sql.Identifier(f"{staged.kind.place}_metric"),
    ).fetchone()
    return farthest[0] if farthest else None


def _examples(staged: Staged) -> tuple[Example, ...]:
    columns = staged.compared
    rows = staged.run(
        """
        SELECT s.source_id, s.name, {values}
        FROM {table} AS s
        JOIN {target} AS t ON t.id = s.found
        WHERE s.differs
        ORDER BY s.nth
        LIMIT {most}
        """,
        values=sql.SQL(", ").join(_old_and_new(column) for column in columns),
        most=sql.Literal(MOST_EXAMPLES),
    ).fetchall()
    return tuple(
        Example(source_id, name, tuple(_changes(columns, values))) for source_id, name, *values in rows
    )


def _old_and_new(column: Column) -> sql.Composed:
    text = "left(ST_AsText({0}.{1}, 7), {2})" if column.type == "geometry" else "left({0}.{1}::text, {2})"
    name, most = sql.Identifier(column.name), sql.Literal(LONGEST_TEXT)
    shown = [sql.SQL(text).format(sql.SQL(row), name, most) for row in ("t", "s")]
    return sql.SQL("t.{0} IS DISTINCT FROM s.{0}, {1}, {2}").format(name, *shown)


def _changes(columns: Sequence[Column], values: Sequence[str | bool | None]) -> list[Change]:
    triples = zip(columns, values[::3], values[1::3], values[2::3], strict=True)
    return [
        Change(column.label, _shown_value(column, old), _shown_value(column, new))
        for column, is_changed, old, new in triples
        if is_changed
    ]


def _shown_value(column: Column, value: str | bool | None) -> str:
    """Show grades and codes by their Chinese names, everything else as it is."""
    if column.name.endswith("grade"):
        return GRADE_NAMES[None if value is None else int(value)]
    text = "" if value is None else str(value)
    zh, _ = NAMES.get(column.name, {}).get(text, (text, ""))
    return zh
