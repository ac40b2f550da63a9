#!/usr/bin/env bash
# tests/web/run.sh [CASE…]: what the daemon shows on its TCP listener: the status page in Debian's Chromium, metrics and alert rules under
# promtool. CASE is page, metrics or docs; all of them unless said otherwise. Pictures of the page are left in build/artifacts/.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
WEB_PACKAGES=$("$here/install") || exit # before HOME changes
source "$here/../lib.sh"
export WEB_PACKAGES
[ $# -gt 0 ] || set -- page metrics docs
serve=$root/build/$preset/tests/web/retouch-web-serve
equal "no registry is named in the lock file" 0 "$(grep -c '://' "$here/package-lock.json" || :)"

# start_serve: the program over a sample of its own, and its $url and $pid
start_serve() {
  "$serve" >"$scratch/url" 2>"$scratch/serve.log" &
  pid=$!
  at_exit "stop $pid"
  wait_for 30 test -s "$scratch/url" || { fail "the server starts" "$(<"$scratch/serve.log")"; finish; }
  url=$(<"$scratch/url")
}
get() { curl -sS --noproxy '*' --max-time 20 "$@"; }

page() {
  local log=$scratch/page status=0
  export WEB_ARTIFACTS=$root/build/artifacts WEB_SCRATCH=$scratch WEB_SERVE=$serve
  mkdir -p "$WEB_ARTIFACTS"
  node --no-deprecation "$here/page_test.js" 2>&1 </dev/null | tee "$log" || status=$?
  if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    fail "the tests of the page ended without their closing line ($status)"
  fi
}

metrics() {
  start_serve
  exits "metrics by the address" 0 get -o "$scratch/metrics" -w '%{content_type}' "$url/metrics"
  equal "their type" "text/plain; version=0.0.4; charset=utf-8" "$out"
  equal "promtool check metrics has nothing to say of them" "exit 0" "$(promtool check metrics <"$scratch/metrics" 2>&1; echo "exit $?")"
  between "metrics" 25 "$(grep -c '^# TYPE' "$scratch/metrics")" 60
  equal "another name is misdirected" 421 "$(get -o "$scratch/out" -w '%{http_code}' -H 'Host: evil.example' "$url/status.json")"
  equal "nothing can be posted" 405 "$(get -o "$scratch/out" -w '%{http_code}' -X POST "$url/status.json")"
  equal "HEAD has no body" 0 "$(get -I -o "$scratch/out" -w '%{size_download}' "$url/")"
  stop "$pid"
}

# firing: the alerts that alerts_test.yml expects to fire at least once
firing() {
  python3 -c 'import sys, yaml
for test in yaml.safe_load(open(sys.argv[1]))["tests"]:
    for case in test["alert_rule_test"]:
        if case["exp_alerts"]:
            print(case["alertname"])' "$here/alerts_test.yml"
}

docs() {
  exits "promtool check rules" 0 promtool check rules "$root/docs/monitoring/alerts.yml"
  contains "which finds them" "SUCCESS: [0-9]+ rules found" "$out"
  exits "promtool test rules" 0 promtool test rules "$here/alerts_test.yml"
  equal "every alert has a case in which it fires, and no other has one" "" "$(diff \
    <(sed -n 's/^ *- alert: *//p' "$root/docs/monitoring/alerts.yml" | sort -u) <(firing | sort -u) || :)"
  exits "the dashboard is JSON" 0 jq -e '.panels | length > 5' "$root/docs/monitoring/dashboard.json"
}

for name in "$@"; do
  case $name in page | metrics | docs) "$name" ;; *) fail "there is no case $name: page, metrics, docs" ;; esac
done
finish
