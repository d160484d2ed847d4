-- What the other files look at the results with. The extension itself is created by pg_regress.
CREATE SCHEMA show;
GRANT USAGE ON SCHEMA show TO PUBLIC;

-- An outcome in one line; its other keys are shown where they matter.
CREATE FUNCTION show.outcome(o jsonb) RETURNS TABLE (status text, reason text, ddl text)
    LANGUAGE sql AS $$ SELECT o->>'status', o->>'reason', o->>'ddl' $$;

-- An outcome with everything but its duration and its steps.
CREATE FUNCTION show.all_of(o jsonb) RETURNS TABLE (key text, value text)
    LANGUAGE sql AS $$
    SELECT key, value FROM jsonb_each_text(o - '{elapsed_us,lock,steps}'::text[])
    ORDER BY array_position('{status,reason,operation,object,ddl,message,detail,hint,sqlstate,differences}', key), key $$;

-- The steps of an outcome.
CREATE FUNCTION show.steps(o jsonb) RETURNS TABLE (status text, reason text, ddl text, message text)
    LANGUAGE sql AS $$
    SELECT s->>'status', s->>'reason', s->>'ddl', s->>'message'
    FROM jsonb_array_elements(o->'steps') WITH ORDINALITY AS steps(s, n) ORDER BY n $$;

-- What becomes of each statement, and the differences: attribute: have / want.
CREATE FUNCTION show.compared(statements text) RETURNS TABLE (status text, reason text, differences text, statement text)
    LANGUAGE sql AS $$
    SELECT o.status, o.reason,
           (SELECT string_agg(format('%s: %s / %s', d->>'attribute', d->>'have', d->>'want'), '; ' ORDER BY n)
            FROM jsonb_array_elements(o.outcome->'differences') WITH ORDINALITY AS of(d, n)),
           o.outcome->>'ddl'
    FROM guarded.run(statements) o $$;

CREATE FUNCTION show.columns(of regclass)
    RETURNS TABLE ("column" name, type text, "collation" name, not_null boolean, "default" text, note text)
    LANGUAGE sql STABLE AS $$
    SELECT a.attname, format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.attcollation <> t.typcollation THEN c.collname END,
           a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
           nullif(concat_ws(', ',
               CASE a.attgenerated WHEN 's' THEN 'generated' END,
               CASE a.attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by default' END,
               'comment ' || quote_literal(col_description(a.attrelid, a.attnum))), '')
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
         LEFT JOIN pg_collation c ON c.oid = a.attcollation
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = of AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum $$;

-- Since PostgreSQL 18 NOT NULL is a constraint too; the columns show it.
CREATE FUNCTION show.constraints(of regclass) RETURNS TABLE ("constraint" name, definition text)
    LANGUAGE sql STABLE AS $$
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = of AND contype <> 'n' ORDER BY conname $$;

CREATE FUNCTION show.indexes(of regclass) RETURNS TABLE (definition text, valid boolean)
    LANGUAGE sql STABLE AS $$
    SELECT pg_get_indexdef(indexrelid), indisvalid FROM pg_index
    WHERE indrelid = of ORDER BY indexrelid::regclass::text COLLATE "C" $$;

-- The locks on user tables that this transaction holds.
CREATE FUNCTION show.locks() RETURNS TABLE ("table" text, mode text)
    LANGUAGE sql STABLE AS $$
    SELECT l.relation::regclass::text, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
    WHERE l.pid = pg_backend_pid() AND c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text LIKE 'test%'
    ORDER BY 1, 2 $$;
