"""ALTER TABLE on a table in use: how long others wait, plain, and guarded with a lock timeout and retries."""

import os
import random
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from measure import Database, Sizes, Targets, print_table

TIMEOUT_MS = 50
CLIENTS = 8
# So many transactions a second that the machine is not busy with them.
RATE = 500
ROWS = 10_000
TRANSACTION = f"""
\\set id random(1, {ROWS})
BEGIN;
UPDATE orders SET amount = amount + 1 WHERE id = :id;
SELECT amount FROM orders WHERE id = :id;
COMMIT;
"""
# Sessions that read the table now and then for longer: seconds of a transaction, and between two.
READERS = 2
READING = (0.3, 1.0)
RESTING = (1.0, 3.0)

GUARDED = " ".join(
    f"-c {setting}"
    for setting in (
        "session_preload_libraries=guarded_ddl",
        "guarded.intercept=on",
        f"guarded.lock_timeout={TIMEOUT_MS}ms",
        "guarded.lock_retries=1000",
    )
)


def locks(sizes: Sizes) -> Targets:
    with Database("guarded_bench") as database, tempfile.TemporaryDirectory() as folder:
        database.execute(f"""
            CREATE TABLE orders (id bigint PRIMARY KEY, amount bigint NOT NULL) WITH (fillfactor = 50);
            INSERT INTO orders SELECT i, 0 FROM generate_series(1, {ROWS}) i""")
        alone = alter(database, "alone", sizes.alters)
        with pgbench(database, Path(folder)), readers(database):
            began = time.time()
            time.sleep(sizes.load_seconds)
            kinds = {
                "no ALTER": Alters(began, time.time()),
                "guarded": alter(database, "guarded", sizes.alters, GUARDED),
                "plain": alter(database, "plain", sizes.alters),
            }
        transactions = read_log(Path(folder))
    latencies = {label: alters.during(transactions) for label, alters in kinds.items()}
    print_latencies(latencies, kinds, sizes)
    # What is nobody's lock but a busy machine makes others wait, too.
    limit = TIMEOUT_MS + alone.longest() + max(latencies["no ALTER"])
    print(f"The ALTER by itself took {alone.longest():.1f} ms at most; the limit is {limit:.1f} ms.\n")
    ratio = max(latencies["guarded"]) / limit
    target = f"ALTER of a table in use, guarded: the longest wait to {TIMEOUT_MS} ms, the ALTER and the longest without one"
    return [(target, ratio, ratio <= 1)]


@dataclass
class Alters:
    """When some were made, on the clock that pgbench writes, the milliseconds of each, and how often they were tried again."""

    began: float
    ended: float
    took: list[float] = field(default_factory=list)
    retries: int = 0

    def longest(self) -> float:
        return max(self.took)

    def during(self, transactions: list[tuple[float, float]]) -> list[float]:
        return [latency for ended, latency in transactions if self.began <= ended <= self.ended]


def alter(database: Database, name: str, count: int, options: str = "") -> Alters:
    """So many ALTERs, each in a transaction of its own. All must be applied, or the figures mean nothing."""
    took, retries = [], 0
    began = time.time()
    with psycopg.connect(dbname=database.name, autocommit=True, options=options) as connection:
        for number in range(count):
            started = time.perf_counter()
            connection.execute(f"ALTER TABLE orders ADD COLUMN {name}_{number} int")
            took.append((time.perf_counter() - started) * 1000)
        ended = time.time()
        if options:
            tries = "SELECT sum((outcome->>'retries')::int) FROM guarded.report()"
            retries = connection.execute(tries).fetchone()[0] or 0
        columns = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass AND starts_with(attname, %s)"
        done = connection.execute(columns, (f"{name}_",)).fetchone()[0]
    if done != count:
        raise RuntimeError(f"{name}: {done} of {count} ALTERs were applied")
    return Alters(began, ended, took, retries)


@contextmanager
def pgbench(database: Database, folder: Path) -> Iterator[None]:
    """Transactions on the table meanwhile, logged into the folder."""
    (folder / "script").write_text(TRANSACTION)
    arguments = ["-n", "-c", str(CLIENTS), "-R", str(RATE), "-T", "600", "-f", "script", "--log"]
    environment = {**os.environ, "PGDATABASE": database.name, "PGAPPNAME": "load"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(["pgbench", *arguments], cwd=folder, env=environment, **quiet) as process:
        try:
            yield
            if process.poll() is not None:
                raise RuntimeError("pgbench ended by itself")
        finally:
            # It writes the rest of its log when it has lost its sessions.
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'load'")


@contextmanager
def readers(database: Database) -> Iterator[None]:
    """Sessions that read the table for longer, now and then."""
    stop = threading.Event()

    def read(seed: int) -> None:
        chance = random.Random(seed)
        with psycopg.connect(dbname=database.name, autocommit=True) as connection:
            while not stop.is_set():
                connection.execute("BEGIN; SELECT count(*) FROM orders")
                stop.wait(chance.uniform(*READING))
                connection.execute("COMMIT")
                stop.wait(chance.uniform(*RESTING))

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def read_log(folder: Path) -> list[tuple[float, float]]:
    """Of each transaction the second it ended in, and its milliseconds without those it began late by."""
    transactions = []
    for log in folder.glob("pgbench_log.*"):
        for line in log.read_text().splitlines():
            _, _, took, _, second, microsecond, late = line.split()
            transactions.append((int(second) + int(microsecond) / 1e6, (int(took) - int(late)) / 1000))
    return transactions


def print_latencies(latencies: dict[str, list[float]], kinds: dict[str, Alters], sizes: Sizes) -> None:
    print(f"### {sizes.alters} ALTERs of a table in use, by {CLIENTS} sessions of pgbench with {RATE} transactions a second", end="")
    print(f" and {READERS} that read it for {READING[0]} to {READING[1]} s now and then\n")
    head = ["ALTERs", "seconds", "tried again", "longest ALTER, ms"]
    head += ["transactions", "median, ms", "99 %, ms", "99.9 %, ms", "longest, ms", f"longer than {TIMEOUT_MS} ms"]
    rows = []
    for label, alters in kinds.items():
        found = sorted(latencies[label])
        centiles = statistics.quantiles(found, n=1000)
        row = (label, f"{alters.ended - alters.began:.1f}", alters.retries, f"{max(alters.took, default=0):.0f}", len(found))
        figures = (centiles[499], centiles[989], centiles[998], found[-1])
        longer = sum(latency > TIMEOUT_MS for latency in found)
        rows.append((*map(str, row), *(f"{figure:.1f}" for figure in figures), str(longer)))
    print_table(head, rows)
