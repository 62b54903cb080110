//! What methods outside of the tree do, as rows: sources, sinks, sanitizers, propagators, entries, validators.
//!
//! In: rows of CSV files. Out: for a call, the rows that speak of it ([`Models::of_call`]). A row speaks of a call if the name fits, the
//! number of arguments fits, and the type fits one of the full names that the call may run. Rows are kept by name, so a call asks a few.

mod condition;
mod csv;
mod faults;
mod place;

pub(crate) use condition::{Condition, Subject};
pub use csv::parse_models;
pub(crate) use faults::Fault;
pub(crate) use place::{Base, Part, Place};

use rustc_hash::FxHashMap;

use crate::FlowError;
use crate::program::Language;
use crate::program::digests::{Digest, digest};

/// What a text is clean of that has no quotes of either kind in it: no weaknesses, but worth something between quotes of that kind.
pub(crate) const APOSTROPHES: &str = "apostrophes";
pub(crate) const QUOTES: &str = "quotes";

/// The roles that a row may have.
pub const ROLES: &[&str] = &[
    "source",
    "sink",
    "sanitizer",
    "propagator",
    "entry",
    "validator",
    "neutral",
    "type",
    "constant",
    "wraps",
    "loads",
    "sets",
    "allocates",
    "releases",
    "access",
    "fills",
    "copies",
    "measures",
    "ends",
];

/// A row of a model, as its file has it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ModelRow {
    /// The language, by the name of its folder.
    pub language: String,
    /// The file and the line, for errors.
    pub file: String,
    pub line: usize,
    pub role: String,
    /// The declaring type or module; `*` any; empty a function.
    pub type_name: String,
    /// A method, `<init>`, `.field`, `@annotation` or `*`.
    pub name: String,
    /// A number of arguments, or `*`.
    pub arity: String,
    pub input: String,
    pub output: String,
    pub kind: String,
    /// A condition (`if …`, `unless …`), or a remark.
    pub note: String,
}

/// What a row says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Role {
    Source,
    Sink,
    Sanitizer,
    Propagator,
    Entry,
    Validator,
    Neutral,
    /// What a result is.
    Type,
    /// A call of which the constants among the arguments are told.
    Constant,
    /// An object that hands on what it is given to another, which it was made around.
    Wraps,
    /// A call that makes a type begin to be, by the name in its input.
    Loads,
    /// A call that tells an object something: what its second input is, under the name that its first input is.
    Sets,
    /// A call that gives new memory: as many bytes as its inputs multiplied. Its kind is the family that frees it.
    Allocates,
    /// A call that frees its input. Its kind is the family that allocates such.
    Releases,
    /// A call that follows its first input, and accesses as many units of so many bytes (its kind) as its second says.
    Access,
    /// A call that fills its first input with its second, as many units of so many bytes (its kind) as its third says.
    Fills,
    /// A call that puts the text of its second input (at most as many units as its third says) into its first, or (`output` is that
    /// of the first) behind what is there.
    Copies,
    /// A call that gives the length of the text of its input.
    Measures,
    /// A call that does not come back.
    Ends,
}

/// A row, understood.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub role: Role,
    pub language: Language,
    pub type_name: String,
    pub arity: Option<usize>,
    /// Where it looks.
    pub inputs: Vec<Place>,
    pub output: Place,
    /// All of them hold where the row applies.
    pub conditions: Vec<Condition>,
    /// Whether a source gives numbers, rather than bytes from which they have to be read.
    pub numbers: bool,
    /// Of a source: its kind. Of a sink: its weakness. Of a type: the type.
    pub kind: u32,
    /// Of a sanitizer or validator: the weaknesses, a bit each.
    pub cleans: u64,
    /// Of a sanitizer or propagator: weaknesses for which what was harmless is not so any more (`-xss`).
    pub fouls: u64,
}

/// All rows, by the name they speak of.
#[derive(Clone, Default)]
pub struct Models {
    rows: Vec<Model>,
    by_name: FxHashMap<String, Vec<u32>>,
    /// Names of sources' kinds and of weaknesses.
    kinds: Vec<String>,
    weaknesses: Vec<String>,
    /// Numbers of faults among the weaknesses; none without rows that speak of memory.
    faults: Vec<(Fault, u32)>,
    /// Of the rows.
    digest: u64,
}

