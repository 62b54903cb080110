//! The nearest name to one that does not exist.

/// How alike two names must be, from 0 to 1, before one is offered for the other.
const LIKELY: f64 = 0.6;

/// The candidate that `wrong` most likely meant: the same name in another letter case or with
/// another plural, a slip of the fingers, or a longer name that holds it. Ties go to the first in
/// byte order.
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (likeness(&wrong, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score >= LIKELY)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

fn likeness(a: &str, b: &str) -> f64 {
    let slip = strsim::normalized_damerau_levenshtein(a, b);
    // `caller` for `caller_name`: a whole word of the longer name.
    let shorter = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let part = shorter.0.len() >= 3 && shorter.1.split('_').any(|word| word == shorter.0);
    if part { slip.max(0.65) } else { slip }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_found() {
        let names = ["methods", "members", "calls", "call_graph", "file_id", "full_name"];
        assert_eq!(nearest("method", names), Some("methods"));
        assert_eq!(nearest("METHDOS", names), Some("methods"));
        assert_eq!(nearest("callgraph", names), Some("call_graph"));
        assert_eq!(nearest("full", names), Some("full_name"));
        assert_eq!(nearest("zzz", names), None);
        assert_eq!(nearest("x", names), None);
    }
}
