-- ---------------------------------------------------------------- what an enterprise says of itself

SELECT add_column_with_history('enterprise', 'industry_code text CHECK (char_length(industry_code) <= 8)');
SELECT add_column_with_history('enterprise', 'scale text CHECK (scale IN (''large'', ''medium'', ''small'', ''micro''))');
-- 规上: counted by the statistics bureau, which is not the same as large.
SELECT add_column_with_history('enterprise', 'is_above_scale boolean');
SELECT add_column_with_history('enterprise', 'staff integer CHECK (staff >= 0)');
SELECT add_column_with_history('enterprise', $$demonstration text NOT NULL DEFAULT 'ordinary'
    CHECK (demonstration IN ('ordinary', 'pilot', 'demonstration', 'benchmark'))$$);
SELECT add_column_with_history('enterprise', 'demonstration_since date');
-- Nine digits of the registration of hazardous chemicals, which the national exchange knows an enterprise by.
SELECT add_column_with_history('enterprise', 'chemical_code text CHECK (chemical_code ~ ''^[0-9]{9}$'')');
-- Why a credit code that fails its check is right all the same.
SELECT add_column_with_history('enterprise', 'credit_code_note text CHECK (char_length(credit_code_note) <= 500)');
SELECT add_column_with_history('enterprise', 'review_due date');

SELECT add_column_with_history('zone', 'code text CHECK (char_length(code) <= 100)');
SELECT add_column_with_history('zone', 'department text CHECK (char_length(department) <= 200)');
SELECT add_column_with_history('zone', 'most_people integer CHECK (most_people >= 0)');
SELECT add_column_with_history('zone', 'review_due date');

-- ---------------------------------------------------------------- risk points, events, measures, people

-- What every row below begins with; the places of points and installations are added to theirs.
CREATE TABLE recorded (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    name text NOT NULL CHECK (char_length(name) <= 500),
    source text NOT NULL CHECK (char_length(source) <= 200),
    source_id text NOT NULL CHECK (char_length(source_id) <= 200),
    original geometry(Geometry, 0),
    original_datum text CHECK (char_length(original_datum) <= 64),
    accuracy_m double precision CHECK (accuracy_m >= 0),
    is_demo boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, source_id)
);

-- 风险点: a place, a piece of equipment or an activity inside a zone; it may carry a point.
CREATE TABLE risk_point (
    LIKE recorded INCLUDING ALL,
    zone_id uuid NOT NULL REFERENCES zone (id) ON DELETE CASCADE,
    kind text NOT NULL DEFAULT 'place' CHECK (kind IN ('place', 'equipment', 'activity')),
    location geometry(Point, 4490) CHECK (is_sound(location)),
    location_metric geometry GENERATED ALWAYS AS (ST_Transform(location, metric_srid(location))) STORED,
    metric_srid integer GENERATED ALWAYS AS (metric_srid(location)) STORED,
    metric_k double precision GENERATED ALWAYS AS (metric_k(location)) STORED
);

-- 风险事件 with its 危险源: what can happen, by what, and how bad (固有) and how bad still (控制).
-- An assessment is a document (backend/risk/grading.py): method, scale, factors, clauses, value, grade, source. It is
-- stored as it was made; a new edition of a scale rewrites none. The grades are read out of it, never written.
CREATE TABLE risk_event (
    LIKE recorded INCLUDING ALL,
    risk_point_id uuid NOT NULL REFERENCES risk_point (id) ON DELETE CASCADE,
    zone_id uuid NOT NULL REFERENCES zone (id) ON DELETE CASCADE,
    enterprise_id uuid NOT NULL REFERENCES enterprise (id) ON DELETE CASCADE,
    hazard_source text CHECK (char_length(hazard_source) <= 500),
    accident_edition text CHECK (char_length(accident_edition) <= 32),
    accident_code text CHECK (char_length(accident_code) <= 16),
    consequence text CHECK (char_length(consequence) <= 1000),
    control_level text CHECK (char_length(control_level) <= 32),
    department text CHECK (char_length(department) <= 200),
    person text CHECK (char_length(person) <= 100),
    inherent jsonb,
    residual jsonb,
    assessed_by text CHECK (char_length(assessed_by) <= 100),
    assessed_on date,
    review_due date,
    grade smallint GENERATED ALWAYS AS ((inherent ->> 'grade')::smallint) STORED CHECK (grade BETWEEN 1 AND 4),
    residual_grade smallint GENERATED ALWAYS AS ((residual ->> 'grade')::smallint) STORED
        CHECK (residual_grade BETWEEN 1 AND 4),
    -- Whose it is: as its zone's.
    township_codes text[] NOT NULL DEFAULT '{}',
    sector_code text,
    group_id uuid
);

