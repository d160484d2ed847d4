"""Beside other parts of the server: other extensions' hooks, two-phase commit, a standby, logical replication. They
need settings that a server is started with, so these tests have a server of their own."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from csv import reader
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors
from psycopg.pq import TransactionStatus

INTERCEPT = "-c session_preload_libraries=guarded_ddl -c guarded.intercept=on"


def as_server(*command: str | Path) -> None:
    """As the user that owns the servers: PostgreSQL refuses root."""
    prefix = ["runuser", "-u", "postgres", "--", "env", "HOME=/"] if os.geteuid() == 0 else []
    # Not captured: the server would keep the pipe open.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run([*prefix, *command], cwd="/", stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        said.seek(0)
        assert done.returncode == 0, said.read()


@dataclass
class Server:
    """A private server. Its socket is in the folder its data is in."""

    folder: Path
    port: int

    @property
    def programs(self) -> Path:
        return Path(shutil.which("postgres")).parent

    @property
    def data(self) -> Path:
        return self.folder / str(self.port)

    def create(self) -> None:
        as_server(
            self.programs / "initdb",
            "-D",
            self.data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )

    def copy(self, primary: "Server") -> None:
        source = f"host={primary.folder} port={primary.port} user=postgres"
        as_server(self.programs / "pg_basebackup", "-D", self.data, "-R", "-c", "fast", "--no-sync", "-d", source)

    def start(self, **settings: str) -> None:
        fixed = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "port": str(self.port),
            "fsync": "off",
            "wal_level": "logical",
            "max_prepared_transactions": "5",
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in (fixed | settings).items())
        as_server(
            self.programs / "pg_ctl",
            "start",
            "--silent",
            "--wait",
            "-D",
            self.data,
            "-l",
            self.folder / f"{self.port}.log",
            "-o",
            options,
        )

    def stop(self) -> None:
        as_server(self.programs / "pg_ctl", "stop", "--silent", "--wait", "-m", "fast", "-D", self.data)

    def connect(self, options: str = INTERCEPT, dbname: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder), port=self.port, user="postgres", dbname=dbname, options=options, autocommit=True
        )


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    # Short, because the socket lives in it too.
    path = Path(tempfile.mkdtemp(prefix="gd.", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(path, "postgres", "postgres")
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    server = Server(folder, 5433)
    server.create()
    server.start()
    with server.connect("") as connection:
        connection.execute("CREATE EXTENSION guarded_ddl")
    yield server
    server.stop()


@pytest.fixture
def table(server: Server) -> Iterator[str]:
    """A table with a row that has a NULL."""
    name = f"t_{uuid4().hex[:8]}"
    with server.connect("") as connection:
        connection.execute(f"CREATE TABLE {name} (id int PRIMARY KEY, email text)")
        connection.execute(f"INSERT INTO {name} VALUES (1, NULL)")
        yield name
        connection.execute(f"DROP TABLE IF EXISTS {name} CASCADE")


def one(connection: psycopg.Connection, query: str):
    return connection.execute(query).fetchone()[0]


def statuses(connection: psycopg.Connection) -> list[str]:
    return [status for (status,) in connection.execute("SELECT status FROM guarded.report() ORDER BY number")]


def eventually(look: Callable[[], object], wanted: object) -> None:
    deadline = time.monotonic() + 20
    while (found := look()) != wanted:
        assert time.monotonic() < deadline, f"{found} is not yet {wanted}"
        time.sleep(0.02)


# --- two-phase commit ---


@pytest.mark.parametrize("end", ["COMMIT", "ROLLBACK"])
def test_two_phase_commit(server, table, end):
    with server.connect() as connection:
        connection.execute("BEGIN")
        connection.execute(f"ALTER TABLE {table} ADD COLUMN x int")
        connection.execute(f"ALTER TABLE {table} ALTER COLUMN email SET NOT NULL")
        connection.execute("ALTER TABLE missing ADD COLUMN x int")
        connection.execute(f"INSERT INTO {table} VALUES (2, 'two', 2)")
        connection.execute("PREPARE TRANSACTION 'a migration'")
        assert connection.info.transaction_status == TransactionStatus.IDLE
        assert statuses(connection) == ["applied", "failed", "skipped"]
        # It holds its locks still, and nothing of it is to be seen.
        connection.execute("SET lock_timeout = '10ms'")
        connection.execute(f"ALTER TABLE {table} ADD COLUMN x int")
        assert statuses(connection)[-1] == "failed"
        connection.execute(f"{end} PREPARED 'a migration'")
        connection.execute(f"ALTER TABLE {table} ADD COLUMN x int")
        assert statuses(connection)[-1] == ("skipped" if end == "COMMIT" else "applied")
        assert one(connection, f"SELECT count(*) FROM {table}") == (2 if end == "COMMIT" else 1)


@pytest.mark.parametrize("end", ["COMMIT", "ROLLBACK"])
def test_what_is_kept_of_a_prepared_transaction(server, table, end):
    """It is for anybody to commit or roll back, and the journal and the report of the session say what became of it."""
    label = f"SET guarded.migration = '{table}'"
    mine = f"FROM guarded.{{}} WHERE migration = '{table}'"
    with server.connect() as connection, server.connect() as other:
        connection.execute(label)
        connection.execute("BEGIN")
        connection.execute("ALTER TABLE missing ADD COLUMN x int")
        connection.execute(f"ALTER TABLE {table} ADD COLUMN email int")
        connection.execute("PREPARE TRANSACTION 'kept'")

        def kept() -> tuple:
            return tuple(one(other, f"SELECT count(*) {mine.format(name)}") for name in ("journal", "pending"))

        def rolled_back() -> set:
            return {row for (row,) in connection.execute(f"SELECT rolled_back {mine.format('report()')}")}

        assert kept() == (0, 0)
        assert rolled_back() == {False}
        other.execute(f"{end} PREPARED 'kept'")
        assert kept() == ((2, 2) if end == "COMMIT" else (0, 0))
        assert rolled_back() == {end == "ROLLBACK"}
        text = one(connection, "SELECT guarded.summary_text()")
        assert ("rolled back" in text) == (end == "ROLLBACK")


def test_a_transaction_that_collects_cannot_be_prepared(server, table):
    with server.connect() as connection:
        connection.execute("SET guarded.policy = collect")
        connection.execute("BEGIN")
        connection.execute(f"ALTER TABLE {table} ADD COLUMN x int, ADD COLUMN email int")
        with pytest.raises(errors.ObjectNotInPrerequisiteState) as raised:
            connection.execute("PREPARE TRANSACTION 'collected'")
        assert raised.value.diag.message_primary == "this migration has 1 conflict"
        assert connection.info.transaction_status == TransactionStatus.IDLE
        assert one(connection, "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()") == 0
        assert not one(connection, f"SELECT guarded.column_exists('{table}', 'x')")
        connection.execute("BEGIN")
        connection.execute(f"ALTER TABLE {table} ADD COLUMN x int")
        connection.execute("PREPARE TRANSACTION 'clean'")
        connection.execute("COMMIT PREPARED 'clean'")


# --- a standby ---


@pytest.fixture(scope="module")
def standby(server: Server, folder: Path) -> Iterator[Server]:
    standby = Server(folder, 5434)
    standby.copy(server)
    standby.start()
    yield standby
    standby.stop()


def test_hot_standby(server, standby, table):
    """Nothing is intercepted where nothing can be written: the errors are PostgreSQL's own."""
    with server.connect() as connection:
        connection.execute(f"ALTER TABLE {table} ADD COLUMN x int, ADD COLUMN email text")
        connection.execute(f"SET guarded.migration = '{table}'")
        connection.execute("ALTER TABLE missing ADD COLUMN x int")
        position = one(connection, "SELECT pg_current_wal_lsn()::text")
    with standby.connect() as connection:
        eventually(lambda: one(connection, f"SELECT pg_last_wal_replay_lsn() >= '{position}'"), True)
        assert one(connection, "SELECT guarded.intercept(true)") is True
        assert connection.execute(f"SELECT * FROM {table}").fetchall() == [(1, None, None)]
        for statement, command in {
            f"ALTER TABLE {table} ADD COLUMN y int": "ALTER TABLE",
            "ALTER TABLE missing ADD COLUMN y int": "ALTER TABLE",
            f"CREATE TABLE {table} (id int)": "CREATE TABLE",
            "DROP TABLE missing": "DROP TABLE",
        }.items():
            with pytest.raises(errors.ReadOnlySqlTransaction) as raised:
                connection.execute(statement)
            assert raised.value.diag.message_primary == f"cannot execute {command} in a read-only transaction"
        assert one(connection, f"SELECT count(*) FROM {table}") == 1
        assert statuses(connection) == []
        pending = f"SELECT waits_reason FROM guarded.pending WHERE migration = '{table}'"
        assert connection.execute(pending).fetchall() == [("missing_table",)]


