SELECT
    c.tableoid AS catalog,
    c.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    c.relname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
@query
        'options', CASE WHEN c.reloptions IS NOT NULL THEN (
            SELECT pg_catalog.json_object_agg(option_name, option_value ORDER BY option_name COLLATE "C")
            FROM pg_catalog.pg_options_to_table(c.reloptions)
        ) END,
        'comment', comment.description,
@column_comments
        'column_defaults', (
            SELECT pg_catalog.json_object_agg(
                a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid) ORDER BY a.attnum)
            FROM pg_catalog.pg_attrdef d
            JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
            WHERE d.adrelid = c.oid
        ),
@owned r c.relowner c.relacl
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
@comment pg_class c.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND ($2::pg_catalog.text[] IS NULL OR c.relname = ANY ($2::pg_catalog.text[]))
  AND c.relkind = 'v'
@no_member pg_class c.oid
ORDER BY ns.nspname, c.relname
