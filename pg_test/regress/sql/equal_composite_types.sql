-- CREATE TYPE … AS (…) of one that exists.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_composite_types;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_composite_types, test_equal_elsewhere;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE test_equal_elsewhere.mood AS ENUM ('sad', 'ok');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE pair AS (a int, b text);
CREATE TYPE address AS (street varchar(50), "Zip Code" char(5), country text COLLATE "C", at timestamptz(3), price numeric(10, 2));
CREATE TYPE nested AS (p pair, list pair[], m mood, d positive);
CREATE TYPE nothing AS ();
CREATE TYPE grown AS (a int, gone int, b int);
ALTER TYPE grown DROP ATTRIBUTE gone, ADD ATTRIBUTE c int;
CREATE TYPE test_equal_elsewhere.far AS (a int);
CREATE TABLE things (a int, b text);
CREATE VIEW seen AS SELECT 1 AS a;
CREATE SEQUENCE numbers;
CREATE INDEX things_a ON things (a);
CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, oid FROM pg_type UNION ALL SELECT ctid, xmin, oid FROM pg_class
        UNION ALL SELECT ctid, xmin, attrelid FROM pg_attribute UNION ALL SELECT ctid, xmin, objid FROM pg_depend) row $$;
SELECT written() AS before \gset

BEGIN;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TYPE pair AS (a int, b text);
create type PAIR as ("a" integer,b pg_catalog.text);
CREATE TYPE test_equal_composite_types."pair" AS (a int4, b text COLLATE "default");
CREATE TYPE address AS (street character varying(50), "Zip Code" character(5), country text COLLATE "C", at timestamp(3) with time zone, price decimal(10,2));
CREATE TYPE address AS (street varchar(50), "Zip Code" bpchar(5), country text COLLATE pg_catalog."C", at timestamptz(3), price numeric(10,2));
CREATE TYPE nested AS (p pair, list pair[], m mood, d positive);
CREATE TYPE nested AS (p test_equal_composite_types.pair, list pair ARRAY, m test_equal_composite_types.mood, d "positive");
CREATE TYPE nothing AS ();
CREATE TYPE grown AS (a int, b int, c int);
CREATE TYPE test_equal_elsewhere.far AS (a int);
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TYPE pair AS (a bigint, b text);
CREATE TYPE pair AS (a int);
CREATE TYPE pair AS (a int, b text, c int);
CREATE TYPE pair AS (b text, a int);
CREATE TYPE pair AS (a int, "B" text);
CREATE TYPE pair AS (a int, b text COLLATE "C");
CREATE TYPE pair AS (a bigint, b varchar(10));
CREATE TYPE pair AS ();
CREATE TYPE address AS (street varchar(51), "Zip Code" char(5), country text COLLATE "C", at timestamptz(3), price numeric(10, 2));
CREATE TYPE address AS (street varchar, "Zip Code" char(5), country text COLLATE "C", at timestamptz(3), price numeric(10, 2));
CREATE TYPE address AS (street varchar(50), "Zip Code" char(5), country text, at timestamptz, price numeric(10, 3));
CREATE TYPE nested AS (p pair, list pair, m mood, d positive);
CREATE TYPE nested AS (p pair, list pair[], m test_equal_elsewhere.mood, d int);
CREATE TYPE nothing AS (a int);
CREATE TYPE grown AS (a int, gone int, b int);
CREATE TYPE grown AS (a int, c int, b int);
$$);
-- The name is that of something else.
SELECT number, status, reason, message FROM guarded.run($$
CREATE TYPE mood AS (a int);
CREATE TYPE positive AS (a int);
CREATE TYPE things AS (a int, b text);
CREATE TYPE seen AS (a int);
CREATE TYPE numbers AS (a int);
CREATE TYPE things_a AS (a int);
CREATE TYPE pair AS ENUM ('a');
CREATE DOMAIN pair AS int;
CREATE TABLE pair (a int, b text);
CREATE TYPE pair AS RANGE (SUBTYPE = int4);
$$);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SELECT * FROM show.locks();
COMMIT;
-- What the server refuses is not equal to anything.
SELECT number, status, reason, message, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TYPE pair AS (a no_such_type, b text);
CREATE TYPE pair AS (a int COLLATE "C", b text);
CREATE TYPE pair AS (a int, a text);
CREATE TYPE pair AS (a varchar(0), b text);
$$);
SELECT written() = :'before' AS unchanged;
-- Names that are free.
SET guarded.dry_run = on;
SELECT number, status, reason FROM guarded.run('CREATE TYPE far AS (a int); CREATE TYPE "Pair" AS (a int); CREATE TYPE _pair AS (a int)');
RESET guarded.dry_run;

\set VERBOSITY terse
DROP SCHEMA test_equal_composite_types, test_equal_elsewhere CASCADE;
