SELECT
    index.tableoid AS catalog,
    index.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS relation,
    index.relname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'definition', pg_catalog.pg_get_indexdef(index.oid),
        'attached_to', CASE WHEN index.relispartition THEN (
            SELECT pg_catalog.json_build_array(parent_ns.nspname, parent.relname)
            FROM pg_catalog.pg_inherits inh
            JOIN pg_catalog.pg_class parent ON parent.oid = inh.inhparent
            JOIN pg_catalog.pg_namespace parent_ns ON parent_ns.oid = parent.relnamespace
            WHERE inh.inhrelid = index.oid
        ) END,
        'clustered', NULLIF(i.indisclustered, false),
        'invalid', NULLIF(NOT i.indisvalid AND c.relkind <> 'p', false),
        -- Only an expression has a target of its own.
        'statistics', CASE WHEN i.indexprs IS NOT NULL THEN (
            SELECT pg_catalog.json_object_agg(a.attnum, a.attstattarget ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = index.oid AND a.attstattarget >= 0
        ) END,
        'tablespace', tablespace.spcname,
        'comment', comment.description
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class index ON index.oid = i.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_tablespace tablespace ON tablespace.oid = index.reltablespace
@comment pg_class index.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND ($2::pg_catalog.text[] IS NULL OR c.relname = ANY ($2::pg_catalog.text[]))
  AND c.relkind IN ('r', 'p', 'm')
  AND i.indexrelid NOT IN (
        SELECT con.conindid FROM pg_catalog.pg_constraint con
        WHERE con.contype IN ('p', 'u', 'x'))
@no_member pg_class c.oid
ORDER BY ns.nspname, c.relname, index.relname
