#!/usr/bin/env bash
# tests/fuzz/run.sh [--long [SECONDS]] [TARGET…]: fuzzes what targets.txt names, two targets at a time: replays the corpus,
# then looks for new inputs for 20 seconds (--long: 600, or SECONDS). The programs are those of build/$RETOUCH_PRESET.
#
# The 20 seconds are those of one seed, so that a change that breaks nothing is not held up by what somebody else left; --long looks
# elsewhere each time.
# What is new goes to build/fuzz/TARGET/corpus and is used again next time; what breaks a promise to build/fuzz/TARGET/findings.
# An input that takes 10 seconds is a finding, too; RETOUCH_FUZZ_TIMEOUT in the environment gives more where others share
# the machine.
# Replay:   build/asan/tests/fuzz/fuzz_TARGET FILE
# Shrink:   build/asan/tests/fuzz/fuzz_TARGET -minimize_crash=1 -max_total_time=60 FILE
# Take up:  tests/fuzz/run.sh --merge TARGET…    (the inputs of build/fuzz that reach something new, each at most 4 KiB)
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

preset=${RETOUCH_PRESET:-asan} seed=1 seconds=20 merge='' targets=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit ;;
    --long) seed=0 seconds=600; if [[ ${2-} =~ ^[0-9]+$ ]]; then seconds=$2; shift; fi ;;
    --merge) merge=yes ;;
    -*) die "unknown option $1 (try --help)" ;;
    *) targets+=("$1") ;;
  esac
  shift
done
programs=$root/build/$preset/tests/fuzz work=$root/build/fuzz here=$root/tests/fuzz
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(sed -nE 's/^([a-z_]+) .*/\1/p' "$here/targets.txt")

# row TARGET: its columns as longest, dictionary
row() {
  read -r _ longest dictionary _ < <(grep -E "^$1 " "$here/targets.txt") || die "there is no fuzz target $1"
  [ -x "$programs/fuzz_$1" ] || die "build/$preset has no fuzz_$1: cmake --build --preset $preset --target fuzz"
}

# The last number after WORD in libFuzzer's account of itself.
figure() { sed -nE "s/.*\b$1 *([0-9]+).*/\1/p" "$2" | tail -n 1; }

# broken TARGET LOG WHAT: the end of the log, and how to see it again
broken() {
  local input
  say "  FAIL $1: $3"
  grep -vE '^#[0-9]+|^INFO:|^\s*[0-9]+ units' "$2" | tail -n 40
  input=$(sed -nE 's/.*(Test unit written to|Running:) (.*)/\2/p' "$2" | tail -n 1)
  say "       replay it: ${programs#"$root/"}/fuzz_$1 ${input:-with the files of tests/fuzz/corpus/$1}"
}

fuzz_one() {
  local target=$1 longest dictionary log options
  row "$target"
  log=$(log_file "fuzz-$target")
  mkdir -p "$work/$target/corpus" "$work/$target/findings"
  options=("-timeout=${RETOUCH_FUZZ_TIMEOUT:-10}" -rss_limit_mb=2048 "-max_len=$longest" "-artifact_prefix=$work/$target/findings/")
  [ "$dictionary" = - ] || options+=("-dict=$here/dictionaries/$dictionary.dict")
  # One by one, so that the log names the file that fails.
  if ! "$programs/fuzz_$target" "${options[@]}" "$here/corpus/$target"/* >"$log" 2>&1 </dev/null; then
    broken "$target" "$log" "a promise that the corpus is there for does not hold"
    return 1
  fi
  if ! "$programs/fuzz_$target" "${options[@]}" "-seed=${RETOUCH_FUZZ_SEED:-$seed}" "-max_total_time=$seconds" -print_final_stats=1 \
    "$work/$target/corpus" "$here/corpus/$target" >"$log" 2>&1 </dev/null; then
    broken "$target" "$log" "a new input breaks it"
    return 1
  fi
  printf '  ok   %-14s %9d runs %6d/s   %6d edges %6d features   corpus %4d + %d new\n' "$target" \
    "$(figure 'stat::number_of_executed_units:' "$log")" "$(figure 'stat::average_exec_per_sec:' "$log")" \
    "$(figure 'cov:' "$log")" "$(figure 'ft:' "$log")" \
    "$(find "$here/corpus/$target" -type f | wc -l)" "$(figure 'stat::new_units_added:' "$log")"
}

# What build/fuzz found and the tree does not reach yet, the smallest inputs first.
merge_one() {
  local target=$1 longest dictionary
  row "$target"
  "$programs/fuzz_$target" -merge=1 -timeout=10 -rss_limit_mb=2048 -max_len=$((longest < 4096 ? longest : 4096)) \
    "$here/corpus/$target" "$work/$target/corpus" 2>&1 | grep -E 'MERGE-OUTER: [0-9]+ new files' | sed "s/^/  $target: /"
}

if [ -n "$merge" ]; then
  for target in "${targets[@]}"; do merge_one "$target"; done
  exit
fi

passed=0 failed=0 running=0
# What a target says comes out at once, so that two that fail do not mix.
whole() {
  local said code=0
  said=$(fuzz_one "$1" 2>&1) || code=$?
  say "$said"
  return "$code"
}
reap() { if wait -n; then passed=$((passed + 1)); else failed=$((failed + 1)); fi; running=$((running - 1)); }
for target in "${targets[@]}"; do
  [ "$running" -lt 2 ] || reap
  whole "$target" &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do reap; done
printf '%d passed, %d failed, 0 skipped\n' "$passed" "$failed"
[ "$failed" = 0 ]
