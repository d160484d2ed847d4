"""A project from PyPI with its migrations, run in its own Python, and databases to run them on."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Project:
    """`half_way` is what its program takes to stop there; after it, `dropped` are altered by DDL and not used by DML."""

    name: str
    history: str
    half_way: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def python(self) -> str | None:
        """Set by test.sh for the projects it has installed."""
        return os.environ.get(f"{self.name.upper()}_PYTHON")

    def migrate(self, database: str, *target: str) -> "Run":
        """In a process of its own, by migrate_NAME.py: to the end, or to the target."""
        command = [self.python, HERE / f"migrate_{self.name}.py", *target]
        done = subprocess.run(command, env=os.environ | {"PGDATABASE": database}, capture_output=True, text=True)
        if done.returncode:
            return Run(error=done.stderr + done.stdout)
        return Run(**json.loads(done.stdout.splitlines()[-1]))


@dataclass(frozen=True)
class Run:
    """What a migration came to; `outcomes` are those of guarded.report()."""

    revisions: int = 0
    outcomes: tuple[dict, ...] = ()
    error: str = ""

    def having(self, **values) -> list[dict]:
        return [outcome for outcome in self.outcomes if values.items() <= outcome.items()]

    def all(self, key: str, **values) -> set[str]:
        """What the outcomes with these values have there."""
        return {outcome[key] for outcome in self.having(**values)}


class Databases:
    """Databases with the extension in them, on the server that PGHOST, PGPORT and PGUSER name."""

    def __init__(self) -> None:
        self.server = psycopg.connect(dbname="postgres", autocommit=True)
        self.names: list[str] = []

    def create(self, template: str = "template1") -> str:
        name = f"guarded_project_{uuid4().hex[:12]}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        self.names.append(name)
        query(name, "CREATE EXTENSION IF NOT EXISTS guarded_ddl")
        return name

    def intercept(self, name: str, **settings: str) -> str:
        """From now on, in every session there, and with no other change."""
        self._execute("ALTER DATABASE {} SET session_preload_libraries = guarded_ddl", name)
        for setting, value in {"intercept": "on", **settings}.items():
            self._execute(f"ALTER DATABASE {{}} SET guarded.{setting} = {value}", name)
        return name

    def close(self) -> None:
        for name in self.names:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)
        self.server.close()

    def _execute(self, statement: str, *names: str) -> None:
        self.server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def query(database: str, statement: str, *parameters) -> list[tuple]:
    with psycopg.connect(dbname=database, autocommit=True) as connection:
        cursor = connection.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []
