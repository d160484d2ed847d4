"""Plain DDL under guarded.intercept as psycopg 3 and asyncpg see it: command tags, notices, protocols, transactions."""

import asyncio

import asyncpg
import psycopg
import pytest
from psycopg import errors
from psycopg.pq import TransactionStatus

BEFORE = """
    CREATE TABLE t (id int, email text);
    INSERT INTO t VALUES (1, 'a@b.example'), (2, NULL);
    CREATE TABLE log (line text);
"""
FAILING = "ALTER TABLE t ALTER COLUMN email SET NOT NULL"
CONFLICTING = "ALTER TABLE t ADD COLUMN email int"
# One of each outcome, and the command tag that plain PostgreSQL gives for what is applied.
TAGS = [
    ("ALTER TABLE t ADD COLUMN x int", "applied", "ALTER TABLE"),
    ("ALTER TABLE missing ADD COLUMN x int", "skipped", "ALTER TABLE"),
    (CONFLICTING, "conflict", "ALTER TABLE"),
    (FAILING, "failed", "ALTER TABLE"),
    ("ALTER TABLE missing RENAME COLUMN a TO b", "skipped", "ALTER TABLE"),
    ("ALTER INDEX missing RENAME TO other", "skipped", "ALTER INDEX"),
    ("CREATE INDEX i ON t (id)", "applied", "CREATE INDEX"),
    ("CREATE INDEX i ON missing (id)", "skipped", "CREATE INDEX"),
    ("CREATE UNIQUE INDEX CONCURRENTLY i ON missing (id)", "skipped", "CREATE INDEX"),
    ("CREATE INDEX CONCURRENTLY i ON t (id)", "applied", "CREATE INDEX"),
    ("CREATE TABLE t (id int, email text)", "skipped", "CREATE TABLE"),
    ("CREATE TABLE t (id bigint)", "conflict", "CREATE TABLE"),
    ("CREATE TABLE fresh AS SELECT generate_series(1, 3)", "applied", "SELECT 3"),
    ("CREATE TABLE t AS SELECT 1 AS one", "conflict", "SELECT 0"),
    ("SELECT 1 AS one INTO t", "conflict", "SELECT 0"),
    ("DROP TABLE missing", "skipped", "DROP TABLE"),
    ("DROP INDEX CONCURRENTLY missing", "skipped", "DROP INDEX"),
    ("DROP VIEW t", "conflict", "DROP VIEW"),
    ("CREATE VIEW v AS SELECT 1 AS one", "applied", "CREATE VIEW"),
    ("CREATE TYPE mood AS ENUM ('ok')", "applied", "CREATE TYPE"),
    ("ALTER TYPE missing ADD VALUE 'sad'", "skipped", "ALTER TYPE"),
    ("COMMENT ON TABLE missing IS 'x'", "skipped", "COMMENT"),
    ("GRANT SELECT ON missing TO PUBLIC", "skipped", "GRANT"),
    ("REVOKE SELECT ON missing FROM PUBLIC", "skipped", "REVOKE"),
    ("REFRESH MATERIALIZED VIEW missing", "skipped", "REFRESH MATERIALIZED VIEW"),
    ("VACUUM missing", "skipped", "VACUUM"),
    ("ANALYZE missing", "skipped", "ANALYZE"),
    ("REINDEX TABLE missing", "skipped", "REINDEX"),
]


@pytest.fixture
def database(guarded_database):
    return guarded_database(BEFORE)


@pytest.fixture
def connect(database):
    """Opens connections on which plain DDL is guarded."""
    connections = []

    def open_connection(**options) -> psycopg.Connection:
        connection = psycopg.connect(dbname=database, **options)
        connections.append(connection)
        connection.execute("SELECT guarded.intercept(true)")
        if not connection.autocommit:
            connection.commit()
        return connection

    yield open_connection
    for connection in connections:
        connection.close()


