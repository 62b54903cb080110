//! What can be wrong with what is given to the analysis.

/// An error of the analysis. None of them is about the code that is analysed: any graph has an answer.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// A batch lacks a column, or the column has another type than its table's schema says.
    #[error("a batch of `{table}` has no column `{column}` that can be read as {wanted}")]
    Column { table: &'static str, column: &'static str, wanted: &'static str },
    /// A row of a model cannot be understood.
    #[error("{file}:{line}: {why}")]
    Model { file: String, line: usize, why: String },
    /// More nodes than an index of 32 bits can count.
    #[error("{nodes} nodes are more than one analysis can hold")]
    TooLarge { nodes: usize },
    /// The caller asked to stop.
    #[error("the analysis was cancelled")]
    Cancelled,
}
