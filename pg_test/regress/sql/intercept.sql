-- guarded.intercept: plain DDL goes through the engine.
CREATE SCHEMA test_intercept;
SET search_path = test_intercept;
CREATE TABLE users (id int PRIMARY KEY, email text, fax text);
INSERT INTO users VALUES (1, 'ada@example.com', NULL);
CREATE TABLE orders (id int, user_id int);

-- Before the library is loaded the setting is only a word.
SET guarded.intercept = on;
ALTER TABLE admin_deals ADD COLUMN amount numeric;
-- The first call of any function loads it.
SELECT guarded.table_exists('users');
ALTER TABLE admin_deals ADD COLUMN amount numeric;
SHOW guarded.intercept;
RESET guarded.intercept;
ALTER TABLE admin_deals ADD COLUMN amount numeric;

--
-- The function
--
\c
SET search_path = test_intercept;
SELECT guarded.intercept(true);
SHOW guarded.intercept;
ALTER TABLE admin_deals ADD COLUMN amount numeric;
SELECT guarded.intercept(false);
SHOW guarded.intercept;
ALTER TABLE admin_deals ADD COLUMN amount numeric;
\echo :SQLSTATE
SELECT guarded.intercept(NULL);
\echo :SQLSTATE
SELECT guarded.intercept();
SET guarded.intercept = 'perhaps';
SELECT name, setting, boot_val, context, short_desc FROM pg_settings WHERE name = 'guarded.intercept' \gx
SELECT provolatile, proparallel, proisstrict, prosecdef FROM pg_proc WHERE oid = 'guarded.intercept'::regproc;

--
-- As every setting: for a transaction, undone with the transaction it was made in
--
BEGIN;
SET LOCAL guarded.intercept = on;
ALTER TABLE admin_deals ADD COLUMN amount numeric;
COMMIT;
SHOW guarded.intercept;
BEGIN;
SELECT guarded.intercept(true);
ALTER TABLE admin_deals ADD COLUMN amount numeric;
ROLLBACK;
SHOW guarded.intercept;
BEGIN;
SELECT guarded.intercept(true);
COMMIT;
SHOW guarded.intercept;
BEGIN;
SAVEPOINT s;
SELECT guarded.intercept(false);
ROLLBACK TO s;
ALTER TABLE admin_deals ADD COLUMN amount numeric;
SAVEPOINT s;
SET guarded.intercept = off;
RELEASE s;
ALTER TABLE admin_deals ADD COLUMN amount numeric;
ROLLBACK;
SHOW guarded.intercept;
-- For a function.
CREATE FUNCTION off() RETURNS void LANGUAGE plpgsql SET guarded.intercept = off AS 'BEGIN ALTER TABLE admin_deals ADD COLUMN amount numeric; END';
SELECT off();
SHOW guarded.intercept;
-- A function that turns it on or off, for what follows it.
DO $$
BEGIN
    PERFORM guarded.intercept(false);
    BEGIN
        ALTER TABLE admin_deals ADD COLUMN amount numeric;
    EXCEPTION WHEN undefined_table THEN
        RAISE NOTICE 'raised';
    END;
    PERFORM guarded.intercept(true);
    ALTER TABLE admin_deals ADD COLUMN amount numeric;
END
$$;

--
-- A migration that meets a database in which some of it is there, and some is not
--
SET guarded.migration = 'from psql';
BEGIN;
ALTER TABLE users ADD COLUMN phone text;
ALTER TABLE users ADD COLUMN email text;
ALTER TABLE users DROP COLUMN fax;
ALTER TABLE admin_deals ADD COLUMN amount numeric;
CREATE TABLE items (id int PRIMARY KEY, price numeric);
CREATE INDEX users_email ON users (email);
CREATE INDEX deals_amount ON admin_deals (amount);
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);
INSERT INTO users (id, phone) VALUES (2, '555');
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users ADD COLUMN id text;
DROP TABLE admin_deals;
COMMIT;
SELECT * FROM users ORDER BY id;
SELECT * FROM show.indexes('users');
SELECT * FROM show.constraints('orders');
SELECT status, reason, operation, object, ddl, rolled_back FROM guarded.report() WHERE migration = 'from psql' ORDER BY number;
SELECT * FROM guarded.summary() WHERE migration = 'from psql';
-- A second time.
SET guarded.migration = 'again';
ALTER TABLE users ADD COLUMN phone text;
ALTER TABLE users DROP COLUMN fax;
CREATE TABLE items (id int PRIMARY KEY, price numeric);
CREATE INDEX users_email ON users (email);
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);
SELECT status, count(*) FROM guarded.report() WHERE migration = 'again' GROUP BY status;
RESET guarded.migration;

