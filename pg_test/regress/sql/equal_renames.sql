-- RENAME: with the old name gone and the new one there it is done already, if the new one is of the right kind.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_renames;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_renames, test_equal_elsewhere;
CREATE ROLE regress_guarded_new;
CREATE TABLE t (id int CONSTRAINT c_new CHECK (id > 0), col_new int);
CREATE TABLE other (col_new int CONSTRAINT c_other CHECK (col_new > 0) CONSTRAINT c_both CHECK (col_new > 1));
CREATE TABLE "New Table" (id int);
CREATE TABLE parts (id int) PARTITION BY LIST (id);
CREATE INDEX i_new ON t (id);
CREATE INDEX i_other ON other (col_new);
CREATE VIEW v AS SELECT id, col_new FROM t;
CREATE MATERIALIZED VIEW m AS SELECT id, col_new FROM t;
CREATE SEQUENCE s;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE pair AS (a int, b int);
CREATE TYPE span AS RANGE (SUBTYPE = int4);
CREATE DOMAIN d AS int CONSTRAINT dc_new CHECK (VALUE > 0);
CREATE FUNCTION f_new(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p_new(int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE agg_new (int) (SFUNC = int4pl, STYPE = int);
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr_new BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tg();
CREATE POLICY pol_new ON t;
CREATE RULE r_new AS ON UPDATE TO t DO NOTHING;
CREATE STATISTICS st_new ON id, col_new FROM t;
CREATE COLLATION coll_new FROM "C";
CREATE FOREIGN DATA WRAPPER regress_guarded_fdw;
CREATE SERVER regress_guarded_server FOREIGN DATA WRAPPER regress_guarded_fdw;
CREATE FOREIGN TABLE ft (id int, col_new int) SERVER regress_guarded_server;
CREATE TABLE test_equal_elsewhere.far (id int);
CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, oid FROM pg_class UNION ALL SELECT ctid, xmin, attrelid FROM pg_attribute
        UNION ALL SELECT ctid, xmin, oid FROM pg_type UNION ALL SELECT ctid, xmin, oid FROM pg_constraint
        UNION ALL SELECT ctid, xmin, oid FROM pg_namespace UNION ALL SELECT ctid, xmin, oid FROM pg_proc
        UNION ALL SELECT ctid, xmin, oid FROM pg_trigger UNION ALL SELECT ctid, xmin, oid FROM pg_policy
        UNION ALL SELECT ctid, xmin, oid FROM pg_rewrite UNION ALL SELECT ctid, xmin, oid FROM pg_statistic_ext
        UNION ALL SELECT ctid, xmin, oid FROM pg_collation UNION ALL SELECT ctid, xmin, oid FROM pg_authid
        UNION ALL SELECT ctid, xmin, oid FROM pg_foreign_server) row $$;
SELECT written() AS before \gset

--
-- Done already
--
BEGIN;
SELECT number, status, reason, message FROM guarded.run($$
ALTER TABLE old RENAME TO t;
ALTER TABLE IF EXISTS old RENAME TO t;
ALTER TABLE test_equal_renames.old RENAME TO "New Table";
ALTER TABLE old RENAME TO parts;
ALTER TABLE t RENAME COLUMN old TO col_new;
ALTER TABLE t RENAME old TO col_new;
ALTER VIEW v RENAME COLUMN old TO col_new;
ALTER MATERIALIZED VIEW m RENAME COLUMN old TO col_new;
ALTER FOREIGN TABLE ft RENAME COLUMN old TO col_new;
ALTER TYPE pair RENAME ATTRIBUTE old TO b;
ALTER TABLE t RENAME CONSTRAINT old TO c_new;
ALTER DOMAIN d RENAME CONSTRAINT old TO dc_new;
ALTER INDEX old RENAME TO i_new;
ALTER INDEX IF EXISTS test_equal_renames.old RENAME TO i_new;
ALTER VIEW old RENAME TO v;
ALTER MATERIALIZED VIEW old RENAME TO m;
ALTER SEQUENCE old RENAME TO s;
ALTER FOREIGN TABLE old RENAME TO ft;
ALTER TYPE old RENAME TO mood;
ALTER TYPE old RENAME TO pair;
ALTER TYPE old RENAME TO span;
ALTER DOMAIN old RENAME TO d;
ALTER SCHEMA regress_old_schema RENAME TO test_equal_elsewhere;
ALTER ROLE regress_guarded_old RENAME TO regress_guarded_new;
ALTER POLICY old ON t RENAME TO pol_new;
ALTER TRIGGER old ON t RENAME TO tr_new;
ALTER RULE old ON t RENAME TO r_new;
ALTER STATISTICS old RENAME TO st_new;
ALTER COLLATION old RENAME TO coll_new;
ALTER SERVER regress_guarded_old RENAME TO regress_guarded_server;
ALTER TYPE mood RENAME VALUE 'old' TO 'ok';
$$);

--
-- The new name is there, and is something else
--
SELECT number, status, reason, message FROM guarded.run($$
ALTER TABLE old RENAME TO v;
ALTER TABLE old RENAME TO m;
ALTER TABLE old RENAME TO s;
ALTER TABLE old RENAME TO i_new;
ALTER TABLE old RENAME TO ft;
ALTER TABLE old RENAME TO pair;
ALTER INDEX old RENAME TO t;
ALTER INDEX old RENAME TO v;
ALTER VIEW old RENAME TO t;
ALTER VIEW old RENAME TO m;
ALTER MATERIALIZED VIEW old RENAME TO v;
ALTER SEQUENCE old RENAME TO t;
ALTER FOREIGN TABLE old RENAME TO t;
ALTER DOMAIN old RENAME TO mood;
ALTER DOMAIN old RENAME TO pair;
ALTER TYPE old RENAME TO t;
ALTER TYPE old RENAME TO v;
$$);

--
-- The new name is there, but not on this table, or not in this schema
--
SELECT number, status, reason, message FROM guarded.run($$
ALTER TABLE other RENAME COLUMN old TO id;
ALTER TABLE t RENAME CONSTRAINT old TO c_other;
ALTER TABLE other RENAME CONSTRAINT old TO c_new;
ALTER POLICY old ON other RENAME TO pol_new;
ALTER TRIGGER old ON other RENAME TO tr_new;
ALTER RULE old ON other RENAME TO r_new;
ALTER TABLE test_equal_renames.old RENAME TO far;
ALTER TABLE test_equal_elsewhere.old RENAME TO t;
ALTER TABLE old RENAME TO new;
ALTER TABLE t RENAME COLUMN old TO new;
ALTER TABLE no_such_table RENAME COLUMN old TO col_new;
ALTER TABLE no_such_schema.old RENAME TO t;
ALTER TYPE pair RENAME ATTRIBUTE old TO c;
ALTER DOMAIN d RENAME CONSTRAINT old TO c_new;
ALTER TABLE old RENAME TO "new table";
$$);

--
-- Both are there
--
SELECT number, status, reason, message FROM guarded.run($$
ALTER TABLE t RENAME TO other;
ALTER TABLE t RENAME TO v;
ALTER TABLE t RENAME COLUMN id TO col_new;
ALTER TABLE other RENAME CONSTRAINT c_other TO c_both;
ALTER INDEX i_new RENAME TO i_other;
ALTER INDEX i_new RENAME TO t;
ALTER VIEW v RENAME TO m;
ALTER SEQUENCE s RENAME TO t;
ALTER TYPE mood RENAME TO pair;
ALTER DOMAIN d RENAME TO mood;
ALTER TYPE pair RENAME ATTRIBUTE a TO b;
ALTER TYPE mood RENAME VALUE 'sad' TO 'ok';
ALTER SCHEMA test_equal_renames RENAME TO test_equal_elsewhere;
$$);

-- The typed functions.
SELECT o->>'status' AS status, o->>'reason' AS reason, o->>'message' AS message FROM (VALUES
    (guarded.rename_table('old', 't')),
    (guarded.rename_table('old', 'v')),
    (guarded.rename_column('t', 'old', 'col_new')),
    (guarded.rename_column('other', 'old', 'id')),
    (guarded.rename_index('old', 'i_new')),
    (guarded.rename_index('old', 't')),
    (guarded.rename_constraint('t', 'old', 'c_new')),
    (guarded.rename_constraint('t', 'old', 'c_other')),
    (guarded.alter_column('t', 'old', new_column_name => 'col_new'))) cases (o);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SELECT * FROM show.locks();
COMMIT;

--
-- Functions, procedures and aggregates
--
SELECT number, status, reason, message FROM guarded.run($$
ALTER FUNCTION old(int) RENAME TO f_new;
ALTER FUNCTION old(integer) RENAME TO "f_new";
ALTER PROCEDURE old(int) RENAME TO p_new;
ALTER AGGREGATE old(int) RENAME TO agg_new;
ALTER ROUTINE old(int) RENAME TO f_new;
-- As for PostgreSQL an aggregate is a function here.
ALTER FUNCTION old(int) RENAME TO agg_new;
-- Not the right one: of other arguments, of another kind.
ALTER FUNCTION old(bigint) RENAME TO f_new;
ALTER FUNCTION old(int) RENAME TO p_new;
ALTER PROCEDURE old(int) RENAME TO f_new;
ALTER FUNCTION old(int) RENAME TO new;
-- Both are there.
ALTER FUNCTION f_new(int) RENAME TO agg_new;
$$);
SELECT written() = :'before' AS unchanged;

\set VERBOSITY terse
DROP SCHEMA test_equal_renames, test_equal_elsewhere CASCADE;
DROP FOREIGN DATA WRAPPER regress_guarded_fdw CASCADE;
DROP ROLE regress_guarded_new;
