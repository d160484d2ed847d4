-- CREATE INDEX of one that exists.
\pset format unaligned
SET client_min_messages = error;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE regress_guarded_space LOCATION '';
CREATE ROLE regress_guarded_other;
CREATE SCHEMA test_equal_indexes;
CREATE SCHEMA test_equal_elsewhere;
SET search_path = test_equal_indexes;


CREATE TABLE t (a int, b varchar(20), c text, d timestamptz, r int4range, ip inet, q tsquery, j jsonb, "Odd Name" int);
CREATE TABLE other (a int);
CREATE VIEW shown AS SELECT a FROM t;
CREATE MATERIALIZED VIEW kept AS SELECT a, c FROM t;
CREATE TABLE parted (a int, c text) PARTITION BY RANGE (a);
CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE COLLATION test_equal_elsewhere."C" (locale = 'POSIX');
CREATE OPERATOR CLASS test_equal_elsewhere.text_ops FOR TYPE text USING btree AS
    OPERATOR 1 ~<~, OPERATOR 2 ~<=~, OPERATOR 3 =, OPERATOR 4 ~>=~, OPERATOR 5 ~>~, FUNCTION 1 bttext_pattern_cmp(text, text);

CREATE INDEX plain ON t (a);
CREATE INDEX two ON t (a, c);
CREATE UNIQUE INDEX "Unique One" ON t ("Odd Name");
CREATE INDEX hashed ON t USING hash (c);
CREATE INDEX range_gist ON t USING gist (r);
CREATE INDEX lower_c ON t (lower(c));
CREATE INDEX cast_b ON t ((b || 'x'::text));
CREATE INDEX ordered ON t (d DESC NULLS LAST, a);
CREATE INDEX collated ON t (c COLLATE "C");
CREATE INDEX pattern ON t (c text_pattern_ops);
CREATE INDEX covering ON t (a) INCLUDE (c, d);
CREATE INDEX partial ON t (a) WHERE b IN ('p', 'q') AND a BETWEEN 1 AND 2;
CREATE INDEX stored ON t (c) WITH (fillfactor = 70, deduplicate_items = off);
CREATE INDEX buffered ON t USING gist (ip inet_ops) WITH (buffering = auto);
CREATE INDEX placed ON t (d) TABLESPACE regress_guarded_space;
CREATE INDEX signed ON t USING gist (q tsquery_ops, r);
CREATE INDEX words ON t USING gist (to_tsvector('english', c) tsvector_ops (siglen = 32));
CREATE INDEX ranges ON t USING brin (a int4_minmax_multi_ops (values_per_range = 16), d) WITH (pages_per_range = 4);
CREATE INDEX json ON t USING gin (j jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX of_kept ON kept (a);
CREATE INDEX of_parted ON parted (c);
CREATE INDEX on_other ON other (a);
CREATE INDEX test_equal_elsewhere_only ON t (b);
CREATE INDEX their_collation ON t (c COLLATE test_equal_elsewhere."C");
CREATE INDEX their_class ON t (c test_equal_elsewhere.text_ops);
ALTER TABLE t ADD CONSTRAINT no_overlap EXCLUDE USING gist (r WITH &&);

CREATE FUNCTION written() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(row::text, E'\n' ORDER BY row::text)) FROM (
        SELECT ctid, xmin, indexrelid FROM pg_index
        UNION ALL SELECT ctid, xmin, attrelid FROM pg_attribute
        UNION ALL SELECT ctid, xmin, objid FROM pg_depend
        UNION ALL SELECT ctid, xmin, oid FROM pg_class) row $$;
SELECT written() AS before \gset

