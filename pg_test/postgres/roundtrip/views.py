"""Views and materialized views."""

from __future__ import annotations

from collections.abc import Iterator

from .database import Database
from .definition import Definition, Mutation, joined, own, replacing, without
from .tables import Tables, options_of

VIEWS = f"""
    SELECT c.oid, c.oid::regclass::text AS name, c.relkind = 'm' AS materialized, c.reloptions AS options,
        rtrim(pg_get_viewdef(c.oid), ';') AS query, c.relispopulated AS populated,
        CASE WHEN m.amname <> 'heap' THEN quote_ident(m.amname) END AS method
    FROM pg_class c LEFT JOIN pg_am m ON m.oid = c.relam
    WHERE c.relkind IN ('v', 'm') AND {own("pg_class", "c.oid")} ORDER BY c.oid::regclass::text
"""


def views(database: Database, tables: Tables) -> Iterator[Definition]:
    for row in database.rows(VIEWS):
        names = [column.name for column in tables.columns[row.oid]]
        mutations = tuple(mutated_view(row, names))
        yield Definition(kind(row), row.name, text(row), mutations=mutations)
        if names:
            yield Definition(kind(row), row.name, text(row, names=names))
        if not row.materialized:
            replace = text(row).replace("CREATE ", "CREATE OR REPLACE ", 1)
            yield Definition("view, OR REPLACE", row.name, replace, mutations=replacing(mutations))


def kind(row) -> str:
    return "materialized view" if row.materialized else "view"


def text(row, query: str = "", options: list[str] | None = None, names: list[str] | None = None) -> str:
    """The statement, with these pieces instead of its own."""
    options = options_of(row.options) if options is None else options
    return joined(
        f"CREATE {kind(row).upper()} {row.name}",
        names and f"({', '.join(names)})",
        row.materialized and row.method and f"USING {row.method}",
        options and f"WITH ({', '.join(options)})",
        f"AS {query or row.query}",
        "" if row.populated else "WITH NO DATA",
    )


def mutated_view(row, names: list[str]) -> Iterator[Mutation]:
    yield Mutation("query", text(row, query=f"SELECT * FROM ({row.query}\n) another LIMIT 4711"))
    yield Mutation("query|columns", text(row, query=f"SELECT *, 1 AS more FROM ({row.query}\n) another"))
    if names:
        yield Mutation("columns", text(row, names=[*names[:-1], "another_name"]))
    if row.materialized:
        yield Mutation("fillfactor", text(row, options=["fillfactor=37"]))
        return
    options = options_of(row.options)
    for option in ("security_barrier", "security_invoker"):
        value = "false" if f"{option}='true'" in options else "true"
        others = [other for other in options if not other.startswith(option)]
        yield Mutation(option, text(row, options=[*others, f"{option}={value}"]))
    checked = [option for option in options if option.startswith("check_option")]
    others = without(options, checked[0]) if checked else [*options, "check_option=local"]
    yield Mutation("check_option", text(row, options=others))
