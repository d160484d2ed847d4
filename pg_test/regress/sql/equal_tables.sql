-- CREATE TABLE of a table that exists: what makes it equal, and what different. Its columns by
-- themselves are in equal_columns, partitions in equal_partitions.
\pset format unaligned
SET client_min_messages = error;
CREATE SCHEMA test_equal_tables;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_tables;

CREATE VIEW state AS
SELECT md5(string_agg(concat_ws(' ', c.oid, c.relname, c.relkind, c.relnatts, c.relchecks, i.inhparent), ' ' ORDER BY c.oid, i.inhseqno))
FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE c.relnamespace IN ('test_equal_tables'::regnamespace, 'test_equal_elsewhere'::regnamespace);

--
-- Columns, their order, constraints, persistence
--
CREATE TABLE plain (a int NOT NULL, b varchar(20) DEFAULT 'x', c int CHECK (c IN (1, 2)));
CREATE UNLOGGED TABLE unlogged (a int);
CREATE TABLE refused (a int NOT NULL);
CREATE TEMPORARY TABLE passing (a int);
CREATE TABLE passing (a int);
CREATE VIEW seen AS SELECT 1 AS a;
CREATE TYPE pair AS (a int, b text COLLATE "C");
CREATE TYPE test_equal_elsewhere.pair AS (a int, b text COLLATE "C");
CREATE TABLE typed OF pair;
CREATE TABLE typed_more OF pair (PRIMARY KEY (a), b WITH OPTIONS DEFAULT 'x');
SELECT * FROM state \gset before_
BEGIN;
-- Equal:
SELECT number, status, reason, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE plain (a int NOT NULL, b varchar(20) DEFAULT 'x', c int CHECK (c IN (1, 2)));
CREATE TABLE IF NOT EXISTS plain (a int4 NOT NULL, b character varying ( 20 ) DEFAULT 'x'::varchar, c integer, CHECK (c = ANY (ARRAY[1,2])));
CREATE TABLE plain (c int CHECK (c IN (1, 2)), b varchar(20) DEFAULT 'x', a int NOT NULL);
CREATE TABLE test_equal_tables.plain (a int NOT NULL, b varchar(20) DEFAULT 'x', c int, CONSTRAINT plain_c_check CHECK (c IN (1, 2)));
CREATE UNLOGGED TABLE unlogged (a int);
CREATE TEMP TABLE passing (a int);
CREATE TEMP TABLE passing (a int) ON COMMIT PRESERVE ROWS;
CREATE TABLE pg_temp.passing (a int);
CREATE TABLE test_equal_tables.passing (a int);
$$);
-- Different:
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE plain (a int, b varchar(20) DEFAULT 'x', c int CHECK (c IN (1, 2)));
CREATE TABLE plain (a int NOT NULL, b varchar(30) DEFAULT 'x', c int CHECK (c IN (1, 2)));
CREATE TABLE plain (a int NOT NULL, b varchar(20) DEFAULT 'y', c int CHECK (c IN (1, 2)));
CREATE TABLE plain (a int NOT NULL, b varchar(20) DEFAULT 'x', c int CHECK (c IN (1, 3)));
CREATE TABLE plain (a int NOT NULL, b varchar(20) DEFAULT 'x', c int CONSTRAINT other CHECK (c IN (1, 2)));
CREATE TABLE plain (a int NOT NULL, b varchar(20) DEFAULT 'x', c int);
CREATE TABLE plain (a int NOT NULL, c int CHECK (c IN (1, 2)));
CREATE TABLE plain (a int NOT NULL, a int NOT NULL, b varchar(20) DEFAULT 'x', c int CHECK (c IN (1, 2)));
CREATE TABLE plain (a int NOT NULL, b varchar(20) DEFAULT 'x', c int CHECK (c IN (1, 2)), d int);
CREATE TABLE plain (a int NOT NULL PRIMARY KEY, b varchar(20) DEFAULT 'x', c int CHECK (c IN (1, 2)));
CREATE UNLOGGED TABLE plain (a int NOT NULL, b varchar(20) DEFAULT 'x', c int CHECK (c IN (1, 2)));
CREATE TABLE unlogged (a int);
CREATE TABLE IF NOT EXISTS seen (a int);
CREATE TEMP TABLE passing (a int) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE passing (a bigint);
$$);
-- What the server refuses is not called the same.
SELECT number, status, reason FROM guarded.run($$
CREATE TABLE refused (a int NULL NOT NULL);
CREATE TABLE IF NOT EXISTS refused (a int NOT NULL NULL);
CREATE TABLE refused (a int DEFAULT 1 NOT NULL DEFAULT 1);
CREATE TABLE refused (a int PRIMARY KEY PRIMARY KEY);
CREATE TABLE refused (a int PRIMARY KEY, PRIMARY KEY (a));
CREATE TABLE refused (a int NOT NULL, CONSTRAINT c CHECK (a > 0), CONSTRAINT c CHECK (a > 0));
CREATE TABLE refused (a int NOT NULL) ON COMMIT PRESERVE ROWS;
ALTER TABLE refused ADD COLUMN a int NULL NOT NULL;
CREATE TABLE unlogged (a int NULL, a int);
$$);

