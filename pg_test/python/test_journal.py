"""The journal, what is pending, replay() and the policy collect: in whole transactions, across sessions, through a dump."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from dumps import dump, restore
from psycopg import errors
from sessions import in_thread

TABLES = """
    CREATE TABLE users (id int PRIMARY KEY, email text);
    INSERT INTO users VALUES (1, NULL);
"""
MISSING = "SELECT guarded.add_column('missing', '{0}', 'int')"
CONFLICT = "SELECT guarded.add_column('users', 'email', 'int')"
FAILURE = "SELECT guarded.alter_column('users', 'email', nullable => false)"


@pytest.fixture
def database(guarded_database) -> str:
    return guarded_database(TABLES)


@pytest.fixture
def connect(database):
    """Opens sessions in which nothing hangs."""
    connections = []

    def open_connection(autocommit: bool = True, dbname: str = database, **options) -> psycopg.Connection:
        quiet = "-c statement_timeout=20s -c client_min_messages=error"
        connections.append(psycopg.connect(dbname=dbname, autocommit=autocommit, options=quiet, **options))
        return connections[-1]

    yield open_connection
    for connection in connections:
        connection.close()


@pytest.fixture
def session(connect) -> psycopg.Connection:
    return connect()


def rows(connection: psycopg.Connection, query: str, *parameters) -> list[tuple]:
    return connection.execute(query, parameters).fetchall()


def journal(connection: psycopg.Connection) -> list[str]:
    return [row[0] for row in rows(connection, "SELECT concat_ws(' ', status, object) FROM guarded.journal ORDER BY number")]


def pending(connection: psycopg.Connection) -> list[str]:
    return [row[0] for row in rows(connection, "SELECT object FROM guarded.pending ORDER BY number")]


def replay(connection: psycopg.Connection) -> list[tuple]:
    return rows(connection, "SELECT object, status FROM guarded.replay() ORDER BY number")


# --- as true as what was committed ---


def test_what_is_not_committed_is_nobody_elses_to_see(session, connect):
    connection = connect(autocommit=False)
    connection.execute(MISSING.format("a"))
    assert journal(connection) == ["skipped missing.a"]
    assert journal(session) == pending(session) == []
    connection.commit()
    assert journal(session) == ["skipped missing.a"]
    assert pending(session) == ["missing.a"]


def test_a_rollback_takes_all_of_it_back(session, connect):
    connection = connect(autocommit=False)
    for statement in MISSING.format("a"), CONFLICT, FAILURE:
        connection.execute(statement)
    connection.rollback()
    assert journal(session) == pending(session) == journal(connection) == []
    assert rows(connection, "SELECT DISTINCT rolled_back FROM guarded.report()") == [(True,)]


@pytest.mark.parametrize("looks", [False, True])
def test_savepoints(session, connect, looks):
    connection = connect(autocommit=False)

    def look(expected: list[str]) -> None:
        if looks:
            assert journal(connection) == [f"skipped missing.{name}" for name in expected]
            assert pending(connection) == [f"missing.{name}" for name in expected]

    connection.execute(MISSING.format("a"))
    connection.execute("SAVEPOINT one")
    look(["a"])
    connection.execute(MISSING.format("b"))
    connection.execute("SAVEPOINT two")
    connection.execute(MISSING.format("c"))
    look(["a", "b", "c"])
    connection.execute("ROLLBACK TO two")
    look(["a", "b"])
    connection.execute(MISSING.format("d"))
    connection.execute("RELEASE two")
    look(["a", "b", "d"])
    connection.execute("ROLLBACK TO one")
    look(["a"])
    connection.execute(MISSING.format("e"))
    connection.commit()
    assert journal(session) == ["skipped missing.a", "skipped missing.e"]


def test_a_session_that_is_killed(session, connect):
    connection = connect(autocommit=False)
    connection.execute("SET guarded.journal = 'all'")
    connection.execute("SELECT guarded.add_column('users', 'phone', 'text')")
    connection.execute(MISSING.format("a"))
    assert len(journal(connection)) == 2
    connection.execute(MISSING.format("b"))
    session.execute("SELECT pg_terminate_backend(%s, 10000)", (connection.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    assert journal(session) == pending(session) == []
    assert rows(session, "SELECT guarded.column_exists('users', 'phone')") == [(False,)]
    assert rows(connect(), "SELECT count(*) FROM guarded.report()") == [(0,)]


def test_a_procedure_that_commits(session):
    session.execute("""
        CREATE PROCEDURE migrate() LANGUAGE plpgsql AS $$ BEGIN
            PERFORM guarded.add_column('missing', 'a', 'int');
            COMMIT;
            PERFORM guarded.add_column('missing', 'b', 'int');
            ROLLBACK;
            PERFORM guarded.add_column('missing', 'c', 'int');
        END $$""")
    session.execute("CALL migrate()")
    assert journal(session) == ["skipped missing.a", "skipped missing.c"]
    assert rows(session, "SELECT object, rolled_back FROM guarded.report() ORDER BY number") == [
        ("missing.a", False),
        ("missing.b", True),
        ("missing.c", False),
    ]


def test_nested_functions(session):
    session.execute("""
        CREATE FUNCTION inner_one(name text, fails bool) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
            PERFORM guarded.add_column('missing', name, 'int');
            IF fails THEN RAISE EXCEPTION 'no'; END IF;
        END $$;
        CREATE FUNCTION outer_one() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
            PERFORM inner_one('a', false);
            BEGIN
                PERFORM inner_one('b', false);
                PERFORM inner_one('c', true);
            EXCEPTION WHEN raise_exception THEN
                PERFORM inner_one('d', false);
            END;
        END $$""")
    session.execute("SELECT outer_one()")
    assert journal(session) == ["skipped missing.a", "skipped missing.d"]


def test_a_transaction_that_may_not_write_keeps_nothing(session):
    session.execute("BEGIN READ ONLY")
    session.execute(MISSING.format("a"))
    assert rows(session, "SELECT * FROM guarded.pending") == []
    session.execute("COMMIT")
    assert journal(session) == []
    assert rows(session, "SELECT status FROM guarded.report()") == [("skipped",)]


def test_what_runs_outside_transactions(session):
    session.execute("SET guarded.journal = 'all'; SELECT guarded.intercept(true)")
    session.execute("CREATE INDEX CONCURRENTLY by_email ON users (email)")
    session.execute("CREATE INDEX CONCURRENTLY by_email ON missing (email)")
    with pytest.raises(errors.UniqueViolation):
        session.execute("INSERT INTO users VALUES (2, 'x'), (3, 'x')")
        session.execute("CREATE UNIQUE INDEX CONCURRENTLY one_email ON users (email)")
    session.execute("VACUUM users")
    session.execute("REINDEX INDEX by_email")
    # An error that is raised rolls back what the journal would tell of it.
    assert journal(session) == ["applied by_email", "skipped by_email"]
    assert rows(session, "SELECT waits_reason FROM guarded.pending") == [("missing_table",)]
    session.execute("CREATE TABLE missing (email text)")
    session.execute("DROP INDEX by_email")
    assert rows(session, "SELECT waits_reason, ready FROM guarded.pending") == [("active_sql_transaction", False)]
    session.execute("CREATE INDEX CONCURRENTLY by_email ON missing (email)")
    assert pending(session) == []


def test_serializable_transactions_do_not_meet_in_the_journal(connect):
    one, other = connect(autocommit=False), connect(autocommit=False)
    for connection in one, other:
        connection.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        connection.execute("SET LOCAL guarded.journal = 'all'")
    for number in range(5):
        for connection in one, other:
            connection.execute(MISSING.format(f"a{number}"))
            connection.execute("SELECT guarded.drop_table('nothing')")
    one.commit()
    other.commit()


def test_nobody_waits_for_anybody(session, connect):
    """Two sessions at the same migration, and one that looks and prunes."""
    session.execute(MISSING.format("x"))
    session.execute("CREATE TABLE missing (x int)")
    one, other = connect(autocommit=False), connect(autocommit=False)
    for connection in one, other:
        connection.execute("SET lock_timeout = '2s'")
        connection.execute(MISSING.format("x"))
        connection.execute("SELECT guarded.add_column('nowhere', 'y', 'int')")
        assert len(journal(connection)) == 3
    assert pending(session) == []
    session.execute("SET lock_timeout = '2s'")
    assert rows(session, "SELECT guarded.prune_journal('0 s', true)") == [(1,)]
    one.commit()
    other.commit()
    assert journal(session) == ["skipped missing.x", "skipped nowhere.y"] * 2


# --- pending, across transactions and sessions ---


def test_a_migration_run_again_is_pending_once(session, connect):
    names = ["a", "b", "c"]
    for connection in session, connect(), connect(autocommit=False):
        for name in names:
            connection.execute(MISSING.format(name))
        if not connection.autocommit:
            connection.commit()
    assert len(journal(session)) == 9
    assert pending(session) == [f"missing.{name}" for name in names]
    session.execute("CREATE TABLE missing ()")
    assert replay(session) == [(f"missing.{name}", "applied") for name in names]
    assert pending(session) == []


def test_the_last_order_counts(session):
    """Up, down, and up again, while the table is missing."""
    for statement in (
        MISSING.format("a"),
        "SELECT guarded.drop_column('missing', 'a')",
        MISSING.format("a"),
    ):
        session.execute(statement)
    session.execute("CREATE TABLE missing ()")
    assert replay(session) == [("missing.a", "skipped"), ("missing.a", "applied")]
    assert rows(session, "SELECT guarded.column_exists('missing', 'a')") == [(True,)]


def test_done_in_another_session_is_done(session, connect):
    session.execute("SELECT FROM guarded.run('INSERT INTO missing VALUES (1)')")
    session.execute(MISSING.format("a"))
    other = connect()
    other.execute("CREATE TABLE missing (x int)")
    assert pending(session) == [None, "missing.a"]
    other.execute("BEGIN")
    other.execute("SELECT FROM guarded.run('INSERT INTO missing VALUES (1)')")
    other.execute(MISSING.format("a"))
    assert pending(session) == [None, "missing.a"]
    assert pending(other) == []
    other.execute("ROLLBACK")
    assert pending(session) == [None, "missing.a"]
    other.execute("SELECT FROM guarded.run('INSERT INTO missing VALUES (1)')")
    assert pending(session) == ["missing.a"]
    assert replay(other) == [("missing.a", "applied")]
    assert rows(session, "SELECT count(*) FROM missing") == [(1,)]


def test_whose_doing_counts(new_role, database, connect):
    """What a role has done counts for those whose privileges it has, and for no others."""
    migrator, other = new_role(), new_role()
    owner = connect()
    owner.execute(f"CREATE TABLE made (x int); GRANT ALL ON made TO {migrator}, {other}; GRANT CREATE ON SCHEMA public TO {other}")
    insert = "SELECT FROM guarded.run('INSERT INTO missing VALUES (1)')"
    for user in migrator, "postgres":
        connect(user=user).execute(insert)
    owner.execute("ALTER TABLE made RENAME TO missing")
    # The other role's own table of that name is another one, and its rows are only its own.
    connect(user=other).execute(insert)
    assert len(pending(owner)) == 2
    connect(user=migrator).execute(insert)
    assert len(pending(owner)) == 1
    connect(user=migrator).execute(insert)
    owner.execute(insert)
    assert pending(owner) == []
    connect(user=migrator).execute("SELECT FROM guarded.run('INSERT INTO gone VALUES (1)')")
    owner.execute("CREATE TABLE gone (x int)")
    owner.execute("SELECT FROM guarded.run('INSERT INTO gone VALUES (1)')")
    assert pending(owner) == pending(connect(user=migrator)) == []


def test_a_thousand_pending_statements(session):
    session.execute("SELECT FROM guarded.run((SELECT string_agg(format('ALTER TABLE missing ADD COLUMN c%s int', i), ';') FROM generate_series(1, 1000) i))")
    assert len(pending(session)) == 1000
    session.execute("CREATE TABLE missing ()")
    assert {status for _, status in replay(session)} == {"applied"}
    assert pending(session) == []
    # The columns were added in their order.
    names = "SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'missing'::regclass AND attnum > 0"
    assert rows(session, names) == [([f"c{number}" for number in range(1, 1001)],)]


# --- the policy collect ---


def test_the_commit_fails_with_the_whole_list(session, connect):
    connection = connect(autocommit=False)
    connection.execute("SET guarded.policy = collect; SET guarded.migration = '774225e563ca'")
    connection.commit()
    connection.execute("SELECT guarded.add_column('users', 'phone', 'text')")
    connection.execute(MISSING.format("a"))
    connection.execute(CONFLICT)
    connection.execute(FAILURE)
    connection.execute("INSERT INTO users VALUES (2, 'two')")
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as raised:
        connection.commit()
    diag = raised.value.diag
    assert diag.message_primary == 'migration "774225e563ca" has 1 conflict and 1 failure'
    rule = "=" * 60
    assert diag.message_detail == (
        f"{rule}\n"
        "  1. conflict (differs): add_column users.email\n"
        '     column "email" of table "users" already exists with another definition\n'
        "     Existing type: text; wanted: integer.\n"
        "     Hint: Change the existing object to what is wanted, or the statement to what exists.\n"
        "  2. failed (not_null_violation): alter_column users.email\n"
        '     column "email" of relation "users" contains null values\n'
        f"{rule}"
    )
    assert diag.message_hint.startswith("Nothing of the transaction was committed.")
    assert rows(session, "SELECT count(*), guarded.column_exists('users', 'phone') FROM users") == [(1, False)]
    assert journal(session) == []
    # Nothing of it is left for the next transaction.
    connection.execute("INSERT INTO users VALUES (2, 'two')")
    connection.execute("SELECT guarded.assert_clean()")
    connection.commit()
    assert rows(session, "SELECT count(*) FROM users") == [(2,)]
    report = rows(connection, "SELECT object, rolled_back FROM guarded.report() ORDER BY number")
    assert report == [("users.phone", True), ("missing.a", True), ("users.email", True), ("users.email", True)]


def test_what_is_rolled_back_is_not_collected(session):
    session.execute("SET guarded.policy = collect")
    session.execute("BEGIN")
    session.execute(CONFLICT)
    session.execute("ROLLBACK")
    session.execute("BEGIN")
    session.execute("SAVEPOINT s")
    session.execute(CONFLICT)
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        session.execute("SELECT guarded.assert_clean()")
    session.execute("ROLLBACK TO s")
    session.execute("SELECT guarded.assert_clean()")
    session.execute("DO $$ BEGIN PERFORM guarded.add_column('users', 'email', 'int'); PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN NULL; END $$")
    session.execute("INSERT INTO users VALUES (2, 'two')")
    session.execute("COMMIT")
    assert rows(session, "SELECT count(*) FROM users") == [(2,)]


def test_each_commit_has_its_own_list(session):
    session.execute("SET guarded.policy = collect")
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as raised:
        session.execute(CONFLICT)
    assert "1 conflict" in raised.value.diag.message_primary
    session.execute("SELECT 1")
    session.execute("""
        CREATE PROCEDURE migrate() LANGUAGE plpgsql AS $$ BEGIN
            PERFORM guarded.add_column('users', 'phone', 'text');
            COMMIT;
            PERFORM guarded.add_column('users', 'email', 'int');
            COMMIT;
        END $$""")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        session.execute("CALL migrate()")
    assert rows(session, "SELECT guarded.column_exists('users', 'phone')") == [(True,)]


def test_the_policy_of_the_moment_counts(session):
    session.execute("BEGIN")
    session.execute(CONFLICT)
    session.execute("COMMIT")
    session.execute("BEGIN")
    session.execute("SET LOCAL guarded.policy = collect")
    session.execute(CONFLICT)
    session.execute("SET LOCAL guarded.policy = continue")
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        session.execute("COMMIT")
    assert journal(session) == ["conflict users.email"]


def test_plain_ddl_is_collected_too(session):
    session.execute("SET guarded.policy = collect; SET guarded.missing = fail; SELECT guarded.intercept(true)")
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as raised:
        session.execute("""
            BEGIN;
            ALTER TABLE users ADD COLUMN email int, ADD COLUMN phone text;
            ALTER TABLE missing ADD COLUMN x int;
            CREATE TABLE users (other int);
            COMMIT""")
    assert raised.value.diag.message_primary == "this migration has 2 conflicts and 1 failure"
    assert rows(session, "SELECT guarded.column_exists('users', 'phone')") == [(False,)]


def test_the_list_is_complete_however_long(session):
    session.execute("SET guarded.policy = collect")
    session.execute("BEGIN")
    session.execute("DO $$ BEGIN FOR i IN 1..10500 LOOP PERFORM guarded.add_column('users', 'email', 'int'); PERFORM guarded.drop_table('none'); END LOOP; END $$")
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as raised:
        session.execute("COMMIT")
    assert raised.value.diag.message_primary == "this migration has 10500 conflicts"
    assert raised.value.diag.message_detail.count(". conflict (differs): add_column users.email") == 10500
    session.execute("SET guarded.policy = continue")
    session.execute("SELECT guarded.drop_table('none')")
    counts = rows(session, "SELECT (SELECT count(*) FROM guarded.report()), sum(outcomes)::int, sum(rolled_back)::int FROM guarded.summary()")
    assert counts == [(10000, 21001, 21000)]


def test_assert_clean_outside_a_transaction_block(session):
    session.execute("SELECT guarded.assert_clean()")
    session.execute(MISSING.format("a"))
    session.execute("SELECT guarded.assert_clean()")
    session.execute(CONFLICT)
    with pytest.raises(errors.ObjectNotInPrerequisiteState):
        session.execute("SELECT guarded.assert_clean()")
    # A transaction has nothing to do with those before it.
    session.execute("BEGIN; SELECT guarded.assert_clean(); COMMIT")


# --- what drivers are told ---

FIELDS = {
    "add_column('missing', 'x', 'int')": (None, "missing", "x", None, None),
    "add_column('missing', 'x', 'int', schema => 'nowhere')": ("nowhere", "missing", "x", None, None),
    "add_column('users', 'email', 'int')": ("public", "users", "email", None, None),
    "alter_column('users', 'email', nullable => false)": ("public", "users", "email", None, None),
    "create_unique_constraint('users_pkey', 'users', ARRAY['email'])": ("public", "users", None, None, "users_pkey"),
    "create_index('users_pkey', 'missing', ARRAY['email'])": (None, "missing", None, None, "users_pkey"),
    "drop_index('no_index')": (None, None, None, None, "no_index"),
    "create_index('users_pkey', 'users', ARRAY['email'])": ("public", "users", None, None, "users_pkey"),
    "drop_index('users_pkey', 'other')": ("public", "users", None, None, "users_pkey"),
    "create_enum('mood', ARRAY['sad'])": ("public", None, None, "mood", None),
    "add_enum_value('no_type', 'ok')": (None, None, None, "no_type", None),
    "create_schema('public')": ("public", None, None, None, None),
    "drop_sequence('no_sequence')": (None, "no_sequence", None, None, None),
    "create_policy('p', 'users', roles => ARRAY['no_role'])": ("public", "users", None, None, None),
}


@pytest.mark.parametrize("call, expected", FIELDS.items())
def test_messages_name_their_object(connect, call, expected):
    connection = connect()
    connection.execute("CREATE TYPE mood AS ENUM ('ok'); SET client_min_messages = notice; SET guarded.migration = 'm1'")
    notices = []

    def note(notice: errors.Diagnostic) -> None:
        names = ("schema_name", "table_name", "column_name", "datatype_name", "constraint_name", "context")
        notices.append(tuple(getattr(notice, name) for name in names))

    connection.add_notice_handler(note)
    connection.execute(f"SELECT guarded.{call}")
    connection.execute("SET guarded.migration = ''")
    connection.execute(f"SELECT guarded.{call}")
    assert notices == [(*expected, 'migration "m1"'), (*expected, None)]


def test_strict_errors_name_their_object(session):
    session.execute("SET guarded.policy = strict; SET guarded.migration = 'm1'")
    with pytest.raises(errors.DuplicateColumn) as raised:
        session.execute(CONFLICT)
    diag = raised.value.diag
    assert (diag.schema_name, diag.table_name, diag.column_name) == ("public", "users", "email")
    assert diag.context == 'migration "m1"'
    with pytest.raises(errors.NotNullViolation) as raised:
        session.execute(FAILURE)
    assert raised.value.diag.table_name == "users"


# --- dump and restore, dropping, and upgrading ---


def test_the_journal_is_dumped_and_restored(new_role, session, database, new_database):
    migrator = new_role()
    session.execute("SET guarded.journal = 'all'")
    for statement in MISSING.format("a"), CONFLICT, "SELECT guarded.add_column('users', 'phone', 'text')":
        session.execute(statement)
    session.execute(f"CREATE TABLE later (); SET ROLE {migrator}")
    session.execute("SELECT guarded.add_column('missing', 'of_migrator', 'int')")
    session.execute("RESET ROLE")
    copy = new_database()
    restore(dump(database, "--no-owner"), copy)
    with psycopg.connect(dbname=copy, autocommit=True) as restored:
        look = "SELECT to_jsonb(j) FROM guarded.journal j ORDER BY number"
        assert rows(restored, look) == rows(session, look)
        assert pending(restored) == pending(session) == ["missing.a", "users.email", "missing.of_migrator"]
        restored.execute(f"CREATE TABLE missing (); ALTER TABLE missing OWNER TO {migrator}")
        assert replay(restored) == [("missing.a", "applied"), ("users.email", "conflict"), ("missing.of_migrator", "applied")]
        # Numbers go on where they were.
        assert rows(restored, "SELECT count(*) = count(DISTINCT number) FROM guarded.journal") == [(True,)]
        restored.execute(f"REASSIGN OWNED BY {migrator} TO postgres")


def test_a_role_that_reads_all_data_can_dump(new_role, database, session):
    reader = new_role("IN ROLE pg_read_all_data")
    session.execute(MISSING.format("a"))
    command = ["pg_dump", "--username", reader, database]
    assert "missing.a" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("way", ["separate", "together"])
def test_drop_extension(session, way):
    session.execute("SELECT guarded.intercept(true); SET guarded.journal = 'all'")
    if way == "together":
        session.execute("BEGIN")
    session.execute("ALTER TABLE missing ADD COLUMN x int")
    session.execute("DROP EXTENSION guarded_ddl")
    session.execute("ALTER TABLE missing ADD COLUMN y int")
    if way == "together":
        session.execute("COMMIT")
    assert rows(session, "SELECT to_regclass('guarded.journal')") == [(None,)]
    session.execute("CREATE EXTENSION guarded_ddl")
    session.execute("ALTER TABLE missing ADD COLUMN z int")
    assert journal(session)[-1] == "skipped missing.z"
    assert pending(session) == ["missing.z"]


def test_without_the_extension_all_but_the_journal_works(new_database, connect):
    """The library is preloaded, and somebody has made a table where the journal would be."""
    name = new_database()
    with psycopg.connect(dbname=name, autocommit=True) as owner:
        owner.execute(f"{TABLES}; CREATE SCHEMA guarded")
        owner.execute("CREATE TABLE guarded.journal_number (x int); CREATE TABLE guarded.journal (number bigint)")
        owner.execute(f"ALTER DATABASE {name} SET session_preload_libraries = 'guarded_ddl'")
    session = connect(dbname=name)
    session.execute("SET guarded.journal = 'all'; SET guarded.intercept = on; SET guarded.policy = collect")
    session.execute("ALTER TABLE missing ADD COLUMN x int; ALTER TABLE users ADD COLUMN email text, ADD COLUMN phone text")
    assert rows(session, "SELECT count(*) FROM guarded.journal") == [(0,)]
    assert rows(session, "SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'phone'") == [(1,)]
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as raised:
        session.execute("ALTER TABLE users ADD COLUMN email int")
    assert raised.value.diag.message_primary == "this migration has 1 conflict"
    session.execute("DROP SCHEMA guarded CASCADE; CREATE EXTENSION guarded_ddl; ALTER TABLE missing ADD COLUMN x int")
    assert journal(session)[-1] == "skipped missing.x"


RELEASED = Path(__file__).parents[1] / "upgrade" / "guarded_ddl--0.1.0.sql"
# What an extension consists of, each member in full.
MEMBERS = """
    SELECT i.type, i.identity, coalesce(
        (SELECT concat_ws(E'\\n', pg_get_functiondef(p.oid), p.proacl::text) FROM pg_proc p WHERE p.oid = d.objid AND d.classid = 'pg_proc'::regclass),
        (SELECT concat_ws(E'\\n', c.relkind, c.relacl::text, c.relreplident, c.relpersistence, pg_get_viewdef(c.oid),
            (SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, col_description(c.oid, attnum)), ',' ORDER BY attnum)
             FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0),
            (SELECT string_agg(pg_get_indexdef(indexrelid), ',' ORDER BY indexrelid::regclass::text) FROM pg_index WHERE indrelid = c.oid),
            (SELECT string_agg(pg_get_constraintdef(oid), ',' ORDER BY conname) FROM pg_constraint WHERE conrelid = c.oid),
            c.oid = ANY ((SELECT extconfig FROM pg_extension WHERE extname = 'guarded_ddl')::oid[]))
         FROM pg_class c WHERE c.oid = d.objid AND d.classid = 'pg_class'::regclass)),
        obj_description(d.objid, d.classid::regclass::name)
    FROM pg_depend d, pg_identify_object(d.classid, d.objid, d.objsubid) i
    WHERE d.deptype = 'e' AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'guarded_ddl') ORDER BY 1, 2"""


@pytest.fixture
def released() -> Iterator[None]:
    """The script of the version before, where the server looks for it."""
    folder = subprocess.run(["pg_config", "--sharedir"], check=True, capture_output=True, text=True).stdout.strip()
    place = Path(folder) / "extension" / RELEASED.name
    place.write_text(RELEASED.read_text())
    yield
    place.unlink()


def test_an_upgraded_database_equals_a_fresh_one(released, database, new_database):
    with psycopg.connect(dbname=new_database(), autocommit=True) as old, psycopg.connect(dbname=database) as fresh:
        old.execute(f"{TABLES}; CREATE EXTENSION guarded_ddl VERSION '0.1.0'")
        # The new library with the old functions: all but the journal.
        old.execute("SET guarded.journal = 'all'; SET guarded.policy = collect; SET client_min_messages = error")
        old.execute(MISSING.format("a"))
        assert rows(old, "SELECT status, rolled_back FROM guarded.report()") == [("skipped", False)]
        with pytest.raises(errors.ObjectNotInPrerequisiteState):
            old.execute(CONFLICT)
        old.execute("ALTER EXTENSION guarded_ddl UPDATE")
        version = "SELECT extversion FROM pg_extension WHERE extname = 'guarded_ddl'"
        assert rows(old, version) == rows(fresh, version)
        assert rows(old, MEMBERS) == rows(fresh, MEMBERS)
        old.execute(MISSING.format("a"))
        assert pending(old) == ["missing.a"]


def test_a_published_journal_can_be_pruned(session):
    session.execute("CREATE PUBLICATION everything FOR ALL TABLES")
    session.execute(MISSING.format("a"))
    assert rows(session, "SELECT guarded.prune_journal('0 s', true)") == [(1,)]


def test_pruning_while_others_write(session, connect):
    session.execute(MISSING.format("a"))
    other = connect(autocommit=False)
    other.execute(MISSING.format("b"))
    assert journal(other) == ["skipped missing.a", "skipped missing.b"]
    with in_thread(lambda: rows(connect(), "SELECT guarded.prune_journal('0 s', true)")) as pruned:
        pass
    assert pruned == [[(1,)]]
    other.commit()
    assert journal(session) == ["skipped missing.b"]
