-- ---------------------------------------------------------------- submissions

-- 填报: proposed changes to one enterprise and its parts. Nothing of it is in the register before it is published, so maps,
-- tiles and lists cannot show a draft.
CREATE TABLE submission (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    -- No foreign key: of a new enterprise there is only the id that it will have, and its owners as proposed.
    enterprise_id uuid NOT NULL,
    enterprise_name text NOT NULL CHECK (char_length(enterprise_name) <= 200),
    township_code text REFERENCES area (code),
    sector_code text REFERENCES sector (code),
    group_id uuid REFERENCES unit_group (id),
    title text NOT NULL CHECK (char_length(title) <= 200),
    state text NOT NULL DEFAULT 'draft'
        CHECK (state IN ('draft', 'submitted', 'returned', 'published', 'withdrawn')),
    -- A list of what is to be put or deleted, each with the version that was seen; see backend/submissions/changes.py.
    changes jsonb NOT NULL DEFAULT '[]',
    reason text CHECK (char_length(reason) <= 2000),
    -- Everybody who wrote of it: id, name, and the organisation that they then belonged to.
    authors jsonb NOT NULL,
    -- The organisation whose people alone see it while it is a draft.
    organisation_kind text NOT NULL,
    organisation_codes text[] NOT NULL,
    submitted_at timestamptz,
    decided_at timestamptz,
    decided_by_id uuid,
    decided_by_name text,
    comment text CHECK (char_length(comment) <= 2000),
    is_demo boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_submission_enterprise_id ON submission (enterprise_id);
CREATE INDEX ix_submission_state ON submission (state, submitted_at);
CREATE TRIGGER move_version BEFORE UPDATE ON submission FOR EACH ROW EXECUTE FUNCTION move_version();

-- ---------------------------------------------------------------- downgrades

-- What would lower a published 重大 or 较大 on the map, in whatever way: asked for, and granted or refused by a person of
-- another organisation. It is kept for good.
CREATE TABLE downgrade (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    submission_id uuid REFERENCES submission (id),
    enterprise_id uuid NOT NULL,
    enterprise_name text NOT NULL,
    zone_id uuid,
    zone_name text,
    township_code text,
    sector_code text,
    group_id uuid,
    way text NOT NULL CHECK (way IN ('grade', 'deletion', 'ground', 'status')),
    from_grade smallint NOT NULL CHECK (from_grade BETWEEN 1 AND 4),
    to_grade smallint CHECK (to_grade BETWEEN 1 AND 4),
    lost_m2 double precision,
    reason text,
    asked_by_id uuid,
    asked_by_name text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn')),
    evidence text CHECK (char_length(evidence) <= 2000),
    decided_by_id uuid,
    decided_by_name text,
    decided_at timestamptz,
    -- The transaction that may do what was granted, and no other.
    granted_in bigint,
    is_demo boolean NOT NULL DEFAULT false
);
CREATE INDEX ix_downgrade_submission_id ON downgrade (submission_id);
CREATE INDEX ix_downgrade_enterprise_id ON downgrade (enterprise_id);
CREATE INDEX ix_downgrade_granted_in ON downgrade (granted_in) WHERE granted_in IS NOT NULL;

-- Area on the ground that a polygon has given up, square metres; all of it where there is no new one. An edge may shift by
-- 2e-7 degrees (2 cm): so much does a vertex that is set on it and rounded move it, and no more is forgiven.
CREATE FUNCTION lost_m2(old geometry, new geometry) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN old IS NULL THEN 0
        WHEN new IS NOT NULL AND ST_Covers(new, old) THEN 0
        ELSE ST_Area(ST_Transform(
                 CASE WHEN new IS NULL THEN old ELSE ST_Difference(old, ST_Buffer(new, 2e-7)) END, metric_srid(old)))
             / metric_k(old) ^ 2
    END
$$;

-- How far a point has moved, metres; off the map is as far as can be.
CREATE FUNCTION moved_m(old geometry, new geometry) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN old IS NULL THEN 0
        WHEN new IS NULL THEN 'Infinity'
        ELSE ST_Distance(old::geography, new::geography)
    END
$$;

-- The last wall behind the guard in backend/downgrades/guard.py: whoever forgets to ask is refused here.
CREATE FUNCTION refuse_lowered_zones() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    lowered text;
BEGIN
    SELECT s.name INTO lowered
    FROM stale AS s
    JOIN fresh AS f USING (id)
    WHERE s.grade <= 2
      AND (f.grade IS NULL OR f.grade > s.grade OR f.enterprise_id <> s.enterprise_id
           OR (f.boundary IS DISTINCT FROM s.boundary AND lost_m2(s.boundary, f.boundary) > 0.01))
      AND NOT EXISTS (
          SELECT FROM downgrade AS d WHERE d.zone_id = s.id AND d.granted_in = pg_current_xact_id()::text::bigint)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'zone % is lowered without a grant', lowered USING ERRCODE = 'RM001';
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION refuse_gone_zones() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    lowered text;
BEGIN
    SELECT s.name INTO lowered
    FROM stale AS s
    WHERE s.grade <= 2
      AND NOT EXISTS (
          SELECT FROM downgrade AS d WHERE d.zone_id = s.id AND d.granted_in = pg_current_xact_id()::text::bigint)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'zone % is deleted without a grant', lowered USING ERRCODE = 'RM001';
    END IF;
    RETURN NULL;
END
$$;
-- An enterprise is lowered by its own declaration or its status; by a zone, with that zone's grant.
CREATE FUNCTION refuse_lowered_enterprises() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    lowered text;
BEGIN
    SELECT s.name INTO lowered
    FROM stale AS s
    JOIN fresh AS f USING (id)
    WHERE s.grade <= 2
      AND (f.grade IS NULL OR f.grade > s.grade
           OR (f.operating_status <> 'operating' AND s.operating_status = 'operating')
           OR moved_m(s.location, f.location) > 10
           OR (f.outline IS DISTINCT FROM s.outline AND lost_m2(s.outline, f.outline) > 0.01))
      AND NOT EXISTS (
          SELECT FROM downgrade AS d WHERE d.enterprise_id = s.id AND d.granted_in = pg_current_xact_id()::text::bigint)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'enterprise % is lowered without a grant', lowered USING ERRCODE = 'RM001';
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION refuse_gone_enterprises() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    lowered text;
BEGIN
    SELECT s.name INTO lowered
    FROM stale AS s
    WHERE s.grade <= 2
      AND NOT EXISTS (
          SELECT FROM downgrade AS d WHERE d.enterprise_id = s.id AND d.granted_in = pg_current_xact_id()::text::bigint)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'enterprise % is deleted without a grant', lowered USING ERRCODE = 'RM001';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER refuse_lowered AFTER UPDATE ON zone
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_lowered_zones();
CREATE TRIGGER refuse_gone AFTER DELETE ON zone
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION refuse_gone_zones();
CREATE TRIGGER refuse_lowered AFTER UPDATE ON enterprise
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_lowered_enterprises();
CREATE TRIGGER refuse_gone AFTER DELETE ON enterprise
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION refuse_gone_enterprises();

-- A trial of changes (backend/submissions) is taken back; it must not hold the one row of each table's revision, which every
-- writer moves. Who says quiet moves the revisions themselves, at the end.
CREATE OR REPLACE FUNCTION move_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('riskmap.quiet', true), '') <> 'on' THEN
        UPDATE public.table_revision SET revision = gen_random_uuid() WHERE table_name = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;
