-- CREATE EXTENSION made the schema guarded, or found it. Found ones must belong to the role
-- that creates the extension: the owner of a schema can put functions of its own beside ours.
DO $$
BEGIN
    IF (SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname = 'guarded')
       OPERATOR(pg_catalog.<>)
       (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
    THEN
        RAISE EXCEPTION 'schema "guarded" belongs to another role'
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Drop or rename it, then create the extension again.';
    END IF;
END
$$;
