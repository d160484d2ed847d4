"""What guarded.check_data costs: looking at the rows, against what the plain statement does with them.

    make bench                                          a part of it, with a million rows
    pg_test/scripts/run-release.sh pg_test/bench/rows.py    by itself
    GUARDED_DDL_BENCH_ROWS=10000000 …                   with so many rows
"""

import os
import statistics
import time

from measure import Database, Ratios, Sizes, Targets, Way, connect, print_table, samples

ROWS = int(os.environ.get("GUARDED_DDL_BENCH_ROWS", "0"))

# None of them finds a row in its way: then all rows are read.
STATEMENTS = {
    "SET NOT NULL": "ALTER TABLE t ALTER a SET NOT NULL",
    "CHECK": "ALTER TABLE t ADD CHECK (a > 0)",
    "UNIQUE": "ALTER TABLE t ADD UNIQUE (a)",
    "FOREIGN KEY": "ALTER TABLE t ADD FOREIGN KEY (parent) REFERENCES p",
    "TYPE": "ALTER TABLE t ALTER number TYPE int USING number::int",
}
WAYS = ("plain", "look")


def rows(sizes: Sizes) -> Targets:
    count = ROWS or sizes.data_rows
    with Database("guarded_bench", journal="off") as database:
        create(database, count)
        ways = {(kind, way): sample(database, way, statement) for kind, statement in STATEMENTS.items() for way in WAYS}
        found = samples(ways, sizes.data_rounds)
    print(f"### `guarded.check_data`: looking at {count} rows, against the plain statement\n")
    lines, targets = [], []
    for kind in STATEMENTS:
        plain, look = (found[kind, way] for way in WAYS)
        ratios = Ratios(look, plain)
        seconds = [f"{statistics.median(values):.2f} s" for values in (plain, look)]
        lines.append((f"`{kind}`", *seconds, f"{ratios.median:.2f} ×", f"{ratios.sorted[0]:.2f} – {ratios.sorted[-1]:.2f}"))
        targets.append((f"check_data ({kind}): at most 1.5 × the plain statement", ratios.median, ratios.median <= 1.5))
    print_table(["statement", "plain", "the look alone", "ratio", "lowest and highest"], lines)
    return targets


def create(database: Database, count: int) -> None:
    for statement in (
        f"CREATE UNLOGGED TABLE p AS SELECT i AS id FROM generate_series(1, {max(count // 10, 1)}) AS i",
        "ALTER TABLE p ADD PRIMARY KEY (id)",
        f"""CREATE UNLOGGED TABLE t AS SELECT i AS id, i AS a, i::text AS number, 1 + i % {max(count // 10, 1)} AS parent
            FROM generate_series(1, {count}) AS i ORDER BY i::bigint * 7919 % {count}""",
        "ALTER TABLE t ADD PRIMARY KEY (id)",
        "VACUUM (ANALYZE, FREEZE) t, p",
        "CHECKPOINT",
    ):
        database.execute(statement)


def sample(database: Database, way: str, statement: str) -> Way:
    """Seconds. A dry run judges, looks, and runs nothing."""

    def once() -> float:
        with connect(database.name, autocommit=False) as connection:
            began = time.perf_counter()
            if way == "plain":
                connection.execute(statement)
            else:
                connection.execute("SELECT guarded.intercept(false)")
                connection.execute("SET LOCAL guarded.check_data = on; SET LOCAL guarded.dry_run = on")
                began = time.perf_counter()
                status = connection.execute("SELECT status FROM guarded.run(%s)", [statement]).fetchone()[0]
                if status != "planned":
                    raise RuntimeError(f"{statement}: {status}")
            elapsed = time.perf_counter() - began
            connection.rollback()
        return elapsed

    return once


if __name__ == "__main__":
    rows(Sizes())
