"""The table of layers (the picture of ARCHITECTURE.md as data) and what else may stand only in one place.

A rule is a function (path, text) -> complaints about one file. Paths are relative to the project and use "/".
"""
import pathlib
import re

# Which layers a layer may include. Arrows only downward.
ADAPTERS = ["base", "async", "core", "os", "http", "auth"]
MAY_USE = {
    "base": [],
    "async": ["base"],
    "core": ["base"],
    "os": ["base", "async", "core"],
    "http": ["base", "async", "core"],
    "auth": ["base", "async", "core", "os", "http"],
    "config": ["base", "core", "os", "http", "auth"],  # http for the URL type, auth for the account settings
    "providers": ["base", "async", "core", "http", "auth"],
    "sources": ["base", "async", "core", "os"],
    "state": ["base", "async", "core", "os"],
    "reconcile": ADAPTERS + ["config", "providers", "sources", "state"],
    "service": ADAPTERS + ["config", "providers", "sources", "state", "reconcile"],
    "cli": ADAPTERS + ["config", "providers", "sources", "state", "reconcile", "service"],
    # Stands apart: it shares no wire code with the providers, or one bug would hide on both sides.
    "sandbox": ["base", "async", "http"],
}

# Headers that belong to one place: (pattern of the header, where it may stand, why).
HEADERS = [
    (r"boost/beast", r"src/(http/|separate_compilation/)", "Beast belongs to src/http"),
    (r"boost/asio/ssl", r"src/(http/|separate_compilation/)", "TLS streams belong to src/http"),
    (r"openssl/",
     r"src/(http/|base/digest\.cpp$|auth/secret_check\.cpp$|auth/ssh_key[a-z_]*\.[ch]pp$|sandbox/cloudapi_key\.cpp$)",
     "OpenSSL belongs to src/http, libcrypto's hashes to src/base/digest.cpp, its key derivation to src/auth/secret_check.cpp, "
     "its key pairs to src/auth/ssh_key*, those of the simulated CloudAPI to src/sandbox/cloudapi_key.cpp"),
    (r"yaml-cpp/", r"src/base/yaml[a-z_]*\.[ch]pp$", "yaml-cpp is read through base/yaml.hpp"),
    (r"CLI/", r"src/(cli/|sandbox/main\.cpp$)", "CLI11 belongs to src/cli"),
    (r"sqlite3\.h", r"src/state/sqlite/[a-z_]+\.cpp$", "SQLite belongs to src/state/sqlite, and there to no header"),
    (r"prometheus/", r"src/service/metrics[a-z_]*\.[ch]pp$", "prometheus-cpp belongs to src/service/metrics*"),
]
# What base and core may not include: they are pure.
IMPURE = r"(boost/asio|fstream|filesystem|iostream|cstdio|thread|unistd\.h|fcntl\.h|sys/|netinet/)"

# Words that belong to one place: (pattern, where it may stand, what to do instead).
WORDS = [
    (r"\b(steady_timer|system_timer|tcp_stream)\b", r"src/(http/|async/clock\.cpp$)", "wait through async::Clock"),
    (r"_clock::now\b", r"src/async/clock\.cpp$", "time is a parameter: take async::Clock or `now`"),
    (r"\brandom_device\b", r"src/(base/random|os/random)\.cpp$", "randomness is a parameter: take Random&"),
    (r"\b(this_thread::sleep_\w+|usleep|nanosleep)\b", r"$^", "wait through async::Clock"),
    (r"\bgetenv\b", r"src/os/", "take os::Environment"),
    (r"\basio::detached\b", r"$^", "spawn through async::Gate or join_all, so that shutdown can wait"),
]

MAX_LINES = 300
MAX_MAIN = 60

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
NUMBER = r"\d+(?:\.\d+)?"


def layer_of(path):
    """The layer a file belongs to, or None: src/<layer>/… and include/retouch/<layer>/…"""
    found = re.match(r"(?:src|include/retouch)/([a-z_]+)/", path)
    return found.group(1) if found and found.group(1) in MAY_USE else None


def without_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", lambda hit: re.sub(r"[^\n]", " ", hit.group()), text, flags=re.S)


def numbered(text):
    return enumerate(text.splitlines(), start=1)


def includes(text):
    for number, line in numbered(text):
        found = re.match(r'\s*#\s*include\s*[<"]([^">]+)[">]', line)
        if found:
            yield number, found.group(1)


def layers_point_downward(path, text):
    layer = layer_of(path)
    if layer is None:
        return
    for number, header in includes(text):
        found = re.match(r"retouch/([a-z_]+)/", header)
        if not found or found.group(1) == layer or found.group(1) in MAY_USE[layer]:
            continue
        allowed = ", ".join(MAY_USE[layer]) or "no other layer"
        yield f"{path}:{number}: {layer} may not include {header} (it may use: {allowed})"


