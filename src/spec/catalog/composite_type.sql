SELECT
    t.tableoid AS catalog,
    t.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    t.typname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'attributes', (
            SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                    'name', a.attname,
                    'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
                    'collation', CASE WHEN coll.oid IS NOT NULL
                        THEN pg_catalog.format('%I.%I', collation_ns.nspname, coll.collname) END
                ) ORDER BY a.attnum), '[]')
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type attribute_type ON attribute_type.oid = a.atttypid
            LEFT JOIN pg_catalog.pg_collation coll
                ON coll.oid = a.attcollation AND a.attcollation <> attribute_type.typcollation
            LEFT JOIN pg_catalog.pg_namespace collation_ns ON collation_ns.oid = coll.collnamespace
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ),
        'comment', comment.description,
        'column_comments', (
            SELECT pg_catalog.json_object_agg(a.attname, d.description ORDER BY a.attnum)
            FROM pg_catalog.pg_description d
            JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
            WHERE d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = c.oid AND d.objsubid > 0
        ),
@owned T t.typowner t.typacl
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = c.reltype
@comment pg_type t.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND $2::pg_catalog.text[] IS NULL
  AND c.relkind = 'c'
@no_member pg_type t.oid
ORDER BY ns.nspname, t.typname
