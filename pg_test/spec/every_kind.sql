-- Every kind of object that a snapshot reads, and every attribute of each at least once, in two schemas. For psql, in an
-- empty database, as a superuser, from 14 on. What a database only refers to is made first, where it is missing; with
-- -v prerequisites=1 nothing but that, which a database needs into which this one is written again.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;

SELECT current_setting('server_version_num')::int >= 150000 AS since_15,
       current_setting('server_version_num')::int >= 170000 AS since_17,
       current_setting('server_version_num')::int >= 180000 AS since_18,
       EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citext') AS has_contrib,
       'lz4' = ANY (enumvals) AS has_lz4,
       NOT EXISTS (SELECT FROM pg_tablespace WHERE spcname = 'spec_space') AS needs_space,
       NOT EXISTS (SELECT FROM pg_am WHERE amname = 'spec_heap') AS needs_method
FROM pg_settings WHERE name = 'default_toast_compression' \gset

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['spec_owner', 'spec_reader', 'spec_Odd "Röle"'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I', name);
        END IF;
    END LOOP;
END
$$;
\if :needs_space
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE spec_space LOCATION '';
\endif
\if :needs_method
CREATE ACCESS METHOD spec_heap TYPE TABLE HANDLER heap_tableam_handler;
\endif
\if :{?prerequisites}
\quit
\endif

-- Schemas
CREATE SCHEMA shop;
COMMENT ON SCHEMA shop IS 'What is sold, and to whom';
GRANT USAGE ON SCHEMA shop TO PUBLIC, spec_reader;
GRANT CREATE, USAGE ON SCHEMA shop TO "spec_Odd ""Röle""" WITH GRANT OPTION;
CREATE SCHEMA "Odd Schema" AUTHORIZATION spec_owner;
COMMENT ON SCHEMA "Odd Schema" IS E'Two lines,\na ''quote'', a "quote", a \\ and a ✓';

-- Extensions
\if :has_contrib
CREATE EXTENSION citext SCHEMA shop;
CREATE EXTENSION hstore SCHEMA "Odd Schema" VERSION '1.7';
CREATE EXTENSION btree_gist SCHEMA shop;
\endif

-- Enums
CREATE TYPE shop.status AS ENUM ('open', 'paid', 'it''s "over"', 'größer', '');
ALTER TYPE shop.status ADD VALUE 'picked' BEFORE 'paid';
COMMENT ON TYPE shop.status IS 'How far an order is';
REVOKE USAGE ON TYPE shop.status FROM PUBLIC;
GRANT USAGE ON TYPE shop.status TO spec_reader WITH GRANT OPTION;
CREATE TYPE "Odd Schema"."Stim.mung" AS ENUM ();
ALTER TYPE "Odd Schema"."Stim.mung" OWNER TO spec_owner;

-- Domains
CREATE FUNCTION shop.normalized(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT pg_catalog.lower(pg_catalog.btrim(value)) $$;
COMMENT ON FUNCTION shop.normalized(text) IS 'A default, a check, an index, a generated column and a policy need it';

CREATE DOMAIN shop.amount AS numeric(12, 2) DEFAULT 0.00 NOT NULL
    CONSTRAINT amount_positive CHECK (VALUE >= 0)
    CONSTRAINT "amount ""small""" CHECK (VALUE < 1000000);
COMMENT ON DOMAIN shop.amount IS 'Money';
COMMENT ON CONSTRAINT amount_positive ON DOMAIN shop.amount IS 'Nobody owes us';
GRANT USAGE ON DOMAIN shop.amount TO spec_reader;
CREATE DOMAIN shop.price AS shop.amount CONSTRAINT price_not_zero CHECK (VALUE > 0);
ALTER DOMAIN shop.price ADD CONSTRAINT price_high CHECK (VALUE < 5000) NOT VALID;
CREATE DOMAIN "Odd Schema"."Näme" AS varchar(40) COLLATE "POSIX" DEFAULT shop.normalized('  Nobody ')
    CHECK (shop.normalized(VALUE) <> '');
ALTER DOMAIN "Odd Schema"."Näme" OWNER TO spec_owner;
CREATE DOMAIN shop.stages AS shop.status[] CHECK (pg_catalog.cardinality(VALUE) < 10);

-- Composite types
CREATE TYPE shop.address AS (
    street text COLLATE "C",
    "Post.leitzahl" char(5),
    dropped integer,
    country "Odd Schema"."Näme",
    since timestamp(3) with time zone
);
ALTER TYPE shop.address DROP ATTRIBUTE dropped;
COMMENT ON TYPE shop.address IS 'Where it goes';
COMMENT ON COLUMN shop.address."Post.leitzahl" IS 'Five digits';
CREATE TYPE "Odd Schema"."Pair of ""things""" AS (a shop.address[], b shop.stages, c "Odd Schema"."Stim.mung"[]);
ALTER TYPE "Odd Schema"."Pair of ""things""" OWNER TO spec_owner;
GRANT USAGE ON TYPE "Odd Schema"."Pair of ""things""" TO spec_reader;
CREATE TYPE shop.nothing AS ();

-- Sequences
CREATE SEQUENCE shop.order_number AS bigint START 1000 INCREMENT 10 MINVALUE 100 MAXVALUE 99999999 CACHE 20 CYCLE;
COMMENT ON SEQUENCE shop.order_number IS 'By tens';
GRANT USAGE, SELECT ON SEQUENCE shop.order_number TO spec_reader;
ALTER SEQUENCE shop.order_number OWNER TO spec_owner;
CREATE SEQUENCE "Odd Schema"."Seq.uence" AS smallint INCREMENT -1;
\if :since_15
CREATE UNLOGGED SEQUENCE shop.fleeting;
\endif

-- Tables and columns
CREATE TABLE shop.customer (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    search_name text GENERATED ALWAYS AS (shop.normalized(name)) STORED,
    nick "Odd Schema"."Näme" COLLATE "C",
    address shop.address,
    mood "Odd Schema"."Stim.mung"[],
    source text DEFAULT shop.normalized(' Web ') CHECK (shop.normalized(source) = source),
    favourite bigint,
    dropped text,
    created timestamptz DEFAULT now(),
    birthday date DEFAULT '2000-02-03' CONSTRAINT "no children" CHECK (birthday > '1900-01-02'),
    waits interval DEFAULT '1 day 02:03:04.5',
    picture bytea DEFAULT '\x00ff',
    ratio double precision DEFAULT 0.1
);
ALTER TABLE shop.customer DROP COLUMN dropped;
ALTER TABLE shop.customer OWNER TO spec_owner;
ALTER TABLE shop.customer ALTER COLUMN name SET STORAGE external;
ALTER TABLE shop.customer ALTER COLUMN source SET STORAGE main;
ALTER TABLE shop.customer ALTER COLUMN source SET COMPRESSION pglz;
ALTER TABLE shop.customer ALTER COLUMN picture SET STORAGE plain;
ALTER TABLE shop.customer ALTER COLUMN created SET STATISTICS 0;
ALTER TABLE shop.customer ALTER COLUMN name SET STATISTICS 500;
ALTER TABLE shop.customer ALTER COLUMN name SET (n_distinct = -0.5, n_distinct_inherited = 7);
ALTER TABLE shop.customer SET (fillfactor = 80, autovacuum_enabled = off, toast.autovacuum_vacuum_threshold = 99);
COMMENT ON TABLE shop.customer IS 'Who buys';
COMMENT ON COLUMN shop.customer.name IS 'As they write it';
COMMENT ON COLUMN shop.customer.search_name IS '';
COMMENT ON COLUMN shop.customer.id IS 'Ours';
COMMENT ON CONSTRAINT customer_pkey ON shop.customer IS 'The key';
COMMENT ON CONSTRAINT "no children" ON shop.customer IS 'Nor the dead';
GRANT SELECT, INSERT ON shop.customer TO spec_reader;
GRANT DELETE ON shop.customer TO "spec_Odd ""Röle""" WITH GRANT OPTION;
GRANT SELECT ON shop.customer TO PUBLIC;
GRANT UPDATE (name, nick), REFERENCES (id) ON shop.customer TO spec_reader;
GRANT SELECT (name) ON shop.customer TO PUBLIC;
GRANT UPDATE (nick) ON shop.customer TO spec_reader WITH GRANT OPTION;
\if :has_lz4
ALTER TABLE shop.customer ALTER COLUMN search_name SET COMPRESSION lz4;
\endif

CREATE TABLE shop.orders (
    number bigint NOT NULL DEFAULT nextval('shop.order_number'),
    line serial,
    small smallserial,
    customer integer NOT NULL,
    status shop.status NOT NULL DEFAULT 'open',
    stages shop.stages DEFAULT '{open,paid}',
    total shop.amount,
    tax shop.price GENERATED ALWAYS AS (total * 0.19) STORED,
    period daterange,
    remark varchar(200) COLLATE "POSIX",
    tags text[] DEFAULT ARRAY['a', 'b''c'],
    details jsonb DEFAULT '{"a": [1, null]}',
    CONSTRAINT orders_pkey PRIMARY KEY (number) INCLUDE (customer) WITH (fillfactor = 70) USING INDEX TABLESPACE spec_space,
    CONSTRAINT orders_line UNIQUE (line, small) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES shop.customer ON DELETE CASCADE ON UPDATE SET NULL
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT orders_total CHECK (total < 100 OR status <> 'open') NO INHERIT,
    CONSTRAINT orders_period EXCLUDE USING gist (period WITH &&) WITH (fillfactor = 60) WHERE (period IS NOT NULL) DEFERRABLE
) WITH (toast.autovacuum_enabled = off) TABLESPACE spec_space;
ALTER SEQUENCE shop.order_number OWNER TO CURRENT_USER;
ALTER SEQUENCE shop.order_number OWNED BY shop.orders.number;
ALTER TABLE shop.orders CLUSTER ON orders_pkey;
ALTER TABLE shop.orders REPLICA IDENTITY FULL;
COMMENT ON CONSTRAINT orders_customer ON shop.orders IS 'Round, with favourite';
COMMENT ON CONSTRAINT orders_period ON shop.orders IS 'One at a time';
-- Round
ALTER TABLE shop.customer ADD CONSTRAINT "customer.favourite" FOREIGN KEY (favourite) REFERENCES shop.orders (number)
    MATCH FULL ON DELETE SET NULL;
ALTER TABLE shop.customer ADD CONSTRAINT customer_name_short CHECK (length(name) < 100) NOT VALID;
\if :since_15
ALTER TABLE shop.customer ADD CONSTRAINT customer_nick UNIQUE NULLS NOT DISTINCT (nick);
\endif

-- A function that needs its table's rows, and that the table needs in its turn.
CREATE FUNCTION shop.is_fine(shop.orders) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1.line > 0 $$;
ALTER TABLE shop.orders ADD CONSTRAINT "orders are fine" CHECK (shop.is_fine(orders));
CREATE FUNCTION shop.orders_of(customer integer, VARIADIC "with.status" shop.status[] DEFAULT '{open}')
    RETURNS SETOF shop.orders LANGUAGE sql STABLE ROWS 5 COST 20 SECURITY DEFINER SET search_path = shop, pg_temp
    AS $$ SELECT * FROM orders o WHERE o.customer = $1 AND o.status = ANY ($2) $$;
ALTER FUNCTION shop.orders_of(integer, shop.status[]) OWNER TO spec_owner;
REVOKE EXECUTE ON FUNCTION shop.orders_of(integer, shop.status[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.orders_of(integer, shop.status[]) TO spec_reader WITH GRANT OPTION;

CREATE TABLE "Odd Schema"."Tab.le ""x""" (
    "Key" smallint GENERATED BY DEFAULT AS IDENTITY
        (SEQUENCE NAME "Odd Schema"."it's ""one""" START -5 INCREMENT -1 MINVALUE -30000 MAXVALUE -2 CACHE 7 CYCLE) UNIQUE,
    "größe" real NOT NULL,
    "it's" "Odd Schema"."Pair of ""things""",
    "select" bigint GENERATED ALWAYS AS IDENTITY (START 1 INCREMENT 5),
    big bigint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME "Odd Schema".elsewhere MAXVALUE 2147483647),
    "a, b" integer[][] DEFAULT '{{1,2},{3,4}}',
    "(c)" shop.customer,
    parent smallint,
    CONSTRAINT "Check.it ""now""" CHECK ("größe" > 0 AND parent IS DISTINCT FROM "Key"),
    CONSTRAINT "Tab.le_parent" FOREIGN KEY (parent) REFERENCES "Odd Schema"."Tab.le ""x""" ("Key")
);
ALTER TABLE "Odd Schema"."Tab.le ""x""" OWNER TO spec_owner;
COMMENT ON TABLE "Odd Schema"."Tab.le ""x""" IS 'Odd';
COMMENT ON COLUMN "Odd Schema"."Tab.le ""x"""."größe" IS 'Nön-ASCII ✓';
COMMENT ON CONSTRAINT "Check.it ""now""" ON "Odd Schema"."Tab.le ""x""" IS 'Odd, too';
CREATE UNIQUE INDEX "Ind.ex ""x""" ON "Odd Schema"."Tab.le ""x""" ("größe");
ALTER TABLE "Odd Schema"."Tab.le ""x""" REPLICA IDENTITY USING INDEX "Ind.ex ""x""";

CREATE UNLOGGED TABLE shop.basket (
    customer integer REFERENCES shop.customer,
    number bigint REFERENCES shop.orders ON DELETE SET DEFAULT,
    thing text
);
ALTER TABLE shop.basket REPLICA IDENTITY NOTHING;
\if :since_15
ALTER TABLE shop.basket ADD UNIQUE (customer, number),
    ADD CONSTRAINT basket_both FOREIGN KEY (customer, number) REFERENCES shop.basket (customer, number)
        ON DELETE SET NULL (number);
\endif
CREATE TABLE shop.address_book OF shop.address (
    street WITH OPTIONS NOT NULL DEFAULT 'nowhere',
    CONSTRAINT address_book_unique UNIQUE (street)
);
CREATE TABLE shop.heap_of_its_own (a integer) USING spec_heap;
CREATE TABLE shop.without_columns ();
CREATE TABLE shop.a_table_with_a_name_as_long_as_names_can_be_here_63_characters (
    a_column_with_quite_a_long_name_too integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);

-- Inheritance
CREATE TABLE shop.place (
    id integer NOT NULL,
    name text DEFAULT 'here',
    CONSTRAINT place_id CHECK (id > 0)
);
CREATE TABLE shop.sized (name text, size integer DEFAULT 1);
CREATE TABLE shop.city (
    name text COLLATE "default" NOT NULL DEFAULT 'there',
    people integer,
    CONSTRAINT city_id CHECK (id < 1000)
) INHERITS (shop.place, shop.sized);
ALTER TABLE shop.city ADD CONSTRAINT place_id CHECK (id > 0);
COMMENT ON COLUMN shop.city.size IS 'Not its own';
CREATE TABLE shop.village () INHERITS (shop.place);
ALTER TABLE shop.village ALTER COLUMN name SET DEFAULT 'far';

-- Partitions
CREATE TABLE shop.event (
    id bigint NOT NULL,
    at date NOT NULL DEFAULT '2026-01-01',
    region text NOT NULL CONSTRAINT event_region CHECK (region <> ''),
    orders bigint,
    note text,
    CONSTRAINT event_pkey PRIMARY KEY (id, at, region),
    CONSTRAINT event_orders FOREIGN KEY (orders) REFERENCES shop.orders
) PARTITION BY RANGE (at);
COMMENT ON TABLE shop.event IS 'A tree';
COMMENT ON CONSTRAINT event_pkey ON shop.event IS 'The key of the tree';
CREATE TABLE shop.event_2025 PARTITION OF shop.event FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE TABLE shop.event_2026 PARTITION OF shop.event (
    note DEFAULT 'this year',
    CONSTRAINT event_2026_note CHECK (note <> '')
) FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (region);
CREATE TABLE shop.event_2026_north PARTITION OF shop.event_2026 FOR VALUES IN ('north', 'it''s north', 'größer');
CREATE TABLE "Odd Schema"."event.2026 rest" PARTITION OF shop.event_2026 DEFAULT
    WITH (fillfactor = 50) TABLESPACE spec_space;
CREATE TABLE shop.event_later (
    note text,
    region text NOT NULL,
    at date NOT NULL,
    id bigint NOT NULL,
    orders bigint,
    CONSTRAINT event_region CHECK (region <> ''),
    CONSTRAINT event_later_key PRIMARY KEY (id, at, region)
);
CREATE INDEX event_later_own ON shop.event_later (note);
ALTER TABLE shop.event ATTACH PARTITION shop.event_later FOR VALUES FROM ('2027-01-01') TO (MAXVALUE);
CREATE INDEX event_note ON shop.event (note);
COMMENT ON INDEX shop.event_note IS 'Of the tree';
CREATE INDEX event_only ON ONLY shop.event (orders);
CREATE INDEX event_2025_only ON shop.event_2025 (orders) WITH (fillfactor = 90);
ALTER INDEX shop.event_only ATTACH PARTITION shop.event_2025_only;
CREATE INDEX event_2025_own ON shop.event_2025 USING brin (at);
CREATE TABLE shop.event_note_of (
    id bigint,
    at date,
    region text,
    CONSTRAINT event_note_of_event FOREIGN KEY (id, at, region) REFERENCES shop.event
);

CREATE TABLE shop.hashed (id integer, lower_name text, UNIQUE (id)) PARTITION BY HASH (id);
CREATE TABLE shop.hashed_0 PARTITION OF shop.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE shop.hashed_1 PARTITION OF shop.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE shop.by_expression (name text COLLATE "C", n integer)
    PARTITION BY RANGE (shop.normalized(name) COLLATE "POSIX" text_pattern_ops, n);
CREATE TABLE shop.by_expression_all PARTITION OF shop.by_expression DEFAULT;
\if :since_17
CREATE TABLE shop.numbered (id integer GENERATED ALWAYS AS IDENTITY (START 7), name text) PARTITION BY LIST (name);
CREATE TABLE shop.numbered_all PARTITION OF shop.numbered DEFAULT;
\endif

-- Functions and procedures
CREATE FUNCTION shop.overloaded() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION shop.overloaded(integer, text DEFAULT 'it''s', OUT a integer, INOUT b numeric DEFAULT 1.50)
    LANGUAGE plpgsql LEAKPROOF CALLED ON NULL INPUT SET work_mem = '4MB' AS $body$
BEGIN
    -- $$ stays as it is
    a := $1;
END
$body$;
CREATE FUNCTION "Odd Schema"."do.it (""now""), it's"(a "Odd Schema"."Näme"[], b shop.customer)
    RETURNS TABLE (x integer, "y z" text) LANGUAGE sql BEGIN ATOMIC SELECT 1, 'two'::text; END;
COMMENT ON FUNCTION "Odd Schema"."do.it (""now""), it's"("Odd Schema"."Näme"[], shop.customer) IS 'Odd';
ALTER FUNCTION "Odd Schema"."do.it (""now""), it's"("Odd Schema"."Näme"[], shop.customer) OWNER TO spec_owner;
CREATE FUNCTION "Odd Schema"."Upper"() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION shop.position_of() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE STRICT AS 'window_row_number';
CREATE PROCEDURE shop.pay(number bigint, INOUT done boolean DEFAULT false) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE shop.orders SET status = 'paid' WHERE orders.number = pay.number;
    done := found;
END
$$;
COMMENT ON PROCEDURE shop.pay(bigint, boolean) IS 'Pays';
ALTER PROCEDURE shop.pay(bigint, boolean) OWNER TO spec_owner;
REVOKE EXECUTE ON PROCEDURE shop.pay(bigint, boolean) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE shop.pay(bigint, boolean) TO spec_reader;
CREATE PROCEDURE shop.forget() LANGUAGE sql BEGIN ATOMIC DELETE FROM shop.basket; END;

-- Views
CREATE VIEW shop.paid WITH (security_barrier, check_option = cascaded) AS
    SELECT number, customer, total, status FROM shop.orders WHERE status = 'paid';
COMMENT ON VIEW shop.paid IS 'On one table';
COMMENT ON COLUMN shop.paid.total IS 'In full';
ALTER VIEW shop.paid ALTER COLUMN total SET DEFAULT 7.00;
ALTER VIEW shop.paid ALTER COLUMN number SET DEFAULT nextval('shop.order_number');
GRANT SELECT, UPDATE ON shop.paid TO spec_reader;
ALTER VIEW shop.paid OWNER TO spec_owner;
CREATE VIEW shop.sums AS
    SELECT c.id, c.name AS "The Name", sum(p.total)::numeric(20, 2) AS total, shop.normalized(c.name) AS "größe; x"
    FROM shop.customer c
    JOIN shop.paid p ON p.customer = c.id
    GROUP BY c.id;
CREATE VIEW "Odd Schema"."Vi.ew ""x""" AS SELECT *, ';'::text AS semicolon FROM shop.sums ORDER BY total DESC LIMIT 10;
ALTER VIEW "Odd Schema"."Vi.ew ""x""" OWNER TO spec_owner;
CREATE RECURSIVE VIEW shop.counted (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counted WHERE n < 5;
\if :since_15
CREATE VIEW shop.asking WITH (security_invoker = true) AS SELECT c FROM shop.customer c;
\endif
CREATE FUNCTION shop.best(minimum numeric DEFAULT 10) RETURNS SETOF shop.sums LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT * FROM shop.sums s WHERE s.total > minimum; END;
CREATE VIEW shop.best_of_all AS SELECT id, "The Name" FROM shop.best(100);

-- Materialized views
CREATE MATERIALIZED VIEW shop.monthly WITH (fillfactor = 60, toast.autovacuum_enabled = off) TABLESPACE spec_space AS
    SELECT status, count(*) AS orders, sum(total) AS total FROM shop.orders GROUP BY status;
CREATE UNIQUE INDEX monthly_status ON shop.monthly (status);
CREATE INDEX monthly_total ON shop.monthly (total) WHERE orders > 1;
ALTER MATERIALIZED VIEW shop.monthly CLUSTER ON monthly_status;
COMMENT ON MATERIALIZED VIEW shop.monthly IS 'Kept';
COMMENT ON COLUMN shop.monthly.orders IS 'How many';
GRANT SELECT ON shop.monthly TO spec_reader;
ALTER MATERIALIZED VIEW shop.monthly OWNER TO spec_owner;
-- Or it could not be filled again.
GRANT SELECT ON shop.orders TO spec_owner;
CREATE MATERIALIZED VIEW "Odd Schema"."Mat.view" USING spec_heap AS SELECT * FROM shop.best_of_all WITH NO DATA;

-- Indexes
CREATE UNIQUE INDEX customer_search ON shop.customer (shop.normalized(name) text_pattern_ops DESC NULLS LAST, id)
    INCLUDE (source) WITH (fillfactor = 55) TABLESPACE spec_space WHERE source <> 'it''s';
ALTER INDEX shop.customer_search ALTER COLUMN 1 SET STATISTICS 300;
COMMENT ON INDEX shop.customer_search IS 'By name';
CREATE INDEX "customer ""odd"" größe" ON shop.customer USING hash (nick);
CREATE INDEX customer_exprs ON shop.customer (id, lower(name), (waits * 2), (created AT TIME ZONE 'UTC'));
ALTER TABLE shop.customer CLUSTER ON customer_exprs;
ALTER INDEX shop.customer_exprs ALTER COLUMN 2 SET STATISTICS 10;
ALTER INDEX shop.customer_exprs ALTER COLUMN 4 SET STATISTICS 0;
CREATE INDEX orders_tags ON shop.orders USING gin (tags, details jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX orders_broken ON shop.orders (remark COLLATE "C");
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop.orders_broken'::regclass;

-- Triggers
CREATE FUNCTION shop.fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER orders_changed AFTER UPDATE OF status, total ON shop.orders
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status AND shop.is_fine(NEW))
    EXECUTE FUNCTION shop.fires('a', 'it''s', '1');
COMMENT ON TRIGGER orders_changed ON shop.orders IS 'On a change';
CREATE TRIGGER orders_many AFTER INSERT ON shop.orders REFERENCING NEW TABLE AS "new ones"
    FOR EACH STATEMENT EXECUTE FUNCTION shop.fires();
ALTER TABLE shop.orders DISABLE TRIGGER orders_many;
CREATE TRIGGER "orders.replica" BEFORE DELETE OR TRUNCATE ON shop.orders FOR EACH STATEMENT EXECUTE FUNCTION shop.fires();
ALTER TABLE shop.orders ENABLE REPLICA TRIGGER "orders.replica";
CREATE CONSTRAINT TRIGGER orders_late AFTER INSERT OR UPDATE ON shop.orders FROM shop.customer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shop.fires();
ALTER TABLE shop.orders ENABLE ALWAYS TRIGGER orders_late;
CREATE TRIGGER paid_instead INSTEAD OF INSERT OR UPDATE OR DELETE ON shop.sums FOR EACH ROW EXECUTE FUNCTION shop.fires();
CREATE TRIGGER event_row AFTER INSERT ON shop.event FOR EACH ROW EXECUTE FUNCTION shop.fires();
CREATE TRIGGER event_2025_row BEFORE INSERT ON shop.event_2025 FOR EACH ROW EXECUTE FUNCTION shop.fires();

-- Row level security
ALTER TABLE shop.customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.customer FORCE ROW LEVEL SECURITY;
ALTER TABLE "Odd Schema"."Tab.le ""x""" FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone ON shop.customer USING (true);
CREATE POLICY "the.readers" ON shop.customer AS RESTRICTIVE FOR SELECT TO spec_reader, "spec_Odd ""Röle"""
    USING (search_name = shop.normalized(current_setting('spec.name', true))
        AND EXISTS (SELECT FROM shop.paid p WHERE p.customer = customer.id));
COMMENT ON POLICY "the.readers" ON shop.customer IS 'Themselves';
CREATE POLICY writers ON shop.customer FOR INSERT TO spec_owner WITH CHECK (name <> 'it''s');
CREATE POLICY changers ON shop.customer FOR UPDATE USING (id > 0) WITH CHECK (id > 1);
CREATE POLICY removers ON shop.customer FOR DELETE TO CURRENT_USER USING (false);
CREATE POLICY on_event ON shop.event USING (region <> 'secret');

-- Extended statistics
CREATE STATISTICS shop.customer_stats (ndistinct, dependencies) ON name, source FROM shop.customer;
ALTER STATISTICS shop.customer_stats SET STATISTICS 250;
COMMENT ON STATISTICS shop.customer_stats IS 'Together';
CREATE STATISTICS shop."orders.all" ON status, (shop.normalized(remark)), (total * 2) FROM shop.orders;
CREATE STATISTICS shop.of_event (mcv) ON at, region FROM shop.event;
CREATE STATISTICS shop.of_monthly ON orders, total FROM shop.monthly;
-- Not in its table's schema: a snapshot leaves it out.
-- CREATE STATISTICS "Odd Schema".left_out ON status, customer FROM shop.orders;

\if :has_contrib
CREATE TABLE shop.with_extensions (
    name shop.citext DEFAULT 'Name' CHECK (name <> 'name'),
    room integer,
    during tstzrange,
    more "Odd Schema".hstore DEFAULT "Odd Schema".hstore('a', 'it''s'),
    CONSTRAINT with_extensions_room EXCLUDE USING gist (room WITH =, during WITH &&)
);
CREATE INDEX with_extensions_name ON shop.with_extensions (name shop.citext_pattern_ops);
\endif

\if :since_18
CREATE TABLE shop.eighteen (
    id integer CONSTRAINT "eighteen has one" NOT NULL,
    plain integer NOT NULL,
    twice integer GENERATED ALWAYS AS (id * 2) VIRTUAL,
    room integer,
    valid daterange,
    later integer,
    mine integer NOT NULL NO INHERIT,
    CONSTRAINT eighteen_unenforced CHECK (id > 0) NOT ENFORCED,
    CONSTRAINT eighteen_key PRIMARY KEY (id)
);
COMMENT ON CONSTRAINT "eighteen has one" ON shop.eighteen IS 'A name of its own';
ALTER TABLE shop.eighteen ADD CONSTRAINT eighteen_later_not_null NOT NULL later NOT VALID;
ALTER TABLE shop.eighteen ADD CONSTRAINT eighteen_self FOREIGN KEY (plain) REFERENCES shop.eighteen NOT ENFORCED;
CREATE TABLE shop.eighteen_periods (
    id int4range,
    valid daterange,
    CONSTRAINT eighteen_periods_key PRIMARY KEY (id, valid WITHOUT OVERLAPS)
);
CREATE TABLE shop.eighteen_within (
    id int4range,
    valid daterange,
    CONSTRAINT eighteen_within_fk FOREIGN KEY (id, PERIOD valid) REFERENCES shop.eighteen_periods (id, PERIOD valid)
);
CREATE DOMAIN shop.eighteen_domain AS integer CONSTRAINT "eighteen domain" NOT NULL;
\endif
