-- report() and summary(): what happened in this session, and whether it still stands.
CREATE SCHEMA test_report;
SET search_path = test_report;
CREATE TABLE users (id int, email text);

-- Nothing yet.
SELECT * FROM guarded.report();
SELECT * FROM guarded.summary();

\set VERBOSITY terse
SET guarded.migration = '2024_01 users';
SELECT * FROM show.outcome(guarded.add_column('users', 'age', 'int'));
SELECT * FROM show.outcome(guarded.add_column('users', 'age', 'int'));
SELECT * FROM show.outcome(guarded.add_column('users', 'age', 'text'));
SET guarded.migration = '2024_02 deals';
SELECT * FROM show.outcome(guarded.add_column('admin_deals', 'amount', 'numeric'));
SELECT count(*) FROM guarded.run('ALTER TABLE users ADD COLUMN a int, ADD COLUMN email text; SELECT 1; SELECT 1/0');
RESET guarded.migration;
SELECT * FROM show.outcome(guarded.alter_column('users', 'age', nullable => true, comment => 'in years'));
SELECT number, migration, status, reason, operation, object, message, ddl, rolled_back FROM guarded.report();
-- The whole outcome is there too.
SELECT outcome - '{elapsed_us,lock}'::text[] AS outcome FROM guarded.report() WHERE number = 3;
SELECT * FROM guarded.summary();
-- The look-ups are not outcomes.
SELECT guarded.table_exists('users');
SELECT count(*) FROM guarded.report();

-- What is rolled back is marked so.
SET guarded.migration = 'rolled back';
BEGIN;
SELECT status FROM show.outcome(guarded.add_column('users', 'b', 'int'));
SELECT number, object, rolled_back FROM guarded.report() WHERE migration = 'rolled back';
ROLLBACK;
BEGIN;
SELECT status FROM show.outcome(guarded.add_column('users', 'c', 'int'));
SAVEPOINT s;
SELECT status FROM show.outcome(guarded.add_column('users', 'd', 'int'));
SAVEPOINT t;
SELECT status FROM show.outcome(guarded.add_column('users', 'e', 'int'));
RELEASE t;
ROLLBACK TO s;
SELECT status FROM show.outcome(guarded.add_column('users', 'd', 'text'));
SELECT number, object, rolled_back FROM guarded.report() WHERE migration = 'rolled back';
COMMIT;
BEGIN;
SAVEPOINT s;
SELECT status FROM show.outcome(guarded.add_column('users', 'f', 'int'));
RELEASE s;
ROLLBACK;
-- In an exception block.
DO $$
BEGIN
    PERFORM guarded.add_column('users', 'g', 'int');
    BEGIN
        PERFORM guarded.add_column('users', 'h', 'int');
        RAISE 'no';
    EXCEPTION WHEN raise_exception THEN
        PERFORM guarded.add_column('users', 'i', 'int');
    END;
END
$$;
-- In a transaction that fails; skips in it are marked like everything else.
BEGIN;
SELECT status FROM show.outcome(guarded.add_column('users', 'j', 'int'));
SELECT status FROM show.outcome(guarded.add_column('admin_deals', 'j', 'int'));
SELECT 1/0;
COMMIT;
SELECT guarded.add_column('users', 'k', 'int'), 1/0;
SELECT number, status, reason, object, rolled_back FROM guarded.report() WHERE migration = 'rolled back';
SELECT * FROM guarded.summary();
SELECT "column" FROM show.columns('users');

-- Under strict the error that is raised rolls its own statement back; it is reported all the same.
SET guarded.migration = 'strict';
SET guarded.policy = strict;
SELECT guarded.add_column('users', 'age', 'text');
SELECT count(*) FROM guarded.run('ALTER TABLE users ADD COLUMN l int; ALTER TABLE users ALTER COLUMN l TYPE no_such_type; SELECT 1/0; SELECT 1');
RESET guarded.policy;
SELECT number, status, reason, operation, object, rolled_back FROM guarded.report() WHERE migration = 'strict';

-- Another session has its own.
\c
SELECT * FROM guarded.report();
SET search_path = test_report;
SET guarded.migration = 'é "quoted" label';
SELECT status FROM show.outcome(guarded.drop_table('users'));
SELECT number, migration, status, operation, object FROM guarded.report();
\set VERBOSITY terse
DROP SCHEMA test_report CASCADE;
