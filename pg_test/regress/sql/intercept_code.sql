-- guarded.intercept: DDL in DO blocks, functions and procedures, and what the other entry points do while it is on.
CREATE SCHEMA test_intercept;
SET search_path = test_intercept;
CREATE TABLE users (id int PRIMARY KEY, email text);
INSERT INTO users VALUES (1, NULL);
CREATE TABLE log (line text);
SELECT guarded.intercept(true);

-- DO: goes on after what is skipped, in conflict or failed.
DO $$
BEGIN
    ALTER TABLE admin_deals ADD COLUMN amount numeric;
    ALTER TABLE users ADD COLUMN phone text;
    ALTER TABLE users ADD COLUMN email int;
    ALTER TABLE users ALTER COLUMN email SET NOT NULL;
    EXECUTE 'CREATE INDEX deals_amount ON admin_deals (amount)';
    EXECUTE format('ALTER TABLE %I ADD COLUMN x int, ADD COLUMN phone text', 'users');
    INSERT INTO log VALUES ('DO reached its end');
END
$$;
-- In a loop: the plan of a statement is kept, its tree must not change.
DO $$
BEGIN
    FOR i IN 1..3 LOOP
        ALTER TABLE users ADD COLUMN looped int, DROP COLUMN fax;
        IF i = 2 THEN
            ALTER TABLE users DROP COLUMN looped;
        END IF;
    END LOOP;
END
$$;
SELECT * FROM show.columns('users');

-- An EXCEPTION block sees no error, because there is none …
DO $$
BEGIN
    ALTER TABLE users ALTER COLUMN email SET NOT NULL;
    INSERT INTO log VALUES ('no exception');
EXCEPTION WHEN others THEN
    INSERT INTO log VALUES ('exception: ' || sqlerrm);
END
$$;
-- … but under strict, there is, as without the extension.
SET guarded.policy = strict;
DO $$
DECLARE
    state text; said text; in_table text; in_column text; around text;
BEGIN
    ALTER TABLE users ADD COLUMN undone int;
    ALTER TABLE users ALTER COLUMN email SET NOT NULL;
EXCEPTION WHEN not_null_violation THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT, in_table = TABLE_NAME, in_column = COLUMN_NAME, around = PG_EXCEPTION_CONTEXT;
    RAISE NOTICE '% % % % %', state, said, in_table, in_column, around;
END
$$;
RESET guarded.policy;
SELECT operation, object, status, reason, rolled_back FROM guarded.report() ORDER BY number DESC LIMIT 2;
-- What an exception takes back is taken back.
DO $$
BEGIN
    BEGIN
        ALTER TABLE users ADD COLUMN undone int;
        ALTER TABLE admin_deals ADD COLUMN undone int;
        RAISE 'away with it';
    EXCEPTION WHEN raise_exception THEN
        ALTER TABLE users ADD COLUMN kept int;
    END;
END
$$;
SELECT object, status, rolled_back FROM guarded.report() ORDER BY number DESC LIMIT 3;

--
-- Functions, nested, in several languages
--
CREATE FUNCTION inner_one() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE made (id int);
    ALTER TABLE admin_deals DROP COLUMN amount;
    RETURN 'inner';
END $$;
CREATE FUNCTION outer_one() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM inner_one();
    ALTER TABLE made ADD COLUMN x int;
    ALTER TABLE made ADD COLUMN x int;
    RETURN inner_one() || ', outer';
END $$;
SELECT outer_one();
CREATE FUNCTION in_sql() RETURNS text LANGUAGE sql AS $$
    ALTER TABLE admin_deals ADD COLUMN x int;
    ALTER TABLE made ADD COLUMN y int;
    SELECT 'sql';
$$;
SELECT in_sql(), in_sql();
SELECT * FROM show.columns('made');
-- In a trigger, so by DML.
CREATE FUNCTION on_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (id int)', NEW.line);
    ALTER TABLE admin_deals ADD COLUMN x int;
    RETURN NULL;
END $$;
CREATE TRIGGER on_log BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION on_log();
INSERT INTO log VALUES ('by_trigger'), ('by_trigger');
SELECT count(*) FROM by_trigger;
DROP TRIGGER on_log ON log;
-- Called by DDL: a part of it, not intercepted by itself.
CREATE FUNCTION of_ddl() RETURNS int LANGUAGE plpgsql AS 'BEGIN ALTER TABLE admin_deals ADD COLUMN x int; RETURN 1; END';
CREATE TABLE from_function AS SELECT of_ddl() AS x;
SELECT to_regclass('from_function');
CREATE TABLE from_function AS SELECT 1 AS x;

--
-- Procedures that commit
--
CREATE PROCEDURE by_steps() LANGUAGE plpgsql AS $$
BEGIN
    ALTER TABLE users ADD COLUMN step1 int;
    ALTER TABLE admin_deals ADD COLUMN step1 int;
    COMMIT;
    ALTER TABLE users ALTER COLUMN email SET NOT NULL;
    ALTER TABLE users ADD COLUMN step2 int;
    ROLLBACK;
    ALTER TABLE users ADD COLUMN step1 int;
    ALTER TABLE users ADD COLUMN step3 int;
    COMMIT;
