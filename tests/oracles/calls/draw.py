#!/usr/bin/env python3
"""Draws 40 call sites: those with the smallest SHA-256 of `SEED:path:line:column:name`.

    stoa sql --store STORE -f sites.sql --format csv | draw.py > sample.csv
"""

import csv
import hashlib
import sys

SEED = "stoa calls 1"
SIZE = 40


def rank(row):
    key = ":".join([SEED, row["path"], row["line"], row["column"], row["name"]])
    return hashlib.sha256(key.encode()).hexdigest()


rows = sorted(csv.DictReader(sys.stdin), key=rank)[:SIZE]
out = csv.DictWriter(sys.stdout, ["path", "line", "column", "name"], lineterminator="\n")
out.writeheader()
out.writerows(sorted(rows, key=lambda r: (r["path"], int(r["line"]), int(r["column"]))))
