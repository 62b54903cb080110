//! What only some variables have: found by the variable's number, kept in the order in which it came.

use super::variables::Var;

pub(super) struct OfVariables<T> {
    /// Of each variable the place of what it has, counted from 1; 0 is nothing.
    places: Vec<u32>,
    all: Vec<(Var, T)>,
}

impl<T> Default for OfVariables<T> {
    fn default() -> Self {
        OfVariables { places: Vec::new(), all: Vec::new() }
    }
}

impl<T> OfVariables<T> {
    /// Makes room for so many variables that have something, among so many.
    pub fn reserve(&mut self, count: usize, variables: usize) {
        self.all.reserve(count);
        self.places.reserve(variables);
    }

    fn place(&self, var: Var) -> Option<usize> {
        (*self.places.get(var as usize)? as usize).checked_sub(1)
    }

    #[inline]
    pub fn get(&self, var: Var) -> Option<&T> {
        Some(&self.all[self.place(var)?].1)
    }

    #[inline]
    pub fn get_mut(&mut self, var: Var) -> Option<&mut T> {
        let place = self.place(var)?;
        Some(&mut self.all[place].1)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Var, &T)> {
        self.all.iter().map(|(var, of)| (*var, of))
    }

    pub fn into_all(self) -> impl Iterator<Item = (Var, T)> {
        self.all.into_iter()
    }
}

impl<T: Default> OfVariables<T> {
    /// What a variable has, from now on at least.
    pub fn entry(&mut self, var: Var) -> &mut T {
        if self.places.len() <= var as usize {
            self.places.resize(var as usize + 1, 0);
        }
        if self.places[var as usize] == 0 {
            self.all.push((var, T::default()));
            self.places[var as usize] = self.all.len() as u32;
        }
        let place = self.places[var as usize] as usize - 1;
        &mut self.all[place].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_that_were_asked_for_are_there() {
        let mut of: OfVariables<u8> = OfVariables::default();
        *of.entry(7) = 1;
        *of.entry(2) += 5;
        *of.entry(7) += 1;
        assert_eq!([of.get(7), of.get(2), of.get(3), of.get(99)], [Some(&2), Some(&5), None, None]);
        assert!(of.get_mut(0).is_none());
        assert_eq!(of.into_all().collect::<Vec<_>>(), [(7, 2), (2, 5)]);
    }
}
