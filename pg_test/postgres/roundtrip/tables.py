"""Tables, with their columns and constraints."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from .columns import COLUMNS, Column, column_of, mutated_columns
from .database import Database
from .definition import Definition, Mutation, joined, own, without

TABLES = f"""
    SELECT c.oid, c.oid::regclass::text AS name, c.relkind::text AS kind, c.relpersistence = 'u' AS unlogged,
        c.relispartition AS partition, NULLIF(c.reloftype, 0)::regtype::text AS of_type,
        pg_get_partkeydef(c.oid) AS key, pg_get_expr(c.relpartbound, c.oid) AS bound,
        ARRAY(SELECT inhparent FROM pg_inherits WHERE inhrelid = c.oid ORDER BY inhseqno) AS parents,
        c.reloptions || ARRAY(SELECT 'toast.' || o FROM unnest(t.reloptions) o) AS options,
        CASE WHEN m.amname <> 'heap' THEN quote_ident(m.amname) END AS method,
        quote_ident(s.spcname) AS tablespace, c.relrowsecurity AS row_security, c.relforcerowsecurity AS forced
    FROM pg_class c LEFT JOIN pg_class t ON t.oid = c.reltoastrelid LEFT JOIN pg_am m ON m.oid = c.relam
        LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
    WHERE c.relkind IN ('r', 'p') AND {own("pg_class", "c.oid")}
    ORDER BY c.oid::regclass::text
"""

CONSTRAINTS = f"""
    SELECT o.conrelid AS relation, o.conrelid::regclass::text AS table, quote_ident(o.conname) AS name, o.contype::text AS type,
        pg_get_constraintdef(o.oid) AS text, o.conislocal AS local, o.conparentid <> 0 AS cloned, o.coninhcount AS inherited,
        o.convalidated AS valid, c.relispartition AS partition, c.relkind::text AS relkind, o.conkey AS columns
    FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
    WHERE o.contype IN ('c', 'f', 'p', 'u', 'x', 'n') AND {own("pg_class", "c.oid")}
    ORDER BY o.conrelid::regclass::text, o.conname
