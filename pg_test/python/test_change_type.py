"""guarded.change_type: one type for all columns that foreign keys tie together, and everything else as it was."""

import os
import re
import subprocess

import psycopg
import pytest
from sessions import in_thread
from webs import Web

MAJOR = int(os.environ["GUARDED_DDL_MAJOR"])
SEEDS = range(200) if os.environ.get("LONG") else range(12)
CALL = "SELECT guarded.change_type(%s, %s, %s, %s, schema => %s)"
# Both ends of a foreign key have one type.
UNEQUAL = """
    SELECT con.conname, a.atttypid::regtype, b.atttypid::regtype
    FROM pg_constraint con
    CROSS JOIN LATERAL ROWS FROM (unnest(con.conkey), unnest(con.confkey)) key (here, there)
    JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = key.here
    JOIN pg_attribute b ON b.attrelid = con.confrelid AND b.attnum = key.there
    WHERE con.contype = 'f' AND (a.atttypid, a.atttypmod) <> (b.atttypid, b.atttypmod)"""
STORED = """
    SELECT format('%I.%I', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND n.nspname IN ('shop', 'Back Office') ORDER BY 1"""


def dumped(database: str) -> str:
    command = ["pg_dump", "--schema-only", database]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.M)


def contents(connection: psycopg.Connection) -> dict[str, list]:
    names = [name for (name,) in connection.execute(STORED)]
    return {name: connection.execute(f"SELECT t::text FROM {name} t ORDER BY 1").fetchall() for name in names}


def connect(database: str, role: str) -> psycopg.Connection:
    return psycopg.connect(dbname=database, user=role, autocommit=True, options="-c client_min_messages=error")


@pytest.fixture
def roles(new_role) -> tuple[str, str, str]:
    """Who owns all, who reads, and who owns some views."""
    owner, reader, other = new_role(), new_role(), new_role()
    with psycopg.connect(dbname="postgres", autocommit=True) as server:
        server.execute(f"GRANT {other} TO {owner}")
    return owner, reader, other


@pytest.fixture
def web(roles, new_database):
    """A database of a seed, and what it was made of."""

    def create(seed: int) -> tuple[str, Web]:
        owner, reader, other = roles
        database, made = new_database(), Web(seed, MAJOR, (reader, other))
        with psycopg.connect(dbname=database, autocommit=True) as server:
            server.execute("CREATE EXTENSION guarded_ddl")
            server.execute(f"GRANT ALL ON DATABASE {database} TO {owner}")
        with connect(database, owner) as connection:
            for statement in made.sql:
                connection.execute(statement)
            connection.execute(f'GRANT SELECT ON ALL TABLES IN SCHEMA shop, "Back Office" TO {other}')
            for statement in made.late:
                connection.execute(statement)
        return database, made

    return create


def change(connection: psycopg.Connection, web: Web, type_name: str, using: str | None) -> dict:
    schema, table = (part.strip('"') for part in web.tables[0].name.split("."))
    ((outcome,),) = connection.execute(CALL, (table, "id", type_name, using, schema))
    return outcome


@pytest.mark.parametrize("seed", SEEDS)
def test_there_and_back(seed, web, roles):
    database, made = web(seed)
    with connect(database, roles[0]) as connection, psycopg.connect(dbname=database, autocommit=True) as server:
        before, rows = dumped(database), contents(server)
        outcome = change(connection, made, made.change.other, made.change.there)
        assert outcome["status"] == "applied", explained(outcome)
        assert server.execute(UNEQUAL).fetchall() == []
        assert contents(server) == rows
        outcome = change(connection, made, made.change.type, made.change.back)
        assert outcome["status"] == "applied", explained(outcome)
        assert contents(server) == rows
    after = dumped(database)
    assert "\n".join(unlike(before, after)) == ""


def explained(outcome: dict) -> str:
    failed = [step for step in outcome.get("steps", []) if "sqlstate" in step]
    return f"{outcome.get('message')} {outcome.get('detail')} {failed}"


def unlike(one: str, two: str):
    import difflib

    return difflib.unified_diff(one.splitlines(), two.splitlines(), n=1, lineterm="")