impl Models {
    /// Understands rows. The first that cannot be is the error.
    pub fn new(rows: impl IntoIterator<Item = ModelRow>) -> Result<Models, FlowError> {
        let mut models = Models::default();
        let mut read = Digest::default();
        for row in rows {
            let model = models.understand(&row)?;
            let says = (&row.type_name, &row.name, &row.arity, &row.input, &row.output, &row.kind, &row.note);
            read.add((&row.language, &row.role, says));
            models.by_name.entry(row.name.clone()).or_default().push(models.rows.len() as u32);
            models.rows.push(model);
        }
        models.digest = read.finish();
        if models.known_weakness("xpath").is_some() {
            models.weakness(APOSTROPHES);
            models.weakness(QUOTES);
        }
        if models.rows.iter().any(|r| matches!(r.role, Role::Allocates | Role::Releases)) {
            models.source_kind("memory");
            models.source_kind("new");
            models.source_kind("new[]");
            models.weakness("index");
            for fault in Fault::ALL {
                if let Some(number) = models.weakness(fault.as_str()) {
                    models.faults.push((fault, number));
                }
            }
        }
        Ok(models)
    }

    /// A digest of all that rows and questions say.
    pub(crate) fn digest(&self) -> u64 {
        digest((self.digest, &self.kinds, &self.weaknesses))
    }

    /// Whether rows speak of memory.
    pub(crate) fn knows_memory(&self) -> bool {
        !self.faults.is_empty()
    }

    /// The number of a fault among the weaknesses.
    pub(crate) fn fault(&self, fault: Fault) -> Option<u32> {
        self.faults.iter().find(|f| f.0 == fault).map(|f| f.1)
    }

    /// The number of a weakness that rows speak of.
    pub(crate) fn known_weakness(&self, name: &str) -> Option<u32> {
        self.weaknesses.iter().position(|w| w == name).map(|w| w as u32)
    }

    /// The number of a kind of sources, or of a family, that rows speak of; of another, one that nothing has.
    pub(crate) fn known_kind(&self, name: &str) -> u32 {
        self.kinds.iter().position(|k| k == name).map_or(u32::MAX, |k| k as u32)
    }

    fn understand(&mut self, row: &ModelRow) -> Result<Model, FlowError> {
        let error = |why: String| FlowError::Model { file: row.file.clone(), line: row.line, why };
        let role = match row.role.as_str() {
            "source" => Role::Source,
            "sink" => Role::Sink,
            "sanitizer" => Role::Sanitizer,
            "propagator" => Role::Propagator,
            "entry" => Role::Entry,
            "validator" => Role::Validator,
            "neutral" => Role::Neutral,
            "type" => Role::Type,
            "constant" => Role::Constant,
            "wraps" => Role::Wraps,
            "loads" => Role::Loads,
            "sets" => Role::Sets,
            "allocates" => Role::Allocates,
            "releases" => Role::Releases,
            "access" => Role::Access,
            "fills" => Role::Fills,
            "copies" => Role::Copies,
            "measures" => Role::Measures,
            "ends" => Role::Ends,
            other => return Err(error(format!("`{other}` is no role; the roles are {}", ROLES.join(", ")))),
        };
        let arity = match row.arity.as_str() {
            "*" | "" => None,
            number => {
                Some(number.parse().map_err(|_| error(format!("`{number}` is no number of arguments")))?)
            }
        };
        let place = |text: &str, otherwise: Place| -> Result<Place, FlowError> {
            if text.is_empty() {
                return Ok(otherwise);
            }
            Place::parse(text).ok_or_else(|| error(format!("`{text}` is no place of a call")))
        };
        let every = Place::of(Base::Arguments(0, usize::MAX));
        let mut inputs = Vec::new();
        for word in row.input.split_whitespace() {
            inputs.push(place(word, every.clone())?);
        }
        if inputs.is_empty() {
            inputs.push(every.clone());
        }
        let output = match role {
            Role::Entry => place(&row.output, every)?,
            _ => place(&row.output, Place::of(Base::Return))?,
        };
        let (mut cleans, mut fouls) = (0, 0);
        let mut kind = 0;
        match role {
            Role::Sanitizer | Role::Validator | Role::Propagator => {
                for word in row.kind.split_whitespace() {
                    let (bits, word) = match word.strip_prefix('-') {
                        Some(word) => (&mut fouls, word),
                        None => (&mut cleans, word),
                    };
                    *bits |= self
                        .weakness_bits(word)
                        .ok_or_else(|| error("more than 64 weaknesses".to_owned()))?;
                }
            }
            Role::Sink => {
                kind = self.weakness(&row.kind).ok_or_else(|| error("more than 64 weaknesses".to_owned()))?;
            }
            Role::Source
            | Role::Entry
            | Role::Type
            | Role::Allocates
            | Role::Releases
            | Role::Access
            | Role::Fills
            | Role::Copies
            | Role::Measures => kind = self.source_kind(&row.kind),
            Role::Neutral | Role::Constant | Role::Wraps | Role::Loads | Role::Sets | Role::Ends => {}
        }
        let language = Language::parse(&row.language);
        Ok(Model {
            role,
            language,
            type_name: row.type_name.clone(),
            arity,
            inputs,
            output,
            conditions: Condition::parse_all(&row.note),
            numbers: row.note == "numbers",
            kind,
            cleans,
            fouls,
        })
    }

