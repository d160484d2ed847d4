"""The demo: one migration of 284 operations on a database in which 34 of its tables do not exist.

    PGHOST=... PGPORT=... PGUSER=... python demo.py        ("make demo" starts a throw-away server for it)

First the migration as plain op.* calls, which stops; then the very same file with one line in env.py, which goes
through; then that again. The same migration written with the functions of guarded_ddl. At last the missing tables come,
and what had been left out follows. Every line marked "ok" was checked in the database; one marked "NO" does not hold,
and the exit status is 1.
"""

import re
import sys
import textwrap
from collections import Counter, defaultdict
from contextlib import contextmanager
from pathlib import Path

import alembic
import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, pool, text
from sqlalchemy.exc import DBAPIError

HERE = Path(__file__).parent
DATABASE = "guarded_ddl_demo"
CORE, GUARDED, PLAIN = "b354d12d1e7d", "774225e563ca", "5fa8b9136e2d"
PLAIN_FILE = next((HERE / "plain").glob(f"{PLAIN}_*.py"))
GUARDED_FILE = next((HERE / "versions").glob(f"{GUARDED}_*.py"))

OPTIONAL_TABLES = """
    pipeline_templates pipeline_template_stages
    admin_activities admin_campaign_recipients admin_campaigns admin_collateral admin_collateral_usage
    admin_content_pieces admin_content_scripts admin_deals admin_focus_sessions admin_goals admin_lead_captures
    admin_meetings admin_nudges admin_prospects admin_scores rbac_audit_logs
    valuation_export_logs deal_matches document_templates generated_documents document_questions blog_posts
    community_members community_posts community_comments community_reactions community_badges
    events event_sessions event_speakers event_tickets event_registrations
""".split()

# The 34 tables, as they are before the migration. After it documents.id is a varchar, and no uuid can refer to it any more.
REFERENCE = " CONSTRAINT document_questions_document_id_fkey REFERENCES documents (id) ON DELETE CASCADE"
TABLES_BEFORE = (HERE / "optional_tables.sql").read_text()
TABLES_AFTER = TABLES_BEFORE.replace(REFERENCE, "")

# Production has rows, a column somebody once added by hand, and a NULL where the migration wants none.
PRODUCTION = """
    INSERT INTO organizations (id, name, slug) VALUES ('o1', 'Harbour Capital', 'harbour');
    INSERT INTO users (id, organization_id, clerk_user_id, email) VALUES ('u1', 'o1', 'clerk_1', 'Ann@harbour.example');
    INSERT INTO deals (id, organization_id, owner_id, title, value, probability)
        VALUES ('d1', 'o1', 'u1', 'Project Quay', 1250000.5, 40);
    INSERT INTO documents (id, organization_id, deal_id, parent_document_id, title, version_number) VALUES
        ('6f1b8c1e-0000-4000-8000-000000000001', 'o1', 'd1', NULL, 'Teaser', 1),
        ('6f1b8c1e-0000-4000-8000-000000000002', 'o1', 'd1', '6f1b8c1e-0000-4000-8000-000000000001', 'Memo', NULL);
    ALTER TABLE documents ADD COLUMN content_hash text;
"""

# One row for each thing a migration can change: its kind, its name, and its definition as the server tells it.
CATALOG = """
    SELECT 'table', c.relname::text, concat_ws(' ', obj_description(c.oid, 'pg_class'), c.relrowsecurity::text)
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    UNION ALL
    SELECT 'column', c.relname || '.' || a.attname,
           concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull::text, a.attidentity, a.attstorage,
                     pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    -- From PostgreSQL 18 on NOT NULL is a constraint too; it was told with the column.
    SELECT 'constraint', conname, conrelid::regclass || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL
    SELECT 'policy', policyname, concat_ws(' ', tablename, cmd, roles, qual, with_check)
    FROM pg_policies WHERE schemaname = 'public'
    UNION ALL
    SELECT 'sequence', sequencename, start_value::text FROM pg_sequences WHERE schemaname = 'public'
    UNION ALL
    SELECT 'enum', t.typname, string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
    FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid GROUP BY t.typname
"""

