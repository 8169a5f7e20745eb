"""The township of an enterprise whose file names none: the one on record, else the one that its point lies in."""

from backend.importing.staging import Staged


def fill_in_townships(staged: Staged) -> list[str]:
    """Fill in the townships that waiting enterprises lack; what lies in none stays without.

    Returns
    -------
    Sentences for the report: townships by containment are a reading of the map, not what the file says.
    """
    if not {"township_code", "location"} <= {column.name for column in staged.columns}:
        return []
    staged.run(
        """
        UPDATE {table} AS s
        SET township_code = t.township_code
        FROM {target} AS t
        WHERE t.source = s.source AND t.source_id = s.source_id AND s.township_code IS NULL
        """
    )
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
