-- The limits of a session: guarded.max_lock and guarded.allow_rewrite.
CREATE SCHEMA test_limits;
SET search_path = test_limits;
SET client_min_messages = error;
CREATE TABLE users (id int PRIMARY KEY, email varchar(20), age int);
CREATE TABLE orders (id int PRIMARY KEY, user_id int, total numeric(10,2), note text);
CREATE TABLE visits (id int, day date) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE visits_2 (id int, day date);
CREATE INDEX orders_note ON orders (note);
CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM orders;
CREATE UNIQUE INDEX totals_n ON totals (n);
INSERT INTO users SELECT i, 'u' || i, i FROM generate_series(1, 3) i;
INSERT INTO orders SELECT i, i, i, 'x' FROM generate_series(1, 3) i;
CREATE FUNCTION refusals(statements text) RETURNS TABLE (status text, reason text, sqlstate text, message text, detail text, hint text)
    LANGUAGE sql AS $$ SELECT status, reason, outcome->>'sqlstate', message, outcome->>'detail', outcome->>'hint' FROM guarded.run(statements) $$;
\pset expanded on

-- No more than SHARE: each with the safer way.
SET guarded.max_lock = 'share';
SELECT * FROM refusals('ALTER TABLE orders ADD COLUMN x int');
SELECT * FROM refusals('ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0)');
SELECT * FROM refusals('ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users');
SELECT * FROM refusals('ALTER TABLE orders ALTER COLUMN note SET NOT NULL');
SELECT * FROM refusals('ALTER TABLE orders ADD UNIQUE (user_id, note)');
SELECT * FROM refusals('ALTER TABLE visits_2 ADD CONSTRAINT visits_2_pkey PRIMARY KEY (id)');
SELECT * FROM refusals('DROP INDEX orders_note');
SELECT * FROM refusals('REINDEX INDEX orders_note');
SELECT * FROM refusals('REFRESH MATERIALIZED VIEW totals');
SELECT * FROM refusals('ALTER TABLE visits ATTACH PARTITION visits_2 FOR VALUES FROM (''2026-02-01'') TO (''2026-03-01'')');
SELECT * FROM refusals('ALTER TABLE visits DETACH PARTITION visits_1');
-- Weaker ones run.
SELECT status, reason FROM refusals('CREATE INDEX orders_user ON orders (user_id); ALTER TABLE orders ALTER COLUMN note SET STATISTICS 50');
SET guarded.max_lock = 'row exclusive';
SELECT * FROM refusals('CREATE INDEX ON orders (total)');
SELECT * FROM refusals('CREATE INDEX ON visits (id)');
SELECT * FROM refusals('COMMENT ON TABLE orders IS ''x''');
RESET guarded.max_lock;

-- No rewrite.
SET guarded.allow_rewrite = off;
SELECT * FROM refusals('ALTER TABLE users ALTER COLUMN id TYPE bigint');
SELECT * FROM refusals('ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid()');
SELECT * FROM refusals('ALTER TABLE users ADD COLUMN number serial');
SELECT * FROM refusals('CLUSTER users USING users_pkey');
SELECT * FROM refusals('ALTER TABLE users SET UNLOGGED');
SELECT status, reason, message FROM refusals('ALTER TABLE users ALTER COLUMN email TYPE varchar(40); ALTER TABLE users ADD COLUMN x int DEFAULT 1');

-- Of several sub-commands the rest runs.
SELECT status, reason, message FROM refusals('ALTER TABLE users ADD COLUMN y int, ALTER COLUMN age TYPE bigint, ADD COLUMN z int');
-- An operation is done all or not at all.
SELECT o->>'status' AS status, o->>'reason' AS reason, o->>'message' AS message, o->'lock'->'rewrites' AS rewrites
FROM guarded.alter_column('users', 'age', type => 'bigint', nullable => false) AS o;
-- A dry run says it as well.
SET guarded.dry_run = on;
SELECT status, reason, message FROM refusals('ALTER TABLE users ALTER COLUMN age TYPE bigint; ALTER TABLE users ADD COLUMN w int');
RESET guarded.dry_run;
SELECT * FROM show.columns('users');

