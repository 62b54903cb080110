//! Random structured programs: a small language whose text is Python, with the place of each access.

use std::fmt::Write;

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

const STEPS: [(Step, &str); 5] =
    [(Step::X, ".x"), (Step::Y, ".y"), (Step::K, "[\"k\"]"), (Step::Zero, "[0]"), (Step::Some, "[i()]")];

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
}

#[derive(Clone, Debug)]
pub enum Statement {
    Assign(Path, Value),
    Add(Path, Value),
    Pair(Path, Path, Value, Value),
    Delete(Path),
    Use(Path),
    Throws,
    Raise,
    Call(usize),
    If(Vec<Statement>, Vec<Statement>),
    While(Vec<Statement>, Vec<Statement>),
    For(Path, Vec<Statement>),
    Break,
    Continue,
    Return(Path),
    Try(Vec<Statement>, Option<Vec<Statement>>, Option<Vec<Statement>>),
}

pub const VARIABLES: [&str; 4] = ["a", "b", "o", "p"];

/// A program: the body of a function of four parameters, and of the closures in it.
pub struct Program {
    pub parameters: Vec<Place>,
    pub closures: Vec<Vec<Statement>>,
    pub body: Vec<Statement>,
    pub text: String,
}

#[derive(Clone, Copy)]
struct Within {
    depth: u32,
    in_loop: bool,
    closure: bool,
    finally: bool,
}

pub fn generate(choices: &mut Choices<'_>, closures: usize) -> Program {
    let inside = Within { depth: 2, in_loop: false, closure: true, finally: false };
    let outside = Within { depth: 0, in_loop: false, closure: false, finally: false };
    let mut program = Program {
        parameters: Vec::new(),
        closures: (0..closures).map(|_| statements(choices, inside, 0)).collect(),
        body: statements(choices, outside, closures),
        text: String::new(),
    };
    let mut text = Text { out: std::mem::take(&mut program.text), line: 0, start: 0 };
    text.put("def f(");
    for name in VARIABLES {
        program.parameters.push(text.place(1));
        text.put(name);
        text.put(", ");
    }
    text.put("):\n");
    for (number, closure) in program.closures.iter_mut().enumerate() {
        text.put(&format!("    def g{number}():\n        nonlocal a, b, o, p\n"));
        text.block(closure, 2);
    }
    text.block(&mut program.body, 1);
    program.text = text.out;
    program
}

fn path(choices: &mut Choices<'_>, longest: u16) -> Path {
    let variable = choices.below(VARIABLES.len() as u16) as usize;
    let steps = (0..choices.below(longest + 1)).map(|_| STEPS[choices.below(5) as usize].0).collect();
    Path { variable, steps, places: Vec::new() }
}

fn value(choices: &mut Choices<'_>) -> Value {
    match choices.below(5) {
        0 | 1 => Value::New,
        2 | 3 => Value::Of(path(choices, 2)),
        _ => Value::Either(path(choices, 1), path(choices, 1)),
    }
}

fn statements(choices: &mut Choices<'_>, within: Within, closures: usize) -> Vec<Statement> {
    (0..1 + choices.below(5)).map(|_| statement(choices, within, closures)).collect()
}

fn statement(choices: &mut Choices<'_>, within: Within, closures: usize) -> Statement {
    let deeper = Within { depth: within.depth + 1, ..within };
    let round = Within { in_loop: true, ..deeper };
    match choices.below(if within.depth < 4 { 22 } else { 14 }) {
        0..=4 => Statement::Assign(path(choices, 2), value(choices)),
        5 => Statement::Add(path(choices, 1), value(choices)),
        6 => Statement::Pair(path(choices, 1), path(choices, 1), value(choices), value(choices)),
        7 => Statement::Delete(Path { steps: vec![Step::X], ..path(choices, 0) }),
        8 | 9 => Statement::Use(path(choices, 2)),
        10 => Statement::Throws,
        11 if within.in_loop && !within.finally => {
            if choices.below(2) == 0 {
                Statement::Break
            } else {
                Statement::Continue
            }
        }
        12 if within.depth > 0 && !within.finally => match choices.below(2) {
            0 if !within.closure => Statement::Raise,
            _ => Statement::Return(path(choices, 1)),
        },
        13 if closures > 0 => Statement::Call(choices.below(closures as u16) as usize),
        14..=16 => Statement::If(
            statements(choices, deeper, closures),
            match choices.below(2) {
                0 => Vec::new(),
                _ => statements(choices, deeper, closures),
            },
        ),
        17 | 18 => Statement::While(
            statements(choices, round, closures),
            match choices.below(3) {
                0 => statements(choices, deeper, closures),
                _ => Vec::new(),
            },
        ),
        19 => Statement::For(path(choices, 0), statements(choices, round, closures)),
        20 | 21 => {
            let body = statements(choices, deeper, closures);
            let with = choices.below(3);
            let handler = (with != 1).then(|| statements(choices, deeper, closures));
            let last = Within { finally: true, ..deeper };
            let finally = (with != 0).then(|| statements(choices, last, closures));
            Statement::Try(body, handler, finally)
        }
        _ => Statement::Use(path(choices, 1)),
    }
}

