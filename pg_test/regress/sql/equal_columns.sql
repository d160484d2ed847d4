-- ADD COLUMN of a column that exists: what makes it equal, and what different.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_columns;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_columns;

CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE test_equal_elsewhere.mood AS ENUM ('sad', 'ok');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE SEQUENCE numbers;
CREATE SEQUENCE others;
CREATE TABLE kinds (id int PRIMARY KEY);
CREATE TABLE test_equal_elsewhere.kinds (id int PRIMARY KEY);
CREATE TABLE t (
    id int PRIMARY KEY,
    i int,
    "Capital" int,
    f8 float8,
    v varchar(20),
    v_any varchar,
    one char,
    n numeric(10, 2),
    tz timestamptz,
    tz3 timestamptz(3),
    a int[],
    m mood,
    p positive,
    c text COLLATE "C",
    c_array text[] COLLATE "C",
    required int NOT NULL
);

BEGIN;
--
-- Type and modifier
--
-- Equal:
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE t ADD COLUMN i int;
ALTER TABLE t ADD COLUMN i integer;
ALTER TABLE t ADD COLUMN i INT4;
ALTER TABLE t ADD COLUMN I pg_catalog.int4;
ALTER TABLE t ADD COLUMN "i" "pg_catalog"."int4" NULL;
ALTER TABLE test_equal_columns.t ADD i int;
ALTER TABLE "t" ADD COLUMN IF NOT EXISTS i int;
ALTER TABLE t ADD COLUMN "Capital" int;
ALTER TABLE t ADD COLUMN f8 double precision;
ALTER TABLE t ADD COLUMN f8 float;
ALTER TABLE t ADD COLUMN f8 float(53);
ALTER TABLE t ADD COLUMN v character varying(20);
ALTER TABLE t ADD COLUMN v pg_catalog.varchar ( 20 );
ALTER TABLE t ADD COLUMN v_any character varying;
ALTER TABLE t ADD COLUMN one character(1);
ALTER TABLE t ADD COLUMN n decimal(10,2);
ALTER TABLE t ADD COLUMN tz timestamp with time zone;
ALTER TABLE t ADD COLUMN tz3 timestamp(3) with time zone;
ALTER TABLE t ADD COLUMN a integer[];
ALTER TABLE t ADD COLUMN a int ARRAY[4];
ALTER TABLE t ADD COLUMN a int[][];
ALTER TABLE t ADD COLUMN m "mood";
ALTER TABLE t ADD COLUMN m test_equal_columns.mood;
ALTER TABLE t ADD COLUMN p positive;
$$);
-- Different:
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE t ADD COLUMN i bigint;
ALTER TABLE t ADD COLUMN IF NOT EXISTS i bigint;
ALTER TABLE t ADD COLUMN i numeric;
ALTER TABLE t ADD COLUMN f8 real;
ALTER TABLE t ADD COLUMN f8 float(24);
ALTER TABLE t ADD COLUMN v varchar(30);
ALTER TABLE t ADD COLUMN v varchar;
ALTER TABLE t ADD COLUMN v text;
ALTER TABLE t ADD COLUMN v char(20);
ALTER TABLE t ADD COLUMN v_any text;
ALTER TABLE t ADD COLUMN v_any varchar(20);
ALTER TABLE t ADD COLUMN one "char";
ALTER TABLE t ADD COLUMN one bpchar;
ALTER TABLE t ADD COLUMN n numeric(10);
ALTER TABLE t ADD COLUMN n numeric;
ALTER TABLE t ADD COLUMN tz timestamp;
ALTER TABLE t ADD COLUMN tz timestamptz(3);
ALTER TABLE t ADD COLUMN tz3 timestamptz(6);
ALTER TABLE t ADD COLUMN a int;
ALTER TABLE t ADD COLUMN a bigint[];
ALTER TABLE t ADD COLUMN m text;
ALTER TABLE t ADD COLUMN m test_equal_elsewhere.mood;
ALTER TABLE t ADD COLUMN p int;
ALTER TABLE t ADD COLUMN i positive;
$$);
-- A column of another name is another column.
SET LOCAL guarded.dry_run = on;
SELECT number, status, reason FROM guarded.run('ALTER TABLE t ADD COLUMN "I" int; ALTER TABLE t ADD COLUMN capital int');
RESET guarded.dry_run;

