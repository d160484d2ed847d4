-- Callers need to see the schema; what the functions do needs the caller's own privileges.
GRANT USAGE ON SCHEMA guarded TO PUBLIC;

-- A small manual page for each function: \df+ guarded.add_column, or
-- SELECT obj_description('guarded.add_column'::regproc). In ASCII only: a database of another
-- encoding than UTF8 must be able to read as far as where it is refused.

COMMENT ON FUNCTION guarded.add_column IS
$$Adds a column, unless it is there and equal (skipped) or there and another (conflict). Runs ALTER
TABLE ... ADD COLUMN, and COMMENT ON COLUMN if a comment is given: both or none.
Arguments (names are taken as they are, at most 63 bytes each):
  table_name: the table
  column_name: the column
  type: as in a column definition, numeric(12,2)
  nullable: false for NOT NULL
  server_default: an SQL expression; a text needs its own quotes
  collation: the name of a collation
  computed: the expression of a stored generated column
  identity: always or by default
  comment: a comment on the column
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty, or identity is another word; 42622 if a name has more than 63 bytes; 42601 if a
  piece of SQL does not parse, 22023 if it is more than its place holds. The state of the database
  never raises, except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.drop_column IS
$$Drops a column, unless it is absent (skipped). Runs ALTER TABLE ... DROP COLUMN.
Arguments (names are taken as they are, at most 63 bytes each):
  table_name: the table
  column_name: the column
  cascade: true drops what depends on it too
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.alter_column IS
$$Changes a column: type, default, NOT NULL, identity, comment and name, one statement for each change
that is needed, all of them or none. What is so already is skipped.
Arguments (names are taken as they are, at most 63 bytes each):
  table_name: the table
  column_name: the column, by its old name if it is renamed
  nullable: true drops NOT NULL, false sets it, NULL leaves it alone
  server_default: an SQL expression; drop_default: true drops the default
  new_column_name: its new name
  type: the new type; collation: with it, its collation; postgresql_using: with it, the expression
    that makes the new value of the old
  comment: the comment; drop_comment: true drops it
  identity: always or by default; drop_identity: true makes it an ordinary column
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty, nothing is to be changed, or two arguments contradict each other; 42622 if a name
  has more than 63 bytes; 42601 if a piece of SQL does not parse, 22023 if it is more than its place
  holds. The state of the database never raises, except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.change_type IS
$$Changes the type of a column and of all columns that foreign keys tie to it, all or none: takes away
what stands in the way (foreign keys, views, policies, rules, triggers and more), converts the columns
with one ALTER TABLE for each table, and makes everything again as it was.
Arguments (names are taken as they are, at most 63 bytes each):
  table_name: the table of any of the columns
  column_name: the column
  type: the new type; collation: its collation, if it is not the type's own
  using: an SQL expression that makes a new value of an old one, with $1 where the column stands;
    NULL casts as an assignment does
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb, with each statement in steps; its status is applied, skipped, failed or
  planned. What cannot be made again is failed before anything runs, with all of it in detail.
Errors: 22004 if an argument without a default is NULL; 22023 if a name is empty, or using has no $1 or
  another parameter; 42622 if a name has more than 63 bytes; 42601 if a piece of SQL does not parse,
  22023 if it is more than its place holds. The state of the database never raises, except under
  guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.rename_column IS
$$Renames a column, unless the old name is absent and the new one there (skipped); with both there it
is a conflict. Runs ALTER TABLE ... RENAME COLUMN.
Arguments (names are taken as they are, at most 63 bytes each):
  table_name: the table
  column_name: the old name
  new_column_name: the new name
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_table IS
$$Creates a table, unless it is there and equal (skipped) or there and another (conflict). Runs CREATE
TABLE, and COMMENT ON TABLE if a comment is given: both or none.
Arguments (names are taken as they are, at most 63 bytes each):
  table_name: the table
  definitions: in each element one column, table constraint or LIKE clause, as in CREATE TABLE
  comment: a comment on the table
  postgresql_partition_by: what follows PARTITION BY, RANGE (created_at)
  postgresql_inherits: names of parent tables
  postgresql_with: storage parameters, fillfactor=70
  postgresql_tablespace: the name of a tablespace
  schema: the schema of the table; NULL creates it in the first schema of search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes; 42601 if a piece of SQL does not parse,
  22023 if it is more than its place holds. The state of the database never raises, except under
  guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.drop_table IS
