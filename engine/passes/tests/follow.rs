//! Edits that are followed come to what the edited tree comes to when it is solved as a whole.

// A test may stop at the first thing that is not as it should be.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use stoa_model::Interner;
use stoa_model::rows::NO_LOCAL;
use stoa_passes::link::codec::Writer;
use stoa_passes::link::values::{self, CallTargets, EditedFacts, Followed, ValuesBuilder};
use stoa_passes::link::{FileFacts, Symbols, SymbolsBuilder, changed_methods};
use stoa_passes::{FilePasses, Slots};
use stoa_syntax::{Language, Tree, Workspace};

/// Small programs that pass functions, objects, containers and names of elements around, from file to file.
const PYTHON: &[(&str, &str)] = &[
    (
        "shapes.py",
        "class Shape:\n    kinds = {}\n    def __init__(self, name):\n        self.name = name\n        self.parts = []\n    \
         def area(self):\n        return self.measure(1)\n    def measure(self, x):\n        return x\n    \
         @classmethod\n    def make(cls, *names):\n        return [cls(n) for n in names]\n    \
         @property\n    def first(self):\n        return self.parts[0]\nclass Square(Shape):\n    \
         def measure(self, x):\n        super().measure(x)\n        return helper(self)\n    def __call__(self, y):\n        \
         return self.area()\ndef helper(shape):\n    shape.parts.append(shape)\n    return shape.first\n",
    ),
    (
        "table.py",
        "from shapes import Shape, Square, helper\nimport shapes\nhandlers = {'a': helper, 'b': Shape}\n\
         def look(key, *rest, **more):\n    f = handlers[key]\n    return f(*rest)\ndef register(name):\n    \
         def wrap(f):\n        handlers[name] = f\n        return f\n    return wrap\n@register('c')\n\
         def third(x):\n    return x()\nfor s in Square.make('q', 'r'):\n    s(1).area()\nlook('a', Square('x'))\n\
         look('c', shapes.Square('z'))\n",
    ),
    (
        "walk.py",
        "from table import handlers, look as find, third\nclass Iter:\n    def __iter__(self):\n        return self\n    \
         def __next__(self):\n        return third\n    def each(self, f=third):\n        for g in self:\n            \
         g(f)\n        return map(f, [self.each, find])\ndef go(it):\n    pair = (go, it)\n    a, b = pair\n    \
         a(b)\n    xs = [1, go, Iter]\n    ys = xs[1:]\n    ys[0](ys[1]())\n    getattr(it, 'each')(go)\n    \
         return {**handlers, 'go': go}['go']\ngo(Iter()).each(lambda x: x.each())\n",
    ),
];

const JAVASCRIPT: &[(&str, &str)] = &[
    (
        "lib.js",
        "class Base {\n  constructor(run) { this.run = run; this.list = []; }\n  go(x) { return this.run(x, this); }\n  \
         static of(f) { return new this(f); }\n}\nclass Sub extends Base {\n  go(x) { return super.go(x); }\n}\n\
         function twice(f) { return function (x) { return f(f(x)); }; }\nexports.Base = Base;\nexports.Sub = Sub;\n\
         exports.twice = twice;\n",
    ),
    (
        "main.js",
        "const lib = require('./lib');\nconst { Sub, twice } = require('./lib');\nfunction id(x) { return x; }\n\
         const table = { id: id, twice: twice, ...lib };\nfunction call(name, ...args) { return table[name].apply(null, args); }\n\
         const s = Sub.of(twice(id));\ns.go(id)(1);\ncall('id', s).go(table.twice);\n[id, s.run].forEach(f => f(s));\n\
         const bound = s.go.bind(s);\nbound(id);\nmodule.exports = call;\n",
    ),
];

struct Source {
    path: &'static str,
    lines: Vec<String>,
    facts: Vec<u8>,
    slots: Slots,
}

impl Source {
    fn new(path: &'static str, lines: Vec<String>, before: Option<&Slots>) -> Source {
        let text = lines.join("\n") + "\n";
        let (mut tree, mut names, mut passes) = (Tree::default(), Interner::new(), FilePasses::default());
        let language = Language::of_path(path).unwrap();
        Workspace::new().lower(language, path, text.as_bytes(), &mut tree, &mut names);
        passes.run(&tree, language, &mut names);
        passes.place(&tree, &names, before);
        let mut symbols = SymbolsBuilder::default();
        symbols.add_file(1, &tree, language, &passes, &names);
        let facts = symbols.take_file(&mut Writer::default());
        Source { path, lines, facts, slots: passes.slots }
    }
}

fn linked(files: &[Source]) -> (Arc<Symbols>, ValuesBuilder) {
    let mut builder = SymbolsBuilder::default();
    for (number, file) in files.iter().enumerate() {
        builder.add_facts(number as u32 + 1, &file.facts).unwrap();
    }
    let (symbols, values, _) = builder.finish();
    (Arc::new(symbols), values)
}

/// Everything that was found, as text.
fn shown(calls: &CallTargets) -> Vec<String> {
    let of_calls = calls.sorted().map(|(call, found)| {
        let targets: Vec<_> = found.targets.iter().map(|t| (t.id, t.label, t.confidence.to_bits())).collect();
        let outside: Vec<&str> = found.outside().collect();
        format!("{call}: {targets:?} {outside:?} {} {}", found.unasked, found.implicit)
    });
    let types = calls.types.iter().map(|of| format!("{of:?}"));
    of_calls.chain(types).chain([format!("{} cut", calls.cut)]).collect()
}

/// What an edit does with a line of a file: which, and what comes there.
type Edit = (usize, usize, usize, usize);

