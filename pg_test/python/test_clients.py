"""What a client sees: errors that stay errors, failures that do not, notices, locks, memory. Through psycopg 3."""

import threading
import time
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.pq import TransactionStatus

ROWS = """
    CREATE TABLE t (id int, email text, amount text);
    INSERT INTO t VALUES (1, 'a@b.example', 'ten'), (1, NULL, '10');
    CREATE TABLE parent (id int PRIMARY KEY);
    CREATE TABLE log (line text);
"""
# What fails on these rows, with the reason it must give.
FAILURES = {
    "alter_column('t', 'email', nullable => false)": "not_null_violation",
    "create_unique_constraint('u', 't', ARRAY['id'])": "unique_violation",
    "create_index('i', 't', ARRAY['id'], \"unique\" => true)": "unique_violation",
    "create_primary_key('p', 't', ARRAY['id'])": "unique_violation",
    "create_check_constraint('c', 't', 'id > 1')": "check_violation",
    "create_foreign_key('f', 't', 'parent', ARRAY['id'], ARRAY['id'])": "foreign_key_violation",
    "alter_column('t', 'amount', type => 'int', postgresql_using => 'amount::int')": "invalid_text_representation",
    "add_column('t', 'x', 'int', nullable => false)": "not_null_violation",
}


@pytest.fixture
def connect(new_database):
    """Opens connections to one database that has the extension and the tables above."""
    name, connections = new_database(), []

    def open_connection(**options) -> psycopg.Connection:
        connections.append(psycopg.connect(dbname=name, **options))
        return connections[-1]

    with open_connection() as connection:
        connection.execute("CREATE EXTENSION guarded_ddl")
        connection.execute(ROWS)
    yield open_connection
    for connection in connections:
        connection.close()


@pytest.fixture
def role(new_role):
    return new_role()


def guarded(connection: psycopg.Connection, call: str) -> dict:
    return connection.execute(f"SELECT guarded.{call}").fetchone()[0]


def locks(connection: psycopg.Connection, pid: int, table: str = "t") -> int:
    statement = "SELECT count(*) FROM pg_locks WHERE pid = %s AND relation = %s::regclass"
    return connection.execute(statement, (pid, table)).fetchone()[0]


@contextmanager
def holding(connection: psycopg.Connection, table: str = "t"):
    """Another session that works on the table."""
    connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.Identifier(table)))
    yield
    connection.rollback()


def wait_for_lock(connection: psycopg.Connection, pid: int) -> None:
    waiting = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"
    deadline = time.monotonic() + 10
    while connection.execute(waiting, (pid,)).fetchone() != (True,):
        assert time.monotonic() < deadline, "the statement never waited for its lock"
        connection.rollback()
        time.sleep(0.01)
    connection.rollback()


# --- a failure is an outcome ---


@pytest.mark.parametrize("call, reason", FAILURES.items())
def test_after_a_failure_the_transaction_goes_on(connect, call, reason):
    connection, observer = connect(), connect()
    outcome = guarded(connection, call)
    assert (outcome["status"], outcome["reason"]) == ("failed", reason)
    assert connection.info.transaction_status == TransactionStatus.INTRANS
    assert locks(observer, connection.info.backend_pid) == 0
    connection.execute("INSERT INTO log VALUES ('still here')")
    connection.commit()
    assert observer.execute("SELECT line FROM log").fetchall() == [("still here",)]


def test_a_failure_in_a_pipeline_does_not_stop_what_was_sent_after_it(connect):
    connection, observer = connect(), connect(autocommit=True)
    with connection.pipeline():
        failed = connection.execute("SELECT guarded.alter_column('t', 'email', nullable => false)")
        connection.execute("INSERT INTO log VALUES ('sent without waiting')")
        assert failed.fetchone()[0]["status"] == "failed"
    connection.commit()
    assert observer.execute("SELECT count(*) FROM log").fetchone() == (1,)


def test_the_same_call_as_a_prepared_statement(connect):
    connection = connect()
    statement = "SELECT guarded.add_column(%s, %s, %s)->>'status'"
    tables = ["t", "missing", "parent", "missing", "t"]
    found = [connection.execute(statement, (table, "x", "int"), prepare=True).fetchone()[0] for table in tables]
    assert found == ["applied", "skipped", "applied", "skipped", "skipped"]


def test_what_is_rolled_back_is_reported_as_such(connect):
    connection = connect(autocommit=True)
    with connection.transaction():
        guarded(connection, "add_column('t', 'kept', 'int')")
        with connection.transaction(force_rollback=True):
            guarded(connection, "add_column('t', 'taken_back', 'int')")
    rows = connection.execute("SELECT object, status, rolled_back FROM guarded.report() ORDER BY number").fetchall()
    assert [row[1:] for row in rows] == [("applied", False), ("applied", True)]
    assert "taken_back" in rows[1][0]
    columns = "SELECT guarded.columns_exist('t', ARRAY['kept']), guarded.column_exists('t', 'taken_back')"
    assert connection.execute(columns).fetchone() == (True, False)


