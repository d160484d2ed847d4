"""Random changes in the database of every_kind.sql, of the sort that happen to databases, and that a repair can take back.

Each sort of change is a query whose rows are the statements that could be run now; one sort is chosen, then one row. What the
server refuses is undone, and another one chosen. Everything is chosen by a seed, so a drift can be made again.

What cannot be taken back, and so is not done here:
- the loss of a column that must not be NULL and has no value for the rows that are there, or whose values are unique, or refer to
  other rows, or are asked by a constraint that its default does not fulfil (`shop.orders.total`);
- of a table on whose rows others depend;
- labels of an enum that is in use: they can be added only;
- attributes of a composite type elsewhere than at its end, or of one that tables use;
- a constraint that was NOT VALID and has been validated: that is as good;
- constraints of domains that are parts of other types: the server does not check values there;
- NO INHERIT of a table whose columns are not all its own: INHERIT makes them its own, and no statement makes that undone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import psycopg

# What the queries below have in common.
CATALOG = r"""
WITH schema AS (SELECT oid, nspname FROM pg_namespace WHERE nspname IN ('shop', 'Odd Schema')),
member AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
relation AS (
    SELECT c.*, c.oid::regclass::text AS name, nspname, obj_description(c.oid, 'pg_class') AS comment
    FROM pg_class c JOIN schema ON schema.oid = relnamespace
    WHERE NOT EXISTS (SELECT FROM member WHERE classid = 'pg_class'::regclass AND objid = c.oid)
),
-- Tables, and what their columns are like. The row types of some are the types of other tables' columns.
tables AS (
    SELECT *, EXISTS (SELECT FROM pg_attribute WHERE atttypid = reltype AND NOT attisdropped) AS is_type,
           EXISTS (SELECT FROM pg_inherits WHERE inhparent = oid OR inhrelid = oid) AS is_in_tree
    FROM relation WHERE relkind IN ('r', 'p')
),
columns AS (
    SELECT a.*, c.name AS "table", c.nspname, c.relname, c.relkind, quote_ident(attname) AS name, c.is_in_tree, c.reloftype,
           format_type(atttypid, atttypmod) AS type, pg_get_expr(adbin, adrelid) AS default_value,
           t.typdefault AS type_default, t.typtype, t.typcategory,
           c.relispartition OR a.attinhcount > 0 AS is_inherited,
           EXISTS (SELECT FROM pg_index i WHERE indrelid = attrelid AND (indisunique OR indisexclusion) AND attnum = ANY (indkey))
               OR EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = attrelid AND attnum = ANY (conkey)
                   AND (attnotnull OR atthasdef))
               OR EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = attrelid AND attnum = ANY (confkey))
               AS has_part_in_keys
    FROM pg_attribute a
    JOIN tables c ON c.oid = attrelid
    JOIN pg_type t ON t.oid = atttypid
    LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND NOT attisdropped
),
-- What may be lost: rows that are there get the like again when it is added.
loseable AS (
    SELECT * FROM columns
    WHERE NOT is_inherited AND reloftype = 0 AND NOT has_part_in_keys
      AND NOT (relkind = 'p' AND pg_get_partkeydef(attrelid) ~ ('\m' || attname || '\M'))
      AND (NOT attnotnull OR atthasdef OR attidentity <> '' OR type_default IS NOT NULL)
      AND NOT (atthasdef AND EXISTS (SELECT FROM tables WHERE oid = attrelid AND is_type))
      AND ("table", attname) <> ('shop.orders', 'total')
),
refs AS (SELECT oid, conrelid, confrelid FROM pg_constraint WHERE contype = 'f' AND conparentid = 0),
constraints AS (
    SELECT con.*, coalesce(c.name, format_type(contypid, NULL)) AS home, quote_ident(conname) AS name, c.relkind, c.is_in_tree,
           CASE WHEN contypid <> 0 THEN 'DOMAIN' ELSE 'TABLE' END AS word, pg_get_constraintdef(con.oid) AS definition
    FROM pg_constraint con
    LEFT JOIN tables c ON c.oid = conrelid
    LEFT JOIN pg_type t ON t.oid = contypid AND typnamespace IN (SELECT oid FROM schema)
        -- The server does not check the values of a domain inside others.
        AND NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE c.relkind = 'c' AND atttypid IN (t.oid, typarray))
    WHERE (c.oid IS NOT NULL OR t.oid IS NOT NULL) AND coninhcount = 0 AND contype IN ('p', 'u', 'c', 'f', 'x')
),
indexes AS (
    SELECT i.*, c.name, c.relname, c.relispartition, t.name AS "table", t.relkind AS table_kind, pg_get_indexdef(c.oid) AS definition
    FROM pg_index i JOIN relation c ON c.oid = indexrelid JOIN relation t ON t.oid = indrelid
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
),
views AS (
    SELECT *, rtrim(pg_get_viewdef(oid), ';') AS definition, CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END AS word
    FROM relation WHERE relkind IN ('v', 'm')
),
sequences AS (
    SELECT c.*, s.* FROM relation c JOIN pg_sequence s ON seqrelid = oid
    WHERE NOT EXISTS (SELECT FROM pg_depend WHERE objid = oid AND deptype = 'i')
),
types AS (
    SELECT t.*, format_type(t.oid, NULL) AS name, CASE typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END AS word,
           EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_type'::regclass AND refobjid IN (t.oid, t.typarray)
               AND NOT (classid = 'pg_type'::regclass AND objid = t.typarray)) AS is_used,
           -- Values within others are not checked by the server, nor is their type changed.
           EXISTS (SELECT FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE c.relkind = 'c'
               AND (atttypid IN (t.oid, t.typarray) OR atttypid IN (SELECT d.oid FROM pg_type d WHERE typbasetype IN (t.oid, t.typarray))))
               AS is_within
    FROM pg_type t JOIN schema ON schema.oid = typnamespace LEFT JOIN pg_class c ON c.oid = typrelid
    WHERE (typtype IN ('e', 'd') OR c.relkind = 'c')
      AND NOT EXISTS (SELECT FROM member WHERE classid = 'pg_type'::regclass AND objid = t.oid)
),
routines AS (
    SELECT p.*, p.oid::regprocedure::text AS name, pg_get_functiondef(p.oid) AS definition,
           -- A partition key, and the CHECK of a domain that is within other types, are not made again.
           EXISTS (SELECT FROM pg_depend WHERE refobjid = p.oid AND classid = 'pg_class'::regclass)
               OR EXISTS (SELECT FROM pg_depend JOIN pg_constraint con ON con.oid = objid JOIN types ON types.oid = contypid
                   WHERE refobjid = p.oid AND classid = 'pg_constraint'::regclass AND is_within) AS is_needed
    FROM pg_proc p JOIN schema ON schema.oid = pronamespace
    WHERE prokind IN ('f', 'p', 'w') AND NOT EXISTS (SELECT FROM member WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
),
-- What must stay where its table does.
kept AS (
    SELECT attrelid, attname::text FROM columns WHERE NOT is_inherited
    EXCEPT SELECT attrelid, attname::text FROM loseable
    UNION ALL
    SELECT attrelid, attname FROM types JOIN pg_attribute ON attrelid = typrelid WHERE is_used
),
triggers AS (
    SELECT t.*, quote_ident(tgname) AS name, c.name AS "table", c.relkind, pg_get_triggerdef(t.oid) AS definition
    FROM pg_trigger t JOIN relation c ON c.oid = tgrelid
    WHERE NOT tgisinternal AND tgparentid = 0
),
policies AS (SELECT p.*, quote_ident(polname) AS name, c.name AS "table" FROM pg_policy p JOIN tables c ON c.oid = polrelid),
statistics AS (
    SELECT s.*, format('%I.%I', nspname, stxname) AS name, c.name AS "table", pg_get_statisticsobjdef(s.oid) AS definition
    FROM pg_statistic_ext s JOIN relation c ON c.oid = stxrelid
),
-- What a column's type cannot be changed under, and how it is made again.
over_columns AS (
    SELECT DISTINCT refobjid AS attrelid, refobjsubid AS attnum, format('DROP VIEW %s CASCADE;', v.name) AS drops,
           format('CREATE VIEW %s AS %s;', v.name, v.definition) AS makes
    FROM pg_depend d JOIN pg_rewrite r ON r.oid = objid AND classid = 'pg_rewrite'::regclass JOIN views v ON v.oid = ev_class
    WHERE v.relkind = 'v'
    UNION
    SELECT refobjid, refobjsubid, format('DROP POLICY %s ON %s;', p.name, p.table), ''
    FROM pg_depend JOIN policies p ON p.oid = objid AND classid = 'pg_policy'::regclass
    UNION
    SELECT refobjid, refobjsubid, format('DROP TRIGGER %s ON %s;', t.name, t.table), t.definition || ';'
    FROM pg_depend JOIN triggers t ON t.oid = objid AND classid = 'pg_trigger'::regclass
    UNION
    SELECT refobjid, refobjsubid, format('ALTER TABLE %s DROP COLUMN %s CASCADE;', c.table, c.name), ''
    FROM pg_depend
    JOIN pg_attrdef d ON d.oid = objid AND classid = 'pg_attrdef'::regclass
    JOIN loseable c ON c.attrelid = adrelid AND c.attnum = adnum
    WHERE attgenerated <> ''
)
"""

# Types whose values look the same in the other, there and back.
OTHER_TYPE = """
    SELECT c.*, other FROM columns c, LATERAL (
        SELECT CASE type
            WHEN 'smallint' THEN ARRAY['integer', 'bigint']
            WHEN 'integer' THEN ARRAY['bigint', 'numeric']
            WHEN 'bigint' THEN ARRAY['numeric']
            WHEN 'real' THEN ARRAY['double precision']
            WHEN 'text' THEN ARRAY['character varying(1000)', 'text COLLATE "C"', 'text COLLATE "POSIX"']
            WHEN 'numeric(12,2)' THEN ARRAY['numeric', 'numeric(20,2)']
            WHEN 'date' THEN ARRAY['timestamp']
            WHEN 'text[]' THEN ARRAY['varchar[]']
            WHEN 'jsonb' THEN ARRAY['text']
            WHEN 'shop.amount' THEN ARRAY['numeric(12,2)']
            WHEN 'shop.stages' THEN ARRAY['shop.status[]']
            ELSE CASE WHEN typtype = 'e' THEN ARRAY['text'] WHEN type LIKE 'character varying(%' THEN ARRAY['text', 'varchar(900)'] END
        END
    ) types (types), unnest(types) other
    WHERE NOT is_inherited AND reloftype = 0
"""

CHANGES = {
    # --- columns ---
    "drop column": "SELECT format('ALTER TABLE %s DROP COLUMN %s CASCADE', \"table\", name) FROM loseable",
    "rename column": "SELECT format('ALTER TABLE %s RENAME COLUMN %s TO %I', \"table\", name, attname || ' 2') FROM loseable",
    "add column": """
        SELECT format('ALTER TABLE %s ADD COLUMN "an extra" %s', name, definition) FROM tables, unnest(ARRAY[
            'integer', 'text NOT NULL DEFAULT ''x''', 'serial', 'bigint GENERATED ALWAYS AS IDENTITY',
            'integer UNIQUE', 'integer CHECK ("an extra" > 1)', 'integer GENERATED ALWAYS AS (1 + 1) STORED',
            'text DEFAULT shop.normalized(''X'')']) definition
        WHERE NOT relispartition AND reloftype = 0""",
    "type": f"""
        SELECT format('ALTER TABLE %1$s ALTER COLUMN %2$s TYPE %3$s', "table", name, other)
        FROM ({OTHER_TYPE}) c WHERE typtype <> 'e'""",
    "type under others": f"""
        SELECT format('%4$s ALTER TABLE %1$s ALTER COLUMN %2$s DROP DEFAULT, ALTER COLUMN %2$s TYPE %3$s; %5$s', "table", name, other,
            (SELECT string_agg(drops, ' ' ORDER BY drops) FROM over_columns o WHERE (o.attrelid, o.attnum) = (c.attrelid, c.attnum)),
            CASE again WHEN 1 THEN (SELECT string_agg(makes, ' ' ORDER BY makes) FROM over_columns o
                WHERE (o.attrelid, o.attnum) = (c.attrelid, c.attnum)) END)
        FROM ({OTHER_TYPE}) c, generate_series(0, 1) again WHERE attidentity = ''""",
    "default": """
        SELECT format('ALTER TABLE %s ALTER COLUMN %s %s', "table", name, what) FROM columns, unnest(ARRAY[
            CASE WHEN default_value IS NULL THEN 'SET DEFAULT NULL' ELSE 'DROP DEFAULT' END,
            CASE typcategory
                WHEN 'N' THEN 'SET DEFAULT 7'
                WHEN 'S' THEN 'SET DEFAULT shop.normalized('' Other '')'
                WHEN 'D' THEN 'SET DEFAULT ''2020-02-02'''
            END]) what
        WHERE attidentity = '' AND attgenerated = '' AND what IS NOT NULL""",
    "default of one table": """
        SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %s SET DEFAULT %s', "table", name, CASE typcategory WHEN 'N' THEN '9' ELSE '''y''' END)
        FROM columns WHERE is_in_tree AND typcategory IN ('N', 'S') AND attidentity = ''""",
    "not null": """
        SELECT format('ALTER TABLE %s ALTER COLUMN %s %s NOT NULL', "table", name, CASE WHEN attnotnull THEN 'DROP' ELSE 'SET' END)
        FROM columns WHERE attidentity = ''""",
    "identity": """
        SELECT format('ALTER TABLE %s ALTER COLUMN %s %s', "table", name, what) FROM columns, unnest(ARRAY[
            'DROP IDENTITY', 'SET GENERATED ALWAYS', 'SET GENERATED BY DEFAULT', 'SET CACHE 3', 'SET CYCLE',
            'SET INCREMENT BY 3 SET START WITH 9']) what
        WHERE attidentity <> '' AND NOT relkind = 'p'""",
    "add identity": """
        SELECT format('ALTER TABLE %s ALTER COLUMN %s ADD GENERATED ALWAYS AS IDENTITY', "table", name)
        FROM columns WHERE attnotnull AND NOT atthasdef AND attidentity = '' AND type IN ('integer', 'bigint', 'smallint')""",
    "drop not null and identity": """
        SELECT format('ALTER TABLE %1$s ALTER COLUMN %2$s DROP IDENTITY, ALTER COLUMN %2$s DROP NOT NULL, ALTER COLUMN %2$s SET DEFAULT 5',
            "table", name)
        FROM columns WHERE attidentity <> '' AND relkind <> 'p'""",
    "drop expression": """
        SELECT format('ALTER TABLE %s ALTER COLUMN %s DROP EXPRESSION', "table", name) FROM loseable WHERE attgenerated <> ''""",
    "other expression": """
        SELECT format('ALTER TABLE %1$s DROP COLUMN %2$s CASCADE, ADD COLUMN %2$s %3$s GENERATED ALWAYS AS (%4$s) STORED', "table", name,
            type, CASE typcategory WHEN 'S' THEN '''same''' ELSE '1' END)
        FROM loseable WHERE attgenerated <> ''""",
    "no expression": """
        SELECT format('ALTER TABLE %1$s DROP COLUMN %2$s CASCADE, ADD COLUMN %2$s %3$s', "table", name, type)
        FROM loseable WHERE attgenerated <> ''""",
    "expression": """
        SELECT format('ALTER TABLE %1$s DROP COLUMN %2$s CASCADE, ADD COLUMN %2$s %3$s GENERATED ALWAYS AS (NULL) STORED', "table", name, type)
        FROM loseable WHERE attgenerated = '' AND NOT attnotnull AND attidentity = '' AND NOT is_in_tree""",
    "storage": """
        SELECT format('ALTER TABLE %s ALTER COLUMN %s SET STORAGE %s', "table", name, what)
        FROM columns, unnest(ARRAY['PLAIN', 'EXTERNAL', 'EXTENDED', 'MAIN']) what WHERE attlen = -1""",
    "compression": """
        SELECT format('ALTER TABLE %s ALTER COLUMN %s SET COMPRESSION %s', "table", name, what)
        FROM columns, unnest(ARRAY['pglz', 'lz4', 'default']) what WHERE attlen = -1""",
    "statistics target": """
        SELECT format('ALTER TABLE %s ALTER COLUMN %s SET STATISTICS %s', "table", name, what) FROM columns, unnest(ARRAY['50', '-1']) what""",
    "column options": """
        SELECT format('ALTER TABLE %s ALTER COLUMN %s %s', "table", name, what)
        FROM columns, unnest(ARRAY['SET (n_distinct = 5)', 'RESET (n_distinct, n_distinct_inherited)']) what""",
    "column comment": """
        SELECT format('COMMENT ON COLUMN %s.%s IS %s', "table", name, what) FROM columns, unnest(ARRAY['NULL', '''Other''']) what""",
    "column grants": """
        SELECT format('%s %s ON TABLE %s %s spec_reader', what, CASE what WHEN 'GRANT' THEN format('SELECT (%s)', name)
            ELSE format('ALL (%s)', name) END, "table", CASE what WHEN 'GRANT' THEN 'TO' ELSE 'FROM' END)
        FROM columns, unnest(ARRAY['GRANT', 'REVOKE']) what WHERE attacl IS NOT NULL""",
    # --- constraints ---
    "drop constraint": "SELECT format('ALTER %s %s DROP CONSTRAINT %s CASCADE', word, home, name) FROM constraints",
    "rename constraint": "SELECT format('ALTER %s %s RENAME CONSTRAINT %s TO %I', word, home, name, conname || ' 2') FROM constraints",
    "other check": """
        SELECT format('ALTER %1$s %2$s DROP CONSTRAINT %3$s; ALTER %1$s %2$s ADD CONSTRAINT %3$s CHECK (1 > 0)', word, home, name)
        FROM constraints WHERE contype = 'c'""",
    "other key": """
        SELECT format('ALTER TABLE %1$s DROP CONSTRAINT %2$s CASCADE; ALTER TABLE %1$s ADD CONSTRAINT %2$s %3$s', home, name, CASE
            WHEN condeferrable THEN regexp_replace(definition, ' DEFERRABLE.*', '')
            ELSE definition || ' DEFERRABLE' END)
        FROM constraints WHERE contype IN ('p', 'u', 'f') AND definition NOT LIKE '%NOT %D'""",
    "alter constraint": """
        SELECT format('ALTER TABLE %s ALTER CONSTRAINT %s %s', home, name, what)
        FROM constraints, unnest(ARRAY['DEFERRABLE INITIALLY DEFERRED', 'DEFERRABLE', 'NOT DEFERRABLE']) what WHERE contype = 'f'""",
    "not valid": """
        SELECT format('ALTER %1$s %2$s DROP CONSTRAINT %3$s; ALTER %1$s %2$s ADD CONSTRAINT %3$s %4$s NOT VALID', word, home, name, definition)
        FROM constraints WHERE contype IN ('c', 'f') AND convalidated AND relkind IS DISTINCT FROM 'p'""",
    "add constraint": """
        SELECT format('ALTER TABLE %s ADD CONSTRAINT "an extra" %s', "table", what)
        FROM columns, unnest(ARRAY[format('CHECK (%s IS NULL OR true)', name), format('UNIQUE (%s)', name)]) what
        WHERE NOT is_inherited""",
    "constraint comment": """
        SELECT format('COMMENT ON CONSTRAINT %s ON %s%s IS %s', name, CASE word WHEN 'DOMAIN' THEN 'DOMAIN ' END, home, what)
        FROM constraints, unnest(ARRAY['NULL', '''Other''']) what""",
    # --- indexes ---
    "drop index": "SELECT format('DROP INDEX %s CASCADE', name) FROM indexes WHERE NOT relispartition",
    "rename index": "SELECT format('ALTER INDEX %s RENAME TO %I', name, relname || ' 2') FROM indexes",
    "other index": """
        SELECT format('DROP INDEX %1$s CASCADE; CREATE INDEX %2$I ON %3$s %4$s', name, relname, "table", what)
        FROM indexes, unnest(ARRAY['((1))', 'USING brin ((1))']) what WHERE NOT relispartition""",
    "add index": """
        SELECT format('CREATE INDEX "an extra index" ON %s (%s)%s', "table", name, what)
        FROM columns, unnest(ARRAY['', ' WHERE false']) what WHERE attgenerated <> 'v'""",
    "unique index": "SELECT format('CREATE UNIQUE INDEX ON %s (%s)', \"table\", name) FROM columns WHERE attgenerated <> 'v'",
    "index options": """
        SELECT format('ALTER INDEX %s %s', c.name, what) FROM relation c, unnest(ARRAY['SET (fillfactor = 42)', 'RESET (fillfactor)',
            'SET TABLESPACE spec_space', 'SET TABLESPACE pg_default', 'ALTER COLUMN 1 SET STATISTICS 77', 'ALTER COLUMN 2 SET STATISTICS 77',
            'ALTER COLUMN 1 SET STATISTICS -1'])
            what WHERE relkind = 'i'""",
    "index comment": """
        SELECT format('COMMENT ON INDEX %s IS %s', name, what) FROM indexes, unnest(ARRAY['NULL', '''Other''']) what""",
    "invalid index": """
        SELECT format('UPDATE pg_index SET indisvalid = NOT indisvalid WHERE indexrelid = %L::regclass', name)
        FROM indexes WHERE table_kind = 'r' AND NOT relispartition""",
    "cluster": """
        SELECT format('ALTER TABLE %s %s', t.name, what)
        FROM tables t JOIN pg_index i ON indrelid = t.oid JOIN pg_class x ON x.oid = indexrelid,
            unnest(ARRAY['SET WITHOUT CLUSTER', format('CLUSTER ON %I', x.relname)]) what
        WHERE t.relkind = 'r'""",
    # --- policies and triggers ---
    "drop policy": "SELECT format('DROP POLICY %s ON %s', name, \"table\") FROM policies",
    "rename policy": "SELECT format('ALTER POLICY %s ON %s RENAME TO %I', name, \"table\", polname || ' 2') FROM policies",
    "other policy": """
        SELECT format('ALTER POLICY %s ON %s %s', name, "table", what) FROM policies,
            unnest(ARRAY['TO spec_owner', 'USING (1 > 0)', 'WITH CHECK (2 > 1)', 'TO PUBLIC']) what""",
    "other command": """
        SELECT format('DROP POLICY %1$s ON %2$s; CREATE POLICY %1$s ON %2$s AS RESTRICTIVE FOR DELETE USING (true)', name, "table") FROM policies""",
    "add policy": "SELECT format('CREATE POLICY \"an extra\" ON %s USING (%s)', name, what) FROM tables, unnest(ARRAY['true', 'false']) what",
    "row security": """
        SELECT format('ALTER TABLE %s %s ROW LEVEL SECURITY', name, what)
        FROM tables, unnest(ARRAY['ENABLE', 'DISABLE', 'FORCE', 'NO FORCE']) what""",
    "drop trigger": "SELECT format('DROP TRIGGER %s ON %s', name, \"table\") FROM triggers",
    "rename trigger": "SELECT format('ALTER TRIGGER %s ON %s RENAME TO %I', name, \"table\", tgname || ' 2') FROM triggers",
    "enable trigger": """
        SELECT format('ALTER TABLE %s %s TRIGGER %s', "table", what, name)
        FROM triggers, unnest(ARRAY['ENABLE', 'DISABLE', 'ENABLE REPLICA', 'ENABLE ALWAYS']) what WHERE relkind <> 'v'""",
    "other trigger": """
        SELECT format('DROP TRIGGER %1$s ON %2$s; CREATE TRIGGER %1$s AFTER DELETE ON %2$s FOR EACH STATEMENT EXECUTE FUNCTION shop.fires()',
            name, "table")
        FROM triggers""",
    "add trigger": """
        SELECT format('CREATE TRIGGER "an extra" BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION shop.fires()', name) FROM tables""",
    # --- types ---
    "drop type": """
        SELECT format('DROP %s %s CASCADE', word, name) FROM types""",
    "rename type": "SELECT format('ALTER %s %s RENAME TO %I', word, name, typname || ' 2') FROM types WHERE NOT is_within AND (typtype <> 'c' OR NOT is_used)",
    "missing label": """
        SELECT format('DELETE FROM pg_enum WHERE enumtypid = %L::regtype AND enumlabel = %L', name, enumlabel)
        FROM types JOIN pg_enum ON enumtypid = types.oid WHERE enumlabel IN ('größer', '')""",
    "other labels": "SELECT format('ALTER TYPE %s ADD VALUE %L', name, 'extra') FROM types WHERE typtype = 'e' AND NOT is_used",
    "domain": """
        SELECT format('ALTER DOMAIN %s %s', name, what) FROM types, unnest(ARRAY['DROP DEFAULT', 'SET DEFAULT NULL', 'DROP NOT NULL',
            'SET NOT NULL', 'ADD CONSTRAINT "an extra" CHECK (VALUE IS NULL OR true)']) what
        WHERE typtype = 'd'""",
    "attributes": """
        SELECT format('ALTER TYPE %s %s', name, what) FROM types, unnest(ARRAY['ADD ATTRIBUTE extra integer']) what
        WHERE typtype = 'c'""",
    "other attributes": """
        SELECT format('ALTER TYPE %s %s', name, what) FROM types, unnest(ARRAY['DROP ATTRIBUTE c', 'ALTER ATTRIBUTE c TYPE text']) what
        WHERE typtype = 'c' AND NOT is_used""",
    "type comment": "SELECT format('COMMENT ON %s %s IS ''Other''', word, name) FROM types",
    # --- sequences ---
    "drop sequence": "SELECT format('DROP SEQUENCE %s CASCADE', name) FROM sequences",
    "rename sequence": "SELECT format('ALTER SEQUENCE %s RENAME TO %I', name, relname || ' 2') FROM relation WHERE relkind = 'S'",
    "sequence": """
        SELECT format('ALTER SEQUENCE %s %s', name, what) FROM sequences, unnest(ARRAY['INCREMENT 3', 'MAXVALUE 2000 ', 'CACHE 5', 'CYCLE',
            'NO CYCLE', 'OWNED BY NONE', 'START 150', 'OWNED BY shop.basket.thing', 'AS bigint']) what""",
    "sequence comment": "SELECT format('COMMENT ON SEQUENCE %s IS ''Other''', name) FROM sequences",
    # --- functions ---
    "drop routine": "SELECT format('DROP ROUTINE %s CASCADE', name) FROM routines WHERE NOT is_needed",
    "rename routine": "SELECT format('ALTER ROUTINE %s RENAME TO %I', name, proname || ' 2') FROM routines WHERE NOT is_needed",
    "routine": """
        SELECT format('ALTER ROUTINE %s %s', name, what) FROM routines, unnest(ARRAY['COST 77', 'SET work_mem = ''8MB''', 'RESET ALL',
            'SECURITY DEFINER', 'VOLATILE', 'PARALLEL SAFE', 'STRICT']) what""",
    "other body": """
        SELECT regexp_replace(definition, '(AS \\$(function|procedure)\\$)', '\\1 /* other */ ') FROM routines WHERE prolang <> 12""",
    "other result": """
        SELECT format('DROP FUNCTION %s CASCADE; CREATE FUNCTION %I.%I(%s) RETURNS SETOF text LANGUAGE sql AS ''SELECT NULL''',
            name, nspname, proname, pg_get_function_identity_arguments(p.oid))
        FROM routines p JOIN schema ON schema.oid = pronamespace WHERE prokind = 'f' AND NOT is_needed""",
    "add routine": """
        SELECT format('CREATE FUNCTION %I.%I(extra boolean) RETURNS integer LANGUAGE sql AS ''SELECT 1''', nspname, proname)
        FROM routines JOIN schema ON schema.oid = pronamespace""",
    "routine comment": "SELECT format('COMMENT ON ROUTINE %s IS ''Other''', name) FROM routines",
    # --- views ---
    "drop view": "SELECT format('DROP %s %s CASCADE', word, name) FROM views",
    "rename view": "SELECT format('ALTER %s %s RENAME TO %I', word, name, relname || ' 2') FROM views",
    "wider view": """
        SELECT format('CREATE OR REPLACE VIEW %s AS SELECT *, 1 AS "an extra" FROM (%s) same', name, definition) FROM views WHERE relkind = 'v'""",
    "other query": """
        SELECT format('CREATE OR REPLACE VIEW %s AS SELECT * FROM (%s) same WHERE true', name, definition) FROM views WHERE relkind = 'v'""",
    "other view": """
        SELECT format('DROP %1$s %2$s CASCADE; CREATE %1$s %2$s AS SELECT %3$s', word, name, what)
        FROM views, unnest(ARRAY['1 AS other', '* FROM shop.customer', '''x''::shop.status AS status']) what""",
    "view options": """
        SELECT format('ALTER %s %s %s', word, name, what) FROM views, unnest(ARRAY['SET (security_barrier)', 'RESET (security_barrier)',
            'SET (fillfactor = 33)', 'RESET (fillfactor)', 'SET (check_option = local)', 'RESET (check_option)']) what""",
    "view default": """
        SELECT format('ALTER VIEW %s ALTER COLUMN %I %s', name, attname, what) FROM views JOIN pg_attribute ON attrelid = oid AND attnum > 0,
            unnest(ARRAY['SET DEFAULT NULL', 'DROP DEFAULT']) what
        WHERE relkind = 'v'""",
    "view over a view": """
        SELECT format('CREATE VIEW %I."an extra view" AS SELECT * FROM %s', nspname, name) FROM relation WHERE relkind IN ('r', 'p', 'v', 'm')""",
    "table of a view": "SELECT format('CREATE TABLE %I.\"an extra table\" (a %s)', nspname, name) FROM relation WHERE relkind IN ('r', 'v')",
    "view becomes table": "SELECT format('DROP %s %s CASCADE; CREATE TABLE %2$s (a integer)', word, name) FROM views",
    "refresh": "SELECT format('REFRESH MATERIALIZED VIEW %s WITH NO DATA', name) FROM views WHERE relkind = 'm'",
    "view comment": "SELECT format('COMMENT ON %s %s IS ''Other''', word, name) FROM views",
    "view column comment": """
        SELECT format('COMMENT ON COLUMN %s.%I IS ''Other''', name, attname) FROM views JOIN pg_attribute ON attrelid = oid AND attnum > 0""",
    # --- extended statistics ---
    "drop statistics": "SELECT format('DROP STATISTICS %s', name) FROM statistics",
    "rename statistics": "SELECT format('ALTER STATISTICS %s RENAME TO %I', name, stxname || ' 2') FROM statistics",
    "other statistics": """
        SELECT format('DROP STATISTICS %1$s; CREATE STATISTICS %1$s ON (1), (2) FROM %2$s', name, "table") FROM statistics""",
    "target of statistics": "SELECT format('ALTER STATISTICS %s SET STATISTICS %s', name, what) FROM statistics, unnest(ARRAY[-1, 33]) what",
    # --- tables ---
    "drop table": """
        SELECT string_agg(format('DROP TABLE IF EXISTS %s CASCADE', dropped.name), '; ' ORDER BY dropped.name)
        FROM tables t, LATERAL (
            WITH RECURSIVE r AS (
                SELECT t.oid
                UNION
                SELECT dependent FROM r JOIN (
                    SELECT conrelid, confrelid FROM pg_constraint WHERE contype = 'f'
                    UNION ALL SELECT inhrelid, inhparent FROM pg_inherits
                ) d (dependent, needed) ON needed = oid
            )
            SELECT tables.name FROM r JOIN tables USING (oid)
        ) dropped
        GROUP BY t.oid""",
    "drop partition": """
        SELECT format('DROP TABLE %s CASCADE', name) FROM tables t
        WHERE relispartition AND NOT EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = t.oid)""",
    "rename table": """
        SELECT format('ALTER TABLE %s RENAME TO %I', name, relname || ' 2') FROM tables t
        WHERE NOT is_type AND (relkind = 'p' OR NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = oid))
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND t.oid = confrelid AND conrelid <> confrelid)""",
    "add table": """
        SELECT format('CREATE TABLE %I."an extra table" (%s) %s', nspname, columns, clauses) FROM schema, (VALUES
            ('id serial PRIMARY KEY, status shop.status', ''), ('LIKE shop.orders INCLUDING ALL', ''), ('extra integer', 'INHERITS (shop.place)'),
            ('customer integer REFERENCES shop.customer', ''), ('a shop.customer', ''), ('a shop.amount DEFAULT 1', 'WITH (fillfactor = 10)'),
            ('text text CHECK (shop.normalized(text) = text)', ''), ('a integer', 'PARTITION BY LIST (a)')) "table" (columns, clauses)""",
    "add partition": """
        SELECT format('CREATE TABLE shop."an extra table" PARTITION OF %s DEFAULT', name) FROM tables WHERE relkind = 'p'""",
    "table options": """
        SELECT format('ALTER TABLE %s %s', name, what) FROM tables, unnest(ARRAY['SET (fillfactor = 44)', 'RESET (fillfactor)',
            'SET (autovacuum_enabled = false, toast.autovacuum_enabled = true)', 'RESET (autovacuum_enabled, toast.autovacuum_enabled)',
            'SET UNLOGGED', 'SET LOGGED', 'SET TABLESPACE spec_space', 'SET TABLESPACE pg_default', 'REPLICA IDENTITY FULL',
            'REPLICA IDENTITY DEFAULT', 'REPLICA IDENTITY NOTHING', 'SET ACCESS METHOD heap', 'SET ACCESS METHOD spec_heap']) what""",
    "replica identity": """
        SELECT format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', t.name, x.relname)
        FROM tables t JOIN pg_index i ON indrelid = t.oid JOIN pg_class x ON x.oid = indexrelid""",
    "table comment": "SELECT format('COMMENT ON TABLE %s IS %s', name, what) FROM tables, unnest(ARRAY['NULL', '''Other''']) what",
    "detach": """
        SELECT format('ALTER TABLE %s DETACH PARTITION %s', inhparent::regclass, name) FROM tables JOIN pg_inherits ON inhrelid = oid
        WHERE relispartition""",
    "other bound": """
        SELECT format('ALTER TABLE %1$s DETACH PARTITION %2$s; ALTER TABLE %1$s ATTACH PARTITION %2$s %3$s', inhparent::regclass, name, what)
        FROM tables JOIN pg_inherits ON inhrelid = oid, unnest(ARRAY['FOR VALUES FROM (MINVALUE) TO (''2026-01-02'')', 'DEFAULT',
            'FOR VALUES IN (''north'', ''elsewhere'', ''it''''s north'')']) what
        WHERE relispartition""",
    "drop extension": "SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension WHERE extname IN ('citext', 'hstore', 'btree_gist')",
    "drop schema": "SELECT 'DROP SCHEMA \"Odd Schema\" CASCADE'",
    "schema comment": "SELECT format('COMMENT ON SCHEMA %I IS %s', nspname, what) FROM schema, unnest(ARRAY['NULL', '''Other''']) what",
    # --- whose it is, and who may ---
    "grants": """
        SELECT format('%s ON %s %s %s %s', replace(what, 'ALL', p), word, name, CASE WHEN what LIKE 'GRANT%' THEN 'TO' ELSE 'FROM' END,
            replace(who, CASE WHEN what LIKE 'GRANT%' THEN '' ELSE ' WITH GRANT OPTION' END, ''))
        FROM (
            SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, name, 'SELECT' FROM relation WHERE relkind IN ('r', 'p', 'v', 'm')
            UNION ALL SELECT 'SEQUENCE', name, 'USAGE' FROM sequences
            UNION ALL SELECT 'ROUTINE', name, 'EXECUTE' FROM routines
            UNION ALL SELECT 'TYPE', name, 'USAGE' FROM types
            UNION ALL SELECT 'SCHEMA', quote_ident(nspname), 'CREATE' FROM schema
        ) granted (word, name, p), unnest(ARRAY['GRANT ALL', 'REVOKE ALL']) what,
            unnest(ARRAY['PUBLIC', 'spec_reader', 'spec_reader WITH GRANT OPTION', quote_ident('spec_Odd "Röle"')]) who""",
    "owner": """
        SELECT format('ALTER %s %s OWNER TO %I', word, name, who) FROM (
            SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, name FROM relation
                WHERE relkind IN ('r', 'p', 'v', 'm')
            UNION ALL SELECT 'SEQUENCE', name FROM sequences
            UNION ALL SELECT 'ROUTINE', name FROM routines
            UNION ALL SELECT word, name FROM types
            UNION ALL SELECT 'SCHEMA', quote_ident(nspname) FROM schema
        ) owned (word, name), unnest(ARRAY['spec_owner', 'postgres']) who""",
}


