//! Logs in `log/`: lines of JSON that many processes add to, bounded in size, for whoever asks later how a store does.
//!
//! On a local disk a log is a file that is only ever appended to, each line by one write, so that lines of several
//! processes never mix; at [`ROTATE`] bytes it becomes the older of two. Object stores cannot append: there each batch of
//! lines is an object of its own, and the newest [`BATCHES`] stay. A log is a convenience: a line that cannot be written,
//! or is cut short by a crash, is lost, and nothing else is.

use object_store::{ObjectStoreExt, PutPayload};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use crate::{Store, StoreError};

const FOLDER: &str = "log";
/// Bytes at which a local log is put aside; there are at most two such files.
const ROTATE: u64 = 4 << 20;
/// Objects of a log where there is no appending.
const BATCHES: usize = 64;

impl Store {
    /// Adds a line to a log.
    pub fn log_line(&self, name: &str, line: &str) -> Result<(), StoreError> {
        let Some(root) = self.root() else { return Ok(()) };
        let folder = root.join(FOLDER);
        let path = folder.join(format!("{name}.ndjson"));
        let io = |source| StoreError::Io { path: path.display().to_string(), source };
        let open = || OpenOptions::new().append(true).create(true).open(&path);
        let mut file = match open() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                match std::fs::create_dir(&folder) {
                    // A session may outlive its store: what was removed is not made again for a line of its log.
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
                    Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(io(error)),
                    _ => open().map_err(io)?,
                }
            }
            other => other.map_err(io)?,
        };
        file.write_all(format!("{line}\n").as_bytes()).map_err(io)?;
        if file.metadata().map_err(io)?.len() >= ROTATE {
            // Of two processes that do this at once, the second puts a short file aside: some older lines go early.
            std::fs::rename(&path, folder.join(format!("{name}.1.ndjson"))).map_err(io)?;
        }
        Ok(())
    }

    /// Whether lines are best kept and written together.
    pub fn logs_in_batches(&self) -> bool {
        self.root().is_none()
    }

    /// Adds lines to a log as one object.
    pub async fn log_batch(&self, name: &str, lines: &[String]) -> Result<(), StoreError> {
        if lines.is_empty() {
            return Ok(());
        }
        let id = ulid::Ulid::new().to_string().to_lowercase();
        let path = self.object_path(&format!("{FOLDER}/{name}/{id}.ndjson"))?;
        let put = self.object_store().put(&path, PutPayload::from(lines.join("\n") + "\n")).await;
        put.map_err(|e| self.object_error(&path, e))?;
        let mut batches = self.objects_under(&format!("{FOLDER}/{name}")).await?;
        batches.sort();
        let surplus = batches.len().saturating_sub(BATCHES);
        for (path, _, _) in &batches[..surplus] {
            self.remove_object(path).await?;
        }
        Ok(())
    }

    /// The lines of a log, oldest first. A line that was cut short is for the reader to pass over.
    pub async fn log_lines(&self, name: &str) -> Result<Vec<String>, StoreError> {
        let mut texts = Vec::new();
        if let Some(root) = self.root() {
            for file in [format!("{name}.1.ndjson"), format!("{name}.ndjson")] {
                let path: PathBuf = root.join(FOLDER).join(file);
                match std::fs::read(&path) {
                    Ok(bytes) => texts.push(String::from_utf8_lossy(&bytes).into_owned()),
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(source) => return Err(StoreError::Io { path: path.display().to_string(), source }),
                }
            }
        } else {
            let mut batches = self.objects_under(&format!("{FOLDER}/{name}")).await?;
            batches.sort();
            for (path, _, _) in batches {
                if let Some(bytes) = self.read_if_there(&path).await? {
                    texts.push(String::from_utf8_lossy(&bytes).into_owned());
                }
            }
        }
        Ok(texts.iter().flat_map(|text| text.lines()).map(str::to_owned).collect())
    }
}
