//! Statements in an order in which each finds what it needs.

use super::model::Key;
use super::plan::Step;
use std::collections::{BTreeSet, HashMap};

/// The steps in order: what a step needs comes before it, otherwise phase by phase, in the order
/// they were given. Where steps need each other in a circle, the first of them goes first.
pub fn ordered(steps: Vec<Step>) -> Vec<Step> {
    let makers: HashMap<&Key, usize> = steps
        .iter()
        .enumerate()
        .filter_map(|(place, step)| Some((step.makes.as_ref()?, place)))
        .collect();
    let mut waits: Vec<usize> = Vec::with_capacity(steps.len());
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for (place, step) in steps.iter().enumerate() {
        let before: BTreeSet<usize> = step
            .needs
            .iter()
            .filter_map(|key| makers.get(key).copied())
            .filter(|it| *it != place)
            .collect();
        waits.push(before.len());
        for maker in before {
            waiting[maker].push(place);
        }
    }
    let rank = |place: usize| (steps[place].phase, place);
    let mut ready: BTreeSet<_> =
        (0..steps.len()).filter(|place| waits[*place] == 0).map(rank).collect();
    let mut left: BTreeSet<_> = (0..steps.len()).map(rank).collect();
    let mut sequence = Vec::with_capacity(steps.len());
    while let Some(next) = ready.pop_first().or_else(|| left.first().copied()) {
        if !left.remove(&next) {
            continue;
        }
        sequence.push(next.1);
        for place in &waiting[next.1] {
            waits[*place] = waits[*place].saturating_sub(1);
            if waits[*place] == 0 && left.contains(&rank(*place)) {
                ready.insert(rank(*place));
            }
        }
    }
    let mut steps: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    sequence.into_iter().filter_map(|place| steps[place].take()).collect()
}
