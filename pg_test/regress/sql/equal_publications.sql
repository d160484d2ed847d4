-- CREATE PUBLICATION over a publication of that name.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_publications;
CREATE SCHEMA test_equal_elsewhere;
CREATE SCHEMA test_equal_empty;
SET search_path = test_equal_publications;

CREATE TABLE orders (id int PRIMARY KEY, state varchar(20), price int, "Tax" numeric);
CREATE TABLE others (id int PRIMARY KEY, state text);
CREATE TABLE test_equal_elsewhere.orders (id int PRIMARY KEY);
CREATE TABLE parent (id int, state text);
CREATE TABLE child (extra int) INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
CREATE TABLE parts (id int, state text) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE VIEW open_orders AS SELECT * FROM orders;
CREATE PUBLICATION regress_p_empty;
CREATE PUBLICATION regress_p_all FOR ALL TABLES;
CREATE PUBLICATION regress_p_one FOR TABLE orders;
CREATE PUBLICATION regress_p_two FOR TABLE orders, others WITH (publish = 'insert, delete');
CREATE PUBLICATION regress_p_columns FOR TABLE orders (price, id), others;
CREATE PUBLICATION regress_p_rows FOR TABLE orders WHERE (price IN (1, 2) AND state = 'new'), others;
CREATE PUBLICATION regress_p_schema FOR TABLES IN SCHEMA test_equal_elsewhere, test_equal_publications;
CREATE PUBLICATION regress_p_both FOR TABLES IN SCHEMA test_equal_elsewhere, TABLE orders;
CREATE PUBLICATION regress_p_family FOR TABLE parent WHERE (id > 0);
CREATE PUBLICATION regress_p_only FOR TABLE ONLY parent;
CREATE PUBLICATION regress_p_parts FOR TABLE parts (id) WHERE (id > 0) WITH (publish_via_partition_root);
CREATE PUBLICATION regress_p_none FOR TABLE orders WITH (publish = '');

CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, pubname FROM pg_publication
        UNION ALL SELECT ctid, xmin, oid::text FROM pg_publication_rel
        UNION ALL SELECT ctid, xmin, oid::text FROM pg_publication_namespace
        UNION ALL SELECT ctid, xmin, relname FROM pg_class) row $$;
SELECT written() AS before \gset

--
-- Equal
--
BEGIN;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE PUBLICATION regress_p_empty;
create publication REGRESS_P_EMPTY with (publish = 'truncate,DELETE , update,insert', publish_via_partition_root = off);
CREATE PUBLICATION regress_p_all FOR ALL TABLES;
CREATE PUBLICATION regress_p_one FOR TABLE test_equal_publications.orders;
CREATE PUBLICATION regress_p_one FOR TABLE orders, orders;
CREATE PUBLICATION regress_p_one FOR TABLE ONLY orders WITH (publish_via_partition_root = 0);
CREATE PUBLICATION regress_p_two FOR TABLE others, TABLE orders WITH (publish = 'delete,insert');
CREATE PUBLICATION regress_p_columns FOR TABLE others, orders ("id", price);
CREATE PUBLICATION regress_p_rows FOR TABLE others, orders WHERE ((price in (1,2)) and state='new');
CREATE PUBLICATION regress_p_rows FOR TABLE others, orders
    WHERE ((orders.price = ANY (ARRAY[1, 2])) AND ((state)::text = 'new'::text));
CREATE PUBLICATION regress_p_schema FOR TABLES IN SCHEMA test_equal_publications, test_equal_elsewhere, test_equal_elsewhere;
CREATE PUBLICATION regress_p_schema FOR TABLES IN SCHEMA CURRENT_SCHEMA, test_equal_elsewhere;
CREATE PUBLICATION regress_p_both FOR TABLE orders, TABLES IN SCHEMA test_equal_elsewhere;
CREATE PUBLICATION regress_p_family FOR TABLE parent WHERE (id > 0);
CREATE PUBLICATION regress_p_family FOR TABLE parent * WHERE ((id>0));
CREATE PUBLICATION regress_p_family FOR TABLE ONLY parent WHERE (id > 0), ONLY child WHERE (id > 0), grandchild WHERE (id > 0);
CREATE PUBLICATION regress_p_only FOR TABLE ONLY parent;
CREATE PUBLICATION regress_p_parts FOR TABLE parts (id) WHERE (parts.id > 0) WITH (publish_via_partition_root = 'TRUE');
CREATE PUBLICATION regress_p_none FOR TABLE orders WITH (publish = '');
$$);
-- Without FOR: what ALTER PUBLICATION has added is no difference.
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE PUBLICATION regress_p_one;
CREATE PUBLICATION regress_p_schema WITH (publish = 'insert, update, delete, truncate');
$$);

