"""Specs that nobody means well, or that are as large and odd as JSON and SQL allow.

A spec is text from somewhere. It is refused with SQLSTATE 22023 and the path of what is wrong, or it is valid; it never ends the
session, and a piece of SQL in it never does anything but what stands under its name.
"""

import ast
import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from itertools import product
from pathlib import Path

import psycopg
import pytest
from psycopg import errors, sql
from revisions import Project
from sessions import in_thread

# Some minutes in a build for development.
pytestmark = pytest.mark.skipif("LONG" not in os.environ, reason="make test-long")

SPEC = Path(__file__).parents[1] / "spec"
TABLES = """
    CREATE TABLE users (id int PRIMARY KEY, email text, age int);
    INSERT INTO users VALUES (1, NULL, NULL);
    CREATE TABLE secret (x int, y text DEFAULT 'hidden');
    INSERT INTO secret VALUES (1, 'one');
    CREATE INDEX secret_x ON secret (x);
    CREATE VIEW seen AS SELECT id FROM users;
    -- What it counts stays when everything else is rolled back.
    CREATE SEQUENCE ran;
    CREATE FUNCTION canary() RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''public.ran''); RETURN 1; END';
"""
LOOKS = {
    "check": "SELECT count(*) FROM guarded.check(%s::jsonb)",
    "diff": "SELECT count(*) FROM guarded.diff(%s::jsonb, true)",
    "sql": "SELECT guarded.repair_script(%s::jsonb, 'sql', '{drop,lossy}')",
    "guarded": "SELECT guarded.repair_script(%s::jsonb, 'guarded', '{drop,lossy}')",
    "alembic": "SELECT guarded.repair_script(%s::jsonb, 'alembic', '{drop,lossy}')",
}
SCRIPTS = ("sql", "guarded", "alembic")
REPAIR = "SELECT status, reason, object, message FROM guarded.repair(%s::jsonb, '{drop,lossy}')"
CALLS = {**LOOKS, "require": "SELECT guarded.require(%s::jsonb)", "repair": REPAIR}
INVALID = errors.InvalidParameterValue


@pytest.fixture
def database(guarded_database) -> str:
    return guarded_database(TABLES)


@pytest.fixture
def session(database) -> Iterator[psycopg.Connection]:
    with connect(database) as connection:
        yield connection


def connect(database: str, options: str = "", **more) -> psycopg.Connection:
    quiet = f"-c statement_timeout=60s -c client_min_messages=error {options}"
    return psycopg.connect(dbname=database, autocommit=True, options=quiet, **more)


def ask(connection: psycopg.Connection, call: str, spec: dict | str) -> list[tuple]:
    text = spec if isinstance(spec, str) else json.dumps(spec)
    return connection.execute(CALLS[call], (text,)).fetchall()


def value(connection: psycopg.Connection, call: str, spec: dict | str) -> str:
    ((found,),) = ask(connection, call, spec)
    return found


def snapshot(connection: psycopg.Connection) -> str:
    return connection.execute("SELECT guarded.snapshot()::text").fetchone()[0]


def state(connection: psycopg.Connection) -> tuple:
    """All there is, and the rows of the tables."""
    secret = connection.execute("SELECT array_agg(s) FROM secret s").fetchone()
    users = connection.execute("SELECT array_agg(u) FROM users u").fetchone()
    return snapshot(connection), secret, users


def forget(connection: psycopg.Connection) -> None:
    connection.execute("ALTER SEQUENCE ran RESTART")


def has_run(connection: psycopg.Connection) -> bool:
    """Whether the canary was called: also by the planner, which wants to know what an immutable function in an index returns."""
    return connection.execute("SELECT is_called FROM ran").fetchone()[0]


def full(**sections) -> dict:
    return {"guarded_spec": 1, **sections}


def problem(error: psycopg.Error) -> str:
    return error.diag.message_primary


# --- values of another type ---

OTHERS = [None, True, 7, "text", [], ["text"], {}, {"text": "text"}, [[[]]], -1.5]
# Under these keys stand names, or pairs of them and values.
NAMED = {
    "schemas", "extensions", "enums", "domains", "composite_types", "sequences", "functions", "procedures", "tables",
    "views", "materialized_views", "constraints", "indexes", "statistics", "triggers", "policies", "options",
    "column_comments", "column_defaults",
}  # fmt: skip


def places(value, path: tuple = ()) -> Iterator[tuple]:
    """The paths of all values."""
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


def sort_of(path: tuple) -> tuple:
    """What a place is like, whatever the names and numbers in it."""
    return tuple("*" if i and (path[i - 1] in NAMED or isinstance(key, int)) else key for i, key in enumerate(path))


def one_of_each(spec: dict) -> list[tuple[dict, tuple]]:
    """A place of each sort, in a spec that has nothing but the object it is in."""
    found: dict[tuple, tuple[dict, tuple]] = {}
    for path in places(spec):
        inner = deepcopy(spec)
        if len(path) > 1 and path[0] in NAMED:
            inner = full(search_path=spec["search_path"], **{path[0]: {path[1]: deepcopy(spec[path[0]][path[1]])}})
        found.setdefault(sort_of(path), (inner, path))
    return list(found.values())


