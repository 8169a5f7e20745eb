CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- ---------------------------------------------------------------- metres
-- Names are qualified: a restore runs with an empty search path, and generated columns call these functions.

-- EPSG code of the metric zone: CGCS2000 3-degree Gauss-Krüger by longitude in China, WGS 84 / UTM elsewhere.
CREATE FUNCTION metric_srid(lon double precision, lat double precision) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE
        WHEN lon >= 73.5 AND lon <= 135.5 AND lat >= 3 AND lat <= 54
            THEN 4534 + (floor((lon - 1.5) / 3)::integer + 1 - 25)
        ELSE
            CASE WHEN lat >= 0 THEN 32600 ELSE 32700 END
            + floor((lon + 180) / 6)::integer % 60 + 1
    END
$$;

-- Central meridian of a metric zone, degrees.
CREATE FUNCTION metric_meridian(srid integer) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE
        WHEN srid BETWEEN 4534 AND 4554 THEN 75 + 3 * (srid - 4534)
        ELSE 6 * (srid % 100) - 183
    END::double precision
$$;

-- Point scale factor of the transverse Mercator projection (Snyder 1987, USGS PP 1395, eq. 8-11), ellipsoid of
-- CGCS2000 (f = 1/298.257222101); Gauss-Krüger has scale 1 on its meridian, UTM 0.9996.
-- PL/pgSQL: a function of SQL with a subquery is planned anew for every row, 25 times slower on a bulk load.
CREATE FUNCTION metric_k(lon double precision, lat double precision) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    srid CONSTANT integer := public.metric_srid(lon, lat);
    e2 CONSTANT double precision := 0.006739496775478857;
    phi CONSTANT double precision := radians(lat);
    c CONSTANT double precision := e2 * cos(phi) ^ 2;
    t CONSTANT double precision := tan(phi) ^ 2;
    east CONSTANT double precision := lon - public.metric_meridian(srid);
    -- Less a whole turn where there is one: the 180th meridian belongs to zone 1.
    a CONSTANT double precision := radians(east - 360 * round(east / 360)) * cos(phi);
BEGIN
    RETURN CASE WHEN srid BETWEEN 4534 AND 4554 THEN 1 ELSE 0.9996 END
        * (1 + (1 + c) * a ^ 2 / 2
             + (5 - 4 * t + 42 * c + 13 * c ^ 2 - 28 * e2) * a ^ 4 / 24
             + (61 - 148 * t + 16 * t ^ 2) * a ^ 6 / 720);
END
$$;

-- The same for any geometry in EPSG:4490, judged at the middle of its box.
CREATE FUNCTION metric_srid(place public.geometry) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT public.metric_srid(
        (public.st_xmin(place::public.box3d) + public.st_xmax(place::public.box3d)) / 2,
        (public.st_ymin(place::public.box3d) + public.st_ymax(place::public.box3d)) / 2
    )
$$;

CREATE FUNCTION metric_k(place public.geometry) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT public.metric_k(
        (public.st_xmin(place::public.box3d) + public.st_xmax(place::public.box3d)) / 2,
        (public.st_ymin(place::public.box3d) + public.st_ymax(place::public.box3d)) / 2
    )
$$;

-- Whether a canonical place may be stored: degrees in range, something there, and valid. The last wall behind
-- the checks that tell people what is wrong and where.
CREATE FUNCTION is_sound(place public.geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT NOT public.st_isempty(place)
       AND public.st_xmin(place::public.box3d) >= -180 AND public.st_xmax(place::public.box3d) <= 180
       AND public.st_ymin(place::public.box3d) >= -90 AND public.st_ymax(place::public.box3d) <= 90
       AND public.st_isvalid(place)
$$;

-- ---------------------------------------------------------------- tables

-- The template of every row on the map; see backend/register/located.py.
CREATE TABLE located (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    name text NOT NULL CHECK (char_length(name) <= 200),
    source text NOT NULL CHECK (char_length(source) <= 200),
    source_id text NOT NULL CHECK (char_length(source_id) <= 200),
    original geometry(Geometry, 0),
    original_datum text CHECK (char_length(original_datum) <= 64),
    accuracy_m double precision,
    is_demo boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source, source_id)
);

CREATE TABLE area (
    LIKE located INCLUDING ALL,
    code text NOT NULL UNIQUE CHECK (char_length(code) <= 64),
    level text NOT NULL CHECK (level IN ('province', 'city', 'district', 'township')),
    parent_code text CHECK (char_length(parent_code) <= 64),
    valid_from date,
    valid_to date CHECK (valid_to >= valid_from),
    is_indicative boolean NOT NULL DEFAULT false,
    boundary geometry(MultiPolygon, 4490) CHECK (is_sound(boundary)),
    boundary_metric geometry GENERATED ALWAYS AS (ST_Transform(boundary, metric_srid(boundary))) STORED,
    metric_srid integer GENERATED ALWAYS AS (metric_srid(boundary)) STORED,
    metric_k double precision GENERATED ALWAYS AS (metric_k(boundary)) STORED
);

