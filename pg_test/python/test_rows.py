"""guarded.check_data: what looking at the rows locks, and that it finds what the statement would have failed on."""

import os
import random
import time

import psycopg
import pytest
from psycopg import errors, sql
from sessions import in_thread

MAJOR = int(os.environ["GUARDED_DDL_MAJOR"])
CASES = int(os.environ.get("PROPTEST_CASES", "256")) // 4

SETTINGS = "-c session_preload_libraries=guarded_ddl -c guarded.check_data=on -c client_min_messages=error"

# A CHECK that waits for an advisory lock, and that no row fulfils.
SLOW = """
    CREATE FUNCTION slow(int) RETURNS bool LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN false; END $$;
    CREATE TABLE users (id int PRIMARY KEY, email text);
    INSERT INTO users VALUES (1, 'a'), (2, 'a'), (3, NULL);
"""
ADD_SLOW = "SELECT outcome FROM guarded.run('ALTER TABLE users ADD CONSTRAINT slow CHECK (slow(id))')"


@pytest.fixture
def database(guarded_database) -> str:
    return guarded_database(SLOW)


@pytest.fixture
def session(database):
    with psycopg.connect(dbname=database, options=SETTINGS) as connection:
        yield connection
        connection.rollback()


def outcome(connection: psycopg.Connection, statement: str) -> dict:
    return connection.execute("SELECT outcome FROM guarded.run(%s)", [statement]).fetchone()[0]


def locks(connection: psycopg.Connection, pid: int) -> set[tuple[str, bool]]:
    """The locks a session has or waits for on tables of the user's and their indexes, and advisory ones."""
    query = """
        SELECT coalesce(c.relname, l.locktype), mode, granted FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation
        WHERE pid = %s AND locktype NOT IN ('virtualxid', 'transactionid') 
            AND coalesce(c.relnamespace = 'public'::regnamespace, true)"""
    return set(connection.execute(query, [pid]).fetchall())


