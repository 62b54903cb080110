#!/usr/bin/env python3
"""Scores a sample of call sites against a store, and writes down in it what the graph says.

    stoa sql --store STORE -f graph.sql --format csv | score.py SAMPLE.csv

The column `expected` is written by hand, from the source, and never by this script: `external`, or the targets with `;`
between. A target is a full name, in Java with the parameters' types. `N x PATTERN` stands for N targets whose names fit.
"""

import collections
import csv
import fnmatch
import sys

COLUMNS = ["path", "line", "column", "call", "expected", "graph", "edges", "edges_right", "verdict", "note"]
SHOWN = 4


def spelled(row):
    parameters = row["signature"][row["signature"].find("("):] if row["path"].endswith(".java") else ""
    return row["callee_full_name"] + parameters


def parts(expected):
    names, patterns = set(), []
    for part in expected.split(";"):
        count, times, pattern = part.partition(" x ")
        if times:
            patterns.append((int(count), pattern))
        elif part != "external":
            names.add(part)
    return names, patterns


def judge(expected, edges):
    """(verdict, how many of the edges are right); edges lead to methods of the tree."""
    names, patterns = parts(expected)
    right = [e for e in edges if e in names or any(fnmatch.fnmatchcase(e, p) for _, p in patterns)]
    every = names <= set(edges) and all(
        sum(fnmatch.fnmatchcase(e, p) and e not in names for e in edges) == n for n, p in patterns
    )
    if expected.split(";")[0] == "external":
        verdict = "right" if len(right) == len(edges) else "wrong"
    elif not edges:
        verdict = "unresolved"
    elif not right:
        verdict = "wrong"
    elif not every:
        verdict = "missing"
    else:
        verdict = "right" if len(right) == len(edges) else "wide"
    return verdict, len(right)


def main(sample):
    found = collections.defaultdict(list)
    for row in csv.DictReader(sys.stdin):
        found[row["path"], row["line"], row["column"], row["name"]].append(row)
    with open(sample, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    totals = collections.Counter()
    for row in rows:
        answers = found[row["path"], row["line"], row["column"], row["call"]]
        inside = sorted((a["resolution"], spelled(a)) for a in answers if a["is_external"] != "true")
        outside = [(a["resolution"], a["callee_full_name"]) for a in answers if a["is_external"] == "true"]
        said = [f"{how} {name}" for how, name in dict.fromkeys(inside + outside)]
        row["graph"] = ";".join(said[:SHOWN] + ([f"{len(said) - SHOWN} more"] if len(said) > SHOWN else []))
        row["edges"] = len(inside)
        row["verdict"], row["edges_right"] = judge(row["expected"], [name for _, name in inside])
        of = "outside" if row["expected"].split(";")[0] == "external" else "inside"
        totals[of, row["verdict"]] += 1
        totals["edges"] += row["edges"]
        totals["edges right"] += row["edges_right"]
        if of == "outside" and outside and outside[0][1].startswith("<unknown>"):
            totals["outside, stub without a name"] += 1
    with open(sample, "w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    for key, count in sorted(totals.items(), key=str):
        print(count, key if isinstance(key, str) else ": ".join(key), sep="\t")


main(sys.argv[1])
