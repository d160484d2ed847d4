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
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND $2::pg_catalog.text[] IS NULL
  -- Nothing here has an owner or grants, but every query takes the same parameters.
  AND $3::boolean IS NOT NULL
  AND ext.extname NOT IN ('plpgsql', 'guarded_ddl')
ORDER BY ext.extname