fn apply(files: &[Source], (file, line, what, from): Edit) -> (usize, Vec<String>) {
    let place = file % files.len();
    let mut lines = files[place].lines.clone();
    let at = line % lines.len().max(1);
    let others = &files[from % files.len()].lines;
    let other = others.get(from / files.len() % others.len().max(1)).cloned().unwrap_or_default();
    match what {
        0 if !lines.is_empty() => drop(lines.remove(at)),
        1 if !lines.is_empty() => lines.insert(at, lines[at].clone()),
        2 => lines.insert(at, other),
        3 if !lines.is_empty() => {
            // The line goes where another one is.
            let line = lines.remove(at);
            lines.insert(from % (lines.len() + 1), line);
        }
        4 if !lines.is_empty() => lines[at] = lines[at].replacen("x", "helper", 1),
        5 if !lines.is_empty() => {
            lines[at] = lines[at].replacen("'a'", "'c'", 1).replacen("self", "third", 1)
        }
        6 if files[place].path.ends_with(".py") => {
            lines.push(format!("def more{from}(x):\n    return go(x)"))
        }
        6 => lines.push(format!("function more{from}(x) {{ return twice(x); }}")),
        _ => lines.insert(0, String::new()),
    }
    (place, lines.join("\n").lines().map(str::to_owned).collect())
}

/// Edits one file after the other. Tells which edits were followed.
fn check(program: &[(&'static str, &str)], edits: &[Edit]) -> Vec<bool> {
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    let mut files: Vec<Source> =
        program.iter().map(|(path, text)| Source::new(path, lines(text), None)).collect();
    let (mut symbols, facts) = linked(&files);
    let mut followed = Followed::new(facts, &symbols);
    let mut found = followed.results();
    let mut done_so_far = Vec::new();
    // Some come alone and some two at a time.
    let mut rest = edits;
    while let Some(first) = rest.first() {
        let (now, later) = rest.split_at(rest.len().min(1 + first.3 / 256));
        rest = later;
        assert_eq!(followed.inconsistency(), None);
        let mut before: BTreeMap<usize, Source> = BTreeMap::new();
        for edit in now {
            let (place, lines) = apply(&files, *edit);
            let new = Source::new(files[place].path, lines, Some(&files[place].slots));
            let old = std::mem::replace(&mut files[place], new);
            before.entry(place).or_insert(old);
        }
        let (now, facts) = linked(&files);
        let mut names = Some(Vec::new());
        let mut edited = Vec::new();
        for (&place, before) in &before {
            let after = &files[place];
            let (old, new) = (FileFacts::of(&before.facts).unwrap(), FileFacts::of(&after.facts).unwrap());
            let moved = before.slots.moved_to(&after.slots);
            let to = |local: u32| moved.get(local as usize).copied().filter(|to| *to != NO_LOCAL);
            let changed = changed_methods(old.exports, new.exports, to).unwrap();
            names = names.zip(changed).map(|(names, changed)| [names, changed].concat());
            edited.push(EditedFacts { file: place as u32 + 1, before: old, after: new, moved });
        }
        let names = names.filter(|_| now.relates_as(&symbols));
        symbols = now;
        let done = names.and_then(|names| followed.edit(&edited, &symbols, &names, &mut found).unwrap());
        let expected = values::solve(linked(&files).1, &symbols);
        done_so_far.push(done.is_some());
        if done.is_none() {
            followed = Followed::new(facts, &symbols);
            found = followed.results();
        }
        assert_eq!(shown(&found), shown(&expected));
        assert_eq!(found.fingerprints(), expected.fingerprints());
    }
    done_so_far
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec((0..9usize, 0..64usize, 0..8usize, 0..512usize), 1..10)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn python_is_followed(edits in edits()) {
        check(PYTHON, &edits);
    }

    #[test]
    fn javascript_is_followed(edits in edits()) {
        check(JAVASCRIPT, &edits);
    }
}

#[test]
fn ordinary_edits_are_followed() {
    // A call comes and goes, a function comes, a line moves down.
    assert_eq!(check(PYTHON, &[(1, 17, 1, 0), (1, 17, 0, 0), (2, 0, 6, 1), (0, 0, 7, 0)]), [true; 4]);
    assert_eq!(check(JAVASCRIPT, &[(1, 6, 1, 0), (1, 6, 0, 0), (1, 0, 6, 1), (0, 0, 7, 0)]), [true; 4]);
}

/// A program of so many classes that the rounds are shared by two threads.
#[test]
fn rounds_that_are_shared_come_to_the_same() {
    let mut program: Vec<String> = Vec::new();
    for class in 0..400 {
        let before = if class == 0 { "object".to_owned() } else { format!("C{}", class - 1 - class % 5) };
        program.push(format!("class C{class}({before}):"));
        program
            .push(format!("    def go(self, x): self.kept = [x, self]; return x(self.kept[{}])", class % 2));
        program.push(format!("def f{class}(y): return C{class}().go(y if y else f{})", class / 3));
        program.push(format!("t = {{'k{class}': f{class}, 'all': t}} if f{class} else t"));
        program.push(format!("t['k{class}'](f{})(*[C{class}, C0])", (class * 7) % 400));
    }
    let files = [Source::new("a.py", program, None)];
    let solved = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (symbols, values) = linked(&files);
        pool.install(|| values::solve(values, &symbols))
    };
    let (one, two) = (solved(1), solved(2));
    assert!(one.sorted().count() > 1000);
    assert_eq!((shown(&one), one.cut), (shown(&two), two.cut));
    assert_eq!(one.fingerprints(), two.fingerprints());
}
