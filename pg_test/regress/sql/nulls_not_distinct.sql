-- NULLS NOT DISTINCT, which came with PostgreSQL 15; before that the clause is a syntax error (nulls_not_distinct_1.out).
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
