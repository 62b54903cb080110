//! Conditions of rows, as their notes spell them: `if arg[shell]=True`, `unless this from <init>`.

use super::{Base, Place};

/// What a condition asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Subject {
    /// Whether the receiver is the result of a call of this name.
    From(String),
    /// Whether an argument is written or evaluates like this.
    Equals(Base, String),
    /// Whether an argument is of a type, or of one below it.
    Is(Base, String),
    /// Whether an argument is a text rather than an object.
    IsText(Base),
}

/// A condition of a row. One that cannot be decided holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Condition {
    /// Whether the row is for calls of which it holds.
    pub wanted: bool,
    pub subject: Subject,
}

impl Condition {
    /// Reads a note. Anything that is no condition of a known form is a remark.
    pub(crate) fn parse(note: &str) -> Option<Condition> {
        let (wanted, rest) = match note.strip_prefix("if ") {
            Some(rest) => (true, rest),
            None => (false, note.strip_prefix("unless ")?),
        };
        if let Some(name) = rest.strip_prefix("this from ") {
            return (!name.contains(' '))
                .then(|| Condition { wanted, subject: Subject::From(name.to_owned()) });
        }
        if let Some((place, kind)) = rest.split_once(" is ")
            && let Some(place) = Place::parse(place.trim())
            && place.parts.is_empty()
            && !kind.contains(' ')
        {
            let subject = match kind {
                "text" => Subject::IsText(place.base),
                kind => Subject::Is(place.base, kind.to_owned()),
            };
            return Some(Condition { wanted, subject });
        }
        let (place, value) = rest.split_once('=')?;
        let place = Place::parse(place.trim())?;
        (place.parts.is_empty() && !value.contains(' '))
            .then(|| Condition { wanted, subject: Subject::Equals(place.base, value.trim().to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_and_remarks() {
        let from = Condition { wanted: false, subject: Subject::From("<init>".to_owned()) };
        assert_eq!(Condition::parse("unless this from <init>"), Some(from));
        let shell = Subject::Equals(Base::Keyword("shell".to_owned()), "True".to_owned());
        assert_eq!(Condition::parse("if arg[shell]=True"), Some(Condition { wanted: true, subject: shell }));
        let text = Condition { wanted: true, subject: Subject::IsText(Base::Argument(0)) };
        assert_eq!(Condition::parse("if arg[0] is text"), Some(text));
        let writer = Subject::Is(Base::Argument(0), "net/http.ResponseWriter".to_owned());
        let writer = Condition { wanted: true, subject: writer };
        assert_eq!(Condition::parse("if arg[0] is net/http.ResponseWriter"), Some(writer));
        assert_eq!(Condition::parse("if arg[0] is a sum"), None);
        assert_eq!(Condition::parse("if the moon is full"), None);
        assert_eq!(Condition::parse("the query"), None);
    }
}