# --- messages ---


def collect_notices(connection: psycopg.Connection) -> list[tuple]:
    """Grows with each notice; read at once, because the notice is gone when its handler returns."""
    notices = []
    fields = ("severity_nonlocalized", "message_primary", "message_detail", "message_hint")
    connection.add_notice_handler(lambda notice: notices.append(tuple(getattr(notice, field) for field in fields)))
    return notices


def test_notices_arrive(connect):
    connection = connect()
    notices = collect_notices(connection)
    guarded(connection, "add_column('missing', 'x', 'int')")
    guarded(connection, "add_column('t', 'x', 'int')")
    guarded(connection, "add_column('t', 'email', 'int')")
    guarded(connection, "alter_column('t', 'email', nullable => false)")
    skipped, conflict, failed = notices
    assert skipped == ("NOTICE", 'skipped add_column missing.x: table "missing" does not exist', None, None)
    assert conflict[0] == "WARNING"
    assert conflict[1].startswith("conflict in add_column t.email: ")
    assert conflict[2] and conflict[3]
    assert failed[:2] == (
        "WARNING",
        'failed alter_column t.email: column "email" of relation "t" contains null values',
    )


def test_client_min_messages_silences_them(connect):
    connection = connect(options="-c client_min_messages=error")
    notices = collect_notices(connection)
    guarded(connection, "add_column('missing', 'x', 'int')")
    guarded(connection, "alter_column('t', 'email', nullable => false)")
    assert notices == []


# --- what is never swallowed ---


def test_statement_timeout_while_a_statement_runs(connect):
    connection = connect()
    connection.execute("SET statement_timeout = '200ms'")
    with pytest.raises(errors.QueryCanceled):
        connection.execute("SELECT * FROM guarded.run('SELECT pg_sleep(30)')")
    assert connection.info.transaction_status == TransactionStatus.INERROR


@pytest.mark.parametrize("policy", ["continue", "strict"])
def test_statement_timeout_while_waiting_for_a_lock(connect, policy):
    connection, other = connect(), connect()
    connection.execute("SET statement_timeout = '200ms'")
    connection.execute(f"SET guarded.policy = '{policy}'")
    with holding(other), pytest.raises(errors.QueryCanceled):
        guarded(connection, "add_column('t', 'x', 'int')")
    assert connection.info.transaction_status == TransactionStatus.INERROR
    connection.rollback()
    assert guarded(connection, "add_column('t', 'x', 'int')")["status"] == "applied"


@pytest.mark.parametrize(
    "call",
    ["SELECT guarded.add_column('t', 'x', 'int')", "SELECT * FROM guarded.run('ALTER TABLE t ADD COLUMN x int')"],
)
def test_pg_cancel_backend(connect, call):
    connection, other = connect(), connect()
    raised = []

    def work() -> None:
        try:
            connection.execute(call)
        except psycopg.Error as error:
            raised.append(error)

    with holding(other):
        thread = threading.Thread(target=work)
        thread.start()
        with connect() as canceller:
            wait_for_lock(canceller, connection.info.backend_pid)
            canceller.execute("SELECT pg_cancel_backend(%s)", (connection.info.backend_pid,))
        thread.join(10)
    assert [type(error) for error in raised] == [errors.QueryCanceled]
    assert connection.info.transaction_status == TransactionStatus.INERROR


def test_pg_terminate_backend(connect):
    connection, other = connect(), connect(autocommit=True)
    call = "SELECT * FROM guarded.run(format('SELECT pg_terminate_backend(%s)', pg_backend_pid()))"
    with pytest.raises(errors.AdminShutdown):
        connection.execute(call)
    assert connection.closed
    assert guarded(other, "add_column('t', 'x', 'int')")["status"] == "applied"


@pytest.mark.parametrize("policy", ["continue", "strict"])
def test_a_read_only_transaction_skips_but_changes_nothing(connect, policy):
    connection = connect()
    connection.execute(f"SET guarded.policy = '{policy}'")
    connection.commit()
    connection.read_only = True
    assert guarded(connection, "add_column('missing', 'x', 'int')")["status"] == "skipped"
    assert guarded(connection, "add_column('t', 'id', 'int')")["status"] == "skipped"
    with pytest.raises(errors.ReadOnlySqlTransaction):
        guarded(connection, "add_column('t', 'x', 'int')")
    assert connection.info.transaction_status == TransactionStatus.INERROR


