-- 外部安全防护距离 (GB/T 37243): around an enterprise, the area that its safety evaluation report keeps free.
CREATE TABLE protective_area (
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
    enterprise_id uuid NOT NULL REFERENCES enterprise (id) ON DELETE CASCADE,
    -- The report that the area is from: its title or number, and its day.
    report text NOT NULL CHECK (char_length(report) <= 500),
    reported_on date,
    boundary geometry(MultiPolygon, 4490) NOT NULL CHECK (is_sound(boundary)),
    boundary_metric geometry NOT NULL GENERATED ALWAYS AS (ST_Transform(boundary, metric_srid(boundary))) STORED,
    metric_srid integer NOT NULL GENERATED ALWAYS AS (metric_srid(boundary)) STORED,
    metric_k double precision NOT NULL GENERATED ALWAYS AS (metric_k(boundary)) STORED,
    UNIQUE (source, source_id)
);
CREATE INDEX ix_protective_area_enterprise_id ON protective_area (enterprise_id);
CREATE INDEX ix_protective_area_boundary ON protective_area USING gist (boundary);

INSERT INTO table_revision VALUES ('protective_area');
CREATE TRIGGER move_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON protective_area
    FOR EACH STATEMENT EXECUTE FUNCTION move_revision();
CREATE TRIGGER move_version BEFORE UPDATE ON protective_area FOR EACH ROW EXECUTE FUNCTION move_version();
SELECT keep_history('protective_area');