def replaced(spec: dict, path: tuple, value) -> dict:
    if not path:
        return value
    spec = deepcopy(spec)
    *outer, last = path
    inner = spec
    for key in outer:
        inner = inner[key]
    inner[last] = value
    return spec


def written(path: tuple) -> str:
    """As the errors write a path."""
    return "$" + "".join(step(key) for key in path)


def step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if re.fullmatch(r"\w+", key) else f".{json.dumps(key, ensure_ascii=False)}"


def test_every_value_of_another_type_is_valid_or_refused_with_its_path(new_database, session):
    original = new_database()
    subprocess.run(["psql", "-Xq", "-f", SPEC / "every_kind.sql", original], check=True, capture_output=True)
    with connect(original) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS guarded_ddl")
        spec = json.loads(snapshot(connection))
    before, accepted, refused = state(session), 0, 0
    for (inner, path), other in product(one_of_each(spec), OTHERS):
        case = replaced(inner, path, other)
        try:
            for call in ("check", "sql"):
                ask(session, call, json.dumps(case))
            accepted += 1
        except INVALID as error:
            refused += 1
            where = problem(error)
            # What is well-formed may be wrong SQL, which is said of the object.
            of_object = re.match(r"invalid spec at \w+ ", where) and call == "sql"
            # What must not be null is missing from what it stands in.
            outer = other is None and where.startswith(f"invalid spec at {written(path[:-1])}: it has no ")
            assert of_object or outer or where.startswith(f"invalid spec at {written(path)}"), (where, path, case)
        except psycopg.Error as error:
            pytest.fail(f"{error.sqlstate} {problem(error)}: {call} of {json.dumps(case)}, {path}")
    assert accepted > 300 and refused > 1500
    assert state(session) == before


# --- sizes ---


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("deep", ['{"a":' * 5000 + "1" + "}" * 5000, "[" * 5000 + "]" * 5000, '{"users":' + "[" * 200 + "]" * 200 + "}"])
def test_deep_nesting(session, call, deep):
    with pytest.raises(INVALID, match="it is nested too deeply|expected an object"):
        ask(session, call, deep)
    assert session.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("number", ["1e400", "-1e400", str(2**70), str(2**63), "1.5", "1e-400", "123456789012345678901234567890"])
def test_numbers_out_of_range(session, number):
    for spec, path in (
        (f'{{"guarded_spec": 1, "sequences": {{"s": {{"type": "bigint", "start": {number}}}}}}}', "$.sequences.s.start"),
        (f'{{"users": [{{"name": "id", "statistics": {number}}}]}}', "$.users[0].statistics"),
    ):
        for call in CALLS:
            with pytest.raises(INVALID) as refused:
                ask(session, call, spec)
            assert problem(refused.value).startswith(f"invalid spec at {path}: ")
    with pytest.raises(INVALID, match="is not known"):
        ask(session, "check", f'{{"guarded_spec": {2**63}}}')


def test_numbers_that_are_no_values_for_the_server(session):
    """A sequence counts with int8, but has more to say about it; so has a column about statistics."""
    before = state(session)
    for entry in {"increment": 0}, {"minimum": 5, "maximum": 1}, {"type": "smallint", "maximum": 70000}, {"cache": -(2**63)}:
        spec = full(sequences={"made": {"type": "bigint", **entry}})
        assert ask(session, "check", spec) == [(1,)]
        assert [row[0] for row in ask(session, "repair", spec)] == ["failed", "conflict"]
    spec = {"users": {"columns": {"email": {"statistics": 2**40}}}}
    with pytest.raises(INVALID, match="invalid spec at column public.users.email: "):
        ask(session, "repair", spec)
    assert state(session) == before


@pytest.mark.parametrize("call", [*LOOKS, "require"])
def test_a_huge_string(session, call):
    """Of 100 MB where it is only looked at, as any in this build takes long."""
    size = 100_000_000 if call == "check" else 5_000_000
    spec = {"users": {"comment": "x" * size, "columns": ["id"]}}
    if call == "require":
        with pytest.raises(errors.ObjectNotInPrerequisiteState, match="table public.users: comment is none"):
            ask(session, call, spec)
    else:
        assert ask(session, call, spec)
    with pytest.raises(INVALID, match="…") as refused:
        ask(session, call, {"x" * 5_000_000: ["id"], "y" * 5_000_000: ["id"]})
    assert len(problem(refused.value)) < 1000
    assert session.execute("SELECT 1").fetchone() == (1,)


