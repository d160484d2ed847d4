-- CREATE VIEW and CREATE MATERIALIZED VIEW of one that exists.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_views;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_views, test_equal_elsewhere;
CREATE TABLE users (id int PRIMARY KEY, email text, plan varchar(10), age int, team int);
CREATE TABLE teams (id int, name text);
CREATE TABLE "Odd Table" ("Odd Column" int);
CREATE TABLE test_equal_elsewhere.people (id int, email text);
CREATE TEMP TABLE scratch (id int);
CREATE FUNCTION initial(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT left($1, 1)';
CREATE SEQUENCE numbers;

CREATE VIEW simple AS SELECT id, email FROM users;
CREATE VIEW everything AS SELECT * FROM users;
CREATE VIEW odd AS SELECT "Odd Column" FROM "Odd Table";
CREATE VIEW named (number, address) AS SELECT id, email FROM users;
CREATE VIEW known AS SELECT id FROM users WHERE plan IN ('free', 'paid');
CREATE VIEW adults AS SELECT id, age::bigint AS years FROM users WHERE age BETWEEN 18 AND 65;
CREATE VIEW counted AS SELECT team, count(*), max(age) FROM users GROUP BY team ORDER BY team;
CREATE VIEW joined AS SELECT u.id, t.name FROM users u JOIN teams t ON t.id = u.team WHERE u.age > 18;
CREATE VIEW by_using AS SELECT id, email, name FROM users JOIN teams USING (id);
CREATE VIEW cased AS SELECT CASE WHEN age > 65 THEN 'old' ELSE 'young' END, coalesce(email, ''), age + 1 FROM users;
CREATE VIEW nested AS SELECT s.id FROM (SELECT id, age FROM users) s WHERE s.age IN (SELECT age FROM users WHERE team = 1);
CREATE VIEW with_cte AS WITH w AS (SELECT id FROM users) SELECT id FROM w;
CREATE VIEW united AS SELECT id FROM users UNION ALL SELECT id FROM teams;
CREATE VIEW calls AS SELECT initial(email) FROM users;
CREATE VIEW listed AS VALUES (1, 'one'), (2, 'two');
CREATE RECURSIVE VIEW counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 5;
CREATE VIEW barrier WITH (security_barrier) AS SELECT id FROM users;
CREATE VIEW invoker WITH (security_invoker = true) AS SELECT id FROM users;
CREATE VIEW checked AS SELECT id, age FROM users WHERE age > 0 WITH CHECK OPTION;
CREATE VIEW checked_locally AS SELECT id, age FROM users WHERE age > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW test_equal_elsewhere.far AS SELECT id FROM people;
CREATE VIEW locking AS SELECT id FROM users FOR UPDATE;
CREATE TEMP VIEW passing AS SELECT id FROM users;
-- As a database restored from a dump has it.
CREATE VIEW restored AS SELECT users.id FROM users WHERE ((users.plan)::text = ANY ((ARRAY['free'::character varying, 'paid'::character varying])::text[]));
-- The table has grown since.
CREATE TABLE growing (a int);
CREATE VIEW grown AS SELECT * FROM growing;
ALTER TABLE growing ADD COLUMN b int;
CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, oid FROM pg_class UNION ALL SELECT ctid, xmin, oid FROM pg_rewrite
        UNION ALL SELECT ctid, xmin, oid FROM pg_type UNION ALL SELECT ctid, xmin, attrelid FROM pg_attribute
        UNION ALL SELECT ctid, xmin, objid FROM pg_depend) row $$;
SELECT written() AS before \gset

