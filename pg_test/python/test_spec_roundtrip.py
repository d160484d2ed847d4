"""Round trips of specs: a database, and others that guarded.repair, or its script, makes of nothing but the snapshot. And that a
snapshot is the same bytes whoever takes it, under whatever settings."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import demo
import psycopg
import pytest
import repaired
from dumps import dump, restore
from repaired import connect, count, rows, snapshot, unlike, value
from sqlalchemy import create_engine, pool

SPEC = Path(__file__).parents[1] / "spec"
FORMS = ["repair", "sql", "guarded"]
SNAPSHOT = "SELECT guarded.snapshot()::text"
WITH_GRANTS = "SELECT guarded.snapshot(grants => true)::text"
DIFFERENCES = "SELECT count(*) FROM guarded.diff(%s, true)"
KINDS = json.loads((SPEC.parents[1] / "docs" / "spec.schema.json").read_text())["$defs"]
SECTION = re.compile(r"/(\w+)_section$")
# Made by replacing something by what needs something that needs it.
CIRCLES = """
    CREATE TABLE innocent (id int PRIMARY KEY);
    CREATE VIEW v AS SELECT 1 AS a;
    CREATE FUNCTION f() RETURNS SETOF v LANGUAGE plpgsql AS 'BEGIN RETURN NEXT ROW(1); END';
    CREATE OR REPLACE VIEW v AS SELECT a FROM f();
    CREATE VIEW on_v AS SELECT a, id FROM v, innocent;
    CREATE FUNCTION even(n int) RETURNS bool LANGUAGE sql RETURN n = 0;
    CREATE FUNCTION odd(n int) RETURNS bool LANGUAGE sql RETURN n <> 0 AND even(n - 1);
    CREATE OR REPLACE FUNCTION even(n int) RETURNS bool LANGUAGE sql RETURN n = 0 OR odd(n - 1);
    CREATE VIEW innocent_too AS SELECT * FROM innocent;
"""
IN_CIRCLES = [
    ("function", "public.even(integer)"),
    ("function", "public.f()"),
    ("function", "public.odd(integer)"),
    ("view", "public.on_v"),
    ("view", "public.v"),
]
# One after the other, so that a session has them all in the end.
SESSIONS = [
    ("search_path", 'shop, "Odd Schema", a, b'),
    ("DateStyle", "German, DMY"),
    ("TimeZone", "Asia/Kolkata"),
    ("IntervalStyle", "iso_8601"),
    ("extra_float_digits", "-10"),
    ("bytea_output", "escape"),
    ("quote_all_identifiers", "on"),
    ("standard_conforming_strings", "off"),
    ("lc_messages", "POSIX"),
    ("lc_monetary", "POSIX"),
    ("lc_numeric", "POSIX"),
    ("lc_time", "POSIX"),
    ("xmlbinary", "hex"),
    ("default_toast_compression", "pglz"),
    ("row_security", "off"),
    # Other plans bring the rows in another order.
    ("enable_nestloop", "off"),
    ("enable_hashjoin", "off"),
    ("enable_hashagg", "off"),
    ("enable_indexscan", "off"),
    ("enable_bitmapscan", "off"),
]


@pytest.fixture
def empty(new_database) -> Callable[[], str]:
    """Databases with the extension, and with what no spec brings. The roles and the tablespace stay: they are of the server."""

    def create() -> str:
        name = new_database()
        psql(name, SPEC / "every_kind.sql", "--set=prerequisites=1")
        with connect(name) as connection:
            connection.execute("CREATE EXTENSION guarded_ddl")
        return name

    return create


@pytest.fixture
def complete(empty) -> Callable[[str], str]:
    """The databases of which the snapshots are taken."""

    def create(which: str) -> str:
        name = empty()
        MAKERS[which](name)
        return name

    return create


def psql(database: str, file: Path, *options: str) -> None:
    command = ["psql", "--no-psqlrc", "--quiet", *options, f"--file={file}", database]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def every_kind(database: str) -> None:
    psql(database, SPEC / "every_kind.sql")
    # An index that is invalid is nothing to be wished for; test_of_an_invalid_index is about it.
    rows(database, "UPDATE pg_index SET indisvalid = true WHERE NOT indisvalid RETURNING 1")


def hard(database: str) -> None:
    psql(database, SPEC / "hard.sql")


def alembic(database: str) -> None:
    """The example's migration, with all the tables it is about."""
    engine = create_engine(f"postgresql+psycopg:///{database}", poolclass=pool.NullPool)
    demo.make_production(engine)
    demo.run_script(engine, demo.TABLES_BEFORE)
    demo.guarded_run(engine, demo.GUARDED)