def test_many_keys(session):
    """Tens of thousands of each sort; a million of tables takes half a minute in this build."""
    many = range(50_000)
    spec = {
        "users": [f"c{i}" for i in many],
        **{f"t{i}": ["id"] for i in many},
        "secret": {"constraints": {f"c{i}": "CHECK (true)" for i in many}, "optional": [f"c{i}" for i in many]},
    }
    assert ask(session, "check", spec) == [(4 * 50_000,)]
    assert len(value(session, "sql", spec)) > 1_000_000
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as unmet:
        ask(session, "require", spec)
    assert len(json.loads(unmet.value.diag.message_detail)) == 3 * 50_000
    # The comment is all that can be made.
    rows = ask(session, "repair", {f"t{i}": ["id"] for i in many} | {"users": {"comment": "seen"}})
    assert len(rows) == 50_001 and rows[0][0] == "applied"


# --- SQL where it does not belong ---


def column(**attributes) -> dict:
    return {"users": {"columns": {"made": {"type": "int", **attributes}}}}


def of_users(**parts) -> dict:
    return {"users": parts}


TAILS = [
    ", DROP COLUMN age",
    "; DROP TABLE secret",
    "; DROP TABLE secret; --",
    ") ; DROP TABLE secret; --",
    ", ADD COLUMN evil int",
    " --",
    " /* open",
    "\nDROP TABLE secret",
    ") --",
    "$$; DROP TABLE secret; $$",
    "'; DROP TABLE secret; --",
    '"; DROP TABLE secret; --',
    "\\'; DROP TABLE secret; --",
]
# What may stand there, and where.
PIECES = {
    "int": [
        lambda text: column(type=text),
        lambda text: {"users": {"columns": {"age": text}}},
        lambda text: {"made": [{"name": "id", "type": text}]},
        lambda text: full(domains={"made": text}),
        lambda text: full(composite_types={"made": {"attributes": [{"name": "a", "type": text}]}}),
        lambda text: full(sequences={"made": text}),
    ],
    '"C"': [
        lambda text: {"users": {"columns": {"email": {"collation": text}}}},
        lambda text: column(type="text", collation=text),
        lambda text: {"made": [{"name": "id", "type": "text", "collation": text}]},
        lambda text: full(domains={"made": {"type": "text", "collation": text}}),
    ],
    "canary()": [
        lambda text: column(default=text),
        lambda text: {"users": {"columns": {"age": {"default": text}}}},
        lambda text: {"made": [{"name": "id", "type": "int", "default": text}]},
        lambda text: column(generated=text),
        lambda text: full(domains={"made": {"type": "int", "default": text}}),
        lambda text: full(views={"seen": {"column_defaults": {"id": text}}}),
        lambda text: of_users(policies={"made": {"using": text}}),
        lambda text: of_users(policies={"made": {"command": "insert", "with_check": text}}),
    ],
    "CHECK (canary() > 0)": [
        lambda text: of_users(constraints={"made": text}),
        lambda text: {"made": {"columns": {"id": "int"}, "constraints": {"made": {"kind": "check", "definition": text}}}},
    ],
    "CHECK (VALUE > canary())": [lambda text: full(domains={"made": {"type": "int", "constraints": {"made": text}}})],
    "LIST (id)": [lambda text: {"made": {"columns": {"id": "int"}, "partition_by": text}}],
    "FOR VALUES IN (1)": [lambda text: {"made": {"partition_of": ["public", "users"], "bound": text}}],
    "SELECT": [lambda text: of_users(grants=[{"role": "public", "privilege": text}])],
    "1": [lambda text: {"users": {"columns": {"age": {"options": {"n_distinct": text}}}}}],
    "CREATE INDEX made ON users (id)": [lambda text: of_users(indexes={"made": text})],
    "CREATE STATISTICS made ON id, age FROM users": [lambda text: of_users(statistics={"made": text})],
    "CREATE FUNCTION made() RETURNS int LANGUAGE sql AS 'SELECT 1'": [lambda text: full(functions={"made()": text})],
    "CREATE PROCEDURE made() LANGUAGE sql AS 'SELECT 1'": [lambda text: full(procedures={"made()": text})],
    "SELECT canary() AS id": [
        lambda text: full(views={"made": text}),
        lambda text: full(views={"seen": text}),
        lambda text: full(materialized_views={"made": text}),
    ],
}
# A comment at the end of a whole statement is one, and nothing else.
WHOLE = ("CREATE ", "SELECT canary")
SMUGGLED = [
    make(piece + tail)
    for piece, makers in PIECES.items()
    for make, tail in product(makers, TAILS)
    if not (piece.startswith(WHOLE) and tail == " --")
]

