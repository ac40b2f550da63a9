# shellcheck shell=bash disable=SC2154
# Test scripts that mostly wait, two at a time. Sourced by scripts/test, after its run_script and the counters that it adds to.
#
# Each is shown as a whole when it has ended, and counts for the suite that it was put in for. What measures its own pace runs
# after all others, alone.

pool=() pool_alone=() pool_suites=()
pool_width=${RETOUCH_TEST_JOBS:-2}

# in_pool SUITE NAME COMMAND: to be run by drain_pool. COMMAND is a path, without arguments.
in_pool() {
  case " ${pool_suites[*]} " in *" $1 "*) ;; *) pool_suites+=("$1") ;; esac
  pool+=("$1 $2 $3")
}
alone_in_pool() { in_pool "$@"; unset 'pool[-1]'; pool_alone+=("$1 $2 $3"); }

declare -A job=() job_began=()
begin_job() { # "SUITE NAME COMMAND"
  local suite name command
  read -r suite name command <<<"$1"
  # A process group of its own, with Ctrl-C as it is in the foreground: a test may send it, and ending us ends all of it.
  set -m
  "$command" >"$(log_file "$preset-$name")" 2>&1 </dev/null &
  set +m
  job[$!]="$suite $name" job_began[$!]=$SECONDS
}

# end_job: waits for any of them, shows it and adds it up
end_job() {
  local ended status=0 suite name took
  wait -n -p ended "${!job[@]}" || status=$?
  read -r suite name <<<"${job[$ended]}"
  took=$((SECONDS - job_began[$ended]))
  unset "job[$ended]" "job_began[$ended]"
  say "  ${bold}$name${plain}, $(minutes $took)"
  passed=0 failed=0 skipped=0
  count_script "$name" "$status"
  sum[$suite.passed]=$((${sum[$suite.passed]-0} + passed)) sum[$suite.failed]=$((${sum[$suite.failed]-0} + failed))
  sum[$suite.skipped]=$((${sum[$suite.skipped]-0} + skipped)) sum[$suite.took]=$((${sum[$suite.took]-0} + took))
}
end_all_jobs() { local pid; for pid in "${!job[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || :; done; wait; }

drain_pool() {
  [ ${#pool_suites[@]} -gt 0 ] || return 0
  local one suite
  local -A sum=()
  trap 'end_all_jobs; exit 130' INT TERM
  title "${pool_suites[*]} ($preset), $pool_width at a time"
  for one in "${pool[@]}"; do
    [ ${#job[@]} -lt "$pool_width" ] || end_job
    begin_job "$one"
  done
  while [ ${#job[@]} -gt 0 ]; do end_job; done
  for one in "${pool_alone[@]}"; do begin_job "$one"; end_job; done
  trap - INT TERM
  for suite in "${pool_suites[@]}"; do
    sum_up "$suite" "${sum[$suite.passed]-0}" "${sum[$suite.failed]-0}" "${sum[$suite.skipped]-0}" "${sum[$suite.took]-0}"
  done
  pool=() pool_alone=() pool_suites=()
}
