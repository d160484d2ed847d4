SELECT
    'pg_catalog.pg_attrdef'::pg_catalog.regclass::pg_catalog.oid AS catalog,
    d.oid AS object,
    ns.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS relation,
    a.attname::pg_catalog.text AS name,
    -- There are more columns than anything else, and json_build_object with json_strip_nulls takes much longer.
    pg_catalog.concat(
        '{"type":', pg_catalog.to_json(pg_catalog.format_type(a.atttypid, a.atttypmod)),
        CASE WHEN a.attinhcount > 0 AND NOT a.attislocal THEN ',"inherited":true' END,
        CASE WHEN coll.oid IS NOT NULL THEN
            ',"collation":' || pg_catalog.to_json(pg_catalog.format('%I.%I', collation_ns.nspname, coll.collname)) END,
        CASE WHEN a.attnotnull
            AND unproven.oid IS NULL -- if 18
            THEN ',"not_null":true' END,
        CASE WHEN d.oid IS NOT NULL THEN
            CASE a.attgenerated WHEN '' THEN ',"default":' ELSE ',"generated":' END
            || pg_catalog.to_json(pg_catalog.pg_get_expr(d.adbin, d.adrelid)) END,
        CASE a.attgenerated WHEN 'v' THEN ',"generated_kind":"virtual"' END,
        CASE a.attidentity WHEN 'a' THEN ',"identity":"always"' WHEN 'd' THEN ',"identity":"by default"' END
            -- A partition's columns count with the table above.
            || CASE WHEN c.relispartition THEN NULL ELSE '' END -- if 17
           ,
        -- What CREATE TABLE makes of the type alone is not said.
        ',"identity_options":' || CASE WHEN a.attidentity <> ''
            AND NOT c.relispartition -- if 17
            THEN (
            SELECT NULLIF(pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
                'start', NULLIF(s.seqstart, 1),
                'increment', NULLIF(s.seqincrement, 1),
                'minimum', NULLIF(s.seqmin, 1),
                'maximum', NULLIF(s.seqmax, CASE pg_catalog.format_type(s.seqtypid, NULL)
                    WHEN 'smallint' THEN 32767
                    WHEN 'integer' THEN 2147483647
                    ELSE 9223372036854775807
                END),
                'cache', NULLIF(s.seqcache, 1),
                'cycle', NULLIF(s.seqcycle, false),
                'name', CASE
                    WHEN sequence.relnamespace = c.relnamespace
                        AND sequence.relname = c.relname || '_' || a.attname || '_seq' THEN NULL
                    ELSE pg_catalog.json_build_array(sequence_ns.nspname, sequence.relname)
                END
            ))::pg_catalog.text, '{}')
            FROM pg_catalog.pg_depend owned
            JOIN pg_catalog.pg_sequence s ON s.seqrelid = owned.objid
            JOIN pg_catalog.pg_class sequence ON sequence.oid = s.seqrelid
            JOIN pg_catalog.pg_namespace sequence_ns ON sequence_ns.oid = sequence.relnamespace
            WHERE owned.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
              AND owned.refobjid = a.attrelid
              AND owned.refobjsubid = a.attnum
              AND owned.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
              AND owned.deptype = 'i'
        ) END,
        CASE WHEN a.attstorage <> t.typstorage THEN ',"storage":' || CASE a.attstorage
            WHEN 'p' THEN '"plain"' WHEN 'e' THEN '"external"' WHEN 'x' THEN '"extended"' WHEN 'm' THEN '"main"' END
        END,
        CASE a.attcompression WHEN 'p' THEN ',"compression":"pglz"' WHEN 'l' THEN ',"compression":"lz4"' END,
        ',"statistics":' || NULLIF(a.attstattarget, -1),
        -- Newer minor releases keep a version of their own here. It is not an option, and mostly all there is.
        ',"options":' || CASE WHEN pg_catalog.starts_with(a.attoptions[1], 'pg_attver=') AND a.attoptions[2] IS NULL THEN NULL
            WHEN a.attoptions IS NOT NULL THEN (
                SELECT pg_catalog.json_object_agg(option_name, option_value ORDER BY option_name COLLATE "C")
                FROM pg_catalog.pg_options_to_table(a.attoptions)
                WHERE option_name <> 'pg_attver'
            ) END,
        ',"comment":' || pg_catalog.to_json(comment.description),
        ',"grants":' || CASE WHEN $3::boolean AND a.attacl IS NOT NULL THEN (
@granted c.relowner a.attacl
        ) END,
        '}'
    ) AS attributes,
    a.attnum AS place
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation coll ON coll.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_catalog.pg_namespace collation_ns ON collation_ns.oid = coll.collnamespace
-- A NOT NULL that is NOT VALID is a constraint of its own there. -- if 18
LEFT JOIN pg_catalog.pg_constraint unproven -- if 18
    ON unproven.conrelid = a.attrelid AND unproven.conkey[1] = a.attnum -- if 18
    AND unproven.contype = 'n' AND NOT unproven.convalidated -- if 18
LEFT JOIN pg_catalog.pg_description comment
    ON comment.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND comment.objoid = a.attrelid
    AND comment.objsubid = a.attnum
WHERE ns.nspname = ANY ($1::pg_catalog.text[])
  AND ($2::pg_catalog.text[] IS NULL OR c.relname = ANY ($2::pg_catalog.text[]))
  AND c.relkind IN ('r', 'p')
@no_member pg_class c.oid
