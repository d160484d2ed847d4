"""docs/recipes.md end to end: psql, specs, psycopg 3, asyncpg, a role for which it is on. Alembic and Django have folders."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from hashlib import md5
from pathlib import Path

import asyncpg
import psycopg
import pytest
import sqlalchemy
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from psycopg import errors, sql

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "recipes.md"

# What is there before.
BEFORE = """
    CREATE TABLE users (id bigint PRIMARY KEY, email text);
    INSERT INTO users VALUES (1, 'ann@b.example'), (2, NULL);
"""
# What the migration asks for; the table admin_deals and what depends on it are missing.
MIGRATION = """
ALTER TABLE users ADD COLUMN plan varchar(20) NOT NULL DEFAULT 'free';
ALTER TABLE admin_deals ADD COLUMN amount numeric(12,2);
CREATE INDEX users_plan ON users (plan);
CREATE INDEX admin_deals_amount ON admin_deals (amount);
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
CREATE TABLE audit (id bigint PRIMARY KEY, line text);
INSERT INTO audit VALUES (1, 'migrated') ON CONFLICT DO NOTHING;
ALTER TABLE users ADD CONSTRAINT users_plan_check CHECK (plan <> '');
DROP TABLE admin_nudges;
"""
STATEMENTS = MIGRATION.strip().split("\n")
NEVER = {("skipped", "missing_table"): 2, ("skipped", "already_absent"): 1, ("failed", "not_null_violation"): 1}
FIRST_RUN = NEVER | {("applied", None): 4}
SECOND_RUN = NEVER | {("skipped", "already_exists"): 4}


@pytest.fixture
def database(guarded_database):
    """The name of a database with the extension and with what is there before."""
    return guarded_database(BEFORE)


@pytest.fixture
def migrator(only_migrator, database, recipe):
    """The role of the recipe, which owns the database but is no superuser; the recipe itself is run by a superuser."""
    with psycopg.connect(dbname=database, autocommit=True) as superuser:
        superuser.execute("CREATE ROLE migrator LOGIN")
        try:
            superuser.execute(f"ALTER DATABASE {database} OWNER TO migrator; ALTER TABLE users OWNER TO migrator")
            superuser.execute("GRANT CREATE ON SCHEMA public TO migrator")
            superuser.execute(recipe("role"))
            yield only_migrator
        finally:
            superuser.execute(f"ALTER DATABASE {database} OWNER TO CURRENT_USER")
            superuser.execute("DROP OWNED BY migrator")
            superuser.execute("DROP ROLE migrator")


def run(command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess:
    """As a user types it."""
    return subprocess.run(["bash", "-c", command], cwd=cwd, env=os.environ | variables, capture_output=True, text=True)


def namespace(code: str) -> dict:
    """What a recipe in Python defines."""
    names = {"asyncpg": asyncpg}
    exec(compile(code, "recipe", "exec"), names)
    return names


def assert_migrated(observe) -> None:
    assert observe("SELECT count(*), min(plan) FROM users") == [(2, "free")]
    assert observe("SELECT id, line FROM audit") == [(1, "migrated")]
    assert observe("SELECT to_regclass('users_plan') IS NOT NULL, to_regclass('admin_deals') IS NULL") == [(True, True)]
    assert observe("SELECT conname FROM pg_constraint WHERE conrelid = 'users'::regclass AND contype = 'c'") == [
        ("users_plan_check",)
    ]
    assert observe("SELECT attnotnull FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'email'") == [
        (False,)
    ]


def assert_untouched(observe) -> None:
    columns = "SELECT attname FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0 ORDER BY attnum"
    assert observe(columns) == [("id",), ("email",)]
    assert observe("SELECT to_regclass('audit') IS NULL") == [(True,)]


def assert_stopped(done: subprocess.CompletedProcess, error: str, observe) -> None:
    """psql has met the error, and nothing stands of what it did before."""
    assert done.returncode == 3
    assert error in done.stderr
    assert_untouched(observe)


def objects(observe) -> list:
    """Every object made by a migration, with the identity that a second run must not change."""
    return observe(
        "SELECT oid, relname, relfilenode FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY oid"
    )


def summary(connection: psycopg.Connection) -> dict[tuple, int]:
    rows = connection.execute("SELECT status, reason, outcomes FROM guarded.summary()").fetchall()
    return {(status, reason): outcomes for status, reason, outcomes in rows}


def parsed(printed: str) -> dict[tuple, int]:
    """What psql -At prints of status, reason, outcomes."""
    rows = [line.split("|") for line in printed.splitlines() if line.count("|") == 2]
    return {(status, reason or None): int(outcomes) for status, reason, outcomes in rows}


# --- the page itself ---


def test_every_program_in_the_recipes_is_named_and_tested():
    page = PAGE.read_text()
    blocks = re.findall(r"(.*)\n```(?:python|sh|ini|psql)\n", page)
    assert len(blocks) > 15
    names = [re.fullmatch(r"<!-- recipe (\S+) -->", line) for line in blocks]
    assert None not in names, "a program without <!-- recipe NAME --> above it"
    tests = "".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    untested = [name[1] for name in names if f'recipe("{name[1]}")' not in tests]
    assert untested == []


# --- when the missing tables come ---


@pytest.mark.parametrize("fits", [True, False])
def test_replay(database, observe, recipe, tmp_path, fits):
    (tmp_path / "migration.sql").write_text(MIGRATION)
    assert run(recipe("psql-line"), tmp_path, PGDATABASE=database).returncode == 0
    with psycopg.connect(dbname=database, autocommit=True) as connection:
        connection.execute("CREATE TABLE admin_deals (id bigint)")
        if fits:
            connection.execute("UPDATE users SET email = 'bob@b.example' WHERE email IS NULL")
    done = run(recipe("replay"), tmp_path, PGDATABASE=database)
    assert done.returncode == (0 if fits else 3), done.stderr
    assert re.search(r"\| admin_deals\.amount +\| t +\|", done.stdout)
    assert ("1 failure" in done.stderr) is not fits
    done = "SELECT guarded.column_exists('admin_deals', 'amount'), to_regclass('admin_deals_amount') IS NOT NULL"
    assert observe(done) == [(fits, fits)]
    assert observe("SELECT count(*) FROM guarded.pending") == [(0 if fits else 3,)]


# --- psql ---

SUMMARY = " -c 'SELECT status, reason, outcomes FROM guarded.summary()' -A -t"


def test_psql(database, observe, recipe, tmp_path):
    (tmp_path / "migration.sql").write_text(MIGRATION)
    command = recipe("psql-line").strip() + SUMMARY
    first = run(command, tmp_path, PGDATABASE=database)
    assert first.returncode == 0, first.stderr
    assert parsed(first.stdout) == FIRST_RUN
    assert 'NOTICE:  skipped add_column admin_deals.amount: table "admin_deals" does not exist' in first.stderr
    assert_migrated(observe)
    before = objects(observe)
    second = run(command, tmp_path, PGDATABASE=database)
    assert second.returncode == 0, second.stderr
    assert parsed(second.stdout) == SECOND_RUN
    assert objects(observe) == before


def test_psql_shows_the_command_tags_of_plain_sql(database, recipe, tmp_path):
    (tmp_path / "migration.sql").write_text(MIGRATION)
    done = run(recipe("psql-line"), tmp_path, PGDATABASE=database)
    tags = [line for line in done.stdout.splitlines() if re.fullmatch(r"[A-Z]+ ?[A-Z0-9 ]*", line)]
    assert tags == [
        "ALTER TABLE", "ALTER TABLE", "CREATE INDEX", "CREATE INDEX", "ALTER TABLE", "CREATE TABLE", "INSERT 0 1",
        "ALTER TABLE", "DROP TABLE",
    ]  # fmt: skip


def test_psql_without_the_line(database, observe, recipe, tmp_path):
    (tmp_path / "migration.sql").write_text(MIGRATION)
    command = recipe("psql-line").replace("-c 'SELECT guarded.intercept(true)'", "")
    done = run(command, tmp_path, PGDATABASE=database)
    assert_stopped(done, 'ERROR:  relation "admin_deals" does not exist', observe)


def test_psql_rolls_back_as_a_whole_when_a_row_is_wrong(database, observe, recipe, tmp_path):
    """Only DDL is guarded, so -1 still means all or nothing where the data is at stake."""
    (tmp_path / "migration.sql").write_text(MIGRATION + "INSERT INTO users SELECT * FROM admin_deals;\n")
    done = run(recipe("psql-line"), tmp_path, PGDATABASE=database)
    assert_stopped(done, 'ERROR:  relation "admin_deals" does not exist', observe)


def test_psql_under_the_policy_strict(database, observe, recipe, tmp_path):
    """What is missing or there already is skipped; what fails stops the script, and all of it is rolled back."""
    (tmp_path / "migration.sql").write_text(MIGRATION)
    command = recipe("psql-line").replace("-f", "-c 'SET guarded.policy = strict' -f")
    done = run(command, tmp_path, PGDATABASE=database)
    assert_stopped(done, 'ERROR:  column "email" of relation "users" contains null values', observe)
    with psycopg.connect(dbname=database) as connection:
        connection.execute("UPDATE users SET email = 'bob@b.example' WHERE email IS NULL")
    done = run(command, tmp_path, PGDATABASE=database)
    assert done.returncode == 0, done.stderr
    assert observe("SELECT attnotnull FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'email'") == [
        (True,)
    ]
    assert observe("SELECT to_regclass('audit') IS NOT NULL") == [(True,)]


def test_psql_with_the_example_script(database, observe, recipe, tmp_path):
    (tmp_path / "migrate.sql").write_text((TESTS.parent / "examples" / "psql" / "migrate.sql").read_text())
    for _ in range(2):
        done = run(recipe("psql-script"), tmp_path, PGDATABASE=database)
        assert done.returncode == 0, done.stderr
        assert 'table "community_posts" does not exist' in done.stderr
        assert observe(
            "SELECT to_regclass('accounts_email') IS NOT NULL, to_regclass('open_accounts') IS NOT NULL"
        ) == [(True, True)]


def test_psql_runs_a_script_of_plain_sql(database, observe, recipe, tmp_path):
    (tmp_path / "migration.sql").write_text(MIGRATION)
    (tmp_path / "recipe.sql").write_text(recipe("psql-run") + recipe("psql-look"))
    done = run("psql -X -q -A -t -f recipe.sql", tmp_path, PGDATABASE=database)
    assert done.returncode == 0, done.stderr
    assert [row.split("|")[2:4] for row in done.stdout.splitlines()] == [
        ["skipped", "missing_table"],
        ["skipped", "missing_table"],
        ["failed", "not_null_violation"],
        ["skipped", "already_absent"],
    ]
    assert_migrated(observe)
    done = run("psql -X -q -A -t -c 'CREATE TABLE community_posts ()' -f recipe.sql", tmp_path, PGDATABASE=database)
    assert done.stdout.splitlines()[-1] == "the community module is installed"


# --- specs ---

# A good database, and what drift makes of it.
DRIFT = """
    ALTER TABLE users DROP COLUMN plan;
    ALTER TABLE users ALTER COLUMN email SET DEFAULT 'nobody';
    ALTER TABLE users ADD COLUMN fax text;
    DROP TABLE audit;
