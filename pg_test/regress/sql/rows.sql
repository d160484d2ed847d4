-- guarded.check_data: rows that are in the way are looked for before a statement runs.
CREATE SCHEMA test_rows;
SET search_path = test_rows;
SET client_min_messages = error;
SET datestyle = 'German';
\pset format unaligned
-- What is said of a statement, and how many rows the query gives that lists the offenders; and what plain SQL says of it.
CREATE FUNCTION plain(statement text) RETURNS text LANGUAGE plpgsql SET guarded.intercept = off AS $$
BEGIN
    EXECUTE statement;
    RAISE sqlstate 'ZZ000';
EXCEPTION
    WHEN sqlstate 'ZZ000' THEN RETURN 'fine';
    WHEN OTHERS THEN RETURN sqlstate;
END
$$;
CREATE FUNCTION listed(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    IF query IS NOT NULL THEN EXECUTE format('SELECT count(*) FROM (%s) q', query) INTO n; END IF;
    RETURN n;
END
$$;
CREATE FUNCTION look(VARIADIC statements text[]) RETURNS TABLE (
    reason text, sqlstate text, plain text, message text, count int, exact bool, examples text, listed bigint)
LANGUAGE sql AS $$
    SELECT coalesce(o ->> 'reason', o ->> 'status'), o ->> 'sqlstate', said, o ->> 'message',
           (o #>> '{violations,count}')::int, (o #>> '{violations,exact}')::bool,
           (SELECT string_agg(e, ' ' ORDER BY e COLLATE "C") FROM jsonb_array_elements_text(o #> '{violations,examples}') e),
           listed(regexp_replace(o #>> '{violations,query}', '^SELECT a\.\*, b\.\*', 'SELECT 1'))
    FROM unnest(statements) WITH ORDINALITY AS s(statement, n),
        LATERAL (SELECT plain(statement) AS said) AS first,
        LATERAL (SELECT outcome AS o FROM guarded.run(statement)) AS ran
    ORDER BY n
$$;
-- Off unless it is asked for.
SHOW guarded.check_data;
CREATE TABLE users (id int PRIMARY KEY, email text, age int, code text, born date, tags int[]);
INSERT INTO users SELECT i, CASE WHEN i > 2 THEN 'e' || i % 7 END, i - 3, 'c' || i, date '2000-01-01' + i, ARRAY[i] FROM generate_series(1, 20) i;
SELECT outcome ? 'violations' AS has_violations, reason FROM guarded.run('ALTER TABLE users ALTER email SET NOT NULL');
SET guarded.check_data = on;

--
-- NOT NULL
--
SELECT * FROM look('ALTER TABLE users ALTER email SET NOT NULL', 'ALTER TABLE users ALTER code SET NOT NULL',
                   'ALTER TABLE users ADD COLUMN x int NOT NULL', 'ALTER TABLE users ADD COLUMN x int NOT NULL DEFAULT 1',
                   'ALTER TABLE users ADD COLUMN y serial NOT NULL', 'ALTER TABLE users ALTER y DROP NOT NULL, ALTER x SET NOT NULL');
SELECT jsonb_pretty(outcome - 'elapsed_us') FROM guarded.run('ALTER TABLE users ALTER email SET NOT NULL');
CREATE TABLE empty (id int);
SELECT * FROM look('ALTER TABLE empty ADD COLUMN x int NOT NULL', 'ALTER TABLE empty ALTER id SET NOT NULL');
CREATE TABLE nulls (id int, a int);
INSERT INTO nulls SELECT i FROM generate_series(1, 30) i;
CREATE TYPE pair AS (a int, b int);
CREATE TABLE composites (id int PRIMARY KEY, p pair);
INSERT INTO composites VALUES (1, ROW(NULL, NULL)), (2, ROW(1, NULL));
SELECT * FROM look('ALTER TABLE nulls ALTER a SET NOT NULL', 'ALTER TABLE nulls ADD PRIMARY KEY (id, a)',
                   'ALTER TABLE composites ALTER p SET NOT NULL');

--
-- CHECK
--
SELECT * FROM look('ALTER TABLE users ADD CONSTRAINT grown CHECK (age > 0)', 'ALTER TABLE users ADD CHECK (age > 10 OR age IS NULL)',
                   'ALTER TABLE users ADD CONSTRAINT late CHECK (born < ''1.1.2001'')', 'ALTER TABLE users ADD CHECK (age > -3)',
                   'ALTER TABLE users ADD CONSTRAINT grown CHECK (age > 0) NOT VALID', 'ALTER TABLE users VALIDATE CONSTRAINT grown',
                   'ALTER TABLE users ADD CONSTRAINT grown CHECK (age > 0)', 'ALTER TABLE users ADD CONSTRAINT whole CHECK (users IS NOT NULL)',
                   'ALTER TABLE users ADD CHECK (1 / (age - 1) > 0)');
-- A CHECK says that there are no NULLs: neither the server nor the guard looks.
CREATE TABLE proven (a int CHECK (a IS NOT NULL));
SELECT * FROM look('ALTER TABLE proven ALTER a SET NOT NULL');

--
-- UNIQUE, PRIMARY KEY, unique indexes
--
SELECT * FROM look('ALTER TABLE users ADD CONSTRAINT emails UNIQUE (email)', 'ALTER TABLE users ADD UNIQUE (email, age)',
                   'ALTER TABLE nulls ADD UNIQUE (a)', 'ALTER TABLE nulls ADD PRIMARY KEY (id)',
                   'CREATE UNIQUE INDEX ON users (lower(email))', 'CREATE UNIQUE INDEX ON users (email) WHERE id < 8',
                   'CREATE UNIQUE INDEX ON users (email) WHERE id < 11', 'CREATE UNIQUE INDEX lengths ON users (length(code), (age < 0))',
                   'CREATE INDEX ON users (email)', 'ALTER TABLE users ADD UNIQUE (tags)');
CREATE TABLE words (id int PRIMARY KEY, w text COLLATE "C", big text);
INSERT INTO words VALUES (1, 'a', repeat('x', 900)), (2, 'A', repeat('x', 900)), (3, 'a', NULL);
SELECT * FROM look('CREATE UNIQUE INDEX ON words (w COLLATE "POSIX" text_pattern_ops)', 'ALTER TABLE words ADD UNIQUE (big)');

--
-- FOREIGN KEY
--
CREATE TABLE "Order Lines" (id int PRIMARY KEY, "user" bigint, a int, b int);
INSERT INTO "Order Lines" VALUES (1, 1, 1, 1), (2, 99, 2, NULL), (3, NULL, NULL, NULL), (4, 98, 3, 3);
CREATE TABLE pairs (a int, b int, PRIMARY KEY (b, a));
INSERT INTO pairs VALUES (1, 1), (2, 2);
SELECT * FROM look('ALTER TABLE "Order Lines" ADD CONSTRAINT u FOREIGN KEY ("user") REFERENCES users',
                   'ALTER TABLE "Order Lines" ADD FOREIGN KEY (a, b) REFERENCES pairs (a, b)',
                   'ALTER TABLE "Order Lines" ADD FOREIGN KEY (a, b) REFERENCES pairs (a, b) MATCH FULL',
                   'ALTER TABLE "Order Lines" ADD FOREIGN KEY (a) REFERENCES users (id)',
                   'ALTER TABLE "Order Lines" ADD CONSTRAINT u FOREIGN KEY ("user") REFERENCES users NOT VALID',
                   'ALTER TABLE "Order Lines" VALIDATE CONSTRAINT u',
                   'ALTER TABLE "Order Lines" ADD CONSTRAINT u FOREIGN KEY ("user") REFERENCES users');

--
-- TYPE
--
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN short AS varchar(3);
CREATE TABLE texts (id int PRIMARY KEY, t text, n numeric, v varchar(20), ts text[], when_at text);
INSERT INTO texts SELECT i, CASE WHEN i IN (3, 700) THEN 'no' || i ELSE i::text END, i, 'v' || i, ARRAY['w' || i], '01.02.2003' FROM generate_series(1, 1000) i;
INSERT INTO texts VALUES (1001, NULL, 123456, 'abc   ', ARRAY['long enough'], NULL);
SELECT * FROM look('ALTER TABLE texts ALTER t TYPE int USING t::int', 'ALTER TABLE texts ALTER n TYPE numeric(5,2)',
                   'ALTER TABLE texts ALTER v TYPE varchar(4)', 'ALTER TABLE texts ALTER v TYPE varchar(5)', 'ALTER TABLE texts ALTER v TYPE short',
                   'ALTER TABLE texts ALTER ts TYPE varchar(5)[]', 'ALTER TABLE texts ALTER n TYPE positive USING (n - 2)::int',
                   'ALTER TABLE texts ALTER when_at TYPE date USING when_at::date', 'ALTER TABLE texts ALTER id TYPE smallint',
                   'ALTER TABLE texts ALTER t TYPE int', 'ALTER TABLE texts ALTER v TYPE varchar(90)');
SELECT jsonb_pretty(outcome - 'elapsed_us') FROM guarded.run('ALTER TABLE texts ALTER t TYPE int USING t::int');
-- Not the same twice: left to the statement.
SELECT * FROM look('ALTER TABLE texts ALTER t TYPE int USING (random() * 0 || t)::int');

--
-- EXCLUDE
--
CREATE TABLE rooms (id int PRIMARY KEY, room int, during int4range);
INSERT INTO rooms VALUES (1, 1, '[1,3)'), (2, 1, '[2,4)'), (3, 2, '[2,3)'), (4, NULL, NULL), (5, 1, NULL);
SELECT * FROM look('ALTER TABLE rooms ADD CONSTRAINT apart EXCLUDE USING gist (during WITH &&)',
                   'ALTER TABLE rooms ADD CONSTRAINT one EXCLUDE (room WITH =)',
                   'ALTER TABLE rooms ADD CONSTRAINT apart EXCLUDE USING gist (during WITH &&) WHERE (room = 2)');

--
-- Inheritance and partitions: as the statement does
--
CREATE TABLE parent (id int, a int);
CREATE TABLE child (b text, CHECK (b <> '')) INHERITS (parent);
INSERT INTO parent VALUES (1, 1);
INSERT INTO child VALUES (2, NULL, 'x'), (1, 70000, 'y');
CREATE TABLE parted (id int, part int, a text) PARTITION BY LIST (part);
CREATE TABLE part_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE part_2 (a text, part int, id int);
ALTER TABLE parted ATTACH PARTITION part_2 FOR VALUES IN (2);
INSERT INTO parted VALUES (1, 1, 'x'), (1, 2, 'y'), (1, 2, NULL);
SELECT * FROM look('ALTER TABLE parent ALTER a SET NOT NULL', 'ALTER TABLE parent ADD CHECK (id < 2)', 'ALTER TABLE parent ADD CHECK (id < 2) NO INHERIT',
                   'ALTER TABLE parent ALTER a TYPE smallint', 'ALTER TABLE parent ADD PRIMARY KEY (id)',
                   'ALTER TABLE parted ALTER a SET NOT NULL', 'ALTER TABLE parted ADD UNIQUE (id, part)',
                   'ALTER TABLE parted ADD CHECK (a <> ''y'')', 'ALTER TABLE parted ALTER a TYPE int USING a::int',
                   'CREATE UNIQUE INDEX only_parted ON ONLY parted (id, part)');

--
-- Several at once
--
-- What depends on another sub-command is not looked at; what is refused does not run, the others do.
SELECT * FROM look('ALTER TABLE users ALTER email SET NOT NULL, ADD COLUMN note text');
SELECT * FROM look('ALTER TABLE texts ALTER n TYPE int, ADD CHECK (n > 1)');
-- An operation is done as a whole, or not at all; in a dry run it says so, too.
SELECT o ->> 'status', o ->> 'reason', o ->> 'message', jsonb_path_query_array(o, '$.steps[*].status')
FROM guarded.alter_column('users', 'email', nullable => false, comment => 'never') o;
SET guarded.dry_run = on;
SELECT * FROM look('ALTER TABLE users ALTER email SET NOT NULL', 'ALTER TABLE users ADD UNIQUE (code)');
SELECT o ->> 'status', o ->> 'reason', jsonb_path_query_array(o, '$.steps[*].status')
FROM guarded.alter_column('users', 'email', nullable => false, comment => 'never') o;
RESET guarded.dry_run;
SELECT col_description('users'::regclass, 2);
-- Earlier statements of the same script are seen.
SELECT status, reason FROM guarded.run($$
    CREATE TABLE script (id int, a int);
    INSERT INTO script VALUES (1, NULL), (2, 2);
    ALTER TABLE script ALTER a SET NOT NULL;
    UPDATE script SET a = 2 WHERE a IS NULL;
    ALTER TABLE script ALTER a SET NOT NULL;
    ALTER TABLE script ADD UNIQUE (a);
    DELETE FROM script WHERE id = 1;
    ALTER TABLE script ADD UNIQUE (a);
$$);
-- Under strict it is raised.
SET guarded.policy = strict;
\set VERBOSITY verbose
\set SHOW_CONTEXT never
SELECT guarded.alter_column('nulls', 'a', nullable => false);
\set VERBOSITY default
RESET guarded.policy;
SELECT * FROM show.locks();

--
-- Who may not look
--
CREATE ROLE regress_rows;
CREATE ROLE regress_others;
GRANT USAGE, CREATE ON SCHEMA test_rows TO regress_rows, regress_others;
GRANT ALL ON SCHEMA show TO regress_rows;
SET ROLE regress_others;
CREATE TABLE theirs (id int PRIMARY KEY, secret int);
INSERT INTO theirs VALUES (1, 1), (2, 2);
GRANT REFERENCES ON theirs TO regress_rows;
RESET ROLE;
SET ROLE regress_rows;
CREATE TABLE mine (id int PRIMARY KEY, public int, secret int, theirs int);
INSERT INTO mine VALUES (1, 1, -1, 1), (2, NULL, NULL, 7);
-- Its own, and one it may not read the key of.
SELECT * FROM look('ALTER TABLE mine ALTER public SET NOT NULL', 'ALTER TABLE mine ADD FOREIGN KEY (theirs) REFERENCES theirs');
REVOKE SELECT ON mine FROM regress_rows;
GRANT SELECT (public, theirs) ON mine TO regress_rows;
SELECT * FROM look('ALTER TABLE mine ALTER public SET NOT NULL', 'ALTER TABLE mine ADD CHECK (public IS NOT NULL)',
                   'ALTER TABLE mine ALTER secret SET NOT NULL', 'ALTER TABLE mine ADD CHECK (secret > 0)', 'ALTER TABLE mine ADD CHECK (mine IS NULL)',
                   'ALTER TABLE mine ALTER secret TYPE positive');
GRANT SELECT ON mine TO regress_rows;
-- Row-level security hides rows, and calls what others wrote; not from the owner, unless it is forced.
ALTER TABLE mine ENABLE ROW LEVEL SECURITY;
CREATE POLICY first ON mine USING (id = 1);
SELECT reason, count FROM look('ALTER TABLE mine ALTER public SET NOT NULL');
ALTER TABLE mine FORCE ROW LEVEL SECURITY;
SELECT reason, count FROM look('ALTER TABLE mine ALTER public SET NOT NULL');
ALTER TABLE mine NO FORCE ROW LEVEL SECURITY;
-- The referenced table.
RESET ROLE;
SET ROLE regress_others;
GRANT SELECT (id) ON theirs TO regress_rows;
RESET ROLE;
SET ROLE regress_rows;
SELECT reason, message, examples FROM look('ALTER TABLE mine ADD FOREIGN KEY (theirs) REFERENCES theirs');
RESET ROLE;
SET ROLE regress_others;
ALTER TABLE theirs ENABLE ROW LEVEL SECURITY;
CREATE POLICY none ON theirs USING (false);
-- Another's table: the server's own words.
SELECT reason, sqlstate, count FROM look('ALTER TABLE mine ALTER public SET NOT NULL');
RESET ROLE;
SET ROLE regress_rows;
SELECT reason, message FROM look('ALTER TABLE mine ADD FOREIGN KEY (theirs) REFERENCES theirs');
RESET ROLE;
-- What an index calls is called as the owner of the table by the server, and by nobody before.
CREATE FUNCTION of_others(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN 1 / (CASE current_user WHEN 'regress_rows' THEN 1 ELSE 0 END); END $$;
SELECT reason, count FROM look('CREATE UNIQUE INDEX ON mine (of_others(id))', 'ALTER TABLE mine ALTER public SET NOT NULL');
SET client_min_messages = error;
DROP SCHEMA test_rows CASCADE;
REVOKE ALL ON SCHEMA show FROM regress_rows;
DROP ROLE regress_rows, regress_others;
