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
