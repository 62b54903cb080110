//! Random programs: a small language whose text is any of the [dialects](Dialect), with the place of each access.

use super::dialect::Dialect;

/// A choice, drawn from a list that the test shrinks; at its end everything is 0.
pub struct Choices<'a>(pub std::slice::Iter<'a, u16>);

impl Choices<'_> {
    pub fn below(&mut self, end: u16) -> u16 {
        self.0.next().copied().unwrap_or(0) % end
    }
}

/// Line, column and length of a node, all from 0.
pub type Place = (u32, u32, u32);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    X,
    Y,
    K,
    Zero,
    /// An index that is not constant: the run chooses K or Zero.
    Some,
}

const STEPS: [Step; 5] = [Step::X, Step::Y, Step::K, Step::Zero, Step::Some];

/// A variable, or a path that begins with one.
#[derive(Clone, Debug)]
pub struct Path {
    pub variable: usize,
    pub steps: Vec<Step>,
    /// The place of the variable, of its first step …
    pub places: Vec<Place>,
}

#[derive(Clone, Debug)]
pub enum Value {
    New,
    Of(Path),
    Either(Path, Path),
    And(Path, Box<Value>),
    Or(Path, Box<Value>),
    /// `(a = b)`
    Set(Path, Box<Value>),
    /// `a++`
    Increment(Path),
}

/// What a branch or loop asks: `c()`, or a value.
pub type Test = Option<Value>;

#[derive(Clone, Debug)]
pub struct Case {
    pub default: bool,
    pub body: Vec<Statement>,
    pub falls: bool,
}

#[derive(Clone, Debug)]
pub struct Handler {
    /// Where the variable of the handler is declared, and read.
    pub caught: Place,
    pub read: Place,
    pub body: Vec<Statement>,
}

/// The number that the label of a loop is made of: how many loops are around it.
pub type LoopLabel = u8;

#[derive(Clone, Debug)]
pub enum Statement {
    Assign(Path, Value),
    Add(Path, Value),
    Increment(Path),
    Pair(Path, Path, Value, Value),
    Delete(Path),
    Use(Path),
    Throws,
    Raise,
    Call(usize),
    If(Test, Vec<Statement>, Vec<Statement>),
    While(LoopLabel, Test, Vec<Statement>, Vec<Statement>),
    Do(LoopLabel, Vec<Statement>, Test),
    /// `for (a = b; test; c = d)`
    Steps(LoopLabel, Path, Value, Test, Path, Value, Vec<Statement>),
    For(LoopLabel, Path, Vec<Statement>),
    Switch(Path, Vec<Case>),
    Break(Option<LoopLabel>),
    Continue(Option<LoopLabel>),
    Label(u16),
    Goto(u16),
    Return(Path),
    Try(Vec<Statement>, Option<Handler>, Option<Vec<Statement>>),
}

impl Statement {
    /// The lists of statements inside.
    fn parts(&self) -> Vec<&[Statement]> {
        match self {
            Statement::If(_, a, b) | Statement::While(_, _, a, b) => vec![a, b],
            Statement::Do(_, a, _) | Statement::Steps(.., a) | Statement::For(_, _, a) => vec![a],
            Statement::Switch(_, cases) => cases.iter().map(|c| &c.body[..]).collect(),
            Statement::Try(body, handler, finally) => {
                let mut parts = vec![&body[..]];
                parts.extend(handler.iter().map(|h| &h.body[..]));
                parts.extend(finally.iter().map(|f| &f[..]));
                parts
            }
            _ => Vec::new(),
        }
    }

    /// Whether a label stands here or inside.
    pub fn holds(&self, label: u16) -> bool {
        matches!(self, Statement::Label(l) if *l == label) || self.parts().iter().any(|p| holds(p, label))
    }
}

pub fn holds(statements: &[Statement], label: u16) -> bool {
    statements.iter().any(|s| s.holds(label))
}

pub const VARIABLES: [&str; 4] = ["a", "b", "o", "p"];

/// A program: the body of a function of four parameters, and of the closures in it.
pub struct Program {
    pub dialect: Dialect,
    pub parameters: Vec<Place>,
    pub closures: Vec<Vec<Statement>>,
    pub body: Vec<Statement>,
    pub text: String,
}

