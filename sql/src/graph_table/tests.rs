//! What others write is understood, and what is wrong is told at its place.

use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::dialect::{GenericDialect, PostgreSqlDialect};

use crate::Engine;
use crate::dialect::{Command, parse};

/// Patterns as the standard, its tutorials and other engines (DuckPGQ, Oracle, PostgreSQL's proposal) write them.
const EXAMPLES: &[&str] = &[
    "SELECT owner_name, SUM(amount) AS total FROM GRAPH_TABLE (financial_transactions
       MATCH (p:Person WHERE p.name = 'Alice') -[:ownerOf]-> (:Account)
             -[t:transaction]- (:Account) <-[:ownerOf]- (owner:Person|Company)
       COLUMNS (owner.name AS owner_name, t.amount AS amount)) AS ft GROUP BY owner_name",
    "SELECT * FROM GRAPH_TABLE (bank MATCH (a IS account)-[e IS transfer WHERE e.amount > 100]->(b IS account)
       ONE ROW PER MATCH COLUMNS (a.number AS \"from\", b.number AS \"to\", e.amount))",
    "SELECT * FROM GRAPH_TABLE (g MATCH ANY SHORTEST (x)-[e IS transfer]->{1,5}(y) WHERE x.id = 1 COLUMNS (y.id)) t (y)",
    "SELECT * FROM GRAPH_TABLE (g MATCH p = TRAIL (x)(-[e IS transfer]->(n)){2,}(x) COLUMNS (x.id, LISTAGG(e.amount, ',') AS l))",
    "SELECT * FROM GRAPH_TABLE (g MATCH (a)(()-[e]->() WHERE e.amount > 5)*(b), (b)->(c)<-(d)-(f) COLUMNS (a.*))
       ORDER BY 1 FETCH FIRST 10 ROWS ONLY",
    "SELECT * FROM GRAPH_TABLE (g MATCH ALL SHORTEST TRAIL PATHS (a:A|(B&!C))<-[e:%]->+(b) COLUMNS (COUNT(e.id) AS n))",
    "SELECT * FROM GRAPH_TABLE (snb MATCH (a:Person WHERE a.firstName = 'Jan')-[k:knows]->(b:Person) COLUMNS (b.id, b.firstName))",
    "SELECT * FROM GRAPH_TABLE (snb MATCH p = ANY SHORTEST (a:Person)-[k:knows]->{1,3}(b:Person)
       COLUMNS (a.id, b.id AS other, path_length(p) AS len, vertices(p) AS v)) LIMIT 10",
    "SELECT * FROM GRAPH_TABLE (students_graph MATCH (a IS person) -[e IS friends]- (b IS person WHERE b.name='Mary')
       WHERE a.name='John' COLUMNS (a.name AS person_a, b.name AS person_b))",
    "SELECT * FROM GRAPH_TABLE (students_graph MATCH (n IS person) -[e IS friends]-> {2} (m), (m) -[IS student_of]-> (u)
       COLUMNS (n.name, vertex_id(m) AS id, u.name AS university))",
    "SELECT * FROM GRAPH_TABLE (g MATCH [(a)-[e]->(b)]{1,2} COLUMNS (a.id)) JOIN t ON TRUE",
    "SELECT * FROM GRAPH_TABLE (myshop MATCH (o IS orders)-[IS customer_orders]->(c IS customers) COLUMNS (o.ordered_when, c.name AS x))",
    "SELECT * FROM GRAPH_TABLE (g MATCH p=SHORTEST 2 ACYCLIC (a)-[e]->?(b)-[f]->*(c) COLUMNS (edges(p) AS e))",
    "EXPLAIN ANALYZE SELECT * FROM GRAPH_TABLE (g MATCH (a) COLUMNS (1 AS one))",
    "CREATE VIEW v AS SELECT * FROM GRAPH_TABLE (g MATCH (a) COLUMNS (a.id))",
    "INSERT INTO t SELECT * FROM GRAPH_TABLE (g MATCH (a) COLUMNS (a.id))",
    "COPY (SELECT * FROM GRAPH_TABLE (g MATCH (a) COLUMNS (a.id))) TO 'x.parquet'",
];

/// Property graphs as others make them.
const GRAPHS: &[&str] = &[
    "CREATE PROPERTY GRAPH financial_transactions
       VERTEX TABLES (
         Accounts KEY (aid) LABEL Account PROPERTIES (aid AS id, creation_date, balance),
         Persons KEY (pid) LABEL Person PROPERTIES ARE ALL COLUMNS EXCEPT (ssn) LABEL Owner NO PROPERTIES)
       EDGE TABLES (
         Transactions KEY (tid) SOURCE KEY (from_account) REFERENCES Accounts (aid)
           DESTINATION KEY (to_account) REFERENCES Accounts (aid) LABEL transaction PROPERTIES (amount),
         PersonOwns SOURCE KEY (owner_id) REFERENCES Persons (pid) DESTINATION KEY (aid) REFERENCES Accounts LABEL ownerOf)",
    "CREATE OR REPLACE PROPERTY GRAPH snb VERTEX TABLES (Person KEY (id) PROPERTIES (id, firstName) LABEL Person)
       EDGE TABLES (Person_knows_person SOURCE KEY (Person1Id) REFERENCES Person (id)
         DESTINATION KEY (Person2Id) REFERENCES Person (id) LABEL knows)",
    "CREATE PROPERTY GRAPH IF NOT EXISTS g NODE TABLES (a AS x KEY (i, j) DEFAULT LABEL PROPERTIES ALL COLUMNS)
       RELATIONSHIP TABLES (s.b AS y KEY (k) SOURCE KEY (p, q) REFERENCES x (j, i) DESTINATION KEY (r, s) REFERENCES x)",
    "DROP PROPERTY GRAPH IF EXISTS g CASCADE",
];

