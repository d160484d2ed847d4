"""Enums, domains and composite types."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .database import Database
from .definition import Definition, Mutation, joined, negated, own, without
from .tables import Tables

ENUMS = f"""
    SELECT t.oid::regtype::text AS name,
        ARRAY(SELECT quote_literal(enumlabel) FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY enumsortorder) AS labels
    FROM pg_type t WHERE t.typtype = 'e' AND {own("pg_type", "t.oid")} ORDER BY t.oid::regtype::text
"""


def enums(database: Database) -> Iterator[Definition]:
    for row in database.rows(ENUMS):
        first, *rest = row.labels
        others = [[*row.labels, "'another'"], row.labels[:-1]]
        if rest:
            others.append([rest[0], first, *rest[1:]])
        mutations = tuple(Mutation("labels", enum_text(row.name, labels)) for labels in others)
        yield Definition("enum", row.name, enum_text(row.name, row.labels), mutations=mutations)


def enum_text(name: str, labels: list[str]) -> str:
    return f"CREATE TYPE {name} AS ENUM ({', '.join(labels)})"


DOMAINS = f"""
    SELECT t.oid::regtype::text AS name, format_type(t.typbasetype, t.typtypmod) AS type,
        CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END AS collation,
        b.typcollation <> 0 AS collatable, pg_get_expr(t.typdefaultbin, 0) AS default,
        ARRAY(SELECT format('CONSTRAINT %I %s', conname, pg_get_constraintdef(o.oid)) FROM pg_constraint o
            WHERE o.contypid = t.oid AND o.convalidated ORDER BY conname) AS constraints,
        ARRAY(SELECT conname::text FROM pg_constraint o WHERE o.contypid = t.oid AND NOT o.convalidated) AS invalid
    FROM pg_type t JOIN pg_type b ON b.oid = t.typbasetype WHERE t.typtype = 'd' AND {own("pg_type", "t.oid")}
    ORDER BY t.oid::regtype::text
"""
DOMAIN_CONSTRAINTS = f"""
    SELECT o.contypid::regtype::text AS domain, quote_ident(o.conname) AS name, pg_get_constraintdef(o.oid) AS text
    FROM pg_constraint o WHERE o.contypid <> 0 AND o.contype = 'c' AND {own("pg_type", "o.contypid")}
    ORDER BY o.contypid::regtype::text, o.conname
"""


def domains(database: Database) -> Iterator[Definition]:
    for row in database.rows(DOMAINS):
        lacking = domain_lacking(row)
        mutations = () if lacking else (Mutation(attribute, domain_text(other)) for attribute, other in mutated_domain(row))
        yield Definition("domain", row.name, domain_text(row), mutations=tuple(mutations), lacking=lacking)
    for row in database.rows(DOMAIN_CONSTRAINTS):
        sql = f"ALTER DOMAIN {row.domain} ADD CONSTRAINT {row.name} {row.text}"
        mutation = Mutation("expression", negated(sql, sql.index("(", sql.index(" CHECK "))))
        yield Definition("constraint of a domain", f"{row.name} of {row.domain}", sql, mutations=(mutation,))


def domain_text(row) -> str:
    return joined(
        f"CREATE DOMAIN {row.name} AS {row.type}",
        row.collation and f"COLLATE {row.collation}",
        row.default and f"DEFAULT {row.default}",
        *row.constraints,
    )


def mutated_domain(row) -> Iterator[tuple[str, tuple]]:
    checks = [constraint for constraint in row.constraints if " CHECK " in constraint]
    yield "check .*", row._replace(constraints=[*row.constraints, "CONSTRAINT another CHECK (1 > 2)"])
    for check in checks:
        rest = without(row.constraints, check)
        other = negated(check, check.index("(", check.index(" CHECK ")))
        yield "check .*", row._replace(constraints=rest)
        yield "check .*", row._replace(constraints=[*rest, other])
    yield "not null", row._replace(constraints=checks if checks != row.constraints else [*checks, "NOT NULL"])
    if not checks and not row.default:
        yield "type", row._replace(type="bigint" if row.type == "integer" else "integer", collation=None)
    if row.default:
        yield "default", row._replace(default=None)
    elif row.type == "integer":
        yield "default", row._replace(default="4711")
    if row.collatable:
        yield "collation", row._replace(collation='pg_catalog."POSIX"')


def domain_lacking(row) -> tuple[str, ...]:
    """A constraint that is not valid can only be added later."""
    return tuple(f"check {name}: .*" for name in row.invalid)


COMPOSITES = f"""
    SELECT t.typrelid AS relation, t.oid::regtype::text AS name FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid
    WHERE c.relkind = 'c' AND {own("pg_type", "t.oid")} ORDER BY t.oid::regtype::text
"""


def composites(database: Database, tables: Tables) -> Iterator[Definition]:
    for row in database.rows(COMPOSITES):
        columns = tables.columns[row.relation]
        attributes = [joined(c.name, c.type, c.collation and f"COLLATE {c.collation}") for c in columns]
        mutations = (
            Mutation(attribute, composite_text(row.name, other)) for attribute, other in mutated_composite(columns, attributes)
        )
        yield Definition("composite type", row.name, composite_text(row.name, attributes), mutations=tuple(mutations))


def composite_text(name: str, attributes: list[str]) -> str:
    return f"CREATE TYPE {name} AS ({', '.join(attributes)})"


def mutated_composite(columns: list, attributes: list[str]) -> Iterator[tuple[str, list[str]]]:
    yield "attributes", [*attributes, "another integer"]
    if len(attributes) > 1:
        yield "attributes", attributes[:-1]
    for at, column in enumerate(columns):
        before, after = attributes[:at], attributes[at + 1 :]
        other = "bigint" if column.type == "integer" else "integer"
        yield rf"{re.escape(column.name)}\.type", [*before, f"{column.name} {other}", *after]
        if column.collatable:
            yield rf"{re.escape(column.name)}\.collation", [*before, f'{column.name} {column.type} COLLATE "POSIX"', *after]
