"""pace.py RATE BURST < log of arrivals: "ACHIEVED EXCESS_MS".

ACHIEVED: arrivals a second / RATE, of those after the first BURST ones. EXCESS_MS: by how much the fullest of all windows was above
RATE x its length + BURST, as the time that the excess takes at RATE; 0 when none was."""
import json
import sys

rate, burst = float(sys.argv[1]), int(sys.argv[2])
at = sorted(one["seconds"] for one in json.load(sys.stdin)["requests"])
steady = at[burst:]
achieved = (len(steady) - 1) / (steady[-1] - steady[0]) / rate
# Of a window from arrival i to j: (j - i + 1) - burst - rate (at[j] - at[i]). One sweep: the best i so far for each j.
worst, best = 0.0, None
for number, moment in enumerate(at):
    begin = rate * moment - number
    best = begin if best is None else max(best, begin)
    worst = max(worst, number + 1 - burst - rate * moment + best)
print(f"{achieved:.4f} {worst / rate * 1e3:.2f}")
