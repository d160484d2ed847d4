-- What PostgreSQL accepts without a word, or with a NOTICE that it skips: first what it does, rolled back, then what guarded.run says.
\pset format unaligned
\set VERBOSITY terse
CREATE SCHEMA test_equal_silent;
SET search_path = test_equal_silent;
CREATE ROLE regress_guarded_owner;
CREATE TABLE users (id int PRIMARY KEY, email text, age int, team int);
CREATE TABLE teams (id int PRIMARY KEY, name text);
CREATE TABLE parts (id int) PARTITION BY RANGE (id);
CREATE TABLE other_parts (id int) PARTITION BY RANGE (id);
CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (10);
CREATE INDEX by_email ON users (email);
CREATE VIEW adults AS SELECT id FROM users WHERE age >= 18;
CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS total FROM users;
CREATE SEQUENCE numbers;
CREATE SCHEMA test_equal_silent_other;
CREATE EXTENSION cube VERSION '1.4';
CREATE STATISTICS ages ON age, team FROM users;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN positive AS int;
CREATE COLLATION plain FROM "C";
CREATE FOREIGN DATA WRAPPER no_wrapper;
CREATE SERVER far FOREIGN DATA WRAPPER no_wrapper OPTIONS (host 'one');
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (name 'one');
CREATE FOREIGN TABLE far_users (id int) SERVER far;
-- Everything there is here, row by row.
CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, oid FROM pg_class UNION ALL SELECT ctid, xmin, attrelid FROM pg_attribute
        UNION ALL SELECT ctid, xmin, oid FROM pg_constraint UNION ALL SELECT ctid, xmin, indexrelid FROM pg_index
        UNION ALL SELECT ctid, xmin, oid FROM pg_type UNION ALL SELECT ctid, xmin, oid FROM pg_enum
        UNION ALL SELECT ctid, xmin, seqrelid FROM pg_sequence UNION ALL SELECT ctid, xmin, oid FROM pg_namespace
        UNION ALL SELECT ctid, xmin, oid FROM pg_extension UNION ALL SELECT ctid, xmin, oid FROM pg_statistic_ext
        UNION ALL SELECT ctid, xmin, oid FROM pg_collation UNION ALL SELECT ctid, xmin, oid FROM pg_foreign_server
        UNION ALL SELECT ctid, xmin, oid FROM pg_user_mapping UNION ALL SELECT ctid, xmin, oid FROM pg_rewrite
        UNION ALL SELECT ctid, xmin, objid FROM pg_depend) row $$;
SELECT written() AS before \gset

--
-- The name is that of something else
--
BEGIN;
CREATE TABLE IF NOT EXISTS adults (id int);
CREATE TABLE IF NOT EXISTS by_email (email text);
CREATE INDEX IF NOT EXISTS teams ON users (age);
CREATE MATERIALIZED VIEW IF NOT EXISTS users AS SELECT 1 AS one;
CREATE SEQUENCE IF NOT EXISTS teams;
CREATE TABLE IF NOT EXISTS numbers AS SELECT 1 AS one;
ROLLBACK;
SELECT number, status, reason, message FROM guarded.run($$
CREATE TABLE IF NOT EXISTS adults (id int);
CREATE TABLE IF NOT EXISTS by_email (email text);
CREATE INDEX IF NOT EXISTS teams ON users (age);
CREATE MATERIALIZED VIEW IF NOT EXISTS users AS SELECT 1 AS one;
CREATE SEQUENCE IF NOT EXISTS teams;
CREATE TABLE IF NOT EXISTS numbers AS SELECT 1 AS one;
$$);

--
-- Columns
--
BEGIN;
ALTER TABLE users ADD COLUMN IF NOT EXISTS email varchar(100) NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN IF NOT EXISTS age int CHECK (age > 0);
ALTER TABLE users ADD COLUMN IF NOT EXISTS team int REFERENCES teams;
ALTER TABLE users ADD COLUMN IF NOT EXISTS email text UNIQUE;
ALTER TABLE users ADD COLUMN IF NOT EXISTS age int GENERATED ALWAYS AS IDENTITY;
ALTER TABLE users ADD COLUMN IF NOT EXISTS team int GENERATED ALWAYS AS (age + 1) STORED;
ALTER TABLE users ADD COLUMN IF NOT EXISTS email text COLLATE "C";
SELECT * FROM show.constraints('users');
ROLLBACK;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE users ADD COLUMN IF NOT EXISTS email varchar(100) NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN IF NOT EXISTS age int CHECK (age > 0);
ALTER TABLE users ADD COLUMN IF NOT EXISTS team int REFERENCES teams;
ALTER TABLE users ADD COLUMN IF NOT EXISTS email text UNIQUE;
ALTER TABLE users ADD COLUMN IF NOT EXISTS age int GENERATED ALWAYS AS IDENTITY;
ALTER TABLE users ADD COLUMN IF NOT EXISTS team int GENERATED ALWAYS AS (age + 1) STORED;
ALTER TABLE users ADD COLUMN IF NOT EXISTS email text COLLATE "C";
$$);

