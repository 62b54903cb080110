//! What may be the same memory: cells and objects of a file.
//!
//! A *cell* is what a name or a path stands for: a variable, a field, an element. An *object* is what a cell may hold,
//! and has cells of its own, by key. Copying a value makes two cells hold the same object, whatever the order of
//! statements (Steensgaard, *Points-to analysis in almost linear time*, POPL 1996): after `b = a`, `a.x` and `b.x` are
//! one cell. So each path in the source is exactly one cell, and definitions of a cell need no alias sets.

use rustc_hash::FxHashMap;
use stoa_model::Symbol;

pub const NONE: u32 = u32::MAX;

/// Which cell of an object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Key {
    Field(Symbol),
    Index(u32),
    Text(Symbol),
    /// An element by a key that is not constant, or what a pointer points at: it may be any.
    Any,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    same_as: u32,
    /// The object that it holds; [`NONE`] until somebody asks.
    holds: u32,
    /// It may hold something that others change: not only numbers and texts computed here.
    opaque: bool,
    /// It never does, by its declared type.
    plain: bool,
}

#[derive(Clone, Debug, Default)]
struct Object {
    same_as: u32,
    cells: Vec<(Key, u32)>,
    /// The key [`Key::Any`] among them.
    any: u32,
    /// More than one cell may hold it: nothing written to it by one name replaces what another name may read.
    shared: bool,
    /// What calls may have written into it, and the same together with what was written to its cells.
    effects: u32,
}

/// The cells and objects of one file.
#[derive(Default, Debug)]
pub struct Objects {
    cells: Vec<Cell>,
    objects: Vec<Object>,
    by_key: FxHashMap<(u32, Key), u32>,
    unify: Vec<(u32, u32)>,
    /// Elements may be named as fields are (JavaScript).
    pub fields_are_elements: bool,
}