@pytest.mark.parametrize(
    "call, error",
    [
        ("add_column(NULL, 'x', 'int')", errors.NullValueNotAllowed),
        ("add_column('', 'x', 'int')", errors.InvalidParameterValue),
        ("add_column('t', 'x', 'int, DROP COLUMN id')", errors.InvalidParameterValue),
        ("run('ALTER TABEL t')", errors.SyntaxError),
    ],
)
def test_a_wrong_call_always_raises(connect, call, error):
    with pytest.raises(error):
        guarded(connect(), call)


def test_a_broken_constraint_trigger_still_fails_the_commit(connect):
    """Deferred to the commit, it is no failure of the statement."""
    connection = connect()
    connection.execute("TRUNCATE t")
    connection.execute("INSERT INTO t VALUES (7)")
    call = """create_foreign_key('f', 't', 'parent', ARRAY['id'], ARRAY['id'], "deferrable" => true,
                                 "initially" => 'DEFERRED', postgresql_not_valid => true)"""
    assert guarded(connection, call)["status"] == "applied"
    connection.execute("INSERT INTO t VALUES (8)")
    with pytest.raises(errors.ForeignKeyViolation):
        connection.commit()


# --- locks ---


def test_lock_timeout_is_a_failure_like_another(connect):
    connection, other, observer = connect(), connect(), connect(autocommit=True)
    connection.execute("SET lock_timeout = '100ms'")
    with holding(other):
        outcome = guarded(connection, "add_column('t', 'x', 'int')")
        assert (outcome["status"], outcome["reason"]) == ("failed", "lock_not_available")
        assert locks(observer, connection.info.backend_pid) == 0
        connection.execute("INSERT INTO log VALUES ('went on')")
        connection.commit()
    assert observer.execute("SELECT count(*) FROM log").fetchone() == (1,)


def test_a_deadlock_is_a_failure_like_another(connect):
    """The victim keeps its transaction, and with it the lock the other waits for, until it commits."""
    victim, other = connect(), connect()
    victim.execute("SET deadlock_timeout = '50ms'")
    other.execute("SET deadlock_timeout = '1min'")
    victim.execute("LOCK TABLE t")
    other.execute("LOCK TABLE parent")
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(guarded(other, "add_column('t', 'x', 'int')")))
    thread.start()
    with connect() as observer:
        wait_for_lock(observer, other.info.backend_pid)
    outcome = guarded(victim, "add_column('parent', 'x', 'int')")
    assert (outcome["status"], outcome["reason"]) == ("failed", "deadlock_detected")
    victim.execute("INSERT INTO log VALUES ('went on')")
    victim.commit()
    thread.join(10)
    assert [outcome["status"] for outcome in outcomes] == ["applied"]


def test_a_skip_takes_no_lock_and_waits_for_none(connect):
    connection, other, observer = connect(), connect(), connect(autocommit=True)
    guarded(connection, "add_column('missing', 'x', 'int')")
    connection.commit()
    connection.execute("SET statement_timeout = '3s'")
    with holding(other):
        outcome = guarded(connection, "alter_column('t', 'id', type => 'int')")
        assert (outcome["status"], outcome["reason"]) == ("skipped", "no_change")
        assert locks(observer, connection.info.backend_pid) == 0
    assert connection.execute("SELECT pg_current_xact_id_if_assigned()").fetchone() == (None,)


@pytest.mark.parametrize("grant", ["", "GRANT SELECT, INSERT ON t TO {}"])
@pytest.mark.parametrize(
    "call",
    [
        "add_column('t', 'x', 'int')",
        "alter_column('t', 'email', nullable => false)",
        "drop_column('t', 'email')",
        "create_index('i', 't', ARRAY['id'])",
        "create_check_constraint('c', 't', 'id > 0')",
        "create_policy('p', 't')",
        "drop_table('t')",
    ],
)
def test_without_privileges_nothing_is_locked(role, connect, grant, call):
    owner, observer = connect(), connect(autocommit=True)
    if grant:
        observer.execute(grant.format(role))
    connection = connect(user=role)
    connection.execute("SET statement_timeout = '3s'")
    with holding(owner):
        outcome = guarded(connection, call)
        assert (outcome["status"], outcome["reason"]) == ("failed", "insufficient_privilege")
        assert locks(observer, connection.info.backend_pid) == 0
    assert connection.info.transaction_status == TransactionStatus.INTRANS
    owner.execute("SET lock_timeout = '1s'")
    owner.execute("ALTER TABLE t ADD COLUMN meanwhile int")
    owner.commit()


# --- a thousand failures ---

FAILING = "ALTER TABLE t ALTER COLUMN email SET NOT NULL"


def footprint(connection: psycopg.Connection) -> tuple[int, int]:
    """The bytes that the session's memory contexts hold, and its locks."""
    statement = """
        SELECT (SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts),
               (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid())"""
    return connection.execute(statement).fetchone()