$$Drops a table, unless it is absent (skipped). Runs DROP TABLE.
Arguments (names are taken as they are, at most 63 bytes each):
  table_name: the table
  cascade: true drops what depends on it too
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.rename_table IS
$$Renames a table, unless the old name is absent and the new one there (skipped); with both there it
is a conflict. Runs ALTER TABLE ... RENAME TO.
Arguments (names are taken as they are, at most 63 bytes each):
  old_table_name: the old name
  new_table_name: the new name, without a schema: the table stays in its own
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_table_comment IS
$$Sets the comment on a table, unless it is that one already (skipped). Runs COMMENT ON TABLE.
Arguments (names are taken as they are, at most 63 bytes each):
  table_name: the table
  comment: the comment, not empty
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty, or the comment is; 42622 if a name has more than 63 bytes. The state of the
  database never raises, except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.drop_table_comment IS
$$Drops the comment on a table, unless there is none (skipped). Runs COMMENT ON TABLE ... IS NULL.
Arguments (names are taken as they are, at most 63 bytes each):
  table_name: the table
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_index IS
$$Creates an index, unless it is there and equal (skipped) or there and another, or another table's
(conflict). An invalid one is dropped first. Runs CREATE INDEX, never CONCURRENTLY.
Arguments (names are taken as they are, at most 63 bytes each):
  index_name: NULL lets the server choose; then any equal index will do
  table_name: the table
  columns: names of columns, or index elements as in CREATE INDEX: lower(email), created_at DESC
  "unique": true for a unique index (the word is reserved, hence the quotes)
  postgresql_using: the access method, btree without
  postgresql_where: the condition of a partial index
  postgresql_include: names of columns to include
  postgresql_ops: operator classes by element, {"email": "text_pattern_ops"}
  postgresql_nulls_not_distinct: true makes NULLs equal to each other (PostgreSQL 15 and later)
  postgresql_with: storage parameters, fillfactor=70
  postgresql_tablespace: the name of a tablespace
  schema: the schema of the table and of the index; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty, or a key of postgresql_ops is not in columns; 42622 if a name has more than 63
  bytes; 42601 if a piece of SQL does not parse, 22023 if it is more than its place holds. The state
  of the database never raises, except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.drop_index IS
$$Drops an index, unless it is absent (skipped). Runs DROP INDEX.
Arguments (names are taken as they are, at most 63 bytes each):
  index_name: the index
  table_name: if given, only an index of this table is dropped, otherwise it is a conflict
  cascade: true drops what depends on it too
  schema: the schema of the index and of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.rename_index IS
$$Renames an index, unless the old name is absent and the new one there (skipped); with both there it
is a conflict. Runs ALTER INDEX ... RENAME TO.
Arguments (names are taken as they are, at most 63 bytes each):
  old_index_name: the old name
  new_index_name: the new name, without a schema
  schema: the schema of the index; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_unique_constraint IS
$$Adds a UNIQUE constraint, unless it is there and equal (skipped) or there and another (conflict).
Runs ALTER TABLE ... ADD CONSTRAINT.
Arguments (names are taken as they are, at most 63 bytes each):
  constraint_name: NULL lets the server choose; then any equal constraint will do
  table_name: the table
  columns: names of columns, in order
  "deferrable": true or false; "initially": deferred or immediate (the words are reserved, hence the
    quotes)
  postgresql_include: names of columns to include in its index
  postgresql_nulls_not_distinct: true makes NULLs equal to each other (PostgreSQL 15 and later)
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty, or initially is another word; 42622 if a name has more than 63 bytes. The state of
  the database never raises, except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_primary_key IS
$$Adds a primary key, unless there is an equal one (skipped) or another (conflict). Runs ALTER TABLE
... ADD CONSTRAINT.
Arguments (names are taken as they are, at most 63 bytes each):
  constraint_name: NULL lets the server choose
  table_name: the table
  columns: names of columns, in order
  "deferrable": true or false; "initially": deferred or immediate (the words are reserved, hence the
    quotes)
  postgresql_include: names of columns to include in its index
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty, or initially is another word; 42622 if a name has more than 63 bytes. The state of
  the database never raises, except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_check_constraint IS
