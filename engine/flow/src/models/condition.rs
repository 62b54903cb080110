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
    /// Whether an object was told a constant under a name, when it was made or later.
    Has(Base, String, String),
    /// Whether the method around answers to paths of which nobody chooses a part.
    FixedRoute,
}

/// A condition of a row. One that cannot be decided holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Condition {
    /// Whether the row is for calls of which it holds.
    pub wanted: bool,
    pub subject: Subject,
}

impl Condition {
    /// Reads a note: conditions with `and` between them. Anything that is no condition of a known form is a remark.
    pub(crate) fn parse_all(note: &str) -> Vec<Condition> {
        let conditions: Option<Vec<Condition>> = note.split(" and ").map(Condition::parse).collect();
        conditions.unwrap_or_default()
    }

    /// Reads one condition.
    pub(crate) fn parse(note: &str) -> Option<Condition> {
        let (wanted, rest) = match note.strip_prefix("if ") {
            Some(rest) => (true, rest),
            None => (false, note.strip_prefix("unless ")?),
        };
        if let Some(name) = rest.strip_prefix("this from ") {
            return (!name.contains(' '))
                .then(|| Condition { wanted, subject: Subject::From(name.to_owned()) });
        }
        if rest == "the route is fixed" {
            return Some(Condition { wanted, subject: Subject::FixedRoute });
        }
        if let Some((place, setting)) = rest.split_once(" has ")
            && let Some(place) = Place::parse(place.trim())
            && place.parts.is_empty()
            && let Some((name, value)) = setting.split_once('=')
            && !setting.contains(' ')
        {
            return Some(Condition {
                wanted,
                subject: Subject::Has(place.base, name.to_owned(), value.to_owned()),
            });
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
        let told = Subject::Has(Base::Argument(1), "external".to_owned(), "True".to_owned());
        let told = Condition { wanted: true, subject: told };
        assert_eq!(Condition::parse("if arg[1] has external=True"), Some(told.clone()));
        let route = Condition { wanted: false, subject: Subject::FixedRoute };
        assert_eq!(
            Condition::parse_all("if arg[1] has external=True and unless the route is fixed"),
            [told, route]
        );
        assert!(Condition::parse_all("ends and begins").is_empty());
        assert_eq!(Condition::parse("if arg[0] is a sum"), None);
        assert_eq!(Condition::parse("if the moon is full"), None);
        assert_eq!(Condition::parse("the query"), None);
    }
}
