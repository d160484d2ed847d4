-- guarded.intercept: each kind of verdict, sub-commands and lists judged one by one.
CREATE SCHEMA test_intercept;
SET search_path = test_intercept;
CREATE TABLE users (id int PRIMARY KEY, email text, age int);
INSERT INTO users VALUES (1, 'ada@example.com', 36), (2, NULL, 36);
CREATE TABLE orders (id int, user_id int);
CREATE VIEW emails AS SELECT email FROM users;
CREATE SEQUENCE numbers;
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE ROLE regress_guarded_intercept;
SELECT guarded.intercept(true);

--
-- Missing
--
ALTER TABLE admin_deals ADD COLUMN amount numeric;
ALTER TABLE no_such_schema.users ADD COLUMN amount numeric;
ALTER TABLE users ALTER COLUMN no_such_column SET NOT NULL;
ALTER TABLE users ADD COLUMN x no_such_type;
ALTER TABLE users VALIDATE CONSTRAINT no_such_constraint;
ALTER TABLE users RENAME COLUMN no_such_column TO x;
ALTER TABLE users RENAME CONSTRAINT no_such_constraint TO x;
ALTER TABLE admin_deals RENAME TO deals;
ALTER TABLE users OWNER TO regress_no_such_role;
ALTER TABLE users SET SCHEMA no_such_schema;
ALTER TABLE users ENABLE TRIGGER no_such_trigger;
ALTER INDEX no_such_index RENAME TO x;
ALTER INDEX no_such_index SET (fillfactor = 50);
ALTER SEQUENCE no_such_sequence RESTART;
ALTER VIEW no_such_view SET (security_barrier = true);
ALTER TYPE no_such_type ADD VALUE 'x';
ALTER DOMAIN no_such_domain SET NOT NULL;
ALTER FUNCTION no_such_function() STABLE;
ALTER POLICY no_such_policy ON users TO PUBLIC;
ALTER ROLE regress_no_such_role NOLOGIN;
ALTER EXTENSION no_such_extension UPDATE;
CREATE TABLE no_such_schema.t (id int);
CREATE TABLE t (id int, x no_such_type);
CREATE TABLE t (id int REFERENCES admin_deals);
CREATE TABLE t () INHERITS (admin_deals);
CREATE INDEX i ON admin_deals (amount);
CREATE INDEX i ON users (no_such_column);
CREATE INDEX i ON users (lower(no_such_column));
CREATE VIEW v AS SELECT * FROM admin_deals;
CREATE VIEW v AS SELECT no_such_column FROM users;
CREATE TRIGGER t BEFORE INSERT ON admin_deals EXECUTE FUNCTION no_such_function();
CREATE TRIGGER t BEFORE INSERT ON users EXECUTE FUNCTION no_such_function();
CREATE POLICY p ON admin_deals;
CREATE RULE r AS ON INSERT TO admin_deals DO NOTHING;
CREATE STATISTICS s ON a, b FROM admin_deals;
CREATE FUNCTION no_such_schema.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(a no_such_type) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE SCHEMA s AUTHORIZATION regress_no_such_role;
COMMENT ON TABLE admin_deals IS 'x';
COMMENT ON COLUMN users.no_such_column IS 'x';
GRANT SELECT ON admin_deals TO PUBLIC;
GRANT SELECT ON users TO regress_no_such_role;
GRANT regress_no_such_role TO regress_guarded_intercept;
ALTER DEFAULT PRIVILEGES IN SCHEMA no_such_schema GRANT SELECT ON TABLES TO PUBLIC;
IMPORT FOREIGN SCHEMA x FROM SERVER no_such_server INTO test_intercept;

