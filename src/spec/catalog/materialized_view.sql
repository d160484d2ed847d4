SELECT
    c.tableoid AS catalog,
    c.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    c.relname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
@query
@storage
        'unpopulated', NULLIF(NOT c.relispopulated, false),
        'comment', comment.description,
@column_comments
@owned r c.relowner c.relacl
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
@stored_in
@comment pg_class c.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND ($2::pg_catalog.text[] IS NULL OR c.relname = ANY ($2::pg_catalog.text[]))
  AND c.relkind = 'm'
@no_member pg_class c.oid
ORDER BY ns.nspname, c.relname
