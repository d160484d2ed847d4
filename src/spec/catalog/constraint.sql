SELECT
    con.tableoid AS catalog,
    con.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS relation,
    con.conname::pg_catalog.text AS name,
    pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
        'kind', CASE con.contype
            WHEN 'p' THEN 'primary key'
            WHEN 'u' THEN 'unique'
            WHEN 'c' THEN 'check'
            WHEN 'f' THEN 'foreign key'
            WHEN 'x' THEN 'exclude'
            WHEN 'n' THEN 'not null'
        END,
        'definition', pg_catalog.pg_get_constraintdef(con.oid),
        -- The definition of an EXCLUDE has its index's options, those of the others have not.
        'options', CASE WHEN con.contype <> 'x' AND index.reloptions IS NOT NULL THEN (
            SELECT pg_catalog.json_object_agg(option_name, option_value ORDER BY option_name COLLATE "C")
            FROM pg_catalog.pg_options_to_table(index.reloptions)
        ) END,
        'tablespace', tablespace.spcname,
        'attached_to', CASE WHEN con.conparentid <> 0 THEN (
            SELECT pg_catalog.json_build_array(parent_ns.nspname, parent.conname)
            FROM pg_catalog.pg_constraint parent
            JOIN pg_catalog.pg_namespace parent_ns ON parent_ns.oid = parent.connamespace
            WHERE parent.oid = con.conparentid
        ) END,
        'only', NULLIF(index.relkind = 'I', false),
        'clustered', NULLIF(i.indisclustered, false),
        'comment', comment.description
    ))::pg_catalog.text AS attributes
FROM pg_catalog.pg_constraint con
JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
-- A foreign key's conindid is an index of the table it refers to.
LEFT JOIN pg_catalog.pg_class index ON index.oid = con.conindid AND con.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = index.oid
LEFT JOIN pg_catalog.pg_tablespace tablespace ON tablespace.oid = index.reltablespace
LEFT JOIN pg_catalog.pg_attribute a -- if 18
    ON a.attrelid = con.conrelid AND a.attnum = con.conkey[1] AND con.contype = 'n' -- if 18
LEFT JOIN pg_catalog.pg_description comment
    ON comment.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
    AND comment.objoid = con.oid
    AND comment.objsubid = 0
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND ($2::pg_catalog.text[] IS NULL OR c.relname = ANY ($2::pg_catalog.text[]))
  -- Nothing here has an owner or grants, but every query takes the same parameters.
  AND $3::boolean IS NOT NULL
  AND c.relkind IN ('r', 'p')
  AND (con.contype IN ('p', 'u', 'x')
    -- What comes with the parent's, and goes with it.
    OR con.contype = 'f' AND con.conparentid = 0
    -- What the column says already. -- if 18
    OR con.contype = 'n' AND con.conislocal AND ( -- if 18
        con.conname <> c.relname || '_' || a.attname || '_not_null' OR con.connoinherit OR NOT con.convalidated) -- if 18
    OR con.contype = 'c' AND con.conislocal)
  AND c.oid NOT IN (
        SELECT member.objid FROM pg_catalog.pg_depend member
        WHERE member.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
          AND member.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND member.deptype = 'e')
ORDER BY ns.nspname, c.relname, con.conname
