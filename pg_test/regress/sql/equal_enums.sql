-- CREATE TYPE … AS ENUM over a type of that name; ADD VALUE and RENAME VALUE.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_enums;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_enums, test_equal_elsewhere;

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE "Mood" AS ENUM ('sad');
CREATE TYPE single AS ENUM ('only');
CREATE TYPE nothing AS ENUM ();
CREATE TYPE odd AS ENUM ('it''s', 'a, b', '"quoted"', 'back\slash', 'größe', 'Ok', 'ok', ' ok');
-- Grown: the order of the labels is not that of their OIDs.
CREATE TYPE grown AS ENUM ('b', 'd');
ALTER TYPE grown ADD VALUE 'a' BEFORE 'b';
ALTER TYPE grown ADD VALUE 'c' AFTER 'b';
CREATE TYPE test_equal_elsewhere.far AS ENUM ('a');
CREATE TABLE things (m mood);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE pair AS (a int, b int);
CREATE TYPE span AS RANGE (SUBTYPE = int4);
CREATE TYPE shell;
CREATE VIEW seen AS SELECT 1 AS one;
CREATE SEQUENCE numbers;
CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, enumlabel, enumsortorder FROM pg_enum
        UNION ALL SELECT ctid, xmin, typname, 0 FROM pg_type) row $$;
SELECT written() AS before \gset

--
-- Equal
--
BEGIN;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
create type MOOD as enum('sad','ok','happy');
CREATE TYPE "mood" AS ENUM (E'sad', $x$ok$x$, U&'h\0061ppy');
CREATE TYPE test_equal_enums.mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE "Mood" AS ENUM ('sad');
CREATE TYPE single AS ENUM ('only');
CREATE TYPE nothing AS ENUM ();
CREATE TYPE odd AS ENUM ('it''s', 'a, b', '"quoted"', E'back\\slash', 'größe', 'Ok', 'ok', ' ok');
CREATE TYPE grown AS ENUM ('a', 'b', 'c', 'd');
CREATE TYPE test_equal_elsewhere.far AS ENUM ('a');
$$);

--
-- Different
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy', 'great');
CREATE TYPE mood AS ENUM ('happy', 'ok', 'sad');
CREATE TYPE mood AS ENUM ('sad', 'ok', 'Happy');
CREATE TYPE mood AS ENUM ();
CREATE TYPE single AS ENUM ('only', 'other');
CREATE TYPE single AS ENUM ('only ');
CREATE TYPE nothing AS ENUM ('something');
CREATE TYPE odd AS ENUM ('it''s', 'a', 'b', '"quoted"', 'back\slash', 'größe', 'Ok', 'ok', ' ok');
CREATE TYPE odd AS ENUM ('it''s', 'a, b', 'quoted', 'back\slash', 'größe', 'Ok', 'ok', ' ok');
CREATE TYPE grown AS ENUM ('b', 'd', 'a', 'c');
$$);

--
-- The name is that of something else
--
SELECT number, status, reason, message FROM guarded.run($$
CREATE TYPE positive AS ENUM ('a');
CREATE TYPE pair AS ENUM ('a');
CREATE TYPE span AS ENUM ('a');
CREATE TYPE things AS ENUM ('a');
CREATE TYPE seen AS ENUM ('a');
CREATE DOMAIN mood AS text;
CREATE TYPE mood AS (a int);
CREATE TYPE mood AS RANGE (SUBTYPE = int4);
$$);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SET LOCAL guarded.dry_run = on;
-- Not taken: the type elsewhere is not in the way, though search_path finds it; sequences have no type; a shell type is filled in.
SELECT number, status, reason FROM guarded.run($$
CREATE TYPE far AS ENUM ('a');
CREATE TYPE numbers AS ENUM ('a');
CREATE TYPE "MOOD" AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE test_equal_elsewhere.mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE _mood AS ENUM ('sad');
CREATE TYPE shell AS ENUM ('a');
CREATE TYPE no_such_schema.mood AS ENUM ('sad', 'ok', 'happy');
$$);
COMMIT;
-- The typed function.
SELECT o->>'status' AS status, o->>'reason' AS reason, o->'differences' AS differences FROM (VALUES
    (guarded.create_enum('mood', '{sad,ok,happy}')),
    (guarded.create_enum('mood', '{sad,ok,happy}', schema => 'test_equal_enums')),
    (guarded.create_enum('odd', ARRAY['it''s', 'a, b', '"quoted"', 'back\slash', 'größe', 'Ok', 'ok', ' ok'])),
    (guarded.create_enum('mood', '{sad,ok}')),
    (guarded.create_enum('mood', '{sad,happy,ok}')),
    (guarded.create_enum('positive', '{a}'))) cases (o);

--
-- ADD VALUE: a label that is there is there, wherever; IF NOT EXISTS makes no difference
--
BEGIN;
SELECT number, status, reason, message FROM guarded.run($$
ALTER TYPE mood ADD VALUE 'ok';
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok' BEFORE 'sad';
ALTER TYPE test_equal_enums.mood ADD VALUE 'happy' AFTER 'sad';
ALTER TYPE far ADD VALUE 'a';
ALTER TYPE positive ADD VALUE IF NOT EXISTS 'a';
ALTER TYPE pair ADD VALUE 'a';
ALTER TYPE things ADD VALUE 'a';
ALTER TYPE no_such_type ADD VALUE IF NOT EXISTS 'a';
$$);
SET LOCAL guarded.dry_run = on;
SELECT number, status, reason FROM guarded.run($$
ALTER TYPE mood ADD VALUE 'OK';
ALTER TYPE mood ADD VALUE 'ok ';
ALTER TYPE "Mood" ADD VALUE 'ok';
$$);
RESET guarded.dry_run;

--
-- RENAME VALUE
--
SELECT number, status, reason, message FROM guarded.run($$
ALTER TYPE mood RENAME VALUE 'content' TO 'ok';
ALTER TYPE mood RENAME VALUE 'sad' TO 'ok';
ALTER TYPE mood RENAME VALUE 'content' TO 'glad';
ALTER TYPE positive RENAME VALUE 'a' TO 'b';
$$);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
COMMIT;
SELECT written() = :'before' AS unchanged;

\set VERBOSITY terse
DROP SCHEMA test_equal_enums, test_equal_elsewhere CASCADE;
