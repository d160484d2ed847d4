-- To 0.2.0: the journal, what is pending, replay, the policy collect, and specs.

CREATE FUNCTION guarded.pending_statements() RETURNS TABLE (
    number bigint,
    recorded_at timestamp with time zone,
    migration text,
    role text,
    operation text,
    object text,
    status text,
    reason text,
    ready bool,
    waits_reason text,
    waits_for text,
    ddl text
)
STRICT
LANGUAGE c
AS 'MODULE_PATHNAME', 'pending_statements_wrapper';

CREATE FUNCTION guarded.replay(
    migration text DEFAULT NULL,
    role text DEFAULT NULL
) RETURNS TABLE (
    number bigint,
    migration text,
    role text,
    status text,
    reason text,
    operation text,
    object text,
    message text,
    ddl text,
    outcome jsonb
)
LANGUAGE c
AS 'MODULE_PATHNAME', 'replay_wrapper';

CREATE FUNCTION guarded.prune_journal(
    older_than interval,
    pending bool DEFAULT false
) RETURNS bigint
LANGUAGE c
AS 'MODULE_PATHNAME', 'prune_journal_wrapper';

CREATE FUNCTION guarded.change_type(
    table_name text, column_name text, type text, "using" text DEFAULT NULL,
    "collation" text DEFAULT NULL, schema text DEFAULT NULL
) RETURNS jsonb
LANGUAGE c
AS 'MODULE_PATHNAME', 'change_type_wrapper';

CREATE FUNCTION guarded.summary_text() RETURNS text
STRICT
LANGUAGE c
AS 'MODULE_PATHNAME', 'summary_text_wrapper';

CREATE FUNCTION guarded.assert_clean() RETURNS void
STRICT
LANGUAGE c
AS 'MODULE_PATHNAME', 'assert_clean_wrapper';

CREATE FUNCTION guarded.snapshot(
    schemas text[] DEFAULT NULL,
    tables text[] DEFAULT NULL,
    grants bool DEFAULT false
) RETURNS jsonb
LANGUAGE c
AS 'MODULE_PATHNAME', 'snapshot_wrapper';

CREATE FUNCTION guarded.require(
    spec jsonb DEFAULT NULL,
    migration_id text DEFAULT NULL,
    required_tables text[] DEFAULT NULL,
    required_columns jsonb DEFAULT NULL,
    optional_columns jsonb DEFAULT NULL
) RETURNS void
LANGUAGE c
AS 'MODULE_PATHNAME', 'require_wrapper';

CREATE FUNCTION guarded.check(
    spec jsonb DEFAULT NULL,
    required_tables text[] DEFAULT NULL,
    required_columns jsonb DEFAULT NULL,
    optional_columns jsonb DEFAULT NULL
) RETURNS TABLE (
    kind text,
    object text,
    attribute text,
    have text,
    want text,
    status text,
    optional bool
)
LANGUAGE c
AS 'MODULE_PATHNAME', 'check_wrapper';

CREATE FUNCTION guarded.diff(
    spec jsonb,
    exact bool DEFAULT false
) RETURNS TABLE (
    kind text,
    object text,
    attribute text,
    have text,
    want text,
    status text,
    optional bool
)
LANGUAGE c
AS 'MODULE_PATHNAME', 'diff_wrapper';

CREATE FUNCTION guarded.repair_script(
    spec jsonb,
    format text DEFAULT 'sql',
    allow text[] DEFAULT NULL,
    message text DEFAULT 'repair',
    revision text DEFAULT NULL,
    down_revision text DEFAULT NULL
) RETURNS text
LANGUAGE c
AS 'MODULE_PATHNAME', 'repair_script_wrapper';

CREATE FUNCTION guarded.repair(
    spec jsonb,
    allow text[] DEFAULT NULL
) RETURNS TABLE (
    number int,
    status text,
    reason text,
    operation text,
    object text,
    message text,
    ddl text,
    outcome jsonb
)
LANGUAGE c
AS 'MODULE_PATHNAME', 'repair_wrapper';