--
-- OF
--
-- Equal:
SELECT number, status, reason, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE typed OF pair;
CREATE TABLE typed OF test_equal_tables.pair (a WITH OPTIONS DEFAULT NULL);
CREATE TABLE typed_more OF pair (PRIMARY KEY (a), b WITH OPTIONS DEFAULT 'x');
CREATE TABLE typed_more OF pair (a NOT NULL PRIMARY KEY, b DEFAULT ('x'));
$$);
-- Different:
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE typed OF test_equal_elsewhere.pair;
CREATE TABLE typed (a int, b text COLLATE "C");
CREATE TABLE typed OF pair (a NOT NULL);
CREATE TABLE typed_more OF pair (PRIMARY KEY (a));
CREATE TABLE typed_more OF pair (b DEFAULT 'x');
CREATE TABLE plain OF pair;
CREATE TABLE typed OF no_such_type;
$$);
ROLLBACK;
SELECT md5 = :'before_md5' AS nothing_has_changed FROM state;

--
-- INHERITS
--
CREATE TABLE mother (a int NOT NULL DEFAULT 1, b text COLLATE "C", CONSTRAINT positive CHECK (a > 0),
    CONSTRAINT only_hers CHECK (a < 1000) NO INHERIT, g int GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE father (b text COLLATE "C", f int DEFAULT 7, CONSTRAINT positive CHECK (f > 0) NO INHERIT);
CREATE TABLE test_equal_elsewhere.mother (LIKE mother INCLUDING ALL);
CREATE TABLE child () INHERITS (mother);
CREATE TABLE child_of_both (c int) INHERITS (mother, father);
CREATE TABLE child_own (a int DEFAULT 2, x int, CONSTRAINT positive CHECK (a > 0)) INHERITS (mother);
CREATE TABLE alone (a int NOT NULL DEFAULT 1, b text COLLATE "C", g int GENERATED ALWAYS AS (a * 2) STORED,
    CONSTRAINT positive CHECK (a > 0));
SELECT * FROM state \gset before_
BEGIN;
-- Equal:
SELECT number, status, reason, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE child () INHERITS (mother);
CREATE TABLE IF NOT EXISTS child () INHERITS (test_equal_tables.mother);
CREATE TABLE child_of_both (c int) INHERITS (mother, father);
CREATE TABLE child_own (a int DEFAULT 2, x int, CONSTRAINT positive CHECK (a > 0)) INHERITS (mother);
CREATE TABLE child_own (x int, a integer DEFAULT (2), CHECK ((a > 0))) INHERITS (mother);
CREATE TABLE alone (a int NOT NULL DEFAULT 1, b text COLLATE "C", g int GENERATED ALWAYS AS (a*2) STORED, CONSTRAINT positive CHECK (a > 0));
$$);
-- Different:
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE child () INHERITS (father);
CREATE TABLE child () INHERITS (test_equal_elsewhere.mother);
CREATE TABLE child () INHERITS (mother, father);
CREATE TABLE child_of_both (c int) INHERITS (father, mother);
CREATE TABLE child_of_both (c int) INHERITS (mother);
CREATE TABLE child (a int) INHERITS (mother);
CREATE TABLE child (a int DEFAULT 2) INHERITS (mother);
CREATE TABLE child (b text COLLATE "C" NOT NULL) INHERITS (mother);
CREATE TABLE child (CONSTRAINT positive CHECK (a > 0)) INHERITS (mother);
CREATE TABLE child (c int) INHERITS (mother);
CREATE TABLE child_own (x int, CONSTRAINT positive CHECK (a > 0)) INHERITS (mother);
CREATE TABLE child_own (a int DEFAULT 2, x int) INHERITS (mother);
CREATE TABLE alone () INHERITS (mother);
CREATE TABLE child () INHERITS (no_such_table);
$$);
-- The default of the parent has changed since:
ALTER TABLE ONLY mother ALTER a SET DEFAULT 5;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TABLE child () INHERITS (mother);
$$);
-- INHERIT
SELECT number, status, reason, outcome->>'message' AS message FROM guarded.run($$
ALTER TABLE child INHERIT mother;
ALTER TABLE child_of_both INHERIT test_equal_tables.father;
ALTER TABLE alone INHERIT mother;
ALTER TABLE child INHERIT father;
ALTER TABLE child INHERIT no_such_table;
$$);
ROLLBACK;
SELECT md5 = :'before_md5' AS nothing_has_changed FROM state;