BEGIN;
--
-- Query and columns
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE VIEW simple AS SELECT id, email FROM users;
create view Simple as select users.id,users.email from users;
CREATE VIEW "simple" AS SELECT "id", "email" FROM test_equal_views."users";
CREATE VIEW test_equal_views.simple AS (SELECT id AS id, ((email)) AS email FROM users) /* a comment */;
CREATE VIEW simple (id, email) AS SELECT id, email FROM users;
CREATE VIEW simple (id, email) AS SELECT id AS x, email AS y FROM users;
CREATE VIEW simple (id) AS SELECT id, email FROM users;
CREATE VIEW everything AS SELECT * FROM users;
CREATE VIEW everything AS SELECT users.* FROM users;
CREATE VIEW everything AS SELECT id, email, plan, age, team FROM users;
CREATE VIEW everything AS TABLE users;
CREATE VIEW odd AS SELECT * FROM "Odd Table";
CREATE VIEW named (number, address) AS SELECT id, email FROM users;
CREATE VIEW named AS SELECT id AS number, email AS address FROM users;
CREATE VIEW known AS SELECT id FROM users WHERE plan IN ('free', 'paid');
CREATE VIEW known AS SELECT id FROM users WHERE plan = ANY (ARRAY['free', 'paid']);
CREATE VIEW known AS SELECT users.id FROM users WHERE ((users.plan)::text = ANY (ARRAY[('free'::character varying)::text, ('paid'::character varying)::text]));
CREATE VIEW restored AS SELECT id FROM users WHERE plan IN ('free', 'paid');
CREATE VIEW adults AS SELECT id, age::bigint AS years FROM users WHERE age BETWEEN 18 AND 65;
CREATE VIEW adults AS SELECT id, CAST(age AS int8) AS years FROM users WHERE (age >= 18) AND age<=65;
CREATE VIEW counted AS SELECT team, count(*), max(age) FROM users GROUP BY team ORDER BY team;
CREATE VIEW counted AS SELECT team, count(*) AS count, max(age) AS max FROM users GROUP BY 1 ORDER BY 1;
CREATE VIEW joined AS SELECT u.id, t.name FROM users u INNER JOIN teams t ON t.id = u.team WHERE u.age > 18;
CREATE VIEW joined AS SELECT u.id, name FROM users AS u JOIN teams AS t ON (t.id=u.team) WHERE ((age > 18));
CREATE VIEW by_using AS SELECT id, email, name FROM users JOIN teams USING (id);
CREATE VIEW by_using AS SELECT id, email, name FROM users NATURAL JOIN teams;
CREATE VIEW cased AS SELECT CASE WHEN age > 65 THEN 'old' ELSE 'young' END, coalesce(email, ''), age + 1 FROM users;
CREATE VIEW cased AS SELECT CASE WHEN users.age > 65 THEN 'old'::text ELSE 'young'::text END AS "case", COALESCE(email, ''::text) AS coalesce, age + 1 AS "?column?" FROM users;
CREATE VIEW nested AS SELECT id FROM (SELECT id, age FROM users) AS s WHERE age IN (SELECT age FROM users WHERE team = 1);
CREATE VIEW with_cte AS WITH w AS (SELECT id FROM users) SELECT * FROM w;
CREATE VIEW united AS SELECT id FROM users UNION ALL (SELECT id FROM teams);
CREATE VIEW calls AS SELECT test_equal_views.initial(email) AS initial FROM users;
CREATE VIEW listed AS VALUES (1, 'one'), (2, 'two'::text);
CREATE VIEW listed (column1, column2) AS VALUES (1, 'one'), (2, 'two');
CREATE RECURSIVE VIEW counting (n) AS VALUES (1) UNION ALL SELECT n+1 FROM counting WHERE n<5;
CREATE VIEW test_equal_elsewhere.far AS SELECT id FROM test_equal_elsewhere.people;
CREATE VIEW grown AS SELECT a FROM growing;
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE VIEW simple AS SELECT id FROM users;
CREATE VIEW simple AS SELECT email, id FROM users;
CREATE VIEW simple AS SELECT id, email, age FROM users;
CREATE VIEW simple AS SELECT id, email FROM users WHERE true;
CREATE VIEW simple AS SELECT DISTINCT id, email FROM users;
CREATE VIEW simple AS SELECT id, email FROM users LIMIT 10;
CREATE VIEW simple AS SELECT id, email FROM ONLY users;
CREATE VIEW simple AS SELECT id, email FROM people;
CREATE VIEW simple AS SELECT id, email FROM test_equal_views.everything;
CREATE VIEW simple AS SELECT id, email::varchar FROM users;
CREATE VIEW simple AS SELECT id, email COLLATE "C" AS email FROM users;
CREATE VIEW simple (a, b) AS SELECT id, email FROM users;
CREATE VIEW named AS SELECT id, email FROM users;
CREATE VIEW named (number, address) AS SELECT id, upper(email) FROM users;
CREATE VIEW known AS SELECT id FROM users WHERE plan IN ('free');
CREATE VIEW known AS SELECT id FROM users WHERE plan NOT IN ('free', 'paid');
CREATE VIEW restored AS SELECT id FROM users WHERE plan IN ('free', 'Paid');
CREATE VIEW adults AS SELECT id, age::bigint AS years FROM users WHERE age BETWEEN 18 AND 66;
CREATE VIEW adults AS SELECT id, age AS years FROM users WHERE age BETWEEN 18 AND 65;
CREATE VIEW counted AS SELECT team, count(*), max(age) FROM users GROUP BY team;
CREATE VIEW counted AS SELECT team, count(*), max(age) FROM users GROUP BY team ORDER BY team DESC;
CREATE VIEW counted AS SELECT team, count(age) AS count, max(age) FROM users GROUP BY team ORDER BY team;
CREATE VIEW joined AS SELECT u.id, t.name FROM users u LEFT JOIN teams t ON t.id = u.team WHERE u.age > 18;
CREATE VIEW joined AS SELECT u.id, t.name FROM users u JOIN teams t ON t.id = u.team AND u.age > 18;
CREATE VIEW united AS SELECT id FROM users UNION SELECT id FROM teams;
CREATE VIEW calls AS SELECT left(email, 1) AS initial FROM users;
CREATE VIEW listed AS VALUES (1, 'one'), (2, 'two'), (3, 'three');
CREATE RECURSIVE VIEW counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 6;
CREATE VIEW grown AS SELECT * FROM growing;
$$);
-- What means the same and is written in another way than by what the server itself adds differs, too: aliases, order, kinds of joins.
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE VIEW simple AS SELECT u.id, u.email FROM users u;
CREATE VIEW joined AS SELECT u.id, t.name FROM users u JOIN teams t ON u.team = t.id WHERE u.age > 18;
CREATE VIEW joined AS SELECT u.id, t.name FROM users u, teams t WHERE t.id = u.team AND u.age > 18;
CREATE VIEW by_using AS SELECT users.id, email, name FROM users JOIN teams ON users.id = teams.id;
CREATE VIEW with_cte AS SELECT id FROM (SELECT id FROM users) w;
$$);

