//! Languages, as far as their rules of evaluation differ.

/// The language of a node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Language {
    C,
    Cpp,
    CSharp,
    Elixir,
    Go,
    Java,
    JavaScript,
    Python,
    Rust,
    Other,
}

impl Language {
    /// The language of a name as the column `language` spells it. TypeScript evaluates as JavaScript does.
    pub(crate) fn parse(name: &str) -> Language {
        match name {
            "c" => Language::C,
            "cpp" | "c++" => Language::Cpp,
            "csharp" | "c#" | "c_sharp" => Language::CSharp,
            "elixir" => Language::Elixir,
            "go" => Language::Go,
            "java" => Language::Java,
            "javascript" | "typescript" | "tsx" | "jsx" => Language::JavaScript,
            "python" => Language::Python,
            "rust" => Language::Rust,
            _ => Language::Other,
        }
    }

    /// Whether fixed types decide what an operator does and integers have a width.
    pub(crate) const fn is_static(self) -> bool {
        !matches!(self, Language::Elixir | Language::JavaScript | Language::Python)
    }

    /// Whether the address of a variable is a value that may be written through.
    pub(crate) const fn has_addresses(self) -> bool {
        matches!(self, Language::C | Language::Cpp | Language::Go)
    }

    /// Whether values of struct type are places that pointers lead to.
    pub(crate) const fn has_pointers(self) -> bool {
        matches!(self, Language::C | Language::Cpp | Language::Go | Language::Rust | Language::CSharp)
    }
}