-- 管控措施: of the five kinds, and by the classes of the national exchange.
CREATE TABLE control_measure (
    LIKE recorded INCLUDING ALL,
    event_id uuid NOT NULL REFERENCES risk_event (id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('engineering', 'management', 'training', 'ppe', 'emergency')),
    description text NOT NULL CHECK (char_length(description) <= 4000),
    data_source text CHECK (data_source IN ('1', '2')),
    class_1 text CHECK (char_length(class_1) <= 2),
    class_2 text CHECK (char_length(class_2) <= 4),
    class_3 text CHECK (char_length(class_3) <= 100),
    check_content text CHECK (char_length(check_content) <= 1000)
);

-- Who answers: contacts of an enterprise (no zone), or persons in charge of a zone at a control level.
CREATE TABLE responsible_person (
    LIKE recorded INCLUDING ALL,
    enterprise_id uuid NOT NULL REFERENCES enterprise (id) ON DELETE CASCADE,
    zone_id uuid REFERENCES zone (id) ON DELETE CASCADE,
    duty text NOT NULL CHECK (char_length(duty) <= 32),
    position text CHECK (char_length(position) <= 100),
    phone text CHECK (char_length(phone) <= 32)
);

-- 重大危险源 (GB 18218): substances, what follows from them, and where they stand. 一级 (1) is the worst.
CREATE TABLE major_hazard_installation (
    LIKE recorded INCLUDING ALL,
    enterprise_id uuid NOT NULL REFERENCES enterprise (id) ON DELETE CASCADE,
    code text CHECK (char_length(code) <= 36),
    kind text NOT NULL CHECK (kind IN ('1', '2', '3', '4')),
    -- A list of name, cas, q and Q (tonnes), beta and citation.
    substances jsonb NOT NULL,
    people_500m integer CHECK (people_500m >= 0),
    people_basis text NOT NULL DEFAULT 'counted' CHECK (people_basis IN ('counted', 'estimated')),
    s double precision NOT NULL,
    alpha double precision,
    r double precision,
    level smallint CHECK (level BETWEEN 1 AND 4),
    boundary geometry(MultiPolygon, 4490) CHECK (is_sound(boundary)),
    boundary_metric geometry GENERATED ALWAYS AS (ST_Transform(boundary, metric_srid(boundary))) STORED,
    metric_srid integer GENERATED ALWAYS AS (metric_srid(boundary)) STORED,
    metric_k double precision GENERATED ALWAYS AS (metric_k(boundary)) STORED
);

-- 应建台账: who should be in the register; the denominator of every coverage figure.
CREATE TABLE roster_entry (
    LIKE recorded INCLUDING ALL,
    credit_code text CHECK (char_length(credit_code) <= 64),
    township_code text REFERENCES area (code),
    sector_code text REFERENCES sector (code),
    is_above_scale boolean,
    due_on date,
    -- The site that answers the entry; set by match_roster, or by hand where several could.
    enterprise_id uuid REFERENCES enterprise (id) ON DELETE SET NULL
);

DROP TABLE recorded;

SELECT add_column_with_history('receptor', 'grade smallint CHECK (grade BETWEEN 1 AND 4)');

CREATE INDEX ix_risk_point_zone_id ON risk_point (zone_id);
CREATE INDEX ix_risk_point_location ON risk_point USING gist (location);
CREATE INDEX ix_risk_point_name ON risk_point USING gin (name gin_trgm_ops);
CREATE INDEX ix_risk_event_risk_point_id ON risk_event (risk_point_id);
CREATE INDEX ix_risk_event_zone_id ON risk_event (zone_id);
CREATE INDEX ix_risk_event_enterprise_id ON risk_event (enterprise_id);
CREATE INDEX ix_risk_event_township_codes ON risk_event USING gin (township_codes);
CREATE INDEX ix_risk_event_sector_code ON risk_event (sector_code);
CREATE INDEX ix_risk_event_group_id ON risk_event (group_id);
-- The list in its usual order: the worst first.
CREATE INDEX ix_risk_event_grade ON risk_event (grade, number);
CREATE INDEX ix_risk_event_review_due ON risk_event (review_due);
CREATE INDEX ix_risk_event_name ON risk_event USING gin (name gin_trgm_ops);
CREATE INDEX ix_control_measure_event_id ON control_measure (event_id);
CREATE INDEX ix_responsible_person_enterprise_id ON responsible_person (enterprise_id);
CREATE INDEX ix_responsible_person_zone_id ON responsible_person (zone_id);
CREATE INDEX ix_major_hazard_installation_enterprise_id ON major_hazard_installation (enterprise_id);
CREATE INDEX ix_major_hazard_installation_boundary ON major_hazard_installation USING gist (boundary);
CREATE INDEX ix_roster_entry_township_code ON roster_entry (township_code);
CREATE INDEX ix_roster_entry_sector_code ON roster_entry (sector_code);
CREATE INDEX ix_roster_entry_credit_code ON roster_entry (credit_code);
CREATE INDEX ix_roster_entry_enterprise_id ON roster_entry (enterprise_id);
CREATE INDEX ix_zone_grade ON zone (grade);

