"""Who may do what with the journal: a role without privileges against the journal, what is pending, and a superuser's replay."""

import psycopg
import pytest
from psycopg import errors

# A function that tells who has called it, also by a sequence, which no rollback sets back, and tries to make its owner a
# superuser.
TRAP = """
    CREATE TABLE seen (who text, what text);
    CREATE SEQUENCE seen_{attacker};
    CREATE SEQUENCE seen_postgres;
    CREATE FUNCTION trap(what text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
        PERFORM nextval('lair.seen_' || current_user);
        INSERT INTO lair.seen VALUES (current_user, what);
        BEGIN EXECUTE format('ALTER ROLE %I SUPERUSER', '{attacker}'); EXCEPTION WHEN insufficient_privilege THEN NULL; END;
        RETURN true;
    END $$;
    GRANT ALL ON seen TO public;
"""


@pytest.fixture
def attacker(new_role) -> str:
    return new_role()


@pytest.fixture
def database(attacker, guarded_database) -> str:
    """With a schema of the attacker's, and public as it was before PostgreSQL 15: anybody may create in it."""
    return guarded_database(f"CREATE SCHEMA lair AUTHORIZATION {attacker}; GRANT CREATE ON SCHEMA public TO public")


@pytest.fixture
def connect(database):
    connections = []

    def open_connection(user: str = "postgres") -> psycopg.Connection:
        options = "-c statement_timeout=20s -c client_min_messages=error"
        connections.append(psycopg.connect(dbname=database, user=user, autocommit=True, options=options))
        return connections[-1]

    yield open_connection
    for connection in connections:
        connection.close()


@pytest.fixture
def owner(connect) -> psycopg.Connection:
    return connect()


@pytest.fixture
def own(connect, attacker) -> psycopg.Connection:
    """The attacker's session."""
    connection = connect(attacker)
    connection.execute(f"SET search_path = lair; {TRAP.format(attacker=attacker)}")
    return connection


def rows(connection: psycopg.Connection, query: str, *parameters) -> list[tuple]:
    return connection.execute(query, parameters).fetchall()


def run(connection: psycopg.Connection, script: str) -> list[tuple]:
    return rows(connection, "SELECT status, reason FROM guarded.run(%s)", script)


def pending(connection: psycopg.Connection) -> list[tuple]:
    return rows(connection, "SELECT role, object FROM guarded.pending ORDER BY number")


def replay(connection: psycopg.Connection, arguments: str = "") -> list[tuple]:
    return rows(connection, f"SELECT role, status, reason FROM guarded.replay({arguments}) ORDER BY number")


def assert_powerless(owner: psycopg.Connection, attacker: str) -> None:
    assert rows(owner, "SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = %s", attacker) == [(False, False)]
    assert rows(owner, "SELECT DISTINCT who FROM lair.seen") in ([], [(attacker,)])
    assert rows(owner, "SELECT is_called FROM lair.seen_postgres") == [(False,)]


# --- the journal itself ---


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM guarded.journal",
        "INSERT INTO guarded.journal SELECT * FROM guarded.journal",
        "INSERT INTO guarded.journal (number) VALUES (1)",
        "UPDATE guarded.journal SET role = 'postgres'",
        "DELETE FROM guarded.journal",
        "TRUNCATE guarded.journal",
        "DO 'BEGIN LOCK TABLE guarded.journal; END'",
        "ALTER TABLE guarded.journal ADD COLUMN x int",
        "ALTER TABLE guarded.journal DISABLE TRIGGER ALL",
        "DROP TABLE guarded.journal",
        "CREATE TRIGGER t BEFORE INSERT ON guarded.journal FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE RULE r AS ON INSERT TO guarded.journal DO INSTEAD NOTHING",
        "CREATE TABLE guarded.other (x int)",
        "SELECT nextval('guarded.journal_number')",
        "SELECT setval('guarded.journal_number', 1)",
        "SELECT guarded.prune_journal('0 s', true)",
        "INSERT INTO guarded.pending (number) VALUES (1)",
        "DELETE FROM guarded.pending",
        "COPY guarded.journal TO STDOUT",
        "SET guarded.journal = off",
        "SELECT set_config('guarded.journal', 'off', false)",
    ],
)
def test_nobody_else_touches_the_journal(owner, own, statement):
    owner.execute("SELECT guarded.add_column('missing', 'x', 'int')")
    own.execute("SELECT guarded.add_column('missing', 'x', 'int')")
    before = rows(owner, "SELECT to_jsonb(j) FROM guarded.journal j ORDER BY number")
    assert len(before) == 2
    with pytest.raises((errors.InsufficientPrivilege, errors.ObjectNotInPrerequisiteState, errors.WrongObjectType)):
        own.execute(statement)
    assert rows(owner, "SELECT to_jsonb(j) FROM guarded.journal j ORDER BY number") == before


