# shellcheck shell=bash disable=SC2034,SC2154
# Runs GoogleTest programs and counts in $passed and $failed. Sourced, after lib.sh; $preset names the build.

# One GoogleTest program; every test in it counts. One that crashes or hangs counts as one failure.
run_gtest() {
  local name=${RUN_AS:-${1##*/}} report status=0
  report=$root/build/logs/$preset-$name.json
  rm -f "$report"
  timeout --kill-after=10 600 "$@" --gtest_brief=1 --gtest_output="json:$report" </dev/null >"$(log_file "$preset-$name")" 2>&1 || status=$?
  if [ ! -s "$report" ]; then
    tail -n 60 "$root/build/logs/$preset-$name.log"
    say "  FAIL $name ended with $status and without a report"
    failed=$((failed + 1))
    return
  fi
  local ran bad skipped
  read -r ran bad skipped < <(jq -r '"\(.tests - .disabled) \(.failures + .errors)
    \([.testsuites[].testsuite[] | select(.result == "SKIPPED")] | length)" | gsub("\\s+"; " ")' "$report")
  [ "$status" = 0 ] || [ "$bad" != 0 ] || bad=1  # a sanitizer's complaint at exit
  [ "$bad" = 0 ] || cat "$root/build/logs/$preset-$name.log"
  printf '  %-22s %4d tests, %d failed%s\n' "$name" "$ran" "$bad" "$([ "$skipped" = 0 ] || printf ', %d skipped' "$skipped")"
  passed=$((passed + ran - bad - skipped)) failed=$((failed + bad))
}
