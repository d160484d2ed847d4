"""The Django recipes of docs/recipes.md: `manage.py migrate` of project/, where the tables of a module are missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

PROJECT = Path(__file__).parent / "project"
BIN = str(Path(sys.executable).parent)
SHOW = """
from django.db import migrations

{recipe}

class Migration(migrations.Migration):
    dependencies = [("shop", "{after}")]
    operations = [migrations.RunPython(show, migrations.RunPython.noop)]
"""
NOTE = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("shop", "0003_indexes_concurrently")]
    operations = [
        migrations.AddField("communitypost", "note", models.TextField(null=True)),
        migrations.AlterField("communitypost", "note", models.TextField(default="")),
    ]
"""
# What production has after the first migration: rows, no community module, and the leftover of an index.
PRODUCTION = """
    INSERT INTO shop_customer (name, email) VALUES ('Ann', 'ann@b.example'), ('Bob', 'bob@b.example');
    DROP TABLE shop_communitypost, shop_communitybadge;
"""
LEFTOVER = "CREATE INDEX CONCURRENTLY customer_email_lower ON shop_customer ((1 / (id - 1)))"

CATALOG = """
    SELECT 'column', attrelid::regclass || '.' || attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull)
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT 'constraint', conname, conrelid::regclass || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL
    SELECT 'index', indexrelid::regclass::text, concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid)
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
"""


