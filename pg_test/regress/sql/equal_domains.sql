-- CREATE DOMAIN of one that exists.
\pset format unaligned
SET client_min_messages = error;
CREATE SCHEMA test_equal_domains;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_domains, test_equal_elsewhere;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE FUNCTION is_fine(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
CREATE DOMAIN plain AS int;
CREATE DOMAIN short AS varchar(10);
CREATE DOMAIN exact AS numeric(10, 2);
CREATE DOMAIN collated AS text COLLATE "C";
CREATE DOMAIN with_default AS int DEFAULT 1 + 1;
CREATE DOMAIN text_default AS varchar(10) DEFAULT 'free';
CREATE DOMAIN required AS int NOT NULL;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN named AS int CONSTRAINT big CHECK (VALUE > 0) CONSTRAINT small CHECK (VALUE < 100);
CREATE DOMAIN ranged AS int CHECK (VALUE BETWEEN 1 AND 10);
CREATE DOMAIN known AS varchar(10) CHECK (VALUE IN ('free', 'paid'));
CREATE DOMAIN called AS int CHECK (is_fine(VALUE));
CREATE DOMAIN of_domain AS positive;
CREATE DOMAIN array_of AS int[];
CREATE DOMAIN moody AS mood DEFAULT 'ok';
CREATE DOMAIN everything AS varchar(10) COLLATE "C" DEFAULT 'a' CONSTRAINT one NOT NULL CONSTRAINT two CHECK (VALUE <> '');
CREATE DOMAIN "Quoted Domain" AS int;
CREATE DOMAIN test_equal_elsewhere.far AS int;
-- As a database restored from a dump has it.
CREATE DOMAIN restored AS varchar(10) CHECK (((VALUE)::text = ANY ((ARRAY['free'::character varying, 'paid'::character varying])::text[])));
CREATE DOMAIN not_valid AS int CHECK (VALUE > 0);
ALTER DOMAIN not_valid ADD CONSTRAINT below CHECK (VALUE < 10) NOT VALID;
CREATE TABLE things (id int);
CREATE TYPE pair AS (a int, b int);
CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, oid FROM pg_type UNION ALL SELECT ctid, xmin, oid FROM pg_constraint
        UNION ALL SELECT ctid, xmin, objid FROM pg_depend) row $$;
SELECT written() AS before \gset

BEGIN;
--
-- Type, modifier, collation
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE DOMAIN plain AS int;
create domain PLAIN integer;
CREATE DOMAIN "plain" AS pg_catalog.int4 NULL;
CREATE DOMAIN test_equal_domains.plain AS int4 DEFAULT NULL;
CREATE DOMAIN short AS character varying(10);
CREATE DOMAIN exact AS decimal(10,2);
CREATE DOMAIN collated AS text COLLATE "C";
CREATE DOMAIN collated AS text COLLATE pg_catalog."C";
CREATE DOMAIN short AS varchar(10) COLLATE "default";
CREATE DOMAIN of_domain AS test_equal_domains.positive;
CREATE DOMAIN array_of AS integer ARRAY;
CREATE DOMAIN "Quoted Domain" AS int;
CREATE DOMAIN test_equal_elsewhere.far AS int;
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE DOMAIN plain AS bigint;
CREATE DOMAIN short AS varchar(11);
CREATE DOMAIN short AS varchar;
CREATE DOMAIN short AS text;
CREATE DOMAIN exact AS numeric(10,3);
CREATE DOMAIN collated AS text;
CREATE DOMAIN collated AS text COLLATE "POSIX";
CREATE DOMAIN short AS varchar(10) COLLATE "C";
CREATE DOMAIN of_domain AS int;
CREATE DOMAIN plain AS positive;
CREATE DOMAIN array_of AS int;
CREATE DOMAIN array_of AS bigint[];
$$);

--
-- Default, NOT NULL
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE DOMAIN with_default AS int DEFAULT 1 + 1;
CREATE DOMAIN with_default AS int DEFAULT (1+1);
CREATE DOMAIN text_default AS varchar(10) DEFAULT 'free'::varchar;
CREATE DOMAIN text_default AS varchar(10) DEFAULT E'fr\x65e';
CREATE DOMAIN moody AS mood DEFAULT 'ok'::test_equal_domains.mood;
CREATE DOMAIN required AS int NOT NULL;
CREATE DOMAIN required AS int CONSTRAINT whatever NOT NULL;
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE DOMAIN with_default AS int;
CREATE DOMAIN with_default AS int DEFAULT 2;
CREATE DOMAIN plain AS int DEFAULT 0;
CREATE DOMAIN text_default AS varchar(10) DEFAULT 'Free';
CREATE DOMAIN moody AS mood DEFAULT 'sad';
CREATE DOMAIN required AS int;
CREATE DOMAIN required AS int NULL;
CREATE DOMAIN plain AS int NOT NULL;
CREATE DOMAIN plain AS int NOT NULL DEFAULT 0;
$$);

