-- CREATE SEQUENCE of one that exists. What is not given has its default; OWNED BY and the value it has reached are apart.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_sequences;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_sequences, test_equal_elsewhere;

CREATE SEQUENCE plain;
CREATE SEQUENCE "Plain";
CREATE SEQUENCE small AS smallint;
CREATE SEQUENCE medium AS int START 10;
CREATE SEQUENCE down INCREMENT -1;
CREATE SEQUENCE small_down AS smallint INCREMENT BY -2;
CREATE SEQUENCE full_set AS int INCREMENT 5 MINVALUE 10 MAXVALUE 1000 START 20 CACHE 3 CYCLE;
CREATE SEQUENCE used;
SELECT nextval('used'), setval('used', 1000);
CREATE TABLE t (id int, other bigint, auto serial, always int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE "T" ("Id" int);
CREATE SEQUENCE owned OWNED BY t.id;
CREATE SEQUENCE owned_quoted OWNED BY "T"."Id";
CREATE UNLOGGED SEQUENCE passing;
CREATE TEMP SEQUENCE scratch;
CREATE SEQUENCE test_equal_elsewhere.far;
CREATE VIEW seen AS SELECT 1 AS one;
CREATE INDEX t_id ON t (id);
CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, seqrelid FROM pg_sequence
        UNION ALL SELECT ctid, xmin, oid FROM pg_class
        UNION ALL SELECT ctid, xmin, objid FROM pg_depend) row $$;
SELECT written() AS before \gset

--
-- Equal
--
BEGIN;
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE SEQUENCE plain;
CREATE SEQUENCE PLAIN AS bigint;
CREATE SEQUENCE IF NOT EXISTS test_equal_sequences.plain AS int8;
CREATE SEQUENCE "plain" AS pg_catalog.int8;
CREATE SEQUENCE plain INCREMENT 1 MINVALUE 1 MAXVALUE 9223372036854775807 START 1 CACHE 1 NO CYCLE;
CREATE SEQUENCE plain START WITH 1 INCREMENT BY +1 NO MINVALUE NO MAXVALUE CACHE 1;
CREATE SEQUENCE plain NO CYCLE NO MAXVALUE START 1;
CREATE SEQUENCE plain OWNED BY NONE;
CREATE SEQUENCE "Plain";
CREATE SEQUENCE small AS smallint;
CREATE SEQUENCE small AS int2 MAXVALUE 32767;
CREATE SEQUENCE medium AS integer START WITH 10;
CREATE SEQUENCE medium START 10 AS int4 NO MAXVALUE;
CREATE SEQUENCE medium START 10 AS int;
CREATE SEQUENCE down INCREMENT -1 START -1 MAXVALUE -1 MINVALUE -9223372036854775808;
CREATE SEQUENCE down INCREMENT BY - 1;
CREATE SEQUENCE small_down AS smallint INCREMENT -2 MINVALUE -32768;
CREATE SEQUENCE full_set AS int INCREMENT 5 MINVALUE 10 MAXVALUE 1000 START 20 CACHE 3 CYCLE;
CREATE SEQUENCE full_set CYCLE CACHE 3 START 20 MAXVALUE 1000 MINVALUE 10 INCREMENT 5 AS integer;
CREATE SEQUENCE used;
CREATE SEQUENCE test_equal_elsewhere.far;
$$);

--
-- Different
--
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE SEQUENCE plain AS int;
CREATE SEQUENCE IF NOT EXISTS plain AS int;
CREATE SEQUENCE plain AS smallint MAXVALUE 100;
CREATE SEQUENCE plain START 2;
CREATE SEQUENCE plain INCREMENT 2;
CREATE SEQUENCE plain INCREMENT -1;
CREATE SEQUENCE plain MINVALUE 0;
CREATE SEQUENCE plain MINVALUE 0 START 1;
CREATE SEQUENCE plain MAXVALUE 100;
CREATE SEQUENCE plain CACHE 10;
CREATE SEQUENCE plain CYCLE;
CREATE SEQUENCE small;
CREATE SEQUENCE small AS smallint MAXVALUE 32766;
CREATE SEQUENCE medium AS int;
CREATE SEQUENCE down;
CREATE SEQUENCE small_down AS smallint INCREMENT -1;
CREATE SEQUENCE full_set;
CREATE SEQUENCE full_set AS int INCREMENT 5 MINVALUE 10 MAXVALUE 1000 START 20 CACHE 3;
CREATE SEQUENCE full_set AS int INCREMENT 5 MINVALUE 10 MAXVALUE 1000 CACHE 3 CYCLE;
CREATE SEQUENCE used START 1000;
$$);

