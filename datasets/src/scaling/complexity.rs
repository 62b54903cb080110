//! The exponent that a stated complexity promises.
//!
//! The text is the registry's, written for people: `O(n m)`, `O((n + m) log n)`, `O(k n (n + m) log n); with weights …`.
//! Graphs of a family have about as many edges for a node whatever their size, so n and m both grow as the size does.

/// How time grows with nodes and edges together.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Growth {
    pub exponent: f64,
    /// Factors of log n.
    pub logarithms: f64,
}

impl Growth {
    const CONSTANT: Growth = Growth { exponent: 0.0, logarithms: 0.0 };

    /// The growth that a text states, of a function whose arguments with these names have values: they do not grow with
    /// the graph. Nothing if it speaks of something else (how many paths there are, the degrees of nodes, an argument
    /// that was left out), or of what comes on top.
    ///
    /// `O(samples m), all nodes without samples` says what `samples` is where it was left out: n.
    pub fn stated(text: &str, arguments: &[&str]) -> Option<Growth> {
        let inner = text.trim().strip_prefix("O(")?;
        let left_out = text.split_once("), all nodes without ").map(|(_, name)| name);
        let left_out = left_out.and_then(|name| name.split(|c: char| !is_of_word(c)).next());
        let left_out = left_out.filter(|name| !arguments.contains(name));
        let mut parser = Parser { rest: inner, arguments, left_out };
        let growth = parser.sum()?;
        let after = parser.rest.strip_prefix(')')?.trim_start();
        let after = match left_out {
            Some(name) => after.strip_prefix(", all nodes without ")?.strip_prefix(name)?,
            None => after,
        };
        // What follows a semicolon is about other arguments than the default ones.
        let told = after.is_empty() || after.starts_with(';') || after.starts_with("at worst");
        told.then_some(growth)
    }

    fn times(self, other: Growth) -> Growth {
        Growth { exponent: self.exponent + other.exponent, logarithms: self.logarithms + other.logarithms }
    }

    fn power(self, exponent: f64) -> Growth {
        Growth { exponent: self.exponent * exponent, logarithms: self.logarithms * exponent }
    }

    fn or_greater(self, other: Growth) -> Growth {
        if self < other { other } else { self }
    }

    /// The greatest exponent that a measurement may show. What is beyond the stated one: a logarithm adds
    /// 1 / ln n to the slope, about 0.1 where n is some ten thousand; and as a graph outgrows the processor's caches, a
    /// step takes longer. The latter tells less where the graph is walked over so often that only small ones are measured.
    pub fn limit(self) -> f64 {
        self.exponent + 0.1 * self.logarithms + if self.exponent > 1.0 { 0.10 } else { 0.15 }
    }
}

/// Sums of products of powers; a product needs no sign.
struct Parser<'a> {
    rest: &'a str,
    arguments: &'a [&'a str],
    /// An argument that, left out, means every node.
    left_out: Option<&'a str>,
}

fn is_of_word(c: char) -> bool {
    (c.is_alphanumeric() || c == '_') && !matches!(c, '²' | '³')
}

