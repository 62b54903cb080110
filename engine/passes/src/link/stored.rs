//! What linking needs to know of a file, as bytes that are kept: [`SymbolsBuilder::take_file`] writes them, [`SymbolsBuilder::add_facts`]
//! reads them.
//!
//! They come in three parts, of which an edit mostly changes few: what others can name of the file (*exports*), where values go in it, and where
//! functions go. Most edits move nodes about and change nothing that is noted here but their places: [`moved`] tells.
//!
//! Nodes are named by their place in the file alone, so that the facts of a file whose content stays the same stay the same,
//! whatever becomes of others. An index that changes what is noted here raises [`FACTS_VERSION`]: facts of another version
//! are not read, and their tree is indexed as if it were new.

use stoa_model::ids::{local_of, node_id};
use stoa_model::rows::{NO_LOCAL, ReferenceRow};
use stoa_model::{FIRST_BODY, FileId, Interner, NodeKind, ReferenceForm, ReferenceKind, Symbol};

use super::SymbolsBuilder;
use super::codec::{Malformed, Near, Reader, Writer};
use super::functions::FunctionsBuilder;
use super::symbols::{Declaration, FileContext, Supertype, Term};
use super::values::ValuesBuilder;
use crate::scopes::{FunctionOp, FunctionRow};

/// The version of facts; see above.
pub const FACTS_VERSION: u32 = 3;

/// Texts of a file as symbols of an interner: each is looked up once.
pub(super) struct Translated {
    symbols: Vec<Symbol>,
}

impl Translated {
    pub fn new(reader: &Reader<'_>) -> Translated {
        Translated { symbols: vec![Symbol::NONE; reader.texts()] }
    }

    /// A text that may be missing.
    pub fn read(&mut self, reader: &mut Reader<'_>, texts: &mut Interner) -> Result<Symbol, Malformed> {
        let Some(place) = reader.optional()? else { return Ok(Symbol::NONE) };
        let symbol = self.symbols.get_mut(place as usize).ok_or(Malformed)?;
        if !symbol.is_some() {
            *symbol = texts.intern(reader.text_at(place)?);
        }
        Ok(*symbol)
    }
}

impl Writer {
    /// A text that may be missing.
    pub(super) fn symbol(&mut self, symbol: Symbol, texts: &Interner) {
        self.optional(symbol.some().map(|symbol| texts.get(symbol)));
    }
}

/// The nodes of facts that go from a node to another: that is near the node they go to, or a declaration near the last one.
#[derive(Default)]
pub(super) struct NearRow {
    dst: Near,
    src: Near,
}

impl NearRow {
    pub fn write(&mut self, dst: u32, src: u32, writer: &mut Writer) {
        writer.node(dst, &mut self.dst);
        self.src.body = self.dst.body;
        writer.node(src, &mut self.src);
    }

    pub fn read(&mut self, reader: &mut Reader<'_>) -> Result<(u32, u32), Malformed> {
        let dst = reader.node(&mut self.dst)?;
        self.src.body = self.dst.body;
        Ok((dst, reader.node(&mut self.src)?))
    }
}

const BODY: u8 = 1;
const INTERFACE: u8 = 2;
const OF_TYPE: u8 = 4;
const ALIAS: u8 = 8;

impl SymbolsBuilder {
    /// The facts of the one file that was added since the last call, which the builder forgets. Nothing may have been
    /// joined to it.
    pub fn take_file(&mut self, writer: &mut Writer) -> Vec<u8> {
        self.take_exports(writer);
        let exports = writer.take();
        self.values.take_file(writer);
        let values = writer.take();
        self.functions.take_file(writer);
        let functions = writer.take();
        let mut facts = Vec::with_capacity(8 + exports.len() + values.len() + functions.len());
        for part in [&exports, &values] {
            facts.extend_from_slice(&(part.len() as u32).to_le_bytes());
            facts.extend_from_slice(part);
        }
        facts.extend_from_slice(&functions);
        facts
    }

