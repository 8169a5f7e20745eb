"""Waiting rows that would lower a published 重大 or 较大: put aside before they are compared.

What they would do takes an approval by another organisation (填报), which an import has not. The database refuses it
too (SQLSTATE RM001); what is found here is found so that the other rows go in and each refused one is told why. Only
the grade counts that colours the map, the inherent one (固有).
"""

from collections.abc import Callable
from dataclasses import dataclass

from psycopg import sql

from backend.enterprises.models import OPERATING_STATUSES
from backend.grades import GRADES
from backend.importing.writing.staging import Staged

REFUSED = "RM001"
"""What the database says when a lowering reaches it without a grant."""
CODE = "lowers_published"
HINT = "在填报中提出并说明理由；要先导入这一行的其他内容，请改回与已发布一致的"
NEEDS_APPROVAL = "须通过填报并由另一单位批准"
NAMES = {grade.code: grade.zh for grade in GRADES}


@dataclass(frozen=True)
class Refusal:
    """Why one waiting row cannot go in.

    Parameters
    ----------
    position : of the row among the good ones.
    column : the column of its table that would change.
    code, hint : as a finding has them.
    """

    position: int
    column: str
    reason: str
    code: str = CODE
    hint: str = HINT


def take_out_lowering(staged: Staged, points: Staged | None = None) -> list[Refusal]:
    """Find the marked rows that would lower something, and take them out of the waiting table.

    Parameters
    ----------
    points : for events, the risk points that wait together with them.
    """
    match staged.kind.table:
        case "enterprise":
            return taken_out(
                staged,
                [
                    *_regraded(staged),
                    *_made_idle(staged),
                    *_put_elsewhere(staged),
                    *_given_up(staged, "outline"),
                ],
            )
        case "zone":
            return taken_out(staged, [*_regraded(staged), *_moved(staged), *_given_up(staged, "boundary")])
        case "risk_event":
            return _until_none(staged, lambda: _lowered_by_events(staged, points))
        case "risk_point":
            return _until_none(staged, lambda: _lowered_by_points(staged))
        case _:
            return []


def _until_none(staged: Staged, find: Callable[[], list[Refusal]]) -> list[Refusal]:
    """Look again after rows were taken out: one of them may have been what kept another zone up."""
    refusals: list[Refusal] = []
    while found := find():
        refusals += taken_out(staged, found)
    return refusals


def taken_out(staged: Staged, refusals: list[Refusal]) -> list[Refusal]:
    """Take the refused rows out of the waiting table, and give them back."""
    if refusals:
        staged.run(
            "DELETE FROM {table} WHERE nth = ANY ({positions}::int[])",
            positions=sql.Literal([refusal.position for refusal in refusals]),
        )
    return refusals


def _has(staged: Staged, column: str) -> bool:
    return any(each.name == column for each in staged.columns)


# ---------------------------------------------------------------- enterprises and zones by themselves


def _regraded(staged: Staged) -> list[Refusal]:
    """Find declarations that are taken back or lowered, where nothing below is as bad."""
    if not _has(staged, "declared_grade"):
        return []
    rows = staged.run(
        """
        SELECT s.nth, t.grade, LEAST(s.declared_grade, t.derived_grade)
        FROM {table} AS s
        JOIN {target} AS t ON t.id = s.found
        WHERE s.differs AND t.grade <= 2
          AND coalesce(LEAST(s.declared_grade, t.derived_grade), 5) > t.grade
        """
    ).fetchall()
    return [
        Refusal(
            position, "declared_grade", f"会把已发布的{NAMES[old]}风险{lowered_to(new)}，{NEEDS_APPROVAL}"
        )
        for position, old, new in rows
    ]


def lowered_to(grade: int | None) -> str:
    """Say what becomes of a grade.

    >>> lowered_to(3), lowered_to(None)
    ('降为一般', '改为未评定')
    """
    return "改为未评定" if grade is None else f"降为{NAMES[grade]}"


