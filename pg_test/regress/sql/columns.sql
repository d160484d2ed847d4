-- Columns: add_column, drop_column, alter_column, rename_column.
CREATE SCHEMA test_columns;
SET search_path = test_columns;
CREATE TABLE users (id bigint PRIMARY KEY, name text);
INSERT INTO users VALUES (1, 'Ada'), (2, NULL);

--
-- add_column
--
SELECT guarded.add_column('users', 'email', 'varchar(255)') - '{elapsed_us,lock}'::text[] AS outcome;
SELECT * FROM show.outcome(guarded.add_column('users', 'active', 'boolean', nullable => false, server_default => 'true'));
SELECT * FROM show.outcome(guarded.add_column('users', 'nick', 'text', collation => 'C'));
SELECT * FROM show.outcome(guarded.add_column('users', 'upper_name', 'text', computed => 'upper(name)'));
SELECT * FROM show.outcome(guarded.add_column('users', 'serial_number', 'bigint', identity => 'by default'));
SELECT * FROM show.outcome(guarded.add_column('users', 'joined', 'timestamptz(0)', server_default => 'now() - interval ''1 day'''));
SELECT * FROM show.all_of(guarded.add_column('users', 'score', 'numeric(10,2)', comment => 'what''s known of them'));
SELECT * FROM show.outcome(guarded.add_column('users', 'tags', 'text[]', server_default => '''{}''', schema => 'test_columns'));
SELECT * FROM show.columns('users');
SELECT id, name, active, upper_name FROM users ORDER BY id;

-- What is there already is skipped, however it is written.
SELECT * FROM show.all_of(guarded.add_column('users', 'email', 'varchar(255)'));
SELECT * FROM show.outcome(guarded.add_column('users', 'email', 'character varying (255)'));
SELECT * FROM show.outcome(guarded.add_column('users', 'active', 'bool', nullable => false, server_default => '(TRUE)'));
SELECT * FROM show.outcome(guarded.add_column('users', 'nick', 'text', collation => 'C'));
SELECT * FROM show.outcome(guarded.add_column('users', 'upper_name', 'text', computed => 'UPPER( name )'));
SELECT * FROM show.outcome(guarded.add_column('users', 'serial_number', 'int8', nullable => false, identity => 'BY DEFAULT'));
SELECT * FROM show.outcome(guarded.add_column('users', 'joined', 'timestamp(0) with time zone', server_default => 'now()-''1 day''::interval'));
SELECT * FROM show.all_of(guarded.add_column('users', 'score', 'decimal(10,2)', comment => 'what''s known of them'));
-- A new comment alone is a change.
SELECT * FROM show.steps(guarded.add_column('users', 'score', 'numeric(10,2)', comment => 'points'));

