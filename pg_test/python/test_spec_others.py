"""What is not the caller's alone: schemas of the server's and of extensions, and what other sessions drop meanwhile."""

import json
import threading

import psycopg
import pytest
from repaired import connect, rows, value
from sessions import in_thread

DROPPED = "SELECT count(*) FROM guarded.repair(%s, '{drop}') WHERE status = 'applied'"
LEFT = "SELECT message FROM guarded.repair(%s, '{drop}') WHERE status = 'conflict'"
RELATIONS = "SELECT array_agg(oid ORDER BY oid) FROM pg_class WHERE relnamespace <> 'pg_toast'::regnamespace"
ROUNDS = 40


@pytest.mark.parametrize("schema", ["pg_catalog", "information_schema", "guarded"])
def test_nothing_of_the_servers_or_an_extensions_is_beyond(guarded_database, schema):
    database = guarded_database("CREATE TABLE public.users (id int)")
    before = value(database, RELATIONS)
    spec = json.dumps({"guarded_spec": 1, "scope": {"schemas": [schema]}})
    assert value(database, DROPPED, spec) == 0
    assert value(database, RELATIONS) == before
    reasons = {message.rpartition(": ")[2] for (message,) in rows(database, LEFT, spec)}
    assert reasons <= {"its schema is the server's, or an extension's"}
    # What is the user's goes.
    assert value(database, DROPPED, '{"guarded_spec": 1, "scope": {"schemas": ["public"]}, "schemas": ["public"]}') == 1
    assert value(database, "SELECT to_regclass('public.users') IS NULL")


def test_what_others_drop_meanwhile_is_no_error(guarded_database):
    """Something is dropped once in each look: more often, and no look need come to an end."""
    database = guarded_database("CREATE TABLE public.users (id int, name text)")
    spec = value(database, "SELECT guarded.snapshot()::text")
    looks = (
        ("SELECT guarded.snapshot() -> 'tables' = %s::jsonb -> 'tables'", True),
        ("SELECT count(*) FROM guarded.diff(%s, true) WHERE object NOT LIKE '%%.passing'", 0),
    )
    together = threading.Barrier(2, timeout=60)

    def drop_in_each() -> None:
        with connect(database) as other:
            for _ in range(ROUNDS * len(looks)):
                other.execute("CREATE VIEW public.passing AS SELECT id, lower(name) FROM public.users")
                together.wait()
                other.execute("DROP VIEW public.passing")
                together.wait()

    with in_thread(drop_in_each, 120) as dropped, connect(database) as connection:
        for _ in range(ROUNDS):
            for query, expected in looks:
                together.wait()
                assert connection.execute(query, (spec,)).fetchone() == (expected,)
                together.wait()
    assert dropped == [None]


def test_what_is_dropped_at_each_attempt_is_said(guarded_database):
    """In a transaction that sees the past, what has gone since is there, but cannot be printed."""
    database = guarded_database("CREATE TABLE public.users (id int); CREATE VIEW public.passing AS SELECT id FROM public.users")
    with psycopg.connect(dbname=database) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        assert connection.execute("SELECT count(*) FROM public.users").fetchone() == (0,)
        with connect(database) as other:
            other.execute("DROP VIEW public.passing")
        with pytest.raises(psycopg.errors.ObjectInUse, match="other sessions dropped objects"):
            connection.execute("SELECT guarded.snapshot()")
    assert value(database, "SELECT guarded.snapshot() ? 'views'") is False
