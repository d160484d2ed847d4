-- Privileges: everything runs with the caller's own.
CREATE SCHEMA test_privileges;
SET search_path = test_privileges;
CREATE ROLE regress_guarded_owner;
CREATE ROLE regress_guarded_nobody;
GRANT USAGE, CREATE ON SCHEMA test_privileges TO regress_guarded_owner;
GRANT USAGE ON SCHEMA test_privileges TO regress_guarded_nobody;
SET ROLE regress_guarded_owner;
CREATE TABLE users (id int PRIMARY KEY, email text, CONSTRAINT users_email CHECK (email <> ''));
CREATE INDEX users_lower ON users (lower(email));
CREATE POLICY pol ON users USING (email = current_user);
CREATE SEQUENCE numbers;
CREATE TYPE mood AS ENUM ('sad');
INSERT INTO users VALUES (1, 'ada');
RESET ROLE;

-- Nothing of the extension runs as its owner; everybody may call all of it.
SELECT proname FROM pg_proc WHERE pronamespace = 'guarded'::regnamespace AND (prosecdef OR NOT has_function_privilege('regress_guarded_nobody', oid, 'EXECUTE'));
SELECT has_schema_privilege('regress_guarded_nobody', 'guarded', 'USAGE') AS usage, has_schema_privilege('regress_guarded_nobody', 'guarded', 'CREATE') AS create;

CREATE TABLE test_privileges.log (n int);
GRANT INSERT, SELECT ON log TO regress_guarded_nobody;
SET ROLE regress_guarded_nobody;

-- A table of another role. After each refusal the transaction goes on, and no lock is left.
BEGIN;
SELECT * FROM show.all_of(guarded.add_column('users', 'age', 'int'));
SELECT * FROM show.outcome(guarded.drop_column('users', 'email'));
SELECT * FROM show.outcome(guarded.alter_column('users', 'email', type => 'varchar(10)'));
SELECT * FROM show.outcome(guarded.alter_column('users', 'email', comment => 'x'));
SELECT * FROM show.outcome(guarded.alter_column('users', 'email', nullable => false, server_default => '1', comment => 'x'));
SELECT * FROM show.outcome(guarded.rename_column('users', 'email', 'mail'));
SELECT * FROM show.outcome(guarded.rename_table('users', 'people'));
SELECT * FROM show.outcome(guarded.create_table_comment('users', 'x'));
SELECT * FROM show.outcome(guarded.drop_table('users'));
SELECT * FROM show.outcome(guarded.create_index('users_id', 'users', '{id}'));
SELECT * FROM show.outcome(guarded.create_index(NULL, 'users', '{id}'));
SELECT * FROM show.outcome(guarded.rename_index('users_pkey', 'users_pk'));
SELECT * FROM show.outcome(guarded.drop_index('users_lower'));
SELECT * FROM show.outcome(guarded.create_unique_constraint('u', 'users', '{email}'));
SELECT * FROM show.outcome(guarded.create_primary_key('u', 'log', '{n}'));
SELECT * FROM show.outcome(guarded.create_check_constraint('c', 'users', 'id > 0'));
SELECT * FROM show.outcome(guarded.create_foreign_key('fk', 'users', 'log', '{id}', '{n}'));
SELECT * FROM show.outcome(guarded.create_exclude_constraint('e', 'users', ARRAY['id WITH =']));
SELECT * FROM show.outcome(guarded.drop_constraint('users_pkey', 'users'));
SELECT * FROM show.outcome(guarded.rename_constraint('users', 'users_pkey', 'users_pk'));
SELECT * FROM show.outcome(guarded.enable_row_level_security('users'));
SELECT * FROM show.outcome(guarded.create_policy('p', 'users'));
SELECT * FROM show.outcome(guarded.drop_policy('pol', 'users'));
SELECT * FROM show.outcome(guarded.drop_sequence('numbers'));
SELECT * FROM show.outcome(guarded.add_enum_value('mood', 'ok'));
SELECT * FROM show.outcome(guarded.drop_type('mood'));
SELECT * FROM show.outcome(guarded.drop_schema('test_privileges', cascade => true));
SELECT * FROM show.locks();
INSERT INTO log VALUES (1);
COMMIT;
SELECT n FROM log;