@pytest.mark.parametrize("way", ["SET", "PGOPTIONS"])
def test_a_setting_made_before_the_library_is_loaded_is_not_taken(owner, connect, database, attacker, way):
    if way == "SET":
        connection = connect(attacker)
        connection.execute("SET guarded.journal = off")
    else:
        connection = psycopg.connect(dbname=database, user=attacker, autocommit=True, options="-c guarded.journal=off")
    connection.execute("SELECT guarded.add_column('missing', 'x', 'int')")
    assert rows(connection, "SHOW guarded.journal") == [("unfinished",)]
    assert pending(owner) == [(attacker, "missing.x")]
    connection.close()


def test_rows_are_written_without_any_privilege(owner, connect, attacker):
    owner.execute("REVOKE ALL ON ALL TABLES IN SCHEMA guarded FROM public")
    connection = connect(attacker)
    connection.execute("SELECT guarded.add_column('missing', 'x', 'int')")
    assert pending(owner) == [(attacker, "missing.x")]


# --- who sees what ---


def test_each_role_sees_its_own(owner, own, attacker, new_role, connect):
    other, group = new_role(), new_role()
    member = new_role(f"NOINHERIT IN ROLE {group}")
    owner.execute("SELECT guarded.add_column('missing', 'of_owner', 'int')")
    for role in attacker, other, group, member:
        connect(role).execute(f"SELECT guarded.add_column('missing', '{role}', 'int')")
    assert pending(own) == [(attacker, f"missing.{attacker}")]
    assert pending(connect(other)) == [(other, f"missing.{other}")]
    assert pending(connect(member)) == [(group, f"missing.{group}"), (member, f"missing.{member}")]
    assert len(pending(owner)) == 5
    # Not by the name of another either.
    assert replay(own, "role => 'postgres'") == []
    assert replay(own) == [(attacker, "skipped", "missing_table")]
    # In a session that has become another role, that role counts.
    owner.execute(f"SET ROLE {attacker}")
    assert pending(owner) == [(attacker, f"missing.{attacker}")]


def test_details_of_rows_are_for_those_who_may_read_them(owner, connect, new_role):
    reader = new_role()
    owner.execute("CREATE TABLE people (name text); INSERT INTO people VALUES ('Ann'), ('Ann')")
    owner.execute("SELECT guarded.create_unique_constraint('u', 'people', ARRAY['name'])")
    assert "Ann" in rows(owner, "SELECT outcome::text FROM guarded.journal")[0][0]
    assert pending(connect(reader)) == []
    with pytest.raises(errors.InsufficientPrivilege):
        connect(reader).execute("SELECT outcome FROM guarded.journal")


# --- replay as another role ---


def test_a_member_of_a_role_replays_for_it(owner, connect, new_role):
    migrator = new_role()
    deployer = new_role(f"NOINHERIT IN ROLE {migrator}")
    connect(migrator).execute("SELECT guarded.create_table('made', ARRAY['m public.mood'])")
    owner.execute("CREATE TYPE public.mood AS ENUM ('ok')")
    connection = connect(deployer)
    assert replay(connection) == [(migrator, "applied", None)]
    assert rows(connection, "SELECT tableowner, current_user::text FROM pg_tables WHERE tablename = 'made'") == [(migrator, deployer)]
    assert rows(owner, "SELECT role, session_role FROM guarded.journal ORDER BY number") == [(migrator, migrator), (migrator, deployer)]


