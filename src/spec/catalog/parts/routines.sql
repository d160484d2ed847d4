SELECT
    p.tableoid AS catalog,
    p.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    NULL::pg_catalog.text AS relation,
    (CASE WHEN p.proname ~ '[."()]|^ | $' THEN pg_catalog.quote_ident(p.proname) ELSE p.proname END
        || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')') COLLATE "C" AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'definition', pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\n'),
        'comment', comment.description,
@owned f p.proowner p.proacl
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace ns ON ns.oid = p.pronamespace
@comment pg_proc p.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND $2::pg_catalog.text[] IS NULL
  AND p.prokind IN ({1})
@no_member pg_proc p.oid
  -- Nor what a range type brings along.
  AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend range
        WHERE range.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
          AND range.objid = p.oid
          AND range.deptype = 'i')
ORDER BY ns.nspname, name
