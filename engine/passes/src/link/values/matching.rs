//! Which nodes of a file that was edited are those of before.
//!
//! A node that is the same has the same facts, as far as they say what it is by itself: a call its callee and arguments, a method its parameters, a
//! container its length. Whatever else is said of nodes comes and goes fact by fact. A pair that is missed costs
//! work and nothing else: what was said of the node goes, and is said of a new one.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use stoa_model::rows::NO_LOCAL;
use stoa_model::{FIRST_BODY, NodeId, Symbol, ids::local_of};

use super::builder::{MethodFacts, ValuesBuilder};
use super::facts::each_unit;
use crate::values::{ValueOp, ValueRow};

/// The nodes of a file by the numbers that they have here, and by those that they have in it now.
#[derive(Clone, Debug, Default)]
pub(super) struct Renumbered {
    here: FxHashMap<u32, u32>,
    now: FxHashMap<u32, u32>,
    /// The next number that no node of the file ever had.
    next: u32,
}

impl Renumbered {
    /// Of a file as it was first read.
    pub fn first(nodes: u32) -> Renumbered {
        Renumbered { next: FIRST_BODY.saturating_add(nodes), ..Renumbered::default() }
    }

    pub fn here(&self, local: u32) -> u32 {
        self.here.get(&local).copied().unwrap_or(local)
    }

    pub fn now(&self, here: u32) -> u32 {
        self.now.get(&here).copied().unwrap_or(here)
    }

    pub fn now_if_known(&self, here: u32) -> Option<u32> {
        self.now.get(&here).copied()
    }

    /// Gives the nodes of another version their numbers: those of the nodes that they were, or new ones.
    fn next(&self, nodes: impl Iterator<Item = u32>, pairs: &Pairs) -> Renumbered {
        let mut next = Renumbered { next: self.next, ..Renumbered::default() };
        for node in nodes {
            if node == NO_LOCAL || next.here.contains_key(&node) {
                continue;
            }
            let here = match pairs.before.get(&node) {
                Some(before) => self.here(*before),
                None => {
                    next.next += 1;
                    next.next - 1
                }
            };
            next.here.insert(node, here);
            next.now.insert(here, node);
        }
        next
    }
}

/// Nodes of two versions of a file that are the same.
#[derive(Default)]
struct Pairs {
    after: FxHashMap<u32, u32>,
    before: FxHashMap<u32, u32>,
}

impl Pairs {
    fn is(&self, before: u32, after: u32) -> bool {
        match before == NO_LOCAL || after == NO_LOCAL {
            true => before == after,
            false => self.after.get(&before) == Some(&after),
        }
    }

    /// Notes that two nodes are the same, unless something speaks against it.
    fn pair(&mut self, before: u32, after: u32) {
        let free = !self.after.contains_key(&before) && !self.before.contains_key(&after);
        if free && before != NO_LOCAL && after != NO_LOCAL {
            self.after.insert(before, after);
            self.before.insert(after, before);
        }
    }

    fn part_before(&mut self, before: u32) -> bool {
        let after = self.after.remove(&before);
        after.and_then(|after| self.before.remove(&after)).is_some()
    }

    fn part_after(&mut self, after: u32) -> bool {
        let before = self.before.get(&after).copied();
        before.is_some_and(|before| self.part_before(before))
    }
}

/// A fact with those that continue it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Unit {
    /// What is said, and the nodes it is said of.
    said: SmallVec<[(u8, Symbol); 1]>,
    nodes: SmallVec<[u32; 2]>,
}

impl Unit {
    fn of(rows: &[ValueRow]) -> Unit {
        Unit {
            said: rows.iter().map(|row| (row.op as u8, row.name)).collect(),
            nodes: rows.iter().flat_map(|row| [row.dst, row.src]).collect(),
        }
    }

    /// The nodes that the fact says something of by themselves.
    fn tells(rows: &[ValueRow]) -> SmallVec<[u32; 2]> {
        use ValueOp::{
            Argument, Call, Decorated, Iterate, MethodCall, New, Next, Object, Slice, Super, Throw,
        };
        match rows[0].op {
            Argument | Call | Iterate | MethodCall | New | Next | Object | Slice | Super | Throw => {
                SmallVec::from_slice(&[rows[0].dst])
            }
            Decorated => SmallVec::from_slice(&[rows[0].dst, rows[0].src]),
            _ => SmallVec::new(),
        }
    }
}

/// What came and went from one version of a file to the next.
pub(super) struct Matched {
    pub numbers: Renumbered,
    /// Facts that went and came: where their rows begin and end.
    pub went: Vec<(usize, usize)>,
    pub came: Vec<(usize, usize)>,
    /// Nodes of before that are no more, and of now that were not.
    pub gone: Vec<u32>,
    pub new: Vec<u32>,
}

