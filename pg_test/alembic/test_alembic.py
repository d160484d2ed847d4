"""The example project through Alembic's own API: on production, on a complete database, and the way back. Both as plain
operations that are intercepted, and written with the functions."""

import io
import os
import subprocess
import sys
from collections import Counter

import demo
import pytest
from alembic import command
from alembic.config import Config
from dumps import dump
from psycopg.errors import InFailedSqlTransaction, UndefinedTable
from sqlalchemy import Engine, create_engine, pool, text
from sqlalchemy.exc import DBAPIError


@pytest.fixture
def empty(new_database):
    """Engines for empty databases."""
    return lambda: create_engine(f"postgresql+psycopg:///{new_database()}", poolclass=pool.NullPool)


@pytest.fixture
def core(empty):
    """A database with the core tables only, and the extension."""
    return with_core(empty())


@pytest.fixture
def production(core):
    """The core tables as production has them: with rows, and with what drifted."""
    return after_script(core, demo.PRODUCTION)


@pytest.fixture
def complete(empty):
    """Engines for databases that have all tables."""
    return lambda: after_script(with_core(empty()), demo.TABLES_BEFORE)


def with_core(engine: Engine) -> Engine:
    upgrade(engine, demo.CORE)
    return after_script(engine, "CREATE EXTENSION guarded_ddl")


def after_script(engine: Engine, script: str) -> Engine:
    with engine.begin() as connection:
        connection.exec_driver_sql(script)
    return engine


def upgrade(engine: Engine, revision: str, **options: str) -> None:
    run(command.upgrade, engine, revision, **options)


def run(action, engine: Engine, revision: str, **options: str) -> None:
    with engine.connect() as connection:
        action(configured(connection, **options), revision)


def configured(connection, **options: str) -> Config:
    config = demo.config(connection)
    for name, value in options.items():
        config.set_main_option(name, value)
    return config


def query(engine: Engine, statement: str) -> list[tuple]:
    with engine.begin() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def statuses(run: demo.Run) -> dict[str, int]:
    return {status: demo.total(run.summary, status) for status, _, _ in run.summary}


# How the migration is run: its revision, whether it is intercepted, and how many statements it sends.
WAYS = pytest.mark.parametrize(
    "revision, intercept, statements",
    [
        pytest.param(demo.PLAIN, True, 294, id="plain operations"),
        pytest.param(demo.GUARDED, False, 284, id="functions"),
    ],
)


@WAYS
def test_the_migration_goes_through_on_production(production, revision, intercept, statements):
    before = demo.catalog(production)
    run = demo.guarded_run(production, revision, intercept)
    after = demo.catalog(production)
    assert demo.version(production) == revision
    assert run.statements == demo.total(run.summary) == statements
    assert ("conflict", "differs", 1) in run.summary
    assert ("failed", "not_null_violation", 1) in run.summary
    assert run.missing_tables == set(demo.OPTIONAL_TABLES)
    assert statuses(run)["applied"] == statements - 2 - statuses(run)["skipped"]
    assert after["column", "documents.id"] == "character varying(36) true  x"
    assert after["column", "deals.value"].startswith("numeric(18,2)")
    assert after["enum", "deal_stage"] == "sourcing,evaluation,due_diligence,closed"
    assert after["constraint", "fk_documents_parent_document_id"] == (
        "documents FOREIGN KEY (parent_document_id) REFERENCES documents(id) ON DELETE SET NULL"
    )
    assert ("index", "idx_organizations_slug") in before
    assert ("index", "idx_organizations_slug") not in after
    assert not {name for kind, name in after if kind == "table"} & set(demo.OPTIONAL_TABLES)


@WAYS
def test_the_rows_survive(production, revision, intercept, statements):
    demo.guarded_run(production, revision, intercept)
    with production.connect() as connection:
        memo = connection.execute(
            text("SELECT m.title, t.title FROM documents m JOIN documents t ON t.id = m.parent_document_id")
        ).one()
        assert tuple(memo) == ("Memo", "Teaser")


@WAYS
def test_a_second_run_applies_nothing(production, revision, intercept, statements):
    demo.guarded_run(production, revision, intercept)
    after = demo.catalog(production)
    run(command.stamp, production, demo.CORE)
    second = demo.guarded_run(production, revision, intercept)
    assert demo.total(second.summary) == statements
    assert "applied" not in statuses(second)
    assert demo.catalog(production) == after
    assert demo.version(production) == revision


@WAYS
def test_a_dry_run_changes_nothing(production, revision, intercept, statements):
    before = demo.catalog(production)
    with production.connect() as connection:
        connection.execute(text("SET guarded.dry_run = on"))
        connection.commit()
        command.upgrade(demo.config(connection, intercept), revision)
        planned = connection.scalar(text("SELECT sum(outcomes) FROM guarded.summary() WHERE status = 'planned'"))
    assert planned > 50
    assert demo.catalog(production) == before


@pytest.mark.parametrize("optional_tables", [False, True])
def test_the_downgrade_takes_everything_back(core, complete, optional_tables):
    engine = complete() if optional_tables else core
    before = demo.catalog(engine)
    upgrade(engine, demo.GUARDED)
    run(command.downgrade, engine, demo.CORE)
    assert demo.version(engine) == demo.CORE
    # PostgreSQL cannot take a label out of an enum.
    before["enum", "deal_stage"] = "sourcing,evaluation,due_diligence,closed"
    assert demo.catalog(engine) == before