--
-- CHECK, with a name and without
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN positive AS int CHECK (((value)>(0)));
CREATE DOMAIN positive AS int CONSTRAINT positive_check CHECK (VALUE > 0);
CREATE DOMAIN named AS int CONSTRAINT big CHECK (VALUE > 0) CONSTRAINT small CHECK (VALUE < 100);
CREATE DOMAIN named AS int CONSTRAINT small CHECK (VALUE < 100) CONSTRAINT big CHECK (VALUE > 0);
CREATE DOMAIN named AS int CHECK (VALUE < 100) CHECK (VALUE > 0);
CREATE DOMAIN ranged AS int CHECK (VALUE BETWEEN 1 AND 10);
CREATE DOMAIN ranged AS int CHECK (VALUE >= 1 AND VALUE <= 10);
CREATE DOMAIN known AS varchar(10) CHECK (VALUE IN ('free', 'paid'));
CREATE DOMAIN known AS varchar(10) CHECK (VALUE = ANY (ARRAY['free', 'paid']));
CREATE DOMAIN known AS varchar(10) CHECK (((VALUE)::text = ANY (ARRAY[('free'::character varying)::text, ('paid'::character varying)::text])));
CREATE DOMAIN restored AS varchar(10) CHECK (VALUE IN ('free', 'paid'));
CREATE DOMAIN called AS int CHECK (test_equal_domains.is_fine(VALUE));
CREATE DOMAIN everything AS character varying(10) COLLATE "C" NOT NULL CONSTRAINT two CHECK (VALUE <> ''::text) DEFAULT 'a'::varchar;
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE DOMAIN positive AS int;
CREATE DOMAIN plain AS int CHECK (VALUE > 0);
CREATE DOMAIN positive AS int CHECK (VALUE >= 0);
CREATE DOMAIN positive AS int CHECK (VALUE > 0) CHECK (VALUE < 10);
CREATE DOMAIN positive AS int CONSTRAINT other_name CHECK (VALUE > 0);
CREATE DOMAIN named AS int CONSTRAINT big CHECK (VALUE > 0);
CREATE DOMAIN named AS int CONSTRAINT big CHECK (VALUE > 1) CONSTRAINT small CHECK (VALUE < 100);
CREATE DOMAIN named AS int CONSTRAINT small CHECK (VALUE > 0) CONSTRAINT big CHECK (VALUE < 100);
CREATE DOMAIN ranged AS int CHECK (VALUE BETWEEN 1 AND 11);
CREATE DOMAIN known AS varchar(10) CHECK (VALUE IN ('free'));
CREATE DOMAIN restored AS varchar(10) CHECK (VALUE IN ('free', 'Paid'));
CREATE DOMAIN called AS int CHECK (NOT is_fine(VALUE));
CREATE DOMAIN everything AS varchar(10) COLLATE "C" DEFAULT 'a' CONSTRAINT one NOT NULL;
$$);
-- One that is not yet valid is none that is asked for.
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE DOMAIN not_valid AS int CHECK (VALUE > 0) CONSTRAINT below CHECK (VALUE < 10);
CREATE DOMAIN not_valid AS int CHECK (VALUE > 0);
$$);

--
-- The name is that of something else
--
SELECT number, status, reason, message FROM guarded.run($$
CREATE DOMAIN mood AS text;
CREATE DOMAIN pair AS text;
CREATE DOMAIN things AS text;
CREATE TYPE plain AS (a int);
CREATE TYPE plain AS ENUM ('a');
$$);
SELECT * FROM show.locks();
COMMIT;
-- What the server refuses is not equal to anything.
SELECT number, status, reason, message, outcome->>'detail' AS detail FROM guarded.run($$
CREATE DOMAIN plain AS no_such_type;
CREATE DOMAIN plain AS int COLLATE "C";
CREATE DOMAIN plain AS int DEFAULT 'zero';
CREATE DOMAIN plain AS int DEFAULT no_such_function();
CREATE DOMAIN positive AS int CHECK (no_such_column > 0);
CREATE DOMAIN positive AS int CHECK (VALUE);
CREATE DOMAIN plain AS int NULL NOT NULL;
CREATE DOMAIN short AS varchar(0);
$$);
SELECT written() = :'before' AS unchanged;
-- Names that are free.
SET guarded.dry_run = on;
SELECT number, status, reason FROM guarded.run('CREATE DOMAIN far AS int; CREATE DOMAIN "Plain" AS int; CREATE DOMAIN _plain AS int');
RESET guarded.dry_run;

\set VERBOSITY terse
DROP SCHEMA test_equal_domains, test_equal_elsewhere CASCADE;