    fn take_exports(&mut self, writer: &mut Writer) {
        let SymbolsBuilder {
            declarations,
            files,
            aliases,
            crates: _,
            supertypes,
            quoted,
            texts,
            type_names,
            terms,
            parameters,
            values: _,
            functions: _,
        } = self;
        writer.count(files.len());
        for file in files.drain(..) {
            writer.u8(file.family);
            writer.text(&file.module);
            writer.count(file.wildcards.len());
            file.wildcards.iter().for_each(|path| writer.text(path));
        }
        writer.count(declarations.len());
        let mut near = Near::default();
        for d in declarations.drain(..) {
            writer.name(d.full);
            writer.name(d.name);
            writer.name(d.owner);
            writer.node(local_of(d.id), &mut near);
            writer.i32(i32::from(d.arity));
            writer.u8(d.kind as u8);
            writer.u8(d.family);
            let flag = |is: bool, flag: u8| if is { flag } else { 0 };
            writer.u8(flag(d.has_body, BODY)
                | flag(d.is_interface, INTERFACE)
                | flag(d.of_type, OF_TYPE)
                | flag(d.is_alias, ALIAS));
            writer.u32(d.term);
            writer.u32(d.parameters.0);
            writer.u8(d.parameters.1);
        }
        writer.count(terms.len());
        for term in terms.drain(..) {
            writer.symbol(term.owner, texts);
            writer.symbol(term.text, texts);
        }
        writer.count(parameters.len());
        parameters.drain(..).for_each(|term| writer.u32(term));
        writer.count(aliases.len());
        for (family, key, path) in aliases.drain(..) {
            writer.u8(family);
            writer.name(key);
            writer.text(&path);
        }
        writer.count(supertypes.len());
        for supertype in supertypes.drain(..) {
            writer.name(supertype.of);
            writer.u8(supertype.form as u8);
            writer.text(&supertype.qualifier);
            writer.symbol(supertype.owner, texts);
            writer.symbol(supertype.term, texts);
        }
        writer.count(quoted.len());
        for (module, name, path) in quoted.drain(..) {
            writer.name(module);
            writer.text(&name);
            writer.text(&path);
        }
        let mut named: Vec<_> = type_names.drain().collect();
        named.sort_unstable();
        writer.count(named.len());
        for (full, name) in named {
            writer.name(full);
            writer.text(&name);
        }
    }

    /// Adds the facts of a file. Files must come in the order of their numbers.
    pub fn add_facts(&mut self, file: FileId, facts: &[u8]) -> Result<(), Malformed> {
        let facts = FileFacts::of(facts)?;
        self.add_exports(file, &mut Reader::new(facts.exports)?)?;
        self.values.add_facts(file, facts.values)?;
        self.functions.add_facts(file, facts.functions)
    }

    /// Of the facts of a file, adds what others can name.
    pub fn add_names(&mut self, file: FileId, facts: &[u8]) -> Result<(), Malformed> {
        self.add_exports(file, &mut Reader::new(FileFacts::of(facts)?.exports)?)
    }

