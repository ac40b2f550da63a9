"""lint_stale.py BUILD FILTER: prints "KEY FILE" for the translation units below FILTER (a regular expression).

KEY is a hash of everything that clang-tidy's verdict depends on: its version, the checks, the command, and the contents of the file and
of all headers that the last build read for it. scripts/lint keeps the keys of the units without complaints and leaves those out.
"""
import functools
import hashlib
import json
import os
import re
import subprocess
import sys

build, pattern = os.path.realpath(sys.argv[1]), sys.argv[2]
root = os.getcwd()


@functools.cache
def content(path):
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return "missing"


def read_dependencies():
    """Output -> what it was made from, as ninja learned it from the compiler."""
    found, inputs = {}, []
    for line in subprocess.run(["ninja", "-C", build, "-t", "deps"], check=True, capture_output=True, text=True).stdout.splitlines():
        if line.startswith("    "):
            inputs.append(os.path.normpath(os.path.join(build, line.strip())))
        elif ": #deps " in line:
            inputs = found.setdefault(os.path.normpath(os.path.join(build, line.split(": #deps ")[0])), [])
    return found


dependencies = read_dependencies()


def inputs_of(output):
    """A precompiled header counts as the headers it was made from: its own bytes are never the same twice."""
    for path in dependencies.get(output, []):
        if path in dependencies:
            yield from inputs_of(path)
        else:
            yield path


version = subprocess.run(["clang-tidy-19", "--version"], check=True, capture_output=True, text=True).stdout
common = hashlib.sha256((version + content(".clang-tidy")).encode()).hexdigest()
for unit in json.load(open(build + "/compile_commands.json", encoding="utf-8")):
    name = os.path.relpath(unit["file"], root)
    if not re.match(pattern, name):
        continue
    output = os.path.normpath(os.path.join(unit["directory"], re.search(r" -o (\S+)", unit["command"]).group(1)))
    key = hashlib.sha256((common + unit["command"].replace(root, ".")).encode())
    # A unit that was never built has no known headers: it is always looked at.
    for path in sorted(set(inputs_of(output))) or [os.urandom(16).hex()]:
        key.update(f"{path.replace(root, '.')} {content(path)}\n".encode())
    print(key.hexdigest(), name)
