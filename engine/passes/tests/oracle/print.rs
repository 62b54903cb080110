//! A program as text of its dialect; the places of what it reads and writes are noted on the way.

use super::dialect::Dialect::{self, *};
use super::program::{
    Case, Handler, LoopLabel, Path, Place, Program, Statement, Step, Test, VARIABLES, Value,
};

/// Writes the text of a program, and the places into it.
pub fn print(program: &mut Program) {
    let dialect = program.dialect;
    let mut text = Text { dialect, out: String::new(), line: 0, start: 0, depth: 0 };
    match dialect {
        Csharp | Java => text.open("class P"),
        Go => text.put("package p\n\n"),
        _ => {}
    }
    text.function(&mut program.parameters);
    for (number, closure) in program.closures.iter_mut().enumerate() {
        text.closure(number, closure);
    }
    text.block(&mut program.body);
    text.close();
    if matches!(dialect, Csharp | Java) {
        text.close();
    }
    program.text = text.out;
}

/// The text under construction.
struct Text {
    dialect: Dialect,
    out: String,
    line: u32,
    start: usize,
    depth: usize,
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

    fn indent(&mut self) {
        let spaces = " ".repeat(self.depth * 4);
        self.put(&spaces);
    }

    fn is_script(&self) -> bool {
        matches!(self.dialect, JavaScript | TypeScript)
    }

    fn python(&self) -> bool {
        self.dialect == Python
    }

    /// A line that opens a block.
    fn open(&mut self, head: &str) {
        self.indent();
        self.put(head);
        self.opened();
    }

    fn opened(&mut self) {
        self.put(if self.python() { ":\n" } else { " {\n" });
        self.depth += 1;
    }

    /// Ends a block, `more` behind it.
    fn close_with(&mut self, more: &str) {
        self.depth -= 1;
        if !self.python() {
            self.indent();
            self.put("}");
            self.put(more);
            self.put("\n");
        }
    }

    fn close(&mut self) {
        self.close_with("");
    }

    /// Ends a block with what belongs to it and opens the next: `} else {`.
    fn then(&mut self, head: &str) {
        self.depth -= 1;
        self.indent();
        if !self.python() {
            self.put("} ");
        }
        self.put(head);
        self.opened();
    }

    fn end(&mut self) {
        self.put(if matches!(self.dialect, Go | Python) { "\n" } else { ";\n" });
    }

    fn line(&mut self, text: &str) {
        self.indent();
        self.put(text);
        self.end();
    }

    fn function(&mut self, parameters: &mut Vec<Place>) {
        self.indent();
        self.put(match self.dialect {
            C | Cpp | Csharp | Java => "void f(",
            Go => "func f(",
            JavaScript | TypeScript => "function f(",
            Python => "def f(",
            Rust => "fn f(",
        });
        let (before, after) = match self.dialect {
            C => ("struct T *", ""),
            Cpp => ("T *", ""),
            Csharp | Java => ("T ", ""),
            Go => ("", " *T"),
            JavaScript | Python => ("", ""),
            Rust => ("mut ", ": T"),
            TypeScript => ("", ": any"),
        };
        for (number, name) in VARIABLES.iter().enumerate() {
            self.put(if number > 0 { ", " } else { "" });
            self.put(before);
            parameters.push(self.place(name.len()));
            self.put(name);
            self.put(after);
        }
        self.put(")");
        self.opened();
    }

    fn closure(&mut self, number: usize, body: &mut [Statement]) {
        self.open(&match self.dialect {
            Cpp => format!("auto g{number} = [&]()"),
            Csharp => format!("Action g{number} = () =>"),
            Go => format!("g{number} := func()"),
            Python => format!("def g{number}()"),
            Rust => format!("let mut g{number} = ||"),
            JavaScript | TypeScript | C | Java => format!("const g{number} = () =>"),
        });
        if self.python() {
            self.line("nonlocal a, b, o, p");
        }
        self.block(body);
        self.close_with(if matches!(self.dialect, Go) { "" } else { ";" });
    }

