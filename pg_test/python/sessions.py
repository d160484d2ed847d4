"""Several sessions at once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg


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
