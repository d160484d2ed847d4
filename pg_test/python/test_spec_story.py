"""The story: production lacks the 34 tables of the optional modules, and migrations fail on one after the other. With the spec of a
database that has them, all is told at once, and one call makes them."""

import json
from collections import Counter
from collections.abc import Iterator

import demo
import psycopg
import pytest
import repaired
from psycopg.errors import ObjectNotInPrerequisiteState
from repaired import connect, differences, dumped, rows, snapshot, unlike

MISSING = sorted(f"public.{table}" for table in demo.OPTIONAL_TABLES)
FOREIGN_KEY = "public.deals.fk_deals_pipeline_template_id"
CHECK = "SELECT kind, object FROM guarded.check(%s) WHERE status = 'missing' AND NOT optional"
REQUIRE = "SELECT guarded.require(%s, '774225e563ca')"
LEFT = {("conflict", "differs"): 1, ("failed", "not_null_violation"): 1}
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


@pytest.fixture(scope="module")
def templates() -> Iterator[tuple[str, str]]:
    """The database after the migration, without and with the 34 tables."""
    with demo.database("guarded_story") as engine, demo.database("guarded_story_complete") as complete:
        for each in engine, complete:
            demo.make_production(each)
        demo.run_script(complete, demo.TABLES_BEFORE)
        for each in engine, complete:
            demo.guarded_run(each, demo.GUARDED)
        yield engine.url.database, complete.url.database


@pytest.fixture
def production(templates, new_database) -> str:
    """A copy: making another one takes longer."""
    name = new_database()
    with connect("postgres") as server:
        server.execute(f"DROP DATABASE {name}")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {templates[0]}")
    return name


@pytest.fixture
def complete(templates) -> str:
    """Nothing changes it."""
    return templates[1]


@pytest.fixture
def spec(complete) -> str:
    return snapshot(complete)


def contents(database: str) -> dict[str, list[str]]:
    """The rows of each table, in any order."""
    with connect(database) as connection:
        names = [name for (name,) in connection.execute(TABLES).fetchall()]
        return {name: sorted(map(str, connection.execute(f"TABLE public.{name}").fetchall())) for name in names}


def test_everything_is_told_at_once(production, spec):
    with psycopg.connect(dbname=production) as connection, pytest.raises(ObjectNotInPrerequisiteState) as error:
        connection.execute(REQUIRE, (spec,))
    diagnostics = error.value.diag
    assert diagnostics.message_primary.split("\n") == [
        'prerequisites of migration "774225e563ca" are not met',
        f"  - missing tables: {', '.join(MISSING)}",
        "  - table public.deals is missing constraint: fk_deals_pipeline_template_id",
    ]
    assert [entry["object"] for entry in json.loads(diagnostics.message_detail)] == [*MISSING, FOREIGN_KEY]
    assert rows(production, CHECK, spec) == [("table", name) for name in MISSING] + [("constraint", FOREIGN_KEY)]
    # By name alone, as a migration does it that does not know more.
    by_name = rows(production, "SELECT object FROM guarded.check(required_tables => %s)", [*demo.OPTIONAL_TABLES, "users"])
    assert [name for (name,) in by_name] == MISSING


@pytest.mark.parametrize("how", ["repair", "sql", "guarded"])
def test_one_call_makes_what_is_missing(production, complete, spec, how):
    kept, dump = contents(production), dumped(production)
    came = repaired.made(production, spec, how)
    assert came.problems == [] and came.differences == [] and came.again == []
    assert differences(complete, came.snapshot) == []
    assert unlike(spec, came.snapshot) == ""
    assert came.dump == dumped(complete)
    # Of what was there nothing has changed, neither definitions nor rows.
    assert dump - came.dump == Counter()
    assert sum(map(bool, kept.values())) == 5
    assert contents(production) == kept | {name: [] for name in demo.OPTIONAL_TABLES}
    assert rows(production, REQUIRE, spec) == [("",)]
    assert rows(production, CHECK, spec) == []


def test_what_the_migration_left_for_the_tables_is_done_then(production, spec):
    """It was to change the tables, which the repair makes as they are after that."""
    waiting = "SELECT count(*) FROM guarded.pending WHERE waits_reason = 'missing_table'"
    assert rows(production, waiting) == [(186,)]
    assert repaired.by_repair(production, spec) == []
    assert rows(production, waiting) == [(0,)]
    before = dumped(production)
    found = Counter(rows(production, "SELECT status, reason FROM guarded.replay()"))
    # What has nothing to do with them, and is left in the other database too.
    assert {key: found.pop(key) for key in LEFT} == LEFT
    assert {status for status, _ in found} == {"skipped"} and sum(found.values()) == 186
    assert dumped(production) == before
    assert differences(production, spec) == []
