"""What an outcome says of locks is what pg_locks shows when the statement runs; likewise which tables are rewritten and read.

docs/locks.md is made of the same cases: with LOCKS=1 what this version has is written into it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import lock_table
import psycopg
import pytest
from footprint_cases import (
    CONVERSIONS, DETACH_PENDING, FIXTURE, FIXTURE_18, FIXTURE_ALONE, FIXTURE_PENDING, SECTIONS, USING, Case,
)
from sessions import in_thread

MAJOR = int(os.environ["GUARDED_DDL_MAJOR"])
DOCS = Path(__file__).parents[2] / "docs" / "locks.md"
WEAKEST_FIRST = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)
# Of what was there before: with its kind, its table if it is an index, and where its rows are.
RELATIONS = """
    SELECT c.oid, c.oid::regclass::text, c.relkind, i.indrelid, c.relfilenode
    FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
    WHERE c.relnamespace IN ('fp'::regnamespace, 'fp_small'::regnamespace) AND c.relkind NOT IN ('c', 't')
"""
HELD = "SELECT relation, mode FROM pg_locks WHERE locktype = 'relation' AND pid = pg_backend_pid() AND granted"
# Of this transaction, and of those before of which it is not known yet elsewhere.
READ = "SELECT relid, seq_scan FROM pg_stat_xact_user_tables"


@pytest.fixture(scope="module")
def connection() -> Iterator[psycopg.Connection]:
    with psycopg.connect(autocommit=True, options="-c client_min_messages=error") as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS guarded_ddl")
        connection.execute(
            "CREATE ROLE fp_role; CREATE FOREIGN DATA WRAPPER fp_fdw; CREATE SERVER fp_server FOREIGN DATA WRAPPER fp_fdw;"
            "CREATE ACCESS METHOD fp_heap TYPE TABLE HANDLER heap_tableam_handler"
        )
        connection.execute("SET allow_in_place_tablespaces = on")
        connection.execute("CREATE TABLESPACE fp_space LOCATION ''")
        connection.execute(FIXTURE + FIXTURE_ALONE + FIXTURE_PENDING + (FIXTURE_18 if MAJOR >= 18 else ''))
        interrupt(connection, DETACH_PENDING, "pending_parts")
        connection.execute("CREATE FOREIGN TABLE ft (a int) SERVER fp_server; GRANT CREATE ON SCHEMA fp TO fp_role")
        yield connection
        connection.execute("DROP TABLESPACE fp_space")
        connection.execute(
            "DROP SCHEMA fp CASCADE; DROP SCHEMA fp_other; DROP SCHEMA fp_small CASCADE; DROP PUBLICATION fp_pub; DROP PUBLICATION fp_empty;"
            "DROP SERVER fp_server; DROP FOREIGN DATA WRAPPER fp_fdw; DROP ACCESS METHOD fp_heap; DROP ROLE fp_role"
        )


def interrupt(connection: psycopg.Connection, statement: str, table: str) -> None:
    """Runs a statement up to where it waits for those who use the table."""
    with psycopg.connect() as holder:
        holder.execute(f"LOCK TABLE fp.{table} IN ACCESS SHARE MODE")
        connection.execute("SET lock_timeout = '10ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            connection.execute(statement)
        connection.execute("RESET lock_timeout")


def foreseen(connection: psycopg.Connection, statement: str, alone: bool = False) -> dict[str, tuple]:
    """Mode, rewritten, read of each relation."""
    connection.execute("SET guarded.dry_run = on")
    try:
        status, lock = planned_alone(connection, statement) if alone else planned(connection, statement)
    finally:
        connection.execute("RESET guarded.dry_run; RESET guarded.intercept")
    if status != "planned":
        return {}
    tables = lock["tables"] if lock else []
    return {table["table"].removeprefix("fp."): (table["mode"], table["rewrites"], table["scans"]) for table in tables}


def planned(connection: psycopg.Connection, statement: str) -> tuple:
    return connection.execute("SELECT status, outcome->'lock' FROM guarded.run(%s)", (statement,)).fetchone()


def planned_alone(connection: psycopg.Connection, statement: str) -> tuple:
    """What cannot run in a function."""
    connection.execute("SET guarded.intercept = on")
    connection.execute(statement)
    return connection.execute("SELECT status, outcome->'lock' FROM guarded.report() ORDER BY number DESC LIMIT 1").fetchone()


def seen(connection: psycopg.Connection, statement: str) -> dict[str, tuple]:
    """The same, as it is found while the statement has run and its transaction is open."""
    before = {oid: rest for oid, *rest in connection.execute(RELATIONS).fetchall()}
    modes: dict[int, str] = {}
    with connection.transaction(force_rollback=True):
        read_before = dict(connection.execute(READ).fetchall())
        connection.execute(statement)
        for oid, mode in connection.execute(HELD).fetchall():
            mode = word(mode)
            modes[oid] = max(mode, modes.get(oid, mode), key=WEAKEST_FIRST.index)
        after = dict(connection.execute("SELECT oid, relfilenode FROM pg_class").fetchall())
        read = {oid for oid, scans in connection.execute(READ).fetchall() if scans > read_before.get(oid, 0)}
    found = {}
    for oid, (name, kind, table, file) in before.items():
        if oid not in modes or is_covered(modes, oid, table):
            continue
        is_stored = kind in "rm"
        rewritten = is_stored and after.get(oid, file) != file and not statement.startswith("TRUNCATE")
        found[name] = (modes[oid], rewritten, is_stored and (oid in read or rewritten))
    return found


def word(mode: str) -> str:
    """`ShareUpdateExclusiveLock` as LOCK TABLE writes it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", mode.removesuffix("Lock")).upper()


