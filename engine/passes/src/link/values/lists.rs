//! Many short lists in one array.
//!
//! A solver keeps some lists for each variable and each call, most of them of no or one element. Linked through one array they
//! cost eight bytes each until something is in them, and no memory is touched for what stays empty.

/// A list's first and last element: places in the array, counted from 1; 0 is none.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct List {
    first: u32,
    last: u32,
}

/// The elements of lists, each with the place of the next.
pub(super) struct Lists<T> {
    elements: Vec<(T, u32)>,
}

impl<T: Copy> Lists<T> {
    pub fn with_capacity(capacity: usize) -> Self {
        Lists { elements: Vec::with_capacity(capacity) }
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.elements.capacity() * size_of::<(T, u32)>()
    }

    /// Appends to a list.
    pub fn push(&mut self, list: &mut List, element: T) {
        self.elements.push((element, 0));
        let place = self.elements.len() as u32;
        match list.last {
            0 => list.first = place,
            last => self.elements[last as usize - 1].1 = place,
        }
        list.last = place;
    }

    /// Looks at the first and the last element of a list.
    pub fn look(&self, list: List) -> u32 {
        let at =
            |place: u32| self.elements.get((place as usize).wrapping_sub(1)).map_or(0, |element| element.1);
        at(list.first).wrapping_add(at(list.last))
    }

    /// The first element and the rest of a list as it is now: what is appended later is not in the rest.
    pub fn split(&self, list: List) -> Option<(T, List)> {
        let (element, next) = *self.elements.get((list.first as usize).checked_sub(1)?)?;
        let first = if list.first == list.last { 0 } else { next };
        Some((element, List { first, last: list.last }))
    }

    /// The elements of a list, in the order they were appended.
    pub fn of(&self, list: List) -> impl Iterator<Item = T> + '_ {
        let mut rest = list;
        std::iter::from_fn(move || {
            let (element, others) = self.split(rest)?;
            rest = others;
            Some(element)
        })
    }
}

impl List {
    pub fn is_empty(self) -> bool {
        self.first == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_their_order() {
        let mut lists = Lists::with_capacity(0);
        let (mut odd, mut even) = (List::default(), List::default());
        for n in 1..=9 {
            lists.push(if n % 2 == 1 { &mut odd } else { &mut even }, n);
        }
        assert!(List::default().is_empty() && lists.of(List::default()).next().is_none());
        assert_eq!(lists.of(odd).collect::<Vec<_>>(), [1, 3, 5, 7, 9]);
        assert_eq!(lists.of(even).collect::<Vec<_>>(), [2, 4, 6, 8]);
    }

    #[test]
    fn what_comes_later_is_not_in_the_rest() {
        let mut lists = Lists::with_capacity(0);
        let mut list = List::default();
        lists.push(&mut list, 1);
        let seen = list;
        lists.push(&mut list, 2);
        assert_eq!(lists.of(seen).collect::<Vec<_>>(), [1]);
    }
}
