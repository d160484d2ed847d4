-- What the extension consists of: every function with its arguments, and what CREATE EXTENSION does.
\pset format unaligned
\pset tuples_only on
SELECT p.proname || '(' || pg_get_function_arguments(p.oid) || ') RETURNS ' || pg_get_function_result(p.oid)
FROM pg_proc p WHERE p.pronamespace = 'guarded'::regnamespace ORDER BY p.proname COLLATE "C";
\pset format aligned
\pset tuples_only off
-- Everything in the schema belongs to the extension, and it has nothing elsewhere.
SELECT count(*) AS strangers FROM pg_proc p WHERE p.pronamespace = 'guarded'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e');
SELECT count(*) AS elsewhere FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'guarded_ddl'
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
    AND NOT (d.classid = 'pg_proc'::regclass AND (SELECT pronamespace FROM pg_proc WHERE oid = d.objid) = 'guarded'::regnamespace)
    AND NOT (d.classid = 'pg_class'::regclass AND (SELECT relnamespace FROM pg_class WHERE oid = d.objid) = 'guarded'::regnamespace)
    AND NOT (d.classid = 'pg_type'::regclass AND (SELECT typnamespace FROM pg_type WHERE oid = d.objid) = 'guarded'::regnamespace)
    AND NOT (d.classid = 'pg_namespace'::regclass AND d.objid = 'guarded'::regnamespace);
SELECT relname, relkind, (SELECT string_agg(privilege_type, ', ') FROM aclexplode(relacl) WHERE grantee <> relowner) AS granted
FROM pg_class WHERE relnamespace = 'guarded'::regnamespace ORDER BY 1;
-- How they are marked: what changes something is volatile and unsafe in parallel workers.
SELECT DISTINCT prorettype::regtype AS returns, provolatile, proparallel FROM pg_proc WHERE pronamespace = 'guarded'::regnamespace ORDER BY 1, 2, 3;
SELECT extversion, extrelocatable, extnamespace::regnamespace AS schema FROM pg_extension WHERE extname = 'guarded_ddl';
SELECT has_schema_privilege('public', 'guarded', 'USAGE') AS usage, has_schema_privilege('public', 'guarded', 'CREATE') AS create;

-- Where it may be created.
\set database :DBNAME
\set VERBOSITY terse
CREATE DATABASE regress_guarded_new TEMPLATE template0;
\c regress_guarded_new
\set VERBOSITY terse
CREATE EXTENSION guarded_ddl;
SELECT nspname, pg_get_userbyid(nspowner) = current_user AS mine FROM pg_namespace WHERE nspname = 'guarded';
CREATE EXTENSION guarded_ddl;
ALTER EXTENSION guarded_ddl SET SCHEMA public;
DROP SCHEMA guarded;
DROP EXTENSION guarded_ddl;
SELECT nspname FROM pg_namespace WHERE nspname = 'guarded';
CREATE EXTENSION guarded_ddl SCHEMA public;
-- A schema of that name that belongs to the role itself is taken, one that belongs to another is not.
DROP EXTENSION IF EXISTS guarded_ddl;
CREATE SCHEMA IF NOT EXISTS guarded;
CREATE EXTENSION guarded_ddl;
DROP EXTENSION guarded_ddl;
DROP SCHEMA IF EXISTS guarded;
CREATE ROLE regress_guarded_other;
CREATE SCHEMA guarded AUTHORIZATION regress_guarded_other;
CREATE EXTENSION guarded_ddl;
\echo :SQLSTATE
DROP SCHEMA guarded;
-- Only a superuser creates it.
GRANT CREATE ON DATABASE regress_guarded_new TO regress_guarded_other;
SET ROLE regress_guarded_other;
CREATE EXTENSION guarded_ddl;
RESET ROLE;
REVOKE CREATE ON DATABASE regress_guarded_new FROM regress_guarded_other;
-- Dropped and created again in one session, the settings stay.
CREATE EXTENSION guarded_ddl;
SELECT guarded.schema_exists('public');
SET guarded.migration = 'kept';
DROP EXTENSION guarded_ddl;
SELECT guarded.schema_exists('public');
CREATE EXTENSION guarded_ddl;
SELECT guarded.schema_exists('public');
SHOW guarded.migration;
\c :database
DROP DATABASE regress_guarded_new;
DROP ROLE regress_guarded_other;
-- It reads and writes names as UTF8, so it refuses a database with another encoding.
\set VERBOSITY default
CREATE DATABASE regress_guarded_latin1 TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C';
\c regress_guarded_latin1
\set VERBOSITY terse
CREATE EXTENSION guarded_ddl;
\echo :SQLSTATE
\c :database
DROP DATABASE regress_guarded_latin1;
