-- Names and what they stand for: search_path, quoting, temporary tables, partitions, inheritance.
CREATE SCHEMA test_names;
CREATE SCHEMA test_names_2;
CREATE SCHEMA "Test Names";
SET search_path = test_names, test_names_2, pg_temp;
CREATE TABLE test_names.users (id int);
CREATE TABLE test_names_2.users (id int);
CREATE TABLE test_names_2.orders (id int);

--
-- search_path: found where plain SQL would find it, created where plain SQL would create it
--
SELECT * FROM show.outcome(guarded.add_column('users', 'a', 'int'));
SELECT * FROM show.outcome(guarded.add_column('orders', 'a', 'int'));
SELECT * FROM show.outcome(guarded.create_table('orders', ARRAY['id int']));
SELECT * FROM show.outcome(guarded.add_column('orders', 'a', 'text'));
SELECT * FROM show.outcome(guarded.drop_table('orders', schema => 'test_names_2'));
SELECT * FROM show.outcome(guarded.create_index('users_id', 'users', '{id}', schema => 'test_names_2'));
-- Looked for in the schema of its table, not along search_path.
SELECT * FROM show.outcome(guarded.create_index('users_id', 'users', '{id}'));
SELECT * FROM show.outcome(guarded.create_index('users_id', 'users', '{id}'));
SELECT * FROM show.outcome(guarded.rename_table('users', 'people'));
-- Now users is the one in the other schema; name the schema where that matters.
SELECT * FROM show.outcome(guarded.rename_table('users', 'people'));
SELECT * FROM show.outcome(guarded.rename_table('users', 'people', schema => 'test_names'));
CREATE TYPE test_names_2.mood AS ENUM ('sad');
SELECT * FROM show.outcome(guarded.add_column('people', 'mood', 'mood'));
SELECT * FROM show.outcome(guarded.add_column('people', 'mood', 'test_names_2.mood'));
SELECT * FROM show.outcome(guarded.create_enum('mood', '{happy}'));
SELECT * FROM show.outcome(guarded.add_column('people', 'mood', 'mood'));
SELECT c.oid::regclass AS "table", string_agg(a.attname || ' ' || a.atttypid::regtype, ', ' ORDER BY a.attnum) AS columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace::regnamespace::text LIKE 'test_names%' AND c.relkind = 'r' GROUP BY c.oid ORDER BY c.relnamespace::regnamespace::text, c.relname;
-- Nowhere to look, nowhere to create.
SET search_path = '';
SELECT * FROM show.outcome(guarded.add_column('people', 'b', 'int'));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['id int']));
SELECT * FROM show.outcome(guarded.add_column('people', 'b', 'int', schema => 'test_names'));
-- A name in search_path that does not exist is passed over.
SET search_path = no_such_schema, test_names;
SELECT * FROM show.outcome(guarded.add_column('people', 'c', 'int'));
SELECT * FROM show.outcome(guarded.create_sequence('numbers'));
-- What is in pg_catalog is found first, as ever.
CREATE TABLE pg_class (id int);
SELECT * FROM show.outcome(guarded.drop_column('pg_class', 'id'));
SELECT * FROM show.outcome(guarded.drop_column('pg_class', 'relname'));
SELECT * FROM show.outcome(guarded.drop_table('pg_class', schema => 'test_names'));
-- Objects called as the catalogs' own functions and types do not come between.
CREATE FUNCTION test_names.format_type(oid, int) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE ''never''; END';
CREATE DOMAIN test_names.text AS varchar;
SET search_path = test_names, pg_catalog;
SELECT * FROM show.outcome(guarded.add_column('people', 'd', 'text'));
SELECT * FROM show.outcome(guarded.add_column('people', 'd', 'text'));
SELECT * FROM show.outcome(guarded.add_column('people', 'd', 'pg_catalog.text'));
DROP DOMAIN test_names.text CASCADE;
SET search_path = test_names, test_names_2;

