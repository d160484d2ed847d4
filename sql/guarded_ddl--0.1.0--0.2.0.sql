-- To 0.2.0: the journal, what is pending, replay, and the policy collect.

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

CREATE FUNCTION guarded.summary_text() RETURNS text
STRICT
LANGUAGE c
AS 'MODULE_PATHNAME', 'summary_text_wrapper';

CREATE FUNCTION guarded.assert_clean() RETURNS void
STRICT
LANGUAGE c
AS 'MODULE_PATHNAME', 'assert_clean_wrapper';

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