END $$;
CALL by_steps();
SELECT "column" FROM show.columns('users') WHERE "column" LIKE 'step%';
SELECT object, status, rolled_back FROM guarded.report() WHERE object LIKE '%step%' OR object = 'users.email' ORDER BY number DESC LIMIT 6;
DO $$
BEGIN
    FOR i IN 1..2 LOOP
        ALTER TABLE users ADD COLUMN in_do int;
        COMMIT;
    END LOOP;
END
$$;
-- A procedure called in a procedure.
CREATE PROCEDURE caller() LANGUAGE plpgsql AS $$
BEGIN
    CALL by_steps();
    ALTER TABLE admin_deals ADD COLUMN x int;
END $$;
CALL caller();

--
-- Whose code it is
--
CREATE ROLE regress_guarded_owner;
CREATE ROLE regress_guarded_caller;
GRANT USAGE, CREATE ON SCHEMA test_intercept TO regress_guarded_owner, regress_guarded_caller;
SET ROLE regress_guarded_owner;
CREATE TABLE own (id int);
CREATE FUNCTION by_owner() RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = test_intercept AS $$
BEGIN
    CREATE TABLE IF NOT EXISTS by_owner (id int);
    DROP TABLE IF EXISTS own;
    BEGIN
        ALTER TABLE admin_deals ADD COLUMN x int;
    EXCEPTION WHEN undefined_table THEN
        RETURN 'its errors are its own';
    END;
    RETURN 'its errors became notices';
END $$;
-- Another role's settings do not reach into it.
SET ROLE regress_guarded_caller;
SET guarded.dry_run = on;
SELECT by_owner();
SELECT to_regclass('own') AS own, to_regclass('by_owner') AS by_owner;
DROP TABLE IF EXISTS by_owner;
RESET guarded.dry_run;
-- The owner's do.
SET ROLE regress_guarded_owner;
CREATE TABLE own (id int);
DROP TABLE by_owner;
SET guarded.dry_run = on;
SELECT by_owner();
SELECT to_regclass('own') AS own, to_regclass('by_owner') AS by_owner;
RESET guarded.dry_run;
SELECT by_owner();
SELECT to_regclass('own') AS own, to_regclass('by_owner') AS by_owner;
-- A function with the caller's rights is the caller's code, whoever owns it.
CREATE FUNCTION with_caller_s_rights() RETURNS void LANGUAGE plpgsql AS 'BEGIN ALTER TABLE admin_deals ADD COLUMN x int; ALTER TABLE by_owner ADD COLUMN x int; END';
SET ROLE regress_guarded_caller;
SELECT with_caller_s_rights();
RESET ROLE;
REVOKE ALL ON SCHEMA test_intercept FROM regress_guarded_owner, regress_guarded_caller;

--
-- The other entry points: one outcome each
--
SET guarded.migration = 'other entry points';
SELECT * FROM show.outcome(guarded.add_column('users', 'typed', 'int'));
SELECT * FROM show.outcome(guarded.add_column('users', 'typed', 'int'));
SELECT * FROM show.outcome(guarded.add_column('admin_deals', 'typed', 'int'));
SELECT * FROM show.outcome(guarded.alter_column('users', 'email', nullable => false));
SELECT * FROM show.outcome(guarded.create_table('typed', '{id int PRIMARY KEY}'));
SELECT number, status, reason, operation, object FROM guarded.run($script$
ALTER TABLE users ADD COLUMN scripted int;
ALTER TABLE users ADD COLUMN scripted int, ADD COLUMN more int;
DROP TABLE admin_deals, typed;
CREATE TABLE scripted AS SELECT 1 AS one;
SELECT guarded.add_column('users', 'nested', 'int');
$script$);
SELECT status, reason, operation, object FROM guarded.report() WHERE migration = 'other entry points' ORDER BY number;
-- In a script, DO is one statement, and what it does is intercepted.
SELECT number, status, reason FROM guarded.run($script$
DO 'BEGIN ALTER TABLE admin_deals ADD COLUMN x int; ALTER TABLE users ADD COLUMN in_script int; END';
DO 'BEGIN ALTER TABLE users ADD COLUMN in_script_too int; PERFORM 1/0; END';
$script$);
SELECT status, reason, operation, object, rolled_back FROM guarded.report() ORDER BY number DESC LIMIT 5;
-- A script in intercepted code.
DO $$
BEGIN
    PERFORM guarded.run('ALTER TABLE admin_deals ADD COLUMN x int; ALTER TABLE users ADD COLUMN by_run int');
    ALTER TABLE users ADD COLUMN by_run int;
END
$$;
SELECT "column" FROM show.columns('users') WHERE "column" ~ 'script|nested|more|by_run';
RESET guarded.migration;
SELECT * FROM log;

RESET guarded.intercept;
\set VERBOSITY terse
DROP SCHEMA test_intercept CASCADE;
DROP ROLE regress_guarded_owner, regress_guarded_caller;
