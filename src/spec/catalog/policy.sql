SELECT
    pol.tableoid AS catalog,
    pol.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS relation,
    pol.polname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'command', CASE pol.polcmd
            WHEN '*' THEN 'all'
            WHEN 'r' THEN 'select'
            WHEN 'a' THEN 'insert'
            WHEN 'w' THEN 'update'
            WHEN 'd' THEN 'delete'
        END,
        'restrictive', NULLIF(NOT pol.polpermissive, false),
        'roles', (
            SELECT pg_catalog.json_agg(name ORDER BY name)
            FROM (
                SELECT CASE role WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(role) END
                FROM pg_catalog.unnest(pol.polroles) role
            ) role (name)
        ),
        'using', pg_catalog.pg_get_expr(pol.polqual, pol.polrelid),
        'with_check', pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid),
        'comment', comment.description
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_policy pol
JOIN pg_catalog.pg_class c ON c.oid = pol.polrelid
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
@comment pg_policy pol.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND ($2::pg_catalog.text[] IS NULL OR c.relname = ANY ($2::pg_catalog.text[]))
  AND c.relkind IN ('r', 'p')
@no_member pg_class c.oid
ORDER BY ns.nspname, c.relname, pol.polname