#[derive(Clone, Copy)]
struct Within {
    depth: u32,
    loops: LoopLabel,
    /// `break` means something.
    breaks: bool,
    closure: bool,
    finally: bool,
}

/// A program, not yet printed.
pub fn generate(dialect: Dialect, choices: &mut Choices<'_>, closures: usize) -> Program {
    let outside = Within { depth: 0, loops: 0, breaks: false, closure: false, finally: false };
    let inside = Within { depth: 2, closure: true, ..outside };
    let mut generator = Generator { dialect, choices, closures: 0, labels: 0 };
    let within_closures = (0..closures).map(|_| generator.statements(inside)).collect();
    generator.closures = closures;
    let body = generator.statements(outside);
    let labels = generator.labels;
    let mut program =
        Program { dialect, parameters: Vec::new(), closures: within_closures, body, text: String::new() };
    if dialect.has_goto() {
        aim(&mut program.body, labels);
    }
    program
}

/// Lets each `goto` lead to a label that there is.
fn aim(statements: &mut [Statement], labels: u16) {
    for statement in statements {
        match statement {
            Statement::Goto(to) if labels > 0 => *to %= labels,
            Statement::Goto(_) => *statement = Statement::Throws,
            Statement::If(_, a, b) | Statement::While(_, _, a, b) => {
                aim(a, labels);
                aim(b, labels);
            }
            Statement::Do(_, a, _) | Statement::Steps(.., a) | Statement::For(_, _, a) => aim(a, labels),
            Statement::Switch(_, cases) => cases.iter_mut().for_each(|c| aim(&mut c.body, labels)),
            _ => {}
        }
    }
}

struct Generator<'c, 'a> {
    dialect: Dialect,
    choices: &'c mut Choices<'a>,
    closures: usize,
    labels: u16,
}

impl Generator<'_, '_> {
    fn below(&mut self, end: u16) -> u16 {
        self.choices.below(end)
    }

    fn path(&mut self, longest: u16) -> Path {
        let variable = self.below(VARIABLES.len() as u16) as usize;
        let steps = (0..self.below(longest + 1)).map(|_| STEPS[self.below(5) as usize]).collect();
        Path { variable, steps, places: Vec::new() }
    }

    fn value(&mut self) -> Value {
        let writes = self.dialect.has_writing_expressions();
        match self.below(9) {
            0 | 1 => Value::New,
            2 | 3 => Value::Of(self.path(2)),
            4 if self.dialect.has_conditional() => Value::Either(self.path(1), self.path(1)),
            5 => Value::And(self.path(1), Box::new(self.value())),
            6 => Value::Or(self.path(1), Box::new(self.value())),
            7 if writes => {
                let longest = if self.dialect == Dialect::Python { 0 } else { 1 };
                Value::Set(self.path(longest), Box::new(self.value()))
            }
            8 if writes && self.dialect.has_increment() => Value::Increment(self.path(1)),
            _ => Value::Of(self.path(1)),
        }
    }

    /// A value that writes nothing.
    fn plain_value(&mut self) -> Value {
        match self.below(2) {
            0 => Value::New,
            _ => Value::Of(self.path(2)),
        }
    }

    fn test(&mut self) -> Test {
        (self.below(3) == 0).then(|| match self.value() {
            Value::New => Value::Of(self.path(1)),
            value => value,
        })
    }

    fn statements(&mut self, within: Within) -> Vec<Statement> {
        (0..1 + self.below(5)).map(|_| self.statement(within)).collect()
    }

    fn some(&mut self, within: Within, wanted: bool) -> Vec<Statement> {
        if wanted { self.statements(within) } else { Vec::new() }
    }

