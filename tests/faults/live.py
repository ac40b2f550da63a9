"""Says what in stdin would live: on a terminal (characters that control, hide or turn text) and, as `markdown`, in a rendered page."""
import re
import sys
import unicodedata

text = sys.stdin.buffer.read().decode("utf-8")
for number, line in enumerate(text.split("\n"), start=1):
    bad = {f"U+{ord(c):04X}" for c in line if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")}
    if bad:
        print(f"line {number}: {' '.join(sorted(bad))}")

if sys.argv[1] == "markdown":
    # What the program writes itself: folds, code in back quotes around its own words, tables, bold summaries.
    for pattern in (r"(?i)<(?!/?(details|summary|br)\b)[a-z!/]", r"\]\(", r"!\[", r"https?://evil", r"(?<![\w&])@\w", r"(?m)^## fake",
                    r"\*\*bold", r"~~gone", r"`code`", r"&lt;b&gt;&#60;", r"(?m)^- \[x\]"):
        for hit in re.finditer(pattern, text):
            print(f"live: {text[max(0, hit.start() - 20):hit.end() + 20]!r}")
