#!/usr/bin/env bash
# What the memory costs: with 100,000 rows in the journal and 20,000 remembered fields `plan` takes at most 1.2 times as long as
# without a state. The two take turns, so that both see the same machine; the medians are compared.
# shellcheck disable=SC2154  # what tests/e2e/lib.sh sets
export RETOUCH_PRESET=${RETOUCH_PRESET:-release}
source "$(dirname "${BASH_SOURCE[0]}")/../tests/e2e/lib.sh"
images=2000 turns=15
dir=$scratch/lab
start_cloud "$dir" <<YAML
clouds:
  - name: lab
    type: glance
    limits: {requests: 5000/s, reads: 5000/s, writes: 5000/s, burst: 500, concurrency: 16}
$(account)
    images: [{name: "image-{n}", count: $images, project: images, attributes: {min_ram: 512}}]
YAML
fields=$(for n in 0 1 2 3 4 5 6 7 8 9; do printf 'attribute_%s: "the value of %s", ' "$n" "$n"; done)
all_images "$dir" "$fields"
sed 's|^state: .*|state: none|' "$dir/retouch.yaml" >"$dir/without.yaml"

title "$images images with ten fields each"
exits "apply" 0 run "$dir" apply "${everything[@]}"
python3 - "$dir/state/retouch.db" >"$scratch/rows" <<'PY'
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
columns = [name for _, name, *_ in database.execute("PRAGMA table_info(changes)") if name not in ("id", "run")]
run_columns = [name for _, name, *_ in database.execute("PRAGMA table_info(runs)") if name != "id"]
rows = database.execute("SELECT count(*) FROM changes").fetchone()[0]
first = database.execute("SELECT id FROM runs").fetchone()[0]
for copy in range(100_000 // rows - 1):  # as if the same had been done in four earlier runs
    database.execute(f"INSERT INTO runs (id, {', '.join(run_columns)}) SELECT ?, {', '.join(run_columns)} FROM runs WHERE id = ?", (f"{first}-{copy}", first))
    database.execute(f"INSERT INTO changes (run, {', '.join(columns)}) SELECT ?, {', '.join(columns)} FROM changes WHERE run = ?", (f"{first}-{copy}", first))
database.commit()
print(database.execute("SELECT count(*) FROM changes").fetchone()[0], database.execute("SELECT count(*) FROM fields").fetchone()[0])
PY
equal "rows of the journal, and remembered fields" "100000 $((images * 10))" "$(<"$scratch/rows")"

# seconds CONFIG: of one plan
seconds() {
  local began
  began=$(date +%s%N)
  "$retouch" --config "$dir/$1" plan --detailed-exitcode >"$scratch/plan.out" 2>"$scratch/plan.err" </dev/null || fail "plan with $1" "$(tail -n 3 "$scratch/plan.out" "$scratch/plan.err")"
  echo $((($(date +%s%N) - began) / 1000))
}
median() { sort -n "$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
for _ in $(seq "$turns"); do
  seconds retouch.yaml >>"$scratch/with"
  seconds without.yaml >>"$scratch/without"
done
with=$(median "$scratch/with") without=$(median "$scratch/without")
note "plan with the memory: $((with / 1000)) ms, without a state: $((without / 1000)) ms (medians of $turns)"
between "ratio" 0.5 "$(awk -v a="$with" -v b="$without" 'BEGIN { printf "%.2f", a / b }')" 1.2
finish