"""


@dataclass
class Table:
    """A CREATE TABLE in pieces that may be replaced."""

    name: str
    unlogged: bool
    form: str
    columns: list[str]
    constraints: list[str]
    behind: str
    bound: str | None
    key: str | None
    method: str | None
    options: list[str]
    tablespace: str | None

    def __str__(self) -> str:
        elements = [*self.columns, *self.constraints]
        listed = f"({', '.join(elements)})" if elements or not self.form else ""
        return joined(
            "CREATE UNLOGGED TABLE" if self.unlogged else "CREATE TABLE",
            self.name,
            self.form,
            listed,
            self.behind,
            self.bound,
            self.key and f"PARTITION BY {self.key}",
            self.method and f"USING {self.method}",
            self.options and f"WITH ({', '.join(self.options)})",
            self.tablespace and f"TABLESPACE {self.tablespace}",
        )

    def but(self, **pieces) -> Table:
        return Table(**{**vars(self), **pieces})


def options_of(options: list[str] | None) -> list[str]:
    """fillfactor=70 as WITH has it."""
    return [re.sub(r"=(.*)", lambda match: "='" + match[1].replace("'", "''") + "'", option) for option in options or []]


def other_bounds(bound: str) -> Iterator[str]:
    """Other bounds than that of a partition."""
    if match := re.fullmatch(r"FOR VALUES WITH \(modulus (\d+), remainder (\d+)\)", bound):
        yield f"FOR VALUES WITH (modulus {int(match[1]) * 2}, remainder {match[2]})"
    elif bound != "DEFAULT":
        yield "DEFAULT"
    if match := re.fullmatch(r"FOR VALUES FROM \((.*)\) TO \((.*)\)", bound, re.S):
        values = ", ".join(["MAXVALUE"] * (match[2].count(",") + 1))
        if match[2] != values and "'" not in match[2]:
            yield f"FOR VALUES FROM ({match[1]}) TO ({values})"
    if match := re.fullmatch(r"FOR VALUES IN \((.*)\)", bound, re.S):
        values = f"{match[1]}, NULL" if "NULL" not in match[1] else match[1].replace("NULL, ", "").replace(", NULL", "")
        if values != match[1]:
            yield f"FOR VALUES IN ({values})"


class Tables:
    """The tables of the database with their columns and constraints."""

    def __init__(self, database: Database) -> None:
        self.tables = {row.oid: row for row in database.rows(TABLES)}
        self.columns: dict[int, list] = defaultdict(list)
        for row in database.rows(COLUMNS):
            self.columns[row.relation].append(row)
        self.constraints: dict[int, list] = defaultdict(list)
        for row in database.rows(CONSTRAINTS):
            self.constraints[row.relation].append(row)

    def definitions(self) -> Iterator[Definition]:
        for row in self.tables.values():
            table, lacking = self.table(row), self.lacking(row)
            mutations = () if lacking else tuple(self.mutations(row, table))
            yield Definition(self.kind(row), row.name, str(table), mutations=mutations, lacking=lacking)

    def kind(self, row) -> str:
        return "partition" if row.partition else "partitioned table" if row.kind == "p" else "table"

    def table(self, row) -> Table:
        columns = [self.element(row, column) for column in self.columns[row.oid]]
        parents = ", ".join(self.tables[parent].name for parent in row.parents)
        return Table(
            row.name,
            row.unlogged,
            f"PARTITION OF {parents}" if row.partition else f"OF {row.of_type}" if row.of_type else "",
            [column for column in columns if column],
            [f"CONSTRAINT {one.name} {one.text}" for one in self.constraints[row.oid] if self.is_own(row, one)],
            f"INHERITS ({parents})" if parents and not row.partition else "",
            row.bound,
            row.key,
            row.method,
            options_of(row.options),
            row.tablespace,
        )

    def is_own(self, table, constraint) -> bool:
        """Whether it has to be written: neither a parent's nor a NOT NULL that stands with its column."""
        if constraint.type == "n":
            [column] = (column for column in self.columns[table.oid] if [column.number] == constraint.columns)
            return constraint.valid and constraint.local and not column.local and not table.partition
        return constraint.local and not constraint.cloned

    def element(self, table, row) -> str | None:
        """The column as an element of CREATE TABLE, unless the parents, or the type, say all of it."""
        column = column_of(row)
        value, not_null = self.own_clauses(table, row)
        if table.partition or table.of_type:
            clauses = joined(value, not_null)
            return f"{column.name} WITH OPTIONS {clauses}" if clauses else None
        return str(column.but(value=value, not_null=not_null)) if row.local else None

    def own_clauses(self, table, row) -> tuple[str | None, str | None]:
        """The default, or its like, and NOT NULL, as far as they are not the parents'."""
        column = column_of(row)
        above = [
            self.inherited(table, other) for parent in table.parents for other in self.columns[parent] if other.name == row.name
        ]
        value = None if row.identity and table.partition else column.value
        # What a parent has is inherited unless the child says otherwise.
        if any(other.value for other in above) and not value:
            value = "DEFAULT NULL"
        if above and all(other.value == value for other in above):
            value = None
        is_inherited = any(other.not_null for other in above)
        if row.not_null_name:
            is_inherited = not row.not_null_local or (table.partition and is_inherited)
        return value, None if is_inherited else column.not_null

    def inherited(self, child, row) -> Column:
        """What a child gets of a column."""
        column = column_of(row)
        if row.identity:
            column = column.but(value=None)
        return column.but(not_null=None) if row.no_inherit else column

    def inherits_not_null(self, table, row) -> bool:
        parents = (other for parent in table.parents for other in self.columns[parent])
        return any(other.name == row.name and other.not_null and not other.no_inherit for other in parents)

    def lacking(self, table) -> tuple[str, ...]:
        """What cannot be said in CREATE TABLE: NOT NULL … NOT VALID, and what an inherited column was given afterwards."""
        patterns = []
        for row in self.columns[table.oid]:
            name = re.escape(row.name)
            if row.not_null_valid is False:
                attribute = "not null valid" if self.inherits_not_null(table, row) else "nullable"
                patterns.append(rf"{name}\.{attribute}: .*")
            elif table.parents and not table.partition and not row.local:
                value, not_null = self.own_clauses(table, row)
                patterns += [rf"{name}\.default: .*"] * bool(value)
                patterns += [rf"{name}\.nullable: .*"] * bool(not_null and not row.not_null_name)
        return tuple(patterns)

    def mutations(self, row, table: Table) -> Iterator[Mutation]:
        yield Mutation("persistence", str(table.but(unlogged=not table.unlogged)))
        if not table.key:
            others = [option for option in table.options if not option.startswith("fillfactor")]
            yield Mutation("fillfactor", str(table.but(options=[*others, "fillfactor=37"])))
        if row.partition:
            yield from (Mutation("bound", str(table.but(bound=bound))) for bound in other_bounds(table.bound))
            return
        if row.of_type:
            yield Mutation("of type", str(table.but(form="", columns=self.all_columns(row))))
            return
        yield Mutation("column", str(table.but(columns=[*table.columns, "another_column integer"])))
        if table.constraints:
            for constraint in (one for one in table.constraints if " NOT NULL " not in one):
                yield Mutation("constraint", str(table.but(constraints=without(table.constraints, constraint))))
        else:
            yield Mutation("constraint", str(table.but(constraints=["CONSTRAINT another CHECK (1 > 0)"])))
        if table.behind:
            yield Mutation("inherits", str(table.but(behind="", columns=self.all_columns(row))))
        if table.key:
            yield Mutation("partition by", str(table.but(key=None)))
            strategy = "LIST" if table.key.startswith("RANGE") else "RANGE"
            key = re.sub(r"^\w+", strategy, table.key)
            if strategy == "RANGE" or "," not in table.key:
                yield Mutation("partition by", str(table.but(key=key)))
        elif not (table.behind or table.options or table.method) and table.columns:
            yield Mutation("partition by", str(table.but(key=f"RANGE ({self.columns[row.oid][0].name})")))
        yield from self.mutated_elements(row, table)

    def all_columns(self, row) -> list[str]:
        return [str(column_of(column)) for column in self.columns[row.oid]]

    def mutated_elements(self, row, table: Table) -> Iterator[Mutation]:
        """One column of the table differs. A key makes its columns NOT NULL, and parents do what they do."""
        keys = {number for one in self.constraints[row.oid] if one.type == "p" for number in one.columns}
        for column in self.columns[row.oid]:
            if str(column_of(column)) not in table.columns or column.inherited:
                continue
            at = table.columns.index(str(column_of(column)))
            for attribute, other in mutated_columns(column):
                if attribute == "nullable" and column.number in keys:
                    continue
                columns = [*table.columns[:at], str(other), *table.columns[at + 1 :]]
                yield Mutation(rf"{re.escape(column.name)}\.{attribute}", str(table.but(columns=columns)))
            if len(table.columns) > 1 and not table.constraints and not table.key:
                yield Mutation("column", str(table.but(columns=without(table.columns, table.columns[at]))))

    def column_definitions(self) -> Iterator[Definition]:
        for row in self.tables.values():
            for column in self.columns[row.oid]:
                # NOT VALID cannot be said with a column.
                if column.not_null_valid is False:
                    continue
                add = f"ALTER TABLE {row.name} ADD COLUMN"
                mutations = tuple(Mutation(attribute, f"{add} {other}") for attribute, other in mutated_columns(column))
                yield Definition("column", f"{row.name}.{column.name}", f"{add} {column_of(column)}", mutations=mutations)

    def row_security(self) -> Iterator[Definition]:
        for row in self.tables.values():
            for is_so, yes, no in ((row.row_security, "ENABLE", "DISABLE"), (row.forced, "FORCE", "NO FORCE")):
                have, other = (yes, no) if is_so else (no, yes)
                change = f"ALTER TABLE {row.name} {{}} ROW LEVEL SECURITY"
                mutation = Mutation("flag", change.format(other), "planned")
                yield Definition("row-level security", row.name, change.format(have), mutations=(mutation,))
