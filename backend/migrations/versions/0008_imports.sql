-- A file that somebody sent to be imported: what it would change is told first, and it is written when that was agreed to.
-- The file itself lies in the data folder under the row's id; both are removed after some days.
CREATE TABLE upload (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    kind text NOT NULL,
    file_name text NOT NULL CHECK (char_length(file_name) <= 200),
    file_sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    -- How the file is read: backend/importing/request.py.
    options jsonb NOT NULL,
    is_partial boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'working'
        CHECK (state IN ('working', 'previewed', 'refused', 'committing', 'committed')),
    phase text,
    -- What would change, and what is wrong with which row; null before it was read.
    report jsonb,
    -- The same only for the same rows in the same versions.
    fingerprint text,
    -- Why it could not be read, or was not written.
    problem jsonb,
    batch_id uuid REFERENCES import_batch (id),
    author_id uuid NOT NULL,
    author_name text NOT NULL,
    organisation_kind text NOT NULL,
    organisation_codes text[] NOT NULL,
    is_demo boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_upload_created_at ON upload (created_at);
CREATE TRIGGER move_version BEFORE UPDATE ON upload FOR EACH ROW EXECUTE FUNCTION move_version();

ALTER TABLE import_mapping ADD organisation_kind text, ADD organisation_codes text[];
