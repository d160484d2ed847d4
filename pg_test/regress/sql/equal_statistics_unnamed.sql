-- CREATE STATISTICS without a name, since PostgreSQL 16.
\pset format unaligned
SET client_min_messages = error;
SELECT current_setting('server_version_num')::int >= 160000 AS can_be_unnamed \gset
\if :can_be_unnamed
\else
\quit
\endif
CREATE SCHEMA test_equal_statistics_unnamed;
SET search_path = test_equal_statistics_unnamed;
CREATE TABLE orders (id int PRIMARY KEY, state varchar(20), price int);

SELECT number, status, reason, object, message FROM guarded.run($$
CREATE STATISTICS ON id, state FROM orders;
CREATE STATISTICS ON state, id FROM orders;
CREATE STATISTICS (mcv) ON id, state FROM orders;
CREATE STATISTICS (mcv) ON id, state FROM orders;
CREATE STATISTICS ON lower(state) FROM orders;
CREATE STATISTICS ON (lower(state)) FROM test_equal_statistics_unnamed.orders;
CREATE STATISTICS named ON lower(state) FROM orders;
CREATE STATISTICS ON id, state FROM no_such_table;
CREATE STATISTICS ON id, no_such_column FROM orders;
$$);
SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
WHERE stxnamespace = 'test_equal_statistics_unnamed'::regnamespace ORDER BY 1;
DROP SCHEMA test_equal_statistics_unnamed CASCADE;