def is_covered(modes: dict[int, str], oid: int, table: int | None) -> bool:
    """An index says nothing that its table does not."""
    return table in modes and WEAKEST_FIRST.index(modes[oid]) <= WEAKEST_FIRST.index(modes[table])


def without_look_ups(locks: dict[str, tuple], case: Case) -> dict[str, tuple]:
    return {name: (mode, rewritten, case.looks_up or read) for name, (mode, rewritten, read) in locks.items()}


ALL = [case for section in SECTIONS for case in section.cases if case.since <= MAJOR]


@pytest.mark.parametrize("case", [case for case in ALL if not case.alone], ids=lambda case: case.statement)
def test_foreseen_is_seen(connection: psycopg.Connection, case: Case) -> None:
    expected = foreseen(connection, case.statement)
    assert without_look_ups(expected, case) == without_look_ups(seen(connection, case.statement), case)


LIVE = ("live", "live_parts", "live_part")
FILES = "SELECT relname, relfilenode FROM pg_class WHERE oid IN ('live'::regclass, 'live_part'::regclass)"
WAITS = """
    SELECT coalesce(wait_event_type = 'Lock', false),
        (SELECT mode FROM pg_locks l WHERE l.pid = a.pid AND NOT granted AND locktype = 'relation')
    FROM pg_stat_activity a WHERE pid = %s"""


def strongest(connection: psycopg.Connection, statement: str, table: str) -> str | None:
    """The mode that a statement wants of a table at some time: what it waits for when others have the weakest lock that is in its way."""
    for mode in WEAKEST_FIRST:
        connection.execute(FIXTURE_ALONE)
        with psycopg.connect() as holder, psycopg.connect(autocommit=True, options="-c search_path=fp") as running:
            holder.execute(f"LOCK TABLE fp.{table} IN {mode} MODE")
            with in_thread(lambda: running.execute(statement)) as results:
                waits, wanted = False, None
                # It may also wait until others have ended, which is no lock that it would take.
                while not results and not waits:
                    waits, wanted = connection.execute(WAITS, (running.info.backend_pid,)).fetchone()
                running.cancel_safe()
            holder.rollback()
        if wanted:
            return word(wanted)
    return None