def one_by_one(connection: psycopg.Connection, times: int) -> None:
    for _ in range(times):
        assert guarded(connection, "alter_column('t', 'email', nullable => false)")["status"] == "failed"


def in_one_script(connection: psycopg.Connection, times: int) -> None:
    statuses = connection.execute("SELECT status FROM guarded.run(%s)", (f"{FAILING};" * times,)).fetchall()
    assert statuses == [("failed",)] * times


def in_a_loop(connection: psycopg.Connection, times: int) -> None:
    loop(connection, times, "PERFORM guarded.alter_column('t', 'email', nullable => false);")


def intercepted(connection: psycopg.Connection, times: int) -> None:
    connection.execute("SET guarded.intercept = on")
    for _ in range(times):
        connection.execute(FAILING)
    connection.execute("SET guarded.intercept = off")


def intercepted_in_a_loop(connection: psycopg.Connection, times: int) -> None:
    connection.execute("SET guarded.intercept = on")
    loop(connection, times, f"{FAILING};")
    connection.execute("SET guarded.intercept = off")


def with_exception_blocks(connection: psycopg.Connection, times: int) -> None:
    loop(connection, times, f"BEGIN {FAILING}; EXCEPTION WHEN not_null_violation THEN NULL; END;")


def loop(connection: psycopg.Connection, times: int, body: str) -> None:
    connection.execute(f"DO $$ BEGIN FOR i IN 1..{times} LOOP {body} END LOOP; END $$")


def growth(connection: psycopg.Connection, way) -> tuple[int, int]:
    """What a thousand failures add to the footprint, after a hundred that filled the caches."""
    way(connection, 100)
    memory, locks = footprint(connection)
    way(connection, 1000)
    memory_after, locks_after = footprint(connection)
    return memory_after - memory, locks_after - locks


@pytest.mark.parametrize("way", [one_by_one, in_one_script, in_a_loop, intercepted, intercepted_in_a_loop])
def test_a_thousand_failures_cost_what_postgresql_itself_keeps_for_them(connect, way):
    """PostgreSQL keeps some 3 kB for each rolled-back ALTER TABLE until the transaction ends, whoever rolls it back."""
    connection, plain = connect(options="-c client_min_messages=error"), connect()
    of_postgresql, _ = growth(plain, with_exception_blocks)
    plain.rollback()
    connection.execute("SELECT guarded.intercept(false)")
    memory, locks = growth(connection, way)
    assert memory - of_postgresql < 64 * 1024
    assert locks == 0
    connection.execute("INSERT INTO log VALUES ('after a thousand')")
    connection.commit()
    assert connection.execute("SELECT count(*) FROM guarded.report()").fetchone() == (1100,)


# --- the other policies ---


def test_strict_raises_the_error_as_plain_sql_would(connect):
    connection = connect(autocommit=True)
    connection.execute("SET guarded.policy = 'strict'")
    with pytest.raises(errors.NotNullViolation) as guarded_error:
        guarded(connection, "alter_column('t', 'email', nullable => false)")
    with pytest.raises(errors.NotNullViolation) as plain_error:
        connection.execute("ALTER TABLE t ALTER COLUMN email SET NOT NULL")
    for field in ("message_primary", "message_detail", "schema_name", "table_name", "column_name"):
        assert getattr(guarded_error.value.diag, field) == getattr(plain_error.value.diag, field), field


def test_strict_raises_a_conflict(connect):
    connection = connect(autocommit=True)
    connection.execute("SET guarded.policy = 'strict'")
    with pytest.raises(psycopg.Error) as error:
        guarded(connection, "add_column('t', 'email', 'int')")
    assert error.value.diag.message_hint
    assert not isinstance(error.value, errors.InternalError_)


def test_strict_still_skips_what_is_missing_unless_told_otherwise(connect):
    connection = connect(autocommit=True)
    connection.execute("SET guarded.policy = 'strict'")
    assert guarded(connection, "add_column('missing', 'x', 'int')")["status"] == "skipped"
    connection.execute("SET guarded.missing = 'fail'")
    with pytest.raises(errors.UndefinedTable):
        guarded(connection, "add_column('missing', 'x', 'int')")


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("CREATE TEMP SEQUENCE first", "S"),
        ("CREATE TEMP VIEW first AS SELECT 1 AS one", "v"),
        ("CREATE TEMP TABLE first (id int)", "r"),
    ],
)
def test_the_first_temporary_object_of_a_session_is_created(connect, statement: str, kind: str) -> None:
    """Until then the session has no temporary schema; the statement makes it."""
    connection = connect()
    row = connection.execute("SELECT status, reason FROM guarded.run(%s)", [statement]).fetchone()
    assert row == ("applied", None)
    seen = "SELECT relkind::text, relpersistence::text FROM pg_class WHERE relname = 'first'"
    assert connection.execute(seen).fetchall() == [(kind, "t")]
