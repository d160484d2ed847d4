WITH relation AS (
    SELECT c.tableoid AS catalog, c.oid, c.relkind
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    WHERE ns.nspname = ANY ($1::pg_catalog.text[])
      AND ($2::pg_catalog.text[] IS NULL OR c.relname = ANY ($2::pg_catalog.text[]))
      AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND c.oid NOT IN (
            SELECT member.objid FROM pg_catalog.pg_depend member
            WHERE member.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
              AND member.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
              AND member.deptype = 'e')
),
schema AS (
    SELECT ns.oid
    FROM pg_catalog.pg_namespace ns
    WHERE ns.nspname = ANY ($1::pg_catalog.text[])
      AND $2::pg_catalog.text[] IS NULL
),
type AS (
    SELECT t.tableoid AS catalog, t.oid, t.typtype, t.typrelid
    FROM schema
    JOIN pg_catalog.pg_type t ON t.typnamespace = schema.oid
    WHERE t.typtype IN ('c', 'd', 'e')
      AND t.oid NOT IN (
            SELECT member.objid FROM pg_catalog.pg_depend member
            WHERE member.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
              AND member.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
              AND member.deptype = 'e')
),
-- Who needs something: as pg_depend calls it, as a snapshot calls it, and the relation or domain it belongs to.
dependent (classid, objid, catalog, object, home_catalog, home) AS (
    SELECT c.catalog, c.oid, c.catalog, c.oid, c.catalog, c.oid
    FROM relation c
    UNION ALL
    SELECT c.catalog, i.indexrelid, coalesce(con.tableoid, c.catalog), coalesce(con.oid, i.indexrelid), c.catalog, c.oid
    FROM relation c
    JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
    LEFT JOIN pg_catalog.pg_constraint con
        ON con.conrelid = i.indrelid
        AND con.conindid = i.indexrelid
        AND con.contype IN ('p', 'u', 'x')
    UNION ALL
    SELECT con.tableoid, con.oid, con.tableoid, con.oid, c.catalog, c.oid
    FROM relation c
    JOIN pg_catalog.pg_constraint con ON con.conrelid = c.oid
    WHERE con.contype IN ('p', 'u', 'x')
       OR con.contype = 'f' AND con.conparentid = 0
       OR con.contype = 'c' AND con.conislocal
    UNION ALL
    -- A view says the defaults of its columns itself.
    SELECT d.tableoid, d.oid,
           CASE c.relkind WHEN 'v' THEN c.catalog ELSE d.tableoid END, CASE c.relkind WHEN 'v' THEN c.oid ELSE d.oid END,
           c.catalog, c.oid
    FROM relation c
    JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid
    UNION ALL
    SELECT r.tableoid, r.oid, c.catalog, c.oid, c.catalog, c.oid
    FROM relation c
    JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid
    WHERE c.relkind IN ('v', 'm') AND r.rulename = '_RETURN'
    UNION ALL
    SELECT t.tableoid, t.oid, t.tableoid, t.oid, c.catalog, c.oid
    FROM relation c
    JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid
    WHERE NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL
    SELECT pol.tableoid, pol.oid, pol.tableoid, pol.oid, c.catalog, c.oid
    FROM relation c
    JOIN pg_catalog.pg_policy pol ON pol.polrelid = c.oid
    UNION ALL
    SELECT s.tableoid, s.oid, s.tableoid, s.oid, c.catalog, c.oid
    FROM relation c
    JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = c.oid
    UNION ALL
    SELECT t.catalog, t.oid, t.catalog, t.oid, t.catalog, t.oid
    FROM type t
    WHERE t.typtype IN ('d', 'e')
    UNION ALL
    -- What a composite type needs its attributes do, which are a relation's columns.
    SELECT c.tableoid, c.oid, t.catalog, t.oid, t.catalog, t.oid
    FROM type t
    JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
    WHERE t.typtype = 'c' AND c.relkind = 'c'
    UNION ALL
    SELECT con.tableoid, con.oid, con.tableoid, con.oid, t.catalog, t.oid
    FROM type t
    JOIN pg_catalog.pg_constraint con ON con.contypid = t.oid
    WHERE t.typtype = 'd' AND con.contype = 'c'
    UNION ALL
    SELECT p.tableoid, p.oid, p.tableoid, p.oid, p.tableoid, p.oid
    FROM schema
    JOIN pg_catalog.pg_proc p ON p.pronamespace = schema.oid
    WHERE p.prokind IN ('f', 'w', 'p')
      AND p.oid NOT IN (
            SELECT member.objid FROM pg_catalog.pg_depend member
            WHERE member.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
              AND member.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
              AND member.deptype = 'e')
      -- Nor what a range type brings along.
      AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend range
            WHERE range.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
              AND range.objid = p.oid
              AND range.deptype = 'i')
)
SELECT DISTINCT
    dependent.catalog AS catalog,
    dependent.object AS object,
    needed.catalog AS on_catalog,
    needed.object AS on_object
FROM dependent
JOIN pg_catalog.pg_depend d
    ON d.classid = dependent.classid
    AND d.objid = dependent.objid
    AND d.deptype IN ('n', 'a')
    -- Most are of these two sorts, so they go before the joins below: what initdb has made, and one's own table.
    AND d.refobjid >= 16384
    AND (d.refobjid <> dependent.home OR d.refclassid <> dependent.home_catalog)
    AND d.refclassid IN (
        'pg_catalog.pg_class'::pg_catalog.regclass,
        'pg_catalog.pg_type'::pg_catalog.regclass,
        'pg_catalog.pg_proc'::pg_catalog.regclass,
        'pg_catalog.pg_constraint'::pg_catalog.regclass)
LEFT JOIN pg_catalog.pg_class c
    ON c.oid = d.refobjid
    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
LEFT JOIN pg_catalog.pg_type composite ON composite.typrelid = c.oid AND c.relkind = 'c' AND composite.oid = c.reltype
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_constraint con
    ON con.conrelid = i.indrelid
    AND con.conindid = i.indexrelid
    AND con.contype IN ('p', 'u', 'x')
-- The sequence of an identity comes with its table.
LEFT JOIN pg_catalog.pg_depend identity
    ON identity.classid = d.refclassid
    AND identity.objid = c.oid
    AND identity.deptype = 'i'
    AND identity.refclassid = d.refclassid
    AND c.relkind = 'S'
LEFT JOIN pg_catalog.pg_type t
    ON t.oid = d.refobjid
    AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
LEFT JOIN pg_catalog.pg_type element ON element.oid = t.typelem AND element.typarray = t.oid
LEFT JOIN pg_catalog.pg_class rows ON rows.oid = coalesce(element.typrelid, t.typrelid) AND rows.relkind <> 'c'
CROSS JOIN LATERAL (
    SELECT coalesce(composite.tableoid, con.tableoid, rows.tableoid, d.refclassid),
           coalesce(composite.oid, con.oid, identity.refobjid, rows.oid, element.oid, d.refobjid)
) needed (catalog, object)
WHERE (needed.object <> dependent.home OR needed.catalog <> dependent.home_catalog)
  AND (needed.object <> dependent.object OR needed.catalog <> dependent.catalog)
