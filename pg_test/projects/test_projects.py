"""Migrations of real projects, unchanged, with plain DDL intercepted: the same schema; and half-way, tables gone missing.
And what is made of the snapshot of such a schema."""

import re

import dumps
import pytest
import repaired
import schema
from project import Databases, Project, Run, query

ALEMBIC = "SELECT version_num FROM alembic_version"
DJANGO = "SELECT app, name FROM django_migrations ORDER BY app, name"
PROJECTS = [
    # One transaction for all revisions; psycopg2.
    Project(
        name="ckan",
        history=ALEMBIC,
        half_way=("048f7db947bf",),
        dropped=(
            "activity",
            "activity_detail",
            "group_role",
            "member_revision",
            "package_relationship",
            "package_tag",
            "package_tag_revision",
        ),
    ),
    # A transaction for each revision, CREATE INDEX CONCURRENTLY in between; asyncpg.
    Project(
        name="prefect",
        history=ALEMBIC,
        half_way=("7d918a392297",),
        dropped=("artifact", "flow_run_notification_queue", "log", "task_run", "work_pool", "worker"),
    ),
    # A transaction for each migration of each application; Django with psycopg 3.
    Project(
        name="wagtail",
        history=DJANGO,
        half_way=(
            "wagtailcore.0069_log_entry_jsonfield",
            "wagtaildocs.0004_capitalizeverbose",
            "wagtailforms.0004_add_verbose_name_plural",
            "wagtailimages.0023_add_choose_permissions",
            "wagtailredirects.0004_set_unique_on_path_and_site",
            "wagtailusers.0007_userprofile_current_time_zone",
        ),
        dropped=(
            "wagtailcore_taskstate",
            "wagtaildocs_document",
            "wagtailforms_formsubmission",
            "wagtailredirects_redirect",
            "wagtailusers_userprofile",
        ),
    ),
]
INSTALLED = [project for project in PROJECTS if project.python]


@pytest.fixture(scope="module")
def databases():
    made = Databases()
    yield made
    made.close()


@pytest.fixture(scope="module", params=INSTALLED, ids=[project.name for project in INSTALLED])
def project(request):
    return request.param


@pytest.fixture(scope="module")
def plain(project, databases):
    """The database that the project's migrations make by themselves."""
    name = databases.create()
    run = succeeded(project.migrate(name))
    assert run.revisions > 50
    assert run.outcomes == []
    return name


@pytest.fixture(scope="module")
def half_way(project, databases):
    """With some tables less than it should have."""
    name = databases.create()
    succeeded(project.migrate(name, *project.half_way))
    query(name, f"DROP TABLE {', '.join(project.dropped)} CASCADE")
    return name


def succeeded(run: Run) -> Run:
    assert not run.error, run.error
    return run


def unexplained(run: Run, dropped: tuple[str, ...] = ()) -> list[dict]:
    """What was skipped although there was something to do (unlike DROP … IF EXISTS) and no dropped table to do it on."""
    # With a foreign key Django sends SET CONSTRAINTS, which names the constraint alone.
    said = tuple(text for table in dropped for text in (f'table "{table}" does not exist', f'constraint "{table}_'))
    nothing_to_do = ("already_absent", "already_exists", "no_change")
    skipped = run.having(status="skipped")
    return [row for row in skipped if row["reason"] not in nothing_to_do and not row["message"].startswith(said)]


def test_on_an_empty_database_the_schema_is_the_same(project, databases, plain):
    name = databases.intercept(databases.create())
    run = succeeded(project.migrate(name))
    assert run.revisions > 50
    assert len(run.having(status="applied", rolled_back=False)) > run.revisions
    assert run.all("status") <= {"applied", "skipped"}
    assert unexplained(run) == []
    assert schema.dump(name) == schema.dump(plain)
    assert query(name, project.history) == query(plain, project.history)


def test_where_tables_are_missing_plain_migrations_stop_and_strict_ones_too(project, databases, plain, half_way):
    alone = databases.create(template=half_way)
    strict = databases.intercept(databases.create(template=half_way), policy="strict", missing="fail")
    missing = [re.findall(r'relation "(\w+)" does not exist', project.migrate(name).error) for name in (alone, strict)]
    assert missing[0] and set(missing[0]) <= set(project.dropped)
    assert missing[1] == missing[0]
    assert schema.dump(strict) == schema.dump(alone)
    assert query(strict, project.history) == query(alone, project.history) != query(plain, project.history)


def test_where_tables_are_missing_everything_else_is_the_same(project, databases, plain, half_way):
    name = databases.intercept(databases.create(template=half_way))
    run = succeeded(project.migrate(name))
    assert run.all("status") == {"applied", "skipped"}
    assert unexplained(run, project.dropped) == []
    assert {f'table "{table}" does not exist' for table in project.dropped} <= run.all("message", status="skipped")
    assert schema.entries(name) == schema.without(plain, project.dropped)
    assert query(name, project.history) == query(plain, project.history)


@pytest.fixture(scope="module")
def restored(databases, plain):
    """From its dump: PostgreSQL writes some conditions in another way once they were restored (varchar IN (…) is one)."""
    name = databases.create()
    dumps.restore(dumps.dump(plain, "--schema-only", "--exclude-schema=guarded"), name)
    return name


@pytest.mark.parametrize("how", ["repair", "sql", "guarded"])
def test_what_is_made_of_its_snapshot_is_the_same(project, databases, plain, restored, how):
    spec = repaired.snapshot(plain)
    assert repaired.count(spec)["tables"] > 25
    assert repaired.differences(plain, spec) == repaired.differences(restored, spec) == []
    came = repaired.made(databases.create(), spec, how)
    assert "\n".join(came.problems) == ""
    assert came.differences == []
    assert repaired.unlike(repaired.snapshot(restored), came.snapshot) == ""
    assert came.dump == repaired.dumped(restored)
    assert "\n".join(came.again) == ""
