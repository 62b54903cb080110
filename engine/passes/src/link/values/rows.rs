//! Lists that hardly ever change: each in its place in one array, or by itself once it has changed.

use rustc_hash::FxHashMap;

/// Lists by number.
pub(super) struct Rows<T> {
    starts: Vec<u32>,
    items: Vec<T>,
    changed: FxHashMap<u32, Vec<T>>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Rows { starts: Vec::new(), items: Vec::new(), changed: FxHashMap::default() }
    }
}

impl<T: Copy + PartialEq> Rows<T> {
    /// From elements and the numbers of their lists, which keep their order.
    pub fn of(count: usize, elements: impl Iterator<Item = (u32, T)> + Clone) -> Rows<T> {
        let mut starts = vec![0u32; count + 1];
        let mut first = None;
        elements.clone().for_each(|(list, element)| {
            starts[list as usize + 1] += 1;
            first = Some(element);
        });
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut items = Vec::new();
        if let Some(first) = first {
            items.resize(starts[count] as usize, first);
        }
        let mut places = starts.clone();
        elements.for_each(|(list, element)| {
            let place = &mut places[list as usize];
            items[*place as usize] = element;
            *place += 1;
        });
        Rows { starts, items, changed: FxHashMap::default() }
    }

    pub fn get(&self, list: u32) -> &[T] {
        if !self.changed.is_empty()
            && let Some(changed) = self.changed.get(&list)
        {
            return changed;
        }
        match self.starts.get(list as usize..list as usize + 2) {
            Some(&[from, to]) => &self.items[from as usize..to as usize],
            _ => &[],
        }
    }

    fn edit(&mut self, list: u32) -> &mut Vec<T> {
        let known = match self.starts.get(list as usize..list as usize + 2) {
            Some(&[from, to]) => &self.items[from as usize..to as usize],
            _ => &[],
        };
        self.changed.entry(list).or_insert_with(|| known.to_vec())
    }

    pub fn set(&mut self, list: u32, elements: Vec<T>) {
        self.changed.insert(list, elements);
    }

    pub fn push(&mut self, list: u32, element: T) {
        self.edit(list).push(element);
    }

    /// Removes one element that is equal. False if there is none.
    pub fn remove(&mut self, list: u32, element: T) -> bool {
        let list = self.edit(list);
        let place = list.iter().rposition(|known| *known == element);
        place.map(|place| list.swap_remove(place)).is_some()
    }

    /// All lists that have elements, by number.
    pub fn all(&self) -> impl Iterator<Item = (u32, &[T])> {
        let still =
            (0..self.starts.len().saturating_sub(1) as u32).filter(|list| !self.changed.contains_key(list));
        let changed = self.changed.iter().map(|(list, elements)| (*list, &elements[..]));
        still.map(|list| (list, self.get(list))).chain(changed).filter(|(_, elements)| !elements.is_empty())
    }

    /// How many bytes it takes, roughly.
    pub fn bytes(&self) -> usize {
        let changed: usize = self.changed.values().map(|list| 48 + list.capacity() * size_of::<T>()).sum();
        self.starts.capacity() * 4 + self.items.capacity() * size_of::<T>() + changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_change_by_themselves() {
        let mut rows = Rows::of(3, [(2, 'c'), (0, 'a'), (2, 'd')].into_iter());
        rows.push(0, 'b');
        rows.push(7, 'x');
        assert!(rows.remove(2, 'c') && !rows.remove(2, 'c'));
        assert_eq!(
            [rows.get(0), rows.get(1), rows.get(2), rows.get(7)],
            [&['a', 'b'][..], &[], &['d'], &['x']]
        );
        rows.set(2, Vec::new());
        let mut all: Vec<u32> = rows.all().map(|(list, _)| list).collect();
        all.sort_unstable();
        assert_eq!(all, [0, 7]);
    }
}
