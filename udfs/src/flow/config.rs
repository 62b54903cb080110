//! What data flow is told from outside of the store.

use std::fmt;
use std::sync::Arc;

use super::models::ModelLibrary;

/// A value of a property file: path, key, value.
pub type Property = (String, String, String);

/// The models, and the values that programs read from property files.
#[derive(Clone)]
pub struct FlowConfig {
    pub models: Arc<ModelLibrary>,
    /// Reads the property files; asked when flows are asked for, on a thread that may wait.
    pub properties: Arc<dyn Fn() -> Vec<Property> + Send + Sync>,
}

impl Default for FlowConfig {
    /// No models, no property files.
    fn default() -> FlowConfig {
        FlowConfig { models: Arc::default(), properties: Arc::new(Vec::new) }
    }
}

impl fmt::Debug for FlowConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowConfig").field("models", &self.models).finish_non_exhaustive()
    }
}