--
-- There already
--
ALTER TABLE users ADD COLUMN email text;
ALTER TABLE users ALTER COLUMN age TYPE integer;
ALTER TABLE users ALTER COLUMN age DROP NOT NULL;
ALTER TABLE users ADD PRIMARY KEY (id);
CREATE TABLE users (id int PRIMARY KEY, email text, age int);
CREATE TABLE IF NOT EXISTS users (id int PRIMARY KEY, email text, age int);
CREATE UNIQUE INDEX users_pkey ON users (id);
CREATE SEQUENCE numbers;
CREATE TYPE mood AS ENUM ('sad', 'glad');
ALTER TYPE mood ADD VALUE 'glad';
CREATE SCHEMA test_intercept;
CREATE EXTENSION guarded_ddl;
COMMENT ON TABLE users IS NULL;
ALTER TABLE users DISABLE ROW LEVEL SECURITY;

--
-- Another thing there
--
ALTER TABLE users ADD COLUMN email varchar(20) NOT NULL DEFAULT 'x';
ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY (email);
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE INDEX users_pkey ON orders (id);
CREATE SEQUENCE numbers INCREMENT 2;
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE VIEW emails AS SELECT 1 AS one;
CREATE TABLE emails (id int);
CREATE VIEW users AS SELECT 1 AS one;
CREATE INDEX orders ON users (age);
CREATE DOMAIN mood AS int;
CREATE ROLE regress_guarded_intercept;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 3';
CREATE OR REPLACE VIEW emails AS SELECT email, 1 AS one FROM users;
SELECT f(), count(*) FROM emails WHERE one = 1;

--
-- Failures
--
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users ADD CONSTRAINT ages UNIQUE (age);
ALTER TABLE users ADD CONSTRAINT young CHECK (age < 30);
ALTER TABLE users ALTER COLUMN email TYPE int USING email::int;
DROP TABLE users;
ALTER TABLE users DROP COLUMN email;
SET ROLE regress_guarded_intercept;
ALTER TABLE test_intercept.users ADD COLUMN x int;
CREATE TABLE pg_catalog.mine (id int);
RESET ROLE;
SELECT * FROM show.columns('users');

--
-- DROP
--
DROP TABLE admin_deals;
DROP TABLE no_such_schema.t;
DROP VIEW no_such_view;
DROP INDEX no_such_index;
DROP SEQUENCE no_such_sequence;
DROP TYPE no_such_type;
DROP SCHEMA no_such_schema;
DROP FUNCTION no_such_function(int);
DROP TRIGGER no_such_trigger ON users;
DROP TRIGGER no_such_trigger ON admin_deals;
DROP POLICY no_such_policy ON users;
DROP ROLE regress_no_such_role;
DROP EXTENSION no_such_extension;
DROP OPERATOR = (mood, int);
DROP CAST (int AS mood);
DROP TABLE IF EXISTS admin_deals;
DROP VIEW users;
DROP TABLE emails;
DROP INDEX users;
-- Lists: those that are there go.
CREATE TABLE a (id int);
CREATE TABLE b (id int);
CREATE TABLE c (id int);
DROP TABLE a, admin_deals, b, no_such_schema.t;
DROP TABLE admin_deals, deals;
-- One of another kind stays.
DROP TABLE c, emails;
DROP ROLE regress_no_such_role, regress_guarded_intercept;
CREATE ROLE regress_guarded_intercept;
SELECT relname FROM pg_class WHERE relnamespace = 'test_intercept'::regnamespace AND relkind IN ('r', 'v') ORDER BY 1;

--
-- GRANT, REVOKE
--
GRANT SELECT ON users, admin_deals, orders TO regress_guarded_intercept;
GRANT SELECT, UPDATE (email) ON users TO regress_guarded_intercept, PUBLIC;
GRANT ALL ON ALL TABLES IN SCHEMA test_intercept, no_such_schema TO regress_guarded_intercept;
GRANT ALL ON ALL TABLES IN SCHEMA test_intercept TO regress_guarded_intercept;
REVOKE UPDATE ON orders, admin_deals FROM regress_guarded_intercept;
SELECT has_table_privilege('regress_guarded_intercept', 'users', 'SELECT') AS users_select,
       has_table_privilege('regress_guarded_intercept', 'orders', 'SELECT') AS orders_select,
       has_table_privilege('regress_guarded_intercept', 'orders', 'UPDATE') AS orders_update;