# --- logical replication ---


def test_logical_replication(server, table):
    """Publisher and subscriber are databases of one server, so the slot is made beforehand."""
    name = f"guarded_{uuid4().hex[:8]}"
    with server.connect() as publisher:
        publisher.execute(f"CREATE DATABASE {name}")
        publisher.execute(f"CREATE PUBLICATION {name} FOR TABLE {table}")
        publisher.execute(f"CREATE PUBLICATION {name} FOR TABLE {table}")
        publisher.execute(f"ALTER PUBLICATION {name} ADD TABLE missing")
        publisher.execute(f"SELECT pg_create_logical_replication_slot('{name}', 'pgoutput')")
        with server.connect(dbname=name) as subscriber:
            subscriber.execute("CREATE EXTENSION guarded_ddl")
            subscriber.execute(f"CREATE TABLE {table} (id int PRIMARY KEY, email text)")
            publisher_s = f"host={server.folder} port={server.port} user=postgres dbname=postgres"
            create = (
                f"CREATE SUBSCRIPTION {name} CONNECTION '{publisher_s}' PUBLICATION {name} WITH (create_slot = false)"
            )
            # What a worker applies is no DDL, whatever the setting.
            subscriber.execute(f"ALTER DATABASE {name} SET session_preload_libraries = 'guarded_ddl'")
            subscriber.execute(f"ALTER DATABASE {name} SET guarded.intercept = on")
            subscriber.execute(create)
            subscriber.execute(create)
            assert statuses(subscriber)[-2:] == ["applied", "conflict"]
            eventually(lambda: one(subscriber, f"SELECT count(*) FROM {table}"), 1)
            for connection in subscriber, publisher:
                connection.execute(f"ALTER TABLE {table} ADD COLUMN x int, ADD COLUMN email text")
            publisher.execute(f"INSERT INTO {table} VALUES (2, 'two', 22)")
            eventually(lambda: subscriber.execute(f"SELECT x FROM {table} WHERE id = 2").fetchall(), [(22,)])
            subscriber.execute(f"ALTER SUBSCRIPTION {name} REFRESH PUBLICATION")
            # Its slot goes with it, so it refuses a transaction block.
            subscriber.execute(f"BEGIN; DROP SUBSCRIPTION {name}; COMMIT")
            assert statuses(subscriber)[-2:] == ["applied", "failed"]
            subscriber.execute(f"DROP SUBSCRIPTION {name}")
            subscriber.execute(f"DROP SUBSCRIPTION {name}")
            assert statuses(subscriber)[-2:] == ["applied", "skipped"]
        assert one(publisher, "SELECT count(*) FROM pg_replication_slots") == 0
        publisher.execute(f"DROP PUBLICATION {name}")
        publisher.execute(f"DROP DATABASE {name}")
        assert [status for status in statuses(publisher) if status != "applied"] == ["skipped", "skipped", "skipped"]