def columns(observe) -> list[str]:
    """Those of the table t."""
    statement = """
        SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped
        ORDER BY attnum"""
    return [name for (name,) in observe(statement)]


def statuses(connection: psycopg.Connection) -> list[str]:
    return [status for (status,) in connection.execute("SELECT status FROM guarded.report() ORDER BY number")]


async def guarded(database: str) -> asyncpg.Connection:
    connection = await asyncpg.connect(database=database)
    await connection.execute("SELECT guarded.intercept(true)")
    return connection


async def reported(connection: asyncpg.Connection) -> list[str]:
    return [row["status"] for row in await connection.fetch("SELECT status FROM guarded.report() ORDER BY number")]


# --- command tags ---


@pytest.mark.parametrize("statement, status, tag", TAGS)
def test_the_tag_in_psycopg(connect, statement, status, tag):
    connection = connect(autocommit=True)
    assert connection.execute(statement).statusmessage == tag
    assert statuses(connection) == [status]


@pytest.mark.parametrize("statement, status, tag", TAGS)
def test_the_tag_in_the_extended_protocol(connect, statement, status, tag):
    connection = connect(autocommit=True)
    assert connection.execute(statement, binary=True).statusmessage == tag
    assert statuses(connection) == [status]


@pytest.mark.parametrize("statement, status, tag", TAGS)
def test_the_tag_in_asyncpg(database, statement, status, tag):
    async def ask() -> tuple:
        connection = await guarded(database)
        return await connection.execute(statement), await reported(connection)

    assert asyncio.run(ask()) == (tag, [status])


@pytest.mark.parametrize("statement, status, tag", TAGS)
def test_the_tag_of_a_prepared_statement(database, statement, status, tag):
    async def ask() -> tuple:
        connection = await guarded(database)
        prepared = await connection.prepare(statement)
        rows = await prepared.fetch()
        return rows, prepared.get_statusmsg(), await reported(connection)

    assert asyncio.run(ask()) == ([], tag, [status])


def test_several_statements_in_one_string(database, observe):
    """A simple query of several statements is one transaction; the tag is that of the last."""

    async def ask() -> tuple:
        connection = await guarded(database)
        script = (
            f"ALTER TABLE missing ADD x int; {FAILING}; ALTER TABLE t ADD x int; INSERT INTO log VALUES ('a'), ('b')"
        )
        return await connection.execute(script), await reported(connection)

    assert asyncio.run(ask()) == ("INSERT 0 2", ["skipped", "failed", "applied"])
    assert columns(observe) == ["id", "email", "x"]
    assert observe("SELECT count(*) FROM log") == [(2,)]


def test_each_statement_of_a_string_has_its_result(connect):
    connection = connect()
    cursor = connection.execute("ALTER TABLE missing ADD x int; SELECT 7 AS seven; DROP TABLE missing")
    tags = [cursor.statusmessage]
    while cursor.nextset():
        tags.append(cursor.statusmessage)
    assert tags == ["ALTER TABLE", "SELECT 1", "DROP TABLE"]


def test_a_string_that_fails_later_takes_back_what_was_applied(connect, observe):
    connection = connect(autocommit=True)
    with pytest.raises(errors.DivisionByZero):
        connection.execute("ALTER TABLE t ADD COLUMN x int; SELECT 1/0")
    assert columns(observe) == ["id", "email"]
    report = connection.execute("SELECT status, rolled_back FROM guarded.report()").fetchall()
    assert report == [("applied", True)]


# --- prepared statements ---


def test_a_prepared_statement_is_judged_at_each_execution(database, observe):
    async def ask() -> list[str]:
        connection = await guarded(database)
        add = await connection.prepare("ALTER TABLE t ADD COLUMN x int, ADD COLUMN y int")
        drop = await connection.prepare("ALTER TABLE t DROP COLUMN x")
        for statement in (add, add, drop, add, drop, drop):
            await statement.fetch()
        return await reported(connection)

    assert asyncio.run(ask()) == [
        "applied", "applied", "skipped", "skipped", "applied", "applied", "skipped", "applied", "skipped",
    ]  # fmt: skip
    assert columns(observe) == ["id", "email", "y"]


