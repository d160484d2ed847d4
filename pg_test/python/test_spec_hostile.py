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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from itertools import product
from pathlib import Path

import psycopg
import pytest
from psycopg import errors, sql
from revisions import Project
from sessions import in_thread

# All of it takes some minutes in a build for development.
LONG = "LONG" in os.environ

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


def part(values: Iterable, one_in: int) -> list:
    """All of them, or one in so many: of what comes in turn each, if that is no divisor of how much it is."""
    return list(values)[:: 1 if LONG else one_in]


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
    for (inner, path), other in part(product(one_of_each(spec), OTHERS), 17):
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
    assert accepted > (300 if LONG else 15) and refused > (1500 if LONG else 75)
    assert state(session) == before


# --- sizes ---


DEEP = ['{"a":' * 5000 + "1" + "}" * 5000, "[" * 5000 + "]" * 5000, '{"users":' + "[" * 200 + "]" * 200 + "}"]


def test_deep_nesting(session):
    for call in CALLS:
        for deep in DEEP:
            with pytest.raises(INVALID, match="it is nested too deeply|expected an object"):
                ask(session, call, deep)
        # The server's limit for JSON, and its limits for expressions.
        with pytest.raises(errors.StatementTooComplex):
            ask(session, call, '{"users":' + "[" * 100_000 + "]" * 100_000 + "}")
        with pytest.raises(INVALID, match="memory exhausted"):
            ask(session, call, column(default="(" * 50_000 + "1" + ")" * 50_000))
        with pytest.raises(errors.StatementTooComplex):
            ask(session, call, {"users": {"columns": {"age": {"default": "1" + " + 1" * 50_000}}}})
        assert session.execute("SELECT 1").fetchone() == (1,)


NO_JSON = {
    '{"users": ["a\\u0000"]}': errors.UntranslatableCharacter,
    '{"\\u0000": ["id"]}': errors.UntranslatableCharacter,
    '{"users": ["\\ud800"]}': errors.InvalidTextRepresentation,
    '{"users": ["\\udc18\\ud83d"]}': errors.InvalidTextRepresentation,
    '{"users": [{"name": "id", "statistics": 1e999999}]}': errors.NumericValueOutOfRange,
    '{"users": ["id"]} {}': errors.InvalidTextRepresentation,
    "": errors.InvalidTextRepresentation,
}


def test_what_is_no_json_or_no_object(session):
    for text, error in NO_JSON.items():
        with pytest.raises(error):
            ask(session, "check", text)
    for text in "null", "1", "true", '"users"', "[]", '["users"]', '[{"users": ["id"]}]':
        for call in CALLS:
            with pytest.raises(INVALID, match=r"invalid spec at \$: expected an object, found "):
                ask(session, call, text)


NUMBERS = ["1e400", "-1e400", "1e131071", str(2**70), str(2**63), "1.5", "1e-400", "123456789012345678901234567890"]


def test_numbers_out_of_range(session):
    for number, call in product(NUMBERS, CALLS):
        for spec, path in (
            (f'{{"guarded_spec": 1, "sequences": {{"s": {{"type": "bigint", "start": {number}}}}}}}', "$.sequences.s.start"),
            (f'{{"users": [{{"name": "id", "statistics": {number}}}]}}', "$.users[0].statistics"),
        ):
            with pytest.raises(INVALID) as refused:
                ask(session, call, spec)
            assert problem(refused.value).startswith(f"invalid spec at {path}: ") and len(problem(refused.value)) < 1000
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


def test_a_huge_string(session):
    """Of 100 MB where it is only looked at, as any in this build takes long."""
    for call in [*LOOKS, "require"]:
        size = (100_000_000 if call == "check" else 5_000_000) // (1 if LONG else 20)
        spec = {"users": {"comment": "x" * size, "columns": ["id"]}}
        if call == "require":
            with pytest.raises(errors.ObjectNotInPrerequisiteState, match="table public.users: comment is none") as unmet:
                ask(session, call, spec)
            assert len(problem(unmet.value)) < 1000
        else:
            assert ask(session, call, spec)
        for spec in {"x" * size: ["id"], "y" * size: ["id"]}, full(search_path='"' + "x" * size):
            with pytest.raises(INVALID, match="…") as refused:
                ask(session, call, spec)
            assert len(problem(refused.value)) < 1000
    assert session.execute("SELECT 1").fetchone() == (1,)


