"""Row-level security policies."""

from __future__ import annotations

from collections.abc import Iterator

from .database import Database
from .definition import Definition, Mutation, joined, own

POLICIES = f"""
    SELECT quote_ident(p.polname) AS name, p.polrelid::regclass::text AS table, p.polpermissive AS permissive,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
            ELSE 'ALL' END AS command,
        ARRAY(SELECT CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END FROM unnest(p.polroles) r) AS roles,
        pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
    FROM pg_policy p WHERE {own("pg_class", "p.polrelid")} ORDER BY p.polrelid::regclass::text, p.polname
"""


def policies(database: Database) -> Iterator[Definition]:
    for row in database.rows(POLICIES):
        mutations = (Mutation(attribute, text(other)) for attribute, other in mutated_policy(row))
        yield Definition("policy", f"{row.name} on {row.table}", text(row), mutations=tuple(mutations))


def text(row) -> str:
    return joined(
        f"CREATE POLICY {row.name} ON {row.table} AS {'PERMISSIVE' if row.permissive else 'RESTRICTIVE'}",
        f"FOR {row.command} TO {', '.join(row.roles)}",
        row.using and f"USING ({row.using})",
        row.check and f"WITH CHECK ({row.check})",
    )


def mutated_policy(row) -> Iterator[tuple[str, tuple]]:
    yield "permissive", row._replace(permissive=not row.permissive)
    yield "roles", row._replace(roles=["pg_monitor"])
    if row.using:
        yield "using", row._replace(using=f"NOT ({row.using})")
    if row.check:
        yield "with check", row._replace(check=f"NOT ({row.check})")
    elif row.command == "ALL":
        yield "with check", row._replace(check="(1 > 2)")
        yield "command", row._replace(command="SELECT")
    elif row.command == "SELECT":
        yield "command", row._replace(command="DELETE")