--
-- Collation
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE t ADD COLUMN c text COLLATE "C";
ALTER TABLE t ADD COLUMN c text COLLATE pg_catalog."C";
ALTER TABLE t ADD COLUMN v_any varchar COLLATE "default";
ALTER TABLE t ADD COLUMN c_array text[] COLLATE "C";
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE t ADD COLUMN c text;
ALTER TABLE t ADD COLUMN c text COLLATE "POSIX";
ALTER TABLE t ADD COLUMN v_any varchar COLLATE "C";
ALTER TABLE t ADD COLUMN c_array text[];
$$);

--
-- NOT NULL; the type comes first, and then the default is not looked at
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE t ADD COLUMN required int NOT NULL;
ALTER TABLE t ADD COLUMN id int PRIMARY KEY;
ALTER TABLE t ADD COLUMN id int NOT NULL;
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE t ADD COLUMN required int;
ALTER TABLE t ADD COLUMN i int NOT NULL;
ALTER TABLE t ADD COLUMN i bigint NOT NULL DEFAULT 1;
ALTER TABLE t ADD COLUMN c text COLLATE "POSIX" NOT NULL DEFAULT 'c';
$$);
-- Nothing of this wrote anything or keeps a lock.
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SELECT * FROM show.locks();
COMMIT;