    pub(super) fn add_exports(&mut self, file: FileId, reader: &mut Reader<'_>) -> Result<(), Malformed> {
        let context = self.files.len() as u32;
        let (terms, parameters) = (self.terms.len() as u32, self.parameters.len() as u32);
        let texts = &mut self.texts;
        let mut translated = Translated::new(reader);
        for _ in 0..reader.count()? {
            let family = reader.u8()?;
            let module = reader.text()?.into();
            let count = reader.count()?;
            let wildcards = (0..count).map(|_| Ok(reader.text()?.into())).collect::<Result<_, _>>()?;
            self.files.push(FileContext { file, family, module, wildcards });
        }
        let count = reader.count()?;
        self.declarations.reserve(count);
        let mut near = Near::default();
        for _ in 0..count {
            let (full, name, owner) = (reader.name()?, reader.name()?, reader.name()?);
            let id = node_id(file, reader.node(&mut near)?);
            let arity = i16::try_from(reader.i32()?).map_err(|_| Malformed)?;
            let kind = reader.one_of(NodeKind::ALL)?;
            let family = reader.u8()?;
            let flags = reader.u8()?;
            let term = reader.u32()?;
            self.declarations.push(Declaration {
                full,
                id,
                name,
                owner,
                arity,
                kind,
                family,
                has_body: flags & BODY != 0,
                is_interface: flags & INTERFACE != 0,
                of_type: flags & OF_TYPE != 0,
                is_alias: flags & ALIAS != 0,
                term: if term > 0 { term + terms } else { 0 },
                parameters: (reader.u32()? + parameters, reader.u8()?),
            });
        }
        for _ in 0..reader.count()? {
            let owner = translated.read(reader, texts)?;
            let text = translated.read(reader, texts)?;
            self.terms.push(Term { context, owner, text });
        }
        for _ in 0..reader.count()? {
            let term = reader.u32()?;
            self.parameters.push(if term > 0 { term + terms } else { 0 });
        }
        for _ in 0..reader.count()? {
            self.aliases.push((reader.u8()?, reader.name()?, reader.text()?.into()));
        }
        for _ in 0..reader.count()? {
            self.supertypes.push(Supertype {
                of: reader.name()?,
                context,
                form: reader.one_of(ReferenceForm::ALL)?,
                qualifier: reader.text()?.into(),
                owner: translated.read(reader, texts)?,
                term: translated.read(reader, texts)?,
            });
        }
        for _ in 0..reader.count()? {
            self.quoted.push((reader.name()?, reader.text()?.into(), reader.text()?.into()));
        }
        for _ in 0..reader.count()? {
            let (full, name) = (reader.name()?, reader.text()?);
            self.type_names.entry(full).or_insert_with(|| name.into());
        }
        Ok(())
    }
}

/// The parts of a file's facts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FileFacts<'a> {
    /// What others can name, and what it takes to follow their names.
    pub exports: &'a [u8],
    pub values: &'a [u8],
    pub functions: &'a [u8],
}

impl<'a> FileFacts<'a> {
    pub fn of(facts: &'a [u8]) -> Result<FileFacts<'a>, Malformed> {
        fn part(bytes: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
            let (length, rest) = bytes.split_first_chunk::<4>().ok_or(Malformed)?;
            rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(Malformed)
        }
        let (exports, rest) = part(facts)?;
        let (values, functions) = part(rest)?;
        Ok(FileFacts { exports, values, functions })
    }

    /// Whether values are followed in the file at all.
    pub fn follows_values(&self) -> bool {
        // Its facts begin with the number of files that they are of: one or none.
        !matches!(Reader::new(self.values).and_then(|mut reader| reader.u32()), Ok(0))
    }
}

/// Where the nodes of a file have moved in an edit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Body nodes before and after, ascending.
    bodies: Vec<(u32, u32)>,
    /// Where each declaration is now, or [`NO_LOCAL`]. They are where they were if there are none here.
    declarations: Vec<u32>,
}

impl Moved {
    /// As declarations have moved, and nothing else.
    pub fn of_declarations(declarations: Vec<u32>) -> Moved {
        Moved { bodies: Vec::new(), declarations }
    }

    /// Where a node is now.
    pub fn to(&self, local: u32) -> u32 {
        if local < FIRST_BODY {
            return self.declarations.get(local as usize).copied().unwrap_or(local);
        }
        match self.bodies.binary_search_by_key(&local, |(before, _)| *before) {
            Ok(place) => self.bodies[place].1,
            Err(_) => local,
        }
    }

    pub fn moves_declarations(&self) -> bool {
        !self.declarations.is_empty()
    }
}

/// What facts say, apart from where.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Said<'a> {
    pub numbers: Vec<u64>,
    pub texts: Vec<&'a str>,
}

