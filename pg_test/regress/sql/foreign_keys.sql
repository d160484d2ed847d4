-- Foreign keys, judged from the catalog: what the server would refuse, and what is to be said about one that it takes.
CREATE SCHEMA test_keys;
SET search_path = test_keys;
\set VERBOSITY terse
CREATE FUNCTION fk(VARIADIC lines text[]) RETURNS TABLE (status text, reason text, sqlstate text, message text, detail text, hint text)
LANGUAGE sql AS $$
    SELECT o ->> 'status', o ->> 'reason', o ->> 'sqlstate', o ->> 'message', o ->> 'detail', o ->> 'hint'
    FROM unnest(lines) AS line, LATERAL (SELECT outcome AS o FROM guarded.run(line)) AS ran
$$;
-- What plain SQL says of the same statement.
CREATE FUNCTION plain(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RAISE sqlstate 'ZZ000';
EXCEPTION
    WHEN sqlstate 'ZZ000' THEN RETURN 'taken';
    WHEN OTHERS THEN RETURN sqlstate;
END
$$;
\pset format unaligned
SET client_min_messages = error;

--
-- The referenced key
--
CREATE TABLE users (id bigint PRIMARY KEY, email text, tenant int, name varchar(20));
CREATE TABLE orders (id int PRIMARY KEY, user_id bigint, email text, tenant int, at int);
CREATE INDEX ON orders (user_id);
CREATE INDEX ON orders (email, tenant);
SELECT * FROM fk('ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (email) REFERENCES users (email)',
                 'ALTER TABLE orders ADD FOREIGN KEY (email, tenant) REFERENCES test_keys.users (email, tenant)',
                 'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (user_id, tenant) REFERENCES users',
                 'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (email, tenant) REFERENCES users (email, email)',
                 'ALTER TABLE users ADD CONSTRAINT a FOREIGN KEY (id) REFERENCES orders (at)');
-- An index that does not do: of some rows, of an expression, not valid, deferrable.
CREATE UNIQUE INDEX some_emails ON users (email) WHERE tenant > 0;
CREATE UNIQUE INDEX lower_emails ON users (lower(email));
SELECT * FROM fk('ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (email) REFERENCES users (email)');
CREATE UNIQUE INDEX tenants ON users (tenant);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'tenants'::regclass;
SELECT * FROM fk('ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (tenant) REFERENCES users (tenant)');
UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'tenants'::regclass;
ALTER TABLE users ADD CONSTRAINT names UNIQUE (name) DEFERRABLE;
CREATE TABLE late (id int PRIMARY KEY DEFERRABLE);
CREATE TABLE keyless (id int);
SELECT * FROM fk('ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (email) REFERENCES users (name)',
                 'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (id) REFERENCES late',
                 'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (id) REFERENCES keyless');
SELECT s, plain(s) FROM unnest(ARRAY[
    'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (email) REFERENCES users (email)',
    'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (user_id, tenant) REFERENCES users',
    'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (email, tenant) REFERENCES users (email, email)',
    'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (email) REFERENCES users (name)',
    'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (id) REFERENCES late',
    'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (id) REFERENCES keyless']) AS s;
-- The columns may come in any order.
CREATE UNIQUE INDEX ON users (tenant, email);
SELECT * FROM fk('ALTER TABLE orders ADD CONSTRAINT pair FOREIGN KEY (email, tenant) REFERENCES users (email, tenant)');
-- What the same statement, or one before it, makes or changes is left to the server.
SELECT * FROM fk('ALTER TABLE keyless ADD parent int, ADD FOREIGN KEY (parent) REFERENCES keyless (id), ADD PRIMARY KEY (id)',
                 'CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree)');

--
-- Types
--
CREATE TABLE documents (id uuid PRIMARY KEY, "the Code" varchar(36) UNIQUE, number bigint UNIQUE, tags int[] UNIQUE);
CREATE DOMAIN document_number AS bigint;
CREATE TABLE questions (
    document_id varchar(36), code text, number int, far document_number, tags point[], stamp timestamptz, "Code" varchar(36));
CREATE INDEX ON questions (document_id);
CREATE INDEX ON questions (code);
CREATE INDEX ON questions (number);
CREATE INDEX ON questions (far);
CREATE INDEX ON questions ("Code");
SELECT * FROM fk('ALTER TABLE questions ADD CONSTRAINT fk_document FOREIGN KEY (document_id) REFERENCES documents (id)',
                 'ALTER TABLE test_keys.questions ADD FOREIGN KEY (document_id) REFERENCES test_keys.documents',
                 'ALTER TABLE questions ADD CONSTRAINT b FOREIGN KEY (stamp) REFERENCES documents ("the Code")',
                 'ALTER TABLE questions ADD CONSTRAINT b FOREIGN KEY (tags) REFERENCES documents (tags)',
                 'ALTER TABLE questions ADD COLUMN parent varchar(36) REFERENCES documents');
SELECT s, plain(s) FROM unnest(ARRAY[
    'ALTER TABLE questions ADD CONSTRAINT b FOREIGN KEY (document_id) REFERENCES documents (id)',
    'ALTER TABLE questions ADD CONSTRAINT b FOREIGN KEY (stamp) REFERENCES documents ("the Code")',
    'ALTER TABLE questions ADD CONSTRAINT b FOREIGN KEY (tags) REFERENCES documents (tags)']) AS s;
SELECT guarded.create_foreign_key('fk_document', 'questions', 'documents', '{document_id}', '{id}') - 'elapsed_us';
-- Not the same, and legal; a domain is as good as its type.
SELECT * FROM fk('ALTER TABLE questions ADD CONSTRAINT n FOREIGN KEY (number) REFERENCES documents (number)',
                 'ALTER TABLE questions ADD CONSTRAINT c FOREIGN KEY (code) REFERENCES documents ("the Code")',
                 'ALTER TABLE questions ADD CONSTRAINT "same" FOREIGN KEY ("Code") REFERENCES documents ("the Code")',
                 'ALTER TABLE questions ADD CONSTRAINT f FOREIGN KEY (far) REFERENCES documents (number)',
                 'ALTER TABLE questions ADD CONSTRAINT n FOREIGN KEY (number) REFERENCES documents (number)');
ALTER TABLE questions ADD german text COLLATE "C";
CREATE INDEX ON questions (german);
CREATE TABLE words (word text PRIMARY KEY);
SELECT * FROM fk('ALTER TABLE questions ADD CONSTRAINT g FOREIGN KEY (german) REFERENCES words');
-- The type is changed first.
SELECT * FROM fk('ALTER TABLE questions ADD CONSTRAINT d FOREIGN KEY (document_id) REFERENCES documents, ALTER document_id TYPE uuid USING document_id::uuid');

--
-- An index on the referencing side
--
RESET client_min_messages;
CREATE TABLE lines (a bigint, b bigint, c bigint, d int);
CREATE TABLE pairs (x bigint, y bigint, PRIMARY KEY (x, y));
SELECT guarded.create_foreign_key('line_a', 'lines', 'documents', '{a}', '{number}') ->> 'hint';
SELECT guarded.create_foreign_key('line_a', 'lines', 'documents', '{a}', '{number}') ->> 'status';
CREATE INDEX ON lines (c, b, a);
CREATE INDEX ON lines (d) WHERE d > 0;
SELECT guarded.create_foreign_key('line_ab', 'lines', 'pairs', '{a,b}', '{x,y}', source_schema => 'test_keys') ->> 'hint';
SELECT guarded.create_foreign_key('line_bc', 'lines', 'pairs', '{b,c}', '{x,y}') ? 'hint' AS has_hint;
SELECT guarded.create_foreign_key('line_d', 'lines', 'documents', '{d}', '{number}') ->> 'message';
SELECT message FROM fk('ALTER TABLE lines ADD COLUMN f uuid REFERENCES documents', 'ALTER TABLE lines ADD COLUMN g uuid UNIQUE REFERENCES documents');
SET guarded.dry_run = on;
SELECT guarded.create_foreign_key('line_b', 'lines', 'documents', '{b}', '{number}') ->> 'message';
RESET guarded.dry_run;
SELECT conname, conrelid::regclass FROM pg_constraint WHERE contype = 'f' AND connamespace = 'test_keys'::regnamespace ORDER BY 2, 1;

--
-- Another role's tables: the server says what it is not allowed
--
CREATE ROLE regress_keys;
GRANT USAGE, CREATE ON SCHEMA test_keys TO regress_keys;
SET client_min_messages = error;
SET ROLE regress_keys;
CREATE TABLE mine (id varchar(36));
SELECT * FROM fk('ALTER TABLE lines ADD FOREIGN KEY (a) REFERENCES documents', 'ALTER TABLE mine ADD FOREIGN KEY (id) REFERENCES documents');
RESET ROLE;
GRANT REFERENCES (id) ON documents TO regress_keys;
SET ROLE regress_keys;
SELECT status, reason FROM fk('ALTER TABLE mine ADD FOREIGN KEY (id) REFERENCES documents');
RESET ROLE;
DROP SCHEMA test_keys CASCADE;
DROP ROLE regress_keys;