-- Rows are written by the library, as the owner of the table, and by nobody else: no role is
-- granted anything. Who dumps the database without being a superuser needs pg_read_all_data.
CREATE SEQUENCE guarded.journal_number;

CREATE TABLE guarded.journal (
    number bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    migration text NOT NULL,
    role text NOT NULL,
    session_role text NOT NULL,
    transaction_id xid8 NOT NULL,
    search_path text NOT NULL,
    settings jsonb,
    operation text NOT NULL,
    object text,
    status text NOT NULL,
    reason text,
    missing_table text,
    ddl text NOT NULL,
    expected jsonb,
    outcome jsonb NOT NULL,
    finished boolean NOT NULL,
    fingerprint bigint,
    replays bigint
);

-- No key: the numbers are the sequence's, and history needs no index. So a row that logical
-- replication brings from elsewhere is in nobody's way; that old rows can be deleted from a
-- published table takes this.
ALTER TABLE guarded.journal REPLICA IDENTITY FULL;

CREATE INDEX journal_fingerprint ON guarded.journal (fingerprint, number) WHERE fingerprint IS NOT NULL;

SELECT pg_catalog.pg_extension_config_dump('guarded.journal', '');
SELECT pg_catalog.pg_extension_config_dump('guarded.journal_number', '');

-- The function shows each role what is its own; so everybody may look.
CREATE VIEW guarded.pending AS SELECT * FROM guarded.pending_statements();
GRANT SELECT ON guarded.pending TO PUBLIC;

COMMENT ON TABLE guarded.journal IS
$$Outcomes that outlive the session, written in the transaction of the statement: which ones is said by
guarded.journal (off, unfinished, all). Only the library adds rows, and only the owner prunes them
(guarded.prune_journal).$$;
COMMENT ON COLUMN guarded.journal.number IS 'Counts up over all sessions; a rolled-back row leaves a gap.';
COMMENT ON COLUMN guarded.journal.recorded_at IS 'When the row was written, by the clock.';
COMMENT ON COLUMN guarded.journal.migration IS 'guarded.migration at the time.';
COMMENT ON COLUMN guarded.journal.role IS 'The role whose privileges counted (current_user).';
COMMENT ON COLUMN guarded.journal.session_role IS 'The role that had logged in (session_user).';
COMMENT ON COLUMN guarded.journal.transaction_id IS 'The transaction, as pg_current_xact_id() tells it.';
COMMENT ON COLUMN guarded.journal.search_path IS 'search_path at the time.';
COMMENT ON COLUMN guarded.journal.settings IS 'Of what is unfinished: the other settings that the text depends on.';
COMMENT ON COLUMN guarded.journal.operation IS 'As in the outcome.';
COMMENT ON COLUMN guarded.journal.object IS 'As in the outcome.';
COMMENT ON COLUMN guarded.journal.status IS 'As in the outcome.';
COMMENT ON COLUMN guarded.journal.reason IS 'As in the outcome.';
COMMENT ON COLUMN guarded.journal.missing_table IS 'The relation that was not there, as it was written.';
COMMENT ON COLUMN guarded.journal.ddl IS 'As in the outcome.';
COMMENT ON COLUMN guarded.journal.expected IS 'What the caller of a typed function said of the object besides.';
COMMENT ON COLUMN guarded.journal.outcome IS 'The whole outcome.';
COMMENT ON COLUMN guarded.journal.finished IS 'Whether nothing was left to do.';
COMMENT ON COLUMN guarded.journal.fingerprint IS 'By what the same statement is known again; NULL in rows that are not needed for that.';
COMMENT ON COLUMN guarded.journal.replays IS 'The number of the row whose statement guarded.replay tried again.';
COMMENT ON VIEW guarded.pending IS
$$Statements that are unfinished (skipped because something was missing, in conflict, failed) and have
neither been applied nor found satisfied since, each with what it waits for now: waits_reason and
waits_for, NULL when it is ready. Shows those of the roles that the caller may become by SET ROLE.
guarded.replay() tries them again.$$;

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
