-- How tables, views and materialized views are stored: WITH, TABLESPACE and USING.
\pset format unaligned
SET client_min_messages = error;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE regress_guarded_space LOCATION '';
CREATE ACCESS METHOD regress_guarded_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE SCHEMA test_equal_storage;
SET search_path = test_equal_storage;

CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, attrelid FROM pg_attribute
        UNION ALL SELECT ctid, xmin, objid FROM pg_depend
        UNION ALL SELECT ctid, xmin, oid FROM pg_class) row $$;

CREATE TABLE plain (a int, b text);
CREATE TABLE kept (a int, b text) WITH (fillfactor = 70, autovacuum_enabled = off, autovacuum_vacuum_scale_factor = 0.2,
    vacuum_index_cleanup = auto, toast.autovacuum_enabled = false, toast.vacuum_truncate = off);
CREATE TABLE narrow (a int) WITH (fillfactor = 70, toast.autovacuum_enabled = off);
CREATE TABLE placed (a int) TABLESPACE regress_guarded_space;
CREATE TABLE other_method (a int) USING regress_guarded_heap;
CREATE UNLOGGED TABLE fast (a int) WITH (fillfactor = 50);
CREATE TEMP TABLE passing (a int) WITH (fillfactor = 50);
CREATE TABLE parted (a int, b text) PARTITION BY LIST (a) TABLESPACE regress_guarded_space;
CREATE TABLE part PARTITION OF parted FOR VALUES IN (1) WITH (fillfactor = 60);
CREATE TABLE part_elsewhere PARTITION OF parted FOR VALUES IN (2) TABLESPACE pg_default;
CREATE TABLE made WITH (fillfactor = 70) TABLESPACE regress_guarded_space AS SELECT 1 AS a;
CREATE VIEW safe WITH (security_barrier) AS SELECT a FROM plain;
CREATE VIEW checked AS SELECT a FROM plain WHERE a > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW bare AS SELECT a FROM plain;
CREATE MATERIALIZED VIEW stored WITH (fillfactor = 70) TABLESPACE regress_guarded_space AS SELECT a FROM plain;
CREATE MATERIALIZED VIEW stored_otherwise USING regress_guarded_heap AS SELECT a FROM plain;
SELECT written() AS before \gset