BEGIN;
--
-- The same, written otherwise.
--
SELECT * FROM show.compared($$
    CREATE INDEX plain ON t (a);
    CREATE INDEX plain ON test_equal_indexes.t USING btree (a ASC NULLS LAST);
    CREATE INDEX IF NOT EXISTS plain ON t (a pg_catalog.int4_ops) TABLESPACE pg_default;
    CREATE INDEX plain ON t (a) WITH (fillfactor = 90);
    CREATE INDEX plain ON t (a) WITH (deduplicate_items);
    CREATE INDEX two ON t (a, c COLLATE "default");
    CREATE INDEX two ON t (a, c text_ops);
    CREATE UNIQUE INDEX "Unique One" ON t ("Odd Name");
    CREATE INDEX hashed ON t USING hash (c text_ops);
    CREATE INDEX range_gist ON t USING rtree (r range_ops);
    CREATE INDEX lower_c ON t ((LOWER ( c )));
    CREATE INDEX cast_b ON t (((b::text) || 'x'));
    CREATE INDEX ordered ON t (d DESC NULLS LAST, a ASC);
    CREATE INDEX collated ON t (c COLLATE pg_catalog."C");
    CREATE INDEX pattern ON t (c pg_catalog.text_pattern_ops NULLS LAST);
    CREATE INDEX covering ON t (a) INCLUDE (c, d);
    CREATE INDEX partial ON t (a) WHERE (b)::text = ANY ((ARRAY['p'::character varying, 'q'::character varying])::text[]) AND ((a >= 1) AND (a <= 2));
    CREATE INDEX partial ON t (a) WHERE (((b)::text = ANY (ARRAY[('p'::character varying)::text, ('q'::character varying)::text])) AND a >= 1 AND a <= 2);
    CREATE INDEX stored ON t (c) WITH (deduplicate_items = 'false', fillfactor = '0x46');
    CREATE INDEX stored ON t (c) WITH (DEDUPLICATE_ITEMS = no, fillfactor = 70);
    CREATE INDEX buffered ON t USING gist (ip inet_ops) WITH (buffering = AUTO);
    CREATE INDEX buffered ON t USING gist (ip inet_ops);
    CREATE INDEX placed ON t (d) TABLESPACE regress_guarded_space;
    CREATE INDEX words ON t USING gist (to_tsvector('english'::regconfig, c) tsvector_ops (siglen = '32'));
    CREATE INDEX ranges ON t USING brin (a int4_minmax_multi_ops (values_per_range = 016), d timestamptz_minmax_ops) WITH (pages_per_range = 4);
    CREATE INDEX ranges ON t USING brin (a int4_minmax_multi_ops (values_per_range = 16), d) WITH (pages_per_range = 4, autosummarize = off);
    CREATE INDEX json ON t USING gin (j jsonb_path_ops) WITH (fastupdate = off);
    CREATE INDEX of_kept ON kept (a);
    CREATE INDEX of_parted ON parted (c);
    CREATE INDEX on_other ON other (a);
    CREATE INDEX their_collation ON t (c COLLATE test_equal_elsewhere."C");
    CREATE INDEX their_class ON t (c test_equal_elsewhere.text_ops)
$$);
SELECT * FROM show.outcome(guarded.create_index('two', 't', '{a,c}'));
SELECT * FROM show.outcome(guarded.create_index('stored', 't', '{c}', postgresql_with => 'fillfactor = 70, deduplicate_items = 0'));
SELECT * FROM show.outcome(guarded.create_index('placed', 't', '{d}', postgresql_tablespace => 'regress_guarded_space'));
SELECT * FROM show.outcome(guarded.create_index('words', 't', ARRAY['to_tsvector(''english'', c) tsvector_ops(siglen=32)'], postgresql_using => 'gist'));

