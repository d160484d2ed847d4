SELECT
    s.tableoid AS catalog,
    s.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS relation,
    s.stxname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'definition', pg_catalog.pg_get_statisticsobjdef(s.oid),
        'target', NULLIF(s.stxstattarget, -1),
        'comment', comment.description,
        'owner', CASE WHEN $3::boolean THEN pg_catalog.pg_get_userbyid(s.stxowner) END
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_statistic_ext s
-- Only where both are in the same schema: the key has one.
JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid AND c.relnamespace = s.stxnamespace
JOIN pg_catalog.pg_namespace ns ON ns.oid = s.stxnamespace
@comment pg_statistic_ext s.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND ($2::pg_catalog.text[] IS NULL OR c.relname = ANY ($2::pg_catalog.text[]))
  AND c.relkind IN ('r', 'p', 'm')
@no_member pg_class c.oid
ORDER BY ns.nspname, c.relname, s.stxname
