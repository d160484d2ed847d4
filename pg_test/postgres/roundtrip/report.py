"""What came of it."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .database import Outcome
from .definition import Definition, Mutation

# What is given to PostgreSQL without being compared: its error says that the name is taken.
UNCOMPARED = {
    "access method", "aggregate", "base type", "cast", "collation", "event trigger", "foreign-data wrapper", "operator",
    "operator class", "operator family", "range type", "rule", "server", "text search configuration",
    "text search dictionary", "transform",
}  # fmt: skip

# What is not as it should be: the kind, patterns for the name and for what came of it, and the reason.
INHERITED_NOT_NULL = "18: pg_dump writes a NOT NULL that is only inherited as the table's own, if the parent's is not valid"
NOT_NULL_CHILDREN = r"(public\.)?(constr_child2?|atnnpart1|notnull_part1_[12]_upg)"
CLONED = "PostgreSQL names the constraints that it makes for a partition itself, and a restored database has other names"
KNOWN = [
    ("column", r"public\.constr_child3\.a", r"^restored.*differs: not null name: [^;]*$", CLONED),
    ("constraint: FOREIGN KEY", r"\w+_fkey_?\d\w* of \S*(dropfk|parted_self_fk)", "^restored", CLONED),
    ("constraint: FOREIGN KEY", r"\w+ of public\.fk_partitioned_fk_4", "^restored.*: applied", CLONED),
    ("constraint: NOT NULL", rf"\w+ of {NOT_NULL_CHILDREN}", "^restored.*: applied", INHERITED_NOT_NULL),
    ("table", NOT_NULL_CHILDREN, r"differs: a\.not null local: no -> yes$", INHERITED_NOT_NULL),
]


def shown(outcomes: list[Outcome]) -> str:
    return " | ".join(map(str, outcomes)) or "nothing"


def known(definition: Definition, came: str) -> str:
    """Why that may be so; empty if it may not."""
    for kind, name, pattern, why in KNOWN:
        is_this = kind == definition.kind and re.fullmatch(name, definition.name)
        if is_this and re.search(pattern, f"{definition.source}: {came}"):
            return why
    return ""


def is_as_lacking(definition: Definition, outcome: Outcome) -> bool:
    """Whether there is a difference for each pattern, and a pattern for each difference."""
    differences = [f"{what}: {have} -> {want}" for what, have, want in outcome.differences]
    return (
        outcome.reason == "differs"
        and all(any(re.fullmatch(pattern, one, re.S) for pattern in definition.lacking) for one in differences)
        and all(any(re.fullmatch(pattern, one, re.S) for one in differences) for pattern in definition.lacking)
    )


def plain_attribute(pattern: str) -> str:
    """Without the name of the column, and without what is only pattern."""
    return re.sub(r"^.*\\\.|[.*()]", "", pattern).replace("|", " or ").strip()


def names_it(mutation: Mutation, outcome: Outcome) -> bool:
    """Whether it names the attribute, and no other."""
    if mutation.status != "conflict":
        return outcome.status == mutation.status
    return outcome.reason == "differs" and all(
        re.fullmatch(mutation.attribute, what, re.S) for what, _, _ in outcome.differences
    )


@dataclass
class Line:
    """The numbers of a kind of object."""

    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    equal: Counter[str] = field(default_factory=Counter)
    parts: int = 0
    not_compared: Counter[str] = field(default_factory=Counter)
    known: int = 0
    mutations: Counter[str] = field(default_factory=Counter)
    found: int = 0

    @property
    def objects(self) -> int:
        return len(self.names["catalog"] or self.names["dump"])


class Report:
    """Counts, and keeps what failed."""

    def __init__(self) -> None:
        self.lines: dict[str, Line] = defaultdict(Line)
        self.others: Counter[tuple[str, str]] = Counter()
        self.failures: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        self.known: Counter[str] = Counter()
        self.passed = self.failed = 0

    def definition(self, definition: Definition, outcomes: list[Outcome]) -> bool:
        """Counts one, and returns whether it is equal to what is there."""
        if not definition.kind and outcomes[0].status not in ("raised", "crashed"):
            self.others[definition.name, outcomes[0].word] += 1
            return False
        line = self.lines[definition.kind]
        line.names[definition.source].add(definition.name)
        outcome = outcomes[0] if len(outcomes) == 1 else None
        if outcome and definition.lacking:
            line.parts += (is_right := is_as_lacking(definition, outcome))
        elif outcome and outcome.equal:
            is_right = True
            line.equal[definition.source.partition(",")[0]] += 1
        elif outcome and outcome.reason == "not_compared" and definition.kind in UNCOMPARED:
            is_right = True
            line.not_compared["PostgreSQL's error decides"] += 1
        else:
            is_right = False
            if outcome and outcome.reason == "not_compared":
                line.not_compared[re.sub(r'"[^"]*"', '"…"', outcome.detail or outcome.message)] += 1
        self.count(is_right, definition, shown(outcomes))
        return bool(outcome and outcome.equal)

    def mutation(self, definition: Definition, mutation: Mutation, outcomes: list[Outcome]) -> None:
        line = self.lines[definition.kind]
        line.mutations[plain_attribute(mutation.attribute)] += 1
        is_found = len(outcomes) == 1 and names_it(mutation, outcomes[0])
        line.found += is_found
        self.count(is_found, definition, f"not seen: {mutation.attribute}: {shown(outcomes)}", mutation.sql)

    def count(self, is_right: bool, definition: Definition, came: str, sql: str = "") -> None:
        if is_right:
            self.passed += 1
            return
        if why := known(definition, came):
            self.lines[definition.kind].known += 1
            self.known[f"{definition.kind}: {why}"] += 1
            self.passed += 1
            return
        self.failed += 1
        # Alike is what differs in names and values only.
        alike = re.sub(r"\"[^\"]*\"|: [^:;]* -> [^;]*|(seen: )?\S+\\?\.(?=\S)", "", came)
        self.failures[f"{definition.kind} ({definition.source})", alike].append((came, sql or definition.sql))

    def dump(self, before: str, after: str) -> None:
        if before == after:
            self.passed += 1
            return
        self.failed += 1
        lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "after", lineterm="", n=1))
        print(f"the dump is another, in {len(lines)} lines:", *lines[:40], sep="\n")

    def show(self, examples: int) -> None:
        for (kind, _), failures in sorted(self.failures.items(), key=lambda item: (item[0][0], -len(item[1]))):
            print(f"{kind}: {len(failures)} of these:")
            for came, sql in failures[:examples]:
                print(f"    {came}\n        {' '.join(sql.split())[:500]}")
        for why, count in self.known.items():
            print(f"known: {count} {why}")

    def markdown(self) -> str:
        header = [
            "kind", "objects", "equal (catalog)", "equal (dump)", "equal (restored)", "in pieces", "not compared", "known",
            "mutations", "found", "mutated",
        ]  # fmt: skip
        table = [header, ["---", *["--:"] * 5, "---", *["--:"] * 3, "---"]]
        for kind, line in sorted(self.lines.items(), key=lambda item: (item[0] in UNCOMPARED, item[0])):
            why = "; ".join(f"{count}: {why}" for why, count in line.not_compared.items())
            mutated = ", ".join(f"{attribute} {count}" for attribute, count in sorted(line.mutations.items()))
            equal = [line.equal[source] for source in ("catalog", "dump", "restored")]
            cells = [kind, line.objects, *equal, line.parts, why, line.known, line.mutations.total(), line.found, mutated]
            table.append([str(cell) if cell else "" for cell in cells])
        others = [["of the dump, defines nothing", "outcome", "statements"], ["---", "---", "--:"]]
        others += [[name, word, str(count)] for (name, word), count in sorted(self.others.items())]
        return "\n\n".join("\n".join("| " + " | ".join(row) + " |" for row in rows) for rows in (table, others)) + "\n"
