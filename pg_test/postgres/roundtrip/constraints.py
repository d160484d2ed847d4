"""Constraints of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .definition import Definition, Mutation, bracketed, negated
from .tables import Tables

CONSTRAINT_KINDS = {
    "c": "constraint: CHECK", "f": "constraint: FOREIGN KEY", "p": "constraint: PRIMARY KEY", "u": "constraint: UNIQUE",
    "x": "constraint: EXCLUDE", "n": "constraint: NOT NULL",
}  # fmt: skip


def constraints(tables: Tables) -> Iterator[Definition]:
    for row in (row for rows in tables.constraints.values() for row in rows):
        # Adding a parent's once more makes it the table's own, too: that changes something.
        if not row.local and (row.type == "n" or (row.type == "c" and not row.partition)):
            continue
        add = f"ALTER TABLE {row.table} ADD"
        columns = (column for column in tables.columns[row.relation] if row.type != "n" or not column.not_null)
        names = [column.name for column in columns if column.type != "xml"]
        mutations = tuple(
            Mutation(attribute, f"{add} CONSTRAINT {row.name} {text}") for attribute, text in mutated_constraint(row, names)
        )
        kind = CONSTRAINT_KINDS[row.type]
        yield Definition(kind, f"{row.name} of {row.table}", f"{add} CONSTRAINT {row.name} {row.text}", mutations=mutations)
        # A valid one would be found first.
        if row.valid:
            yield Definition(f"{kind}, unnamed", f"{row.name} of {row.table}", f"{add} {row.text}")


def mutated_constraint(row, names: list[str]) -> Iterator[tuple[str, str]]:
    """Other definitions, each with the attribute that differs; `names` are of columns that may be used."""
    if row.type == "c":
        yield "expression", negated(row.text, row.text.index("("))
        if row.relkind != "p" and not row.partition and row.inherited == 0:
            yield "no inherit", toggled_before(row.text, "NO INHERIT", "NOT VALID")
        return
    if row.type == "n":
        column = re.match(r"NOT NULL (\"(?:[^\"]|\"\")*\"|\S+)", row.text)[1]
        for other in names[:1]:
            yield "columns", row.text.replace(column, other, 1)
        return
    if row.type in ("p", "u") and "WITHOUT" not in row.text:
        yield from mutated_key(row, names)
    if row.type == "f":
        yield from mutated_foreign_key(row.text)
    if row.type == "x":
        yield "operator", re.sub(r"WITH (=|&&|-\|-)", "WITH <>", row.text, count=1)
        yield "predicate", re.sub(r" WHERE .*", "", row.text) if " WHERE " in row.text else f"{row.text} WHERE (1 > 2)"
    yield from mutated_deferrable(row.text)


def mutated_key(row, names: list[str]) -> Iterator[tuple[str, str]]:
    text = row.text
    start = text.index("(")
    end = bracketed(text, start)
    used = text[start + 1 : end - 1]
    if ", " in used:
        yield "columns", f"{text[: start + 1]}{used.rsplit(', ', 1)[0]}{text[end - 1 :]}"
    for name in [name for name in names if name not in re.split(r", |\(|\)", text)][:1]:
        yield "columns", f"{text[: end - 1]}, {name}{text[end - 1 :]}"
        if "INCLUDE" not in text:
            yield "include", f"{text[:end]} INCLUDE ({name}){text[end:]}"
    if match := re.search(r" INCLUDE \([^)]*\)", text):
        yield "include", text.replace(match[0], "")
    if row.type == "u":
        other = "NULLS NOT DISTINCT"
        yield "nulls not distinct", text.replace(f" {other}", "") if other in text else f"UNIQUE {other} {text[start:]}"
    if " WITH (" not in text:
        yield "fillfactor", before_deferrable(text, "WITH (fillfactor='37')")


def mutated_foreign_key(text: str) -> Iterator[tuple[str, str]]:
    if "PERIOD" in text:
        return
    for action in ("UPDATE", "DELETE"):
        # The columns of ON DELETE SET NULL (…) belong to the action.
        words = r"NO ACTION|RESTRICT|CASCADE|SET NULL( \([^)]*\))?|SET DEFAULT( \([^)]*\))?"
        match = re.search(f" ON {action} ({words})", text)
        other = text.replace(match[0], "") if match else before_deferrable(text, f"ON {action} CASCADE")
        yield f"on {action.lower()}", other
    if " MATCH FULL" in text:
        yield "match", text.replace(" MATCH FULL", "")
    else:
        end = bracketed(text, text.index("(", text.index("REFERENCES")))
        yield "match", f"{text[:end]} MATCH FULL{text[end:]}"


def toggled_before(text: str, clause: str, following: str) -> str:
    if f" {clause}" in text:
        return text.replace(f" {clause}", "")
    head, found, tail = text.partition(f" {following}")
    return f"{head} {clause}{found}{tail}"


def before_deferrable(text: str, clause: str) -> str:
    place = re.search(r" (DEFERRABLE|NOT VALID|NOT ENFORCED)|$", text)
    return f"{text[: place.start()]} {clause}{text[place.start() :]}"


def mutated_deferrable(text: str) -> Iterator[tuple[str, str]]:
    plain = text.replace(" INITIALLY DEFERRED", "").replace(" DEFERRABLE", "")
    if " INITIALLY DEFERRED" in text:
        yield "initially deferred", text.replace(" INITIALLY DEFERRED", "")
    elif plain != text:
        yield "deferrable", plain
        yield "initially deferred", text.replace(" DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED")
    else:
        yield "deferrable", before_deferrable(text, "DEFERRABLE")
