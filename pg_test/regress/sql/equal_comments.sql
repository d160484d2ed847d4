-- COMMENT: the text, of every kind of object.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_comments;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_comments;
CREATE ROLE regress_guarded_said;
CREATE TABLE t (id int CONSTRAINT positive CHECK (id > 0), name text);
CREATE TABLE "T" ("Id" int);
CREATE TABLE silent (id int);
CREATE TABLE test_equal_elsewhere.t (id int);
CREATE INDEX t_id ON t (id);
CREATE VIEW v AS SELECT id FROM t;
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
CREATE SEQUENCE s;
CREATE TYPE mood AS ENUM ('ok');
CREATE TYPE pair AS (a int, b int);
CREATE DOMAIN d AS int CONSTRAINT small CHECK (VALUE < 10);
CREATE FUNCTION f(a int, b text DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE PROCEDURE p(a int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tg();
CREATE POLICY pol ON t;
CREATE RULE r AS ON UPDATE TO t DO NOTHING;
CREATE STATISTICS st ON id, name FROM t;
CREATE OPERATOR @@@ (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
CREATE COLLATION c FROM "C";

SELECT count(*) AS "said" FROM guarded.run($$
COMMENT ON SCHEMA test_equal_comments IS 'said';
COMMENT ON TABLE t IS 'said';
COMMENT ON TABLE "T" IS 'it''s "said"';
COMMENT ON TABLE test_equal_elsewhere.t IS 'elsewhere';
COMMENT ON COLUMN t.id IS 'said';
COMMENT ON COLUMN "T"."Id" IS E'two\nlines';
COMMENT ON COLUMN v.id IS 'said';
COMMENT ON COLUMN pair.a IS 'said';
COMMENT ON CONSTRAINT positive ON t IS 'said';
COMMENT ON CONSTRAINT small ON DOMAIN d IS 'said';
COMMENT ON INDEX t_id IS 'said';
COMMENT ON VIEW v IS 'said';
COMMENT ON MATERIALIZED VIEW m IS 'said';
COMMENT ON SEQUENCE s IS 'said';
COMMENT ON TYPE mood IS 'said';
COMMENT ON TYPE pair IS 'said';
COMMENT ON DOMAIN d IS 'said';
COMMENT ON FUNCTION f(int, text) IS 'said';
COMMENT ON FUNCTION f(text) IS 'said of the other';
COMMENT ON PROCEDURE p(int) IS 'said';
COMMENT ON AGGREGATE total (int) IS 'said';
COMMENT ON TRIGGER tr ON t IS 'said';
COMMENT ON POLICY pol ON t IS 'said';
COMMENT ON RULE r ON t IS 'said';
COMMENT ON STATISTICS st IS 'said';
COMMENT ON OPERATOR @@@ (int, int) IS 'said';
COMMENT ON COLLATION c IS 'said';
COMMENT ON ROLE regress_guarded_said IS 'said';
COMMENT ON EXTENSION plpgsql IS 'said';
COMMENT ON LANGUAGE plpgsql IS 'said';
COMMENT ON ACCESS METHOD heap IS 'said';
COMMENT ON CAST (bigint AS int) IS 'said';
$$) WHERE status = 'applied';
CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, objoid FROM pg_description
        UNION ALL SELECT ctid, xmin, objoid FROM pg_shdescription) row $$;
SELECT written() AS before \gset

--
-- The same once more
--
BEGIN;
SELECT number, status, reason, object FROM guarded.run($$
COMMENT ON SCHEMA test_equal_comments IS 'said';
COMMENT ON TABLE t IS E'sa\x69d';
COMMENT ON TABLE test_equal_comments.T IS $x$said$x$;
COMMENT ON TABLE "T" IS 'it''s "said"';
COMMENT ON TABLE test_equal_elsewhere.t IS 'elsewhere';
COMMENT ON COLUMN t.id IS 'said';
COMMENT ON COLUMN test_equal_comments.t.id IS 'said';
COMMENT ON COLUMN "T"."Id" IS E'two\nlines';
COMMENT ON COLUMN v.id IS 'said';
COMMENT ON COLUMN pair.a IS 'said';
COMMENT ON CONSTRAINT positive ON t IS 'said';
COMMENT ON CONSTRAINT small ON DOMAIN d IS 'said';
COMMENT ON INDEX t_id IS 'said';
COMMENT ON VIEW v IS 'said';
COMMENT ON MATERIALIZED VIEW m IS 'said';
COMMENT ON SEQUENCE s IS 'said';
COMMENT ON TYPE mood IS 'said';
COMMENT ON TYPE pair IS 'said';
COMMENT ON DOMAIN d IS 'said';
COMMENT ON FUNCTION f(int, text) IS 'said';
COMMENT ON FUNCTION f(a integer, b pg_catalog.text) IS 'said';
COMMENT ON FUNCTION f(text) IS 'said of the other';
COMMENT ON PROCEDURE p(int4) IS 'said';
COMMENT ON ROUTINE p(int) IS 'said';
COMMENT ON AGGREGATE total (int) IS 'said';
COMMENT ON TRIGGER tr ON t IS 'said';
COMMENT ON POLICY pol ON t IS 'said';
COMMENT ON RULE r ON t IS 'said';
COMMENT ON STATISTICS st IS 'said';
COMMENT ON COLLATION c IS 'said';
COMMENT ON ROLE regress_guarded_said IS 'said';
COMMENT ON EXTENSION plpgsql IS 'said';
COMMENT ON LANGUAGE plpgsql IS 'said';
COMMENT ON ACCESS METHOD heap IS 'said';
-- None, and the empty text is none.
COMMENT ON TABLE silent IS NULL;
COMMENT ON TABLE silent IS '';
COMMENT ON COLUMN silent.id IS NULL;
COMMENT ON COLUMN t.name IS NULL;
$$) WHERE (status, reason) IS DISTINCT FROM ('skipped', 'no_change');
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SELECT * FROM show.locks();
COMMIT;
SELECT written() = :'before' AS unchanged;
-- Not looked at: they run once more.
SELECT number, status, reason, object FROM guarded.run($$
COMMENT ON OPERATOR @@@ (int, int) IS 'said';
COMMENT ON CAST (bigint AS int) IS 'said';
$$);
SELECT written() AS before \gset

--
-- Another text: it would run
--
SET guarded.dry_run = on;
SELECT number, status, reason, object FROM guarded.run($$
COMMENT ON TABLE t IS 'Said';
COMMENT ON TABLE t IS 'said ';
COMMENT ON TABLE t IS NULL;
COMMENT ON TABLE t IS '';
COMMENT ON TABLE silent IS 'said';
COMMENT ON TABLE test_equal_elsewhere.t IS 'said';
COMMENT ON COLUMN t.name IS 'said';
COMMENT ON COLUMN "T"."Id" IS 'two lines';
COMMENT ON FUNCTION f(text) IS 'said';
COMMENT ON FUNCTION f(int, text) IS 'said of the other';
COMMENT ON DOMAIN d IS 'other';
COMMENT ON CONSTRAINT small ON DOMAIN d IS 'other';
COMMENT ON TRIGGER tr ON t IS 'other';
COMMENT ON ROLE regress_guarded_said IS 'other';
COMMENT ON EXTENSION plpgsql IS 'other';
$$);
RESET guarded.dry_run;
-- Of what is not there, or of another kind.
SELECT number, status, reason, message FROM guarded.run($$
COMMENT ON TABLE v IS 'said';
COMMENT ON VIEW t IS 'said';
COMMENT ON MATERIALIZED VIEW v IS 'said';
COMMENT ON INDEX t IS 'said';
COMMENT ON SEQUENCE t IS 'said';
COMMENT ON DOMAIN mood IS 'said';
COMMENT ON TABLE no_such_table IS 'said';
COMMENT ON COLUMN t.no_such_column IS 'said';
COMMENT ON FUNCTION f(bigint) IS 'said';
COMMENT ON FUNCTION p(int) IS 'said';
COMMENT ON CONSTRAINT no_such_constraint ON t IS 'said';
COMMENT ON TRIGGER no_such_trigger ON t IS 'said';
$$);
-- The typed functions.
SELECT o->>'status' AS status, o->>'reason' AS reason FROM (VALUES
    (guarded.create_table_comment('t', 'said')),
    (guarded.create_table_comment('t', 'said', schema => 'test_equal_comments')),
    (guarded.drop_table_comment('silent')),
    (guarded.alter_column('t', 'id', comment => 'said')),
    (guarded.alter_column('t', 'name', drop_comment => true)),
    (guarded.add_column('t', 'id', 'int', comment => 'said'))) cases (o);
SELECT written() = :'before' AS unchanged;

COMMENT ON CAST (bigint AS int) IS NULL;
COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language';
COMMENT ON LANGUAGE plpgsql IS 'PL/pgSQL procedural language';
COMMENT ON ACCESS METHOD heap IS 'heap table access method';
\set VERBOSITY terse
DROP SCHEMA test_equal_comments, test_equal_elsewhere CASCADE;
DROP ROLE regress_guarded_said;
