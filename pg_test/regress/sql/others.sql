-- Schemas, enums and other types, sequences, extensions.
CREATE SCHEMA test_others;
SET search_path = test_others;
CREATE ROLE regress_guarded_owner;
CREATE TABLE things (id int);

--
-- create_schema, drop_schema
--
SELECT * FROM show.all_of(guarded.create_schema('test_new'));
SELECT * FROM show.all_of(guarded.create_schema('test_new'));
SELECT * FROM show.outcome(guarded.create_schema('test_owned', 'regress_guarded_owner'));
SELECT * FROM show.outcome(guarded.create_schema('test_owned', owner => 'regress_guarded_owner'));
SELECT * FROM show.outcome(guarded.create_schema('test_owned'));
SELECT * FROM show.all_of(guarded.create_schema('test_new', 'regress_guarded_owner'));
SELECT * FROM show.outcome(guarded.create_schema('test_more', 'regress_no_such_role'));
BEGIN;
SELECT * FROM show.all_of(guarded.create_schema('pg_mine'));
INSERT INTO things VALUES (1);
COMMIT;
SELECT count(*) FROM things;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.create_schema('test_more'));
SELECT * FROM show.outcome(guarded.create_schema('test_new'));
RESET guarded.dry_run;
SELECT nspname, CASE WHEN nspowner = 'regress_guarded_owner'::regrole THEN 'regress_guarded_owner' END AS owner
FROM pg_namespace WHERE nspname IN ('test_new', 'test_owned', 'test_more') ORDER BY nspname;
CREATE TABLE test_new.t ();
BEGIN;
SELECT * FROM show.all_of(guarded.drop_schema('test_new'));
INSERT INTO things VALUES (2);
COMMIT;
SELECT count(*) FROM things;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.drop_schema('test_new', cascade => true));
SELECT * FROM show.outcome(guarded.drop_schema('test_more'));
RESET guarded.dry_run;
SELECT * FROM show.outcome(guarded.drop_schema('test_new', cascade => true));
SELECT * FROM show.all_of(guarded.drop_schema('test_owned'));
SELECT * FROM show.all_of(guarded.drop_schema('test_owned'));
SELECT nspname FROM pg_namespace WHERE nspname IN ('test_new', 'test_owned', 'test_more') ORDER BY nspname;

--
-- create_enum, add_enum_value, drop_type
--
SELECT * FROM show.all_of(guarded.create_enum('mood', '{sad,ok,happy}'));
SELECT * FROM show.all_of(guarded.create_enum('mood', '{sad,ok,happy}'));
SELECT * FROM show.outcome(guarded.create_enum('tone', ARRAY['it''s loud', 'soft'], schema => 'test_others'));
SELECT * FROM show.outcome(guarded.create_enum('mood', '{sad}', schema => 'no_such_schema'));
SELECT * FROM show.all_of(guarded.create_enum('mood', '{sad,happy}'));
SELECT * FROM show.outcome(guarded.create_enum('mood', '{happy,ok,sad}'));
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
SELECT * FROM show.all_of(guarded.create_enum('positive', '{a,b}'));
SELECT * FROM show.outcome(guarded.create_enum('things', '{a,b}'));
BEGIN;
SELECT * FROM show.outcome(guarded.create_enum('long', ARRAY['a', repeat('b', 63)]));
SELECT * FROM show.outcome(guarded.create_enum('moods', '{sad}', schema => 'pg_catalog'));
INSERT INTO things VALUES (3);
COMMIT;
SELECT count(*) FROM things;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.create_enum('colour', '{red}'));
SELECT * FROM show.outcome(guarded.create_enum('mood', '{sad,ok,happy}'));
RESET guarded.dry_run;

SELECT * FROM show.all_of(guarded.add_enum_value('mood', 'great'));
SELECT * FROM show.all_of(guarded.add_enum_value('mood', 'great'));
SELECT * FROM show.outcome(guarded.add_enum_value('mood', 'so-so', before => 'ok'));
SELECT * FROM show.outcome(guarded.add_enum_value('mood', 'it''s fine', after => 'ok', schema => 'test_others'));
SELECT * FROM show.outcome(guarded.add_enum_value('mood', 'so-so', after => 'great'));
SELECT * FROM show.outcome(guarded.add_enum_value('no_such_type', 'a'));
SELECT * FROM show.outcome(guarded.add_enum_value('mood', 'a', schema => 'no_such_schema'));
BEGIN;
SELECT * FROM show.all_of(guarded.add_enum_value('mood', 'bored', before => 'no_such_label'));
SELECT * FROM show.outcome(guarded.add_enum_value('positive', 'a'));
INSERT INTO things VALUES (4);
COMMIT;
SELECT count(*) FROM things;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.add_enum_value('mood', 'bored'));
SELECT * FROM show.outcome(guarded.add_enum_value('mood', 'great'));
RESET guarded.dry_run;
SELECT enumlabel FROM pg_enum WHERE enumtypid = 'mood'::regtype ORDER BY enumsortorder;

