"""Sequences."""

from __future__ import annotations

from collections.abc import Iterator

from .database import Database
from .definition import Definition, Mutation, joined, own

SEQUENCES = f"""
    SELECT c.oid::regclass::text AS name, c.relpersistence = 'u' AS unlogged, format_type(s.seqtypid, NULL) AS type, s.*,
        (SELECT d.refobjid::regclass::text || '.' || quote_ident(a.attname) FROM pg_depend d
            JOIN pg_attribute a ON (a.attrelid, a.attnum) = (d.refobjid, d.refobjsubid)
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a'
                AND d.refclassid = 'pg_class'::regclass) AS owner
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
    WHERE {own("pg_class", "c.oid")} AND NOT EXISTS
        (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')
    ORDER BY c.oid::regclass::text
"""


def sequence_options(row) -> list[str]:
    """Also of the sequence of an identity column."""
    return [
        f"START WITH {row.seqstart}", f"INCREMENT BY {row.seqincrement}", f"MINVALUE {row.seqmin}", f"MAXVALUE {row.seqmax}",
        f"CACHE {row.seqcache}", "CYCLE" if row.seqcycle else "NO CYCLE",
    ]  # fmt: skip


def sequences(database: Database) -> Iterator[Definition]:
    for row in database.rows(SEQUENCES):
        mutations = (Mutation(attribute, text(other)) for attribute, other in mutated_sequence(row))
        yield Definition("sequence", row.name, text(row), mutations=tuple(mutations))


def text(row) -> str:
    return joined(
        f"CREATE {'UNLOGGED ' if row.unlogged else ''}SEQUENCE {row.name} AS {row.type}",
        *sequence_options(row),
        row.owner and f"OWNED BY {row.owner}",
    )


def mutated_sequence(row) -> Iterator[tuple[str, tuple]]:
    yield "increment", row._replace(seqincrement=row.seqincrement + 7)
    yield "maxvalue", row._replace(seqmax=row.seqmax - 1)
    yield "cache", row._replace(seqcache=row.seqcache + 7)
    yield "cycle", row._replace(seqcycle=not row.seqcycle)
    yield "persistence", row._replace(unlogged=not row.unlogged)
    # As far as the bounds allow.
    if row.type != "bigint":
        yield "type", row._replace(type="bigint")
    if row.seqmin > -1000:
        yield "minvalue", row._replace(seqmin=row.seqmin - 1)
    if row.seqstart < row.seqmax:
        yield "start", row._replace(seqstart=row.seqstart + 1)
    if row.owner:
        yield "owned by", row._replace(owner="NONE")
