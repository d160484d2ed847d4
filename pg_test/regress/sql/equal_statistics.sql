-- CREATE STATISTICS over a statistics object of that name.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_statistics;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_statistics;

CREATE TABLE orders (id int PRIMARY KEY, state varchar(20), price int, "Tax" numeric, at timestamptz);
CREATE TABLE others (id int, state varchar(20), price int);
CREATE TABLE test_equal_elsewhere.orders (id int, state varchar(20), price int);
CREATE TABLE parts (id int, state text) PARTITION BY RANGE (id);
CREATE MATERIALIZED VIEW totals AS SELECT state, sum(price) AS total FROM orders GROUP BY state;
CREATE VIEW open_orders AS SELECT * FROM orders;
CREATE STATISTICS st ON id, state FROM orders;
CREATE STATISTICS st_mcv (mcv) ON state, price FROM orders;
CREATE STATISTICS st_two (ndistinct, dependencies) ON id, "Tax", price FROM orders;
CREATE STATISTICS st_single ON (lower(state)) FROM orders;
CREATE STATISTICS st_mixed (mcv) ON (price + 1), state, (state IN ('new', 'open')) FROM orders;
CREATE STATISTICS st_dates ON date_trunc('day', at AT TIME ZONE 'UTC'), price FROM orders;
CREATE STATISTICS test_equal_elsewhere.st ON price, state FROM orders;
CREATE STATISTICS st_parts ON id, state FROM parts;
CREATE STATISTICS st_totals ON state, total FROM totals;
ALTER STATISTICS st SET STATISTICS 10;

CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, stxname FROM pg_statistic_ext
        UNION ALL SELECT ctid, xmin, relname FROM pg_class) row $$;
SELECT written() AS before \gset

--
-- Equal
--
BEGIN;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE STATISTICS st ON id, state FROM orders;
create statistics if not exists ST on "state", id from test_equal_statistics.orders;
CREATE STATISTICS test_equal_statistics.st (mcv, ndistinct, dependencies) ON (id), state FROM orders;
CREATE STATISTICS st ON (orders.state), (orders.id) FROM orders;
CREATE STATISTICS st_mcv (mcv) ON price, state FROM orders;
CREATE STATISTICS st_mcv (mcv, mcv) ON price, state FROM orders;
CREATE STATISTICS st_two (dependencies, ndistinct) ON price, "Tax", id FROM orders;
CREATE STATISTICS st_single ON lower(state) FROM orders;
CREATE STATISTICS st_single ON (lower(state::text)) FROM orders;
CREATE STATISTICS st_single ON (pg_catalog.lower((((state))))) FROM orders;
CREATE STATISTICS st_mixed (mcv) ON (state in ('new','open')), state, (price+1) FROM orders;
CREATE STATISTICS st_mixed (mcv) ON ((state)::text = ANY ((ARRAY['new'::character varying, 'open'::character varying])::text[])), state, (price + 1) FROM orders;
CREATE STATISTICS st_dates ON price, (date_trunc('day'::text, (at AT TIME ZONE 'UTC'::text))) FROM orders;
CREATE STATISTICS test_equal_elsewhere.st ON price, state FROM orders;
CREATE STATISTICS st_parts ON id, state FROM parts;
CREATE STATISTICS st_totals ON state, total FROM totals;
$$);

--
-- Different
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE STATISTICS st ON id, price FROM orders;
CREATE STATISTICS st ON id, state, price FROM orders;
CREATE STATISTICS st (mcv) ON id, state FROM orders;
CREATE STATISTICS st (ndistinct, dependencies) ON id, state FROM orders;
CREATE STATISTICS IF NOT EXISTS st ON id, state FROM others;
CREATE STATISTICS st ON id, state FROM test_equal_elsewhere.orders;
CREATE STATISTICS st ON id, (lower(state)) FROM orders;
CREATE STATISTICS st ON id, state, (id + price) FROM orders;
CREATE STATISTICS st_mcv ON state, price FROM orders;
CREATE STATISTICS st_two (ndistinct, dependencies) ON id, "Tax" FROM orders;
CREATE STATISTICS st_single ON (upper(state)) FROM orders;
CREATE STATISTICS st_single ON state, price FROM orders;
CREATE STATISTICS st_mixed (mcv) ON (price + 2), state, (state IN ('new', 'open')) FROM orders;
CREATE STATISTICS st_mixed (mcv) ON state, (state IN ('new', 'open')) FROM orders;
CREATE STATISTICS test_equal_elsewhere.st ON id, state FROM orders;
CREATE STATISTICS st_parts ON id, (state || 'x') FROM parts;
$$);

--
-- What it needs, and what the server refuses
--
SELECT number, status, reason, message, outcome->>'detail' AS detail FROM guarded.run($$
CREATE STATISTICS st ON id, state FROM no_such_table;
CREATE STATISTICS st ON id, state FROM no_such_schema.orders;
CREATE STATISTICS no_such_schema.st ON id, state FROM orders;
CREATE STATISTICS st ON id, no_such_column FROM orders;
CREATE STATISTICS st ON id, (no_such_column + 1) FROM orders;
CREATE STATISTICS st ON id, state FROM open_orders;
CREATE STATISTICS st ON id, state FROM orders, others;
CREATE STATISTICS st (most) ON id, state FROM orders;
CREATE STATISTICS st ON id FROM orders;
CREATE STATISTICS st ON id, state, id FROM orders;
CREATE STATISTICS st_single (mcv) ON lower(state) FROM orders;
CREATE STATISTICS st_mixed (mcv) ON (no_such_function(price)), state FROM orders;
$$);

-- Nothing was written, and no lock is left.
SELECT pg_current_xact_id_if_assigned() IS NULL AS without_xid, written() = :'before' AS as_before;
SELECT * FROM show.locks();
COMMIT;

--
-- The server's own definitions are equal
--
SELECT count(*), array_agg(DISTINCT o.status || ' ' || o.reason) AS outcomes
FROM pg_statistic_ext s, guarded.run(pg_get_statisticsobjdef(s.oid)) o
WHERE stxnamespace::regnamespace::text ~ '^test_equal';

--
-- Of a role that does not own the table: expressions are not looked at
--
CREATE ROLE regress_guarded_statistics;
GRANT ALL ON SCHEMA test_equal_statistics TO regress_guarded_statistics;
SET ROLE regress_guarded_statistics;
SELECT number, status, reason, message FROM guarded.run($$
CREATE STATISTICS st ON id, state FROM orders;
CREATE STATISTICS st_single ON lower(state) FROM orders;
$$);
RESET ROLE;

-- By itself
SELECT guarded.intercept(true);
CREATE STATISTICS st_single ON lower(state) FROM orders;
CREATE STATISTICS st_single ON upper(state) FROM orders;
CREATE STATISTICS st_fresh ON upper(state) FROM orders;
SELECT guarded.intercept(false);
SELECT operation, object, status, reason FROM guarded.report() ORDER BY number DESC LIMIT 3;

DROP OWNED BY regress_guarded_statistics;
DROP ROLE regress_guarded_statistics;
DROP SCHEMA test_equal_statistics, test_equal_elsewhere CASCADE;
