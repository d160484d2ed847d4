"""The round trip of a spec over the database that PostgreSQL's regression suite leaves.

    PYTHONPATH=pg_test/spec python pg_test/postgres/spec_roundtrip.py

The database is named by PGHOST and so on; it is changed, so it should be a copy (`regression.sh MAJOR spec` makes one). What a
spec has no words for is dropped first, with CASCADE, and it is said what went with it: a few columns, and functions. Of the
snapshot of the rest another database is made three times: by guarded.repair, and by its script in the formats sql and guarded.
Each time all steps must be applied, pg_dump must say the same of both, entry by entry, guarded.diff nothing of either, their
snapshots must be the same bytes, and a second repair must find nothing to do. The order of columns is not looked at in tables
that inherit: what comes from above comes first where they are made again, by pg_dump too. What else is otherwise is in KNOWN,
with the reason.

A test is an entry of pg_dump, or one of the other comparisons. The last line is "N passed, M failed".
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter

import repaired
from repaired import Entry, Repaired, connect, rows, snapshot

DATABASE = os.environ["PGDATABASE"]
FORMS = ["repair", "sql", "guarded"]

# What a spec has no words for: what initdb made is not here, nor what comes with something else. For DROP.
UNSUPPORTED = """
    SELECT replace(type, '-', ' '),
           CASE type WHEN 'aggregate' THEN replace(identity, '()', '(*)') ELSE identity END
    FROM (
        SELECT 'pg_rewrite'::regclass, oid FROM pg_rewrite WHERE rulename <> '_RETURN'
        UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast
        UNION ALL SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relkind = 'f'
        UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation
        UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
        UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger
        UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
        UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language
        UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
        UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator
        UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
        UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE prokind = 'a'
        UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication
        UNION ALL SELECT 'pg_statistic_ext'::regclass, s.oid
            FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid WHERE s.stxnamespace <> c.relnamespace
        UNION ALL SELECT 'pg_transform'::regclass, oid FROM pg_transform
        UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config
        UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
        UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser
        UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template
        UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type t
            WHERE typtype = 'r' OR NOT typisdefined
               OR typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid)
    ) AS object (catalog, oid), pg_identify_object(catalog, object.oid, 0)
    WHERE object.oid >= 16384
      AND NOT EXISTS (
          SELECT FROM pg_depend d WHERE d.classid = catalog AND d.objid = object.oid AND d.deptype IN ('e', 'i'))
    ORDER BY 1, 2
"""
OBJECTS = """
    SELECT kind, count(*)
    FROM (
        SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
            WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'i' THEN 'index'
            WHEN 'I' THEN 'partitioned index' WHEN 'c' THEN 'composite type' END
        FROM pg_class WHERE oid >= 16384 AND relnamespace::regnamespace::text !~ '^pg_'
        UNION ALL SELECT 'column' FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.oid >= 16384 AND c.relkind IN ('r', 'p')
        UNION ALL SELECT 'constraint' FROM pg_constraint WHERE oid >= 16384 AND contype <> 'n'
        UNION ALL SELECT 'trigger' FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'policy' FROM pg_policy
        UNION ALL SELECT CASE prokind WHEN 'p' THEN 'procedure' ELSE 'function' END
        FROM pg_proc WHERE oid >= 16384 AND prokind <> 'a'
        UNION ALL SELECT CASE typtype WHEN 'd' THEN 'domain' ELSE 'enum' END
        FROM pg_type WHERE oid >= 16384 AND typtype IN ('d', 'e')
        UNION ALL SELECT 'schema' FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_'
        UNION ALL SELECT 'extended statistics' FROM pg_statistic_ext
    ) AS object (kind)
    WHERE kind IS NOT NULL
    GROUP BY kind
    ORDER BY kind
"""
METHODS = """
    SELECT format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s',
                  amname, CASE amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, amhandler)
    FROM pg_am WHERE oid >= 16384
