-- Row-level security flags: what is so already.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_row_security;
SET search_path = test_equal_row_security;
CREATE TABLE off (id int);
CREATE TABLE enabled (id int);
ALTER TABLE enabled ENABLE ROW LEVEL SECURITY;
CREATE TABLE forced (id int);
ALTER TABLE forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE TABLE only_forced (id int);
ALTER TABLE only_forced FORCE ROW LEVEL SECURITY;
CREATE TABLE parts (id int) PARTITION BY LIST (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
CREATE VIEW seen AS SELECT * FROM enabled;
CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(concat_ws(' ', ctid, xmin, oid), E'\n' ORDER BY oid)) FROM pg_class $$;
SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relnamespace = 'test_equal_row_security'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1;
SELECT written() AS before \gset

-- So already. A partition has flags of its own.
BEGIN;
SELECT number, status, reason, message FROM guarded.run($$
ALTER TABLE off DISABLE ROW LEVEL SECURITY;
ALTER TABLE off NO FORCE ROW LEVEL SECURITY;
ALTER TABLE enabled ENABLE ROW LEVEL SECURITY;
ALTER TABLE IF EXISTS test_equal_row_security."enabled" ENABLE ROW LEVEL SECURITY;
ALTER TABLE enabled NO FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL SECURITY;
ALTER TABLE forced ENABLE ROW LEVEL SECURITY;
ALTER TABLE forced FORCE ROW LEVEL SECURITY;
ALTER TABLE only_forced FORCE ROW LEVEL SECURITY;
ALTER TABLE only_forced DISABLE ROW LEVEL SECURITY;
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE parts_1 DISABLE ROW LEVEL SECURITY;
ALTER TABLE no_such_table ENABLE ROW LEVEL SECURITY;
$$);
SELECT o->>'status' AS status, o->>'reason' AS reason FROM (VALUES
    (guarded.enable_row_level_security('enabled')),
    (guarded.enable_row_level_security('forced', force => true, schema => 'test_equal_row_security')),
    (guarded.disable_row_level_security('off')),
    (guarded.disable_row_level_security('only_forced'))) cases (o);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SELECT * FROM show.locks();
COMMIT;
SELECT written() = :'before' AS unchanged;
-- Not so: it would run.
SET guarded.dry_run = on;
SELECT number, status, reason FROM guarded.run($$
ALTER TABLE off ENABLE ROW LEVEL SECURITY;
ALTER TABLE off FORCE ROW LEVEL SECURITY;
ALTER TABLE enabled DISABLE ROW LEVEL SECURITY;
ALTER TABLE enabled FORCE ROW LEVEL SECURITY;
ALTER TABLE forced NO FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL SECURITY;
ALTER TABLE only_forced ENABLE ROW LEVEL SECURITY;
ALTER TABLE parts_1 ENABLE ROW LEVEL SECURITY;
$$);
SELECT o->>'status' AS status, o->>'reason' AS reason FROM (VALUES
    (guarded.enable_row_level_security('off')),
    (guarded.enable_row_level_security('enabled', force => true)),
    (guarded.disable_row_level_security('forced'))) cases (o);
RESET guarded.dry_run;
-- Not a table.
SELECT number, status, reason, message FROM guarded.run('ALTER TABLE seen ENABLE ROW LEVEL SECURITY; ALTER TABLE seen DISABLE ROW LEVEL SECURITY');
SELECT written() = :'before' AS unchanged;

\set VERBOSITY terse
DROP SCHEMA test_equal_row_security CASCADE;
