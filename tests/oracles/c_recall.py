#!/usr/bin/env python3
"""How many functions and calls of C and C++ the lowering loses, against two oracles that share no code with it.

    cargo run --release -p stoa-syntax --example survey -- --methods --calls TREE | tests/oracles/c_recall.py TREE

Functions: universal-ctags. A function is found when a METHOD of its name covers its line; `<init>` stands for a
constructor, and a macro that makes a function for the function it makes (ctags names those by the macro).
Calls: a lexer that knows comments, strings, directives and brackets, and counts `name(` inside of braces that follow a
`)`. A call is found when the file has a CALL of its name in its line. The oracle also counts what is no call (a
variable's initialiser, a macro's parameter list), so the figure is an upper bound of what is lost. All files count,
whether they parse or not. `--missed FILE` writes down what is missing.
"""

import collections
import json
import re
import subprocess
import sys

KEYWORDS = set(
    "if for while switch return sizeof alignof _Alignof typeof __typeof__ __typeof decltype catch case do else new delete "
    "throw goto int char void long short unsigned signed float double bool asm __asm__ __asm volatile __volatile__ "
    "__attribute__ __attribute __declspec defined offsetof static_assert _Static_assert alignas noexcept operator co_await "
    "co_return co_yield static_cast dynamic_cast const_cast reinterpret_cast and or not template typename typeid const auto "
    "static extern struct union enum class __extension__ requires".split()
)
TOKEN = re.compile(
    rb"//[^\n]*|/\*.*?\*/|R\"([^(\s]*)\(.*?\)\1\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    rb"|^[ \t]*#(?:\\\r?\n|/\*.*?\*/|[^\n])*|[A-Za-z_]\w*|\.?\d(?:[\w.]|(?<=[eE])[+-])*|\n|[^\s]",
    re.S | re.M,
)


def lexed_calls(text):
    """(name, line) of each `name(` inside of a function's braces."""
    calls, line = [], 1
    before, last, depth, body = b"", None, 0, None
    word = re.compile(rb"[A-Za-z_]\w*$")
    for match in TOKEN.finditer(text):
        token = match.group()
        if token == b"\n":
            line += 1
            continue
        here = line
        line += token.count(b"\n")
        if token[:2] in (b"//", b"/*") or token.lstrip()[:1] == b"#":
            continue
        if token == b"{":
            depth += 1
            if body is None and before == b")":
                body = depth
        elif token == b"}":
            if body == depth:
                body = None
            depth = max(0, depth - 1)
        elif token == b"(" and body is not None and last and last[0] not in KEYWORDS and last[2]:
            calls.append(("<init>", last[1]) if last[3] else last[:2])
        # `type name(` declares.
        declares = word.match(before) and before.decode() not in KEYWORDS or before in (b"int", b"char", b"void", b"long")
        last = (token.decode(), here, not declares or before == b"new", before == b"new") if word.match(token) else None
        before = token
    return calls


def main():
    arguments = sys.argv[1:]
    missed_to = arguments[arguments.index("--missed") + 1] if "--missed" in arguments else None
    tree = arguments[0]
    methods, calls, partial, files = collections.defaultdict(list), collections.Counter(), set(), set()
    for line in sys.stdin.buffer:
        row = line.decode("utf8", "replace").rstrip("\n").split("\t")
        if row[0] == "METHOD" and len(row) >= 5:
            methods[row[1]].append((row[2], int(row[3]), int(row[4])))
        elif row[0] == "CALL" and len(row) >= 4:
            calls[row[1], row[2], int(row[3])] += 1
        elif row[0] in ("CLEAN", "PARTIAL"):
            files.add(row[1])
            if row[0] == "PARTIAL":
                partial.add(row[1])
    cpp = any(not f.endswith((".c", ".h")) for f in files)
    headers = ["--map-C=-.h", "--map-C++=+.h"] if cpp else ["--map-C++=-.h", "--map-C=+.h"]
    ctags = ["ctags", "--output-format=json", "--fields=+ne", "--languages=C,C++", *headers, "--kinds-C=f", "--kinds-C++=f"]
    found = subprocess.run([*ctags, "-R", "-f", "-", tree], capture_output=True, check=True).stdout
    missed, functions, lost = [], 0, 0
    for line in found.splitlines():
        tag = json.loads(line)
        if tag["path"] not in files or tag["name"].startswith("__anon"):
            continue
        functions += 1
        name, at = tag["name"].replace(" ", ""), tag["line"]
        same = lambda m: m[0].replace(" ", "") == name or m[0] == "<init>"
        if not any(same(m) and m[1] <= at <= m[2] for m in methods[tag["path"]]):
            lost += 1
            missed.append(f"function {tag['path']}:{at}: {name}")
    print(f"files {len(files)}, with syntax errors {len(partial)}")
    print(f"functions {functions}, lost {lost} ({100 * lost / max(1, functions):.2f} %)")
    total = gone = 0
    for path in sorted(files):
        with open(path, "rb") as f:
            text = f.read()
        for name, line in lexed_calls(text):
            total += 1
            if calls[path, name, line] > 0:
                calls[path, name, line] -= 1
            else:
                gone += 1
                missed.append(f"call {path}:{line}: {name}")
    print(f"calls {total}, lost {gone} ({100 * gone / max(1, total):.2f} %)")
    if missed_to:
        with open(missed_to, "w") as out:
            out.write("\n".join(missed) + "\n")


if __name__ == "__main__":
    main()
