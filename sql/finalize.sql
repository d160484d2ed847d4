-- Callers need to see the schema; what the functions do needs the caller's own privileges.
GRANT USAGE ON SCHEMA guarded TO PUBLIC;