#[test]
fn what_others_write_is_parsed() {
    for text in EXAMPLES {
        let parsed = parse(text, &GenericDialect {}, 50).unwrap_or_else(|e| panic!("{text}\n{:?}", e.error));
        assert!(
            matches!(&parsed[0].statement, Command::Sql(_, patterns) if !patterns.is_empty()),
            "{text}\n{parsed:?}"
        );
        // Where `->(` and `]->+` are tokens of their own.
        parse(text, &PostgreSqlDialect {}, 50).unwrap_or_else(|e| panic!("{text}\n{:?}", e.error));
    }
    for text in GRAPHS {
        let parsed = parse(text, &GenericDialect {}, 50);
        assert!(matches!(parsed.unwrap()[0].statement, Command::Graph(_)), "{text}");
    }
}

#[test]
fn what_only_looks_like_a_pattern_is_left_alone() {
    for text in [
        "SELECT 'GRAPH_TABLE (cpg MATCH (a' FROM graph_table",
        "SELECT \"GRAPH_TABLE\"(1) /* GRAPH_TABLE (g */ -- GRAPH_TABLE (",
        "CREATE TABLE property (graph INT)",
        "DROP TABLE property",
    ] {
        let parsed = parse(text, &GenericDialect {}, 50).unwrap_or_else(|e| panic!("{text}\n{:?}", e.error));
        assert!(matches!(&parsed[0].statement, Command::Sql(_, patterns) if patterns.is_empty()), "{text}");
    }
}

#[test]
fn nesting_has_an_end() {
    for (open, close) in [("(", ")"), ("[", "]"), ("(a:!", ""), ("(a:(", ""), ("((a)-[e WHERE (", "")] {
        let deep = format!(
            "SELECT * FROM GRAPH_TABLE (g MATCH {}(a){} COLUMNS (a.id))",
            open.repeat(5000),
            close.repeat(5000)
        );
        assert!(parse(&deep, &GenericDialect {}, 50).is_err());
    }
}

async fn told(text: &str) -> String {
    let engine = Engine::over(SessionContext::new());
    let setup = "CREATE TABLE person AS SELECT 1 AS id, 'ann' AS name;
        CREATE TABLE knows AS SELECT 1 AS a, 1 AS b, 2000 AS since;
        CREATE PROPERTY GRAPH social VERTEX TABLES (person KEY (id)) EDGE TABLES (knows
          SOURCE KEY (a) REFERENCES person DESTINATION KEY (b) REFERENCES person)";
    engine.run_all(setup).await.unwrap();
    engine.run_all(text).await.unwrap_err().to_string()
}

#[tokio::test]
async fn mistakes_are_marked() {
    assert_eq!(
        told(
            "SELECT 1;\nSELECT * FROM GRAPH_TABLE (social\n  MATCH (a:persn)-[:knows]->(b)\n  COLUMNS (a.id))"
        )
        .await,
        "error: no node of social has the label persn\n --> line 3, column 12\n  |\n3 |   MATCH (a:persn)-[:knows]->(b)\n  \
         |            ^^^^^\n  = help: did you mean person?"
    );
    assert_eq!(
        told("SELECT * FROM GRAPH_TABLE (social MATCH (a)-[:knows](b) COLUMNS (a.id))").await,
        "error: expected the end of the edge: - or ->, found (\n --> line 1, column 53\n  |\n1 | SELECT * FROM \
         GRAPH_TABLE (social MATCH (a)-[:knows](b) COLUMNS (a.id))\n  |                                                  \
         \x20  ^"
    );
    // The words of a pattern in a text stand where the text does.
    let told_in_text = told("SELECT * FROM graph_table('social MATCH (a)\n COLUMNS (a.nmae)')").await;
    assert!(told_in_text.contains("line 2, column 13"), "{told_in_text}");
    // What the planner finds out stands where it was typed, too.
    let planned = told("SELECT * FROM GRAPH_TABLE (social MATCH (a)\n COLUMNS (frob(a.name) AS x))").await;
    assert!(
        planned.contains("line 2, column 11") && planned.contains("there is no function frob"),
        "{planned}"
    );
    let syntax = told("SELECT * FROM GRAPH_TABLE (social MATCH (a WHERE a.id = )\n COLUMNS (a.id))").await;
    assert!(syntax.contains("line 1, column 57"), "{syntax}");
    let end = told("SELECT * FROM GRAPH_TABLE (social MATCH (a)").await;
    assert!(end.contains("never closed") && end.contains("line 1, column 27"), "{end}");
}
