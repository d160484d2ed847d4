"""What the sessions of a migration have in guarded.report(). For the programs here, which run in a project's own Python."""

import json

COLUMNS = ("status", "reason", "operation", "object", "message", "rolled_back")
OUTCOMES = f"SELECT pg_backend_pid(), {', '.join(COLUMNS)} FROM guarded.report()"


class Report:
    """Read from each session as long as it is there, printed as JSON at the end."""

    def __init__(self) -> None:
        self.sessions: dict[int, list[dict]] = {}

    def collect(self, cursor) -> None:
        """The report of a session only grows, so what was read last is all of it."""
        cursor.execute(OUTCOMES)
        outcomes: dict[int, list[dict]] = {}
        for pid, *values in cursor.fetchall():
            outcomes.setdefault(pid, []).append(dict(zip(COLUMNS, values)))
        self.sessions.update(outcomes)

    def collect_at_commit(self) -> None:
        """From every SQLAlchemy engine of this process, whatever its driver."""
        from sqlalchemy import Engine, event

        event.listen(Engine, "commit", lambda connection: self.collect(connection.connection.cursor()))

    def print(self, revisions: int) -> None:
        outcomes = [outcome for session in self.sessions.values() for outcome in session]
        print(json.dumps({"revisions": revisions, "outcomes": outcomes}))
