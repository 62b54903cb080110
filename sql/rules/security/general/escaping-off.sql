/*
id = "escaping-off"
title = "Templates that do not escape"
severity = "medium"
cwe = [79, 116]
languages = ["javascript", "typescript"]
what = "Finds template engines that are told to put values into pages as they are."
why = "Any value of the page that others choose is then a script in it."
fix = "Leave escaping on, and mark the few values that are pages already."
references = ["https://cheatsheetseries.owasp.org/cheatsheets/Cross_Site_Scripting_Prevention_Cheat_Sheet.html"]

[[example]]
language = "javascript"
match = [4, 5, 6]
code = '''
const swig = require('swig');
const nunjucks = require('nunjucks');
const Handlebars = require('handlebars');
swig.setDefaults({ autoescape: false });
nunjucks.configure('views', { autoescape: false, watch: true });
module.exports = Handlebars.compile('<p>{{name}}</p>', { noEscape: true });
'''

[[example]]
language = "javascript"
match = []
code = '''
const nunjucks = require('nunjucks');
const Handlebars = require('handlebars');
const options = { autoescape: process.env.ESCAPE !== 'no' };
nunjucks.configure('views', { autoescape: true });
nunjucks.configure('views', options);
module.exports = Handlebars.compile('<p>{{name}}</p>', { noEscape: false });
'''

[[example]]
language = "typescript"
match = [3]
code = '''
import * as nunjucks from 'nunjucks';

export const pages = nunjucks.configure('views', { autoescape: false });
'''

[[example]]
language = "typescript"
match = []
code = '''
import * as nunjucks from 'nunjucks';

export const pages = nunjucks.configure('views', { autoescape: true });
export const editor = { autoescape: undefined };
'''
*/
SELECT e.id AS node_id, 'values are put into pages as they are' AS message
FROM (SELECT id, file_id FROM nodes WHERE kind = 'CALL' AND name = '<operator>.assignment' AND language IN ('javascript', 'typescript')) e
JOIN (SELECT parent_id, name FROM nodes WHERE kind = 'FIELD_IDENTIFIER' AND name IN ('autoescape', 'autoEscape', 'noEscape')) k ON k.parent_id = e.id
JOIN (SELECT parent_id, code FROM nodes WHERE kind = 'LITERAL' AND argument_index = 2) v ON v.parent_id = e.id
-- That it is about templates follows from what the file imports.
JOIN (
    SELECT DISTINCT file_id FROM imports
    WHERE regexp_like(full_name, '^(swig|swig-templates|nunjucks|handlebars|express-handlebars|hbs|consolidate|eta|twig|twing|liquidjs)(#|$)')
) i ON i.file_id = e.file_id
LEFT JOIN test_files t ON t.file_id = e.file_id
WHERE t.file_id IS NULL AND v.code = CASE k.name WHEN 'noEscape' THEN 'true' ELSE 'false' END
