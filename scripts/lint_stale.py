"""lint_stale.py BUILT LINT FILTER: prints "KEY TREE FILE" for what clang-tidy has to look at below FILTER (a regular expression).

LINT is a configured tree in which a layer's files are compiled some ten at a time: clang-tidy spends its time on the headers, and sees
them once for all ten. Whatever LINT does not have (tests) is looked at as BUILT compiles it.
KEY is a hash of everything that the verdict depends on: clang-tidy's version, the checks, the command, and the contents of the files and
of all headers that the last build read for them. scripts/lint keeps the keys of what had no complaints, and leaves that out.
"""
import functools
import hashlib
import json
import os
import re
import subprocess
import sys

build, lint = (os.path.realpath(path) for path in sys.argv[1:3])
pattern = sys.argv[3]
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


def commands(tree):
    with open(tree + "/compile_commands.json", encoding="utf-8") as file:
        return json.load(file)


def members(path):
    """The files that CMake put together in `path`, or itself."""
    if not re.search(r"/Unity/unity_\d+_cxx\.cxx$", path):
        return [path]
    with open(path, encoding="utf-8") as file:
        return re.findall(r'^#include "(.*)"$', file.read(), re.MULTILINE)


version = subprocess.run(["clang-tidy-19", "--version"], check=True, capture_output=True, text=True).stdout
common = hashlib.sha256((version + content(".clang-tidy")).encode()).hexdigest()
outputs = {member: os.path.normpath(os.path.join(unit["directory"], re.search(r" -o (\S+)", unit["command"]).group(1)))
           for unit in commands(build) for member in members(unit["file"])}
seen = set()
for tree in (lint, build):
    for unit in commands(tree):
        files = [path for path in members(unit["file"]) if path not in seen]
        seen.update(files)
        if not any(re.match(pattern, os.path.relpath(path, root)) for path in files):
            continue
        key = hashlib.sha256((common + unit["command"].replace(root, ".")).encode())
        inputs = set()
        for file in files:  # what was never built has no known headers: it is always looked at
            inputs |= set(inputs_of(outputs.get(file))) or {os.urandom(16).hex()}
        for path in sorted(inputs):
            key.update(f"{path.replace(root, '.')} {content(path)}\n".encode())
        print(key.hexdigest(), os.path.relpath(tree, root), os.path.relpath(unit["file"], root))