OF_SOMETHING_ELSE = [
    of_users(indexes={"made": "CREATE INDEX made ON secret (x)"}),
    of_users(indexes={"made": "CREATE INDEX made ON elsewhere.users (id)"}),
    of_users(indexes={"made": "CREATE INDEX other ON users (id)"}),
    of_users(indexes={"made": "CREATE INDEX ON users (id)"}),
    of_users(indexes={"made": "CREATE INDEX CONCURRENTLY made ON users (id)"}),
    of_users(indexes={"made": "ALTER INDEX secret_x RENAME TO made"}),
    of_users(indexes={"made": "DROP TABLE secret"}),
    of_users(indexes={"made": "DROP INDEX secret_x"}),
    of_users(indexes={"made": ""}),
    of_users(statistics={"made": "CREATE STATISTICS made ON x, y FROM secret"}),
    of_users(statistics={"made": "CREATE STATISTICS elsewhere.made ON id, age FROM users"}),
    of_users(triggers={"made": "CREATE TRIGGER made BEFORE INSERT ON secret EXECUTE FUNCTION f()"}),
    of_users(triggers={"made": "CREATE EVENT TRIGGER made ON ddl_command_start EXECUTE FUNCTION f()"}),
    of_users(triggers={"made": "CREATE RULE made AS ON INSERT TO users DO INSTEAD DELETE FROM secret"}),
    of_users(constraints={"made": "UNIQUE USING INDEX secret_x"}),
    of_users(constraints={"made": "PRIMARY KEY USING INDEX users_pkey"}),
    full(functions={"made()": "CREATE FUNCTION other() RETURNS int LANGUAGE sql AS 'SELECT 1'"}),
    full(functions={"made()": "CREATE FUNCTION elsewhere.made() RETURNS int LANGUAGE sql AS 'SELECT 1'"}),
    full(functions={"made()": "CREATE FUNCTION made(int) RETURNS int LANGUAGE sql AS 'SELECT 1'"}),
    full(functions={"made(integer)": "CREATE FUNCTION made(a text) RETURNS int LANGUAGE sql AS 'SELECT 1'"}),
    full(functions={"canary()": "CREATE OR REPLACE PROCEDURE canary() LANGUAGE sql AS 'DELETE FROM secret'"}),
    full(functions={"made()": "DO 'BEGIN DELETE FROM secret; END'"}),
    full(procedures={"made()": "CREATE FUNCTION made() RETURNS int LANGUAGE sql AS 'SELECT 1'"}),
    full(procedures={"made()": "CALL made()"}),
    full(views={"made": "DELETE FROM secret RETURNING x"}),
    full(materialized_views={"made": "EXECUTE evil"}),
]


# What is one statement of the right kind, and is refused by the server when it runs.
REFUSED_LATER = [
    full(views={"made": "SELECT 1 INTO evil"}),
    full(views={"made": "WITH gone AS (DELETE FROM secret RETURNING x) SELECT * FROM gone"}),
    full(materialized_views={"made": "WITH gone AS (DELETE FROM secret RETURNING x) SELECT * FROM gone"}),
    full(materialized_views={"made": "SELECT 1 INTO evil"}),
]


def test_smuggled_sql_is_refused(session):
    session.execute("CREATE SCHEMA elsewhere")
    before = state(session)
    for spec in [*SMUGGLED, *OF_SOMETHING_ELSE]:
        for call in "sql", "repair":
            with pytest.raises(INVALID):
                ask(session, call, spec)
                pytest.fail(f"not refused: {spec}")
        for call in "check", "diff":
            try:
                assert ask(session, call, spec) != [(0,)]
            except INVALID:
                pass
    assert state(session) == before


@pytest.mark.parametrize("spec", REFUSED_LATER)
def test_what_only_the_server_refuses(session, spec):
    before = state(session)
    assert [row[0] for row in ask(session, "repair", spec)] == ["failed", "conflict"]
    assert state(session) == before


def test_a_piece_of_sql_with_a_semicolon_in_it(session):
    """It is data, and nothing is wrong with it."""
    spec = of_users(
        comment="'; DROP TABLE secret; --",
        columns={"email": {"default": "'; DROP TABLE secret; --'::text", "comment": "$$; DROP TABLE secret; --"}},
        constraints={"made": "CHECK (email <> '; DROP TABLE secret; --')"},
        policies={"made": {"using": "email <> '); DROP TABLE secret; --'"}},
    )
    assert {row[0] for row in ask(session, "repair", spec)} == {"applied"}
    assert ask(session, "diff", full(**{"tables": spec})) != [(0,)]
    assert ask(session, "check", spec) == [(0,)]
    assert session.execute("SELECT count(*) FROM secret").fetchone() == (1,)


PATHS = ["public;DROP/**/TABLE/**/secret", "public,$$,';DROP/**/TABLE/**/secret;--", 'public,"x"";DROP TABLE secret;--"', "public,\\,:x,%s"]


@pytest.mark.parametrize("path", PATHS)
def test_a_search_path_is_data(session, database, path, tmp_path):
    """For the server these are lists of names."""
    spec = full(search_path=path, tables={"made": [{"name": "id", "type": "int"}]})
    for how in "sql", "guarded", "alembic", "offline":
        script = value(session, "alembic" if how == "offline" else how, spec)
        if how in ("alembic", "offline"):
            assert len(only_executes(script)) == 8
        RUNS[how](database, script, tmp_path / how)
        session.execute("DROP TABLE made; SELECT x FROM secret")


# --- what looks does not run ---