-- A failure leaves the savepoints and the transaction as they were.
BEGIN;
INSERT INTO orders VALUES (1, 1);
SAVEPOINT s;
INSERT INTO orders VALUES (2, 2);
ALTER TABLE users ALTER COLUMN email TYPE int USING email::int;
ROLLBACK TO s;
CREATE TABLE orders (other text);
COMMIT;
SELECT * FROM orders;
-- What is rolled back is marked so.
BEGIN;
ALTER TABLE users ADD COLUMN gone int;
SAVEPOINT s;
ALTER TABLE users ADD COLUMN gone_first int;
ROLLBACK TO s;
SELECT object, rolled_back FROM guarded.report() WHERE object LIKE '%gone%' ORDER BY number;
ROLLBACK;
SELECT object, rolled_back FROM guarded.report() WHERE object LIKE '%gone%' ORDER BY number;

--
-- dry_run: nothing runs
--
SET guarded.dry_run = on;
ALTER TABLE users ADD COLUMN planned int, ADD COLUMN email text;
CREATE TABLE planned (id int);
ALTER TABLE planned ADD COLUMN x int;
DROP TABLE users, admin_deals CASCADE;
CREATE TABLE planned_copy AS SELECT * FROM users;
DROP SCHEMA test_intercept CASCADE;
DO 'BEGIN CREATE TABLE planned_in_do (id int); END';
-- What is no DDL runs.
INSERT INTO orders VALUES (3, 1);
RESET guarded.dry_run;
SELECT relname FROM pg_class WHERE relnamespace = 'test_intercept'::regnamespace AND relkind = 'r' ORDER BY 1;
SELECT count(*) FROM orders;

--
-- missing: a missing prerequisite is a failure
--
SET guarded.missing = fail;
BEGIN;
ALTER TABLE admin_deals ADD COLUMN amount numeric;
DROP TABLE admin_deals;
INSERT INTO orders VALUES (4, 1);
COMMIT;
SELECT count(*) FROM orders;

--
-- strict: PostgreSQL's own error
--
SET guarded.policy = strict;
ALTER TABLE admin_deals ADD COLUMN amount numeric;
\echo :SQLSTATE
RESET guarded.missing;
ALTER TABLE admin_deals ADD COLUMN amount numeric;
ALTER TABLE users ADD COLUMN email text;
-- A conflict says first in what it consists.
ALTER TABLE users ADD COLUMN email varchar(10);
\echo :SQLSTATE
CREATE INDEX users_email ON users (id);
\echo :SQLSTATE
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
\echo :SQLSTATE
ALTER TABLE users ADD COLUMN other int DEFAULT no_such_function(1);
\echo :SQLSTATE
ALTER TABLE users
    ADD COLUMN other no_such_type;
SET guarded.missing = fail;
ALTER TABLE users
    ADD COLUMN other no_such_type;
RESET guarded.missing;
-- PostgreSQL has no error for this one; the guard has.
CREATE TABLE IF NOT EXISTS users (other int);
\echo :SQLSTATE
CREATE INDEX IF NOT EXISTS users_email ON users (id);
\echo :SQLSTATE
BEGIN;
INSERT INTO orders VALUES (5, 1);
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
INSERT INTO orders VALUES (6, 1);
ROLLBACK;
SELECT status, reason, operation, object, rolled_back FROM guarded.report() ORDER BY number DESC LIMIT 1;
SELECT count(*) FROM orders;
SELECT "column" FROM show.columns('users');
RESET guarded.policy;

-- A skip leaves nothing behind: no lock, no transaction id; without the journal.
SET guarded.journal = off;
BEGIN;
ALTER TABLE admin_deals ADD COLUMN amount numeric;
ALTER TABLE users ADD COLUMN email text;
CREATE TABLE users (other int);
DROP TABLE admin_deals;
SELECT * FROM show.locks();
SELECT pg_current_xact_id_if_assigned() IS NULL AS no_xid;
COMMIT;
-- A failure leaves no lock.
BEGIN;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
SELECT * FROM show.locks();
COMMIT;

-- A syntax error is the parser's, before any hook.
ALTER TABEL users ADD COLUMN x int;
ALTER TABLE users ADD COLUMN x int int;

RESET guarded.intercept;
\set VERBOSITY terse
DROP SCHEMA test_intercept CASCADE;
