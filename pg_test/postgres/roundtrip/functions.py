"""Functions and procedures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .database import Database
from .definition import Definition, Mutation, joined, own, replacing

FUNCTIONS = f"""
    SELECT p.oid::regprocedure::text AS name, p.prokind::text AS kind, pg_get_functiondef(p.oid) AS text,
        p.proargmodes IS NOT NULL AS modes, p.prosqlbody IS NOT NULL AS has_tree, p.proretset AS set_of, l.lanname AS language,
        pg_get_function_result(p.oid) AS result, p.provolatile::text AS volatile, p.proisstrict AS strict,
        p.prosecdef AS definer, p.proleakproof AS leakproof, p.proparallel::text AS parallel, p.procost AS cost,
        p.prorows AS rows, NULLIF(p.prosupport, 0)::regproc::text AS support
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.prokind <> 'a' AND {own("pg_proc", "p.oid")} ORDER BY p.oid::regprocedure::text
"""
VOLATILITY = {"i": "IMMUTABLE", "s": "STABLE", "v": "VOLATILE"}
PARALLEL = {"s": "SAFE", "r": "RESTRICTED", "u": "UNSAFE"}


def functions(database: Database) -> Iterator[Definition]:
    for row in database.rows(FUNCTIONS):
        kind = "procedure" if row.kind == "p" else "function"
        clauses = function_clauses(row)
        mutations = tuple(Mutation(attribute, joined(*other.values())) for attribute, other in mutated_function(row, clauses))
        yield Definition(kind, row.name, joined(*clauses.values()), mutations=mutations)
        yield Definition(f"{kind}, OR REPLACE", row.name, row.text, mutations=replacing(mutations))


def function_clauses(row) -> dict[str, str]:
    """The clauses of CREATE FUNCTION, each by name, with everything said that could be left out."""
    head, body = re.split(r"\n(?=AS |BEGIN ATOMIC|RETURN )", row.text, maxsplit=1)
    signature, clauses = head.replace(" OR REPLACE", "", 1).split("\n LANGUAGE ", 1)
    language, *lines = clauses.split("\n ")
    settings = [line for line in lines if line.startswith("SET ")]
    transform = [line for line in lines if line.startswith("TRANSFORM ")]
    found = {"signature": signature, "language": f"LANGUAGE {language}", "transform": joined(*transform)}
    if row.kind != "p":
        found |= {
            "window": "WINDOW" if row.kind == "w" else "",
            "volatility": VOLATILITY[row.volatile],
            "strict": "STRICT" if row.strict else "CALLED ON NULL INPUT",
            "leakproof": "LEAKPROOF" if row.leakproof else "NOT LEAKPROOF",
            "parallel": f"PARALLEL {PARALLEL[row.parallel]}",
            "cost": f"COST {row.cost:g}",
            "rows": f"ROWS {row.rows:g}" if row.set_of else "",
            "support": f"SUPPORT {row.support}" if row.support else "",
        }
    return found | {
        "security": "SECURITY DEFINER" if row.definer else "SECURITY INVOKER",
        "settings": joined(*settings),
        "body": body,
    }


def mutated_function(row, clauses: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Other clauses, with the attribute that differs."""
    yield "security definer", clauses | {"security": "SECURITY INVOKER" if row.definer else "SECURITY DEFINER"}
    if "SET work_mem" not in clauses["settings"]:
        yield "configuration", clauses | {"settings": joined(clauses["settings"], "SET work_mem TO '7MB'")}
    if row.kind != "p":
        yield "volatility", clauses | {"volatility": "STABLE" if row.volatile != "s" else "VOLATILE"}
        yield "strict", clauses | {"strict": "CALLED ON NULL INPUT" if row.strict else "STRICT"}
        yield "leakproof", clauses | {"leakproof": "NOT LEAKPROOF" if row.leakproof else "LEAKPROOF"}
        yield "parallel", clauses | {"parallel": "PARALLEL RESTRICTED" if row.parallel != "r" else "PARALLEL UNSAFE"}
        yield "cost", clauses | {"cost": f"COST {row.cost + 7:g}"}
    if row.set_of:
        yield "rows", clauses | {"rows": f"ROWS {row.rows + 7:g}"}
    if row.language in ("sql", "plpgsql") and not row.has_tree:
        yield "body", clauses | {"body": changed_body(clauses["body"])}
    elif clauses["body"].startswith("RETURN "):
        yield "body", clauses | {"body": "RETURN NULL"}
    # Parameters that are results, and names that a body uses, have to fit the rest.
    if not row.modes and not row.has_tree:
        yield from mutated_signature(row, clauses)


def mutated_signature(row, clauses: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    signature = clauses["signature"]
    if row.kind != "p":
        other = "bigint" if "integer" in row.result else "integer"
        result = f"SETOF {other}" if row.set_of else other
        yield "result", clauses | {"signature": signature.replace(f"\n RETURNS {row.result}", f"\n RETURNS {result}", 1)}
    start = signature.index("(") + 1
    has_name = re.match(r"\w+ (?!precision|varying|with|\()", signature[start:])
    if has_name and row.language != "sql":
        yield "arguments", clauses | {"signature": f"{signature[:start]}another_{signature[start:]}"}


def changed_body(body: str) -> str:
    """AS $function$…$function$, with a blank more before its end."""
    end = re.search(r"\$\w*\$\s*$", body)
    return f"{body[: end.start()]} {body[end.start() :]}"
