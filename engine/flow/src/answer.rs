//! What is asked of an analysis and what it answers.

use stoa_model::NodeId;

/// What a node does on a path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Where the value comes from outside.
    Source,
    /// An expression that makes a value from one before it.
    Propagation,
    /// A call whose callee the path enters.
    Call,
    /// A formal parameter that receives the value.
    Parameter,
    /// Where the value leaves a callee.
    Return,
    /// The call that the value must not reach.
    Sink,
}

impl Role {
    /// The text that SQL shows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Source => "source",
            Role::Propagation => "propagation",
            Role::Call => "call",
            Role::Parameter => "parameter",
            Role::Return => "return",
            Role::Sink => "sink",
        }
    }
}

/// A node of a path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Step {
    pub node: NodeId,
    pub role: Role,
}

/// A value from outside that reaches a sink.
#[derive(Clone, PartialEq, PartialOrd, Debug)]
pub struct Flow {
    /// The call, parameter or access that gives the value.
    pub source: NodeId,
    /// The source's kind in its model: `remote`, `file` …
    pub source_kind: String,
    /// The call that receives it.
    pub sink: NodeId,
    /// Which argument: 0 is the receiver, 1 the first; −1 where the sink is no call's argument.
    pub sink_argument: i32,
    /// The weakness, as the sink's model names it: `sql`, `command` …
    pub kind: String,
    /// From the source to the sink; consecutive steps differ.
    pub path: Vec<Step>,
    /// The product of the confidences of the calls on the path, from 0 to 1.
    pub confidence: f32,
}

/// Why part of an analysis was cut short.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CutReason {
    /// More work than [`Options::max_steps`]: what was found up to there stands, and what goes in is taken to come out.
    Steps,
    /// A cycle of calls was not stable after [`Options::max_rounds`] rounds.
    Rounds,
    /// Specialisations would have gone deeper, or cost more, than the budgets: the general summary was used instead.
    Specialisations,
    /// A value had more origins than [`Options::max_labels`]: the first ones were kept.
    Labels,
    /// A field deeper than [`Options::max_depth`] was taken to be the object around it.
    Depth,
    /// More objects in a method, or elements of one object, than are kept apart ([`Options::max_objects`]): the rest were taken together.
    Objects,
    /// More sinks may be reached from what a method is given than [`Options::max_sinks`]: the first ones were kept.
    Sinks,
    /// A call had more possible methods than [`Options::max_targets`]: the surest were taken.
    Targets,
}

impl CutReason {
    /// The text that SQL shows.
    pub const fn as_str(self) -> &'static str {
        match self {
            CutReason::Steps => "steps",
            CutReason::Rounds => "rounds",
            CutReason::Specialisations => "specialisations",
            CutReason::Labels => "labels",
            CutReason::Depth => "depth",
            CutReason::Objects => "objects",
            CutReason::Sinks => "sinks",
            CutReason::Targets => "targets",
        }
    }
}

/// A budget that was hit, and where.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Cut {
    pub method: NodeId,
    pub reason: CutReason,
}

/// A text that an argument may be, where a row of role `constant` asks for it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Constant {
    pub call: NodeId,
    /// 0 is the receiver, 1 the first argument.
    pub index: i32,
    pub argument: NodeId,
    pub value: String,
}

/// What an analysis found. Sorted; the same on every run.
#[derive(Clone, Default, Debug)]
pub struct Answer {
    /// One flow for each source, sink, argument and kind.
    pub flows: Vec<Flow>,
    pub cuts: Vec<Cut>,
    pub constants: Vec<Constant>,
    /// Methods with a body that were interpreted.
    pub methods: usize,
    /// How many of them were not interpreted, since their summaries were kept.
    pub kept: usize,
    /// Specialisations that are known.
    pub specialisations: usize,
}

impl Answer {
    /// What the answer takes of the heap, in bytes, roughly.
    pub fn bytes(&self) -> usize {
        let flow =
            |f: &Flow| size_of::<Flow>() + f.source_kind.len() + f.kind.len() + size_of_val(&f.path[..]);
        self.flows.iter().map(flow).sum::<usize>()
            + size_of_val(&self.cuts[..])
            + self.constants.iter().map(|c| size_of::<Constant>() + c.value.len()).sum::<usize>()
    }
}

/// A node that the caller names as a source, a sink or a sanitizer, beside what the models say.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Endpoint {
    /// A source or sanitizer: an expression or a parameter. A sink: an argument, or a call of which every argument counts.
    pub node: NodeId,
    /// A source's kind, a sink's weakness, the weaknesses that a sanitizer removes (blanks between them, `*` for all).
    pub kind: String,
}

/// What is asked: which sources, and which sinks. Without anything given, what the models say.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Question {
    /// Whether the sources of the models count; `false` leaves only `sources`.
    pub model_sources: bool,
    /// Whether the sinks of the models count; `false` leaves only `sinks`.
    pub model_sinks: bool,
    pub sources: Vec<Endpoint>,
    pub sinks: Vec<Endpoint>,
    pub sanitizers: Vec<Endpoint>,
}

impl Default for Question {
    fn default() -> Question {
        Question {
            model_sources: true,
            model_sinks: true,
            sources: Vec::new(),
            sinks: Vec::new(),
            sanitizers: Vec::new(),
        }
    }
}

impl AsRef<Question> for Question {
    fn as_ref(&self) -> &Question {
        self
    }
}

/// How far an analysis goes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Options {
    /// Fields below a parameter or variable that are kept apart.
    pub max_depth: usize,
    /// Evaluations of nodes, and values looked at, in one interpretation of a method; of a short method, a share of it.
    pub max_steps: u64,
    /// Rounds over a cycle of calls; fewer over cycles of hundreds of methods.
    pub max_rounds: usize,
    /// Calls of a method up to which each constant text or number that it decides something by makes a specialisation.
    pub max_specialisations: usize,
    /// Objects that one method makes, and that its callers get to know.
    pub max_objects: usize,
    /// Sinks that may be reached from what a method is given.
    pub max_sinks: usize,
    /// Origins of one value.
    pub max_labels: usize,
    /// Methods that one call may run.
    pub max_targets: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            max_depth: 5,
            max_steps: 200_000,
            max_rounds: 4,
            max_specialisations: 64,
            max_objects: 1000,
            max_sinks: 500,
            max_labels: 32,
            max_targets: 12,
        }
    }
}
