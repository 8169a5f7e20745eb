"""The township of an enterprise, held against its place; where the file names none, filled in."""

from backend.importing.writing.staging import Staged


def settle_townships(staged: Staged) -> list[str]:
    """Fill in the townships that waiting enterprises lack: the one on record, else the one that the point lies in.

    Returns
    -------
    Sentences for the report: townships by containment are a reading of the map, not what the file says, and a point
    outside its township is for somebody to look at (a unit may belong to a township without lying in it).
    """
    if not {"township_code", "location"} <= {column.name for column in staged.columns}:
        return []
    _keep_those_on_record(staged)
    return [*_fill_in_by_place(staged), *_tell_contradictions(staged)]


def _keep_those_on_record(staged: Staged) -> None:
    staged.run(
        """
        UPDATE {table} AS s
        SET township_code = t.township_code
        FROM {target} AS t
        WHERE t.source = s.source AND t.source_id = s.source_id AND s.township_code IS NULL
        """
    )


def _fill_in_by_place(staged: Staged) -> list[str]:
    filled = staged.run(
        """
        WITH filled AS (
            UPDATE {table} AS s
            SET township_code = a.code
            FROM area AS a
            WHERE a.level = 'township'
              AND (a.valid_to IS NULL OR a.valid_to >= current_date)
              AND s.township_code IS NULL
              AND ST_Covers(a.boundary, s.location)
            RETURNING a.is_indicative
        )
        SELECT count(*), bool_or(is_indicative) FROM filled
        """
    ).fetchone()
    count, is_indicative = filled or (0, None)
    if not count:
        return []
    basis = "（街道边界为示意，请核对）" if is_indicative else ""
    return [f"{count} 家企业没有写街道/乡镇，按点位所在的街道填写{basis}"]


def _tell_contradictions(staged: Staged) -> list[str]:
    # An indicative boundary contradicts nobody.
    outside = staged.run(
        """
        SELECT count(*), (array_agg(s.name || '，编号 ' || s.source_id ORDER BY s.source_id))[1]
        FROM {table} AS s
        JOIN area AS a ON a.code = s.township_code
        WHERE NOT a.is_indicative AND NOT ST_Covers(a.boundary, s.location)
        """
    ).fetchone()
    count, first = outside or (0, None)
    return [f"{count} 家企业的点位不在所写的街道/乡镇内，请核对（如 {first}）"] if count else []