--
-- LIKE
--
CREATE TABLE source (
    id bigint GENERATED BY DEFAULT AS IDENTITY (START 10 INCREMENT 5),
    name varchar(20) NOT NULL DEFAULT 'x',
    twice int GENERATED ALWAYS AS (length(name) * 2) STORED,
    amount numeric(10, 2),
    CONSTRAINT amount_positive CHECK (amount > 0),
    PRIMARY KEY (id),
    UNIQUE (name, amount) DEFERRABLE
);
CREATE INDEX ON source (lower(name) text_pattern_ops DESC) INCLUDE (amount) WHERE amount IS NOT NULL;
ALTER TABLE source ALTER name SET STORAGE external, ALTER name SET COMPRESSION pglz;
COMMENT ON COLUMN source.amount IS 'how much';
COMMENT ON CONSTRAINT amount_positive ON source IS 'must be';
CREATE VIEW source_view AS SELECT id, name FROM source;
CREATE SEQUENCE not_to_be_copied;
CREATE TABLE bare (LIKE source);
CREATE TABLE everything (LIKE source INCLUDING ALL);
CREATE TABLE between (first int, LIKE source INCLUDING DEFAULTS INCLUDING GENERATED, last int);
CREATE TABLE of_view (LIKE source_view);
CREATE TABLE of_composite (LIKE pair);
CREATE TABLE by_hand (id bigint NOT NULL, name varchar(20) NOT NULL, twice int, amount numeric(10, 2));
CREATE TABLE checked (LIKE source INCLUDING CONSTRAINTS);
CREATE TABLE indexed (LIKE source INCLUDING INDEXES INCLUDING GENERATED);
CREATE TABLE identified (LIKE source INCLUDING IDENTITY);
CREATE TABLE stored (LIKE source INCLUDING STORAGE INCLUDING COMPRESSION);
CREATE TABLE commented (LIKE source INCLUDING COMMENTS);
CREATE TABLE with_statistics (a int, b int);
CREATE STATISTICS on_both (mcv) ON a, b, (a + b) FROM with_statistics;
COMMENT ON STATISTICS on_both IS 'both';
CREATE TABLE statistics_copied (LIKE with_statistics INCLUDING STATISTICS INCLUDING COMMENTS);
CREATE TABLE statistics_missing (LIKE with_statistics);
CREATE TABLE excluding (a int, b int, EXCLUDE USING btree (a WITH =, b WITH =) WHERE (a > 0));
CREATE TABLE excluding_copied (LIKE excluding INCLUDING INDEXES);
CREATE TABLE excluding_less (a int, b int, EXCLUDE USING btree (a WITH =) WHERE (a > 0));
SELECT * FROM state \gset before_
BEGIN;
-- Equal:
SELECT number, status, reason, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE bare (LIKE source);
CREATE TABLE bare (LIKE test_equal_tables.source EXCLUDING ALL);
CREATE TABLE by_hand (LIKE source);
CREATE TABLE bare (id bigint NOT NULL, name varchar(20) NOT NULL, twice int, amount numeric(10, 2));
CREATE TABLE everything (LIKE source INCLUDING ALL EXCLUDING STATISTICS);
CREATE TABLE everything (LIKE source INCLUDING ALL);
CREATE TABLE everything (LIKE everything INCLUDING ALL);
CREATE TABLE between (first int, LIKE source INCLUDING DEFAULTS INCLUDING GENERATED, last int);
CREATE TABLE between (LIKE source INCLUDING DEFAULTS INCLUDING GENERATED, first int, last int);
CREATE TABLE of_view (LIKE source_view);
CREATE TABLE of_composite (LIKE pair);
CREATE TABLE of_composite (a int, b text COLLATE "C");
CREATE TABLE checked (LIKE source INCLUDING CONSTRAINTS);
CREATE TABLE indexed (LIKE source INCLUDING INDEXES INCLUDING GENERATED);
CREATE TABLE identified (LIKE source INCLUDING IDENTITY);
CREATE TABLE stored (LIKE source INCLUDING STORAGE INCLUDING COMPRESSION);
CREATE TABLE stored (LIKE source);
CREATE TABLE commented (LIKE source INCLUDING COMMENTS);
CREATE TABLE commented (LIKE source);
CREATE TABLE statistics_copied (LIKE with_statistics INCLUDING STATISTICS);
CREATE TABLE statistics_copied (LIKE with_statistics INCLUDING STATISTICS INCLUDING COMMENTS);
CREATE TABLE excluding_copied (LIKE excluding INCLUDING ALL);
$$);
-- Different:
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE bare (LIKE source INCLUDING DEFAULTS);
CREATE TABLE bare (LIKE source INCLUDING GENERATED);
CREATE TABLE bare (LIKE source INCLUDING IDENTITY);
CREATE TABLE bare (LIKE source INCLUDING CONSTRAINTS);
CREATE TABLE bare (LIKE source INCLUDING INDEXES);
CREATE TABLE bare (LIKE source INCLUDING STORAGE);
CREATE TABLE bare (LIKE source INCLUDING COMPRESSION);
CREATE TABLE bare (LIKE source INCLUDING COMMENTS);
CREATE TABLE checked (LIKE source INCLUDING CONSTRAINTS INCLUDING COMMENTS);
CREATE TABLE everything (LIKE source);
CREATE TABLE everything (LIKE source INCLUDING ALL EXCLUDING INDEXES);
CREATE TABLE between (first int, LIKE source, last int);
CREATE TABLE bare (LIKE source, more int);
CREATE TABLE bare (LIKE source_view);
CREATE TABLE plain (LIKE source);
CREATE TABLE bare (LIKE source, id bigint);
CREATE TABLE bare (LIKE source, LIKE source_view);
CREATE TABLE statistics_missing (LIKE with_statistics INCLUDING STATISTICS);
CREATE TABLE excluding_less (LIKE excluding INCLUDING INDEXES);
CREATE TABLE bare (LIKE not_to_be_copied);
CREATE TABLE bare (LIKE no_such_table);
CREATE TABLE no_such_copy (LIKE no_such_table);
$$);
ALTER SEQUENCE identified_id_seq INCREMENT 6;
ALTER TABLE checked DROP CONSTRAINT amount_positive, ADD CONSTRAINT amount_positive CHECK (amount >= 0);
ALTER INDEX indexed_lower_amount_idx RENAME TO renamed;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TABLE identified (LIKE source INCLUDING IDENTITY);
CREATE TABLE checked (LIKE source INCLUDING CONSTRAINTS);
CREATE TABLE indexed (LIKE source INCLUDING INDEXES INCLUDING GENERATED);
$$);
-- Two indexes need two, and one that is stored otherwise differs.
CREATE INDEX ON source (amount);
CREATE INDEX ON source (amount) WITH (fillfactor = 70);
CREATE INDEX ON indexed (amount);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TABLE indexed (LIKE source INCLUDING INDEXES INCLUDING GENERATED);
$$);
CREATE INDEX ON indexed (amount) WITH (fillfactor = 80);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TABLE indexed (LIKE source INCLUDING INDEXES INCLUDING GENERATED);
$$);
DROP INDEX renamed;
CREATE INDEX ON indexed (lower(name) text_pattern_ops) INCLUDE (amount) WHERE amount IS NOT NULL;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TABLE indexed (LIKE source INCLUDING INDEXES INCLUDING GENERATED);
$$);
ROLLBACK;
SELECT md5 = :'before_md5' AS nothing_has_changed FROM state;

