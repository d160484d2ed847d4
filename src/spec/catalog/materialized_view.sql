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
        'options', CASE WHEN c.reloptions IS NOT NULL OR toast.reloptions IS NOT NULL THEN (
            SELECT pg_catalog.json_object_agg(name, value ORDER BY name COLLATE "C")
            FROM (
                SELECT option_name, option_value FROM pg_catalog.pg_options_to_table(c.reloptions)
                UNION ALL
                SELECT 'toast.' || option_name, option_value FROM pg_catalog.pg_options_to_table(toast.reloptions)
            ) option (name, value)
        ) END,
        'access_method', CASE WHEN am.amname <> 'heap' THEN am.amname END,
        'tablespace', tablespace.spcname,
        'unpopulated', NULLIF(NOT c.relispopulated, false),
        'comment', comment.description,
        'column_comments', (
            SELECT pg_catalog.json_object_agg(a.attname, d.description ORDER BY a.attnum)
            FROM pg_catalog.pg_description d
            JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
            WHERE d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = c.oid AND d.objsubid > 0
        ),
        'owner', CASE WHEN $3::boolean THEN pg_catalog.pg_get_userbyid(c.relowner) END,
        'grants', CASE WHEN $3::boolean THEN (
            SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                    'role', role,
                    'privilege', privilege,
                    'grantable', NULLIF(grantable, false)
                ) ORDER BY role, privilege COLLATE "C"), '[]')
            FROM (
                SELECT CASE grantee WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(grantee) END,
                       privilege_type,
                       pg_catalog.bool_or(is_grantable)
                FROM pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner)))
                WHERE grantee <> c.relowner
                GROUP BY grantee, privilege_type
            ) granted (role, privilege, grantable)
        ) END
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_tablespace tablespace ON tablespace.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_class toast ON toast.oid = c.reltoastrelid AND toast.reloptions IS NOT NULL
LEFT JOIN pg_catalog.pg_description comment
    ON comment.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND comment.objoid = c.oid
    AND comment.objsubid = 0
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND ($2::pg_catalog.text[] IS NULL OR c.relname = ANY ($2::pg_catalog.text[]))
  AND c.relkind = 'm'
  AND c.oid NOT IN (
        SELECT member.objid FROM pg_catalog.pg_depend member
        WHERE member.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
          AND member.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND member.deptype = 'e')
ORDER BY ns.nspname, c.relname