# --- other extensions' hooks ---

# The library loaded last is called first.
ORDERS = {
    "outside": "pg_stat_statements,pgaudit,guarded_ddl",
    "inside": "guarded_ddl,pg_stat_statements,pgaudit",
}


def is_installed(extension: str) -> bool:
    folder = subprocess.run(["pg_config", "--sharedir"], check=True, capture_output=True, text=True).stdout.strip()
    return (Path(folder) / "extension" / f"{extension}.control").exists()


@pytest.fixture(scope="module", params=ORDERS)
def place(request, server: Server) -> Iterator[str]:
    """Where this hook is: outside those of the others, or inside. Last in this file: the server is started again."""
    libraries = [name for name in ORDERS[request.param].split(",") if name == "guarded_ddl" or is_installed(name)]
    server.stop()
    server.start(shared_preload_libraries=",".join(libraries))
    with server.connect("") as connection:
        for name in libraries:
            connection.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
    yield request.param


def migration(table: str) -> dict[str, str]:
    return {
        "runs": f"ALTER TABLE {table} ADD COLUMN x int",
        "skipped": "ALTER TABLE missing ADD COLUMN x int",
        "pruned": f"ALTER TABLE {table} ADD COLUMN y int, ADD COLUMN x int",
        "conflict": f"ALTER TABLE {table} ADD COLUMN x text",
        "fails": f"ALTER TABLE {table} ALTER COLUMN email SET NOT NULL",
        "at top level": f"CREATE INDEX CONCURRENTLY {table}_x ON {table} (x)",
        "as a query": f"CREATE TABLE {table}_copy AS SELECT * FROM {table}",
        "drops": f"DROP TABLE missing, {table}_copy",
        "after a failure": f"COMMENT ON TABLE {table} IS 'still audited'",
    }


