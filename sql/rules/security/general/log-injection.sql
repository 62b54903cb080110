/*
id = "log-injection"
title = "Log entry built from untrusted input"
severity = "low"
cwe = [117]
languages = ["java", "python"]
what = "Finds text that others choose written to a log as it is."
why = "A line break in it begins an entry that the program never wrote."
fix = "Encode line breaks, or log in a format that does, such as JSON."

[[example]]
language = "java"
match = [8]
code = '''
import javax.servlet.http.*;
import org.slf4j.*;

class LogInjectionHandler extends HttpServlet {
    private final Logger logger = LoggerFactory.getLogger("a");
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        logger.info("asked for " + given);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import org.slf4j.*;

class LogInjectionSoundHandler extends HttpServlet {
    private final Logger logger = LoggerFactory.getLogger("a");
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        logger.info("asked for " + Integer.parseInt(given));
    }
}
'''

[[example]]
language = "python"
match = [9]
code = '''
from flask import Flask, request
import logging

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    logging.info("asked for " + given)
    return "done"
'''

[[example]]
language = "python"
match = []
code = '''
from flask import Flask, request
import logging

app = Flask(__name__)

@app.route("/")
def handler():
    given = request.args.get("q")
    logging.info("asked for %d", int(given))
    return "done"
'''
*/
SELECT sink_id AS node_id, 'the entry is built from ' || source_name AS message, path AS trace
FROM flows
WHERE kind = 'log' AND language IN ('java', 'python') AND source_kind IN ('remote')
  -- What rests on several guesses at what a call means is no finding.
  AND confidence >= 0.4
