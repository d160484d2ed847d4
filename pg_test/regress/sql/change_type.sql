-- guarded.change_type: one type for all columns that foreign keys tie together.
CREATE SCHEMA retype;
SET search_path = retype;
CREATE TABLE documents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    parent_document_id uuid CONSTRAINT parent REFERENCES documents ON DELETE SET NULL,
    title text);
CREATE TABLE document_questions (
    id int PRIMARY KEY,
    document_id uuid NOT NULL CONSTRAINT question REFERENCES documents ON DELETE CASCADE);
CREATE TABLE document_share_links (
    id int PRIMARY KEY,
    document_id uuid,
    CONSTRAINT link FOREIGN KEY (document_id) REFERENCES documents ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED);
COMMENT ON CONSTRAINT link ON document_share_links IS 'a link';
INSERT INTO documents
SELECT id::uuid, CASE WHEN n > 1 THEN '00000000-0000-0000-0000-000000000001'::uuid END, 'title ' || n
FROM generate_series(1, 3) n, LATERAL (SELECT '00000000-0000-0000-0000-00000000000' || n) AS made (id);
INSERT INTO document_questions SELECT row_number() OVER (ORDER BY id), id FROM documents;
INSERT INTO document_share_links SELECT row_number() OVER (ORDER BY id), id FROM documents;
CREATE VIEW questions AS
SELECT d.id, d.title, q.id AS question FROM documents d JOIN document_questions q ON q.document_id = d.id;
COMMENT ON COLUMN questions.question IS 'its number';
CREATE MATERIALIZED VIEW counted AS SELECT id, count(*) AS questions FROM questions GROUP BY id;
CREATE UNIQUE INDEX counted_id ON counted (id);
CREATE POLICY shared ON document_share_links
    USING (EXISTS (SELECT FROM documents d WHERE d.id = document_id AND d.id <> '00000000-0000-0000-0000-000000000009'));

CREATE VIEW state AS
SELECT 'column' AS what, attrelid::regclass || '.' || attname AS name, format_type(atttypid, atttypmod) AS said
FROM pg_attribute
WHERE attrelid IN ('documents'::regclass, 'document_questions'::regclass, 'document_share_links'::regclass) AND attnum > 0
    AND attname LIKE '%id'
UNION ALL
SELECT 'foreign key', conname, pg_get_constraintdef(oid) || coalesce(' -- ' || obj_description(oid, 'pg_constraint'), '')
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'retype'::regnamespace
UNION ALL
SELECT 'view', 'questions', pg_get_viewdef('questions'::text::regclass)
UNION ALL
SELECT 'policy', polname, pg_get_expr(polqual, polrelid) FROM pg_policy
ORDER BY 1, 2;

-- The incident: there.
SELECT o ->> 'status' AS status, o ->> 'operation' AS operation, o ->> 'object' AS object, o ->> 'ddl' AS ddl,
       jsonb_array_length(o -> 'steps') AS steps
FROM guarded.change_type('documents', 'id', 'varchar(36)') o;
SELECT * FROM state;
SELECT * FROM counted ORDER BY id;
SELECT count(*) FROM documents d JOIN document_share_links l ON l.document_id = d.id;

-- What the server does not cast by itself is asked for, before anything is done.
SELECT o ->> 'status' AS status, o ->> 'reason' AS reason, o -> 'steps' AS steps
FROM guarded.change_type('document_questions', 'document_id', 'uuid') o;

-- A value that does not cast: all is as it was, and the transaction goes on.
BEGIN;
INSERT INTO documents VALUES ('no uuid');
SELECT o ->> 'status' AS status, o ->> 'reason' AS reason, o ->> 'sqlstate' AS sqlstate
FROM guarded.change_type('document_questions', 'document_id', 'uuid', '$1::uuid') o;
SELECT * FROM state WHERE what IN ('column', 'foreign key');
SELECT count(*) FROM documents;
ROLLBACK;

-- And back, from any of the columns. A parameter in a string or a comment is none.
SELECT o ->> 'status' AS status, o ->> 'object' AS object, o ->> 'ddl' AS ddl
FROM guarded.change_type('document_share_links', 'document_id', 'uuid', 'nullif($1, ''$2'' /* $3 */)::uuid', schema => 'retype') o;
SELECT * FROM state;
SELECT * FROM counted ORDER BY id;

-- Nothing to do, something missing.
SELECT guarded.change_type('documents', 'id', 'uuid') ->> 'reason' AS reason;
SELECT guarded.change_type('documents', 'id', 'uuid', '$1::uuid') ->> 'reason' AS reason;
SELECT guarded.change_type('documents', 'nothing', 'uuid') ->> 'reason' AS reason;
SELECT guarded.change_type('nothing', 'id', 'uuid') ->> 'reason' AS reason;
SELECT guarded.change_type('documents', 'id', 'nothing') ->> 'reason' AS reason;

-- A wrong call raises.
SELECT guarded.change_type(NULL, 'id', 'uuid');
SELECT guarded.change_type('documents', 'id', 'uuid, DROP COLUMN title');
SELECT guarded.change_type('documents', 'id', 'uuid', 'now()');
SELECT guarded.change_type('documents', 'id', 'uuid', '''$1''::uuid');
SELECT guarded.change_type('documents', 'id', 'uuid', '$1 || $2');
SELECT guarded.change_type('documents', 'id', 'uuid', '$1, DROP COLUMN title');
SELECT guarded.change_type('documents', 'id', 'uuid', '$1::');

-- What cannot be carried over is said at once, all of it.
CREATE TABLE keeps (document documents);
CREATE TABLE parted (id uuid REFERENCES documents) PARTITION BY LIST (id);
CREATE TABLE counters (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
SELECT o ->> 'status' AS status, o ->> 'reason' AS reason, o ->> 'detail' AS detail, o -> 'steps' AS steps
FROM guarded.change_type('documents', 'id', 'text') o;
SELECT o ->> 'reason' AS reason, o ->> 'detail' AS detail FROM guarded.change_type('counters', 'id', 'text') o;
SELECT guarded.change_type('counters', 'id', 'bigint') ->> 'status' AS status;
DROP TABLE keeps, parted;

-- A dry run plans each step and does nothing.
SET guarded.dry_run = on;
SET client_min_messages = warning;
SELECT o ->> 'status' AS status, step ->> 'status' AS step, step ->> 'operation' AS operation, step ->> 'object' AS object
FROM guarded.change_type('documents', 'id', 'text') o, jsonb_array_elements(o -> 'steps') step;
RESET guarded.dry_run;
SELECT * FROM state WHERE what = 'column';

DROP SCHEMA retype CASCADE;