# What an extension outside this hook takes for run, too: it sees the statement come and its end.
ONLY_SEEN_OUTSIDE = {"skipped", "conflict", "fails"}


def expected(place: str, statements: dict[str, str]) -> list[str]:
    return sorted(text for name, text in statements.items() if place == "inside" or name not in ONLY_SEEN_OUTSIDE)


def test_pg_stat_statements(server, table, place):
    if not is_installed("pg_stat_statements"):
        pytest.skip("pg_stat_statements is not installed with this server")
    statements = migration(table)
    inner = f"ALTER TABLE {table} ADD COLUMN z int"
    with server.connect(f"{INTERCEPT} -c pg_stat_statements.track=all") as connection:
        connection.execute("SELECT pg_stat_statements_reset()")
        for statement in statements.values():
            connection.execute(statement)
        connection.execute(f"DO 'BEGIN {inner}; ALTER TABLE missing ADD COLUMN z int; END'")
        look = "SELECT query, calls FROM pg_stat_statements WHERE query ~ '^(ALTER|CREATE|DROP|COMMENT)' ORDER BY query"
        found = dict(connection.execute(look).fetchall())
    wanted = expected(
        place,
        statements
        | {"inner": inner}
        | ({"inner, skipped": "ALTER TABLE missing ADD COLUMN z int"} if place == "inside" else {}),
    )
    assert sorted(found) == wanted
    assert set(found.values()) == {1}


def audited(connection: psycopg.Connection) -> list[str]:
    """The statements in pgaudit's records, as they come."""
    texts: list[str] = []

    def note(notice: psycopg.errors.Diagnostic) -> None:
        kind, _, record = notice.message_primary.partition(": ")
        if kind == "AUDIT":
            texts.append(next(reader([record]))[7])

    connection.add_notice_handler(note)
    return texts


def test_pgaudit(server, table, place):
    if not is_installed("pgaudit"):
        pytest.skip("pgaudit is not installed with this server: Debian has no package of it for this version")
    statements = migration(table)
    inner = f"ALTER TABLE {table} ADD COLUMN z int"
    with server.connect(
        f"{INTERCEPT} -c pgaudit.log=ddl -c pgaudit.log_client=on -c pgaudit.log_level=notice"
    ) as connection:
        texts = audited(connection)
        for statement in statements.values():
            connection.execute(statement)
        # One record for each object that is touched: an index of a new table, too.
        assert sorted(set(texts)) == expected(place, statements)
        texts.clear()
        connection.execute(f"DO 'BEGIN {inner}; ALTER TABLE {table} ALTER COLUMN email SET NOT NULL; END'")
        connection.execute("BEGIN")
        for statement in [f"ALTER TABLE {table} ALTER COLUMN email SET NOT NULL", f"ALTER TABLE {table} DROP COLUMN z"]:
            connection.execute(statement)
        connection.execute("COMMIT")
        assert texts[0] == inner and texts[-1] == f"ALTER TABLE {table} DROP COLUMN z"
        assert one(connection, f"SELECT NOT guarded.column_exists('{table}', 'z')")