BEGIN;
ALTER TABLE things ADD COLUMN mood mood;
SELECT * FROM show.all_of(guarded.drop_type('mood'));
INSERT INTO things VALUES (5);
COMMIT;
SELECT count(*) FROM things;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.drop_type('mood', cascade => true));
SELECT * FROM show.outcome(guarded.drop_type('no_such_type'));
RESET guarded.dry_run;
SELECT * FROM show.outcome(guarded.drop_type('mood', cascade => true));
SELECT * FROM show.all_of(guarded.drop_type('mood'));
SELECT * FROM show.outcome(guarded.drop_type('mood', schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.drop_type('positive'));
SELECT * FROM show.outcome(guarded.drop_type('things'));
SELECT typname, typtype FROM pg_type WHERE typnamespace = 'test_others'::regnamespace AND typcategory <> 'A' ORDER BY typname;
SELECT * FROM show.columns('things');

--
-- create_sequence, drop_sequence
--
SELECT * FROM show.all_of(guarded.create_sequence('numbers'));
SELECT * FROM show.all_of(guarded.create_sequence('numbers'));
SELECT * FROM show.outcome(guarded.create_sequence('small', type => 'smallint', increment => -2, minvalue => -10, maxvalue => 10,
    start => 4, cache => 3, cycle => true, schema => 'test_others'));
SELECT * FROM show.outcome(guarded.create_sequence('small', 'int2', -2, -10, 10, 4, 3, true));
SELECT * FROM show.outcome(guarded.create_sequence('n', schema => 'no_such_schema'));
SELECT * FROM show.all_of(guarded.create_sequence('small', type => 'bigint', increment => 1));
SELECT * FROM show.outcome(guarded.create_sequence('numbers', start => 100));
SELECT * FROM show.outcome(guarded.create_sequence('things'));
BEGIN;
SELECT * FROM show.all_of(guarded.create_sequence('n', minvalue => 10, maxvalue => 1));
SELECT * FROM show.outcome(guarded.create_sequence('n', increment => 0));
SELECT * FROM show.outcome(guarded.create_sequence('n', type => 'text'));
INSERT INTO things VALUES (6);
COMMIT;
SELECT count(*) FROM things;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.create_sequence('n'));
SELECT * FROM show.outcome(guarded.create_sequence('numbers'));
RESET guarded.dry_run;
SELECT sequencename, data_type, start_value, min_value, max_value, increment_by, cycle, cache_size
FROM pg_sequences WHERE schemaname = 'test_others' ORDER BY sequencename;

BEGIN;
ALTER TABLE things ALTER id SET DEFAULT nextval('numbers');
SELECT * FROM show.all_of(guarded.drop_sequence('numbers'));
INSERT INTO things VALUES (7);
COMMIT;
SELECT count(*) FROM things;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.drop_sequence('numbers', cascade => true));
SELECT * FROM show.outcome(guarded.drop_sequence('n'));
RESET guarded.dry_run;
SELECT * FROM show.outcome(guarded.drop_sequence('numbers', cascade => true));
SELECT * FROM show.all_of(guarded.drop_sequence('numbers'));
SELECT * FROM show.outcome(guarded.drop_sequence('n', schema => 'no_such_schema'));
SELECT * FROM show.outcome(guarded.drop_sequence('things'));
SELECT sequencename FROM pg_sequences WHERE schemaname = 'test_others';

--
-- create_extension
--
SELECT * FROM show.all_of(guarded.create_extension('cube', schema => 'test_others'));
SELECT * FROM show.all_of(guarded.create_extension('cube', schema => 'test_others'));
SELECT * FROM show.outcome(guarded.create_extension('cube'));
SELECT * FROM show.outcome(guarded.create_extension('hstore', schema => 'no_such_schema'));
CREATE SCHEMA test_elsewhere;
SELECT * FROM show.all_of(guarded.create_extension('cube', schema => 'test_elsewhere'));
BEGIN;
SELECT * FROM show.all_of(guarded.create_extension('hstore', version => '0.0'));
-- Where the server looked for it differs.
SET LOCAL client_min_messages = error;
SELECT * FROM show.all_of(guarded.create_extension('no_such_extension')) WHERE key NOT IN ('detail');
RESET client_min_messages;
INSERT INTO things VALUES (8);
COMMIT;
SELECT count(*) FROM things;
SET guarded.dry_run = on;
SELECT * FROM show.outcome(guarded.create_extension('earthdistance', cascade => true));
SELECT * FROM show.outcome(guarded.create_extension('cube'));
RESET guarded.dry_run;
DROP EXTENSION cube;
SELECT * FROM show.outcome(guarded.create_extension('earthdistance'));
SELECT * FROM show.outcome(guarded.create_extension('earthdistance', cascade => true));
SELECT extname, extnamespace::regnamespace FROM pg_extension WHERE extname IN ('cube', 'earthdistance', 'hstore') ORDER BY extname;

\set VERBOSITY terse
DROP SCHEMA test_others, test_elsewhere CASCADE;
DROP ROLE regress_guarded_owner;
