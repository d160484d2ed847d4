"""Plain DDL with `guarded.intercept` on, as a client sends it: command tags, protocols, what refuses a transaction
block, and the states a transaction can be in. Through psycopg 3 and libpq."""

import time
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors
from psycopg.pq import DiagnosticField, ExecStatus, PGconn, TransactionStatus
from sessions import Connect, connections, in_thread

PRELOAD = "-c session_preload_libraries=guarded_ddl"
INTERCEPT = f"{PRELOAD} -c guarded.intercept=on"

SETUP = """
    CREATE EXTENSION guarded_ddl;
    CREATE TABLE users (id int PRIMARY KEY, email text);
    INSERT INTO users VALUES (1, 'a@b.example'), (2, NULL);
    CREATE INDEX users_email ON users (email);
    CREATE TABLE doubles (id int);
    INSERT INTO doubles VALUES (1), (1);
    CREATE TABLE parts (id int) PARTITION BY RANGE (id);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
    CREATE VIEW emails AS SELECT email FROM users;
    CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM users;
    CREATE TYPE mood AS ENUM ('sad', 'glad');
    CREATE SEQUENCE numbers;
"""


def make_objects(connection: psycopg.Connection) -> None:
    with connection.transaction():
        connection.execute(SETUP)


@pytest.fixture
def connect(new_database) -> Iterator[Connect]:
    """Opens autocommitting connections to one database with the tables above, with the setting on."""
    with connections(new_database(), INTERCEPT) as open_connection:
        with open_connection("") as connection:
            make_objects(connection)
        yield open_connection


@pytest.fixture
def server() -> Iterator[psycopg.Connection]:
    """For what belongs to no database. The setting is off."""
    with psycopg.connect(dbname="postgres", autocommit=True) as connection:
        yield connection


def one(connection: psycopg.Connection, query: str):
    return connection.execute(query).fetchone()[0]


def report(connection: psycopg.Connection) -> list[tuple]:
    return connection.execute("SELECT status, reason FROM guarded.report() ORDER BY number").fetchall()


def messages(connection: psycopg.Connection) -> list[str]:
    """Grows with each notice."""
    said: list[str] = []
    connection.add_notice_handler(lambda notice: said.append(f"{notice.severity}: {notice.message_primary}"))
    return said


def wait_until_blocked(observer: psycopg.Connection, pid: int, by: int) -> None:
    deadline = time.monotonic() + 10
    while by not in one(observer, f"SELECT pg_blocking_pids({pid})"):
        assert time.monotonic() < deadline, "it never waited"
        time.sleep(0.01)


def indexes(connection: psycopg.Connection) -> list[tuple]:
    return connection.execute("""
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid FROM pg_index
        WHERE indrelid IN ('users'::regclass, 'doubles'::regclass) ORDER BY 1""").fetchall()


# --- the setting ---


def test_preset_for_a_role(connect, server):
    """What a DBA writes for the role that runs the migrations."""
    role = f"guarded_role_{uuid4().hex[:12]}"
    server.execute(f"CREATE ROLE {role} LOGIN")
    server.execute(f"ALTER ROLE {role} SET session_preload_libraries = 'guarded_ddl'")
    server.execute(f"ALTER ROLE {role} SET guarded.intercept = on")
    try:
        with connect("", user=role) as connection:
            said = messages(connection)
            connection.execute("ALTER TABLE missing ADD COLUMN x int")
            connection.execute("ALTER TABLE users ADD COLUMN x int")
        assert said == [
            'NOTICE: skipped add_column missing.x: table "missing" does not exist',
            "WARNING: failed add_column users.x: must be owner of table users",
        ]
    finally:
        server.execute(f"DROP ROLE {role}")


def test_without_the_library_the_setting_is_only_a_word(connect):
    connection = connect("-c guarded.intercept=on")
    assert one(connection, "SHOW guarded.intercept") == "on"
    with pytest.raises(errors.UndefinedTable):
        connection.execute("ALTER TABLE missing ADD COLUMN x int")
    # The first call of any function loads it.
    connection.execute("SELECT guarded.table_exists('users')")
    connection.execute("ALTER TABLE missing ADD COLUMN x int")
    assert report(connection) == [("skipped", "missing_table")]


def test_a_database_without_the_extension(connect, new_database):
    """The library is enough."""
    with psycopg.connect(dbname=new_database(), autocommit=True, options=INTERCEPT) as connection:
        said = messages(connection)
        connection.execute("ALTER TABLE missing ADD COLUMN x int")
        connection.execute("CREATE TABLE here (id int)")
        connection.execute("CREATE TABLE here (id int)")
        assert said == [
            'NOTICE: skipped add_column missing.x: table "missing" does not exist',
            'NOTICE: skipped create_table here: table "here" already exists',
        ]
        assert one(connection, "SELECT to_regclass('here')") == "here"