def test_many_keys(session):
    """Tens of thousands of each sort; a million of tables takes half a minute in this build."""
    many = range(50_000 if LONG else 2_000)
    spec = {
        "users": [f"c{i}" for i in many],
        **{f"t{i}": ["id"] for i in many},
        "secret": {"constraints": {f"c{i}": "CHECK (true)" for i in many}, "optional": [f"c{i}" for i in many]},
    }
    assert ask(session, "check", spec) == [(4 * len(many),)]
    assert len(value(session, "sql", spec)) > 20 * len(many)
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as unmet:
        ask(session, "require", spec)
    entries = json.loads(unmet.value.diag.message_detail)
    more = entries.pop()["more"] if "more" in entries[-1] else 0
    assert len(entries) + more == 3 * len(many)
    # The comment is all that can be made.
    rows = ask(session, "repair", {f"t{i}": ["id"] for i in many} | {"users": {"comment": "seen"}})
    assert len(rows) == len(many) + 1 and rows[0][0] == "applied"


def unmet(session: psycopg.Connection, spec: dict) -> tuple[list[str], list[dict], str]:
    """The lines of the message, the list and the hint."""
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as raised:
        ask(session, "require", spec)
    said = raised.value.diag
    assert len(said.message_primary) < 100_000 and len(said.message_detail) < 1_000_100
    return said.message_primary.split("\n  - ")[1:], json.loads(said.message_detail), said.message_hint


def test_what_require_says_is_bounded(session):
    """50 names in a line, 50 lines, 1 MB of DETAIL: what is more is counted."""
    lines, entries, hint = unmet(session, {f"t{i:02}": None for i in range(50)})
    assert lines == ["missing tables: " + ", ".join(f"public.t{i:02}" for i in range(50))]
    assert len(entries) == 50 and "check" not in hint
    lines, entries, hint = unmet(session, {f"t{i:02}": None for i in range(52)} | {"users": {"columns": {"id": "text"}}})
    assert lines[0].endswith(", public.t49 and 2 more")
    assert lines[1:] == ["column public.users.id: type is integer, should be text"]
    assert len(entries) == 53 and "guarded.check('{" in hint
    session.execute("DO $$ BEGIN FOR i IN 1..60 LOOP EXECUTE format('CREATE TABLE t%s ()', i); END LOOP; END $$")
    lines, entries, hint = unmet(session, {f"t{i}": ["a", "b", "c"] for i in range(1, 61)})
    assert len(lines) == 51 and lines[-1] == "and 30 more"
    assert len(entries) == 180 and "guarded.check(…the same in a spec…)" in hint
    lines, entries, hint = unmet(session, {f"x{i}": None for i in range(20_000)})
    assert lines[0].endswith(" and 19950 more")
    *entries, last = entries
    assert 5_000 < len(entries) < 10_000 and last == {"more": 20_000 - len(entries)} and "guarded.check" in hint
    # What does not fit by itself does not keep others out.
    lines, entries, hint = unmet(session, {"users": {"comment": "x" * 1_000_000, "columns": {"id": "text"}}})
    assert len(lines) == 2 and len(lines[0]) < 400
    assert [entry.get("object") for entry in entries] == ["public.users.id", None] and entries[-1] == {"more": 1}


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
] + [
    make(text)
    for text in ("COPY secret TO PROGRAM 'touch hacked'", "/* nothing */", "DROP TABLE secret")
    for makers in PIECES.values()
    for make in makers
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
    full(functions={"made()": "CREATE FUNCTION made() RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP TABLE secret; --'"}),
    full(functions={"made()": "CREATE FUNCTION made() RETURNS int LANGUAGE sql AS $x$ SELECT 1 $x$; DROP TABLE secret"}),
    full(views={"made": "DELETE FROM secret RETURNING x"}),
    full(materialized_views={"made": "EXECUTE evil"}),
]


