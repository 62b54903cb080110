//! What names mean: asked of the symbols once for each file and name, and where edits are followed, with what was asked for on the way.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use stoa_model::{NodeId, NodeKind, ReferenceForm, Symbol};

use super::solver::Solver;
use super::variables::Var;
use crate::link::asked;
use crate::link::hash::NameHash;
use crate::link::paths::Places;
use crate::link::symbols::separator;

/// What is asked of the symbols; files are known by the numbers of their contexts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Question {
    /// What a bare name means to a file that does not declare it.
    Name(u32, Symbol),
    /// What an imported path means.
    Import(u32, Symbol),
    /// The type that a file calls so.
    Type(u32, Symbol),
    /// What a module declares or imports under a name.
    Member(u32, Symbol),
}

/// Declarations, by the ids that they have here.
pub(super) type Meant = SmallVec<[(NodeId, NodeKind); 2]>;

struct Answered {
    meant: Meant,
    /// The names that were asked for, ascending.
    asked: Box<[u64]>,
}

/// Answers, and what asked for them.
pub(super) struct Asks {
    /// Whether it is to be noted what is asked for on the way; somebody must listen on this thread ([`crate::link::Listener`]).
    listens: bool,
    answers: FxHashMap<Question, Answered>,
    /// The variables that facts of each file fill with what a question comes to.
    pub askers: FxHashMap<u32, Vec<(Question, Var)>>,
}

impl Asks {
    pub fn new(listens: bool) -> Asks {
        Asks { listens, answers: FxHashMap::default(), askers: FxHashMap::default() }
    }

    pub fn listens(&self) -> bool {
        self.listens
    }

    pub fn is_answered(&self, question: Question) -> bool {
        self.answers.contains_key(&question)
    }

    /// A variable takes what a question comes to, or no longer.
    pub fn asker(&mut self, question: Question, var: Var, retracts: bool) {
        if self.listens {
            let (Question::Name(file, _)
            | Question::Import(file, _)
            | Question::Type(file, _)
            | Question::Member(file, _)) = question;
            let askers = self.askers.entry(file).or_default();
            match askers.iter().position(|known| retracts && *known == (question, var)) {
                Some(place) => drop(askers.swap_remove(place)),
                None => askers.push((question, var)),
            }
        }
    }

    /// The questions that asked for any of some names.
    pub fn concerned(&self, names: &FxHashSet<NameHash>) -> FxHashSet<Question> {
        let asks = |answered: &Answered| answered.asked.iter().any(|name| names.contains(name));
        self.answers.iter().filter(|(_, answered)| asks(answered)).map(|(question, _)| *question).collect()
    }

    pub fn forget(&mut self, questions: &FxHashSet<Question>) {
        questions.iter().for_each(|question| drop(self.answers.remove(question)));
    }

    /// How many bytes it takes, roughly.
    pub fn bytes(&self) -> usize {
        let answers: usize = self.answers.values().map(|answered| 96 + answered.asked.len() * 8).sum();
        answers + self.askers.values().map(|askers| askers.capacity() * 16).sum::<usize>()
    }
}

impl Solver {
    pub fn ask(&mut self, question: Question) -> Meant {
        if let Some(known) = self.asks.answers.get(&question) {
            return known.meant.clone();
        }
        if self.asks.listens {
            // What was asked so far is no part of this question.
            asked::take();
        }
        let places = self.places(question);
        let meant: Meant =
            places.into_iter().map(|place| (self.declared_at(place), self.symbols.kind_of(place))).collect();
        let mut asked = if self.asks.listens { asked::take() } else { Box::default() };
        // A name that a module binds: its answer belongs to this one.
        if self.asks.listens
            && let Some(member) = self.member_of(question)
        {
            self.ask(member);
            let of_member = self.asks.answers.get(&member).map_or_else(Box::default, |of| of.asked.clone());
            asked = [&asked[..], &of_member[..]].concat().into();
        }
        self.asks.answers.insert(question, Answered { meant: meant.clone(), asked });
        meant
    }

    /// The member that a path names which is imported (`module#name`).
    fn member_of(&mut self, question: Question) -> Option<Question> {
        let Question::Import(context, path) = question else { return None };
        let (module, name) = self.bound_by(context, path)?;
        Some(Question::Member(module, name))
    }

    fn places(&self, question: Question) -> Places {
        let (Question::Name(file, text)
        | Question::Import(file, text)
        | Question::Type(file, text)
        | Question::Member(file, text)) = question;
        let Some(context) = self.symbols.file(self.contexts[file as usize]) else { return Places::new() };
        let text = self.texts.get(text);
        match question {
            Question::Name(..) => {
                let places = self.symbols.beside(context, text);
                match places.is_empty() && text.contains(separator(context.family)) {
                    true => self.symbols.find(context.family, text),
                    false => places,
                }
            }
            Question::Import(..) => self.symbols.find(context.family, text),
            Question::Type(..) => self.symbols.find_type(context, ReferenceForm::Type, text),
            Question::Member(..) => {
                let path = format!("{}{}{text}", context.module, separator(context.family));
                self.symbols.find(context.family, &path)
            }
        }
    }
}