-- To analyse it would lock rows, so it is not.
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE VIEW locking AS SELECT id FROM users FOR UPDATE;
CREATE VIEW simple AS SELECT id, email FROM users FOR SHARE;
$$);

--
-- Options
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE VIEW barrier WITH (security_barrier) AS SELECT id FROM users;
CREATE VIEW barrier WITH (security_barrier = on) AS SELECT id FROM users;
CREATE VIEW barrier WITH ("security_barrier" = 'true', security_invoker = false) AS SELECT id FROM users;
CREATE VIEW invoker WITH (security_invoker) AS SELECT id FROM users;
CREATE VIEW invoker WITH (security_invoker = 1, security_barrier = off) AS SELECT id FROM users;
CREATE VIEW simple WITH (security_barrier = false) AS SELECT id, email FROM users;
CREATE VIEW checked AS SELECT id, age FROM users WHERE age > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW checked WITH (check_option = cascaded) AS SELECT id, age FROM users WHERE age > 0;
CREATE VIEW checked_locally AS SELECT id, age FROM users WHERE age > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW checked_locally WITH (check_option = 'local') AS SELECT id, age FROM users WHERE age > 0;
$$);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE VIEW barrier AS SELECT id FROM users;
CREATE VIEW barrier WITH (security_barrier = false) AS SELECT id FROM users;
CREATE VIEW barrier WITH (security_barrier, security_invoker) AS SELECT id FROM users;
CREATE VIEW invoker AS SELECT id FROM users;
CREATE VIEW invoker WITH (security_barrier) AS SELECT id FROM users;
CREATE VIEW simple WITH (security_barrier) AS SELECT id, email FROM users;
CREATE VIEW simple AS SELECT id, email FROM users WITH CHECK OPTION;
CREATE VIEW checked AS SELECT id, age FROM users WHERE age > 0;
CREATE VIEW checked AS SELECT id, age FROM users WHERE age > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW checked_locally AS SELECT id, age FROM users WHERE age > 0 WITH CHECK OPTION;
CREATE VIEW checked WITH (security_barrier) AS SELECT id, age FROM users WHERE age > 1;
$$);

