#!/usr/bin/env bash
# apply, killed at fifty random moments: the state opens, the next run converges, and the journal names every change that reached
# the server, and none that did not.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
count=40 rounds=50
dir=$scratch/lab
start_cloud "$dir" <<YAML
clouds:
  - name: lab
    type: glance
    latency: {fixed: 8ms, jitter: 8ms}
    limits: {requests: 2000/s, reads: 2000/s, writes: 2000/s, burst: 50, concurrency: 4}
$(account)
    images: [{name: "image-{n}", count: $count, project: images, attributes: {min_ram: 512}}]
YAML
state=$dir/state/retouch.db

# A seed that is printed, so that a failure can be looked at again: RETOUCH_TEST_SEED=N
seed=${RETOUCH_TEST_SEED:-$$}
RANDOM=$seed
title "killed $rounds times at random moments (seed $seed)"

# How long a whole run takes, so that the kills fall anywhere in it.
all_images "$dir" 'round: "0"'
began=$(date +%s%N)
exits "a run that is left alone" 0 run "$dir" apply "${everything[@]}"
took=$((($(date +%s%N) - began) / 1000000))
note "a whole run takes $took ms"

killed=0 turns=0 not_opened=0 not_converged=0
while [ "$killed" -lt "$rounds" ] && [ "$turns" -lt $((3 * rounds)) ]; do
  turns=$((turns + 1))
  all_images "$dir" "round: \"$turns\", note: \"of turn $turns\""
  "$retouch" --config "$dir/retouch.yaml" apply "${everything[@]}" >"$scratch/victim.out" 2>&1 </dev/null &
  victim=$!
  sleep "$(awk -v ms=$((RANDOM % took)) 'BEGIN { print ms / 1000 }')"
  if kill -KILL "$victim" 2>/dev/null; then killed=$((killed + 1)); fi # otherwise it had come to its end
  wait "$victim" 2>/dev/null || :
  sleep 0.1 # what had reached the server's socket is dealt with now, as if the network had been slow
  if ! run "$dir" apply "${everything[@]}" >"$scratch/next.out" 2>&1 </dev/null; then
    not_opened=$((not_opened + 1))
    note "turn $turns: $(tail -n 3 "$scratch/next.out")"
  fi
  run "$dir" plan --detailed-exitcode >"$scratch/plan.out" 2>&1 </dev/null || not_converged=$((not_converged + 1))
done
equal "killed while they ran" "$rounds" "$killed"
equal "next runs that failed" 0 "$not_opened"
equal "next runs after which something was left to do" 0 "$not_converged"

title "the journal beside the server's own log"
ask log >"$scratch/log.json"
# Both sides as "IMAGE NUMBER": how many PATCHes took effect, and how many the journal knows to have.
jq -r '.requests[] | select(.method == "PATCH" and .applied) | .image_id' "$scratch/log.json" | sort | uniq -c >"$scratch/arrived"
python3 - "$state" >"$scratch/journal" <<'PY'
import collections, sqlite3, sys
database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
patches = set(database.execute(
    "SELECT image_id, run FROM changes WHERE status IN ('applied', 'found')"))
for image, number in sorted(collections.Counter(image for image, run in patches).items()):
    print(f"{number:7d} {image}")
PY
equal "images of which the journal knows more or fewer PATCHes than arrived" "" "$(diff "$scratch/arrived" "$scratch/journal" || :)"
equal "PATCHes that took effect" $((count * (turns + 1))) "$(awk '{ sum += $1 } END { print sum }' "$scratch/arrived")"
rows() { python3 -c 'import sqlite3, sys
print(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True).execute(sys.argv[2]).fetchone()[0])' "$state" "$1"; }
equal "changes left open or uncertain" 0 "$(rows "SELECT count(*) FROM changes WHERE status IN ('intended', 'uncertain')")"
note "found by the next run: $(rows "SELECT count(*) FROM changes WHERE status = 'found'"), not found: $(rows "SELECT count(*) FROM changes WHERE status = 'not_found'")"
equal "the file is sound" ok "$(rows "PRAGMA integrity_check")"
finish
