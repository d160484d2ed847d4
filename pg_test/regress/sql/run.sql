-- guarded.run(script): any statements, one row for each of them, or for each of its sub-commands.
CREATE SCHEMA test_run;
SET search_path = test_run;
CREATE TABLE users (id int PRIMARY KEY, email text, fax text);
CREATE TABLE orders (id int, user_id int);

-- A migration that meets a database in which some of it is there, and some is not.
SELECT number, line, status, reason, operation, object FROM guarded.run($script$
-- Users, and what they bought.
ALTER TABLE users ADD COLUMN phone text;
ALTER TABLE users ADD COLUMN email text;
ALTER TABLE users DROP COLUMN fax;
ALTER TABLE admin_deals ADD COLUMN amount numeric;

CREATE TABLE items (id int PRIMARY KEY, price numeric);
CREATE INDEX users_email ON users (email); CREATE INDEX deals_amount ON admin_deals (amount);
/* a comment; with a semicolon */
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);
INSERT INTO users (id, email)
VALUES (1, 'semi;colon');
UPDATE admin_deals SET amount = 0;
$script$);
SELECT id, email FROM users;
-- What is returned besides.
SELECT number, message, ddl FROM guarded.run('ALTER TABLE users ADD COLUMN phone text; DROP TABLE admin_deals; COMMENT ON TABLE users IS ''people''');
SELECT number, outcome - '{elapsed_us,lock}'::text[] AS outcome FROM guarded.run('ALTER TABLE users ADD COLUMN phone int; CREATE TABLE t2 (id int)');
-- A second time there is nothing to do.
SELECT number, status, reason FROM guarded.run('ALTER TABLE users DROP COLUMN fax; CREATE INDEX users_email ON users (email); CREATE TABLE t2 (id int); COMMENT ON TABLE users IS ''people''');
-- Nothing in it.
SELECT * FROM guarded.run('');
SELECT * FROM guarded.run(E' -- only a comment\n;;');

--
-- Sub-commands: each has its own verdict, those left run together.
--
SELECT number, line, status, reason, operation, object, ddl FROM guarded.run($$
ALTER TABLE users
    ADD COLUMN a int DEFAULT 1,
    ADD COLUMN email text,
    ADD COLUMN IF NOT EXISTS b text DEFAULT 'x,y' CHECK (b <> ','),
    DROP COLUMN fax,
    ALTER COLUMN email SET NOT NULL,
    ALTER COLUMN id SET NOT NULL,
    ADD CONSTRAINT positive CHECK (a > 0);
$$);
SELECT * FROM show.columns('users');
SELECT * FROM show.constraints('users');
-- One of them fails: those that would have run are undone with it.
SELECT number, status, reason, operation, message FROM guarded.run($$
ALTER TABLE users ADD COLUMN c int, DROP COLUMN fax, ALTER COLUMN phone SET NOT NULL, ADD COLUMN email int;
$$);
SELECT "column" FROM show.columns('users') WHERE "column" IN ('c', 'phone');
-- DROP of several objects.
SELECT number, status, reason, object, ddl FROM guarded.run('DROP TABLE items, admin_deals, no_such_schema.t, t2 CASCADE');
SELECT to_regclass('items') AS items, to_regclass('t2') AS t2;