/// The text under construction.
struct Text {
    out: String,
    line: u32,
    start: usize,
}

impl Text {
    fn put(&mut self, text: &str) {
        for (at, _) in text.match_indices('\n') {
            self.line += 1;
            self.start = self.out.len() + at + 1;
        }
        self.out.push_str(text);
    }

    fn place(&self, length: usize) -> Place {
        (self.line, (self.out.len() - self.start) as u32, length as u32)
    }

    fn path(&mut self, path: &mut Path) {
        let (line, column, _) = self.place(0);
        let start = self.out.len();
        self.put(VARIABLES[path.variable]);
        path.places.push((line, column, 1));
        for step in &path.steps {
            let text = STEPS.iter().find(|s| s.0 == *step).unwrap().1;
            self.put(text);
            path.places.push((line, column, (self.out.len() - start) as u32));
        }
    }

    fn value(&mut self, value: &mut Value) {
        match value {
            Value::New => self.put("N()"),
            Value::Of(path) => self.path(path),
            Value::Either(yes, no) => {
                self.path(yes);
                self.put(" if c() else ");
                self.path(no);
            }
        }
    }

    fn block(&mut self, statements: &mut [Statement], depth: usize) {
        for statement in statements {
            self.statement(statement, depth);
        }
    }

    fn line(&mut self, depth: usize, text: &str) {
        let mut line = String::new();
        write!(line, "{:1$}{text}", "", depth * 4).unwrap();
        self.put(&line);
    }

    fn statement(&mut self, statement: &mut Statement, depth: usize) {
        self.line(depth, "");
        match statement {
            Statement::Assign(target, value) => {
                self.path(target);
                self.put(" = ");
                self.value(value);
            }
            Statement::Add(target, value) => {
                self.path(target);
                self.put(" += ");
                self.value(value);
            }
            Statement::Pair(first, second, one, two) => {
                self.path(first);
                self.put(", ");
                self.path(second);
                self.put(" = ");
                self.value(one);
                self.put(", ");
                self.value(two);
            }
            Statement::Delete(path) => {
                self.put("del ");
                self.path(path);
            }
            Statement::Use(path) => {
                self.put("use(");
                self.path(path);
                self.put(")");
            }
            Statement::Throws => self.put("t()"),
            Statement::Raise => self.put("raise E()"),
            Statement::Call(number) => self.put(&format!("g{number}()")),
            Statement::Break => self.put("break"),
            Statement::Continue => self.put("continue"),
            Statement::Return(path) => {
                self.put("return ");
                self.path(path);
            }
            Statement::If(yes, no) => {
                self.put("if c():\n");
                self.block(yes, depth + 1);
                if !no.is_empty() {
                    self.line(depth, "else:\n");
                    self.block(no, depth + 1);
                }
                return;
            }
            Statement::While(body, no) => {
                self.put("while c():\n");
                self.block(body, depth + 1);
                if !no.is_empty() {
                    self.line(depth, "else:\n");
                    self.block(no, depth + 1);
                }
                return;
            }
            Statement::For(path, body) => {
                self.put("for ");
                self.path(path);
                self.put(" in r():\n");
                self.block(body, depth + 1);
                return;
            }
            Statement::Try(body, handler, finally) => {
                self.put("try:\n");
                self.block(body, depth + 1);
                if let Some(handler) = handler {
                    self.line(depth, "except:\n");
                    self.block(handler, depth + 1);
                }
                if let Some(finally) = finally {
                    self.line(depth, "finally:\n");
                    self.block(finally, depth + 1);
                }
                return;
            }
        }
        self.put("\n");
    }
}
