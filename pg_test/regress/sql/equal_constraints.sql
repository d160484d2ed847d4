-- ADD CONSTRAINT of one that exists, with a name and without.
\pset format unaligned
SET client_min_messages = error;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE regress_guarded_space LOCATION '';
CREATE ROLE regress_guarded_other;
CREATE SCHEMA test_equal_constraints;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_constraints;

CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, oid FROM pg_constraint
        UNION ALL SELECT ctid, xmin, indexrelid FROM pg_index
        UNION ALL SELECT ctid, xmin, objid FROM pg_depend
        UNION ALL SELECT ctid, xmin, oid FROM pg_class) row $$;

CREATE TABLE parents (id int PRIMARY KEY, a int, b int, code text, UNIQUE (a, b), UNIQUE (code));
CREATE TABLE parents2 (id int PRIMARY KEY, a int, b int, UNIQUE (a, b));
CREATE TABLE test_equal_elsewhere.parents (id int PRIMARY KEY);
CREATE TABLE t (id int, a int, b int, kind varchar(10), note text, at timestamptz, r int4range, c circle, ip inet, price numeric);
CREATE TABLE other (id int, a int);

--
-- CHECK
--
ALTER TABLE t ADD CONSTRAINT kinds CHECK (kind IN ('p', 'q'));
ALTER TABLE t ADD CONSTRAINT range CHECK (a BETWEEN 1 AND 2);
ALTER TABLE t ADD CONSTRAINT positive CHECK (price > 0) NO INHERIT;
ALTER TABLE t ADD CONSTRAINT later CHECK (b > 0) NOT VALID;
SELECT written() AS before \gset
SELECT * FROM show.compared($$
    ALTER TABLE t ADD CONSTRAINT kinds CHECK (kind IN ('p', 'q'));
    ALTER TABLE t ADD CONSTRAINT kinds CHECK (((kind)::text = ANY ((ARRAY['p'::character varying, 'q'::character varying])::text[])));
    ALTER TABLE t ADD CONSTRAINT kinds CHECK (((kind)::text = ANY (ARRAY[('p'::character varying)::text, ('q'::character varying)::text])));
    ALTER TABLE t ADD CONSTRAINT kinds CHECK (kind = 'p' OR kind = 'q');
    ALTER TABLE t ADD CONSTRAINT kinds CHECK (kind IN ('q', 'p'));
    ALTER TABLE t ADD CONSTRAINT kinds CHECK (kind IN ('p', 'q')) NO INHERIT;
    ALTER TABLE t ADD CONSTRAINT kinds CHECK (kind IN ('p', 'q')) NOT VALID;
    ALTER TABLE t ADD CONSTRAINT range CHECK ((a >= 1) AND (a <= 2));
    ALTER TABLE t ADD CONSTRAINT range CHECK (a BETWEEN 1 AND 3);
    ALTER TABLE t ADD CONSTRAINT range CHECK (b BETWEEN 1 AND 2);
    ALTER TABLE t ADD CONSTRAINT positive CHECK (price > 0::numeric) NO INHERIT;
    ALTER TABLE t ADD CONSTRAINT positive CHECK (price > 0);
    ALTER TABLE t ADD CONSTRAINT later CHECK (b > 0) NOT VALID;
    ALTER TABLE t ADD CONSTRAINT kinds UNIQUE (kind);
    ALTER TABLE t ADD CONSTRAINT kinds CHECK (nothing(kind));
    ALTER TABLE t ADD CHECK (kind IN ('p', 'q'));
    ALTER TABLE t ADD CHECK (a BETWEEN 1 AND 2);
    ALTER TABLE t ADD CHECK (price > 0) NO INHERIT
$$);
SELECT written() = :'before' AS unchanged;
-- One that is not valid is not added but validated.
SELECT status, reason, outcome->>'message' AS message FROM guarded.run('ALTER TABLE t ADD CONSTRAINT later CHECK (b > 0)');
SELECT conname, convalidated FROM pg_constraint WHERE conname = 'later';