--
-- The same, written otherwise.
--
SELECT * FROM show.compared($$
    CREATE TABLE plain (a int, b text);
    CREATE TABLE plain (a int, b text) USING heap TABLESPACE pg_default;
    CREATE TABLE plain (a int, b text) WITH (fillfactor = 100);
    CREATE TABLE plain (a int, b text) WITH (oids = false);
    CREATE TABLE plain (a int, b text) WITHOUT OIDS;
    CREATE TABLE kept (a int, b text) WITH (fillfactor = 70, autovacuum_enabled = off, autovacuum_vacuum_scale_factor = 0.2,
        vacuum_index_cleanup = auto, toast.autovacuum_enabled = false, toast.vacuum_truncate = off);
    CREATE TABLE kept (a int, b text) WITH (FILLFACTOR = '70', toast.vacuum_truncate = no, toast.autovacuum_enabled = 0,
        autovacuum_enabled = FALSE, autovacuum_vacuum_scale_factor = 2e-1, vacuum_index_cleanup = AUTO);
    CREATE TABLE kept (a int, b text) WITH (fillfactor = '0x46', autovacuum_enabled = 'off', autovacuum_vacuum_scale_factor = 0.20,
        toast.autovacuum_enabled = n, toast.vacuum_truncate = f);
    CREATE TABLE narrow (a int) WITH (fillfactor = 70, toast.autovacuum_enabled = off);
    CREATE TABLE narrow (a int) WITH (fillfactor = 70);
    CREATE TABLE placed (a int) TABLESPACE regress_guarded_space;
    CREATE TABLE other_method (a int) USING regress_guarded_heap;
    CREATE UNLOGGED TABLE fast (a int) WITH (fillfactor = 50);
    CREATE TEMP TABLE passing (a int) WITH (fillfactor = 50);
    CREATE TABLE parted (a int, b text) PARTITION BY LIST (a) TABLESPACE regress_guarded_space;
    CREATE TABLE part PARTITION OF parted FOR VALUES IN (1) WITH (fillfactor = 60);
    CREATE TABLE part PARTITION OF parted FOR VALUES IN (1) WITH (fillfactor = 60) TABLESPACE regress_guarded_space;
    CREATE TABLE part_elsewhere PARTITION OF parted FOR VALUES IN (2) TABLESPACE pg_default;
    CREATE TABLE made WITH (fillfactor = 70) TABLESPACE regress_guarded_space AS SELECT 1 AS a;
    CREATE VIEW safe WITH (security_barrier = on) AS SELECT a FROM plain;
    CREATE OR REPLACE VIEW safe WITH (security_barrier = true) AS SELECT a FROM plain;
    CREATE VIEW checked WITH (check_option = cascaded) AS SELECT a FROM plain WHERE a > 0;
    CREATE VIEW checked AS SELECT a FROM plain WHERE a > 0 WITH CHECK OPTION;
    CREATE VIEW bare WITH (security_barrier = off) AS SELECT a FROM plain;
    CREATE MATERIALIZED VIEW stored WITH (fillfactor = '70') TABLESPACE regress_guarded_space AS SELECT a FROM plain;
    CREATE MATERIALIZED VIEW stored USING heap WITH (fillfactor = 70) TABLESPACE regress_guarded_space AS SELECT a FROM plain;
    CREATE MATERIALIZED VIEW stored_otherwise USING regress_guarded_heap AS SELECT a FROM plain
$$);
SELECT * FROM show.outcome(guarded.create_table('kept', ARRAY['a int', 'b text'],
    postgresql_with => 'fillfactor = 70, autovacuum_enabled = no, autovacuum_vacuum_scale_factor = 0.2, toast.autovacuum_enabled = no, toast.vacuum_truncate = no'));

--
-- Something else.
--
SELECT * FROM show.compared($$
    CREATE TABLE plain (a int, b text) WITH (fillfactor = 70);
    CREATE TABLE plain (a int, b text) WITH (toast.autovacuum_enabled = off, autovacuum_enabled = off);
    CREATE TABLE plain (a int, b text) TABLESPACE regress_guarded_space;
    CREATE TABLE plain (a int, b text) USING regress_guarded_heap;
    CREATE TABLE kept (a int, b text);
    CREATE TABLE kept (a int, b text) WITH (fillfactor = 80, autovacuum_enabled, autovacuum_vacuum_scale_factor = 0.3,
        vacuum_index_cleanup = on, toast.autovacuum_enabled = true, toast.vacuum_truncate = on, parallel_workers = 2);
    CREATE TABLE narrow (a int);
    CREATE TABLE placed (a int);
    CREATE TABLE placed (a int) TABLESPACE pg_default;
    CREATE TABLE other_method (a int);
    CREATE TABLE other_method (a int) USING heap;
    CREATE UNLOGGED TABLE fast (a int);
    CREATE TEMP TABLE passing (a int) WITH (fillfactor = 60);
    CREATE TABLE parted (a int, b text) PARTITION BY LIST (a);
    CREATE TABLE part PARTITION OF parted FOR VALUES IN (1);
    CREATE TABLE part PARTITION OF parted FOR VALUES IN (1) WITH (fillfactor = 60) TABLESPACE pg_default;
    CREATE TABLE part_elsewhere PARTITION OF parted FOR VALUES IN (2);
    CREATE TABLE made AS SELECT 1 AS a;
    CREATE VIEW safe AS SELECT a FROM plain;
    CREATE VIEW safe WITH (security_barrier = off) AS SELECT a FROM plain;
    CREATE VIEW checked AS SELECT a FROM plain WHERE a > 0;
    CREATE VIEW checked AS SELECT a FROM plain WHERE a > 0 WITH LOCAL CHECK OPTION;
    CREATE VIEW bare WITH (security_barrier, check_option = local) AS SELECT a FROM plain;
    CREATE MATERIALIZED VIEW stored AS SELECT a FROM plain;
    CREATE MATERIALIZED VIEW stored USING regress_guarded_heap WITH (fillfactor = 71) TABLESPACE pg_default AS SELECT a FROM plain
$$);
SELECT * FROM show.all_of(guarded.create_table('narrow', ARRAY['a int'], postgresql_with => 'fillfactor = 60', postgresql_tablespace => 'regress_guarded_space'));