# What is one statement of the right kind, and is refused by the server when it runs.
REFUSED_LATER = [
    full(views={"made": "SELECT 1 INTO evil"}),
    full(views={"made": "WITH gone AS (DELETE FROM secret RETURNING x) SELECT * FROM gone"}),
    full(materialized_views={"made": "WITH gone AS (DELETE FROM secret RETURNING x) SELECT * FROM gone"}),
    full(materialized_views={"made": "SELECT 1 INTO evil"}),
    # What is only ever a name, or the value of an option.
    full(extensions={"../../evil": "1.0"}),
    full(extensions={"evil; DROP TABLE secret": "1'; DROP TABLE secret; --"}),
    full(schemas={"pg_evil": None}),
    of_users(owner='"; DROP TABLE secret; --'),
    of_users(tablespace='"; DROP TABLE secret; --'),
    of_users(options={"fillfactor": "70); DROP TABLE secret; --"}),
    of_users(options={"fillfactor=70); DROP TABLE secret; --": "70"}),
    of_users(replica_identity="index secret_x; DROP TABLE secret"),
    of_users(grants=[{"role": '"; DROP TABLE secret; --', "privilege": "SELECT"}]),
    column(identity="always", identity_options={"name": ["elsewhere", 's"; DROP TABLE secret; --']}),
]


def test_an_error_does_not_repeat_a_huge_piece_of_sql(session):
    """As the server's messages do."""
    huge = "y" * (200_000 if LONG else 10_000)
    for makers in PIECES.values():
        for call, make in product(("check", "sql"), makers):
            for text in f"{huge} {huge}", f'"{huge}', f"1 {huge}(", f"CREATE INDEX {huge} {huge}":
                try:
                    ask(session, call, make(text))
                except INVALID as error:
                    assert len(problem(error)) < 1500
                else:
                    # A definition as a whole is looked at when something is done with it.
                    assert call == "check"
    for name in f"f({huge})", f"f({'int,' * 2_000}int)":
        lines, _, _ = unmet(session, full(functions={name: "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"}))
        assert len(lines) == 1 and len(lines[0]) < 400
        with pytest.raises(INVALID) as refused:
            ask(session, "sql", full(functions={name: "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"}))
        assert len(problem(refused.value)) < 1500


def test_smuggled_sql_is_refused(session):
    session.execute("CREATE SCHEMA elsewhere")
    before = state(session)
    for spec in [*part(SMUGGLED, 7), *OF_SOMETHING_ELSE]:
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


def test_what_only_the_server_refuses(session):
    before = state(session)
    for spec in REFUSED_LATER:
        rows = ask(session, "repair", spec)
        # What names a role that does not exist is skipped.
        assert [row[0] for row in rows] in (["failed", "conflict"], ["skipped", "conflict"]), (spec, rows)
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


PATHS = [
    "public;DROP/**/TABLE/**/secret",
    "public,$$,';DROP/**/TABLE/**/secret;--",
    'public,"x"";DROP TABLE secret;--"',
    "public,\\,:x,%s",
]


def test_a_search_path_is_data(session, database, tmp_path):
    """For the server these are lists of names."""
    for (number, path), how in product(enumerate(PATHS), ("sql", "guarded", "alembic", "offline")):
        spec = full(search_path=path, tables={"public.made": [{"name": "id", "type": "int"}]})
        script = value(session, "alembic" if how == "offline" else how, spec)
        if how in ("alembic", "offline"):
            # Settings are kept, set and set back around CREATE TABLE, and around DROP TABLE.
            assert len(only_executes(script)) == 8
        RUNS[how](database, script, tmp_path / f"{how}{number}")
        session.execute("DROP TABLE made; SELECT x FROM secret")


