"""A database before a drift, and what is left of it after the repair."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psycopg
from dumps import dump
from repaired import DEFAULT, HEADER, connect

HERE = Path(__file__).parent
SNAPSHOT = "SELECT guarded.snapshot(grants => true)::text"
BEYOND = "SELECT kind, object, attribute, have, want, status FROM guarded.diff(%s, true)"
# Of tables as they are by themselves, without those below them. The rows of a table as values of another one lose a column
# with it, so they are not compared.
COLUMNS = """
    SELECT attrelid, attnum, attrelid::regclass::text, quote_ident(attname)
    FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_class r ON r.oid = typrelid
    WHERE c.relnamespace IN ('shop'::regnamespace, '"Odd Schema"'::regnamespace) AND c.relkind = 'r'
      AND attnum > 0 AND NOT attisdropped AND coalesce(r.relkind, 'c') = 'c'
    ORDER BY 3, 4"""
# Options are kept in the order in which they were given.
OPTIONS = re.compile(r"(?<=(?:WITH| SET) \()[^()\n]+(?=\))")
# The lines of one statement that come in the order of the columns.
BODY = re.compile(r"^(CREATE (?:UNLOGGED )?TABLE .* \()\n(.*?)\n(\))", re.S | re.M)

Column = tuple[int, int, str, str]


def psql(database: str, *arguments: str, script: str | None = None) -> str:
    command = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", *arguments, database]
    done = subprocess.run(command, input=script, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


# Nothing is made invalid on purpose; and of an index that not all partitions have, the server makes one on each that is attached.
WHOLE = """
    REINDEX INDEX shop.orders_broken;
    DROP INDEX shop.event_only;
    CREATE INDEX event_only ON shop.event (orders)"""
# What keeps types, tables and functions from being changed: values within values, and an expression in a partition key.
LOOSE = '''
    ALTER TABLE "Odd Schema"."Tab.le ""x""" DROP COLUMN "it's", DROP COLUMN "(c)";
    DROP TABLE shop.by_expression'''


def fill(database: str, *changes: str) -> None:
    psql(database, f"--file={HERE / 'every_kind.sql'}", f"--file={HERE / 'rows.sql'}")
    with connect(database) as connection:
        connection.execute("CREATE EXTENSION guarded_ddl")
        for statement in WHOLE, *changes:
            connection.execute(statement)


@dataclass
class Before:
    """What is to be found again."""

    spec: str
    dump: Counter[tuple]
    columns: list[Column]
    values: dict[tuple[str, str], list[str | None]]

    @staticmethod
    def of(database: str) -> Before:
        with connect(database) as connection:
            ((spec,),) = connection.execute(SNAPSHOT).fetchall()
            found = columns(connection)
            return Before(spec, dumped(database), found, values(connection, found))


def snapshot(database: str) -> str:
    with connect(database) as connection:
        return connection.execute(SNAPSHOT).fetchall()[0][0]


def columns(connection: psycopg.Connection) -> list[Column]:
    return connection.execute(COLUMNS).fetchall()


def values(connection: psycopg.Connection, columns: list[Column]) -> dict[tuple[str, str], list[str | None]]:
    """By table and column, in the order of the rows: rewriting a table does not change it."""
    by_table: dict[str, list[str]] = {}
    for *_, table, name in columns:
        by_table.setdefault(table, []).append(name)
    found = {}
    for table, names in by_table.items():
        texts = ", ".join(f"{name}::text" for name in names)
        rows = connection.execute(f"SELECT {texts} FROM ONLY {table} ORDER BY ctid".encode()).fetchall()
        found |= {(table, name): [row[place] for row in rows] for place, name in enumerate(names)}
    return found


def dumped(database: str) -> Counter[tuple]:
    """What pg_dump says, without the order of entries and columns."""
    text = dump(database)
    headers = list(HEADER.finditer(text))
    ends = [header.start() for header in headers[1:]] + [len(text)]
    entries = zip(headers, ends)
    found: Counter[tuple] = Counter()
    for header, end in entries:
        statements = DEFAULT.sub("", text[header.end() : end]).split("\n--\n")[0].strip()
        statements = OPTIONS.sub(lambda options: ", ".join(sorted(options[0].split(", "))), statements)
        statements = BODY.sub(in_order, statements)
        # A statement for each column that has options, or grants.
        if header[2] in ("TABLE", "ACL"):
            statements = "\n".join(sorted(statements.split("\n")))
        found[(*header.groups(), statements)] += 1
    return found


def in_order(match: re.Match) -> str:
    lines = sorted(line.rstrip(",") for line in match[2].split("\n"))
    return "\n".join([match[1], *lines, match[3]])


def without_order(spec: str) -> dict:
    """A column that is added again is the last."""
    document = json.loads(spec)
    for table in document.get("tables", {}).values():
        table.get("columns", []).sort(key=lambda column: column["name"])
    return document