def by_hand(connection: psycopg.Connection, steps: list[dict]) -> None:
    connection.execute("SET search_path = pg_catalog, pg_temp")
    connection.execute("SET check_function_bodies = off")
    with connection.transaction():
        for step in steps:
            connection.execute(step["ddl"])


def test_a_dry_run_does_nothing_and_its_steps_do_the_same(web, roles):
    planned, changed = web(5), web(5)
    with connect(planned[0], roles[0]) as connection:
        before = dumped(planned[0])
        connection.execute("SET guarded.dry_run = on")
        outcome = change(connection, planned[1], planned[1].change.other, planned[1].change.there)
        assert {outcome["status"]} == {step["status"] for step in outcome["steps"]} == {"planned"}
        assert dumped(planned[0]) == before
        by_hand(connection, outcome["steps"])
    with connect(changed[0], roles[0]) as connection:
        assert change(connection, changed[1], changed[1].change.other, changed[1].change.there)["status"] == "applied"
    assert "\n".join(unlike(dumped(planned[0]), dumped(changed[0]))) == ""


# What is made, the column, and what the refusal says; all in one database, that stays as it is.
REFUSED = {
    "row_type": ("CREATE TABLE row_type (id int PRIMARY KEY); CREATE TABLE keeps (rows row_type[])", "has the type of a row of"),
    "partition_key": ("CREATE TABLE partition_key (id int) PARTITION BY RANGE ((id + 1))", "is in its partition key"),
    "typed": ("CREATE TYPE made AS (id int); CREATE TABLE typed OF made", "is a typed table"),
    "foreign_one": (
        "CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER nothing FOREIGN DATA WRAPPER nothing;"
        "CREATE TABLE foreign_one (id int); CREATE FOREIGN TABLE below () INHERITS (foreign_one) SERVER nothing",
        "foreign table public.below is no table",
    ),
    "heir": (
        "CREATE TABLE one (id int); CREATE TABLE two (id int); CREATE TABLE heir () INHERITS (one, two)",
        "is inherited from several tables",
    ),
    "member": ("CREATE TABLE member (id int); ALTER EXTENSION plpgsql ADD TABLE member", "belongs to extension plpgsql"),
    "view_type": (
        "CREATE TABLE view_type (id int); CREATE VIEW seen AS SELECT id FROM view_type; CREATE TABLE keeps_seen (s seen)",
        "uses the type of a row of",
    ),
    "depending": (
        "CREATE TABLE depending (id int); CREATE TRIGGER t BEFORE UPDATE OF id ON depending FOR EACH ROW EXECUTE FUNCTION stamp();"
        "ALTER TRIGGER t ON depending DEPENDS ON EXTENSION plpgsql",
        "depends on extension plpgsql",
    ),
    "granted": (
        "CREATE TABLE granted (id int); CREATE VIEW shown AS SELECT id FROM granted;"
        "GRANT SELECT ON shown TO {reader} WITH GRANT OPTION; SET ROLE {reader}; GRANT SELECT ON shown TO PUBLIC; RESET ROLE",
        "who is not its owner",
    ),
    "disabled": (
        "CREATE TABLE disabled (id int PRIMARY KEY, other int REFERENCES disabled); ALTER TABLE disabled DISABLE TRIGGER ALL",
        "are not enabled as they were made",
    ),
    "identity": ("CREATE TABLE identity (id int GENERATED BY DEFAULT AS IDENTITY)", "is an identity column"),
    "computed": ("CREATE TABLE computed (a int, id int GENERATED ALWAYS AS (a) STORED)", "is generated"),
    "keyed": (
        "CREATE TABLE keyed (id int, g int GENERATED ALWAYS AS (id) STORED PRIMARY KEY)",
        "generated column g of public.keyed is in the primary key",
    ),
    "owned": ("CREATE TABLE owned (id int); CREATE VIEW of_other AS SELECT id FROM owned; ALTER VIEW of_other OWNER TO {other}", None),
}


