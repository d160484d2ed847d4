"""Asks once more for everything that PostgreSQL's regression suite has left in its database, and then for something else.

    PYTHONPATH=pg_test/postgres python -m roundtrip [--seed N] [--sample N] [--examples N] [--markdown FILE]

The database is named by PGHOST and so on; it is changed, so it should be a copy (`regression.sh MAJOR roundtrip` makes one).
Nothing of it is known here beforehand: what is asked for is made of what the server says about its own objects. Four things
must come true.

1. The definition of every object is given to guarded.run, and is `skipped` as already there. There are two sources:
   catalog  one statement for each object, made with pg_get_indexdef and its kin, or composed of its catalog rows where there
            is no such function; once with all names qualified and once as they are seen from public. Where a name may be left
            out, also without it.
   dump     pg_dump --schema-only, entry by entry, with its own settings. It splits definitions: a CREATE TABLE comes without
            the keys, defaults, identities and partition bounds that are added later. Such a statement must be a conflict, with
            a difference for each piece that comes later (as the catalog has it), and for nothing else.
2. Nothing is applied: pg_dump --schema-only says the same afterwards, byte for byte.
3. From each definition follow others that differ in one attribute. Under guarded.dry_run each must be a conflict that names
   the attribute, also with IF NOT EXISTS; with OR REPLACE it is `planned`. At most --sample of them are tried for each
   attribute of a kind.
4. The dump is restored. Each of the two databases is asked for what the catalog of the other says, and finds it equal.

Only kinds in UNCOMPARED may be `not_compared`; what else may be otherwise is in KNOWN, with the reason (both in report.py). A
test is a definition or a mutation, and the dump. --examples of the failures that are alike are shown, then the numbers, which
--markdown also writes to a file: a line is a kind of object, a number under "equal" counts definitions, of which an object may
have several. The last line is "N passed, M failed".
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from .catalog import of_catalog
from .database import Database, restored, schema_dump
from .definition import Definition, Mutation
from .dump import of_dump
from .report import Report, plain_attribute


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("--examples", type=int, default=3)
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    report, database = Report(), Database()
    database.run("CREATE EXTENSION guarded_ddl")
    dump = schema_dump()

    definitions, equal = ask_again(database, report, dump)
    report.dump(dump, schema_dump())
    mutate(database, report, equal, options)
    report.dump(dump, schema_dump())
    ask_restored(database, report, dump, definitions)

    report.show(options.examples)
    numbers = report.markdown()
    print(numbers)
    if options.markdown:
        options.markdown.write_text(numbers)
    print(f"seed {options.seed}, at most {options.sample} mutations for each attribute of a kind")
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


def ask_again(database: Database, report: Report, dump: str) -> tuple[list[Definition], list[Definition]]:
    """Returns the definitions with qualified names, and those of them that are equal to what is there."""
    database.set("SET search_path = ''")
    definitions = of_catalog(database)
    equal = [one for one in definitions if report.definition(one, database.guarded(one.sql))]
    database.set("SET search_path = public")
    asked = {one.sql for one in definitions}
    for one in of_catalog(database):
        if one.sql not in asked:
            report.definition(replace(one, source="catalog, from public"), database.guarded(one.sql))
    for one, outcomes in of_dump(database, dump):
        report.definition(one, outcomes)
    return definitions, equal


def ask_restored(database: Database, report: Report, dump: str, definitions: list[Definition]) -> None:
    """Each of the two databases is asked for what the other says of itself."""
    other = restored(dump)
    database.set("SET search_path = ''; SET guarded.dry_run = off")
    other.set("SET search_path = ''")
    for one in definitions:
        report.definition(replace(one, source="restored"), other.guarded(one.sql))
    for one in of_catalog(other):
        report.definition(replace(one, source="restored, the other way"), database.guarded(one.sql))


def mutate(database: Database, report: Report, equal: list[Definition], options: argparse.Namespace) -> None:
    """Asks for definitions that differ from those in `equal`."""
    database.set("SET search_path = ''; SET guarded.dry_run = on")
    chosen: dict[tuple[str, str], list[tuple[Definition, Mutation]]] = defaultdict(list)
    for definition in equal:
        for mutation in definition.mutations:
            chosen[definition.kind, plain_attribute(mutation.attribute)].append((definition, mutation))
    generator = random.Random(options.seed)
    for candidates in chosen.values():
        for definition, mutation in generator.sample(candidates, min(options.sample, len(candidates))):
            for form in forms(mutation):
                report.mutation(definition, form, database.guarded(form.sql))


IF_NOT_EXISTS = re.compile(
    r"CREATE (UNLOGGED |UNIQUE )*(TABLE|INDEX|SEQUENCE|MATERIALIZED VIEW|STATISTICS|SCHEMA|EXTENSION)(?= )"
    r"|ALTER TABLE \S+ ADD COLUMN(?= )"
)


def forms(mutation: Mutation) -> list[Mutation]:
    """The mutation, and with IF NOT EXISTS, which another definition must not satisfy."""
    match = IF_NOT_EXISTS.match(mutation.sql)
    if not match:
        return [mutation]
    return [mutation, replace(mutation, sql=f"{match[0]} IF NOT EXISTS{mutation.sql[match.end() :]}")]


if __name__ == "__main__":
    sys.exit(main())
