"""Indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .database import Database
from .definition import Definition, Mutation, bracketed, joined, own
from .tables import Tables

INDEXES = f"""
    SELECT i.indrelid AS relation, pg_get_indexdef(c.oid) AS text, c.oid::regclass::text AS name, m.amname AS method,
        i.indisvalid AS valid, i.indnkeyatts AS keys, t.relkind = 'p' AS partitioned,
        (SELECT format_type(k.atttypid, NULL) FROM pg_attribute k WHERE (k.attrelid, k.attnum) = (c.oid, i.indnkeyatts)) AS type
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
        JOIN pg_class t ON t.oid = i.indrelid
    WHERE {own("pg_class", "c.oid")} AND t.relkind IN ('r', 'p', 'm')
        AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = c.oid AND o.contype IN ('p', 'u', 'x'))
    ORDER BY c.oid::regclass::text
"""


@dataclass
class Index:
    """A CREATE INDEX in pieces that may be replaced."""

    unique: str
    name: str
    table: str
    method: str
    keys: str
    include: str
    distinct: str
    options: str
    where: str

    @classmethod
    def of(cls, text: str) -> Index:
        head = re.match(r'CREATE (UNIQUE )?INDEX ("(?:[^"]|"")*"|\S+) ON (.*?) USING (\w+) ', text)
        end = bracketed(text, head.end())
        rest = re.fullmatch(r"( INCLUDE \(.*?\))?( NULLS NOT DISTINCT)?( WITH \(.*?\))?( WHERE .*)?", text[end:], re.S)
        return cls(
            head[1] or "", head[2], head[3], head[4], text[head.end() + 1 : end - 1], *(part or "" for part in rest.groups())
        )

    def __str__(self) -> str:
        head = joined(f"CREATE {self.unique}INDEX", self.name, "ON", self.table, "USING", self.method)
        return f"{head} ({self.keys}){self.include}{self.distinct}{self.options}{self.where}"

    def but(self, **pieces: str) -> Index:
        return Index(**{**vars(self), **pieces})


def indexes(database: Database, tables: Tables) -> Iterator[Definition]:
    for row in database.rows(INDEXES):
        index = Index.of(row.text)
        names = [column.name for column in tables.columns[row.relation] if column.generated != "v"]
        mutations = tuple(Mutation(attribute, str(other)) for attribute, other in mutated_index(row, index, names))
        yield Definition("index", row.name, row.text, mutations=mutations)
        # An index that is not valid is not there for a statement that names none.
        if row.valid:
            yield Definition("index, unnamed", row.name, str(index.but(name="")))


def mutated_index(row, index: Index, names: list[str]) -> Iterator[tuple[str, Index]]:
    """Other definitions, each with the attribute that differs."""
    spare = [name for name in names if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", index.keys + index.include)][:1]
    if row.method == "btree":
        yield from mutated_btree(row, index, spare)
    elif row.method == "hash" and not index.options:
        yield "method", index.but(method="btree")
    for name in spare:
        if re.fullmatch(r"\w+", index.keys):
            yield "columns", index.but(keys=name)
    if index.where:
        yield "predicate", index.but(where="")
        yield "predicate", index.but(where=f" WHERE (NOT ({index.where.removeprefix(' WHERE ')}))")
    else:
        yield "predicate", index.but(where=" WHERE (1 > 2)")
    if not row.partitioned:
        yield from mutated_options(row, index)


def mutated_btree(row, index: Index, spare: list[str]) -> Iterator[tuple[str, Index]]:
    is_plain = not re.search(r" (DESC|NULLS|COLLATE|\w+_ops)\b", index.keys)
    yield "unique", index.but(unique="" if index.unique else "UNIQUE ")
    if index.unique:
        yield "nulls not distinct", index.but(distinct="" if index.distinct else " NULLS NOT DISTINCT")
    elif row.keys == 1 and is_plain and not index.include and not index.options:
        yield "method", index.but(method="hash")
    if index.keys.endswith(" DESC"):
        yield "order", index.but(keys=index.keys.removesuffix(" DESC"))
    elif not re.search(r" NULLS \w+$", index.keys):
        yield "order", index.but(keys=f"{index.keys} DESC")
        yield "order", index.but(keys=f"{index.keys} NULLS FIRST")
    if is_plain and row.type == "text":
        yield "operator class", index.but(keys=f"{index.keys} text_pattern_ops")
        yield "collation", index.but(keys=f'{index.keys} COLLATE "POSIX"')
    if index.include:
        yield "include", index.but(include="")
    for name in spare:
        if not index.include:
            yield "include", index.but(include=f" INCLUDE ({name})")
        yield "columns", index.but(keys=f"{index.keys}, {name}")


PARAMETERS = {"brin": ("pages_per_range", 37), "gin": ("gin_pending_list_limit", 64)}


def mutated_options(row, index: Index) -> Iterator[tuple[str, Index]]:
    if not index.options:
        parameter, value = PARAMETERS.get(row.method, ("fillfactor", 37))
        yield parameter, index.but(options=f" WITH ({parameter}='{value}')")
    # What is said as it is by default may as well be left out.
    if match := re.search(r"fillfactor|pages_per_range", index.options):
        yield match[0], index.but(options="")
