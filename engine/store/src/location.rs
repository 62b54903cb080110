//! Where a store is: from what people type to an object store and a prefix in it.

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

use crate::{StoreError, lease, lock};

/// An object store and the place of a store in it.
pub(crate) struct Place {
    pub objects: Arc<dyn ObjectStore>,
    pub prefix: Path,
    pub url: Url,
    /// The directory of a local store, absolute and without symbolic links.
    pub root: Option<PathBuf>,
}

/// What a location means, before anything is touched.
enum Location {
    Local(PathBuf),
    Remote(Url),
}

fn parse(location: &str) -> Result<Location, StoreError> {
    let invalid = |why: String| StoreError::InvalidLocation { location: location.to_owned(), why };
    if location.is_empty() {
        return Err(invalid("it is empty".to_owned()));
    }
    // A path may hold any character; only `scheme://` makes a location a URL.
    let Some((scheme, _)) = location.split_once("://") else {
        return Ok(Location::Local(PathBuf::from(location)));
    };
    if scheme.is_empty() || !scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) {
        return Ok(Location::Local(PathBuf::from(location)));
    }
    let url = Url::parse(location).map_err(|e| invalid(e.to_string()))?;
    match url.scheme() {
        "file" => {
            let path = url.to_file_path().map_err(|()| invalid("it names no local path".to_owned()))?;
            Ok(Location::Local(path))
        }
        _ => Ok(Location::Remote(url)),
    }
}

/// The place of an existing store.
pub(crate) fn existing(location: &str) -> Result<Place, StoreError> {
    match parse(location)? {
        Location::Local(path) => {
            match std::fs::metadata(&path) {
                Ok(_) => {}
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                    return Err(StoreError::NoStore { location: location.to_owned() });
                }
                Err(source) => return Err(StoreError::Io { path: location.to_owned(), source }),
            }
            check_directory(&path, location)?;
            local(&path)
        }
        Location::Remote(url) => remote(location, &url),
    }
}

/// The place of a store, which is made if it is not there.
pub(crate) fn create(location: &str) -> Result<Place, StoreError> {
    match parse(location)? {
        Location::Local(path) => {
            let io = |path: &std::path::Path| {
                let path = path.display().to_string();
                move |source| StoreError::Io { path, source }
            };
            if std::fs::exists(&path).map_err(io(&path))? {
                check_directory(&path, location)?;
            }
            let snapshots = path.join("snapshots");
            std::fs::create_dir_all(&snapshots).map_err(io(&snapshots))?;
            let ignore = path.join(IGNORE_FILE);
            if !std::fs::exists(&ignore).map_err(io(&ignore))? {
                std::fs::write(&ignore, "*\n").map_err(io(&ignore))?;
            }
            local(&path)
        }
        Location::Remote(url) => remote(location, &url),
    }
}

const IGNORE_FILE: &str = ".gitignore";

/// A store's directory has `snapshots/`, or at most the first files of a store whose making was cut
/// short. Anything else is somebody's directory, and nothing is written to it.
fn check_directory(path: &std::path::Path, location: &str) -> Result<(), StoreError> {
    let io = |source| StoreError::Io { path: location.to_owned(), source };
    let not_a_store = |why: String| StoreError::NotAStore { location: location.to_owned(), why };
    if !std::fs::metadata(path).map_err(io)?.is_dir() {
        return Err(not_a_store("it is a file".to_owned()));
    }
    if path.join("snapshots").is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(io)? {
        let name = entry.map_err(io)?.file_name();
        if ![IGNORE_FILE, lock::FILE_NAME, lease::FOLDER, "segments", "cache", "materialized", "log"]
            .iter()
            .any(|ours| name == *ours)
        {
            return Err(not_a_store(format!(
                "it has no `snapshots` folder, but it has `{}`",
                name.to_string_lossy()
            )));
        }
    }
    Ok(())
}

/// An object store rooted at the directory, so that no character of the directory's path becomes part
/// of an object's name. The URL is a name for it: one directory, one URL.
fn local(path: &std::path::Path) -> Result<Place, StoreError> {
    let io = |source| StoreError::Io { path: path.display().to_string(), source };
    let root = std::fs::canonicalize(path).map_err(io)?;
    let objects = LocalFileSystem::new_with_prefix(&root).map_err(|source| StoreError::Object {
        path: path.display().to_string(),
        source: Box::new(source),
    })?;
    let name = blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex();
    Ok(Place {
        objects: Arc::new(objects),
        prefix: Path::default(),
        url: named_url("stoa-local", &name[..16]),
        root: Some(root),
    })
}

/// A fresh store in memory, under a URL of its own.
pub(crate) fn memory() -> Place {
    let name = ulid::Ulid::new().to_string().to_lowercase();
    Place {
        objects: Arc::new(InMemory::new()),
        prefix: Path::default(),
        url: named_url("stoa-memory", &name),
        root: None,
    }
}

/// `scheme://name/`, of a name that is letters and digits.
fn named_url(scheme: &str, name: &str) -> Url {
    let text = format!("{scheme}://{name}/");
    // A scheme and a host of letters and digits always parse.
    Url::parse(&text).unwrap_or_else(|e| unreachable!("{text}: {e}"))
}

fn remote(location: &str, url: &Url) -> Result<Place, StoreError> {
    match url.scheme() {
        "memory" => Ok(memory()),
        scheme if CLOUD_SCHEMES.contains(&scheme) => cloud(location, url),
        scheme => Err(StoreError::InvalidLocation {
            location: location.to_owned(),
            why: format!("{scheme}:// is not known; known are file, memory, {}", CLOUD_SCHEMES.join(", ")),
        }),
    }
}

const CLOUD_SCHEMES: &[&str] = &["s3", "s3a", "gs", "az", "azure", "abfs", "abfss", "adl", "http", "https"];

#[cfg(not(feature = "cloud"))]
fn cloud(location: &str, url: &Url) -> Result<Place, StoreError> {
    Err(StoreError::NeedsFeature { location: location.to_owned(), scheme: url.scheme().to_owned() })
}

/// Credentials and options come from the environment (`AWS_…`, `GOOGLE_…`, `AZURE_…`).
#[cfg(feature = "cloud")]
fn cloud(location: &str, url: &Url) -> Result<Place, StoreError> {
    let options = std::env::vars().map(|(key, value)| (key.to_lowercase(), value));
    let (objects, prefix) = object_store::parse_url_opts(url, options)
        .map_err(|e| StoreError::InvalidLocation { location: location.to_owned(), why: e.to_string() })?;
    let mut root = url.clone();
    root.set_path("/");
    root.set_query(None);
    root.set_fragment(None);
    Ok(Place { objects: Arc::from(objects), prefix, url: root, root: None })
}
