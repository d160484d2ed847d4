"""What every part of the benchmark needs: databases, interleaved samples, and markdown."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

WARM_UP = 20
OPTIONS = "-c client_min_messages=warning"

# What a session is given, by what it then is to the library. Only a superuser may preload it so.
PRELOADED = "-c session_preload_libraries=guarded_ddl"
SESSIONS = {"absent": "", "off": PRELOADED, "on": f"{PRELOADED} -c guarded.intercept=on"}
# Tells which of them a session is: pg_settings does not show a setting whose library is not loaded.
SESSION = "SELECT coalesce((SELECT setting FROM pg_settings WHERE name = 'guarded.intercept'), 'absent')"

# The ways, by the beginning of their names, that leave an outcome each time.
GUARDED = ("typed", "run", "intercept")

Way = Callable[[], float]
Figures = dict[str, float]
Targets = list[tuple[str, float, bool]]


@dataclass
class Sizes:
    """How much is done; the class's own values are those of `make bench`."""

    rounds: int = 15
    skips: int = 5000
    round_trips: int = 300
    tables: int = 1000
    few: int = 100
    many: int = 50_000
    pgbench_rounds: int = 24
    pgbench_ms: int = 300
    rows: int = 10_000_000
    comparisons: int = 500
    spec_tables: int = 10_000
    spec_rounds: int = 5
    alters: int = 100
    load_seconds: float = 30
    data_rows: int = 1_000_000
    data_rounds: int = 3


QUICK = Sizes(
    rounds=3,
    skips=300,
    round_trips=30,
    tables=50,
    many=1000,
    pgbench_rounds=5,
    pgbench_ms=10,
    rows=10_000,
    comparisons=20,
    spec_tables=100,
    spec_rounds=2,
    alters=5,
    load_seconds=2,
    data_rows=10_000,
    data_rounds=2,
)


# --- the server ---


class Database:
    """A database with the extension, dropped at the end; `journal` is its guarded.journal, if not the default."""

    def __init__(self, name: str, journal: str = "unfinished") -> None:
        self.name, self.journal = name, journal

    def __enter__(self) -> "Database":
        self.drop()
        with connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {self.name}")
            connection.execute(f"ALTER DATABASE {self.name} SET guarded.journal = '{self.journal}'")
        self.execute("CREATE EXTENSION guarded_ddl")
        return self

    def __exit__(self, *_) -> None:
        self.drop()

    def drop(self) -> None:
        with connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        with connect(self.name) as connection:
            connection.execute(statement)

    def create_tables(self, count: int, columns: str) -> None:
        """In several transactions: one for all would need a lock for each."""
        for first in range(1, count + 1, 1000):
            last = min(first + 999, count)
            create = f"EXECUTE format('CREATE TABLE t%s ({columns})', i)"
            self.execute(f"DO $$ BEGIN FOR i IN {first}..{last} LOOP {create}; END LOOP; END $$")
        self.vacuum()

    def drop_tables(self) -> None:
        self.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def vacuum(self) -> None:
        self.execute("VACUUM (ANALYZE) pg_class, pg_attribute, pg_depend, pg_type, pg_index, guarded.journal")

    def define(self, bodies: dict[str, str]) -> None:
        """A function for each body, that loops over i and returns the microseconds of one turn."""
        for name, body in bodies.items():
            self.execute(f"""
                CREATE OR REPLACE FUNCTION "{name}"(first int, last int) RETURNS float8 LANGUAGE plpgsql AS $bench$
                DECLARE
                    began timestamptz := clock_timestamp();
                BEGIN
                    FOR i IN first..last LOOP {body} END LOOP;
                    RETURN extract(epoch FROM clock_timestamp() - began) * 1e6 / (last - first + 1);
                END $bench$""")

    def way(self, name: str, turns: int, outcome: str = "skipped", then: Callable[[], None] = lambda: None) -> Way:
        """A sample of a defined function; `intercept` is plain DDL in a session that intercepts it."""
        session = "on" if name.startswith("intercept") else "absent"

        def sample() -> float:
            with connect(self.name, session, autocommit=False) as connection:
                call = f'SELECT "{name}"(%s, %s)'
                connection.execute(call, (1, WARM_UP))
                figure = connection.execute(call, (WARM_UP + 1, WARM_UP + turns)).fetchone()[0]
                found = outcomes(connection)
                connection.rollback()
            if name.startswith(GUARDED):
                is_as_meant = set(found) == {outcome} and found[outcome] >= WARM_UP + turns
            else:
                is_as_meant = not found
            if not is_as_meant:
                raise RuntimeError(f"{name}: {turns} times {outcome} was wanted, the report has {found}")
            then()
            return figure

        return sample


def connect(database: str, session: str = "absent", autocommit: bool = True) -> psycopg.Connection:
    options = f"{OPTIONS} {SESSIONS[session]}"
    return psycopg.connect(dbname=database, autocommit=autocommit, options=options)


def outcomes(connection: psycopg.Connection) -> dict[str, int]:
    """How many of each status the session has. Loads the library."""
    return dict(connection.execute("SELECT status, sum(outcomes)::int FROM guarded.summary() GROUP BY status"))


# --- samples ---


def samples(ways: dict, rounds: int) -> dict:
    """One sample of each way in each round, each round beginning with another way."""
    names = list(ways)
    found = {name: [] for name in names}
    for turn in range(rounds):
        start = turn % len(names)
        for name in names[start:] + names[:start]:
            found[name].append(ways[name]())
    return found


def medians(ways: dict, rounds: int) -> dict:
    return {name: statistics.median(values) for name, values in samples(ways, rounds).items()}


class Ratios:
    """Of the samples of two ways, round by round: what slows a whole round down is not in them."""

    def __init__(self, values: list[float], base: list[float]) -> None:
        self.sorted = sorted(value / other for value, other in zip(values, base, strict=True))
        self.median = statistics.median(self.sorted)

    def quartiles(self) -> str:
        lower, _, upper = statistics.quantiles(self.sorted)
        return f"{lower:.3f} – {upper:.3f}"

    def interval(self) -> str:
        """Where the true median lies, 19 times of 20: the ratios beside the middle, by the binomial distribution."""
        count = len(self.sorted)
        reach = 0.98 * count**0.5
        lower, upper = int(count / 2 - reach), int(count / 2 + reach)
        return f"{self.sorted[max(lower, 0)]:.3f} – {self.sorted[min(upper, count - 1)]:.3f}"


# --- markdown ---


def print_table(head: list[str], rows: list[tuple]) -> None:
    lines = [tuple(head), ("---",) * len(head), *rows]
    print("\n".join(f"| {' | '.join(line)} |" for line in lines), end="\n\n", flush=True)


def micros(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"


def ratio(value: float, base: float) -> str:
    return f"{value / base:.2f} ×"
