# shellcheck shell=bash disable=SC2034,SC2154  # set for those who source this; set by tests/e2e/lib.sh
# For the comparisons: the release build against a simulated cloud, what a command costs, and rows of the table. Sourced.
#
# RETOUCH_BENCH_QUICK=1: smaller runs. RETOUCH_BENCH_ROWS: the file that rows are added to (scripts/bench sets both).
quick=${RETOUCH_BENCH_QUICK-} rows=${RETOUCH_BENCH_ROWS-}
export RETOUCH_PRESET=release
PATH=/usr/bin:$PATH # Debian's python3, which has openstacksdk, and no shim that costs half a second itself
unset SSL_CERT_FILE SSL_CERT_DIR # the authorities are those of the system
source "$(dirname "${BASH_SOURCE[0]}")/../../tests/e2e/lib.sh"
helpers=$root/benchmarks/lib
rows=${rows:-$scratch/rows.jsonl}

# sized FULL QUICK: the one or the other
sized() { if [ -n "$quick" ]; then echo "$2"; else echo "$1"; fi; }
number() { awk "BEGIN { printf \"%.${2-3}f\\n\", $1 }"; }
median() { sort -g "$1" | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'; }

# row MEASURE LOW HIGH UNIT FILE [NOTE]: the median of the figures in FILE, one a line, is held to LOW … HIGH; - for no bound
row() { python3 "$helpers/rows.py" add "$rows" "$@"; }
# not_run MEASURE LIMIT REASON
not_run() { python3 "$helpers/rows.py" not_run "$rows" "$@"; }

# costs COMMAND…: sets $wall and $cpu (user and system together, with children) in microseconds, $peak in KiB, $code, stdout in
# $scratch/stdout and stderr in $scratch/stderr
costs() {
  read -r code wall cpu peak < <(python3 "$helpers/costs.py" "$scratch/stdout" "$scratch/stderr" "$@")
}
# costs_zero …: and the command must succeed
costs_zero() {
  costs "$@"
  [ "$code" = 0 ] || die "${*:1:4} … ended with $code: $(tail -n 5 "$scratch/stderr" "$scratch/stdout")"
}

# token: a new one of the cloud that runs
token() {
  curl -sS --noproxy '*' -o /dev/null -D - -H 'Content-Type: application/json' "$(jq -r '.clouds[0].identity_url' "$1/sandbox.json")/auth/tokens" -d '
    {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "retouch", "password": "secret", "domain": {"name": "Default"}}}},
     "scope": {"project": {"name": "images", "domain": {"name": "Default"}}}}}' | tr -d '\r' | awk 'tolower($1) == "x-subject-token:" { print $2 }'
}
# arrivals [FILTER]: sets $arrived and, when there were at least two, $rate (a second, from the first to the last)
arrivals() {
  local seen
  seen=$(ask "stats?${1-}")
  read -r arrived rate < <(jq -r '"\(.requests) \(if .span_seconds > 0 then (.requests - 1) / .span_seconds else 0 end)"' <<<"$seen")
}
# A cloud without a limit worth the name: what is measured is retouch.
no_limit='{requests: 100000/s, reads: 100000/s, writes: 100000/s, burst: 10000, concurrency: 16}'
# What a comparison ends with: no totals, for the table says it all.
done_with_it() { trap - EXIT; run_cleanups; }
