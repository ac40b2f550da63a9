# shellcheck shell=bash disable=SC2034  # set for those who source this
# For tests written in bash: checks that count, and things that must end with the test. Sourced.
#
# A test script ends with `finish`, whose last line is "N passed, N failed, N skipped": scripts/test adds those up.

source "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"
preset=${RETOUCH_PRESET:-dev}
retouch=${RETOUCH:-$root/build/$preset/retouch}
sandbox=${RETOUCH_SANDBOX:-$root/build/$preset/retouch-sandbox}
passed=0 failed=0 skipped=0 skips=()

pass() { passed=$((passed + 1)); printf '  %sok  %s %s\n' "$green" "$plain" "$1"; }
fail() {
  failed=$((failed + 1))
  printf '  %sFAIL%s %s\n' "$red" "$plain" "$1"
  [ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/       /'
}

# equal WHAT EXPECTED ACTUAL
equal() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "expected $2, got $3"; fi; }
# between WHAT LOW ACTUAL HIGH: numbers, bounds included
between() {
  if awk -v low="$2" -v value="$3" -v high="$4" 'BEGIN { exit !(value != "" && value + 0 >= low + 0 && value + 0 <= high + 0) }'
  then pass "$1: $3 (within $2 … $4)"; else fail "$1" "expected between $2 and $4, got \"$3\""; fi
}
# contains WHAT PATTERN TEXT: an extended regular expression, on one line of the text
contains() { if grep -qE -- "$2" <<<"$3"; then pass "$1"; else fail "$1" "no line matches /$2/ in:"$'\n'"$3"; fi; }
# exits WHAT CODE COMMAND…: runs it with stdout in $out and stderr in $err
exits() {
  local what=$1 code=$2 actual=0
  shift 2
  "$@" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null || actual=$?
  out=$(<"$scratch/stdout") err=$(<"$scratch/stderr")
  if [ "$actual" = "$code" ]; then pass "$what: exit $code"
  else fail "$what: exit $actual instead of $code" "$(tail -n 15 "$scratch/stdout" "$scratch/stderr" 2>&1)"; fi
}

finish() {
  trap - EXIT
  run_cleanups
  closing_line
  [ "$failed" = 0 ]
  exit
}

# What scripts/test reads: a line "skipped: TEST: REASON" each, and the totals.
closing_line() {
  [ ${#skips[@]} = 0 ] || printf 'skipped: %s\n' "${skips[@]}"
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
}

# What must be undone when the script ends, however it ends; last in, first out.
cleanups=()
at_exit() { cleanups+=("$*"); }
run_cleanups() {
  local i
  for ((i = ${#cleanups[@]} - 1; i >= 0; i--)); do eval "${cleanups[i]}" || :; done
  cleanups=()
}
ended_early() {
  local code=$?
  run_cleanups
  printf '%s ended early (exit %d)\n' "${0##*/}" "$code"
  failed=$((failed + 1))
  closing_line
  exit 1
}
trap ended_early EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

scratch=$(mktemp -d "${TMPDIR:-/tmp}/retouch-test.XXXXXX")
at_exit 'rm -rf "$scratch"'

# The environment of whoever runs the tests must not reach into them: no clouds.yaml, no OS_* variables, no proxies, no token cache.
for variable in ${!OS_@} ${!RETOUCH_@}; do
  case $variable in RETOUCH_PRESET | RETOUCH_SANDBOX | RETOUCH_SOAK_ROUNDS) ;; *) unset "$variable" ;; esac
done
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
export HOME="$scratch/home" XDG_CONFIG_HOME="$scratch/home/.config" XDG_CACHE_HOME="$scratch/home/.cache" XDG_STATE_HOME="$scratch/home/.local/state"
mkdir -p "$HOME"

# wait_for SECONDS COMMAND…: until it succeeds
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}

# free_port: a TCP port of loopback that nobody listens on; somebody else may take it, if only seldom so soon
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# stop PID: ends a process that this script started, and waits for it
stop() {
  kill "$1" 2>/dev/null || return 0
  for _ in $(seq 50); do kill -0 "$1" 2>/dev/null || break; sleep 0.1; done
  kill -KILL "$1" 2>/dev/null || :
  wait "$1" 2>/dev/null || :
}
