"""Under `strict` an intercepted statement fails as it fails without the extension: the same error in every field, and
the same nothing in the catalog. Each statement runs with plain PostgreSQL too."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg.pq import DiagnosticField, ExecStatus, PGconn, PGresult, TransactionStatus

PRELOAD = "-c session_preload_libraries=guarded_ddl"
STRICT = "SET guarded.intercept = on; SET guarded.policy = strict; SET guarded.missing = fail"
FIELDS = list(DiagnosticField)

SETUP = """
    CREATE EXTENSION guarded_ddl;
    CREATE TABLE users (id int PRIMARY KEY, email text, amount text, age int, CONSTRAINT adult CHECK (age >= 18));
    INSERT INTO users VALUES (1, 'ada@example.com', 'ten', 36), (2, NULL, '10', 18);
    CREATE INDEX users_email ON users (email);
    CREATE TABLE orders (id int, user_id int, ref text, total numeric);
    INSERT INTO orders VALUES (1, 1, 'x', 5), (1, 99, NULL, -5);
    CREATE TABLE refers (user_id int REFERENCES users);
    CREATE VIEW emails AS SELECT id, email FROM users;
    CREATE MATERIALIZED VIEW totals AS SELECT total FROM orders;
    CREATE SEQUENCE numbers;
    CREATE TYPE mood AS ENUM ('sad', 'glad');
    CREATE DOMAIN short AS text;
    CREATE TABLE texts (line short);
    INSERT INTO texts VALUES ('longer than ten letters'), (NULL);
    CREATE TABLE parts (id int, note text) PARTITION BY RANGE (id);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
    CREATE TABLE loose (id int, note text);
    INSERT INTO loose VALUES (50, 'out of range');
    CREATE TABLE generated (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int GENERATED ALWAYS AS IDENTITY);
    CREATE FUNCTION checked(a text) RETURNS int LANGUAGE plpgsql AS $$
    BEGIN
        IF a !~ '^[0-9]+$' THEN
            RAISE 'bad amount %', a USING DETAIL = 'Not a number.', HINT = 'Correct it first.', ERRCODE = 'ZX001',
                TABLE = 'users', COLUMN = 'amount', CONSTRAINT = 'digits', DATATYPE = 'int', SCHEMA = 'public';
        END IF;
        RETURN a::int;
    END $$;
    CREATE FUNCTION cast_in_sql(a text) RETURNS int LANGUAGE sql SET work_mem = '4MB' AS 'SELECT a::int';
    CREATE FUNCTION shout() RETURNS event_trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE 'no schema "forbidden"' USING HINT = 'Ask somebody else.'; END $$;
    CREATE EVENT TRIGGER no_roles ON ddl_command_start WHEN TAG IN ('CREATE CONVERSION') EXECUTE FUNCTION shout();
    CREATE FUNCTION migrate() RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        ALTER TABLE users ADD COLUMN from_function int;
        ALTER TABLE users ALTER COLUMN amount TYPE int USING checked(amount);
    END $$;