def _made_idle(staged: Staged) -> list[Refusal]:
    """Find sites that are said to operate no longer."""
    if not _has(staged, "operating_status"):
        return []
    rows = staged.run(
        """
        SELECT s.nth, t.grade, s.operating_status
        FROM {table} AS s
        JOIN {target} AS t ON t.id = s.found
        WHERE s.differs AND t.grade <= 2
          AND s.operating_status <> 'operating' AND t.operating_status = 'operating'
        """
    ).fetchall()
    return [
        Refusal(
            position,
            "operating_status",
            f"会把已发布{NAMES[grade]}风险的企业改为{OPERATING_STATUSES[status][0]}，{NEEDS_APPROVAL}",
        )
        for position, grade, status in rows
    ]


def _put_elsewhere(staged: Staged) -> list[Refusal]:
    """Find sites that would leave their place, or the map."""
    if not _has(staged, "location"):
        return []
    rows = staged.run(
        """
        SELECT s.nth, t.grade
        FROM {table} AS s
        JOIN {target} AS t ON t.id = s.found
        WHERE s.differs AND t.grade <= 2 AND moved_m(t.location, s.location) > 10
        """
    ).fetchall()
    return [
        Refusal(
            position, "location", f"会把已发布{NAMES[grade]}风险的企业移到别处或移出地图，{NEEDS_APPROVAL}"
        )
        for position, grade in rows
    ]


def _moved(staged: Staged) -> list[Refusal]:
    """Find zones that would go to another enterprise."""
    rows = staged.run(
        """
        SELECT s.nth, t.grade
        FROM {table} AS s
        JOIN {target} AS t ON t.id = s.found
        WHERE s.differs AND t.grade <= 2 AND s.enterprise_id <> t.enterprise_id
        """
    ).fetchall()
    return [
        Refusal(
            position, "enterprise_id", f"会把已发布{NAMES[grade]}风险的分区移到另一家企业，{NEEDS_APPROVAL}"
        )
        for position, grade in rows
    ]


def _given_up(staged: Staged, column: str) -> list[Refusal]:
    """Find polygons that would give up ground."""
    if not _has(staged, column):
        return []
    rows = staged.run(
        """
        SELECT nth, grade, lost
        FROM (
            SELECT s.nth, t.grade, lost_m2(t.{column}, s.{column}) AS lost
            FROM {table} AS s
            JOIN {target} AS t ON t.id = s.found
            WHERE s.differs AND t.grade <= 2 AND t.{column} IS DISTINCT FROM s.{column}
        ) AS u
        WHERE lost > 0.01
        """,
        column=sql.Identifier(column),
    ).fetchall()
    return [
        Refusal(
            position, column, f"会让已发布{NAMES[grade]}风险的范围减少 {lost:,.0f} 平方米，{NEEDS_APPROVAL}"
        )
        for position, grade, lost in rows
    ]


# ---------------------------------------------------------------- zones by what is in them


