//! Runs a program, and writes down who wrote what was read, and which nodes control passed.

use std::collections::HashMap;

use super::dialect::Dialect;
use super::program::{Case, Choices, Path, Place, Program, Statement, Step, Test, Value, holds};

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
    Break(Option<u8>),
    Continue(Option<u8>),
    Goto(u16),
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
        let left = run.block(&program.body, None);
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

    fn variable(&mut self, path: &Path) -> u32 {
        let (object, written) = self.variables[path.variable];
        self.trace.pairs.extend(written.map(|w| (w, path.places[0])));
        object
    }

    fn field(&mut self, object: u32, step: Step, place: Place) -> u32 {
        let fresh = self.fresh();
        let (inner, written) = *self.heap.entry((object, step)).or_insert((fresh, None));
        self.trace.pairs.extend(written.map(|w| (w, place)));
        inner
    }

    /// Reads a path.
    fn read(&mut self, path: &Path) -> u32 {
        self.passed.push(path.places[0]);
        let mut object = self.variable(path);
        for (step, place) in path.steps.iter().zip(&path.places[1..]) {
            let step = self.step(*step);
            object = self.field(object, step, *place);
        }
        object
    }

    /// Finds the object that a path is written in: reads all of it but its last step.
    fn base(&mut self, path: &Path) -> u32 {
        self.passed.push(path.places[0]);
        let Some((_, inner)) = path.steps.split_last() else { return 0 };
        let mut object = self.variable(path);
        for (step, place) in inner.iter().zip(&path.places[1..]) {
            let step = self.step(*step);
            object = self.field(object, step, *place);
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

    fn assign(&mut self, target: &Path, value: &Value) -> u32 {
        if self.program.dialect.value_first() {
            let object = self.value(value);
            let base = self.base(target);
            self.write(target, base, object);
            return object;
        }
        let base = self.base(target);
        let object = self.value(value);
        self.write(target, base, object);
        object
    }

    /// `path += value`, or `path++`: the path is read and written.
    fn change(&mut self, path: &Path, value: Option<&Value>) -> u32 {
        let first = self.program.dialect.added_first();
        if first && let Some(value) = value {
            self.value(value);
        }
        let base = self.base(path);
        let place = *path.places.last().unwrap();
        let key = path.steps.last().map(|step| self.step(*step));
        let old = match key {
            None => self.variable(path),
            // A field that nobody has written yet has no place to be read from.
            Some(key) => self.field(base, key, place),
        };
        if !first && let Some(value) = value {
            self.value(value);
        }
        let new = self.fresh();
        match key {
            None => self.variables[path.variable] = (new, Some(place)),
            Some(key) => {
                self.heap.insert((base, key), (new, Some(place)));
            }
        }
        old
    }

    fn value(&mut self, value: &Value) -> u32 {
        match value {
            Value::New => self.fresh(),
            Value::Of(path) => self.read(path),
            Value::Either(yes, no) => {
                let path = if self.yes() { yes } else { no };
                self.read(path)
            }
            Value::And(path, other) | Value::Or(path, other) => {
                let first = self.read(path);
                if self.yes() { self.value(other) } else { first }
            }
            Value::Set(path, value) => self.assign(path, value),
            Value::Increment(path) => self.change(path, None),
        }
    }

    /// Whether a test holds: the run decides, whatever the value.
    fn holds(&mut self, test: &Test) -> bool {
        if let Some(value) = test {
            self.value(value);
        }
        self.yes()
    }

    /// Runs statements, from the first one or from where a label is.
    fn block(&mut self, statements: &'a [Statement], mut label: Option<u16>) -> Leaves {
        let place_of = |label| statements.iter().position(|s| s.holds(label));
        let mut at = label.and_then(place_of).unwrap_or(0);
        while let Some(statement) = statements.get(at) {
            if self.steps == 0 {
                return Leaves::Stops;
            }
            self.steps -= 1;
            at += 1;
            match self.statement(statement, label.take()) {
                Leaves::Normally => {}
                Leaves::Goto(to) => match place_of(to) {
                    Some(place) => (at, label) = (place, Some(to)),
                    None => return Leaves::Goto(to),
                },
                left => return left,
            }
        }
        Leaves::Normally
    }

    /// Runs a statement, from where a label in it is if there is one.
    fn statement(&mut self, statement: &'a Statement, label: Option<u16>) -> Leaves {
        match statement {
            Statement::Assign(target, value) => {
                self.assign(target, value);
            }
            Statement::Add(target, value) => {
                self.change(target, Some(value));
            }
            Statement::Increment(path) => {
                self.change(path, None);
            }
            Statement::Pair(first, second, one, two) => self.pair(first, second, one, two),
            Statement::Delete(path) => {
                let base = self.base(path);
                match path.steps.last() {
                    Some(step) => {
                        self.heap.remove(&(base, *step));
                    }
                    None => self.variables[path.variable] = (self.fresh(), None),
                }
            }
            Statement::Use(path) => {
                self.read(path);
            }
            Statement::Throws => {
                if self.choices.below(3) == 0 {
                    return Leaves::Raise;
                }
            }
            Statement::Raise => return Leaves::Raise,
            Statement::Call(number) => return self.call(*number),
            Statement::Break(label) => return Leaves::Break(*label),
            Statement::Continue(label) => return Leaves::Continue(*label),
            Statement::Label(_) => {}
            Statement::Goto(label) => return Leaves::Goto(*label),
            Statement::Return(path) => {
                self.read(path);
                return Leaves::Return;
            }
            Statement::If(test, yes, no) => {
                let first = match label {
                    Some(label) => holds(yes, label),
                    None => self.holds(test),
                };
                return self.block(if first { yes } else { no }, label);
            }
            Statement::Switch(value, cases) => return self.switch(value, cases, label),
            Statement::Try(body, handler, finally) => {
                let mut left = self.block(body, None);
                if let (Leaves::Raise, Some(handler)) = (&left, handler) {
                    self.trace.pairs.push((handler.caught, handler.read));
                    left = self.block(&handler.body, None);
                }
                if let Some(finally) = finally
                    && !matches!(left, Leaves::Stops)
                {
                    match self.block(finally, None) {
                        Leaves::Normally => {}
                        over => left = over,
                    }
                }
                return left;
            }
            structure => return self.repeat(structure, label),
        }
        Leaves::Normally
    }

    fn pair(&mut self, first: &Path, second: &Path, one: &Value, two: &Value) {
        if self.program.dialect.pairs_find_objects_first() {
            // In the graph the targets stand behind the values, a variable behind the fields that are found through it.
            // Nobody can tell, since the values write nothing.
            let before = std::mem::take(&mut self.passed);
            let bases = [first, second].map(|target| self.base(target));
            let mut targets = std::mem::replace(&mut self.passed, before);
            if first.steps.is_empty() && !second.steps.is_empty() && first.variable == second.variable {
                targets.reverse();
            }
            // What no assignment can change is lowered to one assignment after the other.
            let is_other = |value: &&Value| match value {
                Value::Of(path) => {
                    let own = [first.variable, second.variable].contains(&path.variable);
                    path.steps.is_empty() && !own
                }
                _ => false,
            };
            let names = first.steps.is_empty() && second.steps.is_empty();
            let one_by_one = self.program.dialect == Dialect::Go && names && [one, two].iter().all(is_other);
            let mut targets = targets.into_iter();
            let values = [one, two].map(|value| {
                if one_by_one {
                    self.passed.extend(targets.next());
                }
                self.value(value)
            });
            self.passed.extend(targets);
            for ((target, base), object) in [first, second].into_iter().zip(bases).zip(values) {
                self.write(target, base, object);
            }
            return;
        }
        let values = [one, two].map(|value| self.value(value));
        for (target, object) in [first, second].into_iter().zip(values) {
            let base = self.base(target);
            self.write(target, base, object);
        }
    }

    fn switch(&mut self, value: &Path, cases: &'a [Case], mut label: Option<u16>) -> Leaves {
        let mut at = match label {
            Some(label) => cases.iter().position(|c| holds(&c.body, label)).unwrap_or(cases.len()),
            None => {
                self.read(value);
                let chosen = self.choices.below(cases.len() as u16 + 1) as usize;
                let is_case = cases.get(chosen).is_some_and(|c| !c.default);
                let default = || cases.iter().position(|c| c.default).unwrap_or(cases.len());
                if is_case { chosen } else { default() }
            }
        };
        while let Some(case) = cases.get(at) {
            match self.block(&case.body, label.take()) {
                Leaves::Normally => {}
                Leaves::Break(None) if self.program.dialect.breaks_switch() => return Leaves::Normally,
                Leaves::Goto(to) if let Some(place) = cases.iter().position(|c| holds(&c.body, to)) => {
                    (at, label) = (place, Some(to));
                    continue;
                }
                left => return left,
            }
            if !case.falls {
                break;
            }
            at += 1;
        }
        Leaves::Normally
    }

    fn repeat(&mut self, statement: &'a Statement, mut enters: Option<u16>) -> Leaves {
        let (number, body) = match statement {
            Statement::While(number, _, body, _)
            | Statement::Do(number, body, _)
            | Statement::Steps(number, .., body)
            | Statement::For(number, _, body) => (*number, body),
            _ => return Leaves::Normally,
        };
        if let Statement::While(.., otherwise) = statement
            && let Some(label) = enters
            && holds(otherwise, label)
        {
            return self.block(otherwise, enters);
        }
        if let Statement::Steps(_, target, value, ..) = statement
            && enters.is_none()
        {
            self.assign(target, value);
        }
        loop {
            let asks = enters.is_none();
            match statement {
                Statement::While(_, test, _, otherwise) if asks && !self.holds(test) => {
                    return self.block(otherwise, None);
                }
                Statement::Steps(_, _, _, test, ..) if asks && !self.holds(test) => return Leaves::Normally,
                Statement::For(_, path, _) => {
                    if !self.yes() {
                        return Leaves::Normally;
                    }
                    let base = self.base(path);
                    let object = self.fresh();
                    self.write(path, base, object);
                }
                _ => {}
            }
            let is_ours = |label: Option<u8>| label.is_none_or(|l| l == number);
            match self.block(body, enters.take()) {
                Leaves::Normally => {}
                Leaves::Continue(label) if is_ours(label) => {}
                Leaves::Break(label) if is_ours(label) => return Leaves::Normally,
                left => return left,
            }
            match statement {
                Statement::Do(_, _, test) if !self.holds(test) => return Leaves::Normally,
                Statement::Steps(_, _, _, _, next, value, _) => {
                    self.assign(next, value);
                }
                _ => {}
            }
        }
    }

    fn call(&mut self, number: usize) -> Leaves {
        let outer = std::mem::take(&mut self.passed);
        let left = self.block(&self.program.closures[number], None);
        self.activation(&left, outer);
        match left {
            Leaves::Raise => Leaves::Raise,
            Leaves::Stops => Leaves::Stops,
            _ => Leaves::Normally,
        }
    }
}