--
-- OR REPLACE of an equal one
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE OR REPLACE VIEW simple AS SELECT users.id, users.email FROM users;
CREATE OR REPLACE VIEW barrier WITH (security_barrier = 'yes') AS SELECT id FROM users;
CREATE OR REPLACE VIEW known AS SELECT id FROM users WHERE plan IN ('free', 'paid');
CREATE OR REPLACE VIEW restored AS SELECT id FROM users WHERE plan IN ('free', 'paid');
CREATE OR REPLACE RECURSIVE VIEW counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 5;
CREATE OR REPLACE TEMP VIEW passing AS SELECT id FROM users;
$$);

--
-- Temporary ones are in another schema
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TEMP VIEW passing AS SELECT id FROM users;
CREATE VIEW pg_temp.passing AS SELECT users.id FROM users;
CREATE TEMP VIEW passing AS SELECT id FROM teams;
$$);

--
-- The name is that of something else
--
SELECT number, status, reason, message FROM guarded.run($$
CREATE VIEW users AS SELECT 1 AS one;
CREATE OR REPLACE VIEW users AS SELECT 1 AS one;
CREATE VIEW numbers AS SELECT 1 AS one;
CREATE VIEW users_pkey AS SELECT 1 AS one;
$$);
SELECT pg_current_xact_id_if_assigned() IS NULL AS nothing_written;
SELECT * FROM show.locks();
COMMIT;

-- What the server refuses is not equal to anything.
SELECT number, status, reason, message, outcome->'differences' AS differences FROM guarded.run($$
CREATE VIEW simple AS SELECT id, no_such_column FROM users;
CREATE VIEW simple AS SELECT id, email FROM no_such_table;
CREATE VIEW simple AS SELECT id, no_such_function(email) AS email FROM users;
CREATE VIEW simple (a, b, c) AS SELECT id, email FROM users;
CREATE VIEW simple AS SELECT id, id FROM users;
CREATE VIEW simple WITH (no_such_option) AS SELECT id, email FROM users;
CREATE VIEW simple WITH (security_barrier = perhaps) AS SELECT id, email FROM users;
$$);
SELECT written() = :'before' AS unchanged;
-- Names that are free.
SET guarded.dry_run = on;
SELECT number, status, reason FROM guarded.run($$
CREATE VIEW far AS SELECT id FROM people;
CREATE TEMP VIEW simple AS SELECT id, email FROM users;
CREATE VIEW passing AS SELECT id FROM users;
CREATE VIEW "Simple" AS SELECT id, email FROM users;
$$);
RESET guarded.dry_run;
-- OR REPLACE of another one runs, where PostgreSQL lets it.
SELECT number, status, reason, message FROM guarded.run($$
CREATE OR REPLACE VIEW simple AS SELECT id, email FROM users WHERE id > 0;
CREATE OR REPLACE VIEW simple AS SELECT id, email FROM users WHERE id > 0;
CREATE OR REPLACE VIEW barrier AS SELECT id FROM users;
CREATE OR REPLACE VIEW barrier AS SELECT id FROM users;
CREATE OR REPLACE VIEW checked AS SELECT id, age FROM users WHERE age > 0 WITH LOCAL CHECK OPTION;
CREATE OR REPLACE VIEW simple AS SELECT id FROM users WHERE id > 0;
CREATE OR REPLACE VIEW simple (number, email) AS SELECT id, email FROM users WHERE id > 0;
$$);
SELECT oid::regclass, reloptions, pg_get_viewdef(oid) LIKE '%id > 0%' AS changed FROM pg_class WHERE oid IN ('simple'::regclass, 'barrier'::regclass, 'checked'::regclass) ORDER BY 1;

