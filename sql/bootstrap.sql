-- CREATE EXTENSION made the schema guarded, or found it. Found ones must belong to the role
-- that creates the extension: the owner of a schema can put functions of its own beside ours.
-- And the functions read names and SQL as UTF-8.
DO $$
BEGIN
    IF (SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname OPERATOR(pg_catalog.=) 'guarded')
       OPERATOR(pg_catalog.<>)
       (SELECT oid FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) current_user)
    THEN
        RAISE EXCEPTION 'schema "guarded" belongs to another role'
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