$$Adds a CHECK constraint, unless it is there and equal (skipped) or there and another (conflict).
Runs ALTER TABLE ... ADD CONSTRAINT.
Arguments (names are taken as they are, at most 63 bytes each):
  constraint_name: NULL lets the server choose; then any equal constraint will do
  table_name: the table
  condition: an SQL expression of type boolean
  postgresql_not_valid: true leaves existing rows unchecked; see validate_constraint. Without it one
    that is there and not valid is validated
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes; 42601 if a piece of SQL does not parse,
  22023 if it is more than its place holds. The state of the database never raises, except under
  guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_foreign_key IS
$$Adds a foreign key, unless it is there and equal (skipped) or there and another (conflict). Runs
ALTER TABLE ... ADD CONSTRAINT.
Arguments (names are taken as they are, at most 63 bytes each):
  constraint_name: NULL lets the server choose; then any equal constraint will do
  source_table, local_cols: the table that gets the constraint, and its columns
  referent_table, remote_cols: the referenced table, and its columns
  onupdate, ondelete: no action, restrict, cascade, set null or set default
  "deferrable": true or false; "initially": deferred or immediate (the words are reserved, hence the
    quotes)
  match: simple, full or partial
  source_schema, referent_schema: the schemas of the two tables; NULL looks along search_path
  postgresql_not_valid: true leaves existing rows unchecked; see validate_constraint. Without it one
    that is there and not valid is validated
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty, or a word is none of those allowed; 42622 if a name has more than 63 bytes. The
  state of the database never raises, except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_exclude_constraint IS
$$Adds an exclusion constraint, unless it is there and equal (skipped) or there and another (conflict).
Runs ALTER TABLE ... ADD CONSTRAINT.
Arguments (names are taken as they are, at most 63 bytes each):
  constraint_name: NULL lets the server choose; then any equal constraint will do
  table_name: the table
  elements: in each one what is compared, and with which operator: room WITH =
  postgresql_using: the access method, btree without
  postgresql_where: the condition of a partial constraint
  "deferrable": true or false; "initially": deferred or immediate (the words are reserved, hence the
    quotes)
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty, or initially is another word; 42622 if a name has more than 63 bytes; 42601 if a
  piece of SQL does not parse, 22023 if it is more than its place holds. The state of the database
  never raises, except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.drop_constraint IS
$$Drops a constraint, unless it is absent (skipped). Runs ALTER TABLE ... DROP CONSTRAINT.
Arguments (names are taken as they are, at most 63 bytes each):
  constraint_name: the constraint
  table_name: the table
  type_: foreignkey, primary, unique, check or exclude; if given, one of another kind is a conflict
  cascade: true drops what depends on it too
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty, or type_ is another word; 42622 if a name has more than 63 bytes. The state of the
  database never raises, except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.rename_constraint IS
$$Renames a constraint, unless the old name is absent and the new one there (skipped); with both there
it is a conflict. Runs ALTER TABLE ... RENAME CONSTRAINT.
Arguments (names are taken as they are, at most 63 bytes each):
  table_name: the table
  constraint_name: the old name
  new_constraint_name: the new name
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.validate_constraint IS
$$Checks existing rows against a constraint that is NOT VALID, unless it is valid (skipped). Runs
ALTER TABLE ... VALIDATE CONSTRAINT.
Arguments (names are taken as they are, at most 63 bytes each):
  constraint_name: the constraint
  table_name: the table
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.enable_row_level_security IS
$$Enables row-level security on a table, unless it is enabled (skipped). Runs ALTER TABLE ... ENABLE
ROW LEVEL SECURITY.
Arguments (names are taken as they are, at most 63 bytes each):
  table_name: the table
  force: true also makes policies hold for the owner of the table (FORCE), both or none; false
    leaves that alone
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.disable_row_level_security IS
$$Disables row-level security on a table, unless it is disabled (skipped). Runs ALTER TABLE ... DISABLE
ROW LEVEL SECURITY.
Arguments (names are taken as they are, at most 63 bytes each):
  table_name: the table
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_policy IS
$$Creates a row-level security policy, unless it is there and equal (skipped) or there and another
(conflict). Runs CREATE POLICY.
Arguments (names are taken as they are, at most 63 bytes each):
  policy_name: the policy
  table_name: the table
  command: all, select, insert, update or delete
  roles: names of roles, or public, current_user, current_role, session_user
  using_expression: which existing rows are visible, an SQL expression
  with_check: which new rows are allowed, an SQL expression
  permissive: false for a restrictive policy
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty, or command is another word; 42622 if a name has more than 63 bytes; 42601 if a
  piece of SQL does not parse, 22023 if it is more than its place holds. The state of the database
  never raises, except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.drop_policy IS
