-- Specs: what a user reads of what is missing, of a spec that is wrong, of a repair.
CREATE SCHEMA test_spec;
SET search_path = test_spec;
-- Of the tests before this one.
DELETE FROM guarded.journal;
-- What a repair has done, without the outcomes.
CREATE FUNCTION show.repaired(spec jsonb, allow text[] DEFAULT NULL)
    RETURNS TABLE (n int, status text, reason text, operation text, object text, message text)
    LANGUAGE sql AS $$ SELECT number, status, reason, operation, object, message FROM guarded.repair(spec, allow) $$;

-- A migration that needs more than there is: once, with everything.
CREATE TABLE users (id bigint PRIMARY KEY, email text);
CREATE TABLE organisations (id bigint, name varchar(50));
INSERT INTO users VALUES (1, 'ann@example.org'), (2, NULL);
SELECT guarded.require(
    required_tables => '{users,organisations,audit_logs,feature_flags}',
    required_columns => '{"users": ["id", "email", "organisation_id", "role"], "audit_logs": ["id", "user_id", "action"]}',
    migration_id => '004');
\echo :LAST_ERROR_SQLSTATE
-- The same as a spec, without a migration.
SELECT guarded.require('{"users": ["id", "email", "organisation_id", "role"], "audit_logs": ["id", "user_id", "action"],
                         "organisations": null, "feature_flags": []}');
-- Other kinds, and what is there with another definition; what is optional is not told.
SELECT guarded.require($$ {
    "users": {
        "columns": {"email": {"type": "varchar(255)", "not_null": true}, "plan": "text"},
        "optional": ["nickname", "locale"],
        "constraints": {"users_pkey": "PRIMARY KEY (email)", "users_email_check": "CHECK (email <> '')", "users_email_key": null},
        "indexes": ["users_email"],
        "triggers": ["touch"],
        "policies": ["own_rows", "all_rows"],
        "row_level_security": true
    },
    "organisations": {"columns": {"name": "text"}, "policies": ["all_rows"]}
} $$, 'a "quoted"
label');
SELECT guarded.require('{"guarded_spec": 1, "schemas": {"test_spec_shop": null}, "extensions": {"no_such_extension": null},
                         "enums": {"mood": ["ok"]}, "functions": ["touch()", "touch(integer)"], "views": ["users"]}');
-- All of it is there; what may be missing is.
SELECT guarded.require('{"users": {"columns": ["id"], "optional": ["nickname"]}}');
SELECT guarded.require(required_tables => '{users}', optional_columns => '{"users": ["nickname"], "organisations": ["name"]}');
-- But if it is there it must be right.
SELECT guarded.require('{"organisations": {"columns": {"name": {"type": "text", "optional": true}}}}');
-- A hint does not repeat a spec that is long.
SELECT guarded.require(jsonb_build_object('users', jsonb_build_array(repeat('x', 60), repeat('y', 60)), 'absent',
                                          (SELECT jsonb_agg('c' || n) FROM generate_series(1, 200) n)));
-- Of very much the first is told; terse, because the rest has all of it.
\set VERBOSITY terse
SELECT guarded.require(jsonb_build_object('users', (SELECT jsonb_agg('c' || n) FROM generate_series(100, 153) n)));
\set VERBOSITY default
-- Nothing is asked.
SELECT guarded.require();
SELECT guarded.check();
-- The transaction of the migration is aborted, as by any error.
BEGIN;
SELECT guarded.require('["users"]');
SELECT 1;
ROLLBACK;

-- As rows.
SELECT * FROM guarded.check(required_tables => '{users,audit_logs}', required_columns => '{"users": ["email", "role"]}',
                            optional_columns => '{"users": ["nickname"], "teams": ["id"]}');
SELECT * FROM guarded.check($$ {
    "users": {"columns": {"id": "int8", "email": {"type": "varchar(255)", "default": "''"}}, "optional": ["nickname"],
              "constraints": {"users_pkey": "PRIMARY KEY (id)", "users_email_check": "CHECK (email <> '')"}},
    "organisations": {"columns": {"id": {"not_null": true}}, "comment": "who pays"},
    "teams": {"optional": true, "columns": {"id": "int"}}
} $$);
SELECT * FROM guarded.check('{"users": ["id"]}', required_columns => '{"users": ["role"]}');
-- An extension has one name in the whole database, whatever schema it is in.
SELECT object, attribute, have, want, status FROM guarded.check('{"guarded_spec": 1, "extensions": {"plpgsql": null,
    "guarded_ddl": {"schema": "public"}}}');
SELECT guarded.repair_script('{"guarded_spec": 1, "extensions": {"plpgsql": "1.0", "guarded_ddl": null}}');

