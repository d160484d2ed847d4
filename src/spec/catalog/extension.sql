SELECT
    ext.tableoid AS catalog,
    ext.oid AS object,
    NULL::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    ext.extname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'schema', ns.nspname,
        'version', ext.extversion
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_extension ext
JOIN pg_catalog.pg_namespace ns ON ns.oid = ext.extnamespace
WHERE $2::pg_catalog.text[] IS NULL
  -- One that is asked for by its name may be in any schema.
  AND (ext.extname = ANY ($4::pg_catalog.text[])
    OR ns.nspname = ANY ($1::pg_catalog.text[]) AND ext.extname NOT IN ('plpgsql', 'guarded_ddl'))
ORDER BY ext.extname