--
-- Quoting: names are taken as they are
--
SELECT * FROM show.outcome(guarded.create_table('Order "Items"', ARRAY['"Item Id" int', 'select text'], schema => 'Test Names'));
SELECT * FROM show.outcome(guarded.create_table('Order "Items"', ARRAY['"Item Id" int', '"select" text'], schema => 'Test Names'));
SELECT * FROM show.outcome(guarded.create_table('order "items"', ARRAY['"Item Id" int'], schema => 'test names'));
SELECT * FROM show.outcome(guarded.add_column('Order "Items"', 'größe; 数', 'int', schema => 'Test Names'));
SELECT * FROM show.outcome(guarded.add_column('Order "Items"', 'größe; 数', 'int', schema => 'Test Names'));
SELECT * FROM show.outcome(guarded.add_column('Order "Items"', 'user', 'int', comment => E'two\nlines', schema => 'Test Names'));
SELECT * FROM show.outcome(guarded.create_index('Index', 'Order "Items"', ARRAY['Item_Id'], schema => 'Test Names'));
SELECT * FROM show.outcome(guarded.create_index('Index', 'Order "Items"', ARRAY['"Item Id" DESC', 'user'], schema => 'Test Names'));
SELECT * FROM show.outcome(guarded.create_unique_constraint('Constraint', 'Order "Items"', ARRAY['Item Id', 'user'], schema => 'Test Names'));
SELECT * FROM show.outcome(guarded.create_check_constraint('Constraint', 'Order "Items"', '"Item Id" > 0', schema => 'Test Names'));
SELECT * FROM show.outcome(guarded.drop_column('Order "Items"', 'SELECT', schema => 'Test Names'));
SELECT * FROM show.outcome(guarded.drop_column('Order "Items"', 'select', schema => 'Test Names'));
SELECT * FROM show.columns('"Test Names"."Order ""Items"""');
SELECT * FROM show.indexes('"Test Names"."Order ""Items"""');
SELECT * FROM show.outcome(guarded.rename_table('Order "Items"', 'items', schema => 'Test Names'));
-- 63 bytes are a name, 64 are not.
SELECT * FROM show.outcome(guarded.create_table(repeat('n', 63), ARRAY['id int']));
SELECT * FROM show.outcome(guarded.drop_table(repeat('n', 63)));
SELECT guarded.drop_table(repeat('n', 64));

--
-- Temporary tables
--
CREATE TEMPORARY TABLE scratch (id int);
CREATE TEMPORARY TABLE people (id int);
SELECT * FROM show.outcome(guarded.add_column('scratch', 'a', 'int'));
SELECT * FROM show.outcome(guarded.add_column('people', 'only_here', 'int'));
SELECT * FROM show.outcome(guarded.add_column('scratch', 'a', 'int', schema => 'pg_temp'));
SELECT * FROM show.outcome(guarded.create_index('scratch_a', 'scratch', '{a}'));
SELECT * FROM show.outcome(guarded.create_table('scratch_2', ARRAY['id int'], schema => 'pg_temp'));
SELECT * FROM show.outcome(guarded.create_table('scratch_2', ARRAY['id int'], schema => 'pg_temp'));
SELECT number, status, reason, object FROM guarded.run('CREATE TEMP TABLE scratch_2 (id int); CREATE TEMP TABLE scratch_3 (id int) ON COMMIT DROP; CREATE TABLE scratch_2 (id int)');
SELECT * FROM show.outcome(guarded.drop_table('people'));
SELECT "column" FROM show.columns('people') WHERE "column" = 'only_here';
SELECT * FROM show.outcome(guarded.drop_table('scratch'));

