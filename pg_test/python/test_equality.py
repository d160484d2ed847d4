"""What equal means, from outside: it survives a dump, comparing waits for nobody and leaves nothing, and it runs nobody's code."""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from dumps import dump, restore
from psycopg import sql
from sessions import in_thread

MIGRATION = (Path(__file__).parent / "equality.sql").read_text()
BEFORE = """
    CREATE SCHEMA shop;
    CREATE TABLE shop.carts (customer bigint, product smallint, quantity smallint, PRIMARY KEY (customer, product));
    CREATE TYPE shop.kind AS ENUM ('old');
"""
# No test waits that long; one that should not wait at all must not hang.
OPTIONS = "-c search_path=shop,public -c client_min_messages=error -c statement_timeout=60s"
THERE = {("skipped", "already_exists"), ("skipped", "no_change")}


def connect(database: str, options: str = "", **keywords) -> psycopg.Connection:
    return psycopg.connect(dbname=database, autocommit=True, options=f"{OPTIONS} {options}", **keywords)


def one(connection: psycopg.Connection, query: str, *parameters):
    return connection.execute(query, parameters).fetchone()[0]


def run(connection: psycopg.Connection, script: str) -> list[tuple]:
    """Status, reason, text, and what was found different, of each statement."""
    return connection.execute(
        "SELECT status, reason, ddl, coalesce(outcome->>'differences', outcome->>'detail', message) FROM guarded.run(%s)",
        (script,),
    ).fetchall()


def intercepted(connection: psycopg.Connection, script: str) -> list[tuple]:
    """As `run`, for the script as a client without guarded.run sends it."""
    connection.execute("SELECT guarded.intercept(true)")
    connection.execute(script)
    return connection.execute(
        "SELECT status, reason, ddl, coalesce(outcome->>'differences', outcome->>'detail', message) FROM guarded.report() ORDER BY number"
    ).fetchall()


def intercepted_strictly(connection: psycopg.Connection, script: str) -> list[tuple]:
    connection.execute("SET guarded.policy = strict; SET guarded.missing = fail")
    return intercepted(connection, script)


def not_there(outcomes: list[tuple]) -> list[tuple]:
    return [outcome for outcome in outcomes if outcome[:2] not in THERE]


# --- dump and restore ---


@pytest.fixture
def migrated(guarded_database) -> str:
    """A database that the migration was run on."""
    name = guarded_database(BEFORE)
    with connect(name) as connection:
        assert [outcome for outcome in run(connection, MIGRATION) if outcome[0] != "applied"] == []
    return name


@pytest.mark.parametrize("again", [run, intercepted, intercepted_strictly])
def test_a_migration_run_again_is_there(migrated, again):
    before = dump(migrated)
    with connect(migrated) as connection:
        assert not_there(again(connection, MIGRATION)) == []
    assert dump(migrated) == before


@pytest.mark.parametrize("again", [run, intercepted])
def test_so_it_is_in_a_restored_database_and_in_one_restored_from_that(migrated, new_database, again):
    text = dump(migrated)
    for _ in range(2):
        database = new_database()
        restore(text, database)
        before = dump(database)
        with connect(database) as connection:
            assert not_there(again(connection, MIGRATION)) == []
        assert dump(database) == before
        text = before


