"""The rows of the benchmarks' table.

rows.py add ROWS MEASURE LOW HIGH UNIT FIGURES [NOTE]   the median of FIGURES (a file, one number a line) within LOW … HIGH ("-": no bound)
rows.py not_run ROWS MEASURE LIMIT REASON
rows.py table ROWS RESULTS.json MACHINE…                Markdown on stdout; exits 1 if a row is over its limit
"""
import json
import statistics
import sys


def short(number):
    """Three significant digits, and never an exponent."""
    if number == 0 or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.{2 if abs(number) >= 1 else 3}f}" if abs(number) < 10 else f"{number:.1f}"


def limit_of(low, high, unit):
    bound = lambda text: f"{float(text):,g}{unit}"
    if low != "-" and high != "-":
        return f"{bound(low)} … {bound(high)}"
    return "" if low == high == "-" else f"≥ {bound(low)}" if low != "-" else f"≤ {bound(high)}"


def keep(path, row):
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(f"  {row['state']:7} {row['measure']}: {row['figure'] or row['note']}  {row['limit']}", flush=True)


def add(path, measure, low, high, unit, figures, note=""):
    with open(figures, encoding="utf-8") as file:
        values = [float(line) for line in file if line.strip()]
    if not values:
        sys.exit(f"rows.py: no figures for \"{measure}\" in {figures}")
    middle = statistics.median(values)
    unit = unit and " " + unit
    held = (low == "-" or middle >= float(low)) and (high == "-" or middle <= float(high))
    state = "" if low == high == "-" else "ok" if held else "OVER"
    text = f"{short(middle)}{unit}"
    if len(values) > 1:
        text += f" ({short(min(values))} … {short(max(values))}, {len(values)} runs)"
    keep(path, {"measure": measure, "limit": limit_of(low, high, unit), "figure": text, "median": middle, "values": values,
                "state": state, "note": note})


def not_run(path, measure, limit, reason):
    keep(path, {"measure": measure, "limit": limit, "figure": "", "median": None, "values": [], "state": "not run", "note": reason})


def table(path, results, *machine):
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    with open(results, "w", encoding="utf-8") as file:
        json.dump({"machine": list(machine), "rows": rows}, file, ensure_ascii=False, indent=1)
    print("; ".join(machine) + ".\n")
    print("| measure | limit | median (smallest … largest) | |\n|---|---|---|---|")
    for row in rows:
        figure = " — ".join(part for part in (row["figure"], row["note"]) if part)
        print(f"| {row['measure']} | {row['limit']} | {figure} | {row['state']} |")
    sys.exit(any(row["state"] == "OVER" for row in rows))


if __name__ == "__main__":
    {"add": add, "not_run": not_run, "table": table}[sys.argv[1]](*sys.argv[2:])
