-- Indexes: create_index, drop_index, rename_index.
CREATE SCHEMA test_indexes;
SET search_path = test_indexes;
CREATE TABLE users (id int, name text, email varchar(100), "Mixed Case" text, created timestamptz, tags text[]);
INSERT INTO users SELECT i, 'n', 'e' || i FROM generate_series(1, 3) i;
CREATE TABLE orders (id int, name text);
CREATE VIEW names AS SELECT name FROM users;

--
-- create_index
--
SELECT * FROM show.all_of(guarded.create_index('users_name', 'users', '{name}'));
SELECT * FROM show.outcome(guarded.create_index('users_email', 'users', '{email}', "unique" => true, schema => 'test_indexes'));
SELECT * FROM show.outcome(guarded.create_index('users_two', 'users', '{name,id}', postgresql_include => '{email,created}'));
SELECT * FROM show.outcome(guarded.create_index('users_lower', 'users', '{lower(email)}'));
SELECT * FROM show.outcome(guarded.create_index('users_created', 'users', ARRAY['created DESC NULLS LAST', 'name COLLATE "C"']));
SELECT * FROM show.outcome(guarded.create_index('users_active', 'users', '{id}', postgresql_where => 'name IS NOT NULL'));
SELECT * FROM show.outcome(guarded.create_index('users_tags', 'users', '{tags}', postgresql_using => 'gin'));
SELECT * FROM show.outcome(guarded.create_index('users_hash', 'users', '{name}', postgresql_using => 'hash', postgresql_with => 'fillfactor = 60'));
SELECT * FROM show.outcome(guarded.create_index('users_pattern', 'users', '{email,name}',
    postgresql_ops => '{"email": "varchar_pattern_ops", "name": "pg_catalog.text_pattern_ops"}', postgresql_tablespace => 'pg_default'));
SELECT * FROM show.outcome(guarded.create_index('users_mixed', 'users', ARRAY['"Mixed Case"']));
-- Without a name the server chooses one.
SELECT * FROM show.all_of(guarded.create_index(NULL, 'orders', '{name}'));
SELECT * FROM show.indexes('users');
SELECT * FROM show.indexes('orders');

-- Once more, written otherwise.
SELECT * FROM show.all_of(guarded.create_index('users_name', 'users', '{name}'));
SELECT * FROM show.outcome(guarded.create_index('users_name', 'users', ARRAY['name ASC NULLS LAST'], postgresql_using => 'btree'));
SELECT * FROM show.outcome(guarded.create_index('users_email', 'users', '{email}', "unique" => true));
SELECT * FROM show.outcome(guarded.create_index('users_two', 'users', '{name,id}', postgresql_include => '{email,created}'));
SELECT * FROM show.outcome(guarded.create_index('users_lower', 'users', ARRAY['(LOWER( email ))']));
SELECT * FROM show.outcome(guarded.create_index('users_created', 'users', ARRAY['created DESC NULLS LAST', 'name COLLATE "C"']));
SELECT * FROM show.outcome(guarded.create_index('users_active', 'users', '{id}', postgresql_where => '(name is not null)'));
SELECT * FROM show.outcome(guarded.create_index('users_tags', 'users', '{tags}', postgresql_using => 'gin'));
SELECT * FROM show.outcome(guarded.create_index('users_pattern', 'users', ARRAY['email varchar_pattern_ops', 'name text_pattern_ops']));
SELECT * FROM show.all_of(guarded.create_index(NULL, 'orders', '{name}'));
SELECT * FROM show.outcome(guarded.create_index('users_hash', 'users', '{name}', postgresql_using => 'hash', postgresql_with => 'fillfactor = 60'));
SELECT count(*) AS indexes FROM pg_index WHERE indrelid IN ('users'::regclass, 'orders'::regclass);

-- What it needs is not there.
SELECT * FROM show.all_of(guarded.create_index('i', 'no_such_table', '{id}'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{id}', schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{id,no_such_column}'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{id}', postgresql_include => '{no_such_column}'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{lower(no_such_column)}'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{no_such_function(id)}'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{id}', postgresql_where => 'no_such_column > 0'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{id}', postgresql_using => 'no_such_method'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{name}', postgresql_ops => '{"name": "no_such_ops"}'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', ARRAY['name COLLATE "tlh_QO"']));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{id}', postgresql_tablespace => 'no_such_tablespace'));

