//! Layers of the graph that a store lacks, and who asks for them.
//!
//! A store that was imported has what its maker knew. Who asks it for data flow gets no rows, which looks like an answer. So
//! the plan of a statement is looked over: which kinds of nodes and edges its filters name tells which layers it asks for.
//! This is a reading of the filters, not a proof. It errs on the side of telling: a scan of `edges` that names no kind asks
//! for them all.

use datafusion::catalog::TableProvider;
use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator};
use std::sync::Arc;
use stoa_model::layers::{LAYERS_SETTING, ORIGIN_SETTING};
use stoa_model::tables::Table;
use stoa_model::{EdgeKind, Layer, Layers, NodeKind};
use stoa_store::Snapshot;

use crate::tables::StoredTable;

/// Views mention views; a plan that goes deeper than this is not looked into further.
const DEPTH: usize = 32;

/// The layers that no file of a snapshot has.
#[derive(Clone, Debug)]
pub struct MissingLayers {
    layers: Layers,
    origin: String,
}

impl MissingLayers {
    /// What a snapshot lacks; nothing if it was indexed from source.
    pub fn of(snapshot: &Snapshot) -> Option<MissingLayers> {
        let known = Layers::parse(snapshot.settings.get(LAYERS_SETTING)?);
        let layers: Layers = Layers::ALL.iter().filter(|layer| !known.has(*layer)).collect();
        let origin = snapshot.settings.get(ORIGIN_SETTING).cloned().unwrap_or_default();
        (layers != Layers::NONE).then_some(MissingLayers { layers, origin })
    }

    /// A sentence for each layer that a statement asks for and that is not there.
    pub fn notices(&self, plan: &LogicalPlan) -> Result<Vec<String>> {
        let mut asked = Asked::default();
        asked.plan(plan, 0)?;
        let wanted = asked.layers();
        let missing = self.layers.iter().filter(|layer| wanted.has(*layer));
        let told = missing.map(|layer| {
            format!(
                "this store was imported from {} and has no layer {}: {} may be missing from the rows",
                self.origin,
                layer.as_str(),
                layer.holds()
            )
        });
        Ok(told.collect())
    }
}

/// What a plan asks for.
#[derive(Default)]
struct Asked {
    named: Layers,
    scans_edges: bool,
    names_edges: bool,
}

impl Asked {
    fn layers(&self) -> Layers {
        match self.scans_edges && !self.names_edges {
            true => EdgeKind::ALL.iter().fold(self.named, |layers, kind| layers.with(Layer::of_edge(*kind))),
            false => self.named,
        }
    }

    fn plan(&mut self, plan: &LogicalPlan, depth: usize) -> Result<()> {
        plan.apply_with_subqueries(|node| {
            match node {
                LogicalPlan::Filter(filter) => self.predicate(&filter.predicate, node)?,
                LogicalPlan::Join(join) => {
                    if let Some(filter) = &join.filter {
                        self.predicate(filter, node)?;
                    }
                }
                LogicalPlan::TableScan(scan) => {
                    let provider = source_as_provider(&scan.source)?;
                    if let Some(stored) = provider.downcast_ref::<StoredTable>() {
                        self.scans_edges |= stored.table() == Table::Edges;
                    } else if let Some(view) = view(&provider).filter(|_| depth < DEPTH) {
                        self.plan(&view, depth + 1)?;
                    }
                    for filter in &scan.filters {
                        self.predicate(filter, node)?;
                    }
                }
                _ => {}
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(())
    }

    /// The kinds that a predicate over the rows of a plan asks for.
    fn predicate(&mut self, predicate: &Expr, plan: &LogicalPlan) -> Result<()> {
        let mut kinds: Vec<(Column, String)> = Vec::new();
        predicate.apply(|expression| {
            match expression {
                Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => {
                    kinds.extend(kind_and_text(left, right).or_else(|| kind_and_text(right, left)));
                }
                Expr::InList(list) if !list.negated => {
                    kinds.extend(list.list.iter().filter_map(|value| kind_and_text(&list.expr, value)));
                }
                Expr::Not(_) => return Ok(TreeNodeRecursion::Jump),
                _ => {}
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        for (column, text) in kinds {
            match table_of(plan, &column, 0)? {
                Some(Table::Edges) => {
                    self.names_edges = true;
                    if let Some(kind) = EdgeKind::parse(&text) {
                        self.named = self.named.with(Layer::of_edge(kind));
                    }
                }
                Some(Table::Nodes) => {
                    if let Some(kind) = NodeKind::parse(&text) {
                        self.named = self.named.with(Layer::of_node(kind));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// `kind = 'CFG'` as the column and the text.
fn kind_and_text(column: &Expr, value: &Expr) -> Option<(Column, String)> {
    let (Expr::Column(column), Expr::Literal(value, _)) = (bare(column), bare(value)) else { return None };
    let text = value.try_as_str()??;
    (column.name == "kind").then(|| (column.clone(), text.to_owned()))
}

/// An expression without casts around it.
fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Cast(cast) => bare(&cast.expr),
        Expr::Alias(alias) => bare(&alias.expr),
        other => other,
    }
}

fn view(provider: &Arc<dyn TableProvider>) -> Option<LogicalPlan> {
    provider.get_logical_plan().map(|plan| plan.into_owned())
}

/// The stored table that a column of a plan comes from.
fn table_of(plan: &LogicalPlan, column: &Column, depth: usize) -> Result<Option<Table>> {
    if depth > 8 * DEPTH {
        return Ok(None);
    }
    let below = |input: &LogicalPlan, column: &Column| table_of(input, column, depth + 1);
    match plan {
        LogicalPlan::TableScan(scan) => {
            let provider = source_as_provider(&scan.source)?;
            match provider.downcast_ref::<StoredTable>() {
                Some(stored) => Ok(Some(stored.table())),
                None => match view(&provider) {
                    Some(view) => below(&view, &Column::new_unqualified(&column.name)),
                    None => Ok(None),
                },
            }
        }
        LogicalPlan::SubqueryAlias(alias) => below(&alias.input, &Column::new_unqualified(&column.name)),
        LogicalPlan::Projection(projection) => {
            let Some(index) = plan.schema().maybe_index_of_column(column) else { return Ok(None) };
            match bare(&projection.expr[index]) {
                Expr::Column(inner) => below(&projection.input, inner),
                _ => Ok(None),
            }
        }
        other => {
            for input in other.inputs() {
                // Unions name the columns of their inputs anew.
                let inner = match (input.schema().has_column(column), other) {
                    (true, _) => column.clone(),
                    (false, LogicalPlan::Union(_)) => Column::new_unqualified(&column.name),
                    (false, _) => continue,
                };
                if let Some(table) = below(input, &inner)? {
                    return Ok(Some(table));
                }
            }
            Ok(None)
        }
    }
}
