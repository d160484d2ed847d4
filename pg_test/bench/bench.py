"""What a guarded statement costs, as markdown tables: against plain SQL and against the usual workarounds.

    make bench                  a release build on a throw-away server
    python bench.py --quick     small sizes, to see whether it still runs; PGHOST, PGPORT and PGUSER name the server

What takes microseconds is timed in a PL/pgSQL loop in the server, or the round trip would hide it. The ways are
interleaved: each round takes one sample of each, in another order, and each sample is a session of its own that was
warmed up first, and is asked afterwards what was done in it. A figure is the median of its samples. A target that is
missed is reported and fails nothing.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable

import psycopg
import sqlalchemy
from alembic.migration import MigrationContext
from alembic.operations import Operations

import comparing
import intercepted
import journal
import locks
import rows
import specs
from measure import (
    OPTIONS,
    QUICK,
    WARM_UP,
    Database,
    Figures,
    Sizes,
    Targets,
    Way,
    connect,
    medians,
    micros,
    print_table,
    ratio,
)

BLOCK = "BEGIN ALTER TABLE missing ADD COLUMN x int; EXCEPTION WHEN undefined_table THEN NULL; END;"
CHECK = """
    IF EXISTS (SELECT FROM information_schema.tables WHERE table_schema = 'public' AND table_name = 'missing') THEN
        ALTER TABLE missing ADD COLUMN x int;
    END IF;"""
SCRIPT_LENGTH = 100

# A function with add_column's arguments, to tell what it costs to plan a SELECT of such a call.
EMPTY = """
    CREATE FUNCTION empty(
        table_name text, column_name text, type text, nullable bool = true, server_default text = NULL,
        "collation" text = NULL, computed text = NULL, identity text = NULL, comment text = NULL, schema text = NULL
    ) RETURNS jsonb LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"""

# The body of a loop over i. Every way asks for the same: add a column to a table that is not there. With EXECUTE it is
# a statement of its own, parsed and planned each time as in a migration; without, PL/pgSQL has it ready.
SKIPS = {
    "native": "EXECUTE 'ALTER TABLE IF EXISTS missing ADD COLUMN x int';",
    "native, ready": "ALTER TABLE IF EXISTS missing ADD COLUMN x int;",
    "typed": "PERFORM guarded.add_column('missing', 'x', 'int');",
    "typed, SELECT": "EXECUTE 'SELECT guarded.add_column(''missing'', ''x'', ''int'')';",
    "run": "PERFORM FROM guarded.run('ALTER TABLE missing ADD COLUMN x int');",
    "run, SELECT": "EXECUTE 'SELECT FROM guarded.run(''ALTER TABLE missing ADD COLUMN x int'')';",
    "run, script": f"PERFORM FROM guarded.run(repeat('ALTER TABLE missing ADD COLUMN x int;', {SCRIPT_LENGTH}));",
    "intercept": "EXECUTE 'ALTER TABLE missing ADD COLUMN x int';",
    "intercept, ready": "ALTER TABLE missing ADD COLUMN x int;",
    "empty, SELECT": "EXECUTE 'SELECT empty(''missing'', ''x'', ''int'')';",
    "block": f"EXECUTE $sql$DO $do$ BEGIN {BLOCK} END $do$$sql$;",
    "block, ready": BLOCK,
    "check": f"EXECUTE $sql$DO $do$ BEGIN {CHECK} END $do$$sql$;",
    "check, ready": CHECK,
    "nothing": "NULL;",
}
SKIP_LABELS = {
    "native": "`ALTER TABLE IF EXISTS missing …`",
    "native, ready": "the same, ready in PL/pgSQL",
    "typed": "`guarded.add_column('missing', …)` called in PL/pgSQL",
    "typed, SELECT": "`SELECT guarded.add_column('missing', …)`",
    "run": "`guarded.run('ALTER TABLE missing …')` called in PL/pgSQL",
    "run, SELECT": "`SELECT FROM guarded.run('ALTER TABLE missing …')`",
    "run, script": f"`guarded.run(…)` of {SCRIPT_LENGTH} such statements, each",
    "intercept": "`ALTER TABLE missing …` with `guarded.intercept` on",
    "intercept, ready": "the same intercepted, ready in PL/pgSQL",
    "empty, SELECT": "`SELECT` of an empty function with the arguments of `add_column`",
    "block": "`DO` with `BEGIN … EXCEPTION WHEN undefined_table …`",
    "block, ready": "the same block, ready in PL/pgSQL",
    "check": "`DO` with `IF EXISTS (SELECT … information_schema.tables …)`",
    "check, ready": "the same check, ready in PL/pgSQL",
    "nothing": "the empty loop, contained in all",
}

# What really changes a table, on the table t<i>. The block is what a subtransaction costs, whoever opens it.
PLAIN = {
    "ADD COLUMN": "EXECUTE format('ALTER TABLE t%s ADD COLUMN x int', i);",
    "CREATE INDEX": "EXECUTE format('CREATE INDEX x%s ON t%s (v)', i, i);",
}
CHANGES = {
    "ADD COLUMN": {
        "plain": PLAIN["ADD COLUMN"],
        "block": f"BEGIN {PLAIN['ADD COLUMN']} EXCEPTION WHEN undefined_table THEN NULL; END;",
        "typed": "PERFORM guarded.add_column(format('t%s', i), 'x', 'int');",
        "run": "PERFORM FROM guarded.run(format('ALTER TABLE t%s ADD COLUMN x int', i));",
        "intercept": PLAIN["ADD COLUMN"],
    },
    "CREATE INDEX": {
        "plain": PLAIN["CREATE INDEX"],
        "block": f"BEGIN {PLAIN['CREATE INDEX']} EXCEPTION WHEN undefined_table THEN NULL; END;",
        "typed": "PERFORM guarded.create_index(format('x%s', i), format('t%s', i), ARRAY['v']);",
        "run": "PERFORM FROM guarded.run(format('CREATE INDEX x%s ON t%s (v)', i, i));",
        "intercept": PLAIN["CREATE INDEX"],
    },
}
CHANGE_LABELS = {
    "plain": "plain SQL",
    "block": "the same in a block with `EXCEPTION`",
    "typed": "typed function",
    "run": "`guarded.run`",
    "intercept": "plain SQL with `guarded.intercept` on",
}
# A name that was never asked for before, so that no cache answers in place of the catalog.
FRESH_SKIPS = {
    "native": "EXECUTE format('ALTER TABLE IF EXISTS missing_%s ADD COLUMN x int', i);",
    "typed": "PERFORM guarded.add_column(format('missing_%s', i), 'x', 'int');",
    "run": "PERFORM FROM guarded.run(format('ALTER TABLE missing_%s ADD COLUMN x int', i));",
    "intercept": "EXECUTE format('ALTER TABLE missing_%s ADD COLUMN x int', i);",
}


def main() -> None:
    sizes = QUICK if arguments().quick else Sizes()
    print_header(sizes)
    targets = [
        *intercepted.passing(sizes),
        *intercepted.from_client(sizes),
        *skips(sizes),
        *changes(sizes),
        *journal.journal(sizes),
        *catalog_sizes(sizes),
        *comparing.comparing(sizes),
        *specs.specs(sizes),
        *locks.locks(sizes),
        *rows.rows(sizes),
    ]
    reached = [(name, f"{value:.3f}", "yes" if met else "**no**") for name, value, met in targets]
    print_table(["target", "measured", "reached"], reached)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, the figures mean little")
    return parser.parse_args()


def print_header(sizes: Sizes) -> None:
    with connect("postgres") as connection:
        server = connection.execute("SELECT split_part(version(), ' on ', 1)").fetchone()[0]
    command = "make bench" if len(sys.argv) == 1 else "python " + " ".join(sys.argv)
    print(f"## `{command}`\n")
    print(f"{server}, {platform.machine()}, {os.cpu_count()} CPUs; psycopg {psycopg.__version__},", end=" ")
    print(f"SQLAlchemy {sqlalchemy.__version__}; medians of {sizes.rounds} interleaved rounds.\n")


# --- a change whose table is missing ---


def skips(sizes: Sizes) -> Targets:
    with Database("guarded_bench", journal="off") as database:
        database.execute(EMPTY)
        database.define(SKIPS)
        ways = {name: database.way(name, sizes.skips) for name in SKIPS}
        ways["run, script"] = database.way("run, script", sizes.skips // SCRIPT_LENGTH)
        figures = medians(ways, sizes.rounds)
        figures["run, script"] /= SCRIPT_LENGTH
        from_python = medians(client_ways(sizes), sizes.rounds)
    print_skips("in a loop in the server", {SKIP_LABELS[way]: figure for way, figure in figures.items()})
    print_skips("from Python, with a round trip", from_python)
    return skip_targets(figures)


def print_skips(where: str, figures: Figures) -> None:
    native = figures["`ALTER TABLE IF EXISTS missing …`"]
    print(f"### A change whose table is missing, with `guarded.journal = off`, {where}\n")
    rows = [(label, micros(cost), ratio(cost, native)) for label, cost in figures.items()]
    print_table(["way", "µs", "to native"], rows)


def skip_targets(figures: Figures) -> Targets:
    """Without the SELECTs: planning the SELECT of an empty function costs more than the target allows."""
    native, block = figures["native"], figures["block"]
    targets = []
    for way in ("typed", "run", "run, script", "intercept"):
        cost = figures[way]
        targets.append((f"skip ({way}): at most 4 × native", cost / native, cost / native <= 4))
        targets.append((f"skip ({way}): at least 3 × faster than the block", block / cost, block / cost >= 3))
    return targets


def client_ways(sizes: Sizes) -> dict[str, Way]:
    statement = "SELECT guarded.add_column('missing', 'x', 'int')"
    return {
        "`ALTER TABLE IF EXISTS missing …`": client_way(sizes, sql("ALTER TABLE IF EXISTS missing ADD COLUMN x int")),
        "`SELECT guarded.add_column('missing', …)`": client_way(sizes, sql(statement)),
        "`if inspect(bind).has_table('missing'): op.add_column(…)`": client_way(sizes, inspect_then_act),
    }


def client_way(sizes: Sizes, action: Callable[[Operations], None]) -> Way:
    def sample() -> float:
        url = "postgresql+psycopg:///guarded_bench"
        engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool, connect_args={"options": OPTIONS})
        with engine.connect() as connection:
            op = Operations(MigrationContext.configure(connection))
            repeat(action, op, WARM_UP)
            return repeat(action, op, sizes.round_trips)

    return sample


def repeat(action: Callable[[Operations], None], op: Operations, times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        action(op)
    return (time.perf_counter() - began) * 1e6 / times


def sql(statement: str) -> Callable[[Operations], None]:
    return lambda op: op.execute(statement)


def inspect_then_act(op: Operations) -> None:
    """The usual helper: a new inspector each time, because a migration changes what an old one remembers."""
    if sqlalchemy.inspect(op.get_bind()).has_table("missing", schema="public"):
        op.add_column("missing", sqlalchemy.Column("x", sqlalchemy.Integer()))


# --- a change that is made ---


def changes(sizes: Sizes) -> Targets:
    targets, rows = [], []
    with Database("guarded_bench") as database:
        database.create_tables(sizes.tables + WARM_UP, "id int, v int")
        for change, bodies in CHANGES.items():
            database.define(bodies)
            # The rolled-back rows of one sample must not slow the next one down.
            ways = {name: database.way(name, sizes.tables, "applied", then=database.vacuum) for name in bodies}
            figures = medians(ways, sizes.rounds)
            plain = figures["plain"]
            rows += [(change, CHANGE_LABELS[way], micros(cost), ratio(cost, plain)) for way, cost in figures.items()]
            targets += [
                (f"{change} ({name}): at most 1.10 × plain", figures[name] / plain, figures[name] / plain <= 1.10)
                for name in ("typed", "run", "intercept")
            ]
    print(f"### A change that is made, on {sizes.tables} tables in one transaction, µs each\n")
    print_table(["change", "way", "µs", "to plain"], rows)
    return targets


# --- small and large catalogs ---


def catalog_sizes(sizes: Sizes) -> Targets:
    with Database("guarded_bench_few", journal="off") as few, Database("guarded_bench_many", journal="off") as many:
        databases = {sizes.few: few, sizes.many: many}
        for size, database in databases.items():
            database.create_tables(size, "")
            database.define(FRESH_SKIPS)
            database.vacuum()
        sides = [(name, size) for name in FRESH_SKIPS for size in databases]
        ways = {(name, size): databases[size].way(name, sizes.skips) for name, size in sides}
        figures = medians(ways, sizes.rounds)
    pairs = {name: (figures[name, sizes.few], figures[name, sizes.many]) for name in FRESH_SKIPS}
    print("### The skip by size of the catalog, each time another missing table, `guarded.journal = off`, µs each\n")
    rows = [(name, micros(small), micros(large), ratio(large, small)) for name, (small, large) in pairs.items()]
    print_table(["way", f"{sizes.few} tables", f"{sizes.many} tables", "ratio"], rows)
    return [
        (f"skip ({name}): {sizes.many} tables at most 1.2 × {sizes.few}", large / small, large / small <= 1.2)
        for name, (small, large) in pairs.items()
        if name != "native"
    ]


if __name__ == "__main__":
    main()
