-- CREATE TABLE of a partitioned table or a partition that exists: what makes it equal, and what
-- different.
\pset format unaligned
SET client_min_messages = error;
CREATE SCHEMA test_equal_partitions;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_partitions;
SET datestyle = iso;

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN day AS date;
CREATE FUNCTION first_day() RETURNS date IMMUTABLE LANGUAGE sql AS $$ SELECT date '2026-01-01' $$;
CREATE TABLE plain (a int, b text);
CREATE TABLE by_range (a int, b text, c int) PARTITION BY RANGE (a, lower(b) COLLATE "C");
CREATE TABLE by_list (a int, b text) PARTITION BY LIST (b text_pattern_ops);
CREATE TABLE by_hash (a int, b text) PARTITION BY HASH (a);
CREATE TABLE months (
    day date NOT NULL,
    amount int DEFAULT 1 CHECK (amount > 0),
    note text,
    PRIMARY KEY (day)
) PARTITION BY RANGE (day);
CREATE TABLE january PARTITION OF months FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE february PARTITION OF months (amount DEFAULT 2, CONSTRAINT short CHECK (length(note) < 10))
    FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY RANGE (day);
CREATE TABLE months_rest PARTITION OF months DEFAULT;
CREATE TABLE standalone (note text, day date NOT NULL, amount int CONSTRAINT months_amount_check CHECK (amount > 0));
CREATE TABLE moods (m mood, n numeric) PARTITION BY LIST (m);
CREATE TABLE good PARTITION OF moods FOR VALUES IN ('ok', 'happy', NULL);
CREATE TABLE amounts (n numeric(10,2)) PARTITION BY RANGE (n);
CREATE TABLE small PARTITION OF amounts FOR VALUES FROM (MINVALUE) TO (-1.5);
CREATE TABLE hashed_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE of_domain (d day) PARTITION BY RANGE (d);
CREATE TABLE of_domain_1 PARTITION OF of_domain FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE test_equal_elsewhere.months (LIKE months) PARTITION BY RANGE (day);

CREATE TABLE numbered (a int, b int GENERATED ALWAYS AS IDENTITY (INCREMENT 5)) PARTITION BY LIST (a);
CREATE TABLE numbered_1 (b int NOT NULL, a int);
ALTER TABLE numbered ATTACH PARTITION numbered_1 FOR VALUES IN (1);
CREATE TABLE numbered_copy (LIKE numbered_1 INCLUDING IDENTITY);
CREATE VIEW state AS
SELECT md5(string_agg(concat_ws(' ', c.oid, c.relname, c.relkind, c.relnatts, i.inhparent, c.relpartbound), ' ' ORDER BY c.oid))
FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE c.relnamespace IN ('test_equal_partitions'::regnamespace, 'test_equal_elsewhere'::regnamespace);
SELECT * FROM state \gset before_