-- Where nothing may be created.
BEGIN;
SELECT * FROM show.all_of(guarded.create_table('t', ARRAY['id int']));
SELECT * FROM show.outcome(guarded.create_enum('e', '{a}'));
SELECT * FROM show.outcome(guarded.create_sequence('s'));
SELECT * FROM show.outcome(guarded.create_schema('test_mine'));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['id int'], schema => 'guarded'));
SELECT status, reason FROM show.outcome(guarded.create_extension('cube'));
SELECT number, status, reason, message FROM guarded.run('CREATE VIEW v AS SELECT * FROM users; SELECT * FROM users; INSERT INTO users VALUES (2); UPDATE log SET n = 2; GRANT SELECT ON log TO public; TRUNCATE users; LOCK TABLE users; ALTER TABLE users DISABLE TRIGGER ALL');
INSERT INTO log VALUES (2);
COMMIT;
SELECT n FROM log ORDER BY n;

-- What there is nothing to do for needs no privilege.
SELECT status, reason FROM show.outcome(guarded.add_column('users', 'email', 'text'));
SELECT status, reason FROM show.outcome(guarded.drop_column('users', 'no_such_column'));
SELECT status, reason FROM show.outcome(guarded.create_index('users_pkey', 'users', '{id}', "unique" => true));
SELECT status, reason FROM show.outcome(guarded.create_enum('mood', '{sad}'));
SELECT status, reason FROM show.outcome(guarded.create_sequence('numbers'));
SELECT status, reason FROM show.outcome(guarded.add_enum_value('mood', 'sad'));
-- But expressions are compared by looking at the table as its owner may: the statement itself is refused then.
BEGIN;
SELECT * FROM show.all_of(guarded.create_check_constraint('users_email', 'users', 'email <> '''''));
SELECT * FROM show.outcome(guarded.create_index('users_lower', 'users', '{lower(email)}'));
SELECT * FROM show.outcome(guarded.create_policy('pol', 'users', using_expression => 'email = current_user'));
SELECT * FROM show.locks();
COMMIT;

-- Dry run: a plan is no promise.
SET guarded.dry_run = on;
SELECT status, reason FROM show.outcome(guarded.add_column('users', 'age', 'int'));
RESET guarded.dry_run;

-- A function that runs with its owner's privileges lends them to what it calls, as with plain DDL.
RESET ROLE;
CREATE FUNCTION test_privileges.add_age() RETURNS jsonb LANGUAGE sql SECURITY DEFINER AS $$ SELECT guarded.add_column('users', 'age', 'int', schema => 'test_privileges') $$;
ALTER FUNCTION add_age() OWNER TO regress_guarded_owner;
SET ROLE regress_guarded_nobody;
SELECT status, reason FROM show.outcome(test_privileges.add_age());
RESET ROLE;
SELECT "column" FROM show.columns('users');

-- A schema that may not be used is not in search_path; named, it is refused.
CREATE SCHEMA test_hidden AUTHORIZATION regress_guarded_owner;
CREATE TABLE test_hidden.secrets (id int, body text);
SET search_path = test_hidden, test_privileges;
SET ROLE regress_guarded_nobody;
ALTER TABLE secrets ADD COLUMN a int;
SELECT * FROM show.outcome(guarded.add_column('secrets', 'a', 'int'));
ALTER TABLE test_hidden.secrets ADD COLUMN a int;
SELECT * FROM show.outcome(guarded.add_column('secrets', 'a', 'int', schema => 'test_hidden'));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['id int'], schema => 'test_hidden'));
SELECT guarded.table_exists('secrets') AS by_path, guarded.table_exists('secrets', 'test_hidden') AS by_schema;
RESET ROLE;

\set VERBOSITY terse
DROP SCHEMA test_privileges, test_hidden CASCADE;
DROP ROLE regress_guarded_owner, regress_guarded_nobody;
