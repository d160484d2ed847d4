-- Tables: create_table, drop_table, rename_table, create_table_comment, drop_table_comment.
CREATE SCHEMA test_tables;
SET search_path = test_tables;

--
-- create_table
--
SELECT * FROM show.all_of(guarded.create_table('users',
    ARRAY['id bigint PRIMARY KEY', 'email text NOT NULL UNIQUE', 'age int CHECK (age >= 0)', 'active boolean DEFAULT true']));
SELECT * FROM show.outcome(guarded.create_table('orders',
    ARRAY['id bigint GENERATED ALWAYS AS IDENTITY', 'user_id bigint REFERENCES users ON DELETE CASCADE', 'total numeric(10,2)',
          'CONSTRAINT orders_pk PRIMARY KEY (id)', 'CHECK (total > 0)'],
    comment => 'what was bought', schema => 'test_tables'));
SELECT * FROM show.outcome(guarded.create_table('events', ARRAY['at timestamptz NOT NULL', 'what text'],
    postgresql_partition_by => 'RANGE (at)'));
SELECT * FROM show.outcome(guarded.create_table('admins', ARRAY['level int'], postgresql_inherits => '{users}'));
SELECT * FROM show.outcome(guarded.create_table('cache', ARRAY['key text', 'value text'],
    postgresql_with => 'fillfactor = 70, autovacuum_enabled = off', postgresql_tablespace => 'pg_default'));
SELECT * FROM show.outcome(guarded.create_table('users_copy', ARRAY['LIKE users INCLUDING DEFAULTS', 'note text']));
SELECT * FROM show.columns('users');
SELECT * FROM show.constraints('users');
SELECT * FROM show.columns('orders');
SELECT * FROM show.constraints('orders');
SELECT c.relname, c.relkind, c.reloptions, pg_get_partkeydef(c.oid) AS partition_key, i.inhparent::regclass AS parent,
       obj_description(c.oid) AS comment
FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE c.relnamespace = 'test_tables'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname;

-- Once more, written otherwise.
SELECT * FROM show.all_of(guarded.create_table('users',
    ARRAY['id int8', 'email text NOT NULL', 'age integer', 'active bool DEFAULT (true)',
          'PRIMARY KEY (id)', 'UNIQUE (email)', 'CHECK (0 <= age)']));
SELECT * FROM show.all_of(guarded.create_table('users',
    ARRAY['id int8', 'email text NOT NULL', 'age integer', 'active bool DEFAULT (true)',
          'PRIMARY KEY (id)', 'UNIQUE (email)', 'CHECK (age>=0)']));
SELECT * FROM show.steps(guarded.create_table('orders',
    ARRAY['id bigint GENERATED ALWAYS AS IDENTITY', 'user_id bigint REFERENCES users ON DELETE CASCADE', 'total numeric(10,2)',
          'CONSTRAINT orders_pk PRIMARY KEY (id)', 'CHECK (total > 0)'], comment => 'what was bought'));
-- What is not compared is not called the same.
SELECT * FROM show.all_of(guarded.create_table('events', ARRAY['at timestamptz NOT NULL', 'what text'],
    postgresql_partition_by => 'RANGE (at)'));
SELECT * FROM show.outcome(guarded.create_table('admins', ARRAY['level int'], postgresql_inherits => '{users}'));
SELECT * FROM show.outcome(guarded.create_table('cache', ARRAY['key text', 'value text'], postgresql_with => 'fillfactor = 70'));
SELECT * FROM show.outcome(guarded.create_table('users_copy', ARRAY['LIKE users INCLUDING DEFAULTS', 'note text']));

-- What it needs is not there.
SELECT * FROM show.all_of(guarded.create_table('t', ARRAY['id int'], schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['mood mood']));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['user_id bigint REFERENCES no_such_table']));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['user_id bigint', 'FOREIGN KEY (user_id) REFERENCES no_such_table (id)']));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['user_id bigint REFERENCES users (no_such_column)']));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['id int', 'UNIQUE (no_such_column)']));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['id int'], postgresql_inherits => '{no_such_table}'));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['LIKE no_such_table']));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['id int'], postgresql_tablespace => 'no_such_tablespace'));
SELECT to_regclass('t') AS t;
-- A table may refer to itself.
SELECT * FROM show.outcome(guarded.create_table('nodes', ARRAY['id int PRIMARY KEY', 'parent int REFERENCES nodes (id)']));
SELECT * FROM show.outcome(guarded.create_table('nodes', ARRAY['id int PRIMARY KEY', 'parent int REFERENCES nodes (id)']));

-- The name is taken.
SELECT * FROM show.all_of(guarded.create_table('users', ARRAY['id int PRIMARY KEY', 'email text', 'phone text']));
SELECT * FROM show.outcome(guarded.create_table('users',
    ARRAY['id bigint PRIMARY KEY', 'email text NOT NULL', 'age int', 'active boolean DEFAULT true', 'UNIQUE (age)', 'CHECK (age > 0)']));
SELECT * FROM show.outcome(guarded.create_table('orders',
    ARRAY['id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY', 'user_id bigint REFERENCES users ON DELETE SET NULL', 'total numeric(10,2)']));