impl Objects {
    pub fn clear(&mut self) {
        self.cells.clear();
        self.objects.clear();
        self.by_key.clear();
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// A new cell.
    pub fn cell(&mut self) -> u32 {
        let new = self.cells.len() as u32;
        self.cells.push(Cell { same_as: new, holds: NONE, opaque: false, plain: false });
        new
    }

    /// A new object.
    pub fn object(&mut self) -> u32 {
        let new = self.objects.len() as u32;
        self.objects.push(Object { same_as: new, any: NONE, effects: NONE, ..Object::default() });
        new
    }

    /// The cell that stands for all that are the same as this one.
    #[inline]
    pub fn find(&mut self, mut cell: u32) -> u32 {
        while self.cells[cell as usize].same_as != cell {
            let up = self.cells[cell as usize].same_as;
            self.cells[cell as usize].same_as = self.cells[up as usize].same_as;
            cell = up;
        }
        cell
    }

    #[inline]
    pub fn find_object(&mut self, mut object: u32) -> u32 {
        while self.objects[object as usize].same_as != object {
            let up = self.objects[object as usize].same_as;
            self.objects[object as usize].same_as = self.objects[up as usize].same_as;
            object = up;
        }
        object
    }

    /// The object that a cell holds.
    pub fn held(&mut self, cell: u32) -> u32 {
        let cell = self.find(cell) as usize;
        if self.cells[cell].holds == NONE {
            self.cells[cell].holds = self.object();
        }
        let object = self.cells[cell].holds;
        self.find_object(object)
    }

    /// The object that a cell holds, if one was asked for.
    pub fn held_already(&mut self, cell: u32) -> Option<u32> {
        let cell = self.find(cell) as usize;
        match self.cells[cell].holds {
            NONE => None,
            object => Some(self.find_object(object)),
        }
    }

    /// The cell of an object by its key.
    pub fn member(&mut self, object: u32, key: Key) -> u32 {
        let object = self.find_object(object);
        if let Some(&cell) = self.by_key.get(&(object, key)) {
            return self.find(cell);
        }
        let cell = self.cell();
        self.cells[cell as usize].opaque = true;
        self.add_member(object, key, cell);
        self.settle();
        self.find(cell)
    }

    fn add_member(&mut self, object: u32, key: Key, cell: u32) {
        self.by_key.insert((object, key), cell);
        self.objects[object as usize].cells.push((key, cell));
        // An element by any key may be the one by this key: both hold the same.
        if key == Key::Any {
            self.objects[object as usize].any = cell;
            for place in 0..self.objects[object as usize].cells.len() {
                let (key, member) = self.objects[object as usize].cells[place];
                self.hold_the_same(key, member, cell);
            }
        } else if self.objects[object as usize].any != NONE {
            self.hold_the_same(key, cell, self.objects[object as usize].any);
        }
    }

    fn hold_the_same(&mut self, key: Key, member: u32, any: u32) {
        if key != Key::Any && (self.fields_are_elements || !matches!(key, Key::Field(_))) {
            let (ours, theirs) = (self.held(member), self.held(any));
            self.objects[ours as usize].shared = true;
            self.unify.push((ours, theirs));
        }
    }

    /// Makes a cell the one that a pointer to it points at.
    pub fn point_at(&mut self, object: u32, cell: u32) {
        let member = self.member(object, Key::Any);
        self.same_cell(member, cell);
    }

    pub fn members(&self, object: u32) -> &[(Key, u32)] {
        &self.objects[object as usize].cells
    }

    /// The cell of an object's [`Key::Any`], if it has one.
    pub fn any(&mut self, object: u32) -> Option<u32> {
        match self.objects[object as usize].any {
            NONE => None,
            cell => Some(self.find(cell)),
        }
    }

    /// The cells that stand for what calls write into an object, alone and with all else that is written.
    pub fn effects(&mut self, object: u32) -> (u32, u32) {
        let object = self.find_object(object);
        if self.objects[object as usize].effects == NONE {
            let cell = self.cell();
            self.cell();
            self.objects[object as usize].effects = cell;
        }
        let cell = self.objects[object as usize].effects;
        (cell, cell + 1)
    }

    pub fn is_shared(&self, object: u32) -> bool {
        self.objects[object as usize].shared
    }

    pub fn share(&mut self, object: u32) {
        let object = self.find_object(object);
        self.objects[object as usize].shared = true;
    }

    pub fn is_opaque(&mut self, cell: u32) -> bool {
        let cell = self.find(cell);
        self.cells[cell as usize].opaque
    }

    pub fn make_opaque(&mut self, cell: u32) {
        let cell = self.find(cell) as usize;
        self.cells[cell].opaque = !self.cells[cell].plain;
    }

    /// Notes that a new cell holds numbers or texts alone.
    pub fn make_plain(&mut self, cell: u32) {
        self.cells[cell as usize].plain = true;
    }

    /// Makes two objects one, and with them what their cells hold.
    pub fn same_object(&mut self, a: u32, b: u32) {
        self.unify.push((a, b));
        self.settle();
    }

    /// Makes two cells one.
    pub fn same_cell(&mut self, a: u32, b: u32) {
        self.join_cells(a, b);
        self.settle();
    }

    fn join_cells(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return;
        }
        let (to, from) = (a.min(b), a.max(b));
        let gone = self.cells[from as usize];
        self.cells[from as usize].same_as = to;
        self.cells[to as usize].opaque |= gone.opaque;
        match (self.cells[to as usize].holds, gone.holds) {
            (_, NONE) => {}
            (NONE, theirs) => self.cells[to as usize].holds = theirs,
            (ours, theirs) => self.unify.push((ours, theirs)),
        }
    }

    fn settle(&mut self) {
        while let Some((a, b)) = self.unify.pop() {
            let (a, b) = (self.find_object(a), self.find_object(b));
            if a == b {
                continue;
            }
            // The one with more cells stays.
            let more = self.objects[a as usize].cells.len() >= self.objects[b as usize].cells.len();
            let (to, from) = if more { (a, b) } else { (b, a) };
            let gone = std::mem::take(&mut self.objects[from as usize]);
            self.objects[from as usize].same_as = to;
            self.objects[to as usize].shared |= gone.shared;
            if self.objects[to as usize].effects == NONE {
                self.objects[to as usize].effects = gone.effects;
            }
            for (key, cell) in gone.cells {
                self.by_key.remove(&(from, key));
                match self.by_key.get(&(to, key)).copied() {
                    Some(ours) => self.join_cells(ours, cell),
                    None => self.add_member(to, key, cell),
                }
            }
        }
    }
}
