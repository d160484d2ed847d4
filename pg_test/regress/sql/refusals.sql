-- Wrong calls: what the database contains does not matter, they are always an error, and nothing has run.
CREATE SCHEMA test_refusals;
SET search_path = test_refusals;
CREATE TABLE victim (id int, secret text);
CREATE SEQUENCE witness;

-- As the user sees them.
SELECT guarded.add_column(NULL, 'a', 'int');
\echo :SQLSTATE
SELECT guarded.add_column('victim', '', 'int');
\echo :SQLSTATE
SELECT guarded.add_column('victim', 'a', NULL);
SELECT guarded.add_column('victim', 'a', '  ');
SELECT guarded.add_column('victim', repeat('ä', 32), 'int');
\echo :SQLSTATE
SELECT guarded.add_column('victim', 'a', 'int, DROP COLUMN secret');
\echo :SQLSTATE
SELECT guarded.add_column('victim', 'a', 'int; DROP TABLE victim');
SELECT guarded.add_column('victim', 'a', 'int); DROP TABLE victim; --');
SELECT guarded.add_column('victim', 'a', 'int NOT NULL');
\echo :SQLSTATE
SELECT guarded.add_column('victim', 'a', 'int DEFAULT nextval(''witness'')');
SELECT guarded.add_column('victim', 'a', 'int /*');
SELECT guarded.add_column('victim', 'a', 'numeric(10');
SELECT guarded.add_column('victim', 'a', 'no type at all');
SELECT guarded.add_column('victim', 'a', 'int', server_default => '1 CHECK (false)');
\echo :SQLSTATE
SELECT guarded.add_column('victim', 'a', 'int', server_default => '1 +');
SELECT guarded.add_column('victim', 'a', 'int', server_default => '');
SELECT guarded.add_column('victim', 'a', 'int', identity => 'sometimes');
SELECT guarded.add_column('victim', 'a', 'int', computed => '1) STORED, DROP COLUMN secret');
SELECT guarded.alter_column('victim', 'id');
\echo :SQLSTATE
SELECT guarded.alter_column('victim', 'id', server_default => '1', drop_default => true);
SELECT guarded.alter_column('victim', 'id', comment => 'x', drop_comment => true);
SELECT guarded.alter_column('victim', 'id', identity => 'always', drop_identity => true);
SELECT guarded.alter_column('victim', 'id', postgresql_using => 'id');
SELECT guarded.alter_column('victim', 'secret', collation => 'C');
SELECT guarded.create_table('t', NULL);
SELECT guarded.create_table('t', '{}');
SELECT guarded.create_table('t', ARRAY['id int', NULL]);
SELECT guarded.create_table('t', ARRAY['id int, secret text']);
SELECT guarded.create_table('t', ARRAY['id int); DROP TABLE victim; CREATE TABLE u (id int']);
SELECT guarded.create_table('t', ARRAY['id']);
SELECT guarded.create_table('t', ARRAY['id int'], postgresql_partition_by => 'RANGE (id) TABLESPACE x');
SELECT guarded.create_table('t', ARRAY['id int'], postgresql_with => 'fillfactor = 10) TABLESPACE (x');
SELECT guarded.create_table_comment('victim', NULL);
SELECT guarded.create_index('i', 'victim', NULL);
SELECT guarded.create_index('i', 'victim', '{}');
SELECT guarded.create_index('i', 'victim', ARRAY['id, secret']);
SELECT guarded.create_index('i', 'victim', ARRAY['id + 1']);
SELECT guarded.create_index('i', 'victim', ARRAY['id) WHERE (true']);
SELECT guarded.create_index('i', 'victim', '{id}', postgresql_where => 'true; DROP TABLE victim');
SELECT guarded.create_index('i', 'victim', '{id}', postgresql_ops => '{"secret": "text_ops"}');
SELECT guarded.create_index('i', 'victim', '{id}', postgresql_ops => '["int4_ops"]');
SELECT guarded.create_index('i', 'victim', '{id}', postgresql_ops => '{"id": 1}');
SELECT guarded.create_check_constraint('c', 'victim', NULL);
SELECT guarded.create_check_constraint('c', 'victim', 'true) NOT VALID, DROP COLUMN secret --');
SELECT guarded.create_check_constraint('c', 'victim', 'id > 0, id < 9');
SELECT guarded.create_foreign_key('fk', 'victim', 'victim', '{id}', '{}');
SELECT guarded.create_foreign_key('fk', 'victim', 'victim', '{id}', '{id}', ondelete => 'explode');
SELECT guarded.create_foreign_key('fk', 'victim', 'victim', '{id}', '{id}', match => 'partial');
SELECT guarded.create_unique_constraint('u', 'victim', '{id}', "initially" => 'later');
SELECT guarded.create_exclude_constraint('e', 'victim', ARRAY['id WITH =, secret WITH =']);
SELECT guarded.create_exclude_constraint('e', 'victim', ARRAY['id']);
SELECT guarded.drop_constraint('c', 'victim', type_ => 'foreign key');
SELECT guarded.create_policy('p', 'victim', 'TRUNCATE');
SELECT guarded.create_policy('p', 'victim', roles => '{}');
SELECT guarded.create_policy('p', 'victim', using_expression => 'true) WITH CHECK (true');
SELECT guarded.create_enum('e', '{}');
SELECT guarded.create_enum('e', ARRAY[repeat('x', 64)]);
SELECT guarded.create_enum('e', '{a,b,a}');
SELECT guarded.add_enum_value('e', 'b', before => 'a', after => 'c');
SELECT guarded.create_sequence('s', type => 'bigint CACHE 5');
SELECT guarded.create_schema('s', owner => '');
SELECT * FROM guarded.run('DROP TABLE victim; this is not SQL');
\echo :SQLSTATE
-- Whatever the settings are.
SET guarded.dry_run = on;
SELECT guarded.add_column('no_such_table', '', 'int');
RESET guarded.dry_run;
SET guarded.policy = strict;
SELECT guarded.add_column('no_such_table', '', 'int');
RESET guarded.policy;
-- In a transaction it is an error like any other.
BEGIN;
SELECT guarded.add_column('victim', NULL, 'int');
SELECT 1;
ROLLBACK;