@WAYS
def test_where_every_table_exists_it_does_what_plain_operations_do(complete, revision, intercept, statements):
    guarded, plain = complete(), complete()
    outcomes = demo.guarded_run(guarded, revision, intercept)
    upgrade(plain, demo.PLAIN)
    assert statuses(outcomes) == {"applied": statements}
    assert demo.catalog(guarded) == demo.catalog(plain)


def test_the_line_is_all_that_differs(core, empty):
    """An empty database with the extension: from nothing to head, intercepted and not, is the same."""
    intercepted = after_script(empty(), "CREATE EXTENSION guarded_ddl")
    upgrade(intercepted, demo.CORE, intercept="true")
    assert demo.catalog(intercepted) == demo.catalog(core)


@WAYS
@pytest.mark.parametrize("times", [1, 2])
def test_replay_catches_up_when_the_tables_come(core, complete, revision, intercept, statements, times):
    """The tables of the optional modules come after the migration, or were there before it: it is the same in the end."""
    late, whole = core, complete()
    for engine in late, whole:
        after_script(engine, demo.PRODUCTION)
        demo.guarded_run(engine, revision, intercept)
    for _ in range(1, times):
        run(command.stamp, late, demo.CORE)
        demo.guarded_run(late, revision, intercept)
    waiting = "SELECT count(*) FROM guarded.pending WHERE starts_with(waits_reason, 'missing')"
    assert query(late, waiting) == [(186,)]
    assert dump(late.url.database) != dump(whole.url.database)
    after_script(late, demo.TABLES_AFTER)
    assert query(late, waiting) == [(0,)]
    replayed = Counter(query(late, "SELECT status, reason FROM guarded.replay()"))
    assert replayed["applied", None] > 180
    assert dump(late.url.database) == dump(whole.url.database)
    # What is left is what is left where the tables were there, too: a conflict and a failure. Asked for once more, a
    # table is in conflict to which the migration itself has added a constraint since.
    left = "SELECT object, status FROM guarded.pending ORDER BY number"
    again = {("document_versions", "conflict")} if times == 2 else set()
    assert set(query(late, left)) == set(query(whole, left)) | again
    assert len(query(whole, left)) == 2
    assert {status for (status,) in query(late, "SELECT status FROM guarded.replay()")} == {"conflict", "failed"}
    assert dump(late.url.database) == dump(whole.url.database)


def test_plain_operations_stop_at_the_first_missing_table(production):
    before = demo.catalog(production)
    with production.connect() as connection, connection.begin() as transaction:
        with pytest.raises(DBAPIError) as error:
            command.upgrade(configured(connection), demo.PLAIN)
        assert isinstance(error.value.orig, UndefinedTable)
        assert "admin_activities" in str(error.value.orig)
        with pytest.raises(DBAPIError) as error:
            connection.execute(text("SELECT 1"))
        assert isinstance(error.value.orig, InFailedSqlTransaction)
        transaction.rollback()
    assert demo.catalog(production) == before
    assert demo.version(production) == demo.CORE


@pytest.mark.parametrize("setting, committed", [("true", demo.CORE), ("false", None)])
def test_a_transaction_for_each_migration_keeps_the_earlier_ones(empty, setting, committed):
    engine = empty()
    with pytest.raises(DBAPIError):
        upgrade(engine, demo.PLAIN, transaction_per_migration=setting)
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
    assert (demo.version(engine) if found else None) == committed


@pytest.mark.parametrize("setting", ["true", "false"])
def test_from_nothing_to_head_in_one_go(empty, setting):
    """The migration itself creates the extension, so nothing can be intercepted."""
    engine = empty()
    with engine.connect() as connection:
        command.upgrade(configured(connection, transaction_per_migration=setting), demo.GUARDED)
        rolled_back = connection.scalar(text("SELECT sum(rolled_back) FROM guarded.summary()"))
        labels = set(connection.scalars(text("SELECT migration FROM guarded.report()")))
    assert demo.version(engine) == demo.GUARDED
    assert rolled_back == 0
    assert labels == {demo.GUARDED}


@WAYS
def test_the_offline_script_does_the_same(empty, core, revision, intercept, statements):
    offline = with_core(empty())
    config = demo.config(None, intercept)
    config.output_buffer = io.StringIO()
    command.upgrade(config, f"{demo.CORE}:{revision}", sql=True)
    with offline.connect() as connection:
        connection.connection.driver_connection.execute(config.output_buffer.getvalue())
    demo.guarded_run(core, revision, intercept)
    assert demo.catalog(offline) == demo.catalog(core)
    assert demo.version(offline) == revision


def test_the_command_line_shows_what_was_skipped(production):
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=demo.HERE,
        env=os.environ | {"PGDATABASE": production.url.database},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert 'table "admin_activities" does not exist' in done.stderr
    assert f"{demo.GUARDED} skipped missing_table" in done.stderr
    assert f"{demo.GUARDED} failed not_null_violation 1" in done.stderr


def test_the_demo_keeps_its_claims(capsys):
    assert demo.main() == 0
    assert "NO  " not in capsys.readouterr().out