def _lowered_by_events(staged: Staged, points: Staged | None) -> list[Refusal]:
    """Find events that would no longer hold up their zone, as it would be after the whole import.

    A zone that would be lowered is not held up by a declaration, so by those of its events that are as bad as it is;
    all of them are among the rows, and when they stay as they are, so does the zone.
    """
    waiting_points = (
        sql.SQL("SELECT id, zone_id FROM risk_point UNION ALL SELECT new_id, zone_id FROM {}").format(
            points.table
        )
        if points is not None
        else sql.SQL("SELECT id, zone_id FROM risk_point")
    )
    rows = staged.run(
        """
        WITH arriving AS MATERIALIZED (
            SELECT s.nth, s.found, p.zone_id, {grade} AS grade
            FROM {table} AS s
            JOIN ({points}) AS p ON p.id = s.risk_point_id
            LEFT JOIN risk_event AS e ON e.id = s.found
            WHERE s.found IS NULL OR s.differs
        ),
        leaving AS MATERIALIZED (
            SELECT a.nth, e.zone_id, e.grade, z.grade AS published, z.declared_grade, z.name
            FROM arriving AS a
            JOIN risk_event AS e ON e.id = a.found
            JOIN zone AS z ON z.id = e.zone_id
            WHERE z.grade <= 2
        ),
        standing AS (
            SELECT zone_id, grade FROM arriving
            UNION ALL
            SELECT e.zone_id, e.grade
            FROM risk_event AS e
            WHERE e.zone_id IN (SELECT zone_id FROM leaving)
              AND NOT EXISTS (SELECT FROM arriving AS a WHERE a.found = e.id)
        ),
        outcome AS (
            SELECT w.zone_id, LEAST(w.declared_grade, min(g.grade)) AS grade
            FROM (SELECT DISTINCT zone_id, declared_grade FROM leaving) AS w
            LEFT JOIN standing AS g USING (zone_id)
            GROUP BY w.zone_id, w.declared_grade
        )
        SELECT l.nth, l.name, l.published, o.grade, a.zone_id <> l.zone_id
        FROM leaving AS l
        JOIN outcome AS o USING (zone_id)
        JOIN arriving AS a USING (nth)
        WHERE coalesce(o.grade, 5) > l.published
          AND l.grade = l.published
          AND (a.zone_id <> l.zone_id OR coalesce(a.grade, 5) > l.grade)
        """,
        points=waiting_points,
        grade=sql.SQL("(s.inherent ->> 'grade')::smallint" if _has(staged, "inherent") else "e.grade"),
    ).fetchall()
    return [
        Refusal(position, "risk_point_id" if is_moved else "inherent", _zone_lowered(name, old, new))
        for position, name, old, new, is_moved in rows
    ]


def _lowered_by_points(staged: Staged) -> list[Refusal]:
    """Find risk points that would take the events along that hold up their zone."""
    rows = staged.run(
        """
        WITH moving AS MATERIALIZED (
            SELECT s.nth, t.id, t.zone_id AS old_zone, s.zone_id AS new_zone
            FROM {table} AS s
            JOIN {target} AS t ON t.id = s.found
            WHERE s.differs AND s.zone_id <> t.zone_id
        ),
        leaving AS MATERIALIZED (
            SELECT m.nth, m.old_zone AS zone_id, min(e.grade) AS grade, z.grade AS published,
                   z.declared_grade, z.name
            FROM moving AS m
            JOIN risk_event AS e ON e.risk_point_id = m.id
            JOIN zone AS z ON z.id = m.old_zone
            WHERE z.grade <= 2
            GROUP BY m.nth, m.old_zone, z.grade, z.declared_grade, z.name
        ),
        standing AS (
            SELECT m.new_zone AS zone_id, e.grade
            FROM moving AS m
            JOIN risk_event AS e ON e.risk_point_id = m.id
            UNION ALL
            SELECT e.zone_id, e.grade
            FROM risk_event AS e
            WHERE e.zone_id IN (SELECT zone_id FROM leaving)
              AND NOT EXISTS (SELECT FROM moving AS m WHERE m.id = e.risk_point_id)
        ),
        outcome AS (
            SELECT w.zone_id, LEAST(w.declared_grade, min(g.grade)) AS grade
            FROM (SELECT DISTINCT zone_id, declared_grade FROM leaving) AS w
            LEFT JOIN standing AS g USING (zone_id)
            GROUP BY w.zone_id, w.declared_grade
        )
        SELECT l.nth, l.name, l.published, o.grade
        FROM leaving AS l
        JOIN outcome AS o USING (zone_id)
        WHERE coalesce(o.grade, 5) > l.published AND l.grade = l.published
        """
    ).fetchall()
    return [Refusal(position, "zone_id", _zone_lowered(name, old, new)) for position, name, old, new in rows]


def _zone_lowered(name: str, old: int, new: int | None) -> str:
    return f"会把风险分区「{name}」已发布的{NAMES[old]}风险{lowered_to(new)}，{NEEDS_APPROVAL}"
