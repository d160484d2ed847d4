-- Publications and generated columns, since PostgreSQL 18.
\pset format unaligned
SET client_min_messages = error;
SELECT current_setting('server_version_num')::int >= 180000 AS has_generated \gset
\if :has_generated
\else
\quit
\endif
CREATE SCHEMA test_equal_publications_generated;
SET search_path = test_equal_publications_generated;
CREATE TABLE orders (
    id int PRIMARY KEY, price int,
    double int GENERATED ALWAYS AS (price * 2) STORED, half int GENERATED ALWAYS AS (price / 2) VIRTUAL);
CREATE PUBLICATION regress_p_default FOR TABLE orders;
CREATE PUBLICATION regress_p_stored FOR TABLE orders WITH (publish_generated_columns = stored);
CREATE PUBLICATION regress_p_rows FOR TABLE orders WHERE (half > 1);

SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE PUBLICATION regress_p_default FOR TABLE orders;
CREATE PUBLICATION regress_p_default FOR TABLE orders WITH (publish_generated_columns = none);
CREATE PUBLICATION regress_p_stored FOR TABLE orders WITH (publish_generated_columns = 'STORED');
CREATE PUBLICATION regress_p_rows FOR TABLE orders WHERE ((half>1));
CREATE PUBLICATION regress_p_rows FOR TABLE orders WHERE (price / 2 > 1);
CREATE PUBLICATION regress_p_default FOR TABLE orders WITH (publish_generated_columns = stored);
CREATE PUBLICATION regress_p_stored FOR TABLE orders;
CREATE PUBLICATION regress_p_stored FOR TABLE orders (id, double) WITH (publish_generated_columns = stored);
CREATE PUBLICATION regress_p_rows FOR TABLE orders WHERE (half > 2);
CREATE PUBLICATION regress_p_stored FOR TABLE orders WITH (publish_generated_columns = virtual);
CREATE PUBLICATION regress_p_stored FOR TABLE orders WITH (publish_generated_columns);
$$);
DROP PUBLICATION regress_p_default, regress_p_stored, regress_p_rows;
DROP SCHEMA test_equal_publications_generated CASCADE;