MAKERS = {"every_kind": every_kind, "hard": hard, "alembic": alembic}


def check_equal(original: str, copy: str, spec: str, how: str) -> None:
    came = repaired.made(copy, spec, how)
    assert "\n".join(came.problems) == ""
    assert came.differences == []
    assert unlike(spec, came.snapshot) == ""
    assert came.dump == repaired.dumped(original)
    assert "\n".join(came.again) == ""


@pytest.mark.parametrize("how", FORMS)
@pytest.mark.parametrize("which", MAKERS)
def test_what_is_made_of_a_snapshot_is_the_same(which, how, complete, empty):
    original = complete(which)
    spec = snapshot(original)
    assert repaired.differences(original, spec) == []
    check_equal(original, empty(), spec, how)


def check_equal(original: str, copy: str, spec: str, how: str) -> None:
    came = repaired.made(copy, spec, how)
    assert "\n".join(came.problems) == ""
    assert came.differences == []
    assert unlike(spec, came.snapshot) == ""
    assert came.dump == repaired.dumped(original)
    assert "\n".join(came.again) == ""


def test_owners_and_grants_too(complete, empty):
    original, copy = complete("every_kind"), empty()
    spec = value(original, WITH_GRANTS)
    # Who makes it owns it.
    assert [row for row in repaired.by_repair(copy, spec) if "already has that owner" not in row] == []
    assert unlike(spec, value(copy, WITH_GRANTS)) == ""
    assert repaired.differences(copy, spec) == repaired.differences(original, spec) == []
    everything = "--enable-row-security"
    assert repaired.dumped(copy, everything) == repaired.dumped(original, everything)


def test_the_databases_have_what_they_are_for(complete):
    """Every attribute of every kind is there at least once, or it would be passed over without a word."""
    every_kind = complete("every_kind")
    # A database does not say what may be absent; an enum, a schema and an extension need nothing but a schema.
    missing = {(kind, attribute) for kind, attribute in of_schema("full") if attribute == "optional"}
    missing |= {("enum", "depends_on"), ("schema", "depends_on"), ("extension", "depends_on")}
    # See every_kind() above.
    missing.add(("index", "invalid"))
    if value(every_kind, "SHOW server_version_num") < "180000":
        missing.add(("column", "generated_kind"))
    found = set(of_snapshot("full", json.loads(value(every_kind, WITH_GRANTS))))
    assert found == set(of_schema("full")) - missing
    assert count(snapshot(complete("alembic")))["tables"] > 34


def of_schema(kind: str) -> Iterator[tuple[str, str]]:
    """The attributes that docs/spec.schema.json has of the kind and its parts: (column, not_null)."""
    for attribute, what in KINDS[kind]["properties"].items():
        yield kind, attribute
        if section := SECTION.search(what.get("$ref", "")):
            yield from of_schema(section[1])


def of_snapshot(kind: str, members: dict) -> Iterator[tuple[str, str]]:
    for attribute, content in members.items():
        yield kind, attribute
        if section := SECTION.search(KINDS[kind]["properties"].get(attribute, {}).get("$ref", "")):
            for part in content.values() if isinstance(content, dict) else content:
                part.pop("name", None)
                yield from of_snapshot(section[1], part)


