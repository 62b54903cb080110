//! Places of a call that a row speaks of: `arg[0]`, `this.element`, `return.field[x]`.

/// Where a place begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Base {
    /// The receiver.
    This,
    /// The result.
    Return,
    /// One argument, from 0.
    Argument(usize),
    /// The arguments from one on, to another if one is given (included).
    Arguments(usize, usize),
    /// The parameter itself that an annotation stands on.
    Parameter,
    /// An argument by its keyword.
    Keyword(String),
}

/// What is meant of the value at the base.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Element,
    Key,
    Value,
    /// Of a tuple its first element, of anything else itself.
    First,
    Field(String),
    /// The value at the key that an argument is.
    At(usize),
    /// A parameter of the function that it is.
    Parameter(usize),
}

/// A place of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub base: Base,
    pub parts: Vec<Part>,
}

impl Place {
    pub(crate) fn of(base: Base) -> Place {
        Place { base, parts: Vec::new() }
    }

    pub(crate) fn parse(text: &str) -> Option<Place> {
        let (base, mut rest) = match text {
            "param" => (Base::Parameter, ""),
            t if t.starts_with("arg[") || t.starts_with("param[") => {
                let open = t.find('[')? + 1;
                let close = t.find(']')?;
                let inside = &t[open..close];
                let base = if inside == "*" {
                    Base::Arguments(0, usize::MAX)
                } else if let Some((from, to)) = inside.split_once("..") {
                    Base::Arguments(
                        from.parse().ok()?,
                        if to.is_empty() { usize::MAX } else { to.parse().ok()? },
                    )
                } else if let Ok(number) = inside.parse() {
                    Base::Argument(number)
                } else {
                    Base::Keyword(inside.to_owned())
                };
                (base, &t[close + 1..])
            }
            t if t.starts_with("this") => (Base::This, &t[4..]),
            t if t.starts_with("return") => (Base::Return, &t[6..]),
            _ => return None,
        };
        let mut parts = Vec::new();
        while let Some(part) = rest.strip_prefix('.') {
            if let Some(field) = part.strip_prefix("field[") {
                let close = field.find(']')?;
                parts.push(Part::Field(field[..close].to_owned()));
                rest = &field[close + 1..];
                continue;
            }
            if let Some(number) = part.strip_prefix("value[") {
                let close = number.find(']')?;
                parts.push(Part::At(number[..close].parse().ok()?));
                rest = &number[close + 1..];
                continue;
            }
            if let Some(number) = part.strip_prefix("param[") {
                let close = number.find(']')?;
                let place =
                    if &number[..close] == "*" { usize::MAX } else { number[..close].parse().ok()? };
                parts.push(Part::Parameter(place));
                rest = &number[close + 1..];
                continue;
            }
            let end = part.find('.').unwrap_or(part.len());
            parts.push(match &part[..end] {
                "element" => Part::Element,
                "key" => Part::Key,
                "value" => Part::Value,
                "first" => Part::First,
                _ => return None,
            });
            rest = &part[end..];
        }
        rest.is_empty().then_some(Place { base, parts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        assert_eq!(Place::parse("arg[1..]"), Some(Place::of(Base::Arguments(1, usize::MAX))));
        assert_eq!(Place::parse("arg[sql]"), Some(Place::of(Base::Keyword("sql".to_owned()))));
        let deep = Place { base: Base::This, parts: vec![Part::Element, Part::Field("x".to_owned())] };
        assert_eq!(Place::parse("this.element.field[x]"), Some(deep));
        assert_eq!(Place::parse("param[*]"), Some(Place::of(Base::Arguments(0, usize::MAX))));
        assert_eq!(Place::parse("arg[0..2]"), Some(Place::of(Base::Arguments(0, 2))));
        let keyed = Place { base: Base::This, parts: vec![Part::At(0)] };
        assert_eq!(Place::parse("this.value[0]"), Some(keyed));
        let callback = Place { base: Base::Argument(1), parts: vec![Part::Parameter(0)] };
        assert_eq!(Place::parse("arg[1].param[0]"), Some(callback));
        for wrong in ["", "arg", "arg[1", "this.", "return.x", "arg[0]x"] {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
    }
}
