//! Statements in an order in which each finds what it needs.

use super::model::Key;
use super::plan::{State, Step};
use std::collections::{BTreeSet, HashMap};

/// Steps in order.
#[derive(Debug, Default)]
pub struct Ordered {
    /// What a step needs comes before it, otherwise phase by phase, in the order they were given.
    pub steps: Vec<Step>,
    /// Those that need each other in a circle, or one of these, with something that each needs.
    pub stuck: Vec<(Step, Key)>,
}

/// Puts steps into an order. What a step wishes comes before it, too, if that does not wait for
/// the step itself.
pub fn ordered(steps: Vec<Step>) -> Ordered {
    let mut queue = Queue::new(&steps);
    let mut sequence = Vec::with_capacity(steps.len());
    while let Some(place) = queue.next() {
        sequence.push(place);
    }
    let missing: Vec<(usize, Key)> =
        queue.left().map(|place| (place, queue.missing(place))).collect();
    let mut steps: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    let mut take = |place: usize| steps[place].take();
    Ordered {
        steps: sequence.into_iter().filter_map(&mut take).collect(),
        stuck: missing.into_iter().filter_map(|(place, key)| Some((take(place)?, key))).collect(),
    }
}

/// The phase of a step and its place among those that were given.
type Rank = (super::plan::Phase, usize);

struct Queue<'a> {
    steps: &'a [Step],
    makers: HashMap<&'a State, Vec<usize>>,
    /// How many steps each still waits for: that it needs, and that it wishes.
    waits: Vec<[usize; 2]>,
    /// Who waits for each.
    waiting: Vec<[Vec<usize>; 2]>,
    /// Those that wait for nothing, and those that wait for what they wish only.
    ready: BTreeSet<Rank>,
    possible: BTreeSet<Rank>,
    done: Vec<bool>,
}

impl<'a> Queue<'a> {
    fn new(steps: &'a [Step]) -> Queue<'a> {
        let mut makers: HashMap<&State, Vec<usize>> = HashMap::new();
        for (place, step) in steps.iter().enumerate() {
            makers.entry(&step.brings).or_default().push(place);
        }
        let mut queue = Queue {
            steps,
            makers,
            waits: vec![[0; 2]; steps.len()],
            waiting: vec![Default::default(); steps.len()],
            ready: BTreeSet::new(),
            possible: BTreeSet::new(),
            done: vec![false; steps.len()],
        };
        for (place, step) in steps.iter().enumerate() {
            for (sort, states) in [&step.needs, &step.wishes].into_iter().enumerate() {
                let before: BTreeSet<usize> = states
                    .iter()
                    .flat_map(|state| queue.makers.get(state).into_iter().flatten().copied())
                    .filter(|it| *it != place)
                    .collect();
                queue.waits[place][sort] = before.len();
                before.into_iter().for_each(|maker| queue.waiting[maker][sort].push(place));
            }
        }
        (0..steps.len()).for_each(|place| queue.note(place));
        queue
    }

    fn rank(&self, place: usize) -> Rank {
        (self.steps[place].phase, place)
    }

    /// Puts a step where it belongs after what it waits for has changed.
    fn note(&mut self, place: usize) {
        let rank = self.rank(place);
        match self.waits[place] {
            [0, 0] => _ = self.ready.insert(rank),
            [0, _] => _ = self.possible.insert(rank),
            _ => {}
        }
    }

    fn next(&mut self) -> Option<usize> {
        let (_, place) = loop {
            let next = self.ready.pop_first().or_else(|| self.possible.pop_first())?;
            if !self.done[next.1] {
                break next;
            }
        };
        self.done[place] = true;
        for (sort, waiting) in std::mem::take(&mut self.waiting[place]).into_iter().enumerate() {
            for other in waiting.into_iter() {
                self.waits[other][sort] -= 1;
                self.note(other);
            }
        }
        Some(place)
    }

    fn left(&self) -> impl Iterator<Item = usize> {
        (0..self.steps.len()).filter(|place| !self.done[*place])
    }

    /// Something that a step needs and that is not brought about.
    fn missing(&self, place: usize) -> Key {
        let step = &self.steps[place];
        let is_missing = |state: &&State| {
            let makers = self.makers.get(state).into_iter().flatten();
            makers.into_iter().any(|maker| *maker != place && !self.done[*maker])
        };
        let state = step.needs.iter().find(is_missing);
        state.map_or(&step.key, State::key).clone()
    }
}