--
-- Something else.
--
SELECT * FROM show.compared($$
    CREATE INDEX plain ON t USING hash (a);
    CREATE INDEX plain ON t (c);
    CREATE INDEX plain ON t (a, c);
    CREATE INDEX plain ON t ((a));
    CREATE INDEX plain ON t ((a + 1));
    CREATE UNIQUE INDEX plain ON t (a);
    CREATE INDEX plain ON t (a DESC);
    CREATE INDEX plain ON t (a NULLS FIRST);
    CREATE INDEX plain ON t (a) INCLUDE (c);
    CREATE INDEX plain ON t (a) WHERE a > 0;
    CREATE INDEX plain ON t (a) WITH (fillfactor = 70);
    CREATE INDEX plain ON t (a) WITH (fillfactor = 70, deduplicate_items = off);
    CREATE INDEX plain ON t (a) TABLESPACE regress_guarded_space;
    CREATE INDEX two ON t (c, a);
    CREATE INDEX two ON t (a);
    CREATE INDEX two ON t (a) INCLUDE (c);
    CREATE INDEX "Unique One" ON t ("Odd Name");
    CREATE INDEX hashed ON t (c);
    CREATE INDEX lower_c ON t (upper(c));
    CREATE INDEX lower_c ON t (c);
    CREATE INDEX cast_b ON t ((b || 'y'));
    CREATE INDEX ordered ON t (d, a);
    CREATE INDEX ordered ON t (d DESC, a DESC);
    CREATE INDEX collated ON t (c);
    CREATE INDEX collated ON t (c COLLATE "POSIX");
    CREATE INDEX pattern ON t (c);
    CREATE INDEX covering ON t (a);
    CREATE INDEX covering ON t (a) INCLUDE (d, c);
    CREATE INDEX partial ON t (a);
    CREATE INDEX partial ON t (a) WHERE b IN ('p', 'r') AND a BETWEEN 1 AND 2;
    CREATE INDEX stored ON t (c);
    CREATE INDEX stored ON t (c) WITH (fillfactor = 80, deduplicate_items = on);
    CREATE INDEX stored ON t (c) WITH (fillfactor = 070, deduplicate_items = off);
    CREATE INDEX stored ON t (c) WITH (fillfactor = '070', deduplicate_items = off);
    CREATE INDEX buffered ON t USING gist (ip inet_ops) WITH (buffering = on, fillfactor = 50);
    CREATE INDEX buffered ON t USING spgist (ip inet_ops);
    CREATE INDEX placed ON t (d);
    CREATE INDEX placed ON t (d) TABLESPACE pg_default;
    CREATE INDEX words ON t USING gist (to_tsvector('english', c));
    CREATE INDEX words ON t USING gist (to_tsvector('english', c) tsvector_ops (siglen = 64));
    CREATE INDEX words ON t USING gist (to_tsvector('simple', c) tsvector_ops (siglen = 32));
    CREATE INDEX ranges ON t USING brin (a int4_minmax_multi_ops (values_per_range = 32), d) WITH (pages_per_range = 8, autosummarize);
    CREATE INDEX ranges ON t USING brin (a int4_minmax_multi_ops, d);
    CREATE INDEX ranges ON t USING brin (a int4_bloom_ops (n_distinct_per_range = 100, false_positive_rate = 0.05), d) WITH (pages_per_range = 4);
    CREATE INDEX json ON t USING gin (j);
    CREATE INDEX of_kept ON kept (c);
    CREATE INDEX of_parted ON parted (a);
    CREATE INDEX their_collation ON t (c COLLATE "C");
    CREATE INDEX collated ON t (c COLLATE test_equal_elsewhere."C");
    CREATE INDEX their_class ON t (c);
    CREATE INDEX their_class ON t (c text_ops);
    CREATE INDEX no_overlap ON t USING gist (r)
$$);
SELECT * FROM show.all_of(guarded.create_index('plain', 't', '{c}', "unique" => true, postgresql_using => 'hash'));
SELECT * FROM show.all_of(guarded.create_index('stored', 't', '{c}', postgresql_with => 'fillfactor = 60'));

-- What goes without saying is what the settings say.
SET LOCAL default_tablespace = regress_guarded_space;
SELECT * FROM show.compared('CREATE INDEX placed ON t (d); CREATE INDEX plain ON t (a)');
RESET default_tablespace;

--
-- The name is another's.
--
SELECT status, reason, outcome->>'message' AS message FROM guarded.run($$
    CREATE INDEX plain ON other (a);
    CREATE INDEX on_other ON t (a);
    CREATE INDEX shown ON t (a);
    CREATE INDEX other ON t (a);
    CREATE INDEX kept ON t (a)
$$);
-- In another schema it is free: an index is where its table is.
SET LOCAL search_path = test_equal_elsewhere;
SELECT status, reason FROM guarded.run('CREATE INDEX plain ON test_equal_indexes.t (a)');
RESET search_path;
SET search_path = test_equal_indexes;

--
-- What is not there, and what the server refuses.
--
SELECT status, reason, outcome->>'message' AS message, outcome->>'detail' AS detail FROM guarded.run($$
    CREATE INDEX plain ON t (nothing);
    CREATE INDEX plain ON t (a) INCLUDE (nothing);
    CREATE INDEX plain ON t USING nothing (a);
    CREATE INDEX plain ON t USING heap (a);
    CREATE INDEX plain ON t (a) TABLESPACE nothing;
    CREATE INDEX plain ON nothing (a);
    CREATE INDEX plain ON t (a nothing_ops);
    CREATE INDEX plain ON t (a text_ops);
    CREATE INDEX collated ON t (c COLLATE nothing);
    CREATE INDEX plain ON t (a) WITH (nothing = 1);
    CREATE INDEX plain ON t (a) WITH (fillfactor = 7);
    CREATE INDEX plain ON t (a) WITH (fillfactor = 70, fillfactor = 80);
    CREATE INDEX plain ON t (a) WITH (toast.fillfactor = 70);
    CREATE INDEX plain ON t (a int4_ops (siglen = 4));
    CREATE INDEX words ON t USING gist (to_tsvector('english', c) tsvector_ops (siglen = 0));
    CREATE INDEX lower_c ON t (nothing(c))
$$);

