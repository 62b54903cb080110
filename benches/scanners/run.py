#!/usr/bin/env python3
"""Scanners on the same files, with the same cores: time, memory, and what they find of what is labelled.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python run.py --stoa ../../target/release/stoa --set owasp-java --checkout DIR
    venv/bin/python run.py --stoa ../../target/release/stoa --tree DIR --tools stoa,bandit

`stoa` leaves nothing behind, as the others do; `stoa-store` makes a store that later queries and scans go on with. semgrep
reads rules/java.yaml, which asks for the same weaknesses with the same sources, sinks and sanitizers; nothing is fetched while
it runs. A row is a tool: seconds by the clock, the greatest memory of its processes, findings, and the average Youden of
`stoa-datasets score` where a set is named.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = {"owasp-java": "src/main", "juliet-java": "src", "securibench": "src", "juliet-c": "."}


def commands(stoa, tree, scratch, jobs):
    """The command of each tool, and the file that it writes."""
    beside = pathlib.Path(sys.executable).parent
    scan = [stoa, "scan", tree, "--jobs", jobs, "--fail-on", "never", "-o", scratch / "stoa.sarif"]
    return {
        "stoa": (scan, scratch / "stoa.sarif"),
        "stoa-store": (scan + ["--store", scratch / "store"], scratch / "stoa.sarif"),
        "semgrep": (
            [beside / "semgrep", "scan", "--config", HERE / "rules" / "java.yaml", "--metrics", "off", "--no-git-ignore",
             "--disable-version-check", "--jobs", jobs, "--max-target-bytes", "0", "--sarif", "--output",
             scratch / "semgrep.sarif", "."],
            scratch / "semgrep.sarif",
        ),
        "bandit": (
            [beside / "bandit", "--quiet", "--recursive", ".", "--format", "json", "--output", scratch / "bandit.json",
             "--exit-zero"],
            scratch / "bandit.json",
        ),
    }


def measure(command, tree):
    """Seconds and mebibytes of a command and all that it starts."""
    began = time.monotonic()
    # A child of its own, so that the greatest memory is that of this command's processes alone.
    report = subprocess.run(
        [sys.executable, "-c",
         "import json,resource,subprocess,sys\n"
         "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)\n"
         "usage = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
         "print(json.dumps([done.returncode, usage.ru_maxrss, usage.ru_utime + usage.ru_stime]))\n"
         "sys.stderr.buffer.write(done.stderr[-2000:])",
         *map(str, command)],
        cwd=tree, capture_output=True, text=True, check=True)
    seconds = time.monotonic() - began
    code, kibibytes, cpu = json.loads(report.stdout)
    if code not in (0, 1):
        sys.exit(f"{command[0]} ended with {code}: {report.stderr}")
    return seconds, kibibytes / 1024, cpu


def found(path):
    """How many findings a report has."""
    report = json.loads(path.read_text())
    if "runs" in report:
        return sum(len(run["results"]) for run in report["runs"])
    return len(report["results"])


def youden(datasets, name, checkout, sarif):
    """The average Youden over the categories of a set."""
    printed = subprocess.run(
        [datasets, "score", name, "--checkout", checkout, "--findings", sarif], capture_output=True, text=True, check=True).stdout
    return float(re.search(r"Average Youden over \d+ categories: (-?[\d.]+)", printed)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stoa", required=True, type=lambda text: str(pathlib.Path(text).resolve()))
    parser.add_argument("--set", choices=SOURCES)
    parser.add_argument("--checkout", type=pathlib.Path)
    parser.add_argument("--tree", type=pathlib.Path)
    parser.add_argument("--tools", default="stoa,semgrep")
    parser.add_argument("--jobs", default=os.cpu_count(), type=int)
    options = parser.parse_args()
    if bool(options.set) == bool(options.tree) or options.set and not options.checkout:
        parser.error("name --set with --checkout, or --tree")
    tree = (options.checkout / SOURCES[options.set] if options.set else options.tree).resolve()
    datasets = pathlib.Path(options.stoa).with_name("stoa-datasets")
    print("| tool | seconds | of processor | MiB | findings | Youden |\n|---|--:|--:|--:|--:|--:|")
    for tool in options.tools.split(","):
        with tempfile.TemporaryDirectory() as folder:
            command, report = commands(options.stoa, tree, pathlib.Path(folder), options.jobs)[tool]
            seconds, mebibytes, cpu = measure(command, tree)
            score = ""
            if options.set and report.suffix == ".sarif":
                score = f"{youden(datasets, options.set, options.checkout, report):.1f}"
            print(f"| {tool} | {seconds:.1f} | {cpu:.1f} | {mebibytes:.0f} | {found(report)} | {score} |", flush=True)


if __name__ == "__main__":
    main()