BEGIN;
--
-- PARTITION BY
--
-- Equal:
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE by_range (a int, b text, c int) PARTITION BY RANGE (a, lower(b) COLLATE "C");
CREATE TABLE by_range (a integer, b text, c int4) PARTITION BY range ("a" int4_ops, (lower((b))) COLLATE "C" text_ops);
CREATE TABLE IF NOT EXISTS by_list (a int, b text) PARTITION BY LIST ((b) text_pattern_ops);
CREATE TABLE by_list (a int, b text) PARTITION BY list (b COLLATE "default" text_pattern_ops);
CREATE TABLE by_hash (a int, b text) PARTITION BY HASH (a);
CREATE TABLE by_hash (a int, b text) PARTITION BY HASH (a pg_catalog.int4_ops);
CREATE TABLE months (day date, amount int DEFAULT 1 CHECK (amount > 0), note text, PRIMARY KEY (day)) PARTITION BY RANGE (day);
$$);
-- Different:
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE plain (a int, b text) PARTITION BY RANGE (a);
CREATE TABLE by_hash (a int, b text);
CREATE TABLE IF NOT EXISTS by_hash (a int, b text);
CREATE TABLE by_hash (a int, b text) PARTITION BY LIST (a);
CREATE TABLE by_hash (a int, b text) PARTITION BY HASH (b);
CREATE TABLE by_hash (a int, b text) PARTITION BY HASH (a, b);
CREATE TABLE by_range (a int, b text, c int) PARTITION BY RANGE (lower(b) COLLATE "C", a);
CREATE TABLE by_range (a int, b text, c int) PARTITION BY RANGE (a, upper(b) COLLATE "C");
CREATE TABLE by_range (a int, b text, c int) PARTITION BY RANGE (a, lower(b));
CREATE TABLE by_list (a int, b text) PARTITION BY LIST (b);
CREATE TABLE by_list (a int, b text) PARTITION BY LIST (b COLLATE "C" text_pattern_ops);
CREATE TABLE months (day date, amount int DEFAULT 1 CHECK (amount > 0), note text) PARTITION BY RANGE (day);
$$);
-- Not understood:
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE by_hash (a int, b text) PARTITION BY HASH (a no_such_ops);
CREATE TABLE by_range (a int, b text, c int) PARTITION BY RANGE (a, no_such_function(b));
CREATE TABLE by_list (a int, b text) PARTITION BY LIST (b COLLATE no_such_collation);
$$);

--
-- PARTITION OF
--
-- Equal:
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE january PARTITION OF months FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE january PARTITION OF test_equal_partitions.months FOR VALUES FROM (DATE '1-jan-2026') TO ('20260201'::date);
CREATE TABLE IF NOT EXISTS january PARTITION OF months (PRIMARY KEY (day), CHECK (amount > 0)) FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE february PARTITION OF months (amount DEFAULT 2, CONSTRAINT short CHECK (length(note)<10)) FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY RANGE (day);
CREATE TABLE february PARTITION OF months (amount WITH OPTIONS DEFAULT (2), CHECK ((length(note) < 10))) FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY RANGE (day);
CREATE TABLE months_rest PARTITION OF months DEFAULT;
CREATE TABLE good PARTITION OF moods FOR VALUES IN ('ok', 'happy', NULL);
CREATE TABLE good PARTITION OF moods FOR VALUES IN (NULL, 'happy'::mood, 'ok', 'ok');
CREATE TABLE small PARTITION OF amounts FOR VALUES FROM (MINVALUE) TO (-1.50);
CREATE TABLE hashed_1 PARTITION OF by_hash FOR VALUES WITH (REMAINDER 1, MODULUS 4);
CREATE TABLE numbered_1 PARTITION OF numbered FOR VALUES IN (1);
CREATE TABLE numbered_copy (LIKE numbered_1 INCLUDING IDENTITY);
$$);
-- Different:
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE january PARTITION OF months FOR VALUES FROM ('2026-01-01') TO ('2026-02-02');
CREATE TABLE january PARTITION OF months FOR VALUES FROM (MINVALUE) TO ('2026-02-01');
CREATE TABLE january PARTITION OF months DEFAULT;
CREATE TABLE months_rest PARTITION OF months FOR VALUES FROM ('2027-01-01') TO ('2027-02-01');
CREATE TABLE january PARTITION OF test_equal_elsewhere.months FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE standalone PARTITION OF months FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
CREATE TABLE january (day date NOT NULL, amount int DEFAULT 1, note text);
CREATE TABLE january () INHERITS (months);
CREATE TABLE january PARTITION OF months (amount DEFAULT 2) FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE january PARTITION OF months (note NOT NULL) FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE january PARTITION OF months (CHECK (note <> '')) FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE january PARTITION OF months FOR VALUES FROM ('2026-01-01') TO ('2026-02-01') PARTITION BY LIST (amount);
CREATE TABLE february PARTITION OF months (amount DEFAULT 2, CONSTRAINT short CHECK (length(note) < 10)) FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE TABLE february PARTITION OF months FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY RANGE (day);
CREATE TABLE good PARTITION OF moods FOR VALUES IN ('ok', 'happy');
CREATE TABLE good PARTITION OF moods FOR VALUES IN ('ok', 'sad', NULL);
CREATE TABLE hashed_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 8, REMAINDER 1);
$$);
-- A bound whose values would call functions of others is not looked at; one that is refused is
-- not understood.
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE january PARTITION OF months FOR VALUES FROM (first_day()) TO ('2026-02-01');
CREATE TABLE january PARTITION OF months FOR VALUES FROM (first_day()) TO ('2026-02-01') PARTITION BY LIST (amount);
CREATE TABLE of_domain_1 PARTITION OF of_domain FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE january PARTITION OF months FOR VALUES IN ('2026-01-01');
CREATE TABLE january PARTITION OF months FOR VALUES FROM ('not a date') TO ('2026-02-01');
CREATE TABLE january PARTITION OF no_such_table DEFAULT;
CREATE TABLE january PARTITION OF plain DEFAULT;
$$);