def test_an_index_that_is_invalid_is_made_valid(complete, empty):
    original, copy = complete("every_kind"), empty()
    rows(original, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop.orders_broken'::regclass RETURNING 1")
    spec = snapshot(original)
    assert '"invalid": true' in spec
    assert repaired.by_repair(copy, spec) == []
    assert repaired.differences(copy, spec) == repaired.differences(original, spec) == []
    with connect(original) as connection:
        connection.execute("REINDEX INDEX shop.orders_broken")
    assert unlike(snapshot(original), snapshot(copy)) == ""


def test_a_check_comes_before_what_has_its_domain_inside(guarded_database):
    original = guarded_database("""
        CREATE TYPE place AS (x int);
        CREATE DOMAIN checked AS place CHECK ((VALUE).x > 0);
        CREATE DOMAIN list AS checked[];
        CREATE TABLE lists (list list, one checked)
    """)
    check_equal(original, guarded_database("SELECT"), snapshot(original), "repair")


@pytest.mark.parametrize("how", FORMS)
def test_a_circle_is_left_out_with_its_reason_and_the_rest_is_made(how, guarded_database):
    original, copy = guarded_database(CIRCLES), guarded_database("SELECT")
    problems = "\n".join(repaired.made(copy, snapshot(original), how).problems)
    assert [row[:2] for row in repaired.differences(copy, snapshot(original))] == IN_CIRCLES
    for _, name in IN_CIRCLES:
        assert re.search(rf"\b{re.escape(name)}:? .*need", problems), (name, problems)
    assert "failed" not in problems and "skipped" not in problems


# --- the same bytes ---


@pytest.mark.parametrize("which", ["every_kind", "hard"])
def test_a_snapshot_is_the_same_under_any_settings(which, complete):
    original = complete(which)
    expected = snapshot(original)
    with connect(original) as connection:
        for setting, setting_value in SESSIONS:
            connection.execute("SELECT set_config(%s, %s, false)", (setting, setting_value))
            assert unlike(expected, *connection.execute(SNAPSHOT).fetchone()) == "", setting
            assert connection.execute("SELECT current_setting(%s)", (setting,)).fetchone() == (setting_value,)
            assert connection.execute(DIFFERENCES, (expected,)).fetchone() == (0,), setting
        connection.execute("SET default_transaction_read_only = on")
        assert unlike(expected, *connection.execute(SNAPSHOT).fetchone()) == ""


def test_a_snapshot_is_the_same_for_a_role_without_privileges(new_role, complete):
    role, original = new_role(), complete("every_kind")
    with psycopg.connect(dbname=original, user=role, autocommit=True) as connection:
        for query in SNAPSHOT, WITH_GRANTS:
            assert unlike(value(original, query), *connection.execute(query).fetchone()) == ""


def whole(database: str) -> str:
    """With rows, because without them a materialized view is not filled; and with what pg_dump does not say of an extension."""
    hstore = 'CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA "Odd Schema"'
    return dump(database, "--format=plain").replace(hstore, f"{hstore} VERSION '1.7'")


@pytest.mark.parametrize("which", MAKERS)
def test_a_snapshot_is_the_same_after_dump_and_restore(which, complete, new_database):
    original, restored = complete(which), new_database()
    restore(whole(original), restored)
    for query in SNAPSHOT, WITH_GRANTS:
        assert unlike(value(original, query), value(restored, query)) == ""


@pytest.mark.parametrize("locale", ["LOCALE 'C'", "LOCALE_PROVIDER icu ICU_LOCALE 'de-u-kf-upper' LOCALE 'C.UTF-8'"])
def test_a_snapshot_is_the_same_in_another_locale(locale, complete, new_database):
    original, restored = complete("every_kind"), new_database()
    with connect("postgres") as server:
        # One of them, unicode, is there without ICU too.
        has_icu = server.execute("SELECT count(*) > 1 FROM pg_collation WHERE collprovider = 'i'").fetchone() == (True,)
        if "icu" in locale and not has_icu:
            pytest.skip("the server was built without ICU")
        server.execute(f"DROP DATABASE {restored}")
        server.execute(f"CREATE DATABASE {restored} TEMPLATE template0 ENCODING UTF8 {locale}")
    restore(whole(original), restored)
    assert unlike(snapshot(original), snapshot(restored)) == ""


def test_a_snapshot_is_the_same_wherever_the_catalog_has_its_rows(complete):
    original = complete("every_kind")
    expected = value(original, WITH_GRANTS)
    with connect(original) as connection:
        connection.execute("VACUUM FULL")
    assert unlike(expected, value(original, WITH_GRANTS)) == ""
