"""docs/spec.schema.json says what the functions say: the same specs, the same kinds and attributes, refused at the same place."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from jsonschema import Draft202012Validator
from psycopg import errors

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"
EVERY_KIND = TESTS / "spec" / "every_kind.sql"
SCHEMA = json.loads((DOCS / "spec.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
DEFS = SCHEMA["$defs"]
KINDS = [name.removesuffix("_section") for name in DEFS if name.endswith("_section")]


def full(**sections) -> dict:
    return {"guarded_spec": 1, **sections}


def column(**attributes) -> dict:
    return full(tables={"users": {"columns": {"id": attributes}}})


def table(**attributes) -> dict:
    return full(tables={"users": attributes})


GOOD = [
    {},
    {"users": []},
    {"users": None},
    {"users": ["id", "email"], "audit_logs": ["id"]},
    {"users": {"columns": {"email": "varchar(255)", "bio": None}, "optional": ["nickname"]}},
    {"users": {"columns": ["id", {"name": "email", "type": "text", "optional": True}]}},
    {"users": [{"name": "id", "type": "bigint", "not_null": True, "default": None}, "email"]},
    {"users": {"columns": [], "constraints": {}, "indexes": None}},
    {"users": {"optional": True}, "public.teams": {"optional": False}},
    {"users": {"constraints": ["users_pkey"], "indexes": {"users_email": "CREATE INDEX users_email ON users (email)"}}},
    {"users": {"constraints": {"users_pkey": {"definition": "PRIMARY KEY (id)", "comment": "the key"}}}},
    {"users": {"row_level_security": True, "policies": ["own_rows"], "triggers": ["touch"], "statistics": ["both"]}},
    {"users": {"policies": [{"name": "own_rows", "command": "select", "roles": ["public"], "using": "true"}]}},
    {'public."Odd.name"': ["a.b", 'quo"ted', "(", "größe"], '"it""s"': [], "Upper": [], "two words": []},
    {"a" * 63: ["b" * 63]},
    {"guarded_ddl": [], "columns": [], "search_path": []},
    full(),
    full(search_path="shop, pg_temp", scope={"schemas": ["shop"]}),
    full(search_path="", scope={"schemas": ["shop"], "tables": ["users"]}),
    full(scope={"schemas": [], "tables": None}),
    full(tables=["users", {"name": "public.teams", "columns": ["id"]}], views=None, schemas=["shop", "Odd.name"]),
    full(tables={"users": {"depends_on": ["schema shop", "function shop.f(integer)", "table shop.\"a.b\"", "column a.b.c"]}}),
    full(tables={"users": {"depends_on": None}}),
    full(extensions={"citext": "1.6", "hstore": {"schema": "shop"}, "pgcrypto": None}),
    full(enums={"mood": ["sad", "ok"], "shop.none": [], "said": {"labels": ["a"], "comment": None}}),
    full(domains={"amount": "numeric(12,2)", "price": {"type": "amount", "constraints": {"positive": "CHECK (VALUE > 0)"}}}),
    full(composite_types={"address": {"attributes": [{"name": "street", "type": "text", "collation": 'pg_catalog."C"'}]}}),
    full(sequences={"numbers": "bigint", "others": {"start": -5, "cycle": True, "owned_by": ["public", "users", "id"]}}),
    full(sequences={"numbers": {"maximum": 2**63 - 1, "minimum": -(2**63)}}),
    full(functions=["f()", "public.f(integer, text)", 'public."f.g"(integer)'], procedures={"p(numeric(10,2))": None}),
    full(views={"v": "SELECT 1", "public.w": {"definition": "SELECT 1 AS a", "columns": [{"name": "a", "type": "integer"}]}}),
    full(materialized_views={"m": {"definition": "SELECT 1", "unpopulated": True, "indexes": ["m_i"], "statistics": []}}),
    table(persistence="unlogged", partition_of=["public", "t"], bound="DEFAULT", inherits=[["public", "a"], ["public", "b"]]),
    table(options={"fillfactor": "70", "toast.autovacuum_enabled": "off"}, replica_identity="index users_pkey", owner="ann"),
    table(grants=[{"role": "public", "privilege": "SELECT"}, {"role": "ann", "privilege": "UPDATE", "grantable": True}]),
    column(type="bigint", identity="always", identity_options={"name": ["public", "s"], "start": 7, "cycle": False}),
    column(type="text", storage="main", compression="lz4", statistics=-1, options={"n_distinct": "-0.5"}, inherited=None),
]  # fmt: skip

# Where each of them is wrong, and what it is.
BAD = [
    ("$.users", {"users": "bigint"}),
    ("$.users", {"users": 5}),
    ("$.users.colums", {"users": {"colums": []}}),
    ("$.users.name", {"users": {"name": "users"}}),
    ("$.users.columns.id", {"users": {"columns": {"id": 5}}}),
    ("$.users.columns.id", {"users": {"columns": {"id": ["bigint"]}}}),
    ("$.users.columns", {"users": {"columns": "id"}}),
    ("$.users.columns[1]", {"users": {"columns": ["id", 5]}}),
    ("$.users.columns[0].name", {"users": {"columns": [{"type": "bigint"}]}}),
    ("$.users[0]", {"users": [None]}),
    ("$.users.optional", {"users": {"optional": None}}),
    ("$.users.optional", {"users": {"optional": "nickname"}}),
    ("$.users.optional[0]", {"users": {"optional": [5]}}),
    ("$.users.columns.id.optional", {"users": {"columns": {"id": {"optional": ["x"]}}}}),
    ('$."a.b.c"', {"a.b.c": []}),
    ('$."a."', {"a.": []}),
    ('$.""', {"": []}),
    ("$." + "a" * 64, {"a" * 64: []}),
    ('$."a\\"b"', {'a"b': []}),
    ("$.tables.users", {"tables": {"users": ["id"]}}),
    ("$.guarded_spec", {"guarded_spec": 2}),
    ("$.guarded_spec", {"guarded_spec": "1"}),
    ("$.guarded_spec", {"guarded_spec": None}),
    ("$.users", full(users=["id"])),
    ("$.depends_on", full(depends_on=[])),
    ("$.search_path", full(search_path=None)),
    ("$.search_path", full(search_path=["shop"])),
    ("$.scope", full(scope=None)),
    ("$.scope", full(scope={"tables": ["users"]})),
    ("$.scope", full(scope={"schemas": None})),
    ("$.scope.schemas", full(scope={"schemas": "shop"})),
    ("$.scope.schemas[0]", full(scope={"schemas": [None]})),
    ("$.scope.exact", full(scope={"schemas": [], "exact": True})),
    ("$.tables", full(tables="users")),
    ("$.tables[0]", full(tables=[["users"]])),
    ("$.tables[0].columns.id", full(tables=[{"name": "users", "columns": {"id": True}}])),
    ("$.functions[0]", full(functions=["f"])),
    ("$.functions.f", full(functions={"f": None})),
    ("$.enums.mood", full(enums={"mood": "sad"})),
    ("$.enums.mood[1]", full(enums={"mood": ["sad", None]})),
    ("$.enums.mood.labels", full(enums={"mood": {"labels": {"sad": 1}}})),
    ("$.schemas.shop", full(schemas={"shop": "x"})),
    ("$.extensions.citext.comment", full(extensions={"citext": {"comment": "x"}})),
    ("$.composite_types.a.attributes[0]", full(composite_types={"a": {"attributes": [{"name": "x"}]}})),
    ("$.composite_types.a.attributes[0]", full(composite_types={"a": {"attributes": [{"name": None, "type": "int"}]}})),
    ("$.composite_types.a.attributes[0].default", full(composite_types={"a": {"attributes": [{"default": "1"}]}})),
    ("$.sequences.s.start", full(sequences={"s": {"start": 1.5}})),
    ("$.sequences.s.start", full(sequences={"s": {"start": 2**63}})),
    ("$.sequences.s.start", full(sequences={"s": {"start": "1"}})),
    ("$.sequences.s.owned_by", full(sequences={"s": {"owned_by": ["users", "id"]}})),
    ("$.sequences.s.persistence", full(sequences={"s": {"persistence": "temporary"}})),
    ("$.views.v.columns[0]", full(views={"v": {"columns": ["a"]}})),
    ("$.views.v.options.security_barrier", full(views={"v": {"options": {"security_barrier": True}}})),
    ("$.tables.users.depends_on[0]", table(depends_on=["table users"])),
    ("$.tables.users.depends_on[0]", table(depends_on=["cast shop.a"])),
    ("$.tables.users.depends_on[1]", table(depends_on=["schema a", "column a.b"])),
    ("$.tables.users.persistence", table(persistence="temporary")),
    ("$.tables.users.partition_of", table(partition_of=["users"])),
    ("$.tables.users.partition_of", table(partition_of="public.users")),
    ("$.tables.users.inherits[0]", table(inherits=["public", "users"])),
    ("$.tables.users.inherits[0]", table(inherits=[["a", "b", "c"]])),
    ("$.tables.users.options.fillfactor", table(options={"fillfactor": 70})),
    ("$.tables.users.replica_identity", table(replica_identity="default")),
    ("$.tables.users.row_level_security", table(row_level_security="yes")),
    ("$.tables.users.grants[0]", table(grants=[{"role": "ann"}])),
    ("$.tables.users.grants[0].grantable", table(grants=[{"role": "ann", "privilege": "SELECT", "grantable": "yes"}])),
    ("$.tables.users.policies.p.command", table(policies={"p": {"command": "SELECT"}})),
    ("$.tables.users.policies.p.roles", table(policies={"p": {"roles": "public"}})),
    ("$.tables.users.policies.p", table(policies={"p": "true"})),
    ("$.tables.users.triggers.t.enabled", table(triggers={"t": {"enabled": "origin"}})),
    ("$.tables.users.constraints.c.kind", table(constraints={"c": {"kind": "pk"}})),
    ("$.tables.users.constraints.c.attached_to", table(constraints={"c": {"attached_to": []}})),
    ("$.tables.users.indexes.i.statistics", table(indexes={"i": {"statistics": 5}})),
    ("$.tables.users.indexes.i.statistics.1", table(indexes={"i": {"statistics": {"1": "5"}}})),
    ("$.tables.users.columns.id.identity", column(identity="sometimes")),
    ("$.tables.users.columns.id.identity_options.name", column(identity_options={"name": ["s"]})),
    ("$.tables.users.columns.id.identity_options.owner", column(identity_options={"owner": "ann"})),
    ("$.tables.users.columns.id.generated_kind", column(generated_kind="stored")),
    ("$.tables.users.columns.id.storage", column(storage="PLAIN")),
    ("$.tables.users.columns.id.compression", column(compression="zstd")),
    ("$.tables.users.columns.id.not_null", column(not_null=1)),
    ("$.tables.users.columns.id.default", column(default=0)),
    ("$.tables.users.columns.id.statistics", column(statistics=True)),
    ("$.tables.users.columns.id.statistics", column(statistics={"1": 5})),
]  # fmt: skip

# What no schema can say, and docs/specs.md says.
ONLY_REFUSED_BY_THE_FUNCTIONS = [
    ("$.größe" + "ß" * 58, {"größe" + "ß" * 58: []}),
    ('$."public.users"', {"users": [], "public.users": []}),
    ("$.users.columns[1]", {"users": {"columns": ["id", "id"]}}),
    ("$.tables.users", full(search_path="", tables={"users": None})),
    ("$.search_path", full(search_path="a b")),
]


@pytest.fixture
def session(guarded_database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dbname=guarded_database("SELECT 1"), autocommit=True) as connection:
        yield connection


def refusal(session: psycopg.Connection, spec: dict) -> errors.Diagnostic | None:
    """What the functions say against a spec."""
    try:
        session.execute("SELECT FROM guarded.check(%s::jsonb)", [json.dumps(spec)])
    except errors.InvalidParameterValue as error:
        return error.diag
    return None


def refused_at(session: psycopg.Connection, spec: dict) -> str | None:
    """The path in the message of the functions."""
    said = refusal(session, spec)
    return said and re.match(r"invalid spec at (\$.*?): ", said.message_primary)[1]


def known(session: psycopg.Connection, spec: dict) -> set[str]:
    """The keys that the functions know in the place of the one key they do not."""
    return set(re.fullmatch(r"Known are (.+)\.", refusal(session, spec).message_hint)[1].split(", "))


def kind_of(properties: dict, section: str) -> str:
    return properties[section]["$ref"].removeprefix("#/$defs/").removesuffix("_section")


def parts(kind: str) -> dict[str, str]:
    """The kinds of what is a part of it, by the section in which they stand."""
    properties = DEFS[kind]["properties"]
    return {
        section: kind_of(properties, section)
        for section, value in properties.items()
        if value.get("$ref", "").endswith("_section")
    }


# --- the schema ---


def test_the_schema_is_one_and_says_its_version():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"].endswith(f":{DEFS['full']['properties']['guarded_spec']['const']}")


def test_a_snapshot_of_every_kind_fits(session):
    psql = ["psql", "-X", "-q", "-f", EVERY_KIND, "-d", session.info.dbname]
    subprocess.run(psql, check=True, capture_output=True)
    for grants in (False, True):
        (snapshot,) = session.execute("SELECT guarded.snapshot(grants => %s)", [grants]).fetchone()
        assert [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(snapshot)] == []
        assert refusal(session, snapshot) is None
    sections = DEFS["full"]["properties"].keys()
    assert sections - snapshot.keys() == set()


def test_what_the_schema_takes_the_functions_take(session):
    assert [spec for spec in GOOD if not VALIDATOR.is_valid(spec)] == []
    assert [(refused_at(session, spec), spec) for spec in GOOD if refusal(session, spec)] == []


def test_what_the_schema_refuses_the_functions_refuse_at_the_same_place(session):
    assert [spec for _, spec in BAD if VALIDATOR.is_valid(spec)] == []
    assert [(path, refused_at(session, spec)) for path, spec in BAD if refused_at(session, spec) != path] == []
    for path, spec in BAD:
        places = {error.json_path for error in VALIDATOR.iter_errors(spec)}
        # Of a key that is not known the schema speaks of the object that has it, of one that is null the functions do.
        assert {path, parent(path)} & {*places, *map(parent, places)}, path


def parent(path: str) -> str:
    """A path without its last step, as the functions write it or as jsonschema does."""
    return re.sub(r"""(\.[^.\[\]"]+|\."[^"]*(\\"[^"]*)*"|\['[^']*'\]|\[\d+\])$""", "", path)


def test_what_no_schema_can_say(session):
    specs = ONLY_REFUSED_BY_THE_FUNCTIONS
    assert [spec for _, spec in specs if not VALIDATOR.is_valid(spec)] == []
    assert [refused_at(session, spec) for _, spec in specs] == [path for path, _ in specs]


# --- the table of kinds in src/spec/model.rs ---


def test_the_sections_of_the_schema_are_those_of_the_functions(session):
    assert known(session, full(unknown=[])) == DEFS["full"]["properties"].keys()
    assert known(session, full(scope={"schemas": [], "unknown": []})) == {"schemas", "tables"}


def test_the_attributes_of_the_schema_are_those_of_the_functions(session):
    found = set()
    for section, value in DEFS["full"]["properties"].items():
        if "$ref" not in value:
            continue
        kind, name = kind_of({section: value}, section), "f()" if section in ("functions", "procedures") else "x"
        assert known(session, full(**{section: {name: {"?": 0}}})) == DEFS[kind]["properties"].keys(), kind
        found.add(kind)
        for part_section, part in parts(kind).items():
            spec = full(**{section: {name: {part_section: {"y": {"?": 0}}}}})
            assert known(session, spec) == DEFS[part]["properties"].keys(), part
            found.add(part)
    assert found == set(KINDS)


def test_the_keys_within_an_attribute_are_those_of_the_functions(session):
    identity = known(session, column(identity_options={"?": 0}))
    assert identity == DEFS["identity_options"]["properties"].keys()
    fields = known(session, full(composite_types={"t": {"attributes": [{"?": 0}]}}))
    assert fields == DEFS["fields"]["items"]["properties"].keys()
    assert known(session, table(grants=[{"?": 0}])) == DEFS["grants"]["items"]["properties"].keys()


# --- docs/specs.md ---


def test_the_page_has_every_attribute_and_part_of_every_kind():
    page = (DOCS / "specs.md").read_text()
    for kind in KINDS:
        (text,) = re.findall(rf"^### {kind}\n(.*?)(?=^##)", page, re.S | re.M)
        rows = "".join(re.findall(r"^\| (`.*?) \|", text, re.M))
        listed = set(re.findall(r"`(\w+)`", rows))
        attributes = DEFS[kind]["properties"].keys() - {"optional", "depends_on"} - parts(kind).keys()
        assert listed == attributes, kind
        said = re.search(r"Its parts: (.*)\.", text)
        assert set(re.findall(r"`(\w+)`", said[1] if said else "")) == parts(kind).keys(), kind


def test_the_examples_on_the_page_are_specs(session):
    page = (DOCS / "specs.md").read_text()
    (short,) = re.findall(r"^## Short forms\n(.*?)^## ", page, re.S | re.M)
    examples = re.findall(r"^```json\n(.*?)^```", page, re.S | re.M) + re.findall(r"`(\{.*?\})`", short)
    assert len(examples) > 10
    for example in map(json.loads, examples):
        assert VALIDATOR.is_valid(example), example
        assert refusal(session, example) is None
