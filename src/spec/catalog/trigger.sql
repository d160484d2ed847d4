SELECT
    t.tableoid AS catalog,
    t.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS relation,
    t.tgname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'definition', pg_catalog.pg_get_triggerdef(t.oid),
        'enabled', CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END,
        'comment', comment.description
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
@comment pg_trigger t.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND ($2::pg_catalog.text[] IS NULL OR c.relname = ANY ($2::pg_catalog.text[]))
  AND c.relkind IN ('r', 'p', 'v')
  -- Not those of constraints, and not a partition's copy.
  AND NOT t.tgisinternal
  AND t.tgparentid = 0
@no_member pg_class c.oid
ORDER BY ns.nspname, c.relname, t.tgname
