-- ---------------------------------------------------------------- recorded time

-- Of a table `t` the present version of each row stands in `t`, recorded from `recorded_at` on; the earlier ones
-- stand in `t_history`, recorded from `recorded_at` until just before `recorded_to`. The moment of a change is the
-- beginning of its transaction, so that all that a transaction writes changes at one moment.
--
-- SECURITY DEFINER: the application's role may read a history, and only these functions write one.

-- Whether the version of a row that is being changed was written by this same transaction. A version that is to be
-- replaced has committed or is our own, so the one whose transaction still runs is ours (a savepoint has an xid of
-- its own). An xid has 32 bits; the upper half of its full number is that of the present one, or beside it.
CREATE FUNCTION is_our_own(written_by xid) RETURNS boolean LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    present CONSTANT bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
    low CONSTANT bigint := written_by::text::bigint;
    whole bigint := (present >> 32 << 32) + low;
BEGIN
    IF written_by = pg_current_xact_id()::xid THEN
        RETURN true;
    END IF;
    -- Of the two numbers with these lower bits the nearer: a savepoint may be younger than the snapshot.
    IF whole > present + (1::bigint << 31) THEN
        whole := whole - (1::bigint << 32);
    ELSIF whole < present - (1::bigint << 31) THEN
        whole := whole + (1::bigint << 32);
    END IF;
    RETURN pg_xact_status(whole::text::xid8) = 'in progress';
END
$$;

-- BEFORE UPDATE: the new version's moment. A transaction that changes a row twice leaves one version. Where another
-- transaction that began later has written and committed before us, ours comes after it all the same.
CREATE FUNCTION begin_version() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.recorded_at < now() THEN
        NEW.recorded_at := now();
    ELSIF is_our_own(OLD.xmin) THEN
        NEW.recorded_at := OLD.recorded_at;
    ELSE
        NEW.recorded_at := greatest(clock_timestamp(), OLD.recorded_at + interval '1 microsecond');
    END IF;
    RETURN NEW;
END
$$;

-- AFTER UPDATE: the versions that a statement has replaced, all at once. What began in this transaction was never
-- anybody's word and is not kept.
CREATE FUNCTION keep_replaced() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = off AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO public.%1$I
         SELECT now(), stale.* FROM stale WHERE stale.recorded_at < now()
         UNION ALL
         SELECT fresh.recorded_at, stale.*
         FROM stale JOIN fresh USING (id)
         WHERE stale.recorded_at >= now() AND fresh.recorded_at > stale.recorded_at', TG_TABLE_NAME || '_history');
    RETURN NULL;
END
$$;

-- AFTER DELETE: the last versions of what is gone.
CREATE FUNCTION keep_deleted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO public.%I SELECT now(), stale.* FROM stale WHERE stale.recorded_at < now()',
        TG_TABLE_NAME || '_history');
    RETURN NULL;
END
$$;

-- BEFORE DELETE of a version no older than this transaction: ours leaves nothing, another's is kept. By the row, for
-- only there the version says who wrote it; it is rare.
CREATE FUNCTION keep_contested() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT is_our_own(OLD.xmin) THEN
        EXECUTE format('INSERT INTO public.%I SELECT $1, ($2).*', TG_TABLE_NAME || '_history')
        USING greatest(clock_timestamp(), OLD.recorded_at + interval '1 microsecond'), OLD;
    END IF;
    RETURN OLD;
END
$$;

-- AFTER INSERT: a row begins with its transaction, and not before an earlier row of the same id has ended.
CREATE FUNCTION check_beginning() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    is_too_early boolean;
BEGIN
    IF EXISTS (SELECT FROM fresh WHERE recorded_at <> now()) THEN
        RAISE EXCEPTION 'recorded_at of % is not for writers to say', TG_TABLE_NAME
            USING ERRCODE = 'check_violation';
    END IF;
    EXECUTE format(
        'SELECT EXISTS (
             SELECT FROM public.%I AS h WHERE h.recorded_to > now() AND h.id IN (SELECT id FROM fresh)
         )', TG_TABLE_NAME || '_history') INTO is_too_early;
    IF is_too_early THEN
        RAISE EXCEPTION 'an id of % was used until after this transaction began', TG_TABLE_NAME
            USING ERRCODE = 'serialization_failure', HINT = 'Try again in a new transaction.';
    END IF;
    RETURN NULL;
END
$$;

