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
        -- Also an index that is a part of a plain one, of which pg_constraint knows nothing.
        'attached_to', CASE WHEN index.relispartition THEN (
            SELECT pg_catalog.json_build_array(parent_ns.nspname, parent.relname)
            FROM pg_catalog.pg_inherits inh
            JOIN pg_catalog.pg_class parent ON parent.oid = inh.inhparent
            JOIN pg_catalog.pg_namespace parent_ns ON parent_ns.oid = parent.relnamespace
            WHERE inh.inhrelid = index.oid
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
@comment pg_constraint con.oid
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND ($2::pg_catalog.text[] IS NULL OR c.relname = ANY ($2::pg_catalog.text[]))
  AND c.relkind IN ('r', 'p')
  AND (con.contype IN ('p', 'u', 'x')
    -- What comes with the parent's, and goes with it.
    OR con.contype = 'f' AND con.conparentid = 0
    -- What the column says already, unless it has another name than it would have by itself: -- if 18
    -- its own, or that of the table above where it comes from there, and from there only. -- if 18
    OR con.contype = 'n' AND ( -- if 18
        con.connoinherit OR comment.description IS NOT NULL -- if 18
        OR con.conislocal AND con.coninhcount > 0 AND NOT c.relispartition -- if 18
        OR CASE WHEN con.coninhcount > 0 AND (c.relispartition OR NOT con.conislocal) -- if 18
            THEN con.conname IS DISTINCT FROM ( -- if 18
                SELECT above.conname -- if 18
                FROM pg_catalog.pg_inherits inh -- if 18
                JOIN pg_catalog.pg_attribute of_above ON of_above.attrelid = inh.inhparent AND of_above.attname = a.attname -- if 18
                JOIN pg_catalog.pg_constraint above -- if 18
                    ON above.conrelid = inh.inhparent AND above.contype = 'n' AND above.conkey[1] = of_above.attnum -- if 18
                WHERE inh.inhrelid = con.conrelid -- if 18
                ORDER BY inh.inhseqno -- if 18
                LIMIT 1) -- if 18
            ELSE NOT con.convalidated OR con.conname <> (c.relname || '_' || a.attname || '_not_null')::pg_catalog.name -- if 18
        END) -- if 18
    OR con.contype = 'c' AND con.conislocal)
@no_member pg_class c.oid
ORDER BY ns.nspname, c.relname, con.conname
