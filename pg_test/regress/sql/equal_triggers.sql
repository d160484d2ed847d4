-- CREATE TRIGGER over a trigger of that name.
\pset format unaligned
SET client_min_messages = error;
-- Nothing is to be written here, not even to the journal.
SET guarded.journal = off;
CREATE SCHEMA test_equal_triggers;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_triggers;

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION test_equal_elsewhere.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION no_trigger() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE others (id int PRIMARY KEY);
CREATE TABLE test_equal_elsewhere.others (id int PRIMARY KEY);
CREATE TABLE orders (
    id int PRIMARY KEY, other int REFERENCES others, state varchar(20), price int, "Old" int, at timestamptz);
CREATE VIEW open_orders AS SELECT * FROM orders WHERE state = 'open';
CREATE TABLE parts (id int, state text) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_2 (state text, id int);
ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES FROM (10) TO (20);
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE remote (id int, state text) SERVER nowhere;
CREATE SEQUENCE numbers;

CREATE TRIGGER t_before BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_after AFTER DELETE OR TRUNCATE ON orders EXECUTE FUNCTION touch();
CREATE TRIGGER t_columns BEFORE UPDATE OF price, state ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_args BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch('it''s', 7, 1.5, E'back\\slash', '', word);
CREATE TRIGGER t_when AFTER UPDATE ON orders FOR EACH ROW
    WHEN (OLD.state IN ('new', 'open') AND NEW.price BETWEEN 1 AND 2 OR OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch();
CREATE TRIGGER t_when_old BEFORE DELETE ON orders FOR EACH ROW WHEN (old."Old" > 0) EXECUTE FUNCTION touch();
CREATE TRIGGER t_when_statement BEFORE INSERT ON orders WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION touch();
CREATE TRIGGER t_new AFTER INSERT ON orders REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION touch();
CREATE TRIGGER t_both AFTER UPDATE ON orders REFERENCING OLD TABLE AS "Was" NEW TABLE AS is_now FOR EACH ROW EXECUTE FUNCTION touch();
CREATE CONSTRAINT TRIGGER t_constraint AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE CONSTRAINT TRIGGER t_deferred AFTER INSERT ON orders FROM others
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.price > 0) EXECUTE FUNCTION touch();
CREATE TRIGGER t_disabled BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE orders DISABLE TRIGGER t_disabled;
CREATE TRIGGER t_view INSTEAD OF INSERT OR DELETE ON open_orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_part AFTER INSERT ON parts FOR EACH ROW WHEN (NEW.state = 'x') EXECUTE FUNCTION touch();
CREATE TRIGGER t_remote BEFORE INSERT ON remote FOR EACH ROW WHEN (NEW.state = 'x') EXECUTE FUNCTION touch();
SELECT tgname AS internal FROM pg_trigger WHERE tgisinternal AND tgrelid = 'orders'::regclass ORDER BY 1 LIMIT 1 \gset

CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, tgname, tgenabled FROM pg_trigger
        UNION ALL SELECT ctid, xmin, conname, NULL FROM pg_constraint
        UNION ALL SELECT ctid, xmin, relname, NULL FROM pg_class) row $$;
SELECT written() AS before \gset