@pytest.fixture
def role() -> Iterator[str]:
    """One without any rights, that may own things in the databases of fixtures that use this one."""
    name = f"guarded_{uuid4().hex[:8]}"
    with psycopg.connect(dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN")
        yield name
        server.execute(f"DROP ROLE {name}")


@pytest.fixture
def of_role(role, guarded_database) -> str:
    """A database in which the role may do what a migration needs."""
    name = guarded_database("GRANT USAGE ON SCHEMA guarded TO PUBLIC")
    with connect(name) as connection:
        connection.execute(f"GRANT CREATE ON DATABASE {name} TO {role}; SET ROLE {role}; {BEFORE}")
    return name


def test_so_it_is_for_an_ordinary_role(of_role, role):
    with connect(of_role, user=role) as connection:
        assert [outcome for outcome in run(connection, MIGRATION) if outcome[0] != "applied"] == []
        before = dump(of_role)
        assert not_there(run(connection, MIGRATION)) == []
    assert dump(of_role) == before


def test_a_role_that_may_not_changes_nothing(role, migrated):
    """What needs no look at its expressions is there for everybody; PostgreSQL refuses the rest. Of a materialized view it
    says that the name is taken before it looks at the rights."""
    with connect(migrated) as connection:
        connection.execute("GRANT USAGE ON SCHEMA guarded, shop, stock TO PUBLIC")
    before = dump(migrated)
    with connect(migrated, user=role) as connection:
        refused = not_there(run(connection, MIGRATION))
    taken = [text for status, reason, text, _ in refused if (status, reason) == ("conflict", "not_compared")]
    assert [text.split(" ")[1] for text in taken] == ["MATERIALIZED"]
    assert {outcome[:2] for outcome in refused} == {("failed", "insufficient_privilege"), ("conflict", "not_compared")}
    assert dump(migrated) == before


def test_what_is_restored_differs_in_text(migrated, new_database):
    """Or the test above would show nothing."""
    database, text = new_database(), dump(migrated)
    restore(text, database)
    assert dump(database) != text


# What changes how values and names are shown, read, stored or checked.
SETTINGS = """
    SET quote_all_identifiers = on; SET standard_conforming_strings = off; SET bytea_output = escape; SET xmloption = document;
    SET DateStyle = 'German'; SET IntervalStyle = 'iso_8601'; SET TimeZone = 'Asia/Kathmandu'; SET extra_float_digits = -15;
    SET transform_null_equals = on; SET row_security = off; SET check_function_bodies = off; SET default_tablespace = 'pg_default';
    SET default_with_oids = off; SET default_toast_compression = 'pglz'; SET default_transaction_isolation = 'serializable';
    SET array_nulls = off
"""


def test_the_settings_of_the_session_make_no_difference(migrated):
    with connect(migrated) as connection:
        connection.execute(SETTINGS)
        assert not_there(run(connection, MIGRATION)) == []


# --- locks, and what is left behind ---

TABLES = """
    SELECT string_agg(oid::regclass::text, ', ' ORDER BY oid) FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text IN ('shop', 'stock')
"""
# On anything that is not PostgreSQL's own.
LOCKS = """
    SELECT locktype, coalesce(relation, objid)::text, mode FROM pg_locks
    WHERE pid = pg_backend_pid() AND coalesce(relation, objid) >= 16384
"""
ROWS = " UNION ALL ".join(
    f"SELECT '{catalog}', count(*), max(xmin::text::bigint) FROM {catalog}"
    for catalog in "pg_class pg_attribute pg_type pg_proc pg_constraint pg_index pg_rewrite pg_trigger pg_attrdef pg_depend pg_shdepend".split()
)
# What is compared with a twin: it is made, with a transaction id, and undone.
WITH_A_TWIN = {"create_function", "create_procedure"}


def test_comparing_waits_for_no_writer(migrated):
    """EXCLUSIVE is in the way of everything but ACCESS SHARE."""
    with connect(migrated) as writer, connect(migrated, "-c lock_timeout=5s") as connection:
        with writer.transaction():
            writer.execute(f"LOCK TABLE {one(writer, TABLES)} IN EXCLUSIVE MODE")
            assert not_there(run(connection, MIGRATION)) == []


def test_comparing_leaves_nothing(migrated):
    with connect(migrated) as connection:
        statements = [text for _, _, text, _ in run(connection, MIGRATION)]
        before, with_an_id = connection.execute(ROWS).fetchall(), set()
        for statement in statements:
            with connection.transaction():
                operation = one(connection, "SELECT operation FROM guarded.run(%s)", statement)
                assert connection.execute(LOCKS).fetchall() == [], statement
                assert connection.execute(ROWS).fetchall() == before, statement
                if one(connection, "SELECT pg_current_xact_id_if_assigned()") is not None:
                    with_an_id.add(operation)
        assert with_an_id == WITH_A_TWIN


LOCKED = """
    CREATE SCHEMA shop;
    CREATE TYPE shop.mood AS ENUM ('sad', 'ok');
    CREATE DOMAIN shop.positive AS int CHECK (VALUE > 0);
    CREATE FUNCTION shop.f(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a';
    CREATE FUNCTION shop.tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TABLE shop.other (id int PRIMARY KEY);
    CREATE TABLE shop.t (
        id int CONSTRAINT t_key PRIMARY KEY, v varchar(10) DEFAULT 'x', n int CONSTRAINT positive CHECK (n > 0),
        twice int GENERATED ALWAYS AS (n * 2) STORED, other int CONSTRAINT t_other REFERENCES shop.other, number serial
    );
    CREATE INDEX t_v ON shop.t (v);
    CREATE INDEX t_lower ON shop.t (lower(v));
    CREATE INDEX t_part ON shop.t (v) WHERE n > 1;
    CREATE STATISTICS shop.t_both ON v, n FROM shop.t;
    CREATE VIEW shop.seen AS SELECT id FROM shop.t;
    CREATE MATERIALIZED VIEW shop.kept AS SELECT id FROM shop.t;
    CREATE POLICY open ON shop.t;
    CREATE POLICY own ON shop.t USING (v = current_user);
    CREATE TRIGGER always BEFORE INSERT ON shop.t FOR EACH ROW EXECUTE FUNCTION shop.tg();
    CREATE TRIGGER sometimes BEFORE INSERT ON shop.t FOR EACH ROW WHEN (NEW.n > 1) EXECUTE FUNCTION shop.tg();
    ALTER TABLE shop.t ENABLE ROW LEVEL SECURITY;
    COMMENT ON TABLE shop.t IS 'locked';
"""
NEEDS_NO_LOCK = [
    "ALTER TABLE t ADD COLUMN v varchar(10) DEFAULT 'x'",
    "ALTER TABLE t ADD COLUMN number int NOT NULL DEFAULT nextval('t_number_seq')",
    "ALTER TABLE t ADD CONSTRAINT t_key PRIMARY KEY (id)",
    "ALTER TABLE t ADD CONSTRAINT t_other FOREIGN KEY (other) REFERENCES other",
    "ALTER TABLE t ADD FOREIGN KEY (other) REFERENCES other (id)",
    "ALTER TABLE t ALTER COLUMN v SET DEFAULT 'x'",
    "ALTER TABLE t ALTER COLUMN v TYPE varchar(10)",
    "ALTER TABLE t RENAME COLUMN gone TO v",
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE gone RENAME TO t",
    "CREATE INDEX t_v ON t (v)",
    "CREATE INDEX ON t (v)",
    "CREATE STATISTICS t_both ON v, n FROM t",
    "CREATE POLICY open ON t",
    "CREATE TRIGGER always BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tg()",
    "CREATE TABLE other (id int PRIMARY KEY)",
    "CREATE SEQUENCE t_number_seq AS int OWNED BY t.number",
    "CREATE TYPE mood AS ENUM ('sad', 'ok')",
    "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
    "CREATE FUNCTION f(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a'",
    "COMMENT ON TABLE t IS 'locked'",
]
NEEDS_TO_LOOK = [
    "ALTER TABLE t ADD COLUMN twice int GENERATED ALWAYS AS (n * 2) STORED",
    "ALTER TABLE t ADD CONSTRAINT positive CHECK (n > 0)",
    "ALTER TABLE t ADD CHECK (n > 0)",
    "CREATE INDEX t_lower ON t (lower(v))",
    "CREATE INDEX t_part ON t (v) WHERE n > 1",
    "CREATE POLICY own ON t USING (v = current_user)",
    "CREATE VIEW seen AS SELECT id FROM t",
    "CREATE MATERIALIZED VIEW kept AS SELECT id FROM t",
    "CREATE TRIGGER sometimes BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.n > 1) EXECUTE FUNCTION tg()",
]


@pytest.fixture
def locked(guarded_database) -> Iterator[tuple[str, psycopg.Connection]]:
    """A database, and a session in it that has its tables locked with ACCESS EXCLUSIVE."""
    name = guarded_database(LOCKED)
    with connect(name) as holder, holder.transaction():
        holder.execute("LOCK TABLE t, other IN ACCESS EXCLUSIVE MODE")
        yield name, holder


def test_without_an_expression_comparing_needs_no_lock(locked):
    database, _ = locked
    with connect(database, "-c lock_timeout=5s") as connection:
        assert not_there([outcome for statement in NEEDS_NO_LOCK for outcome in run(connection, statement)]) == []


def awaited(observer: psycopg.Connection, pid: int) -> list[tuple]:
    """The locks that session waits for, as soon as it does."""
    deadline = time.monotonic() + 20
    look = "SELECT relation::regclass::text, mode FROM pg_locks WHERE pid = %s AND NOT granted"
    while not (found := observer.execute(look, (pid,)).fetchall()):
        assert time.monotonic() < deadline, "it never waited"
        time.sleep(0.01)
    return found


@pytest.mark.parametrize("statement", NEEDS_TO_LOOK)
def test_with_an_expression_comparing_waits_with_access_share(locked, statement):
    database, holder = locked
    with connect(database) as connection, connect(database) as observer:
        with in_thread(lambda: run(connection, statement), seconds=60) as results:
            assert awaited(observer, connection.info.backend_pid) == [("t", "AccessShareLock")]
            holder.execute("ROLLBACK; BEGIN")
        assert not_there(results[0]) == []


@pytest.mark.parametrize("statement", NEEDS_TO_LOOK)
def test_where_it_may_not_wait_the_statement_itself_finds_out(locked, statement):
    database, _ = locked
    with connect(database, "-c lock_timeout=1ms") as connection:
        assert [outcome[:2] for outcome in run(connection, statement)] == [("failed", "lock_not_available")]


# --- nobody's code is run ---

HARMLESS = """
    CREATE SCHEMA shop;
    CREATE SEQUENCE shop.calls;
    CREATE TABLE shop.old (r int4range, a int);
    CREATE FUNCTION shop.holds(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
    CREATE FUNCTION shop.number(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
    CREATE FUNCTION shop.tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
"""
# A sequence keeps its value when what called it is undone.
HOSTILE = """
    CREATE OR REPLACE FUNCTION shop.holds(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS
        'BEGIN PERFORM nextval(''shop.calls''); RAISE ''called''; END';
    CREATE OR REPLACE FUNCTION shop.number(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
        'BEGIN PERFORM nextval(''shop.calls''); RAISE ''called''; END';
    CREATE FUNCTION shop.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''shop.calls''); END';
    CREATE EVENT TRIGGER on_start ON ddl_command_start EXECUTE FUNCTION shop.on_ddl();
    CREATE EVENT TRIGGER on_end ON ddl_command_end EXECUTE FUNCTION shop.on_ddl();
    CREATE EVENT TRIGGER on_drop ON sql_drop EXECUTE FUNCTION shop.on_ddl();
"""
# With a constant for an argument, so that folding constants would call it; `{}` is 1 when it is made.
CALLING = """
    CREATE TABLE t (a int DEFAULT number({}), b int CHECK (holds({})), c int GENERATED ALWAYS AS (number({})) STORED,
        r int4range, EXCLUDE USING gist (r WITH &&) WHERE (holds({})));
    ALTER TABLE old ADD COLUMN d int DEFAULT number({}) + 1 CHECK (holds(d) OR holds({}));
    ALTER TABLE old ADD COLUMN e int GENERATED ALWAYS AS (number({}) + a) STORED;
    ALTER TABLE old ADD CONSTRAINT named CHECK (holds({}));
    ALTER TABLE old ADD CONSTRAINT excluded EXCLUDE USING gist (r WITH &&) WHERE (holds({}));
    CREATE INDEX t_a ON t (a) WHERE holds({});
    CREATE INDEX t_number ON t (number(a), number({}));
    CREATE STATISTICS t_both ON number(a), (number({}) + b) FROM t;
    CREATE POLICY own ON t USING (holds({})) WITH CHECK (holds(b));
    CREATE VIEW seen AS SELECT number({}), a FROM t WHERE holds({});
    CREATE MATERIALIZED VIEW kept AS SELECT number({}) FROM t WITH NO DATA;
    CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN (holds({})) EXECUTE FUNCTION tg();
    CREATE DOMAIN checked AS int DEFAULT number({}) CHECK (holds({}));
    CREATE FUNCTION with_default(a int DEFAULT number({})) RETURNS int LANGUAGE sql AS 'SELECT a';
    CREATE FUNCTION with_body() RETURNS int RETURN number({});
    CREATE FUNCTION with_query() RETURNS SETOF int BEGIN ATOMIC SELECT number({}) FROM t WHERE holds({}); END;
    CREATE PROCEDURE with_text(a int DEFAULT number({})) LANGUAGE sql AS 'SELECT number({})';
    CREATE TABLE parts (a int, b int) PARTITION BY RANGE (number(a + {}), b);
    CREATE TABLE part PARTITION OF parts (CHECK (holds({}))) FOR VALUES FROM (1, 1) TO (2, 2);
"""
BOUNDS = "CREATE TABLE bounded PARTITION OF parts FOR VALUES FROM (number(3), 1) TO (number(4), 2)"


def calls(connection: psycopg.Connection) -> int:
    return one(connection, "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM shop.calls")


@pytest.fixture
def hostile(guarded_database) -> Iterator[psycopg.Connection]:
    """A session in a database whose functions have become hostile after they were used everywhere."""
    name = guarded_database(HARMLESS)
    with connect(name) as connection:
        script = f"{CALLING.replace('{}', '1')}; {BOUNDS}"
        assert [outcome for outcome in run(connection, script) if outcome[0] != "applied"] == []
        connection.execute(HOSTILE)
        connection.execute("SELECT setval('shop.calls', 1, false)")
        yield connection
        connection.execute("DROP EVENT TRIGGER on_start; DROP EVENT TRIGGER on_end; DROP EVENT TRIGGER on_drop")


def test_comparing_equal_expressions_calls_no_function(hostile):
    assert not_there(run(hostile, CALLING.replace("{}", "1"))) == []
    assert calls(hostile) == 0


def test_comparing_different_expressions_calls_no_function(hostile):
    outcomes = run(hostile, CALLING.replace("{}", "2"))
    assert [outcome for outcome in outcomes if outcome[:2] != ("conflict", "differs")] == []
    assert calls(hostile) == 0


def test_comparing_bounds_calls_no_function(hostile):
    """PostgreSQL computes the bounds of a partition while it reads them."""
    assert [outcome[:2] for outcome in run(hostile, BOUNDS)] == [("conflict", "not_compared")]
    assert calls(hostile) == 0


def test_what_is_stored_is_not_read_with_the_rights_of_whoever_compares(guarded_database):
    """A constant of such a type calls the CHECK of the domain when it is read."""
    role = f"guarded_{uuid4().hex[:8]}"
    database = guarded_database("")
    with connect(database) as connection:
        connection.execute(f"""
            CREATE ROLE {role};
            CREATE SCHEMA shop AUTHORIZATION {role};
            CREATE SEQUENCE calls;
            SET ROLE {role};
            CREATE FUNCTION holds(int) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RETURN true; END';
            CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE DOMAIN d AS int CHECK (holds(VALUE));
            CREATE TYPE pair AS (x d);
            CREATE TABLE t (
                a d[] DEFAULT '{{1}}', b pair DEFAULT '(1)', c int CONSTRAINT c CHECK ('{{1}}'::d[] IS NOT NULL),
                g d[] GENERATED ALWAYS AS ('{{1}}'::d[]) STORED, r int4range,
                CONSTRAINT x EXCLUDE USING gist (r WITH &&) WHERE ('{{1}}'::d[] IS NOT NULL)
            );
            CREATE TABLE parts (c int) PARTITION BY RANGE ((c + cardinality('{{1}}'::d[])));
            CREATE INDEX i ON t (c) WHERE '(1)'::pair IS NOT NULL;
            CREATE INDEX j ON t ((c + cardinality('{{1}}'::d[])));
            CREATE STATISTICS s ON (c + cardinality('{{1}}'::d[])) FROM t;
            CREATE DOMAIN e AS d[] DEFAULT '{{1}}' CONSTRAINT k CHECK (VALUE <> '{{2}}'::d[]);
            CREATE MATERIALIZED VIEW m AS SELECT '{{1}}'::d[] AS list FROM t;
            CREATE POLICY p ON t USING ('{{1}}'::d[] IS NOT NULL);
            CREATE VIEW v AS SELECT '{{1}}'::d[] AS list FROM t;
            CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN ('(1)'::pair IS NOT NULL) EXECUTE FUNCTION tg();
            CREATE FUNCTION f(a d[] DEFAULT '{{1}}') RETURNS d[] RETURN '{{2}}'::d[];
            CREATE OR REPLACE FUNCTION holds(int) RETURNS bool LANGUAGE plpgsql AS '
                BEGIN
                    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN PERFORM nextval(''calls''); END IF;
                    RETURN true;
                END';
            RESET ROLE""")
        # None of these reads such a constant itself.
        outcomes = run(
            connection,
            """
            ALTER TABLE t ADD COLUMN a d[];
            ALTER TABLE t ADD COLUMN b pair DEFAULT NULL;
            ALTER TABLE t ADD CONSTRAINT c CHECK (c > 0);
            ALTER TABLE t ADD COLUMN g d[] GENERATED ALWAYS AS (a) STORED;
            ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&) WHERE (c > 0);
            CREATE TABLE parts (c int) PARTITION BY RANGE (abs(c));
            CREATE TABLE t (c int);
            CREATE INDEX i ON t (c) WHERE c > 0;
            CREATE INDEX j ON t (abs(c));
            CREATE STATISTICS s ON abs(c) FROM t;
            CREATE DOMAIN e AS d[] CONSTRAINT k CHECK (cardinality(VALUE) > 0);
            CREATE MATERIALIZED VIEW m AS SELECT a AS list FROM t;
            CREATE POLICY p ON t USING (c > 0);
            CREATE VIEW v AS SELECT a AS list FROM t;
            CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.c > 0) EXECUTE FUNCTION tg();
            CREATE FUNCTION f(a d[]) RETURNS d[] RETURN a;
            """,
        )
        called = one(connection, "SELECT is_called FROM calls")
        connection.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")
    assert not called
    assert [outcome for outcome in outcomes if outcome[:2] != ("conflict", "differs")] == []


SHADOWS = """
    CREATE FUNCTION public.lower(varchar) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM nextval(''shop.calls''); RETURN 1; END';
    CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM nextval(''shop.calls''); RETURN 1; END';
    CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE plpgsql STABLE AS 'BEGIN PERFORM nextval(''shop.calls''); RETURN NULL; END';
    CREATE FUNCTION public.more(int, int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM nextval(''shop.calls''); RETURN true; END';
    CREATE OPERATOR public.> (LEFTARG = int, RIGHTARG = int, FUNCTION = public.more);
    CREATE DOMAIN public.text AS pg_catalog.text;
    CREATE COLLATION public."POSIX" FROM "C";
"""
PLAIN = """
    CREATE TABLE t (v varchar(10) CONSTRAINT c CHECK (lower(v) = 'x'), n int CONSTRAINT n CHECK (n > 0), made timestamptz DEFAULT now());
    CREATE INDEX i ON t (lower(v));
    CREATE INDEX j ON t (v) WHERE n > 1;
    CREATE INDEX k ON t (v COLLATE "POSIX");
    CREATE POLICY p ON t USING (n > 1);
    CREATE VIEW w AS SELECT lower(v) AS lower FROM t WHERE n > 1;
    CREATE DOMAIN d AS int CHECK (VALUE > 0);
    CREATE FUNCTION f(a timestamptz DEFAULT now()) RETURNS bool RETURN 1 > 0;
    CREATE FUNCTION g() RETURNS text LANGUAGE sql AS 'SELECT NULL';
    CREATE TYPE pair AS (a text);
"""


def test_names_that_shadow_the_servers_make_it_another_definition(guarded_database):
    """They are found first only with pg_catalog after them; otherwise the server's own are."""
    name = guarded_database("CREATE SCHEMA shop; CREATE SEQUENCE shop.calls")
    with connect(name) as connection:
        run(connection, PLAIN)
        connection.execute(SHADOWS)
        # lower(varchar) fits better than the server's lower(text).
        assert not_there(run(connection, PLAIN.replace("lower(v)", "pg_catalog.lower(v)"))) == []
        connection.execute("SET search_path = shop, public, pg_catalog")
        outcomes = run(connection, PLAIN)
        assert [outcome for outcome in outcomes if outcome[:2] != ("conflict", "differs")] == []
        assert calls(connection) == 0