def test_looking_locks_as_reading_does(database, session):
    pid = session.info.backend_pid
    with psycopg.connect(dbname=database, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(1)")
        waits = ("advisory", "ShareLock", False)
        with in_thread(lambda: session.execute(ADD_SLOW).fetchone()[0]) as results:
            while waits not in (seen := locks(other, pid)):
                assert not results
                time.sleep(0.01)
            assert {mode for _, mode, _ in seen - {waits}} == {"AccessShareLock"}
            # Nobody who writes has to wait.
            other.execute("SET lock_timeout = '5s'")
            other.execute("UPDATE users SET email = email")
            other.execute("SELECT pg_advisory_unlock(1)")
        assert results[0]["reason"] == "violating_rows"
        assert results[0]["violations"]["examples"] == ["(id)=(1)", "(id)=(2)", "(id)=(3)"]
        assert locks(other, pid) == set()


def test_looking_can_be_cancelled(database, session):
    with psycopg.connect(dbname=database, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(1)")
        session.execute("SET LOCAL statement_timeout = '200ms'")
        with pytest.raises(errors.QueryCanceled):
            session.execute(ADD_SLOW)


def test_a_locked_table_is_not_waited_for_longer_than_the_statement_would(database, session):
    with psycopg.connect(dbname=database) as other:
        other.execute("LOCK users")
        session.execute("SET LOCAL lock_timeout = '20ms'; SET LOCAL guarded.lock_timeout = '20ms'")
        found = outcome(session, "ALTER TABLE users ALTER email SET NOT NULL")
        assert (found["status"], found["reason"]) == ("failed", "lock_not_available")
        assert "violations" not in found
        other.rollback()
    # The transaction goes on.
    assert outcome(session, "ALTER TABLE users ALTER email SET NOT NULL")["reason"] == "violating_rows"


def test_a_concurrent_index_that_would_fail_leaves_nothing_behind(database):
    with psycopg.connect(dbname=database, autocommit=True, options=SETTINGS) as session:
        session.execute("SET guarded.intercept = on")
        session.execute("CREATE UNIQUE INDEX CONCURRENTLY emails ON users (email)")
        reasons = session.execute("SELECT status, reason FROM guarded.report()").fetchall()
        assert reasons == [("failed", "violating_rows")]
        session.execute("SET guarded.policy = strict")
        with pytest.raises(errors.UniqueViolation, match="occurs more than once"):
            session.execute("CREATE UNIQUE INDEX CONCURRENTLY emails ON users (email)")
        with pytest.raises(errors.NotNullViolation, match="has 1 null value"):
            session.execute("ALTER TABLE users ALTER email SET NOT NULL")
        assert session.execute("SELECT to_regclass('emails')").fetchone() == (None,)


def test_rows_are_looked_at_as_they_are_now(database, session):
    """Not as the transaction's snapshot has them: the statement would not look at that either."""
    session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    session.execute("SELECT count(*) FROM pg_class")
    with psycopg.connect(dbname=database, autocommit=True) as other:
        other.execute("UPDATE users SET email = 'c' WHERE email IS NULL")
    assert outcome(session, "ALTER TABLE users ALTER email SET NOT NULL")["status"] == "applied"


PARALLEL = """
    SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
    SET max_parallel_workers_per_gather = 2; SET parallel_leader_participation = off; SET client_min_messages = notice;
"""
MANY = """
    CREATE FUNCTION even(n int) RETURNS bool LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    BEGIN RAISE NOTICE 'by %', pg_backend_pid(); RETURN n % 2 = 0; END $$;
    CREATE TABLE many (id int PRIMARY KEY, a int, parent int);
    INSERT INTO many SELECT i, 2 * i, i FROM generate_series(1, 5000) AS i;
    UPDATE many SET a = NULL, parent = 0 WHERE id = 1;
    UPDATE many SET a = 7 WHERE id IN (100, 4000);
    ANALYZE many;
"""


def test_parallel_workers_look_with_it(database, session):
    session.execute(PARALLEL + MANY)
    session.commit()
    workers = set()
    session.add_notice_handler(lambda notice: workers.add(notice.message_primary))
    found = outcome(session, "ALTER TABLE many ADD CONSTRAINT evens CHECK (even(a))")
    pids = {int(message.removeprefix("by ")) for message in workers if message.startswith("by ")}
    assert pids and session.info.backend_pid not in pids
    assert (found["reason"], found["violations"]["count"]) == ("violating_rows", 2)
    assert sorted(found["violations"]["examples"]) == ["(id, a)=(100, 7)", "(id, a)=(4000, 7)"]
    for statement, examples in {
        "ALTER TABLE many ALTER a SET NOT NULL": ["(id)=(1)"],
        "ALTER TABLE many ADD UNIQUE (a)": ["(a)=(7)"],
        "ALTER TABLE many ADD FOREIGN KEY (parent) REFERENCES many": ["(id, parent)=(1, 0)"],
    }.items():
        assert outcome(session, statement)["violations"]["examples"] == examples
    # More than enough: the workers are let go.
    assert outcome(session, "ALTER TABLE many ADD CHECK (id < 0)")["violations"]["exact"] is False
    assert outcome(session, "ALTER TABLE many ADD CHECK (id > 0)")["status"] == "applied"


@pytest.mark.skipif(MAJOR < 18, reason="NOT NULL is a constraint since PostgreSQL 18")
def test_not_null_constraints(session):
    found = outcome(session, "ALTER TABLE users ADD CONSTRAINT given NOT NULL email")
    assert found["message"] == 'column "email" of table "users" has 1 null value'
    assert outcome(session, "ALTER TABLE users ADD CONSTRAINT given NOT NULL email NOT VALID")["status"] == "applied"
    assert outcome(session, "ALTER TABLE users VALIDATE CONSTRAINT given")["reason"] == "violating_rows"
    assert outcome(session, "ALTER TABLE users ADD CHECK (id > 1) NOT ENFORCED")["status"] == "applied"


# --- random tables and actions ---

TYPES = {
    "int": lambda r: r.choice([None, r.randint(-2, 3), r.randint(0, 100_000)]),
    "text": lambda r: r.choice([None, "", "a", "A", "abcdef", "1", "12", "1.5"]),
    "numeric": lambda r: r.choice([None, 0, 1.5, 1234.5]),
    "varchar(5)": lambda r: r.choice([None, "a", "a  ", "12345"]),
    "date": lambda r: r.choice([None, "2020-01-01", "2021-12-31"]),
}
NEW_TYPES = ["smallint", "int", "bigint", "numeric(4,1)", "varchar(2)", "char(3)", "text", "positive", "date"]


def column(r: random.Random) -> str:
    return r.choice("abc")


def condition(r: random.Random) -> str:
    name = column(r)
    return r.choice(
        [
            f"{name} IS NOT NULL",
            f"{name}::text <> '1'",
            f"length({name}::text) < 4",
            f"({name} IS NULL) = ({column(r)} IS NULL)",
            f"{name}::text >= {column(r)}::text",
        ]
    )


def action(r: random.Random) -> str:
    some = ", ".join(r.sample("abc", r.randint(1, 2)))
    name, new = column(r), r.choice(NEW_TYPES)
    where = r.choice(["", f" WHERE {condition(r)}"])
    distinct = r.choice(["", "NULLS NOT DISTINCT "])
    return r.choice(
        [
            f"ALTER TABLE t ALTER {name} SET NOT NULL",
            f"ALTER TABLE t ADD d {new} NOT NULL",
            f"ALTER TABLE t ADD CHECK ({condition(r)})",
            f"ALTER TABLE t ADD UNIQUE {distinct}({some})",
            f"ALTER TABLE t ADD PRIMARY KEY ({some})",
            f"CREATE UNIQUE INDEX ON t ((length({name}::text)), {column(r)}){where}",
            f"CREATE UNIQUE INDEX ON t ({some}){where}",
            f"ALTER TABLE t ADD FOREIGN KEY ({name}) REFERENCES other ({column(r)})",
            f"ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES other (a, b) MATCH {r.choice(['FULL', 'SIMPLE'])}",
            f"ALTER TABLE t ALTER {name} TYPE {new}",
            f"ALTER TABLE t ALTER {name} TYPE {new} USING {name}::text::{new}",
            f"ALTER TABLE t ALTER {name} TYPE {new} USING nullif({name}::text, '')::{new}",
            f"ALTER TABLE t ADD EXCLUDE ({name} WITH =){where and f' WHERE ({condition(r)})'}",
        ]
    )


def fill(r: random.Random, session: psycopg.Connection) -> None:
    """Two tables of the same columns, the second one unique in each and in both."""
    types = [r.choice(list(TYPES)) for _ in "abc"]
    columns = ", ".join(f"{name} {kind}" for name, kind in zip("abc", types, strict=True))
    session.execute(f"CREATE TABLE t ({columns}){r.choice(['', ' WITH (fillfactor = 10)'])}")
    session.execute(f"CREATE TABLE other ({columns}, UNIQUE (a), UNIQUE (b), UNIQUE (c), UNIQUE (b, a))")
    for _ in range(r.choice([0, 1, 2, 3, 8, 40])):
        row = [TYPES[kind](r) for kind in types]
        session.execute("INSERT INTO t VALUES (%s, %s, %s)", row)
        if r.random() < 0.6:
            session.execute("INSERT INTO other VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", row)
    # Dead rows between those that live.
    session.execute("DELETE FROM t WHERE a::text = '1'")


def plainly(session: psycopg.Connection, statement: str) -> str | None:
    """The SQLSTATE of the same statement without the extension."""
    try:
        with session.transaction(force_rollback=True):
            session.execute(sql.SQL(statement))
    except psycopg.Error as error:
        return error.sqlstate
    return None


def test_it_finds_what_the_statement_fails_on(session):
    session.execute("CREATE DOMAIN positive AS int CHECK (VALUE > 0)")
    seen = set()
    for seed in range(CASES):
        r = random.Random(seed)
        with session.transaction(force_rollback=True):
            fill(r, session)
            for _ in range(8):
                statement = action(r)
                if MAJOR < 15 and "NULLS NOT DISTINCT" in statement:
                    continue
                fails = plainly(session, statement)
                with session.transaction(force_rollback=True):
                    found = outcome(session, statement)
                about_rows = fails is not None and fails[:2] in ("22", "23")
                what = (seed, statement, fails, found.get("sqlstate"), found)
                assert (found.get("reason") == "violating_rows") == about_rows, what
                assert found.get("sqlstate") == fails, what
                seen.add((found["operation"], fails))
    assert len(seen) > 20, seen
