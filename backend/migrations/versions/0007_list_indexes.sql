-- How many events there are, by whose they are and by both grades: a page of the list tells its counts from here, where a
-- township has thousands of rows, not from the events, where it has hundreds of thousands. The triggers keep it in the
-- transaction that writes; nobody else writes it.
CREATE TABLE risk_event_count (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    enterprise_id uuid NOT NULL REFERENCES enterprise (id) ON DELETE CASCADE,
    township_codes text[] NOT NULL,
    sector_code text,
    group_id uuid,
    grade smallint,
    residual_grade smallint,
    number integer NOT NULL CHECK (number >= 0)
);
CREATE UNIQUE INDEX uq_risk_event_count ON risk_event_count (
    enterprise_id, township_codes, coalesce(sector_code, ''),
    coalesce(group_id, '00000000-0000-0000-0000-000000000000'), coalesce(grade, 0::smallint),
    coalesce(residual_grade, 0::smallint)
);
CREATE INDEX ix_risk_event_count_township_codes ON risk_event_count USING gin (township_codes);
CREATE INDEX ix_risk_event_count_sector_code ON risk_event_count (sector_code);
CREATE INDEX ix_risk_event_count_group_id ON risk_event_count (group_id);

INSERT INTO risk_event_count (
    enterprise_id, township_codes, sector_code, group_id, grade, residual_grade, number
)
SELECT enterprise_id, township_codes, sector_code, group_id, grade, residual_grade, count(*)
FROM risk_event
GROUP BY 1, 2, 3, 4, 5, 6;

CREATE FUNCTION count_new_events() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- In one order, so that two who count at once wait for each other and not both.
    INSERT INTO risk_event_count AS c (
        enterprise_id, township_codes, sector_code, group_id, grade, residual_grade, number
    )
    SELECT enterprise_id, township_codes, sector_code, group_id, grade, residual_grade, count(*)
    FROM fresh
    GROUP BY 1, 2, 3, 4, 5, 6
    ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (
        enterprise_id, township_codes, coalesce(sector_code, ''),
        coalesce(group_id, '00000000-0000-0000-0000-000000000000'), coalesce(grade, 0::smallint),
        coalesce(residual_grade, 0::smallint)
    ) DO UPDATE SET number = c.number + excluded.number;
    RETURN NULL;
END
$$;

CREATE FUNCTION count_gone_events() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Of an enterprise that has gone, its counts have gone with it, and nothing is found here.
    UPDATE risk_event_count AS c
    SET number = c.number - s.number
    FROM (
        SELECT enterprise_id, township_codes, sector_code, group_id, grade, residual_grade, count(*) AS number
        FROM stale
        GROUP BY 1, 2, 3, 4, 5, 6
    ) AS s
    WHERE c.enterprise_id = s.enterprise_id
      AND c.township_codes = s.township_codes
      AND (c.sector_code, c.group_id, c.grade, c.residual_grade)
          IS NOT DISTINCT FROM (s.sector_code, s.group_id, s.grade, s.residual_grade);
    RETURN NULL;
END
$$;

-- What an update has moved is taken away where it was and added where it is now.
CREATE FUNCTION count_changed_events() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    WITH moved AS (
        SELECT enterprise_id, township_codes, sector_code, group_id, grade, residual_grade, sum(sign) AS number
        FROM (SELECT *, 1 AS sign FROM fresh UNION ALL SELECT *, -1 FROM stale) AS both_states
        GROUP BY 1, 2, 3, 4, 5, 6
        HAVING sum(sign) <> 0
    ),
    gone AS (
        UPDATE risk_event_count AS c
        SET number = c.number + m.number
        FROM moved AS m
        WHERE m.number < 0
          AND c.enterprise_id = m.enterprise_id
          AND c.township_codes = m.township_codes
          AND (c.sector_code, c.group_id, c.grade, c.residual_grade)
              IS NOT DISTINCT FROM (m.sector_code, m.group_id, m.grade, m.residual_grade)
    )
    INSERT INTO risk_event_count AS c (
        enterprise_id, township_codes, sector_code, group_id, grade, residual_grade, number
    )
    SELECT enterprise_id, township_codes, sector_code, group_id, grade, residual_grade, number
    FROM moved
    WHERE number > 0
    ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (
        enterprise_id, township_codes, coalesce(sector_code, ''),
        coalesce(group_id, '00000000-0000-0000-0000-000000000000'), coalesce(grade, 0::smallint),
        coalesce(residual_grade, 0::smallint)
    ) DO UPDATE SET number = c.number + excluded.number;
    RETURN NULL;
END
$$;

CREATE TRIGGER count_new AFTER INSERT ON risk_event
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION count_new_events();
CREATE TRIGGER count_changed AFTER UPDATE ON risk_event
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION count_changed_events();
CREATE TRIGGER count_gone AFTER DELETE ON risk_event
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION count_gone_events();

-- The orders in which the list is read most, from the beginning; and what is only counted, without reading the rows.
CREATE INDEX ix_risk_event_name_number ON risk_event (name, number);
CREATE INDEX ix_risk_event_residual_grade ON risk_event (residual_grade, number);
CREATE INDEX ix_risk_event_assessed_on ON risk_event (assessed_on, number);
DROP INDEX ix_risk_event_review_due;
CREATE INDEX ix_risk_event_review_due ON risk_event (review_due, number);
DROP INDEX ix_risk_event_zone_id;
CREATE INDEX ix_risk_event_zone_id ON risk_event (zone_id, grade);
CREATE INDEX ix_zone_review_due ON zone (review_due);