--
-- Tables
--
BEGIN;
CREATE TABLE IF NOT EXISTS users (name text);
CREATE TABLE IF NOT EXISTS users (id int PRIMARY KEY, email text, age int, team int REFERENCES teams);
CREATE TABLE IF NOT EXISTS users (LIKE teams);
CREATE UNLOGGED TABLE IF NOT EXISTS teams (id int PRIMARY KEY, name text);
CREATE TABLE IF NOT EXISTS parts (id int);
CREATE TABLE IF NOT EXISTS part PARTITION OF other_parts FOR VALUES FROM (1) TO (10);
CREATE TABLE IF NOT EXISTS part PARTITION OF parts FOR VALUES FROM (10) TO (20);
CREATE TABLE IF NOT EXISTS users AS SELECT 1 AS one;
ROLLBACK;
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE IF NOT EXISTS users (name text);
CREATE TABLE IF NOT EXISTS users (id int PRIMARY KEY, email text, age int, team int REFERENCES teams);
CREATE TABLE IF NOT EXISTS users (LIKE teams);
CREATE UNLOGGED TABLE IF NOT EXISTS teams (id int PRIMARY KEY, name text);
CREATE TABLE IF NOT EXISTS parts (id int);
CREATE TABLE IF NOT EXISTS part PARTITION OF other_parts FOR VALUES FROM (1) TO (10);
CREATE TABLE IF NOT EXISTS part PARTITION OF parts FOR VALUES FROM (10) TO (20);
CREATE TABLE IF NOT EXISTS users AS SELECT 1 AS one;
$$);

--
-- Indexes
--
BEGIN;
CREATE INDEX IF NOT EXISTS by_email ON teams (name);
CREATE UNIQUE INDEX IF NOT EXISTS by_email ON users (email);
CREATE INDEX IF NOT EXISTS by_email ON users (age);
CREATE INDEX IF NOT EXISTS by_email ON users (lower(email));
CREATE INDEX IF NOT EXISTS by_email ON users (email) WHERE age > 18;
CREATE INDEX IF NOT EXISTS by_email ON users USING hash (email);
CREATE INDEX IF NOT EXISTS users_pkey ON teams (name);
SELECT * FROM show.indexes('users');
ROLLBACK;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE INDEX IF NOT EXISTS by_email ON teams (name);
CREATE UNIQUE INDEX IF NOT EXISTS by_email ON users (email);
CREATE INDEX IF NOT EXISTS by_email ON users (age);
CREATE INDEX IF NOT EXISTS by_email ON users (lower(email));
CREATE INDEX IF NOT EXISTS by_email ON users (email) WHERE age > 18;
CREATE INDEX IF NOT EXISTS by_email ON users USING hash (email);
CREATE INDEX IF NOT EXISTS users_pkey ON teams (name);
$$);