    fn path(&mut self, path: &mut Path) {
        let (line, column, _) = self.place(0);
        let start = self.out.len();
        self.put(VARIABLES[path.variable]);
        path.places.push((line, column, 1));
        let arrow = matches!(self.dialect, C | Cpp);
        for step in &path.steps {
            self.put(match step {
                Step::X if arrow => "->x",
                Step::Y if arrow => "->y",
                Step::X => ".x",
                Step::Y => ".y",
                Step::K => "[\"k\"]",
                Step::Zero => "[0]",
                Step::Some => "[i()]",
            });
            path.places.push((line, column, (self.out.len() - start) as u32));
        }
    }

    fn value(&mut self, value: &mut Value) {
        match value {
            Value::New => self.put("N()"),
            Value::Of(path) => self.path(path),
            Value::Either(yes, no) => match self.dialect {
                Python => {
                    self.path(yes);
                    self.put(" if c() else ");
                    self.path(no);
                }
                Rust => {
                    self.put("if c() { ");
                    self.path(yes);
                    self.put(" } else { ");
                    self.path(no);
                    self.put(" }");
                }
                _ => {
                    self.put("c() ? ");
                    self.path(yes);
                    self.put(" : ");
                    self.path(no);
                }
            },
            Value::And(path, other) => {
                self.either_way(path, if self.python() { " and " } else { " && " }, other)
            }
            Value::Or(path, other) => {
                self.either_way(path, if self.python() { " or " } else { " || " }, other)
            }
            Value::Set(path, value) => {
                self.put("(");
                self.path(path);
                self.put(if self.python() { " := " } else { " = " });
                self.value(value);
                self.put(")");
            }
            Value::Increment(path) => {
                self.path(path);
                self.put("++");
            }
        }
    }

    fn either_way(&mut self, path: &mut Path, operator: &str, other: &mut Value) {
        self.path(path);
        self.put(operator);
        self.put("(");
        self.value(other);
        self.put(")");
    }

    fn test(&mut self, test: &mut Test) {
        match test {
            None => self.put("c()"),
            Some(value) => self.value(value),
        }
    }

