//! What the optimizer rules of this crate make of queries.

use super::*;

/// The operators of a physical plan that scan a table or join, the topmost first, with their depths.
fn operators(plan: &str) -> Vec<(usize, String)> {
    let lines = plan.lines().filter(|l| l.contains("JoinExec") || l.contains("DataSourceExec"));
    // A row of a table of two columns.
    let shown = lines.filter_map(|line| line.splitn(3, '|').nth(2));
    shown.map(|l| (l.len() - l.trim_start().len(), l.trim().to_owned())).collect()
}

const JOINED: &str = "SELECT c.id, r.name FROM stored.edges e
    JOIN nodes c ON c.id = e.src
    LEFT JOIN (SELECT id, name FROM nodes WHERE kind = 'METHOD') r ON r.id = c.method_id
    JOIN nodes m ON m.id = e.dst
    WHERE e.kind = 'CALL' AND c.kind = 'CALL' AND m.kind = 'METHOD'";

#[tokio::test]
async fn what_is_restricted_is_joined_first() {
    let session = small_session().await;
    let depth = |plan: &str, what: &str| {
        let operators = operators(plan);
        operators.iter().find(|(_, text)| text.contains(what)).map(|(depth, _)| *depth)
    };
    let query = format!("{JOINED} AND m.name = 'add'");
    let shown = plan(&session, &query).await;
    // The lookup of the name stands deepest, beside the edges.
    let name = depth(&shown, "name@2 = add").unwrap();
    let edges = depth(&shown, "edges.parquet").unwrap();
    // One of them is gathered into a hash table first.
    assert!(name.abs_diff(edges) <= 2, "{shown}");
    assert!(operators(&shown).iter().all(|(depth, _)| *depth <= name.max(edges)), "{shown}");

    let before = rows(&session, JOINED).await;
    let found = rows(&session, &query).await;
    assert!(!found.is_empty() && found.iter().all(|row| before.contains(row)), "{found:?} of {before:?}");
    assert!(rows(&session, &format!("{JOINED} AND m.name = 'nothing'")).await.is_empty());
    // All columns, in the order in which the query names the tables.
    let wide = "SELECT * FROM stored.edges e JOIN nodes c ON c.id = e.src JOIN nodes m ON m.id = e.dst
                WHERE m.name = 'add' AND m.kind = 'METHOD' AND c.kind = 'CALL'";
    let batches = session.sql(wide).await.unwrap().collect().await.unwrap();
    assert_eq!(batches[0].schema().field(0).name(), "src");
    assert_eq!(batches.iter().map(|b| b.num_rows()).sum::<usize>(), found.len());
}

#[tokio::test]
async fn rows_of_each_kind_are_counted_already() {
    let session = small_session().await;
    for (query, read) in [
        ("SELECT kind, count(*) FROM nodes GROUP BY kind", false),
        (
            "SELECT count(*) AS n, kind FROM nodes WHERE kind <> 'CALL' GROUP BY kind HAVING count(*) > 1",
            false,
        ),
        ("SELECT count(*) FROM nodes WHERE kind = 'CALL'", false),
        ("SELECT count(*), count(*) + 1 FROM nodes WHERE kind = 'JUMP_TARGET'", false),
        ("SELECT kind = 'CALL', count(*) FROM nodes GROUP BY kind = 'CALL'", false),
        ("SELECT kind, count(*) FROM stored.edges GROUP BY kind ORDER BY kind", false),
        ("SELECT DISTINCT kind FROM nodes", false),
        ("SELECT kind, count(name) FROM nodes GROUP BY kind", true),
        ("SELECT kind, count(DISTINCT 1) FROM nodes GROUP BY kind", false),
        ("SELECT kind, count(*) FILTER (WHERE line > 1) FROM nodes GROUP BY kind", true),
        ("SELECT kind, count(*) FROM nodes WHERE line > 0 GROUP BY kind", true),
        ("SELECT kind, name, count(*) FROM nodes GROUP BY kind, name", true),
    ] {
        let shown = plan(&session, query).await;
        assert_eq!(shown.contains("DataSourceExec: file_groups"), read, "{query}\n{shown}");
        // The same, where the optimizer cannot see that a count is asked for.
        let hidden = query.replace("nodes", "(SELECT * FROM nodes WHERE id <> 0)");
        let hidden = hidden.replace("stored.edges", "(SELECT * FROM stored.edges WHERE src > 0)");
        let (mut counted, mut wanted) = (rows(&session, query).await, rows(&session, &hidden).await);
        counted.sort();
        wanted.sort();
        assert_eq!(counted, wanted, "{query}");
    }
}

#[tokio::test]
async fn nothing_is_read_for_languages_that_are_excluded() {
    let session = small_session().await;
    let query = |languages: &str| {
        format!("SELECT count(*) FROM (SELECT DISTINCT line FROM nodes WHERE language NOT IN ({languages}))")
    };
    for (languages, read) in [("'python'", false), ("'c', 'python'", false), ("'c', 'cpp'", true)] {
        let query = query(languages);
        let shown = plan(&session, &query).await;
        assert_eq!(shown.contains("nodes.parquet"), read, "{query}\n{shown}");
        assert_eq!(rows(&session, &query).await == ["0"], !read, "{query}");
    }
}