CREATE TABLE unit_group (
    LIKE located INCLUDING ALL,
    code text NOT NULL UNIQUE CHECK (char_length(code) <= 64),
    kind text NOT NULL CHECK (kind IN ('park', 'village', 'grid')),
    township_code text REFERENCES area (code),
    boundary geometry(MultiPolygon, 4490) CHECK (is_sound(boundary)),
    boundary_metric geometry GENERATED ALWAYS AS (ST_Transform(boundary, metric_srid(boundary))) STORED,
    metric_srid integer GENERATED ALWAYS AS (metric_srid(boundary)) STORED,
    metric_k double precision GENERATED ALWAYS AS (metric_k(boundary)) STORED
);

CREATE TABLE sector (
    code text PRIMARY KEY,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    position integer NOT NULL UNIQUE
);

-- The eight key sectors of 平湛安〔2019〕11号, the two that the district had begun with, and the rest.
INSERT INTO sector (position, code, name_zh, name_en) VALUES
    (1, 'road_transport', '道路运输', 'Road transport'),
    (2, 'construction', '建设', 'Construction'),
    (3, 'culture', '文化', 'Culture'),
    (4, 'tourism', '旅游', 'Tourism'),
    (5, 'health', '卫生', 'Health'),
    (6, 'education', '教育', 'Education'),
    (7, 'civil_affairs', '民政', 'Civil affairs'),
    (8, 'industry_trade', '工贸', 'Industry and trade'),
    (9, 'hazardous_chemicals', '危险化学品', 'Hazardous chemicals'),
    (10, 'chemical', '一般化工', 'General chemicals'),
    (11, 'metallurgy', '冶金', 'Metallurgy'),
    (99, 'other', '其他', 'Other');

CREATE TABLE enterprise (
    LIKE located INCLUDING ALL,
    credit_code text CHECK (char_length(credit_code) <= 64),
    sector_code text REFERENCES sector (code),
    township_code text REFERENCES area (code),
    group_id uuid REFERENCES unit_group (id),
    operating_status text NOT NULL DEFAULT 'operating'
        CHECK (operating_status IN ('operating', 'suspended', 'closed', 'under_construction')),
    grade smallint CHECK (grade BETWEEN 1 AND 4),
    address text CHECK (char_length(address) <= 500),
    location geometry(Point, 4490) CHECK (is_sound(location)),
    outline geometry(MultiPolygon, 4490) CHECK (is_sound(outline)),
    location_metric geometry GENERATED ALWAYS AS (ST_Transform(location, metric_srid(location))) STORED,
    outline_metric geometry GENERATED ALWAYS AS (ST_Transform(outline, metric_srid(outline))) STORED,
    metric_srid integer GENERATED ALWAYS AS (metric_srid(location)) STORED,
    metric_k double precision GENERATED ALWAYS AS (metric_k(location)) STORED
);

CREATE TABLE zone (
    LIKE located INCLUDING ALL,
    enterprise_id uuid NOT NULL REFERENCES enterprise (id) ON DELETE CASCADE,
    kind text CHECK (char_length(kind) <= 64),
    floor text CHECK (char_length(floor) <= 64),
    grade smallint CHECK (grade BETWEEN 1 AND 4),
    boundary geometry(MultiPolygon, 4490) NOT NULL CHECK (is_sound(boundary)),
    boundary_metric geometry NOT NULL
        GENERATED ALWAYS AS (ST_Transform(boundary, metric_srid(boundary))) STORED,
    metric_srid integer NOT NULL GENERATED ALWAYS AS (metric_srid(boundary)) STORED,
    metric_k double precision NOT NULL GENERATED ALWAYS AS (metric_k(boundary)) STORED
);

CREATE TABLE receptor (
    LIKE located INCLUDING ALL,
    kind text NOT NULL CHECK (kind IN (
        'school', 'kindergarten', 'hospital', 'nursing_home', 'welfare', 'residential', 'culture', 'sports',
        'transport_hub', 'market', 'government', 'religious', 'heritage', 'water_source', 'other'
    )),
    headcount integer CHECK (headcount >= 0),
    enterprise_id uuid REFERENCES enterprise (id) ON DELETE SET NULL,
    -- A point or a multipolygon. Not said by GeometryType(): the view geometry_columns would take that check
    -- for the column's type and tell its readers that all receptors are points.
    place geometry(Geometry, 4490) NOT NULL
        CHECK (ST_Dimension(place) IN (0, 2) AND ST_IsCollection(place) = (ST_Dimension(place) = 2))
        CHECK (is_sound(place)),
    place_metric geometry NOT NULL GENERATED ALWAYS AS (ST_Transform(place, metric_srid(place))) STORED,
    metric_srid integer NOT NULL GENERATED ALWAYS AS (metric_srid(place)) STORED,
    metric_k double precision NOT NULL GENERATED ALWAYS AS (metric_k(place)) STORED
);

