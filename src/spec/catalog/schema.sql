SELECT
    ns.tableoid AS catalog,
    ns.oid AS object,
    NULL::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    ns.nspname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        -- Every database has this one from the start.
        'comment', CASE WHEN (ns.nspname, comment.description) <> ('public', 'standard public schema')
            THEN comment.description END,
@owned n ns.nspowner ns.nspacl
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_namespace ns
@comment pg_namespace ns.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND $2::pg_catalog.text[] IS NULL
@no_member pg_namespace ns.oid
ORDER BY ns.nspname