CALLING = full(
    domains={"by_canary": {"type": "int", "default": "canary()", "constraints": {"c": "CHECK (VALUE > canary())"}}},
    functions={"made(integer)": "CREATE FUNCTION public.made(a int DEFAULT canary()) RETURNS int LANGUAGE sql RETURN canary() + a"},
    tables={
        "users": {
            "columns": {
                "id": "int4",
                "age": {"type": "integer", "default": "canary()"},
                "doubled": {"type": "int", "generated": "canary() * id"},
            },
            "constraints": {"c": "CHECK (canary() > 0)", "old": "CHECK (canary() + 0 > 0)"},
            "indexes": {
                "by_canary": "CREATE INDEX by_canary ON public.users ((canary() + id))",
                "old_index": "CREATE INDEX old_index ON public.users ((canary() - id)) WHERE canary() = 1",
            },
            "policies": {"p": {"using": "canary() = 1"}, "old_policy": {"using": "canary() + 0 = 1"}},
        }
    },
    views={"made": "SELECT canary() AS one", "old_view": {"definition": "SELECT canary() + 0 AS one"}},
    materialized_views={"stored": "SELECT canary() AS one", "old_stored": "SELECT canary() + 0 AS one"},
)
# The same things, written otherwise: each text has to be asked for.
OLD = """
    CREATE DOMAIN by_canary AS int DEFAULT (canary() + 0) CONSTRAINT c CHECK (VALUE > (canary() + 0));
    CREATE FUNCTION made(a int DEFAULT canary() + 0) RETURNS int LANGUAGE sql RETURN a + canary();
    ALTER TABLE users ALTER age SET DEFAULT canary() + 0, ADD CONSTRAINT old CHECK (canary() > 0);
    CREATE INDEX old_index ON users ((canary() + id)) WHERE canary() > 0;
    CREATE POLICY old_policy ON users USING (canary() = 1);
    CREATE VIEW old_view AS SELECT canary() AS one;
    CREATE MATERIALIZED VIEW old_stored AS SELECT canary() AS one WITH NO DATA;
"""


@pytest.mark.parametrize("old", ["", OLD])
def test_looking_runs_no_function(session, old):
    session.execute(old)
    before = state(session)
    forget(session)
    for call in LOOKS:
        assert ask(session, call, CALLING)
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        ask(session, "require", CALLING)
    session.execute("SET guarded.dry_run = on")
    ask(session, "repair", CALLING)
    snapshot(session)
    assert not has_run(session)
    assert state(session) == before
    session.execute("SELECT canary()")
    assert has_run(session)


# Found before what has these names, by whoever has this schema first in the search_path.
EVIL = """
    CREATE SCHEMA evil;
    CREATE FUNCTION evil.told(a anyelement, b anyelement) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_catalog.nextval(''public.ran''); RETURN false; END';
    CREATE OPERATOR evil.= (FUNCTION = evil.told, LEFTARG = anyelement, RIGHTARG = anyelement);
    CREATE OPERATOR evil.<> (FUNCTION = evil.told, LEFTARG = anyelement, RIGHTARG = anyelement);
    CREATE OPERATOR evil.> (FUNCTION = evil.told, LEFTARG = anyelement, RIGHTARG = anyelement);
    CREATE OPERATOR evil.~ (FUNCTION = evil.told, LEFTARG = anyelement, RIGHTARG = anyelement);
    CREATE OPERATOR evil.!~ (FUNCTION = evil.told, LEFTARG = anyelement, RIGHTARG = anyelement);
    CREATE DOMAIN evil.text AS pg_catalog.text CHECK (public.canary() > 0);
    CREATE DOMAIN evil.int4 AS pg_catalog.int4 CHECK (public.canary() > 0);
    CREATE DOMAIN evil.name AS pg_catalog.name CHECK (public.canary() > 0);
    CREATE DOMAIN evil.oid AS pg_catalog.oid CHECK (public.canary() > 0);
    CREATE DOMAIN evil.regclass AS pg_catalog.regclass CHECK (public.canary() > 0);
    CREATE DOMAIN evil.json AS pg_catalog.json CHECK (public.canary() > 0);
    CREATE VIEW evil.pg_class AS SELECT public.canary() AS oid;
    CREATE VIEW evil.pg_namespace AS SELECT public.canary() AS oid;
    CREATE VIEW evil.pg_depend AS SELECT public.canary() AS oid;
    DO $do$
    DECLARE
        shape record;
        body text := 'BEGIN PERFORM pg_catalog.nextval(''public.ran''); RETURN NULL; END';
    BEGIN
        -- What a snapshot may call, with the arguments it has.
        FOR shape IN
            SELECT DISTINCT p.proname, pg_get_function_identity_arguments(p.oid) AS arguments, format_type(p.prorettype, NULL) AS result
            FROM pg_proc p
            WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND NOT p.proretset AND p.provariadic = 0
              AND p.prorettype NOT IN ('internal'::regtype, 'cstring'::regtype, 'trigger'::regtype, 'event_trigger'::regtype)
              AND p.proname ~ '^(pg_get_|format_type|quote_|to_json|json_|jsonb_|rtrim|starts_with|lower|upper|acldefault|length)'
              AND p.proargnames IS NULL
              AND NOT ('internal'::regtype = ANY (p.proargtypes::oid[]) OR 'cstring'::regtype = ANY (p.proargtypes::oid[]))
        LOOP
            EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s IMMUTABLE LANGUAGE plpgsql AS %L',
                shape.proname, shape.arguments, shape.result, body);
        END LOOP;
    END $do$;
"""


