-- guarded.intercept: kinds of statements with ways of their own.
CREATE SCHEMA test_intercept;
SET search_path = test_intercept;
CREATE TABLE users (id int PRIMARY KEY, email text);
INSERT INTO users VALUES (1, 'ada@example.com'), (2, 'grace@example.com');
CREATE ROLE regress_guarded_one;
CREATE ROLE regress_guarded_two;
SELECT guarded.intercept(true);

--
-- CREATE SCHEMA with elements: one statement, one outcome
--
CREATE SCHEMA test_intercept_made
    CREATE TABLE t (id int PRIMARY KEY, v int)
    CREATE INDEX t_v ON t (v)
    CREATE VIEW w AS SELECT id FROM t
    GRANT SELECT ON t TO regress_guarded_one;
SELECT relname, relkind FROM pg_class WHERE relnamespace = 'test_intercept_made'::regnamespace ORDER BY 1;
-- One of them fails, and all of it is undone.
CREATE SCHEMA test_intercept_undone
    CREATE TABLE t (id int)
    CREATE TABLE u (id no_such_type);
CREATE SCHEMA test_intercept_undone
    CREATE TABLE t (id int)
    CREATE INDEX t_v ON t (no_such_column);
SELECT count(*) FROM pg_namespace WHERE nspname = 'test_intercept_undone';
-- Whether what is in it is equal is not looked at.
CREATE SCHEMA test_intercept_made CREATE TABLE other (id int);
CREATE SCHEMA IF NOT EXISTS test_intercept_made;
DROP SCHEMA test_intercept_made;
DROP SCHEMA test_intercept_made CASCADE;
SELECT status, reason, operation, object FROM guarded.report() ORDER BY number;

--
-- Temporary tables
--
CREATE TEMP TABLE scratch (id int) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE scratch (id int) ON COMMIT DELETE ROWS;
INSERT INTO scratch VALUES (1);
SELECT count(*) FROM scratch;
BEGIN;
CREATE TEMP TABLE passing (id int) ON COMMIT DROP;
ALTER TABLE passing ADD COLUMN x int, ADD COLUMN y no_such_type;
ALTER TABLE passing ADD COLUMN x int;
INSERT INTO passing VALUES (1, 2);
ALTER TABLE passing ALTER COLUMN x TYPE text USING (1 / (id - 1))::text;
SELECT * FROM passing;
COMMIT;
ALTER TABLE passing ADD COLUMN y int;
CREATE TEMP TABLE users (name text);
ALTER TABLE users ADD COLUMN email text;
SELECT "column" FROM show.columns('pg_temp.users');
DROP TABLE users;
DROP TABLE pg_temp.users;
DROP TABLE scratch;
CREATE TEMP VIEW seen AS SELECT 1 AS one;
DROP VIEW seen;

--
-- CREATE TABLE AS, SELECT INTO, materialized views
--
CREATE TABLE copied AS SELECT * FROM users;
CREATE TABLE copied AS SELECT * FROM users;
CREATE TABLE IF NOT EXISTS copied AS SELECT * FROM users;
CREATE TABLE copied_empty (number, mail) AS SELECT * FROM users WITH NO DATA;
SELECT id, email INTO selected FROM users WHERE id = 1;
SELECT id, email INTO selected FROM users;
SELECT id INTO TEMP selected_temp FROM users;
CREATE TABLE no_such_schema.copied AS SELECT 1 AS one;
CREATE TABLE failing AS SELECT 1 / (id - 2) AS x FROM users;
SELECT (SELECT count(*) FROM copied) AS copied, (SELECT count(*) FROM copied_empty) AS empty,
       (SELECT count(*) FROM selected) AS selected, (SELECT count(*) FROM selected_temp) AS temp, to_regclass('failing') AS failing;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM users;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM users;
INSERT INTO users VALUES (3, NULL);
REFRESH MATERIALIZED VIEW counted;
REFRESH MATERIALIZED VIEW admin_deals;
REFRESH MATERIALIZED VIEW users;
SELECT * FROM counted;
-- Without a unique index it fails; with one, it makes and drops a table of its own, which is not intercepted.
REFRESH MATERIALIZED VIEW CONCURRENTLY counted;
CREATE UNIQUE INDEX counted_n ON counted (n);
DELETE FROM users WHERE id = 3;
REFRESH MATERIALIZED VIEW CONCURRENTLY counted;
BEGIN;
REFRESH MATERIALIZED VIEW CONCURRENTLY counted;
COMMIT;
SELECT * FROM counted;
ALTER MATERIALIZED VIEW counted RENAME COLUMN n TO number;
DROP VIEW counted;
DROP MATERIALIZED VIEW counted;
DROP MATERIALIZED VIEW counted;

