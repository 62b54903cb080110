//! The words of SQL worth completing and correcting.

/// Keywords, in ascending order.
pub const KEYWORDS: &[&str] = &[
    "ALL", "ANALYZE", "AND", "ANTI", "AS", "ASC", "BETWEEN", "BY", "CASE", "CAST", "COLUMNS", "COPY", "CREATE",
    "CROSS", "CSV", "DELETE", "DESC", "DESCRIBE", "DISTINCT", "DROP", "ELSE", "END", "EXCEPT", "EXISTS", "EXPLAIN",
    "EXTERNAL", "EXTRACT", "FALSE", "FILTER", "FROM", "FULL", "GROUP", "HAVING", "ILIKE", "IN", "INNER", "INSERT",
    "INTERSECT", "INTO", "IS", "JOIN", "LATERAL", "LEFT", "LIKE", "LIMIT", "LOCATION", "NATURAL", "NOT", "NULL",
    "NULLS", "OFFSET", "ON", "OPTIONS", "OR", "ORDER", "OUTER", "OVER", "PARQUET", "PARTITION", "QUALIFY",
    "RECURSIVE", "REPLACE", "RIGHT", "ROWS", "SELECT", "SEMI", "SET", "SHOW", "SIMILAR", "STORED", "TABLE",
    "TABLES", "THEN", "TO", "TRUE", "UNION", "UNNEST", "USING", "VALUES", "VIEW", "WHEN", "WHERE", "WINDOW",
    "WITH",
];

#[cfg(test)]
mod tests {
    #[test]
    fn keywords_ascend() {
        assert!(super::KEYWORDS.is_sorted());
    }
}