--
-- Partitions
--
SELECT * FROM show.outcome(guarded.create_table('events', ARRAY['id int', 'at date'], postgresql_partition_by => 'RANGE (at)'));
SELECT number, status, reason, operation, object FROM guarded.run($$
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2025 (id int, at date);
ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ALTER TABLE events ATTACH PARTITION no_such_table FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE events DETACH PARTITION no_such_table;
$$);
SELECT * FROM show.outcome(guarded.add_column('events', 'what', 'text'));
SELECT * FROM show.outcome(guarded.add_column('events_2024', 'what', 'text'));
SELECT * FROM show.outcome(guarded.add_column('events_2024', 'alone', 'text'));
SELECT * FROM show.outcome(guarded.drop_column('events_2024', 'what'));
SELECT * FROM show.outcome(guarded.create_index('events_at', 'events', '{at}'));
SELECT * FROM show.outcome(guarded.create_index('events_at', 'events', '{at}'));
SELECT * FROM show.outcome(guarded.create_index('events_2024_at_idx', 'events_2024', '{at}'));
SELECT * FROM show.outcome(guarded.create_unique_constraint('events_id', 'events', '{id}'));
SELECT * FROM show.outcome(guarded.create_primary_key('events_pk', 'events', '{id,at}'));
SELECT * FROM show.outcome(guarded.create_check_constraint('events_what', 'events', 'what <> '''''));
SELECT * FROM show.outcome(guarded.create_check_constraint('events_what', 'events_2024', 'what <> '''''));
SELECT * FROM show.outcome(guarded.drop_constraint('events_what', 'events_2024'));
SELECT * FROM show.outcome(guarded.alter_column('events', 'what', nullable => false));
-- PostgreSQL 18 makes the constraint the partition's own, too; before that there is nothing to do.
SET client_min_messages = warning;
SELECT guarded.alter_column('events_2024', 'what', nullable => false) ->> 'status'
       = CASE WHEN current_setting('server_version_num')::int >= 180000 THEN 'applied' ELSE 'skipped' END AS right_for_the_version;
RESET client_min_messages;
SELECT relname, string_agg(attname || CASE WHEN attnotnull THEN ' not null' ELSE '' END, ', ' ORDER BY attnum) AS columns
FROM pg_class c JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
WHERE relname LIKE 'events%' AND relkind IN ('r', 'p') GROUP BY relname ORDER BY relname;
SELECT * FROM show.indexes('events_2024');
SELECT * FROM show.constraints('events_2025');

--
-- Inheritance
--
CREATE TABLE animals (id int, name text);
SELECT * FROM show.outcome(guarded.create_table('cats', ARRAY['lives int'], postgresql_inherits => '{animals}'));
SELECT * FROM show.outcome(guarded.add_column('animals', 'age', 'int'));
SELECT * FROM show.outcome(guarded.add_column('cats', 'age', 'int'));
SELECT * FROM show.outcome(guarded.add_column('cats', 'weight', 'int'));
SELECT * FROM show.outcome(guarded.add_column('animals', 'weight', 'int'));
SELECT * FROM show.outcome(guarded.add_column('animals', 'lives', 'text'));
SELECT * FROM show.outcome(guarded.drop_column('cats', 'age'));
SELECT * FROM show.outcome(guarded.rename_column('cats', 'name', 'called'));
SELECT * FROM show.outcome(guarded.rename_column('animals', 'name', 'called'));
SELECT * FROM show.outcome(guarded.create_check_constraint('of_age', 'animals', 'age > 0'));
SELECT * FROM show.outcome(guarded.create_check_constraint('of_age', 'cats', 'age > 0'));
SELECT number, status, reason, operation FROM guarded.run('ALTER TABLE ONLY animals ADD COLUMN only_parent int; ALTER TABLE ONLY animals DROP COLUMN age; ALTER TABLE cats NO INHERIT animals; ALTER TABLE cats INHERIT no_such_table');
SELECT relname, attname, attislocal, attinhcount FROM pg_class c JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
WHERE relname IN ('animals', 'cats') ORDER BY relname, attnum;

\set VERBOSITY terse
DROP SCHEMA test_names, test_names_2, "Test Names" CASCADE;
