-- NOT NULL as PostgreSQL 18 has it: a constraint with a name, which may not be valid, or not be
-- for children. STORAGE, which a column definition has since PostgreSQL 16.
\pset format unaligned
SET client_min_messages = error;
CREATE SCHEMA test_equal_not_null;
SET search_path = test_equal_not_null;

SELECT current_setting('server_version_num')::int < 160000 AS is_old \gset
\if :is_old
DROP SCHEMA test_equal_not_null;
\quit
\endif
CREATE TABLE stored (a text STORAGE external, b text);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE stored ADD COLUMN a text STORAGE EXTERNAL;
ALTER TABLE stored ADD COLUMN a text;
ALTER TABLE stored ADD COLUMN b text STORAGE default;
ALTER TABLE stored ADD COLUMN b text STORAGE extended;
CREATE TABLE stored (a text STORAGE external, b text STORAGE default);
ALTER TABLE stored ADD COLUMN a text STORAGE default;
ALTER TABLE stored ADD COLUMN b text STORAGE main;
ALTER TABLE stored ADD COLUMN b text STORAGE no_such_storage;
CREATE TABLE stored (a text STORAGE main, b text STORAGE plain);
$$);

SELECT current_setting('server_version_num')::int < 180000 AS is_old \gset
\if :is_old
DROP SCHEMA test_equal_not_null CASCADE;
\quit
\endif
CREATE TABLE t (
    a int CONSTRAINT a_is_there NOT NULL,
    b int NOT NULL,
    c int NOT NULL NO INHERIT,
    d int,
    CONSTRAINT d_is_there NOT NULL d
);
CREATE TABLE loose (a int);
ALTER TABLE loose ADD CONSTRAINT a_is_there NOT NULL a NOT VALID;
CREATE TABLE child () INHERITS (t);
CREATE TABLE copy (LIKE t);
CREATE TABLE key (a int PRIMARY KEY);
BEGIN;
-- Equal:
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TABLE t (a int CONSTRAINT a_is_there NOT NULL, b int NOT NULL, c int NOT NULL NO INHERIT, d int CONSTRAINT d_is_there NOT NULL);
CREATE TABLE t (a int NOT NULL, b int NOT NULL, c int, d int, NOT NULL a, NOT NULL c NO INHERIT, NOT NULL d);
CREATE TABLE t (a int, b int, c int, d int, CONSTRAINT a_is_there NOT NULL a, CONSTRAINT t_b_not_null NOT NULL b, NOT NULL c NO INHERIT, NOT NULL d);
ALTER TABLE t ADD COLUMN a int CONSTRAINT a_is_there NOT NULL;
ALTER TABLE t ADD COLUMN c int NOT NULL NO INHERIT;
CREATE TABLE child () INHERITS (t);
CREATE TABLE copy (LIKE t);
CREATE TABLE copy (a int NOT NULL, b int NOT NULL, c int NOT NULL NO INHERIT, d int NOT NULL);
CREATE TABLE key (a int PRIMARY KEY);
CREATE TABLE key (a int NOT NULL, PRIMARY KEY (a));
$$);
-- Different:
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
ALTER TABLE t ADD COLUMN a int CONSTRAINT other NOT NULL;
ALTER TABLE t ADD COLUMN b int CONSTRAINT other NOT NULL;
ALTER TABLE t ADD COLUMN b int NOT NULL NO INHERIT;
ALTER TABLE t ADD COLUMN c int NOT NULL;
ALTER TABLE t ADD COLUMN c int;
ALTER TABLE loose ADD COLUMN a int NOT NULL;
CREATE TABLE loose (a int, NOT NULL a);
CREATE TABLE t (a int, b int NOT NULL, c int NOT NULL NO INHERIT, d int, CONSTRAINT other NOT NULL a);
CREATE TABLE child (a int NOT NULL) INHERITS (t);
CREATE TABLE child (NOT NULL a) INHERITS (t);
CREATE TABLE child (NOT NULL c) INHERITS (t);
CREATE TABLE key (a int, NOT NULL a);
$$);
-- Not in every way a copy:
CREATE TABLE near_copy (a int NOT NULL, b int NOT NULL, c int NOT NULL, d int NOT NULL);
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TABLE near_copy (LIKE t);
$$);
ROLLBACK;
DROP SCHEMA test_equal_not_null CASCADE;