# --- what looks does not run ---

CALLING = full(
    domains={"by_canary": {"type": "int", "default": "canary()", "constraints": {"c": "CHECK (VALUE > canary())"}}},
    functions={
        "made(integer)": "CREATE FUNCTION public.made(a int DEFAULT canary()) RETURNS int LANGUAGE sql RETURN canary() + a",
    },
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
            "statistics": {"old_statistics": "CREATE STATISTICS public.old_statistics ON id, (canary() - age) FROM public.users"},
        },
        "parted": {"columns": {"id": "int"}, "partition_by": "LIST ((id + canary()))"},
        "parted_1": {"partition_of": ["public", "parted"], "bound": "FOR VALUES IN (canary())"},
        "parted_2": {"partition_of": ["public", "parted"], "bound": "FOR VALUES IN (canary() + 1)"},
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
    CREATE STATISTICS old_statistics ON id, (canary() + age) FROM users;
    CREATE TABLE parted (id int) PARTITION BY LIST ((canary() + id));
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (7);
    CREATE VIEW old_view AS SELECT canary() AS one;
    CREATE MATERIALIZED VIEW old_stored AS SELECT canary() AS one WITH NO DATA;
"""
# A cast to it is planned with its CHECK.
CHECKED = "CREATE DOMAIN checked AS int CHECK (VALUE > canary());"


@pytest.mark.parametrize("old", ["", OLD])
def test_looking_runs_no_function(session, database, old):
    session.execute(old + CHECKED)
    before = state(session)
    forget(session)
    for call in LOOKS:
        assert ask(session, call, CALLING)
        # In another session: the server remembers what it has found out about a domain.
        with connect(database) as other:
            assert ask(other, call, {"users": {"columns": {"age": "checked", "id": {"type": "checked", "default": "7"}}}})
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        ask(session, "require", CALLING)
    session.execute("SET guarded.dry_run = on")
    ask(session, "repair", CALLING)
    snapshot(session)
    assert not has_run(session)
    assert state(session) == before
    session.execute("SELECT canary()")
    assert has_run(session)


def test_looking_runs_no_policy(new_role, database, session):
    """Whoever owns the table has written it, and it would run as who looks for rows."""
    role = new_role()
    session.execute(f"GRANT SELECT ON users TO {role}; GRANT ALL ON SEQUENCE ran TO {role}")
    session.execute("ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON users USING (canary() + id > 0)")
    forget(session)
    spec = {"users": {"columns": {"age": {"not_null": True}, "made": {"type": "int", "not_null": True}}}}
    for setting in "on", "off":
        with connect(database, f"-c row_security={setting}", user=role) as stranger:
            for call in LOOKS:
                assert ask(stranger, call, spec)
    assert not has_run(session)
    with connect(database, user=role) as stranger:
        stranger.execute("SELECT FROM users")
    assert has_run(session)


def test_looking_loads_no_library(session):
    """CREATE FUNCTION does, to see whether the function is in it, and what is loaded runs."""
    definition = "CREATE OR REPLACE FUNCTION canary() RETURNS int LANGUAGE c AS '$libdir/auto_explain', 'f'"
    spec = full(functions={"canary()": definition})
    for call in "check", "diff", "sql":
        assert ask(session, call, spec)
        assert session.execute("SELECT name FROM pg_settings WHERE name LIKE 'auto_explain.%'").fetchall() == []
    session.execute("LOAD 'auto_explain'")
    assert session.execute("SELECT count(*) FROM pg_settings WHERE name LIKE 'auto_explain.%'").fetchone()[0] > 5


# Found before what has these names, by whoever has this schema first in the search_path.
EVIL = """
    CREATE SCHEMA evil;
    DO $do$
    DECLARE
        own record;
        body text := 'BEGIN PERFORM pg_catalog.nextval(''public.ran''); RETURN false; END';
    BEGIN
        -- What the server has for the types of its catalogs, and what is taken where it has nothing.
        FOR own IN
            SELECT oprname AS name, format_type(oprleft, NULL) AS one, format_type(oprright, NULL) AS other
            FROM pg_operator
            WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprresult = 'bool'::regtype
              AND oprname IN ('=', '<>', '>', '>=', '~', '!~')
              AND ARRAY[oprleft, oprright] <@ '{name,text,oid,"\\"char\\"",int2,int4,bool}'::regtype[]::oid[]
            UNION ALL SELECT name, 'anyelement', 'anyelement' FROM unnest('{=,<>,>,>=,~,!~}'::text[]) name
        LOOP
            EXECUTE format('CREATE OR REPLACE FUNCTION evil.told(a %s, b %s) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS %L',
                own.one, own.other, body);
            EXECUTE format('CREATE OPERATOR evil.%s (FUNCTION = evil.told, LEFTARG = %s, RIGHTARG = %s)',
                own.name, own.one, own.other);
        END LOOP;
    END $do$;
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
            SELECT DISTINCT p.proname, pg_get_function_identity_arguments(p.oid) AS arguments,
                format_type(p.prorettype, NULL) AS result
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
    assert session.execute("SELECT count(*) FROM pg_operator WHERE oprnamespace = 'evil'::regnamespace").fetchone()[0] > 30
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


