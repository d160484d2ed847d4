SELECT
    c.tableoid AS catalog,
    c.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    c.relname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'definition', pg_catalog.ltrim(pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';')),
        'columns', (
            SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                    'name', a.attname,
                    'type', pg_catalog.format_type(a.atttypid, a.atttypmod)
                ) ORDER BY a.attnum), '[]')
            FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ),
        'options', CASE WHEN c.reloptions IS NOT NULL THEN (
            SELECT pg_catalog.json_object_agg(option_name, option_value ORDER BY option_name COLLATE "C")
            FROM pg_catalog.pg_options_to_table(c.reloptions)
        ) END,
        'comment', comment.description,
        'column_comments', (
            SELECT pg_catalog.json_object_agg(a.attname, d.description ORDER BY a.attnum)
            FROM pg_catalog.pg_description d
            JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
            WHERE d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = c.oid AND d.objsubid > 0
        ),
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
