/*
id = "trust-boundary-violation"
title = "Untrusted input kept in the session"
severity = "low"
cwe = [501]
languages = ["java", "python"]
what = "Finds text that others choose kept in the session, where what is trusted stands."
why = "Who reads the session later takes for checked what never was."
fix = "Check it before it is kept, or keep it under a name that says that it was not."

[[example]]
language = "java"
match = [6]
code = '''
import javax.servlet.http.*;

class TrustBoundaryViolationHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        request.getSession().setAttribute("q", given);
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;

class TrustBoundaryViolationSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        request.getSession().setAttribute("q", Integer.parseInt(given));
    }
}
'''

[[example]]
language = "python"
match = [10, 11]
code = '''
from flask import Flask, request, session

app = Flask(__name__)


@app.route("/shop", methods=["POST"])
def choose():
    given = request.form.get("shop", "")
    kind = request.args["kind"]
    session["shop"] = given
    session[kind] = "1"
    session["visits"] = int(request.form["visits"])
    return "kept"
'''

[[example]]
language = "python"
match = [7]
code = '''
from django.http import HttpResponse
from django.views import View


class Choose(View):
    def post(self, request):
        request.session["shop"] = request.POST["shop"]
        return HttpResponse("kept")
'''

[[example]]
language = "python"
match = []
code = '''
from django.http import HttpResponse
from django.views import View


class Count(View):
    def post(self, request):
        request.session["count"] = len(request.POST["shop"])
        known = {}
        known["shop"] = request.POST["shop"]
        return HttpResponse("counted")
'''
*/
SELECT sink_id AS node_id, 'kept in the session: ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'trust-boundary' AND language IN ('java', 'python') AND source_kind IN ('remote', 'network')
