/*
id = "nosql-injection"
title = "Query of a document store from untrusted input"
severity = "high"
cwe = [943]
languages = ["java", "javascript"]
what = "Finds queries of a document store that others choose the form of."
why = "An object in the place of a text is an operator: `{\"$ne\": null}` as a password fits every one."
fix = "Make a text of it before it goes into the query, and see that it is one."

[[example]]
language = "java"
match = [7]
code = '''
import javax.servlet.http.*;
import org.bson.Document;

class NosqlInjectionHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        Document.parse("{name: '" + given + "'}");
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.servlet.http.*;
import org.bson.Document;

class NosqlInjectionSoundHandler extends HttpServlet {
    public void doGet(HttpServletRequest request, HttpServletResponse response) throws Exception {
        String given = request.getParameter("q");
        new Document("name", given);
    }
}
'''

[[example]]
language = "javascript"
match = [7, 8, 14]
code = '''
const app = require('express')();
const mongoose = require('mongoose');
const { MongoClient } = require('mongodb');
const User = mongoose.model('User', new mongoose.Schema({ name: String }));
app.post('/', async (req, res) => {
  const { name, password } = req.body;
  const user = await User.findOne({ name, password });
  await User.updateOne({ _id: req.body.id }, { seen: true });
  res.json(user.id);
});
app.get('/notes', async (req, res) => {
  const client = await MongoClient.connect('mongodb://localhost');
  const notes = client.db('app').collection('notes');
  const found = await notes.find({ $where: `this.owner == '${req.query.owner}'` }).toArray();
  res.json(found.length);
});
'''

[[example]]
language = "javascript"
match = []
code = '''
const app = require('express')();
const mongoose = require('mongoose');
const User = mongoose.model('User', new mongoose.Schema({ name: String }));
app.post('/', async (req, res) => {
  const user = await User.findOne({ name: String(req.body.name), age: Number(req.body.age) });
  const known = ['a', 'b'].find((name) => name === req.body.name);
  await User.updateOne({ _id: 1 }, { $set: { name: req.body.name } });
  res.json([user.id, known === undefined]);
});
'''
*/
SELECT sink_id AS node_id, 'the query is built from ' || source_name AS message, path AS trace
FROM probable_flows
WHERE kind = 'nosql' AND language IN ('java', 'javascript', 'typescript') AND source_kind IN ('remote', 'network')
