#!/usr/bin/env python3
"""Fails on an include against the table of layers, and on what else rules.py says.

  check.py [ROOT]       checks the files of the project
  check.py --self-test  shows that each rule catches what it is there for
"""
import pathlib
import sys

import rules
import self_test


def project_files(root):
    for top in ("src", "include", "tests"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix in (".cpp", ".hpp") or file.name == "CMakeLists.txt":
                yield file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")


def text_files(root):
    """All that is written by hand; what cannot be decoded is no text."""
    for top in (".ci", "benchmarks", "cmake", "docs", "include", "manifests", "packaging", "scripts", "src", "systemd", "tests"):
        for file in sorted((root / top).rglob("*")):
            if not file.is_file() or "__pycache__" in file.parts or "node_modules" in file.parts:
                continue
            try:
                yield file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
    for file in sorted([*root.glob("*.md"), *root.glob(".clang-*"), root / ".gitignore", root / "CMakeLists.txt", root / "CMakePresets.json"]):
        yield file.name, file.read_text(encoding="utf-8")


def long_files(root):
    """Path -> reason, of the files that may be longer than the rest."""
    file = root / "tests/layers/long_files.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return dict(line.split(None, 1) for line in lines if line.strip() and not line.startswith("#"))


def complaints_of(rule, files, excused):
    for path, text in files:
        if rule in rules.CODE_RULES and path.startswith("tests/"):
            continue
        if rule is rules.files_stay_small and path in excused:
            continue
        yield from rule(path, text)


def stale_excuses(files, excused):
    """An excuse whose file is gone or short again is clutter."""
    lengths = {path: text.count("\n") for path, text in files}
    for path in excused:
        if lengths.get(path, 0) <= rules.MAX_LINES:
            yield f"tests/layers/long_files.txt: {path} needs no excuse any more ({lengths.get(path, 'no')} lines)"


def check(root):
    files, texts, excused = list(project_files(root)), list(text_files(root)), long_files(root)
    read = {rule: files for rule in rules.CODE_RULES + rules.ALL_RULES} | {rule: texts for rule in rules.TEXT_RULES}
    results = {rule.__name__: list(complaints_of(rule, these, excused)) for rule, these in read.items()}
    counts = {rule.__name__: len(these) for rule, these in read.items()}
    results["excuses_are_needed"] = list(stale_excuses(files, excused))
    for name, complaints in results.items():
        print(f"  {'FAIL' if complaints else 'ok  '} {name.replace('_', ' ')} ({counts.get(name, len(files))} files)")
        for complaint in complaints:
            print(f"       {complaint}")
    return list(results.values())


def main(arguments):
    if arguments == ["--self-test"]:
        results = self_test.run()
    else:
        root = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).resolve().parents[2]
        results = check(root)
    failed = sum(1 for complaints in results if complaints)
    print(f"{len(results) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
