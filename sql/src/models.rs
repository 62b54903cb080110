//! The models: what library methods do to values, as rows of CSV files.
//!
//! In: the files of `sql/models/<language>/<library>.csv`, which the binary holds, and folders of the user of the same
//! shape. Out: what functions over data flow are told ([`FlowConfig`]). The columns are in `docs/guides/scan.md`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use stoa_flow::FlowError;
use stoa_session::Session;
use stoa_udfs::{FlowConfig, ModelFile, ModelLibrary};

use crate::embedded::MODEL_FILES;

/// Why models cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    #[error("{}: {source}", .path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{}: models lie in folders of their language, <language>/<library>.csv; there are {known}", .path.display())]
    Folder { path: PathBuf, known: String },
    #[error("{0}")]
    Row(Arc<FlowError>),
}

/// The models that the binary holds.
fn builtin() -> Result<Arc<ModelLibrary>, ModelsError> {
    static BUILTIN: LazyLock<Result<Arc<ModelLibrary>, Arc<FlowError>>> =
        LazyLock::new(|| ModelLibrary::new(&embedded()).map(Arc::new).map_err(Arc::new));
    BUILTIN.clone().map_err(ModelsError::Row)
}

fn embedded() -> Vec<ModelFile> {
    let file = |(path, text): &(&str, &str)| {
        let language = path.split('/').next().unwrap_or_default();
        ModelFile { language: language.to_owned(), path: (*path).to_owned(), text: (*text).to_owned() }
    };
    MODEL_FILES.iter().map(file).collect()
}

/// The models, and where programs read their properties: in the tree that the store was made from, as far as it is there.
pub fn config(session: &Session, folders: &[PathBuf]) -> Result<FlowConfig, ModelsError> {
    let models = match folders {
        [] => builtin()?,
        folders => {
            let mut files = embedded();
            for folder in folders {
                files.extend(read(folder)?);
            }
            Arc::new(ModelLibrary::new(&files).map_err(|error| ModelsError::Row(Arc::new(error)))?)
        }
    };
    let root = session.snapshot().settings.get("root").map(PathBuf::from);
    let properties = move || root.as_deref().map(stoa_indexer::properties).unwrap_or_default();
    Ok(FlowConfig { models, properties: Arc::new(properties) })
}

/// The files of a folder of the user, in the order of their paths.
fn read(folder: &Path) -> Result<Vec<ModelFile>, ModelsError> {
    let entries = |folder: &Path| -> Result<Vec<PathBuf>, ModelsError> {
        let io = |source| ModelsError::Io { path: folder.to_owned(), source };
        let mut paths = std::fs::read_dir(folder)
            .map_err(io)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(io)?;
        paths.sort();
        Ok(paths)
    };
    let known = stoa_indexer::language_names();
    let mut files = Vec::new();
    for inside in entries(folder)? {
        let language = inside.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let is_csv = |path: &Path| path.extension().is_some_and(|ending| ending == "csv");
        if is_csv(&inside) || (inside.is_dir() && !known.contains(&language.as_str())) {
            return Err(ModelsError::Folder { path: inside, known: known.join(", ") });
        }
        if !inside.is_dir() {
            continue;
        }
        for path in entries(&inside)?.into_iter().filter(|path| is_csv(path)) {
            let text = std::fs::read_to_string(&path)
                .map_err(|source| ModelsError::Io { path: path.clone(), source })?;
            files.push(ModelFile { language: language.clone(), path: path.display().to_string(), text });
        }
    }
    Ok(files)
}