def test_what_is_made_anew_keeps_its_meaning(session):
    """The server's text of a view leaves pg_catalog out of the names: along another path they are those of somebody else."""
    session.execute("""
        CREATE VIEW lowered AS SELECT lower(email) AS low FROM users;
        CREATE SCHEMA evil;
        CREATE FUNCTION evil.lower(text) RETURNS text LANGUAGE sql AS 'SELECT ''evil''';
    """)
    before = session.execute("SELECT pg_get_viewdef('lowered')").fetchone()
    ask(session, "repair", full(search_path="evil, pg_catalog", tables={"public.users": {"columns": {"email": "varchar(9)"}}}))
    assert session.execute("SELECT pg_get_viewdef('lowered')").fetchone() == before
    ask(session, "repair", full(search_path="evil", tables={"public.users": {"columns": {"email": "varchar(9)"}}}))
    changed = session.execute("SELECT pg_get_viewdef('lowered')").fetchone()
    assert changed != before and "evil" not in changed[0]


@pytest.mark.parametrize("schema", ["pg_catalog", "information_schema", "pg_toast", "guarded"])
def test_what_is_the_servers_or_the_extensions_is_not_dropped(session, schema):
    """A spec of nothing says that everything there is beyond it."""
    count = "SELECT count(*) FROM pg_class WHERE relnamespace = %s::regnamespace"
    before = session.execute(count, (schema,)).fetchone()
    rows = ask(session, "repair", full(scope={"schemas": [schema]}))
    assert "applied" not in {row[0] for row in rows}
    assert session.execute(count, (schema,)).fetchone() == before


# --- names, and scripts of them ---