CREATE TABLE corridor (
    LIKE located INCLUDING ALL,
    class text NOT NULL CHECK (class IN (
        'railway', 'motorway', 'trunk', 'primary', 'secondary', 'tertiary', 'pipeline', 'waterway', 'other'
    )),
    half_width_m double precision CHECK (half_width_m >= 0),
    grade smallint CHECK (grade BETWEEN 1 AND 4),
    centreline geometry(MultiLineString, 4490) NOT NULL
        CHECK (is_sound(centreline)),
    centreline_metric geometry NOT NULL
        GENERATED ALWAYS AS (ST_Transform(centreline, metric_srid(centreline))) STORED,
    metric_srid integer NOT NULL GENERATED ALWAYS AS (metric_srid(centreline)) STORED,
    metric_k double precision NOT NULL GENERATED ALWAYS AS (metric_k(centreline)) STORED
);

DROP TABLE located;

CREATE TABLE import_batch (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind text NOT NULL,
    source text NOT NULL,
    file_name text NOT NULL,
    file_sha256 text NOT NULL,
    options jsonb NOT NULL,
    inserted integer NOT NULL,
    updated integer NOT NULL,
    unchanged integer NOT NULL,
    quarantined integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE import_mapping (
    name text PRIMARY KEY,
    kind text NOT NULL,
    options jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------- indexes

CREATE INDEX ix_area_boundary ON area USING gist (boundary);
CREATE INDEX ix_unit_group_boundary ON unit_group USING gist (boundary);
CREATE INDEX ix_enterprise_location ON enterprise USING gist (location);
CREATE INDEX ix_enterprise_outline ON enterprise USING gist (outline);
CREATE INDEX ix_zone_boundary ON zone USING gist (boundary);
CREATE INDEX ix_receptor_place ON receptor USING gist (place);
CREATE INDEX ix_corridor_centreline ON corridor USING gist (centreline);

CREATE INDEX ix_area_boundary_metric ON area USING gist (boundary_metric);
CREATE INDEX ix_unit_group_boundary_metric ON unit_group USING gist (boundary_metric);
CREATE INDEX ix_enterprise_location_metric ON enterprise USING gist (location_metric);
CREATE INDEX ix_enterprise_outline_metric ON enterprise USING gist (outline_metric);
CREATE INDEX ix_zone_boundary_metric ON zone USING gist (boundary_metric);
CREATE INDEX ix_receptor_place_metric ON receptor USING gist (place_metric);
CREATE INDEX ix_corridor_centreline_metric ON corridor USING gist (centreline_metric);

CREATE INDEX ix_enterprise_township_code ON enterprise (township_code);
CREATE INDEX ix_enterprise_sector_code ON enterprise (sector_code);
CREATE INDEX ix_enterprise_group_id ON enterprise (group_id);
CREATE INDEX ix_enterprise_credit_code ON enterprise (credit_code);
CREATE INDEX ix_zone_enterprise_id ON zone (enterprise_id);
CREATE INDEX ix_receptor_enterprise_id ON receptor (enterprise_id);
CREATE INDEX ix_unit_group_township_code ON unit_group (township_code);

CREATE INDEX ix_enterprise_name ON enterprise USING gin (name gin_trgm_ops);
CREATE INDEX ix_zone_name ON zone USING gin (name gin_trgm_ops);
CREATE INDEX ix_receptor_name ON receptor USING gin (name gin_trgm_ops);
CREATE INDEX ix_corridor_name ON corridor USING gin (name gin_trgm_ops);

-- ---------------------------------------------------------------- versions and revisions

-- A row's version and time move with every update, whoever writes.
CREATE FUNCTION move_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE TABLE table_revision (
    table_name text PRIMARY KEY,
    revision uuid NOT NULL DEFAULT gen_random_uuid()
);

-- Tiles are known by the revision of their tables: it moves in the transaction that changes a row. It is random,
-- not counted: a database that was restored or made anew must not call other rows by an old name.
CREATE FUNCTION move_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.table_revision SET revision = gen_random_uuid() WHERE table_name = TG_TABLE_NAME;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    drawn text;
BEGIN
    FOREACH drawn IN ARRAY ARRAY['area', 'unit_group', 'enterprise', 'zone', 'receptor', 'corridor'] LOOP
        INSERT INTO table_revision VALUES (drawn);
        EXECUTE format('ALTER TABLE %I ADD CHECK (accuracy_m >= 0)', drawn);
        EXECUTE format(
            'CREATE TRIGGER move_version BEFORE UPDATE ON %I
             FOR EACH ROW EXECUTE FUNCTION move_version()', drawn);
        EXECUTE format(
            'CREATE TRIGGER move_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I
             FOR EACH STATEMENT EXECUTE FUNCTION move_revision()', drawn);
    END LOOP;
END
$$;
