//! The facts about values of a file, as bytes that are kept.

use stoa_model::ids::{local_of, node_id};
use stoa_model::{FileId, ReferenceForm};

use super::super::codec::{Malformed, Near, Reader, Writer};
use super::super::stored::{NearRow, Trace, Translated};
use super::builder::{Base, FileFacts, MethodFacts, Parameter, TypeFacts, ValuesBuilder};
use crate::values::{ValueOp, ValueRow};

/// The fewest bytes that a fact takes: what is done, two nodes, a text.
const BYTES_A_ROW: usize = 4;

const GENERATOR: u8 = 1;
const OF_CLASS: u8 = 2;
const PROPERTY: u8 = 4;

impl ValuesBuilder {
    /// Writes the facts of the one file that was added, and forgets them.
    pub(in crate::link) fn take_file(&mut self, writer: &mut Writer) {
        let ValuesBuilder { texts, files, rows, methods, parameters, types, bases, untyped } = self;
        writer.count(files.len());
        if files.is_empty() {
            return;
        }
        for file in files.drain(..) {
            writer.u32(file.declarations);
            writer.u32(file.nodes);
        }
        writer.count(rows.len());
        let mut near = NearRow::default();
        for row in rows.drain(..) {
            writer.u8(row.op as u8);
            near.write(row.dst, row.src, writer);
            writer.symbol(row.name, texts);
        }
        writer.count(methods.len());
        let mut near = Near::default();
        for method in methods.drain(..) {
            writer.node(local_of(method.id), &mut near);
            writer.u64(method.full);
            writer.u32(method.owner.map_or(0, |owner| local_of(owner) + 1));
            writer.u32(method.parameters.0);
            writer.u32(method.parameters.1);
            let flag = |is: bool, flag: u8| if is { flag } else { 0 };
            writer.u8(flag(method.generator, GENERATOR)
                | flag(method.of_class, OF_CLASS)
                | flag(method.property, PROPERTY));
        }
        writer.count(parameters.len());
        let mut near = Near::default();
        for parameter in parameters.drain(..) {
            writer.node(local_of(parameter.id), &mut near);
            writer.i32(parameter.index);
            writer.symbol(parameter.name, texts);
            writer.u8(u8::from(parameter.variadic));
        }
        writer.count(types.len());
        let mut near = Near::default();
        for facts in types.drain(..) {
            writer.node(local_of(facts.id), &mut near);
            writer.u64(facts.full);
        }
        writer.count(bases.len());
        let mut near = Near::default();
        for base in bases.drain(..) {
            writer.node(local_of(base.of), &mut near);
            writer.u8(base.form as u8);
            writer.symbol(base.path, texts);
        }
        writer.count(untyped.len());
        let mut near = Near::default();
        untyped.drain(..).for_each(|variable| writer.node(local_of(variable), &mut near));
    }

    /// Makes room for as many facts as so many bytes may have.
    pub fn reserve(&mut self, bytes: usize) {
        self.rows.reserve(bytes / BYTES_A_ROW);
    }

    /// Adds the facts of a file behind those of the files before it.
    pub fn add_facts(&mut self, file: FileId, facts: &[u8]) -> Result<(), Malformed> {
        let reader = &mut Reader::new(facts)?;
        if reader.count()? == 0 {
            return Ok(());
        }
        let texts = &mut self.texts;
        let mut translated = Translated::new(reader);
        let (declarations, nodes) = (reader.u32()?, reader.u32()?);
        self.files.push(FileFacts { file, rows: self.rows.len(), declarations, nodes });
        let count = reader.count()?;
        self.rows.reserve(count);
        let mut near = NearRow::default();
        for _ in 0..count {
            let op = reader.one_of(ValueOp::ALL)?;
            let (dst, src) = near.read(reader)?;
            self.rows.push(ValueRow { op, dst, src, name: translated.read(reader, texts)? });
        }
        let first = self.parameters.len() as u32;
        let mut near = Near::default();
        for _ in 0..reader.count()? {
            let id = node_id(file, reader.node(&mut near)?);
            let full = reader.u64()?;
            let owner = reader.u32()?.checked_sub(1).map(|owner| node_id(file, owner));
            let parameters = (reader.u32()? + first, reader.u32()? + first);
            let flags = reader.u8()?;
            self.methods.push(MethodFacts {
                id,
                full,
                owner,
                parameters,
                generator: flags & GENERATOR != 0,
                of_class: flags & OF_CLASS != 0,
                property: flags & PROPERTY != 0,
            });
        }
        let mut near = Near::default();
        for _ in 0..reader.count()? {
            self.parameters.push(Parameter {
                id: node_id(file, reader.node(&mut near)?),
                index: reader.i32()?,
                name: translated.read(reader, texts)?,
                variadic: reader.u8()? != 0,
            });
        }
        let mut near = Near::default();
        for _ in 0..reader.count()? {
            self.types.push(TypeFacts { id: node_id(file, reader.node(&mut near)?), full: reader.u64()? });
        }
        let mut near = Near::default();
        for _ in 0..reader.count()? {
            self.bases.push(Base {
                of: node_id(file, reader.node(&mut near)?),
                form: reader.one_of(ReferenceForm::ALL)?,
                path: translated.read(reader, texts)?,
            });
        }
        let mut near = Near::default();
        for _ in 0..reader.count()? {
            self.untyped.push(node_id(file, reader.node(&mut near)?));
        }
        Ok(())
    }

    /// Reads what the facts of a file say.
    pub(in crate::link) fn trace<'a>(
        reader: &mut Reader<'a>,
        trace: &mut Trace<'a>,
    ) -> Result<(), Malformed> {
        let files = reader.count()?;
        trace.number(files as u64);
        if files == 0 {
            return Ok(());
        }
        trace.number(reader.u32()?);
        reader.u32()?; // how many nodes there are in all
        let rows = reader.count()?;
        trace.number(rows as u64);
        let mut near = NearRow::default();
        for _ in 0..rows {
            let op = reader.u8()?;
            trace.number(op);
            trace.nodes.extend(<[u32; 2]>::from(near.read(reader)?));
            match op == ValueOp::Literal as u8 {
                true => trace.literal(reader)?,
                false => trace.symbol(reader)?,
            }
        }
        let mut near = Near::default();
        for _ in 0..reader.count()? {
            trace.nodes.push(reader.node(&mut near)?);
            trace.number(reader.u64()?);
            match reader.u32()?.checked_sub(1) {
                Some(owner) => trace.nodes.push(owner),
                None => trace.number(0u8),
            }
            trace.number(reader.u32()?);
            trace.number(reader.u32()?);
            trace.number(reader.u8()?);
        }
        let mut near = Near::default();
        for _ in 0..reader.count()? {
            trace.nodes.push(reader.node(&mut near)?);
            trace.number(reader.i32()? as u32);
            trace.symbol(reader)?;
            trace.number(reader.u8()?);
        }
        let mut near = Near::default();
        for _ in 0..reader.count()? {
            trace.nodes.push(reader.node(&mut near)?);
            trace.number(reader.u64()?);
        }
        let mut near = Near::default();
        for _ in 0..reader.count()? {
            trace.nodes.push(reader.node(&mut near)?);
            trace.number(reader.u8()?);
            trace.symbol(reader)?;
        }
        let mut near = Near::default();
        for _ in 0..reader.count()? {
            trace.nodes.push(reader.node(&mut near)?);
        }
        Ok(())
    }
}