PLANTED = [
    # As plain DDL, by an expression that is evaluated when the statement runs.
    "ALTER TABLE trapped ADD COLUMN x bool DEFAULT lair.trap('default')",
    "ALTER TABLE trapped ADD CHECK (lair.trap('check'))",
    "CREATE TABLE copied AS SELECT lair.trap('query') FROM trapped",
    "INSERT INTO trapped SELECT 1 FROM trapped WHERE lair.trap('insert')",
    "SELECT lair.trap('select') FROM trapped",
    "UPDATE trapped SET id = 2 WHERE lair.trap('update')",
    # Back to the role that replays.
    "DO $$ BEGIN PERFORM FROM lair.trapped; RESET ROLE; PERFORM lair.trap('reset role'); END $$",
    "DO $$ BEGIN PERFORM FROM lair.trapped; SET ROLE postgres; PERFORM lair.trap('set role'); END $$",
    "DO $$ BEGIN PERFORM FROM lair.trapped; SET SESSION AUTHORIZATION postgres; PERFORM lair.trap('authorization'); END $$",
    "DO $$ BEGIN PERFORM FROM lair.trapped; RESET SESSION AUTHORIZATION; PERFORM lair.trap('reset authorization'); END $$",
    "DO $$ BEGIN PERFORM FROM lair.trapped; PERFORM set_config('role', 'postgres', false); PERFORM lair.trap('set_config'); END $$",
    # Something that waits in the session until the role that replays comes by.
    "DO $$ BEGIN PERFORM FROM lair.trapped; CREATE TEMPORARY TABLE users (id int DEFAULT 1 CHECK (lair.trap('temporary'))); END $$",
    "INSERT INTO deferred SELECT id FROM trapped",
    "DO $$ BEGIN PERFORM FROM lair.trapped; SET search_path = lair, pg_catalog; SET DateStyle = 'SQL, DMY'; SET guarded.dry_run = on; END $$",
    "DO $$ BEGIN PERFORM FROM lair.trapped; EXECUTE 'PREPARE planted AS SELECT lair.trap(''prepared'')'; END $$",
    "DO $$ BEGIN PERFORM FROM lair.trapped; EXECUTE 'DECLARE planted CURSOR WITH HOLD FOR SELECT lair.trap(''cursor'')'; END $$",
    "DO $$ BEGIN PERFORM FROM lair.trapped; LISTEN planted; END $$",
    # What only a superuser may do.
    "DO $$ BEGIN PERFORM FROM lair.trapped; ALTER ROLE {attacker} SUPERUSER; END $$",
    "DO $$ BEGIN PERFORM FROM lair.trapped; DELETE FROM guarded.journal; END $$",
    "DO $$ BEGIN PERFORM FROM lair.trapped; COPY lair.trapped TO PROGRAM 'true'; END $$",
]


def test_what_is_planted_runs_as_who_planted_it(owner, own, attacker):
    """Under the label of a release, so that the superuser who replays it finds the attacker's statements in it."""
    own.execute("SET guarded.migration = 'release-42'")
    planted = [statement.replace("{attacker}", attacker) for statement in PLANTED]
    own.execute("CREATE TABLE deferred (id int)")
    own.execute("""
        CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM lair.trap('deferred trigger'); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER fires AFTER INSERT ON deferred DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fire()""")
    for statement in planted:
        assert run(own, statement)[0][0] in ("skipped", "failed"), statement
    own.execute("CREATE TABLE trapped (id int); INSERT INTO trapped VALUES (1)")
    owner.execute("SET guarded.migration = 'release-42'")
    owner.execute("SELECT guarded.add_column('released', 'x', 'int')")
    owner.execute("CREATE TABLE released ()")
    # Loading a language brings its settings.
    owner.execute("DO 'BEGIN END'")
    before = rows(owner, "SELECT name, setting FROM pg_settings ORDER BY name")
    replayed = replay(owner, "'release-42'")
    assert len(replayed) == len(planted) + 1
    assert (rows(owner, "SELECT current_user::text")[0][0], "applied", None) in replayed
    assert rows(owner, "SELECT name, setting FROM pg_settings ORDER BY name") == before
    assert rows(owner, "SELECT session_user::text, current_user::text") == [("postgres", "postgres")]
    # It did run, and each time as the attacker.
    assert len(rows(owner, "SELECT DISTINCT what FROM lair.seen")) >= 6
    assert rows(owner, "SELECT count(*) FROM pg_class WHERE relpersistence = 't'") == [(0,)]
    for kept in "pg_prepared_statements WHERE name = 'planted'", "pg_cursors WHERE name = 'planted'", "pg_listening_channels()":
        assert rows(owner, f"SELECT count(*) FROM {kept}") == [(0,)]
    assert_powerless(owner, attacker)


def test_looking_at_what_is_pending_runs_nobodys_code_as_the_one_who_looks(owner, own, attacker):
    """To compare, literals are read: that of a domain's array checks the domain."""
    own.execute("""
        CREATE DOMAIN watched AS text CHECK (lair.trap(VALUE));
        CREATE TABLE trapped (t watched[], CONSTRAINT c CHECK (t <> '{b}'::watched[]))""")
    run(own, "ALTER TABLE trapped ADD CONSTRAINT c CHECK (t <> '{a}'::watched[])")
    calls = f"SELECT last_value FROM lair.seen_{attacker}"
    before = rows(owner, calls)
    assert pending(owner) == [(attacker, "trapped.c")]
    assert rows(owner, calls) > before
    before = rows(owner, calls)
    replay(owner)
    assert rows(owner, calls) > before
    assert_powerless(owner, attacker)


def test_a_statement_that_stops_every_replay_can_be_left_out(owner, own, attacker):
    """What is not the statement's fault is raised, and a statement can make it look so."""
    run(own, "SELECT FROM trapped, (SELECT lair.stop()) s")
    own.execute("CREATE FUNCTION stop() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stop' USING ERRCODE = 'query_canceled'; END $$")
    own.execute("CREATE TABLE trapped ()")
    owner.execute("SELECT guarded.add_column('released', 'x', 'int')")
    owner.execute("CREATE TABLE released ()")
    with pytest.raises(errors.QueryCanceled):
        replay(owner)
    assert replay(owner, "role => 'postgres'") == [("postgres", "applied", None)]


