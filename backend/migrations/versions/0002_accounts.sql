-- ---------------------------------------------------------------- whose a row is

-- Scope columns stand on the row itself, so that one index scan answers who may see it; see backend/jurisdictions/scope.py.
-- They are derived, so no file and no person writes them: statement triggers settle them, all rows of a statement at once.
ALTER TABLE zone
    ADD township_codes text[] NOT NULL DEFAULT '{}',
    ADD sector_code text,
    ADD group_id uuid;
ALTER TABLE receptor ADD township_codes text[] NOT NULL DEFAULT '{}';
ALTER TABLE corridor ADD township_codes text[] NOT NULL DEFAULT '{}';

CREATE INDEX ix_zone_township_codes ON zone USING gin (township_codes);
CREATE INDEX ix_zone_sector_code ON zone (sector_code);
CREATE INDEX ix_zone_group_id ON zone (group_id);
CREATE INDEX ix_receptor_township_codes ON receptor USING gin (township_codes);
CREATE INDEX ix_corridor_township_codes ON corridor USING gin (township_codes);

-- Whether a place touches a township: an area by at least 1 m² on the ground (or wholly inside), so that neighbours who
-- merely share an edge do not share what stands at it; a point or a line by any point of it.
CREATE FUNCTION touches(township geometry, place geometry, srid integer, k double precision) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN ST_Dimension(place) < 2 THEN ST_Intersects(township, place)
        ELSE ST_Covers(township, place)
          OR (ST_Intersects(township, place)
              AND ST_Area(ST_Transform(ST_Intersection(township, place), srid)) / (k * k) >= 1)
    END
$$;

-- The three functions below work on all rows of a statement at once. Without sequential scans: in the transaction that
-- fills them the tables look empty to the planner, and it would read them whole for every row. Pairs are sorted by
-- township, for GEOS prepares a boundary once for all the places that follow each other.

