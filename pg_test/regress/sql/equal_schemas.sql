-- CREATE SCHEMA of a schema that exists: its owner is compared if one is named, what is in it is not.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE ROLE regress_guarded_owner;
CREATE ROLE regress_guarded_other;
CREATE ROLE "Regress Guarded Owner";
CREATE SCHEMA test_equal_schemas;
CREATE SCHEMA test_equal_owned AUTHORIZATION regress_guarded_owner;
CREATE SCHEMA "Test Equal Owned" AUTHORIZATION "Regress Guarded Owner";
CREATE SCHEMA AUTHORIZATION regress_guarded_owner;
CREATE TABLE test_equal_owned.t (id int);
CREATE FUNCTION public.written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(concat_ws(' ', ctid, xmin, oid), E'\n' ORDER BY oid)) FROM pg_namespace $$;
SELECT public.written() AS before \gset

BEGIN;
-- Equal. No owner named: whoever owns it.
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE SCHEMA test_equal_schemas;
CREATE SCHEMA IF NOT EXISTS test_equal_schemas;
CREATE SCHEMA TEST_equal_schemas;
CREATE SCHEMA "test_equal_schemas";
CREATE SCHEMA test_equal_schemas AUTHORIZATION CURRENT_USER;
CREATE SCHEMA test_equal_schemas AUTHORIZATION session_user;
CREATE SCHEMA test_equal_owned;
CREATE SCHEMA test_equal_owned AUTHORIZATION regress_guarded_owner;
CREATE SCHEMA test_equal_owned AUTHORIZATION REGRESS_guarded_owner;
CREATE SCHEMA IF NOT EXISTS test_equal_owned AUTHORIZATION "regress_guarded_owner";
CREATE SCHEMA "Test Equal Owned" AUTHORIZATION "Regress Guarded Owner";
CREATE SCHEMA AUTHORIZATION regress_guarded_owner;
CREATE SCHEMA IF NOT EXISTS AUTHORIZATION regress_guarded_owner;
$$);
-- Different.
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE SCHEMA test_equal_schemas AUTHORIZATION regress_guarded_owner;
CREATE SCHEMA IF NOT EXISTS test_equal_schemas AUTHORIZATION regress_guarded_owner;
CREATE SCHEMA test_equal_owned AUTHORIZATION regress_guarded_other;
CREATE SCHEMA test_equal_owned AUTHORIZATION CURRENT_ROLE;
CREATE SCHEMA "Test Equal Owned" AUTHORIZATION regress_guarded_owner;
CREATE SCHEMA test_equal_owned AUTHORIZATION regress_no_such_role;
$$);
-- Elements are not compared.
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE SCHEMA test_equal_owned CREATE TABLE t (id int);
CREATE SCHEMA test_equal_owned CREATE TABLE u (id text) CREATE VIEW v AS SELECT 1 AS one;
CREATE SCHEMA test_equal_owned AUTHORIZATION regress_guarded_other CREATE TABLE t (id int);
$$);
-- The typed function.
SELECT o->>'status' AS status, o->>'reason' AS reason, o->'differences' AS differences FROM (VALUES
    (guarded.create_schema('test_equal_schemas')),
    (guarded.create_schema('test_equal_owned', 'regress_guarded_owner')),
    (guarded.create_schema('test_equal_owned', owner => 'regress_guarded_other')),
    (guarded.create_schema('Test Equal Owned', owner => 'Regress Guarded Owner'))) cases (o);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
-- CURRENT_USER is the role that is set.
SET LOCAL ROLE regress_guarded_owner;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE SCHEMA test_equal_owned AUTHORIZATION CURRENT_USER;
CREATE SCHEMA test_equal_schemas AUTHORIZATION CURRENT_USER;
CREATE SCHEMA test_equal_schemas AUTHORIZATION SESSION_USER;
CREATE SCHEMA AUTHORIZATION CURRENT_USER;
$$);
RESET ROLE;
-- A name that is free.
SET LOCAL guarded.dry_run = on;
SELECT number, status, reason FROM guarded.run('CREATE SCHEMA "TEST_EQUAL_SCHEMAS"; CREATE SCHEMA AUTHORIZATION regress_guarded_other');
COMMIT;
SELECT public.written() = :'before' AS unchanged;

DROP FUNCTION public.written();
DROP SCHEMA test_equal_schemas, test_equal_owned, "Test Equal Owned", regress_guarded_owner CASCADE;
DROP ROLE regress_guarded_owner, regress_guarded_other, "Regress Guarded Owner";