"""
MISSING_AND_OTHER = [["column", "public.users.email"], ["column", "public.users.plan"], ["table", "public.audit"]]


@pytest.fixture
def scripts(tmp_path) -> Path:
    """A copy of examples/psql/spec, in which a user works."""
    return Path(shutil.copytree(TESTS.parent / "examples" / "psql" / "spec", tmp_path / "with 'spaces'"))


@pytest.fixture
def drifted(database, scripts, recipe) -> str:
    """The name of a database that was good when good.json was written."""
    with psycopg.connect(dbname=database, autocommit=True) as connection:
        connection.execute("CREATE TABLE audit (id bigint PRIMARY KEY); ALTER TABLE users ADD COLUMN plan varchar(20)")
        assert run(recipe("spec-snapshot"), scripts, PGDATABASE=database).returncode == 0
        validated = run(recipe("spec-validate"), scripts, PGDATABASE=database)
        assert (validated.returncode, differing(validated)) == (0, [])
        connection.execute(DRIFT)
    return database


def differing(validated: subprocess.CompletedProcess) -> list[list[str]]:
    """Kind and object of the rows that validate.sh printed."""
    rows = [line.split("|") for line in validated.stdout.splitlines() if line.count("|") == 5]
    return sorted([kind.strip(), name.strip()] for kind, name, *_ in rows[1:])


def test_validate(drifted, scripts, recipe):
    done = run(recipe("spec-validate"), scripts, PGDATABASE=drifted)
    assert (done.returncode, done.stderr) == (1, "")
    assert differing(done) == sorted([*MISSING_AND_OTHER, ["column", "public.users.fax"]])
    assert differing(run("./validate.sh good.json", scripts, PGDATABASE=drifted)) == MISSING_AND_OTHER


def test_validate_reads_only_and_needs_no_privileges(new_role, drifted, scripts, recipe):
    with psycopg.connect(dbname=drifted) as connection:
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    options = "-c default_transaction_read_only=on"
    done = run(recipe("spec-validate"), scripts, PGDATABASE=drifted, PGUSER=new_role(), PGOPTIONS=options)
    assert done.returncode == 1, done.stderr
    assert len(differing(done)) == 4


@pytest.mark.parametrize("spec", ["missing.json", "broken.json", "wrong.json"])
def test_validate_tells_an_error_from_a_difference(database, scripts, spec):
    (scripts / "broken.json").write_text("{")
    (scripts / "wrong.json").write_text('{"users": 5}')
    done = run(f"./validate.sh {spec}", scripts, PGDATABASE=database)
    assert done.returncode in (2, 3) and done.stderr
    assert run("./validate.sh wrong.json", scripts, PGDATABASE="no_such").returncode == 2


def test_a_failed_snapshot_or_script_leaves_the_old_file(drifted, scripts, recipe):
    good = (scripts / "good.json").read_text()
    assert run(recipe("spec-snapshot"), scripts, PGDATABASE="no_such").returncode != 0
    assert run("./snapshot.sh good.json no_such_schema", scripts, PGDATABASE=drifted).returncode != 0
    assert (scripts / "good.json").read_text() == good
    assert run("./generate.sh good.json repair.sql no_such_format", scripts, PGDATABASE=drifted).returncode != 0
    assert sorted(path.name for path in scripts.iterdir()) == ["generate.sh", "good.json", "snapshot.sh", "validate.sh"]


def test_a_snapshot_of_some_schemas(database, scripts):
    with psycopg.connect(dbname=database) as connection:
        connection.execute('CREATE SCHEMA "a b,{c}"; CREATE SCHEMA other')
    done = run("./snapshot.sh some.json 'a b,{c}' public", scripts, PGDATABASE=database)
    assert done.returncode == 0, done.stderr
    assert json.loads((scripts / "some.json").read_text())["scope"] == {"schemas": ["a b,{c}", "public"]}


def test_generate_and_apply(drifted, scripts, recipe, observe):
    assert run(recipe("spec-generate"), scripts, PGDATABASE=drifted).returncode == 0
    assert "--     ALTER TABLE public.users DROP COLUMN fax;" in (scripts / "repair.sql").read_text()
    done = run("set -e; " + recipe("spec-apply"), scripts, PGDATABASE=drifted)
    assert done.returncode == 0, done.stdout + done.stderr
    assert differing(run(recipe("spec-validate"), scripts, PGDATABASE=drifted)) == [["column", "public.users.fax"]]
    assert observe("SELECT count(*) FROM users") == [(2,)]
    allowed = "set -e; ./generate.sh good.json repair.sql sql drop,lossy\n"
    done = run(allowed + recipe("spec-apply") + recipe("spec-validate"), scripts, PGDATABASE=drifted)
    assert done.returncode == 0, done.stdout + done.stderr


def test_generate_guarded_calls(drifted, scripts, recipe):
    done = run("set -e; " + recipe("spec-guarded"), scripts, PGDATABASE=drifted)
    assert done.returncode == 0, done.stdout + done.stderr
    assert differing(run(recipe("spec-validate"), scripts, PGDATABASE=drifted)) == [["column", "public.users.fax"]]


def test_guarded_calls_under_collect_commit_nothing_when_something_fails(drifted, scripts, recipe, observe):
    with psycopg.connect(dbname=drifted) as connection:
        connection.execute("CREATE VIEW audit AS SELECT 1 AS id; ALTER TABLE users ADD COLUMN plan int")
        connection.execute("INSERT INTO users (id, plan) VALUES (3, 3)")
    run("./generate.sh good.json repair.sql guarded lossy", scripts, PGDATABASE=drifted)
    with psycopg.connect(dbname=drifted) as connection:
        connection.execute("CREATE VIEW on_plan AS SELECT plan FROM users")
    collect = recipe("spec-guarded").splitlines()[1]
    done = run(collect, scripts, PGDATABASE=drifted)
    assert done.returncode == 3
    assert "cannot alter type of a column used by a view or rule" in done.stderr
    default = "SELECT column_default FROM information_schema.columns WHERE column_name = 'email' AND table_name = 'users'"
    assert observe(default) == [("'nobody'::text",)]


def test_generate_a_revision_of_alembic(drifted, scripts, recipe, observe):
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    settings = "s#^sqlalchemy.url = .*#sqlalchemy.url = postgresql+psycopg:///#"
    make = f"alembic init migrations && sed -i '{settings}' alembic.ini && alembic revision -m first && alembic upgrade head"
    assert run(make, scripts, PGDATABASE=drifted, PATH=path).returncode == 0
    done = run("set -e; " + recipe("spec-alembic"), scripts, PGDATABASE=drifted, PATH=path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert run("./validate.sh good.json", scripts, PGDATABASE=drifted).returncode == 0
    assert "what was missing in production" in run("alembic history", scripts, PGDATABASE=drifted, PATH=path).stdout
    assert run("alembic downgrade -1", scripts, PGDATABASE=drifted, PATH=path).returncode == 0
    assert differing(run("./validate.sh good.json", scripts, PGDATABASE=drifted)) == MISSING_AND_OTHER


@pytest.mark.parametrize("way", ["sql", "guarded"])
def test_a_search_path_is_no_statement_in_a_script(database, scripts, recipe, observe, way):
    """To the server it is a list of odd names."""
    path = "public,x;DROP/**/TABLE/**/users"
    spec = {"guarded_spec": 1, "search_path": path, "tables": {"public.audit": {"columns": {"id": "int"}}}}
    (scripts / "good.json").write_text(json.dumps(spec))
    assert run(f"./generate.sh good.json repair.sql {way}", scripts, PGDATABASE=database).returncode == 0
    done = run(recipe("spec-apply"), scripts, PGDATABASE=database)
    assert done.returncode == 0, done.stderr
    assert observe("SELECT to_regclass('users') IS NOT NULL, to_regclass('audit') IS NOT NULL") == [(True, True)]


def test_a_spec_of_twenty_megabytes(database, scripts, recipe, observe):
    """Of everything that could mean something to the shell, to psql or to SQL; read and written by psql alone."""
    line = r"""it's "\" :x :'spec' $1 $$ `id` $(id) {} ✓""" + "\n"
    comment = line * (20_000_000 // len(line.encode()))
    with psycopg.connect(dbname=database, autocommit=True) as connection:
        connection.execute(sql.SQL("COMMENT ON TABLE users IS {}").format(comment))
        assert run(recipe("spec-snapshot"), scripts, PGDATABASE=database).returncode == 0
        assert (scripts / "good.json").stat().st_size > 20_000_000
        assert run(recipe("spec-validate"), scripts, PGDATABASE=database).returncode == 0
        for generate in (recipe("spec-generate"), "./generate.sh good.json repair.sql guarded"):
            connection.execute("COMMENT ON TABLE users IS NULL")
            assert run("./validate.sh good.json >/dev/null", scripts, PGDATABASE=database).returncode == 1
            done = run(f"set -e; {generate}\n{recipe('spec-apply')}", scripts, PGDATABASE=database)
            assert done.returncode == 0, done.stderr
            assert observe("SELECT md5(obj_description('users'::regclass))") == [(md5(comment.encode()).hexdigest(),)]


def test_a_script_of_psql_with_a_spec(drifted, scripts, recipe):
    (scripts / "script.sql").write_text(recipe("spec-psql"))
    done = run("psql -X -q -v ON_ERROR_STOP=1 -f script.sql", scripts, PGDATABASE=drifted)
    assert (done.returncode, differing(done)) == (0, MISSING_AND_OTHER), done.stderr


def test_require_in_alembic(database, recipe):
    """As op.execute sends it."""
    engine = sqlalchemy.create_engine(f"postgresql+psycopg:///{database}")
    call = recipe("alembic-require")
    with engine.begin() as connection:
        op = Operations(MigrationContext.configure(connection))
        with pytest.raises(sqlalchemy.exc.DBAPIError) as raised:
            exec(call, {"op": op})
        assert raised.value.orig.sqlstate == "55000"
        assert "missing table: public.audit_logs" in str(raised.value.orig)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE audit_logs (id int)")
        exec(call, {"op": Operations(MigrationContext.configure(connection))})
    engine.dispose()


# --- psycopg 3 ---


def test_psycopg_pipeline(database, observe, recipe, capsys, monkeypatch):
    monkeypatch.setenv("PGDATABASE", database)
    migrate = namespace(recipe("psycopg"))["migrate"]
    migrate(STATEMENTS)
    printed = capsys.readouterr().out
    assert 'NOTICE skipped add_column admin_deals.amount: table "admin_deals" does not exist\n' in printed
    assert (
        'WARNING failed alter_column users.email: column "email" of relation "users" contains null values\n' in printed
    )
    assert_migrated(observe)
    before = objects(observe)
    migrate(STATEMENTS)
    assert objects(observe) == before


def test_psycopg_pipeline_without_the_line(database, observe, recipe, monkeypatch):
    monkeypatch.setenv("PGDATABASE", database)
    plain = recipe("psycopg").replace('connection.execute("SELECT guarded.intercept(true)")', "pass")
    with pytest.raises(errors.UndefinedTable):
        namespace(plain)["migrate"](STATEMENTS)
    assert_untouched(observe)


# --- asyncpg ---


def test_asyncpg(database, observe, recipe, capsys, monkeypatch):
    monkeypatch.setenv("PGDATABASE", database)
    migrate = namespace(recipe("asyncpg"))["migrate"]
    asyncio.run(migrate(MIGRATION))
    printed = capsys.readouterr().out
    assert 'NOTICE skipped add_column admin_deals.amount: table "admin_deals" does not exist\n' in printed
    assert (
        'WARNING failed alter_column users.email: column "email" of relation "users" contains null values\n' in printed
    )
    assert_migrated(observe)
    before = objects(observe)
    asyncio.run(migrate(MIGRATION))
    assert objects(observe) == before


def test_asyncpg_without_the_line(database, observe, recipe, monkeypatch):
    monkeypatch.setenv("PGDATABASE", database)
    plain = recipe("asyncpg").replace('await connection.execute("SELECT guarded.intercept(true)")', "pass")
    with pytest.raises(asyncpg.UndefinedTableError):
        asyncio.run(namespace(plain)["migrate"](MIGRATION))
    assert_untouched(observe)


def test_asyncpg_pool(database, observe, recipe, monkeypatch):
    """The same connection is taken and given back for each statement."""
    monkeypatch.setenv("PGDATABASE", database)
    names = namespace(recipe("asyncpg") + recipe("asyncpg-pool"))

    async def migrate() -> None:
        async with names["guarded_pool"]() as pool:
            for statement in STATEMENTS:
                await pool.execute(statement)

    asyncio.run(migrate())
    assert_migrated(observe)


def test_a_pool_of_asyncpg_forgets_the_line_when_a_connection_is_given_back(database):
    async def ask() -> str:
        async with asyncpg.create_pool(database=database, min_size=1, max_size=1) as pool:
            await pool.execute("SELECT guarded.intercept(true)")
            return await pool.fetchval("SHOW guarded.intercept")

    assert asyncio.run(ask()) == "off"


# --- a role, by the DBA ---


def test_a_role_for_which_it_is_on(database, observe, migrator):
    with psycopg.connect(dbname=database, user=migrator) as connection:
        assert connection.execute("SELECT usesuper FROM pg_user WHERE usename = CURRENT_USER").fetchone() == (False,)
        connection.execute(MIGRATION)
        assert summary(connection) == FIRST_RUN
    assert_migrated(observe)
    before = objects(observe)
    with psycopg.connect(dbname=database, user=migrator) as connection:
        connection.execute(MIGRATION)
        assert summary(connection) == SECOND_RUN
    assert objects(observe) == before


def test_the_role_may_not_do_more_than_before(database, observe, migrator):
    with psycopg.connect(dbname=database) as connection:
        connection.execute("CREATE TABLE theirs (id int)")
    with psycopg.connect(dbname=database, user=migrator) as connection:
        connection.execute("ALTER TABLE theirs ADD COLUMN x int")
        assert summary(connection) == {("failed", "insufficient_privilege"): 1}
    assert observe("SELECT attname FROM pg_attribute WHERE attrelid = 'theirs'::regclass AND attnum > 0") == [("id",)]


def test_other_roles_are_left_alone(database, migrator):
    with psycopg.connect(dbname=database) as connection:
        with pytest.raises(errors.UndefinedTable):
            connection.execute(MIGRATION)


def test_the_role_may_switch_it_off(database, migrator):
    with psycopg.connect(dbname=database, user=migrator) as connection:
        connection.execute("SET guarded.intercept = off")
        with pytest.raises(errors.UndefinedTable):
            connection.execute(MIGRATION)


def test_the_setting_without_the_library_does_nothing(database):
    with psycopg.connect(dbname=database, options="-c guarded.intercept=on") as connection:
        with pytest.raises(errors.UndefinedTable):
            connection.execute(MIGRATION)


def test_asyncpg_takes_the_setting_where_the_library_is_preloaded(database, observe):
    settings = {"session_preload_libraries": "guarded_ddl", "guarded.intercept": "on"}

    async def migrate() -> None:
        connection = await asyncpg.connect(database=database, server_settings=settings)
        await connection.execute(MIGRATION)
        await connection.close()

    asyncio.run(migrate())
    assert_migrated(observe)
