-- CREATE FUNCTION and CREATE PROCEDURE of one that exists. Those of other argument types are other functions.
\pset format unaligned
SET client_min_messages = error;
CREATE SCHEMA test_equal_functions;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_functions, test_equal_elsewhere;
CREATE TABLE users (id int, name text, age int);
CREATE TYPE pair AS (a int, b text);
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 + $2';
CREATE FUNCTION named(a int, b text DEFAULT 'x', c varchar(10) DEFAULT NULL) RETURNS text LANGUAGE sql AS 'SELECT b';
CREATE FUNCTION modes(IN a int, OUT b int, INOUT c text) LANGUAGE sql AS 'SELECT 1, $2';
CREATE FUNCTION many(VARIADIC list int[]) RETURNS bigint LANGUAGE sql AS 'SELECT sum(x) FROM unnest(list) x';
CREATE FUNCTION rows_of(at_least int) RETURNS TABLE (id int, name text) LANGUAGE sql STABLE ROWS 10 AS 'SELECT id, name FROM users WHERE age >= at_least';
CREATE FUNCTION set_of() RETURNS SETOF users LANGUAGE sql AS 'SELECT * FROM users';
CREATE FUNCTION loop_over(n int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    -- a comment
    RETURN n + 1;
END $$;
CREATE FUNCTION attributes(int) RETURNS int LANGUAGE sql IMMUTABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 5 SET search_path = pg_catalog, test_equal_functions SET work_mem = '5MB' AS 'SELECT $1';
CREATE FUNCTION configured() RETURNS int LANGUAGE sql SET app.one = 'a, app.two=b' AS 'SELECT 1';
CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION poly(anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION builtin(text) RETURNS text LANGUAGE internal STRICT AS 'upper';
CREATE FUNCTION of_pair(p pair) RETURNS pair LANGUAGE sql AS 'SELECT p';
CREATE FUNCTION defaults(a int DEFAULT 1 + 1, b int[] DEFAULT ARRAY[1, 2], c bool DEFAULT ('x' IN ('x', 'y')), d timestamptz DEFAULT now()) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION returns_expression(a int, b int) RETURNS int LANGUAGE sql RETURN a + b;
CREATE FUNCTION atomic(a int) RETURNS TABLE (id int) LANGUAGE sql BEGIN ATOMIC SELECT u.id FROM users u WHERE u.age > a AND u.name IN ('x', 'y'); END;
CREATE FUNCTION typed(a users.name%TYPE) RETURNS users.age%TYPE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION writes() RETURNS void BEGIN ATOMIC INSERT INTO users VALUES (1); END;
CREATE PROCEDURE does(a int, INOUT b text DEFAULT 'x') LANGUAGE plpgsql AS 'BEGIN b := a::text; END';
CREATE PROCEDURE does_sql(a int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);
CREATE FUNCTION test_equal_elsewhere.far() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, oid FROM pg_proc UNION ALL SELECT ctid, xmin, oid FROM pg_class
        UNION ALL SELECT ctid, xmin, objid FROM pg_depend UNION ALL SELECT ctid, xmin, objid FROM pg_shdepend) row $$;
SELECT written() AS before \gset

BEGIN;
--
-- Arguments, defaults, result
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 + $2';
create function test_equal_functions.ADDS ( int4,pg_catalog.int4 ) returns integer as $x$SELECT $1 + $2$x$ language "sql";
CREATE FUNCTION adds(IN int, IN int) RETURNS int AS 'SELECT $1 + $2' LANGUAGE SQL VOLATILE CALLED ON NULL INPUT SECURITY INVOKER NOT LEAKPROOF PARALLEL UNSAFE COST 100;
CREATE FUNCTION named(a int, b text DEFAULT 'x', c varchar(10) DEFAULT NULL) RETURNS text LANGUAGE sql AS 'SELECT b';
CREATE FUNCTION named("a" integer, b text = 'x'::text, c varchar = NULL::varchar) RETURNS text LANGUAGE sql AS 'SELECT b';
CREATE FUNCTION modes(IN a int, OUT b int, INOUT c text) LANGUAGE sql AS 'SELECT 1, $2';
CREATE FUNCTION modes(a int4, OUT b integer, INOUT c text) RETURNS record LANGUAGE sql AS 'SELECT 1, $2';
CREATE FUNCTION modes(a IN int, b OUT int, c INOUT text) LANGUAGE sql AS 'SELECT 1, $2';
CREATE FUNCTION many(VARIADIC list integer[]) RETURNS int8 LANGUAGE sql AS 'SELECT sum(x) FROM unnest(list) x';
CREATE FUNCTION rows_of(at_least int) RETURNS TABLE (id int, name text) LANGUAGE sql STABLE ROWS 10 AS 'SELECT id, name FROM users WHERE age >= at_least';
CREATE FUNCTION set_of() RETURNS SETOF test_equal_functions.users LANGUAGE sql ROWS 1000 AS 'SELECT * FROM users';
CREATE FUNCTION tg() RETURNS pg_catalog.trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION poly(anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION of_pair(p test_equal_functions.pair) RETURNS "pair" LANGUAGE sql AS 'SELECT p';
CREATE FUNCTION defaults(a int DEFAULT (1+1), b int[] DEFAULT ARRAY[1,2]::int[], c bool DEFAULT ('x' = ANY (ARRAY['x', 'y'])), d timestamptz DEFAULT pg_catalog.now()) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION test_equal_elsewhere.far() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION typed(a users.name%TYPE) RETURNS users.age%TYPE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION typed(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE FUNCTION adds(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS bigint LANGUAGE sql AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS SETOF int LANGUAGE sql AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, INOUT int) LANGUAGE sql AS 'SELECT $1 + $2';
CREATE FUNCTION named(a int, b text DEFAULT 'y', c varchar(10) DEFAULT NULL) RETURNS text LANGUAGE sql AS 'SELECT b';
CREATE FUNCTION named(a int, b text, c varchar(10) DEFAULT NULL) RETURNS text LANGUAGE sql AS 'SELECT b';
CREATE FUNCTION named(a int DEFAULT 0, b text DEFAULT 'x', c varchar(10) DEFAULT NULL) RETURNS text LANGUAGE sql AS 'SELECT b';
CREATE FUNCTION named(a int, "B" text DEFAULT 'x', c varchar(10) DEFAULT NULL) RETURNS text LANGUAGE sql AS 'SELECT "B"';
CREATE FUNCTION modes(a int, OUT b int, c text) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION modes(a int, OUT b int, INOUT c text, OUT d int) LANGUAGE sql AS 'SELECT 1, $2, 1';
CREATE FUNCTION modes(a int, OUT b bigint, INOUT c text) LANGUAGE sql AS 'SELECT 1::bigint, $2';
CREATE FUNCTION many(list int[]) RETURNS bigint LANGUAGE sql AS 'SELECT sum(x) FROM unnest(list) x';
CREATE FUNCTION rows_of(at_least int) RETURNS TABLE (id int, full_name text) LANGUAGE sql STABLE ROWS 10 AS 'SELECT id, name FROM users WHERE age >= at_least';
CREATE FUNCTION rows_of(at_least int) RETURNS SETOF users LANGUAGE sql STABLE ROWS 10 AS 'SELECT * FROM users WHERE age >= at_least';
CREATE FUNCTION set_of() RETURNS users LANGUAGE sql AS 'SELECT * FROM users';
CREATE FUNCTION defaults(a int DEFAULT 2, b int[] DEFAULT ARRAY[1, 2], c bool DEFAULT ('x' IN ('x', 'y')), d timestamptz DEFAULT now()) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION defaults(a int DEFAULT 1 + 1, b int[] DEFAULT ARRAY[2, 1], c bool DEFAULT ('x' IN ('x', 'y')), d timestamptz DEFAULT current_timestamp) RETURNS int LANGUAGE sql AS 'SELECT 1';
$$);

--
-- Language and body. A body that is a text is compared as it stands, blanks and comments with it.
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE FUNCTION loop_over(n int) RETURNS int LANGUAGE plpgsql AS $x$
BEGIN
    -- a comment
    RETURN n + 1;
END $x$;
CREATE FUNCTION loop_over(n int) RETURNS int LANGUAGE 'plpgsql' AS E'\nBEGIN\n    -- a comment\n    RETURN n + 1;\nEND ';
CREATE FUNCTION builtin(text) RETURNS text LANGUAGE internal STRICT AS $x$upper$x$;
CREATE FUNCTION handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 - $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 + $2;';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql AS 'select $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN $1 + $2; END';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql RETURN $1 + $2;
CREATE FUNCTION loop_over(n int) RETURNS int LANGUAGE plpgsql AS $x$
BEGIN
    RETURN n + 1;
END $x$;
CREATE FUNCTION builtin(text) RETURNS text LANGUAGE internal STRICT AS 'lower';
CREATE FUNCTION handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION handler() RETURNS language_handler LANGUAGE c AS '$libdir/cube', 'cube_in';
$$);
-- One that the server has parsed is compared by what it means.
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE FUNCTION returns_expression(a int, b int) RETURNS int LANGUAGE sql RETURN a + b;
CREATE FUNCTION returns_expression(a int, b int) RETURNS int RETURN ((a)+b);
CREATE FUNCTION atomic(a int) RETURNS TABLE (id int) LANGUAGE sql BEGIN ATOMIC SELECT u.id FROM users u WHERE u.age > a AND u.name IN ('x', 'y'); END;
CREATE FUNCTION atomic(a int) RETURNS TABLE (id int) BEGIN ATOMIC
    SELECT id FROM test_equal_functions.users AS u WHERE age > atomic.a AND (name = ANY (ARRAY['x', 'y'])); -- a comment
END;
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE FUNCTION returns_expression(a int, b int) RETURNS int LANGUAGE sql RETURN a - b;
CREATE FUNCTION returns_expression(a int, b int) RETURNS int LANGUAGE sql RETURN b + a;
CREATE FUNCTION returns_expression(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a + b';
CREATE FUNCTION returns_expression(a int, b int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a + b; END;
CREATE FUNCTION atomic(a int) RETURNS TABLE (id int) LANGUAGE sql BEGIN ATOMIC SELECT u.id FROM users u WHERE u.age > a AND u.name IN ('x', 'z'); END;
CREATE FUNCTION atomic(a int) RETURNS TABLE (id int) LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT u.id FROM users u WHERE u.age > a AND u.name IN ('x', 'y'); END;
$$);

-- To analyse it would lock a table as writing does, so it is not.
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE FUNCTION writes() RETURNS void BEGIN ATOMIC INSERT INTO users VALUES (1); END;
CREATE FUNCTION writes() RETURNS void BEGIN ATOMIC INSERT INTO users VALUES (2); END;
CREATE FUNCTION writes() RETURNS void LANGUAGE sql AS 'INSERT INTO users VALUES (1)';
$$);

--
-- Everything else
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE FUNCTION attributes(int) RETURNS int LANGUAGE sql IMMUTABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 5 SET search_path = pg_catalog, test_equal_functions SET work_mem = '5MB' AS 'SELECT $1';
CREATE FUNCTION attributes(int) RETURNS int SET work_mem TO '5MB' SET "search_path" TO "pg_catalog", 'test_equal_functions' COST 5.0 PARALLEL safe LEAKPROOF EXTERNAL SECURITY DEFINER RETURNS NULL ON NULL INPUT IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION configured() RETURNS int LANGUAGE sql SET app.one = 'a, app.two=b' AS 'SELECT 1';
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql STRICT AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql LEAKPROOF AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql PARALLEL RESTRICTED AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql PARALLEL SAFE AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql COST 99 AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql SET work_mem = '6MB' AS 'SELECT $1 + $2';
CREATE FUNCTION rows_of(at_least int) RETURNS TABLE (id int, name text) LANGUAGE sql STABLE ROWS 11 AS 'SELECT id, name FROM users WHERE age >= at_least';
CREATE FUNCTION rows_of(at_least int) RETURNS TABLE (id int, name text) LANGUAGE sql STABLE AS 'SELECT id, name FROM users WHERE age >= at_least';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql SUPPORT generate_series_int4_support AS 'SELECT $1 + $2';
CREATE FUNCTION builtin(text) RETURNS text LANGUAGE internal STRICT WINDOW AS 'upper';
CREATE FUNCTION attributes(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION attributes(int) RETURNS int LANGUAGE sql IMMUTABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 5 SET search_path = test_equal_functions, pg_catalog SET work_mem = '5MB' AS 'SELECT $1';
CREATE FUNCTION attributes(int) RETURNS int LANGUAGE sql IMMUTABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 5 SET search_path = pg_catalog, test_equal_functions AS 'SELECT $1';
CREATE FUNCTION attributes(int) RETURNS int LANGUAGE sql IMMUTABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 5 SET search_path = pg_catalog, test_equal_functions SET work_mem = '5120kB' AS 'SELECT $1';
CREATE FUNCTION configured() RETURNS int LANGUAGE sql SET app.one = 'a' SET app.two = 'b' AS 'SELECT 1';
$$);

--
-- Procedures
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE PROCEDURE does(a int, INOUT b text DEFAULT 'x') LANGUAGE plpgsql AS 'BEGIN b := a::text; END';
CREATE PROCEDURE does(IN a integer, b INOUT text = 'x'::text) AS $x$BEGIN b := a::text; END$x$ LANGUAGE plpgsql SECURITY INVOKER;
CREATE PROCEDURE does_sql(a int) LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE PROCEDURE does_sql(a int) LANGUAGE sql AS 'SELECT 1';
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE PROCEDURE does(a int, INOUT b text DEFAULT 'y') LANGUAGE plpgsql AS 'BEGIN b := a::text; END';
CREATE PROCEDURE does(a int, INOUT b text DEFAULT 'x') LANGUAGE plpgsql AS 'BEGIN b := a; END';
CREATE PROCEDURE does(a int, b text DEFAULT 'x') LANGUAGE plpgsql AS 'BEGIN b := a::text; END';
CREATE PROCEDURE does_sql(a int) LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE PROCEDURE does_sql(a int) LANGUAGE sql SET work_mem = '5MB' AS 'SELECT 1';
$$);

