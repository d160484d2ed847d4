SELECT
    t.tableoid AS catalog,
    t.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    t.typname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'type', pg_catalog.format_type(t.typbasetype, t.typtypmod),
        'collation', CASE WHEN coll.oid IS NOT NULL THEN pg_catalog.format('%I.%I', collation_ns.nspname, coll.collname) END,
        'not_null', NULLIF(t.typnotnull, false),
        'default', pg_catalog.pg_get_expr(t.typdefaultbin, 0),
        'comment', comment.description,
@owned T t.typowner t.typacl
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace ns ON ns.oid = t.typnamespace
JOIN pg_catalog.pg_type base ON base.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_collation coll ON coll.oid = t.typcollation AND t.typcollation <> base.typcollation
LEFT JOIN pg_catalog.pg_namespace collation_ns ON collation_ns.oid = coll.collnamespace
@comment pg_type t.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND $2::pg_catalog.text[] IS NULL
  AND t.typtype = 'd'
@no_member pg_type t.oid
ORDER BY ns.nspname, t.typname
