# shellcheck shell=bash disable=SC2034,SC2154
# Runs GoogleTest programs and counts in $passed, $failed and $skipped; what was skipped and why goes to $skips.
# Sourced, after lib.sh; $preset names the build.

# "RAN BAD SKIPPED", then a line "TEST: REASON" for each skipped one. (The JSON report does not have the reasons.)
read_report() {
  python3 - "$1" <<'PY'
import sys, xml.etree.ElementTree as xml
report = xml.parse(sys.argv[1]).getroot()
skipped = [(case.get("classname") + "." + case.get("name"), case.find("skipped")) for case in report.iter("testcase")
           if case.get("result") == "skipped"]
print(int(report.get("tests")) - int(report.get("disabled")), int(report.get("failures")) + int(report.get("errors")), len(skipped))
for name, reason in skipped:
    # The message is "FILE:LINE" and then what the test said.
    said = (reason.get("message") if reason is not None else "").split("\n", 1)[-1].split()
    print(f"{name}: {' '.join(said) or 'it does not say why'}")
PY
}

# execute_gtest NAME PROGRAM [ARGUMENT…]: leaves a log, a report and the exit code in build/logs.
execute_gtest() {
  local name=$1 status=0 left=$root/build/logs/$preset-$1
  shift
  rm -f "$left.xml" "$left.status"
  timeout --kill-after=10 600 "$@" --gtest_brief=1 --gtest_output="xml:$left.xml" </dev/null >"$(log_file "$preset-$name")" 2>&1 || status=$?
  echo "$status" >"$left.status"
}

# One GoogleTest program; every test in it counts. One that crashes or hangs counts as one failure.
run_gtest() {
  local name=${RUN_AS:-${1##*/}}
  execute_gtest "$name" "$@"
  count_gtest "$name"
}

# run_gtests PROGRAM…: as many at a time as there are processors, for some only wait; counted in the order in which they are given.
run_gtests() {
  local program
  trap 'end_gtests; exit 130' INT TERM
  for program in "$@"; do
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n || :; done
    execute_gtest "${program##*/}" "$program" &
  done
  wait
  trap - INT TERM
  for program in "$@"; do count_gtest "${program##*/}"; done
}
# What runs is in a process group of its own, which `timeout` ends with itself.
end_gtests() { local pid; for pid in $(jobs -p); do pkill -TERM -P "$pid" || :; done; }

count_gtest() {
  local name=$1 report=$root/build/logs/$preset-$1.xml status found=()
  status=$(cat "$root/build/logs/$preset-$name.status" 2>/dev/null) || status="no exit code"
  [ ! -s "$report" ] || mapfile -t found < <(read_report "$report")
  if [ ${#found[@]} = 0 ]; then
    tail -n 60 "$root/build/logs/$preset-$name.log"
    say "  FAIL $name ended with $status and without a report"
    failed=$((failed + 1))
    return
  fi
  local ran bad skipped_here reason
  read -r ran bad skipped_here <<<"${found[0]}"
  [ "$status" = 0 ] || [ "$bad" != 0 ] || bad=1  # a sanitizer's complaint at exit
  [ "$bad" = 0 ] || cat "$root/build/logs/$preset-$name.log"
  printf '  %-22s %4d tests, %d failed%s\n' "$name" "$ran" "$bad" "$([ "$skipped_here" = 0 ] || printf ', %d skipped' "$skipped_here")"
  passed=$((passed + ran - bad - skipped_here)) failed=$((failed + bad)) skipped=$((skipped + skipped_here))
  for reason in "${found[@]:1}"; do skips+=("$name: $reason"); done
}