--
-- AS
--
CREATE TABLE numbers AS SELECT i AS n, i::text AS t, 'x' AS literal, 1.5::numeric(4, 2) AS amount FROM generate_series(1, 3) i;
CREATE TABLE renamed (a, b) AS SELECT id, name, amount FROM source;
CREATE TABLE numbers_key (n int PRIMARY KEY, t text);
PREPARE prepared AS SELECT 1 AS a;
SELECT * FROM state \gset before_
BEGIN;
-- Equal:
SELECT number, status, reason, outcome->>'operation' AS operation, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE numbers AS SELECT i AS n, i::text AS t, 'x' AS literal, 1.5::numeric(4, 2) AS amount FROM generate_series(1, 3) i;
CREATE TABLE IF NOT EXISTS numbers (n, t, literal) AS VALUES (5, 'a'::text, '', 2::numeric(4,2)) WITH NO DATA;
CREATE TABLE numbers (n, t, literal, amount) AS VALUES (5, 'a'::text, '', 2::numeric(4,2)) WITH NO DATA;
SELECT 1 AS n, 'a' AS t, 'b' AS literal, 1::numeric(4,2) AS amount INTO numbers;
SELECT 1 AS n, 'a' AS t, 'b' AS literal, 1::numeric(4,2) AS amount INTO TABLE numbers UNION ALL SELECT 2, 'b', 'c', 1::numeric(4,2);
CREATE TABLE numbers AS SELECT literal, t, n, amount FROM numbers;
CREATE TABLE numbers AS TABLE numbers;
CREATE TABLE renamed (a, b) AS SELECT id, name, amount FROM source;
CREATE TABLE renamed (a bigint, b varchar(20), amount numeric(10,2));
$$);
-- Different:
SELECT number, status, reason, outcome->'differences' AS differences, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TABLE numbers AS SELECT i::bigint AS n, i::text AS t, 'x' AS literal, 1.5::numeric(4, 2) AS amount FROM generate_series(1, 3) i;
CREATE TABLE numbers AS SELECT n, t COLLATE "C" AS t, literal, amount FROM numbers;
CREATE TABLE numbers AS SELECT n, t, literal, amount * 2 AS amount FROM numbers;
CREATE TABLE numbers AS SELECT n, t, literal FROM numbers;
CREATE TABLE numbers AS SELECT numbers.*, 1 AS more FROM numbers;
CREATE UNLOGGED TABLE numbers AS TABLE numbers;
CREATE TABLE renamed AS SELECT id, name, amount FROM source;
CREATE TABLE numbers_key AS SELECT n, t FROM numbers;
CREATE TABLE numbers AS EXECUTE prepared;
CREATE TABLE numbers AS SELECT no_such_column FROM numbers;
CREATE TABLE numbers AS SELECT 1 FROM no_such_table;
CREATE TABLE numbers (n, t, literal, amount, more) AS TABLE numbers;
CREATE TABLE numbers AS SELECT *, 1 AS n FROM numbers;
CREATE TABLE seen AS SELECT 1 AS a;
$$);
ROLLBACK;
-- Intercepted, the query comes analysed.
SET guarded.intercept = on;
SET client_min_messages = notice;
CREATE TABLE numbers AS SELECT n, t, literal, amount FROM numbers;
SELECT n, t INTO numbers FROM numbers;
CREATE TABLE numbers AS EXECUTE prepared;
CREATE TABLE plain (c int CHECK (c IN (1, 2)), b varchar(20) DEFAULT 'x', a int NOT NULL);
SET client_min_messages = error;
SET guarded.intercept = off;
SELECT count(*) FROM numbers;
SELECT md5 = :'before_md5' AS nothing_has_changed FROM state;