def test_what_cannot_be_carried_over_is_refused_and_nothing_changed(roles, guarded_database):
    owner, reader, other = roles
    before = "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';"
    before += "".join(f"{made};".format(reader=reader, other=other) for made, _ in REFUSED.values())
    # That a value does not cast, and that an expression means nothing, is found on the way.
    before += """
        CREATE TABLE failing (id text PRIMARY KEY, other text REFERENCES failing); INSERT INTO failing VALUES ('x');
        CREATE TABLE meaning (id int PRIMARY KEY, other int REFERENCES meaning);
        CREATE VIEW sums AS SELECT id + other AS sum FROM meaning;"""
    database = guarded_database(before)
    with connect(database, "postgres") as connection:
        dump = dumped(database)

        def ask(table: str, type_name: str, using: str) -> dict:
            return connection.execute(CALL, (table, "id", type_name, using, None)).fetchone()[0]

        for table, (_, text) in REFUSED.items():
            if text:
                outcome = ask(table, "text", "$1::text")
                assert (outcome["status"], outcome["reason"]) == ("failed", "feature_not_supported"), table
                assert text in outcome["detail"], outcome["detail"]
                assert "steps" not in outcome
        assert ask("failing", "int", "$1::int")["reason"] == "invalid_text_representation"
        assert ask("meaning", "text", "$1::text")["reason"] == "undefined_function"
        connection.execute(f"ALTER TABLE owned OWNER TO {owner}")
        dump = dumped(database)
        connection.execute(f"GRANT CREATE ON SCHEMA public TO {owner}; REVOKE {other} FROM {owner}; SET ROLE {owner}")
        outcome = ask("owned", "text", "$1::text")
        assert outcome["reason"] == "insufficient_privilege"
        assert f"view public.of_other belongs to role {other}" in outcome["detail"]
        connection.execute(f"RESET ROLE; GRANT {other} TO {owner}; REVOKE CREATE ON SCHEMA public FROM {owner}")
        assert dumped(database) == dump


# Conditions with literals, each of which is kept with the type of the column beside it.
LITERALS = {
    "equal": "id = '{one}'",
    "listed": "id IN ('{one}', '{two}')",
    "listed_with_column": "id IN (other, '{two}')",
    "of_array": "id = ANY ('{{{one},{three}}}')",
    "of_elements": "id = ANY (ARRAY[other, '{one}'])",
    "in_row": "(id, a) > ('{one}', 0)",
    "coalesced": "coalesce(other, '{two}') = '{two}'",
    "greatest": "greatest(id, '{two}') = id",
    "nullif": "nullif(id, '{one}') IS NULL",
    "case": "CASE id WHEN '{one}' THEN true WHEN other THEN false ELSE a > 2 END",
    "chosen": "CASE WHEN a = 1 THEN id ELSE '{three}' END = id",
    "distinct": "other IS DISTINCT FROM '{one}'",
    "between": "id BETWEEN '{one}' AND '{two}'",
    "subquery": "id IN (SELECT coalesce(b.other, '{two}') FROM t b)",
}


@pytest.mark.parametrize("there, back", [("varchar(36)", "uuid"), ("text", "uuid"), ("char(36)", "uuid")])
def test_literals_have_the_new_type(there, back, guarded_database):
    one, two, three = (f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2, 3))
    conditions = {name: text.format(one=one, two=two, three=three) for name, text in LITERALS.items()}
    database = guarded_database(f"""
        CREATE TABLE t (id uuid PRIMARY KEY, a int, other uuid REFERENCES t CHECK (other NOT IN ('{two}', '{three}')));
        INSERT INTO t VALUES ('{one}', 1, '{one}'), ('{two}', 2, NULL), ('{three}', 3, '{one}');
        CREATE INDEX partial ON t (id) WHERE id <> ALL (ARRAY['{one}'::uuid, '{two}'])""")
    rows_of = {name: f'SELECT id::text FROM "{name}" ORDER BY 1' for name in conditions}
    with connect(database, "postgres") as connection:
        for name, condition in conditions.items():
            connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM t WHERE {condition}')
        before, rows = dumped(database), {name: connection.execute(query).fetchall() for name, query in rows_of.items()}
        for type_name, using in ((there, None), (back, "$1::uuid")):
            outcome = connection.execute(CALL, ("t", "id", type_name, using, None)).fetchone()[0]
            assert outcome["status"] == "applied", explained(outcome)
            assert {name: connection.execute(query).fetchall() for name, query in rows_of.items()} == rows
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(f"UPDATE t SET other = '{two}'")
        assert dumped(database) == before


