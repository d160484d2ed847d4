-- NULLS NOT DISTINCT, which came with PostgreSQL 15.
SELECT current_setting('server_version_num')::int < 150000 AS too_old \gset
\if :too_old
\quit
\endif
CREATE SCHEMA test_nulls;
SET search_path = test_nulls;
CREATE TABLE users (id int, email text);
SELECT * FROM show.outcome(guarded.create_index('users_email', 'users', '{email}', "unique" => true, postgresql_nulls_not_distinct => true));
SELECT * FROM show.outcome(guarded.create_index('users_email', 'users', '{email}', "unique" => true, postgresql_nulls_not_distinct => true));
SELECT * FROM show.outcome(guarded.create_index('users_email', 'users', '{email}', "unique" => true, postgresql_nulls_not_distinct => false));
SELECT * FROM show.outcome(guarded.create_index('users_email', 'users', '{email}', "unique" => true));
SELECT * FROM show.outcome(guarded.create_unique_constraint('users_id', 'users', '{id}', postgresql_nulls_not_distinct => true));
SELECT * FROM show.outcome(guarded.create_unique_constraint('users_id', 'users', '{id}', postgresql_nulls_not_distinct => true));
SELECT * FROM show.outcome(guarded.create_unique_constraint('users_id', 'users', '{id}'));
SELECT * FROM show.indexes('users');
\set VERBOSITY terse
DROP SCHEMA test_nulls CASCADE;
