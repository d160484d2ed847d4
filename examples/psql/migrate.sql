-- A migration as a psql script: psql --single-transaction -v ON_ERROR_STOP=1 -f migrate.sql
-- Whatever state the database is in, it goes through, and says what it skipped, what was in the way and what failed.
\set QUIET on
\pset footer off

CREATE EXTENSION IF NOT EXISTS guarded_ddl;
SET guarded.migration = '2025-11 suggestions';

-- Typed functions, named as in Alembic. Each returns its outcome as jsonb; the NOTICEs and WARNINGs suffice here.
\o /dev/null
SELECT guarded.create_table('accounts', ARRAY[
    'id bigint PRIMARY KEY',
    'email text NOT NULL',
    $$plan varchar(20) NOT NULL DEFAULT 'free'$$,
    'balance numeric(12,2) CONSTRAINT accounts_balance CHECK (balance >= 0)',
    'closed_at timestamptz']);
SELECT guarded.create_index('accounts_email', 'accounts', ARRAY['lower(email)'], "unique" => true);
SELECT guarded.add_column('accounts', 'plan', 'varchar(20)', nullable => false, server_default => $$'free'$$);
SELECT guarded.alter_column('community_posts', 'title', type => 'text', nullable => false);
\o

-- Any script, statement by statement: what it has no function for, and what is easier to write as SQL.
SELECT number, status, reason, object, message
FROM guarded.run($script$
    ALTER TABLE accounts ALTER COLUMN email SET NOT NULL, ALTER COLUMN email SET STATISTICS 500;
    CREATE VIEW open_accounts AS SELECT * FROM accounts WHERE closed_at IS NULL;
    GRANT SELECT ON open_accounts TO reporting;
    UPDATE community_posts SET title = trim(title);
    COMMENT ON TABLE accounts IS 'one row for each customer';
$script$);

-- Looking before deciding, without an error where there is nothing to look at.
SELECT guarded.table_exists('community_posts') AS has_community \gset
\if :has_community
    \echo 'the community module is installed'
\endif

-- What this session did: everything that was not applied, then the count.
SELECT status, reason, operation, object, message FROM guarded.report() WHERE status <> 'applied' ORDER BY number;
SELECT status, reason, outcomes FROM guarded.summary();