    fn block(&mut self, statements: &mut [Statement]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    /// `head (test) {`
    fn ask(&mut self, head: &str, test: &mut Test) {
        self.put(head);
        self.test(test);
        if !matches!(self.dialect, Go | Python | Rust) {
            self.put(")");
        }
        self.opened();
    }

    fn head(&self, word: &str) -> String {
        let bare = matches!(self.dialect, Go | Python | Rust);
        format!("{word} {}", if bare { "" } else { "(" })
    }

    fn label(&mut self, label: LoopLabel) {
        if self.dialect.has_loop_labels() {
            self.put(&if self.dialect == Rust { format!("'L{label}: ") } else { format!("L{label}:\n") });
            if self.dialect != Rust {
                self.indent();
            }
        }
    }

    fn jump(&mut self, word: &str, label: Option<LoopLabel>) {
        self.put(word);
        if let Some(label) = label {
            let mark = if self.dialect == Rust { "'" } else { "" };
            self.put(&format!(" {mark}L{label}"));
        }
    }

    fn assign(&mut self, target: &mut Path, operator: &str, value: &mut Value) {
        self.path(target);
        self.put(operator);
        self.value(value);
    }

    fn pair(&mut self, first: &mut Path, second: &mut Path, one: &mut Value, two: &mut Value) {
        let (open, close) = match self.dialect {
            Csharp | Rust => ("(", ")"),
            JavaScript | TypeScript => ("[", "]"),
            _ => ("", ""),
        };
        self.put(open);
        self.path(first);
        self.put(", ");
        self.path(second);
        self.put(&format!("{close} = {open}"));
        self.value(one);
        self.put(", ");
        self.value(two);
        self.put(close);
    }

    fn statement(&mut self, statement: &mut Statement) {
        self.indent();
        match statement {
            Statement::Assign(target, value) => self.assign(target, " = ", value),
            Statement::Add(target, value) => self.assign(target, " += ", value),
            Statement::Increment(path) => {
                self.path(path);
                self.put("++");
            }
            Statement::Pair(first, second, one, two) => self.pair(first, second, one, two),
            Statement::Delete(path) => {
                self.put(if self.is_script() { "delete " } else { "del " });
                self.path(path);
            }
            Statement::Use(path) => {
                self.put("see(");
                self.path(path);
                self.put(")");
            }
            Statement::Throws => self.put("t()"),
            Statement::Raise => self.put(match self.dialect {
                Python => "raise E()",
                Cpp => "throw E()",
                _ => "throw new E()",
            }),
            Statement::Call(number) => self.put(&format!("g{number}()")),
            Statement::Break(label) => self.jump("break", *label),
            Statement::Continue(label) => self.jump("continue", *label),
            Statement::Label(number) => self.put(&format!("J{number}: ")),
            Statement::Goto(number) => self.put(&format!("goto J{number}")),
            Statement::Return(path) => {
                self.put("return ");
                self.path(path);
            }
            structure => return self.structure(structure),
        }
        self.end();
    }

    fn structure(&mut self, statement: &mut Statement) {
        match statement {
            Statement::If(test, yes, no) => {
                self.ask(&self.head("if"), test);
                self.block(yes);
                if !no.is_empty() {
                    self.then("else");
                    self.block(no);
                }
                self.close();
            }
            Statement::While(label, test, body, no) => {
                self.label(*label);
                self.ask(&self.head(if self.dialect == Go { "for" } else { "while" }), test);
                self.block(body);
                if !no.is_empty() {
                    self.then("else");
                    self.block(no);
                }
                self.close();
            }
            Statement::Do(label, body, test) => {
                self.label(*label);
                self.put("do");
                self.opened();
                self.block(body);
                self.depth -= 1;
                self.indent();
                self.put("} while (");
                self.test(test);
                self.put(")");
                self.end();
            }
            Statement::Steps(label, first, value, test, next, new, body) => {
                self.label(*label);
                self.put(&self.head("for"));
                self.assign(first, " = ", value);
                self.put("; ");
                self.test(test);
                self.put("; ");
                self.assign(next, " = ", new);
                self.put(if self.dialect == Go { "" } else { ")" });
                self.opened();
                self.block(body);
                self.close();
            }
            Statement::For(label, path, body) => {
                self.label(*label);
                let (before, after) = match self.dialect {
                    Go => ("for _, ", " = range r()"),
                    Python => ("for ", " in r()"),
                    _ => ("for (", " of r())"),
                };
                self.put(before);
                self.path(path);
                self.put(after);
                self.opened();
                self.block(body);
                self.close();
            }
            Statement::Switch(value, cases) => self.switch(value, cases),
            Statement::Try(body, handler, finally) => self.guard(body, handler, finally),
            _ => {}
        }
    }

    fn switch(&mut self, value: &mut Path, cases: &mut [Case]) {
        let word = if matches!(self.dialect, Python | Rust) { "match" } else { "switch" };
        self.put(&self.head(word));
        self.path(value);
        if !matches!(self.dialect, Go | Python | Rust) {
            self.put(")");
        }
        self.opened();
        for (number, case) in cases.iter_mut().enumerate() {
            let number = number + 1;
            match (self.dialect, case.default) {
                (Python, true) => self.open("case _"),
                (Python, false) => self.open(&format!("case {number}")),
                (Rust, true) => self.open("_ =>"),
                (Rust, false) => self.open(&format!("{number} =>")),
                (_, default) => {
                    self.indent();
                    self.put(&if default { "default:\n".to_owned() } else { format!("case {number}:\n") });
                    self.depth += 1;
                }
            }
            self.block(&mut case.body);
            match self.dialect {
                Python | Rust => self.close(),
                Go => {
                    if case.falls {
                        self.line("fallthrough");
                    }
                    self.depth -= 1;
                }
                _ => {
                    if !case.falls {
                        self.line("break");
                    }
                    self.depth -= 1;
                }
            }
        }
        self.close();
    }

    fn guard(
        &mut self,
        body: &mut [Statement],
        handler: &mut Option<Handler>,
        finally: &mut Option<Vec<Statement>>,
    ) {
        self.put("try");
        self.opened();
        self.block(body);
        if let Some(handler) = handler {
            self.depth -= 1;
            self.indent();
            let (before, after) = match self.dialect {
                Python => ("except E as ", ""),
                Cpp => ("} catch (const E& ", ")"),
                Csharp | Java => ("} catch (E ", ")"),
                _ => ("} catch (", ")"),
            };
            self.put(before);
            handler.caught = self.place(1);
            self.put("e");
            self.put(after);
            self.opened();
            self.indent();
            self.put("see(");
            handler.read = self.place(1);
            self.put("e)");
            self.end();
            self.block(&mut handler.body);
        }
        if let Some(finally) = finally {
            self.then("finally");
            self.block(finally);
        }
        self.close();
    }
}