class Project:
    """A copy of project/ for one database."""

    def __init__(self, path: Path, database: str) -> None:
        self.path, self.database = path, database
        shutil.copytree(PROJECT, path, dirs_exist_ok=True)

    def write(self, name: str, text: str) -> "Project":
        (self.path / name).write_text(text)
        return self

    def run(self, command: str, **variables: str) -> subprocess.CompletedProcess:
        environment = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}", "PGDATABASE": self.database} | variables
        return subprocess.run(["bash", "-c", command], cwd=self.path, env=environment, capture_output=True, text=True)

    def manage(self, arguments: str, **variables: str) -> str:
        done = self.run(f"python manage.py {arguments}", **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def project(new_database, tmp_path):
    """The project on production."""
    project = Project(tmp_path, new_database())
    project.manage("migrate shop 0001")
    with psycopg.connect(dbname=project.database, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION guarded_ddl")
        connection.execute(PRODUCTION)
        with pytest.raises(psycopg.errors.DivisionByZero):
            connection.execute(LEFTOVER)
    return project


@pytest.fixture
def complete(new_database, tmp_path_factory):
    """The catalog of a database that has all tables and was migrated as plain Django does it."""
    project = Project(tmp_path_factory.mktemp("complete"), new_database())
    project.manage("migrate")
    return catalog(project.database)


def catalog(database: str) -> dict[tuple, str]:
    with psycopg.connect(dbname=database) as connection:
        return {(kind, name): definition for kind, name, definition in connection.execute(CATALOG)}


def applied(database: str) -> list[str]:
    with psycopg.connect(dbname=database) as connection:
        return [
            name for (name,) in connection.execute("SELECT name FROM django_migrations WHERE app = 'shop' ORDER BY id")
        ]


def preload(database: str) -> None:
    with psycopg.connect(dbname=database, autocommit=True) as superuser:
        superuser.execute(f"ALTER DATABASE {database} SET session_preload_libraries = 'guarded_ddl'")


def without_the_module(objects: dict[tuple, str]) -> dict[tuple, str]:
    return {
        key: definition
        for key, definition in objects.items()
        if "communitypost" not in key[1] and "post_" not in key[1]
    }


def assert_migrated(project: Project, complete: dict[tuple, str]) -> None:
    """All that plain Django makes of a complete database is there, but for what is of the module."""
    assert applied(project.database)[-1].startswith("0003")
    assert catalog(project.database) == without_the_module(complete)
    with psycopg.connect(dbname=project.database) as connection:
        rows = connection.execute("SELECT name, plan FROM shop_customer ORDER BY id").fetchall()
    assert rows == [("Ann", "free"), ("Bob", "free")]


def test_without_the_line(project):
    before = catalog(project.database)
    done = project.run("python manage.py migrate")
    assert done.returncode == 1
    assert 'psycopg.errors.UndefinedTable: relation "shop_communitypost" does not exist' in done.stderr
    assert applied(project.database) == ["0001_initial"]
    assert catalog(project.database) == before


def test_the_signal(project, complete, recipe):
    project.write("shop/apps.py", recipe("django-signal"))
    project.manage("migrate")
    assert_migrated(project, complete)
    before = catalog(project.database)
    project.manage("migrate shop 0001 --fake")
    assert applied(project.database) == ["0001_initial"]
    project.manage("migrate")
    assert_migrated(project, complete)
    assert catalog(project.database) == before


def test_options_with_the_library_preloaded(project, complete, recipe):
    preload(project.database)
    project.write("settings_migrate.py", recipe("django-options"))
    done = project.run(recipe("django-migrate"))
    assert done.returncode == 0, done.stderr
    assert_migrated(project, complete)
    before = catalog(project.database)
    project.manage("migrate shop 0001 --fake")
    assert project.run(recipe("django-migrate")).returncode == 0
    assert_migrated(project, complete)
    assert catalog(project.database) == before


def test_options_alone_do_nothing(project, recipe):
    project.write("settings_migrate.py", recipe("django-options"))
    done = project.run(recipe("django-migrate"))
    assert done.returncode == 1
    assert "psycopg.errors.UndefinedTable" in done.stderr


def test_preloading_alone_does_nothing(project):
    preload(project.database)
    done = project.run("python manage.py migrate")
    assert done.returncode == 1
    assert "psycopg.errors.UndefinedTable" in done.stderr


def test_pgoptions(project, complete):
    preload(project.database)
    project.manage("migrate", PGOPTIONS="-c guarded.intercept=on")
    assert_migrated(project, complete)


def test_the_report(project, recipe):
    project.write("shop/apps.py", recipe("django-signal"))
    project.write(
        "shop/migrations/0004_show.py", SHOW.format(recipe=recipe("django-report"), after="0003_indexes_concurrently")
    )
    printed = project.manage("migrate")
    shown = [
        line.split(maxsplit=3)
        for line in printed.splitlines()
        if line.strip().startswith(("skipped", "conflict", "failed"))
    ]
    found = {(status, reason, name) for status, reason, name, _ in shown}
    assert ("skipped", "missing_table", "shop_communitypost.pinned") in found
    assert ("skipped", "missing_table", "post_headline") in found
    assert ("skipped", "already_absent", "shop_communitybadge") in found
    assert {status for status, _, _ in found} == {"skipped"}


def test_rows_are_not_guarded(project, recipe):
    """What the recipe warns of: for this Django sends an UPDATE."""
    project.write("shop/apps.py", recipe("django-signal"))
    project.write("shop/migrations/0004_note.py", NOTE)
    done = project.run("python manage.py migrate")
    assert done.returncode == 1
    assert "psycopg.errors.UndefinedTable" in done.stderr
    assert "UPDATE" in done.stderr
    assert applied(project.database)[-1].startswith("0003")


def test_where_every_table_exists_the_line_changes_nothing(new_database, tmp_path, complete, recipe):
    project = Project(tmp_path, new_database())
    with psycopg.connect(dbname=project.database, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION guarded_ddl")
    project.write("shop/apps.py", recipe("django-signal")).manage("migrate")
    assert catalog(project.database) == complete


def test_the_functions(project, recipe):
    for name in ("0002_plans.py", "0003_indexes_concurrently.py"):
        (project.path / "shop" / "migrations" / name).unlink()
    project.write("shop/migrations/0002_plan.py", recipe("django-functions"))
    project.write("shop/migrations/0003_show.py", SHOW.format(recipe=recipe("django-report"), after="0002_plan"))
    printed = project.manage("migrate")
    assert 'skipped missing_table community_posts.pinned table "community_posts" does not exist' in printed
    assert catalog(project.database)["column", "shop_customer.plan"] == "character varying(20) t"
    project.manage("migrate shop 0001")
    assert ("column", "shop_customer.plan") not in catalog(project.database)
