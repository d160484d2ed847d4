"""Publications."""

from __future__ import annotations

from collections.abc import Iterator

from .database import Database
from .definition import Definition, Mutation, joined
from .tables import Tables

PUBLICATIONS = """
    SELECT quote_ident(p.pubname) AS name, p.puballtables AS all_tables, p.pubviaroot AS via_root,
        array_remove(ARRAY[CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END,
            CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END], NULL) AS publish,
        ARRAY(SELECT concat_ws(' ', 'TABLE', r.prrelid::regclass,
            '(' || (SELECT string_agg(quote_ident(a.attname), ', ') FROM pg_attribute a
                    WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[])) || ')',
            'WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')')
            FROM pg_publication_rel r WHERE r.prpubid = p.oid ORDER BY 1) AS tables,
        ARRAY(SELECT 'TABLES IN SCHEMA ' || n.pnnspid::regnamespace::text
            FROM pg_publication_namespace n WHERE n.pnpubid = p.oid ORDER BY 1) AS schemas
    FROM pg_publication p ORDER BY p.pubname
"""


def publications(database: Database, tables: Tables) -> Iterator[Definition]:
    spare = next(row.name for row in tables.tables.values() if row.kind == "r" and not row.unlogged)
    for row in database.rows(PUBLICATIONS):
        mutations = (Mutation(attribute, text(other)) for attribute, other in mutated_publication(row, spare))
        yield Definition("publication", row.name, text(row), mutations=tuple(mutations))


def text(row) -> str:
    objects = ["ALL TABLES"] if row.all_tables else [*row.tables, *row.schemas]
    options = f"publish = '{', '.join(row.publish)}', publish_via_partition_root = {row.via_root}"
    return joined("CREATE PUBLICATION", row.name, objects and f"FOR {', '.join(objects)}", f"WITH ({options})")


def mutated_publication(row, spare: str) -> Iterator[tuple[str, tuple]]:
    """`spare` is a table that is not published."""
    yield "publish", row._replace(publish=["insert", "delete"])
    yield "publish_via_partition_root", row._replace(via_root=not row.via_root)
    yield "all tables", row._replace(all_tables=not row.all_tables)
    if not row.all_tables:
        yield "tables", row._replace(tables=[*row.tables, f"TABLE {spare}"])
        yield "schemas", row._replace(schemas=[*row.schemas, "TABLES IN SCHEMA public"])
