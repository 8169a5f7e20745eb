-- A red or orange zone, or a major hazard installation, that stands nearer to a school, hospital … than the screening
-- distance: when it was found, by whose change, what both sides said of it, and when it ended.
CREATE TABLE conflict (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    start text NOT NULL CHECK (start IN ('zone', 'installation')),
    -- No foreign keys: what is deleted ends the conflict and is still told of.
    site_id uuid NOT NULL,
    enterprise_id uuid NOT NULL,
    receptor_id uuid NOT NULL,
    site_name text NOT NULL,
    enterprise_name text NOT NULL,
    receptor_name text NOT NULL,
    receptor_kind text NOT NULL,
    grade smallint,
    distance_m double precision NOT NULL CHECK (distance_m >= 0),
    limit_m double precision NOT NULL CHECK (limit_m > 0),
    -- Whose change brought it about; 'standing' was there when the watch began, and is no alarm.
    cause text NOT NULL CHECK (cause IN ('standing', 'site', 'receptor')),
    found_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    site_said_at timestamptz,
    site_said_by text,
    site_reason text CHECK (char_length(site_reason) BETWEEN 1 AND 2000),
    receptor_said_at timestamptz,
    receptor_said_by text,
    receptor_reason text CHECK (char_length(receptor_reason) BETWEEN 1 AND 2000),
    CHECK (num_nulls(site_said_at, site_said_by, site_reason) IN (0, 3)),
    CHECK (num_nulls(receptor_said_at, receptor_said_by, receptor_reason) IN (0, 3))
);
CREATE UNIQUE INDEX ix_conflict_open ON conflict (start, site_id, receptor_id) WHERE ended_at IS NULL;
CREATE INDEX ix_conflict_site ON conflict (site_id);
CREATE INDEX ix_conflict_receptor ON conflict (receptor_id);

-- When the register was looked at last, and what it was then; one row.
CREATE TABLE conflict_watch (
    is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
    looked_at timestamptz NOT NULL,
    revisions jsonb NOT NULL,
    limit_m double precision NOT NULL
);
