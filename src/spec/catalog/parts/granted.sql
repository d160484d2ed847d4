            SELECT pg_catalog.json_strip_nulls(coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                    'role', role,
                    'privilege', privilege,
                    'grantable', NULLIF(grantable, false)
                ) ORDER BY role, privilege COLLATE "C"), '[]'))
            FROM (
                SELECT CASE grantee WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(grantee) END,
                       privilege_type,
                       pg_catalog.bool_or(is_grantable)
                FROM pg_catalog.aclexplode({2})
                WHERE grantee <> {1}
                GROUP BY grantee, privilege_type
            ) granted (role, privilege, grantable)
