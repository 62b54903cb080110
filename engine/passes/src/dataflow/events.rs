//! What each node of a method reads and writes, in the order of control.

use stoa_model::{NodeKind, Operator};
use stoa_syntax::{Language, Position, Tree};

use super::objects::{Key, NONE};
use super::paths::{Owner, Paths, is_literal};
use super::ssa::{Access, Event, Events};
use crate::cfg::{FlowGraph, MethodFlow};

/// How many objects around a path are taken to change with it: of `a.b.c = 1` those in `a.b` and in `a`.
pub const DEPTH: usize = 8;

/// Contents that assignments to a variable make unreachable, all together in a method: beyond, old contents are taken
/// to stay, which adds edges and loses none.
const KILLS: usize = 1 << 20;

/// Collects events. The buffers are kept from method to method.
#[derive(Default, Debug)]
pub struct Collector {
    /// The owner of the variable that a cell belongs to, where closures share it.
    shared: Vec<u32>,
    /// Where the elements of each literal begin in [`Paths::elements`], by the literal.
    elements_of: Vec<u32>,
    /// The declarations of each CATCH that take effect at a node: (node, declaration).
    caught: Vec<(Position, Position)>,
    bases: Vec<u32>,
    outlive: Vec<u32>,
    kills: usize,
    /// `delete` gives an object back, as a call of `free` does, and forgets no variable.
    delete_frees: bool,
}

impl Collector {
    pub fn begin(&mut self, tree: &Tree, language: &Language, paths: &mut Paths) {
        self.delete_frees = language.family == "c";
        self.elements_of.clear();
        self.elements_of.resize(tree.nodes.len(), NONE);
        for (place, &(literal, ..)) in paths.elements.iter().enumerate() {
            let first = &mut self.elements_of[literal as usize];
            *first = (*first).min(place as u32);
        }
        self.share(paths);
    }

    /// Marks the cells of variables that closures share, and those of what is in them.
    fn share(&mut self, paths: &mut Paths) {
        self.shared.clear();
        self.shared.resize(paths.objects.len(), NONE);
        for place in 0..paths.variables.len() {
            let variable = paths.variables[place];
            let Owner::Method(owner) = variable.owner else { continue };
            if !variable.captured {
                continue;
            }
            self.bases.clear();
            self.bases.push(variable.cell);
            while let Some(cell) = self.bases.pop() {
                let cell = paths.objects.find(cell);
                if self.shared[cell as usize] != NONE {
                    continue;
                }
                self.shared[cell as usize] = owner;
                if let Some(object) = paths.objects.held_already(cell) {
                    self.bases.extend(paths.objects.members(object).iter().map(|m| m.1));
                }
            }
        }
    }

    /// The METHOD whose variable a cell belongs to, if closures share it.
    #[inline]
    pub fn shared_owner(&self, cell: u32) -> Option<Position> {
        self.shared.get(cell as usize).copied().filter(|owner| *owner != NONE)
    }

    pub fn run(
        &mut self,
        tree: &Tree,
        flow: &MethodFlow,
        graph: &FlowGraph,
        paths: &mut Paths,
        events: &mut Events,
    ) {
        events.list.clear();
        events.ends.clear();
        self.outlive.clear();
        self.kills = 0;
        self.find_caught(tree, graph);
        for block in 0..graph.len() as u32 {
            if block == 0 {
                self.parameters(tree, flow.method, paths, events);
            }
            for &at in graph.block(block) {
                self.node(tree, at, paths, events);
            }
            if block == graph.exit() {
                self.outlive.sort_unstable();
                self.outlive.dedup();
                let exit = flow.exit;
                events.list.extend(self.outlive.iter().map(|&cell| Event {
                    access: Access::Use,
                    cell,
                    node: exit,
                }));
            }
            events.ends.push(events.list.len() as u32);
        }
    }

    fn parameters(&mut self, tree: &Tree, method: Position, paths: &mut Paths, events: &mut Events) {
        for child in tree.children(method) {
            if tree.get(child).kind == NodeKind::MethodParameterIn
                && let Some(cell) = paths.declared_cell(child)
            {
                events.list.push(Event { access: Access::Define, cell, node: child });
            }
        }
    }

    /// The variable of a CATCH is written where control enters the CATCH.
    fn find_caught(&mut self, tree: &Tree, graph: &FlowGraph) {
        self.caught.clear();
        for block in 0..graph.len() as u32 {
            let head = graph.head(block);
            let mut up = tree.get(head).parent;
            while up != NONE && tree.get(up).kind != NodeKind::Method {
                let node = tree.get(up);
                if node.control == Some(stoa_model::Control::Catch) {
                    let outside = graph.preds(block).iter().any(|p| !tree.contains(up, graph.tail(*p)));
                    if outside {
                        let locals = tree.children(up).filter(|c| tree.get(*c).kind == NodeKind::Local);
                        self.caught.extend(locals.map(|local| (head, local)));
                    }
                    break;
                }
                up = node.parent;
            }
        }
        self.caught.sort_unstable();
    }

