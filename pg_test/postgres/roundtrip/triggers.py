"""Triggers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .database import Database
from .definition import Definition, Mutation, joined, negated, own, replacing

TRIGGERS = f"""
    SELECT quote_ident(g.tgname) AS name, g.tgrelid::regclass::text AS table, pg_get_triggerdef(g.oid) AS text,
        g.tgconstraint <> 0 AS is_constraint, g.tgparentid <> 0 AS cloned, c.relkind::text AS relkind
    FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
    WHERE NOT g.tgisinternal AND {own("pg_class", "c.oid")} ORDER BY g.tgrelid::regclass::text, g.tgname
"""


def triggers(database: Database) -> Iterator[Definition]:
    for row in database.rows(TRIGGERS):
        mutations = tuple(Mutation(attribute, text) for attribute, text in mutated_trigger(row))
        yield Definition("trigger", f"{row.name} on {row.table}", row.text, mutations=mutations)
        if not row.is_constraint and not row.cloned:
            text = row.text.replace("CREATE ", "CREATE OR REPLACE ", 1)
            yield Definition("trigger, OR REPLACE", f"{row.name} on {row.table}", text, mutations=replacing(mutations))


def mutated_trigger(row) -> Iterator[tuple[str, str]]:
    """Other definitions, each with the attribute that differs."""
    head, call = row.text.rsplit(" EXECUTE FUNCTION ", 1)
    function, arguments = call[: call.index("(")], call[call.index("(") + 1 : -1]
    more = joined(arguments and f"{arguments},", "'another'")
    yield "arguments", f"{head} EXECUTE FUNCTION {function}({more})"
    yield "function", f"{head} EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger({arguments})"
    if match := re.search(r" WHEN (?=\()", head):
        yield "when", f"{head[: match.start()]} EXECUTE FUNCTION {call}"
        yield "when", f"{negated(head, match.end())} EXECUTE FUNCTION {call}"
    elif "INSTEAD OF" not in head:
        yield "when", f"{head} WHEN (pg_catalog.pg_trigger_depth() = 77) EXECUTE FUNCTION {call}"
    if row.is_constraint:
        yield from mutated_deferrable(row.text)
    elif "REFERENCING" not in head and "INSTEAD OF" not in head:
        yield from mutated_firing(row, has_condition=bool(match))


def mutated_deferrable(text: str) -> Iterator[tuple[str, str]]:
    if " NOT DEFERRABLE" in text:
        yield "deferrable", text.replace(" NOT DEFERRABLE INITIALLY IMMEDIATE", " DEFERRABLE")
    elif "INITIALLY IMMEDIATE" in text:
        yield "initially deferred", text.replace("INITIALLY IMMEDIATE", "INITIALLY DEFERRED")


def mutated_firing(row, *, has_condition: bool) -> Iterator[tuple[str, str]]:
    """When it fires; a condition restricts that to rows, and to events that have the rows it looks at."""
    timing, events = re.search(r" (BEFORE|AFTER) (.*?) ON ", row.text).groups()
    yield "timing", row.text.replace(f" {timing} ", f" {'AFTER' if timing == 'BEFORE' else 'BEFORE'} ", 1)
    if row.relkind == "r" and "TRUNCATE" not in events and not has_condition:
        level = re.search(r"FOR EACH (ROW|STATEMENT)", row.text)[1]
        yield "level", row.text.replace(f"FOR EACH {level}", f"FOR EACH {'ROW' if level == 'STATEMENT' else 'STATEMENT'}")
    if events.startswith("UPDATE OF "):
        yield "columns", row.text.replace(f" {events} ON ", " UPDATE ON ", 1)
    elif " OF " not in events and "TRUNCATE" not in events and not has_condition:
        other = f"{events} OR DELETE" if "DELETE" not in events else events.split(" OR ")[0]
        if other != events:
            yield "events", row.text.replace(f" {events} ON ", f" {other} ON ", 1)
