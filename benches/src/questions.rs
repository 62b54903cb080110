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

/// The questions. Sums of floating-point numbers are rounded: their last digits depend on the order of the rows.
pub const QUESTIONS: &[(Asker, &str)] = &[
    (Asker::Person, "SELECT count(*) FROM nodes"),
    (Asker::Person, "SELECT kind, count(*) AS n FROM nodes GROUP BY kind ORDER BY n DESC, kind"),
    (
        Asker::Person,
        "SELECT language, count(*) AS files, sum(lines) AS lines FROM files GROUP BY language ORDER BY 1",
    ),
    (Asker::Person, "SELECT full_name, path, line FROM methods WHERE name = 'close' ORDER BY 1, 2, 3"),
    (Asker::Person, "SELECT full_name, path, line FROM types WHERE name = 'Error' ORDER BY 1, 2, 3"),
    (Asker::Person, "SELECT path, line FROM calls WHERE name = 'print' ORDER BY 1, 2 LIMIT 100"),
    (
        Asker::Person,
        "SELECT caller_name, count(*) AS n FROM call_graph GROUP BY 1 ORDER BY n DESC, 1 LIMIT 20",
    ),
    (
        Asker::Person,
        "SELECT callee_name, count(*) AS n FROM call_graph GROUP BY 1 ORDER BY n DESC, 1 LIMIT 20",
    ),
    (Asker::Person, "SELECT name, count(*) AS n FROM imports GROUP BY name ORDER BY n DESC, name LIMIT 20"),
    (
        Asker::Person,
        "SELECT full_name, lines FROM methods WHERE NOT is_external ORDER BY lines DESC, 1 LIMIT 20",
    ),
    (
        Asker::Person,
        "SELECT name, count(*) AS n FROM types WHERE NOT is_external GROUP BY 1 ORDER BY n DESC, 1 LIMIT 20",
    ),
    (Asker::Person, "SELECT status, count(*) FROM files GROUP BY status ORDER BY status"),
    (Asker::Person, "SELECT kind, count(*) FROM stored.edges GROUP BY kind ORDER BY kind"),
    (Asker::Person, "SELECT count(*) FROM inheritance"),
    (
        Asker::Algorithm,
        "SELECT m.full_name, round(p.score, 6) AS score FROM pagerank(edges => 'CALL') p JOIN methods m ON m.id = p.id \
         ORDER BY score DESC, 1 LIMIT 50",
    ),
    (Asker::Algorithm, "SELECT count(DISTINCT component) FROM weakly_connected_components(edges => 'CALL')"),
    (
        Asker::Algorithm,
        "SELECT count(DISTINCT component) FROM strongly_connected_components(edges => 'CALL')",
    ),
    (Asker::Algorithm, "SELECT max(core) FROM k_core(edges => 'CALL')"),
    (Asker::Algorithm, "SELECT count(DISTINCT community) FROM louvain(edges => 'CALL')"),
    (
        Asker::Algorithm,
        "SELECT count(*) FROM reachable(edges => 'CALL', seeds => (SELECT id FROM methods WHERE name = 'main'))",
    ),
    (
        Asker::Detector,
        "SELECT full_name, cyclomatic FROM method_metrics WHERE cyclomatic > 10 ORDER BY 2 DESC, 1 LIMIT 50",
    ),
    (Asker::Detector, "SELECT module, depends_on FROM module_dependencies ORDER BY 1, 2 LIMIT 200"),
    (
        Asker::Detector,
        "SELECT m.full_name, count(*) AS parameters FROM parameters p JOIN methods m ON m.id = p.method_id \
         GROUP BY 1 HAVING count(*) > 5 ORDER BY 2 DESC, 1 LIMIT 50",
    ),
    (Asker::Export, "SELECT full_name, cyclomatic, lines FROM method_metrics ORDER BY 1, 2, 3"),
];
