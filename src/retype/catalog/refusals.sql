,
-- What is changed, dropped or made again itself.
worked_on (classid, objid, owner, namespace) AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, c.relowner, NULL::pg_catalog.oid
    FROM pg_catalog.pg_class c
    WHERE c.oid IN (
        SELECT changed.relid FROM changed
        UNION SELECT policy.polrelid FROM policy
        UNION SELECT rule.ev_class FROM rule
        UNION SELECT trigger.tgrelid FROM trigger
        UNION SELECT foreign_key.conrelid FROM foreign_key)
    UNION
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, view.oid, view.relowner, view.relnamespace FROM view
    UNION
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, routine.oid, routine.proowner, routine.pronamespace FROM routine
    UNION
    SELECT 'pg_catalog.pg_publication'::pg_catalog.regclass, published.publication, published.pubowner, NULL FROM published
    UNION
    SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, s.stxowner, NULL
    FROM pg_catalog.pg_statistic_ext s
    WHERE s.oid IN (SELECT lost_statistics.oid FROM lost_statistics UNION SELECT rebuilt_statistics.oid FROM rebuilt_statistics)
),
-- What is dropped and made again.
renewed (classid, objid) AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, view.oid FROM view
    UNION ALL SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, rule.oid FROM rule
    UNION ALL SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, trigger.oid FROM trigger
    UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, lost_index.oid FROM lost_index
    UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, lost_statistics.oid FROM lost_statistics
    UNION ALL SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, lost_constraint.oid FROM lost_constraint
    UNION ALL SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, foreign_key.oid FROM foreign_key
),
-- The row types of the tables, and what is made of them.
row_type (oid, of) AS (
    SELECT t.oid, changed.relid
    FROM changed
    JOIN pg_catalog.pg_type t ON t.typrelid = changed.relid
    UNION
    SELECT made.oid, row_type.of
    FROM row_type
    JOIN pg_catalog.pg_depend d
        ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid = row_type.oid
    CROSS JOIN LATERAL (
        -- Arrays, domains, ranges.
        SELECT d.objid WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        UNION ALL
        -- Composite types, and views.
        SELECT c.reltype
        FROM pg_catalog.pg_class c
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = d.objid AND c.relkind IN ('c', 'v') AND c.reltype <> 0
    ) made (oid)
)
SELECT refusal.sqlstate, refusal.text
FROM (
    SELECT '0A000', pg_catalog.format('%s has the type of a row of %s',
        pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid), row_type.of::pg_catalog.regclass)
    FROM row_type
    JOIN pg_catalog.pg_depend d
        ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid = row_type.oid
        AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid > 0
    JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind IN ('r', 'p', 'm', 'f')
    UNION
    SELECT '0A000', pg_catalog.format('%s uses the type of a row of %s',
        pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid), view.name)
    FROM view
    JOIN pg_catalog.pg_type t ON t.typrelid = view.oid
    JOIN pg_catalog.pg_depend d
        ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid IN (t.oid, t.typarray) AND d.deptype <> 'i'
    WHERE NOT (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid IN (SELECT view.oid FROM view))
      AND NOT (d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid IN (
            SELECT r.oid FROM view JOIN pg_catalog.pg_rewrite r ON r.ev_class = view.oid))
    UNION
    SELECT '0A000', pg_catalog.format('column %I of %s is in its partition key', a.attname, changed.relid::pg_catalog.regclass)
    FROM changed
    JOIN pg_catalog.pg_attribute a ON a.attrelid = changed.relid AND a.attnum = changed.attnum
    WHERE EXISTS (
        SELECT FROM pg_catalog.pg_partitioned_table p
        WHERE p.partrelid = changed.relid AND changed.attnum = ANY (p.partattrs::pg_catalog.int2[]))
       OR EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = changed.relid AND d.objsubid = changed.attnum
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = changed.relid AND d.refobjsubid = 0
          AND d.deptype = 'i')
    UNION
    SELECT '0A000', pg_catalog.format('table %s is a typed table', c.oid::pg_catalog.regclass)
    FROM changed JOIN pg_catalog.pg_class c ON c.oid = changed.relid
    WHERE c.reloftype <> 0
    UNION
    SELECT '0A000', pg_catalog.format('%s is no table', pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0))
    FROM changed JOIN pg_catalog.pg_class c ON c.oid = changed.relid
    WHERE c.relkind NOT IN ('r', 'p')
    UNION
    SELECT '0A000', pg_catalog.format('table %s is the system''s', c.oid::pg_catalog.regclass)
    FROM changed
    JOIN pg_catalog.pg_class c ON c.oid = changed.relid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    WHERE ns.nspname IN ('pg_catalog', 'information_schema', 'pg_toast')
    UNION
    SELECT '0A000', pg_catalog.format('column %I of %s is generated', a.attname, changed.relid::pg_catalog.regclass)
    FROM changed
    JOIN pg_catalog.pg_attribute a ON a.attrelid = changed.relid AND a.attnum = changed.attnum
    WHERE a.attgenerated <> ''
    UNION
    SELECT '0A000', pg_catalog.format('%s belongs to extension %I',
        pg_catalog.pg_describe_object(worked_on.classid, worked_on.objid, 0), e.extname)
    FROM worked_on
    JOIN pg_catalog.pg_depend d ON d.classid = worked_on.classid AND d.objid = worked_on.objid AND d.deptype = 'e'
    JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
    UNION
    SELECT '0A000', pg_catalog.format('%s depends on extension %I',
        pg_catalog.pg_describe_object(renewed.classid, renewed.objid, 0), e.extname)
    FROM renewed
    JOIN pg_catalog.pg_depend d ON d.classid = renewed.classid AND d.objid = renewed.objid AND d.deptype = 'x'
    JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
    UNION
    SELECT '0A000', pg_catalog.format('%s has a security label',
        pg_catalog.pg_describe_object(renewed.classid, renewed.objid, label.objsubid))
    FROM renewed
    JOIN pg_catalog.pg_seclabel label ON label.classoid = renewed.classid AND label.objoid = renewed.objid
    UNION
    SELECT '0A000', pg_catalog.format('privileges on %s were granted by %I, who is not its owner',
        view.name, pg_catalog.pg_get_userbyid(acl.grantor))
    FROM view
    CROSS JOIN LATERAL (
        SELECT item.grantor FROM pg_catalog.aclexplode(view.relacl) item
        UNION
        SELECT item.grantor
        FROM pg_catalog.pg_attribute a
        CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) item
        WHERE a.attrelid = view.oid
    ) acl
    WHERE acl.grantor <> view.relowner
    UNION
    SELECT '0A000', pg_catalog.format('triggers of %s are not enabled as they were made',
        pg_catalog.pg_describe_object('pg_catalog.pg_constraint'::pg_catalog.regclass, foreign_key.oid, 0))
    FROM foreign_key
    JOIN pg_catalog.pg_trigger t ON t.tgconstraint = foreign_key.oid AND t.tgenabled <> 'O'
        AND t.tgrelid IN (foreign_key.conrelid, foreign_key.confrelid)
    UNION
    SELECT '0A000', pg_catalog.format('%s depends on it, and cannot be made again',
        pg_catalog.pg_describe_object(concerned.classid, concerned.objid, 0))
    FROM concerned
    WHERE NOT (concerned.classid IN (
            'pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_constraint'::pg_catalog.regclass,
            'pg_catalog.pg_attrdef'::pg_catalog.regclass, 'pg_catalog.pg_rewrite'::pg_catalog.regclass,
            'pg_catalog.pg_trigger'::pg_catalog.regclass, 'pg_catalog.pg_policy'::pg_catalog.regclass,
            'pg_catalog.pg_publication_rel'::pg_catalog.regclass, 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass,
            'pg_catalog.pg_type'::pg_catalog.regclass)
        OR concerned.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND concerned.objid IN (SELECT routine.oid FROM routine))
    UNION -- if <17
    -- Its expression cannot be set: it is dropped, and comes back at the end. -- if <17
    SELECT '0A000', pg_catalog.format('generated column %I of %s is not the last one', a.attname, a.attrelid::pg_catalog.regclass) -- if <17
    FROM generated -- if <17
    JOIN pg_catalog.pg_attribute a ON a.attrelid = generated.relid AND a.attnum = generated.attnum -- if <17
    WHERE EXISTS ( -- if <17
        SELECT FROM pg_catalog.pg_attribute later -- if <17
        WHERE later.attrelid = a.attrelid AND later.attnum > a.attnum AND NOT later.attisdropped -- if <17
          AND (later.attrelid, later.attnum) NOT IN (SELECT generated.relid, generated.attnum FROM generated)) -- if <17
    UNION -- if <17
    SELECT '0A000', pg_catalog.format('%s rests on generated column %I of %s', -- if <17
        pg_catalog.pg_describe_object(d.classid, d.objid, 0), a.attname, a.attrelid::pg_catalog.regclass) -- if <17
    FROM generated -- if <17
    JOIN pg_catalog.pg_attribute a ON a.attrelid = generated.relid AND a.attnum = generated.attnum -- if <17
    JOIN pg_catalog.pg_depend d -- if <17
        ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum -- if <17
    LEFT JOIN pg_catalog.pg_constraint con ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND con.oid = d.objid -- if <17
    LEFT JOIN pg_catalog.pg_class c ON c.oid = CASE d.classid WHEN 'pg_catalog.pg_class'::pg_catalog.regclass THEN d.objid ELSE con.conindid END -- if <17
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid -- if <17
    WHERE con.contype = 'p' OR i.indisclustered OR i.indisreplident OR c.relispartition OR c.relkind = 'I' -- if <17
       OR con.contype IN ('c', 'u', 'x') AND (a.attinhcount > 0 -- if <17
            OR EXISTS (SELECT FROM pg_catalog.pg_constraint below WHERE con.contype = 'c' AND NOT con.connoinherit AND con.coninhcount > 0)) -- if <17
    UNION
    SELECT '0A000', pg_catalog.format('generated column %I of %s is in the primary key', a.attname, a.attrelid::pg_catalog.regclass)
    FROM generated
    JOIN pg_catalog.pg_attribute a ON a.attrelid = generated.relid AND a.attnum = generated.attnum
    JOIN pg_catalog.pg_constraint con ON con.conrelid = a.attrelid AND con.contype = 'p' AND a.attnum = ANY (con.conkey)
    UNION
    SELECT '0A000', pg_catalog.format('generated column %I of %s has another expression than the one it inherits', a.attname, a.attrelid::pg_catalog.regclass)
    FROM generated
    JOIN pg_catalog.pg_attribute a ON a.attrelid = generated.relid AND a.attnum = generated.attnum AND a.attinhcount > 0
    JOIN pg_catalog.pg_inherits inh ON inh.inhrelid = a.attrelid
    JOIN pg_catalog.pg_attribute above ON above.attrelid = inh.inhparent AND above.attname = a.attname
    LEFT JOIN generated of_above ON of_above.relid = above.attrelid AND of_above.attnum = above.attnum
    WHERE of_above.expression IS DISTINCT FROM generated.expression
    UNION
    SELECT '42501', pg_catalog.format('%s belongs to role %I',
        pg_catalog.pg_describe_object(worked_on.classid, worked_on.objid, 0), pg_catalog.pg_get_userbyid(worked_on.owner))
    FROM worked_on
    WHERE NOT pg_catalog.pg_has_role(worked_on.owner, 'USAGE')
    UNION
    SELECT '42501', pg_catalog.format('role %I may not create in schema %I', role.name, ns.nspname)
    FROM worked_on
    JOIN pg_catalog.pg_namespace ns ON ns.oid = worked_on.namespace
    CROSS JOIN LATERAL (VALUES (current_user), (pg_catalog.pg_get_userbyid(worked_on.owner))) role (name)
    WHERE NOT pg_catalog.has_schema_privilege(role.name, ns.oid, 'CREATE')
      -- A superuser gives it to whom he likes.
      AND NOT (SELECT caller.rolsuper FROM pg_catalog.pg_roles caller WHERE caller.rolname = current_user)
) refusal (sqlstate, text)
ORDER BY refusal.sqlstate DESC, refusal.text COLLATE "C"