--
-- UNIQUE and PRIMARY KEY
--
ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (a, b);
ALTER TABLE t ADD CONSTRAINT uniq_later UNIQUE (a) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE t ADD CONSTRAINT uniq_covering UNIQUE (b) INCLUDE (note, at);
ALTER TABLE t ADD CONSTRAINT uniq_nulls UNIQUE NULLS NOT DISTINCT (price);
ALTER TABLE t ADD CONSTRAINT uniq_stored UNIQUE (ip) WITH (fillfactor = 70) USING INDEX TABLESPACE regress_guarded_space;
ALTER TABLE t ADD CONSTRAINT prim PRIMARY KEY (id) WITH (fillfactor = 80);
SELECT written() AS before \gset
SELECT * FROM show.compared($$
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (a, b);
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (a, b) USING INDEX TABLESPACE pg_default NOT DEFERRABLE INITIALLY IMMEDIATE;
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE NULLS DISTINCT (a, b) WITH (fillfactor = 90);
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (b, a);
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (a);
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (a, b) DEFERRABLE;
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (a, b) INITIALLY DEFERRED;
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (a, b) INCLUDE (note);
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE NULLS NOT DISTINCT (a, b);
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (a, b) WITH (fillfactor = 70);
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (a, b) USING INDEX TABLESPACE regress_guarded_space;
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (a, b) USING INDEX TABLESPACE nothing;
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (a, b) WITH (nothing = 1);
    ALTER TABLE t ADD CONSTRAINT uniq CHECK (a > b);
    ALTER TABLE t ADD CONSTRAINT uniq_later UNIQUE (a) DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE t ADD CONSTRAINT uniq_later UNIQUE (a) DEFERRABLE;
    ALTER TABLE t ADD CONSTRAINT uniq_later UNIQUE (a);
    ALTER TABLE t ADD CONSTRAINT uniq_covering UNIQUE (b) INCLUDE (note, at);
    ALTER TABLE t ADD CONSTRAINT uniq_covering UNIQUE (b);
    ALTER TABLE t ADD CONSTRAINT uniq_nulls UNIQUE NULLS NOT DISTINCT (price);
    ALTER TABLE t ADD CONSTRAINT uniq_nulls UNIQUE (price);
    ALTER TABLE t ADD CONSTRAINT uniq_stored UNIQUE (ip) WITH (fillfactor = '0x46') USING INDEX TABLESPACE regress_guarded_space;
    ALTER TABLE t ADD CONSTRAINT uniq_stored UNIQUE (ip);
    ALTER TABLE t ADD CONSTRAINT prim PRIMARY KEY (id) WITH (fillfactor = 80);
    ALTER TABLE t ADD CONSTRAINT prim PRIMARY KEY (id);
    ALTER TABLE t ADD CONSTRAINT prim PRIMARY KEY (a) WITH (fillfactor = 80);
    ALTER TABLE t ADD CONSTRAINT another PRIMARY KEY (id) WITH (fillfactor = 80);
    ALTER TABLE t ADD CONSTRAINT prim UNIQUE (id);
    ALTER TABLE t ADD PRIMARY KEY (id) WITH (fillfactor = 80);
    ALTER TABLE t ADD PRIMARY KEY (id, a);
    ALTER TABLE t ADD UNIQUE (a, b);
    ALTER TABLE t ADD UNIQUE (a) DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE t ADD UNIQUE (b) INCLUDE (note, at);
    ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (price);
    ALTER TABLE t ADD UNIQUE (ip) WITH (fillfactor = 70) USING INDEX TABLESPACE regress_guarded_space
$$);
SELECT * FROM show.all_of(guarded.create_unique_constraint('uniq', 't', '{a}', "deferrable" => true));
SELECT written() = :'before' AS unchanged;