--
-- ATTACH PARTITION
--
SELECT number, status, reason, outcome->>'message' AS message, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
ALTER TABLE months ATTACH PARTITION january FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
ALTER TABLE ONLY months ATTACH PARTITION test_equal_partitions.january FOR VALUES FROM (date '2026-01-01') TO ('2026-02-01');
ALTER TABLE months ATTACH PARTITION months_rest DEFAULT;
ALTER TABLE months ATTACH PARTITION january FOR VALUES FROM ('2026-01-01') TO ('2026-02-02');
ALTER TABLE test_equal_elsewhere.months ATTACH PARTITION january FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
ALTER TABLE months ATTACH PARTITION standalone FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
ALTER TABLE months ATTACH PARTITION standalone FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
CREATE TABLE IF NOT EXISTS standalone PARTITION OF months FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
CREATE TABLE standalone PARTITION OF months (amount DEFAULT NULL) FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
ALTER TABLE months DETACH PARTITION standalone;
ALTER TABLE months ATTACH PARTITION no_such_table DEFAULT;
$$);
ROLLBACK;

SELECT md5 = :'before_md5' AS nothing_has_changed FROM state;

--
-- No lock is left. Only a role that owns the parent has its bound looked at.
--
BEGIN;
SELECT status, reason FROM guarded.run('CREATE TABLE january PARTITION OF months FOR VALUES FROM (''2026-01-01'') TO (''2026-02-01'')');
SELECT status, reason FROM guarded.run('CREATE TABLE by_range (a int, b text, c int) PARTITION BY RANGE (a, lower(b) COLLATE "C")');
SELECT * FROM show.locks();
ROLLBACK;
CREATE ROLE regress_guarded_equal;
GRANT USAGE, CREATE ON SCHEMA test_equal_partitions TO regress_guarded_equal;
GRANT USAGE ON SCHEMA guarded TO regress_guarded_equal;
SET ROLE regress_guarded_equal;
SELECT status, reason FROM guarded.run($$
CREATE TABLE january PARTITION OF months FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE by_range (a int, b text, c int) PARTITION BY RANGE (a, lower(b) COLLATE "C");
CREATE TABLE by_hash (a int, b text) PARTITION BY HASH (a);
$$);
RESET ROLE;
REVOKE ALL ON SCHEMA test_equal_partitions, guarded FROM regress_guarded_equal;
DROP ROLE regress_guarded_equal;

-- The typed function.
SELECT o->>'status' AS status, o->>'reason' AS reason, o->'differences' AS differences FROM (VALUES
    (guarded.create_table('by_hash', ARRAY['a int', 'b text'], postgresql_partition_by => 'HASH (a)')),
    (guarded.create_table('by_hash', ARRAY['a int', 'b text'], postgresql_partition_by => 'RANGE (a)'))) AS t(o);

DROP SCHEMA test_equal_partitions, test_equal_elsewhere CASCADE;