def test_a_statement_prepared_before_the_setting_is_guarded_after_it(connect):
    connection = connect(autocommit=True)
    connection.execute("SELECT guarded.intercept(false)")
    statement = "ALTER TABLE missing ADD COLUMN x int"
    with pytest.raises(errors.UndefinedTable):
        connection.execute(statement, prepare=True)
    connection.execute("SELECT guarded.intercept(true)")
    assert connection.execute(statement, prepare=True).statusmessage == "ALTER TABLE"
    connection.execute("SELECT guarded.intercept(false)")
    with pytest.raises(errors.UndefinedTable):
        connection.execute(statement, prepare=True)
    assert statuses(connection) == ["skipped"]


# --- pipelines ---


def test_a_pipeline_in_one_transaction(connect, observe):
    connection = connect()
    with connection.pipeline():
        cursors = [
            connection.execute(statement) for statement in ("ALTER TABLE missing ADD x int", FAILING, CONFLICTING)
        ]
        cursors.append(connection.execute("INSERT INTO log VALUES ('sent without waiting')"))
        cursors.append(connection.execute("ALTER TABLE t ADD COLUMN x int"))
    assert [cursor.statusmessage for cursor in cursors] == ["ALTER TABLE"] * 3 + ["INSERT 0 1", "ALTER TABLE"]
    assert connection.info.transaction_status == TransactionStatus.INTRANS
    connection.commit()
    assert columns(observe) == ["id", "email", "x"]
    assert observe("SELECT line FROM log") == [("sent without waiting",)]


def test_a_pipeline_without_a_transaction(connect, observe):
    """Up to the next Sync it is one implicit transaction all the same."""
    connection = connect(autocommit=True)
    with connection.pipeline() as pipeline:
        connection.execute("ALTER TABLE missing ADD x int")
        connection.execute("ALTER TABLE t ADD COLUMN x int")
        connection.execute(FAILING)
        pipeline.sync()
        connection.execute("ALTER TABLE t ADD COLUMN y int")
    assert columns(observe) == ["id", "email", "x", "y"]
    assert statuses(connection) == ["skipped", "applied", "failed", "applied"]


# --- transactions ---


def test_the_transaction_goes_on_and_commits(connect, observe):
    connection = connect()
    for statement in ("ALTER TABLE missing ADD x int", CONFLICTING, FAILING):
        connection.execute(statement)
        assert connection.info.transaction_status == TransactionStatus.INTRANS
    connection.execute("ALTER TABLE t ADD COLUMN x int")
    connection.execute("INSERT INTO log VALUES ('still here')")
    connection.commit()
    assert connection.info.transaction_status == TransactionStatus.IDLE
    assert columns(observe) == ["id", "email", "x"]
    assert observe("SELECT line FROM log") == [("still here",)]


def test_savepoints_of_the_client(connect, observe):
    connection = connect()
    with connection.transaction():
        connection.execute("ALTER TABLE t ADD COLUMN kept int")
        with connection.transaction(force_rollback=True):
            connection.execute(FAILING)
            connection.execute("ALTER TABLE t ADD COLUMN taken_back int")
        connection.execute("ALTER TABLE t ADD COLUMN taken_back text")
    assert columns(observe) == ["id", "email", "kept", "taken_back"]
    report = connection.execute("SELECT status, rolled_back FROM guarded.report() ORDER BY number").fetchall()
    assert report == [("applied", False), ("failed", True), ("applied", True), ("applied", False)]