-- What it needs is not there.
SELECT * FROM show.all_of(guarded.add_column('admin_deals', 'amount', 'numeric'));
SELECT * FROM show.outcome(guarded.add_column('users', 'amount', 'numeric', schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.add_column('users', 'mood', 'mood'));
SELECT * FROM show.outcome(guarded.add_column('users', 'mood', 'no_such_schema.mood'));
SELECT * FROM show.outcome(guarded.add_column('users', 'note', 'text', collation => 'tlh_QO'));
SELECT * FROM show.outcome(guarded.add_column('users', 'note', 'text', server_default => 'no_such_function()'));
SELECT * FROM show.outcome(guarded.add_column('users', 'note', 'text', computed => 'no_such_column'));
-- A schema is not part of a table's name.
SELECT * FROM show.outcome(guarded.add_column('test_columns.users', 'amount', 'numeric'));

-- The column is there, and is another one.
SELECT * FROM show.all_of(guarded.add_column('users', 'email', 'text', nullable => false));
SELECT * FROM show.outcome(guarded.add_column('users', 'email', 'varchar(100)'));
SELECT * FROM show.outcome(guarded.add_column('users', 'active', 'boolean', nullable => false, server_default => 'false'));
SELECT * FROM show.outcome(guarded.add_column('users', 'active', 'boolean', nullable => false));
SELECT * FROM show.outcome(guarded.add_column('users', 'nick', 'text', collation => 'POSIX'));
SELECT * FROM show.outcome(guarded.add_column('users', 'nick', 'text'));
SELECT * FROM show.outcome(guarded.add_column('users', 'upper_name', 'text', computed => 'lower(name)'));
SELECT * FROM show.outcome(guarded.add_column('users', 'upper_name', 'text'));
SELECT * FROM show.outcome(guarded.add_column('users', 'serial_number', 'bigint', nullable => false, identity => 'always'));
-- Then the comment is left alone too.
SELECT * FROM show.steps(guarded.add_column('users', 'score', 'numeric(12,2)', comment => 'more points'));
-- A system column, and relations that are no tables.
SELECT * FROM show.outcome(guarded.add_column('users', 'ctid', 'bigint'));
CREATE VIEW names AS SELECT name FROM users;
SELECT * FROM show.outcome(guarded.add_column('names', 'age', 'int'));
CREATE SEQUENCE numbers;
SELECT * FROM show.outcome(guarded.add_column('numbers', 'age', 'int'));
SELECT * FROM show.columns('users');

-- A failure undoes the statement, and nothing else: the transaction goes on.
BEGIN;
INSERT INTO users (id, name) VALUES (3, 'Grace');
SELECT * FROM show.all_of(guarded.add_column('users', 'age', 'int', nullable => false));
SELECT * FROM show.outcome(guarded.add_column('users', 'age', 'int', server_default => '''old'''));
SELECT * FROM show.outcome(guarded.add_column('users', 'age', 'int', server_default => 'id'));
SELECT * FROM show.outcome(guarded.add_column('users', 'age', 'varchar(0)'));
SELECT * FROM show.outcome(guarded.add_column('users', 'age', 'int', server_default => '1', computed => 'id'));
SELECT * FROM show.outcome(guarded.add_column('users', 'age', 'text', identity => 'always'));
INSERT INTO users (id, name) VALUES (4, 'Barbara');
COMMIT;
SELECT id, name FROM users ORDER BY id;
SELECT * FROM show.columns('users') WHERE "column" = 'age';

-- A dry run decides, and runs nothing.
SET guarded.dry_run = on;
SELECT * FROM show.all_of(guarded.add_column('users', 'age', 'int'));
SELECT * FROM show.outcome(guarded.add_column('users', 'age', 'int', comment => 'in years'));
SELECT * FROM show.outcome(guarded.add_column('users', 'email', 'varchar(255)'));
SELECT * FROM show.outcome(guarded.add_column('users', 'email', 'text'));
SELECT * FROM show.outcome(guarded.add_column('admin_deals', 'amount', 'numeric'));
RESET guarded.dry_run;
SELECT * FROM show.columns('users') WHERE "column" = 'age';

--
-- drop_column
--
SELECT * FROM show.all_of(guarded.drop_column('users', 'tags'));
SELECT * FROM show.all_of(guarded.drop_column('users', 'tags'));
SELECT * FROM show.outcome(guarded.drop_column('admin_deals', 'amount'));
SELECT * FROM show.outcome(guarded.drop_column('users', 'tags', schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.drop_column('names', 'name'));
BEGIN;
SELECT * FROM show.all_of(guarded.drop_column('users', 'name'));
SELECT * FROM show.outcome(guarded.drop_column('users', 'ctid'));
INSERT INTO users (id, name) VALUES (5, 'Jean');
COMMIT;
SELECT id, name FROM users WHERE id = 5;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.drop_column('users', 'name', cascade => true));
SELECT * FROM show.outcome(guarded.drop_column('users', 'tags'));
RESET guarded.dry_run;
SELECT * FROM show.outcome(guarded.drop_column('users', 'upper_name'));
SELECT * FROM show.outcome(guarded.drop_column('users', 'name', cascade => true));
SELECT to_regclass('names') AS view;
SELECT * FROM show.columns('users');

--
-- alter_column
--
CREATE TABLE items (id int, code varchar(10), price text DEFAULT '0', weight int, remark text);
INSERT INTO items VALUES (1, 'A', '10', NULL, 'dear');
-- One change each: applied, then nothing left to do.
SELECT * FROM show.all_of(guarded.alter_column('items', 'code', type => 'varchar(20)'));
SELECT * FROM show.all_of(guarded.alter_column('items', 'code', type => 'varchar(20)'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'remark', type => 'text', collation => 'C'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'remark', type => 'text', collation => 'C'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'id', nullable => false));
SELECT * FROM show.outcome(guarded.alter_column('items', 'id', nullable => false));
SELECT * FROM show.outcome(guarded.alter_column('items', 'remark', server_default => '''none'''));
SELECT * FROM show.outcome(guarded.alter_column('items', 'remark', server_default => '''none''::text'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'remark', drop_default => true));
SELECT * FROM show.outcome(guarded.alter_column('items', 'remark', drop_default => true));
SELECT * FROM show.outcome(guarded.alter_column('items', 'remark', comment => 'free text'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'remark', comment => 'free text'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'remark', drop_comment => true));
SELECT * FROM show.outcome(guarded.alter_column('items', 'remark', drop_comment => true));
SELECT * FROM show.outcome(guarded.alter_column('items', 'id', identity => 'always'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'id', identity => 'always'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'id', identity => 'by default'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'id', drop_identity => true));
SELECT * FROM show.outcome(guarded.alter_column('items', 'id', drop_identity => true));
SELECT * FROM show.outcome(guarded.alter_column('items', 'id', nullable => true));
SELECT * FROM show.outcome(guarded.alter_column('items', 'id', nullable => true));
SELECT * FROM show.columns('items');
-- With USING it always runs: whether there is anything to do, only the rows know.
SELECT * FROM show.outcome(guarded.alter_column('items', 'remark', type => 'text', postgresql_using => 'upper(remark)'));
SELECT remark FROM items;
-- Several changes: all of them, or none. The new default comes after the new type.
SELECT * FROM show.all_of(guarded.alter_column('items', 'price', nullable => false, drop_default => true,
    new_column_name => 'cost', type => 'numeric(8,2)', postgresql_using => 'price::numeric', comment => 'in euros'));
SELECT * FROM show.columns('items') WHERE "column" IN ('price', 'cost');
-- Once more: the column has its new name, so that is where the changes go.
SELECT * FROM show.steps(guarded.alter_column('items', 'price', nullable => false,
    new_column_name => 'cost', type => 'numeric(8,2)', comment => 'in euros'));
SELECT * FROM show.steps(guarded.alter_column('items', 'price', nullable => true,
    new_column_name => 'cost', server_default => '9.99'));
SELECT * FROM show.steps(guarded.alter_column('items', 'cost', type => 'text', server_default => '''0'''));
-- The third of them fails, so none has happened.
BEGIN;
SELECT * FROM show.all_of(guarded.alter_column('items', 'weight', type => 'bigint', comment => 'in grams', nullable => false));
INSERT INTO items (id, code) VALUES (2, 'B');
COMMIT;
SELECT id FROM items ORDER BY id;
SELECT * FROM show.columns('items') WHERE "column" = 'weight';
-- What it needs is not there.
SELECT * FROM show.outcome(guarded.alter_column('admin_deals', 'amount', nullable => false));
SELECT * FROM show.outcome(guarded.alter_column('items', 'amount', nullable => false));
SELECT * FROM show.outcome(guarded.alter_column('items', 'amount', nullable => false, schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'weight', type => 'mood'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'amount', comment => 'in euros'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'amount', new_column_name => 'sum'));
SELECT * FROM show.all_of(guarded.alter_column('items', 'amount', nullable => false, new_column_name => 'sum'));
-- Failures of a single change.
BEGIN;
SELECT * FROM show.outcome(guarded.alter_column('items', 'code', type => 'int'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'code', type => 'int', postgresql_using => 'code::int'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'weight', nullable => false));
SELECT * FROM show.outcome(guarded.alter_column('items', 'weight', server_default => '''heavy'''));
SELECT * FROM show.outcome(guarded.alter_column('items', 'weight', identity => 'always'));
INSERT INTO items (id, code) VALUES (3, 'C');
COMMIT;
SELECT id FROM items ORDER BY id;
-- Dry run.
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.alter_column('items', 'weight', type => 'bigint'));
SELECT * FROM show.steps(guarded.alter_column('items', 'weight', type => 'bigint', comment => 'in grams', nullable => true, new_column_name => 'grams'));
SELECT * FROM show.outcome(guarded.alter_column('items', 'weight', nullable => true));
RESET guarded.dry_run;
SELECT * FROM show.columns('items');

--
-- rename_column
--
SELECT * FROM show.all_of(guarded.rename_column('items', 'weight', 'grams'));
SELECT * FROM show.all_of(guarded.rename_column('items', 'weight', 'grams'));
SELECT * FROM show.all_of(guarded.rename_column('items', 'grams', 'code'));
SELECT * FROM show.outcome(guarded.rename_column('items', 'length', 'width'));
SELECT * FROM show.outcome(guarded.rename_column('admin_deals', 'length', 'width'));
SELECT * FROM show.outcome(guarded.rename_column('items', 'length', 'width', schema => 'no_such_schema'));
BEGIN;
SELECT * FROM show.outcome(guarded.rename_column('items', 'grams', 'xmin'));
SELECT * FROM show.outcome(guarded.rename_column('items', 'ctid', 'place'));
INSERT INTO items (id, code) VALUES (4, 'D');
COMMIT;
SELECT id FROM items WHERE id = 4;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.rename_column('items', 'grams', 'weight'));
SELECT * FROM show.outcome(guarded.rename_column('items', 'weight', 'grams'));
RESET guarded.dry_run;
SELECT "column" FROM show.columns('items');

\set VERBOSITY terse
DROP SCHEMA test_columns CASCADE;
