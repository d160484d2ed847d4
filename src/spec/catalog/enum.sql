SELECT
    t.tableoid AS catalog,
    t.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    t.typname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'labels', (
            SELECT coalesce(pg_catalog.json_agg(label.enumlabel ORDER BY label.enumsortorder), '[]')
            FROM pg_catalog.pg_enum label
            WHERE label.enumtypid = t.oid
        ),
        'comment', comment.description,
@owned T t.typowner t.typacl
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace ns ON ns.oid = t.typnamespace
@comment pg_type t.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND $2::pg_catalog.text[] IS NULL
  AND t.typtype = 'e'
@no_member pg_type t.oid
ORDER BY ns.nspname, t.typname
