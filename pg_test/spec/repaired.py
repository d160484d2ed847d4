"""The round trip of a spec: a database, and others that are made from nothing but its snapshot.

What a spec does not have is made beforehand: roles and tablespaces are of the whole server, access methods by `prerequisites`.
"""

from __future__ import annotations

import difflib
import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass

import psycopg

Rows = list[tuple]
Entry = tuple[str, str, str, str]

HEADER = re.compile(r"^--\n-- Name: (.*); Type: (.*); Schema: (.*); Owner: .*\n--\n", re.M)
# A random key of each dump; its last words.
NOISE = re.compile(r"^\\(un)?restrict .*\n|^--\n-- PostgreSQL database dump complete\n--\n", re.M)
# What stands before whichever entry comes first that needs it, and holds from there on.
DEFAULT = re.compile(r"^SET (default_\w+) = (.*);\n", re.M)
PARTS = {"columns", "constraints", "indexes", "statistics", "triggers", "policies"}
# By the type of an entry, what it is made under.
MADE_UNDER = {
    "TABLE": ("default_tablespace", "default_table_access_method"),
    "MATERIALIZED VIEW": ("default_tablespace", "default_table_access_method"),
    "INDEX": ("default_tablespace",),
    "CONSTRAINT": ("default_tablespace",),
}
# Storage parameters.
OPTIONS = re.compile(r"(?<=^WITH \()[^()\n]+(?=\))", re.M)

DIFF = "SELECT kind, object, attribute, have, want, status FROM guarded.diff(%s, true)"
REPAIR = "SELECT status, reason, operation, object, message, ddl FROM guarded.repair(%s, %s)"
SCRIPT = "SELECT guarded.repair_script(%s, %s, %s)"
# Of guarded calls, with which psql goes on where one fails.
NOT_APPLIED = re.compile(r"^ *(skipped|conflict|failed|planned|pending) *\|.*", re.M)


def connect(database: str, **parameters) -> psycopg.Connection:
    return psycopg.connect(dbname=database, autocommit=True, options="-c client_min_messages=error", **parameters)


def rows(database: str, query: str, *parameters) -> Rows:
    with connect(database) as connection:
        return connection.execute(query, parameters or None).fetchall()


def value(database: str, query: str, *parameters) -> str:
    ((found,),) = rows(database, query, *parameters)
    return found


def snapshot(database: str) -> str:
    """As text: what is compared is bytes."""
    return value(database, "SELECT guarded.snapshot()::text")


def unlike(spec: str, other: str) -> str:
    """In which lines two snapshots differ; bytes alone tell nobody what is wrong."""
    if spec == other:
        return ""
    pretty = [json.dumps(json.loads(text), indent=1, ensure_ascii=False).splitlines() for text in (spec, other)]
    return "\n".join(difflib.unified_diff(*pretty, n=2, lineterm="")) or "only the order of keys, or blanks"


def differences(database: str, spec: str) -> Rows:
    """Also what is there beyond the spec."""
    return rows(database, DIFF, spec)


def dumped(database: str, *options: str) -> Counter[Entry]:
    """The entries of pg_dump, without their order: type, schema, name and statements, with the defaults they are made under."""
    command = ["pg_dump", "--schema-only", *(options or ["--no-owner", "--no-privileges"]), database]
    text = NOISE.sub("", subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found: Counter[Entry] = Counter()
    defaults: dict[str, str] = {}
    headers = list(HEADER.finditer(text))
    ends = [header.start() for header in headers[1:]] + [len(text)]
    for header, end in zip(headers, ends):
        name, kind, schema = header.groups()
        under = "".join(f"-- {name} {defaults.get(name)}\n" for name in MADE_UNDER.get(kind, ()))
        statements = text[header.end() : end]
        found[kind, schema, name, under + in_order(kind, DEFAULT.sub("", statements).strip())] += 1
        # They are written before the header of the entry that they are for.
        defaults |= dict(DEFAULT.findall(statements))
    return found


def in_order(kind: str, statements: str) -> str:
    """What the server keeps in the order in which it was said, though the order says nothing."""
    if kind == "ACL":
        return "\n".join(sorted(statements.splitlines()))
    return OPTIONS.sub(lambda match: ", ".join(sorted(match[0].split(", "))), statements)


@dataclass
class Repaired:
    """What became of a database that was made from a spec."""

    problems: list[str]
    differences: Rows
    snapshot: str
    dump: Counter[Entry]
    # Of the second time, when nothing is to be done.
    again: list[str]


def by_repair(database: str, spec: str, *allow: str) -> list[str]:
    """Returns what was not applied."""
    return [shown(row) for row in rows(database, REPAIR, spec, list(allow)) if row[0] != "applied"]


def by_script(database: str, spec: str, form: str, *allow: str) -> list[str]:
    """By psql, which stops at the first error. Returns what it and guarded calls say was not done, and what was left out."""
    script = value(database, SCRIPT, spec, form, list(allow))
    command = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", database]
    done = subprocess.run(command, input=script, capture_output=True, text=True)
    left_out = script.partition("\nCOMMIT;\n")[2].strip()
    said = [done.stderr] if done.returncode else []
    return [*said, *(match[0].strip() for match in NOT_APPLIED.finditer(done.stdout)), *filter(None, [left_out])]


def shown(row: tuple) -> str:
    return " | ".join(str(cell) for cell in row if cell is not None)


def made(database: str, spec: str, how: str, *allow: str) -> Repaired:
    """Makes a database, which has the extension and the prerequisites, as the spec says."""
    problems = by_repair(database, spec, *allow) if how == "repair" else by_script(database, spec, how, *allow)
    return Repaired(
        problems,
        differences(database, spec),
        snapshot(database),
        dumped(database),
        [shown(row) for row in rows(database, REPAIR, spec, list(allow))],
    )


def count(spec: str) -> Counter[str]:
    """The objects of a snapshot by the key they stand under."""
    found: Counter[str] = Counter()
    for section, objects in json.loads(spec).items():
        if not isinstance(objects, dict) or section == "scope":
            continue
        found[section] += len(objects)
        for members in objects.values():
            # Those of a view are no objects.
            parts = PARTS if "view" not in section else PARTS - {"columns"}
            found.update({part: len(members[part]) for part in parts & members.keys()})
    return found