--
-- Equal
--
BEGIN;
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TRIGGER t_before BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
create trigger T_BEFORE before update or insert on test_equal_triggers.orders for row execute procedure test_equal_triggers.touch();
CREATE OR REPLACE TRIGGER t_before BEFORE UPDATE OR INSERT ON orders FOR EACH ROW EXECUTE FUNCTION "touch" ();
CREATE TRIGGER t_after AFTER TRUNCATE OR DELETE ON orders FOR EACH STATEMENT EXECUTE FUNCTION touch();
CREATE TRIGGER t_columns BEFORE UPDATE OF "state", price ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_args BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch($x$it's$x$, '7', '1.5', 'back\slash', '', 'word');
CREATE TRIGGER t_when AFTER UPDATE ON orders FOR EACH ROW
    WHEN ((old.state in ('new','open')) and (new.price between 1 and 2) or (old.* is distinct from new.*)) EXECUTE FUNCTION touch();
CREATE OR REPLACE TRIGGER t_when AFTER UPDATE ON orders FOR EACH ROW
    WHEN ((((OLD.state)::text = ANY ((ARRAY['new'::character varying, 'open'::character varying])::text[])) AND ((NEW.price >= 1) AND (NEW.price <= 2))) OR OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch();
CREATE TRIGGER t_when_old BEFORE DELETE ON orders FOR EACH ROW WHEN ("old"."Old" > 0) EXECUTE FUNCTION touch();
CREATE TRIGGER t_when_statement BEFORE INSERT ON orders FOR STATEMENT WHEN (pg_catalog.pg_trigger_depth() < 1) EXECUTE FUNCTION touch();
CREATE TRIGGER t_new AFTER INSERT ON orders REFERENCING NEW TABLE added EXECUTE FUNCTION touch();
CREATE TRIGGER t_both AFTER UPDATE ON orders REFERENCING NEW TABLE AS is_now OLD TABLE AS "Was" FOR EACH ROW EXECUTE FUNCTION touch();
CREATE CONSTRAINT TRIGGER t_constraint AFTER INSERT ON orders NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION touch();
CREATE CONSTRAINT TRIGGER t_deferred AFTER INSERT ON orders FROM test_equal_triggers.others
    INITIALLY DEFERRED FOR EACH ROW WHEN ((NEW.price > 0)) EXECUTE FUNCTION touch();
CREATE TRIGGER t_disabled BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_view INSTEAD OF DELETE OR INSERT ON open_orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_part AFTER INSERT ON parts FOR EACH ROW WHEN (NEW.state = 'x'::text) EXECUTE FUNCTION touch();
CREATE TRIGGER t_part AFTER INSERT ON parts_1 FOR EACH ROW WHEN (NEW.state = 'x') EXECUTE FUNCTION touch();
CREATE TRIGGER t_part AFTER INSERT ON parts_2 FOR EACH ROW WHEN (NEW.state = 'x') EXECUTE FUNCTION touch();
CREATE OR REPLACE TRIGGER t_part AFTER INSERT ON parts FOR EACH ROW WHEN (NEW.state = 'x') EXECUTE FUNCTION touch();
CREATE TRIGGER t_remote BEFORE INSERT ON remote FOR EACH ROW WHEN (NEW.state = 'x') EXECUTE FUNCTION touch();
$$);

--
-- Different
--
SELECT number, status, reason, outcome->'differences' AS differences FROM guarded.run($$
CREATE TRIGGER t_before AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_before BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_before BEFORE INSERT OR UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_before BEFORE INSERT OR UPDATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION touch();
CREATE TRIGGER t_before BEFORE INSERT OR UPDATE OF price, id ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_before BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER t_before BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION test_equal_elsewhere.touch();
CREATE TRIGGER t_before BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch('a', 'b');
CREATE TRIGGER t_before BEFORE INSERT OR UPDATE ON orders FOR EACH ROW WHEN (NEW.price > 0) EXECUTE FUNCTION touch();
CREATE TRIGGER t_columns BEFORE UPDATE OF price ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_columns BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_args BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch('it''s', 7, 1.5, E'back\\slash', '');
CREATE TRIGGER t_args BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch(7, 'it''s', 1.5, E'back\\slash', '', word);
CREATE TRIGGER t_args BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_when AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_when_old BEFORE DELETE ON orders FOR EACH ROW WHEN (old."Old" > 1) EXECUTE FUNCTION touch();
CREATE TRIGGER t_when_old BEFORE DELETE ON orders FOR EACH ROW WHEN (old.id > 0) EXECUTE FUNCTION touch();
CREATE TRIGGER t_when_statement BEFORE INSERT ON orders WHEN (pg_trigger_depth() < 2) EXECUTE FUNCTION touch();
CREATE TRIGGER t_new AFTER INSERT ON orders REFERENCING NEW TABLE AS rows_added EXECUTE FUNCTION touch();
CREATE TRIGGER t_new AFTER INSERT ON orders EXECUTE FUNCTION touch();
CREATE TRIGGER t_both AFTER UPDATE ON orders REFERENCING OLD TABLE AS is_now NEW TABLE AS "Was" FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_constraint AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE CONSTRAINT TRIGGER t_constraint AFTER INSERT ON orders DEFERRABLE FOR EACH ROW EXECUTE FUNCTION touch();
CREATE CONSTRAINT TRIGGER t_constraint AFTER INSERT ON orders FROM others FOR EACH ROW EXECUTE FUNCTION touch();
CREATE CONSTRAINT TRIGGER t_deferred AFTER INSERT ON orders FROM test_equal_elsewhere.others
    DEFERRABLE FOR EACH ROW WHEN (OLD.price > 0) EXECUTE FUNCTION touch();
CREATE TRIGGER t_view INSTEAD OF INSERT ON open_orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_part AFTER INSERT ON parts FOR EACH ROW WHEN (NEW.state = 'y') EXECUTE FUNCTION touch();
CREATE TRIGGER t_part AFTER INSERT ON parts_1 FOR EACH ROW WHEN (NEW.state = 'y') EXECUTE FUNCTION touch();
CREATE TRIGGER t_remote AFTER INSERT ON remote FOR EACH ROW WHEN (NEW.state = 'y') EXECUTE FUNCTION touch();
$$);
-- A trigger of the server's own.
SELECT status, reason, outcome->'differences' @> '[{"attribute": "internal", "have": "yes", "want": "no"}]' AS is_internal
FROM guarded.run(format('CREATE TRIGGER %I AFTER INSERT ON orders EXECUTE FUNCTION touch()', :'internal'));

--
-- What it needs
--
SELECT number, status, reason, message FROM guarded.run($$
CREATE TRIGGER t_before BEFORE INSERT ON no_such_table FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_before BEFORE INSERT ON no_such_schema.orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_before BEFORE UPDATE OF no_such_column ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_before BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION no_such_function();
CREATE TRIGGER t_before BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION no_such_schema.touch();
CREATE CONSTRAINT TRIGGER t_constraint AFTER INSERT ON orders FROM no_such_table FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_before BEFORE INSERT ON numbers FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER t_fresh BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION no_trigger();
$$);
-- What is not understood is not equal.
SELECT number, status, reason, message, outcome->>'detail' AS detail FROM guarded.run($$
CREATE TRIGGER t_when_old BEFORE DELETE ON orders FOR EACH ROW WHEN (old.no_such_column > 0) EXECUTE FUNCTION touch();
CREATE TRIGGER t_when_old BEFORE DELETE ON orders FOR EACH ROW WHEN (id > 0) EXECUTE FUNCTION touch();
CREATE TRIGGER t_when_old BEFORE DELETE ON orders FOR EACH ROW WHEN (EXISTS (SELECT 1)) EXECUTE FUNCTION touch();
CREATE TRIGGER t_when_old BEFORE DELETE ON orders FOR EACH ROW WHEN (no_such_function(old.id)) EXECUTE FUNCTION touch();
$$);

-- Nothing was written, and no lock is left.
SELECT * FROM show.locks();
SELECT pg_current_xact_id_if_assigned() IS NULL AS without_xid, written() = :'before' AS as_before;
COMMIT;

--
-- OR REPLACE: what differs is replaced, what PostgreSQL refuses to replace is a conflict
--
SELECT number, status, reason, message FROM guarded.run($$
CREATE OR REPLACE TRIGGER t_before BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE OR REPLACE TRIGGER t_before BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE OR REPLACE TRIGGER t_disabled BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE OR REPLACE TRIGGER t_disabled BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE OR REPLACE TRIGGER t_constraint AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE OR REPLACE TRIGGER t_part AFTER INSERT ON parts_1 FOR EACH ROW WHEN (NEW.state = 'y') EXECUTE FUNCTION touch();
CREATE OR REPLACE TRIGGER t_part AFTER INSERT ON parts FOR EACH ROW WHEN (NEW.state = 'y') EXECUTE FUNCTION touch();
CREATE TRIGGER t_part AFTER INSERT ON parts_1 FOR EACH ROW WHEN (NEW.state = 'y') EXECUTE FUNCTION touch();
$$);
SELECT tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgname IN ('t_before', 't_disabled', 't_part') ORDER BY tgname, tgrelid::regclass::text;

--
-- The server's own definitions are equal
--
SELECT count(*), array_agg(DISTINCT o.status || ' ' || o.reason) AS outcomes
FROM pg_trigger t, guarded.run(pg_get_triggerdef(t.oid)) o
WHERE NOT tgisinternal AND t.tgrelid::regclass::text ~ 'orders|parts|remote';

--
-- Of a role that may create triggers, and one that may not
--
CREATE ROLE regress_guarded_trigger;
GRANT USAGE ON SCHEMA test_equal_triggers TO regress_guarded_trigger;
GRANT TRIGGER ON orders TO regress_guarded_trigger;
SET ROLE regress_guarded_trigger;
SELECT number, status, reason, message FROM guarded.run($$
CREATE TRIGGER t_when_old BEFORE DELETE ON orders FOR EACH ROW WHEN (old."Old" > 0) EXECUTE FUNCTION touch();
CREATE TRIGGER t_when_old BEFORE DELETE ON orders FOR EACH ROW WHEN (old."Old" > 1) EXECUTE FUNCTION touch();
CREATE TRIGGER t_part AFTER INSERT ON parts FOR EACH ROW WHEN (NEW.state = 'y') EXECUTE FUNCTION touch();
CREATE TRIGGER t_args BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION test_equal_elsewhere.touch();
$$);
RESET ROLE;

-- By itself
SELECT guarded.intercept(true);
CREATE TRIGGER t_when_old BEFORE DELETE ON orders FOR EACH ROW WHEN (old."Old" > 0) EXECUTE FUNCTION touch();
CREATE TRIGGER t_when_old BEFORE DELETE ON orders FOR EACH ROW WHEN (old."Old" > 1) EXECUTE FUNCTION touch();
SELECT guarded.intercept(false);
SELECT operation, object, status, reason FROM guarded.report() WHERE object LIKE 'orders.t_when_old' ORDER BY number DESC LIMIT 2;

DROP OWNED BY regress_guarded_trigger;
DROP ROLE regress_guarded_trigger;
DROP FOREIGN DATA WRAPPER nothing CASCADE;
DROP SCHEMA test_equal_triggers, test_equal_elsewhere CASCADE;
