/*
id = "xml-external-entities"
title = "XML from untrusted input, with external entities"
severity = "high"
cwe = [611]
languages = ["java"]
what = "Finds XML of others read by a parser that was not told to leave external entities alone."
why = """
An entity of the document can name a file of the machine or an address inside of the network; the parser puts what is there
into the text."""
fix = """
Set the feature http://apache.org/xml/features/disallow-doctype-decl, or XMLConstants.FEATURE_SECURE_PROCESSING with both
attributes of external access empty."""
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
*/
SELECT sink_id AS node_id, 'the parser reads entities from ' || source_name AS message, path AS trace
FROM flows
WHERE kind = 'xxe' AND language IN ('java') AND source_kind IN ('remote', 'network')
  -- A method that sets a feature against it has thought of it.
  AND NOT EXISTS (
    SELECT 1 FROM calls c
    WHERE c.method_id = flows.method_id AND c.name IN ('setFeature', 'setProperty', 'setAttribute', 'setExpandEntityReferences', 'setEntityResolver')
      AND regexp_like(c.code, 'disallow-doctype-decl|external-general-entities|FEATURE_SECURE_PROCESSING|ACCESS_EXTERNAL|IS_SUPPORTING_EXTERNAL_ENTITIES|SUPPORT_DTD|supportDTD|setEntityResolver|setExpandEntityReferences'))