--
-- Different
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE PUBLICATION regress_p_empty FOR TABLE orders;
CREATE PUBLICATION regress_p_empty FOR ALL TABLES;
CREATE PUBLICATION regress_p_empty WITH (publish = 'insert');
CREATE PUBLICATION regress_p_all;
CREATE PUBLICATION regress_p_all FOR TABLE orders;
CREATE PUBLICATION regress_p_all FOR ALL TABLES WITH (publish_via_partition_root = true);
CREATE PUBLICATION regress_p_one FOR TABLE others;
CREATE PUBLICATION regress_p_one FOR TABLE test_equal_elsewhere.orders;
CREATE PUBLICATION regress_p_one FOR TABLE orders, others;
CREATE PUBLICATION regress_p_one FOR TABLE orders (id);
CREATE PUBLICATION regress_p_one FOR TABLE orders (id, state, price, "Tax");
CREATE PUBLICATION regress_p_one FOR TABLE orders WHERE (price > 1);
CREATE PUBLICATION regress_p_one FOR TABLES IN SCHEMA test_equal_publications;
CREATE PUBLICATION regress_p_two FOR TABLE orders, others;
CREATE PUBLICATION regress_p_two FOR TABLE orders WITH (publish = 'insert, delete');
CREATE PUBLICATION regress_p_two FOR TABLE orders, others WITH (publish = 'insert, delete, update');
CREATE PUBLICATION regress_p_columns FOR TABLE orders (price, id, "Tax"), others;
CREATE PUBLICATION regress_p_columns FOR TABLE orders, others (id);
CREATE PUBLICATION regress_p_rows FOR TABLE orders WHERE (price IN (1, 2) AND state = 'open'), others WHERE (id > 1);
CREATE PUBLICATION regress_p_rows FOR TABLE orders, others;
CREATE PUBLICATION regress_p_schema FOR TABLES IN SCHEMA test_equal_elsewhere;
CREATE PUBLICATION regress_p_schema FOR TABLES IN SCHEMA test_equal_elsewhere, test_equal_empty;
CREATE PUBLICATION regress_p_both FOR TABLES IN SCHEMA test_equal_elsewhere;
CREATE PUBLICATION regress_p_family FOR TABLE parent;
CREATE PUBLICATION regress_p_family FOR TABLE ONLY parent WHERE (id > 0);
CREATE PUBLICATION regress_p_only FOR TABLE parent;
CREATE PUBLICATION regress_p_parts FOR TABLE parts (id) WHERE (id > 0);
CREATE PUBLICATION regress_p_parts FOR TABLE parts_1 (id) WHERE (id > 0) WITH (publish_via_partition_root);
CREATE PUBLICATION regress_p_none FOR TABLE orders;
$$);

--
-- What it needs, and what the server refuses
--
SELECT number, status, reason, message, outcome->>'detail' AS detail FROM guarded.run($$
CREATE PUBLICATION regress_p_one FOR TABLE no_such_table;
CREATE PUBLICATION regress_p_one FOR TABLE orders, no_such_schema.orders;
CREATE PUBLICATION regress_p_one FOR TABLE orders (id, no_such_column);
CREATE PUBLICATION regress_p_one FOR TABLES IN SCHEMA no_such_schema;
CREATE PUBLICATION regress_p_fresh FOR TABLE orders, no_such_table;
CREATE PUBLICATION regress_p_one FOR TABLE open_orders;
CREATE PUBLICATION regress_p_one FOR TABLE orders WITH (publish = 'select');
CREATE PUBLICATION regress_p_one FOR TABLE orders WITH (publish_everything);
CREATE PUBLICATION regress_p_one FOR TABLE orders WITH (publish_via_partition_root = maybe);
CREATE PUBLICATION regress_p_columns FOR TABLE orders (price, id), others, orders;
CREATE PUBLICATION regress_p_rows FOR TABLE orders WHERE (no_such_column > 1), others;
$$);

-- Nothing was written, and no lock is left.
SELECT pg_current_xact_id_if_assigned() IS NULL AS without_xid, written() = :'before' AS as_before;
SELECT * FROM show.locks();
COMMIT;

--
-- Of a role that owns neither
--
CREATE ROLE regress_guarded_publication;
GRANT USAGE ON SCHEMA test_equal_publications TO regress_guarded_publication;
SET ROLE regress_guarded_publication;
SELECT number, status, reason, message FROM guarded.run($$
CREATE PUBLICATION regress_p_one FOR TABLE orders;
CREATE PUBLICATION regress_p_rows FOR TABLE orders WHERE (price IN (1, 2) AND state = 'new'), others;
$$);
RESET ROLE;

-- By itself
SELECT guarded.intercept(true);
CREATE PUBLICATION regress_p_family FOR TABLE parent WHERE (id > 0);
CREATE PUBLICATION regress_p_family FOR TABLE parent WHERE (id > 1);
CREATE PUBLICATION regress_p_fresh FOR TABLE parent WHERE (id > 1);
SELECT guarded.intercept(false);
SELECT operation, object, status, reason FROM guarded.report() ORDER BY number DESC LIMIT 3;
SELECT pubname, count(*), array_agg(prrelid::regclass ORDER BY prrelid::regclass::text)
FROM pg_publication p JOIN pg_publication_rel ON prpubid = p.oid
WHERE pubname IN ('regress_p_family', 'regress_p_fresh') GROUP BY 1 ORDER BY 1;

DROP OWNED BY regress_guarded_publication;
DROP ROLE regress_guarded_publication;
DROP PUBLICATION regress_p_empty, regress_p_all, regress_p_one, regress_p_two, regress_p_columns, regress_p_rows, regress_p_schema,
    regress_p_both, regress_p_family, regress_p_only, regress_p_parts, regress_p_none, regress_p_fresh;
DROP SCHEMA test_equal_publications, test_equal_elsewhere, test_equal_empty CASCADE;