def libraries_link_downward(path, text):
    """The same for the linker: the dependencies that a layer's CMakeLists.txt names."""
    layer = layer_of(path)
    if layer is None or not path.endswith("CMakeLists.txt"):
        return
    for number, line in numbered(re.sub(r"#[^\n]*", "", text)):
        for other in re.findall(r"\bretouch_([a-z]+)\b", line):
            if other in MAY_USE and other != layer and other not in MAY_USE[layer]:
                yield f"{path}:{number}: {layer} may not link retouch_{other}"


def headers_stay_where_they_belong(path, text):
    for number, header in includes(text):
        for pattern, place, why in HEADERS:
            if re.match(pattern, header) and not re.match(place, path):
                yield f"{path}:{number}: <{header}>: {why}"


def base_and_core_are_pure(path, text):
    if layer_of(path) not in ("base", "core"):
        return
    for number, header in includes(text):
        if re.match(IMPURE, header):
            yield f"{path}:{number}: {layer_of(path)} is pure (no files, no network, no threads), so no <{header}>"


def words_stay_where_they_belong(path, text):
    if not path.endswith((".cpp", ".hpp")):
        return
    for number, line in numbered(without_comments(text)):
        for pattern, place, instead in WORDS:
            found = re.search(pattern, line)
            if found and not re.match(place, path):
                yield f"{path}:{number}: {found.group()}: {instead}"


def main_only_composes(path, text):
    lines = text.count("\n")
    if path == "src/cli/main.cpp" and lines > MAX_MAIN:
        yield f"{path}: {lines} lines; the composition root has at most {MAX_MAIN}"


def headers_have_a_guard(path, text):
    if path.endswith(".hpp") and "#pragma once" not in text:
        yield f"{path}:1: no #pragma once"


def files_stay_small(path, text):
    lines = text.count("\n")
    if path.endswith((".cpp", ".hpp")) and lines > MAX_LINES:
        yield f"{path}: {lines} lines, more than {MAX_LINES}: split it by responsibility, or say in tests/layers/long_files.txt why not"


def sections(name):
    """The numbers of the sections of a document below docs, or None when there is no such document."""
    file = DOCS / name
    return re.findall(rf"^#+ ({NUMBER})", file.read_text(encoding="utf-8"), flags=re.M) if file.exists() else None


def citations_can_be_followed(path, text):
    """`design.md section 3` and `protocols/triton.md 4.1 and 4.2` name documents below docs, and sections that they have."""
    for number, line in numbered(text):
        for name, cited in re.findall(rf"\b(design\.md|protocols/[\w-]+\.md)((?: sections?)?(?:(?:,| and)? {NUMBER})*)", line):
            known = sections(name)
            if known is None:
                yield f"{path}:{number}: there is no docs/{name}"
                continue
            for section in re.findall(NUMBER, cited):
                if section not in known:
                    yield f"{path}:{number}: docs/{name} has no section {section}"


def proofs_exist(path, text):
    """`http/tls_test.cpp::Tls.RefusesVersionsBefore12` names a unit test, `tests/…` a script: what SECURITY.md promises is proven there."""
    if path != "SECURITY.md":
        return
    for number, line in numbered(text):
        for file, suite, name in re.findall(r"`([\w/]+_test\.cpp)::(\w+)\.(\w+)`", line):
            source = DOCS.parent / "tests/unit" / file
            if not source.exists() or not re.search(rf"^TEST(_F|_P)?\({suite}, {name}\)", source.read_text(encoding="utf-8"), flags=re.M):
                yield f"{path}:{number}: there is no test {suite}.{name} in tests/unit/{file}"
        for file in re.findall(r"`(tests/[\w/]+\.(?:sh|js))`", line):
            if not (DOCS.parent / file).exists():
                yield f"{path}:{number}: there is no {file}"


def no_conflict_is_left(path, text):
    """What git writes between two halves that it cannot merge. Seven `=` underline a heading in Markdown."""
    halves = "" if path.endswith(".md") else "|=======$"
    for number, line in numbered(text):
        if re.match(rf"<<<<<<< |\|\|\|\|\|\|\| |>>>>>>> {halves}", line):
            yield f"{path}:{number}: a marker of a merge conflict: {line}"


# Rules for src/ and include/, and those that hold for the tests too.
CODE_RULES = [
    layers_point_downward,
    libraries_link_downward,
    headers_stay_where_they_belong,
    base_and_core_are_pure,
    words_stay_where_they_belong,
    main_only_composes,
]
ALL_RULES = [headers_have_a_guard, files_stay_small, citations_can_be_followed]
# For whatever is text, of any kind.
TEXT_RULES = [no_conflict_is_left, proofs_exist]
