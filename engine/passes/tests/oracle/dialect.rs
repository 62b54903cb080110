//! The languages that programs are printed in, and what each of them has.

/// A language, as far as random programs use it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    C,
    Cpp,
    Csharp,
    Go,
    Java,
    JavaScript,
    Python,
    Rust,
    TypeScript,
}

use Dialect::*;

impl Dialect {
    pub const ALL: [Dialect; 9] = [C, Cpp, Csharp, Go, Java, JavaScript, Python, Rust, TypeScript];

    /// The name of a file of the language.
    pub fn file(self) -> &'static str {
        match self {
            C => "p.c",
            Cpp => "p.cc",
            Csharp => "P.cs",
            Go => "p.go",
            Java => "P.java",
            JavaScript => "p.js",
            Python => "p.py",
            Rust => "p.rs",
            TypeScript => "p.ts",
        }
    }

    fn is_script(self) -> bool {
        matches!(self, JavaScript | TypeScript)
    }

    /// Functions inside of functions may write the variables around them.
    pub fn has_closures(self) -> bool {
        !matches!(self, C | Java)
    }

    pub fn has_try(self) -> bool {
        !matches!(self, C | Go | Rust)
    }

    pub fn has_finally(self) -> bool {
        self.has_try() && self != Cpp
    }

    /// `a++`, by itself.
    pub fn has_increment(self) -> bool {
        !matches!(self, Python | Rust)
    }

    /// `x = a++`, `x = (a = b)`.
    pub fn has_writing_expressions(self) -> bool {
        !matches!(self, Go | Rust)
    }

    /// `a, b = b, a`, in one form or another.
    pub fn has_pairs(self) -> bool {
        !matches!(self, C | Cpp | Java)
    }

    pub fn has_conditional(self) -> bool {
        self != Go
    }

    pub fn has_delete(self) -> bool {
        self == Python || self.is_script()
    }

    pub fn has_do(self) -> bool {
        !matches!(self, Go | Python | Rust)
    }

    /// `for (a = …; …; a = …)`.
    pub fn has_steps(self) -> bool {
        !matches!(self, Python | Rust)
    }

    /// A loop over elements may write any variable or path.
    pub fn has_for_each(self) -> bool {
        matches!(self, Go | Python) || self.is_script()
    }

    pub fn has_loop_else(self) -> bool {
        self == Python
    }

    pub fn has_loop_labels(self) -> bool {
        matches!(self, Go | Java | Rust) || self.is_script()
    }

    pub fn has_goto(self) -> bool {
        self == C
    }

    /// Cases fall into the next one, by themselves or by demand.
    pub fn falls(self) -> bool {
        !matches!(self, Csharp | Python | Rust)
    }

    /// `break` leaves a switch.
    pub fn breaks_switch(self) -> bool {
        !matches!(self, Python | Rust)
    }

    /// What is assigned is evaluated before the object that it is assigned to: C++ since 2017 ([expr.ass]), Python
    /// (reference, 7.2), Rust (reference, "evaluation of assignment operands").
    pub fn value_first(self) -> bool {
        matches!(self, Cpp | Python | Rust)
    }

    /// The same of `a += b`, which Python reads from the left.
    pub fn added_first(self) -> bool {
        self == Cpp
    }

    /// `a, a.x = b, c` writes into the object that `a` was (Go: "Assignment statements"; C#: tuple assignment).
    pub fn pairs_find_objects_first(self) -> bool {
        matches!(self, Csharp | Go)
    }
}