def test_what_the_server_makes_again_is_left_to_it(guarded_database):
    """A list of numbers says the same for another type."""
    database = guarded_database("CREATE TABLE t (id int PRIMARY KEY, CONSTRAINT few CHECK (id IN (1, 2, 3))); INSERT INTO t VALUES (1)")
    with connect(database, "postgres") as connection:
        ((outcome,),) = connection.execute(CALL, ("t", "id", "bigint", None, None))
        assert outcome["status"] == "applied"
        assert not [step["ddl"] for step in outcome["steps"] if "few" in step["ddl"]]
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("INSERT INTO t VALUES (4)")


# A column's type, another one, how to come back, and queries over it that make other values of the column.
OTHER_VALUES = {
    "varchar(36)": ("uuid", "$1::uuid", None, [
        "lower(id)", "'doc-' || id", "id LIKE '%1'", "(SELECT max(b.id) FROM t b)", "(SELECT string_agg(b.id, ',' ORDER BY b.id) FROM t b)",
        "length(id)", "left(id, 8) = 'x'", "id ~ '^0'", "concat(id, '/', other)",
    ]),
    "numeric(12,0)": ("bigint", None, None, [
        "id / 2", "id * 1.5", "round(id / 3, 2)", "id = 2", "coalesce(other, 0) = 1", "id IN (1, 2)", "greatest(id, 2)", "abs(id)", "-id", "id + other > 3",
    ]),
    "int": ("bigint", None, None, ["id / 2", "id = 2", "coalesce(other, 0)", "id IN (1, 2)", "greatest(id, 2)", "id + other > 3", "sum(id) OVER ()"]),
}


@pytest.mark.parametrize("type_name", OTHER_VALUES)
def test_other_values_are_made_as_before(type_name, guarded_database):
    other_type, there, back, expressions = OTHER_VALUES[type_name]
    values = [f"'00000000-0000-0000-0000-00000000000{number}'" if there else str(number) for number in (1, 2, 3)]
    database = guarded_database(f"""
        CREATE TABLE t (id {type_name} PRIMARY KEY, other {type_name} REFERENCES t);
        INSERT INTO t VALUES ({values[0]}, NULL), ({values[1]}, {values[0]}), ({values[2]}, {values[0]})""")
    with connect(database, "postgres") as connection:
        for number, expression in enumerate(expressions):
            connection.execute(f"CREATE VIEW v{number} AS SELECT {expression} AS x FROM t")
        queries = [f"SELECT x::text FROM v{number} ORDER BY 1" for number in range(len(expressions))]
        before, rows = dumped(database), [connection.execute(query).fetchall() for query in queries]
        for to, using in ((other_type, there), (type_name, back)):
            ((outcome,),) = connection.execute(CALL, ("t", "id", to, using, None))
            assert outcome["status"] == "applied", explained(outcome)
            assert [connection.execute(query).fetchall() for query in queries] == rows
            if to == "bigint":
                # What compares does it by the column's own operators, which an index has.
                (definition,) = connection.execute(f"SELECT pg_get_viewdef('v{expressions.index('id = 2')}'::regclass)").fetchone()
                assert "id = 2)" in definition
        assert dumped(database) == before