--
-- Without a name any equal one will do, and none is made twice.
--
SELECT * FROM show.compared($$
    CREATE INDEX ON t (a);
    CREATE INDEX ON t (lower(c));
    CREATE INDEX ON t (c) WITH (fillfactor = 70, deduplicate_items = off);
    CREATE INDEX ON t (d) TABLESPACE regress_guarded_space;
    CREATE INDEX ON t USING gist (to_tsvector('english', c) tsvector_ops (siglen = 32));
    CREATE INDEX ON parted (c);
    CREATE INDEX ON t (a) WITH (fillfactor = 77);
    CREATE INDEX ON t (a) WITH (fillfactor = 77);
    CREATE INDEX ON t (a) WITH (fillfactor = '0x4D');
    CREATE INDEX ON t USING gist (ip inet_ops, to_tsvector('english', c) tsvector_ops (siglen = 8));
    CREATE INDEX ON t USING gist (ip inet_ops, to_tsvector('english', c) tsvector_ops (siglen = 8));
    CREATE INDEX ON t (d) TABLESPACE pg_default;
    CREATE INDEX ON t (d);
    CREATE INDEX ON t USING gist (r);
    CREATE INDEX ON t USING gist (r)
$$);
SELECT indexrelid::regclass AS index, c.reloptions FROM pg_index JOIN pg_class c ON c.oid = indexrelid
WHERE indrelid = 't'::regclass AND c.relname ~ '^t_' ORDER BY 1;
ROLLBACK;
SELECT written() = :'before' AS unchanged;

--
-- Whoever does not own the table: an expression is not looked at, the statement itself says so.
--
GRANT USAGE ON SCHEMA test_equal_indexes TO regress_guarded_other;
SET ROLE regress_guarded_other;
SELECT status, reason, outcome->>'message' AS message FROM guarded.run($$
    CREATE INDEX plain ON t (a);
    CREATE INDEX stored ON t (c) WITH (fillfactor = 71);
    CREATE INDEX lower_c ON t (upper(c));
    CREATE INDEX partial ON t (a)
$$);
RESET ROLE;

--
-- One that a failed CONCURRENTLY has left is built anew, whatever it looks like.
--
INSERT INTO other VALUES (1), (1);
\set VERBOSITY sqlstate
CREATE UNIQUE INDEX CONCURRENTLY broken ON other (a) WITH (fillfactor = 70);
\set VERBOSITY default
DELETE FROM other WHERE ctid = '(0,1)';
SELECT indisvalid FROM pg_index WHERE indexrelid = 'broken'::regclass;
SELECT 'broken'::regclass::oid AS broken \gset
SELECT status, reason, outcome->>'message' AS message FROM guarded.run('CREATE INDEX broken ON t (a)');
SELECT status, reason, outcome->>'message' AS message FROM guarded.run('CREATE UNIQUE INDEX broken ON other (a) WITH (fillfactor = 70)');
SELECT indisvalid, indexrelid <> :broken AS built_anew FROM pg_index WHERE indexrelid = 'broken'::regclass;
SELECT * FROM show.compared('CREATE UNIQUE INDEX broken ON other (a) WITH (fillfactor = 70); CREATE UNIQUE INDEX broken ON other (a)');

--
-- Comparing locks no more than reading does, and makes nothing.
--
SELECT written() AS before \gset
BEGIN;
SELECT * FROM show.compared($$
    CREATE INDEX partial ON t (a) WHERE b IN ('p', 'q') AND a BETWEEN 1 AND 2;
    CREATE INDEX stored ON t (c) WITH (fillfactor = 71, deduplicate_items = off);
    CREATE INDEX words ON t USING gist (to_tsvector('english', c) tsvector_ops (siglen = 33))
$$);
SELECT * FROM show.locks();
COMMIT;
SELECT written() = :'before' AS unchanged;

DROP SCHEMA test_equal_indexes, test_equal_elsewhere CASCADE;
DROP ROLE regress_guarded_other;
DROP TABLESPACE regress_guarded_space;
