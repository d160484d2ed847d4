SELECT
    con.tableoid AS catalog,
    con.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    t.typname::pg_catalog.text AS relation,
    con.conname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'definition', pg_catalog.pg_get_constraintdef(con.oid),
        'comment', comment.description
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace ns ON ns.oid = t.typnamespace
JOIN pg_catalog.pg_constraint con ON con.contypid = t.oid
@comment pg_constraint con.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND $2::pg_catalog.text[] IS NULL
  AND t.typtype = 'd'
  AND (con.contype = 'c'
    -- What the domain says already. -- if 17
    OR con.contype = 'n' AND (con.conname <> t.typname || '_not_null' OR comment.description IS NOT NULL) -- if 17
  )
@no_member pg_type t.oid
ORDER BY ns.nspname, t.typname, con.conname
