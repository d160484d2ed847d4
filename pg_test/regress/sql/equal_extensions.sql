-- CREATE EXTENSION of one that is installed: schema and version are compared if they are named.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_extensions;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_extensions;
CREATE EXTENSION cube VERSION '1.4';
CREATE EXTENSION earthdistance SCHEMA test_equal_elsewhere;
CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(concat_ws(' ', ctid, xmin, oid), E'\n' ORDER BY oid)) FROM pg_extension $$;
SELECT written() AS before \gset

BEGIN;
-- Equal. Without a schema or version: whichever it has, also if another one is the default or the current schema.
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE EXTENSION cube;
CREATE EXTENSION IF NOT EXISTS cube;
CREATE EXTENSION "cube" CASCADE;
CREATE EXTENSION cube WITH SCHEMA test_equal_extensions;
CREATE EXTENSION cube VERSION '1.4';
CREATE EXTENSION CUBE WITH SCHEMA "test_equal_extensions" VERSION "1.4" CASCADE;
CREATE EXTENSION IF NOT EXISTS cube VERSION '1.4' SCHEMA test_equal_extensions;
CREATE EXTENSION earthdistance;
CREATE EXTENSION earthdistance SCHEMA test_equal_elsewhere;
$$);
-- Different.
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE EXTENSION cube SCHEMA test_equal_elsewhere;
CREATE EXTENSION IF NOT EXISTS cube SCHEMA test_equal_elsewhere;
CREATE EXTENSION cube VERSION '1.5';
CREATE EXTENSION IF NOT EXISTS cube VERSION '1.5';
CREATE EXTENSION cube VERSION '1.40';
CREATE EXTENSION cube SCHEMA test_equal_elsewhere VERSION '1.5' CASCADE;
CREATE EXTENSION earthdistance SCHEMA test_equal_extensions;
CREATE EXTENSION cube SCHEMA no_such_schema;
$$);
-- The typed function.
SELECT o->>'status' AS status, o->>'reason' AS reason, o->'differences' AS differences FROM (VALUES
    (guarded.create_extension('cube')),
    (guarded.create_extension('cube', schema => 'test_equal_extensions', version => '1.4', cascade => true)),
    (guarded.create_extension('cube', schema => 'test_equal_elsewhere')),
    (guarded.create_extension('cube', version => '1.5'))) cases (o);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
COMMIT;
SELECT written() = :'before' AS unchanged;

-- ALTER EXTENSION UPDATE changes what it is compared with.
ALTER EXTENSION cube UPDATE TO '1.5';
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run('CREATE EXTENSION cube VERSION ''1.5''; CREATE EXTENSION cube VERSION ''1.4''');

\set VERBOSITY terse
DROP EXTENSION cube CASCADE;
DROP SCHEMA test_equal_extensions, test_equal_elsewhere CASCADE;