NAMES = [
    'quo"te', '""', "'", "''", "dot.dot", ".", "new\nline", "carriage\rreturn", "tab\tulator", "--", "-- x", "*/", "/*", "$$",
    "$guarded$", "x$guarded", "$guarded",
    '"""', '""""', "'''", '\\', "\\\\", '\\"', "\\n", "\\:x", ":", ":name", ":'name'", "::int", "a:b",
    "%", "%s", "%(name)s", "%%", "{name}", "100% :ready", "; DROP TABLE secret; --", "\n; DROP TABLE secret; --",
    "\n\\! touch hacked",
    "\\q", "\U0001f99e", "größe", "क:कि:", "\u2028", "\x0c", "\x7f", "select", "Upper Case", " ", " x", "(", ")", "f(int)", "[0]",
    "a" * 63, "ü" * 31, "\n\"\"\"\nimport os", "\\N", "\\N{DIGIT ONE}", "\\x41", "../../x", "# coding: utf-7",
    "#", "\r\nDROP TABLE secret;", "\N{BYTE ORDER MARK}", "E'x'", "null", "guarded_spec",
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


BACKSLASHES = [("off", "on", "'a\\'; DROP TABLE secret; --'"), ("on", "off", "'a\\' || '; DROP TABLE secret; --'")]


def test_a_backslash_means_what_it_meant(session, database, tmp_path, monkeypatch):
    """A script is written in one session, and run in another, for which a literal may end elsewhere."""
    for (written, run, text), how in product(BACKSLASHES, ("sql", "guarded", "alembic", "offline")):
        session.execute(f"SET standard_conforming_strings = {written}; ALTER TABLE users ALTER email DROP DEFAULT")
        spec = {"users": {"columns": {"email": {"default": text}}}}
        script = value(session, "alembic" if how == "offline" else how, spec)
        monkeypatch.setenv("PGOPTIONS", f"-c standard_conforming_strings={run} -c escape_string_warning=off")
        RUNS[how](database, script, tmp_path / f"{how}{written}")
        monkeypatch.delenv("PGOPTIONS")
        assert ask(session, "check", spec) == [(0,)]
        assert session.execute("SELECT x FROM secret").fetchone() == (1,)


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


def test_a_name_that_is_too_long_is_refused(session):
    """Also where two of them would become one."""
    for name, call in product(TOO_LONG, CALLS):
        for spec in (
            {name: ["id"]},
            {name: ["id"], f"{name}2": ["id"]},
            {f"public.{name}": ["id"]},
            {"users": [name]},
            {"users": {"constraints": {name: "CHECK (true)"}}},
            full(functions={f"{name}()": None}),
            {"made": {"partition_of": ["public", name], "bound": "DEFAULT"}},
        ):
            with pytest.raises(INVALID, match="has 64 bytes; PostgreSQL keeps 63"):
                ask(session, call, spec)


def test_what_is_no_name_is_refused(session):
    for name in "", ".", "a.", ".a", "a..b", "a.b.c", '"a', 'a"b', '""', '"a"b', "f(int", "a.b(c":
        for spec in ({name: ["id"]}, full(tables={name: {}}), full(functions={name: "CREATE FUNCTION f() RETURNS int AS ''"})):
            for call in "check", "sql":
                with pytest.raises(INVALID, match=re.escape(step(name))):
                    ask(session, call, spec)


def test_any_text_may_stand_in_a_revision_file(session):
    """Its message, its identifiers and what is left out are text, too."""
    for text in NAMES:
        check_revision_file(session, text)


def check_revision_file(session: psycopg.Connection, text: str) -> None:
    spec = {"users": {"columns": {"age": {"not_null": True, "comment": text}, text or "x": None}}}
    query = "SELECT guarded.repair_script(%s::jsonb, 'alembic', NULL, %s, %s, %s)"
    script = session.execute(query, (json.dumps(spec), text, text, text)).fetchone()[0]
    tree = ast.parse(script.encode())
    values = {node.targets[0].id: ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign)}
    assert values == {"revision": text, "down_revision": text, "branch_labels": None, "depends_on": None}
    assert ast.get_docstring(tree, clean=False) == f"{text}\n\nRevision ID: {text}\nRevises: {text}\n"
    literal = session.execute("SELECT quote_literal(%s)", (text,)).fetchone()[0].lstrip()
    assert f"COMMENT ON COLUMN public.users.age IS {literal}" in only_executes(script)


def test_what_is_left_out_is_in_comments(session, database, tmp_path):
    """A name in them may have any number of lines."""
    for name in NAMES:
        session.execute(identifiers("ALTER TABLE users ADD COLUMN {0} int", name))
    before = state(session)
    for name in part(NAMES, 5):
        spec = {"users": {"columns": {name: {"type": "smallint"}, f"{name[:15]}!": None}}}
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
        FOR i IN 1..COUNT LOOP
            EXECUTE format('CREATE TABLE t%1$s (id int PRIMARY KEY, a text DEFAULT ''x'', b numeric CHECK (b > 0), c int[])', i);
            EXECUTE format('CREATE INDEX ON t%1$s (a, b)', i);
        END LOOP;
        CREATE VIEW viewed AS SELECT * FROM t1;
    END $$;