@pytest.mark.parametrize("case", [case for case in ALL if case.alone], ids=lambda case: case.statement)
def test_foreseen_is_seen_outside_a_transaction_block(connection: psycopg.Connection, case: Case) -> None:
    connection.execute(FIXTURE_ALONE)
    expected = {name: lock for name, lock in foreseen(connection, case.statement, alone=True).items() if name in LIVE}
    modes = {table: strongest(connection, case.statement, table) for table in LIVE}
    assert {table: mode for table, mode in modes.items() if mode} == {table: mode for table, (mode, _, _) in expected.items()}
    connection.execute(FIXTURE_ALONE)
    before = dict(connection.execute(FILES).fetchall())
    connection.execute(case.statement)
    after = connection.execute(FILES).fetchall()
    assert [table for table, file in after if before[table] != file] == [table for table, (_, rewritten, _) in expected.items() if rewritten]


WHOLE = ("VACUUM", "VACUUM FULL", "CLUSTER", "REINDEX SCHEMA s", "REINDEX DATABASE {}")
# The tables of users, and the file of each and those of its indexes.
ALL_FILES = """
    SELECT c.oid::regclass::text, c.relfilenode, (SELECT array_agg(i.relfilenode ORDER BY i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        WHERE x.indrelid = c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE relkind IN ('r', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"""


@pytest.mark.parametrize("statement", WHOLE)
def test_of_a_whole_database_or_schema(statement: str, guarded_database) -> None:
    database = guarded_database("""
        CREATE TABLE t (a int); CREATE INDEX ON t (a); CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
        CREATE SCHEMA s CREATE TABLE u (id int PRIMARY KEY) CREATE TABLE w (id int);
        INSERT INTO t VALUES (1); CLUSTER s.u USING u_pkey""")
    statement = statement.format(database)
    with psycopg.connect(dbname=database, autocommit=True, options="-c session_preload_libraries=guarded_ddl -c client_min_messages=error") as connection:
        # As pg_locks would have them, were it one transaction.
        expected = {name.removeprefix("public."): lock for name, lock in foreseen(connection, statement, alone=True).items()}
        before = {name: files for name, *files in connection.execute(ALL_FILES)}
        connection.execute("SET guarded.intercept = on; SET guarded.max_lock = 'row exclusive'")
        connection.execute(statement)
        assert connection.execute("SELECT reason FROM guarded.report() ORDER BY number DESC LIMIT 1").fetchone() == ("exceeds_limit",)
        assert {name: files for name, *files in connection.execute(ALL_FILES)} == before
        connection.execute("RESET guarded.max_lock")
        connection.execute(statement)
        after = {name: files for name, *files in connection.execute(ALL_FILES)}
    rewritten = {name for name in before if before[name][0] != after[name][0]}
    assert rewritten == {name for name, (_, rewrites, _) in expected.items() if rewrites}
    if statement.startswith("REINDEX"):
        rebuilt = {name for name in before if before[name][1] != after[name][1]}
        assert rebuilt and rebuilt == {name for name, (_, _, reads) in expected.items() if reads}
        assert {mode for _, (mode, _, _) in expected.items()} == {"SHARE", "ACCESS EXCLUSIVE"}
    else:
        assert {mode for _, (mode, _, _) in expected.items()} == {"SHARE UPDATE EXCLUSIVE" if statement == "VACUUM" else "ACCESS EXCLUSIVE"}
        assert set(expected) == ({"s.u"} if statement == "CLUSTER" else set(before))


def test_docs(connection: psycopg.Connection) -> None:
    """docs/locks.md says it of all cases, and of nothing else."""
    now = {case.statement: lock_table.cell(foreseen(connection, case.statement, case.alone), WEAKEST_FIRST) for case in ALL}
    known = lock_table.read(DOCS)
    if os.environ.get("LOCKS"):
        for statement, locks in now.items():
            known.setdefault(statement, {})[MAJOR] = locks
        lock_table.write(DOCS, known)
    assert {statement: by_version[MAJOR] for statement, by_version in known.items() if MAJOR in by_version} == now