Catalog = dict[tuple[str, str], str]


def main() -> int:
    print(f"Alembic {alembic.__version__}, SQLAlchemy {sqlalchemy.__version__}, psycopg {psycopg.__version__}")
    claims = Claims()
    with database(DATABASE) as engine:
        the_database(engine, claims)
        the_plain_migration(engine, claims)
        with_the_line(engine, claims)
        second_run(engine, claims)
        intercepted = catalog(engine)
    with database(DATABASE) as engine, database(f"{DATABASE}_complete") as complete:
        with_functions(engine, claims, intercepted)
        the_tables_come(engine, complete, claims)
    print(f"\n{claims.kept} claims hold, {claims.broken} do not.")
    return 1 if claims.broken else 0


def the_database(engine: Engine, claims: "Claims") -> None:
    make_production(engine)
    with engine.connect() as connection:
        heading("1. A database", connection.scalar(text("SELECT split_part(version(), ' on ', 1)")))
        tables = table_names(connection) - {"alembic_version"}
    optional = tables & set(OPTIONAL_TABLES)
    claims.check(
        f"{len(tables - optional)} core tables, {len(optional)} of {len(OPTIONAL_TABLES)} tables of optional modules",
        len(tables) > 0 and not optional and len(set(OPTIONAL_TABLES)) == 34,
    )


def the_plain_migration(engine: Engine, claims: "Claims") -> None:
    heading("2. A migration for all of them", f"plain/{PLAIN}")
    source = PLAIN_FILE.read_text()
    calls = len(re.findall(r"^ +op\.\w+\(", source, re.M))
    claims.check(f"it is {calls} plain calls of op.*", calls >= 200 and "guarded." not in source)
    before = catalog(engine)
    with engine.connect() as connection, connection.begin() as transaction:
        statements = record_statements(connection)
        error = error_of(lambda: command.upgrade(config(connection), PLAIN))
        print(f"   it stops at statement {len(statements)}: {statements[-1]}\n   {error}")
        following = error_of(lambda: connection.execute(text("SELECT count(*) FROM users")))
        print(f"   and then SELECT count(*) FROM users\n   {following}")
        transaction.rollback()
    claims.check("the first missing table stops it: 42P01", error.startswith("42P01"))
    claims.check("every statement after that is refused: 25P02", following.startswith("25P02"))
    claims.check(f"nothing was applied; alembic_version: {version(engine)}", catalog(engine) == before)


def with_the_line(engine: Engine, claims: "Claims") -> None:
    heading("3. The same file, after one line in env.py", 'context.execute("SELECT guarded.intercept(true)")')
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE EXTENSION guarded_ddl")
    before = catalog(engine)
    run = guarded_run(engine, PLAIN, intercept=True)
    after = catalog(engine)
    show_notices(run.notices)
    show_summary(run.summary)
    claims.check(f"{run.statements} statements, an outcome for each", run.statements == total(run.summary) >= 284)
    claims.check(
        "the tables that were missing are the 34, and no other",
        run.missing_tables == set(OPTIONAL_TABLES),
    )
    claims.check(f"the transaction was committed; alembic_version: {version(engine)}", version(engine) == PLAIN)
    print(textwrap.indent(textwrap.fill(f"changed: {describe(before, after)}", 108), "       "))
    check_state(after, claims)


def check_state(after: Catalog, claims: "Claims") -> None:
    claims.check("documents.id is varchar(36)", after["column", "documents.id"].startswith("character varying(36)"))
    new = [("column", "documents.ai_summary"), ("index", "ix_documents_tags"), ("policy", "documents_tenant")]
    new += [("table", "document_ai_suggestions"), ("constraint", "fk_documents_parent_document_id")]
    claims.check(f"there now: {', '.join(name for _, name in new)}", all(key in after for key in new))
    drifted = after["column", "documents.content_hash"], after["column", "documents.version_number"]
    claims.check(
        "left as they were: documents.content_hash, a text (conflict); documents.version_number, has a NULL (failed)",
        drifted[0].startswith("text") and drifted[1].startswith("integer false"),
    )
    present = {name for kind, name in after if kind == "table"} & set(OPTIONAL_TABLES)
    claims.check(f"still {len(present)} of the {len(OPTIONAL_TABLES)} optional tables", not present)


