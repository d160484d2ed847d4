"""What the ProcessUtility hook costs: what it lets pass, by pgbench, and the plain DDL it hands to the engine."""

import os
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.pq import ExecStatus

from measure import (
    SESSION,
    SESSIONS,
    WARM_UP,
    Database,
    Ratios,
    Sizes,
    Targets,
    Way,
    connect,
    micros,
    outcomes,
    print_table,
    ratio,
    samples,
)

# --- what passes ---

# `absent` is measured twice: what the two differ by is noise.
STATES = {"absent": "absent", "absent again": "absent", "off": "off", "on": "on"}

# The first thing of a session: stops it with a division by zero if it is not what it is meant to be.
PROBE = r"""\if :probed = 0
SELECT 1 / (({session}) = '{state}')::int AS probed \gset
\endif
"""
UTILITY = ["SET LOCAL work_mem = '5MB'", "SAVEPOINT s", "RELEASE s"]
ONE_BY_ONE = "".join(f"{statement};\n" for statement in ["BEGIN", *UTILITY, "COMMIT"])
# With \; pgbench sends it all in one message, so that the round trips do not hide what the statements cost.
MANY = ["BEGIN", *UTILITY * 32, "COMMIT"]
ONE_MESSAGE = "\\;\n".join(MANY) + ";\n"


@dataclass
class Script:
    """What pgbench runs: `text`, or what it has built in as `built_in`."""

    label: str
    mode: str
    text: str = ""
    built_in: str = ""


SCRIPTS = [
    Script("`pgbench -S`", "simple", built_in="select-only"),
    Script("`pgbench -S -M prepared`", "prepared", built_in="select-only"),
    Script("utility", "simple", ONE_BY_ONE),
    Script("utility, `-M prepared`", "prepared", ONE_BY_ONE),
    Script(f"utility, {len(MANY)} statements in one message", "simple", ONE_MESSAGE),
]


def passing(sizes: Sizes) -> Targets:
    targets, rows = [], []
    with Database("guarded_bench") as database, one_cpu() as cpu, tempfile.TemporaryDirectory() as folder:
        pgbench(database.name, "-i", "-q")
        for script in SCRIPTS:
            found = samples(pgbench_ways(database.name, script, Path(folder), sizes.pgbench_ms), sizes.pgbench_rounds)
            ratios = {state: Ratios(values, found["absent"]) for state, values in found.items()}
            rows += [pgbench_row(script, state, values, ratios[state]) for state, values in found.items()]
            off, again = ratios["off"].median, ratios["absent again"].median
            targets.append((f"{script.label}, off: at most 1.01 × absent", off, off <= 1.01))
            targets.append((f"{script.label}, absent again: 0.99 to 1.01 × absent", again, abs(again - 1) <= 0.01))
    print(f"### pgbench of what is no DDL, {cpu}, {sizes.pgbench_rounds} rounds\n")
    head = ["script", "library", "µs a transaction", "to absent", "quartiles", "95 % interval of the median"]
    print_table(head, rows)
    return targets


def pgbench_row(script: Script, state: str, values: list[float], ratios: Ratios) -> tuple:
    cost = micros(statistics.median(values))
    if state == "absent":
        return script.label, state, cost, "", "", ""
    return script.label, state, cost, f"{ratios.median:.3f} ×", ratios.quartiles(), ratios.interval()


def pgbench_ways(database: str, script: Script, folder: Path, milliseconds: int) -> dict[str, Way]:
    """Each sample is a session of its own, that takes about as long as asked for."""
    text = script.text or pgbench(database, f"--show-script={script.built_in}").stderr
    for state in SESSIONS:
        (folder / state).write_text(PROBE.format(session=SESSION, state=state) + text)

    def way(state: str, transactions: int) -> Way:
        def sample() -> float:
            arguments = ["-n", "-M", script.mode, "-D", "probed=0", "-t", str(transactions), "-f", str(folder / state)]
            said = pgbench(database, *arguments, options=SESSIONS[state]).stdout
            if f"actually processed: {transactions}/{transactions}\n" not in said:
                raise RuntimeError(f"pgbench did not run {transactions} transactions:\n{said}")
            # Without the time to connect; the latency it also tells has that in it.
            return 1e6 / float(re.search(r"^tps = ([\d.]+) \(without", said, re.MULTILINE)[1])

        return sample

    way("absent", 10)()
    transactions = round(milliseconds * 1000 / way("absent", 200)())
    return {label: way(state, transactions) for label, state in STATES.items()}


def pgbench(database: str, *arguments: str, options: str = "") -> subprocess.CompletedProcess:
    environment = {**os.environ, "PGDATABASE": database, "PGOPTIONS": options}
    done = subprocess.run(["pgbench", *arguments], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"pgbench {' '.join(arguments)}:\n{done.stderr}")
    return done