--
-- No lock is left, and what a role may not do is left to PostgreSQL.
--
BEGIN;
SELECT status, reason FROM guarded.run($$
CREATE TABLE child () INHERITS (mother);
CREATE TABLE everything (LIKE source INCLUDING ALL);
CREATE TABLE numbers AS TABLE numbers;
$$);
SELECT * FROM show.locks();
ROLLBACK;
CREATE ROLE regress_guarded_equal;
GRANT USAGE, CREATE ON SCHEMA test_equal_tables TO regress_guarded_equal;
GRANT USAGE ON SCHEMA guarded TO regress_guarded_equal;
SET ROLE regress_guarded_equal;
SELECT status, reason FROM guarded.run($$
CREATE TABLE child () INHERITS (mother);
CREATE TABLE bare (LIKE source);
CREATE TABLE of_composite (LIKE pair);
CREATE TABLE passing (a int);
$$);
RESET ROLE;
REVOKE ALL ON SCHEMA test_equal_tables, guarded FROM regress_guarded_equal;
DROP ROLE regress_guarded_equal;

-- The typed function.
SELECT o->>'status' AS status, o->>'reason' AS reason, o->'differences' AS differences, o->>'detail' AS detail FROM (VALUES
    (guarded.create_table('child_of_both', ARRAY['c int'], postgresql_inherits => '{mother,father}')),
    (guarded.create_table('child_of_both', ARRAY['c int'], postgresql_inherits => '{mother}')),
    (guarded.create_table('bare', ARRAY['LIKE source'])),
    (guarded.create_table('plain', ARRAY['b varchar(20) DEFAULT ''x''', 'a int NOT NULL', 'c int CHECK (c IN (1, 2))']))) AS t(o);

DROP TABLE pg_temp.passing;
DROP SCHEMA test_equal_tables, test_equal_elsewhere CASCADE;
