WITH RECURSIVE tie (relid, attnum, other, other_attnum) AS MATERIALIZED (
    SELECT con.conrelid, key.referencing, con.confrelid, key.referenced
    FROM pg_catalog.pg_constraint con
    CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(con.conkey), pg_catalog.unnest(con.confkey)) key (referencing, referenced)
    WHERE con.contype = 'f'
),
web (relid, attnum) AS (
    SELECT $1::pg_catalog.oid, $2::pg_catalog.int2
    UNION
    SELECT near.relid, near.attnum
    FROM web
    CROSS JOIN LATERAL (
        SELECT tie.other, tie.other_attnum FROM tie WHERE tie.relid = web.relid AND tie.attnum = web.attnum
        UNION ALL
        SELECT tie.relid, tie.attnum FROM tie WHERE tie.other = web.relid AND tie.other_attnum = web.attnum
        UNION ALL
        SELECT below.attrelid, below.attnum
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_inherits inh ON inh.inhparent = a.attrelid
        JOIN pg_catalog.pg_attribute below
            ON below.attrelid = inh.inhrelid AND below.attname = a.attname AND below.attinhcount > 0
        WHERE a.attrelid = web.relid AND a.attnum = web.attnum
        UNION ALL
        SELECT above.attrelid, above.attnum
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_inherits inh ON inh.inhrelid = a.attrelid
        JOIN pg_catalog.pg_attribute above ON above.attrelid = inh.inhparent AND above.attname = a.attname
        WHERE a.attrelid = web.relid AND a.attnum = web.attnum AND a.attinhcount > 0
    ) near (relid, attnum)
),
-- The columns at the top that each comes from.
origin (relid, attnum, top) AS (
    SELECT web.relid, web.attnum, web.relid
    FROM web
    JOIN pg_catalog.pg_attribute a ON a.attrelid = web.relid AND a.attnum = web.attnum
    WHERE a.attinhcount = 0
    UNION
    SELECT below.attrelid, below.attnum, origin.top
    FROM origin
    JOIN pg_catalog.pg_attribute a ON a.attrelid = origin.relid AND a.attnum = origin.attnum
    JOIN pg_catalog.pg_inherits inh ON inh.inhparent = a.attrelid
    JOIN pg_catalog.pg_attribute below
        ON below.attrelid = inh.inhrelid AND below.attname = a.attname AND below.attinhcount > 0
)
SELECT
    a.attrelid,
    a.attnum,
    pg_catalog.format('%I.%I', ns.nspname, c.relname) AS table_name,
    a.attname::pg_catalog.text,
    a.atttypid,
    a.atttypmod,
    a.attcollation,
    a.attinhcount = 0 AS on_top,
    (SELECT pg_catalog.count(*) FROM origin WHERE origin.relid = a.attrelid AND origin.attnum = a.attnum) AS tops,
    a.attidentity <> '' AS is_identity,
    a.attstorage <> t.typstorage OR a.attcompression <> '' AS has_storage,
    CASE WHEN a.attgenerated = '' THEN d.adbin::pg_catalog.text END AS default_tree,
    CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS default_text,
    pg_catalog.format_type(a.atttypid, NULL) AS type_name
FROM web
JOIN pg_catalog.pg_attribute a ON a.attrelid = web.relid AND a.attnum = web.attnum
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
ORDER BY ns.nspname, c.relname, a.attnum
