-- Row-level security: enable_row_level_security, disable_row_level_security, create_policy, drop_policy.
CREATE SCHEMA test_security;
SET search_path = test_security;
CREATE ROLE regress_guarded_reader;
CREATE TABLE notes (id int PRIMARY KEY, owner name, body text);
CREATE VIEW bodies AS SELECT body FROM notes;

--
-- enable_row_level_security, disable_row_level_security
--
SELECT * FROM show.all_of(guarded.enable_row_level_security('notes'));
SELECT * FROM show.all_of(guarded.enable_row_level_security('notes'));
SELECT * FROM show.all_of(guarded.enable_row_level_security('notes', force => true));
SELECT * FROM show.steps(guarded.enable_row_level_security('notes', force => true));
SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'notes'::regclass;
SELECT * FROM show.outcome(guarded.enable_row_level_security('no_such_table'));
SELECT * FROM show.outcome(guarded.enable_row_level_security('no_such_table', force => true));
SELECT * FROM show.outcome(guarded.enable_row_level_security('notes', schema => 'no_such_schema'));
BEGIN;
SELECT * FROM show.outcome(guarded.enable_row_level_security('bodies'));
INSERT INTO notes VALUES (1, 'postgres', 'first');
COMMIT;
SELECT id FROM notes;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.disable_row_level_security('notes'));
SELECT * FROM show.outcome(guarded.enable_row_level_security('notes', force => true));
RESET guarded.dry_run;
SELECT * FROM show.all_of(guarded.disable_row_level_security('notes'));
SELECT * FROM show.all_of(guarded.disable_row_level_security('notes'));
SELECT * FROM show.outcome(guarded.disable_row_level_security('no_such_table'));
SELECT * FROM show.outcome(guarded.disable_row_level_security('notes', schema => 'no_such_schema'));
BEGIN;
SELECT * FROM show.outcome(guarded.disable_row_level_security('bodies'));
INSERT INTO notes VALUES (2, 'postgres', 'second');
COMMIT;
SELECT count(*) FROM notes;
SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'notes'::regclass;

--
-- create_policy
--
SELECT * FROM show.all_of(guarded.create_policy('all_for_all', 'notes'));
SELECT * FROM show.outcome(guarded.create_policy('own', 'notes', 'select', '{regress_guarded_reader}', 'owner = current_user'));
SELECT * FROM show.outcome(guarded.create_policy('write', 'notes', command => 'INSERT', roles => '{regress_guarded_reader,current_user}',
    with_check => 'body <> ''''', permissive => false, schema => 'test_security'));
SELECT * FROM show.outcome(guarded.create_policy('both', 'notes', 'UPDATE', using_expression => 'true', with_check => 'id > 0'));
SELECT policyname, permissive, roles, cmd, qual, with_check FROM pg_policies WHERE tablename = 'notes' ORDER BY policyname;
-- Once more, written otherwise.
SELECT * FROM show.all_of(guarded.create_policy('all_for_all', 'notes', 'all', '{public}', permissive => true));
SELECT * FROM show.outcome(guarded.create_policy('own', 'notes', 'SELECT', '{regress_guarded_reader}', '( "owner"=CURRENT_USER )'));
SELECT * FROM show.outcome(guarded.create_policy('write', 'notes', 'insert', '{current_user,regress_guarded_reader}', with_check => 'body <> ''''::text', permissive => false));
-- What it needs is not there.
SELECT * FROM show.all_of(guarded.create_policy('p', 'no_such_table'));
SELECT * FROM show.outcome(guarded.create_policy('p', 'notes', schema => 'no_such_schema'));
SELECT * FROM show.all_of(guarded.create_policy('p', 'notes', roles => '{regress_guarded_reader,regress_no_such_role}'));
SELECT * FROM show.outcome(guarded.create_policy('p', 'notes', using_expression => 'no_such_column = 1'));
-- The name is taken.
SELECT * FROM show.all_of(guarded.create_policy('own', 'notes', 'ALL', '{public}', 'owner = session_user', 'true', permissive => false));
SELECT * FROM show.outcome(guarded.create_policy('all_for_all', 'notes', using_expression => 'id > 0'));
-- A failure leaves the transaction usable.
BEGIN;
SELECT * FROM show.all_of(guarded.create_policy('p', 'notes', 'INSERT', using_expression => 'true'));
SELECT * FROM show.outcome(guarded.create_policy('p', 'notes', 'SELECT', with_check => 'true'));
SELECT * FROM show.outcome(guarded.create_policy('p', 'notes', using_expression => 'body'));
SELECT * FROM show.outcome(guarded.create_policy('p', 'bodies', using_expression => 'true'));
INSERT INTO notes VALUES (3, 'postgres', 'third');
COMMIT;
SELECT count(*) FROM notes;
SET guarded.dry_run = on;
SELECT * FROM show.all_of(guarded.create_policy('p', 'notes', using_expression => 'id > 0 OR owner IS NULL'));
SELECT * FROM show.outcome(guarded.create_policy('all_for_all', 'notes'));
RESET guarded.dry_run;
SELECT policyname FROM pg_policies WHERE tablename = 'notes' ORDER BY policyname;

--
-- drop_policy
--
SELECT * FROM show.all_of(guarded.drop_policy('both', 'notes'));
SELECT * FROM show.all_of(guarded.drop_policy('both', 'notes'));
SELECT * FROM show.outcome(guarded.drop_policy('both', 'no_such_table'));
SELECT * FROM show.outcome(guarded.drop_policy('both', 'notes', schema => 'no_such_schema'));
BEGIN;
SELECT * FROM show.outcome(guarded.drop_policy('both', 'bodies'));
INSERT INTO notes VALUES (4, 'postgres', 'fourth');
COMMIT;
SELECT count(*) FROM notes;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.drop_policy('own', 'notes'));
SELECT * FROM show.outcome(guarded.drop_policy('both', 'notes'));
RESET guarded.dry_run;
SELECT policyname FROM pg_policies WHERE tablename = 'notes' ORDER BY policyname;

\set VERBOSITY terse
DROP SCHEMA test_security CASCADE;
DROP ROLE regress_guarded_reader;