impl<'a> Parser<'a> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '·' | '*' | '×'));
    }

    fn take(&mut self, mark: char) -> bool {
        let rest = self.rest.trim_start();
        let taken = rest.strip_prefix(mark);
        self.rest = taken.unwrap_or(self.rest);
        taken.is_some()
    }

    fn sum(&mut self) -> Option<Growth> {
        let mut growth = self.product()?;
        while self.take('+') {
            growth = growth.or_greater(self.product()?);
        }
        Some(growth)
    }

    fn product(&mut self) -> Option<Growth> {
        let mut growth = self.factor()?;
        loop {
            self.skip();
            if self.rest.is_empty() || self.rest.starts_with([')', '+']) {
                return Some(growth);
            }
            growth = growth.times(self.factor()?);
        }
    }

    fn factor(&mut self) -> Option<Growth> {
        self.skip();
        let mut growth = if self.take('(') {
            let inner = self.sum()?;
            self.take(')').then_some(inner)?
        } else if self.take('√') {
            self.factor()?.power(0.5)
        } else if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            self.number()?;
            Growth::CONSTANT
        } else {
            match self.word()? {
                "n" | "m" | "nodes" | "edges" => Growth { exponent: 1.0, logarithms: 0.0 },
                // `edges walked`: some of them, and at most all.
                "walked" => Growth::CONSTANT,
                "log" => {
                    // Of a product it is a sum of logarithms: log n, whatever the exponent.
                    let of = self.factor()?;
                    Growth { exponent: 0.0, logarithms: if of.exponent > 0.0 { 1.0 } else { 0.0 } }
                }
                "α" => {
                    // The inverse of Ackermann's function is below 5 for every graph there is.
                    if self.take('(') {
                        self.sum()?;
                        self.take(')').then_some(())?;
                    }
                    Growth::CONSTANT
                }
                word if self.left_out == Some(word) => Growth { exponent: 1.0, logarithms: 0.0 },
                word if self.arguments.contains(&word) => Growth::CONSTANT,
                _ => return None,
            }
        };
        if self.take('²') {
            growth = growth.power(2.0);
        } else if self.take('³') {
            growth = growth.power(3.0);
        } else if self.take('^') {
            let bracket = self.take('(');
            let mut exponent = self.number()?;
            if self.take('/') {
                exponent /= self.number()?;
            }
            if bracket && !self.take(')') {
                return None;
            }
            growth = growth.power(exponent);
        }
        Some(growth)
    }

    fn number(&mut self) -> Option<f64> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        number.parse().ok()
    }

    fn word(&mut self) -> Option<&'a str> {
        let end = self.rest.find(|c: char| !is_of_word(c));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<(f64, f64)> {
        Growth::stated(text, &["k", "max_iterations"]).map(|growth| (growth.exponent, growth.logarithms))
    }

    #[test]
    fn what_is_stated_is_understood() {
        for (text, expected) in [
            ("O(1)", (0.0, 0.0)),
            ("O(n + m)", (1.0, 0.0)),
            ("O(n m)", (2.0, 0.0)),
            ("O(n · m)", (2.0, 0.0)),
            ("O(n + edges walked)", (1.0, 0.0)),
            ("O((n + m) log n)", (1.0, 1.0)),
            ("O(m log(n))", (1.0, 1.0)),
            ("O(n + m log n)", (1.0, 1.0)),
            ("O(max_iterations (n + m))", (1.0, 0.0)),
            ("O(k n (n + m) log n)", (2.0, 1.0)),
            ("O(n m); with weights O(n (n + m) log n)", (2.0, 0.0)),
            ("O(n m) at worst, undirected graphs near O(n + m); O(k (n + m)) with k", (2.0, 0.0)),
            ("O(samples m), all nodes without samples; with weights O(samples (m + n log n))", (2.0, 0.0)),
            ("O(n²)", (2.0, 0.0)),
            ("O(n^3 + 2 m)", (3.0, 0.0)),
            ("O(m^1.5)", (1.5, 0.0)),
            ("O(m^(3/2))", (1.5, 0.0)),
            ("O(m √m)", (1.5, 0.0)),
            ("O((n + m) α(n))", (1.0, 0.0)),
        ] {
            assert_eq!(of(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_hangs_on_something_else_states_no_exponent() {
        for text in [
            "",
            "fast",
            "O(",
            "O()",
            "O(n",
            "O(n +)",
            "O(n ^ x)",
            "O(Σ degree²)",
            "O(paths · k), and the ways that lead to none",
            "O(n) and more",
            "O(samples m)",
            "O(samples m), all nodes without others",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn the_limits_are_those_of_the_targets() {
        let limit = |text| Growth::stated(text, &[]).map(|growth| (growth.limit() * 100.0).round());
        assert_eq!(limit("O(n + m)"), Some(115.0));
        assert_eq!(limit("O(n m)"), Some(210.0));
    }
}