""".replace("COUNT", "600" if LONG else "60")


@pytest.fixture
def big(guarded_database) -> Iterator[psycopg.Connection]:
    with connect(guarded_database(BIG)) as connection:
        yield connection


def differing(spec: str) -> str:
    """Every table is another one: half of them are missing, the others, public.t1 the first of them, differ."""
    spec = json.loads(spec)
    for number, (name, table) in enumerate(sorted(spec["tables"].items())):
        if number % 2:
            spec["tables"][f"{name}x"] = {"columns": spec["tables"].pop(name)["columns"]}
        else:
            table["columns"][1] |= {"default": "'y'::text", "comment": "other"}
            table["indexes"] = {}
    return json.dumps(spec)


@contextmanager
def holding(database: str, table: str, mode: str) -> Iterator[psycopg.Connection]:
    """Another session that works on the table: who wants more waits until it is over, or he is stopped."""
    with connect(database) as holder, holder.transaction():
        holder.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield holder


def test_a_statement_is_cancelled(big):
    before = snapshot(big)
    spec = differing(before)
    for query in ["SELECT guarded.snapshot()", *CALLS.values()]:
        parameters = (spec,) if "%s" in query else ()
        # It waits in reading, because of the view.
        with holding(big.info.dbname, "t1", "ACCESS EXCLUSIVE"):
            big.execute("SET statement_timeout = 100")
            with pytest.raises(errors.QueryCanceled):
                big.execute(query, parameters)
            big.execute("SET statement_timeout = 0")
        # It may be anywhere, or done: in SQL, in reading and comparing, and between statements.
        for milliseconds in part((1, 20, 5, 10, 100, 50, 200, 400, 800, 1600), 4):
            with suppress(errors.QueryCanceled, errors.ObjectNotInPrerequisiteState), big.transaction(force_rollback=True):
                big.execute(f"SET LOCAL statement_timeout = {milliseconds}")
                big.execute(query, parameters)
                # ROLLBACK is a statement, too.
                big.execute("SET LOCAL statement_timeout = 0")
            assert snapshot(big) == before


def test_a_large_spec_is_cancelled(session):
    spec = json.dumps({f"t{i}": ["id"] for i in range(200_000 if LONG else 20_000)})
    for call in CALLS:
        session.execute("SET statement_timeout = 10")
        with pytest.raises(errors.QueryCanceled):
            ask(session, call, spec)
        session.execute("SET statement_timeout = 0")
        assert ask(session, "check", {"users": ["id"]}) == [(0,)]


@pytest.mark.parametrize("function", ["pg_cancel_backend", "pg_terminate_backend"])
def test_a_repair_is_stopped_from_outside(big, function):
    """In the middle of its statements: the last table waits for somebody who reads it."""
    before = snapshot(big)
    spec = differing(before)
    last = max(json.loads(before)["tables"])
    with connect(big.info.dbname) as victim, holding(big.info.dbname, last, "ACCESS SHARE"):
        with in_thread(lambda: ask(victim, "repair", spec)) as result:
            wait_until_blocked(big, victim.info.backend_pid)
            big.execute(f"SELECT {function}(%s)", (victim.info.backend_pid,))
        (error,) = result
        assert isinstance(error, errors.QueryCanceled | errors.AdminShutdown)
    assert snapshot(big) == before


def wait_until_blocked(observer: psycopg.Connection, pid: int) -> None:
    deadline = time.monotonic() + 60
    while observer.execute("SELECT pg_blocking_pids(%s)", (pid,)).fetchone() == ([],):
        assert time.monotonic() < deadline, "it never waited"
        time.sleep(0.01)


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