--
-- FOREIGN KEY
--
ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES parents;
ALTER TABLE t ADD CONSTRAINT fk_two FOREIGN KEY (a, b) REFERENCES parents (a, b) MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL;
ALTER TABLE t ADD CONSTRAINT fk_later FOREIGN KEY (b) REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
ALTER TABLE t ADD CONSTRAINT fk_some FOREIGN KEY (a, b) REFERENCES parents (a, b) ON DELETE SET NULL (b);
SELECT written() AS before \gset
SELECT * FROM show.compared($$
    ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES parents;
    ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES test_equal_constraints.parents (id) MATCH SIMPLE ON DELETE NO ACTION NOT DEFERRABLE;
    ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES parents NOT VALID;
    ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES parents;
    ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES parents2;
    ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES test_equal_elsewhere.parents;
    ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES parents (a);
    ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES parents ON DELETE CASCADE;
    ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES parents ON UPDATE RESTRICT;
    ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES parents DEFERRABLE;
    ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES parents MATCH FULL;
    ALTER TABLE t ADD CONSTRAINT fk_two FOREIGN KEY (a, b) REFERENCES parents (a, b) MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE;
    ALTER TABLE t ADD CONSTRAINT fk_two FOREIGN KEY (b, a) REFERENCES parents (a, b) MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE;
    ALTER TABLE t ADD CONSTRAINT fk_two FOREIGN KEY (a, b) REFERENCES parents (b, a) MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE;
    ALTER TABLE t ADD CONSTRAINT fk_two FOREIGN KEY (a, b) REFERENCES parents (a, b);
    ALTER TABLE t ADD CONSTRAINT fk_later FOREIGN KEY (b) REFERENCES parents DEFERRABLE INITIALLY DEFERRED NOT VALID;
    ALTER TABLE t ADD CONSTRAINT fk_later FOREIGN KEY (b) REFERENCES parents NOT VALID;
    ALTER TABLE t ADD CONSTRAINT fk_later FOREIGN KEY (b) REFERENCES parents;
    ALTER TABLE t ADD CONSTRAINT fk_some FOREIGN KEY (a, b) REFERENCES parents (a, b) ON DELETE SET NULL (b);
    ALTER TABLE t ADD CONSTRAINT fk_some FOREIGN KEY (a, b) REFERENCES parents (a, b) ON DELETE SET NULL (a);
    ALTER TABLE t ADD CONSTRAINT fk_some FOREIGN KEY (a, b) REFERENCES parents (a, b) ON DELETE SET NULL;
    ALTER TABLE t ADD CONSTRAINT fk CHECK (id > 0);
    ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES parents;
    ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES parents (a, b) MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL;
    ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES parents DEFERRABLE INITIALLY DEFERRED NOT VALID
$$);
SELECT written() = :'before' AS unchanged;

--
-- EXCLUDE
--
ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r WITH &&);
ALTER TABLE t ADD CONSTRAINT excl_two EXCLUDE USING gist (ip inet_ops WITH &&, r WITH =) WHERE (a BETWEEN 1 AND 2);
ALTER TABLE t ADD CONSTRAINT excl_expr EXCLUDE (lower(note) COLLATE "C" text_pattern_ops WITH =) INCLUDE (a, b) WITH (fillfactor = 70)
    USING INDEX TABLESPACE regress_guarded_space DEFERRABLE;
ALTER TABLE t ADD CONSTRAINT excl_order EXCLUDE USING btree (a DESC NULLS LAST WITH =, kind WITH =);
SELECT written() AS before \gset
SELECT * FROM show.compared($$
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r WITH &&);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r range_ops WITH OPERATOR(pg_catalog.&&)) NOT DEFERRABLE;
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist ((r) WITH &&) WITH (buffering = auto);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r WITH =);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING spgist (r WITH &&);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE (r WITH =);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (c WITH &&);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r WITH &&, ip inet_ops WITH &&);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r WITH &&) WHERE (a > 0);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r WITH &&) INCLUDE (a);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r WITH &&) WITH (fillfactor = 70);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r WITH &&) USING INDEX TABLESPACE regress_guarded_space;
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r WITH &&) DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r range_ops (siglen = 4) WITH &&);
    ALTER TABLE t ADD CONSTRAINT excl UNIQUE (r);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r WITH ?!);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (nothing WITH &&);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING nothing (r WITH &&);
    ALTER TABLE t ADD CONSTRAINT excl_two EXCLUDE USING gist (ip inet_ops WITH &&, r WITH =) WHERE (((a >= 1) AND (a <= 2)));
    ALTER TABLE t ADD CONSTRAINT excl_two EXCLUDE USING gist (ip inet_ops WITH =, r WITH &&) WHERE (a BETWEEN 1 AND 2);
    ALTER TABLE t ADD CONSTRAINT excl_two EXCLUDE USING gist (ip inet_ops WITH &&, r WITH =) WHERE (a BETWEEN 1 AND 3);
    ALTER TABLE t ADD CONSTRAINT excl_two EXCLUDE USING gist (ip inet_ops WITH &&, r WITH =);
    ALTER TABLE t ADD CONSTRAINT excl_expr EXCLUDE USING btree ((LOWER(note)) COLLATE "C" text_pattern_ops WITH =) INCLUDE (a, b) WITH (fillfactor = 70)
        USING INDEX TABLESPACE regress_guarded_space DEFERRABLE;
    ALTER TABLE t ADD CONSTRAINT excl_expr EXCLUDE USING btree (upper(note) COLLATE "C" text_pattern_ops WITH =) INCLUDE (a, b) WITH (fillfactor = 70)
        USING INDEX TABLESPACE regress_guarded_space DEFERRABLE;
    ALTER TABLE t ADD CONSTRAINT excl_expr EXCLUDE (lower(note) COLLATE "POSIX" text_ops WITH =) INCLUDE (b, a) DEFERRABLE;
    ALTER TABLE t ADD CONSTRAINT excl_order EXCLUDE USING btree (a DESC NULLS LAST WITH =, kind WITH =);
    ALTER TABLE t ADD CONSTRAINT excl_order EXCLUDE USING btree (a WITH =, kind WITH =);
    ALTER TABLE t ADD CONSTRAINT excl_order EXCLUDE USING btree (kind WITH =, a DESC NULLS LAST WITH =);
    ALTER TABLE t ADD EXCLUDE USING gist (r WITH &&);
    ALTER TABLE t ADD EXCLUDE USING gist (ip inet_ops WITH &&, r WITH =) WHERE (a BETWEEN 1 AND 2);
    ALTER TABLE t ADD EXCLUDE USING btree (a DESC NULLS LAST WITH =, kind WITH =)