def second_run(engine: Engine, claims: "Claims") -> None:
    heading("4. The same once more", f"after alembic stamp {CORE}")
    before = catalog(engine)
    with engine.connect() as connection:
        command.stamp(config(connection), CORE)
    run = guarded_run(engine, PLAIN, intercept=True)
    show_summary(run.summary)
    claims.check("0 applied", total(run.summary, "applied") == 0)
    claims.check(
        "in conflict: documents.content_hash, as before; document_versions, to which a constraint had been added",
        run.conflicts == {"documents.content_hash", "document_versions"},
    )
    claims.check(f"nothing changed; alembic_version: {version(engine)}", catalog(engine) == before)


def with_functions(engine: Engine, claims: "Claims", intercepted: Catalog) -> None:
    heading("5. On a new database, the same migration written with the functions", f"versions/{GUARDED}")
    make_production(engine)
    run = guarded_run(engine, GUARDED)
    print(f"   its first call: {first_call(GUARDED_FILE)}")
    show_summary(run.summary)
    claims.check(f"{run.statements} calls, an outcome for each", run.statements == total(run.summary) == 284)
    claims.check(f"the transaction was committed; alembic_version: {version(engine)}", version(engine) == GUARDED)
    after = catalog(engine)
    claims.check(
        "the database is as after 4, but for the comment on documents.content_hash: a call does all of it or nothing",
        {key for key in after.keys() | intercepted.keys() if after.get(key) != intercepted.get(key)}
        == {("column", "documents.content_hash")},
    )
    with engine.connect() as connection:
        command.stamp(config(connection), CORE)
    claims.check("once more: 0 applied", total(guarded_run(engine, GUARDED).summary, "applied") == 0)


def the_tables_come(engine: Engine, complete: Engine, claims: "Claims") -> None:
    heading("6. Later the missing tables come", "optional_tables.sql, and then SELECT * FROM guarded.replay()")
    waiting = waiting_for_tables(engine)
    print(f"   guarded.pending: {waiting} statements wait for a table")
    run_script(engine, TABLES_AFTER)
    claims.check(f"of {waiting} statements none waits for a table any more", waiting > 180 and waiting_for_tables(engine) == 0)
    with engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT status, reason, count(*) FROM guarded.replay() GROUP BY 1, 2 ORDER BY 1, 2")
        replayed = [tuple(row) for row in rows]
    show_summary(replayed)
    make_production(complete)
    run_script(complete, TABLES_BEFORE)
    guarded_run(complete, GUARDED)
    claims.check("the database is as one in which the tables were there before the migration", catalog(engine) == catalog(complete))