--
-- Defaults
--
CREATE TABLE d (
    zero int DEFAULT 0,
    minus int DEFAULT -1,
    plan varchar(20) DEFAULT 'free',
    word text DEFAULT 'free',
    cost numeric(10, 2) DEFAULT 0,
    tags text[] DEFAULT '{}',
    list int[] DEFAULT ARRAY[1, 2],
    doc jsonb DEFAULT '{"a": 1}',
    flag bool DEFAULT true,
    made timestamptz DEFAULT now(),
    stamp timestamptz DEFAULT CURRENT_TIMESTAMP,
    day date DEFAULT '2020-01-01',
    ratio float8 DEFAULT '0.1234567890123456'::float8,
    wait interval DEFAULT '-1 day 02:00',
    at timestamptz DEFAULT '2020-10-25 02:30+02',
    num int DEFAULT nextval('numbers'),
    small bool DEFAULT (3 BETWEEN 1 AND 5),
    member bool DEFAULT ('a'::varchar IN ('a', 'b')),
    m mood DEFAULT 'ok',
    nothing text DEFAULT NULL
);
BEGIN;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE d ADD COLUMN zero int DEFAULT 0;
ALTER TABLE d ADD COLUMN zero int DEFAULT ( (0) );
ALTER TABLE d ADD COLUMN zero int DEFAULT 0::int4;
ALTER TABLE d ADD COLUMN zero int DEFAULT CAST(0 AS integer);
ALTER TABLE d ADD COLUMN minus int DEFAULT - 1;
ALTER TABLE d ADD COLUMN minus int DEFAULT '-1'::integer;
ALTER TABLE d ADD COLUMN plan varchar(20) DEFAULT 'free';
ALTER TABLE d ADD COLUMN plan varchar(20) DEFAULT 'free'::varchar;
ALTER TABLE d ADD COLUMN plan varchar(20) DEFAULT 'free'::text;
ALTER TABLE d ADD COLUMN plan varchar(20) DEFAULT E'fr\x65e';
ALTER TABLE d ADD COLUMN word text DEFAULT $x$free$x$;
ALTER TABLE d ADD COLUMN cost decimal(10,2) DEFAULT 0;
ALTER TABLE d ADD COLUMN tags text[] DEFAULT '{}'::text[];
ALTER TABLE d ADD COLUMN list int[] DEFAULT ARRAY[1,2]::int[];
ALTER TABLE d ADD COLUMN doc jsonb DEFAULT '{"a":1}'::jsonb;
ALTER TABLE d ADD COLUMN flag bool DEFAULT TRUE;
ALTER TABLE d ADD COLUMN flag bool DEFAULT 'true';
ALTER TABLE d ADD COLUMN flag bool DEFAULT 't'::bool;
ALTER TABLE d ADD COLUMN made timestamptz DEFAULT pg_catalog.now();
ALTER TABLE d ADD COLUMN stamp timestamptz DEFAULT current_timestamp;
ALTER TABLE d ADD COLUMN day date DEFAULT DATE '2020-01-01';
ALTER TABLE d ADD COLUMN day date DEFAULT '2020-01-01'::date;
ALTER TABLE d ADD COLUMN num int DEFAULT nextval('numbers'::regclass);
ALTER TABLE d ADD COLUMN num int DEFAULT nextval('test_equal_columns.numbers');
ALTER TABLE d ADD COLUMN num int DEFAULT nextval('"numbers"');
ALTER TABLE d ADD COLUMN small bool DEFAULT (3 >= 1 AND 3 <= 5);
ALTER TABLE d ADD COLUMN member bool DEFAULT ('a'::varchar = ANY (ARRAY['a', 'b']));
ALTER TABLE d ADD COLUMN m mood DEFAULT 'ok'::test_equal_columns.mood;
ALTER TABLE d ADD COLUMN nothing text DEFAULT NULL;
ALTER TABLE d ADD COLUMN nothing text DEFAULT NULL::text;
ALTER TABLE d ADD COLUMN nothing text;
$$);
-- Different. 1 - 1 is not computed, CURRENT_TIMESTAMP is not now().
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE d ADD COLUMN zero int DEFAULT 1;
ALTER TABLE d ADD COLUMN zero int;
ALTER TABLE d ADD COLUMN zero int DEFAULT NULL;
ALTER TABLE d ADD COLUMN zero int DEFAULT 1 - 1;
ALTER TABLE d ADD COLUMN minus int DEFAULT 1;
ALTER TABLE d ADD COLUMN plan varchar(20) DEFAULT 'Free';
ALTER TABLE d ADD COLUMN plan varchar(20) DEFAULT ' free';
ALTER TABLE d ADD COLUMN cost numeric(10,2) DEFAULT 0.0;
ALTER TABLE d ADD COLUMN tags text[] DEFAULT '{a}';
ALTER TABLE d ADD COLUMN list int[] DEFAULT ARRAY[2, 1];
ALTER TABLE d ADD COLUMN doc jsonb DEFAULT '{}';
ALTER TABLE d ADD COLUMN flag bool DEFAULT false;
ALTER TABLE d ADD COLUMN made timestamptz DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE d ADD COLUMN stamp timestamptz DEFAULT CURRENT_TIMESTAMP(3);
ALTER TABLE d ADD COLUMN day date DEFAULT '2020-01-02';
ALTER TABLE d ADD COLUMN num int DEFAULT nextval('others');
ALTER TABLE d ADD COLUMN num int DEFAULT nextval('numbers'::text);
ALTER TABLE d ADD COLUMN num int DEFAULT currval('numbers');
ALTER TABLE d ADD COLUMN small bool DEFAULT (3 BETWEEN 1 AND 6);
ALTER TABLE d ADD COLUMN member bool DEFAULT ('a'::varchar IN ('b', 'a'));
ALTER TABLE d ADD COLUMN m mood DEFAULT 'sad';
ALTER TABLE d ADD COLUMN nothing text DEFAULT '';
$$);
-- The settings for showing values have no say in it.
SET LOCAL extra_float_digits = -10;
SET LOCAL DateStyle = 'German';
SET LOCAL IntervalStyle = 'sql_standard';
SET LOCAL TimeZone = 'Europe/Berlin';
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE d ADD COLUMN day date DEFAULT DATE '2020-01-01';
ALTER TABLE d ADD COLUMN ratio float8 DEFAULT '0.1234567890123456'::float8;
ALTER TABLE d ADD COLUMN wait interval DEFAULT '-1 day +2 hours';
ALTER TABLE d ADD COLUMN at timestamptz DEFAULT '2020-10-25 00:30+00';
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE d ADD COLUMN day date DEFAULT '2020-02-01';
ALTER TABLE d ADD COLUMN ratio float8 DEFAULT '0.1234567890123457'::float8;
ALTER TABLE d ADD COLUMN wait interval DEFAULT '-1 day -2 hours';
ALTER TABLE d ADD COLUMN at timestamptz DEFAULT '2020-10-25 02:30+01';
$$);
RESET extra_float_digits;
RESET DateStyle;
RESET IntervalStyle;
RESET TimeZone;
-- What the server refuses is not equal to anything.
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
ALTER TABLE d ADD COLUMN zero int DEFAULT 'zero';
ALTER TABLE d ADD COLUMN zero int DEFAULT no_such_function();
ALTER TABLE d ADD COLUMN zero int DEFAULT minus;
ALTER TABLE d ADD COLUMN m mood DEFAULT 'glad';
ALTER TABLE d ADD COLUMN word text COLLATE "no_such_collation" DEFAULT 'free';
ALTER TABLE d ADD COLUMN zero int COLLATE "C" DEFAULT 0;
ALTER TABLE d ADD COLUMN plan varchar(0) DEFAULT 'free';
$$);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SELECT * FROM show.locks();
COMMIT;