-- What is wrong with a spec, and where.
SELECT guarded.check('["users"]');
\echo :LAST_ERROR_SQLSTATE
SELECT guarded.check('{"users": 1}');
SELECT guarded.check('{"users": {"colums": ["id"]}}');
SELECT guarded.check('{"users": {"columns": {"email": {"typ": "text"}}}}');
SELECT guarded.check('{"users": [{"type": "text"}]}');
SELECT guarded.check('{"users": ["id", ["email"]]}');
SELECT guarded.check('{"users": ["id", "id"]}');
SELECT guarded.check('{"users": null, "test_spec.users": null}');
SELECT guarded.check('{"users": {"columns": {"email": {"not_null": "yes"}}}}');
SELECT guarded.check('{"users": {"columns": {"email": "no such type"}}}');
SELECT guarded.check('{"users": {"columns": {"email": "text; DROP TABLE users"}}}');
SELECT guarded.check('{"users": {"columns": {"email": {"default": "1 +"}}}}');
SELECT guarded.check('{"users": {"constraints": {"c": "CHEKC (true)"}}}');
SELECT guarded.check('{"users": {"optional": "nickname"}}');
SELECT guarded.check('{"": null}');
SELECT guarded.check('{"a.b.c": null}');
SELECT guarded.check(jsonb_build_object(repeat('x', 64), NULL));
SELECT guarded.check('{"tables": {"users": null}}');
SELECT guarded.check('{"guarded_spec": 2}');
SELECT guarded.check('{"guarded_spec": 1, "table": {}}');
SELECT guarded.check('{"guarded_spec": 1, "search_path": ["public"]}');
SELECT guarded.check('{"guarded_spec": 1, "scope": {"schema": "public"}}');
SELECT guarded.check('{"guarded_spec": 1, "enums": {"mood": ["sad", 1]}}');
SELECT guarded.check('{"guarded_spec": 1, "functions": ["touch"]}');
SELECT guarded.check('{"guarded_spec": 1, "views": {"v": {"depends_on": ["users"]}}}');
SELECT guarded.check('{"guarded_spec": 1, "sequences": {"s": {"start": "1"}}}');
SELECT guarded.check(required_columns => '{"users": "id"}');
SELECT guarded.check(optional_columns => '["id"]');
SELECT guarded.check(required_tables => '{NULL}');
SELECT guarded.diff(NULL);
SELECT guarded.snapshot('{test_spec,no_such_schema}');
SELECT guarded.snapshot('{test_spec}', '{users,no_such_table}');
SELECT guarded.repair_script('{}', 'xml');
SELECT guarded.repair_script('{}', allow => '{everything}');
SELECT guarded.repair('{}', allow => '{NULL}');
-- Whole statements are read when they are to be written.
SELECT guarded.repair('{"users": {"indexes": {"i": "CREATE TABLE i (a int)"}}}');
SELECT guarded.repair('{"users": {"indexes": {"i": "CREATE INDEX other ON users (id)"}}}');
SELECT guarded.repair('{"users": {"indexes": {"i": "CREATE INDEX i ON users (id); DROP TABLE users"}}}');
SELECT guarded.repair('{"guarded_spec": 1, "views": {"v": "DELETE FROM users"}}');
SELECT guarded.repair('{"guarded_spec": 1, "functions": {"f()": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS"}}');
-- None of it has done anything.
SELECT count(*) FROM guarded.report();

