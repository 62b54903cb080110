/*
id = "world-writable"
title = "File that anybody may write"
severity = "medium"
cwe = [732, 276]
languages = ["python", "java", "javascript", "typescript", "go", "rust", "elixir", "c", "cpp"]
what = "Finds files and folders that are given a constant mode which lets everybody write."
why = "Any account of the machine can change the file: what it configures or runs is theirs."
fix = "Give rights to the owner, and to a group if others must write: 0600, 0660."

[[example]]
language = "python"
match = [4]
code = '''
import os

def share(path):
    os.chmod(path, 0o777)
'''

[[example]]
language = "python"
match = []
code = '''
import os

def keep(path, mode):
    os.chmod(path, 0o640)
    os.chmod(path, mode)
    os.chmod(path, 0o1777) # sticky: only owners remove
'''

[[example]]
language = "java"
match = [5, 6]
code = '''
import java.io.File;

class Share {
    void weak(File file) throws Exception {
        file.setWritable(true, false);
        java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx");
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import java.io.File;

class Keep {
    void sound(File file) throws Exception {
        file.setWritable(true, true);
        file.setWritable(false, false);
        java.nio.file.attribute.PosixFilePermissions.fromString("rw-r-----");
    }
}
'''

[[example]]
language = "javascript"
match = [2]
code = '''
const fs = require('fs');
fs.chmodSync('a', 0o777);
'''

[[example]]
language = "javascript"
match = []
code = '''
const fs = require('fs');
fs.chmodSync('a', 0o755);
'''

[[example]]
language = "typescript"
match = [2]
code = '''
import { chmod } from 'fs';
chmod('a', 0o666, () => {});
'''

[[example]]
language = "typescript"
match = []
code = '''
import { chmod } from 'fs';
chmod('a', 0o600, () => {});
'''

[[example]]
language = "go"
match = [6]
code = '''
package share

import "os"

func weak() {
	os.Chmod("a", 0777)
}
'''

[[example]]
language = "go"
match = []
code = '''
package share

import "os"

func sound() {
	os.Chmod("a", 0o640)
	os.MkdirAll("b", 0777) // the umask takes away what others may
}
'''

[[example]]
language = "rust"
match = [4]
code = '''
use std::os::unix::fs::PermissionsExt;

fn weak(path: &str) -> std::io::Result<()> {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777))
}
'''

[[example]]
language = "rust"
match = []
code = '''
use std::os::unix::fs::PermissionsExt;

fn sound(path: &str) -> std::io::Result<()> {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o640))
}
'''

[[example]]
language = "elixir"
match = [2]
code = '''
defmodule Share do
  def weak(path), do: File.chmod(path, 0o777)
end
'''

[[example]]
language = "elixir"
match = []
code = '''
defmodule Keep do
  def sound(path), do: File.chmod(path, 0o600)
end
'''

[[example]]
language = "c"
match = [4, 5, 6]
code = '''
#include <sys/stat.h>

void weak(const char *path) {
    chmod(path, 0777);
    umask(0);
    chmod(path, S_IRUSR | S_IWUSR | S_IWOTH);
}
'''

[[example]]
language = "c"
match = []
code = '''
#include <sys/stat.h>

void sound(const char *path, int mode) {
    chmod(path, 0640);
    umask(077);
    chmod(path, mode);
    mode_t now = umask(0); /* the only way to ask for it */
    umask(now);
}
'''

[[example]]
language = "cpp"
match = [4]
code = '''
#include <sys/stat.h>

void weak(const char *path) {
    fchmodat(0, path, 0666, 0);
}
'''

[[example]]
language = "cpp"
match = []
code = '''
#include <sys/stat.h>

void sound(const char *path) {
    fchmodat(0, path, 0644, 0);
}
'''
*/
-- The last digit has the bit of writing, and no sticky bit goes before.
SELECT g.call_id AS node_id, 'everybody may write a file of mode ' || a.code AS message
FROM call_graph g
JOIN arguments a ON a.call_id = g.call_id AND a.kind = 'LITERAL'
WHERE g.is_external
  AND regexp_like(g.callee_full_name, concat(
    '^(os\.(chmod|lchmod|fchmod|Chmod)|(node:)?fs(/promises)?\.(default\.)?(chmod|chmodSync|lchmod|fchmod|fchmodSync)',
    '|std::(fs|os::unix::fs)::(Permissions|PermissionsExt)::from_mode|File\.chmod!?|:file\.change_mode|chmod|fchmod|fchmodat|lchmod)$'))
  AND a.argument_index = CASE
    WHEN g.callee_name = 'fchmodat' THEN 3 WHEN g.callee_name = 'from_mode' THEN 1 ELSE 2 END
  AND regexp_like(a.code, '^0[oO]?[0-7]?[0-7]?[0-7]?[2367]$') AND NOT regexp_like(a.code, '^0[oO]?[1357][0-7]{3}$')
UNION
SELECT g.call_id, 'everybody may write the file'
FROM call_graph g
JOIN arguments a ON a.call_id = g.call_id AND a.argument_index >= 1
WHERE g.is_external
  AND (g.callee_full_name IN ('chmod', 'fchmod', 'fchmodat') AND regexp_like(a.code, '\bS_IWOTH\b|\bS_IRWXO\b') AND a.code NOT LIKE '%~%'
    AND NOT regexp_like(a.code, '[?]|S_ISVTX')
    OR g.callee_full_name = 'java.nio.file.attribute.PosixFilePermissions.fromString' AND regexp_like(a.code, '^".{7}w.*"$'))
UNION
SELECT g.call_id, 'everybody may write the file'
FROM call_graph g
JOIN arguments a ON a.call_id = g.call_id AND a.argument_index = 1 AND a.code = 'true'
JOIN arguments b ON b.call_id = g.call_id AND b.argument_index = 2 AND b.code = 'false'
WHERE g.is_external AND g.callee_full_name = 'java.io.File.setWritable'
UNION
-- umask(0) whose answer nobody keeps: it stays.
SELECT g.call_id, 'files that are made from now on have all the rights that are asked for'
FROM call_graph g
JOIN arguments a ON a.call_id = g.call_id AND a.argument_index = 1 AND regexp_like(a.code, '^0+$')
JOIN nodes c ON c.id = g.call_id AND c.argument_index IS NULL
JOIN nodes p ON p.id = c.parent_id AND p.kind = 'BLOCK'
WHERE g.is_external AND g.callee_full_name IN ('umask', 'os.umask')
