-- What has to be said again, by catalog: by this, or by the server, whose words then are those of the types.
SELECT worded.catalog, worded.oid
FROM (
    SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass::pg_catalog.oid, r.oid
    FROM view JOIN pg_catalog.pg_rewrite r ON r.ev_class = view.oid
    UNION SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, rule.oid FROM rule
    UNION SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass, trigger.oid FROM trigger
    UNION SELECT 'pg_catalog.pg_policy'::pg_catalog.regclass, policy.oid FROM policy
    UNION SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, routine.oid FROM routine
    UNION SELECT 'pg_catalog.pg_publication_rel'::pg_catalog.regclass, published.oid FROM published
    UNION SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass, def.oid
    FROM generated JOIN pg_catalog.pg_attrdef def ON def.adrelid = generated.relid AND def.adnum = generated.attnum
    UNION SELECT 'pg_catalog.pg_index'::pg_catalog.regclass, lost_index.oid FROM lost_index
    UNION SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, lost_constraint.oid FROM lost_constraint
    UNION SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, lost_statistics.oid FROM lost_statistics
    -- Those that this can make again as well as the server.
    UNION SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, con.oid
    FROM changed
    JOIN pg_catalog.pg_constraint con
        ON con.conrelid = changed.relid AND con.contype = 'c' AND changed.attnum = ANY (con.conkey) AND con.coninhcount = 0
    WHERE NOT EXISTS (
        SELECT FROM pg_catalog.pg_inherits inh
        JOIN pg_catalog.pg_constraint below ON below.conrelid = inh.inhrelid AND below.conname = con.conname
        WHERE inh.inhparent = con.conrelid AND below.conislocal)
    UNION SELECT 'pg_catalog.pg_index'::pg_catalog.regclass, i.indexrelid
    FROM rebuilt_index
    JOIN pg_catalog.pg_index i ON i.indexrelid = rebuilt_index.oid
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i' AND NOT c.relispartition
    WHERE (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint con WHERE con.conindid = i.indexrelid)
    UNION SELECT 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, rebuilt_statistics.oid FROM rebuilt_statistics
) worded (catalog, oid)
