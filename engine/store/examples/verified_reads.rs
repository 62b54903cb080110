//! What verifying costs: reads of a file through `VerifiedObjects`, and past it. See `docs/decisions/006-history.md`.
//!
//! `cargo run -p stoa-store --example verified_reads`

use object_store::ObjectStore;
use std::time::Instant;
use stoa_model::columns::SourceColumns;
use stoa_model::tables::Table;
use stoa_store::{SnapshotDraft, Store, VerifiedObjects, encode_segment};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut sources = SourceColumns::default();
    let (mut text, mut state) = (vec![0u8; 1 << 20], 1u64);
    for file in 1..=64 {
        for byte in &mut text {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = (state >> 56) as u8;
        }
        sources.push(file, &text);
    }
    let folder = std::env::temp_dir().join(format!("stoa-verified-{}", std::process::id()));
    let store = Store::open_or_create(&folder.to_string_lossy()).await?;
    let segment = encode_segment(vec![(Table::Sources, sources.finish()?)])?;
    let segments = vec![store.write_segment(segment).await?];
    let snapshot = store.publish(SnapshotDraft { segments, ..SnapshotDraft::default() }).await?;
    let Some(file) = snapshot.files(Table::Sources).next() else { return Err("no file".into()) };
    let path = store.object_path(&file.path)?;
    let verified = VerifiedObjects::new(&store, &snapshot);
    for (what, bytes) in
        [("whole file", file.bytes), ("1 MiB", 1 << 20), ("64 KiB", 1 << 16), ("4 KiB", 1 << 12)]
    {
        let starts: Vec<u64> = (0..file.bytes / bytes).take(2000).map(|at| at * bytes).collect();
        let mut seconds = [f64::MAX; 2];
        for _ in 0..5 {
            for (place, objects) in
                [store.object_store().as_ref(), &verified as &dyn ObjectStore].iter().enumerate()
            {
                let begun = Instant::now();
                for &start in &starts {
                    objects.get_ranges(&path, std::slice::from_ref(&(start..start + bytes))).await?;
                }
                seconds[place] = seconds[place].min(begun.elapsed().as_secs_f64());
            }
        }
        let each = seconds.map(|s| s * 1e6 / starts.len() as f64);
        println!("{what:<10}  {:>9.1} µs  {:>9.1} µs verified", each[0], each[1]);
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