--
-- The name and the arguments are those of another kind
--
SELECT number, status, reason, message FROM guarded.run($$
CREATE FUNCTION does_sql(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION does_sql(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE adds(int, int) LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE PROCEDURE adds(int, int) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION total(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
$$);

--
-- OR REPLACE of an equal one
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE OR REPLACE FUNCTION adds(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 + $2';
CREATE OR REPLACE FUNCTION named(a int, b text DEFAULT 'x', c varchar(10) DEFAULT NULL) RETURNS text LANGUAGE sql AS 'SELECT b';
CREATE OR REPLACE FUNCTION returns_expression(a int, b int) RETURNS int LANGUAGE sql RETURN a+b;
CREATE OR REPLACE FUNCTION attributes(int) RETURNS int LANGUAGE sql IMMUTABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 5 SET search_path = pg_catalog, test_equal_functions SET work_mem = '5MB' AS 'SELECT $1';
CREATE OR REPLACE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
$$);
SELECT * FROM show.locks();
COMMIT;
-- What the server refuses is not equal to anything.
SELECT number, status, reason, message FROM guarded.run($$
CREATE FUNCTION adds(int, int) RETURNS no_such_type LANGUAGE sql AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, no_such_type) RETURNS int LANGUAGE sql AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE no_such_language AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql;
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql COST 0 AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql ROWS 5 AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql SET no_such_setting = 1 AS 'SELECT $1 + $2';
CREATE FUNCTION adds(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 +';
CREATE FUNCTION returns_expression(a int, b int) RETURNS int LANGUAGE sql RETURN a + no_such_column;
$$);
SELECT written() = :'before' AS unchanged;
-- Others: of other arguments, in another schema, of another name.
SET guarded.dry_run = on;
SELECT number, status, reason FROM guarded.run($$
CREATE FUNCTION adds(int, bigint) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION adds(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION adds() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION modes(IN a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION "Adds"(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 + $2';
CREATE FUNCTION far() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE does_sql(a bigint) LANGUAGE sql AS 'SELECT 1';
$$);
RESET guarded.dry_run;
-- OR REPLACE of another one runs, where PostgreSQL lets it.
SELECT number, status, reason, message FROM guarded.run($$
CREATE OR REPLACE FUNCTION adds(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 - $2';
CREATE OR REPLACE FUNCTION adds(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 - $2';
CREATE OR REPLACE FUNCTION attributes(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE OR REPLACE FUNCTION returns_expression(a int, b int) RETURNS int LANGUAGE sql RETURN a * b;
CREATE OR REPLACE FUNCTION adds(int, int) RETURNS bigint LANGUAGE sql AS 'SELECT $1 - $2';
CREATE OR REPLACE FUNCTION named(x int, b text, c varchar(10)) RETURNS text LANGUAGE sql AS 'SELECT b';
CREATE OR REPLACE PROCEDURE does_sql(a int) LANGUAGE sql AS 'SELECT 2';
$$);
SELECT adds(5, 3), returns_expression(5, 3), provolatile, proisstrict, prosecdef, procost, proconfig FROM pg_proc WHERE oid = 'attributes(int)'::regprocedure;
SELECT count(*) FROM pg_proc WHERE pronamespace = 'test_equal_functions'::regnamespace AND proname IN ('adds', 'named', 'modes');

\set VERBOSITY terse
DROP SCHEMA test_equal_functions, test_equal_elsewhere CASCADE;
