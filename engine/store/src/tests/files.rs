use super::*;
use arrow::array::AsArray;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::PageIndexPolicy;
use stoa_model::columns::SourceColumns;

#[tokio::test]
async fn live_files() {
    let store = Store::in_memory();
    grow(&store, 1).await;
    let snapshot = grow(&store, 2).await;
    let both = [("src/ünï 1.py".to_owned(), 1), ("src/ünï 2.py".to_owned(), 2)];
    assert_eq!(store.read_files(&snapshot).await.unwrap(), both);

    let mut draft = SnapshotDraft::from(&snapshot);
    draft.dead_files.insert(snapshot.segments[0].id.clone(), vec![1]);
    let snapshot = store.publish(draft).await.unwrap();
    assert_eq!(store.read_files(&snapshot).await.unwrap(), both[1..]);
}

#[test]
fn order_and_bounds_are_declared() {
    for table in segment(1).tables {
        let schema = table.file.table.stored_schema();
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
        let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(table.data, options).unwrap();
        assert_eq!(reader.schema().fields(), schema.fields());
        let metadata = reader.metadata();
        let order: Vec<&str> = metadata
            .row_group(0)
            .sorting_columns()
            .unwrap()
            .iter()
            .map(|c| schema.field(c.column_idx as usize).name().as_str())
            .collect();
        assert_eq!(order, table.file.table.sort_order());
        for (column, chunk) in metadata.row_group(0).columns().iter().enumerate() {
            let name = schema.field(column).name();
            if ["kind", "id", "file_id", "src", "dst"].contains(&name.as_str()) {
                assert!(chunk.statistics().is_some(), "{name}");
                assert!(metadata.column_index().is_some(), "{name}");
            }
        }
    }
}

#[test]
fn one_text_is_fetched_without_the_others() {
    let mut sources = SourceColumns::default();
    for file in 1..=100 {
        sources.push(file, &vec![file as u8; 100_000]);
    }
    let segment = encode_segment(vec![(Table::Sources, sources.finish().unwrap())]).unwrap();
    let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
    let data = segment.tables[0].data.clone();
    let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(data, options).unwrap();
    let pages = reader.metadata().offset_index().unwrap()[0][1].page_locations().len();
    assert!(pages >= 8, "{pages} pages");
    let batch = reader.with_offset(42).with_limit(1).build().unwrap().next().unwrap().unwrap();
    assert_eq!(batch.column(1).as_binary::<i32>().value(0), vec![43; 100_000]);
}

#[test]
fn unfit_batches_are_refused() {
    let nodes = || tables(1).swap_remove(1).1;
    let error = encode_segment(vec![(Table::Edges, nodes())]).unwrap_err();
    assert!(error.to_string().starts_with("a batch of table edges does not fit its schema"), "{error}");
    let error = encode_segment(vec![(Table::Nodes, nodes()), (Table::Nodes, nodes())]).unwrap_err();
    assert!(error.to_string().contains("twice"), "{error}");
    let empty = RecordBatch::new_empty(Table::Edges.stored_schema());
    assert!(encode_segment(vec![(Table::Edges, empty)]).unwrap().tables.is_empty());
}
