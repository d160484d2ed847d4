"""Columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .definition import joined, own
from .sequences import sequence_options

STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
COMPRESSION = {"p": "pglz", "l": "lz4", "": None}
IDENTITY = {"a": "ALWAYS", "d": "BY DEFAULT"}

COLUMNS = f"""
    SELECT a.attrelid AS relation, a.attnum AS number, quote_ident(a.attname) AS name,
        format_type(a.atttypid, a.atttypmod) AS type, t.typstorage,
        CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS collation,
        t.typcollation <> 0 AS collatable, pg_get_expr(e.adbin, e.adrelid) AS expression, a.attidentity::text AS identity,
        a.attgenerated::text AS generated, a.attnotnull AS not_null, a.attstorage::text AS storage,
        a.attcompression::text AS compression, a.attislocal AS local, a.attinhcount AS inherited,
        quote_ident(n.conname) AS not_null_name, n.connoinherit AS no_inherit, n.conislocal AS not_null_local,
        n.convalidated AS not_null_valid,
        s.seqrelid::regclass::text AS sequence,
        (SELECT CASE q.relpersistence WHEN c.relpersistence THEN '' WHEN 'u' THEN 'UNLOGGED' ELSE 'LOGGED' END
            FROM pg_class q WHERE q.oid = s.seqrelid) AS logged,
        s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef e ON (e.adrelid, e.adnum) = (a.attrelid, a.attnum)
        LEFT JOIN pg_constraint n ON n.conrelid = a.attrelid AND n.contype = 'n' AND n.conkey = ARRAY[a.attnum]
        -- The identity of a partition is that of the table whose partition it is.
        LEFT JOIN pg_attribute r ON r.attrelid = COALESCE(pg_partition_root(c.oid), c.oid) AND r.attname = a.attname
        LEFT JOIN pg_depend i ON i.refobjid = r.attrelid AND i.refobjsubid = r.attnum AND i.deptype = 'i'
            AND i.classid = 'pg_class'::regclass AND i.refclassid = 'pg_class'::regclass AND r.attidentity <> ''
        LEFT JOIN pg_sequence s ON s.seqrelid = i.objid
    WHERE c.relkind IN ('r', 'p', 'c', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND {own("pg_class", "c.oid")}
    ORDER BY a.attrelid, a.attnum
"""


@dataclass
class Column:
    """A column of a definition, in pieces that may be replaced."""

    name: str
    type: str
    storage: str | None
    compression: str | None
    collation: str | None
    value: str | None
    not_null: str | None

    def __str__(self) -> str:
        return joined(
            self.name,
            self.type,
            self.storage and f"STORAGE {self.storage}",
            self.compression and f"COMPRESSION {self.compression}",
            self.collation and f"COLLATE {self.collation}",
            self.value,
            self.not_null,
        )

    def but(self, **pieces: str | None) -> Column:
        return Column(**{**vars(self), **pieces})


def value_clause(row) -> str | None:
    if row.identity:
        options = joined(f"SEQUENCE NAME {row.sequence}", row.logged, *sequence_options(row))
        return f"GENERATED {IDENTITY[row.identity]} AS IDENTITY ({options})"
    if row.generated:
        return f"GENERATED ALWAYS AS ({row.expression}) {'STORED' if row.generated == 's' else 'VIRTUAL'}"
    return row.expression and f"DEFAULT {row.expression}"


def column_of(row) -> Column:
    not_null = None
    if row.not_null and row.not_null_valid is not False:
        not_null = joined(
            row.not_null_name and f"CONSTRAINT {row.not_null_name}", "NOT NULL", "NO INHERIT" if row.no_inherit else ""
        )
    return Column(
        row.name,
        row.type,
        STORAGE[row.storage] if row.storage != row.typstorage else None,
        COMPRESSION[row.compression],
        row.collation,
        value_clause(row),
        not_null,
    )


def mutated_columns(row) -> Iterator[tuple[str, Column]]:
    """Other definitions of a column, each with the attribute that differs."""
    column = column_of(row)
    other_type = "bigint" if row.type == "integer" else "integer"
    plain = column.but(storage=None, compression=None, collation=None)
    if not row.generated:
        yield "type", plain.but(type=other_type, value=None if row.expression else column.value)
    if match := re.fullmatch(r"(character varying|numeric)\((\d+)(.*)\)", row.type):
        yield "type", column.but(type=f"{match[1]}({int(match[2]) + 1}{match[3]})")
    if row.not_null and not row.identity:
        yield "nullable", column.but(not_null=None)
    elif not row.not_null:
        yield "nullable", column.but(not_null="NOT NULL")
    if row.collatable:
        yield "collation", column.but(collation='pg_catalog."POSIX"')
    if row.identity:
        other = "BY DEFAULT" if row.identity == "a" else "ALWAYS"
        yield "identity", column.but(value=column.value.replace(IDENTITY[row.identity], other, 1))
        yield "identity", column.but(value=None)
        other = column.value.replace(f"INCREMENT BY {row.seqincrement}", f"INCREMENT BY {row.seqincrement + 7}")
        yield "identity increment", column.but(value=other)
    elif row.generated:
        yield "generated", column.but(value=None)
        if row.type in ("integer", "bigint", "numeric"):
            yield "generated expression", column.but(value=column.value.replace(" AS (", " AS (77 + ", 1))
        if "VIRTUAL" in column.value:
            yield "generated", column.but(value=column.value.replace("VIRTUAL", "STORED"))
    else:
        if row.expression:
            yield "default", column.but(value=None)
        value = {"integer": "4711", "bigint": "4711", "text": "'another'", "boolean": "(1 = 2)"}.get(row.type)
        if value:
            yield "default", column.but(value=f"DEFAULT {value}")
    if row.typstorage == "x":
        yield "storage", column.but(storage="PLAIN" if row.storage != "p" else "MAIN")
        if row.generated != "v":
            yield "compression", column.but(compression="lz4" if row.compression == "p" else "pglz")
