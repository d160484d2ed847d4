"""Several sessions at once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg


# No test waits that long; one that should not wait at all must not hang.
PATIENCE = "-c statement_timeout=30s"

Connect = Callable[..., psycopg.Connection]


@contextmanager
def connections(database: str, usual: str) -> Iterator[Connect]:
    """Opens autocommitting connections to a database, with the usual options unless others are given, and ends them."""
    opened = []

    def open_connection(options: str = usual, **keywords) -> psycopg.Connection:
        opened.append(psycopg.connect(dbname=database, autocommit=True, options=f"{options} {PATIENCE}", **keywords))
        return opened[-1]

    yield open_connection
    with psycopg.connect(dbname="postgres") as ender:
        # Also those that a test left waiting.
        ender.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,))
    for connection in opened:
        connection.close()


@contextmanager
def in_thread(work: Callable[[], object], seconds: int = 30) -> Iterator[list]:
    """Runs `work` meanwhile, for so long at most; what it returned or raised is in the list afterwards."""
    results: list = []

    def catch() -> None:
        try:
            results.append(work())
        except psycopg.Error as error:
            results.append(error)

    thread = threading.Thread(target=catch, daemon=True)
    thread.start()
    yield results
    thread.join(seconds)
    assert not thread.is_alive()
