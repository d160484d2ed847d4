"""What pg_dump says, statement by statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .database import Database, Outcome
from .definition import Definition
from .tables import Tables
from .types import DOMAINS, domain_lacking

ENTRY = re.compile(r"^--\n-- Name: (.*); Type: (.*); Schema: (.*); Owner: .*\n--\n\n", re.M)
# The kinds of the statements that define something, by the operation. What is not here changes something that is there.
OPERATIONS = {
    "create_schema": "schema", "create_extension": "extension", "create_enum": "enum", "create_domain": "domain",
    "create_sequence": "sequence", "create_index": "index", "create_view": "view",
    "create_materialized_view": "materialized view", "create_function": "function", "create_procedure": "procedure",
    "create_trigger": "trigger", "create_policy": "policy", "create_statistics": "statistics",
    "create_publication": "publication", "create_check_constraint": "constraint: CHECK",
    "create_foreign_key": "constraint: FOREIGN KEY", "create_primary_key": "constraint: PRIMARY KEY",
    "create_unique_constraint": "constraint: UNIQUE", "add_not_null_constraint": "constraint: NOT NULL",
    "create_exclude_constraint": "constraint: EXCLUDE",
    "alter_domain": "constraint of a domain", "comment": "comment", "enable_row_level_security": "row-level security",
    "force_row_level_security": "row-level security", "create_access_method": "access method",
    "create_aggregate": "aggregate", "create_cast": "cast", "create_collation": "collation",
    "create_event_trigger": "event trigger", "create_foreign_data_wrapper": "foreign-data wrapper",
    "create_operator": "operator", "create_operator_class": "operator class", "create_operator_family": "operator family",
    "create_rule": "rule", "create_server": "server", "create_text_search_configuration": "text search configuration",
    "create_text_search_dictionary": "text search dictionary", "create_transform": "transform",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """Of a dump: one object, or a piece of one."""

    name: str
    type: str
    schema: str
    script: str


def of_dump(database: Database, dump: str) -> Iterator[tuple[Definition, list[Outcome]]]:
    """The dump's statements, run; of kind "" if they define nothing."""
    settings, *parts = ENTRY.split(dump)
    entries = [Entry(*parts[at : at + 4]) for at in range(0, len(parts), 4)]
    database.set(settings)
    database.set("SET client_min_messages = error")
    later = Later(database, entries)
    for entry in entries:
        for outcome in database.guarded(entry.script):
            kind = kind_of(outcome)
            kind, lacking = later.pieces(kind, entry, outcome.ddl)
            name = entry.name if kind else f"{entry.type}: {outcome.operation}"
            yield Definition(kind, name, outcome.ddl, "dump", (), lacking), [outcome]


def kind_of(outcome: Outcome) -> str:
    if outcome.operation == "create_type":
        match = re.match(r"CREATE TYPE \S+( AS RANGE| AS)?", outcome.ddl)
        return {" AS RANGE": "range type", " AS": "composite type"}.get(match[1], "base type")
    if outcome.operation == "create_table":
        return "table"
    if outcome.operation == "alter_column" and "ADD GENERATED" in outcome.ddl:
        return "identity"
    return OPERATIONS.get(outcome.operation, "")


class Later:
    """What of a definition pg_dump says later, or not at all, as patterns of differences."""

    def __init__(self, database: Database, entries: list[Entry]) -> None:
        self.tables = Tables(database)
        self.placeholders = {entry.name for entry in entries if entry.type == "RULE" and entry.name.endswith(" _RETURN")}
        self.domains = {row.name: domain_lacking(row) for row in database.rows(DOMAINS)}

    def pieces(self, kind: str, entry: Entry, ddl: str) -> tuple[str, tuple[str, ...]]:
        """The kind, now known better, and the patterns."""
        if kind == "table":
            return self.of_table(ddl)
        if kind == "domain":
            return kind, self.domains[f"{entry.schema}.{entry.name}"]
        if kind == "view" and entry.type == "VIEW" and f"{entry.name} _RETURN" in self.placeholders:
            # It needs something that needs it: at first it has only the names of its columns.
            return kind, ("query: .*",)
        return kind, ()

    def of_table(self, ddl: str) -> tuple[str, tuple[str, ...]]:
        name = ddl.replace(" UNLOGGED", "", 1).removeprefix("CREATE TABLE ")
        row = next(row for row in self.tables.tables.values() if name.startswith(f"{row.name} "))
        constraints = (self.of_constraint(one, ddl) for one in self.tables.constraints[row.oid])
        columns = (self.of_column(row, column, ddl) for column in self.tables.columns[row.oid])
        # pg_dump writes a partition as a table of its own.
        inherited = ["partition of: .*"] if row.partition else self.tables.lacking(row)
        return self.tables.kind(row), (*inherited, *filter(None, constraints), *filter(None, columns))

    def of_constraint(self, row, ddl: str) -> str | None:
        is_said = row.type == "n" or f"CONSTRAINT {row.name} " in ddl or not row.local
        return None if is_said else rf"constraint: .* {re.escape(row.name)} -> none"

    def of_column(self, table, row, ddl: str) -> str | None:
        if row.identity:
            return rf"{re.escape(row.name)}\.identity: .*"
        if table.partition and row.not_null_valid is False:
            return rf"{re.escape(row.name)}\.nullable: .*"
        value, _ = self.tables.own_clauses(table, row)
        line = re.search(rf"^    {re.escape(row.name)} .*", ddl, re.M)
        is_said = not value or not line or re.search(r" DEFAULT | AS \(", line[0])
        return None if is_said else rf"{re.escape(row.name)}\.default: .*"