$$Drops a row-level security policy, unless it or its table is absent (skipped). Runs DROP POLICY.
Arguments (names are taken as they are, at most 63 bytes each):
  policy_name: the policy
  table_name: the table
  schema: the schema of the table; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_schema IS
$$Creates a schema, unless it is there (skipped), or there with another owner than the one given
(conflict). Runs CREATE SCHEMA.
Arguments (names are taken as they are, at most 63 bytes each):
  schema_name: the schema
  owner: the role that is to own it; NULL for the current role, and an existing schema may be
    anybody's
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.drop_schema IS
$$Drops a schema, unless it is absent (skipped). Runs DROP SCHEMA.
Arguments (names are taken as they are, at most 63 bytes each):
  schema_name: the schema
  cascade: true drops everything in it too
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_enum IS
$$Creates an enum type, unless it is there with these labels (skipped) or with others (conflict). Runs
CREATE TYPE ... AS ENUM.
Arguments (names are taken as they are, at most 63 bytes each):
  type_name: the type
  labels: the labels in their order, at most 63 bytes each
  schema: the schema of the type; NULL creates it in the first schema of search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.add_enum_value IS
$$Adds a label to an enum type, unless it is there (skipped). Runs ALTER TYPE ... ADD VALUE; the label
can be used once the transaction has been committed.
Arguments (names are taken as they are, at most 63 bytes each):
  type_name: the type
  value: the label, at most 63 bytes
  before, after: the existing label it comes before or after; without either it comes last
  schema: the schema of the type; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty, or before and after are both given; 42622 if a name has more than 63 bytes. The
  state of the database never raises, except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.drop_type IS
$$Drops a type of any kind, unless it is absent (skipped). Runs DROP TYPE.
Arguments (names are taken as they are, at most 63 bytes each):
  type_name: the type
  cascade: true drops what depends on it too
  schema: the schema of the type; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_sequence IS
$$Creates a sequence, unless it is there and equal (skipped) or there and another (conflict). Runs
CREATE SEQUENCE.
Arguments (names are taken as they are, at most 63 bytes each):
  sequence_name: the sequence
  type: smallint, integer or bigint, which it is without
  increment: the step, 1 without
  minvalue, maxvalue: the bounds; without, those of CREATE SEQUENCE
  start: the first value; without, the bound it starts from
  cache: how many values a session takes at once, 1 without
  cycle: true begins anew after the last value
  schema: the schema of the sequence; NULL creates it in the first schema of search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes; 42601 if a piece of SQL does not parse,
  22023 if it is more than its place holds. The state of the database never raises, except under
  guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.drop_sequence IS
$$Drops a sequence, unless it is absent (skipped). Runs DROP SEQUENCE.
Arguments (names are taken as they are, at most 63 bytes each):
  sequence_name: the sequence
  cascade: true drops what depends on it too
  schema: the schema of the sequence; NULL looks along search_path
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.create_extension IS
$$Creates an extension, unless it is there (skipped), or there in another version or schema than the
one given (conflict). Runs CREATE EXTENSION.
Arguments (names are taken as they are, at most 63 bytes each):
  extension_name: the extension
  schema: the schema for its objects
  version: a version other than the default one
  cascade: true creates the extensions it needs too
