"""The schema of a database as pg_dump writes it, as one text and taken apart."""

import re
import subprocess

from project import query

HEADER = re.compile(
    r"^--\n-- Name: (?P<name>.*); Type: (?P<type>.*); Schema: (?P<schema>.*); Owner: .*\n--\n", re.MULTILINE
)
# A random key of each dump; its last words; what stands before whichever entry comes first.
RESTRICT = re.compile(r"^\\(un)?restrict .*\n", re.MULTILINE)
TRAILER = re.compile(r"^--\n-- PostgreSQL database dump complete\n--\n", re.MULTILINE)
DEFAULTS = re.compile(r"^SET default_\w+ = .*;\n", re.MULTILINE)
OWNED_SEQUENCES = """
    SELECT objid::regclass::text FROM pg_depend JOIN pg_class ON pg_class.oid = objid
    WHERE classid = 'pg_class'::regclass AND relkind = 'S' AND deptype IN ('a', 'i') AND refobjid = ANY (%s::regclass[])
"""


def dump(database: str) -> str:
    """All of it but the extension's own schema. The name of the database does not occur in it."""
    command = ["pg_dump", "--schema-only", "--exclude-schema=guarded", database]
    return RESTRICT.sub("", subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def entries(database: str) -> dict[tuple[str, str, str], str]:
    """The dump by type, schema and name of what it creates."""
    text = TRAILER.sub("", DEFAULTS.sub("", dump(database)))
    headers = list(HEADER.finditer(text))
    ends = [header.start() for header in headers[1:]] + [len(text)]
    found = {
        header.group("type", "schema", "name"): text[header.end() : end].strip() for header, end in zip(headers, ends)
    }
    assert len(found) == len(headers)
    return found


def without(database: str, tables: tuple[str, ...]) -> dict[tuple[str, str, str], str]:
    """The entries that name none of these tables, nor a sequence that one of them owns."""
    kept = [table for table in tables if query(database, "SELECT to_regclass(%s)", table) != [(None,)]]
    sequences = [name for (name,) in query(database, OWNED_SEQUENCES, kept)]
    # pg_dump writes every name with its schema.
    named = re.compile(rf'\bpublic\."?({"|".join([*tables, *sequences])})"?(?!\w)')
    return {key: text for key, text in entries(database).items() if not named.search(text)}