def waiting_for_tables(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM guarded.pending WHERE waits_reason = 'missing_table'"))


def run_script(engine: Engine, script: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(script)


class Claims:
    """Prints each claim and counts those that do not hold."""

    def __init__(self) -> None:
        self.kept = self.broken = 0

    def check(self, claim: str, holds: bool) -> None:
        print(f"   {'ok' if holds else 'NO'}  {claim}")
        self.kept += holds
        self.broken += not holds


class Run:
    """What one guarded run said, read in its own session."""

    def __init__(self, connection: Connection, notices: list[str], statements: list[str]) -> None:
        rows = connection.execute(text("SELECT status, reason, outcomes FROM guarded.summary()"))
        self.summary = [tuple(row) for row in rows]
        skipped = text("SELECT message FROM guarded.report() WHERE reason = 'missing_table'")
        self.missing_tables = {re.search(r'"(\w+)"', message)[1] for message in connection.scalars(skipped)}
        conflicts = text("SELECT object FROM guarded.report() WHERE status = 'conflict'")
        self.conflicts = set(connection.scalars(conflicts))
        self.statements = len(statements)
        self.notices = notices


def guarded_run(engine: Engine, revision: str, intercept: bool = False) -> Run:
    notices = []
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.add_notice_handler(lambda notice: notices.append(f"{notice.severity}:  {notice.message_primary}"))
        statements = record_statements(connection)
        command.upgrade(config(connection, intercept), revision)
        return Run(connection, notices, list(statements))


def make_production(engine: Engine) -> None:
    with engine.connect() as connection:
        command.upgrade(config(connection), CORE)
        connection.exec_driver_sql(PRODUCTION)
        connection.commit()


@contextmanager
def database(name: str):
    """A new database of that name, dropped in the end."""
    server = create_engine("postgresql+psycopg:///postgres", isolation_level="AUTOCOMMIT", poolclass=pool.NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            yield create_engine(f"postgresql+psycopg:///{name}", poolclass=pool.NullPool)
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def config(connection: Connection, intercept: bool = False) -> Config:
    """The project's alembic.ini for this connection, with the folder plain/ as well."""
    config = Config(HERE / "alembic.ini")
    config.attributes["connection"] = connection
    config.set_main_option("version_locations", f"{HERE}/versions:{HERE}/plain")
    config.set_main_option("intercept", str(intercept).lower())
    return config


def record_statements(connection: Connection) -> list[str]:
    """A list that grows with what is sent, Alembic's own bookkeeping left out."""
    statements = []

    @event.listens_for(connection, "before_cursor_execute")
    def record(_connection, _cursor, statement, *_):
        if re.match(r"\s*(ALTER|CREATE (?!EXTENSION)|COMMENT|DROP|SELECT guarded\.(?!intercept))", statement):
            statements.append(statement)

    return statements


def error_of(action) -> str:
    try:
        action()
    except DBAPIError as error:
        return f"{error.orig.sqlstate} {type(error.orig).__name__}: {error.orig.diag.message_primary}"
    return "no error"


def catalog(engine: Engine) -> Catalog:
    with engine.connect() as connection:
        return {(kind, name): definition for kind, name, definition in connection.exec_driver_sql(CATALOG)}


def table_names(connection: Connection) -> set[str]:
    return set(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))


def version(engine: Engine) -> str:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def first_call(migration: Path) -> str:
    return next(line.strip() for line in migration.read_text().splitlines() if line.startswith("    guarded("))


def total(summary: list[tuple], status: str | None = None) -> int:
    return sum(row[2] for row in summary if status in (None, row[0]))


def describe(before: Catalog, after: Catalog) -> str:
    """column: 38 added, 43 altered; index: ..."""
    counts = defaultdict(Counter)
    for kind, name in before.keys() | after.keys():
        had, has = before.get((kind, name)), after.get((kind, name))
        if had != has:
            counts[kind]["added" if had is None else "dropped" if has is None else "altered"] += 1
    changes = {kind: sorted(counter.items()) for kind, counter in sorted(counts.items())}
    return "; ".join(f"{kind}: {', '.join(f'{n} {how}' for how, n in found)}" for kind, found in changes.items())


def show_notices(notices: list[str]) -> None:
    shown = [next(n for n in notices if n.startswith("NOTICE:  skipped")), *(n for n in notices if "WARNING" in n)]
    print("\n".join(f"   {notice}" for notice in shown))
    print(f"   ({len(notices)} messages altogether)")


def show_summary(summary: list[tuple]) -> None:
    print("   status    reason                outcomes")
    for status, reason, outcomes in summary:
        print(f"   {status:<9} {reason or '':<21} {outcomes:>8}")


def heading(title: str, remark: str = "") -> None:
    print(f"\n{title}" + (f" ({remark})" if remark else ""))


if __name__ == "__main__":
    sys.exit(main())