def test_the_setting_goes_with_the_transaction_it_was_made_in(connect):
    connection = connect(autocommit=True)
    connection.execute("SELECT guarded.intercept(false)")
    with connection.transaction(force_rollback=True):
        connection.execute("SELECT guarded.intercept(true)")
        assert connection.execute("DROP TABLE missing").statusmessage == "DROP TABLE"
    with pytest.raises(errors.UndefinedTable):
        connection.execute("DROP TABLE missing")


def test_a_transaction_that_was_aborted_by_something_else_stays_aborted(connect):
    connection = connect()
    with pytest.raises(errors.UndefinedTable):
        connection.execute("INSERT INTO missing VALUES (1)")
    with pytest.raises(errors.InFailedSqlTransaction):
        connection.execute("ALTER TABLE t ADD COLUMN x int")
    connection.rollback()
    assert connection.execute("ALTER TABLE t ADD COLUMN x int").statusmessage == "ALTER TABLE"


# --- messages ---


def test_notices_reach_psycopg(connect):
    connection, notices = connect(), []
    connection.add_notice_handler(
        lambda notice: notices.append((notice.severity_nonlocalized, notice.sqlstate, notice.message_primary))
    )
    for statement in ("ALTER TABLE missing ADD x int", CONFLICTING, FAILING, "ALTER TABLE t ADD COLUMN x int"):
        connection.execute(statement)
    assert notices == [
        ("NOTICE", "00000", 'skipped add_column missing.x: table "missing" does not exist'),
        (
            "WARNING",
            "01000",
            'conflict in add_column t.email: column "email" of table "t" already exists with another definition',
        ),
        ("WARNING", "01000", 'failed alter_column t.email: column "email" of relation "t" contains null values'),
    ]


def test_notices_reach_asyncpg(database):
    async def ask() -> list[tuple]:
        connection, notices = await guarded(database), []
        connection.add_log_listener(
            lambda _, message: notices.append((message.severity, message.message, message.detail))
        )
        for statement in ("ALTER TABLE missing ADD x int", CONFLICTING):
            await connection.execute(statement)
        await connection.fetch(FAILING)
        await connection.close()
        return notices

    assert asyncio.run(ask()) == [
        ("NOTICE", 'skipped add_column missing.x: table "missing" does not exist', None),
        (
            "WARNING",
            'conflict in add_column t.email: column "email" of table "t" already exists with another definition',
            "Existing type: text; wanted: integer.",
        ),
        ("WARNING", 'failed alter_column t.email: column "email" of relation "t" contains null values', None),
    ]


# --- what passes through, in the same session ---


def test_cursors_listen_and_copy_work_as_ever(connect):
    connection = connect()
    with connection.cursor(name="of_the_server") as cursor:
        assert cursor.execute("SELECT id FROM t ORDER BY id").fetchall() == [(1,), (2,)]
    with connection.cursor().copy("COPY t TO STDOUT") as copy:
        assert list(copy.rows()) == [("1", "a@b.example"), ("2", None)]
    connection.execute("LISTEN news")
    connection.execute("NOTIFY news, 'hello'")
    connection.commit()
    assert [notify.payload for notify in connection.notifies(timeout=5, stop_after=1)] == ["hello"]
    assert statuses(connection) == []


def test_a_wrong_statement_is_an_error(connect):
    connection = connect(autocommit=True)
    with pytest.raises(errors.SyntaxError):
        connection.execute("ALTER TABEL t ADD COLUMN x int")
    with pytest.raises(errors.UndefinedTable):
        connection.execute("CREATE TABLE fresh AS SELECT * FROM missing")
    assert statuses(connection) == []


def test_statement_timeout_is_raised(connect, database):
    connection = connect()
    connection.execute("SET statement_timeout = '200ms'")
    with psycopg.connect(dbname=database) as other:
        other.execute("LOCK TABLE t")
        with pytest.raises(errors.QueryCanceled):
            connection.execute("ALTER TABLE t ADD COLUMN x int")
    assert connection.info.transaction_status == TransactionStatus.INERROR