@dataclass
class Drift:
    """The changes that a seed makes in a database."""

    seed: int
    done: list[str] = field(default_factory=list)

    def make(self, connection: psycopg.Connection, sorts: list[str] | None = None) -> None:
        """In one transaction, of these sorts of change or any."""
        choose = random.Random(self.seed)
        sorts = sorts or list(CHANGES)
        number = choose.randint(1, 8)
        with connection.transaction():
            connection.execute("SET LOCAL search_path = ''")
            while len(self.done) < number:
                self.change(connection, choose, choose.choice(sorts))

    def change(self, connection: psycopg.Connection, choose: random.Random, sort: str) -> None:
        candidates = sorted(row[0] for row in connection.execute(f"{CATALOG} {CHANGES[sort]}") if row[0])
        if not candidates:
            return
        statement = choose.choice(candidates)
        kept = connection.execute(f"{CATALOG} SELECT * FROM kept").fetchall()
        references = connection.execute(f"{CATALOG} SELECT * FROM refs").fetchall()
        try:
            with connection.transaction():
                connection.execute(statement.encode())
                if loses(connection, kept, references):
                    raise Undone
        except (psycopg.Error, Undone):
            return
        self.done.append(f"{sort}: {statement}")


class Undone(Exception):
    """The change is one that cannot be taken back."""


def loses(connection: psycopg.Connection, kept: list[tuple], references: list[tuple]) -> bool:
    """Whether a column is lost that cannot be made again as it was, or the rows that others refer to."""
    ((lost,),) = connection.execute(
        """
        SELECT EXISTS (
            SELECT FROM unnest(%s::oid[], %s::text[]) kept (attrelid, attname)
            WHERE EXISTS (SELECT FROM pg_class WHERE oid = attrelid)
              AND NOT EXISTS (SELECT FROM pg_attribute a WHERE (a.attrelid, a.attname::text) = (kept.attrelid, kept.attname))
        ) OR EXISTS (
            SELECT FROM unnest(%s::oid[], %s::oid[], %s::oid[]) reference (oid, conrelid, confrelid)
            WHERE EXISTS (SELECT FROM pg_class c WHERE c.oid = conrelid)
              AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = confrelid)
        )""",
        (*columns(kept, 2), *columns(references, 3)),
    )
    return lost


def columns(rows: list[tuple], number: int) -> list[list]:
    return [list(column) for column in zip(*rows)] or [[] for _ in range(number)]