-- Names are names, whatever is in them.
SELECT * FROM show.outcome(guarded.add_column('victim', 'a"; DROP TABLE victim; --', 'int'));
SELECT * FROM show.outcome(guarded.add_column('victim"; DROP TABLE victim; --', 'a', 'int'));
SELECT * FROM show.outcome(guarded.add_column('victim', 'a', 'int', comment => '''; DROP TABLE victim; --'));
SELECT * FROM show.outcome(guarded.create_index('i', 'victim', '{id}', postgresql_ops => '{"id": "int4_ops); DROP TABLE victim"}'));
SELECT "column" FROM show.columns('victim');

--
-- Every text argument of every function, with every value that is wrong for a name or for a piece of SQL.
-- Each call is undone; what is shown is its SQLSTATE or its status.
--
CREATE TABLE subject (id int, body text, secret text);
CREATE TYPE a_type AS ENUM ('a');
CREATE FUNCTION probe(function text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    subject oid = to_regclass('subject');
    answer jsonb;
    said text;
BEGIN
    EXECUTE call INTO answer;
    said := answer->>'status';
    IF (function <> 'drop_table' AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = subject AND attname = 'secret' AND NOT attisdropped))
        OR (SELECT is_called FROM witness) OR to_regclass('victim') IS NULL OR to_regclass('smuggled') IS NOT NULL
    THEN
        said := 'SMUGGLED: ' || call;
    END IF;
    RAISE 'undo' USING ERRCODE = 'PT001';
EXCEPTION WHEN OTHERS THEN
    RETURN CASE SQLSTATE WHEN 'PT001' THEN said ELSE SQLSTATE END;
END
$$;
-- A value that will do, for each argument that must be given.
CREATE TABLE good (argument text PRIMARY KEY, value text);
INSERT INTO good VALUES
    ('table_name', '''subject'''), ('column_name', '''body'''), ('type', '''text'''), ('new_column_name', '''renamed'''), ('fresh', '''fresh'''),
    ('old_table_name', '''subject'''), ('new_table_name', '''renamed'''), ('fresh name', '''fresh'''), ('definitions', 'ARRAY[''id int'']'), ('comment', '''said'''),
    ('index_name', '''an_index'''), ('columns', '''{body}'''), ('old_index_name', '''an_index'''), ('new_index_name', '''renamed'''),
    ('constraint_name', '''a_constraint'''), ('new_constraint_name', '''renamed'''), ('condition', '''id > 0'''),
    ('source_table', '''subject'''), ('referent_table', '''subject'''), ('local_cols', '''{id}'''), ('remote_cols', '''{id}'''),
    ('elements', 'ARRAY[''id WITH ='']'), ('policy_name', '''a_policy'''), ('schema_name', '''a_schema'''), ('type_name', '''a_type'''),
    ('labels', '''{a,b}'''), ('value', '''c'''), ('sequence_name', '''a_sequence'''), ('extension_name', '''no_such_extension''');
CREATE TABLE bad (kind text PRIMARY KEY, value text);
INSERT INTO bad VALUES
    ('null', NULL), ('empty', ''), ('blank', ' '), ('64 bytes', repeat('x', 64)), ('semicolon', 'id; CREATE TABLE smuggled ()'),
    ('closing', 'id); CREATE TABLE smuggled (); --'), ('comma', 'id int, DROP COLUMN secret'), ('comment', 'id --'), ('open', 'id /*'), ('quote', 'id'''), ('dollar', '$a$'),
    ('call', 'nextval(''witness'')');
CREATE TABLE probes AS
SELECT f.proname::text AS function, a.name AS argument, bad.kind,
       format('SELECT guarded.%I(%s)', f.proname,
           (SELECT string_agg(format('%I => %s', b.name,
                CASE WHEN b.name <> a.name THEN coalesce(good.value, format('no value for %s', b.name))
                     WHEN a.type = 'text[]'::regtype THEN format('ARRAY[%L]::text[]', bad.value)
                     ELSE format('%L::text', bad.value) END), ', ' ORDER BY b.number)
            FROM unnest(f.proargnames) WITH ORDINALITY AS b(name, number) LEFT JOIN good ON good.argument =
                CASE WHEN f.proname = 'add_column' AND b.name = 'column_name' THEN 'fresh'
                     WHEN f.proname = 'create_table' AND b.name = 'table_name' OR f.proname = 'create_enum' AND b.name = 'type_name' THEN 'fresh name' ELSE b.name END
            WHERE b.name = a.name OR b.number <= f.pronargs - f.pronargdefaults
               OR (f.proname = 'alter_column' AND b.name = 'type' AND a.name IN ('table_name', 'column_name', 'schema', 'postgresql_using', 'collation')))) AS call
FROM pg_proc f, unnest(f.proargnames, f.proargtypes::oid[]) WITH ORDINALITY AS a(name, type, number), bad
WHERE f.pronamespace = 'guarded'::regnamespace AND f.prorettype = 'jsonb'::regtype AND a.type IN ('text'::regtype, 'text[]'::regtype)
  AND (bad.value IS NOT NULL OR a.number <= f.pronargs - f.pronargdefaults OR a.type = 'text[]'::regtype);
SET client_min_messages = error;
CREATE TABLE answers AS SELECT *, probe(function, call) AS said FROM probes;
RESET client_min_messages;
SELECT * FROM answers WHERE said LIKE 'SMUGGLED%' OR said IS NULL;
SELECT function, argument,
       max(said) FILTER (WHERE kind = 'null') AS "null", max(said) FILTER (WHERE kind = 'empty') AS empty,
       max(said) FILTER (WHERE kind = 'blank') AS blank, max(said) FILTER (WHERE kind = '64 bytes') AS "64 bytes",
       max(said) FILTER (WHERE kind = 'semicolon') AS semicolon, max(said) FILTER (WHERE kind = 'closing') AS closing,
       max(said) FILTER (WHERE kind = 'comma') AS comma, max(said) FILTER (WHERE kind = 'comment') AS comment,
       max(said) FILTER (WHERE kind = 'open') AS open, max(said) FILTER (WHERE kind = 'quote') AS quote,
       max(said) FILTER (WHERE kind = 'dollar') AS dollar, max(said) FILTER (WHERE kind = 'call') AS call
FROM answers GROUP BY function, argument ORDER BY function COLLATE "C", argument COLLATE "C";

\set VERBOSITY terse
DROP SCHEMA test_refusals CASCADE;