/// What facts say, and the nodes they say it of.
#[derive(Default)]
pub(super) struct Trace<'a> {
    pub said: Said<'a>,
    pub nodes: Vec<u32>,
    /// Strings and integers, which may matter or not.
    pub literals: Vec<&'a str>,
}

impl<'a> Trace<'a> {
    pub fn number(&mut self, number: impl Into<u64>) {
        self.said.numbers.push(number.into());
    }

    pub fn symbol(&mut self, reader: &mut Reader<'a>) -> Result<(), Malformed> {
        match reader.optional()? {
            Some(place) => {
                self.number(1u8);
                self.said.texts.push(reader.text_at(place)?);
            }
            None => self.number(0u8),
        }
        Ok(())
    }

    pub fn literal(&mut self, reader: &mut Reader<'a>) -> Result<(), Malformed> {
        let text = reader.optional()?.map_or(Ok(""), |place| reader.text_at(place))?;
        self.literals.push(text);
        Ok(())
    }

    /// Where the nodes of one trace are in another, if both say the same and in the same order.
    fn moved(&self, after: &Trace<'_>, declarations: Vec<u32>) -> Option<Moved> {
        if self.said != after.said || self.nodes.len() != after.nodes.len() {
            return None;
        }
        let mut pairs: Vec<(u32, u32)> =
            self.nodes.iter().copied().zip(after.nodes.iter().copied()).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut moved = Moved::of_declarations(declarations);
        let stays =
            |&(before, after): &(u32, u32)| before.min(after) >= FIRST_BODY || moved.to(before) == after;
        if !pairs.iter().all(stays) {
            return None;
        }
        let ascending = pairs.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1);
        pairs.retain(|(before, _)| (FIRST_BODY..NO_LOCAL).contains(before));
        moved.bodies = pairs;
        ascending.then_some(moved)
    }
}

/// Where nodes have moved from one version of a file to the next, if its facts about values and functions say the same of
/// them, and which of its strings and integers are others than before, by their numbers. `declarations` are where its declarations are
/// now, if they are not where they were.
pub fn moved(
    before: &FileFacts<'_>,
    after: &FileFacts<'_>,
    declarations: Vec<u32>,
) -> Result<Option<(Moved, Vec<u32>)>, Malformed> {
    let (before, after) = (trace(before)?, trace(after)?);
    let Some(moved) = before.moved(&after, declarations) else { return Ok(None) };
    // There are as many in both, since each has its row.
    let texts = before.literals.iter().zip(&after.literals).enumerate();
    Ok(Some((moved, texts.filter(|(_, (a, b))| a != b).map(|(number, _)| number as u32).collect())))
}

fn trace<'a>(facts: &FileFacts<'a>) -> Result<Trace<'a>, Malformed> {
    let mut trace = Trace::default();
    ValuesBuilder::trace(&mut Reader::new(facts.values)?, &mut trace)?;
    FunctionsBuilder::trace(&mut Reader::new(facts.functions)?, &mut trace)?;
    Ok(trace)
}

impl FunctionOp {
    /// A number, and that of an argument or a parameter.
    fn numbers(self) -> (u8, i32) {
        match self {
            FunctionOp::Argument(place) => (0, place),
            FunctionOp::Copy => (1, 0),
            FunctionOp::Holds => (2, 0),
            FunctionOp::Invoke => (3, 0),
            FunctionOp::InvokeMember => (4, 0),
            FunctionOp::Load => (5, 0),
            FunctionOp::Parameter(place) => (6, place),
            FunctionOp::Receiver => (7, 0),
            FunctionOp::Return => (8, 0),
            FunctionOp::Store => (9, 0),
            FunctionOp::Target => (10, 0),
        }
    }

