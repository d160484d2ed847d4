"""The Alembic recipes of docs/recipes.md, by the command line, in a project that `alembic init` made."""

import os
import re
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import psycopg
import pytest

BIN = str(Path(sys.executable).parent)

# What is there when the migrations below come, with the leftover of a CREATE INDEX CONCURRENTLY that failed.
BEFORE = """
    CREATE TABLE users (id bigint PRIMARY KEY, email text, plan text);
    INSERT INTO users VALUES (1, 'ann@b.example', 'free'), (2, 'ann@b.example', 'free');
"""
LEFTOVER = "CREATE UNIQUE INDEX CONCURRENTLY uq_users_email ON users (email)"

MIGRATIONS = {
    "0001": """
        op.create_table("deals", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("owner", sa.BigInteger()))
    """,
    "0002": """
        op.add_column("users", sa.Column("locale", sa.String(10), server_default="en", nullable=False))
        op.add_column("admin_deals", sa.Column("amount", sa.Numeric(12, 2)))
        op.alter_column("deals", "owner", type_=sa.Integer(), nullable=False)
        op.alter_column("admin_deals", "amount", nullable=False)
        op.create_foreign_key("fk_deals_owner", "deals", "users", ["owner"], ["id"])
        op.create_foreign_key("fk_deals_admin", "deals", "admin_deals", ["owner"], ["id"])
        op.create_unique_constraint("uq_admin_deals", "admin_deals", ["amount"])
        op.drop_table("admin_nudges")
    """,
    "0003": """
        with op.get_context().autocommit_block():
            op.create_index("ix_users_plan", "users", ["plan"], postgresql_concurrently=True)
            op.create_index("ix_admin_deals_amount", "admin_deals", ["amount"], postgresql_concurrently=True)
            op.create_index("uq_users_email", "users", ["email"], unique=True, postgresql_concurrently=True)
            op.drop_index("ix_never", "users", postgresql_concurrently=True)
    """,
    "0004": """
        op.add_column("users", sa.Column("last", sa.Integer()))
        op.add_column("admin_deals", sa.Column("last", sa.Integer()))
    """,
}
HEAD = "0004"
# What a run from 0001 to head does: the foreign key to admin_deals, and everything on it, has nothing to stand on.
FIRST_RUN = {("applied", None): 7, ("skipped", "missing_table"): 6, ("skipped", "already_absent"): 2}


