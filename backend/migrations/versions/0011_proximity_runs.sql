-- A saved proximity analysis: what was asked, of which moment of the register, for whom, and what came out.
CREATE TABLE proximity_run (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    phase text,
    progress double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    -- backend/proximity/asked.py.
    asked jsonb NOT NULL,
    -- The recorded time that was read; asked for again, it gives the same pairs.
    moment timestamptz,
    -- The revision of each table that was read, and the rules with the editions that were in use.
    revisions jsonb,
    rules jsonb,
    summary jsonb,
    digest text,
    problem jsonb,
    maker_id uuid NOT NULL,
    maker_name text NOT NULL,
    -- Whose rows were measured. Who has another scope does not see the run, whoever made it.
    scope_kind text NOT NULL,
    scope_codes text[] NOT NULL,
    repeats uuid REFERENCES proximity_run (id) ON DELETE SET NULL,
    is_as_recorded boolean NOT NULL DEFAULT false,
    -- Of a repetition as recorded: whether it came to the same.
    is_identical boolean,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL)),
    CHECK (state <> 'done' OR (moment IS NOT NULL AND summary IS NOT NULL AND digest IS NOT NULL))
);
CREATE INDEX ix_proximity_run_scope ON proximity_run (scope_kind, scope_codes, number);
CREATE INDEX ix_proximity_run_open ON proximity_run (number) WHERE state IN ('waiting', 'running');
CREATE INDEX ix_proximity_run_repeats ON proximity_run (repeats);

-- One row a pair, the nearest first, or a finding of a distance rule; the document is what the API tells.
CREATE TABLE proximity_pair (
    run_id uuid NOT NULL REFERENCES proximity_run (id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('pair', 'finding')),
    rank integer NOT NULL CHECK (rank >= 0),
    site_id uuid NOT NULL,
    layer text NOT NULL CHECK (layer IN ('receptors', 'corridors')),
    target_id uuid NOT NULL,
    -- To the millimetre.
    distance_m double precision NOT NULL CHECK (distance_m >= 0),
    document jsonb NOT NULL,
    PRIMARY KEY (run_id, kind, rank)
);
