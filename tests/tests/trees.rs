//! What tests make source trees of: a sample in every language, a seeded source of chance, files on disk.

use std::path::Path;
use stoa_syntax::Language;

/// A program in every language and dialect, as file name and text; each uses most of what its language has.
pub const SAMPLES: &[(&str, &str)] = &[
    ("sample.c", include_str!("samples/sample.c")),
    ("sample.cpp", include_str!("samples/sample.cpp")),
    ("sample.cs", include_str!("samples/sample.cs")),
    ("sample.ex", include_str!("samples/sample.ex")),
    ("sample.go", include_str!("samples/sample.go")),
    ("sample.java", include_str!("samples/sample.java")),
    ("sample.js", include_str!("samples/sample.js")),
    ("sample.py", include_str!("samples/sample.py")),
    ("sample.rs", include_str!("samples/sample.rs")),
    ("sample.ts", include_str!("samples/sample.ts")),
    ("sample.tsx", include_str!("samples/sample.tsx")),
];

#[test]
fn every_language_has_a_sample() {
    for language in stoa_syntax::languages::ALL {
        let is_its_own = |(path, _): &&(&str, &str)| {
            Language::of_path(path).is_some_and(|of_path| std::ptr::eq(of_path, *language))
        };
        assert!(SAMPLES.iter().any(|s| is_its_own(&s)), "{} {}", language.name, language.dialect);
    }
}

/// Writes `count` copies of each sample below `root`, each in a folder of its own and under names of its own, so that
/// linking finds declarations in many files.
pub fn write_samples(root: &Path, count: usize) {
    for copy in 0..count {
        for (name, text) in SAMPLES {
            let folder = root.join(format!("part{:02}/{}", copy, name.replace('.', "_")));
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), text.replace("total", &format!("total{}", copy % 5))).unwrap();
        }
    }
}

/// A seeded xorshift generator (Marsaglia, "Xorshift RNGs", 2003): the same numbers on every machine.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `bound`, 0 if that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 16) as usize % bound.max(1)
    }
}
