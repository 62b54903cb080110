//! What is left of a run: what its summary leads to, packed.
//!
//! A run numbers values, objects, origins, paths and traces as it comes by them. Most of that nothing asks for when the run is over; the
//! rest gets new numbers, in the order of the old ones.

use rustc_hash::FxHashMap;
use std::sync::Arc;

use super::summary::{Effect, Held, Mark, Pending, Summary};
use super::{Run, SinkKey, Thing};
use crate::domain::{BOTTOM, Label, Object, Origin, Scalar, ValueId};

impl Run<'_> {
    /// Gives a summary what it leads to. It comes with the numbers of the run.
    pub(super) fn pack(
        self,
        mut summary: Summary,
        heap: Vec<(u32, Arc<Object>)>,
        pending: Vec<(SinkKey, Vec<Label>)>,
    ) -> Summary {
        let values = self.values.into_vec();
        let mut numbers = vec![u32::MAX; values.len()];
        let mut kept: Vec<ValueId> = Vec::new();
        let mut keep = |value: ValueId| -> ValueId {
            let number = &mut numbers[value as usize];
            if *number == u32::MAX {
                *number = kept.len() as u32;
                kept.push(value);
            }
            *number
        };
        keep(BOTTOM);
        summary.returned = summary.returned.map(&mut keep);
        summary.thrown = keep(summary.thrown);
        summary.parts = heap.iter().flat_map(|(_, o)| &o.parts).map(|part| keep(part.1)).collect();
        let kept = || kept.iter().map(|&value| &values[value as usize]);

        let labels = || {
            kept()
                .flat_map(|v| &v.labels)
                .chain(pending.iter().flat_map(|p| &p.1))
                .chain(summary.needs.iter().map(|n| &n.label))
        };
        let ends = labels().map(|l| l.trace).chain(summary.findings.found.iter().map(|f| f.trace));
        let (traces, trail) = self.trail.keep_used(ends);
        let mut named = vec![false; self.origins.len()];
        labels().for_each(|label| named[label.origin as usize] = true);

        let mut used = vec![false; self.things.len()];
        if let Some(globals) = used.first_mut() {
            *globals = true;
        }
        for &object in kept().flat_map(|v| &v.objects).chain(heap.iter().map(|h| &h.0)) {
            used[object as usize] = true;
            if let Thing::Inside { base, .. } = self.things[object as usize] {
                used[base as usize] = true;
            }
        }
        let things = || self.things.iter().zip(&used).filter(|(_, used)| **used).map(|(thing, _)| *thing);
        let origins =
            || self.origins.iter().zip(&named).filter(|(_, named)| **named).map(|(origin, _)| *origin);
        let of_things = things().filter_map(|t| if let Thing::Input(path) = t { Some(path) } else { None });
        let of_origins =
            origins().filter_map(|o| if let Origin::Input(path, _) = o { Some(path) } else { None });
        let of_paths = of_things.chain(of_origins).chain(summary.sensitive.iter().copied());
        let (paths, routes) = self.paths.keep_used(of_paths, &self.context.routes);

        let objects = numbered(&used);
        let things = things().map(|thing| match thing {
            Thing::Input(path) => Thing::Input(paths[path as usize]),
            Thing::Inside { base, bytes } => Thing::Inside { base: objects[base as usize], bytes },
            other => other,
        });
        summary.things = things.collect();
        let origin_numbers = numbered(&named);
        let origins = origins().map(|origin| match origin {
            Origin::Input(path, deep) => Origin::Input(paths[path as usize], deep),
            source => source,
        });
        summary.origins = origins.collect();
        let (mut ends, mut scalars): (Held, FxHashMap<&Scalar, u32>) = Default::default();
        let packed = kept().map(|value| {
            let next = scalars.len() as u32;
            ends.scalar = *scalars.entry(&value.scalar).or_insert(next);
            ends.labels += value.labels.len() as u32;
            ends.objects += value.objects.len() as u32;
            ends
        });
        summary.values = packed.collect();
        let mut in_order = vec![Scalar::Bottom; scalars.len()];
        scalars.into_iter().for_each(|(scalar, number)| in_order[number as usize] = scalar.clone());
        summary.scalars = in_order.into();
        summary.objects = kept().flat_map(|v| &v.objects).map(|&object| objects[object as usize]).collect();
        let mut cleans: Vec<u64> = Vec::new();
        let all = kept().flat_map(|v| &v.labels).chain(pending.iter().flat_map(|p| &p.1));
        let marks = all.map(|label| {
            let known = cleans.iter().position(|&clean| clean == label.clean);
            let clean = known.unwrap_or_else(|| {
                cleans.push(label.clean);
                cleans.len() - 1
            });
            Mark {
                origin: origin_numbers[label.origin as usize],
                trace: traces[label.trace as usize],
                clean: clean as u32,
            }
        });
        summary.labels = marks.collect();
        summary.cleans = cleans.into();
        let pendings = pending.iter().map(|(key, labels)| {
            ends.labels += labels.len() as u32;
            Pending { key: *key, labels: ends.labels }
        });
        summary.pending = pendings.collect();
        let effects = heap.iter().map(|(object, content)| Effect {
            object: objects[*object as usize],
            shape: content.shape(&self.context.shapes),
        });
        summary.effects = effects.collect();
        for need in &mut summary.needs {
            need.label.origin = origin_numbers[need.label.origin as usize];
            need.label.trace = traces[need.label.trace as usize];
        }
        for found in &mut summary.findings.found {
            found.trace = traces[found.trace as usize];
        }
        for path in &mut summary.sensitive {
            *path = paths[*path as usize];
        }
        summary.routes = routes;
        summary.traces = Arc::new(trail);
        summary
    }
}

/// The new numbers of what is used.
fn numbered(used: &[bool]) -> Vec<u32> {
    let mut next = 0;
    let number = |&used: &bool| {
        let number = next;
        next += u32::from(used);
        number
    };
    used.iter().map(number).collect()
}