def test_a_session_learns_nothing_from_what_was_reworded_for_a_while(guarded_database):
    """Rules, policies, triggers and CHECKs that a session has not used yet are read while the rows that hold them are reworded."""
    one, two = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
    database = guarded_database(f"""
        CREATE TABLE t (id uuid PRIMARY KEY, a text, CHECK (id <> '{two}'));
        INSERT INTO t VALUES ('{one}', 'x');
        CREATE VIEW v AS SELECT * FROM t WHERE id = '{one}';
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'refused'; END$$;
        CREATE TRIGGER t BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.id = '{one}') EXECUTE FUNCTION refuse()""")
    with psycopg.connect(dbname=database, autocommit=True) as connection:
        connection.execute("SET guarded.dry_run = on")
        assert connection.execute("SELECT guarded.change_type('t', 'id', 'varchar(36)') ->> 'status'").fetchone() == ("planned",)
        assert connection.execute("SELECT a FROM v").fetchall() == [("x",)]
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("INSERT INTO t VALUES (%s, 'y')", (two,))
        with pytest.raises(psycopg.errors.RaiseException, match="refused"):
            connection.execute("UPDATE t SET a = 'z'")


@pytest.mark.parametrize("which", [0, 1])
def test_the_call_in_the_hint_of_a_foreign_key_mends_it(which, guarded_database):
    database = guarded_database("""
        CREATE TABLE documents (id uuid PRIMARY KEY);
        CREATE TABLE questions (id int PRIMARY KEY, document varchar(36));
        INSERT INTO documents SELECT md5(i::text)::uuid FROM generate_series(1, 300) AS i;
        INSERT INTO questions SELECT i, md5(i::text)::uuid FROM generate_series(1, 200) AS i;""")
    foreign_key = "SELECT guarded.create_foreign_key('fk', 'questions', 'documents', '{document}', '{id}')"
    with connect(database, "postgres") as connection:
        ((outcome,),) = connection.execute(foreign_key)
        assert outcome["reason"] == "datatype_mismatch"
        calls = re.findall(r"SELECT guarded\.change_type\(.*?\);", outcome["hint"])
        assert len(calls) == 2
        ((changed,),) = connection.execute(calls[which])
        assert changed["status"] == "applied", explained(changed)
        # Of a table that was never analysed the size is known when the step that rewrites it looks.
        (table,) = changed["lock"]["tables"]
        assert (table["table"], table["rewrites"], table["bytes"]) == [
            ("public.questions", True, 16384), ("public.documents", True, 16384)][which]
        assert connection.execute(foreign_key).fetchone()[0]["status"] == "applied"
        assert connection.execute(UNEQUAL).fetchall() == []
        assert connection.execute("SELECT convalidated FROM pg_constraint WHERE conname = 'fk'").fetchall() == [(True,)]


def test_what_others_change_before_the_lock_is_seen(guarded_database):
    database = guarded_database("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a)")
    call = "SELECT guarded.change_type('a', 'id', 'bigint')"
    with connect(database, "postgres") as holder, connect(database, "postgres") as caller:
        holder.execute("BEGIN; CREATE VIEW v AS SELECT id FROM b; LOCK TABLE a")
        with in_thread(lambda: caller.execute(call).fetchone()[0]) as results:
            while holder.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone() == (0,):
                pass
            holder.execute("COMMIT")
        (outcome,) = results
        assert (outcome["status"], outcome["reason"]) == ("failed", "object_in_use")
        assert caller.execute(call).fetchone()[0]["status"] == "applied"
        assert caller.execute("SELECT pg_typeof(id)::text FROM v UNION SELECT 'none'").fetchall() == [("none",)]


def test_what_waits_for_a_table_is_replayed_as_a_whole(guarded_database):
    database = guarded_database("")
    with connect(database, "postgres") as connection:
        call = "SELECT guarded.change_type('a', 'id', 'text', '$1::text') ->> 'reason'"
        assert connection.execute(call).fetchone() == ("missing_table",)
        connection.execute("CREATE TABLE a (id uuid PRIMARY KEY); CREATE TABLE b (id uuid REFERENCES a)")
        assert connection.execute("SELECT waits_for FROM guarded.pending").fetchall() == [(None,)]
        assert connection.execute("SELECT status FROM guarded.replay()").fetchall() == [("applied",)]
        assert connection.execute(UNEQUAL).fetchall() == []
        assert connection.execute("SELECT count(*) FROM guarded.pending").fetchone() == (0,)
