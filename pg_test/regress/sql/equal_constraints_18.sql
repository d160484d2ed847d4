-- ADD CONSTRAINT as PostgreSQL 18 has it: NOT NULL, NOT ENFORCED, WITHOUT OVERLAPS, PERIOD.
SELECT current_setting('server_version_num')::int < 180000 AS too_old \gset
\if :too_old
\quit
\endif
\pset format unaligned
SET client_min_messages = error;
CREATE SCHEMA test_equal_constraints_18;
SET search_path = test_equal_constraints_18;

CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, oid FROM pg_constraint
        UNION ALL SELECT ctid, xmin, attrelid FROM pg_attribute
        UNION ALL SELECT ctid, xmin, oid FROM pg_class) row $$;

--
-- NOT NULL
--
CREATE TABLE t (a int CONSTRAINT nn NOT NULL, b int NOT NULL, c int, d int, e int, f int);
ALTER TABLE t ADD CONSTRAINT alone NOT NULL c NO INHERIT, ADD CONSTRAINT later NOT NULL d NOT VALID;
ALTER TABLE t ADD CONSTRAINT checked CHECK (e > 0);
CREATE TABLE child () INHERITS (t);
SELECT written() AS before \gset
SELECT * FROM show.compared($$
    ALTER TABLE t ADD CONSTRAINT nn NOT NULL a;
    ALTER TABLE t ADD CONSTRAINT nn NOT NULL a NOT VALID;
    ALTER TABLE t ADD CONSTRAINT nn NOT NULL a NO INHERIT;
    ALTER TABLE t ADD CONSTRAINT nn NOT NULL b;
    ALTER TABLE t ADD CONSTRAINT nn CHECK (a IS NOT NULL);
    ALTER TABLE t ADD CONSTRAINT another NOT NULL a;
    ALTER TABLE t ADD CONSTRAINT t_b_not_null NOT NULL b;
    ALTER TABLE t ADD CONSTRAINT alone NOT NULL c NO INHERIT;
    ALTER TABLE t ADD CONSTRAINT alone NOT NULL c;
    ALTER TABLE t ADD CONSTRAINT later NOT NULL d NOT VALID;
    ALTER TABLE t ADD CONSTRAINT checked NOT NULL e;
    ALTER TABLE t ADD CONSTRAINT nothing NOT NULL nothing;
    ALTER TABLE t ADD NOT NULL a;
    ALTER TABLE t ADD NOT NULL b;
    ALTER TABLE t ADD NOT NULL b NO INHERIT;
    ALTER TABLE t ADD NOT NULL c
$$);
SELECT written() = :'before' AS unchanged;
BEGIN;
-- One that is not valid is not added but validated; one that is a parent's becomes the table's own.
SELECT * FROM show.compared($$
    ALTER TABLE t ADD CONSTRAINT later NOT NULL d;
    ALTER TABLE t ADD NOT NULL f;
    ALTER TABLE t ADD NOT NULL f;
    ALTER TABLE child ADD CONSTRAINT nn NOT NULL a;
    ALTER TABLE child ADD CONSTRAINT nn NOT NULL a
$$);
SELECT conrelid::regclass, conname, convalidated, connoinherit, conislocal FROM pg_constraint
WHERE connamespace = 'test_equal_constraints_18'::regnamespace AND contype = 'n' ORDER BY 1, 2;
ROLLBACK;
SELECT * FROM show.compared($$
    CREATE TABLE t (a int, b int NOT NULL, c int, d int, e int CONSTRAINT checked CHECK (e > 0), f int,
        CONSTRAINT nn NOT NULL a, CONSTRAINT alone NOT NULL c NO INHERIT, NOT NULL d);
    CREATE TABLE t (a int, b int NOT NULL, c int, d int, e int CONSTRAINT checked CHECK (e > 0), f int,
        CONSTRAINT another NOT NULL a, NOT NULL c, CONSTRAINT later NOT NULL d)
$$);

--
-- NOT ENFORCED
--
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE e (a int CONSTRAINT positive CHECK (a > 0) NOT ENFORCED, b int CONSTRAINT fk REFERENCES parents NOT ENFORCED, c int CONSTRAINT enforced CHECK (c > 0));
SELECT * FROM show.compared($$
    ALTER TABLE e ADD CONSTRAINT positive CHECK (a > 0) NOT ENFORCED;
    ALTER TABLE e ADD CONSTRAINT positive CHECK (a > 0);
    ALTER TABLE e ADD CONSTRAINT positive CHECK (a > 0) ENFORCED;
    ALTER TABLE e ADD CONSTRAINT enforced CHECK (c > 0) NOT ENFORCED;
    ALTER TABLE e ADD CONSTRAINT fk FOREIGN KEY (b) REFERENCES parents NOT ENFORCED;
    ALTER TABLE e ADD CONSTRAINT fk FOREIGN KEY (b) REFERENCES parents;
    ALTER TABLE e ADD CHECK (a > 0) NOT ENFORCED;
    ALTER TABLE e ADD FOREIGN KEY (b) REFERENCES parents NOT ENFORCED
$$);

