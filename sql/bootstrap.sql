-- CREATE EXTENSION made the schema guarded, or found it. One that was there must belong to the
-- role that creates the extension and be empty and closed to others: who can put functions
-- beside ours can have them called in their place. And the functions read text as UTF-8.
DO $$
DECLARE
    problem text;
BEGIN
    SELECT CASE
               WHEN n.nspowner OPERATOR(pg_catalog.<>) r.oid THEN 'belongs to another role'
               WHEN EXISTS (SELECT FROM pg_catalog.aclexplode(n.nspacl) a
                            WHERE a.privilege_type OPERATOR(pg_catalog.=) 'CREATE'
                              AND a.grantee OPERATOR(pg_catalog.<>) n.nspowner)
                   THEN 'can be changed by other roles'
               WHEN EXISTS (SELECT FROM pg_catalog.pg_depend d
                            WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass
                              AND d.refobjid OPERATOR(pg_catalog.=) n.oid
                              AND d.classid OPERATOR(pg_catalog.<>) 'pg_catalog.pg_extension'::pg_catalog.regclass)
                   THEN 'is not empty'
           END
    INTO problem
    FROM pg_catalog.pg_namespace n, pg_catalog.pg_roles r
    WHERE n.nspname OPERATOR(pg_catalog.=) 'guarded'
      AND r.rolname OPERATOR(pg_catalog.=) current_user;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION 'schema "guarded" already exists and %', problem
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Drop or rename it, then create the extension again.';
    END IF;
    IF pg_catalog.getdatabaseencoding() OPERATOR(pg_catalog.<>) 'UTF8' THEN
        RAISE EXCEPTION 'guarded_ddl needs a database with the encoding UTF8'
            USING ERRCODE = 'feature_not_supported',
                  DETAIL = pg_catalog.format('The encoding of this database is %s.',
                                             pg_catalog.getdatabaseencoding());
    END IF;
END
$$;
