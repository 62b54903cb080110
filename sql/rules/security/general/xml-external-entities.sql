/*
id = "xml-external-entities"
title = "XML from untrusted input, with external entities"
severity = "high"
cwe = [611]
languages = ["java", "python"]
what = "Finds XML of others read by a parser that was not told to leave external entities alone."
why = """
An entity of the document can name a file of the machine or an address inside of the network; the parser puts what is there
into the text."""
fix = """
Set the feature http://apache.org/xml/features/disallow-doctype-decl, or XMLConstants.FEATURE_SECURE_PROCESSING with both
attributes of external access empty. In Python leave external entities off, as they are from the start, or use defusedxml."""
references = ["https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html"]

[[example]]
language = "java"
match = [8]
code = '''
import javax.servlet.http.*;
import javax.xml.parsers.*;

class XmlExternalEntitiesHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        builder.parse(request.getInputStream());
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import javax.xml.parsers.*;

class XmlExternalEntitiesSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.newDocumentBuilder().parse(request.getInputStream());
    }
}
'''

[[example]]
language = "python"
match = [15, 22]
code = '''
import xml.dom.minidom
import xml.sax
from xml.sax.handler import feature_external_ges
from flask import Flask, request
from lxml import etree

app = Flask(__name__)


@app.route("/read", methods=["POST"])
def read():
    given = request.data
    reader = xml.sax.make_parser()
    reader.setFeature(feature_external_ges, True)
    tree = xml.dom.minidom.parseString(given, reader)
    return tree.documentElement.tagName


@app.route("/other", methods=["POST"])
def other():
    parser = etree.XMLParser(resolve_entities=True)
    tree = etree.fromstring(request.data, parser)
    return tree.tag
'''

[[example]]
language = "python"
match = []
code = '''
import xml.dom.minidom
import xml.sax
from xml.sax.handler import feature_external_ges
from flask import Flask, request
from lxml import etree

app = Flask(__name__)


@app.route("/read", methods=["POST"])
def read():
    given = request.data
    reader = xml.sax.make_parser()
    reader.setFeature(feature_external_ges, False)
    xml.dom.minidom.parseString(given, reader)
    xml.dom.minidom.parseString(given)
    etree.fromstring(given, etree.XMLParser(resolve_entities=False))
    return "read"
'''
*/
SELECT sink_id AS node_id, 'the parser reads entities from ' || source_name AS message, path AS trace
FROM flows
WHERE kind = 'xxe' AND language IN ('java', 'python') AND source_kind IN ('remote', 'network')
  -- A method that sets a feature against it has thought of it.
  AND NOT EXISTS (
    SELECT 1 FROM calls c
    WHERE c.method_id = flows.method_id AND c.name IN ('setFeature', 'setProperty', 'setAttribute', 'setExpandEntityReferences', 'setEntityResolver')
      AND regexp_like(c.code, 'disallow-doctype-decl|external-general-entities|FEATURE_SECURE_PROCESSING|ACCESS_EXTERNAL|IS_SUPPORTING_EXTERNAL_ENTITIES|SUPPORT_DTD|supportDTD|setEntityResolver|setExpandEntityReferences'))
