//! What several questions ask, as one interpretation of the program takes it.
//!
//! Each question has weaknesses of its own: those of the models if it asks for their sinks, and one for each kind of the sinks it gives. A
//! source is harmless from the start for the weaknesses of questions that do not ask for it. So values carry what all questions ask for
//! at once, and a flow belongs to the question that has its weakness and asks for its source.

use rustc_hash::FxHashMap;
use std::ops::Range;

use crate::models::Models;
use crate::program::digests::digest;
use crate::program::{Idx, NONE, Program};
use crate::{Endpoint, FlowError, Options, Question};

/// A source that a question names.
pub(crate) struct Given {
    pub kind: u32,
    /// Weaknesses for which it is harmless.
    pub clean: u64,
}

/// What a question asks for.
struct Own {
    /// A bit each.
    weaknesses: u64,
    model_sources: bool,
    /// The kinds of the sources that it gives.
    kinds: Range<u32>,
}

/// What the questions of an interpretation ask for.
#[derive(Default)]
pub(crate) struct Asked {
    pub model_sources: bool,
    pub model_sinks: bool,
    /// Weaknesses for which the sources of the models are harmless: no question that has them asks for these.
    pub model_clean: u64,
    pub sources: FxHashMap<Idx, Vec<Given>>,
    pub sinks: FxHashMap<Idx, Vec<u32>>,
    pub sanitizers: FxHashMap<Idx, u64>,
    questions: Vec<Own>,
    /// Kinds of sources below this are those of the models.
    model_kinds: u32,
}

impl Asked {
    /// As many of the questions, from the first, as one interpretation can answer: all, unless they have more than 64 weaknesses
    /// together. One that names sanitizers is asked alone: what those clean is clean for all. The models get the weaknesses and
    /// kinds that the questions name.
    pub(crate) fn of(
        program: &Program,
        models: &mut Models,
        questions: &[impl AsRef<Question>],
    ) -> Result<Asked, FlowError> {
        let known = models.weaknesses();
        let mut asked = Asked { model_kinds: models.kinds() as u32, ..Asked::default() };
        let model_weaknesses = mask(known);
        // What rows only clean of, such as the dots of a path, says something of a value to every question.
        let mut deaf = models.sink_bits();
        for (number, question) in questions.iter().enumerate() {
            let question = question.as_ref();
            let alone = !question.sanitizers.is_empty();
            if number > 0 && (alone || kinds(&question.sinks).len() + models.weaknesses() > 64) {
                break;
            }
            let own = asked.add(program, models, question, model_weaknesses)?;
            deaf |= own.weaknesses & !model_weaknesses;
            asked.questions.push(own);
            if alone {
                break;
            }
        }
        let of_models = asked.questions.iter().filter(|own| own.model_sources);
        asked.model_clean = deaf & !of_models.fold(0, |bits, own| bits | own.weaknesses);
        for given in asked.sources.values_mut().flatten() {
            let own = asked.questions.iter().find(|own| own.kinds.contains(&given.kind));
            given.clean = deaf & !own.map_or(0, |own| own.weaknesses);
        }
        Ok(asked)
    }

    fn add(
        &mut self,
        program: &Program,
        models: &mut Models,
        question: &Question,
        model_weaknesses: u64,
    ) -> Result<Own, FlowError> {
        self.model_sources |= question.model_sources;
        self.model_sinks |= question.model_sinks;
        let too_many = || FlowError::Model {
            file: "options".to_owned(),
            line: 0,
            why: "more than 64 weaknesses".to_owned(),
        };
        let first_kind = models.kinds() as u32;
        let source_kinds: FxHashMap<&str, u32> =
            kinds(&question.sources).into_iter().map(|kind| (kind, models.separate_kind(kind))).collect();
        for source in &question.sources {
            let (node, kind) = (program.find(source.node), source_kinds.get(source.kind.as_str()));
            if let (true, Some(&kind)) = (node != NONE, kind) {
                self.sources.entry(node).or_default().push(Given { kind, clean: 0 });
            }
        }
        let mut weaknesses = if question.model_sinks { model_weaknesses } else { 0 };
        let mut sink_kinds: FxHashMap<&str, u32> = FxHashMap::default();
        for kind in kinds(&question.sinks) {
            let number = models.separate_weakness(kind).ok_or_else(too_many)?;
            weaknesses |= 1 << number;
            sink_kinds.insert(kind, number);
        }
        for sink in &question.sinks {
            let (node, kind) = (program.find(sink.node), sink_kinds.get(sink.kind.as_str()));
            if let (true, Some(&kind)) = (node != NONE, kind) {
                self.sinks.entry(node).or_default().push(kind);
            }
        }
        for sanitizer in &question.sanitizers {
            let node = program.find(sanitizer.node);
            if node != NONE {
                let bits = sanitizer.kind.split_whitespace().map(|word| models.bits_named(word));
                *self.sanitizers.entry(node).or_default() |= bits.fold(0, |all, bits| all | bits);
            }
        }
        Ok(Own {
            weaknesses,
            model_sources: question.model_sources,
            kinds: first_kind..models.kinds() as u32,
        })
    }

    /// What questions say of nodes, as digests.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (Idx, u64)> + '_ {
        let given = |given: &Given| (given.kind, given.clean);
        let sources = self
            .sources
            .iter()
            .map(move |(&node, all)| (node, digest(("source", all.iter().map(given).collect::<Vec<_>>()))));
        let sinks = self.sinks.iter().map(|(&node, kinds)| (node, digest(("sink", kinds))));
        let sanitizers = self.sanitizers.iter().map(|(&node, bits)| (node, digest(("sanitizer", bits))));
        sources.chain(sinks).chain(sanitizers)
    }

    /// Names all that an interpretation follows from, beside the program and the nodes that are named in it.
    pub(crate) fn key(&self, models: &Models, options: &Options) -> String {
        let own = |own: &Own| (own.weaknesses, own.model_sources, own.kinds.clone());
        let questions: Vec<_> = self.questions.iter().map(own).collect();
        let whole = (self.model_sources, self.model_sinks, self.model_clean, self.model_kinds);
        format!("{:016x}", digest((models.digest(), options, questions, whole, self.names_nothing())))
    }

    /// Whether no question names a node.
    pub(crate) fn names_nothing(&self) -> bool {
        self.sources.is_empty() && self.sinks.is_empty() && self.sanitizers.is_empty()
    }

    /// How many questions there are.
    pub(crate) fn questions(&self) -> usize {
        self.questions.len()
    }

    /// The questions to which a flow is an answer.
    pub(crate) fn asking(&self, source_kind: u32, weakness: u32) -> impl Iterator<Item = usize> {
        let asks = move |own: &Own| {
            own.weaknesses & (1 << weakness) != 0
                && (own.kinds.contains(&source_kind) || own.model_sources && source_kind < self.model_kinds)
        };
        self.questions.iter().enumerate().filter(move |(_, own)| asks(own)).map(|(number, _)| number)
    }
}

/// So many bits, from the lowest.
fn mask(bits: usize) -> u64 {
    if bits >= 64 { u64::MAX } else { (1 << bits) - 1 }
}

/// The kinds of endpoints, each once, in the order of their names.
fn kinds(endpoints: &[Endpoint]) -> Vec<&str> {
    let mut kinds: Vec<&str> = endpoints.iter().map(|endpoint| endpoint.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
