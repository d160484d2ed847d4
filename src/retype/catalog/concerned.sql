-- The columns whose type changes ($1, $2), and all that is defined with them. Of what the server would make again, $3 is
-- worded otherwise than the server would do it.
WITH RECURSIVE changed (relid, attnum) AS (
    SELECT changed.relid, changed.attnum
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]), pg_catalog.unnest($2::pg_catalog.int2[])) changed (relid, attnum)
),
generated (relid, attnum, expression) AS (
    SELECT DISTINCT def.adrelid, def.adnum, pg_catalog.pg_get_expr(def.adbin, def.adrelid)
    FROM changed
    JOIN pg_catalog.pg_depend d
        ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.refobjid = changed.relid AND d.refobjsubid = changed.attnum
        AND d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
    JOIN pg_catalog.pg_attrdef def ON def.oid = d.objid
    JOIN pg_catalog.pg_attribute a ON a.attrelid = def.adrelid AND a.attnum = def.adnum
    WHERE a.attgenerated <> ''
      AND (def.adrelid, def.adnum) NOT IN (SELECT changed.relid, changed.attnum FROM changed)
),
-- Those that must be bare: a generated column whose expression cannot be set is dropped.
bare (relid, attnum) AS (
    SELECT changed.relid, changed.attnum FROM changed
    UNION ALL -- if <17
    SELECT generated.relid, generated.attnum FROM generated -- if <17
),
direct (classid, objid) AS (
    SELECT d.classid, d.objid
    FROM bare
    JOIN pg_catalog.pg_depend d
        ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.refobjid = bare.relid AND d.refobjsubid = bare.attnum
    UNION
    -- GROUP BY a primary key; the server makes that anew.
    SELECT d.classid, d.objid
    FROM bare
    JOIN pg_catalog.pg_constraint con
        ON con.conrelid = bare.relid AND con.contype IN ('p', 'u') AND con.conkey @> ARRAY[bare.attnum]
    JOIN pg_catalog.pg_depend d
        ON d.refclassid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.refobjid = con.oid
    WHERE d.deptype = 'n'
),
view_at (oid, level) AS (
    SELECT r.ev_class, 0
    FROM direct
    JOIN pg_catalog.pg_rewrite r
        ON direct.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = direct.objid
    WHERE r.rulename = '_RETURN'
    UNION
    SELECT r.ev_class, view_at.level + 1
    FROM view_at
    JOIN pg_catalog.pg_depend d
        ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = view_at.oid
        AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
    JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
    WHERE r.rulename = '_RETURN' AND r.ev_class <> view_at.oid AND view_at.level < 1000
),
view AS (
    SELECT c.oid, c.relkind, c.relowner, c.relacl, c.reloptions, c.relam, c.reltablespace, c.reltoastrelid,
           c.relispopulated, c.relnamespace, c.reltype, at.level,
           CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS word,
           -- Whether its owner has what the owner of a new one has.
           c.relacl IS NULL OR c.relacl[1] = (pg_catalog.acldefault('r', c.relowner))[1] AND NOT EXISTS (
               SELECT FROM pg_catalog.pg_default_acl d
               JOIN pg_catalog.pg_roles role ON role.oid = d.defaclrole
               WHERE role.rolname = current_user AND d.defaclobjtype = 'r' AND d.defaclnamespace IN (0, c.relnamespace)
           ) AS owner_as_made,
           pg_catalog.format('%I.%I', ns.nspname, c.relname) AS name
    FROM (SELECT view_at.oid, pg_catalog.max(view_at.level) AS level FROM view_at GROUP BY view_at.oid) at
    JOIN pg_catalog.pg_class c ON c.oid = at.oid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
),
concerned (classid, objid) AS (
    SELECT direct.classid, direct.objid FROM direct
    UNION
    SELECT d.classid, d.objid
    FROM view
    JOIN pg_catalog.pg_depend d
        ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = view.oid
),
rule AS (
    SELECT r.oid, r.rulename, r.ev_class, r.ev_enabled, pg_catalog.format('%I.%I', ns.nspname, c.relname) AS relation
    FROM concerned
    JOIN pg_catalog.pg_rewrite r
        ON concerned.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = concerned.objid
    JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    WHERE r.rulename <> '_RETURN'
),
-- A partition's trigger goes and comes with the one above.
trigger_line (oid, parent, top) AS (
    SELECT t.oid, t.tgparentid, t.oid
    FROM concerned
    JOIN pg_catalog.pg_trigger t
        ON concerned.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND t.oid = concerned.objid
    WHERE NOT t.tgisinternal
    UNION
    SELECT line.oid, above.tgparentid, above.oid
    FROM trigger_line line
    JOIN pg_catalog.pg_trigger above ON above.oid = line.parent
),
trigger_below (oid, level) AS (
    SELECT DISTINCT line.top, 0 FROM trigger_line line WHERE line.parent = 0
    UNION
    SELECT t.oid, trigger_below.level + 1
    FROM trigger_below
    JOIN pg_catalog.pg_trigger t ON t.tgparentid = trigger_below.oid
),
trigger AS (
    SELECT t.oid, t.tgname, t.tgrelid, t.tgenabled, below.level,
           pg_catalog.format('%I.%I', ns.nspname, c.relname) AS relation
    FROM trigger_below below
    JOIN pg_catalog.pg_trigger t ON t.oid = below.oid
    JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
),
policy AS (
    SELECT DISTINCT pol.oid, pol.polname, pol.polrelid, pg_catalog.format('%I.%I', ns.nspname, c.relname) AS relation,
           pg_catalog.pg_get_expr(pol.polqual, pol.polrelid) AS qual,
           pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid) AS with_check
    FROM concerned
    JOIN pg_catalog.pg_policy pol
        ON concerned.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND pol.oid = concerned.objid
    JOIN pg_catalog.pg_class c ON c.oid = pol.polrelid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
),
routine AS (
    SELECT p.oid, p.proowner, p.pronamespace,
           pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\n') AS definition,
           pg_catalog.pg_get_function_sqlbody(p.oid) AS body
    FROM concerned
    JOIN pg_catalog.pg_proc p
        ON concerned.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = concerned.objid
    WHERE p.prosqlbody IS NOT NULL
),
published AS (
    SELECT pr.oid, pub.pubname, pub.oid AS publication, pub.pubowner,
           pg_catalog.format('%I.%I', ns.nspname, c.relname) AS relation,
           pg_catalog.concat(''
               , ' (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum) -- if 15
                          FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (pr.prattrs)) || ')' -- if 15
               , ' WHERE (' || pg_catalog.pg_get_expr(pr.prqual, pr.prrelid) || ')' -- if 15
           ) AS restriction
    FROM concerned
    JOIN pg_catalog.pg_publication_rel pr
        ON concerned.classid = 'pg_catalog.pg_publication_rel'::pg_catalog.regclass AND pr.oid = concerned.objid
    JOIN pg_catalog.pg_publication pub ON pub.oid = pr.prpubid
    JOIN pg_catalog.pg_class c ON c.oid = pr.prrelid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
),
foreign_key AS (
    SELECT con.oid, con.conname, con.conrelid, con.confrelid, pg_catalog.format('%I.%I', ns.nspname, c.relname) AS relation
    FROM pg_catalog.pg_constraint con
    JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    WHERE con.contype = 'f' AND con.conparentid = 0
      AND EXISTS (
            SELECT FROM bare
            WHERE bare.relid = con.conrelid AND bare.attnum = ANY (con.conkey)
               OR bare.relid = con.confrelid AND bare.attnum = ANY (con.confkey))
),
-- What the server makes again itself, but for a part of what is said of it.
rebuilt_index (oid) AS (
    SELECT DISTINCT c.oid
    FROM changed
    JOIN pg_catalog.pg_depend d
        ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.refobjid = changed.relid AND d.refobjsubid = changed.attnum
        AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind IN ('i', 'I')
),
rebuilt_statistics (oid) AS (
    SELECT DISTINCT d.objid
    FROM changed
    JOIN pg_catalog.pg_depend d
        ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.refobjid = changed.relid AND d.refobjsubid = changed.attnum
        AND d.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass
),
-- Indexes, statistics and constraints that nobody but this makes again: those of materialized views, and of generated
-- columns that are dropped, and what is to be worded otherwise.
reworded_here (oid) AS (
    SELECT pg_catalog.unnest($3::pg_catalog.oid[])
),
lost_index (oid) AS (
    SELECT rebuilt_index.oid FROM rebuilt_index JOIN reworded_here USING (oid)
    UNION
    SELECT i.indexrelid FROM view JOIN pg_catalog.pg_index i ON i.indrelid = view.oid
    UNION -- if <17
    SELECT c.oid -- if <17
    FROM generated -- if <17
    JOIN pg_catalog.pg_depend d -- if <17
        ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass -- if <17
        AND d.refobjid = generated.relid AND d.refobjsubid = generated.attnum -- if <17
        AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass -- if <17
    JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'i' -- if <17
    WHERE c.oid NOT IN (SELECT con.conindid FROM pg_catalog.pg_constraint con WHERE con.contype IN ('p', 'u', 'x')) -- if <17
),
lost_statistics (oid) AS (
    SELECT rebuilt_statistics.oid FROM rebuilt_statistics JOIN reworded_here USING (oid)
    UNION
    SELECT s.oid FROM view JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = view.oid
    UNION -- if <17
    SELECT d.objid -- if <17
    FROM generated -- if <17
    JOIN pg_catalog.pg_depend d -- if <17
        ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass -- if <17
        AND d.refobjid = generated.relid AND d.refobjsubid = generated.attnum -- if <17
        AND d.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass -- if <17
),
lost_constraint (oid) AS (
    SELECT con.oid FROM pg_catalog.pg_constraint con JOIN reworded_here USING (oid)
    WHERE con.contype = 'c'
    UNION
    -- The expression of a virtual column cannot be set while its table has a CHECK. -- if 18
    SELECT con.oid -- if 18
    FROM generated -- if 18
    JOIN pg_catalog.pg_attribute a ON a.attrelid = generated.relid AND a.attnum = generated.attnum AND a.attgenerated = 'v' -- if 18
    JOIN pg_catalog.pg_constraint con ON con.conrelid = generated.relid AND con.contype = 'c' AND con.coninhcount = 0 -- if 18
    UNION -- if 18
    SELECT con.oid
    FROM generated
    JOIN pg_catalog.pg_constraint con
        ON con.conrelid = generated.relid AND generated.attnum = ANY (con.conkey) AND con.contype IN ('u', 'c', 'x') AND con.conislocal
    WHERE false -- if 17
)
