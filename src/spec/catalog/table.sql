SELECT
    c.tableoid AS catalog,
    c.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    c.relname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
        'of_type', CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END,
        'partition_by', CASE c.relkind WHEN 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
        'partition_of', CASE WHEN c.relispartition THEN parents.names -> 0 END,
        'bound', pg_catalog.pg_get_expr(c.relpartbound, c.oid),
        'inherits', CASE WHEN NOT c.relispartition THEN parents.names END,
@storage
        'row_level_security', NULLIF(c.relrowsecurity, false),
        'force_row_level_security', NULLIF(c.relforcerowsecurity, false),
        'replica_identity', CASE c.relreplident
            WHEN 'f' THEN 'full'
            WHEN 'n' THEN 'nothing'
            WHEN 'i' THEN (
                SELECT 'index ' || index.relname
                FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_class index ON index.oid = i.indexrelid
                WHERE i.indrelid = c.oid AND i.indisreplident
            )
        END,
        'comment', comment.description,
@owned r c.relowner c.relacl
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT pg_catalog.json_agg(pg_catalog.json_build_array(parent_ns.nspname, parent.relname) ORDER BY inh.inhseqno)
    FROM pg_catalog.pg_inherits inh
    JOIN pg_catalog.pg_class parent ON parent.oid = inh.inhparent
    JOIN pg_catalog.pg_namespace parent_ns ON parent_ns.oid = parent.relnamespace
    WHERE inh.inhrelid = c.oid
) parents (names)
@stored_in
@comment pg_class c.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND ($2::pg_catalog.text[] IS NULL OR c.relname = ANY ($2::pg_catalog.text[]))
  AND c.relkind IN ('r', 'p')
@no_member pg_class c.oid
ORDER BY ns.nspname, c.relname
