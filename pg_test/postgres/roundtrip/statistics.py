"""Extended statistics."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .database import Database
from .definition import Definition, Mutation, own
from .tables import Tables

STATISTICS = f"""
    SELECT s.oid, s.stxname AS name, s.stxrelid AS relation, pg_get_statisticsobjdef(s.oid) AS text
    FROM pg_statistic_ext s WHERE {own("pg_class", "s.stxrelid")} ORDER BY s.stxname
"""


def statistics(database: Database, tables: Tables) -> Iterator[Definition]:
    for row in database.rows(STATISTICS):
        names = [column.name for column in tables.columns[row.relation]]
        yield Definition("statistics", row.name, row.text, mutations=tuple(mutated_statistics(row.text, names)))
        unnamed = re.sub(r"^CREATE STATISTICS \S+", "CREATE STATISTICS", row.text)
        yield Definition("statistics, unnamed", row.name, unnamed)


def mutated_statistics(text: str, names: list[str]) -> Iterator[Mutation]:
    """`names` are of the table's columns."""
    if kinds := re.search(r" \(([a-z, ]+)\) ON ", text):
        other = "mcv" if kinds[1] != "mcv" else "ndistinct"
        yield Mutation("kinds", text.replace(f"({kinds[1]})", f"({other})", 1))
        yield Mutation("kinds", text.replace(f" ({kinds[1]})", "", 1))
    else:
        yield Mutation("kinds", text.replace(" ON ", " (mcv) ON ", 1))
    on = re.search(r" ON (.*) FROM ", text)[1]
    for name in [name for name in names if not re.search(rf"\b{name}\b", on)][:1]:
        yield Mutation("columns", text.replace(f" ON {on}", f" ON {on}, {name}", 1))
    yield Mutation("expressions", text.replace(f" ON {on}", f" ON {on}, ({names[0]} IS NULL)", 1))
