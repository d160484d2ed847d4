"""Databases of their own for the tests, on the server that PGHOST, PGPORT and PGUSER name."""

from uuid import uuid4

import psycopg
import pytest


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
