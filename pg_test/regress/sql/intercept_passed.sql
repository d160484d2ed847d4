-- guarded.intercept: what passes untouched. None of it has an outcome.
CREATE SCHEMA test_intercept;
SET search_path = test_intercept;
CREATE TABLE users (id int PRIMARY KEY, email text);
INSERT INTO users VALUES (1, 'ada@example.com'), (2, NULL);
SELECT guarded.intercept(true);

-- Queries and DML.
SELECT * FROM admin_deals;
INSERT INTO admin_deals VALUES (1);
INSERT INTO users VALUES (1);
UPDATE users SET no_such_column = 1;
DELETE FROM admin_deals;
WITH d AS (DELETE FROM users WHERE id = 2 RETURNING id) SELECT * FROM d;
-- TRUNCATE and LOCK.
TRUNCATE admin_deals;
BEGIN;
TRUNCATE users;
LOCK TABLE users IN ACCESS SHARE MODE;
LOCK TABLE admin_deals;
ROLLBACK;
SELECT count(*) FROM users;
-- COPY.
COPY admin_deals FROM STDIN;
\.
COPY users FROM STDIN;
3	grace@example.com
\.
COPY users TO STDOUT;
COPY (SELECT * FROM admin_deals) TO STDOUT;
-- Transactions.
BEGIN;
SAVEPOINT s;
ROLLBACK TO no_such_savepoint;
ROLLBACK TO s;
RELEASE s;
COMMIT;
ROLLBACK;
-- Settings.
SET no_such_setting = 1;
SHOW no_such_setting;
SET work_mem = 'lots';
SET LOCAL work_mem = '5MB';
SET CONSTRAINTS ALL IMMEDIATE;
SET ROLE regress_no_such_role;
RESET ROLE;
-- Prepared statements, cursors, EXPLAIN.
PREPARE q AS SELECT * FROM admin_deals;
PREPARE q AS SELECT count(*) FROM users;
EXECUTE q;
EXECUTE no_such_statement;
DEALLOCATE q;
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM users ORDER BY id;
FETCH c;
MOVE c;
CLOSE c;
CLOSE c;
ROLLBACK;
EXPLAIN (COSTS off) SELECT * FROM users WHERE id = 1;
EXPLAIN (COSTS off) CREATE TABLE explained AS SELECT id FROM users;
DO 'BEGIN EXECUTE ''EXPLAIN ANALYZE CREATE TABLE explained AS SELECT 1 AS id''; END';
EXPLAIN SELECT * FROM admin_deals;
SELECT * FROM explained;
-- DO and CALL themselves.
DO LANGUAGE no_such_language 'x';
DO 'BEGIN PERFORM 1/0; END';
CALL no_such_procedure();
-- And these.
LISTEN news;
UNLISTEN *;
NOTIFY news, 'now';
CHECKPOINT;
LOAD 'no_such_library';
DISCARD PLANS;
DISCARD SEQUENCES;
SELECT count(*) AS outcomes FROM guarded.report();

-- A query over what is missing fails in the parser's analysis, before any hook: nothing is skipped.
CREATE TABLE copied AS SELECT * FROM admin_deals;
\echo :SQLSTATE
SELECT * INTO copied FROM admin_deals;
CREATE MATERIALIZED VIEW copied AS SELECT no_such_column FROM users;
DECLARE c CURSOR FOR SELECT * FROM admin_deals;
SELECT count(*) AS outcomes FROM guarded.report();
-- Not so of a view: its query is analysed when the statement runs.
CREATE VIEW copied AS SELECT * FROM admin_deals;
SELECT status, reason FROM guarded.report();

-- DISCARD ALL resets the setting, as it does every setting.
DISCARD ALL;
SHOW guarded.intercept;
ALTER TABLE admin_deals ADD COLUMN x int;

SET search_path = test_intercept;
\set VERBOSITY terse
DROP SCHEMA test_intercept CASCADE;
