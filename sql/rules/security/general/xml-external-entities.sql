/*
id = "xml-external-entities"
title = "XML from untrusted input, with external entities"
severity = "high"
cwe = [611]
languages = ["java", "python", "javascript"]
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

[[example]]
language = "javascript"
match = [4, 8]
code = '''
const app = require('express')();
const libxml = require('libxmljs');
app.post('/', (req, res) => {
  const document = libxml.parseXml(req.body.xml, { noent: true, noblanks: true });
  res.json(document.root().name());
});
app.post('/file', (req, res) => {
  const document = libxml.parseXmlString(req.files.notes.data.toString('utf8'), { noent: true });
  res.json(document.root().name());
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
const libxml = require('libxmljs');
app.post('/', (req, res) => {
  const document = libxml.parseXml(req.body.xml, { noblanks: true });
  res.json(document.root().name());
});
'''
*/
SELECT f.sink_id AS node_id, 'the parser reads entities from ' || f.source_name AS message, f.path AS trace
FROM (SELECT * FROM flows WHERE kind = 'xxe' AND language IN ('java', 'python', 'javascript', 'typescript') AND source_kind IN ('remote', 'network')) f
-- A method that sets a feature against it has thought of it.
LEFT JOIN (
    SELECT DISTINCT method_id FROM calls
    WHERE name IN ('setFeature', 'setProperty', 'setAttribute', 'setExpandEntityReferences', 'setEntityResolver')
      AND regexp_like(code, 'disallow-doctype-decl|external-general-entities|FEATURE_SECURE_PROCESSING|ACCESS_EXTERNAL|IS_SUPPORTING_EXTERNAL_ENTITIES|SUPPORT_DTD|supportDTD|setEntityResolver|setExpandEntityReferences')
) safe ON safe.method_id = f.method_id
-- libxml leaves entities alone unless it is told to put in what they stand for.
LEFT JOIN (
    SELECT DISTINCT method_id FROM nodes
    WHERE kind = 'CALL' AND language IN ('javascript', 'typescript') AND regexp_like(code, '(noent|replaceEntities)[''"]?\s*:\s*true')
) told ON told.method_id = f.method_id
WHERE CASE WHEN f.language IN ('java', 'python') THEN safe.method_id IS NULL ELSE told.method_id IS NOT NULL END
