//! Runs a program, and writes down who wrote what was read, and which nodes control passed.

use std::collections::HashMap;

use super::program::{Choices, Path, Place, Program, Statement, Step, Value};

/// What an execution showed.
#[derive(Default)]
pub struct Trace {
    /// (where it was written, where it was read)
    pub pairs: Vec<(Place, Place)>,
    /// The identifiers that each activation of a function passed, in order, and whether it came to its end.
    pub activations: Vec<(Vec<Place>, bool)>,
}

enum Leaves {
    Normally,
    Break,
    Continue,
    Return,
    Raise,
    /// Out of steps.
    Stops,
}

pub struct Run<'a> {
    program: &'a Program,
    choices: Choices<'a>,
    steps: u32,
    objects: u32,
    variables: Vec<(u32, Option<Place>)>,
    heap: HashMap<(u32, Step), (u32, Option<Place>)>,
    passed: Vec<Place>,
    pub trace: Trace,
}

impl<'a> Run<'a> {
    pub fn of(program: &'a Program, choices: Choices<'a>) -> Trace {
        let variables = program.parameters.iter().enumerate().map(|(at, p)| (at as u32, Some(*p))).collect();
        let mut run = Run {
            program,
            choices,
            steps: 400,
            objects: 4,
            variables,
            heap: HashMap::new(),
            passed: Vec::new(),
            trace: Trace::default(),
        };
        let left = run.block(&program.body);
        run.activation(&left, Vec::new());
        run.trace
    }

    fn activation(&mut self, left: &Leaves, outer: Vec<Place>) {
        let passed = std::mem::replace(&mut self.passed, outer);
        // That any call may throw out of its method is not worth an edge, so leaving by an exception shows nothing.
        self.trace.activations.push((passed, !matches!(left, Leaves::Stops | Leaves::Raise)));
    }

    fn yes(&mut self) -> bool {
        self.choices.below(2) == 1
    }

    fn fresh(&mut self) -> u32 {
        self.objects += 1;
        self.objects
    }

    fn step(&mut self, step: Step) -> Step {
        match step {
            Step::Some if self.yes() => Step::K,
            Step::Some => Step::Zero,
            step => step,
        }
    }

    /// Reads all of a path but its last `spare` steps.
    fn read(&mut self, path: &Path, spare: usize) -> u32 {
        self.passed.push(path.places[0]);
        if path.steps.is_empty() && spare > 0 {
            return 0;
        }
        let (mut object, written) = self.variables[path.variable];
        self.trace.pairs.extend(written.map(|w| (w, path.places[0])));
        for (step, place) in path.steps[..path.steps.len() - spare].iter().zip(&path.places[1..]) {
            let step = self.step(*step);
            let fresh = self.fresh();
            let (inner, written) = *self.heap.entry((object, step)).or_insert((fresh, None));
            self.trace.pairs.extend(written.map(|w| (w, *place)));
            object = inner;
        }
        object
    }

    fn write(&mut self, path: &Path, base: u32, object: u32) {
        let place = Some(*path.places.last().unwrap());
        match path.steps.last() {
            None => self.variables[path.variable] = (object, place),
            Some(step) => {
                let step = self.step(*step);
                self.heap.insert((base, step), (object, place));
            }
        }
    }

    fn value(&mut self, value: &Value) -> u32 {
        match value {
            Value::New => self.fresh(),
            Value::Of(path) => self.read(path, 0),
            Value::Either(yes, no) => {
                let path = if self.yes() { yes } else { no };
                self.read(path, 0)
            }
        }
    }

    fn block(&mut self, statements: &'a [Statement]) -> Leaves {
        for statement in statements {
            if self.steps == 0 {
                return Leaves::Stops;
            }
            self.steps -= 1;
            match self.statement(statement) {
                Leaves::Normally => {}
                left => return left,
            }
        }
        Leaves::Normally
    }

    fn statement(&mut self, statement: &'a Statement) -> Leaves {
        match statement {
            Statement::Assign(target, value) => {
                let base = self.read(target, 1);
                let object = self.value(value);
                self.write(target, base, object);
            }
            Statement::Add(target, value) => {
                self.add(target, value);
            }
            Statement::Pair(first, second, one, two) => {
                let one = self.value(one);
                let two = self.value(two);
                for (target, object) in [(first, one), (second, two)] {
                    let base = self.read(target, 1);
                    self.write(target, base, object);
                }
            }
            Statement::Delete(path) => {
                let base = self.read(path, 1);
                self.heap.remove(&(base, Step::X));
            }
            Statement::Use(path) => {
                self.read(path, 0);
            }
            Statement::Throws => {
                if self.choices.below(3) == 0 {
                    return Leaves::Raise;
                }
            }
            Statement::Raise => return Leaves::Raise,
            Statement::Call(number) => return self.call(*number),
            Statement::If(yes, no) => {
                let branch = if self.yes() { yes } else { no };
                return self.block(branch);
            }
            Statement::While(body, otherwise) => {
                while self.yes() {
                    match self.block(body) {
                        Leaves::Normally | Leaves::Continue => {}
                        Leaves::Break => return Leaves::Normally,
                        left => return left,
                    }
                }
                return self.block(otherwise);
            }
            Statement::For(path, body) => {
                while self.yes() {
                    let base = self.read(path, 1);
                    let object = self.fresh();
                    self.write(path, base, object);
                    match self.block(body) {
                        Leaves::Normally | Leaves::Continue => {}
                        Leaves::Break => break,
                        left => return left,
                    }
                }
            }
            Statement::Break => return Leaves::Break,
            Statement::Continue => return Leaves::Continue,
            Statement::Return(path) => {
                self.read(path, 0);
                return Leaves::Return;
            }
            Statement::Try(body, handler, finally) => {
                let mut left = self.block(body);
                if let (Leaves::Raise, Some(handler)) = (&left, handler) {
                    left = self.block(handler);
                }
                if let Some(finally) = finally
                    && !matches!(left, Leaves::Stops)
                {
                    match self.block(finally) {
                        Leaves::Normally => {}
                        over => left = over,
                    }
                }
                return left;
            }
        }
        Leaves::Normally
    }

    /// `path += value`: the path is read and written.
    fn add(&mut self, path: &Path, value: &Value) {
        self.passed.push(path.places[0]);
        let (mut object, written) = self.variables[path.variable];
        self.trace.pairs.extend(written.map(|w| (w, path.places[0])));
        let mut last = None;
        if let Some(step) = path.steps.first() {
            let step = self.step(*step);
            let found = self.heap.get(&(object, step)).and_then(|f| f.1);
            self.trace.pairs.extend(found.map(|w| (w, path.places[1])));
            last = Some((object, step));
            object = 0;
        }
        let _ = object;
        self.value(value);
        let new = self.fresh();
        let place = Some(*path.places.last().unwrap());
        match last {
            None => self.variables[path.variable] = (new, place),
            Some(key) => {
                self.heap.insert(key, (new, place));
            }
        }
    }

    fn call(&mut self, number: usize) -> Leaves {
        let outer = std::mem::take(&mut self.passed);
        let left = self.block(&self.program.closures[number]);
        self.activation(&left, outer);
        match left {
            Leaves::Raise => Leaves::Raise,
            Leaves::Stops => Leaves::Stops,
            _ => Leaves::Normally,
        }
    }
}