--
-- What the server refuses is not equal to anything.
--
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE SEQUENCE plain AS "bigint";
CREATE SEQUENCE plain AS no_such_type;
CREATE SEQUENCE plain AS no_such_schema.int8;
CREATE SEQUENCE plain AS text;
CREATE SEQUENCE plain INCREMENT 0;
CREATE SEQUENCE plain MINVALUE 10 MAXVALUE 1;
CREATE SEQUENCE plain MAXVALUE 9223372036854775808;
CREATE SEQUENCE plain START 1.5;
$$);

--
-- OWNED BY: compared if it is given, as ALTER SEQUENCE and pg_dump give it afterwards
--
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE SEQUENCE owned;
CREATE SEQUENCE owned OWNED BY t.id;
CREATE SEQUENCE owned OWNED BY test_equal_sequences.t.id;
CREATE SEQUENCE owned OWNED BY T."id";
CREATE SEQUENCE owned_quoted OWNED BY "T"."Id";
CREATE SEQUENCE t_auto_seq AS int;
CREATE SEQUENCE t_auto_seq AS int OWNED BY t.auto;
$$);
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE SEQUENCE owned OWNED BY t.other;
CREATE SEQUENCE owned OWNED BY "T"."Id";
CREATE SEQUENCE owned OWNED BY NONE;
CREATE SEQUENCE plain OWNED BY t.id;
CREATE SEQUENCE owned START 5 OWNED BY t.other;
CREATE SEQUENCE t_always_seq AS int OWNED BY t.id;
CREATE SEQUENCE owned OWNED BY t.no_such_column;
CREATE SEQUENCE owned OWNED BY no_such_table.id;
$$);

--
-- UNLOGGED
--
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE UNLOGGED SEQUENCE passing;
CREATE UNLOGGED SEQUENCE passing START 1;
CREATE SEQUENCE passing;
CREATE UNLOGGED SEQUENCE plain;
CREATE UNLOGGED SEQUENCE plain START 2;
$$);

--
-- TEMP is another schema
--
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TEMP SEQUENCE scratch;
CREATE TEMPORARY SEQUENCE scratch AS bigint;
CREATE SEQUENCE pg_temp.scratch;
CREATE TEMP SEQUENCE scratch START 2;
$$);

--
-- The name is that of something else
--
SELECT number, status, reason, message FROM guarded.run($$
CREATE SEQUENCE t;
CREATE SEQUENCE IF NOT EXISTS seen;
CREATE SEQUENCE t_id;
$$);

-- The typed function.
SELECT o->>'status' AS status, o->>'reason' AS reason, o->'differences' AS differences FROM (VALUES
    (guarded.create_sequence('plain')),
    (guarded.create_sequence('plain', type => 'int8', increment => 1, schema => 'test_equal_sequences')),
    (guarded.create_sequence('full_set', 'int4', 5, 10, 1000, 20, 3, true)),
    (guarded.create_sequence('full_set', 'int4', 5, 10, 1000, 20, 3, false)),
    (guarded.create_sequence('plain', start => 2)),
    (guarded.create_sequence('t'))) cases (o);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SELECT * FROM show.locks();
SET LOCAL guarded.dry_run = on;
-- Names that are free.
SELECT number, status, reason FROM guarded.run('CREATE SEQUENCE far; CREATE TEMP SEQUENCE plain; CREATE SEQUENCE scratch; CREATE SEQUENCE "PLAIN"');
COMMIT;
SELECT written() = :'before' AS unchanged;
SELECT last_value FROM used;

\set VERBOSITY terse
DROP SCHEMA test_equal_sequences, test_equal_elsewhere CASCADE;
DROP SEQUENCE scratch;