"""

# What may be otherwise: patterns for the type and name of an entry of pg_dump, and the reason.
FROM_ABOVE = "18: the parent's is NOT VALID, so what the child has from there is made as its own, by pg_dump too"
KNOWN = [
    ("COMMENT", r"INDEX comment_test_pk", "the comment on the index behind a constraint: a spec has that on the constraint"),
    ("SEQUENCE", r"identity_dump_(un)?logged_a_seq", "an identity's sequence that is (un)logged, as its table is not"),
    ("TRIGGER", r"trigger_parted_p2(_2)? aft_row", "a partition's copy of a trigger, enabled otherwise than the trigger above"),
    ("CONSTRAINT", r"notnull_part1_3_upg nn3", FROM_ABOVE),
]
# The same for what guarded.diff says: it is all beyond the spec.
KNOWN_DIFFERENCES = [
    ("constraint", r"public\.constr_child(3)?\.constr_parent(3)?_a_not_null", FROM_ABOVE),
]


class Report:
    """Counts, and says what is otherwise."""

    def __init__(self) -> None:
        self.passed = self.failed = 0
        self.known: Counter[str] = Counter()

    def check(self, what: str, problem: str) -> None:
        if problem:
            print(f"{what}:\n{problem[:4000]}")
        self.passed += not problem
        self.failed += bool(problem)

    def one(self, what: str, problem: str, why: str) -> None:
        """That is otherwise, which may be known."""
        if why:
            self.known[why] += 1
        self.check(what, "" if why else problem)


def main() -> int:
    report = Report()
    set_aside()
    with connect(DATABASE) as connection:
        connection.execute("CREATE EXTENSION guarded_ddl")
    spec, dump = snapshot(DATABASE), repaired.dumped(DATABASE)
    print(f"{len(spec)} bytes; in the snapshot:", ", ".join(f"{count} {what}" for what, count in repaired.count(spec).items()))
    report.check("the snapshot, taken once more", repaired.unlike(spec, snapshot(DATABASE)))
    report.check("what differs from its own snapshot", lines(repaired.differences(DATABASE, spec)))
    for how in FORMS:
        compare(report, how, spec, dump, repaired.made(empty(f"made_by_{how}"), spec, how))
    for why, count in report.known.items():
        print(f"known: {count} {why}")
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


def set_aside() -> None:
    """Drops what is unsupported, and says what else was."""
    before = dict(rows(DATABASE, OBJECTS))
    dropped: Counter[str] = Counter()
    with connect(DATABASE) as connection:
        # One may have gone with another.
        while found := connection.execute(UNSUPPORTED).fetchone():
            connection.execute(f"DROP {found[0]} {found[1]} CASCADE")
            dropped[found[0]] += 1
    after = dict(rows(DATABASE, OBJECTS))
    print("unsupported, dropped:", ", ".join(f"{count} {kind}" for kind, count in dropped.items()))
    gone = {kind: count - after.get(kind, 0) for kind, count in before.items() if count != after.get(kind, 0)}
    print("dropped with them:", ", ".join(f"{count} {kind}" for kind, count in gone.items()))
    print("left:", ", ".join(f"{count} {kind}" for kind, count in after.items()))


def empty(name: str) -> str:
    """With the access methods of the database; roles and tablespaces are of the server."""
    subprocess.run(["createdb", "--template=template0", name], check=True)
    with connect(name) as connection:
        connection.execute("CREATE EXTENSION guarded_ddl")
        for (statement,) in rows(DATABASE, METHODS):
            connection.execute(statement)
    return name


def compare(report: Report, how: str, spec: str, dump: Counter[Entry], came: Repaired) -> None:
    report.check(f"{how}: what was not applied", "\n".join(came.problems))
    want, have = without_order(dump), without_order(came.dump)
    for kind, schema, name, statements in (want & have).elements():
        report.check(name, "")
    for side, entries in (("not there", want - have), ("not as it was", have - want)):
        for kind, schema, name, statements in entries.elements():
            report.one(f"{how}: {kind} {schema}.{name} is {side}", statements, known(KNOWN, kind, name))
    for difference in came.differences:
        why = known(KNOWN_DIFFERENCES, *difference[:2]) if difference[-1] == "beyond" else ""
        report.one(f"{how}: differs", repaired.shown(difference), why)
    for row in came.again:
        why = next((why for kind, name, why in KNOWN_DIFFERENCES if re.search(rf"\| {name} \|", row)), "")
        report.one(f"{how}: to be done again", row, why)
    known_names = [name for _, name, _ in KNOWN_DIFFERENCES]
    report.check(f"{how}: the snapshot", repaired.unlike(comparable(spec, known_names), comparable(came.snapshot, known_names)))


def known(entries: list[tuple[str, str, str]], kind: str, name: str) -> str:
    return next((why for other, pattern, why in entries if other == kind and re.fullmatch(pattern, name)), "")


def without_order(dump: Counter[Entry]) -> Counter[Entry]:
    """Of the columns of tables that inherit."""
    found: Counter[Entry] = Counter()
    for (*key, statements), number in dump.items():
        if key[0] == "TABLE" and "\nINHERITS (" in statements:
            statements = "\n".join(sorted(line.rstrip(",") for line in statements.splitlines()))
        found[*key, statements] += number
    return found


def comparable(spec: str, left_out: list[str]) -> str:
    """A snapshot without that order, and without what is known to be beyond."""
    document = json.loads(spec)
    for name, table in document.get("tables", {}).items():
        if "inherits" in table:
            table.get("columns", []).sort(key=lambda column: column["name"])
        for constraint in list(table.get("constraints", {})):
            if any(re.fullmatch(pattern, f"{name}.{constraint}") for pattern in left_out):
                del table["constraints"][constraint]
        if not table.get("constraints", True):
            del table["constraints"]
    return json.dumps(document)


def lines(found: list[tuple]) -> str:
    return "\n".join(map(repaired.shown, found))


if __name__ == "__main__":
    sys.exit(main())