--
-- Materialized views
--
CREATE MATERIALIZED VIEW m AS SELECT id, email FROM users;
CREATE MATERIALIZED VIEW m_all AS SELECT * FROM users WITH NO DATA;
CREATE MATERIALIZED VIEW m_named (number, address) AS SELECT id, email FROM users;
CREATE MATERIALIZED VIEW m_known AS SELECT id FROM users WHERE plan IN ('free', 'paid');
CREATE MATERIALIZED VIEW m_filled WITH (fillfactor = 70, autovacuum_enabled = false) AS SELECT id FROM users;
CREATE VIEW v AS SELECT 1 AS one;
SELECT written() AS before \gset
BEGIN;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE MATERIALIZED VIEW m AS SELECT id, email FROM users;
CREATE MATERIALIZED VIEW IF NOT EXISTS test_equal_views.m AS SELECT users.id, (users.email) FROM "users";
CREATE MATERIALIZED VIEW m AS SELECT id, email FROM users WITH NO DATA;
CREATE MATERIALIZED VIEW m (id, email) AS SELECT id, email FROM users WITH DATA;
CREATE MATERIALIZED VIEW m USING heap AS SELECT id, email FROM users;
CREATE MATERIALIZED VIEW m TABLESPACE pg_default AS SELECT id, email FROM users;
CREATE MATERIALIZED VIEW m_all AS SELECT id, email, plan, age, team FROM users;
CREATE MATERIALIZED VIEW m_named AS SELECT id AS number, email AS address FROM users;
CREATE MATERIALIZED VIEW m_known AS SELECT users.id FROM users WHERE ((users.plan)::text = ANY (ARRAY[('free'::character varying)::text, ('paid'::character varying)::text]));
CREATE MATERIALIZED VIEW m_filled WITH (fillfactor = 70, autovacuum_enabled = false) AS SELECT id FROM users;
CREATE MATERIALIZED VIEW m_filled WITH (autovacuum_enabled = off, "fillfactor" = '70') AS SELECT id FROM users;
$$);
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE MATERIALIZED VIEW m AS SELECT id, email FROM users WHERE id > 0;
CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT id, email FROM users WHERE id > 0;
CREATE MATERIALIZED VIEW m AS SELECT id FROM users;
CREATE MATERIALIZED VIEW m (number, email) AS SELECT id, email FROM users;
CREATE MATERIALIZED VIEW m_known AS SELECT id FROM users WHERE plan IN ('free', 'trial');
CREATE MATERIALIZED VIEW m WITH (fillfactor = 70) AS SELECT id, email FROM users;
CREATE MATERIALIZED VIEW m_filled AS SELECT id FROM users;
CREATE MATERIALIZED VIEW m_filled WITH (fillfactor = 80, autovacuum_enabled = false) AS SELECT id FROM users;
CREATE MATERIALIZED VIEW m USING no_such_method AS SELECT id, email FROM users;
CREATE MATERIALIZED VIEW m TABLESPACE no_such_tablespace AS SELECT id, email FROM users;
$$);
SELECT number, status, reason, message FROM guarded.run($$
CREATE MATERIALIZED VIEW v AS SELECT 1 AS one;
CREATE MATERIALIZED VIEW IF NOT EXISTS users AS SELECT 1 AS one;
CREATE VIEW m AS SELECT id, email FROM users;
CREATE OR REPLACE VIEW m AS SELECT id, email FROM users;
$$);
COMMIT;
SELECT written() = :'before' AS unchanged;

\set VERBOSITY terse
DROP VIEW pg_temp.passing;
DROP SCHEMA test_equal_views, test_equal_elsewhere CASCADE;
DROP TABLE scratch;