-- What this transaction has made, and temporary tables, nobody waits for.
SET guarded.max_lock = 'share';
BEGIN;
SELECT status, reason, message FROM refusals($$
    CREATE TABLE fresh AS SELECT 1 AS a;
    ALTER TABLE fresh ALTER COLUMN a TYPE bigint, ADD CHECK (a > 0);
    CREATE TEMPORARY TABLE passing (a int);
    ALTER TABLE passing ALTER COLUMN a TYPE bigint$$);
SAVEPOINT s;
SELECT status, reason, message FROM refusals('ALTER TABLE fresh ADD COLUMN b int DEFAULT 1');
COMMIT;
SELECT status, reason, message FROM refusals('ALTER TABLE fresh ADD COLUMN c int');
RESET guarded.max_lock;

-- A rewrite, or a lock, that nobody foresaw is stopped, and what was done is undone; the transaction goes on.
CREATE FUNCTION widen() RETURNS void LANGUAGE plpgsql AS 'BEGIN UPDATE users SET age = 0; ALTER TABLE users ALTER COLUMN age TYPE bigint; END';
BEGIN;
INSERT INTO users (id, age) VALUES (9, 9);
SELECT * FROM refusals('DO ''BEGIN PERFORM test_limits.widen(); END''');
SELECT * FROM refusals('DO ''BEGIN TRUNCATE test_limits.orders; ALTER TABLE test_limits.fresh SET UNLOGGED; END''');
SELECT status FROM refusals('DO ''BEGIN CREATE TABLE test_limits.inside AS SELECT 1 AS a; ALTER TABLE test_limits.inside ALTER COLUMN a TYPE bigint; END''');
COMMIT;
SET guarded.allow_rewrite = on;
SET guarded.max_lock = 'row exclusive';
BEGIN;
LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
SELECT status, reason FROM refusals('DO ''BEGIN LOCK TABLE test_limits.orders IN SHARE MODE; END''');
SELECT * FROM refusals('DO ''BEGIN INSERT INTO test_limits.users (id) VALUES (10); LOCK TABLE test_limits.users IN SHARE MODE; END''');
-- Also of what is gone then; what the block itself has made does not count.
SELECT * FROM refusals('DO ''BEGIN DROP TABLE test_limits.fresh; END''');
SELECT status FROM refusals('DO ''BEGIN CREATE TABLE test_limits.inside_2 AS SELECT 1 AS a; DROP TABLE test_limits.inside_2; END''');
SELECT * FROM show.locks();
COMMIT;
SELECT id, age FROM users WHERE age IS DISTINCT FROM id ORDER BY id;
SELECT count(*) FROM orders;
-- A caught error is the block's own business.
SET guarded.allow_rewrite = off;
SET guarded.max_lock = 'access exclusive';
SELECT status, reason, message FROM refusals($$
    DO 'BEGIN PERFORM test_limits.widen(); EXCEPTION WHEN object_not_in_prerequisite_state THEN NULL; END';
    DO 'BEGIN PERFORM test_limits.widen(); EXCEPTION WHEN object_not_in_prerequisite_state THEN RAISE USING ERRCODE = ''55000'', MESSAGE = ''other''; END'$$);

-- Under the policy strict it is raised, by whatever way it came, and nothing of it has run.
\set VERBOSITY verbose
\set SHOW_CONTEXT never
SET guarded.policy = strict;
SELECT guarded.add_column('users', 'token', 'uuid', server_default => 'gen_random_uuid()');
SELECT guarded.intercept(true);
ALTER TABLE users ALTER COLUMN id TYPE bigint;
VACUUM FULL users;
CLUSTER users USING users_pkey;
DO $$ BEGIN ALTER TABLE test_limits.users ALTER COLUMN age TYPE bigint; END $$;
SELECT guarded.intercept(false);
-- Not guarded, not limited.
ALTER TABLE users ALTER COLUMN age TYPE bigint;

RESET ALL;
