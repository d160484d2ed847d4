"""Databases of their own for the tests, on the server that PGHOST, PGPORT and PGUSER name; the recipes of the docs."""

import re
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

RECIPES = Path(__file__).parents[1] / "docs" / "recipes.md"
RECIPE = re.compile(r"<!-- recipe (?P<name>\S+) -->\n```\w+\n(?P<text>.*?)```\n", re.S)


@pytest.fixture
def new_database():
    """Creates an empty database at each call and returns its name."""
    names = []
    with psycopg.connect(dbname="postgres", autocommit=True) as server:

        def create() -> str:
            name = f"guarded_test_{uuid4().hex[:12]}"
            server.execute(f"CREATE DATABASE {name}")
            names.append(name)
            return name

        yield create
        for name in names:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_role():
    """Creates a role that may log in and owns nothing at each call, and returns its name. To be asked for before the
    databases: what it owns goes with them."""
    names = []
    with psycopg.connect(dbname="postgres", autocommit=True) as server:

        def create(options: str = "") -> str:
            name = f"guarded_role_{uuid4().hex[:12]}"
            server.execute(f"CREATE ROLE {name} LOGIN {options}")
            names.append(name)
            return name

        yield create
        for name in reversed(names):
            server.execute(f"DROP ROLE {name}")


@pytest.fixture
def only_migrator():
    """The role that a recipe names, for one test of the server at a time."""
    with psycopg.connect(dbname="postgres", autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(hashtext('migrator'))")
        yield "migrator"


@pytest.fixture
def guarded_database(new_database):
    """Creates a database at each call, with the extension and with what the SQL makes, and returns its name."""

    def create(before: str) -> str:
        name = new_database()
        with psycopg.connect(dbname=name) as connection:
            connection.execute("CREATE EXTENSION guarded_ddl")
            connection.execute(before)
        return name

    return create


@pytest.fixture
def observe(database):
    """Runs a query in a session of its own on the module's `database`: it sees what is committed."""
    with psycopg.connect(dbname=database, autocommit=True) as connection:
        yield lambda query: connection.execute(query).fetchall()


@pytest.fixture(scope="session")
def recipe():
    """The text of a recipe in docs/recipes.md, by its name: what is tested is what users read."""
    found = {block["name"]: block["text"] for block in RECIPE.finditer(RECIPES.read_text())}
    return found.__getitem__