def test_a_hostile_search_path_changes_nothing_and_runs_nothing(session, database):
    """What could run is in the way of every name: first what a session has, then what a spec says."""
    session.execute(OLD)
    spec = json.loads(snapshot(session))
    session.execute(EVIL)
    assert session.execute("SELECT count(*) FROM pg_proc WHERE pronamespace = 'evil'::regnamespace").fetchone()[0] > 60
    forget(session)
    for path in "evil,pg_catalog,public", "evil,public,pg_catalog,pg_temp":
        with connect(database, f"-c search_path={path}") as hostile:
            taken = hostile.execute("SELECT guarded.snapshot('{public}')::pg_catalog.text").fetchone()[0]
            assert json.loads(taken) == spec
            for call in "check", "diff":
                assert hostile.execute(CALLS[call].replace("jsonb", "pg_catalog.jsonb"), (taken,)).fetchone() == (0,)
            for call in LOOKS:
                assert hostile.execute(CALLS[call].replace("jsonb", "pg_catalog.jsonb"), (json.dumps(CALLING),)).fetchone()
    for call in LOOKS:
        assert ask(session, call, spec | {"search_path": "evil, pg_catalog, public"})
        assert ask(session, call, CALLING | {"search_path": "evil, pg_catalog, public"})
    assert not has_run(session)


# --- names, and scripts of them ---

NAMES = [
    'quo"te', '""', "'", "''", "dot.dot", ".", "new\nline", "carriage\rreturn", "tab\tulator", "--", "-- x", "*/", "/*", "$$",
    "$guarded$", "x$guarded", "$guarded", '"""', '""""', "'''", '\\', "\\\\", '\\"', "\\n", "\\:x", ":", ":name", ":'name'", "::int", "a:b",
    "%", "%s", "%(name)s", "%%", "{name}", "100% :ready", "; DROP TABLE secret; --", "\n; DROP TABLE secret; --", "\n\\! touch hacked",
    "\\q", "\U0001f99e", "größe", "क:कि:", "\u2028", "\x0c", "\x7f", "select", "Upper Case", " ", " x", "(", ")", "f(int)", "[0]",
    "a" * 63, "ü" * 31, "\n\"\"\"\nimport os", "#", "\r\nDROP TABLE secret;", "\N{BYTE ORDER MARK}", "E'x'", "null", "guarded_spec",
]  # fmt: skip
TOO_LONG = ["a" * 64, "ü" * 32, "\U0001f99e" * 16]


def identifiers(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*(sql.Identifier(name) for name in names), name=sql.Literal(names[0]))


def make_of_names(connection: psycopg.Connection) -> None:
    """Everything that has a name, with each of them, and as a text wherever there is one."""
    for number, name in enumerate(NAMES):
        schema = f"s{number}" if name.startswith("pg_") else name
        connection.execute(identifiers("CREATE SCHEMA {}", schema))
        for text in (
            "CREATE TYPE {0}.{1} AS ENUM ({name}, 'plain')",
            "CREATE FUNCTION {0}.{1}({1} text) RETURNS text LANGUAGE sql AS $_$ SELECT {name} || $1 $_$",
            "CREATE SEQUENCE {0}.{2}",
            """CREATE TABLE {0}.{3} (
                {1} int CONSTRAINT {1} PRIMARY KEY,
                said text DEFAULT {name} CONSTRAINT {2} CHECK (said <> {name}),
                kind {0}.{1} DEFAULT {name},
                twice text GENERATED ALWAYS AS (said || {name}) STORED
            )""",
            "CREATE INDEX {4} ON {0}.{3} ({1}, (said || {name})) WHERE said <> {name}",
            "CREATE POLICY {1} ON {0}.{3} USING (said <> {name})",
            "CREATE VIEW {0}.{5} AS SELECT {1}, {name} AS {2} FROM {0}.{3}",
            "COMMENT ON TABLE {0}.{3} IS {name}",
            "COMMENT ON COLUMN {0}.{3}.{1} IS {name}",
        ):
            # The name itself, and others that cannot be the same and are not too long.
            short = name if len(name.encode()) < 60 else name[:20]
            connection.execute(identifiers(text, schema, name, f"{short}2", f"{short}3", f"{short}4", f"{short}5"))


@pytest.fixture
def named(guarded_database) -> Callable[[], tuple[str, str]]:
    """A database with all names, and its spec."""
    name = guarded_database("CREATE SCHEMA first")
    with connect(name) as connection:
        make_of_names(connection)
        return snapshot(connection)