-- Rows that are swept away all at once would leave no history.
CREATE FUNCTION refuse_truncation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % have a history: delete them', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Keep the history of a table from now on; to be called when the table has its columns. Columns that come later are
-- added with add_column_with_history. The table has an `id uuid`, and `is_demo`, for the history of invented rows can
-- be forgotten and no other. A model of backend/ says that it has a history by being `Recorded`.
CREATE FUNCTION keep_history(drawn text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    history CONSTANT text := drawn || '_history';
    indexed record;
BEGIN
    EXECUTE format('ALTER TABLE public.%I ADD recorded_at timestamptz NOT NULL DEFAULT now()', drawn);
    -- recorded_to comes first, so that the two tables' other columns stay in one order whatever is added.
    EXECUTE format('CREATE TABLE public.%I (recorded_to timestamptz NOT NULL, LIKE public.%I)', history, drawn);
    EXECUTE format('ALTER TABLE public.%I ADD CHECK (recorded_at < recorded_to)', history);

    EXECUTE format('CREATE INDEX ON public.%I (recorded_at)', drawn);
    EXECUTE format('CREATE INDEX ON public.%I (recorded_at)', history);
    EXECUTE format('CREATE INDEX ON public.%I (recorded_to)', history);
    EXECUTE format('CREATE INDEX ON public.%I (id, recorded_to)', history);
    -- What rows are looked up by: number, the row that they belong to, and the canonical place.
    FOR indexed IN
        SELECT attname AS name,
               CASE WHEN format_type(atttypid, atttypmod) LIKE 'geometry(%,4490)' THEN 'gist' ELSE 'btree' END AS method
        FROM pg_attribute AS a
        WHERE attrelid = format('public.%I', drawn)::regclass
          AND attnum > 0
          AND NOT attisdropped
          AND (attname = 'number'
               OR format_type(atttypid, atttypmod) LIKE 'geometry(%,4490)'
               OR atttypid = 'uuid'::regtype AND EXISTS (
                   SELECT FROM pg_constraint
                   WHERE conrelid = a.attrelid AND contype = 'f' AND conkey = ARRAY[a.attnum]
               ))
        ORDER BY attnum
    LOOP
        EXECUTE format('CREATE INDEX ON public.%I USING %s (%I)', history, indexed.method, indexed.name);
    END LOOP;

    EXECUTE format(
        'CREATE TRIGGER begin_version BEFORE UPDATE ON public.%I
         FOR EACH ROW EXECUTE FUNCTION begin_version()', drawn);
    EXECUTE format(
        'CREATE TRIGGER keep_contested BEFORE DELETE ON public.%I
         FOR EACH ROW WHEN (OLD.recorded_at >= now()) EXECUTE FUNCTION keep_contested()', drawn);
    EXECUTE format(
        'CREATE TRIGGER check_beginning AFTER INSERT ON public.%I
         REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION check_beginning()', drawn);
    EXECUTE format(
        'CREATE TRIGGER keep_replaced AFTER UPDATE ON public.%I
         REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
         FOR EACH STATEMENT EXECUTE FUNCTION keep_replaced()', drawn);
    EXECUTE format(
        'CREATE TRIGGER keep_deleted AFTER DELETE ON public.%I
         REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION keep_deleted()', drawn);
    EXECUTE format(
        'CREATE TRIGGER refuse_truncation BEFORE TRUNCATE ON public.%I
         FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncation()', drawn);

    -- A history only grows; what was invented for the demonstration may be forgotten (forget_demo_history).
    EXECUTE format(
        'CREATE TRIGGER refuse_change BEFORE UPDATE ON public.%I
         FOR EACH ROW EXECUTE FUNCTION refuse_change()', history);
    EXECUTE format(
        'CREATE TRIGGER refuse_deletion BEFORE DELETE ON public.%I
         FOR EACH ROW WHEN (NOT OLD.is_demo) EXECUTE FUNCTION refuse_change()', history);
    EXECUTE format(
        'CREATE TRIGGER refuse_truncation BEFORE TRUNCATE ON public.%I
         FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', history);
END
$$;

-- Add a column to a table and to its history. Earlier versions have what is computed from them or what the DEFAULT
-- says, or null; from then on it is a plain column of the history.
CREATE FUNCTION add_column_with_history(drawn text, definition text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    added record;
BEGIN
    EXECUTE format('ALTER TABLE public.%I ADD COLUMN %s', drawn, definition);
    SELECT a.attname AS name,
           format_type(a.atttypid, a.atttypmod) AS type,
           coalesce(pg_get_expr(d.adbin, d.adrelid), 'NULL') AS value,
           a.attgenerated <> '' AS is_generated
    INTO added
    FROM pg_attribute AS a
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = format('public.%I', drawn)::regclass
    ORDER BY a.attnum DESC
    LIMIT 1;
    EXECUTE format(
        CASE WHEN added.is_generated THEN 'ALTER TABLE public.%I ADD COLUMN %I %s GENERATED ALWAYS AS (%s) STORED'
             ELSE 'ALTER TABLE public.%I ADD COLUMN %I %s DEFAULT %s' END,
        drawn || '_history', added.name, added.type, added.value);
    EXECUTE format(
        CASE WHEN added.is_generated THEN 'ALTER TABLE public.%I ALTER COLUMN %I DROP EXPRESSION'
             ELSE 'ALTER TABLE public.%I ALTER COLUMN %I DROP DEFAULT' END,
        drawn || '_history', added.name);
END
$$;

-- Forget the earlier versions of what was invented for the demonstration; the owner does it for the application.
CREATE FUNCTION forget_demo_history() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    history text;
BEGIN
    FOR history IN
        SELECT t.relname
        FROM pg_class AS t
        JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attname = 'recorded_to'
        WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'
    LOOP
        EXECUTE format('DELETE FROM public.%I WHERE is_demo', history);
    END LOOP;
END
$$;

SELECT keep_history(drawn)
FROM unnest(ARRAY['area', 'unit_group', 'enterprise', 'zone', 'receptor', 'corridor']) AS drawn;
