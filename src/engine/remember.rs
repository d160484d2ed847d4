//! What is remembered of a statement: by the session, and in the journal.

use crate::guard;
use crate::outcome::{Outcome, Reason};
use crate::record::journal::{self, Note, Replayed};
use crate::record::report;
use crate::settings;
use crate::statement::{Expected, Statement};
use std::rc::Rc;

/// Puts outcomes into the report of the session.
pub fn in_session(outcomes: Vec<Outcome>) -> Vec<Rc<Outcome>> {
    let outcomes: Vec<Rc<Outcome>> = outcomes.into_iter().map(Rc::new).collect();
    outcomes.iter().cloned().for_each(report::add);
    outcomes
}

/// Tells the journal what became of each action of a statement.
pub fn actions(statement: &Statement, outcomes: &[Rc<Outcome>]) {
    for (index, outcome) in outcomes.iter().enumerate() {
        let finished = outcome.is_finished() && !is_drop_without_table(statement, index, outcome);
        note(std::slice::from_ref(statement), outcome, finished, None);
    }
}

/// Tells the journal what became of an operation; `replays` is the row it was tried again for.
pub fn operation(statements: &[Statement], outcome: &Rc<Outcome>, replays: Option<&Replayed>) {
    let is_drop = match statements {
        [statement] => is_drop_without_table(statement, 0, outcome),
        _ => false,
    };
    note(statements, outcome, outcome.is_finished() && !is_drop, replays);
}

/// A dry run leaves nothing behind.
fn note(
    statements: &[Statement],
    outcome: &Rc<Outcome>,
    finished: bool,
    replays: Option<&Replayed>,
) {
    let is_off_record = |statement: &Statement| statement.command.is_off_record;
    if settings::dry_run() || statements.iter().any(is_off_record) {
        return;
    }
    let nothing = Expected::default();
    let expected = match statements {
        [statement] => &statement.expected,
        _ => &nothing,
    };
    journal::add(&Note { outcome, finished, expected, replays });
}

/// What was to be dropped is absent with its table, and may come with it.
fn is_drop_without_table(statement: &Statement, index: usize, outcome: &Outcome) -> bool {
    let action = statement.command.actions.get(index);
    outcome.reason.as_deref() == Some(Reason::AlreadyAbsent.code())
        && action.is_some_and(|action| guard::lacks_table(statement, action))
}