-- What goes without saying is what the settings say.
SET default_tablespace = regress_guarded_space;
SET default_table_access_method = regress_guarded_heap;
SELECT * FROM show.compared($$
    CREATE TABLE plain (a int, b text);
    CREATE TABLE plain (a int, b text) USING heap TABLESPACE pg_default;
    CREATE TABLE placed (a int);
    CREATE TABLE placed (a int) USING heap;
    CREATE TABLE other_method (a int) TABLESPACE pg_default;
    CREATE MATERIALIZED VIEW stored WITH (fillfactor = 70) AS SELECT a FROM plain;
    CREATE TEMP TABLE passing (a int) USING heap WITH (fillfactor = 50);
    CREATE VIEW bare AS SELECT a FROM plain
$$);
RESET default_tablespace;
RESET default_table_access_method;

--
-- What is not there, and what the server refuses.
--
SELECT status, reason, outcome->>'message' AS message, outcome->>'detail' AS detail FROM guarded.run($$
    CREATE TABLE plain (a int, b text) TABLESPACE nothing;
    CREATE TABLE plain (a int, b text) USING nothing;
    CREATE TABLE absent (a int) TABLESPACE nothing;
    CREATE TABLE absent (a int UNIQUE USING INDEX TABLESPACE nothing);
    CREATE MATERIALIZED VIEW stored TABLESPACE nothing AS SELECT a FROM plain;
    CREATE TABLE plain (a int, b text) WITH (nothing = 1);
    CREATE TABLE plain (a int, b text) WITH (fillfactor = 7);
    CREATE TABLE plain (a int, b text) WITH (fillfactor = many);
    CREATE TABLE plain (a int, b text) WITH (autovacuum_enabled = perhaps);
    CREATE TABLE plain (a int, b text) WITH (toast.nothing = 1);
    CREATE TABLE narrow (a int) WITH (fillfactor = 70, toast.fillfactor = 70);
    CREATE TABLE plain (a int, b text) WITH (nothing.fillfactor = 70);
    CREATE TABLE plain (a int, b text) WITH (oids);
    CREATE TABLE plain (a int, b text) WITH (fillfactor = 70, fillfactor = 80);
    CREATE VIEW bare WITH (nothing) AS SELECT a FROM plain;
    CREATE VIEW bare WITH (security_barrier = perhaps) AS SELECT a FROM plain;
    CREATE MATERIALIZED VIEW stored_otherwise USING regress_guarded_heap WITH (security_barrier) AS SELECT a FROM plain
$$);
SELECT status, reason, outcome ? 'differences' AS differs FROM guarded.run('CREATE TABLE parted (a int, b text) PARTITION BY LIST (a) WITH (fillfactor = 70) TABLESPACE regress_guarded_space');
SELECT written() = :'before' AS unchanged;

--
-- With OR REPLACE another option is no conflict.
--
SELECT * FROM show.compared($$
    CREATE OR REPLACE VIEW safe AS SELECT a FROM plain;
    CREATE OR REPLACE VIEW safe AS SELECT a FROM plain;
    CREATE OR REPLACE VIEW bare WITH (security_barrier) AS SELECT a FROM plain
$$);
SELECT relname, reloptions FROM pg_class WHERE oid IN ('safe'::regclass, 'bare'::regclass) ORDER BY relname;

--
-- Comparing locks nothing of the user's.
--
BEGIN;
SELECT * FROM show.compared('CREATE TABLE kept (a int, b text) WITH (fillfactor = 71)');
SELECT * FROM show.locks();
COMMIT;

DROP TABLE passing;
DROP SCHEMA test_equal_storage CASCADE;
DROP ACCESS METHOD regress_guarded_heap;
DROP TABLESPACE regress_guarded_space;
