-- In which order: of a stage, then of an object in it, then of what is said of that.
SELECT step.stage, step.sql
FROM (
    -- 10: nobody changes meanwhile what is read here.
    SELECT 10, 0, 0, 'LOCK TABLE ' || pg_catalog.string_agg(held.name, ', ' ORDER BY held.name COLLATE "C") || ' IN ACCESS EXCLUSIVE MODE'
    FROM (
        SELECT pg_catalog.format('%I.%I', ns.nspname, c.relname)
        FROM (SELECT changed.relid FROM changed
              UNION SELECT policy.polrelid FROM policy
              UNION SELECT rule.ev_class FROM rule
              UNION SELECT trigger.tgrelid FROM trigger
              UNION SELECT foreign_key.conrelid FROM foreign_key
              UNION SELECT foreign_key.confrelid FROM foreign_key) relation (oid)
        JOIN pg_catalog.pg_class c ON c.oid = relation.oid
        JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p')
    ) held (name)

    -- 20: what is defined with the columns is taken away.
    UNION ALL
    SELECT 20, 0, 0, pg_catalog.format('ALTER PUBLICATION %I DROP TABLE ONLY %s', published.pubname, published.relation)
    FROM published
    UNION ALL
    SELECT 21, 0, 0, pg_catalog.format('DROP TRIGGER %I ON %s', trigger.tgname, trigger.relation)
    FROM trigger
    WHERE trigger.level = 0 AND trigger.tgrelid NOT IN (SELECT view.oid FROM view)
    UNION ALL
    -- Nobody sees or writes more than before.
    SELECT 22, 0, 0, pg_catalog.format('ALTER POLICY %I ON %s', policy.polname, policy.relation)
        || CASE WHEN policy.qual IS NOT NULL THEN ' USING (false)' ELSE '' END
        || CASE WHEN policy.with_check IS NOT NULL THEN ' WITH CHECK (false)' ELSE '' END
    FROM policy
    UNION ALL
    SELECT 23, 0, 0, pg_catalog.format('DROP RULE %I ON %s', rule.rulename, rule.relation)
    FROM rule
    WHERE rule.ev_class NOT IN (SELECT view.oid FROM view)
    UNION ALL
    -- A body that needs nothing, and fails if something calls it meanwhile.
    SELECT 24, 0, 0, pg_catalog.left(routine.definition, -pg_catalog.length(routine.body)) || 'AS $$ it is being made again $$'
    FROM routine
    UNION ALL
    SELECT 25, -view.level, 0, pg_catalog.format('DROP %s %s', view.word, view.name)
    FROM view
    UNION ALL
    SELECT 26, 0, 0, pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I', foreign_key.relation, foreign_key.conname)
    FROM foreign_key
    UNION ALL
    SELECT 28, 0, 0, said.sql
    FROM generated
    JOIN pg_catalog.pg_attribute a ON a.attrelid = generated.relid AND a.attnum = generated.attnum
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_constraint con ON con.conrelid = a.attrelid AND con.contype = 'n' AND con.conkey = ARRAY[a.attnum]
    CROSS JOIN LATERAL (VALUES
        (pg_catalog.format('ALTER TABLE %I.%I DROP COLUMN %I', ns.nspname, c.relname, a.attname)) -- if <17
        (CASE WHEN a.attnotnull THEN pg_catalog.format('ALTER TABLE %I.%I ALTER COLUMN %I DROP NOT NULL', ns.nspname, c.relname, a.attname) END), -- if 17
        (pg_catalog.format('ALTER TABLE %I.%I ALTER COLUMN %I SET EXPRESSION AS (NULL::%s)', -- if 17
            ns.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod))) -- if 17
    ) said (sql)
    WHERE a.attinhcount = 0 AND said.sql IS NOT NULL

    UNION ALL
    SELECT 27, 0, 0, pg_catalog.format('ALTER TABLE %I.%I DROP CONSTRAINT %I', ns.nspname, c.relname, con.conname)
    FROM lost_constraint
    JOIN pg_catalog.pg_constraint con USING (oid)
    JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    UNION ALL
    SELECT 27, 0, 1, pg_catalog.format('DROP INDEX %I.%I', ns.nspname, c.relname)
    FROM reworded_here
    JOIN rebuilt_index USING (oid)
    JOIN pg_catalog.pg_class c USING (oid)
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    UNION ALL
    SELECT 27, 0, 2, pg_catalog.format('DROP STATISTICS %I.%I', ns.nspname, s.stxname)
    FROM reworded_here
    JOIN rebuilt_statistics USING (oid)
    JOIN pg_catalog.pg_statistic_ext s USING (oid)
    JOIN pg_catalog.pg_namespace ns ON ns.oid = s.stxnamespace

    -- 30: the columns themselves are changed. 40: what that has taken from them.
    UNION ALL
    SELECT 40, 0, said.place, said.sql
    FROM changed
    JOIN pg_catalog.pg_attribute a ON a.attrelid = changed.relid AND a.attnum = changed.attnum
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    CROSS JOIN LATERAL (
        SELECT pg_catalog.format('ALTER TABLE ONLY %I.%I ALTER COLUMN %I', ns.nspname, c.relname, a.attname)
    ) alter_column (words)
    CROSS JOIN LATERAL (VALUES
        (1, CASE WHEN a.attstorage <> t.typstorage THEN alter_column.words || ' SET STORAGE ' || CASE a.attstorage
            WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END END),
        (2, CASE a.attcompression WHEN 'p' THEN alter_column.words || ' SET COMPRESSION pglz'
            WHEN 'l' THEN alter_column.words || ' SET COMPRESSION lz4' END)
    ) said (place, sql)
    WHERE said.sql IS NOT NULL
    UNION ALL
    SELECT 41, 0, a.attnum, pg_catalog.format('ALTER INDEX %I.%I ALTER COLUMN %s SET STATISTICS %s', ns.nspname, c.relname, a.attnum, a.attstattarget)
    FROM rebuilt_index
    JOIN pg_catalog.pg_class c ON c.oid = rebuilt_index.oid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attstattarget >= 0
    WHERE c.oid NOT IN (SELECT lost_index.oid FROM lost_index)
    UNION ALL
    -- The server gives each part of an index the comment of the whole.
    SELECT 41, 0, 1000, pg_catalog.format('COMMENT ON INDEX %I.%I IS %L', ns.nspname, c.relname, own.description)
    FROM (SELECT DISTINCT changed.relid FROM changed) of_table
    JOIN pg_catalog.pg_index i ON i.indrelid = of_table.relid
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relispartition
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_description own
        ON own.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND own.objoid = c.oid AND own.objsubid = 0
    WHERE EXISTS (
        SELECT FROM pg_catalog.pg_partition_ancestors(c.oid) above
        JOIN pg_catalog.pg_description whole
            ON whole.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND whole.objoid = above.relid
        WHERE above.relid <> c.oid)
    UNION ALL
    SELECT 42, 0, said.place, said.sql
    FROM rebuilt_statistics
    JOIN pg_catalog.pg_statistic_ext s ON s.oid = rebuilt_statistics.oid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = s.stxnamespace
    CROSS JOIN LATERAL (VALUES
        (1, CASE WHEN s.stxstattarget >= 0 THEN pg_catalog.format('ALTER STATISTICS %I.%I SET STATISTICS %s', ns.nspname, s.stxname, s.stxstattarget) END),
        (2, CASE WHEN pg_catalog.pg_get_userbyid(s.stxowner) <> current_user
            THEN pg_catalog.format('ALTER STATISTICS %I.%I OWNER TO %s', ns.nspname, s.stxname, pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(s.stxowner))) END)
    ) said (place, sql)
    WHERE said.sql IS NOT NULL AND s.oid NOT IN (SELECT lost_statistics.oid FROM lost_statistics)

    -- 50: generated columns have their expressions again, and their values.
    UNION ALL
    SELECT 50, generated.attnum, said.place, said.sql
    FROM generated
    JOIN pg_catalog.pg_attribute a ON a.attrelid = generated.relid AND a.attnum = generated.attnum
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_collation coll ON coll.oid = a.attcollation AND a.attcollation <> t.typcollation
    LEFT JOIN pg_catalog.pg_namespace collation_ns ON collation_ns.oid = coll.collnamespace
    LEFT JOIN pg_catalog.pg_constraint con ON con.conrelid = a.attrelid AND con.contype = 'n' AND con.conkey = ARRAY[a.attnum]
    CROSS JOIN LATERAL (
        SELECT pg_catalog.format('ALTER TABLE %I.%I', ns.nspname, c.relname),
               pg_catalog.format('ALTER TABLE %I.%I ALTER COLUMN %I', ns.nspname, c.relname, a.attname)
    ) words (alter_table, alter_column)
    CROSS JOIN LATERAL (VALUES
        (1, words.alter_table || pg_catalog.format(' ADD COLUMN %I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)) -- if <17
            || coalesce(' COLLATE ' || pg_catalog.quote_ident(collation_ns.nspname) || '.' || pg_catalog.quote_ident(coll.collname), '') -- if <17
            || pg_catalog.format(' GENERATED ALWAYS AS (%s) STORED', generated.expression) -- if <17
            || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), -- if <17
        (2, CASE WHEN a.attstorage <> t.typstorage THEN words.alter_column || ' SET STORAGE ' || CASE a.attstorage -- if <17
            WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END END), -- if <17
        (3, CASE a.attcompression WHEN 'p' THEN words.alter_column || ' SET COMPRESSION pglz' -- if <17
            WHEN 'l' THEN words.alter_column || ' SET COMPRESSION lz4' END), -- if <17
        (4, CASE WHEN a.attstattarget >= 0 THEN words.alter_column || ' SET STATISTICS ' || a.attstattarget END), -- if <17
        (5, (SELECT words.alter_column || ' SET (' || pg_catalog.string_agg( -- if <17
                pg_catalog.quote_ident(option_name) || '=' || pg_catalog.quote_literal(option_value), ', ') || ')' -- if <17
             FROM pg_catalog.pg_options_to_table(a.attoptions) WHERE option_name <> 'pg_attver')), -- if <17
        (6, (SELECT pg_catalog.format('COMMENT ON COLUMN %I.%I.%I IS %L', ns.nspname, c.relname, a.attname, comment.description) -- if <17
             FROM pg_catalog.pg_description comment -- if <17
             WHERE comment.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND comment.objoid = c.oid AND comment.objsubid = a.attnum)) -- if <17
        (1, words.alter_column || pg_catalog.format(' SET EXPRESSION AS (%s)', generated.expression)), -- if 17
        (2, CASE WHEN a.attnotnull THEN words.alter_column || ' SET NOT NULL' END) -- if 17
    ) said (place, sql)
    WHERE a.attinhcount = 0 AND said.sql IS NOT NULL
      AND (said.place <> 2 OR con.oid IS NULL) -- if 18
    UNION ALL -- if 18
    SELECT 51, 0, said.place, said.sql -- if 18
    FROM generated -- if 18
    JOIN pg_catalog.pg_constraint con ON con.conrelid = generated.relid AND con.contype = 'n' AND con.conkey = ARRAY[generated.attnum] -- if 18
    JOIN pg_catalog.pg_class c ON c.oid = con.conrelid -- if 18
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace -- if 18
    CROSS JOIN LATERAL (VALUES -- if 18
        (1, pg_catalog.format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', ns.nspname, c.relname, con.conname, pg_catalog.pg_get_constraintdef(con.oid))), -- if 18
        (2, (SELECT pg_catalog.format('COMMENT ON CONSTRAINT %I ON %I.%I IS %L', con.conname, ns.nspname, c.relname, comment.description) -- if 18
             FROM pg_catalog.pg_description comment -- if 18
             WHERE comment.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND comment.objoid = con.oid)) -- if 18
    ) said (place, sql) -- if 18
    WHERE con.coninhcount = 0 AND said.sql IS NOT NULL -- if 18
    UNION ALL
    SELECT 52, con.oid::pg_catalog.int8, said.place, said.sql
    FROM lost_constraint
    JOIN pg_catalog.pg_constraint con ON con.oid = lost_constraint.oid
    JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    CROSS JOIN LATERAL (VALUES
        (1, pg_catalog.format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', ns.nspname, c.relname, con.conname, pg_catalog.pg_get_constraintdef(con.oid))),
        (2, (SELECT pg_catalog.format('COMMENT ON CONSTRAINT %I ON %I.%I IS %L', con.conname, ns.nspname, c.relname, comment.description)
             FROM pg_catalog.pg_description comment
             WHERE comment.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND comment.objoid = con.oid))
    ) said (place, sql)
    WHERE said.sql IS NOT NULL
    UNION ALL -- if <17
    -- Grants on generated columns come with them. -- if <17
    SELECT 53, granted.place, 0, pg_catalog.format('GRANT %s ON TABLE %I.%I TO %s%s', -- if <17
        pg_catalog.string_agg(pg_catalog.format('%s (%I)', granted.privilege_type, a.attname), ', '), -- if <17
        ns.nspname, c.relname, -- if <17
        CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(granted.grantee)) END, -- if <17
        CASE WHEN granted.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) -- if <17
    FROM generated -- if <17
    JOIN pg_catalog.pg_attribute a ON a.attrelid = generated.relid AND a.attnum = generated.attnum -- if <17
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid -- if <17
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace -- if <17
    CROSS JOIN LATERAL ( -- if <17
        SELECT item.place, acl.* FROM pg_catalog.unnest(a.attacl) WITH ORDINALITY item (acl, place) -- if <17
        CROSS JOIN LATERAL pg_catalog.aclexplode(ARRAY[item.acl]) acl -- if <17
    ) granted -- if <17
    GROUP BY granted.place, a.attname, ns.nspname, c.relname, granted.grantee, granted.is_grantable -- if <17

    -- 60: views, those first that others rest on, with all that is said of them; functions when all are there.
    UNION ALL
    SELECT 60, view.level, said.place, said.sql
    FROM view
    LEFT JOIN pg_catalog.pg_class toast ON toast.oid = view.reltoastrelid
    LEFT JOIN pg_catalog.pg_am am ON am.oid = view.relam
    LEFT JOIN pg_catalog.pg_tablespace tablespace ON tablespace.oid = view.reltablespace
    CROSS JOIN LATERAL (
        SELECT ' WITH (' || pg_catalog.string_agg(option.text, ', ') || ')'
        FROM (
            SELECT pg_catalog.quote_ident(option_name) || '=' || pg_catalog.quote_literal(option_value)
            FROM pg_catalog.pg_options_to_table(view.reloptions)
            UNION ALL
            SELECT 'toast.' || pg_catalog.quote_ident(option_name) || '=' || pg_catalog.quote_literal(option_value)
            FROM pg_catalog.pg_options_to_table(toast.reloptions)
        ) option (text)
    ) storage (options)
    CROSS JOIN LATERAL (VALUES
        (1, 'CREATE ' || view.word || ' ' || view.name
            || CASE view.relkind WHEN 'm' THEN pg_catalog.format(' USING %I', am.amname) ELSE '' END
            || coalesce(storage.options, '')
            || coalesce(' TABLESPACE ' || pg_catalog.quote_ident(tablespace.spcname), '')
            || ' AS ' || pg_catalog.rtrim(pg_catalog.pg_get_viewdef(view.oid), ';')
            || CASE view.relkind WHEN 'm' THEN ' WITH NO DATA' ELSE '' END),
        (2, CASE WHEN pg_catalog.pg_get_userbyid(view.relowner) <> current_user
            THEN pg_catalog.format('ALTER %s %s OWNER TO %s', view.word, view.name, pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(view.relowner))) END),
        (5, (SELECT pg_catalog.format('COMMENT ON %s %s IS %L', view.word, view.name, comment.description)
             FROM pg_catalog.pg_description comment
             WHERE comment.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND comment.objoid = view.oid AND comment.objsubid = 0))
    ) said (place, sql)
    WHERE said.sql IS NOT NULL
    UNION ALL
    SELECT 62, view.oid::pg_catalog.int8, a.attnum * 10 + said.place, said.sql
    FROM view
    JOIN pg_catalog.pg_attribute a ON a.attrelid = view.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (
        SELECT pg_catalog.format('ALTER %s %s ALTER COLUMN %I', view.word, view.name, a.attname)
    ) alter_column (words)
    CROSS JOIN LATERAL (VALUES
        -- A literal of the column's type is read again as one of the new type.
        (1, (SELECT alter_column.words || ' SET DEFAULT ' || pg_catalog.regexp_replace(pg_catalog.pg_get_expr(d.adbin, d.adrelid),
                '^(''([^'']|'''')*'')::' || pg_catalog.format_type(a.atttypid, NULL) || '$', '\1')
             FROM pg_catalog.pg_attrdef d WHERE d.adrelid = view.oid AND d.adnum = a.attnum)),
        (2, (SELECT pg_catalog.format('COMMENT ON COLUMN %s.%I IS %L', view.name, a.attname, comment.description)
             FROM pg_catalog.pg_description comment
             WHERE comment.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND comment.objoid = view.oid AND comment.objsubid = a.attnum)),
        (3, CASE WHEN view.relkind = 'm' AND a.attstorage <> t.typstorage THEN alter_column.words || ' SET STORAGE ' || CASE a.attstorage
            WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END END),
        (4, CASE WHEN view.relkind <> 'm' THEN NULL ELSE CASE a.attcompression
            WHEN 'p' THEN alter_column.words || ' SET COMPRESSION pglz' WHEN 'l' THEN alter_column.words || ' SET COMPRESSION lz4' END END),
        (5, CASE WHEN view.relkind = 'm' AND a.attstattarget >= 0 THEN alter_column.words || ' SET STATISTICS ' || a.attstattarget END),
        (6, CASE WHEN view.relkind = 'm' THEN (
             SELECT alter_column.words || ' SET (' || pg_catalog.string_agg(
                pg_catalog.quote_ident(option_name) || '=' || pg_catalog.quote_literal(option_value), ', ') || ')'
             FROM pg_catalog.pg_options_to_table(a.attoptions) WHERE option_name <> 'pg_attver') END)
    ) said (place, sql)
    WHERE said.sql IS NOT NULL
    UNION ALL
    SELECT 63, c.oid::pg_catalog.int8, said.place, said.sql
    FROM lost_index
    JOIN pg_catalog.pg_class c ON c.oid = lost_index.oid
    JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = c.relnamespace
    JOIN pg_catalog.pg_class home ON home.oid = i.indrelid
    LEFT JOIN pg_catalog.pg_tablespace tablespace ON tablespace.oid = c.reltablespace
    CROSS JOIN LATERAL (
        SELECT 1, pg_catalog.pg_get_indexdef(c.oid)
        UNION ALL
        SELECT 2, pg_catalog.format('ALTER INDEX %I.%I SET TABLESPACE %I', ns.nspname, c.relname, tablespace.spcname)
        WHERE tablespace.oid IS NOT NULL
        UNION ALL
        SELECT 10 + a.attnum, pg_catalog.format('ALTER INDEX %I.%I ALTER COLUMN %s SET STATISTICS %s', ns.nspname, c.relname, a.attnum, a.attstattarget)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attstattarget >= 0
        UNION ALL
        SELECT 3, pg_catalog.format('COMMENT ON INDEX %I.%I IS %L', ns.nspname, c.relname, comment.description)
        FROM pg_catalog.pg_description comment
        WHERE comment.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND comment.objoid = c.oid
        UNION ALL
        SELECT 4, pg_catalog.format('ALTER %s %I.%I CLUSTER ON %I', CASE home.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, ns.nspname, home.relname, c.relname)
        WHERE i.indisclustered
    ) said (place, sql)
    UNION ALL
    SELECT 64, s.oid::pg_catalog.int8, said.place, said.sql
    FROM lost_statistics
    JOIN pg_catalog.pg_statistic_ext s ON s.oid = lost_statistics.oid
    JOIN pg_catalog.pg_namespace ns ON ns.oid = s.stxnamespace
    CROSS JOIN LATERAL (VALUES
        (1, pg_catalog.pg_get_statisticsobjdef(s.oid)),
        (2, CASE WHEN s.stxstattarget >= 0 THEN pg_catalog.format('ALTER STATISTICS %I.%I SET STATISTICS %s', ns.nspname, s.stxname, s.stxstattarget) END),
        (3, CASE WHEN pg_catalog.pg_get_userbyid(s.stxowner) <> current_user
            THEN pg_catalog.format('ALTER STATISTICS %I.%I OWNER TO %s', ns.nspname, s.stxname, pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(s.stxowner))) END),
        (4, (SELECT pg_catalog.format('COMMENT ON STATISTICS %I.%I IS %L', ns.nspname, s.stxname, comment.description)
             FROM pg_catalog.pg_description comment
             WHERE comment.classoid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass AND comment.objoid = s.oid))
    ) said (place, sql)
    WHERE said.sql IS NOT NULL
    UNION ALL
    SELECT 65, 0, 0, routine.definition
    FROM routine

    -- 70: what was defined with the columns is back.
    UNION ALL
    SELECT 70, rule.oid::pg_catalog.int8, said.place, said.sql
    FROM rule
    CROSS JOIN LATERAL (VALUES
        (1, pg_catalog.rtrim(pg_catalog.pg_get_ruledef(rule.oid), ';')),
        (2, pg_catalog.format('ALTER TABLE %s %s RULE %I', rule.relation,
            CASE rule.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END, rule.rulename)),
        (3, (SELECT pg_catalog.format('COMMENT ON RULE %I ON %s IS %L', rule.rulename, rule.relation, comment.description)
             FROM pg_catalog.pg_description comment
             WHERE comment.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND comment.objoid = rule.oid))
    ) said (place, sql)
    WHERE said.sql IS NOT NULL AND (said.place <> 2 OR rule.ev_enabled <> 'O')
    UNION ALL
    SELECT 71, 0, 0, pg_catalog.format('ALTER POLICY %I ON %s', policy.polname, policy.relation)
        || coalesce(' USING (' || policy.qual || ')', '')
        || coalesce(' WITH CHECK (' || policy.with_check || ')', '')
    FROM policy
    UNION ALL
    SELECT 72, trigger.level, said.place, said.sql
    FROM trigger
    CROSS JOIN LATERAL (VALUES
        (1, CASE trigger.level WHEN 0 THEN pg_catalog.pg_get_triggerdef(trigger.oid) END),
        (2, CASE WHEN trigger.tgenabled <> 'O' THEN pg_catalog.format('ALTER TABLE ONLY %s %s TRIGGER %I', trigger.relation,
            CASE trigger.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, trigger.tgname) END),
        (3, (SELECT pg_catalog.format('COMMENT ON TRIGGER %I ON %s IS %L', trigger.tgname, trigger.relation, comment.description)
             FROM pg_catalog.pg_description comment
             WHERE comment.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND comment.objoid = trigger.oid))
    ) said (place, sql)
    WHERE said.sql IS NOT NULL
    UNION ALL
    SELECT 73, 0, 0, pg_catalog.format('ALTER PUBLICATION %I ADD TABLE ONLY %s%s', published.pubname, published.relation, published.restriction)
    FROM published
    UNION ALL
    -- Only now: an owner may have taken privileges from himself that making the rest takes.
    SELECT 74, view.oid::pg_catalog.int8, 0, 'REVOKE ALL ON TABLE ' || view.name || ' FROM ' || preset.grantees
    FROM view
    -- What ALTER DEFAULT PRIVILEGES gives to whoever makes it is not its own.
    CROSS JOIN LATERAL (
        SELECT pg_catalog.string_agg(DISTINCT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(acl.grantee)) END, ', ')
        FROM (
            SELECT preset.grantee
            FROM pg_catalog.pg_default_acl d
            CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) preset
            WHERE d.defaclrole = (SELECT role.oid FROM pg_catalog.pg_roles role WHERE role.rolname = current_user) AND d.defaclobjtype = 'r' AND d.defaclnamespace IN (0, view.relnamespace)
            UNION ALL
            SELECT view.relowner
        ) acl (grantee)
        WHERE NOT (view.owner_as_made AND acl.grantee = view.relowner)
    ) preset (grantees)
    WHERE preset.grantees IS NOT NULL
    UNION ALL
    -- In the order in which they stand there: it is that of pg_dump, too.
    SELECT 75, view.oid::pg_catalog.int8, granted.attnum * 1000 + granted.place, pg_catalog.format('GRANT %s ON TABLE %s TO %s%s',
        pg_catalog.string_agg(granted.privilege_type || coalesce(' (' || pg_catalog.quote_ident(granted.attname) || ')', ''), ', '),
        view.name,
        CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(granted.grantee)) END,
        CASE WHEN granted.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM view
    CROSS JOIN LATERAL (
        SELECT 0, NULL::pg_catalog.name, item.place, acl.grantee, acl.privilege_type, acl.is_grantable
        FROM pg_catalog.unnest(view.relacl) WITH ORDINALITY item (acl, place)
        CROSS JOIN LATERAL pg_catalog.aclexplode(ARRAY[item.acl]) acl
        WHERE NOT (view.owner_as_made AND acl.grantee = view.relowner)
        UNION ALL
        SELECT a.attnum, a.attname, item.place, acl.grantee, acl.privilege_type, acl.is_grantable
        FROM pg_catalog.pg_attribute a
        CROSS JOIN LATERAL pg_catalog.unnest(a.attacl) WITH ORDINALITY item (acl, place)
        CROSS JOIN LATERAL pg_catalog.aclexplode(ARRAY[item.acl]) acl
        WHERE a.attrelid = view.oid AND NOT a.attisdropped
    ) granted (attnum, attname, place, grantee, privilege_type, is_grantable)
    GROUP BY view.oid, view.name, granted.attnum, granted.attname, granted.place, granted.grantee, granted.is_grantable
    UNION ALL
    SELECT 80, con.oid::pg_catalog.int8, said.place, said.sql
    FROM foreign_key
    JOIN pg_catalog.pg_constraint con ON con.oid = foreign_key.oid
    CROSS JOIN LATERAL (VALUES
        (1, pg_catalog.format('ALTER TABLE %s ADD CONSTRAINT %I %s', foreign_key.relation, con.conname, pg_catalog.pg_get_constraintdef(con.oid))),
        (2, (SELECT pg_catalog.format('COMMENT ON CONSTRAINT %I ON %s IS %L', con.conname, foreign_key.relation, comment.description)
             FROM pg_catalog.pg_description comment
             WHERE comment.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND comment.objoid = con.oid))
    ) said (place, sql)
    WHERE said.sql IS NOT NULL
    UNION ALL
    SELECT 90, view.level, 0, 'REFRESH MATERIALIZED VIEW ' || view.name
    FROM view
    WHERE view.relkind = 'm' AND view.relispopulated
) step (stage, place, part, sql)
ORDER BY step.stage, step.place, step.part, step.sql COLLATE "C"
