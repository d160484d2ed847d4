"""The databases: asking guarded.run, and dumping and restoring."""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass

import psycopg
from psycopg.rows import namedtuple_row


@dataclass(frozen=True)
class Outcome:
    """A row of guarded.run; or, with the status `raised` or `crashed`, what became of it instead."""

    operation: str
    status: str
    reason: str
    object: str
    message: str
    ddl: str
    detail: str
    differences: tuple[tuple[str, str, str], ...]

    @property
    def equal(self) -> bool:
        return self.status == "skipped" and self.reason in ("already_exists", "no_change")

    @property
    def word(self) -> str:
        return f"{self.status}/{self.reason}" if self.reason else self.status

    def __str__(self) -> str:
        if self.differences:
            return f"{self.word}: " + "; ".join(f"{what}: {have} -> {want}" for what, have, want in self.differences)
        return f"{self.word}: {self.message}" + (f" ({self.detail})" if self.detail else "")


class Database:
    """A connection to the database of that name; without, of PGDATABASE."""

    def __init__(self, name: str = "") -> None:
        self.where = f"dbname={name}" if name else ""
        self.settings: list[str] = []
        self.connect()
        self.set("SET client_min_messages = error")

    def connect(self) -> None:
        """Also after a crash: the server takes a moment then."""
        for attempt in range(100):
            try:
                self.connection = psycopg.connect(self.where, autocommit=True, row_factory=namedtuple_row)
                break
            except psycopg.OperationalError:
                if attempt == 99:
                    raise
                time.sleep(0.1)
        for setting in self.settings:
            self.run(setting)

    def run(self, sql: str) -> None:
        self.connection.execute(sql)

    def set(self, sql: str) -> None:
        """Settings, also for the connection that follows a crash."""
        self.settings.append(sql)
        self.run(sql)

    def rows(self, sql: str) -> list:
        return self.connection.execute(sql).fetchall()

    def guarded(self, script: str) -> list[Outcome]:
        query = "SELECT operation, status, reason, object, message, ddl, outcome FROM guarded.run(%s)"
        try:
            rows = self.connection.execute(query, (script,)).fetchall()
        except psycopg.Error as error:
            if self.connection.closed:
                self.connect()
                return [Outcome("", "crashed", "", "", str(error), script, "", ())]
            return [Outcome("", "raised", error.sqlstate or "", "", str(error), script, "", ())]
        return [
            Outcome(
                *(getattr(row, key) or "" for key in ("operation", "status", "reason", "object", "message", "ddl")),
                row.outcome.get("detail", ""),
                tuple((d["attribute"], d["have"], d["want"]) for d in row.outcome.get("differences", [])),
            )
            for row in rows
        ]


def restored(dump: str) -> Database:
    """Another database, made from a dump."""
    subprocess.run(["createdb", "--template=template0", "restored"], check=True)
    command = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname=restored"]
    quiet = dump.replace("SET client_min_messages = warning;", "SET client_min_messages = error;", 1)
    subprocess.run(command, check=True, input=quiet, text=True, stdout=subprocess.DEVNULL)
    return Database("restored")


def schema_dump() -> str:
    """Without the key that each dump has another of."""
    command = ["pg_dump", "--schema-only", "--no-owner", "--no-privileges"]
    dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return re.sub(r"^\\(un)?restrict .*\n", "", dump, flags=re.M)
