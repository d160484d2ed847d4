#!/usr/bin/env python3
"""docs.py [--check] FILE.md…: the SQL in the documentation, run, and what it prints, put under it.

Each ```sql block of a file runs in one psql session on a database of its own; what it prints replaces the ```text block
that follows it. A comment <!-- psql … --> runs too and is not shown. With --check nothing is written, and the exit
status is 1 if a page does not say what the server says. PGHOST and its like name a server that has the extension.
"""

import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(
    r"<!-- psql\n(?P<hidden>.*?)-->|```sql\n(?P<sql>.*?)```\n(?:\n?```text\n(?P<text>.*?)```\n)?", re.S
)


def comparable(text: str) -> str:
    return re.sub(r'("(?:elapsed_us|bytes|rows)": )\d+', r"\1N", text.rstrip("\n"))


def psql(database: str, script: str) -> str:
    command = ["stdbuf", "-o0", "psql", "-X", "-q", "-d", database]
    done = subprocess.run(command, input=script, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout


def outputs(path: Path, blocks: list[re.Match]) -> list[str]:
    """What each block prints."""
    database = "docs_" + re.sub(r"\W", "_", path.name).lower()
    psql("postgres", f"DROP DATABASE IF EXISTS {database};\nCREATE DATABASE {database};\n")
    parts = [f"\\echo @@@\n{block['hidden'] or block['sql']}\n" for block in blocks]
    printed = psql(database, "\\set QUIET on\n" + "".join(parts)).split("@@@\n")[1:]
    return ["\n".join(line.rstrip() for line in text.strip("\n").split("\n")) for text in printed]


def with_outputs(path: Path) -> str:
    """The page as it should be."""
    page = path.read_text()
    blocks = list(BLOCK.finditer(page))
    result, last = [], 0
    for block, printed in zip(blocks, outputs(path, blocks), strict=True):
        result.append(page[last : block.start()])
        shown = block["text"]
        if shown is None or comparable(shown) == comparable(printed):
            result.append(block[0])
        else:
            result.append(block[0].removesuffix(f"{shown}```\n") + printed + "\n```\n")
        last = block.end()
    return "".join(result) + page[last:]


def main(arguments: list[str]) -> int:
    stale = []
    for path in (Path(argument) for argument in arguments if argument != "--check"):
        page = with_outputs(path)
        if page != path.read_text():
            stale.append(str(path))
            if "--check" not in arguments:
                path.write_text(page)
    print(*stale, sep="\n")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