-- A zone belongs to its enterprise's township, and to every other that it touches.
CREATE FUNCTION settle_zones(ids uuid[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET enable_nestloop = on AS $$
BEGIN
    IF cardinality(ids) = 0 THEN
        RETURN; -- statement triggers are called for no rows too
    END IF;
    WITH pair AS MATERIALIZED (
        SELECT z.id, z.boundary AS place, z.metric_srid, z.metric_k, t.code, t.boundary AS township
        FROM unnest(ids) AS wanted (id)
        JOIN zone AS z USING (id)
        JOIN area AS t ON t.boundary && z.boundary
        WHERE t.level = 'township' AND (t.valid_to IS NULL OR t.valid_to >= current_date)
        ORDER BY t.code
    ),
    touched AS MATERIALIZED (
        SELECT id, code FROM pair WHERE touches(township, place, metric_srid, metric_k)
    ),
    belongs AS (
        SELECT z.id, e.township_code AS code
        FROM unnest(ids) AS wanted (id)
        JOIN zone AS z USING (id)
        JOIN enterprise AS e ON e.id = z.enterprise_id
        UNION
        SELECT id, code FROM touched
    ),
    settled AS MATERIALIZED (
        SELECT id, coalesce(array_agg(code ORDER BY code) FILTER (WHERE code IS NOT NULL), '{}') AS codes
        FROM belongs
        GROUP BY id
    )
    UPDATE zone AS z
    SET township_codes = s.codes, sector_code = e.sector_code, group_id = e.group_id
    FROM settled AS s, enterprise AS e
    WHERE z.id = s.id
      AND e.id = z.enterprise_id
      AND (z.township_codes, z.sector_code, z.group_id) IS DISTINCT FROM (s.codes, e.sector_code, e.group_id);
END
$$;

CREATE FUNCTION settle_receptors(ids uuid[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET enable_nestloop = on AS $$
BEGIN
    IF cardinality(ids) = 0 THEN
        RETURN;
    END IF;
    WITH pair AS MATERIALIZED (
        SELECT r.id, r.place, r.metric_srid, r.metric_k, t.code, t.boundary AS township
        FROM unnest(ids) AS wanted (id)
        JOIN receptor AS r USING (id)
        JOIN area AS t ON t.boundary && r.place
        WHERE t.level = 'township' AND (t.valid_to IS NULL OR t.valid_to >= current_date)
        ORDER BY t.code
    ),
    settled AS MATERIALIZED (
        SELECT id, coalesce(array_agg(p.code ORDER BY p.code) FILTER (WHERE p.code IS NOT NULL), '{}') AS codes
        FROM unnest(ids) AS wanted (id)
        LEFT JOIN (SELECT id, code FROM pair WHERE touches(township, place, metric_srid, metric_k)) AS p USING (id)
        GROUP BY id
    )
    UPDATE receptor AS r
    SET township_codes = s.codes
    FROM settled AS s
    WHERE r.id = s.id AND r.township_codes IS DISTINCT FROM s.codes;
END
$$;

CREATE FUNCTION settle_corridors(ids uuid[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off SET enable_nestloop = on AS $$
BEGIN
    IF cardinality(ids) = 0 THEN
        RETURN;
    END IF;
    WITH pair AS MATERIALIZED (
        SELECT c.id, c.centreline AS place, c.metric_srid, c.metric_k, t.code, t.boundary AS township
        FROM unnest(ids) AS wanted (id)
        JOIN corridor AS c USING (id)
        JOIN area AS t ON t.boundary && c.centreline
        WHERE t.level = 'township' AND (t.valid_to IS NULL OR t.valid_to >= current_date)
        ORDER BY t.code
    ),
    settled AS MATERIALIZED (
        SELECT id, coalesce(array_agg(p.code ORDER BY p.code) FILTER (WHERE p.code IS NOT NULL), '{}') AS codes
        FROM unnest(ids) AS wanted (id)
        LEFT JOIN (SELECT id, code FROM pair WHERE touches(township, place, metric_srid, metric_k)) AS p USING (id)
        GROUP BY id
    )
    UPDATE corridor AS c
    SET township_codes = s.codes
    FROM settled AS s
    WHERE c.id = s.id AND c.township_codes IS DISTINCT FROM s.codes;
END
$$;

-- A new zone begins with what its enterprise has, so that only those that reach further are written twice.
CREATE FUNCTION begin_like_enterprise() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    SELECT CASE WHEN e.township_code IS NULL THEN '{}' ELSE ARRAY[e.township_code] END, e.sector_code, e.group_id
    INTO NEW.township_codes, NEW.sector_code, NEW.group_id
    FROM enterprise AS e
    WHERE e.id = NEW.enterprise_id;
    -- An enterprise that is not there is for the foreign key to refuse.
    NEW.township_codes := coalesce(NEW.township_codes, '{}');
    RETURN NEW;
END
$$;
CREATE TRIGGER begin_like_enterprise BEFORE INSERT ON zone
    FOR EACH ROW EXECUTE FUNCTION begin_like_enterprise();

CREATE FUNCTION settle_new_rows() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('SELECT settle_%ss(ARRAY(SELECT id FROM fresh))', TG_TABLE_NAME);
    RETURN NULL;
END
$$;

-- Without nested loops: nobody counts the rows of a transition table, and two of 200,000 would be compared one by one.
CREATE FUNCTION settle_moved_zones() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
BEGIN
    PERFORM settle_zones(ARRAY(
        SELECT f.id
        FROM fresh AS f
        JOIN stale AS s USING (id)
        WHERE f.enterprise_id <> s.enterprise_id OR f.boundary IS DISTINCT FROM s.boundary
    ));
    RETURN NULL;
END
$$;

CREATE FUNCTION settle_moved_receptors() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
BEGIN
    PERFORM settle_receptors(
        ARRAY(SELECT f.id FROM fresh AS f JOIN stale AS s USING (id) WHERE f.place IS DISTINCT FROM s.place)
    );
    RETURN NULL;
END
$$;

CREATE FUNCTION settle_moved_corridors() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
BEGIN
    PERFORM settle_corridors(ARRAY(
        SELECT f.id FROM fresh AS f JOIN stale AS s USING (id) WHERE f.centreline IS DISTINCT FROM s.centreline
    ));
    RETURN NULL;
END
$$;

-- An enterprise that changes hands takes its zones along.
CREATE FUNCTION settle_zones_of_enterprises() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    moved CONSTANT uuid[] := ARRAY(
        SELECT f.id
        FROM fresh AS f
        JOIN stale AS s USING (id)
        WHERE (f.township_code, f.sector_code, f.group_id)
              IS DISTINCT FROM (s.township_code, s.sector_code, s.group_id)
    );
BEGIN
    PERFORM settle_zones(ARRAY(SELECT id FROM zone WHERE enterprise_id = ANY (moved)));
    RETURN NULL;
END
$$;

-- What lies in the old or the new boundary of a township may have changed hands.
CREATE FUNCTION settle_around(boundaries geometry[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM settle_zones(ARRAY(
        SELECT DISTINCT z.id FROM zone AS z JOIN unnest(boundaries) AS b ON z.boundary && b
    ));
    PERFORM settle_receptors(ARRAY(
        SELECT DISTINCT r.id FROM receptor AS r JOIN unnest(boundaries) AS b ON r.place && b
    ));
    PERFORM settle_corridors(ARRAY(
        SELECT DISTINCT c.id FROM corridor AS c JOIN unnest(boundaries) AS b ON c.centreline && b
    ));
END
$$;

CREATE FUNCTION settle_new_townships() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM settle_around(
        ARRAY(SELECT boundary FROM fresh WHERE level = 'township' AND boundary IS NOT NULL)
    );
    RETURN NULL;
END
$$;

CREATE FUNCTION settle_gone_townships() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM settle_around(
        ARRAY(SELECT boundary FROM stale WHERE level = 'township' AND boundary IS NOT NULL)
    );
    RETURN NULL;
END
$$;

CREATE FUNCTION settle_moved_townships() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM settle_around(ARRAY(
        SELECT moved.boundary
        FROM fresh AS f
        JOIN stale AS s USING (id)
        CROSS JOIN LATERAL (VALUES (f.boundary), (s.boundary)) AS moved (boundary)
        WHERE 'township' IN (f.level, s.level)
          AND moved.boundary IS NOT NULL
          AND ((f.code, f.level, f.valid_to) IS DISTINCT FROM (s.code, s.level, s.valid_to)
               OR f.boundary IS DISTINCT FROM s.boundary)
    ));
    RETURN NULL;
END
$$;

-- The updates that settle rows move no place, so they need not be looked at: depth 0 is what people write.
CREATE TRIGGER settle_new AFTER INSERT ON zone
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION settle_new_rows();
CREATE TRIGGER settle_new AFTER INSERT ON receptor
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION settle_new_rows();
CREATE TRIGGER settle_new AFTER INSERT ON corridor
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION settle_new_rows();
CREATE TRIGGER settle_moved AFTER UPDATE ON zone
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION settle_moved_zones();
CREATE TRIGGER settle_moved AFTER UPDATE ON receptor
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION settle_moved_receptors();
CREATE TRIGGER settle_moved AFTER UPDATE ON corridor
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION settle_moved_corridors();
CREATE TRIGGER settle_zones AFTER UPDATE ON enterprise
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION settle_zones_of_enterprises();
CREATE TRIGGER settle_new AFTER INSERT ON area
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION settle_new_townships();
CREATE TRIGGER settle_moved AFTER UPDATE ON area
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION settle_moved_townships();
CREATE TRIGGER settle_gone AFTER DELETE ON area
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION settle_gone_townships();

-- A version is of what people wrote: it stays when only the derived columns move.
DROP TRIGGER move_version ON zone;
CREATE TRIGGER move_version BEFORE UPDATE ON zone FOR EACH ROW
    WHEN ((OLD.township_codes, OLD.sector_code, OLD.group_id)
          IS NOT DISTINCT FROM (NEW.township_codes, NEW.sector_code, NEW.group_id))
    EXECUTE FUNCTION move_version();
DROP TRIGGER move_version ON receptor;
CREATE TRIGGER move_version BEFORE UPDATE ON receptor FOR EACH ROW
    WHEN (OLD.township_codes IS NOT DISTINCT FROM NEW.township_codes) EXECUTE FUNCTION move_version();
DROP TRIGGER move_version ON corridor;
CREATE TRIGGER move_version BEFORE UPDATE ON corridor FOR EACH ROW
    WHEN (OLD.township_codes IS NOT DISTINCT FROM NEW.township_codes) EXECUTE FUNCTION move_version();

SELECT settle_zones(ARRAY(SELECT id FROM zone)),
       settle_receptors(ARRAY(SELECT id FROM receptor)),
       settle_corridors(ARRAY(SELECT id FROM corridor));

-- ---------------------------------------------------------------- accounts

CREATE TABLE account (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    username text NOT NULL UNIQUE CHECK (username = lower(username) AND char_length(username) BETWEEN 2 AND 64),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    unit text CHECK (char_length(unit) <= 200),
    -- The role's words and rights stand in backend/jurisdictions/roles.csv. Null: nothing is granted yet.
    role text CHECK (char_length(role) <= 64),
    scope_codes text[] NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT true,
    is_demo boolean NOT NULL DEFAULT false,
    valid_until date,
    -- Null until its owner has chosen one.
    password_hash text,
    password_changed_at timestamptz,
    failed_sign_ins integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    totp_secret text,
    -- A new secret that waits to be confirmed by its first code; the one in use stays until then.
    totp_pending text,
    -- A code counts once: the thirty-second step of the last one that was taken.
    totp_last_step bigint,
    last_sign_in_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_account_scope_codes ON account USING gin (scope_codes);

-- Signing in is no change of what an administrator edits, so it moves no version.
CREATE TRIGGER move_version BEFORE UPDATE OF name, unit, role, scope_codes, is_active, valid_until ON account
    FOR EACH ROW EXECUTE FUNCTION move_version();

CREATE TABLE password_history (
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    password_hash text NOT NULL,
    retired_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account_id, retired_at)
);

CREATE TABLE account_session (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE,
    -- By password, or by a link of the demonstration.
    method text NOT NULL CHECK (method IN ('password', 'link', 'oidc')),
    second_factor_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    address text,
    user_agent text CHECK (char_length(user_agent) <= 300)
);
CREATE INDEX ix_account_session_account_id ON account_session (account_id);

-- What somebody holds who may do one thing without a password: set up the service, choose a password, enter the demonstration.
CREATE TABLE account_link (
    token_hash bytea PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('setup', 'activation', 'demo')),
    account_id uuid REFERENCES account (id) ON DELETE CASCADE CHECK ((account_id IS NULL) = (purpose = 'setup')),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);

CREATE TABLE api_key (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
    role text NOT NULL CHECK (char_length(role) <= 64),
    scope_codes text[] NOT NULL DEFAULT '{}',
    prefix text NOT NULL,
    secret_hash bytea NOT NULL UNIQUE,
    is_demo boolean NOT NULL DEFAULT false,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------- audit

CREATE TABLE audit_event (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Of an account or a key; no foreign key, for the trail outlives what it tells of.
    actor_id uuid,
    actor_name text NOT NULL,
    role text,
    address text,
    action text NOT NULL,
    subject_kind text,
    subject_id text,
    subject_name text,
    before jsonb,
    after jsonb,
    result text NOT NULL CHECK (result IN ('ok', 'refused', 'failed')),
    detail jsonb
);
CREATE INDEX ix_audit_event_at ON audit_event (at);
CREATE INDEX ix_audit_event_actor_name ON audit_event (actor_name);
CREATE INDEX ix_audit_event_action ON audit_event (action);
CREATE INDEX ix_audit_event_subject ON audit_event (subject_kind, subject_id);

-- The chain over the events, in the order in which they were sealed: a digest of the event and of the digest before.
CREATE TABLE audit_seal (
    position bigint PRIMARY KEY,
    event_number bigint NOT NULL UNIQUE REFERENCES audit_event (number),
    algorithm text NOT NULL,
    digest bytea NOT NULL,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

-- The chain goes on by one: a seal far ahead would leave no number for the next.
CREATE FUNCTION follow_the_last() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.position <> coalesce((SELECT max(position) FROM audit_seal), 0) + 1 THEN
        RAISE EXCEPTION 'the next seal is not number %', NEW.position USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER follow_the_last BEFORE INSERT ON audit_seal FOR EACH ROW EXECUTE FUNCTION follow_the_last();

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['audit_event', 'audit_seal'] LOOP
        EXECUTE format(
            'CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON %I
             FOR EACH ROW EXECUTE FUNCTION refuse_change()', kept);
        EXECUTE format(
            'CREATE TRIGGER refuse_truncation BEFORE TRUNCATE ON %I
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', kept);
    END LOOP;
END
$$;