def test_types(connection: psycopg.Connection) -> None:
    """Whether a change of type rewrites is foreseen for each pair, in two time zones."""
    wrong = []
    steps = [(old, new, value, None) for old, new, value in CONVERSIONS]
    steps += [(old, new, "2020-01-01" if "time" in old else "1", using) for old, new, using in USING]
    for zone in ("UTC", "Europe/Berlin"):
        connection.execute(f"SET timezone = '{zone}'")
        for old, new, value, using in steps:
            connection.execute(f"DROP TABLE IF EXISTS converted; CREATE TABLE converted (z int, a {old}); INSERT INTO converted VALUES (1, '{value}')")
            statement = f"ALTER TABLE converted ALTER COLUMN a TYPE {new}" + (f" USING {using}" if using else "")
            expected, found = foreseen(connection, statement), seen(connection, statement)
            # Already so, and nothing to be done.
            if expected != found and not (expected == {} and old == new):
                wrong.append((zone, statement, old, expected, found))
    connection.execute("DROP TABLE converted; RESET timezone")
    assert wrong == []


def test_outcomes(connection: psycopg.Connection) -> None:
    """What runs has its lock, what does not has none; an operation that of its steps; many tables are counted, and sizes are true."""

    def lock(call: str) -> tuple:
        return connection.execute(f"SELECT o->>'status', o->'lock' FROM ({call}) AS of(o)").fetchone()

    connection.execute(
        "CREATE TABLE sized (id int, note text); CREATE TABLE many (id int) PARTITION BY LIST (id);"
        "INSERT INTO sized SELECT i, repeat(md5(i::text), 10) FROM generate_series(1, 5000) i;"
        "INSERT INTO sized SELECT i, string_agg(md5(j::text), '') FROM generate_series(1, 20) i, generate_series(1, 900) j GROUP BY i;"
        "ANALYZE sized; INSERT INTO sized SELECT i, repeat(md5(i::text), 10) FROM generate_series(1, 5000) i"
    )
    for number in range(25):
        connection.execute(f"CREATE TABLE many_{number} PARTITION OF many FOR VALUES IN ({number})")
    with connection.transaction(force_rollback=True):
        status, applied = lock("SELECT guarded.add_column('sized', 'x', 'int')")
        assert (status, applied["mode"], applied["rewrites"], applied["scans"]) == ("applied", "ACCESS EXCLUSIVE", False, False)
        recorded = connection.execute("SELECT relpages * 8192 FROM pg_class WHERE oid = 'sized'::regclass").fetchone()
        assert (applied["tables"][0]["bytes"],) == recorded
        [table] = lock("SELECT guarded.create_check_constraint('positive', 'sized', 'id > 0')")[1]["tables"]
        (size,) = connection.execute(
            "SELECT pg_relation_size('sized') + pg_relation_size(reltoastrelid) FROM pg_class WHERE oid = 'sized'::regclass"
        ).fetchone()
        assert (table["table"], table["bytes"]) == ("fp.sized", size) and 8000 < table["rows"] < 12000
        assert lock("SELECT guarded.add_column('sized', 'x', 'int')") == ("skipped", None)
        assert lock("SELECT guarded.add_column('missing', 'x', 'int')") == ("skipped", None)
        # It fails when it runs.
        status, failed = lock("SELECT guarded.alter_column('sized', 'x', nullable => false)")
        assert (status, failed["scans"]) == ("failed", True)
        status, whole = lock("SELECT guarded.alter_column('sized', 'id', type => 'bigint', nullable => false, comment => 'x')")
        assert (status, whole["mode"], whole["rewrites"], len(whole["tables"])) == ("applied", "ACCESS EXCLUSIVE", True, 1)
        status, parts = lock("SELECT guarded.add_column('many', 'x', 'int')")
        assert (status, len(parts["tables"]), parts["others"]["tables"]) == ("applied", 20, 6)
        (size_then,) = connection.execute("SELECT relpages * 8192 FROM pg_class WHERE oid = 'sized'::regclass").fetchone()
        # Who does not own a table is told what was true when it was analysed last.
        connection.execute("ALTER TABLE sized RENAME TO unseen; GRANT USAGE ON SCHEMA fp, guarded TO fp_role; SET LOCAL ROLE fp_role")
        status, foreign = lock("SELECT guarded.create_check_constraint('seen', 'unseen', 'id > 1')")
        assert (status, foreign["tables"][0]["bytes"]) == ("failed", size_then)
    connection.execute("DROP TABLE sized, many")
