-- Looking: …_exists(). None of them raises for what is not there, takes a lock, or assigns a transaction id.
CREATE SCHEMA test_exists;
CREATE SCHEMA test_other;
SET search_path = test_exists;
CREATE TABLE users (id int CONSTRAINT users_pk PRIMARY KEY, "Mixed Case" text, email text CONSTRAINT users_email CHECK (email <> ''));
ALTER TABLE users ADD COLUMN gone int;
ALTER TABLE users DROP COLUMN gone;
CREATE TABLE parted (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE test_other.orders (id int);
CREATE INDEX parted_id ON parted (id);
CREATE VIEW names AS SELECT email AS name FROM users;
CREATE MATERIALIZED VIEW stored AS SELECT 1 AS one;
CREATE SEQUENCE numbers;
CREATE TYPE mood AS ENUM ('sad');
CREATE TYPE pair AS (a int, b int);
CREATE DOMAIN positive AS int;
CREATE FOREIGN DATA WRAPPER regress_fdw;
CREATE SERVER regress_server FOREIGN DATA WRAPPER regress_fdw;
CREATE FOREIGN TABLE far (id int) SERVER regress_server;
CREATE FUNCTION f(int, text DEFAULT '') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p(int) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON users EXECUTE FUNCTION tf();
CREATE POLICY pol ON users;
CREATE TEMPORARY TABLE scratch (id int);

-- Which kinds of relation are which.
SELECT name, guarded.table_exists(name) AS "table", guarded.view_exists(name) AS view, guarded.sequence_exists(name) AS sequence,
       guarded.index_exists(name) AS index, guarded.type_exists(name) AS type,
       guarded.column_exists(name, CASE name WHEN 'names' THEN 'name' WHEN 'stored' THEN 'one' WHEN 'pair' THEN 'a' ELSE 'id' END) AS "column"
FROM unnest('{users,parted,parted_1,far,scratch,names,stored,numbers,users_pk,parted_id,pair,mood,positive,orders,Users,no_such_thing,pg_class,integer,int4}'::text[]) AS name;

-- With a schema only there, without one along search_path, as plain SQL does.
SELECT guarded.table_exists('users', 'test_exists') AS there, guarded.table_exists('users', 'test_other') AS elsewhere,
       guarded.table_exists('users', 'no_such_schema') AS nowhere, guarded.table_exists('test_exists.users') AS dotted,
       guarded.table_exists('orders') AS not_in_path, guarded.table_exists('orders', schema => 'test_other') AS with_schema,
       guarded.table_exists('scratch', 'pg_temp') AS temporary, guarded.table_exists('pg_class', 'pg_catalog') AS system;
SELECT guarded.view_exists('names', 'test_exists') AS view, guarded.view_exists('names', 'no_such_schema') AS no_view,
       guarded.sequence_exists('numbers', 'test_exists') AS sequence, guarded.sequence_exists('numbers', 'no_such_schema') AS no_sequence,
       guarded.index_exists('users_pk', schema => 'test_exists') AS index, guarded.index_exists('users_pk', schema => 'no_such_schema') AS no_index,
       guarded.type_exists('mood', 'test_exists') AS type, guarded.type_exists('mood', 'no_such_schema') AS no_type,
       guarded.type_exists('int4', 'pg_catalog') AS system_type;

-- Columns.
SELECT guarded.column_exists('users', 'email') AS email, guarded.column_exists('users', 'Mixed Case') AS mixed, guarded.column_exists('users', 'mixed case') AS folded,
       guarded.column_exists('users', 'gone') AS dropped, guarded.column_exists('users', 'ctid') AS system,
       guarded.column_exists('no_such_table', 'id') AS no_table, guarded.column_exists('users', 'id', 'no_such_schema') AS no_schema;
SELECT guarded.columns_exist('users', '{id,email}') AS both, guarded.columns_exist('users', '{id,gone}') AS one,
       guarded.columns_exist('users', '{}') AS none_asked, guarded.columns_exist('no_such_table', '{id}') AS no_table, guarded.columns_exist('no_such_table', '{}') AS nothing,
       guarded.columns_exist('users', '{id}', 'no_such_schema') AS no_schema;

-- What belongs to a table.
SELECT guarded.index_exists('users_pk', 'users') AS of_users, guarded.index_exists('users_pk', 'parted') AS of_parted, guarded.index_exists('users_pk', 'no_such_table') AS of_none;
SELECT guarded.constraint_exists('users_email', 'users') AS "check", guarded.constraint_exists('users_pk', 'users') AS pk, guarded.constraint_exists('users_pk', 'parted') AS elsewhere,
       guarded.constraint_exists('users_pk', 'no_such_table') AS no_table, guarded.constraint_exists('users_pk', 'users', 'no_such_schema') AS no_schema;
SELECT guarded.policy_exists('pol', 'users') AS policy, guarded.policy_exists('pol', 'parted') AS elsewhere, guarded.policy_exists('pol', 'no_such_table') AS no_table, guarded.policy_exists('pol', 'users', 'no_such_schema') AS no_schema;
SELECT guarded.trigger_exists('tr', 'users') AS trigger, guarded.trigger_exists('tr', 'names') AS elsewhere, guarded.trigger_exists('tr', 'no_such_table') AS no_table, guarded.trigger_exists('tr', 'users', 'no_such_schema') AS no_schema;

-- What belongs to the database.
SELECT guarded.schema_exists('test_exists') AS schema, guarded.schema_exists('no_such_schema') AS no_schema, guarded.schema_exists('TEST_EXISTS') AS upper,
       guarded.extension_exists('guarded_ddl') AS extension, guarded.extension_exists('no_such_extension') AS no_extension;

-- Functions: by name, or by name and all their argument types.
SELECT guarded.function_exists('f') AS any_f, guarded.function_exists('f', '{int,text}') AS int_text, guarded.function_exists('f', '{integer}') AS int_alone,
       guarded.function_exists('f', '{text[]}') AS "text[]", guarded.function_exists('f', '{no_such_type}') AS no_type, guarded.function_exists('f', '{"int; DROP TABLE users"}') AS no_sql;
SELECT guarded.function_exists('p') AS procedure, guarded.function_exists('tf', '{}') AS no_arguments, guarded.function_exists('f', '{}') AS none_without,
       guarded.function_exists('count') AS aggregate, guarded.function_exists('now', '{}', 'pg_catalog') AS system, guarded.function_exists('f', schema => 'no_such_schema') AS no_schema,
       guarded.function_exists('no_such_function') AS no_function;

-- NULL asks for nothing.
SELECT guarded.table_exists(NULL) AS "table", guarded.column_exists('users', NULL) AS "column", guarded.columns_exist('users', '{id,NULL}') AS columns,
       guarded.index_exists(NULL, 'users') AS index, guarded.schema_exists(NULL) AS schema, guarded.function_exists(NULL) AS function;
-- Names no object can have.
SELECT guarded.table_exists('') AS empty, guarded.table_exists(repeat('x', 64)) AS long, guarded.table_exists('users; DROP TABLE users') AS sql, guarded.table_exists('ü') AS other;

-- PostgreSQL cuts names to 63 bytes; nothing is cut here.
CREATE TABLE a_name_of_64_bytes_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx (id int);
SELECT guarded.table_exists('a_name_of_64_bytes_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') AS of_64, guarded.table_exists('a_name_of_64_bytes_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx') AS of_63;

-- No locks, no transaction id.
BEGIN;
SELECT guarded.table_exists('users') AND guarded.column_exists('users', 'id') AND guarded.index_exists('users_pk', 'users') AND guarded.constraint_exists('users_pk', 'users')
    AND guarded.policy_exists('pol', 'users') AND guarded.trigger_exists('tr', 'users') AND guarded.columns_exist('users', '{id}') AS all_there;
SELECT * FROM show.locks();
SELECT pg_current_xact_id_if_assigned() IS NULL AS no_xid;
COMMIT;
-- In a read-only transaction too.
BEGIN READ ONLY;
SELECT guarded.table_exists('users');
COMMIT;

\set VERBOSITY terse
DROP SCHEMA test_exists, test_other CASCADE;
DROP FOREIGN DATA WRAPPER regress_fdw CASCADE;