"""

# Each fails in plain PostgreSQL. A statement that has nothing to do is skipped under `strict` too, so none is here.
STATEMENTS = {
    # missing
    "missing table": "ALTER TABLE missing ADD COLUMN x int",
    "missing schema": "ALTER TABLE no_such_schema.users ADD COLUMN x int",
    "missing schema to create in": "CREATE TABLE no_such_schema.t (id int)",
    "missing type": "ALTER TABLE users ADD COLUMN x no_such_type",
    "missing type, new table": "CREATE TABLE new (id int, x no_such_type)",
    "missing column": "ALTER TABLE users ALTER COLUMN no_such_column SET NOT NULL",
    "missing column to index": "CREATE INDEX i ON users (no_such_column)",
    "missing column in an index expression": "CREATE INDEX i ON users (lower(no_such_column))",
    "missing table to index": "CREATE INDEX i ON missing (id)",
    "missing column to rename": "ALTER TABLE users RENAME COLUMN no_such_column TO x",
    "missing table to rename": "ALTER TABLE missing RENAME TO lost",
    "missing constraint to validate": "ALTER TABLE users VALIDATE CONSTRAINT no_such_constraint",
    "missing constraint to rename": "ALTER TABLE users RENAME CONSTRAINT no_such_constraint TO x",
    "missing column in CHECK": "ALTER TABLE users ADD CONSTRAINT c CHECK (no_such_column > 0)",
    "missing referenced table": "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES missing",
    "missing referenced column": "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (no_such_column)",
    "missing role": "GRANT SELECT ON users TO regress_no_such_role",
    "missing new owner": "ALTER TABLE users OWNER TO regress_no_such_role",
    "missing table to grant on": "GRANT SELECT ON missing TO PUBLIC",
    "missing column to comment on": "COMMENT ON COLUMN users.no_such_column IS 'x'",
    "missing function of a trigger": "CREATE TRIGGER t BEFORE INSERT ON users EXECUTE FUNCTION no_such_function()",
    "missing table of a view": "CREATE VIEW v AS SELECT * FROM missing",
    "missing column of a view": "CREATE VIEW v AS SELECT no_such_column FROM users",
    "missing source of CREATE TABLE AS": "CREATE TABLE copied AS SELECT * FROM missing",
    "missing partitioned table": "CREATE TABLE p PARTITION OF missing FOR VALUES FROM (1) TO (2)",
    "missing partition": "ALTER TABLE parts DETACH PARTITION missing",
    "missing parent": "CREATE TABLE t () INHERITS (missing)",
    "missing owner of a sequence": "ALTER SEQUENCE numbers OWNED BY users.no_such_column",
    "missing extension": "CREATE EXTENSION no_such_extension",
    "missing language": "CREATE FUNCTION f() RETURNS int LANGUAGE no_such_language AS 'x'",
    "missing enum label": "ALTER TYPE mood ADD VALUE 'happy' BEFORE 'no_such_label'",
    "missing materialized view": "REFRESH MATERIALIZED VIEW missing",
    "missing default function": "ALTER TABLE users ADD COLUMN x int DEFAULT no_such_function(1)",
    "missing access method": "CREATE INDEX i ON users USING no_such_method (email)",
    "missing operator class": "CREATE INDEX i ON users (email no_such_opclass)",
    "missing collation": 'ALTER TABLE users ADD COLUMN x text COLLATE "no_such_collation"',
    # taken
    "column exists": "ALTER TABLE users ADD COLUMN email int",
    "column is a system column": "ALTER TABLE users ADD COLUMN xmin int",
    "table exists": "CREATE TABLE users (other int)",
    "table has the name of an index": "CREATE TABLE users_email (id int)",
    "index exists": "CREATE UNIQUE INDEX users_email ON users (email)",
    "index of another table": "CREATE INDEX users_email ON orders (ref)",
    "constraint exists": "ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 21)",
    "new column name exists": "ALTER TABLE users RENAME COLUMN email TO amount",
    "new table name exists": "ALTER TABLE users RENAME TO orders",
    "view exists": "CREATE VIEW emails AS SELECT 1 AS one",
    "type exists": "CREATE TYPE mood AS ENUM ('angry')",
    "domain exists": "CREATE DOMAIN short AS int",
    "sequence exists": "CREATE SEQUENCE numbers INCREMENT 7",
    "schema exists": "CREATE SCHEMA public AUTHORIZATION pg_monitor",
    "function exists": "CREATE FUNCTION checked(b text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "a second primary key": "ALTER TABLE users ADD CONSTRAINT another PRIMARY KEY (age)",
    "column twice": "CREATE TABLE twice (a int, b int, a text)",
    # rows
    "duplicate rows": "CREATE UNIQUE INDEX i ON orders (id)",
    "duplicate rows, constraint": "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (id)",
    "NULL in a primary key": "ALTER TABLE orders ADD PRIMARY KEY (ref)",
    "NULL": "ALTER TABLE users ALTER COLUMN email SET NOT NULL",
    "NOT NULL without default": "ALTER TABLE users ADD COLUMN x int NOT NULL",
    "broken CHECK": "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0)",
    "orphan": "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id)",
    "broken domain constraint": "ALTER DOMAIN short ADD CONSTRAINT ten CHECK (length(VALUE) <= 10)",
    "NULL in a domain": "ALTER DOMAIN short SET NOT NULL",
    "broken partition bound": "ALTER TABLE parts ATTACH PARTITION loose FOR VALUES FROM (10) TO (20)",
    "cast of a row": "ALTER TABLE users ALTER COLUMN amount TYPE int USING amount::int",
    "cast of a row, in a function": "ALTER TABLE users ALTER COLUMN amount TYPE int USING checked(amount)",
    "cast of a row, in an SQL function": "ALTER TABLE users ALTER COLUMN amount TYPE int USING cast_in_sql(amount)",
    "rows for CREATE TABLE AS": "CREATE TABLE copied AS SELECT 1 / (id - 1) AS x FROM users",
    # dependencies, kinds, privileges
    "dependent objects, table": "DROP TABLE users",
    "dependent objects, column": "ALTER TABLE users DROP COLUMN email",
    "dependent objects, function of an event trigger": "DROP FUNCTION shout()",
    "column used by a view": "ALTER TABLE users ALTER COLUMN email TYPE varchar(10)",
    "a table is no view": "DROP VIEW users",
    "a view is no table": "ALTER TABLE emails ADD COLUMN x int",
    "catalog": "DROP TABLE pg_catalog.pg_class",
    "reserved schema": "CREATE SCHEMA pg_mine",
    "reserved role": "CREATE ROLE pg_mine",
    # definitions
    "types of a foreign key": "ALTER TABLE orders ADD FOREIGN KEY (ref) REFERENCES users (id)",
    "foreign key to columns that are not unique": "ALTER TABLE refers ADD FOREIGN KEY (user_id) REFERENCES orders (id)",
    "type cannot be cast": "ALTER TABLE users ALTER COLUMN amount TYPE int",
    "default of another type": "ALTER TABLE users ADD COLUMN x int DEFAULT 'abc'",
    "default cannot be cast": "ALTER TABLE users ALTER COLUMN age SET DEFAULT now()",
    "index expression not immutable": "CREATE INDEX i ON users ((now()))",
    "two primary keys": "CREATE TABLE two (a int PRIMARY KEY, b int PRIMARY KEY)",
    "overlapping partitions": "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (5) TO (20)",
    "unique without the partition key": "ALTER TABLE parts ADD UNIQUE (note)",
    "partition of a table that is not partitioned": "CREATE TABLE p PARTITION OF users FOR VALUES FROM (1) TO (2)",
    "generated from generated": "ALTER TABLE generated ADD COLUMN d int GENERATED ALWAYS AS (b + 1) STORED",
    "default of a generated column": "ALTER TABLE generated ALTER COLUMN b SET DEFAULT 1",
    "default of an identity column": "ALTER TABLE generated ALTER COLUMN c SET DEFAULT 1",
    "sequence below its minimum": "ALTER SEQUENCE numbers RESTART 0",
    "CHECK that is not boolean": "ALTER TABLE users ADD CONSTRAINT c CHECK (age)",
    "CHECK with a sub-query": "ALTER TABLE users ADD CONSTRAINT c CHECK (age > (SELECT 0))",
    "policy with an aggregate": "CREATE POLICY p ON users USING (count(*) > 0)",
    "view loses a column": "CREATE OR REPLACE VIEW emails AS SELECT id FROM users",
    "function body, SQL": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT no_such_column FROM users'",
    "function body, SQL syntax": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM FROM users'",
    "function body, plpgsql": "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETUR 1; END'",
    "storage parameter": "ALTER TABLE users SET (no_such_parameter = 1)",
    "several sub-commands": "ALTER TABLE users ADD COLUMN x int, ALTER COLUMN age TYPE bigint, ALTER COLUMN email SET NOT NULL",
    "one sub-command conflicts": "ALTER TABLE users ADD COLUMN x int, ADD COLUMN email int",
    "one sub-command misses a column": "ALTER TABLE users ADD COLUMN x int, ALTER COLUMN no_such_column DROP NOT NULL",
    "one of a list is missing": "GRANT SELECT ON users, missing TO PUBLIC",
    "one of a list is of another kind": "DROP TABLE texts, emails",
    "inside CREATE SCHEMA": "CREATE SCHEMA made CREATE TABLE t (id int) CREATE VIEW v AS SELECT no_such_column FROM t",
    # what refuses a transaction block; inside one that is the error
    "CONCURRENTLY, index exists": "CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email)",
    "CONCURRENTLY, index of another table": "CREATE INDEX CONCURRENTLY users_email ON orders (ref)",
    "CONCURRENTLY, name of a table": "CREATE INDEX CONCURRENTLY orders ON users (age)",
    "CONCURRENTLY, missing table": "CREATE INDEX CONCURRENTLY i ON missing (id)",
    "CONCURRENTLY, missing column": "CREATE INDEX CONCURRENTLY i ON users (no_such_column)",
    "CONCURRENTLY, partitioned table": "CREATE INDEX CONCURRENTLY i ON parts (id)",
    "DROP CONCURRENTLY, of a table": "DROP INDEX CONCURRENTLY users",
    "DROP CONCURRENTLY, of a constraint": "DROP INDEX CONCURRENTLY users_pkey",
    "DETACH CONCURRENTLY, missing partition": "ALTER TABLE parts DETACH PARTITION missing CONCURRENTLY",
    "DETACH CONCURRENTLY, not partitioned": "ALTER TABLE users DETACH PARTITION parts_1 CONCURRENTLY",
    "VACUUM, missing table": "VACUUM missing",
    "VACUUM, one of a list": "VACUUM users, missing",
    "VACUUM, missing column": "VACUUM ANALYZE users (no_such_column)",
    "ANALYZE, missing schema": "ANALYZE no_such_schema.users",
    "REINDEX, missing index": "REINDEX INDEX missing",
    "REINDEX CONCURRENTLY, missing table": "REINDEX TABLE CONCURRENTLY missing",
    "REINDEX, another database": "REINDEX DATABASE postgres",
    "CLUSTER, missing index": "CLUSTER users USING missing",
    "CLUSTER, never clustered": "CLUSTER users",
    "database exists": "CREATE DATABASE postgres",
    "missing template": "CREATE DATABASE never TEMPLATE no_such_database",
    "template database": "DROP DATABASE template0",
    "missing database": "ALTER DATABASE no_such_database SET TABLESPACE pg_default",
    "tablespace location": "CREATE TABLESPACE elsewhere LOCATION 'relative'",
    "unknown setting": "ALTER SYSTEM SET no_such_setting = 1",
    "missing subscription": "ALTER SUBSCRIPTION no_such_subscription REFRESH PUBLICATION",
    "in a function": "DO $$ BEGIN CREATE INDEX CONCURRENTLY i ON users (age); END $$",
    "VACUUM in a function": "DO $$ BEGIN VACUUM users; END $$",
    # where the statement stands
    "event trigger": "CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1",
    "DO": "DO $$ BEGIN ALTER TABLE users ADD COLUMN x int; ALTER TABLE missing ADD COLUMN x int; END $$",
    "DO, a failure": "DO $$ BEGIN ALTER TABLE users ADD COLUMN x no_such_type; END $$",
    "DO, EXECUTE": "DO $$ BEGIN EXECUTE 'ALTER TABLE users ADD COLUMN x int, ADD COLUMN y int DEFAULT no_such_function()'; END $$",
    "DO, EXECUTE, rows": "DO $$ BEGIN EXECUTE 'CREATE UNIQUE INDEX i ON orders (id)'; END $$",
    "function": "SELECT migrate()",
}
# These need a transaction block, and the first something before them.
ONLY_IN_A_BLOCK = {
    "no privilege": "ALTER TABLE users ADD COLUMN x int",
    "no privilege in the schema": "CREATE TABLE pg_catalog.mine (id int)",
    "CREATE INDEX CONCURRENTLY": "CREATE INDEX CONCURRENTLY i ON users (age)",
    "VACUUM": "VACUUM users",
    "CREATE DATABASE": "CREATE DATABASE never",
    "table in use": "ALTER TABLE users ADD COLUMN x int",
    "read-only transaction": "ALTER TABLE users ADD COLUMN x int",
    "aborted transaction": "ALTER TABLE users ADD COLUMN x int",
}
BEFORE = {
    "no privilege": "SET LOCAL ROLE pg_monitor",
    "no privilege in the schema": "SET LOCAL ROLE pg_monitor",
    "table in use": "DECLARE c CURSOR FOR SELECT * FROM users; FETCH c",
    "read-only transaction": "SET TRANSACTION READ ONLY",
}
ALL = STATEMENTS | ONLY_IN_A_BLOCK

# What DDL could leave behind.
CATALOG = """
    SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
        SELECT concat_ws(' ', 'class', oid, relname, relkind, relfilenode, relowner, relacl, relnatts, relchecks)
            FROM pg_class WHERE oid >= 16384
        UNION ALL SELECT concat_ws(' ', 'column', attrelid, attnum, attname, atttypid, attnotnull, attisdropped)
            FROM pg_attribute WHERE attrelid >= 16384
        UNION ALL SELECT concat_ws(' ', 'default', oid, pg_get_expr(adbin, adrelid)) FROM pg_attrdef
        UNION ALL SELECT concat_ws(' ', 'constraint', oid, convalidated, pg_get_constraintdef(oid)) FROM pg_constraint
        UNION ALL SELECT concat_ws(' ', 'index', indexrelid, indisvalid) FROM pg_index
        UNION ALL SELECT concat_ws(' ', 'type', oid, typname, typnotnull) FROM pg_type WHERE oid >= 16384
        UNION ALL SELECT concat_ws(' ', 'enum', oid, enumlabel) FROM pg_enum
        UNION ALL SELECT concat_ws(' ', 'function', oid, proname, prosrc) FROM pg_proc WHERE oid >= 16384
        UNION ALL SELECT concat_ws(' ', 'schema', oid, nspname, nspowner) FROM pg_namespace
        UNION ALL SELECT concat_ws(' ', 'rule', oid, ev_class) FROM pg_rewrite WHERE oid >= 16384
        UNION ALL SELECT concat_ws(' ', 'trigger', oid, tgname) FROM pg_trigger
        UNION ALL SELECT concat_ws(' ', 'policy', oid, polname) FROM pg_policy
        UNION ALL SELECT concat_ws(' ', 'sequence', seqrelid, seqstart, seqincrement) FROM pg_sequence
        UNION ALL SELECT concat_ws(' ', 'conversion', oid, conname) FROM pg_conversion
        UNION ALL SELECT concat_ws(' ', 'role', oid, rolname) FROM pg_authid WHERE rolname LIKE 'pg%' -- others make theirs meanwhile
        UNION ALL SELECT concat_ws(' ', 'comment', objoid, classoid, objsubid, description)
            FROM pg_description WHERE objoid >= 16384
        UNION ALL SELECT concat_ws(' ', 'extension', oid, extname) FROM pg_extension
    ) AS catalog (line)"""


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    name = f"guarded_test_{uuid4().hex[:12]}"
    with psycopg.connect(dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        with psycopg.connect(dbname=name) as connection:
            connection.execute(SETUP)
        yield name
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def plain(database: str) -> Iterator[PGconn]:
    with psycopg.connect(dbname=database, autocommit=True) as connection:
        yield connection.pgconn


@pytest.fixture(scope="module")
def strict(database: str) -> Iterator[PGconn]:
    with psycopg.connect(dbname=database, autocommit=True, options=PRELOAD) as connection:
        connection.execute(STRICT)
        yield connection.pgconn


def run(connection: PGconn, text: str) -> None:
    assert connection.exec_(text.encode()).status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


def catalog(connection: PGconn) -> bytes | None:
    return connection.exec_(CATALOG.encode()).get_value(0, 0)


def simple(connection: PGconn, text: str) -> PGresult:
    return connection.exec_(text.encode())


def extended(connection: PGconn, text: str) -> PGresult:
    return connection.exec_params(text.encode(), None)


def among_others(connection: PGconn, text: str) -> PGresult:
    """Positions count from the beginning of the whole string, in characters."""
    return connection.exec_(f"SELECT 'äöü€' AS \"ß\"; {text}; SELECT 1/0".encode())


def fields(result) -> dict[str, bytes | None]:
    return {field.name: result.error_field(field) for field in FIELDS}


def failure(connection: PGconn, send: Callable, name: str) -> dict[str, bytes | None]:
    """The error's fields. The transaction must be lost, and the catalog as it was."""
    before = catalog(connection)
    run(connection, "BEGIN")
    if name in BEFORE:
        run(connection, BEFORE[name])
    if name == "aborted transaction":
        simple(connection, "SELECT 1/0")
    result = send(connection, ALL[name])
    assert result.status == ExecStatus.FATAL_ERROR
    assert connection.transaction_status == TransactionStatus.INERROR
    run(connection, "ROLLBACK")
    assert catalog(connection) == before
    return fields(result)


