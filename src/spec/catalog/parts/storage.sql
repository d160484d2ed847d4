        'options', CASE WHEN c.reloptions IS NOT NULL OR toast.reloptions IS NOT NULL THEN (
            SELECT pg_catalog.json_object_agg(name, value ORDER BY name COLLATE "C")
            FROM (
                SELECT option_name, option_value FROM pg_catalog.pg_options_to_table(c.reloptions)
                UNION ALL
                SELECT 'toast.' || option_name, option_value FROM pg_catalog.pg_options_to_table(toast.reloptions)
            ) option (name, value)
        ) END,
        'access_method', CASE WHEN am.amname <> 'heap' THEN am.amname END,
        'tablespace', tablespace.spcname,
