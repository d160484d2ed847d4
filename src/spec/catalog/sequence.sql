SELECT
    c.tableoid AS catalog,
    c.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    c.relname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'type', pg_catalog.format_type(s.seqtypid, NULL),
        'start', s.seqstart,
        'increment', s.seqincrement,
        'minimum', s.seqmin,
        'maximum', s.seqmax,
        'cache', s.seqcache,
        'cycle', NULLIF(s.seqcycle, false),
        'persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
        'owned_by', CASE WHEN owned.objid IS NOT NULL
            THEN pg_catalog.json_build_array(owner_ns.nspname, owner.relname, a.attname) END,
        'comment', comment.description,
@owned s c.relowner c.relacl
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
-- By the column that owns it (a), or that it is the identity of (i).
LEFT JOIN pg_catalog.pg_depend owned
    ON owned.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND owned.objid = s.seqrelid
    AND owned.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND owned.refobjsubid > 0
    AND owned.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_class owner ON owner.oid = owned.refobjid
LEFT JOIN pg_catalog.pg_namespace owner_ns ON owner_ns.oid = owner.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = owned.refobjid AND a.attnum = owned.refobjsubid
@comment pg_class c.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND $2::pg_catalog.text[] IS NULL
  AND owned.deptype IS DISTINCT FROM 'i'
@no_member pg_class c.oid
ORDER BY ns.nspname, c.relname
