-- The access method of partitioned tables, which came with PostgreSQL 17.
SELECT current_setting('server_version_num')::int < 170000 AS too_old \gset
\if :too_old
\quit
\endif
\pset format unaligned
SET client_min_messages = error;
CREATE ACCESS METHOD regress_guarded_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE SCHEMA test_equal_storage_17;
SET search_path = test_equal_storage_17;

CREATE TABLE parted (a int) PARTITION BY LIST (a) USING regress_guarded_heap;
CREATE TABLE plain (a int) PARTITION BY LIST (a);
CREATE TABLE part PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE part_otherwise PARTITION OF parted FOR VALUES IN (2) USING heap;
CREATE TABLE of_plain PARTITION OF plain FOR VALUES IN (1);
SELECT o.status, o.reason, o.outcome->'differences' AS differences, o.outcome->>'ddl' AS statement FROM guarded.run($$
    CREATE TABLE parted (a int) PARTITION BY LIST (a) USING regress_guarded_heap;
    CREATE TABLE parted (a int) PARTITION BY LIST (a);
    CREATE TABLE parted (a int) PARTITION BY LIST (a) USING heap;
    CREATE TABLE plain (a int) PARTITION BY LIST (a);
    CREATE TABLE plain (a int) PARTITION BY LIST (a) USING heap;
    CREATE TABLE part PARTITION OF parted FOR VALUES IN (1);
    CREATE TABLE part PARTITION OF parted FOR VALUES IN (1) USING regress_guarded_heap;
    CREATE TABLE part PARTITION OF parted FOR VALUES IN (1) USING heap;
    CREATE TABLE part_otherwise PARTITION OF parted FOR VALUES IN (2) USING heap;
    CREATE TABLE part_otherwise PARTITION OF parted FOR VALUES IN (2);
    CREATE TABLE of_plain PARTITION OF plain FOR VALUES IN (1)
$$) o;
-- What goes without saying is what the setting says, but for partitioned tables, which have none then.
SET default_table_access_method = regress_guarded_heap;
SELECT o.status, o.reason, o.outcome->'differences' AS differences, o.outcome->>'ddl' AS statement FROM guarded.run($$
    CREATE TABLE plain (a int) PARTITION BY LIST (a);
    CREATE TABLE part_otherwise PARTITION OF parted FOR VALUES IN (2);
    CREATE TABLE of_plain PARTITION OF plain FOR VALUES IN (1)
$$) o;
RESET default_table_access_method;
DROP SCHEMA test_equal_storage_17 CASCADE;
DROP ACCESS METHOD regress_guarded_heap;
