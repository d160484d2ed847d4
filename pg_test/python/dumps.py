"""Dumping a database and restoring it."""

import re
import subprocess

# A random key of each dump.
RESTRICT = re.compile(r"^\\(un)?restrict .*\n", re.M)


def dump(database: str, *options: str) -> str:
    """What pg_dump says; without options the schema, with everything that is in the database."""
    command = ["pg_dump", *(options or ["--schema-only"]), database]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return RESTRICT.sub("", done.stdout)


def restore(text: str, database: str) -> None:
    command = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", database]
    subprocess.run(command, input=text, capture_output=True, text=True, check=True)