CREATE VIEW names AS SELECT email FROM users;
SELECT * FROM show.all_of(guarded.create_table('names', ARRAY['email text']));
CREATE SEQUENCE numbers;
SELECT * FROM show.outcome(guarded.create_table('numbers', ARRAY['n int']));
CREATE INDEX an_index ON users (age);
SELECT * FROM show.outcome(guarded.create_table('an_index', ARRAY['n int']));
CREATE TYPE pair AS (a int, b int);
SELECT * FROM show.outcome(guarded.create_table('pair', ARRAY['a int', 'b int']));
CREATE TYPE mood AS ENUM ('sad', 'ok');
SELECT * FROM show.outcome(guarded.create_table('mood', ARRAY['a int']));

-- A failure leaves the transaction usable, and nothing behind.
BEGIN;
SELECT * FROM show.all_of(guarded.create_table('t', ARRAY['id int DEFAULT ''one''']));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['id int', 'id text']));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['id int REFERENCES orders (total)']));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['id int PRIMARY KEY', 'n int PRIMARY KEY']));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['id int'], postgresql_with => 'fillfactor = 0'));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['id int'], postgresql_partition_by => 'RANGE (no_such_column)'));
INSERT INTO users (id, email) VALUES (1, 'ada@example.com');
COMMIT;
SELECT id, email FROM users;
SELECT to_regclass('t') AS t;

-- Dry run.
SET guarded.dry_run = on;
SELECT * FROM show.all_of(guarded.create_table('t', ARRAY['id int']));
SELECT * FROM show.all_of(guarded.create_table('t', ARRAY['id int'], comment => 'planned'));
SELECT * FROM show.outcome(guarded.create_table('t', ARRAY['id int'], schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.create_table('nodes', ARRAY['id int PRIMARY KEY', 'parent int REFERENCES nodes (id)']));
RESET guarded.dry_run;
SELECT to_regclass('t') AS t;

--
-- create_table_comment, drop_table_comment
--
SELECT * FROM show.all_of(guarded.create_table_comment('nodes', 'a tree; it''s small'));
SELECT * FROM show.all_of(guarded.create_table_comment('nodes', 'a tree; it''s small'));
SELECT obj_description('nodes'::regclass) AS comment;
SELECT * FROM show.outcome(guarded.create_table_comment('nodes', 'a forest'));
SELECT * FROM show.outcome(guarded.create_table_comment('no_such_table', 'none'));
SELECT * FROM show.outcome(guarded.create_table_comment('nodes', 'none', schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.create_table_comment('names', 'this is a view'));
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.create_table_comment('nodes', 'a tree'));
SELECT * FROM show.outcome(guarded.create_table_comment('nodes', 'a forest'));
SELECT * FROM show.outcome(guarded.drop_table_comment('nodes'));
RESET guarded.dry_run;
SELECT obj_description('nodes'::regclass) AS comment;
SELECT * FROM show.all_of(guarded.drop_table_comment('nodes'));
SELECT * FROM show.all_of(guarded.drop_table_comment('nodes'));
SELECT obj_description('nodes'::regclass) AS comment;
SELECT * FROM show.outcome(guarded.drop_table_comment('no_such_table'));
SELECT * FROM show.outcome(guarded.drop_table_comment('nodes', schema => 'no_such_schema'));

--
-- rename_table
--
SELECT * FROM show.all_of(guarded.rename_table('nodes', 'trees'));
SELECT * FROM show.all_of(guarded.rename_table('nodes', 'trees'));
SELECT * FROM show.all_of(guarded.rename_table('trees', 'users'));
SELECT * FROM show.outcome(guarded.rename_table('trees', 'numbers'));
SELECT * FROM show.outcome(guarded.rename_table('no_such_table', 'whatever'));
SELECT * FROM show.outcome(guarded.rename_table('no_such_table', 'names'));
SELECT * FROM show.outcome(guarded.rename_table('names', 'addresses'));
SELECT * FROM show.outcome(guarded.rename_table('trees', 'nodes', schema => 'no_such_schema'));
BEGIN;
SELECT * FROM show.outcome(guarded.rename_table('trees', 'mood'));
INSERT INTO users (id, email) VALUES (2, 'grace@example.com');
COMMIT;
SELECT count(*) FROM users;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.rename_table('trees', 'nodes'));
SELECT * FROM show.outcome(guarded.rename_table('nodes', 'trees'));
RESET guarded.dry_run;
SELECT to_regclass('nodes') AS nodes, to_regclass('trees') AS trees;

--
-- drop_table
--
SELECT * FROM show.all_of(guarded.drop_table('trees'));
SELECT * FROM show.all_of(guarded.drop_table('trees'));
SELECT * FROM show.outcome(guarded.drop_table('trees', schema => 'no_such_schema'));
SELECT * FROM show.all_of(guarded.drop_table('names'));
SELECT * FROM show.outcome(guarded.drop_table('numbers'));
SELECT * FROM show.outcome(guarded.drop_table('an_index'));
BEGIN;
SELECT * FROM show.all_of(guarded.drop_table('users'));
INSERT INTO users (id, email) VALUES (3, 'barbara@example.com');
COMMIT;
SELECT count(*) FROM users;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.drop_table('users', cascade => true));
SELECT * FROM show.outcome(guarded.drop_table('trees'));
RESET guarded.dry_run;
SELECT * FROM show.outcome(guarded.drop_table('events'));
SELECT * FROM show.outcome(guarded.drop_table('users', cascade => true));
SELECT * FROM show.constraints('orders');
SELECT relname FROM pg_class WHERE relnamespace = 'test_tables'::regnamespace AND relkind IN ('r', 'p', 'v') ORDER BY relname;

\set VERBOSITY terse
DROP SCHEMA test_tables CASCADE;