    fn node(&mut self, tree: &Tree, at: Position, paths: &mut Paths, events: &mut Events) {
        if !self.caught.is_empty() {
            let first = self.caught.partition_point(|c| c.0 < at);
            for &(_, local) in self.caught[first..].iter().take_while(|c| c.0 == at) {
                if let Some(cell) = paths.declared_cell(local) {
                    events.list.push(Event { access: Access::Define, cell, node: local });
                }
            }
        }
        let node = tree.get(at);
        if paths.cell_of[at as usize] != NONE && !self.is_pure_target(tree, at) {
            self.read(tree, at, paths, events);
        }
        if node.kind != NodeKind::Call {
            return;
        }
        match Operator::of(node.name) {
            None => self.call(tree, at, paths, events),
            Some(Operator::Delete) if self.delete_frees => self.call(tree, at, paths, events),
            Some(Operator::Delete) => {
                for target in tree.children(at) {
                    self.delete(tree, target, paths, events);
                }
            }
            Some(operator) if operator.assigns() => {
                let mut children = tree.children(at).filter(|c| tree.get(*c).is_argument());
                let (target, value) = (children.next(), children.next());
                if let Some(target) = target {
                    let sometimes = matches!(
                        operator,
                        Operator::AssignmentLogicalAnd
                            | Operator::AssignmentLogicalOr
                            | Operator::AssignmentNullCoalesce
                    );
                    self.write(tree, target, !sometimes, paths, events);
                    if let Some(value) = value
                        && is_literal(tree, value)
                    {
                        self.elements(value, paths, events);
                    }
                }
            }
            Some(_) if is_literal(tree, at) => self.elements(at, paths, events),
            Some(_) => {}
        }
    }

    fn elements(&mut self, literal: Position, paths: &mut Paths, events: &mut Events) {
        let first = self.elements_of[literal as usize];
        if first == NONE {
            return;
        }
        for place in first as usize..paths.elements.len() {
            let (of, element, cell) = paths.elements[place];
            if of != literal {
                break;
            }
            let cell = paths.objects.find(cell);
            events.list.push(Event { access: Access::MayDefine, cell, node: element });
        }
    }

    /// Reads of a cell by a path.
    fn read(&mut self, tree: &Tree, at: Position, paths: &mut Paths, events: &mut Events) {
        let cell = paths.objects.find(paths.cell_of[at as usize]);
        let mut push = |cell| events.list.push(Event { access: Access::Use, cell, node: at });
        push(cell);
        if let Some(base) = base(tree, at)
            && let Some(object) = paths.object(base)
        {
            let by_any = paths.objects.any(object).is_some_and(|any| any == cell);
            if by_any {
                for place in 0..paths.objects.members(object).len() {
                    let (key, member) = paths.objects.members(object)[place];
                    if key != Key::Any && (paths.objects.fields_are_elements || !matches!(key, Key::Field(_)))
                    {
                        push(paths.objects.find(member));
                    }
                }
            } else if paths.objects.fields_are_elements || !is_field(tree, at) {
                paths.objects.any(object).into_iter().for_each(&mut push);
            }
            self.find_bases(tree, at, paths);
            for &object in &self.bases {
                push(paths.objects.effects(object).0);
            }
        }
        // What stands by itself is read with what is in it.
        if !is_base(tree, at) && paths.objects.is_opaque(cell) {
            let object = paths.objects.held(cell);
            push(paths.objects.effects(object).1);
        }
    }

    /// The objects on the way of a path, innermost first.
    fn find_bases(&mut self, tree: &Tree, at: Position, paths: &mut Paths) {
        self.bases.clear();
        let mut next = base(tree, at);
        while let Some(around) = next {
            if self.bases.len() == DEPTH {
                break;
            }
            if let Some(object) = paths.object(around) {
                self.bases.push(object);
            }
            next = base(tree, around);
        }
    }

    fn write(
        &mut self,
        tree: &Tree,
        target: Position,
        certain: bool,
        paths: &mut Paths,
        events: &mut Events,
    ) {
        let cell = paths.cell_of[target as usize];
        if cell == NONE {
            return;
        }
        let cell = paths.objects.find(cell);
        let mut replaces = certain;
        if let Some(base) = base(tree, target)
            && let Some(object) = paths.object(base)
        {
            replaces &= !paths.objects.is_shared(object) && paths.objects.any(object) != Some(cell);
            self.find_bases(tree, target, paths);
            for &object in &self.bases {
                let (_, whole) = paths.objects.effects(object);
                events.list.push(Event { access: Access::MayDefine, cell: whole, node: target });
            }
        }
        if replaces {
            self.forget_contents(cell, paths, events);
        }
        let access = if replaces { Access::Define } else { Access::MayDefine };
        events.list.push(Event { access, cell, node: target });
        if outlives(tree, target, paths) {
            self.outlive.push(cell);
        }
    }