    fn of_numbers(op: u8, place: i32) -> Result<FunctionOp, Malformed> {
        Ok(match op {
            0 => FunctionOp::Argument(place),
            1 => FunctionOp::Copy,
            2 => FunctionOp::Holds,
            3 => FunctionOp::Invoke,
            4 => FunctionOp::InvokeMember,
            5 => FunctionOp::Load,
            6 => FunctionOp::Parameter(place),
            7 => FunctionOp::Receiver,
            8 => FunctionOp::Return,
            9 => FunctionOp::Store,
            10 => FunctionOp::Target,
            _ => return Err(Malformed),
        })
    }
}

impl FunctionsBuilder {
    fn take_file(&mut self, writer: &mut Writer) {
        let FunctionsBuilder { texts, files, rows, asked } = self;
        files.clear();
        writer.count(rows.len());
        let mut near = NearRow::default();
        for row in rows.drain(..) {
            let (op, place) = row.op.numbers();
            writer.u8(op);
            writer.i32(place);
            near.write(row.dst, row.src, writer);
            writer.u8(row.form as u8);
            for text in [row.name, row.qualifier, row.owner] {
                writer.symbol(text, texts);
            }
        }
        writer.count(asked.len());
        let mut near = Near::default();
        for row in asked.drain(..) {
            writer.u8(row.kind as u8);
            writer.u8(row.form as u8);
            writer.node(row.src, &mut near);
            writer.i32(row.arity);
            for text in [row.name, row.qualifier, row.owner, row.arguments] {
                writer.symbol(text, texts);
            }
        }
    }

    /// Reads what the facts of a file say.
    fn trace<'a>(reader: &mut Reader<'a>, trace: &mut Trace<'a>) -> Result<(), Malformed> {
        let rows = reader.count()?;
        trace.number(rows as u64);
        let mut near = NearRow::default();
        for _ in 0..rows {
            trace.number(reader.u8()?);
            trace.number(reader.i32()? as u32);
            trace.nodes.extend(<[u32; 2]>::from(near.read(reader)?));
            trace.number(reader.u8()?);
            for _ in 0..3 {
                trace.symbol(reader)?;
            }
        }
        let mut near = Near::default();
        for _ in 0..reader.count()? {
            trace.number(reader.u8()?);
            trace.number(reader.u8()?);
            trace.nodes.push(reader.node(&mut near)?);
            trace.number(reader.i32()? as u32);
            for _ in 0..4 {
                trace.symbol(reader)?;
            }
        }
        Ok(())
    }

    /// Adds the facts of a file behind those of the files before it.
    pub fn add_facts(&mut self, file: FileId, facts: &[u8]) -> Result<(), Malformed> {
        let reader = &mut Reader::new(facts)?;
        let (first_row, first_asked) = (self.rows.len(), self.asked.len());
        let texts = &mut self.texts;
        let mut translated = Translated::new(reader);
        let mut near = NearRow::default();
        for _ in 0..reader.count()? {
            let op = FunctionOp::of_numbers(reader.u8()?, reader.i32()?)?;
            let (dst, src) = near.read(reader)?;
            self.rows.push(FunctionRow {
                op,
                dst,
                src,
                form: reader.one_of(ReferenceForm::ALL)?,
                name: translated.read(reader, texts)?,
                qualifier: translated.read(reader, texts)?,
                owner: translated.read(reader, texts)?,
            });
        }
        let mut near = Near::default();
        for _ in 0..reader.count()? {
            self.asked.push(ReferenceRow {
                kind: reader.one_of(ReferenceKind::ALL)?,
                form: reader.one_of(ReferenceForm::ALL)?,
                src: reader.node(&mut near)?,
                arity: reader.i32()?,
                name: translated.read(reader, texts)?,
                qualifier: translated.read(reader, texts)?,
                owner: translated.read(reader, texts)?,
                arguments: translated.read(reader, texts)?,
            });
        }
        if self.rows.len() > first_row {
            self.files.push((file, first_row, first_asked));
        }
        Ok(())
    }
}
