//! The names of languages: how others spell them, and how `files.language` does.

use stoa_syntax::Language;

/// Languages that tools tell of and that Stoa does not read itself, as `files.language` spells them.
const OTHERS: &[&str] = &[
    "ada",
    "agda",
    "apex",
    "asciidoc",
    "assembly",
    "awk",
    "bash",
    "batch",
    "bibtex",
    "clojure",
    "cmake",
    "cobol",
    "coffeescript",
    "commonlisp",
    "coq",
    "css",
    "cuda",
    "dart",
    "delphi",
    "dockerfile",
    "elm",
    "erlang",
    "fortran",
    "fsharp",
    "ghidra",
    "glsl",
    "graphql",
    "groovy",
    "hack",
    "haskell",
    "haxe",
    "html",
    "ini",
    "json",
    "jsonnet",
    "julia",
    "kotlin",
    "latex",
    "lean",
    "less",
    "lisp",
    "llvm",
    "lua",
    "makefile",
    "markdown",
    "matlab",
    "meson",
    "nim",
    "nix",
    "objective-c",
    "ocaml",
    "pascal",
    "perl",
    "php",
    "plsql",
    "powershell",
    "prolog",
    "protobuf",
    "puppet",
    "r",
    "racket",
    "raku",
    "rst",
    "ruby",
    "sass",
    "scala",
    "scheme",
    "scss",
    "shell",
    "solidity",
    "sql",
    "svelte",
    "swift",
    "systemverilog",
    "tcl",
    "terraform",
    "tex",
    "thrift",
    "toml",
    "verilog",
    "vhdl",
    "vim",
    "visualbasic",
    "vue",
    "xml",
    "yaml",
    "zig",
];

/// A language that nobody told, or that has no name here.
pub const UNKNOWN: &str = "unknown";

/// Other spellings, in lower case: those of ctags, of SCIP's `Language`, and of Joern's front ends.
const SPELLINGS: &[(&str, &str)] = &[
    ("asm", "assembly"),
    ("c#", "csharp"),
    ("c++", "cpp"),
    ("csharpsrc", "csharp"),
    ("ecmascript", "javascript"),
    ("f#", "fsharp"),
    ("golang", "go"),
    ("java", "java"),
    ("javasrc", "java"),
    ("javascriptreact", "javascript"),
    ("jssrc", "javascript"),
    ("make", "makefile"),
    ("newc", "c"),
    ("objectivec", "objective-c"),
    ("objective_c", "objective-c"),
    ("objective_cpp", "objective-c"),
    ("pythonsrc", "python"),
    ("restructuredtext", "rst"),
    ("rubysrc", "ruby"),
    ("rustsrc", "rust"),
    ("sh", "shell"),
    ("shellscript", "shell"),
    ("swiftsrc", "swift"),
    ("typescriptreact", "typescript"),
    ("vb", "visualbasic"),
    ("dosbatch", "batch"),
    ("tsx", "typescript"),
];

/// The language of a name, if it is one.
fn of_name(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let spelled =
        SPELLINGS.iter().find(|(other, _)| *other == lower).map_or(lower.as_str(), |(_, ours)| ours);
    let read = Language::named(spelled).next().map(|l| l.name);
    read.or_else(|| OTHERS.iter().copied().find(|other| *other == spelled))
}

/// The language of a file: what the input calls it, or what the ending of its path says.
pub fn of(name: &str, path: &str) -> &'static str {
    of_name(name).or_else(|| Language::of_path(path).map(|l| l.name)).unwrap_or(UNKNOWN)
}

/// What stands between the parts of a qualified name.
pub fn separator(language: &str) -> &'static str {
    match language {
        "perl" | "php" | "ruby" => "::",
        other => Language::named(other).next().map_or(".", |l| l.separator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_meet() {
        assert_eq!(of("C++", "x"), "cpp");
        assert_eq!(of("TypeScriptReact", "x"), "typescript");
        assert_eq!(of("NEWC", "x"), "c");
        assert_eq!(of("Brainfuck", "x.py"), "python");
        assert_eq!(of("", "x"), UNKNOWN);
        for (other, ours) in SPELLINGS {
            assert!(of_name(ours).is_some(), "{other} means {ours}, which is no language");
        }
    }
}
