SELECT
    p.tableoid AS catalog,
    p.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    (CASE WHEN p.proname ~ '[."''() ]' THEN pg_catalog.quote_ident(p.proname) ELSE p.proname END
        || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')') COLLATE "C" AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'definition', pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\n'),
        'comment', comment.description,
        'owner', CASE WHEN $3::boolean THEN pg_catalog.pg_get_userbyid(p.proowner) END,
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
                FROM pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner)))
                WHERE grantee <> p.proowner
                GROUP BY grantee, privilege_type
            ) granted (role, privilege, grantable)
        ) END
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace ns ON ns.oid = p.pronamespace
LEFT JOIN pg_catalog.pg_description comment
    ON comment.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    AND comment.objoid = p.oid
    AND comment.objsubid = 0
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND $2::pg_catalog.text[] IS NULL
  AND p.prokind = 'p'
  AND p.oid NOT IN (
        SELECT member.objid FROM pg_catalog.pg_depend member
        WHERE member.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
          AND member.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
          AND member.deptype = 'e')
ORDER BY ns.nspname, name