--
-- Other statements than those the guard knows by heart
--
CREATE ROLE regress_guarded_run;
SELECT number, status, reason, operation, object, message FROM guarded.run($$
CREATE VIEW emails AS SELECT email FROM users;
CREATE VIEW emails AS SELECT email FROM users;
CREATE VIEW deals AS SELECT * FROM admin_deals;
CREATE OR REPLACE VIEW emails AS SELECT email FROM users;
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 2';
DROP FUNCTION two();
CREATE TRIGGER tr BEFORE INSERT ON admin_deals EXECUTE FUNCTION one();
GRANT SELECT ON users TO regress_guarded_run;
GRANT SELECT ON admin_deals TO regress_guarded_run;
GRANT SELECT ON users TO regress_no_such_role;
REVOKE SELECT ON admin_deals FROM regress_guarded_run;
CREATE ROLE regress_guarded_run;
ALTER TABLE users OWNER TO regress_no_such_role;
ALTER TABLE users SET SCHEMA no_such_schema;
ALTER TABLE users RENAME TO people;
ALTER TABLE people RENAME TO users;
ALTER TABLE admin_deals RENAME TO deals;
ALTER TABLE users CLUSTER ON no_such_index;
DROP VIEW users;
DROP VIEW deals;
DROP MATERIALIZED VIEW IF EXISTS emails;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE pair AS (a int, b int);
ALTER TYPE pair ADD ATTRIBUTE c int;
CREATE STATISTICS st ON id, email FROM users;
CREATE STATISTICS st ON id, email FROM users;
CREATE PUBLICATION regress_pub FOR TABLE admin_deals;
TRUNCATE admin_deals;
LOCK TABLE admin_deals;
REFRESH MATERIALIZED VIEW admin_deals;
$$);
-- DML, queries, DO, SET: each in a subtransaction of its own.
SELECT number, status, reason, operation, object, message FROM guarded.run($$
INSERT INTO users (id, email) VALUES (2, 'two');
INSERT INTO users (id, email) VALUES (2, 'three');
INSERT INTO admin_deals VALUES (1);
INSERT INTO users (no_such_column) VALUES (1);
DELETE FROM users WHERE id = 2;
SELECT 1;
SELECT 1 / 0;
SELECT * FROM admin_deals;
WITH d AS (DELETE FROM users WHERE id = 1 RETURNING *) SELECT count(*) FROM d;
DO 'BEGIN RAISE NOTICE ''from DO''; END';
DO 'BEGIN PERFORM 1 / 0; END';
DO 'BEGIN INSERT INTO admin_deals VALUES (1); END';
SET LOCAL work_mem = '5MB';
SET no_such.setting = 1;
SET no_such_setting = 1;
SELECT guarded.add_column('users', 'nested', 'int');
$$);
SELECT count(*) AS users FROM users;

--
-- What cannot run inside a function is refused beforehand; the rest runs.
--
SELECT number, status, reason, operation, message, outcome->>'sqlstate' AS sqlstate FROM guarded.run($$
BEGIN;
INSERT INTO users (id, email) VALUES (3, 'three');
SAVEPOINT s;
ROLLBACK TO s;
COMMIT;
ROLLBACK;
CREATE INDEX CONCURRENTLY users_phone ON users (phone);
DROP INDEX CONCURRENTLY users_email;
REINDEX TABLE CONCURRENTLY users;
VACUUM users;
CREATE DATABASE regress_guarded_db;
DROP DATABASE regress_guarded_db;
ALTER SYSTEM SET work_mem = '5MB';
COPY users FROM STDIN;
COPY users TO STDOUT;
ALTER TABLE users ADD COLUMN last int;
$$);
SELECT id FROM users;
SELECT "column" FROM show.columns('users') WHERE "column" = 'last';
SELECT * FROM show.indexes('users');

--
-- A syntax error anywhere refuses the whole script.
--
SELECT * FROM guarded.run(E'ALTER TABLE users ADD COLUMN never int;\n\nALTER TABLE users\n  ADD COLUMN wrong int int;');
\echo :SQLSTATE
SELECT * FROM guarded.run('SELECT ''unterminated');
SELECT * FROM guarded.run('ALTER TABLE users ADD COLUMN never int; ALTER TABLE');
-- Columns count characters, not bytes.
SELECT * FROM guarded.run('SELECT ''äöü'' AS "ß" FROM FROM t');
SELECT * FROM guarded.run(NULL);
\echo :SQLSTATE
SELECT "column" FROM show.columns('users') WHERE "column" = 'never';

-- Dry run.
SET guarded.dry_run = on;
SELECT number, status, reason, ddl FROM guarded.run($$
ALTER TABLE users ADD COLUMN d int, ADD COLUMN email text NOT NULL, DROP COLUMN fax;
INSERT INTO users (id, email) VALUES (4, 'four');
DROP TABLE users, admin_deals;
COMMIT;
$$);
RESET guarded.dry_run;
SELECT id FROM users;

-- In one transaction with other statements; a failure does not end it.
BEGIN;
INSERT INTO users (id, email) VALUES (5, 'five');
SELECT number, status, reason FROM guarded.run('INSERT INTO users (id, email) VALUES (5, ''again''); INSERT INTO users (id, email) VALUES (6, ''six'')');
COMMIT;
SELECT id, email FROM users ORDER BY id;
BEGIN;
SELECT number, status, reason FROM guarded.run('DROP TABLE orders');
ROLLBACK;
SELECT to_regclass('orders') AS orders;

\set VERBOSITY terse
REVOKE ALL ON users FROM regress_guarded_run;
DROP SCHEMA test_run CASCADE;
DROP ROLE regress_guarded_run;
