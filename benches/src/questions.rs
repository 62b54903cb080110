//! What people, dashboards and jobs ask of a store all day.

/// What a question is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// Somebody waits for the answer: the standard suite.
    Person,
    /// A graph algorithm.
    Algorithm,
    /// A detector: a measure of everything, held against a threshold.
    Detector,
    /// Features for others to learn from.
    Export,
}

/// A question, and the name it has in tables of measurements.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    pub name: &'static str,
    pub asker: Asker,
    pub sql: &'static str,
}

const fn question(asker: Asker, name: &'static str, sql: &'static str) -> Question {
    Question { name, asker, sql }
}

/// The questions. Sums of floating-point numbers are rounded: their last digits depend on the order of the rows.
pub const QUESTIONS: &[Question] = &[
    question(Asker::Person, "count of nodes", "SELECT count(*) FROM nodes"),
    question(
        Asker::Person,
        "nodes by kind",
        "SELECT kind, count(*) AS n FROM nodes GROUP BY kind ORDER BY n DESC, kind",
    ),
    question(
        Asker::Person,
        "lines by language",
        "SELECT language, count(*) AS files, sum(lines) AS lines FROM files GROUP BY language ORDER BY 1",
    ),
    question(
        Asker::Person,
        "methods by name",
        "SELECT full_name, path, line FROM methods WHERE name = 'close' ORDER BY 1, 2, 3",
    ),
    question(
        Asker::Person,
        "types by name",
        "SELECT full_name, path, line FROM types WHERE name = 'Error' ORDER BY 1, 2, 3",
    ),
    question(
        Asker::Person,
        "calls by name",
        "SELECT path, line FROM calls WHERE name = 'print' ORDER BY 1, 2 LIMIT 100",
    ),
    question(
        Asker::Person,
        "callers with most calls",
        "SELECT caller_name, count(*) AS n FROM call_graph GROUP BY 1 ORDER BY n DESC, 1 LIMIT 20",
    ),
    question(
        Asker::Person,
        "most called",
        "SELECT callee_name, count(*) AS n FROM call_graph GROUP BY 1 ORDER BY n DESC, 1 LIMIT 20",
    ),
    question(
        Asker::Person,
        "most imported",
        "SELECT name, count(*) AS n FROM imports GROUP BY name ORDER BY n DESC, name LIMIT 20",
    ),
    question(
        Asker::Person,
        "longest methods",
        "SELECT full_name, lines FROM methods WHERE NOT is_external ORDER BY lines DESC, 1 LIMIT 20",
    ),
    question(
        Asker::Person,
        "most common types",
        "SELECT name, count(*) AS n FROM types WHERE NOT is_external GROUP BY 1 ORDER BY n DESC, 1 LIMIT 20",
    ),
    question(
        Asker::Person,
        "files by status",
        "SELECT status, count(*) FROM files GROUP BY status ORDER BY status",
    ),
    question(
        Asker::Person,
        "edges by kind",
        "SELECT kind, count(*) FROM stored.edges GROUP BY kind ORDER BY kind",
    ),
    question(Asker::Person, "inheritance", "SELECT count(*) FROM inheritance"),
    question(
        Asker::Algorithm,
        "pagerank",
        "SELECT m.full_name, round(p.score, 6) AS score FROM pagerank(edges => 'CALL') p JOIN methods m ON m.id = p.id \
         ORDER BY score DESC, 1 LIMIT 50",
    ),
    question(
        Asker::Algorithm,
        "weakly connected components",
        "SELECT count(DISTINCT component) FROM weakly_connected_components(edges => 'CALL')",
    ),
    question(
        Asker::Algorithm,
        "strongly connected components",
        "SELECT count(DISTINCT component) FROM strongly_connected_components(edges => 'CALL')",
    ),
    question(Asker::Algorithm, "k_core", "SELECT max(core) FROM k_core(edges => 'CALL')"),
    question(Asker::Algorithm, "louvain", "SELECT count(DISTINCT community) FROM louvain(edges => 'CALL')"),
    question(
        Asker::Algorithm,
        "reachable from main",
        "SELECT count(*) FROM reachable(edges => 'CALL', seeds => (SELECT id FROM methods WHERE name = 'main'))",
    ),
    question(
        Asker::Detector,
        "complex methods",
        "SELECT full_name, cyclomatic FROM method_metrics WHERE cyclomatic > 10 ORDER BY 2 DESC, 1 LIMIT 50",
    ),
    question(
        Asker::Detector,
        "module dependencies",
        "SELECT module, depends_on FROM module_dependencies ORDER BY 1, 2 LIMIT 200",
    ),
    question(
        Asker::Detector,
        "many parameters",
        "SELECT m.full_name, count(*) AS parameters FROM parameters p JOIN methods m ON m.id = p.method_id \
         GROUP BY 1 HAVING count(*) > 5 ORDER BY 2 DESC, 1 LIMIT 50",
    ),
    question(
        Asker::Export,
        "metrics of every method",
        "SELECT full_name, cyclomatic, lines FROM method_metrics ORDER BY 1, 2, 3",
    ),
];