--
-- Rename
--
ALTER TABLE users RENAME COLUMN email TO mail;
ALTER TABLE users RENAME COLUMN email TO mail;
ALTER TABLE users RENAME COLUMN mail TO age;
ALTER TABLE users RENAME COLUMN mail TO email;
ALTER TABLE orders RENAME TO purchases;
ALTER TABLE orders RENAME TO purchases;
ALTER TABLE purchases RENAME TO users;
ALTER VIEW emails RENAME TO mails;
ALTER VIEW emails RENAME TO mails;
ALTER TYPE mood RENAME VALUE 'sad' TO 'sorry';
ALTER TYPE mood RENAME VALUE 'sad' TO 'sorry';
ALTER TYPE mood RENAME TO temper;
ALTER TYPE mood RENAME TO temper;
ALTER SCHEMA no_such_schema RENAME TO other;
ALTER FUNCTION f() RENAME TO g;
ALTER FUNCTION f() RENAME TO g;

--
-- Sub-commands
--
ALTER TABLE users
    ADD COLUMN a int DEFAULT 1,
    ADD COLUMN email text,
    DROP COLUMN fax,
    ALTER COLUMN id SET NOT NULL,
    ALTER COLUMN no_such_column TYPE int,
    ADD CONSTRAINT positive CHECK (a > 0),
    ADD COLUMN IF NOT EXISTS b text DEFAULT 'x,y' CHECK (b <> ','),
    ADD COLUMN age text;
SELECT * FROM show.columns('users');
SELECT * FROM show.constraints('users');
-- Nothing of it is left.
ALTER TABLE users ADD COLUMN email text, DROP COLUMN fax, ALTER COLUMN id SET NOT NULL;
-- One fails, and those that ran with it are undone; the pruned ones keep their outcome.
ALTER TABLE users ADD COLUMN c int, DROP COLUMN fax, ALTER COLUMN email SET NOT NULL, ADD COLUMN age int;
SELECT guarded.column_exists('users', 'c');
SELECT status, reason, operation, object, ddl FROM (SELECT * FROM guarded.report() ORDER BY number DESC LIMIT 15) AS last ORDER BY number;
-- A table that is dropped and made again in one transaction.
BEGIN;
DROP TABLE purchases;
CREATE TABLE purchases (id int);
ALTER TABLE purchases ADD COLUMN x int, ADD COLUMN x int;
ALTER TABLE purchases DROP COLUMN x, ADD COLUMN x text;
ALTER TABLE purchases ADD COLUMN x int, DROP COLUMN x;
ALTER TABLE purchases DROP COLUMN x, ADD COLUMN x text;
COMMIT;
SELECT * FROM show.columns('purchases');

--
-- SET CONSTRAINTS names constraints: those that are there
--
CREATE TABLE deferred (id int, CONSTRAINT distinct_ids UNIQUE (id) DEFERRABLE INITIALLY DEFERRED);
BEGIN;
INSERT INTO deferred VALUES (1), (1);
SET CONSTRAINTS no_such_constraint IMMEDIATE;
SET CONSTRAINTS no_such_schema.distinct_ids IMMEDIATE;
SET CONSTRAINTS distinct_ids IMMEDIATE;
DELETE FROM deferred;
SET CONSTRAINTS no_such_constraint, distinct_ids IMMEDIATE;
INSERT INTO deferred VALUES (1);
SET CONSTRAINTS ALL DEFERRED;
COMMIT;
SELECT count(*) FROM deferred;

RESET guarded.intercept;
\set VERBOSITY terse
DROP SCHEMA test_intercept CASCADE;
DROP ROLE regress_guarded_intercept;