--
-- Generated columns
--
CREATE TABLE g (
    price numeric,
    quantity int,
    plan varchar(20),
    word text,
    total numeric GENERATED ALWAYS AS (price * quantity) STORED,
    known bool GENERATED ALWAYS AS (plan IN ('free', 'paid')) STORED,
    few bool GENERATED ALWAYS AS (quantity BETWEEN 1 AND 5) STORED,
    initial text GENERATED ALWAYS AS (upper(substr(word, 1, 1))) STORED,
    sized text GENERATED ALWAYS AS (CASE WHEN quantity > 9 THEN 'many' ELSE 'few' END) STORED,
    plain int DEFAULT 1
);
-- As a database restored from a dump has it: the text of the first one is analysed to another tree.
CREATE TABLE restored (
    plan varchar(20),
    known bool GENERATED ALWAYS AS (((plan)::text = ANY ((ARRAY['free'::character varying, 'paid'::character varying])::text[]))) STORED
);
SELECT attrelid::regclass AS "table", pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
WHERE attrelid IN ('g'::regclass, 'restored'::regclass) AND attname = 'known' ORDER BY 1;
BEGIN;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE g ADD COLUMN total numeric GENERATED ALWAYS AS (price * quantity) STORED;
ALTER TABLE g ADD COLUMN total numeric GENERATED ALWAYS AS ((price*(quantity))) STORED;
ALTER TABLE g ADD COLUMN total numeric GENERATED ALWAYS AS ("price" * quantity::numeric) STORED;
ALTER TABLE g ADD COLUMN known bool GENERATED ALWAYS AS (plan IN ('free', 'paid')) STORED;
ALTER TABLE g ADD COLUMN known bool GENERATED ALWAYS AS (plan = ANY (ARRAY['free', 'paid'])) STORED;
ALTER TABLE g ADD COLUMN known bool GENERATED ALWAYS AS (plan::text IN ('free'::varchar, 'paid'::varchar)) STORED;
ALTER TABLE restored ADD COLUMN known bool GENERATED ALWAYS AS (plan IN ('free', 'paid')) STORED;
ALTER TABLE g ADD COLUMN known bool GENERATED ALWAYS AS (((plan)::text = ANY ((ARRAY['free'::character varying, 'paid'::character varying])::text[]))) STORED;
ALTER TABLE g ADD COLUMN known bool GENERATED ALWAYS AS (((plan)::text = ANY (ARRAY[('free'::character varying)::text, ('paid'::character varying)::text]))) STORED;
ALTER TABLE g ADD COLUMN few bool GENERATED ALWAYS AS (quantity BETWEEN 1 AND 5) STORED;
ALTER TABLE g ADD COLUMN few bool GENERATED ALWAYS AS (quantity >= 1 AND quantity <= 5) STORED;
ALTER TABLE g ADD COLUMN initial text GENERATED ALWAYS AS (UPPER(pg_catalog.substr(word,1,1))) STORED;
ALTER TABLE g ADD COLUMN sized text GENERATED ALWAYS AS (CASE WHEN (quantity > 9) THEN 'many'::text ELSE 'few' END) STORED;
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE g ADD COLUMN total numeric GENERATED ALWAYS AS (price + quantity) STORED;
ALTER TABLE g ADD COLUMN total numeric GENERATED ALWAYS AS (quantity * price) STORED;
ALTER TABLE g ADD COLUMN total numeric;
ALTER TABLE g ADD COLUMN total numeric DEFAULT 0;
ALTER TABLE g ADD COLUMN plain int GENERATED ALWAYS AS (quantity) STORED;
ALTER TABLE g ADD COLUMN total int GENERATED ALWAYS AS (price * quantity) STORED;
ALTER TABLE g ADD COLUMN known bool GENERATED ALWAYS AS (plan IN ('free')) STORED;
ALTER TABLE g ADD COLUMN known bool GENERATED ALWAYS AS (plan NOT IN ('free', 'paid')) STORED;
ALTER TABLE restored ADD COLUMN known bool GENERATED ALWAYS AS (plan IN ('free', 'Paid')) STORED;
ALTER TABLE g ADD COLUMN few bool GENERATED ALWAYS AS (quantity BETWEEN 1 AND 6) STORED;
ALTER TABLE g ADD COLUMN few bool GENERATED ALWAYS AS (quantity > 1 AND quantity <= 5) STORED;
ALTER TABLE g ADD COLUMN sized text GENERATED ALWAYS AS (CASE WHEN quantity > 9 THEN 'many' END) STORED;
$$);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SELECT * FROM show.locks();
COMMIT;

