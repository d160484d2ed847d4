"""The tables of docs/locks.md: read, and written anew with what one version has."""

import re
from pathlib import Path

from footprint_cases import SECTIONS, Case

VERSIONS = (15, 17, 18)
BEGIN = "<!-- from here on written by pg_test/python/test_footprint.py -->\n"
ROW = re.compile(r"^\| `(?P<statement>.+?)` \| (?P<locks>.+?) \| (?P<versions>.*?) ?\|$")

# What each version locks for a statement, as the page says it.
Known = dict[str, dict[int, str]]


def cell(locks: dict[str, tuple], strongest_last: tuple[str, ...]) -> str:
    """`t` ACCESS EXCLUSIVE, rewritten; `referenced` SHARE ROW EXCLUSIVE"""
    ordered = sorted(locks.items(), key=lambda item: (-strongest_last.index(item[1][0]), not item[1][1], not item[1][2], item[0]))
    said = [f"`{name}` {mode}" + (", rewritten" if rewritten else ", read" if read else "") for name, (mode, rewritten, read) in ordered]
    return "; ".join(said) or "nothing"


def all_versions(case: Case) -> list[int]:
    return [version for version in VERSIONS if version >= case.since]


def read(page: Path) -> Known:
    cases = {case.statement: case for section in SECTIONS for case in section.cases}
    known: Known = {}
    for row in map(ROW.match, page.read_text().partition(BEGIN)[2].splitlines()):
        if row and row["statement"] in cases:
            versions = [int(version) for version in re.findall(r"\d+", row["versions"])]
            if not versions or row["versions"].startswith("since"):
                versions = all_versions(cases[row["statement"]])
            known.setdefault(row["statement"], {}).update(dict.fromkeys(versions, row["locks"]))
    return known


def write(page: Path, known: Known) -> None:
    head = page.read_text().partition(BEGIN)[0]
    page.write_text(head + BEGIN + "".join(section_text(section, known) for section in SECTIONS))


def section_text(section, known: Known) -> str:
    about = f"{section.about}\n\n" if section.about else ""
    rows = "".join(row for case in section.cases for row in rows_of(case, known.get(case.statement, {})))
    return f"\n## {section.title}\n\n{about}| statement | locks | in |\n|---|---|---|\n{rows}"


def rows_of(case: Case, by_version: dict[int, str]) -> list[str]:
    """One row for all versions that lock the same."""
    rows = []
    for locks in dict.fromkeys(by_version.values()):
        versions = [version for version in sorted(by_version) if by_version[version] == locks]
        if versions != all_versions(case):
            said = ", ".join(map(str, versions))
        else:
            said = f"since {case.since}" if case.since > VERSIONS[0] else ""
        rows.append(f"| `{case.statement}` | {locks} | {said} |\n".replace("|  |", "| |"))
    return rows