def test_a_database_of_another_encoding(server):
    """Nothing is intercepted, and that is said once."""
    name = f"guarded_test_{uuid4().hex[:12]}"
    server.execute(f"CREATE DATABASE {name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    try:
        with psycopg.connect(dbname=name, autocommit=True, options=INTERCEPT) as connection:
            said = messages(connection)
            for _ in range(2):
                with pytest.raises(errors.UndefinedTable):
                    connection.execute("ALTER TABLE missing ADD COLUMN x int")
            connection.execute('CREATE TABLE "straße" (id int)')
            assert one(connection, "SELECT count(*) FROM pg_class WHERE relname = 'straße'") == 1
            assert len(said) == 1 and said[0].startswith("WARNING")
    finally:
        server.execute(f"DROP DATABASE {name}")


# --- command tags ---

# What runs, and what is skipped of the same kind.
TAGS = {
    "ALTER TABLE": ("ALTER TABLE users ADD COLUMN x int", "ALTER TABLE missing ADD COLUMN x int"),
    "ALTER TABLE, RENAME": ("ALTER TABLE users RENAME TO people", "ALTER TABLE missing RENAME TO people"),
    "ALTER TABLE, column": ("ALTER TABLE users RENAME email TO mail", "ALTER TABLE users RENAME mail TO email"),
    "ALTER INDEX": ("ALTER INDEX users_email RENAME TO i", "ALTER INDEX missing RENAME TO i"),
    "ALTER VIEW": ("ALTER VIEW emails RENAME TO mails", "ALTER VIEW missing RENAME TO mails"),
    "ALTER SEQUENCE": ("ALTER SEQUENCE numbers RESTART 7", "ALTER SEQUENCE missing RESTART 7"),
    "ALTER TYPE": ("ALTER TYPE mood ADD VALUE 'mad'", "ALTER TYPE mood ADD VALUE 'sad'"),
    "ALTER MATERIALIZED VIEW": (
        "ALTER MATERIALIZED VIEW totals RENAME TO t",
        "ALTER MATERIALIZED VIEW missing RENAME TO t",
    ),
    "CREATE TABLE": ("CREATE TABLE new (id int)", "CREATE TABLE doubles (id int)"),
    "CREATE TABLE, partition": (
        "CREATE TABLE p PARTITION OF parts DEFAULT",
        "CREATE TABLE p PARTITION OF missing DEFAULT",
    ),
    "CREATE TABLE AS": ("CREATE TABLE new AS SELECT * FROM users", "CREATE TABLE no_such.new AS SELECT * FROM users"),
    "SELECT INTO": ("SELECT * INTO new FROM users", "SELECT * INTO no_such.new FROM users"),
    "CREATE MATERIALIZED VIEW": (
        "CREATE MATERIALIZED VIEW new AS SELECT * FROM users",
        "CREATE MATERIALIZED VIEW no_such.new AS SELECT * FROM users",
    ),
    "REFRESH": ("REFRESH MATERIALIZED VIEW totals", "REFRESH MATERIALIZED VIEW missing"),
    "CREATE INDEX": ("CREATE INDEX i ON users (id)", "CREATE INDEX users_email ON users (email)"),
    "CREATE VIEW": ("CREATE VIEW v AS SELECT 1 AS x", "CREATE VIEW v AS SELECT * FROM missing"),
    "CREATE SCHEMA": ("CREATE SCHEMA s", "CREATE SCHEMA public"),
    "CREATE SEQUENCE": ("CREATE SEQUENCE s", "CREATE SEQUENCE numbers"),
    "CREATE TYPE": ("CREATE TYPE t AS ENUM ('x')", "CREATE TYPE mood AS ENUM ('sad', 'glad')"),
    "CREATE DOMAIN": ("CREATE DOMAIN d AS int", "CREATE DOMAIN d AS no_such_type"),
    "CREATE FUNCTION": (
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION no_such.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ),
    "CREATE TRIGGER": (
        "CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE TRIGGER t BEFORE UPDATE ON missing FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ),
    "CREATE POLICY": ("CREATE POLICY p ON users", "CREATE POLICY p ON missing"),
    "CREATE RULE": (
        "CREATE RULE r AS ON UPDATE TO users DO NOTHING",
        "CREATE RULE r AS ON UPDATE TO missing DO NOTHING",
    ),
    "CREATE STATISTICS": ("CREATE STATISTICS s ON id, email FROM users", "CREATE STATISTICS s ON a, b FROM missing"),
    "CREATE EXTENSION": ("CREATE EXTENSION hstore", "CREATE EXTENSION guarded_ddl"),
    "DROP TABLE": ("DROP TABLE doubles", "DROP TABLE missing"),
    "DROP INDEX": ("DROP INDEX users_email", "DROP INDEX missing"),
    "DROP VIEW": ("DROP VIEW emails", "DROP VIEW missing"),
    "DROP SCHEMA": ("DROP SCHEMA public CASCADE", "DROP SCHEMA missing"),
    "DROP TYPE": ("DROP TYPE mood", "DROP TYPE missing"),
    "DROP FUNCTION": ("DROP FUNCTION f()", "DROP FUNCTION missing()"),
    "DROP ROLE": ("DROP ROLE regress_tag", "DROP ROLE regress_no_such_role"),
    "COMMENT": ("COMMENT ON TABLE users IS 'x'", "COMMENT ON TABLE missing IS 'x'"),
    "GRANT": ("GRANT SELECT ON users TO PUBLIC", "GRANT SELECT ON missing TO PUBLIC"),
    "REVOKE": ("REVOKE SELECT ON users FROM PUBLIC", "REVOKE SELECT ON missing FROM PUBLIC"),
    "GRANT ROLE": ("GRANT pg_monitor TO regress_tag", "GRANT pg_monitor TO regress_no_such_role"),
    "ALTER DEFAULT PRIVILEGES": (
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA missing GRANT SELECT ON TABLES TO PUBLIC",
    ),
    "CLUSTER": ("CLUSTER users USING users_email", "CLUSTER missing USING users_email"),
    "REINDEX": ("REINDEX TABLE users", "REINDEX TABLE missing"),
    "ANALYZE": ("ANALYZE users", "ANALYZE missing"),
}
BEFORE = {"DROP FUNCTION": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"}
SELECTS = {"CREATE TABLE AS", "SELECT INTO", "CREATE MATERIALIZED VIEW"}


def tag(connection: psycopg.Connection, statement: str) -> str:
    result = connection.pgconn.exec_(statement.encode())
    assert result.status == ExecStatus.COMMAND_OK, result.error_message
    return result.command_status.decode()


def undone(connection: psycopg.Connection, name: str, statement: str) -> str:
    with connection.transaction(force_rollback=True):
        connection.execute("CREATE ROLE regress_tag")
        connection.execute(BEFORE.get(name, "SELECT 1"))
        return tag(connection, statement)


def test_command_tags_are_those_of_plain_sql(connect):
    plain, guarded = connect(""), connect()
    guarded.execute("SET client_min_messages = error")
    for name, (runs, skipped) in TAGS.items():
        expected = undone(plain, name, runs)
        assert undone(guarded, name, runs) == expected, runs
        assert undone(guarded, name, skipped) == ("SELECT 0" if name in SELECTS else expected), skipped
    rows = guarded.execute("SELECT status, count(*) FROM guarded.report() WHERE operation <> 'create_role' GROUP BY 1")
    assert dict(rows.fetchall()) == {"skipped": len(TAGS), "applied": len(TAGS) + 2 * len(BEFORE)}


def test_command_tag_of_a_failure_and_of_a_conflict(connect):
    connection = connect()
    assert tag(connection, "ALTER TABLE users ALTER COLUMN email SET NOT NULL") == "ALTER TABLE"
    assert tag(connection, "CREATE UNIQUE INDEX i ON doubles (id)") == "CREATE INDEX"
    assert tag(connection, "CREATE TABLE users (x int)") == "CREATE TABLE"
    assert tag(connection, "CREATE TABLE new AS SELECT 1 / (id - 1) FROM users") == "SELECT 0"
    assert tag(connection, "CREATE TABLE users AS SELECT 1 AS x") == "SELECT 0"
    assert [status for status, _ in report(connection)] == ["failed", "failed", "conflict", "failed", "conflict"]


# --- protocols ---


def simple(connection: PGconn, statement: str):
    return connection.exec_(statement.encode())


def extended(connection: PGconn, statement: str):
    return connection.exec_params(statement.encode(), None)


def prepared(connection: PGconn, statement: str):
    connection.prepare(b"", statement.encode())
    return connection.exec_prepared(b"", None)


@pytest.mark.parametrize("send", [simple, extended, prepared])
def test_each_way_to_send_a_statement(connect, send):
    connection = connect()
    said = messages(connection)
    statements = [
        "ALTER TABLE missing ADD COLUMN x int",
        "ALTER TABLE users ADD COLUMN x int, ADD COLUMN email text, DROP COLUMN fax",
        "ALTER TABLE users ADD COLUMN email int",
        "ALTER TABLE users ALTER COLUMN email SET NOT NULL",
        "CREATE INDEX CONCURRENTLY i ON users (x)",
        "CREATE INDEX CONCURRENTLY i ON users (x)",
        "VACUUM users",
        "CREATE TABLE copied AS SELECT * FROM doubles",
    ]
    tags = [send(connection.pgconn, statement).command_status for statement in statements]
    assert tags == [b"ALTER TABLE"] * 4 + [b"CREATE INDEX"] * 2 + [b"VACUUM", b"SELECT 2"]
    assert said == [
        'NOTICE: skipped add_column missing.x: table "missing" does not exist',
        'NOTICE: skipped add_column users.email: column "email" of table "users" already exists',
        'NOTICE: skipped drop_column users.fax: column "fax" of table "users" does not exist',
        'WARNING: conflict in add_column users.email: column "email" of table "users" already exists with another definition',
        'WARNING: failed alter_column users.email: column "email" of relation "users" contains null values',
        'NOTICE: skipped create_index i: index "i" already exists',
    ]
    assert ("i", "CREATE INDEX i ON public.users USING btree (x)", True) in indexes(connection)
    assert one(connection, "SELECT count(*) FROM copied") == 2


@pytest.mark.parametrize("in_block", [False, True])
def test_a_prepared_statement_executed_again_and_again(connect, in_block):
    """Its parse tree is the server's, and must come through unharmed."""
    connection = connect()
    connection.pgconn.prepare(
        b"add", b"ALTER TABLE users ADD COLUMN x int, ADD COLUMN y int DEFAULT 7, DROP COLUMN fax"
    )
    connection.pgconn.prepare(b"drop", b"ALTER TABLE users DROP COLUMN x")
    if in_block:
        connection.execute("BEGIN")
    for name in [b"add", b"add", b"drop", b"add", b"drop", b"drop"]:
        assert connection.pgconn.exec_prepared(name, None).command_status == b"ALTER TABLE"
    if in_block:
        connection.execute("COMMIT")
    skipped = ("skipped", "already_exists")
    absent = ("skipped", "already_absent")
    applied = ("applied", None)
    assert report(connection) == [
        *[applied, applied, absent],
        *[skipped, skipped, absent],
        applied,
        *[applied, skipped, absent],
        applied,
        absent,
    ]
    assert connection.execute("SELECT * FROM users ORDER BY id").fetchall() == [(1, "a@b.example", 7), (2, None, 7)]


def test_prepared_by_sql(connect):
    connection = connect()
    connection.execute("PREPARE copy AS SELECT * FROM users")
    for expected in "SELECT 2", "SELECT 0":
        assert tag(connection, "CREATE TABLE copied AS EXECUTE copy") == expected
    assert report(connection) == [("applied", None), ("conflict", "not_compared")]


def test_parameters_of_the_protocol(connect):
    """CREATE TABLE AS can have them."""
    connection = connect()
    connection.execute("CREATE TABLE copied AS SELECT id + %s AS id FROM users", (10,))
    assert connection.execute("SELECT id FROM copied ORDER BY id").fetchall() == [(11,), (12,)]
    assert report(connection) == [("applied", None)]


def test_several_statements_in_one_string(connect):
    connection = connect()
    tags = []
    connection.pgconn.send_query(b"""
        ALTER TABLE missing ADD COLUMN x int;
        ALTER TABLE users ADD COLUMN x int;
        INSERT INTO users (id, x) VALUES (3, 3);
        ALTER TABLE users ALTER COLUMN email SET NOT NULL;
        CREATE INDEX CONCURRENTLY i ON users (x);
        CREATE INDEX CONCURRENTLY i ON missing (x);
        DROP TABLE missing, doubles""")
    while result := connection.pgconn.get_result():
        tags.append(result.command_status)
    assert tags == [b"ALTER TABLE"] * 2 + [
        b"INSERT 0 1",
        b"ALTER TABLE",
        b"CREATE INDEX",
        b"CREATE INDEX",
        b"DROP TABLE",
    ]
    assert report(connection) == [
        ("skipped", "missing_table"),
        ("applied", None),
        ("failed", "not_null_violation"),
        ("failed", "active_sql_transaction"),
        ("skipped", "missing_table"),
        ("skipped", "already_absent"),
        ("applied", None),
    ]
    assert one(connection, "SELECT array_agg(x) FROM users WHERE x IS NOT NULL") == [3]
    assert one(connection, "SELECT to_regclass('doubles')") is None


def test_several_statements_are_one_transaction(connect):
    connection = connect()
    result = connection.pgconn.exec_(
        b"ALTER TABLE users ADD COLUMN x int; DROP TABLE doubles; SELECT 1/0; DROP TABLE users"
    )
    assert result.error_field(DiagnosticField.SQLSTATE) == b"22012"
    assert connection.info.transaction_status == TransactionStatus.IDLE
    assert one(connection, "SELECT guarded.column_exists('users', 'x') OR NOT guarded.table_exists('doubles')") is False
    rows = connection.execute("SELECT status, rolled_back FROM guarded.report() ORDER BY number").fetchall()
    assert rows == [("applied", True), ("applied", True)]


@pytest.mark.parametrize("hold", ["", "WITH HOLD"])
def test_cursors_stay_open(connect, hold):
    connection = connect()
    connection.execute("BEGIN")
    connection.execute(f"DECLARE c CURSOR {hold} FOR SELECT id FROM generate_series(1, 5) AS id")
    seen = [one(connection, "FETCH c")]
    for statement in [
        "ALTER TABLE missing ADD COLUMN x int",
        "ALTER TABLE users ADD COLUMN x int",
        "ALTER TABLE users ALTER COLUMN email SET NOT NULL",
        "CREATE TABLE users (other int)",
    ]:
        connection.execute(statement)
        seen.append(one(connection, "FETCH c"))
    assert seen == [1, 2, 3, 4, 5]
    connection.execute("COMMIT")
    if hold:
        connection.execute("DROP TABLE missing, doubles")
        assert one(connection, "FETCH BACKWARD FROM c") == 4
    assert [status for status, _ in report(connection)][:4] == ["skipped", "applied", "failed", "conflict"]


def test_a_table_that_a_cursor_reads(connect):
    """PostgreSQL refuses to alter it; the cursor goes on."""
    connection = connect()
    connection.execute("BEGIN")
    connection.execute("DECLARE c CURSOR FOR SELECT id FROM users ORDER BY id")
    assert one(connection, "FETCH c") == 1
    connection.execute("ALTER TABLE users ADD COLUMN x int")
    assert one(connection, "FETCH c") == 2
    connection.execute("CLOSE c")
    connection.execute("ALTER TABLE users ADD COLUMN x int")
    connection.execute("COMMIT")
    assert report(connection) == [("failed", "object_in_use"), ("applied", None)]


# --- what refuses a transaction block ---

# Nothing to run: the same inside a block and outside it.
NOT_TO_RUN = {
    "CREATE INDEX CONCURRENTLY i ON missing (id)": ("skipped", "missing_table"),
    "CREATE INDEX CONCURRENTLY i ON no_such.users (id)": ("skipped", "missing_schema"),
    "CREATE INDEX CONCURRENTLY i ON users (nope)": ("skipped", "missing_column"),
    "CREATE INDEX CONCURRENTLY users_email ON users (email)": ("skipped", "already_exists"),
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_email ON users USING btree (email)": ("skipped", "already_exists"),
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_email ON users (id)": ("conflict", "differs"),
    "CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email)": ("conflict", "differs"),
    "CREATE INDEX CONCURRENTLY users_email ON doubles (id)": ("conflict", "other_table"),
    "CREATE INDEX CONCURRENTLY doubles ON users (id)": ("conflict", "wrong_kind"),
    "DROP INDEX CONCURRENTLY missing": ("skipped", "already_absent"),
    "DROP INDEX CONCURRENTLY no_such.users_email": ("skipped", "already_absent"),
    "DROP INDEX CONCURRENTLY users": ("conflict", "wrong_kind"),
    "REINDEX TABLE CONCURRENTLY missing": ("skipped", "missing_table"),
    "REINDEX INDEX CONCURRENTLY missing": ("skipped", "missing_index"),
    "REINDEX TABLE missing": ("skipped", "missing_table"),
    "REINDEX INDEX missing": ("skipped", "missing_index"),
    "REINDEX SCHEMA missing": ("skipped", "missing_schema"),
    "VACUUM missing": ("skipped", "missing_table"),
    "VACUUM (FULL, ANALYZE) no_such.users": ("skipped", "missing_schema"),
    "ANALYZE missing": ("skipped", "missing_table"),
    "ANALYZE missing (id)": ("skipped", "missing_table"),
    "ANALYZE users (nope)": ("skipped", "missing_column"),
    "VACUUM (ANALYZE) users (nope)": ("skipped", "missing_column"),
    "CLUSTER missing": ("skipped", "missing_table"),
    "CLUSTER missing USING users_email": ("skipped", "missing_table"),
    "CLUSTER users USING missing": ("skipped", "missing_index"),
    "CREATE DATABASE postgres": ("conflict", "not_compared"),
    "DROP DATABASE guarded_no_such_database": ("skipped", "already_absent"),
    "DROP TABLESPACE guarded_no_such_tablespace": ("skipped", "already_absent"),
    "DROP SUBSCRIPTION guarded_no_such_subscription": ("skipped", "already_absent"),
    "ALTER SUBSCRIPTION guarded_no_such_subscription REFRESH PUBLICATION": ("skipped", "missing_object"),
    "ALTER DATABASE guarded_no_such_database SET TABLESPACE pg_default": ("skipped", "missing_object"),
    "ALTER TABLE missing DETACH PARTITION parts_1 CONCURRENTLY": ("skipped", "missing_table"),
}


@pytest.mark.parametrize("in_block", [False, True])
def test_what_is_not_to_run_is_judged_first(connect, in_block):
    connection = connect()
    before = indexes(connection)
    found = {}
    for statement in NOT_TO_RUN:
        if in_block:
            connection.execute("BEGIN")
        try:
            connection.execute(statement)
            found[statement] = report(connection)[-1]
        except psycopg.Error as error:
            found[statement] = error
        if in_block:
            assert connection.info.transaction_status == TransactionStatus.INTRANS
            connection.execute("COMMIT")
    assert found == NOT_TO_RUN
    assert len(report(connection)) == len(NOT_TO_RUN)
    assert indexes(connection) == before
    assert (
        one(
            connection,
            "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation >= 16384",
        )
        == 0
    )


# What runs, and a query whose value it changes.
FILE = "SELECT relfilenode FROM pg_class WHERE relname = 'users'"
INDEX_FILE = "SELECT relfilenode FROM pg_class WHERE relname = 'users_email'"
IS_PARTITION = "SELECT relispartition FROM pg_class WHERE relname = 'parts_1'"
IN_FILE = "SELECT count(*) FROM pg_file_settings WHERE name = 'guarded.migration'"
STATISTICS = "SELECT count(*) FROM pg_stats WHERE tablename = 'users'"
TO_RUN = {
    "CREATE INDEX CONCURRENTLY i ON users (id)": "SELECT to_regclass('i') IS NOT NULL",
    "CREATE INDEX CONCURRENTLY ON doubles (id)": "SELECT count(*) FROM pg_index WHERE indrelid = 'doubles'::regclass",
    "DROP INDEX CONCURRENTLY users_email": "SELECT to_regclass('users_email') IS NOT NULL",
    "DROP INDEX CONCURRENTLY IF EXISTS users_email": "SELECT to_regclass('users_email') IS NOT NULL",
    "REINDEX TABLE CONCURRENTLY users": INDEX_FILE,
    "REINDEX INDEX CONCURRENTLY users_email": INDEX_FILE,
    "REINDEX TABLE users": INDEX_FILE,
    "REINDEX INDEX users_email": INDEX_FILE,
    "REINDEX SCHEMA public": INDEX_FILE,
    "REINDEX (CONCURRENTLY) SCHEMA public": INDEX_FILE,
    "VACUUM (FREEZE) users": "SELECT relallvisible FROM pg_class WHERE relname = 'users'",
    "VACUUM FULL users": FILE,
    "VACUUM ANALYZE": STATISTICS,
    "ANALYZE": STATISTICS,
    "ANALYZE users (id)": STATISTICS,
    "CLUSTER users USING users_email": FILE,
    "ALTER TABLE parts DETACH PARTITION parts_1 CONCURRENTLY": IS_PARTITION,
    "ALTER SYSTEM SET guarded.migration = 'for all'": IN_FILE,
    "ALTER SYSTEM RESET guarded.migration": IN_FILE,
    "CREATE DATABASE guarded_concurrent": "SELECT count(*) FROM pg_database WHERE datname = 'guarded_concurrent'",
    "DROP DATABASE guarded_concurrent": "SELECT count(*) FROM pg_database WHERE datname = 'guarded_concurrent'",
    "CREATE TABLESPACE guarded_space LOCATION ''": "SELECT count(*) FROM pg_tablespace WHERE spcname = 'guarded_space'",
    "DROP TABLESPACE guarded_space": "SELECT count(*) FROM pg_tablespace WHERE spcname = 'guarded_space'",
}
PREPARATION = {
    "ALTER SYSTEM RESET guarded.migration": "ALTER SYSTEM SET guarded.migration = 'for all'",
    "DROP DATABASE guarded_concurrent": "CREATE DATABASE guarded_concurrent",
    "CREATE TABLESPACE guarded_space LOCATION ''": "SET allow_in_place_tablespaces = on",
    "DROP TABLESPACE guarded_space": "CREATE TABLESPACE guarded_space LOCATION ''",
}
CLEANING = {
    "ALTER SYSTEM SET guarded.migration = 'for all'": "ALTER SYSTEM RESET guarded.migration",
    "CREATE DATABASE guarded_concurrent": "DROP DATABASE guarded_concurrent",
    "CREATE TABLESPACE guarded_space LOCATION ''": "DROP TABLESPACE guarded_space",
}


def first_word(statement: str) -> str:
    """The tag, of statements such as these."""
    words = statement.split()
    return words[0] if words[0] in ("VACUUM", "ANALYZE", "REINDEX", "CLUSTER") else " ".join(words[:2])


@pytest.mark.parametrize("policy", ["continue", "strict"])
def test_what_is_to_run_runs_at_top_level(connect, policy):
    connection, plain = connect(f"{INTERCEPT} -c guarded.policy={policy}"), connect("-c allow_in_place_tablespaces=on")
    connection.execute("SET allow_in_place_tablespaces = on")
    for statement, query in TO_RUN.items():
        # Each on tables of their own.
        for part in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "DROP EXTENSION guarded_ddl"]:
            plain.execute(part)
        make_objects(plain)
        if statement in PREPARATION:
            plain.execute(PREPARATION[statement])
        before, outcomes = one(plain, query), len(report(connection))
        assert tag(connection, statement) == first_word(statement)
        assert (statement, one(plain, query)) != (statement, before)
        assert (statement, report(connection)[outcomes:]) == (statement, [("applied", None)])
        if statement in CLEANING:
            plain.execute(CLEANING[statement])


IN_A_BLOCK = [
    "CREATE INDEX CONCURRENTLY i ON users (id)",
    "DROP INDEX CONCURRENTLY users_email",
    "REINDEX TABLE CONCURRENTLY users",
    "REINDEX SCHEMA public",
    "VACUUM users",
    "VACUUM",
    "CLUSTER",
    "CREATE DATABASE guarded_concurrent",
    "ALTER SYSTEM SET work_mem = '5MB'",
    "ALTER TABLE parts DETACH PARTITION parts_1 CONCURRENTLY",
]


def test_in_a_transaction_block_postgresql_refuses_them(connect):
    connection = connect()
    said = messages(connection)
    before = indexes(connection)
    connection.execute("BEGIN")
    for statement in IN_A_BLOCK:
        said.clear()
        assert tag(connection, statement) == first_word(statement)
        assert connection.info.transaction_status == TransactionStatus.INTRANS
        assert (statement, report(connection)[-1]) == (statement, ("failed", "active_sql_transaction"))
        assert len(said) == 1 and said[0].startswith("WARNING: failed ")
        assert said[0].endswith(" cannot run inside a transaction block")
    # These may.
    for statement in ["REINDEX TABLE users", "ANALYZE users", "CLUSTER users USING users_email"]:
        connection.execute(statement)
        assert (statement, report(connection)[-1]) == (statement, ("applied", None))
    connection.execute("INSERT INTO users VALUES (3, 'still here')")
    connection.execute("COMMIT")
    assert one(connection, "SELECT count(*) FROM users") == 3
    assert indexes(connection) == before


def test_in_a_function_too(connect):
    connection = connect()
    connection.execute(
        "DO $$ BEGIN CREATE INDEX CONCURRENTLY i ON users (id); ALTER TABLE users ADD COLUMN x int; END $$"
    )
    assert report(connection) == [("failed", "active_sql_transaction"), ("applied", None)]


def test_lists_of_vacuum_and_analyze_are_pruned(connect):
    connection = connect()
    analyzed = "SELECT relname FROM pg_class WHERE reltuples > 0 AND relname IN ('users', 'doubles') ORDER BY 1"
    connection.execute("ANALYZE users, missing, doubles")
    assert connection.execute(analyzed).fetchall() == [("doubles",), ("users",)]
    connection.execute("VACUUM (FREEZE) missing, users, no_such.doubles")
    assert one(connection, "SELECT relallvisible FROM pg_class WHERE relname = 'users'") == 1
    assert report(connection) == [
        ("applied", None),
        ("skipped", "missing_table"),
        ("applied", None),
        ("skipped", "missing_table"),
        ("applied", None),
        ("skipped", "missing_schema"),
    ]


def test_dry_run_plans_them(connect):
    connection = connect()
    connection.execute("SET guarded.dry_run = on")
    before = indexes(connection)
    for statement in [
        "CREATE INDEX CONCURRENTLY i ON users (id)",
        "DROP INDEX CONCURRENTLY users_email",
        "VACUUM FULL users",
        "REINDEX TABLE users",
        "CREATE DATABASE guarded_concurrent",
    ]:
        assert tag(connection, statement) == first_word(statement)
        assert (statement, report(connection)[-1]) == (statement, ("planned", None))
    assert indexes(connection) == before
    assert one(connection, "SELECT count(*) FROM pg_database WHERE datname = 'guarded_concurrent'") == 0


# --- their errors ---

UNIQUE = "CREATE UNIQUE INDEX CONCURRENTLY unique_id ON doubles (id)"


@pytest.mark.parametrize("policy", ["continue", "strict"])
def test_an_error_at_top_level_is_postgresql_s_own(connect, policy):
    plain, connection = connect(""), connect(f"{INTERCEPT} -c guarded.policy={policy}")
    failures = []
    for each in plain, connection:
        result = each.pgconn.exec_(UNIQUE.encode())
        assert result.status == ExecStatus.FATAL_ERROR
        failures.append({field.name: result.error_field(field) for field in DiagnosticField})
        assert indexes(each)[0] == (
            "unique_id",
            "CREATE UNIQUE INDEX unique_id ON public.doubles USING btree (id)",
            False,
        )
        plain.execute("DROP INDEX unique_id")
    assert failures[0]["SQLSTATE"] == b"23505" and failures[0]["MESSAGE_DETAIL"] == b"Key (id)=(1) is duplicated."
    assert failures[1] == failures[0]
    assert report(connection) == [("failed", "unique_violation")]
    # Nothing is left open: the session goes on, and locks nothing.
    connection.execute("ALTER TABLE doubles ADD COLUMN x int")
    assert (
        one(connection, "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'doubles'::regclass")
        == 0
    )


@pytest.mark.parametrize(
    "statement, error",
    [
        ("VACUUM (PARALLEL -1) users", errors.SyntaxError),
        ("CREATE DATABASE guarded_concurrent TEMPLATE guarded_no_such_template", errors.InvalidCatalogName),
        ("ALTER SYSTEM SET work_mem = 'lots'", errors.InvalidParameterValue),
        ("CREATE INDEX CONCURRENTLY i ON users ((1 / (id - 1)))", errors.DivisionByZero),
    ],
)
def test_other_errors_at_top_level(connect, statement, error):
    connection = connect()
    with pytest.raises(error):
        connection.execute(statement)
    assert len(report(connection)) == 1
    assert report(connection)[0][0] == "failed"


# --- an invalid leftover ---


def leave_invalid_index(connection: psycopg.Connection) -> int:
    """As a failed CREATE INDEX CONCURRENTLY does; the rows in its way are gone afterwards."""
    connection.pgconn.exec_(UNIQUE.encode())
    connection.execute("DELETE FROM doubles WHERE ctid = '(0,1)'")
    assert indexes(connection)[0][::2] == ("unique_id", False)
    return one(connection, "SELECT 'unique_id'::regclass::oid")


@pytest.mark.parametrize("policy", ["continue", "strict"])
@pytest.mark.parametrize(
    "statement",
    [
        UNIQUE,
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS unique_id ON doubles (id)",
        "CREATE UNIQUE INDEX unique_id ON doubles (id)",
        "BEGIN; CREATE UNIQUE INDEX unique_id ON doubles (id); COMMIT",
        "DO 'BEGIN CREATE UNIQUE INDEX unique_id ON doubles (id); END'",
    ],
)
def test_an_invalid_leftover_is_rebuilt(connect, statement, policy):
    plain, connection = connect(""), connect(f"{INTERCEPT} -c guarded.policy={policy}")
    leftover = leave_invalid_index(plain)
    connection.pgconn.exec_(statement.encode())
    assert indexes(plain)[0] == ("unique_id", "CREATE UNIQUE INDEX unique_id ON public.doubles USING btree (id)", True)
    assert one(plain, "SELECT 'unique_id'::regclass::oid") != leftover
    outcomes = connection.execute("SELECT status, reason, message FROM guarded.report()").fetchall()
    assert [row[:2] for row in outcomes] == [("applied", None)]
    assert "invalid" in outcomes[0][2]


def test_a_leftover_with_another_definition_is_replaced(connect):
    plain, connection = connect(""), connect()
    leave_invalid_index(plain)
    connection.execute("CREATE INDEX CONCURRENTLY unique_id ON doubles ((id + 1))")
    assert indexes(plain)[0] == ("unique_id", "CREATE INDEX unique_id ON public.doubles USING btree (((id + 1)))", True)


def test_a_leftover_that_cannot_be_rebuilt(connect):
    """The new attempt fails as the old one did, and leaves the same."""
    connection = connect()
    for _ in range(2):
        with pytest.raises(errors.UniqueViolation):
            connection.execute(UNIQUE)
    assert indexes(connection)[0][::2] == ("unique_id", False)
    assert report(connection) == [("failed", "unique_violation")] * 2
    # Without CONCURRENTLY nothing has happened when it fails.
    leftover = one(connection, "SELECT 'unique_id'::regclass::oid")
    connection.execute("CREATE UNIQUE INDEX unique_id ON doubles (id)")
    assert report(connection)[-1] == ("failed", "unique_violation")
    assert one(connection, "SELECT 'unique_id'::regclass::oid") == leftover


def test_a_leftover_is_not_touched_for_another_table_nor_by_a_dry_run(connect):
    plain, connection = connect(""), connect()
    leftover = leave_invalid_index(plain)
    connection.execute("CREATE INDEX CONCURRENTLY unique_id ON users (id)")
    connection.execute("SET guarded.dry_run = on")
    connection.execute(UNIQUE)
    assert report(connection) == [("conflict", "other_table"), ("planned", None)]
    assert one(plain, "SELECT 'unique_id'::regclass::oid") == leftover


# --- several sessions ---


# The second session waits for the first one's lock, and the first may then wait for the second one's snapshot:
# PostgreSQL itself ends two CREATE INDEX CONCURRENTLY on one table so. It is the second's patience that ends.
SECOND = [[("skipped", "already_exists")], [("failed", "deadlock_detected")]]


def test_an_index_that_another_session_is_building_is_no_leftover(connect):
    """It is invalid until that session is done, and that waits for the transactions that are open."""
    holder, builder, second, observer = connect(""), connect(), connect(), connect("")
    builder.execute("SET deadlock_timeout = '20s'")
    statement = "CREATE INDEX CONCURRENTLY i ON users (id)"
    holder.execute("BEGIN")
    holder.execute("INSERT INTO users VALUES (3)")
    with in_thread(lambda: builder.execute(statement)) as built:
        wait_until_blocked(observer, builder.info.backend_pid, by=holder.info.backend_pid)
        building = one(observer, "SELECT indexrelid FROM pg_index WHERE indexrelid = 'i'::regclass AND NOT indisvalid")
        with in_thread(lambda: second.execute(statement)):
            wait_until_blocked(observer, second.info.backend_pid, by=builder.info.backend_pid)
            holder.execute("COMMIT")
    assert not isinstance(built[0], Exception)
    assert report(builder) == [("applied", None)]
    assert report(second) in SECOND
    assert ("i", "CREATE INDEX i ON public.users USING btree (id)", True) in indexes(observer)
    assert one(observer, "SELECT 'i'::regclass::oid") == building


def test_two_sessions_rebuild_a_leftover(connect):
    holder, first, second, observer = connect(""), connect(), connect(), connect("")
    first.execute("SET deadlock_timeout = '20s'")
    leave_invalid_index(observer)
    holder.execute("BEGIN")
    holder.execute("LOCK TABLE doubles IN ROW EXCLUSIVE MODE")
    with in_thread(lambda: first.execute(UNIQUE)) as built:
        wait_until_blocked(observer, first.info.backend_pid, by=holder.info.backend_pid)
        with in_thread(lambda: second.execute(UNIQUE)):
            wait_until_blocked(observer, second.info.backend_pid, by=first.info.backend_pid)
            holder.execute("COMMIT")
    assert not isinstance(built[0], Exception)
    assert report(first) == [("applied", None)]
    assert report(second) in SECOND
    assert indexes(observer)[0] == (
        "unique_id",
        "CREATE UNIQUE INDEX unique_id ON public.doubles USING btree (id)",
        True,
    )
    assert [row[0] for row in indexes(observer)].count("unique_id") == 1


def test_an_index_that_another_session_drops_concurrently(connect):
    holder, first, second, observer = connect(""), connect(), connect(), connect("")
    holder.execute("BEGIN")
    holder.execute("LOCK TABLE users IN ROW EXCLUSIVE MODE")
    with in_thread(lambda: first.execute("DROP INDEX CONCURRENTLY users_email")):
        wait_until_blocked(observer, first.info.backend_pid, by=holder.info.backend_pid)
        with in_thread(lambda: second.execute("DROP INDEX CONCURRENTLY users_email")) as done:
            wait_until_blocked(observer, second.info.backend_pid, by=first.info.backend_pid)
            holder.execute("COMMIT")
    assert [row[0] for row in indexes(observer)] == ["users_pkey"]
    assert report(first) == [("applied", None)]
    # It was there when it was judged. An error at top level is raised.
    assert isinstance(done[0], errors.UndefinedObject)
    assert report(second) == [("failed", "undefined_object")]


# --- what is never caught ---


def test_cancelling(connect):
    connection, holder, observer = connect(), connect(""), connect("")
    holder.execute("BEGIN; LOCK TABLE users")
    with in_thread(lambda: connection.execute("ALTER TABLE users ADD COLUMN x int")) as done:
        wait_until_blocked(observer, connection.info.backend_pid, by=holder.info.backend_pid)
        connection.cancel_safe()
    assert isinstance(done[0], errors.QueryCanceled)
    holder.execute("ROLLBACK")
    connection.execute("ALTER TABLE users ADD COLUMN x int")
    assert one(connection, "SELECT guarded.column_exists('users', 'x')")


def test_lock_timeout_is_a_failure_like_another(connect):
    connection, holder = connect(), connect("")
    holder.execute("BEGIN; LOCK TABLE users")
    connection.execute("SET lock_timeout = '50ms'")
    connection.execute("BEGIN")
    connection.execute("ALTER TABLE users ADD COLUMN x int")
    assert report(connection) == [("failed", "lock_not_available")]
    assert connection.info.transaction_status == TransactionStatus.INTRANS
    connection.execute("COMMIT")


def test_a_read_only_transaction_skips_but_changes_nothing(connect):
    connection = connect()
    connection.execute("BEGIN READ ONLY")
    connection.execute("ALTER TABLE missing ADD COLUMN x int")
    connection.execute("CREATE TABLE doubles (id int)")
    assert report(connection) == [("skipped", "missing_table"), ("skipped", "already_exists")]
    with pytest.raises(errors.ReadOnlySqlTransaction) as raised:
        connection.execute("ALTER TABLE users ADD COLUMN x int")
    assert raised.value.diag.message_primary == "cannot execute ALTER TABLE in a read-only transaction"
    assert connection.info.transaction_status == TransactionStatus.INERROR
    connection.execute("ROLLBACK")


def test_an_aborted_transaction(connect):
    connection = connect()
    connection.execute("BEGIN")
    connection.execute("ALTER TABLE users ADD COLUMN x int")
    with pytest.raises(errors.DivisionByZero):
        connection.execute("SELECT 1/0")
    for statement in [
        "ALTER TABLE users ADD COLUMN y int",
        "ALTER TABLE missing ADD COLUMN y int",
        "DROP TABLE missing",
    ]:
        with pytest.raises(errors.InFailedSqlTransaction):
            connection.execute(statement)
    connection.execute("ROLLBACK")
    rows = connection.execute("SELECT status, rolled_back FROM guarded.report()").fetchall()
    assert rows == [("applied", True)]
    connection.execute("BEGIN; SAVEPOINT s")
    with pytest.raises(errors.DivisionByZero):
        connection.execute("SELECT 1/0")
    connection.execute("ROLLBACK TO s")
    connection.execute("ALTER TABLE users ADD COLUMN z int")
    connection.execute("COMMIT")
    assert one(connection, "SELECT guarded.column_exists('users', 'z') AND NOT guarded.column_exists('users', 'x')")


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_isolation_levels(connect, level):
    connection, other = connect(), connect("")
    connection.execute(f"BEGIN ISOLATION LEVEL {level}")
    assert one(connection, "SELECT count(*) FROM doubles") == 2
    other.execute("ALTER TABLE users ADD COLUMN theirs int")
    # DDL looks at the catalog as it is now, whatever the snapshot of the transaction.
    connection.execute("ALTER TABLE users ADD COLUMN theirs int")
    connection.execute("ALTER TABLE users ADD COLUMN ours int")
    connection.execute("ALTER TABLE users ALTER COLUMN email SET NOT NULL")
    connection.execute("ALTER TABLE missing ADD COLUMN x int")
    connection.execute("INSERT INTO users (id) VALUES (3)")
    connection.execute("COMMIT")
    assert report(connection) == [
        ("skipped", "already_exists"),
        ("applied", None),
        ("failed", "not_null_violation"),
        ("skipped", "missing_table"),
    ]
    assert one(connection, "SELECT count(*) FROM users WHERE ours IS NULL") == 3


def test_a_serialization_failure_is_raised(connect):
    """A REFRESH reads the rows; what else is done with them decides."""
    connection, other = connect(), connect("")
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    one(connection, "SELECT count(*) FROM users")
    other.execute("UPDATE users SET email = 'theirs' WHERE id = 1")
    connection.execute(
        "CREATE FUNCTION change() RETURNS int LANGUAGE sql AS $$ UPDATE users SET email = 'ours' RETURNING 1 $$"
    )
    with pytest.raises(errors.SerializationFailure):
        connection.execute("CREATE TABLE changed AS SELECT change()")
    assert connection.info.transaction_status == TransactionStatus.INERROR


# --- parallel query ---


def test_parallel_query(connect):
    connection = connect()
    major = connection.info.server_version // 10000
    connection.execute(f"SET {'debug_parallel_query' if major >= 16 else 'force_parallel_mode'} = on")
    for setting in [
        "parallel_setup_cost = 0",
        "parallel_tuple_cost = 0",
        "min_parallel_table_scan_size = 0",
        "max_parallel_maintenance_workers = 2",
        "max_parallel_workers_per_gather = 2",
    ]:
        connection.execute(f"SET {setting}")
    connection.execute("CREATE TABLE many AS SELECT id, md5(id::text) AS hash FROM generate_series(1, 20000) AS id")
    connection.execute("ANALYZE many")
    plan = connection.execute("EXPLAIN SELECT count(*) FROM many").fetchall()
    assert any("Workers Planned" in line for (line,) in plan)
    assert one(connection, "SELECT count(*) FROM many") == 20000
    connection.execute("CREATE TABLE copied AS SELECT * FROM many WHERE id % 2 = 0")
    connection.execute("CREATE INDEX ON many (hash)")
    connection.execute("CREATE INDEX CONCURRENTLY many_id ON many (id)")
    connection.execute("CREATE INDEX CONCURRENTLY many_id ON many (id)")
    connection.execute("VACUUM (PARALLEL 2) many")
    connection.execute("REINDEX TABLE many")
    connection.execute("CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM many")
    connection.execute("CREATE UNIQUE INDEX ON counted (count)")
    connection.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY counted")
    connection.execute("ALTER TABLE missing ADD COLUMN x int")
    connection.execute("ALTER TABLE many ADD COLUMN x int DEFAULT 1, ALTER COLUMN id TYPE bigint")
    assert one(connection, "SELECT (SELECT count(*) FROM copied), sum(x) FROM many") == 10000
    statuses = [status for status, _ in report(connection)]
    assert statuses == ["applied"] * 5 + ["skipped"] + ["applied"] * 5 + ["skipped"] + ["applied"] * 2


# --- notifications ---


def test_notifications(connect):
    """They are sent with the transaction, whatever was skipped or failed in it."""
    connection, listener = connect(), connect()
    listener.execute("LISTEN news")
    connection.execute("BEGIN")
    connection.execute("ALTER TABLE missing ADD COLUMN x int")
    connection.execute("NOTIFY news, 'first'")
    connection.execute("ALTER TABLE users ALTER COLUMN email SET NOT NULL")
    connection.execute("NOTIFY news, 'second'")
    connection.execute("ALTER TABLE users ADD COLUMN x int")
    connection.execute("COMMIT")
    # What a failed statement sent goes with it.
    connection.execute(
        "CREATE FUNCTION send() RETURNS int LANGUAGE plpgsql AS $$ BEGIN NOTIFY news, 'never'; RETURN 1 / 0; END $$"
    )
    connection.execute("CREATE TABLE sent AS SELECT send()")
    connection.execute("NOTIFY news, 'last'")
    assert [notify.payload for notify in listener.notifies(timeout=10, stop_after=3)] == ["first", "second", "last"]