--
-- Identity and serial
--
CREATE TABLE s (
    always int GENERATED ALWAYS AS IDENTITY,
    by_default bigint GENERATED BY DEFAULT AS IDENTITY,
    old serial,
    big bigserial,
    plain int NOT NULL DEFAULT 0
);
BEGIN;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE s ADD COLUMN always integer GENERATED ALWAYS AS IDENTITY;
ALTER TABLE s ADD COLUMN always integer NOT NULL GENERATED ALWAYS AS IDENTITY;
ALTER TABLE s ADD COLUMN by_default int8 GENERATED BY DEFAULT AS IDENTITY;
ALTER TABLE s ADD COLUMN old serial;
ALTER TABLE s ADD COLUMN old serial4 NOT NULL;
ALTER TABLE s ADD COLUMN old int NOT NULL DEFAULT nextval('s_old_seq');
ALTER TABLE s ADD COLUMN big bigserial;
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE s ADD COLUMN always int GENERATED BY DEFAULT AS IDENTITY;
ALTER TABLE s ADD COLUMN always int NOT NULL;
ALTER TABLE s ADD COLUMN always serial;
ALTER TABLE s ADD COLUMN by_default bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE s ADD COLUMN old int GENERATED ALWAYS AS IDENTITY;
ALTER TABLE s ADD COLUMN old bigserial;
ALTER TABLE s ADD COLUMN old int NOT NULL;
ALTER TABLE s ADD COLUMN old int NOT NULL DEFAULT nextval('s_big_seq');
ALTER TABLE s ADD COLUMN big serial;
ALTER TABLE s ADD COLUMN plain serial;
$$);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
COMMIT;

--
-- Constraints written with the column
--
CREATE TABLE k (
    id int PRIMARY KEY,
    mail text UNIQUE,
    age int CHECK (age BETWEEN 0 AND 150),
    plan varchar(20) CONSTRAINT known_plan CHECK (plan IN ('free', 'paid')),
    kind int REFERENCES kinds,
    far_kind int REFERENCES test_equal_elsewhere.kinds,
    strict_kind int REFERENCES kinds (id) ON DELETE CASCADE DEFERRABLE
);
BEGIN;
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
ALTER TABLE k ADD COLUMN id int PRIMARY KEY;
ALTER TABLE k ADD COLUMN id int CONSTRAINT k_pkey PRIMARY KEY;
ALTER TABLE k ADD COLUMN mail text UNIQUE;
ALTER TABLE k ADD COLUMN age int CHECK (age >= 0 AND (age <= 150));
ALTER TABLE k ADD COLUMN plan varchar(20) CONSTRAINT known_plan CHECK (plan = ANY (ARRAY['free', 'paid']));
ALTER TABLE k ADD COLUMN plan varchar(20) CONSTRAINT known_plan CHECK (plan IN ('free', 'paid'));
ALTER TABLE k ADD COLUMN plan varchar(20) CHECK ((plan)::text = ANY (ARRAY[('free'::character varying)::text, ('paid'::character varying)::text]));
ALTER TABLE k ADD COLUMN kind int REFERENCES kinds (id);
ALTER TABLE k ADD COLUMN kind int REFERENCES test_equal_columns.kinds (id) MATCH SIMPLE ON UPDATE NO ACTION;
ALTER TABLE k ADD COLUMN strict_kind int REFERENCES kinds ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE k ADD COLUMN far_kind int REFERENCES test_equal_elsewhere.kinds (id);
$$);
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
ALTER TABLE k ADD COLUMN mail text PRIMARY KEY;
ALTER TABLE k ADD COLUMN mail text UNIQUE DEFERRABLE;
ALTER TABLE k ADD COLUMN age int UNIQUE;
ALTER TABLE k ADD COLUMN age int CHECK (age BETWEEN 0 AND 120);
ALTER TABLE k ADD COLUMN plan varchar(20) CONSTRAINT known_plan CHECK (plan IN ('free'));
ALTER TABLE k ADD COLUMN plan varchar(20) CONSTRAINT known_plan CHECK (plan = ANY ('{free,paid}'::text[]));
ALTER TABLE k ADD COLUMN kind int REFERENCES kinds ON DELETE SET NULL;
ALTER TABLE k ADD COLUMN strict_kind int REFERENCES kinds ON DELETE CASCADE;
ALTER TABLE k ADD COLUMN kind int REFERENCES test_equal_elsewhere.kinds;
ALTER TABLE k ADD COLUMN far_kind int REFERENCES kinds;
ALTER TABLE k ADD COLUMN far_kind int CONSTRAINT k_far_kind_fkey REFERENCES kinds;
$$);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SELECT * FROM show.locks();
COMMIT;
-- A constraint that is not asked for does not matter.
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run('ALTER TABLE k ADD COLUMN age int; ALTER TABLE k ADD COLUMN kind int');

