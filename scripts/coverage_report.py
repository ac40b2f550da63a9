"""coverage_report.py EXPORT ROOT REPORT LINES BRANCHES: the tables of scripts/coverage from llvm-cov's export (JSON with segments).

A line is covered if any of its regions was run; a branch is one of the two ways of one condition, as llvm-cov counts them (`a && b` has
four). Of a template or an inline function, that instantiation counts which was run best. Ends with 1 below LINES or BRANCHES percent.
"""
import collections
import json
import os
import re
import sys

export, root, report, least_lines, least_branches = sys.argv[1:]
least = {"lines": float(least_lines), "branches": float(least_branches)}
kinds = ("lines", "branches", "functions")
equipment = "sandbox"


def layer_of(path):
    return re.sub(r"^(src|include/retouch)/", "", path).split("/")[0]


class Share:
    """Covered of all, for each kind."""

    def __init__(self):
        self.all, self.covered = collections.Counter(), collections.Counter()

    def add(self, summary):
        for kind in kinds:
            self.all[kind] += summary[kind]["count"]
            self.covered[kind] += summary[kind]["covered"]

    def percent(self, kind):
        return 100 * self.covered[kind] / self.all[kind] if self.all[kind] else 100.0

    def cell(self, kind):
        return f"{self.percent(kind):6.1f} % of {self.all[kind]:5d}"

    def row(self, name):
        return f"  {name:<12}" + "".join(f"{self.cell(kind):>20}" for kind in kinds)


def missed_lines(segments):
    """Line ranges of regions that never ran: "12-15, 40"."""
    missed = set()
    for here, after in zip(segments, segments[1:]):
        line, _, count, has_count, _, gap = here
        if has_count and count == 0 and not gap:
            missed.update(range(line, after[0] + (1 if after[1] > 1 else 0)))
    ranges = []
    for line in sorted(missed):
        if ranges and ranges[-1][1] == line - 1:
            ranges[-1][1] = line
        else:
            ranges.append([line, line])
    return ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in ranges)


def one_way_only(branches):
    """Lines with a condition that was always true, or always false, but was asked."""
    return sorted({branch[0] for branch in branches if (branch[4] == 0) != (branch[5] == 0)})


def read():
    with open(export, encoding="utf-8") as file:
        for entry in json.load(file)["data"][0]["files"]:
            yield os.path.relpath(entry["filename"], root), entry


layers, total, files = collections.defaultdict(Share), Share(), []
for path, entry in sorted(read()):
    layers[layer_of(path)].add(entry["summary"])
    if layer_of(path) != equipment:
        total.add(entry["summary"])
    files.append((path, entry))

order = [name for name in "base core async os http auth config providers sources state reconcile service cli".split() if name in layers]
order += sorted(set(layers) - set(order) - {equipment})
heading = "  " + "layer".ljust(12) + "".join(f"{kind:>20}" for kind in kinds)
table = [heading] + [layers[name].row(name) for name in order] + [total.row("all")]
if equipment in layers:
    table += ["  beside them, what the tests are made with:", layers[equipment].row(equipment)]
print("\n".join(table))

own = [(path, entry) for path, entry in files if layer_of(path) != equipment]
missing = lambda entry: sum(entry["summary"][kind]["count"] - entry["summary"][kind]["covered"] for kind in ("lines", "branches"))
own.sort(key=lambda file: -missing(file[1]))
print("\n  most lines and branches not run (all of them in build/artifacts/coverage.txt):")
for path, entry in own[:25]:
    lines, branches = entry["summary"]["lines"], entry["summary"]["branches"]
    print(f"  {path:<46}{lines['count'] - lines['covered']:4d} lines {branches['count'] - branches['covered']:4d} branches   "
          f"{missed_lines(entry['segments'])[:90]}")
with open(report, "w", encoding="utf-8") as file:
    file.write("\n".join(table) + "\n\n")
    for path, entry in sorted(own):
        if missing(entry):
            ways = ", ".join(map(str, one_way_only(entry.get("branches", []))))
            file.write(f"{path}\n  not run: {missed_lines(entry['segments']) or '-'}\n  one way only: {ways or '-'}\n")

below = [f"{kind}: {total.percent(kind):.2f} % is below {limit:g} %" for kind, limit in least.items() if total.percent(kind) < limit]
print()
for line in below:
    print(f"  FAIL {line}")
if not below:
    print(f"  lines {total.percent('lines'):.2f} % (at least {least['lines']:g}), branches {total.percent('branches'):.2f} % (at least {least['branches']:g})")
sys.exit(1 if below else 0)