-- The name is taken.
SELECT * FROM show.all_of(guarded.create_index('users_name', 'users', '{name,id}', "unique" => true));
SELECT * FROM show.outcome(guarded.create_index('users_two', 'users', '{name,id}'));
SELECT * FROM show.outcome(guarded.create_index('users_lower', 'users', '{upper(email)}'));
SELECT * FROM show.outcome(guarded.create_index('users_created', 'users', ARRAY['created', 'name COLLATE "C"']));
SELECT * FROM show.outcome(guarded.create_index('users_created', 'users', ARRAY['created DESC NULLS LAST', 'name']));
SELECT * FROM show.outcome(guarded.create_index('users_active', 'users', '{id}', postgresql_where => 'name IS NULL'));
SELECT * FROM show.outcome(guarded.create_index('users_active', 'users', '{id}'));
-- Another expression is another definition, even where it comes to the same.
SELECT * FROM show.outcome(guarded.create_index('users_active', 'users', '{id}', postgresql_where => 'NOT name IS NULL'));
SELECT * FROM show.outcome(guarded.create_index('users_pattern', 'users', '{email,name}'));
SELECT * FROM show.outcome(guarded.create_index('users_hash', 'users', '{name}'));
SELECT * FROM show.all_of(guarded.create_index('users_name', 'orders', '{name}'));
SELECT * FROM show.outcome(guarded.create_index('orders', 'users', '{name}'));
SELECT * FROM show.outcome(guarded.create_index('names', 'users', '{name}'));
-- Only tables and materialized views have indexes.
SELECT * FROM show.outcome(guarded.create_index('i', 'names', '{name}'));
-- Left by CREATE INDEX CONCURRENTLY that failed: it is there, and useless. It is dropped and built anew, or stays if that fails.
INSERT INTO orders VALUES (0);
CREATE UNIQUE INDEX CONCURRENTLY orders_broken ON orders ((1 / id));
SELECT * FROM show.all_of(guarded.create_index('orders_broken', 'orders', ARRAY['(1 / id)'], "unique" => true));
SELECT * FROM show.indexes('orders');
DELETE FROM orders WHERE id = 0;
SELECT * FROM show.all_of(guarded.create_index('orders_broken', 'orders', ARRAY['(1 / id)'], "unique" => true));
SELECT * FROM show.indexes('orders');
-- An index of a partitioned table is invalid until all its partitions have it: that is no failure.
CREATE TABLE parted (a int) PARTITION BY LIST (a);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE INDEX parted_a ON ONLY parted (a);
SELECT * FROM show.outcome(guarded.create_index('parted_a', 'parted', '{a}'));
SELECT status, reason FROM guarded.run('CREATE INDEX parted_a ON ONLY parted (a)');
SELECT * FROM show.indexes('parted');
DROP TABLE parted;

-- A failure leaves the transaction usable, and nothing behind.
BEGIN;
INSERT INTO users (id, name) VALUES (4, 'n');
SELECT * FROM show.all_of(guarded.create_index('i', 'users', '{name}', "unique" => true));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{random()}'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{id}', postgresql_using => 'gin'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{name}', "unique" => true, postgresql_using => 'hash'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{name}', postgresql_where => 'name'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', '{name}', postgresql_with => 'fillfactor = full'));
SELECT * FROM show.outcome(guarded.create_index('i', 'users', ARRAY['(1 / (id - 1))']));
INSERT INTO users (id, name) VALUES (5, 'n');
COMMIT;
SELECT count(*) FROM users;
SELECT to_regclass('i') AS i;

-- Dry run.
SET guarded.dry_run = on;
SELECT * FROM show.all_of(guarded.create_index('i', 'users', '{name}', "unique" => true));
SELECT * FROM show.outcome(guarded.create_index('users_name', 'users', '{name}'));
SELECT * FROM show.outcome(guarded.create_index('users_name', 'users', '{id}'));
SELECT * FROM show.outcome(guarded.create_index('i', 'no_such_table', '{id}'));
RESET guarded.dry_run;
SELECT to_regclass('i') AS i;

--
-- rename_index
--
SELECT * FROM show.all_of(guarded.rename_index('users_name', 'users_by_name'));
SELECT * FROM show.all_of(guarded.rename_index('users_name', 'users_by_name'));
SELECT * FROM show.all_of(guarded.rename_index('users_by_name', 'users_email'));
SELECT * FROM show.outcome(guarded.rename_index('users_by_name', 'orders'));
SELECT * FROM show.outcome(guarded.rename_index('no_such_index', 'i'));
SELECT * FROM show.outcome(guarded.rename_index('no_such_index', 'i', schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.rename_index('orders', 'i'));
SELECT * FROM show.outcome(guarded.rename_index('no_such_index', 'orders'));
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.rename_index('users_by_name', 'users_name'));
SELECT * FROM show.outcome(guarded.rename_index('users_name', 'users_by_name'));
RESET guarded.dry_run;
SELECT to_regclass('users_name') AS users_name, to_regclass('users_by_name') AS users_by_name, to_regclass('orders') AS orders;

--
-- drop_index
--
SELECT * FROM show.all_of(guarded.drop_index('users_by_name'));
SELECT * FROM show.all_of(guarded.drop_index('users_by_name'));
SELECT * FROM show.outcome(guarded.drop_index('users_by_name', 'users'));
SELECT * FROM show.outcome(guarded.drop_index('users_by_name', 'no_such_table'));
SELECT * FROM show.outcome(guarded.drop_index('users_by_name', schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.drop_index('users_two', table_name => 'users', schema => 'test_indexes'));
-- An index of that name, but not of that table.
SELECT * FROM show.all_of(guarded.drop_index('users_lower', table_name => 'orders'));
SELECT * FROM show.outcome(guarded.drop_index('users_lower', table_name => 'no_such_table'));
SELECT * FROM show.outcome(guarded.drop_index('orders'));
BEGIN;
ALTER TABLE orders ADD CONSTRAINT orders_pk PRIMARY KEY (id);
SELECT * FROM show.all_of(guarded.drop_index('orders_pk'));
INSERT INTO orders VALUES (6);
COMMIT;
SELECT count(*) FROM orders;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.drop_index('users_lower'));
SELECT * FROM show.outcome(guarded.drop_index('users_by_name'));
RESET guarded.dry_run;
SELECT * FROM show.indexes('users');

\set VERBOSITY terse
DROP SCHEMA test_indexes CASCADE;
