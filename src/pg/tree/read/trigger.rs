//! CREATE TRIGGER.

use super::*;

pub(super) fn create_trigger(statement: &Node) -> Option<Action> {
    let trigger = statement.get::<pg_sys::CreateTrigStmt>()?;
    let transitions = statement.siblings(trigger.transitionRels);
    let definition = TriggerDef {
        fires: trigger.timing | trigger.events | i16::from(trigger.row),
        columns: strings(trigger.columns),
        when: statement.sibling(trigger.whenClause),
        function: strings(trigger.funcname),
        arguments: strings(trigger.args),
        constraint: trigger.isconstraint,
        deferrable: trigger.deferrable,
        deferred: trigger.initdeferred,
        from: relation(trigger.constrrel),
        old_table: transition_table(&transitions, false),
        new_table: transition_table(&transitions, true),
        replace: trigger.replace,
    };
    Some(Action::Create {
        object: ObjectName::on(
            Class::Trigger,
            relation(trigger.relation)?,
            text(trigger.trigname)?,
        ),
        definition: Definition::Trigger(definition),
        replace: trigger.replace,
    })
}

fn transition_table(transitions: &[Node], is_new: bool) -> Option<String> {
    let mut transitions = transitions.iter().filter_map(Node::get::<pg_sys::TriggerTransition>);
    text(transitions.find(|transition| transition.isNew == is_new)?.name)
}
