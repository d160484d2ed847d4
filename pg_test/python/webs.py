"""Databases of tables that foreign keys tie together, with whatever can be defined with their columns; made of a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

ACTIONS = ["NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"]


@dataclass(frozen=True)
class Change:
    """A type, another one, and the expressions that lead there and back."""

    type: str
    other: str
    there: str | None = None
    back: str | None = None

    def value(self, number: int) -> str:
        return f"'00000000-0000-0000-0000-{number:012}'" if self.type in ("uuid", "varchar(36)") else str(number)


CHANGES = [
    Change("int", "bigint"),
    Change("bigint", "int"),
    Change("uuid", "varchar(36)", None, "$1::uuid"),
    Change("uuid", "text", "CAST($1 AS text)", "$1::uuid"),
    Change("varchar(36)", "uuid", "$1::uuid", "$1::varchar(36)"),
    Change("int", "text", "$1::text /* not $2 */", "$1::int"),
]


@dataclass
class Table:
    name: str
    # The columns of the web, and whether one may be NULL.
    columns: dict[str, bool]
    kind: str = "plain"
    # Whether (id, tenant) is unique.
    composite: bool = False
    foreign_keys: list[str] = field(default_factory=list)


class Web:
    """What makes one database: `before` with no rows, `rows`, and what comes after them."""

    def __init__(self, seed: int, major: int, roles: tuple[str, str], most: int = 30):
        self.random = random.Random(seed)
        self.major = major
        self.reader, self.other = roles
        self.change = self.random.choice(CHANGES)
        self.tables: list[Table] = []
        self.sql: list[str] = ["CREATE SCHEMA shop", 'CREATE SCHEMA "Back Office"']
        self.sql += [f'GRANT ALL ON SCHEMA shop, "Back Office" TO {self.other}']
        self.sql += ["CREATE FUNCTION shop.stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'"]
        self.late: list[str] = []
        self.views: list[str] = []
        self.materialized: list[str] = []
        self.number = 0
        self.make(self.random.randint(2, most))
        if self.chance(0.2):
            self.late.insert(0, f"ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT INSERT ON TABLES TO {self.reader}")

    def unlike(self, column: str) -> str:
        """A condition with literals, where they are of both types."""
        if self.change.there == CHANGES[-1].there:
            return f"{column} IS NOT NULL"
        one, two = self.change.value(9), self.change.value(8)
        array = f"{{{one},{two}}}".replace("'", "")
        return column + self.random.choice([f" <> {one}", f" NOT IN ({one}, {two})", f" <> ALL ('{array}')"])

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def name(self, what: str) -> str:
        self.number += 1
        return f'"{what} {self.number}"' if self.chance(0.2) else f"{what}_{self.number}"

    def schema(self) -> str:
        return self.random.choice(["shop", '"Back Office"'])

    def make(self, count: int) -> None:
        for place in range(count):
            kind = "plain" if place == 0 else self.random.choices(["plain", "partitioned", "inherited"], [8, 1, 1])[0]
            self.add_table(kind)
        for table in self.tables:
            self.add_rows(table)
        for table in self.tables:
            for _ in range(self.random.randint(0, 2)):
                self.add_foreign_key(table)
        for table in self.tables:
            self.decorate(table)
        for _ in range(self.random.randint(1, 8)):
            self.add_view()
        self.late += [f"REFRESH MATERIALIZED VIEW {name}" for name in self.materialized]

    # Tables

    def hubs(self) -> list[Table]:
        return [table for table in self.tables if table.kind == "plain"]

    def add_table(self, kind: str) -> None:
        table = Table(f"{self.schema()}.{self.name('t')}", {"id": False, "ref": True, "parent": True}, kind)
        type_name, name = self.change.type, table.name
        default = f" DEFAULT {self.change.value(1)}" if self.chance(0.2) else ""
        columns = [f"id {type_name} NOT NULL", "tenant int", f"ref {type_name}{default}", "title text", f"parent {type_name}"]
        columns += ["region int NOT NULL"] if kind == "partitioned" else []
        if self.chance(0.5):
            virtual = self.major >= 18 and self.chance(0.5)
            place = self.random.randint(1, 5) if self.major >= 17 else len(columns)
            not_null = " NOT NULL" if self.chance(0.3) else ""
            columns.insert(place, f"g boolean GENERATED ALWAYS AS (ref IS NULL) {'VIRTUAL' if virtual else 'STORED'}{not_null}")
            if not virtual:
                self.decorate_generated(name, kind)
        table.composite = kind == "plain" and self.chance(0.5)
        if kind == "plain":
            columns.append("PRIMARY KEY (id)")
        if table.composite:
            columns.append("UNIQUE (id, tenant)")
        elements = ", ".join(columns)
        if kind == "partitioned":
            self.sql += [f"CREATE TABLE {name} ({elements}, PRIMARY KEY (id, region)) PARTITION BY LIST (region)"]
            for region in (1, 2):
                part = f"{self.schema()}.{self.name('part')}"
                self.sql += [f"CREATE TABLE {part} PARTITION OF {name} FOR VALUES IN ({region})"]
                if self.chance(0.3):
                    self.late += [f"CREATE INDEX ON {part} (ref)"]
        else:
            self.sql += [f"CREATE TABLE {name} ({elements})"]
        if kind == "inherited":
            child = f"{self.schema()}.{self.name('child')}"
            extra = "more int" if self.major >= 17 or "g boolean" not in elements else ""
            self.sql += [f"CREATE TABLE {child} ({extra}) INHERITS ({name})"]
            self.late += [f"ALTER TABLE ONLY {child} ALTER ref SET DEFAULT {self.change.value(2)}"] if self.chance(0.5) else []
            hub = self.tables[0].name
            self.late += [f"ALTER TABLE {child} ADD FOREIGN KEY (ref) REFERENCES {hub}"] if self.chance(0.7) else []
        # Everything hangs together by the id.
        hubs = self.hubs() or [table]
        for column in ("id", "ref", "parent"):
            if self.tables or column != "id":
                self.tie(table, self.random.choice(hubs), column)
        self.tables.append(table)

    def add_rows(self, table: Table) -> None:
        region = ", region" if table.kind == "partitioned" else ""
        for number in range(1, 7):
            ref = self.change.value(self.random.randint(1, 6)) if self.chance(0.7) else "NULL"
            parent = self.change.value(self.random.randint(1, 6)) if self.chance(0.7) else "NULL"
            values = f"{self.change.value(number)}, {number}, {ref}, 'title {number}', {parent}"
            values += f", {number % 2 + 1}" if region else ""
            self.sql += [f"INSERT INTO {table.name} (id, tenant, ref, title, parent{region}) VALUES ({values})"]

    def decorate_generated(self, name: str, kind: str) -> None:
        index = self.name("i")
        more = [f"COMMENT ON COLUMN {name}.g IS 'generated'", f"GRANT SELECT (g) ON {name} TO {self.reader}"]
        more += [f"CREATE STATISTICS {name.split('.')[0]}.{self.name('s')} ON g, title FROM {name}"]
        if kind == "plain":
            more += [f"CREATE INDEX {index} ON {name} (g, title)", f"ALTER TABLE {name} ADD CHECK (g OR title <> '')"]
        self.late += self.random.sample(more, self.random.randint(0, len(more)))

    # Foreign keys

    def tie(self, table: Table, target: Table, column: str, validity: str = "") -> None:
        name = self.name("fk")
        options = f"ON DELETE {self.action(column)} ON UPDATE {self.action(column)}"
        if self.chance(0.3):
            options += self.random.choice([" DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", " NOT DEFERRABLE"])
        if not validity and table.kind != "partitioned" and self.chance(0.2):
            validity = self.random.choice(["NOT VALID", "NOT ENFORCED"]) if self.major >= 18 else "NOT VALID"
        match = " MATCH FULL" if self.chance(0.2) else ""
        # NOT VALID is no use to a partitioned table before 18.
        self.late += [f"ALTER TABLE {table.name} ADD CONSTRAINT {name} FOREIGN KEY ({column}) REFERENCES {target.name} (id){match} {options} {validity}"]
        if self.chance(0.3):
            self.late += [f"COMMENT ON CONSTRAINT {name} ON {table.name} IS 'it''s \\ {name.strip(chr(34))}'"]

    def action(self, column: str) -> str:
        return self.random.choice(ACTIONS[:3] if column == "id" else ACTIONS)

    def add_foreign_key(self, table: Table) -> None:
        composite = [hub for hub in self.hubs() if hub.composite]
        if composite and self.chance(0.3):
            target = self.random.choice(composite)
            validity = "NOT VALID" if table.kind != "partitioned" else ""
            if validity:
                deleted = "ON DELETE SET NULL (parent)" if self.major >= 15 and self.chance(0.5) else ""
                self.late += [
                    f"ALTER TABLE {table.name} ADD CONSTRAINT {self.name('fk')} FOREIGN KEY (parent, tenant) "
                    f"REFERENCES {target.name} (id, tenant) {deleted} {validity}"
                ]
            return
        # Also itself, and in a circle.
        target = table if table.kind == "plain" and self.chance(0.3) else self.random.choice(self.hubs())
        self.tie(table, target, self.random.choice(["parent", "ref"]))

    # What is defined with the columns

    def decorate(self, table: Table) -> None:
        name = table.name
        schema = name.split(".")[0]
        late = self.late
        if self.chance(0.4):
            index = self.name("i")
            partial = self.chance(0.5)
            late += [f"CREATE INDEX {index} ON {name} (ref, title)" + (" WHERE parent IS NOT NULL" if partial else "")]
            late += [f"COMMENT ON INDEX {schema}.{index} IS 'an index'"]
            clustered = not partial and table.kind != "partitioned" and self.chance(0.4)
            late += [f"ALTER TABLE {name} CLUSTER ON {index}"] if clustered else []
        if self.chance(0.3):
            index = self.name("i")
            late += [f"CREATE INDEX {index} ON {name} ((ref IS NULL), (coalesce(ref, parent)))"]
            late += [f"ALTER INDEX {schema}.{index} ALTER COLUMN 2 SET STATISTICS 300"] if table.kind == "plain" else []
        if self.chance(0.3):
            constraint = self.name("c")
            late += [f"ALTER TABLE {name} ADD CONSTRAINT {constraint} CHECK ({self.unlike('id')} OR ref = parent)" + (" NOT VALID" if self.chance(0.3) else "")]
            late += [f"COMMENT ON CONSTRAINT {constraint} ON {name} IS 'a check'"]
        if self.chance(0.2) and table.kind == "plain":
            constraint = self.name("u")
            late += [f"ALTER TABLE {name} ADD CONSTRAINT {constraint} UNIQUE (id, title, tenant)"]
            late += [f"COMMENT ON CONSTRAINT {constraint} ON {name} IS 'unique'"]
            late += [f"ALTER TABLE {name} ALTER title SET NOT NULL, ALTER tenant SET NOT NULL"]
            late += [f"ALTER TABLE {name} REPLICA IDENTITY USING INDEX {constraint}"]
        if self.chance(0.3):
            statistics = self.name("s")
            late += [f"CREATE STATISTICS {schema}.{statistics} ON ref, title FROM {name}"]
            late += [f"ALTER STATISTICS {schema}.{statistics} SET STATISTICS 77"]
            late += [f"COMMENT ON STATISTICS {schema}.{statistics} IS 'statistics'"]
        if self.chance(0.3):
            late += [f"GRANT SELECT (id, ref) ON {name} TO {self.reader}", f"ALTER TABLE {name} ALTER ref SET STATISTICS 55"]
            late += [f"ALTER TABLE {name} ALTER ref SET (n_distinct = 5)", f"COMMENT ON COLUMN {name}.ref IS 'a reference'"]
        if self.chance(0.3):
            hub = self.random.choice(self.hubs()).name
            late += [f"CREATE POLICY {self.name('p')} ON {name} TO {self.reader} USING ({self.unlike('id')})"]
            policy = self.name("p")
            late += [f"CREATE POLICY {policy} ON {name} AS RESTRICTIVE FOR UPDATE USING (EXISTS (SELECT FROM {hub} h WHERE h.id = ref))"
                     " WITH CHECK (ref IS NULL OR ref <> parent)"]
            late += [f"COMMENT ON POLICY {policy} ON {name} IS 'a policy'", f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"]
        if self.chance(0.3):
            trigger = self.name("tg")
            when = "old.id IS DISTINCT FROM new.ref"
            late += [f"CREATE TRIGGER {trigger} BEFORE UPDATE OF ref ON {name} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION shop.stamp()"]
            late += [f"COMMENT ON TRIGGER {trigger} ON {name} IS 'a trigger'"]
            state = self.random.choice([None, "DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS"])
            late += [f"ALTER TABLE {name} {state} TRIGGER {trigger}"] if state else []
        if self.chance(0.2):
            rule = self.name("r")
            late += [f"CREATE RULE {rule} AS ON DELETE TO {name} WHERE old.ref = old.parent DO INSTEAD NOTHING"]
            late += [f"COMMENT ON RULE {rule} ON {name} IS 'a rule'"]
            late += [f"ALTER TABLE {name} DISABLE RULE {rule}"] if self.chance(0.3) else []
        if table.kind != "partitioned" and self.chance(0.2):
            publication = self.name("pub")
            late += [f"CREATE PUBLICATION {publication} FOR TABLE {name} (id, ref)" + (" WHERE (ref IS NOT NULL)" if self.chance(0.5) else "")]

    # What rests on them

    def add_view(self) -> None:
        late, sources = self.late, self.views or [table.name for table in self.tables]
        if self.chance(0.5):
            sources = [table.name for table in self.tables]
        one, two = self.random.choice(sources), self.random.choice(sources)
        name = f"{self.schema()}.{self.name('v')}"
        query = self.random.choice(
            [
                f"SELECT a.id, a.ref, b.parent FROM {one} a JOIN {two} b ON a.id = b.ref",
                f"SELECT id, ref, parent FROM {one} UNION SELECT id, ref, ref FROM {two}",
                f"SELECT a.id, a.ref, a.parent FROM {one} a WHERE EXISTS (SELECT FROM {two} b WHERE b.ref = a.id AND {self.unlike('b.parent')})",
            ]
        )
        hubs = [table.name for table in self.hubs()]
        if self.chance(0.2):
            query = f"SELECT id, ref, parent, title FROM {self.random.choice(hubs)} GROUP BY id"
        if self.chance(0.3):
            self.add_materialized_view(name, query)
        else:
            options = self.random.choice(["", "", " WITH (security_barrier)"])
            late += [f"CREATE VIEW {name}{options} AS {query}"]
            late += [f"ALTER VIEW {name} ALTER ref SET DEFAULT {self.change.value(3)}"] if self.chance(0.3) else []
            if self.chance(0.3):
                trigger = self.name("tg")
                late += [f"CREATE TRIGGER {trigger} INSTEAD OF INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION shop.stamp()"]
            elif self.chance(0.3):
                late += [f"CREATE RULE {self.name('r')} AS ON INSERT TO {name} DO INSTEAD NOTHING"]
        late += [f"COMMENT ON COLUMN {name}.ref IS 'a column'"] if self.chance(0.3) else []
        late += [f"GRANT SELECT ON {name} TO {self.other}"]
        grants = [f"GRANT SELECT ON {name} TO {self.reader} WITH GRANT OPTION", f"GRANT INSERT, SELECT ON {name} TO PUBLIC"]
        grants += [f"GRANT SELECT (id, ref) ON {name} TO {self.other}", f"REVOKE DELETE, TRIGGER ON {name} FROM CURRENT_USER"]
        late += self.random.sample(grants, self.random.randint(0, 4))
        late += [f"ALTER TABLE {name} OWNER TO {self.other}"] if self.chance(0.2) else []
        if self.chance(0.3):
            function = f"{self.schema()}.{self.name('f')}"
            late += [f"CREATE FUNCTION {function}(n int) RETURNS bigint STABLE LANGUAGE sql"
                     f" BEGIN ATOMIC SELECT count(*) FROM {name} v WHERE v.id = v.ref AND n > 0; END"]
            late += [f"GRANT EXECUTE ON FUNCTION {function} TO {self.reader}"]
        self.views.append(name)

    def add_materialized_view(self, name: str, query: str) -> None:
        index, statistics, schema = self.name("i"), self.name("s"), name.split(".")[0]
        self.late += [f"CREATE MATERIALIZED VIEW {name} WITH (fillfactor = 70) AS {query} WITH NO DATA"]
        self.materialized.append(name)
        if self.chance(0.2):
            empty = f"{schema}.{self.name('v')}"
            self.late += [f"CREATE MATERIALIZED VIEW {empty} AS SELECT id FROM {name} WITH NO DATA"]
        self.late += [f"CREATE INDEX {index} ON {name} (id)", f"COMMENT ON INDEX {schema}.{index} IS 'an index'"]
        self.late += [f"ALTER MATERIALIZED VIEW {name} CLUSTER ON {index}"] if self.chance(0.3) else []
        self.late += [f"ALTER MATERIALIZED VIEW {name} ALTER ref SET STATISTICS 44"] if self.chance(0.3) else []
        if self.chance(0.3):
            self.late += [f"CREATE STATISTICS {schema}.{statistics} ON id, ref FROM {name}"]
        self.late += [f"COMMENT ON MATERIALIZED VIEW {name} IS 'materialized'"]