    /// The bits of a weakness; `*` is all of them.
    pub(crate) fn weakness_bits(&mut self, name: &str) -> Option<u64> {
        if name == "*" { Some(u64::MAX) } else { self.weakness(name).map(|n| 1 << n) }
    }

    /// The number of a weakness. None if there are 64 of them without it.
    pub(crate) fn weakness(&mut self, name: &str) -> Option<u32> {
        if let Some(found) = self.weaknesses.iter().position(|w| w == name) {
            return Some(found as u32);
        }
        (self.weaknesses.len() < 64).then(|| {
            self.weaknesses.push(name.to_owned());
            self.weaknesses.len() as u32 - 1
        })
    }

    /// The bits of weaknesses that have sinks, or are faults of memory.
    pub(crate) fn sink_bits(&self) -> u64 {
        let sinks = self.rows.iter().filter(|row| row.role == Role::Sink).map(|row| row.kind);
        sinks
            .chain(self.faults.iter().map(|fault| fault.1))
            .fold(self.known_bits(&["index"]), |bits, n| bits | 1 << n)
    }

    /// The bits of a weakness that rows or questions speak of; `*` is all of them.
    pub(crate) fn bits_named(&self, name: &str) -> u64 {
        if name == "*" { u64::MAX } else { self.known_bits(&[name]) }
    }

    /// How many weaknesses there are.
    pub(crate) fn weaknesses(&self) -> usize {
        self.weaknesses.len()
    }

    /// A weakness apart from another of that name, if there is one: what cleans a value of that cleans it of this. None if there are 64.
    pub(crate) fn separate_weakness(&mut self, name: &str) -> Option<u32> {
        let number = self.weaknesses.len() as u32;
        if number >= u64::BITS {
            return None;
        }
        let alike = self.known_bits(&[name]);
        self.weaknesses.push(name.to_owned());
        for row in &mut self.rows {
            for bits in [&mut row.cleans, &mut row.fouls] {
                if *bits & alike != 0 {
                    *bits |= 1 << number;
                }
            }
        }
        Some(number)
    }

    /// A kind of sources apart from another of that name.
    pub(crate) fn separate_kind(&mut self, name: &str) -> u32 {
        self.kinds.push(name.to_owned());
        self.kinds.len() as u32 - 1
    }

    /// How many kinds of sources there are.
    pub(crate) fn kinds(&self) -> usize {
        self.kinds.len()
    }

    pub(crate) fn source_kind(&mut self, name: &str) -> u32 {
        self.kinds.iter().position(|k| k == name).unwrap_or_else(|| {
            self.kinds.push(name.to_owned());
            self.kinds.len() - 1
        }) as u32
    }

    /// The bits of weaknesses that rows speak of.
    pub(crate) fn known_bits(&self, names: &[&str]) -> u64 {
        let bit = |(place, weakness): (usize, &String)| {
            if names.contains(&weakness.as_str()) { 1 << place } else { 0 }
        };
        self.weaknesses.iter().enumerate().map(bit).sum()
    }

    pub(crate) fn weakness_name(&self, weakness: u32) -> &str {
        self.weaknesses.get(weakness as usize).map_or("", String::as_str)
    }

    pub(crate) fn kind_name(&self, kind: u32) -> &str {
        self.kinds.get(kind as usize).map_or("", String::as_str)
    }

    /// Types that a parameter of a name is taken to have where nothing better is known.
    pub(crate) fn parameter_types(&self, language: Language, name: &str) -> impl Iterator<Item = String> {
        let rows: Vec<String> = self
            .named(language, "*")
            .filter(|m| m.role == Role::Type && m.output.base == Base::Keyword(name.to_owned()))
            .map(|m| self.kind_name(m.kind).to_owned())
            .collect();
        rows.into_iter()
    }

    /// Rows for calls of a name: not those that tell the types of parameters.
    pub(crate) fn called(&self, language: Language, name: &str) -> impl Iterator<Item = &Model> {
        self.named(language, name)
            .filter(|m| m.role != Role::Type || !matches!(m.output.base, Base::Keyword(_)))
    }

    /// Rows for a name in a language, those for any name behind them.
    pub(crate) fn named(&self, language: Language, name: &str) -> impl Iterator<Item = &Model> {
        let exact = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let any = if name == "*" { &[][..] } else { self.by_name.get("*").map_or(&[][..], Vec::as_slice) };
        exact.iter().chain(any).map(|&r| &self.rows[r as usize]).filter(move |m| {
            m.language == language
                || m.language == Language::Other
                || (m.language == Language::C && language == Language::Cpp)
        })
    }
}
