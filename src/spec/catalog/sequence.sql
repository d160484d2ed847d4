SELECT
    c.tableoid AS catalog,
    c.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    c.relname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'type', pg_catalog.format_type(s.seqtypid, NULL),
        'start', s.seqstart,
        'increment', s.seqincrement,
        'minimum', s.seqmin,
        'maximum', s.seqmax,
        'cache', s.seqcache,
        'cycle', NULLIF(s.seqcycle, false),
        'persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
        'owned_by', CASE WHEN owned.objid IS NOT NULL
            THEN pg_catalog.json_build_array(owner_ns.nspname, owner.relname, a.attname) END,
        'comment', comment.description,
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
                FROM pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('s', c.relowner)))
                WHERE grantee <> c.relowner
                GROUP BY grantee, privilege_type
            ) granted (role, privilege, grantable)
        ) END
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
-- By the column that owns it (a), or that it is the identity of (i).
LEFT JOIN pg_catalog.pg_depend owned
    ON owned.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND owned.objid = s.seqrelid
    AND owned.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND owned.refobjsubid > 0
    AND owned.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_class owner ON owner.oid = owned.refobjid
LEFT JOIN pg_catalog.pg_namespace owner_ns ON owner_ns.oid = owner.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = owned.refobjid AND a.attnum = owned.refobjsubid
LEFT JOIN pg_catalog.pg_description comment
    ON comment.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND comment.objoid = c.oid
    AND comment.objsubid = 0
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND $2::pg_catalog.text[] IS NULL
  AND owned.deptype IS DISTINCT FROM 'i'
  AND c.oid NOT IN (
        SELECT member.objid FROM pg_catalog.pg_depend member
        WHERE member.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
          AND member.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND member.deptype = 'e')
ORDER BY ns.nspname, c.relname