-- A good database,
DROP TABLE users, organisations;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE organisations (id bigint PRIMARY KEY, name varchar(50) NOT NULL DEFAULT 'a: 100 %, it''s "x\y"');
COMMENT ON COLUMN organisations.name IS 'as it is written, with a \ and 100 %';
CREATE TABLE users (
    id bigint PRIMARY KEY,
    email text NOT NULL,
    plan varchar(20) DEFAULT 'free',
    mood mood,
    score int,
    organisation_id bigint CONSTRAINT users_organisation REFERENCES organisations,
    CONSTRAINT users_email_check CHECK (email LIKE '%@%')
);
CREATE INDEX users_plan ON users (plan);
CREATE TABLE audit_logs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "User ""Id""" bigint REFERENCES users,
    line text
);
CREATE FUNCTION shout(line text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper(line) || '!' $$;
CREATE VIEW loud AS SELECT audit_logs.id, shout(line) AS line FROM audit_logs CROSS JOIN organisations;
SELECT guarded.snapshot('{test_spec}') AS good \gset
SELECT jsonb_pretty(guarded.snapshot('{test_spec}', '{audit_logs}'));
SELECT * FROM guarded.diff(:'good', true);

-- and one that has drifted.
DROP TABLE audit_logs CASCADE;
DROP FUNCTION shout;
DROP INDEX users_plan;
ALTER TABLE users DROP CONSTRAINT users_email_check, DROP CONSTRAINT users_organisation, DROP COLUMN mood,
    ALTER plan DROP DEFAULT, ALTER plan TYPE varchar(10), ALTER score TYPE numeric(20,2), ALTER email DROP NOT NULL,
    ADD COLUMN fax text;
DROP TYPE mood;
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE INDEX users_plan ON users (plan, id);
COMMENT ON COLUMN organisations.name IS NULL;
CREATE TABLE leftover (id int);
INSERT INTO organisations VALUES (1, 'Harbour');
INSERT INTO users (id, email, plan, score, organisation_id) VALUES (1, 'ann@example.org', 'free', 1, 1), (2, NULL, 'pro', 2, 1);
SELECT * FROM guarded.diff(:'good');
SELECT object, status FROM guarded.diff(:'good', exact => true) EXCEPT SELECT object, status FROM guarded.diff(:'good') ORDER BY 1;

-- The script that brings it back, in each format; what it leaves out at the end, with the reason.
\pset format unaligned
\pset tuples_only on
SELECT guarded.repair_script(:'good');
SELECT guarded.repair_script(:'good', 'guarded', '{drop,lossy}');
SELECT guarded.repair_script(:'good', 'alembic', message => 'what was missing', revision => '0a1b2c3d4e5f',
                             down_revision => '774225e563ca');
-- Names of other things, and nothing to do.
SELECT guarded.repair_script('{"users": {"columns": {"id": null}}}', 'alembic', revision => 'a"b\c', message => 'ends in """');
SELECT guarded.repair_script('{"users": ["role"]}');
\pset format aligned
\pset tuples_only off

-- A dry run tells what would be done; nothing changes, and nothing is kept.
SET guarded.migration = 'spec: dry';
SET guarded.dry_run = on;
SELECT * FROM show.repaired(:'good');
RESET guarded.dry_run;
SELECT count(*) FROM guarded.diff(:'good');
SELECT count(*) FROM guarded.journal;

-- What is left as it is comes last, and is no failure, whatever the policy.
SET guarded.migration = 'spec: additive';
SET guarded.policy = strict;
SELECT * FROM show.repaired(:'good');
RESET guarded.policy;
SELECT kind, object, attribute, have, want, status FROM guarded.diff(:'good', exact => true);
-- With more allowed: a value that fits no more and a NULL are failures now, each by itself, and what can be done is done.
UPDATE users SET score = 3000000000 WHERE id = 2;
SET guarded.migration = 'spec: all';
SELECT * FROM show.repaired(:'good', '{drop,lossy}');
SELECT kind, object, attribute, have, want, status FROM guarded.diff(:'good', exact => true);
-- One error of everything, and nothing is committed.
SET guarded.migration = 'spec: collect';
SET guarded.policy = collect;
BEGIN;
CREATE TABLE leftover (id int);
SELECT n, status, reason, operation, object FROM show.repaired(:'good', '{drop,lossy}');
COMMIT;
SELECT to_regclass('leftover');
-- The first one is raised.
SET guarded.migration = 'spec: strict';
SET guarded.policy = strict;
SELECT status FROM guarded.repair(:'good', '{drop,lossy}');
\echo :LAST_ERROR_SQLSTATE
RESET guarded.policy;
-- The rows are mended, and then nothing is left.
DELETE FROM users WHERE id = 2;
SET guarded.migration = 'spec: clean';
SELECT * FROM show.repaired(:'good', '{drop,lossy}');
SELECT * FROM guarded.diff(:'good', true);
SELECT * FROM show.repaired(:'good', '{drop,lossy}');
SELECT guarded.require(:'good');
RESET guarded.migration;

-- What the report and the journal say of it.
SELECT migration, number, status, reason, operation, object, rolled_back FROM guarded.report();
SELECT * FROM guarded.summary();
SELECT migration, status, reason, operation, object, finished FROM guarded.journal ORDER BY number;
SELECT object, status, waits_reason, waits_for FROM guarded.pending ORDER BY number;

-- What it has come to.
SELECT * FROM show.columns('users');
SELECT * FROM show.constraints('users');
SELECT * FROM show.indexes('users');
SELECT * FROM show.columns('organisations');
SELECT * FROM show.columns('audit_logs');
SELECT * FROM show.constraints('audit_logs');
SELECT enum_range(NULL::mood), shout('hello'), to_regclass('loud') AS view, col_description('organisations'::regclass, 2);
SELECT * FROM users;

DELETE FROM guarded.journal;
DROP FUNCTION show.repaired;
\set VERBOSITY terse
DROP SCHEMA test_spec CASCADE;