class Project:
    """A new Alembic project for one database, with the migrations above."""

    def __init__(self, path: Path, database: str, template: str = "generic") -> None:
        self.path, self.database = path, database
        self.run(f"alembic init --template {template} migrations")
        self.env = path / "migrations" / "env.py"
        driver = "asyncpg" if template == "async" else "psycopg"
        self.change(path / "alembic.ini", "driver://user:pass@localhost/dbname", f"postgresql+{driver}:///")
        for revision, body in MIGRATIONS.items():
            self.migration(revision, body)

    def migration(self, revision: str, body: str, top: str = "") -> None:
        before = f"{int(revision) - 1:04}"
        (self.path / "migrations" / "versions" / f"{revision}_.py").write_text(
            f"import sqlalchemy as sa\nfrom alembic import op\n{top}\n"
            f"revision = {revision!r}\ndown_revision = {None if before == '0000' else before!r}\n\n"
            f"def upgrade():\n    {body.strip().replace(chr(10) + '    ', chr(10))}\n"
        )

    def change(self, path: Path, old: str, new: str) -> None:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def with_line(self, line: str) -> "Project":
        """The recipe in place of each context.run_migrations(), indented as that is."""
        text = self.env.read_text()
        found = re.compile(r"^( +)context\.run_migrations\(\)\n", re.M)
        assert len(found.findall(text)) == 2
        self.env.write_text(found.sub(lambda place: re.sub(r"^", place[1], line.rstrip(), flags=re.M) + "\n", text))
        return self

    def with_summary(self, lines: str) -> "Project":
        """The recipe after the last block of `with context.begin_transaction()`, one level further out."""
        head, last, tail = self.env.read_text().rpartition("context.run_migrations()\n")
        indent = re.search(r"^( *)with context", head[head.rindex("with context") - 20 :], re.M)[1]
        self.env.write_text(head + last + "\n" + re.sub(r"^", indent, lines.rstrip(), flags=re.M) + "\n" + tail)
        return self

    def with_transaction_per_migration(self) -> "Project":
        self.change(
            self.env,
            "target_metadata=target_metadata",
            "target_metadata=target_metadata, transaction_per_migration=True",
        )
        return self

    def with_ini(self, settings: str) -> "Project":
        parser = RawConfigParser()
        parser.read(self.path / "alembic.ini")
        parser.read_string(settings)
        with open(self.path / "alembic.ini", "w") as file:
            parser.write(file)
        return self

    def run(self, command: str, **variables: str) -> subprocess.CompletedProcess:
        environment = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}", "PGDATABASE": self.database} | variables
        command = f"set -o pipefail; {command}"
        return subprocess.run(["bash", "-c", command], cwd=self.path, env=environment, capture_output=True, text=True)

    def upgrade(self, revision: str = "head", **variables: str) -> str:
        done = self.run(f"alembic upgrade {revision}", **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def database(guarded_database):
    name = guarded_database(BEFORE)
    with psycopg.connect(dbname=name, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(LEFTOVER)
        connection.execute("UPDATE users SET email = 'bob@b.example' WHERE id = 2")
    return name


@pytest.fixture
def project(database, tmp_path):
    """The project without any recipe."""
    return Project(tmp_path, database)


def version(observe) -> str:
    return observe("SELECT version_num FROM alembic_version")[0][0]


def indexes(observe) -> dict[str, bool]:
    """The indexes of users, and whether they are valid."""
    return dict(
        observe("SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indrelid = 'users'::regclass")
    )


def columns(observe) -> list[str]:
    return [
        name
        for (name,) in observe(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'users' ORDER BY ordinal_position"
        )
    ]


def objects(observe) -> list:
    """Every object, with the identity that a second run must not change."""
    return observe(
        "SELECT oid, relname, relfilenode FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY oid"
    )


def assert_migrated(observe) -> None:
    assert version(observe) == HEAD
    assert columns(observe) == ["id", "email", "plan", "locale", "last"]
    assert indexes(observe) == {"users_pkey": True, "ix_users_plan": True, "uq_users_email": True}
    assert observe("SELECT conname FROM pg_constraint WHERE conrelid = 'deals'::regclass AND contype = 'f'") == [
        ("fk_deals_owner",)
    ]
    assert observe("SELECT to_regclass('admin_deals') IS NULL, to_regclass('admin_nudges') IS NULL") == [(True, True)]


def parsed(summary: str) -> dict[tuple, int]:
    """What the recipe prints, by status and reason."""
    lines = re.findall(r"^ +(\d+)  (\w+) *(\w+)?$", summary, re.M)
    return {(status, reason or None): int(outcomes) for outcomes, status, reason in lines}


# --- one line in env.py ---


@pytest.mark.parametrize("template", ["generic", "async"])
@pytest.mark.parametrize("per_migration", [False, True])
def test_the_line(database, tmp_path, observe, recipe, template, per_migration):
    project = Project(tmp_path, database, template).with_line(recipe("alembic-line"))
    if template == "generic":
        project.with_summary(recipe("alembic-summary"))
    if per_migration:
        project.with_transaction_per_migration()
    project.upgrade("0001")
    printed = project.upgrade()
    assert_migrated(observe)
    assert template == "async" or parsed(printed) == FIRST_RUN
    before = objects(observe)
    project.run("alembic stamp 0001")
    assert version(observe) == "0001"
    printed = project.upgrade()
    assert_migrated(observe)
    assert objects(observe) == before
    assert {status for status, _ in parsed(printed)} <= {"skipped"}


@pytest.mark.parametrize("fits", [False, True])
def test_collect(project, observe, recipe, fits):
    """All of it is committed, or nothing, with everything that does not fit in one error."""
    if not fits:
        with psycopg.connect(dbname=project.database, autocommit=True) as connection:
            connection.execute("ALTER TABLE users ADD COLUMN last text; INSERT INTO users VALUES (3, NULL, 'free')")
            connection.execute("CREATE TABLE admin_deals (amount text, last int)")
    project.with_line(recipe("alembic-collect"))
    project.upgrade("0001")
    # What it does outside the transaction is committed before the rest.
    project.change(project.path / "migrations" / "versions" / "0003_.py", "with op.get_context().autocommit_block():", "if False:")
    done = project.run("alembic upgrade head")
    if fits:
        assert done.returncode == 0, done.stderr
        assert version(observe) == HEAD
    else:
        assert done.returncode == 1
        assert "this migration has 2 conflicts" in done.stderr
        for said in "  1. conflict (differs): add_column admin_deals.amount", "  2. conflict (differs): add_column users.last":
            assert said in done.stderr
        assert version(observe) == "0001"
        assert columns(observe) == ["id", "email", "plan", "last"]


@pytest.mark.parametrize("per_migration", [False, True])
def test_without_the_line(project, observe, per_migration):
    if per_migration:
        project.with_transaction_per_migration()
    done = project.run("alembic upgrade head")
    assert done.returncode == 1
    assert "psycopg.errors.UndefinedTable" in done.stderr
    assert columns(observe) == ["id", "email", "plan"]


def test_from_an_empty_database(new_database, tmp_path, recipe):
    """Alembic's own table is made by the same session."""
    name = new_database()
    with psycopg.connect(dbname=name, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION guarded_ddl")
        Project(tmp_path, name).with_line(recipe("alembic-line")).with_transaction_per_migration().upgrade()
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        assert {name for (name,) in tables} == {"alembic_version", "deals"}


def test_before_configure_it_commits_nothing(project, observe, recipe):
    """What the recipe warns of: SQLAlchemy begins a transaction, Alembic takes it for the caller's."""
    line = recipe("alembic-line").splitlines()[0].replace("context.execute", "connection.exec_driver_sql")
    project.change(
        project.env,
        "        context.configure(\n            connection",
        f"        {line}\n        context.configure(\n            connection",
    )
    done = project.run("alembic upgrade 0002")
    assert done.returncode == 0, done.stderr
    assert observe("SELECT to_regclass('alembic_version') IS NULL, to_regclass('deals') IS NULL") == [(True, True)]


@pytest.mark.parametrize("invalid", [True, False])
def test_an_error_of_create_index_concurrently_is_raised(project, observe, recipe, invalid):
    """It cannot be undone, so it is not passed over. The leftover it leaves is built again by the next run."""
    with psycopg.connect(dbname=project.database, autocommit=True) as connection:
        connection.execute("UPDATE users SET email = 'ann@b.example'")
        if not invalid:
            connection.execute("DROP INDEX uq_users_email")
    project.with_line(recipe("alembic-line"))
    done = project.run("alembic upgrade head")
    assert done.returncode == 1
    assert "psycopg.errors.UniqueViolation" in done.stderr
    assert indexes(observe)["uq_users_email"] is False
    with psycopg.connect(dbname=project.database, autocommit=True) as connection:
        connection.execute("UPDATE users SET email = id::text")
    project.upgrade()
    assert_migrated(observe)


# --- alembic upgrade --sql ---


@pytest.mark.parametrize("per_migration", [False, True])
def test_the_script(project, observe, recipe, per_migration):
    project.with_line(recipe("alembic-line"))
    if per_migration:
        project.with_transaction_per_migration()
    project.upgrade("0001")
    done = project.run(recipe("alembic-sql"), FROM="0001")
    assert done.returncode == 0, done.stderr
    assert 'skipped add_column admin_deals.amount: table "admin_deals" does not exist' in done.stderr
    assert_migrated(observe)
    before = objects(observe)
    again = project.run(recipe("alembic-sql"), FROM="0001")
    assert again.returncode == 0, again.stderr
    assert_migrated(observe)
    assert objects(observe) == before


def test_the_script_without_the_line(project, observe, recipe):
    project.upgrade("0001")
    done = project.run(recipe("alembic-sql"), FROM="0001")
    assert done.returncode != 0
    assert 'ERROR:  relation "admin_deals" does not exist' in done.stderr
    assert version(observe) == "0001"


# --- the setting instead of the line ---


def test_pgoptions(project, observe, recipe):
    with psycopg.connect(dbname=project.database, autocommit=True) as superuser:
        superuser.execute(f"ALTER DATABASE {project.database} SET session_preload_libraries = 'guarded_ddl'")
    project.run("alembic upgrade 0001")
    assert project.run("alembic upgrade head").returncode == 1
    done = project.run(recipe("pgoptions"))
    assert done.returncode == 0, done.stderr
    assert_migrated(observe)


def test_pgoptions_without_the_library(project, recipe):
    done = project.run(recipe("pgoptions"))
    assert done.returncode == 1
    assert "psycopg.errors.UndefinedTable" in done.stderr


@pytest.fixture
def migrator(only_migrator, project, recipe):
    """The role of the recipe, which owns the tables but is no superuser."""
    with psycopg.connect(dbname=project.database, autocommit=True) as superuser:
        superuser.execute("CREATE ROLE migrator LOGIN")
        try:
            superuser.execute("GRANT CREATE ON SCHEMA public TO migrator; ALTER TABLE users OWNER TO migrator")
            superuser.execute(recipe("role"))
            yield only_migrator
        finally:
            superuser.execute("REASSIGN OWNED BY migrator TO CURRENT_USER; DROP OWNED BY migrator")
            superuser.execute("DROP ROLE migrator")


def test_a_role_for_which_it_is_on(project, observe, migrator):
    project.upgrade("0001", PGUSER=migrator)
    project.upgrade(PGUSER=migrator)
    assert_migrated(observe)
    before = objects(observe)
    project.run("alembic stamp 0001", PGUSER=migrator)
    project.upgrade(PGUSER=migrator)
    assert_migrated(observe)
    assert objects(observe) == before


# --- logging ---


def test_logging(project, recipe):
    project.with_line(recipe("alembic-line")).with_ini(recipe("alembic-logging"))
    done = project.run("alembic upgrade head")
    assert done.returncode == 0, done.stderr
    assert 'skipped add_column admin_deals.amount: table "admin_deals" does not exist' in done.stderr


# --- the functions ---


def test_the_functions(new_database, tmp_path, recipe):
    """All the snippets that call functions, one migration each."""
    name = new_database()
    with psycopg.connect(dbname=name, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION guarded_ddl")
        connection.execute("""
            CREATE TABLE users (id bigint PRIMARY KEY, email text);
            CREATE TABLE documents (id bigint PRIMARY KEY, status text, tags text[]);
            CREATE TABLE deals (id bigint PRIMARY KEY, user_id bigint);
        """)
        project = Project(tmp_path, name)
        versions = tmp_path / "migrations" / "versions"
        top, body = recipe("alembic-parameters").split("\n\n", 1)
        snippets = [
            recipe("alembic-call"),
            f"{top}\nfrom alembic import op\n\ndef upgrade():\n" + re.sub("^", "    ", body, flags=re.M),
            "from alembic import op\nfrom sqlalchemy import ARRAY, Text, bindparam, text\n\n"
            + recipe("alembic-guarded"),
            "from alembic import op\nfrom sqlalchemy import text\n\ndef upgrade():\n"
            + re.sub("^", "    ", recipe("alembic-outcome"), flags=re.M),
        ]
        for number, (path, snippet) in enumerate(zip(sorted(versions.glob("*.py")), snippets, strict=True), 1):
            before = None if number == 1 else f"{number - 1:04}"
            path.write_text(f"{snippet}\n\nrevision = '{number:04}'\ndown_revision = {before!r}\n")
        printed = project.upgrade()
        assert printed.strip() == "[{'have': 'text', 'want': 'integer', 'attribute': 'type'}]"
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0004",)]
        indexes = {
            name for (name,) in connection.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        }
        assert {"uq_users_email", "ix_users_email", "ix_documents_tags"} <= indexes
        assert connection.execute("SELECT count(*) FROM pg_constraint WHERE conname = 'fk_deals_user'").fetchone() == (
            1,
        )


def test_the_example_project_has_the_line_and_the_helper_of_the_recipes(recipe):
    example = Path(__file__).parents[2] / "examples" / "alembic"
    helper = recipe("alembic-guarded").split("\n\n\n")[0]
    assert helper in (example / "script.py.mako").read_text()
    line = recipe("alembic-line").splitlines()[0]
    assert line in (example / "env.py").read_text()
    assert line in (example / "README.md").read_text()
