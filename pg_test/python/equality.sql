-- A migration with every kind of object that is compared, as people write them. Run again, all of it is there.
-- The schema shop, with the table carts and the enum kind, is from before.
COMMENT ON SCHEMA shop IS 'What is sold';
CREATE SCHEMA stock;

CREATE TYPE plan AS ENUM ('free', 'paid', 'it''s complicated');
ALTER TYPE kind ADD VALUE 'new' BEFORE 'old';
CREATE DOMAIN email AS varchar(100) CHECK (VALUE LIKE '%@%');
CREATE DOMAIN percent AS numeric(5, 2) DEFAULT 0 NOT NULL CONSTRAINT in_range CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN size AS varchar(5) DEFAULT 'M' CHECK (VALUE IN ('S', 'M', 'L'));
CREATE TYPE price AS (amount numeric(12, 2), currency char(3), note text COLLATE "C");
CREATE SEQUENCE order_numbers AS int START 1000 INCREMENT BY 10 MAXVALUE 1000000 CACHE 5 CYCLE;
CREATE SEQUENCE plain_numbers;

CREATE FUNCTION initials(first text, last text DEFAULT 'X', size int DEFAULT 1 + 1, kinds text[] DEFAULT '{a,b}') RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT left($1, 1) || left($2, 1)';
CREATE FUNCTION initials(first text, last int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT left($1, 1) $$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = shop, pg_temp SECURITY DEFINER AS $$
BEGIN
    NEW.changed := now();  -- a comment
    RETURN NEW;
END $$;

CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address email UNIQUE,
    status varchar(10) NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'active', 'gone')),
    plan plan DEFAULT 'free',
    score int CHECK (score BETWEEN 0 AND 100),
    discount percent,
    first text COLLATE "C",
    last text DEFAULT NULL,
    tags text[] NOT NULL DEFAULT '{}',
    settings jsonb DEFAULT '{"mail": true}',
    since date DEFAULT CURRENT_DATE,
    born date CHECK (born > '1900-01-01' AND born < now()),
    changed timestamptz DEFAULT now(),
    parent bigint REFERENCES customers ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    name text GENERATED ALWAYS AS (coalesce(first, '') || ' ' || coalesce(last, '')) STORED,
    active bool GENERATED ALWAYS AS (status IN ('new', 'active')) STORED,
    last_price price,
    CONSTRAINT adult_or_free CHECK (NOT (score < 10 AND status = ANY ('{active,gone}'))),
    CHECK (first <> '' OR last <> '')
);
CREATE TABLE IF NOT EXISTS products (
    id serial,
    sku char(8) NOT NULL,
    size size,
    price numeric(10, 2) NOT NULL DEFAULT 0.00,
    description text,
    valid daterange DEFAULT daterange(CURRENT_DATE, NULL),
    PRIMARY KEY (id),
    CONSTRAINT products_sku UNIQUE (sku) INCLUDE (price),
    EXCLUDE USING gist (valid WITH &&) WHERE (price > 0)
) WITH (fillfactor = 80);
CREATE UNLOGGED TABLE stock.places (product int, place "char", since timestamptz DEFAULT '2024-01-01 12:00+00', PRIMARY KEY (product, place));
ALTER TABLE carts ADD CONSTRAINT carts_customer FOREIGN KEY (customer) REFERENCES customers (id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE carts ADD FOREIGN KEY (product) REFERENCES products;
ALTER TABLE carts ADD CONSTRAINT carts_quantity CHECK (quantity > 0) NOT VALID;
ALTER TABLE carts ADD COLUMN note varchar(20) DEFAULT 'none' CHECK (note IN ('none', 'gift')), ADD COLUMN added timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE carts ADD COLUMN IF NOT EXISTS number int DEFAULT nextval('order_numbers');
ALTER TABLE carts ALTER COLUMN quantity SET DEFAULT 1, ALTER COLUMN quantity SET NOT NULL, ALTER COLUMN product TYPE int;
ALTER TABLE carts ADD CHECK (quantity < 100), ADD UNIQUE (number);
CREATE TABLE special_products (reason varchar(10) CHECK (reason IN ('sale', 'new')), CHECK (price < 100)) INHERITS (products);
CREATE TABLE product_copies (LIKE products INCLUDING DEFAULTS INCLUDING CONSTRAINTS, copied timestamptz DEFAULT now());

CREATE TABLE events (at timestamptz NOT NULL, kind varchar(10) NOT NULL DEFAULT 'click', payload jsonb, CHECK (kind IN ('click', 'view')))
    PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01 00:00+00') TO ('2025-01-01 00:00+00');
CREATE TABLE events_rest PARTITION OF events (kind DEFAULT 'view', CONSTRAINT rest_payload CHECK (payload IS NOT NULL)) DEFAULT;
CREATE TABLE visits (id int, site varchar(10)) PARTITION BY LIST (lower(site));
CREATE TABLE visits_ab PARTITION OF visits FOR VALUES IN ('a', 'b') PARTITION BY HASH (id);
CREATE TABLE visits_ab_0 PARTITION OF visits_ab FOR VALUES WITH (MODULUS 2, REMAINDER 0);

CREATE INDEX customers_status ON customers (status) WHERE status IN ('new', 'active');
CREATE UNIQUE INDEX customers_lower ON customers (lower(address), plan DESC NULLS LAST);
CREATE INDEX ON customers (first text_pattern_ops, last COLLATE "C");
CREATE INDEX customers_tags ON customers USING gin (tags) WITH (fastupdate = off);
CREATE INDEX customers_settings ON customers USING gin (settings jsonb_path_ops);
CREATE INDEX customers_since ON customers USING brin (since) WITH (pages_per_range = 16);
CREATE INDEX customers_age ON customers ((score + 1), (score::text || 'x')) INCLUDE (name) WHERE score BETWEEN 1 AND 10;
CREATE INDEX ON customers USING hash (initials(first));
CREATE UNIQUE INDEX customers_parent ON customers (parent) NULLS NOT DISTINCT WHERE NOT active;
CREATE INDEX events_kind ON events (kind, at DESC);
CREATE STATISTICS customers_both (dependencies, mcv) ON status, plan FROM customers;
CREATE STATISTICS customers_expressions ON lower(status), (score + 1) FROM customers;

CREATE VIEW active_customers AS SELECT id, address, status FROM customers WHERE status IN ('new', 'active') AND score BETWEEN 10 AND 20;
CREATE OR REPLACE VIEW everything AS SELECT * FROM products;
CREATE VIEW totals (customer, number, most) WITH (security_barrier) AS
    SELECT c.id, count(*), max(p.price) FROM customers c JOIN carts ON carts.customer = c.id LEFT JOIN products p ON p.id = carts.product
    WHERE c.plan <> 'free' GROUP BY 1 HAVING count(*) > 1 ORDER BY 1;
CREATE VIEW cheap AS SELECT id, price FROM products WHERE price < 10 WITH LOCAL CHECK OPTION;
CREATE VIEW nested AS
    WITH recent AS (SELECT * FROM carts WHERE added > now() - interval '1 day')
    SELECT DISTINCT ON (r.customer) r.customer, CASE WHEN p.size IN ('S', 'M') THEN 'small' ELSE 'large' END AS kind,
        row_number() OVER (PARTITION BY r.customer ORDER BY p.price DESC), EXISTS (SELECT FROM carts x WHERE x.customer = r.customer)
    FROM recent r, products p WHERE r.product = p.id AND p.sku NOT IN (SELECT sku FROM special_products);
CREATE RECURSIVE VIEW ancestors (id, parent) AS
    SELECT id, parent FROM customers UNION ALL SELECT a.id, c.parent FROM ancestors a JOIN customers c ON c.id = a.parent;
CREATE MATERIALIZED VIEW per_plan WITH (fillfactor = 90) AS
    SELECT plan, count(*) FILTER (WHERE status IN ('new', 'active')) AS number FROM customers GROUP BY plan WITH NO DATA;
CREATE UNIQUE INDEX ON per_plan (plan);
CREATE FUNCTION customers_of(wanted plan, at_least int DEFAULT 0) RETURNS TABLE (id bigint, status varchar) STABLE ROWS 10
    BEGIN ATOMIC SELECT c.id, c.status FROM customers c WHERE c.plan = wanted AND c.score >= at_least AND c.status IN ('new', 'active'); END;
CREATE FUNCTION plus(a int, b int DEFAULT 1) RETURNS int RETURN a + b;
CREATE OR REPLACE FUNCTION everybody() RETURNS SETOF customers LANGUAGE sql STABLE AS 'SELECT * FROM customers';
CREATE PROCEDURE forget(wanted bigint, INOUT done bool DEFAULT false) LANGUAGE plpgsql AS 'BEGIN DELETE FROM customers WHERE id = wanted; done := FOUND; END';

CREATE TRIGGER touch BEFORE INSERT OR UPDATE OF status, score ON customers FOR EACH ROW WHEN (NEW.status IN ('new', 'active')) EXECUTE FUNCTION touch();
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON products DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch('a', 'b');
CREATE TRIGGER whole AFTER UPDATE ON carts REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION touch();

ALTER TABLE customers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON customers FOR SELECT USING (address = current_user AND status IN ('new', 'active'));
CREATE POLICY change ON customers AS RESTRICTIVE FOR UPDATE TO CURRENT_USER USING (score BETWEEN 0 AND 50)
    WITH CHECK (EXISTS (SELECT 1 FROM carts WHERE carts.customer = customers.id));
CREATE PUBLICATION shop_changes FOR TABLE customers (id, status, plan) WHERE (status = 'new' AND score BETWEEN 1 AND 10), products WITH (publish = 'insert, update');

COMMENT ON TABLE customers IS 'it''s them';
COMMENT ON COLUMN customers.status IS 'one of three';
COMMENT ON FUNCTION initials(text, text, int, text[]) IS 'two letters';
COMMENT ON CONSTRAINT adult_or_free ON customers IS 'a rule';
COMMENT ON POLICY own ON customers IS 'only their own';