$$);
SELECT * FROM show.outcome(guarded.create_exclude_constraint('excl', 't', ARRAY['r WITH &&'], postgresql_using => 'gist'));
SELECT * FROM show.all_of(guarded.create_exclude_constraint('excl', 't', ARRAY['r WITH ='], postgresql_using => 'gist', postgresql_where => 'a > 0'));
SELECT written() = :'before' AS unchanged;
-- The index of one is not the index of that name: it excludes.
SELECT * FROM show.compared('CREATE INDEX excl ON t USING gist (r)');

--
-- Without a name: not made twice.
--
BEGIN;
SELECT * FROM show.compared($$
    ALTER TABLE other ADD CHECK (a > 0);
    ALTER TABLE other ADD CHECK ((a > 0));
    ALTER TABLE other ADD UNIQUE (a) WITH (fillfactor = 70);
    ALTER TABLE other ADD UNIQUE (a) WITH (fillfactor = 70);
    ALTER TABLE other ADD UNIQUE (a);
    ALTER TABLE other ADD UNIQUE (a);
    ALTER TABLE other ADD PRIMARY KEY (id);
    ALTER TABLE other ADD PRIMARY KEY (id);
    ALTER TABLE other ADD FOREIGN KEY (a) REFERENCES parents;
    ALTER TABLE other ADD FOREIGN KEY (a) REFERENCES parents (id);
    ALTER TABLE other ADD EXCLUDE (a WITH =) WHERE (a > 0);
    ALTER TABLE other ADD EXCLUDE USING btree (a int4_ops WITH =) WHERE ((a > 0));
    ALTER TABLE other ADD EXCLUDE (a WITH =)
$$);
SELECT conname, contype FROM pg_constraint WHERE conrelid = 'other'::regclass AND contype <> 'n' ORDER BY conname;
ROLLBACK;

--
-- USING INDEX: the index becomes the constraint's, and gets its name.
--
CREATE UNIQUE INDEX i ON other (a);
CREATE UNIQUE INDEX j ON other (id);
CREATE UNIQUE INDEX k ON other (id, a);
BEGIN;
SELECT * FROM show.compared($$
    ALTER TABLE other ADD CONSTRAINT u UNIQUE USING INDEX nothing;
    ALTER TABLE other ADD CONSTRAINT u UNIQUE USING INDEX i;
    ALTER TABLE other ADD CONSTRAINT u UNIQUE USING INDEX i;
    ALTER TABLE other ADD CONSTRAINT u UNIQUE USING INDEX u;
    ALTER TABLE other ADD CONSTRAINT u UNIQUE USING INDEX k;
    ALTER TABLE other ADD CONSTRAINT u UNIQUE USING INDEX i DEFERRABLE;
    ALTER TABLE other ADD CONSTRAINT u PRIMARY KEY USING INDEX i;
    ALTER TABLE other ADD PRIMARY KEY USING INDEX j;
    ALTER TABLE other ADD PRIMARY KEY USING INDEX j;
    ALTER TABLE other ADD CONSTRAINT j PRIMARY KEY USING INDEX j;
    ALTER TABLE other ADD PRIMARY KEY USING INDEX k;
    ALTER TABLE other ADD PRIMARY KEY USING INDEX nothing;
    ALTER TABLE other ADD UNIQUE USING INDEX k DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE other ADD UNIQUE USING INDEX k DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE other ADD UNIQUE USING INDEX k;
    ALTER TABLE other DROP CONSTRAINT u, ADD CONSTRAINT u UNIQUE USING INDEX i
$$);
SELECT conname, contype, conindid::regclass, condeferrable FROM pg_constraint
WHERE conrelid = 'other'::regclass AND contype <> 'n' ORDER BY conname;
ROLLBACK;