def test_what_an_attacker_has_done_resolves_nothing_of_others(owner, own, connect):
    """The same statement, under the same search_path, on a table that only the attacker sees."""
    owner.execute("SET search_path = public")
    assert run(owner, "UPDATE accounts SET balance = 0") == [("skipped", "missing_table")]
    own.execute("SET search_path = public; CREATE TEMPORARY TABLE accounts (balance int)")
    assert run(own, "UPDATE accounts SET balance = 0") == [("applied", None)]
    assert pending(owner) == [("postgres", None)]
    assert run(own, "UPDATE nowhere SET balance = 0") == [("skipped", "missing_table")]
    assert len(pending(owner)) == 2


def test_hostile_names_catch_nothing_of_the_extensions_own(owner, own, attacker):
    """Functions and operators that would be found first, if the extension's own queries looked along search_path."""
    own.execute("GRANT USAGE ON SCHEMA lair TO public")
    own.execute("""
        CREATE FUNCTION now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT lair.trap('now'); SELECT pg_catalog.now() $$;
        CREATE FUNCTION max_step(bigint, bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT lair.trap('max'); SELECT $2 $$;
        CREATE AGGREGATE max(bigint) (SFUNC = max_step, STYPE = bigint);
        CREATE FUNCTION compared(bigint, bigint) RETURNS bool LANGUAGE sql AS $$ SELECT lair.trap('operator') $$;
        CREATE FUNCTION compared(timestamptz, timestamptz) RETURNS bool LANGUAGE sql AS $$ SELECT lair.trap('operator') $$;
        CREATE FUNCTION before(timestamptz, interval) RETURNS timestamptz LANGUAGE sql AS $$ SELECT lair.trap('operator'); SELECT $1 $$;
        CREATE OPERATOR <> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = compared);
        CREATE OPERATOR <= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = compared);
        CREATE OPERATOR < (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = compared);
        CREATE OPERATOR - (LEFTARG = timestamptz, RIGHTARG = interval, FUNCTION = before);
        CREATE TABLE journal (number bigint);
        CREATE FUNCTION pending_statements() RETURNS int LANGUAGE sql AS $$ SELECT lair.trap('function'); SELECT 1 $$;
        CREATE DOMAIN text AS pg_catalog.text CHECK (lair.trap('type') OR VALUE <> VALUE)""")
    owner.execute("SET search_path = lair, pg_catalog")
    owner.execute("SELECT guarded.add_column('missing', 'x', 'int')")
    assert pending(owner) == [("postgres", "missing.x")]
    assert replay(owner) == [("postgres", "skipped", "missing_table")]
    assert rows(owner, "SELECT guarded.prune_journal('0 s')") == [(0,)]
    owner.execute("SET guarded.journal = 'all'")
    owner.execute("SELECT guarded.drop_table('missing')")
    assert rows(owner, "SELECT pg_catalog.count(*) FROM guarded.journal") == [(2,)]
    owner.execute("SELECT guarded.assert_clean(), guarded.summary_text()")
    assert rows(owner, "SELECT what FROM lair.seen") == []
    assert_powerless(owner, attacker)


def test_labels_cannot_forge_lines_of_a_log(owner, own):
    own.execute("SELECT set_config('guarded.migration', E'x\\n      9  applied\\nmigration \"real\"\\r\\033[2J', false)")
    own.execute("SELECT guarded.add_column('missing', E'y\\n      9  applied', 'int')")
    own.execute("SELECT guarded.add_column('seen', 'who', 'int')")
    text = rows(own, "SELECT guarded.summary_text()")[0][0]
    lines = text.splitlines()
    assert [line for line in lines if line.startswith("migration")] == lines[1:2]
    assert "      9  applied" not in lines
    assert "\033" not in text
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as raised:
        own.execute("SELECT guarded.assert_clean()")
    assert "\n" not in raised.value.diag.message_primary


def test_a_security_definer_function_keeps_what_it_did_as_its_owner(owner, own, attacker):
    owner.execute("""
        CREATE FUNCTION public.migrate() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$ BEGIN
            PERFORM guarded.add_column('missing', 'x', 'int');
        END $$""")
    own.execute("SELECT public.migrate()")
    assert rows(owner, "SELECT role, session_role, search_path FROM guarded.journal") == [("postgres", attacker, "public")]
    assert pending(own) == []
    own.execute("SET search_path = lair; CREATE TABLE missing ()")
    assert replay(own) == []
    assert replay(owner) == [("postgres", "skipped", "missing_table")]
