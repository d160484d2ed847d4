-- guarded.intercept: extension scripts and event triggers.
CREATE SCHEMA test_intercept;
SET search_path = test_intercept;
CREATE TABLE users (id int PRIMARY KEY, email text);
INSERT INTO users VALUES (1, NULL);
SELECT guarded.intercept(true);

--
-- Extensions: their scripts are not intercepted, so there is one outcome each
--
CREATE EXTENSION citext VERSION '1.4';
CREATE EXTENSION citext;
CREATE EXTENSION citext VERSION '1.5';
-- The DETAIL names a file.
\set VERBOSITY terse
CREATE EXTENSION no_such_extension;
\set VERBOSITY default
CREATE EXTENSION hstore SCHEMA no_such_schema;
ALTER EXTENSION citext UPDATE TO '1.5';
ALTER EXTENSION citext UPDATE TO 'no such version';
ALTER EXTENSION citext UPDATE;
ALTER EXTENSION no_such_extension UPDATE;
ALTER EXTENSION citext ADD TABLE users;
ALTER EXTENSION citext DROP TABLE users;
-- One that needs another.
CREATE EXTENSION earthdistance;
CREATE EXTENSION earthdistance CASCADE;
SELECT status, reason, operation, object FROM guarded.report() ORDER BY number;
SELECT extname, extnamespace::regnamespace FROM pg_extension WHERE extname IN ('citext', 'cube', 'earthdistance') ORDER BY 1;
-- It works.
ALTER TABLE users ALTER COLUMN email TYPE citext;
SELECT 'A'::citext = 'a'::citext AS equal;
DROP EXTENSION citext;
ALTER TABLE users ALTER COLUMN email TYPE text;
DROP EXTENSION citext, no_such_extension, earthdistance;
DROP EXTENSION cube;
-- A script that fails leaves nothing.
CREATE FUNCTION hstore(text, text) RETURNS text LANGUAGE sql AS 'SELECT NULL';
CREATE EXTENSION hstore;
DROP FUNCTION hstore(text, text);
SELECT count(*) FROM pg_extension WHERE extname = 'hstore';
CREATE EXTENSION hstore;
DROP EXTENSION hstore;

--
-- Event triggers fire for what runs, once, and not for what is skipped
--
CREATE TABLE events (number serial, event text, tag text, object text);
CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_event = 'sql_drop' THEN
        INSERT INTO test_intercept.events (event, tag, object) SELECT tg_event, tg_tag, object_identity FROM pg_event_trigger_dropped_objects() WHERE original;
    ELSIF tg_event = 'ddl_command_end' THEN
        INSERT INTO test_intercept.events (event, tag, object) SELECT tg_event, tg_tag, object_identity FROM pg_event_trigger_ddl_commands();
    ELSIF tg_event = 'table_rewrite' THEN
        INSERT INTO test_intercept.events (event, tag, object) VALUES (tg_event, tg_tag, pg_event_trigger_table_rewrite_oid()::regclass);
    ELSE
        INSERT INTO test_intercept.events (event, tag) VALUES (tg_event, tg_tag);
    END IF;
END $$;
CREATE EVENT TRIGGER note_start ON ddl_command_start EXECUTE FUNCTION note();
CREATE EVENT TRIGGER note_end ON ddl_command_end EXECUTE FUNCTION note();
CREATE EVENT TRIGGER note_drop ON sql_drop EXECUTE FUNCTION note();
CREATE EVENT TRIGGER note_rewrite ON table_rewrite EXECUTE FUNCTION note();
CREATE EVENT TRIGGER note_start ON ddl_command_start EXECUTE FUNCTION note();
CREATE EVENT TRIGGER note_end ON no_such_event EXECUTE FUNCTION note();
ALTER EVENT TRIGGER no_such_trigger DISABLE;
TRUNCATE events RESTART IDENTITY;
ALTER TABLE users ADD COLUMN phone text;
ALTER TABLE users ADD COLUMN phone text;
ALTER TABLE admin_deals ADD COLUMN amount numeric;
ALTER TABLE users ADD COLUMN phone text, ADD COLUMN fax text;
ALTER TABLE users ADD COLUMN phone int;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users ALTER COLUMN id TYPE bigint;
CREATE TABLE made (id int PRIMARY KEY);
CREATE TABLE made (id int PRIMARY KEY);
CREATE TABLE made_too AS SELECT 1 AS one;
CREATE INDEX CONCURRENTLY made_id ON made (id);
DROP TABLE made, admin_deals, made_too;
DROP TABLE made;
DO 'BEGIN ALTER TABLE users DROP COLUMN fax; ALTER TABLE users DROP COLUMN fax; END';
GRANT SELECT ON users TO PUBLIC;
SELECT event, tag, object FROM events ORDER BY number;

-- What a trigger's function does is not intercepted: its errors are its own.
CREATE FUNCTION do_more() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_tag = 'COMMENT' THEN
        CREATE TABLE IF NOT EXISTS test_intercept.by_trigger (id int);
        BEGIN
            ALTER TABLE admin_deals ADD COLUMN x int;
        EXCEPTION WHEN undefined_table THEN
            RAISE NOTICE 'an error in the trigger: %', sqlerrm;
        END;
    END IF;
END $$;
CREATE EVENT TRIGGER more ON ddl_command_end EXECUTE FUNCTION do_more();
SELECT count(*) AS before FROM guarded.report() \gset
COMMENT ON TABLE users IS 'people';
COMMENT ON TABLE users IS 'people';
SELECT status, operation, object FROM guarded.report() WHERE number > :before ORDER BY number;
SELECT to_regclass('by_trigger') IS NOT NULL AS made_by_trigger;
DROP EVENT TRIGGER more;

-- One that raises: the statement has failed, and is undone.
CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE 'no % here', tg_tag USING ERRCODE = 'GD001', HINT = 'Ask somebody else.';
END $$;
CREATE EVENT TRIGGER refuse ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION refuse();
BEGIN;
ALTER TABLE users ADD COLUMN refused int;
ALTER TABLE admin_deals ADD COLUMN refused int;
INSERT INTO users (id) VALUES (2);
COMMIT;
SELECT status, reason, outcome->>'sqlstate' AS sqlstate, outcome->>'hint' AS hint FROM guarded.report() ORDER BY number DESC OFFSET 1 LIMIT 1;
SELECT guarded.column_exists('users', 'refused'), count(*) FROM users;
SET guarded.policy = strict;
ALTER TABLE users ADD COLUMN refused int;
\echo :SQLSTATE
RESET guarded.policy;
DROP EVENT TRIGGER refuse;
-- A table_rewrite trigger that refuses.
CREATE EVENT TRIGGER refuse ON table_rewrite EXECUTE FUNCTION refuse();
ALTER TABLE users ALTER COLUMN id TYPE numeric;
ALTER TABLE users ALTER COLUMN phone TYPE varchar;
DROP EVENT TRIGGER refuse, no_such_trigger;
DROP EVENT TRIGGER refuse;
SELECT "column", type FROM show.columns('users');
DROP EVENT TRIGGER note_start, note_end, note_drop, note_rewrite;

RESET guarded.intercept;
\set VERBOSITY terse
DROP SCHEMA test_intercept CASCADE;