@contextmanager
def one_cpu() -> Iterator[str]:
    """Client and server on the same CPU, and the word for it: how soon another CPU wakes up is not the question."""
    with connect("postgres") as connection:
        is_here = connection.info.host.startswith("/")
        data = "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int"
        postmaster = connection.execute(data).fetchone()[0]
    before = os.sched_getaffinity(0)

    def allow(cpus: set[int]) -> None:
        for process in (postmaster, 0):
            os.sched_setaffinity(process, cpus)

    try:
        if not is_here:
            raise PermissionError
        allow({max(before)})
    except PermissionError:
        yield "client and server on any CPU"
        return
    try:
        yield "client and server on one CPU"
    finally:
        allow(before)


# --- what is intercepted, from a client ---


@dataclass
class Delivery:
    """How the statements reach the server."""

    label: str
    is_one_transaction: bool = True
    is_one_message: bool = False


DELIVERIES = [
    Delivery("one transaction, one message", is_one_message=True),
    Delivery("one transaction, a message each"),
    Delivery("a transaction and a message each", is_one_transaction=False),
]


@dataclass
class Change:
    """A statement for each of many tables: `base` without the library, `intercepted` with it."""

    label: str
    base_label: str
    base: str
    intercepted: str
    outcome: str


COLUMNS = "id int, v int"
COUNT_COLUMNS = """
    SELECT count(*) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE attname = 'x' AND relnamespace = 'public'::regnamespace"""

ADD_COLUMN = "ALTER TABLE t{} ADD COLUMN x int"
MADE = Change("ADD COLUMN on {} tables", "plain", ADD_COLUMN, ADD_COLUMN, "applied")
MISSING = Change(
    "ADD COLUMN on {} missing tables",
    "native",
    "ALTER TABLE IF EXISTS missing_{} ADD COLUMN x int",
    "ALTER TABLE missing_{} ADD COLUMN x int",
    "skipped",
)


def from_client(sizes: Sizes) -> Targets:
    targets = []
    count = WARM_UP + sizes.tables
    with Database("guarded_bench") as database, one_cpu() as cpu:
        database.create_tables(count, COLUMNS)
        for change in (MADE, MISSING):
            rows = []
            for delivery in DELIVERIES:
                found = samples(client_ways(database, change, delivery, count), sizes.rounds)
                base, cost = (statistics.median(values) for values in found.values())
                quartiles = Ratios(found["intercepted"], found["base"]).quartiles()
                rows.append((delivery.label, change.base_label, micros(base), "", ""))
                rows.append((delivery.label, "intercepted", micros(cost), ratio(cost, base), quartiles))
                if change is MADE:
                    target = f"ADD COLUMN (intercepted, {delivery.label}): at most 1.10 × plain"
                    targets.append((target, cost / base, cost / base <= 1.10))
            print(f"### {change.label.format(sizes.tables)}, from a client, {cpu}, µs each\n")
            print_table(["delivery", "way", "µs", f"to {change.base_label}", "quartiles"], rows)
    return targets


def client_ways(database: Database, change: Change, delivery: Delivery, count: int) -> dict[str, Way]:
    def way(statement: str, session: str) -> Way:
        statements = [statement.format(number).encode() for number in range(1, count + 1)]
        wanted = {change.outcome: count} if session == "on" else {}
        columns = count if change is MADE else 0

        def sample() -> float:
            with connect(database.name, session, autocommit=not delivery.is_one_transaction) as connection:
                if connection.execute(SESSION).fetchone()[0] != session:
                    raise RuntimeError(f"guarded.intercept is not {session}")
                send(connection, statements[:WARM_UP], delivery)
                began = time.perf_counter()
                send(connection, statements[WARM_UP:], delivery)
                took = time.perf_counter() - began
                done = connection.execute(COUNT_COLUMNS).fetchone()[0], outcomes(connection)
                connection.rollback()
            if done != (columns, wanted):
                raise RuntimeError(f"{statement}: {done} instead of {columns, wanted}")
            if change is MADE:
                undo()
            return took * 1e6 / (count - WARM_UP)

        return sample

    def undo() -> None:
        """After a rollback only its rows are left; otherwise new tables, as DROP COLUMN would leave the old columns."""
        if delivery.is_one_transaction:
            database.vacuum()
        else:
            database.drop_tables()
            database.create_tables(count, COLUMNS)

    return {"base": way(change.base, "absent"), "intercepted": way(change.intercepted, "on")}


def send(connection: psycopg.Connection, statements: list[bytes], delivery: Delivery) -> None:
    """By libpq's own function, which adds little to what the server takes."""
    for message in [b";".join(statements)] if delivery.is_one_message else statements:
        result = connection.pgconn.exec_(message)
        if result.status != ExecStatus.COMMAND_OK:
            raise RuntimeError(result.error_message.decode())