Returns: the outcome as jsonb; its status is applied, skipped, conflict, failed or planned.
Errors: 22004 if an argument without a default, or an element of a list, is NULL; 22023 if a name or
  list is empty; 42622 if a name has more than 63 bytes. The state of the database never raises,
  except under guarded.policy = strict.$$;

COMMENT ON FUNCTION guarded.run IS
$$Runs a script statement by statement, each judged and in a subtransaction of its own: one that has
nothing to do is skipped, one that fails is undone alone. What cannot run in a function (BEGIN,
COMMIT, CONCURRENTLY, VACUUM, COPY from the client) is failed beforehand.
Arguments:
  script: SQL, any number of statements
Returns: one row for each statement, sub-command of ALTER TABLE and object of DROP or GRANT: number
(from 1), line (of the script, from 1), status, reason, operation, object, message, ddl, and the
whole outcome as jsonb.
Errors: 22004 if script is NULL; 42601 if it does not parse, with line and column, and nothing of it
  has run. Under guarded.policy = strict the first conflict or failure.$$;

COMMENT ON FUNCTION guarded.intercept IS
$$Switches the interception of plain DDL on or off: SET guarded.intercept, and as SET it is undone if
its transaction is rolled back. The call loads the library, which SET does not. While it is on, the
DDL of this session, whoever sends it and in functions too, is judged and run as guarded.run would.
Arguments:
  enabled: true for on, false for off
Returns: what the setting is now.
Errors: 22004 if enabled is NULL.$$;

COMMENT ON FUNCTION guarded.report IS
$$Tells every outcome of the session in order: the last 10,000 of them, or fewer if their texts have
more than 64 MB. It survives a rollback and is gone with the session.
Returns: number (counts from 1), migration (guarded.migration at the time), status, reason,
operation, object, message, ddl, rolled_back (whether what it did has been rolled back since), and
the whole outcome as jsonb.
Errors: none.$$;

COMMENT ON FUNCTION guarded.summary IS
$$Counts all outcomes of the session, also those that guarded.report() does not have any more.
Returns: one row for each migration, status and reason: outcomes is their number, rolled_back how
many of them have been rolled back since.
Errors: none.$$;

COMMENT ON FUNCTION guarded.summary_text IS
$$Tells guarded.summary() as text for a log: by migration, status and reason, with the conflicts and
failures that stand by name, at most 20 of a kind.
Returns: text of several lines.
Errors: none.$$;

COMMENT ON FUNCTION guarded.assert_clean IS
$$Raises an error with the complete list of conflicts and failures that stand, as the commit does under
guarded.policy = collect; under every policy. In a transaction block it looks at the outcomes of the
transaction, outside of one, where each statement has been committed by itself, at those of the
session. What has been rolled back does not count.
Returns: nothing.
Errors: 55000 if there is a conflict or a failure.$$;

COMMENT ON FUNCTION guarded.pending_statements IS
$$Tells what the view guarded.pending shows.
Returns: one row for each statement that is unfinished and that nothing has finished since, of the
roles that the caller may become by SET ROLE, in order: number (of its row in guarded.journal),
recorded_at, migration, role, operation, object, status and reason (when it was tried last), ready,
waits_reason and waits_for (what it waits for now; NULL when it is ready), ddl.
Errors: 55000 if somebody has changed the columns of guarded.journal.$$;

COMMENT ON FUNCTION guarded.replay IS
$$Tries pending statements again, in their order and all in this transaction, each as the role it was
written for, with its search_path and the settings its text depends on. What waits for something
that is missing has its turn after those that may make it. What is not done stays pending.
Settings and policy are those of the caller; with guarded.dry_run nothing is changed.
Arguments:
  migration: only those with this label; NULL for all
  role: only those written for this role; NULL for all that the caller may become by SET ROLE
Returns: one row for each statement: number (of its row in guarded.journal), migration, role, status,
reason, operation, object, message, ddl, and the whole outcome as jsonb.
Errors: 55000 if it is called within itself, or if somebody has changed the columns of guarded.journal.
  Under guarded.policy = strict the first conflict or failure.$$;

COMMENT ON FUNCTION guarded.prune_journal IS
$$Deletes old rows of guarded.journal, by the caller's own privileges: its owner has them.
Arguments:
  older_than: the age from which on rows go, 90 days
  pending: true deletes also what is pending still
