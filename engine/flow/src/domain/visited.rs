//! Numbers that a walk has come by.

/// A set of numbers that is emptied at no cost.
#[derive(Default)]
pub(crate) struct Visited {
    /// By number the walk that was the last to come by it.
    walks: Vec<u32>,
    walk: u32,
}

impl Visited {
    /// Begins a walk: nothing is visited.
    pub(crate) fn begin(&mut self) {
        self.walk += 1;
    }

    /// Whether this is the first time that the walk comes by a number.
    pub(crate) fn visit(&mut self, number: u32) -> bool {
        let place = number as usize;
        if self.walks.len() <= place {
            self.walks.resize(place + 1, 0);
        }
        std::mem::replace(&mut self.walks[place], self.walk) != self.walk
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_walk_visits_anew() {
        let mut visited = Visited::default();
        visited.begin();
        assert!(visited.visit(3) && visited.visit(0) && !visited.visit(3));
        visited.begin();
        assert!(visited.visit(3) && !visited.visit(3));
    }
}
