"""Databases that drift: random changes are made in one, and guarded.repair, or its script, brings it back as it was, rows and all;
run by a superuser, or by a role that has no more than what it is a member of owns.

A round can be made again by its seed: DRIFT=1234 python -m pytest pg_test/python/test_spec_drift.py
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from uuid import uuid4

import drifted
import psycopg
import pytest
from drift import Drift
from drifted import BEYOND, Before, dumped, psql, without_order
from repaired import connect

def seeds() -> list[int]:
    if "DRIFT" in os.environ:
        return [int(seed) for seed in os.environ["DRIFT"].split()]
    return list(range(400 if os.environ.get("LONG") else 20))


ONLY_SUPERUSER = re.compile(r"LEAKPROOF|LANGUAGE internal")
ALLOWED = "{drop,lossy}"
REPAIR = "SELECT status, reason, object, message, ddl FROM guarded.repair(%s, %s)"
SCRIPT = "SELECT guarded.repair_script(%s, 'sql', %s)"


@pytest.fixture(scope="module")
def server() -> Iterator[psycopg.Connection]:
    with psycopg.connect(dbname="postgres", autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def template(server) -> Iterator[str]:
    name = f"guarded_drift_{uuid4().hex[:12]}"
    server.execute(f"CREATE DATABASE {name}")
    # Whom something is given to must be allowed to make it, unless a superuser gives it.
    drifted.fill(name, 'GRANT CREATE ON SCHEMA shop, "Odd Schema" TO spec_owner')
    yield name
    server.execute(f"DROP DATABASE {name}")


@pytest.fixture(scope="module")
def member(server, template) -> Iterator[str]:
    """A role that is no superuser, and a member of those that own something: what it makes has their names, if the spec says so."""
    name = f"guarded_member_{uuid4().hex[:12]}"
    server.execute(f"CREATE ROLE {name} LOGIN IN ROLE postgres, spec_owner")
    yield name
    server.execute(f"DROP ROLE {name}")


@pytest.fixture(scope="module")
def before(template) -> Before:
    return Before.of(template)


@pytest.fixture
def copy(server, template) -> Iterator[str]:
    name = f"{template}_copy"
    server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield name
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def by_repair(database: str, role: str, spec: str) -> list[str]:
    with connect(database, user=role) as connection:
        rows = connection.execute(REPAIR, (spec, ALLOWED)).fetchall()
    return ["\n".join(filter(None, row)) for row in rows if row[0] not in ("applied", "skipped")]


def by_script(database: str, role: str, spec: str) -> list[str]:
    with connect(database, user=role) as connection:
        ((script,),) = connection.execute(SCRIPT, (spec, ALLOWED)).fetchall()
    psql(database, f"--username={role}", script=script)
    left_out = script.partition("\nCOMMIT;\n")[2].strip()
    return [left_out] if left_out else []


def needs_superuser(connection: psycopg.Connection, spec: str) -> bool:
    """Whether something has changed that nobody else may make."""
    routines = {name for name, text in json.loads(spec)["functions"].items() if ONLY_SUPERUSER.search(json.dumps(text))}
    return any(name in routines for _, name, *_ in connection.execute(BEYOND, (spec,)))


WAYS: list[Callable[[str, str, str], list[str]]] = [by_repair, by_script]


@pytest.mark.parametrize("seed", seeds())
def test_what_has_drifted_is_brought_back(copy, before, member, seed):
    drift = Drift(seed)
    print(f"DRIFT={seed}")
    with connect(copy) as connection:
        drift.make(connection)
        print(";\n".join(drift.done))
        kept = [column for column in before.columns if column in set(drifted.columns(connection))]
        role = connection.info.user if needs_superuser(connection, before.spec) else member
    left = WAYS[seed % len(WAYS)](copy, role, before.spec)
    assert left == []
    with connect(copy) as connection:
        assert connection.execute(BEYOND, (before.spec,)).fetchall() == []
        kept_values = {column[2:]: before.values[column[2:]] for column in kept}
        assert drifted.values(connection, kept) == kept_values
    assert without_order(drifted.snapshot(copy)) == without_order(before.spec)
    now = dumped(copy)
    assert (now - before.dump, before.dump - now) == (Counter(), Counter())
