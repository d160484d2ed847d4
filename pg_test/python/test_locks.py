"""Statements that do not get their lock: tried again, interrupted meanwhile, and given up with who was in the way. What
several sessions do in turns is in the isolation specs lock_retries and lock_deadlock."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors
from psycopg.pq import TransactionStatus
from sessions import Connect, connections, in_thread

INTERCEPT = "-c session_preload_libraries=guarded_ddl -c guarded.intercept=on"
# A first pause of 50 to 100 ms; the others come into the thousandth second and more, where a test finds a session asleep.
RETRIES = "-c guarded.lock_timeout=10ms -c guarded.lock_retries=1000"


@pytest.fixture
def connect(guarded_database) -> Iterator[Connect]:
    """Opens autocommitting connections to one database with the table users."""
    name = guarded_database("CREATE TABLE users (id int PRIMARY KEY, email text); CREATE TABLE log (n int)")
    with connections(name, f"{INTERCEPT} {RETRIES}") as open_connection:
        yield open_connection


@pytest.fixture
def server(connect) -> psycopg.Connection:
    """A session that looks on."""
    return connect("")


@pytest.fixture
def reader(connect) -> psycopg.Connection:
    """Has read the table, and keeps its transaction open."""
    connection = connect("", application_name="web")
    connection.execute("BEGIN; SELECT count(*) FROM users")
    return connection


def one(connection: psycopg.Connection, query: str, *parameters):
    return connection.execute(query, parameters).fetchone()[0]


def wait_until(server: psycopg.Connection, pid: int, condition: str) -> None:
    deadline = time.monotonic() + 20
    while not one(server, f"SELECT {condition} FROM pg_stat_activity WHERE pid = %s", pid):
        assert time.monotonic() < deadline, f"it was never so: {condition}"
        time.sleep(0.002)


def wait_until_asleep(server: psycopg.Connection, connection: psycopg.Connection) -> None:
    wait_until(server, connection.info.backend_pid, "wait_event IS NOT DISTINCT FROM 'PgSleep'")


def messages(connection: psycopg.Connection) -> list[tuple]:
    """Grows with each notice."""
    said: list[tuple] = []
    connection.add_notice_handler(lambda notice: said.append((notice.message_primary, notice.message_detail)))
    return said


def columns(server: psycopg.Connection) -> list[str]:
    found = "SELECT attname FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0 ORDER BY attnum"
    return [name for (name,) in server.execute(found)]


def locks(server: psycopg.Connection, connection: psycopg.Connection) -> list[str]:
    held = "SELECT mode FROM pg_locks WHERE pid = %s AND relation = 'users'::regclass"
    return [mode for (mode,) in server.execute(held, (connection.info.backend_pid,))]


def test_plain_ddl_is_tried_again(connect, server, reader, recipe):
    """Within its transaction, which goes on as if nothing had been."""
    with connect("") as connection:
        connection.execute(recipe("busy"))
        connection.execute("BEGIN; SET LOCAL lock_timeout = '7s'; INSERT INTO log VALUES (1)")
        with in_thread(lambda: connection.execute("ALTER TABLE users ADD COLUMN phone text")) as results:
            wait_until_asleep(server, connection)
            assert locks(server, connection) == []
            reader.execute("COMMIT")
        assert not isinstance(results[0], Exception)
        assert one(connection, "SHOW lock_timeout") == "7s"
        connection.execute("COMMIT")
        found = connection.execute("SELECT status, (outcome->>'retries')::int > 0 FROM guarded.report()").fetchall()
    assert found == [("applied", True)]
    assert columns(server) == ["id", "email", "phone"]
    assert one(server, "SELECT array_agg(n) FROM log") == [1]


@pytest.mark.parametrize("savepoint", [False, True])
def test_cancel_during_the_pause(connect, server, reader, savepoint):
    with connect() as connection:
        connection.execute("BEGIN; SET LOCAL lock_timeout = '7s'; INSERT INTO log VALUES (1)")
        if savepoint:
            connection.execute("SAVEPOINT s")
        with in_thread(lambda: connection.execute("ALTER TABLE users ADD COLUMN phone text")) as results:
            wait_until_asleep(server, connection)
            server.execute("SELECT pg_cancel_backend(%s)", (connection.info.backend_pid,))
        assert isinstance(results[0], errors.QueryCanceled)
        assert connection.info.transaction_status == TransactionStatus.INERROR
        if savepoint:
            connection.execute("ROLLBACK TO s")
            assert one(connection, "SHOW lock_timeout") == "7s"
        connection.execute("COMMIT")
        assert one(connection, "SHOW lock_timeout") == "0"
    assert one(server, "SELECT count(*) FROM log") == int(savepoint)
    assert columns(server) == ["id", "email"]


def test_statement_timeout_during_the_pause(connect, server, reader):
    """It counts from the first try to the last. Tries take 10 ms each, so it is a pause that it ends."""
    with connect() as connection:
        connection.execute("BEGIN; SET LOCAL statement_timeout = '300ms'")
        with pytest.raises(errors.QueryCanceled, match="statement timeout"):
            connection.execute("ALTER TABLE users ADD COLUMN phone text")
        connection.execute("ROLLBACK")
        assert one(connection, "SHOW lock_timeout") == "0"
    assert columns(server) == ["id", "email"]


def test_terminate_during_the_pause(connect, server, reader):
    connection = connect()
    pid = connection.info.backend_pid
    connection.execute("BEGIN; INSERT INTO log VALUES (1)")
    with in_thread(lambda: connection.execute("ALTER TABLE users ADD COLUMN phone text")) as results:
        wait_until_asleep(server, connection)
        server.execute("SELECT pg_terminate_backend(%s)", (pid,))
    assert isinstance(results[0], errors.AdminShutdown)
    deadline = time.monotonic() + 20
    while one(server, "SELECT count(*) FROM pg_stat_activity WHERE pid = %s", pid):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    assert one(server, "SELECT count(*) FROM log") == 0
    assert columns(server) == ["id", "email"]


def test_message_names_who_was_in_the_way(connect, reader):
    with connect(f"{INTERCEPT} -c guarded.lock_timeout=10ms -c guarded.lock_retries=1") as connection:
        said = messages(connection)
        connection.execute("ALTER TABLE users ADD COLUMN phone text")
        outcome = one(connection, "SELECT outcome FROM guarded.report()")
    [(message, detail)] = said
    assert message == "failed add_column users.phone: canceling statement due to lock timeout"
    tried, line = detail.split("\n")
    assert tried == "It was tried 2 times."
    begins = f'Process {reader.info.backend_pid} of role postgres, application "web", holds ACCESS SHARE on public.users; '
    assert line.startswith(begins + "idle in transaction, transaction open for ")
    assert line.endswith(": BEGIN; SELECT count(*) FROM users")
    [blocker] = outcome["blocked_by"]
    assert blocker.pop("transaction_age_ms") >= 0
    assert blocker == {
        "pid": reader.info.backend_pid,
        "role": "postgres",
        "application": "web",
        "state": "idle in transaction",
        "query": "BEGIN; SELECT count(*) FROM users",
        "table": "public.users",
        "mode": "ACCESS SHARE",
        "holds": True,
    }
    assert outcome["retries"] == 1


def test_strict_raises_the_servers_error(connect, server, reader):
    """With who was in the way besides; the transaction goes on from a savepoint."""
    with connect(f"{INTERCEPT} -c guarded.lock_timeout=10ms -c guarded.lock_retries=1") as connection:
        connection.execute("BEGIN; SET LOCAL guarded.policy = strict; SET LOCAL lock_timeout = '7s'; SAVEPOINT s")
        with pytest.raises(errors.LockNotAvailable) as raised:
            connection.execute("ALTER TABLE users ADD COLUMN phone text")
        diagnosis = raised.value.diag
        assert diagnosis.message_primary == "canceling statement due to lock timeout"
        assert diagnosis.source_function == "ProcessInterrupts"
        assert diagnosis.message_detail.startswith(
            f"It was tried 2 times.\nProcess {reader.info.backend_pid} of role postgres, application"
        )
        connection.execute("ROLLBACK TO s")
        assert one(connection, "SHOW lock_timeout") == "7s"
        assert locks(server, connection) == []
        reader.execute("COMMIT")
        connection.execute("ALTER TABLE users ADD COLUMN phone text; COMMIT")
    assert columns(server) == ["id", "email", "phone"]


def test_others_queries_stay_theirs(new_role, connect, server):
    """A role that may not see what another one runs is told of its process only. Nor is it kept in the journal, which
    is dumped, where a role may see it."""
    role, secret = new_role(), "BEGIN; SELECT count(*) AS secret FROM users"
    server.execute(f"ALTER TABLE users OWNER TO {role}")
    with connect("") as other:
        other.execute(secret)
        pid = other.info.backend_pid
        for user, query in ((role, None), ("postgres", secret)):
            with connect("-c guarded.lock_timeout=10ms", user=user) as connection:
                said = messages(connection)
                [blocker] = one(connection, "SELECT guarded.add_column('users', 'phone', 'text')")["blocked_by"]
            assert (blocker["pid"], blocker["role"]) == (pid, "postgres")
            assert blocker.get("query") == query
            assert blocker.get("state") == (query and "idle in transaction")
            assert ("secret" in said[0][1]) == bool(query)
    kept = server.execute("SELECT outcome FROM guarded.journal ORDER BY number").fetchall()
    assert [outcome["blocked_by"][0]["pid"] for (outcome,) in kept] == [pid] * 2
    assert "secret" not in str(kept)
    server.execute("ALTER TABLE users OWNER TO postgres")


def test_a_prepared_transaction_is_in_the_way(connect, server):
    server.execute("BEGIN; LOCK users IN SHARE MODE; PREPARE TRANSACTION 'an order'")
    try:
        with connect(f"{INTERCEPT} -c guarded.lock_timeout=10ms") as connection:
            said = messages(connection)
            connection.execute("ALTER TABLE users ADD COLUMN phone text")
            [blocker] = one(connection, "SELECT outcome FROM guarded.report()")["blocked_by"]
        assert {**blocker, "transaction_age_ms": 0} == {
            "prepared": "an order",
            "role": "postgres",
            "transaction_age_ms": 0,
            "table": "public.users",
            "mode": "SHARE",
            "holds": True,
        }
        begins = 'Prepared transaction "an order" of role postgres holds SHARE on public.users; transaction open for '
        assert said[0][1].startswith(begins)
    finally:
        server.execute("ROLLBACK PREPARED 'an order'")
    assert columns(server) == ["id", "email"]


def test_concurrently_waits_as_always(connect, server, reader):
    """A timeout would leave an invalid index behind; so the session's own lock_timeout is in force."""
    reader.execute("COMMIT; BEGIN; LOCK users IN ROW EXCLUSIVE MODE")
    with connect() as connection:
        with in_thread(lambda: connection.execute("CREATE INDEX CONCURRENTLY users_email ON users (email)")) as results:
            wait_until(server, connection.info.backend_pid, "wait_event_type IS NOT DISTINCT FROM 'Lock'")
            time.sleep(0.05)
            wait_until(server, connection.info.backend_pid, "wait_event_type IS NOT DISTINCT FROM 'Lock'")
            reader.execute("COMMIT")
        assert not isinstance(results[0], Exception)
        assert one(connection, "SELECT array_agg(status) FROM guarded.report()") == ["applied"]
    assert one(server, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_email'::regclass")


def test_lock_timeout_is_set_back(connect, server):
    """After all that a statement can do with it. What it sets itself stays, as always."""
    with connect("-c guarded.lock_timeout=50ms") as connection:
        connection.execute("SELECT guarded.table_exists('users'); SET lock_timeout = '7s'; SET client_min_messages = error")

        def after(script: str) -> str:
            connection.execute("SELECT status FROM guarded.run(%s)", (script,))
            return one(connection, "SHOW lock_timeout")

        connection.execute("""
            CREATE FUNCTION sets() RETURNS int LANGUAGE plpgsql SET lock_timeout = '1s' AS 'BEGIN RETURN 1; END';
            CREATE FUNCTION sets_locally() RETURNS int LANGUAGE plpgsql AS 'BEGIN SET LOCAL lock_timeout = 1000; RETURN 1; END'""")
        assert after("ALTER TABLE users ADD COLUMN phone text") == "7s"
        assert after("ALTER TABLE users ADD CONSTRAINT one CHECK (id = 1); INSERT INTO users VALUES (1)") == "7s"
        assert after("INSERT INTO users VALUES (1)") == "7s"
        assert after("SELECT sets(), sets_locally()") == "7s"
        assert after("DO $$ BEGIN SET lock_timeout = '1s'; PERFORM 1 / 0; END $$") == "7s"
        assert after("SELECT FROM guarded.run('ALTER TABLE users ADD COLUMN fax text')") == "7s"
        assert after("DO $$ BEGIN SET lock_timeout = '6s'; END $$") == "6s"
        assert after("SET lock_timeout = '5s'") == "5s"
        connection.execute("BEGIN")
        assert after("SET LOCAL lock_timeout = '4s'") == "4s"
        connection.execute("COMMIT")
        assert one(connection, "SHOW lock_timeout") == "5s"
        says = "DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = current_setting('lock_timeout'); END $$"
        assert one(connection, "SELECT outcome->>'message' FROM guarded.run(%s)", says) == "50ms"
    assert columns(server) == ["id", "email", "phone", "fax"]
