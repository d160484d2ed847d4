"""guarded.change_type: one type for all columns that foreign keys tie together, and everything else as it was."""

import os
import re
import subprocess
from functools import partial

import psycopg
import pytest
from webs import Web

MAJOR = int(os.environ["GUARDED_DDL_MAJOR"])
SEEDS = range(200) if os.environ.get("LONG") else range(12)
CALL = "SELECT guarded.change_type(%s, %s, %s, %s, schema => %s)"
# Both ends of a foreign key have one type.
UNEQUAL = """
    SELECT con.conname, a.atttypid::regtype, b.atttypid::regtype
    FROM pg_constraint con
    CROSS JOIN LATERAL ROWS FROM (unnest(con.conkey), unnest(con.confkey)) key (here, there)
    JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = key.here
    JOIN pg_attribute b ON b.attrelid = con.confrelid AND b.attnum = key.there
    WHERE con.contype = 'f' AND (a.atttypid, a.atttypmod) <> (b.atttypid, b.atttypmod)"""
STORED = """
    SELECT format('%I.%I', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND n.nspname IN ('shop', 'Back Office') ORDER BY 1"""


def dumped(database: str) -> str:
    command = ["pg_dump", "--schema-only", database]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.M)


def contents(connection: psycopg.Connection) -> dict[str, list]:
    names = [name for (name,) in connection.execute(STORED)]
    return {name: connection.execute(f"SELECT t::text FROM {name} t ORDER BY 1").fetchall() for name in names}


def connect(database: str, role: str) -> psycopg.Connection:
    return psycopg.connect(dbname=database, user=role, autocommit=True, options="-c client_min_messages=error")


@pytest.fixture
def roles(new_role) -> tuple[str, str, str]:
    """Who owns all, who reads, and who owns some views."""
    owner, reader, other = new_role(), new_role(), new_role()
    with psycopg.connect(dbname="postgres", autocommit=True) as server:
        server.execute(f"GRANT {other} TO {owner}")
    return owner, reader, other


@pytest.fixture
def web(roles, new_database):
    """A database of a seed, and what it was made of."""

    def create(seed: int) -> tuple[str, Web]:
        owner, reader, other = roles
        database, made = new_database(), Web(seed, MAJOR, (reader, other))
        with psycopg.connect(dbname=database, autocommit=True) as server:
            server.execute("CREATE EXTENSION guarded_ddl")
            server.execute(f"GRANT ALL ON DATABASE {database} TO {owner}")
        with connect(database, owner) as connection:
            for statement in made.sql:
                connection.execute(statement)
            connection.execute(f'GRANT SELECT ON ALL TABLES IN SCHEMA shop, "Back Office" TO {other}')
            for statement in made.late:
                connection.execute(statement)
        return database, made

    return create


def change(connection: psycopg.Connection, web: Web, type_name: str, using: str | None) -> dict:
    schema, table = (part.strip('"') for part in web.tables[0].name.split("."))
    ((outcome,),) = connection.execute(CALL, (table, "id", type_name, using, schema))
    return outcome


@pytest.mark.parametrize("seed", SEEDS)
def test_there_and_back(seed, web, roles):
    database, made = web(seed)
    with connect(database, roles[0]) as connection, psycopg.connect(dbname=database, autocommit=True) as server:
        before, rows = dumped(database), contents(server)
        outcome = change(connection, made, made.change.other, made.change.there)
        assert outcome["status"] == "applied", explained(outcome)
        assert server.execute(UNEQUAL).fetchall() == []
        assert contents(server) == rows
        outcome = change(connection, made, made.change.type, made.change.back)
        assert outcome["status"] == "applied", explained(outcome)
        assert contents(server) == rows
    after = dumped(database)
    assert "\n".join(unlike(before, after)) == ""


def explained(outcome: dict) -> str:
    failed = [step for step in outcome.get("steps", []) if "sqlstate" in step]
    return f"{outcome.get('message')} {outcome.get('detail')} {failed}"


def unlike(one: str, two: str):
    import difflib

    return difflib.unified_diff(one.splitlines(), two.splitlines(), n=1, lineterm="")