@pytest.mark.parametrize("send", [simple, extended, among_others])
@pytest.mark.parametrize("name", ALL)
def test_in_a_transaction_block(plain: PGconn, strict: PGconn, name: str, send: Callable) -> None:
    assert failure(strict, send, name) == failure(plain, send, name)


@pytest.mark.parametrize("name", STATEMENTS)
def test_outside_a_transaction_block(plain: PGconn, strict: PGconn, name: str) -> None:
    before, errors = catalog(plain), []
    for connection in plain, strict:
        result = simple(connection, STATEMENTS[name])
        assert result.status == ExecStatus.FATAL_ERROR
        assert connection.transaction_status == TransactionStatus.IDLE
        assert catalog(connection) == before
        errors.append(fields(result))
    assert errors[1] == errors[0]


def test_these_are_many_different_errors(plain: PGconn) -> None:
    """And each field is in some of them."""
    errors = [failure(plain, simple, name) for name in ALL]
    assert len({error["MESSAGE_PRIMARY"] for error in errors}) >= 80
    assert len({error["SQLSTATE"] for error in errors}) >= 30
    assert {field for error in errors for field, value in error.items() if value} == {field.name for field in FIELDS}


def test_a_failure_is_reported_as_such(strict: PGconn) -> None:
    failure(strict, simple, "NULL")
    text = "SELECT status, reason, outcome->>'sqlstate', rolled_back FROM guarded.report() ORDER BY number DESC LIMIT 1"
    row = strict.exec_(text.encode())
    assert [row.get_value(0, column) for column in range(4)] == [b"failed", b"not_null_violation", b"23502", b"t"]