def run_psql(database: str, script: str, _: Path) -> None:
    command = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", database]
    done = subprocess.run(command, input=script.encode(), capture_output=True)
    assert done.returncode == 0 and b"failed" not in done.stdout, done.stderr.decode()[-2000:]


def project(database: str, script: str, directory: Path) -> Project:
    assert only_executes(script)
    made = Project(directory / "project", database)
    made.add("revision", script)
    return made


def run_alembic(database: str, script: str, directory: Path) -> None:
    project(database, script, directory).upgrade()
    drop_version(database)


def run_offline(database: str, script: str, directory: Path) -> None:
    """What Alembic prints has four spaces for each tab, whoever has written the statement."""
    run_psql(database, project(database, script, directory).script(), directory)
    drop_version(database)


def drop_version(database: str) -> None:
    with connect(database) as connection:
        connection.execute("DROP TABLE alembic_version")


RUNS = {"sql": run_psql, "guarded": run_psql, "alembic": run_alembic, "offline": run_offline}


@pytest.mark.parametrize("how", ["repair", *RUNS])
def test_any_name_may_stand_anywhere(named, guarded_database, how, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    spec = named.replace("\\t", " " * 4) if how == "offline" else named
    copy = guarded_database("CREATE TABLE public.secret ()")
    with connect(copy) as connection:
        if how == "repair":
            rows = connection.execute("SELECT status FROM guarded.repair(%s::jsonb)", (spec,)).fetchall()
            # The table that is beyond.
            assert set(rows) == {("applied",), ("conflict",)} and rows.count(("conflict",)) == 1
        else:
            form = "alembic" if how == "offline" else how
            script = connection.execute("SELECT guarded.repair_script(%s::jsonb, %s)", (spec, form)).fetchone()[0]
            RUNS[how](copy, script, tmp_path)
        assert connection.execute("SELECT to_regclass('public.secret') IS NOT NULL").fetchone() == (True,)
        connection.execute("DROP TABLE secret")
        assert ask(connection, "diff", spec) == [(0,)]
        assert json.loads(snapshot(connection)) == json.loads(spec)
    assert not (tmp_path / "hacked").exists()


def only_executes(script: str) -> list[str]:
    """The statements of a revision file, in which nothing else is done."""
    tree = ast.parse(script)
    names = [type(node).__name__ for node in tree.body]
    imports = [name for name in names if name == "ImportFrom"]
    assert names == ["Expr", *imports, *["Assign"] * 4, "FunctionDef", "FunctionDef"] and 1 <= len(imports) <= 2
    found: list[str] = []
    for function in tree.body[-2:]:
        for node in function.body:
            for inner in node.body if isinstance(node, ast.With) else [node]:
                if not isinstance(inner, ast.Pass):
                    found.append(executed(inner.value))
    return found


def executed(call: ast.Call) -> str:
    assert ast.unparse(call.func) == "op.execute" and len(call.args) == 1 and not call.keywords
    (argument,) = call.args
    if isinstance(argument, ast.Call):
        assert ast.unparse(argument.func) == "DDL" and len(argument.args) == 1
        return argument.args[0].value % {}
    return argument.value


@pytest.mark.parametrize("name", TOO_LONG)
def test_a_name_that_is_too_long_is_refused(session, name):
    for spec in ({name: ["id"]}, {"users": [name]}, {"users": {"constraints": {name: "CHECK (true)"}}}, {f"public.{name}": ["id"]}):
        for call in CALLS:
            with pytest.raises(INVALID, match="has 64 bytes; PostgreSQL keeps 63"):
                ask(session, call, spec)


@pytest.mark.parametrize("name", ["", ".", "a.", ".a", "a..b", "a.b.c", '"a', 'a"b', '""', '"a"b', "f(int", "a.b(c"])
def test_what_is_no_name_is_refused(session, name):
    for spec in ({name: ["id"]}, full(tables={name: {}}), full(functions={name: "CREATE FUNCTION f() RETURNS int AS ''"})):
        for call in "check", "sql":
            with pytest.raises(INVALID, match=re.escape(step(name))):
                ask(session, call, spec)


@pytest.mark.parametrize("text", NAMES)
def test_any_text_may_stand_in_a_revision_file(session, text):
    """Its message, its identifiers and what is left out are text, too."""
    spec = {"users": {"columns": {"age": {"not_null": True, "comment": text}, text or "x": None}}}
    query = "SELECT guarded.repair_script(%s::jsonb, 'alembic', NULL, %s, %s, %s)"
    script = session.execute(query, (json.dumps(spec), text, text, text)).fetchone()[0]
    tree = ast.parse(script)
    values = {node.targets[0].id: ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign)}
    assert values == {"revision": text, "down_revision": text, "branch_labels": None, "depends_on": None}
    assert ast.get_docstring(tree, clean=False) == f"{text}\n\nRevision ID: {text}\nRevises: {text}\n"
    literal = session.execute("SELECT quote_literal(%s)", (text,)).fetchone()[0].lstrip()
    assert f"COMMENT ON COLUMN public.users.age IS {literal}" in only_executes(script)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "id"])
