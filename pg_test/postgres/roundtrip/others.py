"""Schemas, extensions and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .database import Database
from .definition import Definition, Mutation, own

SCHEMAS = f"""
    SELECT oid::regnamespace::text AS name, nspowner::regrole::text AS owner FROM pg_namespace
    WHERE {own("pg_namespace", "oid")} AND nspname !~ '^pg_' AND nspname <> 'guarded' ORDER BY nspname
"""
EXTENSIONS = """
    SELECT quote_ident(extname) AS name, extnamespace::regnamespace::text AS schema, extversion AS version FROM pg_extension
"""
COMMENTS = """
    SELECT i.type, i.identity, quote_literal(d.description) AS text FROM pg_description d,
        pg_identify_object(d.classoid, d.objoid, d.objsubid) i
    WHERE d.objoid >= 16384 AND i.type NOT IN ('extension', 'large object') AND i.identity IS NOT NULL AND NOT EXISTS
        (SELECT FROM pg_depend e WHERE (e.classid, e.objid) = (d.classoid, d.objoid) AND e.deptype = 'e')
    ORDER BY i.type, i.identity
"""
COMMENTED = {
    "table column": "COLUMN",
    "table constraint": "CONSTRAINT",
    "domain constraint": "CONSTRAINT",
    "composite type": "TYPE",
}


def schemas(database: Database) -> Iterator[Definition]:
    for row in database.rows(SCHEMAS):
        create = f"CREATE SCHEMA {row.name} AUTHORIZATION"
        yield Definition("schema", row.name, f"{create} {row.owner}", mutations=(Mutation("owner", f"{create} pg_monitor"),))


def extensions(database: Database) -> Iterator[Definition]:
    for row in database.rows(EXTENSIONS):
        create = f"CREATE EXTENSION {row.name} SCHEMA"
        mutations = (
            Mutation("version", f"{create} {row.schema} VERSION '{row.version}.1'"),
            Mutation("schema", f"{create} public VERSION '{row.version}'"),
        )
        yield Definition("extension", row.name, f"{create} {row.schema} VERSION '{row.version}'", mutations=mutations)


def comments(database: Database) -> Iterator[Definition]:
    for row in database.rows(COMMENTS):
        identity = re.sub(r" on (?=\S+$)", " on domain ", row.identity) if row.type == "domain constraint" else row.identity
        if row.type == "aggregate":
            identity = identity.replace("()", "(*)")
        comment = f"COMMENT ON {COMMENTED.get(row.type, row.type.upper())} {identity} IS"
        mutation = Mutation("text", f"{comment} 'another'", "planned")
        yield Definition("comment", f"{row.type} {identity}", f"{comment} {row.text}", mutations=(mutation,))