Returns: how many rows were deleted.
Errors: 22004 if older_than is NULL, 22023 if it is negative; 42501 for a role without the privilege.$$;

COMMENT ON FUNCTION guarded.snapshot IS
$$Tells what the database has, as a spec that says everything: schemas, extensions, types, sequences,
functions, tables with all that belongs to them, views. The same database gives the same text.
Arguments:
  schemas: their names; NULL takes all but those of the server and of this extension
  tables: only these tables, views and materialized views, by their names without schema, with what
    belongs to them, and nothing else
  grants: true adds owners and privileges
Returns: the spec as jsonb; docs/specs.md describes it.
Errors: 22004 if an element of a list is NULL; 22023 if a list is empty, or names what is not there;
  55006 if other sessions drop something at each attempt to read it.$$;

COMMENT ON FUNCTION guarded.require IS
$$Raises one error with everything in which the database is not as a spec says, if there is anything.
Its DETAIL is the list as JSON, its HINT the call that writes the repair. What the spec calls optional
may be missing. What the spec does not name does not matter.
Arguments:
  spec: what is required, {"users": ["id", "email"]}; docs/specs.md describes it
  migration_id: named in the error
  required_tables: another way to write a spec: the tables
  required_columns: the same, {"table": ["column"]}
  optional_columns: the same, of columns that may be missing; so may a table that only this names
Returns: nothing.
Errors: 55000 if something is missing or differs; 22004 if nothing is required at all; 22023 if the
  spec is none, with the JSON path of what is wrong in it.$$;

COMMENT ON FUNCTION guarded.check IS
$$Tells in what the database is not as a spec says: what guarded.require raises, as rows, and also what
is optional and missing.
Arguments: those of guarded.require, without migration_id.
Returns: one row for each difference: kind (of object), object, attribute (NULL if it is about the
whole object), have, want, status (missing or differs), optional (whether it may be missing).
Errors: 22004 if nothing is required at all; 22023 if the spec is none, with the JSON path of what is
  wrong in it.$$;

COMMENT ON FUNCTION guarded.diff IS
$$Tells in what the database differs from a spec.
Arguments:
  spec: a snapshot of another database, say; docs/specs.md describes the format
  exact: true tells also what the database has beyond the spec: in the scope of the spec, or, without
    one, in the schemas it names
Returns: one row for each difference: kind (of object), object, attribute (NULL if it is about the
whole object), have, want, status (missing, differs or beyond), optional.
Errors: 22004 if spec is NULL; 22023 if it is none, with the JSON path of what is wrong in it.$$;

COMMENT ON FUNCTION guarded.repair_script IS
$$Writes the statements that make the database as a spec says, in an order in which they can run, and
runs none. What would lose something is left out, and stands there as a comment with the reason.
Arguments:
  spec: docs/specs.md describes the format
  format: sql for a script of plain DDL; guarded for one of guarded.run() calls; alembic for a revision
    file with upgrade and downgrade
  allow: drop drops what the database has beyond a spec with a scope; lossy changes types, and sets
    NOT NULL, without regard to the rows
  message, revision, down_revision: of the Alembic file; the revision id is made of the statements if
    none is given
Returns: the text.
Errors: 22004 if spec or format is NULL; 22023 if spec is none, with the JSON path of what is wrong in
  it, or if format or allow is another word.$$;

COMMENT ON FUNCTION guarded.repair IS
$$Makes the database as a spec says: runs what guarded.repair_script writes, each statement judged and
in a subtransaction of its own, under the settings and with the privileges of the caller. If something
that was dropped to be made anew cannot be made, everything is undone, and done without dropping that.
Arguments:
  spec: docs/specs.md describes the format
  allow: drop drops what the database has beyond a spec with a scope; lossy changes types, and sets
    NOT NULL, without regard to the rows
Returns: one row for each statement, and then one (conflict) for each thing that still differs: number
(from 1), status, reason, operation, object, message, ddl, and the whole outcome as jsonb.
Errors: 22004 if spec is NULL; 22023 if it is none, with the JSON path of what is wrong in it, or if
  allow is another word. Under guarded.policy = strict the first conflict or failure.$$;