def test_what_is_left_out_is_in_comments(session, database, name, tmp_path):
    """A name in them may have any number of lines."""
    session.execute(identifiers("ALTER TABLE users ADD COLUMN {0} int", name))
    spec = {"users": {"columns": {name: {"type": "smallint"}, f"{name[:15]}!": None}}}
    before = state(session)
    for form in "sql", "guarded":
        script = session.execute(f"SELECT guarded.repair_script(%s::jsonb, '{form}')", (json.dumps(spec),)).fetchone()[0]
        assert "values may be lost" in script
        run_psql(database, script, tmp_path)
    script = session.execute("SELECT guarded.repair_script(%s::jsonb, 'alembic')", (json.dumps(spec),)).fetchone()[0]
    assert only_executes(script) == []
    assert state(session) == before


# --- stopping, and who may look ---

BIG = """
    DO $$ BEGIN
        FOR i IN 1..600 LOOP
            EXECUTE format('CREATE TABLE t%1$s (id int PRIMARY KEY, a text DEFAULT ''x'', b numeric CHECK (b > 0), c int[])', i);
            EXECUTE format('CREATE INDEX ON t%1$s (a, b)', i);
        END LOOP;
    END $$;
"""


@pytest.fixture
def big(guarded_database) -> Iterator[psycopg.Connection]:
    with connect(guarded_database(BIG)) as connection:
        yield connection


def differing(spec: str) -> str:
    """Every table is another one: half of them are missing, the others differ."""
    spec = json.loads(spec)
    for number, (name, table) in enumerate(list(spec["tables"].items())):
        if number % 2:
            spec["tables"][f"{name}x"] = {"columns": spec["tables"].pop(name)["columns"]}
        else:
            table["columns"][1] |= {"default": "'y'::text", "comment": "other"}
            table["indexes"] = {}
    return json.dumps(spec)


def duration(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


@pytest.mark.parametrize("query", ["SELECT guarded.snapshot()", *CALLS.values()])
def test_a_statement_is_cancelled_at_once(big, query):
    before = snapshot(big)
    spec = differing(before)
    parameters = (spec,) if "%s" in query else ()
    with connect(big.info.dbname) as measured, measured.transaction(force_rollback=True):
        measured.execute("SET guarded.journal = off")
        try:
            took = duration(lambda: measured.execute(query, parameters))
        except errors.ObjectNotInPrerequisiteState:
            took = 1.0
    for part in 0.05, 0.2, 0.4, 0.6, 0.8, 0.95:
        # At any place: in SQL, in reading and comparing, and between statements.
        big.execute(f"SET statement_timeout = {int(took * part * 1000) + 1}")
        began = time.perf_counter()
        try:
            big.execute(query, parameters)
        except (errors.QueryCanceled, errors.ObjectNotInPrerequisiteState):
            pass
        assert time.perf_counter() - began < took * part + 1
        big.execute("SET statement_timeout = 0")
        if query == REPAIR:
            assert snapshot(big) == before


def test_a_large_spec_is_cancelled_at_once(session):
    spec = json.dumps({f"t{i}": ["id"] for i in range(200_000)})
    session.execute("SET statement_timeout = '2s'")
    for call in "check", "repair":
        began = time.perf_counter()
        with pytest.raises(errors.QueryCanceled):
            ask(session, call, spec)
        assert time.perf_counter() - began < 5
    session.execute("SET statement_timeout = 0")
    assert ask(session, "check", {"users": ["id"]}) == [(0,)]


def test_pg_cancel_backend_and_pg_terminate_backend(big):
    before = snapshot(big)
    spec = differing(before)
    for function in "pg_cancel_backend", "pg_terminate_backend":
        victim = connect(big.info.dbname)
        with in_thread(lambda: ask(victim, "repair", spec)) as result:
            time.sleep(1)
            big.execute(f"SELECT {function}(%s)", (victim.info.backend_pid,))
        (error,) = result
        assert isinstance(error, errors.QueryCanceled | errors.AdminShutdown)
        victim.close()
    assert snapshot(big) == before


def test_anybody_may_look_and_nobody_may_do_what_he_may_not(new_role, database, session):
    role = new_role()
    session.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC; ALTER TABLE users ENABLE ROW LEVEL SECURITY")
    spec = json.loads(snapshot(session))
    other = deepcopy(spec)
    other["tables"]["public.users"]["columns"][1]["default"] = "'x'::text"
    other["tables"]["public.users"]["columns"][2]["type"] = "bigint"
    other["tables"]["public.missing"] = {"columns": {"id": "integer"}}
    del other["tables"]["public.secret"]
    before = state(session)
    with connect(database, user=role) as stranger:
        assert json.loads(snapshot(stranger)) == spec
        for call in LOOKS:
            for what in spec, other:
                assert ask(stranger, call, what) == ask(session, call, what)
        rows = ask(stranger, "repair", other)
        assert [row[:2] for row in rows if row[0] != "conflict"] == [("failed", "insufficient_privilege")] * 4
    assert state(session) == before
