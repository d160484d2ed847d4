-- Settings: guarded.policy, guarded.missing, guarded.dry_run, guarded.migration.
CREATE SCHEMA test_settings;
SET search_path = test_settings;
CREATE TABLE users (id int PRIMARY KEY, email text);
INSERT INTO users VALUES (1, NULL);

-- Before the library is loaded they are only words; the first call takes them over.
SET guarded.policy = 'strict';
SET guarded.dry_run = 'on';
SELECT guarded.table_exists('users');
SHOW guarded.policy;
SHOW guarded.dry_run;
SELECT guarded.add_column('users', 'age', 'int') - '{elapsed_us,lock}'::text[] AS outcome;
SELECT name, setting, boot_val, context, enumvals, short_desc, extra_desc FROM pg_settings WHERE name LIKE 'guarded.%' ORDER BY name \gx
RESET guarded.policy;
RESET guarded.dry_run;

-- Bad values, before it is loaded …
\c
SET search_path = test_settings;
SET guarded.policy = 'lenient';
SET guarded.dry_run = 'perhaps';
SET guarded.polcy = 'strict';
SELECT guarded.table_exists('users');
SHOW guarded.policy;
SHOW guarded.dry_run;
SHOW guarded.polcy;
-- … and after it.
SET guarded.policy = 'lenient';
SET guarded.missing = 'ignore';
SET guarded.dry_run = 'perhaps';
SET guarded.polcy = 'strict';
SET guarded.policy = 'continue';
SHOW guarded.policy;
SET guarded.missing = 'skip';
SHOW guarded.missing;
SHOW guarded.migration;

--
-- policy: what a conflict or a failure does
--
SET guarded.policy = strict;
-- A conflict is raised, with what was said of it; what is satisfied or missing is not.
SELECT guarded.add_column('users', 'email', 'int');
\echo :SQLSTATE
SELECT status, reason FROM show.outcome(guarded.add_column('users', 'email', 'text'));
SELECT status, reason FROM show.outcome(guarded.add_column('admin_deals', 'amount', 'int'));
-- A failure is raised with everything the server said.
SELECT guarded.alter_column('users', 'email', nullable => false);
\echo :SQLSTATE
SELECT guarded.create_foreign_key('users_boss', 'users', 'users', '{id}', '{email}');
\echo :SQLSTATE
SELECT guarded.create_check_constraint('c', 'users', 'id > 1');
\echo :SQLSTATE
-- Of several changes at once too.
SELECT guarded.alter_column('users', 'email', type => 'varchar(10)', nullable => false);
\echo :SQLSTATE
SELECT guarded.alter_column('users', 'email', type => 'varchar(10)', new_column_name => 'id');
\echo :SQLSTATE
-- run() stops there, and nothing of it has happened.
SELECT number, status FROM guarded.run('ALTER TABLE users ADD COLUMN a int; ALTER TABLE users ADD COLUMN email int; ALTER TABLE users ADD COLUMN b int');
SELECT "column" FROM show.columns('users');
BEGIN;
INSERT INTO users VALUES (2, 'two');
SELECT guarded.alter_column('users', 'email', nullable => false);
INSERT INTO users VALUES (3, 'three');
COMMIT;
-- For one transaction only.
RESET guarded.policy;
BEGIN;
SET LOCAL guarded.policy = strict;
SELECT guarded.add_column('users', 'email', 'int');
ROLLBACK;
SELECT status, reason FROM show.outcome(guarded.add_column('users', 'email', 'int'));

--
-- missing: what a missing prerequisite counts as
--
SET guarded.missing = fail;
SELECT * FROM show.all_of(guarded.add_column('admin_deals', 'amount', 'int'));
SELECT * FROM show.all_of(guarded.create_index('i', 'users', '{lower(no_such_column)}'));
SELECT status, reason FROM show.outcome(guarded.add_column('users', 'a', 'no_such_type'));
SELECT status, reason FROM show.outcome(guarded.validate_constraint('no_such_constraint', 'users'));
SELECT status, reason FROM show.outcome(guarded.rename_index('no_such_index', 'i'));
SELECT status, reason FROM show.outcome(guarded.create_policy('p', 'users', roles => '{regress_no_such_role}'));
SELECT status, reason FROM show.outcome(guarded.create_table('t', ARRAY['id int'], schema => 'no_such_schema'));
SELECT number, status, reason FROM guarded.run('INSERT INTO admin_deals VALUES (1); COMMENT ON TABLE admin_deals IS ''x''');
-- What is already so, or already gone, is not missing.
SELECT status, reason FROM show.outcome(guarded.add_column('users', 'email', 'text'));
SELECT status, reason FROM show.outcome(guarded.drop_column('users', 'no_such_column'));
SELECT status, reason FROM show.outcome(guarded.drop_table('admin_deals'));
-- But a table whose column is to be dropped is.
SELECT status, reason FROM show.outcome(guarded.drop_column('admin_deals', 'amount'));
SET guarded.policy = strict;
SELECT guarded.add_column('admin_deals', 'amount', 'int');
\echo :SQLSTATE
SELECT guarded.create_table('t', ARRAY['id int'], schema => 'no_such_schema');
\echo :SQLSTATE
SELECT guarded.alter_column('users', 'no_such_column', nullable => false);
\echo :SQLSTATE
SELECT guarded.create_index('i', 'users', '{lower(no_such_column)}');
\echo :SQLSTATE
RESET guarded.policy;
RESET guarded.missing;

--
-- dry_run: decide and say so, run nothing
--
SET guarded.dry_run = on;
SELECT number, status, reason FROM guarded.run('DROP TABLE users; CREATE TABLE t (id int); ALTER TABLE t ADD COLUMN a int');
-- A conflict is found all the same, and raised under strict.
SET guarded.policy = strict;
SELECT guarded.add_column('users', 'email', 'int');
RESET guarded.policy;
-- No locks, no transaction id: nothing at all was done.
BEGIN READ ONLY;
SELECT status FROM show.outcome(guarded.drop_table('users'));
SELECT * FROM show.locks();
SELECT pg_current_xact_id_if_assigned() IS NULL AS no_xid;
COMMIT;
RESET guarded.dry_run;
SELECT id FROM users ORDER BY id;

-- A skip does nothing either; what runs needs a transaction that may write.
BEGIN READ ONLY;
SELECT status, reason FROM show.outcome(guarded.add_column('admin_deals', 'amount', 'int'));
SELECT status, reason FROM show.outcome(guarded.add_column('users', 'email', 'text'));
SELECT status, reason FROM show.outcome(guarded.drop_column('users', 'no_such_column'));
SELECT * FROM show.locks();
SELECT guarded.add_column('users', 'a', 'int');
\echo :SQLSTATE
COMMIT;

--
-- Preset for a role, and seen before the first call
--
CREATE ROLE regress_guarded_migrator SUPERUSER LOGIN;
ALTER ROLE regress_guarded_migrator SET guarded.policy = 'strict';
ALTER ROLE regress_guarded_migrator SET guarded.migration = 'preset';
\set superuser :USER
\c - regress_guarded_migrator
SELECT guarded.add_column('users', 'email', 'int', schema => 'test_settings');
SELECT migration, status, reason FROM guarded.report();
\c - :superuser
DROP ROLE regress_guarded_migrator;

\set VERBOSITY terse
DROP SCHEMA test_settings CASCADE;