COMMENT ON FUNCTION guarded.table_exists IS
$$Tells whether there is a table: ordinary, partitioned or foreign. Reads the catalog and takes no
lock.
Arguments:
  table_name: the table
  schema: the schema of the table; NULL looks along search_path
Returns: boolean; NULL if an argument other than schema is NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;

COMMENT ON FUNCTION guarded.view_exists IS
$$Tells whether there is a view, not a materialized one. Reads the catalog and takes no lock.
Arguments:
  view_name: the view
  schema: the schema of the view; NULL looks along search_path
Returns: boolean; NULL if an argument other than schema is NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;

COMMENT ON FUNCTION guarded.column_exists IS
$$Tells whether there is a column of a table, view, materialized view or composite type. Reads the
catalog and takes no lock.
Arguments:
  table_name: the relation
  column_name: the column
  schema: the schema of the relation; NULL looks along search_path
Returns: boolean; NULL if an argument other than schema is NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;

COMMENT ON FUNCTION guarded.columns_exist IS
$$Tells whether there is each of the columns of a table, view, materialized view or composite type.
Reads the catalog and takes no lock.
Arguments:
  table_name: the relation
  column_names: the columns
  schema: the schema of the relation; NULL looks along search_path
Returns: boolean; NULL if an argument other than schema is NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;

COMMENT ON FUNCTION guarded.index_exists IS
$$Tells whether there is an index. Reads the catalog and takes no lock.
Arguments:
  index_name: the index
  table_name: if given, only an index of this table counts
  schema: the schema of the index and of the table; NULL looks along search_path
Returns: boolean; NULL if an argument other than table_name or schema is NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;

COMMENT ON FUNCTION guarded.constraint_exists IS
$$Tells whether there is a constraint of a table. Reads the catalog and takes no lock.
Arguments:
  constraint_name: the constraint
  table_name: the table
  schema: the schema of the table; NULL looks along search_path
Returns: boolean; NULL if an argument other than schema is NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;

COMMENT ON FUNCTION guarded.sequence_exists IS
$$Tells whether there is a sequence. Reads the catalog and takes no lock.
Arguments:
  sequence_name: the sequence
  schema: the schema of the sequence; NULL looks along search_path
Returns: boolean; NULL if an argument other than schema is NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;

COMMENT ON FUNCTION guarded.schema_exists IS
$$Tells whether there is a schema. Reads the catalog and takes no lock.
Arguments:
  schema_name: the schema
Returns: boolean; NULL for NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;

COMMENT ON FUNCTION guarded.type_exists IS
$$Tells whether there is a type of any kind, the row types of tables included. Reads the catalog and
takes no lock.
Arguments:
  type_name: the type; without a schema it may be spelled as SQL does, numeric(10,2)
  schema: the schema of the type; NULL looks along search_path
Returns: boolean; NULL if an argument other than schema is NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;

COMMENT ON FUNCTION guarded.policy_exists IS
$$Tells whether there is a row-level security policy of a table. Reads the catalog and takes no lock.
Arguments:
  policy_name: the policy
  table_name: the table
  schema: the schema of the table; NULL looks along search_path
Returns: boolean; NULL if an argument other than schema is NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;

COMMENT ON FUNCTION guarded.trigger_exists IS
$$Tells whether there is a trigger of a table. Reads the catalog and takes no lock.
Arguments:
  trigger_name: the trigger
  table_name: the table
  schema: the schema of the table; NULL looks along search_path
Returns: boolean; NULL if an argument other than schema is NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;

COMMENT ON FUNCTION guarded.function_exists IS
$$Tells whether there is a function, procedure or aggregate. Reads the catalog and takes no lock.
Arguments:
  function_name: its name
  argument_types: if given, only one that takes exactly these counts
  schema: the schema of the function; NULL looks along search_path
Returns: boolean; NULL if an argument other than argument_types or schema is NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;

COMMENT ON FUNCTION guarded.extension_exists IS
$$Tells whether there is an extension, created in this database. Reads the catalog and takes no lock.
Arguments:
  extension_name: the extension
Returns: boolean; NULL for NULL.
Errors: none: what does not exist is false, a schema that does not exist included.$$;