    /// A cell is written anew: what was in the object that it held is out of reach.
    fn forget_contents(&mut self, cell: u32, paths: &mut Paths, events: &mut Events) {
        if !paths.objects.is_opaque(cell) {
            return;
        }
        self.bases.clear();
        self.bases.push(paths.objects.held(cell));
        let mut next = 0;
        while next < self.bases.len() && self.bases.len() <= 64 * DEPTH {
            let object = self.bases[next];
            next += 1;
            if paths.objects.is_shared(object) {
                continue;
            }
            for place in 0..paths.objects.members(object).len() {
                if self.kills == KILLS {
                    return;
                }
                self.kills += 1;
                let member = paths.objects.members(object)[place].1;
                let member = paths.objects.find(member);
                events.list.push(Event { access: Access::Kill, cell: member, node: 0 });
                if let Some(inner) = paths.objects.held_already(member)
                    && !self.bases.contains(&inner)
                {
                    self.bases.push(inner);
                }
            }
            let (effects, whole) = paths.objects.effects(object);
            for cell in [effects, whole] {
                events.list.push(Event { access: Access::Kill, cell, node: 0 });
            }
        }
    }

    /// Whether an expression is written and not read.
    fn is_pure_target(&self, tree: &Tree, at: Position) -> bool {
        let node = tree.get(at);
        if node.parent == NONE {
            return false;
        }
        let parent = tree.get(node.parent);
        let writes = match Operator::of(parent.name) {
            Some(Operator::Assignment) => true,
            Some(Operator::Delete) => !self.delete_frees,
            _ => false,
        };
        let is_written = parent.kind == NodeKind::Call && writes;
        is_written && tree.children(node.parent).find(|c| tree.get(*c).is_argument()) == Some(at)
    }

    fn delete(&mut self, tree: &Tree, target: Position, paths: &mut Paths, events: &mut Events) {
        let cell = paths.cell_of[target as usize];
        if cell == NONE {
            return;
        }
        let cell = paths.objects.find(cell);
        let Some(base) = base(tree, target) else {
            events.list.push(Event { access: Access::Kill, cell, node: target });
            return;
        };
        let Some(object) = paths.object(base) else { return };
        if is_field(tree, target) {
            if !paths.objects.is_shared(object) {
                events.list.push(Event { access: Access::Kill, cell, node: target });
            }
        } else {
            // The other elements of a list move up.
            self.pass_through(object, base, paths, events);
        }
    }

    /// Somebody else gets an object: reads what is in it, and may change it.
    fn pass_through(&mut self, object: u32, node: Position, paths: &mut Paths, events: &mut Events) {
        let (effects, whole) = paths.objects.effects(object);
        events.list.push(Event { access: Access::Use, cell: whole, node });
        events.list.push(Event { access: Access::Define, cell: effects, node });
        events.list.push(Event { access: Access::Define, cell: whole, node });
    }

    fn call(&mut self, tree: &Tree, at: Position, paths: &mut Paths, events: &mut Events) {
        for argument in tree.children(at) {
            if !tree.get(argument).is_argument() {
                continue;
            }
            let cell = paths.cell_of[argument as usize];
            if cell != NONE && !paths.objects.is_opaque(cell) {
                continue;
            }
            if let Some(object) = paths.object(argument) {
                self.pass_through(object, argument, paths, events);
            }
            // The variable itself, where its address is given away.
            if tree.get(argument).name == Operator::AddressOf.symbol()
                && let Some(pointed) = tree.children(argument).next()
                && paths.cell_of[pointed as usize] != NONE
            {
                let cell = paths.objects.find(paths.cell_of[pointed as usize]);
                events.list.push(Event { access: Access::MayDefine, cell, node: pointed });
            }
        }
    }
}

/// The expression that a path begins with.
fn base(tree: &Tree, at: Position) -> Option<Position> {
    let node = tree.get(at);
    let extends = node.kind == NodeKind::Call
        && matches!(
            Operator::of(node.name),
            Some(
                Operator::FieldAccess
                    | Operator::IndirectFieldAccess
                    | Operator::IndexAccess
                    | Operator::Indirection
                    | Operator::Next
                    | Operator::Slice
            )
        );
    extends.then(|| tree.children(at).next()).flatten()
}

fn is_field(tree: &Tree, at: Position) -> bool {
    matches!(Operator::of(tree.get(at).name), Some(Operator::FieldAccess | Operator::IndirectFieldAccess))
}

/// Whether a longer path begins with this expression.
fn is_base(tree: &Tree, at: Position) -> bool {
    let parent = tree.get(at).parent;
    parent != NONE && base(tree, parent) == Some(at)
}

/// Whether what is written to a path can be read when the method is over: a variable that is not the method's own, and
/// what is in one, or in a parameter.
fn outlives(tree: &Tree, target: Position, paths: &Paths) -> bool {
    let mut head = target;
    while let Some(inner) = base(tree, head) {
        head = inner;
    }
    let variable = paths.variable_of[head as usize];
    if variable == NONE {
        return false;
    }
    let variable = paths.variables[variable as usize];
    match variable.owner {
        Owner::All => true,
        Owner::Method(_) => head != target && (variable.parameter || variable.captured),
    }
}