/// Finds the nodes that are the same. `moved` are where declarations are now. None if more has changed than can be followed: types, or what they extend.
pub(super) fn matched(
    before: &ValuesBuilder,
    after: &ValuesBuilder,
    moved: &[u32],
    known: &Renumbered,
) -> Option<Matched> {
    let units = (each_unit(&before.rows), each_unit(&after.rows));
    let rows = (&before.rows[..], &after.rows[..]);
    let mut pairs = Pairs::default();
    for (before, after) in moved.iter().enumerate() {
        pairs.pair(before as u32, *after);
    }
    align(&mut pairs, rows, &units);
    let (went, came) = loop {
        let (went, came) = differences(&pairs, rows, &units);
        let mut parted = false;
        for &(from, to) in &went {
            Unit::tells(&rows.0[from..to]).into_iter().for_each(|node| parted |= pairs.part_before(node));
        }
        for &(from, to) in &came {
            Unit::tells(&rows.1[from..to]).into_iter().for_each(|node| parted |= pairs.part_after(node));
        }
        parted |= part_methods(&mut pairs, before, after);
        if !parted {
            break (went, came);
        }
    };
    let types = |builder: &ValuesBuilder| -> Vec<(u32, u64)> {
        builder.types.iter().map(|facts| (local_of(facts.id), facts.full)).collect()
    };
    let (types, now) = (types(before), types(after));
    let same =
        types.len() == now.len()
            && types.iter().all(|(node, full)| {
                pairs.after.get(node).is_some_and(|after| now.contains(&(*after, *full)))
            })
            && before.bases.len() == after.bases.len()
            && before.bases.iter().zip(&after.bases).all(|(b, a)| {
                pairs.is(local_of(b.of), local_of(a.of)) && (b.form, b.path) == (a.form, a.path)
            });
    if !same {
        return None;
    }
    let all = |builder: &ValuesBuilder| -> Vec<u32> {
        let declarations = builder.files.first().map_or(0, |file| file.declarations);
        let of_rows = builder.rows.iter().flat_map(|row| [row.dst, row.src]);
        let methods = builder.methods.iter().map(|m| local_of(m.id));
        let parameters = builder.parameters.iter().map(|p| local_of(p.id));
        let untyped = builder.untyped.iter().map(|id| local_of(*id));
        let all = (0..declarations).chain(of_rows).chain(methods).chain(parameters).chain(untyped);
        let mut all: Vec<u32> = all.filter(|node| *node != NO_LOCAL).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let nodes = all(after);
    Some(Matched {
        numbers: known.next(nodes.iter().copied(), &pairs),
        went,
        came,
        gone: all(before).into_iter().filter(|node| !pairs.after.contains_key(node)).collect(),
        new: nodes.into_iter().filter(|node| !pairs.before.contains_key(node)).collect(),
    })
}

type Units = Vec<(usize, usize)>;

/// Pairs the nodes of facts that say the same from the beginning on, and from the end backwards.
fn align(pairs: &mut Pairs, rows: (&[ValueRow], &[ValueRow]), units: &(Units, Units)) {
    let of = |rows: &[ValueRow], (from, to): (usize, usize)| Unit::of(&rows[from..to]);
    let least = units.0.len().min(units.1.len());
    let mut same = |b: (usize, usize), a: (usize, usize)| -> bool {
        let (before, after) = (of(rows.0, b), of(rows.1, a));
        let is_same = before.said == after.said
            && before.nodes.iter().zip(&after.nodes).all(|(b, a)| {
                let declared = *b < FIRST_BODY || *a < FIRST_BODY;
                !declared || pairs.is(*b, *a)
            });
        if is_same {
            before.nodes.iter().zip(&after.nodes).for_each(|(b, a)| pairs.pair(*b, *a));
        }
        is_same
    };
    let mut first = 0;
    while first < least && same(units.0[first], units.1[first]) {
        first += 1;
    }
    let mut last = 0;
    while last < least - first && same(units.0[units.0.len() - 1 - last], units.1[units.1.len() - 1 - last]) {
        last += 1;
    }
}

/// The facts that are not said of the same nodes in both versions.
fn differences(pairs: &Pairs, rows: (&[ValueRow], &[ValueRow]), units: &(Units, Units)) -> (Units, Units) {
    let mut left: FxHashMap<Unit, Units> = FxHashMap::default();
    for &(from, to) in units.1.iter().rev() {
        left.entry(Unit::of(&rows.1[from..to])).or_default().push((from, to));
    }
    let mut went = Vec::new();
    for &(from, to) in &units.0 {
        let mut unit = Unit::of(&rows.0[from..to]);
        let paired = unit.nodes.iter_mut().all(|node| {
            *node == NO_LOCAL || pairs.after.get(node).inspect(|after| *node = **after).is_some()
        });
        let known = paired && left.get_mut(&unit).is_some_and(|places| places.pop().is_some());
        if !known {
            went.push((from, to));
        }
    }
    let mut came: Units = left.into_values().flatten().collect();
    came.sort_unstable();
    (went, came)
}

/// Parts methods that are not what they were. Tells whether there are any.
fn part_methods(pairs: &mut Pairs, before: &ValuesBuilder, after: &ValuesBuilder) -> bool {
    let now: FxHashMap<u32, &MethodFacts> = after.methods.iter().map(|m| (local_of(m.id), m)).collect();
    let local = |id: Option<NodeId>| id.map_or(NO_LOCAL, local_of);
    let mut parted = false;
    for old in &before.methods {
        let Some(place) = pairs.after.get(&local_of(old.id)) else { continue };
        let parameters = |builder: &ValuesBuilder, m: &MethodFacts| {
            let (from, to) = m.parameters;
            builder.parameters.get(from as usize..to as usize).unwrap_or_default().to_vec()
        };
        let same = now.get(place).is_some_and(|new| {
            let facts = |m: &MethodFacts| (m.full, m.generator, m.of_class, m.property);
            let (b, a) = (parameters(before, old), parameters(after, new));
            facts(old) == facts(new)
                && pairs.is(local(old.owner), local(new.owner))
                && b.len() == a.len()
                && b.iter().zip(&a).all(|(b, a)| {
                    pairs.is(local_of(b.id), local_of(a.id))
                        && (b.index, b.name, b.variadic) == (a.index, a.name, a.variadic)
                })
        });
        if !same {
            parted |= pairs.part_before(local_of(old.id));
        }
    }
    let was: FxHashMap<u32, ()> = before.methods.iter().map(|m| (local_of(m.id), ())).collect();
    for new in &after.methods {
        let place = local_of(new.id);
        if pairs.before.get(&place).is_some_and(|before| !was.contains_key(before)) {
            parted |= pairs.part_after(place);
        }
    }
    parted
}
