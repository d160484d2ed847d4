"""What it costs to find that something is there and equal, and that it costs the same however many rows there are."""

import statistics

from measure import Database, Ratios, Sizes, Targets, micros, print_table, samples

TABLES = ("empty", "large")

# In the statements $t is the table. Two of its columns are filled; the others are added afterwards, so that the server
# keeps their defaults once for the table and not in each row.
CHECK = "CONSTRAINT $t_check CHECK (id BETWEEN 1 AND 2000000000 AND name IN ('a', 'b', 'c', 'd'))"
FILLED = ["id int", "name text NOT NULL", CHECK]
KINDS = {
    "a": "int",
    "b": "bigint NOT NULL DEFAULT 0",
    "c": "text DEFAULT 'none'",
    "d": "varchar(20) NOT NULL DEFAULT 'new'",
    "e": "numeric(12,2)",
    "f": "boolean NOT NULL DEFAULT false",
    "g": "timestamptz DEFAULT now()",
    "h": "date",
    "i": "text[] DEFAULT '{}'",
}
ADDED = [f"{kind}{number} {definition}" for number in (1, 2) for kind, definition in KINDS.items()]
STORED = "WITH (autovacuum_enabled = off)"

INDEX = "$t_index ON $t (lower(name)) WHERE id >= 9000000 AND name IN ('a', 'b')"
VIEW = "CREATE VIEW $t_view AS SELECT id, lower(name) AS name FROM $t WHERE id BETWEEN 1 AND 9 AND d1 IN ('new', 'old')"
FUNCTION = """CREATE FUNCTION $t_count(above int DEFAULT 0) RETURNS bigint LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT count(*) FROM $t WHERE id > above; END"""

# Each asks for what is there.
EQUAL = {
    "run, index": f"CREATE INDEX {INDEX}",
    "run, check": f"ALTER TABLE $t ADD {CHECK}",
    "run, column": f"ALTER TABLE $t ADD COLUMN d1 {KINDS['d']}",
    "run, table": f"CREATE UNLOGGED TABLE $t ({', '.join(FILLED + ADDED)}) {STORED}",
    "run, view": VIEW,
    "run, function": FUNCTION,
    "native, index": f"CREATE INDEX IF NOT EXISTS {INDEX}",
}
LABELS = {
    "run, index": "`CREATE INDEX` with an expression and a condition",
    "run, check": "`ADD CONSTRAINT … CHECK`",
    "run, column": "`ADD COLUMN` with a default",
    "run, table": "`CREATE TABLE` of 20 columns, with that `CHECK`",
    "run, view": "`CREATE VIEW`",
    "run, function": "`CREATE FUNCTION` with a body in SQL",
    "native, index": "plain `CREATE INDEX IF NOT EXISTS`, which looks at the name alone",
}


def comparing(sizes: Sizes) -> Targets:
    sides = [(way, table) for way in EQUAL for table in TABLES]
    with Database("guarded_bench") as database:
        make(database, "empty", 0)
        make(database, "large", sizes.rows)
        database.define({", ".join(side): loop(*side) for side in sides})
        ways = {side: database.way(", ".join(side), sizes.comparisons, then=lambda: clean(database)) for side in sides}
        found = samples(ways, sizes.rounds)
    rows, targets = [], []
    for way, label in LABELS.items():
        empty, large = (found[way, table] for table in TABLES)
        ratios = Ratios(large, empty)
        costs = (micros(statistics.median(values)) for values in (empty, large))
        rows.append((label, *costs, f"{ratios.median:.3f} ×", ratios.interval()))
        if way != "native, index":
            target = f"comparing ({way.removeprefix('run, ')}): {sizes.rows} rows at most 1.1 × none"
            targets.append((target, ratios.median, ratios.median <= 1.1))
    print("### `guarded.run` of what is there and equal, by the rows of its table, µs each\n")
    print_table(["statement", "no rows", f"{sizes.rows} rows", "ratio", "95 % interval of the median"], rows)
    return targets


def make(database: Database, table: str, rows: int) -> None:
    statements = [
        f"CREATE UNLOGGED TABLE $t ({', '.join(FILLED)}) {STORED}",
        f"INSERT INTO $t SELECT i, chr(97 + i % 4) FROM generate_series(1, {rows}) AS i",
        f"ALTER TABLE $t {', '.join(f'ADD COLUMN {column}' for column in ADDED)}",
        f"CREATE INDEX {INDEX}",
        VIEW,
        FUNCTION,
        "ANALYZE $t",
    ]
    for statement in statements:
        database.execute(statement.replace("$t", table))


def loop(way: str, table: str) -> str:
    """The body of a loop."""
    statement = f"$sql${EQUAL[way].replace('$t', table)}$sql$"
    return f"EXECUTE {statement};" if way == "native, index" else f"PERFORM FROM guarded.run({statement});"


def clean(database: Database) -> None:
    """What was made to compare a function with it was rolled back, and has left dead rows."""
    database.execute("VACUUM pg_proc, pg_namespace, pg_depend, pg_shdepend")