--
-- Views
--
CREATE VIEW emails AS SELECT email FROM users;
CREATE OR REPLACE VIEW emails AS SELECT email, id FROM users;
CREATE OR REPLACE VIEW emails AS SELECT id FROM users;
ALTER VIEW emails ALTER COLUMN email SET DEFAULT 'none';
ALTER VIEW emails ALTER COLUMN no_such_column SET DEFAULT 'none';
ALTER TABLE users DROP COLUMN email;
CREATE RECURSIVE VIEW numbers (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 3;
SELECT count(*) FROM numbers;
DROP VIEW emails, numbers, no_such_view;

--
-- Partitions
--
CREATE TABLE parts (id int, note text) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (5) TO (20);
CREATE TABLE parts_2 (id int, note text);
INSERT INTO parts_2 VALUES (10), (99);
ALTER TABLE parts ATTACH PARTITION no_such_partition FOR VALUES FROM (10) TO (20);
ALTER TABLE admin_deals ATTACH PARTITION parts_2 FOR VALUES FROM (10) TO (20);
ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES FROM (10) TO (20);
DELETE FROM parts_2 WHERE id = 99;
ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES FROM (10) TO (20);
CREATE INDEX parts_id ON parts (id);
CREATE INDEX ON ONLY parts (note);
ALTER INDEX parts_note_idx ATTACH PARTITION no_such_index;
ALTER TABLE parts ADD COLUMN x int;
ALTER TABLE parts DETACH PARTITION no_such_partition;
ALTER TABLE parts DETACH PARTITION parts_1;
ALTER TABLE parts DETACH PARTITION parts_1;
ALTER TABLE parts DETACH PARTITION parts_2 CONCURRENTLY;
SELECT c.relname, c.relispartition, count(a.*) AS columns FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relname ~ '^parts(_[12])?$' GROUP BY 1, 2 ORDER BY 1;
CREATE TABLE children () INHERITS (users);
ALTER TABLE children NO INHERIT users;
ALTER TABLE children INHERIT admin_deals;
ALTER TABLE children INHERIT users;
DROP TABLE parts, parts_1, parts_2, parts_3, children;

--
-- Sequences and their owners
--
CREATE SEQUENCE numbers;
ALTER SEQUENCE numbers OWNED BY users.id;
ALTER SEQUENCE numbers OWNED BY users.no_such_column;
ALTER SEQUENCE numbers OWNED BY admin_deals.id;
ALTER SEQUENCE no_such_sequence OWNED BY users.id;
SELECT pg_get_serial_sequence('users', 'id');
ALTER TABLE users ALTER COLUMN id SET DEFAULT nextval('numbers');
CREATE TABLE serials (id serial PRIMARY KEY, other bigserial, identical int GENERATED ALWAYS AS IDENTITY);
ALTER TABLE serials ADD COLUMN more serial, ADD COLUMN other bigserial;
SELECT count(*) FROM pg_class WHERE relnamespace = 'test_intercept'::regnamespace AND relkind = 'S';
DROP TABLE serials;

--
-- Owners
--
GRANT CREATE ON SCHEMA test_intercept TO regress_guarded_one, regress_guarded_two;
CREATE TABLE owned (id int);
ALTER TABLE owned OWNER TO regress_guarded_one;
ALTER TABLE owned OWNER TO regress_guarded_one;
ALTER TABLE owned OWNER TO regress_no_such_role;
ALTER TABLE admin_deals OWNER TO regress_guarded_one;
REASSIGN OWNED BY regress_no_such_role TO regress_guarded_two;
REASSIGN OWNED BY regress_guarded_one TO regress_no_such_role;
REASSIGN OWNED BY regress_guarded_one TO regress_guarded_two;
SELECT relowner::regrole FROM pg_class WHERE oid = 'owned'::regclass;
DROP OWNED BY regress_no_such_role;
DROP OWNED BY regress_guarded_two, regress_guarded_one;
SELECT to_regclass('owned');

--
-- Comments, security labels
--
COMMENT ON TABLE users IS 'people';
COMMENT ON TABLE users IS 'people';
COMMENT ON COLUMN users.email IS 'where to write';
COMMENT ON CONSTRAINT users_pkey ON users IS 'the key';
COMMENT ON CONSTRAINT no_such_constraint ON users IS 'x';
COMMENT ON FUNCTION no_such_function() IS 'x';
COMMENT ON ROLE regress_guarded_one IS 'one';
SELECT obj_description('users'::regclass), col_description('users'::regclass, 2);
-- There is no provider here.
SECURITY LABEL ON TABLE users IS 'secret';
SECURITY LABEL FOR no_such_provider ON TABLE users IS 'secret';
SELECT operation, status, reason FROM guarded.report() ORDER BY number DESC LIMIT 2;

--
-- Roles and their settings
--
ALTER ROLE regress_guarded_one SET work_mem = '5MB';
ALTER ROLE regress_guarded_one SET no_such_setting = 1;
ALTER ROLE regress_no_such_role SET work_mem = '5MB';
ALTER ROLE regress_guarded_one RENAME TO regress_guarded_two;
ALTER ROLE regress_guarded_one RENAME TO regress_guarded_three;
ALTER ROLE regress_guarded_one RENAME TO regress_guarded_three;
GRANT regress_guarded_two TO regress_guarded_three;
REVOKE regress_guarded_two FROM regress_guarded_three;
CREATE USER regress_guarded_two;
DROP ROLE regress_guarded_two, regress_guarded_three, regress_no_such_role;
SELECT count(*) FROM pg_roles WHERE rolname LIKE 'regress_guarded%';

--
-- Text search, operators, casts, aggregates, languages, servers: run, and judged by their errors
--
CREATE TEXT SEARCH CONFIGURATION plain (PARSER = "default");
-- The DETAIL has an OID.
\set VERBOSITY terse
CREATE TEXT SEARCH CONFIGURATION plain (PARSER = "default");
\set VERBOSITY default
ALTER TEXT SEARCH CONFIGURATION no_such_configuration DROP MAPPING FOR word;
CREATE OPERATOR @@@ (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
CREATE OPERATOR @@@ (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl);
SELECT 1 OPERATOR(test_intercept.@@@) 2 AS three;
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);
CREATE CAST (text AS int) WITH FUNCTION no_such_function(text);
CREATE FOREIGN DATA WRAPPER no_wrapper;
CREATE FOREIGN DATA WRAPPER no_wrapper;
CREATE SERVER no_server FOREIGN DATA WRAPPER no_such_wrapper;
CREATE SERVER no_server FOREIGN DATA WRAPPER no_wrapper;
CREATE USER MAPPING FOR PUBLIC SERVER no_server;
CREATE USER MAPPING FOR PUBLIC SERVER no_server;
CREATE FOREIGN TABLE far (id int) SERVER no_server;
CREATE FOREIGN TABLE far (id int) SERVER no_server;
ALTER FOREIGN TABLE far ADD COLUMN x int, ADD COLUMN id int;
DROP TABLE far;
DROP FOREIGN TABLE far;
DROP SERVER no_server, no_such_server CASCADE;
DROP FOREIGN DATA WRAPPER no_wrapper;
DROP TEXT SEARCH CONFIGURATION plain;
DROP AGGREGATE total (int);
DROP AGGREGATE total (int);
DROP OPERATOR @@@ (int, int);
DROP OPERATOR @@@ (int, int);

--
-- Publications and subscriptions
--
-- What PostgreSQL itself says of wal_level and of subscriptions that are not connected differs between versions.
SET client_min_messages = error;
SET guarded.migration = 'replication';
CREATE PUBLICATION regress_guarded_pub FOR TABLE users;
CREATE PUBLICATION regress_guarded_pub FOR TABLE users;
CREATE PUBLICATION regress_guarded_other FOR TABLE admin_deals;
ALTER PUBLICATION regress_guarded_pub ADD TABLE admin_deals;
ALTER PUBLICATION regress_guarded_pub ADD TABLE users;
ALTER PUBLICATION regress_guarded_none ADD TABLE users;
CREATE SUBSCRIPTION regress_guarded_sub CONNECTION 'dbname=regress_no_such_database' PUBLICATION p WITH (connect = false);
CREATE SUBSCRIPTION regress_guarded_sub CONNECTION 'dbname=regress_no_such_database' PUBLICATION p WITH (connect = false);
ALTER SUBSCRIPTION regress_guarded_none DISABLE;
ALTER SUBSCRIPTION regress_guarded_sub SET (slot_name = NONE);
BEGIN;
ALTER SUBSCRIPTION regress_guarded_sub SET PUBLICATION q WITH (refresh = false);
DROP SUBSCRIPTION regress_guarded_none;
COMMIT;
SELECT subname, subpublications FROM pg_subscription;
DROP SUBSCRIPTION regress_guarded_sub;
DROP SUBSCRIPTION regress_guarded_sub;
DROP PUBLICATION regress_guarded_pub, regress_guarded_none;
SELECT status, reason, operation, object FROM guarded.report() WHERE migration = 'replication' ORDER BY number;
RESET guarded.migration;
RESET client_min_messages;

RESET guarded.intercept;
\set VERBOSITY terse
DROP SCHEMA test_intercept CASCADE;