--
-- The name is another's: that of its index is a relation's.
--
CREATE VIEW shown AS SELECT 1;
SELECT status, reason, outcome->>'message' AS message FROM guarded.run($$
    ALTER TABLE t ADD CONSTRAINT i UNIQUE (a);
    ALTER TABLE t ADD CONSTRAINT parents2_a_b_key UNIQUE (a);
    ALTER TABLE other ADD CONSTRAINT k PRIMARY KEY (id);
    ALTER TABLE other ADD CONSTRAINT k PRIMARY KEY USING INDEX j;
    ALTER TABLE other ADD CONSTRAINT shown EXCLUDE (a WITH =);
    ALTER TABLE other ADD CONSTRAINT parents UNIQUE (a)
$$);
BEGIN;
-- Not in the way of those without an index, nor of one that takes another's place.
SELECT * FROM show.compared($$
    ALTER TABLE other ADD CONSTRAINT i CHECK (a > 0);
    ALTER TABLE other ADD CONSTRAINT shown FOREIGN KEY (a) REFERENCES parents;
    ALTER TABLE t DROP CONSTRAINT uniq, ADD CONSTRAINT uniq UNIQUE (a, b, id)
$$);
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'uniq';
ROLLBACK;

--
-- In CREATE TABLE.
--
CREATE TABLE bookings (room int, during int4range, note text, CONSTRAINT bookings_during EXCLUDE USING gist (during WITH &&) WHERE (room > 0),
    EXCLUDE (room WITH =), UNIQUE (note) WITH (fillfactor = 70));
SELECT * FROM show.compared($$
    CREATE TABLE bookings (room int, during int4range, note text, CONSTRAINT bookings_during EXCLUDE USING gist (during range_ops WITH &&) WHERE ((room > 0)),
        EXCLUDE USING btree (room WITH =), UNIQUE (note) WITH (fillfactor = '70'));
    CREATE TABLE bookings (room int, during int4range, note text UNIQUE WITH (fillfactor = 70), CONSTRAINT bookings_during EXCLUDE USING gist (during WITH =) WHERE (room > 0),
        EXCLUDE (room WITH =));
    CREATE TABLE bookings (room int, during int4range, note text UNIQUE);
    CREATE TABLE bookings (room int, during int4range, note text UNIQUE USING INDEX TABLESPACE nothing)
$$);

--
-- Whoever does not own the table: an expression is not looked at, the statement itself says so.
--
GRANT USAGE ON SCHEMA test_equal_constraints TO regress_guarded_other;
SET ROLE regress_guarded_other;
SELECT status, reason, outcome->>'message' AS message FROM guarded.run($$
    ALTER TABLE t ADD CONSTRAINT uniq UNIQUE (a, b);
    ALTER TABLE t ADD CONSTRAINT excl EXCLUDE USING gist (r WITH &&);
    ALTER TABLE t ADD CONSTRAINT excl_two EXCLUDE USING gist (ip inet_ops WITH &&, r WITH =) WHERE (a > 7);
    ALTER TABLE t ADD CONSTRAINT kinds CHECK (kind IN ('p'))
$$);
RESET ROLE;

--
-- Comparing locks nothing of the user's.
--
BEGIN;
SELECT * FROM show.compared($$
    ALTER TABLE t ADD CONSTRAINT excl_two EXCLUDE USING gist (ip inet_ops WITH &&, r WITH =) WHERE (a BETWEEN 1 AND 2);
    ALTER TABLE t ADD CONSTRAINT excl_expr EXCLUDE (lower(note) WITH =)
$$);
SELECT * FROM show.locks();
COMMIT;

DROP SCHEMA test_equal_constraints, test_equal_elsewhere CASCADE;
DROP ROLE regress_guarded_other;
DROP TABLESPACE regress_guarded_space;
