-- ALTER of what is so already: nothing runs, whatever the kind of object.
\pset format unaligned
SET client_min_messages = error;
CREATE ROLE regress_guarded_altered;
CREATE SCHEMA test_equal_alterations;
CREATE SCHEMA test_equal_elsewhere;
GRANT ALL ON SCHEMA test_equal_elsewhere TO regress_guarded_altered;
SET search_path = test_equal_alterations;

CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL UNIQUE);
CREATE TABLE split (a int) PARTITION BY RANGE (a);
CREATE VIEW v AS SELECT 1 AS one;
CREATE SEQUENCE s;
CREATE TYPE mood AS ENUM ('sad');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
CREATE STATISTICS st ON a, b FROM t;
CREATE PUBLICATION regress_guarded_altered;
CREATE FOREIGN DATA WRAPPER regress_guarded_altered;
CREATE SERVER regress_guarded_altered FOREIGN DATA WRAPPER regress_guarded_altered;
CREATE TRIGGER noted BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION noted();
CREATE TRIGGER noted BEFORE INSERT ON split FOR EACH ROW EXECUTE FUNCTION noted();
CREATE RULE ignored AS ON INSERT TO t WHERE NEW.a < 0 DO INSTEAD NOTHING;

--
-- OWNER TO
--
SELECT format($$
ALTER TABLE t OWNER TO %1$I;
ALTER TABLE t OWNER TO CURRENT_USER;
ALTER VIEW v OWNER TO SESSION_USER;
ALTER SEQUENCE s OWNER TO %1$I;
ALTER TYPE mood OWNER TO %1$I;
ALTER DOMAIN positive OWNER TO %1$I;
ALTER FUNCTION noted() OWNER TO %1$I;
ALTER AGGREGATE total(int) OWNER TO %1$I;
ALTER STATISTICS st OWNER TO %1$I;
ALTER SCHEMA test_equal_alterations OWNER TO CURRENT_ROLE;
ALTER PUBLICATION regress_guarded_altered OWNER TO %1$I;
ALTER SERVER regress_guarded_altered OWNER TO %1$I;
ALTER FOREIGN DATA WRAPPER regress_guarded_altered OWNER TO %1$I;
ALTER TABLE no_such_table OWNER TO %1$I;
ALTER TYPE no_such_type OWNER TO %1$I;
$$, current_user) AS script \gset
SELECT number, status, reason, outcome->>'message' AS message FROM guarded.run(:'script');
-- What runs, and then is so:
SELECT number, status, reason FROM guarded.run($$
ALTER TABLE t OWNER TO regress_guarded_altered;
ALTER TABLE t OWNER TO regress_guarded_altered;
ALTER TYPE mood OWNER TO regress_guarded_altered;
ALTER TYPE mood OWNER TO regress_guarded_altered;
ALTER FUNCTION noted() OWNER TO regress_guarded_altered;
ALTER FUNCTION noted() OWNER TO regress_guarded_altered;
ALTER STATISTICS st OWNER TO regress_guarded_altered;
ALTER STATISTICS st OWNER TO regress_guarded_altered;
ALTER TYPE mood OWNER TO regress_no_such_role;
$$);
SELECT relowner::regrole FROM pg_class WHERE oid = 't'::regclass
UNION ALL SELECT typowner::regrole FROM pg_type WHERE oid = 'mood'::regtype
UNION ALL SELECT proowner::regrole FROM pg_proc WHERE oid = 'noted'::regproc
UNION ALL SELECT stxowner::regrole FROM pg_statistic_ext WHERE stxname = 'st' AND stxnamespace = 'test_equal_alterations'::regnamespace;

--
-- SET SCHEMA
--
SELECT number, status, reason, outcome->>'message' AS message FROM guarded.run($$
ALTER TABLE t SET SCHEMA test_equal_alterations;
ALTER VIEW v SET SCHEMA test_equal_alterations;
ALTER TYPE mood SET SCHEMA test_equal_alterations;
ALTER FUNCTION noted() SET SCHEMA test_equal_alterations;
ALTER STATISTICS st SET SCHEMA test_equal_alterations;
ALTER TYPE mood SET SCHEMA test_equal_elsewhere;
ALTER TYPE test_equal_elsewhere.mood SET SCHEMA test_equal_elsewhere;
ALTER TYPE test_equal_elsewhere.mood SET SCHEMA no_such_schema;
ALTER TABLE no_such_table SET SCHEMA test_equal_elsewhere;
$$);
SELECT typnamespace::regnamespace FROM pg_type WHERE typname = 'mood' AND typnamespace::regnamespace::text LIKE 'test_equal_%';

--
-- Triggers and rules
--
SELECT number, status, reason, outcome->>'message' AS message FROM guarded.run($$
ALTER TABLE t ENABLE TRIGGER noted;
ALTER TABLE t DISABLE TRIGGER noted;
ALTER TABLE t DISABLE TRIGGER noted;
ALTER TABLE t ENABLE ALWAYS TRIGGER noted;
ALTER TABLE t ENABLE ALWAYS TRIGGER noted;
ALTER TABLE t ENABLE REPLICA TRIGGER noted;
ALTER TABLE t ENABLE REPLICA TRIGGER noted;
ALTER TABLE t ENABLE TRIGGER no_such_trigger;
ALTER TABLE t ENABLE TRIGGER ALL;
ALTER TABLE split ENABLE TRIGGER noted;
ALTER TABLE t ENABLE RULE ignored;
ALTER TABLE t DISABLE RULE ignored;
ALTER TABLE t DISABLE RULE ignored;
ALTER TABLE t ENABLE ALWAYS RULE ignored;
ALTER TABLE t ENABLE REPLICA RULE ignored;
ALTER TABLE t ENABLE REPLICA RULE ignored;
ALTER TABLE t ENABLE RULE no_such_rule;
$$);
SELECT tgenabled, ev_enabled FROM pg_trigger, pg_rewrite WHERE tgname = 'noted' AND tgrelid = 't'::regclass AND ev_class = 't'::regclass;

--
-- CLUSTER and REPLICA IDENTITY
--
SELECT number, status, reason, outcome->>'message' AS message FROM guarded.run($$
ALTER TABLE t SET WITHOUT CLUSTER;
ALTER TABLE t CLUSTER ON t_pkey;
ALTER TABLE t CLUSTER ON t_pkey;
ALTER TABLE t CLUSTER ON t_b_key;
ALTER TABLE t SET WITHOUT CLUSTER;
ALTER TABLE t SET WITHOUT CLUSTER;
ALTER TABLE t CLUSTER ON no_such_index;
ALTER TABLE t REPLICA IDENTITY DEFAULT;
ALTER TABLE t REPLICA IDENTITY FULL;
ALTER TABLE t REPLICA IDENTITY FULL;
ALTER TABLE t REPLICA IDENTITY NOTHING;
ALTER TABLE t REPLICA IDENTITY USING INDEX t_b_key;
ALTER TABLE t REPLICA IDENTITY USING INDEX t_b_key;
ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey;
ALTER TABLE t REPLICA IDENTITY USING INDEX no_such_index;
$$);
SELECT relreplident, indexrelid::regclass, indisclustered, indisreplident
FROM pg_class c JOIN pg_index ON indrelid = c.oid WHERE c.oid = 't'::regclass ORDER BY 2::text COLLATE "C";

DROP PUBLICATION regress_guarded_altered;
DROP FOREIGN DATA WRAPPER regress_guarded_altered CASCADE;
DROP SCHEMA test_equal_alterations, test_equal_elsewhere CASCADE;
DROP ROLE regress_guarded_altered;
