-- The journal, what is pending, replay, and the policy collect: what a user sees.
CREATE SCHEMA test_journal;
SET search_path = test_journal;
-- Of the tests before this one.
DELETE FROM guarded.journal;
CREATE TABLE users (id int PRIMARY KEY, email text);
INSERT INTO users VALUES (1, NULL);
\d guarded.journal
\d guarded.pending
\dp guarded.journal
SELECT extversion, extconfig::regclass[] FROM pg_extension WHERE extname = 'guarded_ddl';

SELECT guarded.intercept(true);
SET guarded.migration = 'm1';
ALTER TABLE admin_deals ADD COLUMN amount numeric(12,2), ADD COLUMN note text;
CREATE INDEX admin_deals_amount ON admin_deals (amount);
ALTER TABLE users ADD COLUMN email varchar(255), ADD COLUMN phone text;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
DROP TABLE IF EXISTS nothing;
COMMENT ON TABLE admin_deals IS 'of the admin module';
GRANT SELECT ON admin_deals TO regress_guarded_wanted;
SELECT migration, operation, object, status, reason, missing_table, finished FROM guarded.journal ORDER BY number;
SELECT object, status, reason, ready, waits_reason, waits_for FROM guarded.pending ORDER BY number;

-- The table comes, and then what was left undone.
CREATE TABLE admin_deals (id int, note int);
SELECT object, ready, waits_reason, waits_for FROM guarded.pending ORDER BY number;
SET guarded.dry_run = on;
SELECT operation, object, status, reason FROM guarded.replay();
RESET guarded.dry_run;
SELECT operation, object, status, reason FROM guarded.replay();
SELECT operation, object, status, reason FROM guarded.replay('m1');
SELECT operation, object, status, reason FROM guarded.replay('m2');
\d admin_deals
SELECT operation, object, status, reason, ready, waits_reason FROM guarded.pending ORDER BY number;
-- Done by hand, so there is nothing left to do.
ALTER TABLE admin_deals ALTER COLUMN note TYPE text;
UPDATE users SET email = 'ada@example.com';
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users ALTER COLUMN email TYPE varchar(255), ALTER COLUMN email DROP NOT NULL;
SELECT operation, object, ready, waits_reason FROM guarded.pending ORDER BY number;
CREATE ROLE regress_guarded_wanted;
SELECT operation, object, status, reason FROM guarded.replay();
SELECT * FROM guarded.pending;
SELECT guarded.intercept(false);
SELECT migration, status, reason, finished, count(*) FROM guarded.journal GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4;

-- What is old goes.
SELECT guarded.prune_journal('1 day');
SELECT guarded.prune_journal('0 days') > 10 AS pruned;
SELECT count(*) FROM guarded.journal;
SELECT guarded.prune_journal(NULL);
SELECT guarded.prune_journal('-1 day');
SELECT guarded.prune_journal('a while');

-- For superusers; ALL is a word of SQL.
SHOW guarded.journal;
SET guarded.journal = all;
SET guarded.journal = 'all';
SET guarded.journal = 'everything';
RESET guarded.journal;
CREATE ROLE regress_guarded_writer;
SET ROLE regress_guarded_writer;
SET guarded.journal = off;
SELECT * FROM guarded.journal;
DELETE FROM guarded.journal;
SELECT guarded.prune_journal('0 days');
SELECT guarded.add_column('missing', 'x', 'int') ->> 'status' AS status;
SELECT role = current_user AS own, object, waits_for FROM guarded.pending;
RESET ROLE;
SELECT role, object, waits_for FROM guarded.pending;

-- The policy collect: one error, with all of it.
SET guarded.policy = collect;
BEGIN;
SELECT guarded.add_column('users', 'locale', 'text') ->> 'status' AS status;
SELECT guarded.add_column('users', 'email', 'int') ->> 'status' AS status;
SAVEPOINT s;
SELECT guarded.add_column('users', 'phone', 'int') ->> 'status' AS status;
ROLLBACK TO s;
SELECT guarded.create_check_constraint('known', 'users', 'email <> ''ada@example.com''') ->> 'status' AS status;
SELECT guarded.assert_clean();
ROLLBACK TO s;
COMMIT;
SELECT guarded.column_exists('users', 'locale') AS has_locale;
SELECT guarded.add_column('users', 'email', 'int') ->> 'status' AS status;
BEGIN;
SELECT guarded.add_column('users', 'locale', 'text') ->> 'status' AS status;
SELECT guarded.assert_clean();
COMMIT;
RESET guarded.policy;
RESET guarded.migration;
SELECT guarded.assert_clean();

-- What it has all come to.
SELECT guarded.summary_text();

DELETE FROM guarded.journal;
\set VERBOSITY terse
DROP SCHEMA test_journal CASCADE;
DROP ROLE regress_guarded_wanted;
DROP ROLE regress_guarded_writer;