--
-- WITHOUT OVERLAPS and PERIOD
--
CREATE TABLE rooms (id int4range, during daterange, code int4range, CONSTRAINT rooms_pkey PRIMARY KEY (id, during WITHOUT OVERLAPS));
ALTER TABLE rooms ADD CONSTRAINT rooms_code UNIQUE (code, during WITHOUT OVERLAPS) DEFERRABLE;
CREATE TABLE plain (id int4range, during daterange, CONSTRAINT plain_pkey PRIMARY KEY (id, during));
CREATE TABLE bookings (room int4range, during daterange);
ALTER TABLE bookings ADD CONSTRAINT fk FOREIGN KEY (room, PERIOD during) REFERENCES rooms (id, PERIOD during);
ALTER TABLE bookings ADD CONSTRAINT fk_plain FOREIGN KEY (room, during) REFERENCES plain (id, during);
SELECT written() AS before \gset
SELECT * FROM show.compared($$
    ALTER TABLE rooms ADD CONSTRAINT rooms_pkey PRIMARY KEY (id, during WITHOUT OVERLAPS);
    ALTER TABLE rooms ADD PRIMARY KEY (id, during WITHOUT OVERLAPS);
    ALTER TABLE rooms ADD CONSTRAINT rooms_pkey PRIMARY KEY (id, during);
    ALTER TABLE rooms ADD CONSTRAINT rooms_pkey PRIMARY KEY (code, during WITHOUT OVERLAPS);
    ALTER TABLE rooms ADD CONSTRAINT rooms_code UNIQUE (code, during WITHOUT OVERLAPS) DEFERRABLE;
    ALTER TABLE rooms ADD CONSTRAINT rooms_code UNIQUE (code, during WITHOUT OVERLAPS);
    ALTER TABLE rooms ADD CONSTRAINT rooms_code UNIQUE (code, during) DEFERRABLE;
    ALTER TABLE rooms ADD UNIQUE (code, during WITHOUT OVERLAPS) DEFERRABLE;
    ALTER TABLE plain ADD CONSTRAINT plain_pkey PRIMARY KEY (id, during WITHOUT OVERLAPS);
    ALTER TABLE bookings ADD CONSTRAINT fk FOREIGN KEY (room, PERIOD during) REFERENCES rooms (id, PERIOD during);
    ALTER TABLE bookings ADD CONSTRAINT fk FOREIGN KEY (room, PERIOD during) REFERENCES rooms;
    ALTER TABLE bookings ADD CONSTRAINT fk FOREIGN KEY (room, PERIOD during) REFERENCES rooms (id, during);
    ALTER TABLE bookings ADD CONSTRAINT fk FOREIGN KEY (room, during) REFERENCES rooms (id, during);
    ALTER TABLE bookings ADD CONSTRAINT fk_plain FOREIGN KEY (room, during) REFERENCES plain (id, during);
    ALTER TABLE bookings ADD CONSTRAINT fk_plain FOREIGN KEY (room, PERIOD during) REFERENCES plain (id, PERIOD during);
    ALTER TABLE bookings ADD FOREIGN KEY (room, PERIOD during) REFERENCES rooms (id, PERIOD during);
    CREATE TABLE rooms (id int4range, during daterange, code int4range, PRIMARY KEY (id, during WITHOUT OVERLAPS),
        CONSTRAINT rooms_code UNIQUE (code, during WITHOUT OVERLAPS) DEFERRABLE);
    CREATE TABLE rooms (id int4range, during daterange, code int4range, PRIMARY KEY (id, during),
        CONSTRAINT rooms_code UNIQUE (code, during WITHOUT OVERLAPS) DEFERRABLE);
    CREATE INDEX rooms_code ON rooms USING gist (code, during)
$$);
SELECT written() = :'before' AS unchanged;
-- Without a name, twice.
BEGIN;
SELECT * FROM show.compared($$
    ALTER TABLE rooms ADD UNIQUE (id, code WITHOUT OVERLAPS);
    ALTER TABLE rooms ADD UNIQUE (id, code WITHOUT OVERLAPS);
    ALTER TABLE rooms ADD UNIQUE (id, code);
    ALTER TABLE rooms ADD UNIQUE (id, code)
$$);
SELECT conname, conperiod FROM pg_constraint WHERE conrelid = 'rooms'::regclass AND contype = 'u' ORDER BY conname;
ROLLBACK;

DROP SCHEMA test_equal_constraints_18 CASCADE;
