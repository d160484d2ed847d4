"""What is asked for, and pieces of SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """A definition that differs in what the pattern `attribute` names; `planned` if it may be carried out as it is."""

    attribute: str
    sql: str
    status: str = "conflict"


def replacing(mutations: Iterable[Mutation]) -> tuple[Mutation, ...]:
    """With OR REPLACE, which may do so."""
    return tuple(
        Mutation(mutation.attribute, mutation.sql.replace("CREATE ", "CREATE OR REPLACE ", 1), "planned")
        for mutation in mutations
    )


@dataclass(frozen=True)
class Definition:
    """One statement. With `lacking`, what of the existing object it leaves out: patterns of differences."""

    kind: str
    name: str
    sql: str
    source: str = "catalog"
    mutations: tuple[Mutation, ...] = ()
    lacking: tuple[str, ...] = ()


def bracketed(text: str, start: int) -> int:
    """The place behind the bracket that closes the one at `start`."""
    depth = 0
    for match in re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[()]").finditer(text, start):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    raise ValueError(text)


def joined(*pieces: str | None) -> str:
    """With blanks, and without what is empty."""
    return " ".join(piece for piece in pieces if piece)


def negated(text: str, start: int) -> str:
    """With the condition whose bracket is at `start` negated."""
    end = bracketed(text, start)
    return f"{text[:start]}(NOT {text[start:end]}){text[end:]}"


def without(items: list, item: object) -> list:
    """A copy without that very item."""
    return [other for other in items if other is not item]


def own(catalog: str, oid: str) -> str:
    """The condition for objects that are neither the server's nor an extension's."""
    return (
        f"{oid} >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d"
        f" WHERE d.classid = '{catalog}'::regclass AND d.objid = {oid} AND d.deptype = 'e')"
    )