--
-- Views, sequences, schemas, extensions, statistics, enums, collations, what is far away
--
BEGIN;
CREATE MATERIALIZED VIEW IF NOT EXISTS totals AS SELECT count(*) AS total FROM teams;
CREATE SEQUENCE IF NOT EXISTS numbers AS int START 100;
CREATE SCHEMA IF NOT EXISTS test_equal_silent_other AUTHORIZATION regress_guarded_owner;
CREATE EXTENSION IF NOT EXISTS cube SCHEMA test_equal_silent_other VERSION '1.5';
CREATE STATISTICS IF NOT EXISTS ages (dependencies) ON id, email FROM users;
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok' BEFORE 'sad';
CREATE COLLATION IF NOT EXISTS plain FROM "POSIX";
CREATE SERVER IF NOT EXISTS far FOREIGN DATA WRAPPER no_wrapper OPTIONS (host 'two');
CREATE USER MAPPING IF NOT EXISTS FOR PUBLIC SERVER far OPTIONS (name 'two');
CREATE FOREIGN TABLE IF NOT EXISTS far_users (id text) SERVER far;
ROLLBACK;
-- An enum's label is there, wherever.
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE MATERIALIZED VIEW IF NOT EXISTS totals AS SELECT count(*) AS total FROM teams;
CREATE SEQUENCE IF NOT EXISTS numbers AS int START 100;
CREATE SCHEMA IF NOT EXISTS test_equal_silent_other AUTHORIZATION regress_guarded_owner;
CREATE EXTENSION IF NOT EXISTS cube SCHEMA test_equal_silent_other VERSION '1.5';
CREATE STATISTICS IF NOT EXISTS ages (dependencies) ON id, email FROM users;
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok' BEFORE 'sad';
CREATE COLLATION IF NOT EXISTS plain FROM "POSIX";
CREATE SERVER IF NOT EXISTS far FOREIGN DATA WRAPPER no_wrapper OPTIONS (host 'two');
CREATE USER MAPPING IF NOT EXISTS FOR PUBLIC SERVER far OPTIONS (name 'two');
CREATE FOREIGN TABLE IF NOT EXISTS far_users (id text) SERVER far;
$$);
SELECT written() = :'before' AS unchanged;

--
-- Without a name: PostgreSQL makes another one each time
--
ALTER TABLE users ADD CHECK (age >= 0), ADD UNIQUE (email), ADD FOREIGN KEY (team) REFERENCES teams, ADD EXCLUDE USING hash (age WITH =);
CREATE INDEX ON users (age);
CREATE INDEX ON users (lower(email));
ALTER DOMAIN positive ADD CHECK (VALUE > 0);
SELECT written() AS before \gset
BEGIN;
ALTER TABLE users ADD CHECK (age >= 0), ADD UNIQUE (email), ADD FOREIGN KEY (team) REFERENCES teams, ADD EXCLUDE USING hash (age WITH =);
CREATE INDEX ON users (age);
CREATE INDEX ON users (lower(email));
ALTER DOMAIN positive ADD CHECK (VALUE > 0);
SELECT * FROM show.constraints('users');
SELECT * FROM show.indexes('users');
SELECT conname FROM pg_constraint WHERE contypid = 'positive'::regtype ORDER BY 1;
ROLLBACK;
SELECT number, status, reason, message FROM guarded.run($$
ALTER TABLE users ADD CHECK (age >= 0), ADD UNIQUE (email), ADD FOREIGN KEY (team) REFERENCES teams, ADD EXCLUDE USING hash (age WITH =);
CREATE INDEX ON users (age);
CREATE INDEX ON users (lower(email));
ALTER TABLE users ADD CHECK ((age)>=(0)) NOT VALID;
ALTER TABLE users ADD EXCLUDE USING hash ("age" WITH OPERATOR(pg_catalog.=));
ALTER TABLE users ADD FOREIGN KEY ("team") REFERENCES test_equal_silent.teams (id) ON DELETE NO ACTION;
CREATE INDEX ON users USING btree (LOWER(email) ASC);
ALTER DOMAIN positive ADD CHECK (VALUE > 0);
$$);
SELECT written() = :'before' AS unchanged;

--
-- An index that is invalid: PostgreSQL takes it for there; here it is built
--
CREATE TABLE doubles (id int);
INSERT INTO doubles VALUES (1), (1);
CREATE UNIQUE INDEX CONCURRENTLY doubles_id ON doubles (id);
DELETE FROM doubles;
SELECT * FROM show.indexes('doubles');
BEGIN;
CREATE UNIQUE INDEX IF NOT EXISTS doubles_id ON doubles (id);
SELECT * FROM show.indexes('doubles');
ROLLBACK;
SELECT number, status, reason, message FROM guarded.run('CREATE UNIQUE INDEX IF NOT EXISTS doubles_id ON doubles (id)');
SELECT * FROM show.indexes('doubles');

DROP EXTENSION cube;
DROP FOREIGN DATA WRAPPER no_wrapper CASCADE;
SET client_min_messages = warning;
DROP SCHEMA test_equal_silent, test_equal_silent_other CASCADE;
DROP ROLE regress_guarded_owner;