    fn statement(&mut self, within: Within) -> Statement {
        let has = self.dialect;
        let deeper = Within { depth: within.depth + 1, ..within };
        match self.below(if within.depth < 4 { 32 } else { 19 }) {
            0..=4 => Statement::Assign(self.path(2), self.value()),
            5 => Statement::Add(self.path(1), self.value()),
            6 if has.has_increment() => Statement::Increment(self.path(1)),
            7 if has.has_pairs() => {
                Statement::Pair(self.path(1), self.path(1), self.plain_value(), self.plain_value())
            }
            8 if has.has_delete() => match self.below(4) {
                0 if has == Dialect::Python && !within.closure => Statement::Delete(self.path(0)),
                _ => Statement::Delete(Path { steps: vec![Step::X], ..self.path(0) }),
            },
            9 | 10 => Statement::Use(self.path(2)),
            11 => Statement::Throws,
            12 | 13 if !within.finally && (within.loops > 0 || within.breaks) => self.jump(within),
            14 if within.depth > 0 && !within.finally => match self.below(2) {
                0 if !within.closure && has.has_try() => Statement::Raise,
                _ => Statement::Return(self.path(1)),
            },
            15 if self.closures > 0 => Statement::Call(self.below(self.closures as u16) as usize),
            16 if has.has_goto() => {
                self.labels += 1;
                Statement::Label(self.labels - 1)
            }
            17 | 18 if has.has_goto() && within.depth > 0 => Statement::Goto(self.below(64)),
            19..=21 => {
                let (test, otherwise) = (self.test(), self.below(2) == 1);
                let yes = self.statements(deeper);
                Statement::If(test, yes, self.some(deeper, otherwise))
            }
            22..=26 => self.repeat(within),
            27 | 28 => self.switch(deeper),
            29..=31 if has.has_try() => self.guard(deeper),
            _ => Statement::Use(self.path(1)),
        }
    }

    fn jump(&mut self, within: Within) -> Statement {
        let label = match self.below(2) {
            1 if self.dialect.has_loop_labels() && within.loops > 0 => {
                Some(self.below(u16::from(within.loops)) as LoopLabel)
            }
            _ => None,
        };
        match self.below(2) {
            0 if within.loops > 0 => Statement::Continue(label),
            _ => Statement::Break(label),
        }
    }

    fn repeat(&mut self, within: Within) -> Statement {
        let has = self.dialect;
        let label = within.loops;
        let deeper = Within { depth: within.depth + 1, ..within };
        let round = Within { loops: label + 1, breaks: true, ..deeper };
        match self.below(5) {
            2 if has.has_do() => Statement::Do(label, self.statements(round), self.test()),
            3 if has.has_steps() => Statement::Steps(
                label,
                self.path(1),
                self.value(),
                self.test(),
                self.path(1),
                self.value(),
                self.statements(round),
            ),
            4 if has.has_for_each() => Statement::For(label, self.path(1), self.statements(round)),
            _ => {
                let otherwise = has.has_loop_else() && self.below(3) == 0;
                let (test, body) = (self.test(), self.statements(round));
                Statement::While(label, test, body, self.some(deeper, otherwise))
            }
        }
    }

    fn switch(&mut self, within: Within) -> Statement {
        let has = self.dialect;
        let inside = Within { breaks: within.breaks || has.breaks_switch(), ..within };
        let value = self.path(1);
        let count = 1 + self.below(3);
        // No case behind a `default` is ever met where patterns are tried in order.
        let last_only = matches!(has, Dialect::Python | Dialect::Rust);
        let default = if last_only { count - 1 } else { self.below(count + 1) };
        let case = |place: u16, g: &mut Self| Case {
            default: place == default && (!last_only || g.below(2) == 0),
            body: g.statements(inside),
            falls: has.falls() && g.below(2) == 0 && (has != Dialect::Go || place + 1 < count),
        };
        Statement::Switch(value, (0..count).map(|place| case(place, self)).collect())
    }

    fn guard(&mut self, within: Within) -> Statement {
        let body = self.statements(within);
        let with = if self.dialect.has_finally() { self.below(3) } else { 0 };
        let nowhere = (0, 0, 0);
        let handler =
            (with != 1).then(|| Handler { caught: nowhere, read: nowhere, body: self.statements(within) });
        let last = Within { finally: true, ..within };
        let finally = (with != 0).then(|| self.statements(last));
        Statement::Try(body, handler, finally)
    }
}
