"""What no statement can change is dropped and made anew; what cannot be made again is not dropped."""

import json
import subprocess

import psycopg
import pytest
from repaired import rows, value

GOOD = """
    CREATE TABLE public.users (id int PRIMARY KEY, email text, name text);
    CREATE UNIQUE INDEX users_email ON public.users (email);
    CREATE INDEX users_name ON public.users (name);
    CREATE VIEW public.names AS SELECT id, name FROM public.users"""
# The index cannot be made unique again, because of the rows; the other can be made as it was.
DRIFT = """
    DROP INDEX public.users_email, public.users_name;
    CREATE INDEX users_email ON public.users (email);
    CREATE INDEX users_name ON public.users (lower(name));
    INSERT INTO public.users VALUES (1, 'a@example.org', 'a'), (2, 'a@example.org', 'b')"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
EMAIL, NAME = "INDEX users_email ON public.users USING btree (email)", "INDEX users_name ON public.users USING btree (name)"
DRIFTED = [
    (f"CREATE {EMAIL}",),
    ("CREATE INDEX users_name ON public.users USING btree (lower(name))",),
    ("CREATE UNIQUE INDEX users_pkey ON public.users USING btree (id)",),
]
REPAIR = "SELECT status, reason, object, message FROM guarded.repair(%s)"


@pytest.fixture
def drifted(guarded_database) -> tuple[str, str]:
    """A database, and the spec of what it was."""
    database = guarded_database(GOOD)
    spec = value(database, "SELECT guarded.snapshot()::text")
    with psycopg.connect(dbname=database) as connection:
        connection.execute(DRIFT)
    assert rows(database, INDEXES) == DRIFTED
    return database, spec


def test_what_cannot_be_made_again_is_not_dropped(drifted):
    database, spec = drifted
    found = rows(database, REPAIR, spec)
    reason = (
        "index public.users.users_email was left as it is: it would have to be made anew, and index public.users.users_email "
        'could not be made again: could not create unique index "users_email"'
    )
    assert found == [
        ("applied", None, "public.users_name", None),
        ("applied", None, "public.users_name", None),
        ("conflict", "differs", "public.users.users_email", reason),
    ]
    assert rows(database, INDEXES) == [(f"CREATE {EMAIL}",), (f"CREATE {NAME}",), DRIFTED[2]]
    left = rows(database, "SELECT object, attribute, status FROM guarded.diff(%s, true)", spec)
    assert left == [("public.users.users_email", "definition", "differs")]
    # What was undone is not in the journal.
    journal = rows(database, "SELECT status, object FROM guarded.journal WHERE status = 'failed'")
    assert journal == []


def test_what_was_undone_does_not_fail_the_commit(drifted):
    database, spec = drifted
    with psycopg.connect(dbname=database) as connection:
        connection.execute("SET LOCAL guarded.policy = collect")
        connection.execute("SET LOCAL client_min_messages = error")
        connection.execute(REPAIR, (spec,))
        report = connection.execute("SELECT status, rolled_back FROM guarded.report() WHERE status = 'failed'").fetchall()
    assert report == [("failed", True)]
    assert rows(database, INDEXES)[1] == (f"CREATE {NAME}",)


def test_under_strict_nothing_is_done(drifted):
    database, spec = drifted
    with psycopg.connect(dbname=database) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("SET LOCAL guarded.policy = strict")
        connection.execute(REPAIR, (spec,))
    assert rows(database, INDEXES) == DRIFTED


def test_a_dry_run_tells_the_whole_plan(drifted):
    database, spec = drifted
    with psycopg.connect(dbname=database) as connection:
        connection.execute("DROP VIEW public.names; DROP TABLE public.users CASCADE")
    with psycopg.connect(dbname=database) as connection:
        connection.execute("SET LOCAL guarded.dry_run = on")
        found = connection.execute(REPAIR, (spec,)).fetchall()
    # Of what rests on something that is to be made, too.
    objects = ["public.users", "public.names", "public.users.users_pkey", "public.users_email", "public.users_name"]
    assert found == [("planned", None, name, None) for name in objects]
    assert rows(database, INDEXES) == []


@pytest.mark.parametrize("format", ["sql", "guarded"])
def test_a_script_undoes_everything(drifted, format):
    database, spec = drifted
    script = value(database, "SELECT guarded.repair_script(%s, %s)", spec, format)
    # As somebody runs it who does not ask psql to stop.
    command = ["psql", "--no-psqlrc", "--quiet", database]
    done = subprocess.run(command, input=script, capture_output=True, text=True)
    assert 'could not create unique index "users_email"' in done.stderr
    if format == "guarded":
        assert "table public.users is missing index: users_email" in done.stderr
    assert rows(database, INDEXES) == DRIFTED


def test_a_script_of_guarded_calls_commits_what_is_there_again(drifted):
    database, spec = drifted
    with psycopg.connect(dbname=database) as connection:
        connection.execute("DELETE FROM public.users WHERE id = 2")
    script = value(database, "SELECT guarded.repair_script(%s, 'guarded')", spec)
    assert script.count("guarded.require(") == 1
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", database], input=script, check=True, text=True, capture_output=True)
    assert rows(database, INDEXES) == [(f"CREATE {NAME}",), (f"CREATE UNIQUE {EMAIL}",), DRIFTED[2]]
    assert rows(database, "SELECT * FROM guarded.diff(%s, true)", spec) == []


def test_what_would_mean_something_else_is_not_made_anew(guarded_database):
    database = guarded_database("""
        CREATE SCHEMA other;
        CREATE FUNCTION other.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'another one' $$;
        CREATE TABLE public.users (id int, name varchar(10));
        CREATE VIEW public.lowered AS SELECT lower(name) AS name FROM public.users""")
    query = "SELECT replace(pg_get_viewdef('public.lowered'), 'users.', '')"
    before = value(database, query)
    spec = '{"guarded_spec": 1, "search_path": "%s", "tables": {"public.users": {"columns": {"name": "text"}}}}'
    typed = "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'name'"
    ((status, _, _, why),) = rows(database, REPAIR, spec % "other, pg_catalog, public")
    assert status == "conflict" and "view public.lowered would mean something else along the search_path" in why
    assert value(database, typed) == "character varying(10)"
    assert {row[0] for row in rows(database, REPAIR, spec % "public, other")} == {"applied"}
    assert value(database, typed) == "text"
    assert value(database, query) == before.replace("(name)::text", "name")


def test_a_default_that_cannot_be_set_again_is_not_taken_away(guarded_database):
    database = guarded_database("""
        CREATE FUNCTION public.next() RETURNS int LANGUAGE sql AS 'SELECT 7';
        CREATE TABLE public.users (id int DEFAULT public.next())""")
    other = "CREATE FUNCTION public.next() RETURNS date LANGUAGE sql AS 'SELECT current_date'"
    spec = {"guarded_spec": 1, "functions": {"next()": other}}
    ((status, _, name, why),) = rows(database, REPAIR, json.dumps(spec))
    assert (status, name) == ("conflict", "public.next()")
    assert why.endswith('column "id" is of type integer but default expression is of type date')
    assert value(database, "INSERT INTO public.users DEFAULT VALUES RETURNING id") == 7


def test_a_partition_that_cannot_be_attached_again_stays(guarded_database):
    database = guarded_database("""
        CREATE TABLE public.events (id int) PARTITION BY RANGE (id);
        CREATE TABLE public.first PARTITION OF public.events FOR VALUES FROM (1) TO (4)""")
    spec = value(database, "SELECT guarded.snapshot()::text")
    with psycopg.connect(dbname=database) as connection:
        connection.execute("""
            ALTER TABLE public.events DETACH PARTITION public.first;
            ALTER TABLE public.events ATTACH PARTITION public.first FOR VALUES FROM (1) TO (9);
            INSERT INTO public.events VALUES (5)""")
    ((status, _, name, why),) = rows(database, REPAIR, spec)
    assert (status, name) == ("conflict", "public.first")
    assert why.endswith('partition constraint of relation "first" is violated by some row')
    assert value(database, "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'first'") == "FOR VALUES FROM (1) TO (9)"
    assert value(database, "SELECT tableoid::regclass::text FROM public.events") == "first"