--
-- ALTER COLUMN: what is so already
--
BEGIN;
SELECT number, status, reason FROM guarded.run($$
ALTER TABLE t ALTER COLUMN i TYPE int4;
ALTER TABLE t ALTER COLUMN v SET DATA TYPE character varying (20);
ALTER TABLE t ALTER COLUMN c TYPE text COLLATE "C";
ALTER TABLE t ALTER COLUMN required SET NOT NULL;
ALTER TABLE t ALTER COLUMN i DROP NOT NULL;
ALTER TABLE d ALTER COLUMN zero SET DEFAULT (0);
ALTER TABLE d ALTER COLUMN plan SET DEFAULT 'free'::varchar;
ALTER TABLE d ALTER COLUMN small SET DEFAULT 3 >= 1 AND 3 <= 5;
ALTER TABLE d ALTER COLUMN num SET DEFAULT nextval('test_equal_columns.numbers'::regclass);
ALTER TABLE d ALTER COLUMN nothing DROP DEFAULT;
ALTER TABLE s ALTER COLUMN always ADD GENERATED ALWAYS AS IDENTITY;
$$);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SET LOCAL guarded.dry_run = on;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE t ALTER COLUMN i TYPE bigint;
ALTER TABLE t ALTER COLUMN i TYPE int USING -i;
ALTER TABLE t ALTER COLUMN v TYPE varchar(30);
ALTER TABLE t ALTER COLUMN c TYPE text;
ALTER TABLE t ALTER COLUMN i SET NOT NULL;
ALTER TABLE t ALTER COLUMN required DROP NOT NULL;
ALTER TABLE d ALTER COLUMN zero SET DEFAULT 1;
ALTER TABLE d ALTER COLUMN plan SET DEFAULT 'Free';
ALTER TABLE d ALTER COLUMN zero DROP DEFAULT;
ALTER TABLE s ALTER COLUMN always ADD GENERATED BY DEFAULT AS IDENTITY;
$$);
COMMIT;

--
-- The typed function
--
BEGIN;
SELECT o->>'status' AS status, o->>'reason' AS reason, o->'differences' AS differences FROM (VALUES
    (guarded.add_column('t', 'i', 'INTEGER')),
    (guarded.add_column('t', 'v', 'character varying(20)', schema => 'test_equal_columns')),
    (guarded.add_column('t', 'v', 'varchar(30)')),
    (guarded.add_column('t', 'c', 'text', collation => 'C')),
    (guarded.add_column('t', 'c', 'text')),
    (guarded.add_column('t', 'required', 'int', nullable => false)),
    (guarded.add_column('t', 'required', 'int')),
    (guarded.add_column('d', 'plan', 'varchar(20)', server_default => '''free''')),
    (guarded.add_column('d', 'plan', 'varchar(20)', server_default => '''Free''')),
    (guarded.add_column('g', 'few', 'bool', computed => 'quantity>=1 and quantity<=5')),
    (guarded.add_column('g', 'few', 'bool', computed => 'quantity>=1 and quantity<=6')),
    (guarded.add_column('s', 'always', 'int', identity => 'always')),
    (guarded.add_column('s', 'always', 'int', identity => 'by default'))) cases (o);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
COMMIT;

\set VERBOSITY terse
DROP SCHEMA test_equal_columns, test_equal_elsewhere CASCADE;
