/*
id = "null-use"
title = "Use of what is null or may be"
severity = "low"
cwe = [476, 690]
languages = ["java"]
what = """
Finds calls on variables that hold null on the way there, also by way of other methods, and calls on what a request, a property or the
environment may lack, in methods that never compare the variable with null."""
why = "The exception ends the request, or the program; where others choose what is lacking they choose when."
fix = "Ask whether it is null before it is used, or give what may be lacking a default."
references = ["https://wiki.sei.cmu.edu/confluence/display/java/EXP01-J.+Do+not+use+a+null+in+a+case+where+an+object+is+required"]

[[example]]
language = "java"
match = [6, 8, 10, 11, 18]
code = '''
import javax.servlet.http.*;

class NullUses extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        String name = request.getParameter("name");
        response.setHeader("name", name.trim());
        String folder = System.getProperty("shop.folder");
        response.setIntHeader("length", folder.length());
        StringBuilder text = null;
        if (name.isEmpty()) {
            text.append(1);
        }
        String[] parts = null;
        first(parts);
    }

    private void first(String[] parts) {
        parts[0] = "";
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class NullTests extends HttpServlet {
    private String last = null;

    public void doGet(HttpServletRequest request, HttpServletResponse response) {
        String name = request.getParameter("name");
        if (name != null) {
            response.setHeader("name", name.trim());
        }
        String home = System.getProperty("user.home");
        response.setIntHeader("length", home.length());
        String color = System.getProperty("shop.color", "red");
        response.setIntHeader("color", color.length());
        StringBuilder text = null;
        if (home.isEmpty()) {
            text = new StringBuilder();
        } else {
            text = new StringBuilder(home);
        }
        text.append(1);
        String joined = String.join(",", request.getParameter("more"), null);
        response.setHeader("joined", joined.trim());
        last.trim();
        java.util.Map<String, String> kept = new java.util.HashMap<>();
        String mood = request.getParameter("mood");
        kept.put("mood", mood);
        kept.clear();
        String found = find("x");
        response.setHeader("found", found.trim());
    }

    private String find(String what) {
        return what.isEmpty() ? null : what;
    }
}
'''
*/
WITH perhaps AS (
    SELECT c.id
    FROM call_graph g
    JOIN calls c ON c.id = g.call_id AND c.language = 'java'
    LEFT JOIN arguments a ON a.call_id = c.id AND a.argument_index = 1
    LEFT JOIN arguments b ON b.call_id = c.id AND b.argument_index = 2
    WHERE g.is_external AND b.id IS NULL
      AND regexp_like(g.callee_full_name, '^(java\.lang\.System\.(getProperty|getenv)|java\.util\.Properties\.getProperty|(javax|jakarta)\.servlet\.([a-z]+\.)?[A-Za-z]*Request\.(getParameter|getHeader|getQueryString))$')
      -- What every machine has.
      AND NOT regexp_like(coalesce(a.code, ''), '^"(java|os|user|file|line|path|sun)\.')
), silent AS (
    -- Methods that give nothing but null.
    SELECT r.method_id
    FROM (SELECT id, method_id FROM nodes WHERE kind = 'RETURN' AND language = 'java') r
    LEFT JOIN (SELECT parent_id FROM nodes WHERE kind = 'LITERAL' AND code = 'null') n ON n.parent_id = r.id
    GROUP BY r.method_id
    HAVING count(*) = count(n.parent_id)
), own AS (
    -- Assignments to variables of a method: who else may hold it is known.
    SELECT a.id, r.dst AS variable, v.id AS value,
        v.kind = 'LITERAL' AND v.code = 'null' AS nothing, v.kind = 'LITERAL' AND v.code = 'null' OR m.id IS NOT NULL OR s.call_id IS NOT NULL AS doubtful
    FROM (SELECT id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment' AND language = 'java') a
    JOIN (SELECT id, parent_id FROM nodes WHERE kind = 'IDENTIFIER' AND argument_index = 1) d ON d.parent_id = a.id
    JOIN (SELECT src, dst FROM stored.edges WHERE kind = 'REF') r ON r.src = d.id
    JOIN (SELECT id FROM nodes WHERE kind = 'LOCAL') l ON l.id = r.dst
    JOIN (SELECT id, kind, code, parent_id FROM nodes WHERE argument_index = 2) v ON v.parent_id = a.id
    LEFT JOIN perhaps m ON m.id = v.id
    LEFT JOIN (SELECT DISTINCT g.call_id FROM call_graph g JOIN silent n ON n.method_id = g.callee) s ON s.call_id = v.id
), held AS (
    SELECT variable, bool_and(nothing) AS nothing, bool_and(doubtful) AS doubtful FROM own GROUP BY variable
), asked AS (
    -- Whoever compares it with null, or hands it to what asks, knows.
    SELECT n.method_id, n.name
    FROM (SELECT parent_id, method_id, name, argument_index FROM nodes WHERE kind = 'IDENTIFIER' AND language = 'java') n
    JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL') k ON k.id = n.parent_id
    LEFT JOIN (SELECT parent_id FROM nodes WHERE kind = 'LITERAL' AND code = 'null') z ON z.parent_id = k.id
    WHERE k.name IN ('<operator>.equals', '<operator>.notEquals') AND z.parent_id IS NOT NULL
       OR k.name = '<operator>.instanceOf' OR n.argument_index >= 1 AND regexp_like(k.name, '(?i)null|empty|blank')
), steps AS (
    SELECT flow_id, source_id, sink_id, path, source_kind, unnest(path) AS step, unnest(roles) AS role
    FROM taint(
        sources => (
            -- A variable that is given something else elsewhere is null where that is known.
            SELECT o.value AS id, 'nothing' AS kind FROM own o JOIN held h ON h.variable = o.variable AND h.nothing
            UNION ALL
            -- A method that may give null is asked by those who know when; one that gives nothing else is not.
            SELECT z.id, 'nothing'
            FROM nodes z
            JOIN (SELECT id, method_id FROM nodes WHERE kind = 'RETURN') p ON p.id = z.parent_id
            JOIN silent s ON s.method_id = p.method_id
            WHERE z.kind = 'LITERAL' AND z.code = 'null' AND z.language = 'java'
            UNION ALL
            SELECT id, 'perhaps' FROM perhaps),
        sinks => (
            SELECT u.id,
                -- One assignment alone, the caller, or all that there are say what it holds.
                CASE WHEN d.dst IS NOT NULL OR h.variable IS NOT NULL THEN 'sure' ELSE 'unsure' END AS kind
            FROM stored.edges r
            JOIN (SELECT id FROM nodes WHERE kind IN ('LOCAL', 'METHOD_PARAMETER_IN')) v ON v.id = r.dst
            JOIN nodes u ON u.id = r.src AND u.kind = 'IDENTIFIER' AND u.language = 'java'
            JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL') p ON p.id = u.parent_id
            LEFT JOIN (SELECT dst, label FROM stored.edges WHERE kind = 'REACHING_DEF' GROUP BY dst, label HAVING count(*) = 1) d ON d.dst = u.id AND d.label = u.name
            LEFT JOIN held h ON h.variable = v.id AND h.doubtful
            LEFT JOIN asked k ON k.method_id = u.method_id AND k.name = u.name
            WHERE r.kind = 'REF' AND k.name IS NULL
              AND (u.argument_index = 0 AND NOT starts_with(p.name, '<operator>')
                OR u.argument_index = 1 AND p.name IN ('<operator>.indexAccess', '<operator>.fieldAccess'))))
    WHERE confidence >= 0.4 AND (kind = 'sure' OR source_kind = 'perhaps')
)
SELECT s.sink_id AS node_id,
    CASE s.source_kind WHEN 'perhaps' THEN 'this may be null' ELSE 'this is null' END AS message,
    s.path AS trace
FROM steps s
JOIN nodes n ON n.id = s.step
-- What is called is the thing itself, and not one that holds it.
JOIN (SELECT id, name FROM nodes WHERE kind = 'CALL') k ON k.id = s.sink_id
JOIN (SELECT call_id, argument_index, code FROM arguments) u ON u.call_id = s.sink_id AND u.argument_index = CASE WHEN starts_with(k.name, '<operator>') THEN 1 ELSE 0 END
JOIN (SELECT id, kind, name, code FROM nodes WHERE kind IN ('CALL', 'METHOD_PARAMETER_IN')) b ON b.id = s.path[-2]
    AND (b.kind = 'METHOD_PARAMETER_IN' AND b.name = u.code OR b.name = '<operator>.assignment' AND regexp_like(b.code, concat('^', u.code, '\s*=')))
LEFT JOIN own o ON o.id = n.id
GROUP BY s.flow_id, s.source_id, s.sink_id, s.source_kind, s.path
-- What is made of null, or holds it, is not null: only what hands it on is.
HAVING NOT bool_or(n.kind = 'CALL' AND s.role NOT IN ('source', 'sink')
    AND (n.name = '<operator>.assignment' AND o.id IS NULL
      OR n.name = '<init>' OR n.code LIKE 'new %'
      OR s.role = 'propagation' AND n.name NOT IN ('<operator>.assignment', '<operator>.cast', '<operator>.conditional')))