-- ---------------------------------------------------------------- grades, read out of what is below

-- Of an enterprise and a zone three grades are kept: what a source has declared without telling how it came to it, what
-- follows from the parts, and the worse of the two, which is the grade. Only the first is ever written by anybody.
DO $$
DECLARE
    drawn text;
BEGIN
    FOREACH drawn IN ARRAY ARRAY['enterprise', 'zone'] LOOP
        EXECUTE format('ALTER TABLE %I RENAME grade TO declared_grade', drawn);
        EXECUTE format('ALTER TABLE %I RENAME grade TO declared_grade', drawn || '_history');
        PERFORM add_column_with_history(
            drawn, 'declared_residual_grade smallint CHECK (declared_residual_grade BETWEEN 1 AND 4)');
        -- Derived from the parts: an enterprise's from its zones, a zone's from its events.
        PERFORM add_column_with_history(drawn, 'derived_grade smallint');
        PERFORM add_column_with_history(drawn, 'derived_residual_grade smallint');
        EXECUTE format(
            'ALTER TABLE %I
                 ADD grade smallint GENERATED ALWAYS AS (LEAST(declared_grade, derived_grade)) STORED,
                 ADD residual_grade smallint
                     GENERATED ALWAYS AS (LEAST(declared_residual_grade, derived_residual_grade)) STORED', drawn);
        -- Plain columns in the history; earlier versions had what was declared, and nothing else.
        EXECUTE format(
            'ALTER TABLE %I
                 ADD grade smallint GENERATED ALWAYS AS (declared_grade) STORED, ADD residual_grade smallint',
            drawn || '_history');
        EXECUTE format('ALTER TABLE %I ALTER grade DROP EXPRESSION', drawn || '_history');
    END LOOP;
END
$$;

CREATE FUNCTION settle_zone_grades(zones uuid[]) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE zone AS z
    SET derived_grade = s.grade, derived_residual_grade = s.residual_grade
    FROM (
        -- An event without a residual assessment is as bad as it was.
        SELECT w.id, min(e.grade) AS grade, min(coalesce(e.residual_grade, e.grade)) AS residual_grade
        FROM (SELECT DISTINCT id FROM unnest(zones) AS u (id)) AS w
        LEFT JOIN risk_event AS e ON e.zone_id = w.id
        GROUP BY w.id
    ) AS s
    WHERE z.id = s.id
      AND (z.derived_grade, z.derived_residual_grade) IS DISTINCT FROM (s.grade, s.residual_grade)
$$;

CREATE FUNCTION settle_enterprise_grades(enterprises uuid[]) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE enterprise AS e
    SET derived_grade = s.grade, derived_residual_grade = s.residual_grade
    FROM (
        SELECT w.id, min(z.grade) AS grade, min(coalesce(z.residual_grade, z.grade)) AS residual_grade
        FROM (SELECT DISTINCT id FROM unnest(enterprises) AS u (id)) AS w
        LEFT JOIN zone AS z ON z.enterprise_id = w.id
        GROUP BY w.id
    ) AS s
    WHERE e.id = s.id
      AND (e.derived_grade, e.derived_residual_grade) IS DISTINCT FROM (s.grade, s.residual_grade)
$$;

CREATE FUNCTION settle_grades_of_new_events() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM settle_zone_grades(ARRAY(SELECT DISTINCT zone_id FROM fresh WHERE grade IS NOT NULL));
    RETURN NULL;
END
$$;
CREATE FUNCTION settle_grades_of_changed_events() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
BEGIN
    PERFORM settle_zone_grades(ARRAY(
        SELECT unnest(ARRAY[f.zone_id, s.zone_id])
        FROM fresh AS f
        JOIN stale AS s USING (id)
        WHERE (f.zone_id, f.grade, f.residual_grade) IS DISTINCT FROM (s.zone_id, s.grade, s.residual_grade)
    ));
    RETURN NULL;
END
$$;
CREATE FUNCTION settle_grades_of_gone_events() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM settle_zone_grades(ARRAY(SELECT DISTINCT zone_id FROM stale WHERE grade IS NOT NULL));
    RETURN NULL;
END
$$;
CREATE TRIGGER settle_grades_of_new AFTER INSERT ON risk_event
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION settle_grades_of_new_events();
CREATE TRIGGER settle_grades_of_changed AFTER UPDATE ON risk_event
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION settle_grades_of_changed_events();
CREATE TRIGGER settle_grades_of_gone AFTER DELETE ON risk_event
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION settle_grades_of_gone_events();

CREATE FUNCTION settle_grades_of_new_zones() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM settle_enterprise_grades(ARRAY(SELECT DISTINCT enterprise_id FROM fresh WHERE grade IS NOT NULL));
    RETURN NULL;
END
$$;
CREATE FUNCTION settle_grades_of_changed_zones() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
BEGIN
    PERFORM settle_enterprise_grades(ARRAY(
        SELECT unnest(ARRAY[f.enterprise_id, s.enterprise_id])
        FROM fresh AS f
        JOIN stale AS s USING (id)
        WHERE (f.enterprise_id, f.grade, f.residual_grade)
              IS DISTINCT FROM (s.enterprise_id, s.grade, s.residual_grade)
    ));
    RETURN NULL;
END
$$;
CREATE FUNCTION settle_grades_of_gone_zones() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM settle_enterprise_grades(ARRAY(SELECT DISTINCT enterprise_id FROM stale WHERE grade IS NOT NULL));
    RETURN NULL;
END
$$;
CREATE TRIGGER settle_grades_of_new AFTER INSERT ON zone
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION settle_grades_of_new_zones();
CREATE TRIGGER settle_grades_of_changed AFTER UPDATE ON zone
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION settle_grades_of_changed_zones();
CREATE TRIGGER settle_grades_of_gone AFTER DELETE ON zone
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION settle_grades_of_gone_zones();

-- ---------------------------------------------------------------- whose an event is

CREATE FUNCTION begin_like_zone() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    SELECT z.id, z.enterprise_id, z.township_codes, z.sector_code, z.group_id
    INTO NEW.zone_id, NEW.enterprise_id, NEW.township_codes, NEW.sector_code, NEW.group_id
    FROM risk_point AS p
    JOIN zone AS z ON z.id = p.zone_id
    WHERE p.id = NEW.risk_point_id;
    NEW.township_codes := coalesce(NEW.township_codes, '{}');
    RETURN NEW;
END
$$;
CREATE TRIGGER begin_like_zone BEFORE INSERT OR UPDATE OF risk_point_id ON risk_event
    FOR EACH ROW EXECUTE FUNCTION begin_like_zone();

-- A zone that changes hands takes its events along, and so does a risk point that moves into another zone.
CREATE FUNCTION settle_events_of_zones() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    moved CONSTANT uuid[] := ARRAY(
        SELECT f.id
        FROM fresh AS f
        JOIN stale AS s USING (id)
        WHERE (f.enterprise_id, f.township_codes, f.sector_code, f.group_id)
              IS DISTINCT FROM (s.enterprise_id, s.township_codes, s.sector_code, s.group_id)
    );
BEGIN
    IF cardinality(moved) > 0 THEN
        UPDATE risk_event AS e
        SET enterprise_id = z.enterprise_id, township_codes = z.township_codes, sector_code = z.sector_code,
            group_id = z.group_id
        FROM zone AS z
        WHERE z.id = ANY (moved) AND e.zone_id = z.id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER settle_events AFTER UPDATE ON zone
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION settle_events_of_zones();

CREATE FUNCTION settle_events_of_points() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    moved CONSTANT uuid[] := ARRAY(
        SELECT f.id FROM fresh AS f JOIN stale AS s USING (id) WHERE f.zone_id <> s.zone_id
    );
BEGIN
    IF cardinality(moved) > 0 THEN
        UPDATE risk_event AS e SET risk_point_id = e.risk_point_id WHERE e.risk_point_id = ANY (moved);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER settle_events AFTER UPDATE ON risk_point
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION settle_events_of_points();

-- ---------------------------------------------------------------- versions, revisions, history

-- A version is of what people wrote: it stays when only derived columns move.
DROP TRIGGER move_version ON zone;
CREATE TRIGGER move_version BEFORE UPDATE ON zone FOR EACH ROW
    WHEN ((OLD.township_codes, OLD.sector_code, OLD.group_id, OLD.derived_grade, OLD.derived_residual_grade)
          IS NOT DISTINCT FROM
          (NEW.township_codes, NEW.sector_code, NEW.group_id, NEW.derived_grade, NEW.derived_residual_grade))
    EXECUTE FUNCTION move_version();
DROP TRIGGER move_version ON enterprise;
CREATE TRIGGER move_version BEFORE UPDATE ON enterprise FOR EACH ROW
    WHEN ((OLD.derived_grade, OLD.derived_residual_grade)
          IS NOT DISTINCT FROM (NEW.derived_grade, NEW.derived_residual_grade))
    EXECUTE FUNCTION move_version();
CREATE TRIGGER move_version BEFORE UPDATE ON risk_event FOR EACH ROW
    WHEN ((OLD.enterprise_id, OLD.township_codes, OLD.sector_code, OLD.group_id)
          IS NOT DISTINCT FROM (NEW.enterprise_id, NEW.township_codes, NEW.sector_code, NEW.group_id))
    EXECUTE FUNCTION move_version();

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY[
        'risk_point', 'risk_event', 'control_measure', 'responsible_person', 'major_hazard_installation',
        'roster_entry'
    ] LOOP
        INSERT INTO table_revision VALUES (kept);
        EXECUTE format(
            'CREATE TRIGGER move_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I
             FOR EACH STATEMENT EXECUTE FUNCTION move_revision()', kept);
        IF kept <> 'risk_event' THEN
            EXECUTE format(
                'CREATE TRIGGER move_version BEFORE UPDATE ON %I
                 FOR EACH ROW EXECUTE FUNCTION move_version()', kept);
        END IF;
        PERFORM keep_history(kept);
    END LOOP;
END
$$;

-- What is derived of rows that are there already is no change of theirs: only now does it move no version.
SELECT settle_enterprise_grades(ARRAY(SELECT id FROM enterprise));

-- ---------------------------------------------------------------- the roster

-- Match entries that nobody has matched: by the credit code where it names one site (of its township, if several share
-- the code), else by the exact name in the same township where it names one.
CREATE FUNCTION match_roster() RETURNS bigint LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    matched bigint;
BEGIN
    WITH candidate AS (
        SELECT r.id, e.id AS enterprise_id, 1 AS way
        FROM roster_entry AS r
        JOIN enterprise AS e ON e.credit_code = r.credit_code
        WHERE r.enterprise_id IS NULL
        UNION ALL
        SELECT r.id, e.id, 2
        FROM roster_entry AS r
        JOIN enterprise AS e ON e.credit_code = r.credit_code AND e.township_code = r.township_code
        WHERE r.enterprise_id IS NULL
        UNION ALL
        SELECT r.id, e.id, 3
        FROM roster_entry AS r
        JOIN enterprise AS e ON e.name = r.name AND e.township_code IS NOT DISTINCT FROM r.township_code
        WHERE r.enterprise_id IS NULL AND (r.credit_code IS NULL OR e.credit_code IS NULL)
    ),
    lone AS (
        SELECT id, way, (array_agg(enterprise_id))[1] AS enterprise_id
        FROM candidate
        GROUP BY id, way
        HAVING count(*) = 1
    ),
    best AS (
        SELECT DISTINCT ON (id) id, enterprise_id FROM lone ORDER BY id, way
    )
    UPDATE roster_entry AS r SET enterprise_id = b.enterprise_id FROM best AS b WHERE r.id = b.id;
    GET DIAGNOSTICS matched = ROW_COUNT;
    RETURN matched;
END
$$;

-- ---------------------------------------------------------------- statistics

CREATE OR REPLACE FUNCTION analyze_register() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    ANALYZE public.area, public.unit_group, public.enterprise, public.zone, public.receptor, public.corridor,
        public.risk_point, public.risk_event, public.control_measure, public.responsible_person,
        public.major_hazard_installation, public.roster_entry;
END
$$;
