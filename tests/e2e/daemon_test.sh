#!/usr/bin/env bash
# The daemon as a process: a service manager's socket, manifests that change, curl on its control socket, signals, restarts.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

start_lab "$scratch/c" 40
c=$scratch/c
wish() { # wish NAME DISTRO
  cat >"$c/manifests/.new" <<YAML
apiVersion: retouch/v1
kind: Image
metadata: {name: $1}
spec: {clouds: [lab], select: {name: $1}, attributes: {os_distro: $2}}
YAML
  mv "$c/manifests/.new" "$c/manifests/$1.yaml"
}
ids=$(ask images)
distro() { ask "images/$(jq -r --arg name "$1" '.[] | select(.name == $name) | .id' <<<"$ids")" | jq -r '.os_distro // "-"'; }
web_port=$(free_port)
sed -i '/^\(policy\|state\):/d' "$c/retouch.yaml"
cat >>"$c/retouch.yaml" <<YAML
policy: {mode: enforce, interval: 1h, guards: {changed_percent: 100}}
state: {path: $scratch/state}
service: {listen: "127.0.0.1:$web_port", socket: $scratch/run.sock}
YAML

# What systemd would be: a datagram socket that writes down what it is told.
manager=$scratch/notify
python3 - "$manager" >"$scratch/told" <<'PY' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    print(s.recv(65536).decode().replace("\n", " "), flush=True)
PY
at_exit "stop $!"
wait_for 60 test -S "$manager"

start_daemon() {
  NOTIFY_SOCKET=$manager WATCHDOG_USEC=2000000 "$retouch" --config "$c/retouch.yaml" --log-format json run 2>>"$scratch/log" &
  daemon=$!
  at_exit "stop $daemon"
}
told() { grep -qE -- "$1" "$scratch/told"; }
control() { curl -sS --unix-socket "$scratch/run.sock" "http://localhost/v1/$1" "${@:2}"; }
web() { curl -sS --noproxy '*' "http://127.0.0.1:$web_port/$1" "${@:2}"; }
is_distro() { [ "$(distro "$1")" = "$2" ]; }

wish image-1 ubuntu
: >"$scratch/log"
start_daemon
if wait_for 30 told READY=1; then pass "it says READY"; else fail "it says READY" "$(tail -n 5 "$scratch/log")"; fi
if wait_for 10 is_distro image-1 ubuntu; then pass "the manifests are applied"; else fail "the manifests are applied" "$(distro image-1)"; fi
if wait_for 10 told 'STATUS=1 cloud, all waiting'; then pass "it says what it does"; else fail "it says what it does" "$(tail -n 3 "$scratch/told")"; fi
if wait_for 10 told WATCHDOG=1; then pass "it feeds the watchdog"; else fail "it feeds the watchdog"; fi

wish image-2 debian
if wait_for 10 is_distro image-2 debian; then pass "a new file is applied without being asked for"; else fail "a new file is applied without being asked for" "$(tail -n 3 "$scratch/log")"; fi

printf 'apiVersion: retouch/v1\nkind: Imago\n' >"$c/manifests/image-2.yaml"
stale() { [ "$(control status | jq '.sources[0].stale | length')" = 1 ]; }
if wait_for 30 stale; then pass "a broken file is stale"; else fail "a broken file is stale" "$(control status | jq .sources)"; fi
contains "… and the status says where" 'image-2.yaml:1:1' "$(control status | jq -r '.sources[0].stale[0].problem')"
wish image-2 debian

exits "status" 0 run "$c" status
contains "… shows the cloud" 'lab +enforce' "$out"
exits "reconcile and wait" 0 run "$c" reconcile lab --wait
contains "… says what came of it" 'lab: success, 0 images changed' "$out"
exits "a cloud that is mistyped" 1 run "$c" reconcile lap
contains "… is guessed" 'did you mean .lab.' "$err"
equal "curl works as well" 0 "$(control reconcile -d '{"cloud":"lab","wait":true}' | jq .exit_code)"
contains "curl's mistake is explained" 'unknown member `clud`' "$(control reconcile -d '{"clud":"lab"}' | jq -r .error.message)"

exits "suspend" 0 run "$c" suspend --cloud lab --reason test
wish image-3 arch
sleep 3
equal "nothing is sent to a suspended cloud" - "$(distro image-3)"
exits "resume" 0 run "$c" resume --cloud lab
if wait_for 10 is_distro image-3 arch; then pass "… until it is resumed"; else fail "… until it is resumed" "$(distro image-3)"; fi

contains "metrics" 'retouch_run_total\{cloud="lab",result="success"\}' "$(web metrics)"
equal "healthz" 200 "$(web healthz -o /dev/null -w '%{http_code}')"
equal "readyz" 200 "$(web readyz -o /dev/null -w '%{http_code}')"
contains "the page" '<title>' "$(web '')"

cp "$c/retouch.yaml" "$scratch/good.yaml"
echo 'cluds: {}' >>"$c/retouch.yaml"
: >"$scratch/told"
kill -HUP "$daemon"
if wait_for 10 told 'RELOADING=1 MONOTONIC_USEC='; then pass "SIGHUP reloads"; else fail "SIGHUP reloads" "$(cat "$scratch/told")"; fi
if wait_for 10 told 'READY=1.*old configuration'; then pass "a broken configuration keeps the old one"; else fail "a broken configuration keeps the old one" "$(cat "$scratch/told")"; fi
contains "… and the status says why" 'cluds' "$(control status | jq -r .configuration.error)"
exits "reload says why" 5 run "$c" reload
cp "$scratch/good.yaml" "$c/retouch.yaml"
exits "reload" 0 run "$c" reload

# A stop in the middle of many changes: nothing is cut off, nothing new begins, and the process is gone soon.
ask latency -X PUT -d '{"fixed":"300ms"}' >/dev/null
all_images "$c" "os_version: \"1\""
patches_begun() { [ "$(stat requests method=PATCH)" -gt 6 ]; }
forget
wait_for 20 patches_begun || :
began=$SECONDS
kill -TERM "$daemon"
code=0
wait "$daemon" || code=$?
between "SIGTERM ends it soon" 0 $((SECONDS - began)) 15
equal "… with 0" 0 "$code"
if told STOPPING=1; then pass "… and it says STOPPING"; else fail "… and it says STOPPING"; fi
sent=$(stat requests method=PATCH)
between "… in the middle" 7 "$sent" 39
exits "the journal" 0 run "$c" history --output json
equal "nothing is left open in the journal" 0 "$(jq '[.runs[].open] | add' <<<"$out")"
if [ -e "$scratch/run.sock" ]; then fail "the control socket is gone"; else pass "the control socket is gone"; fi

exits "status without a daemon" 1 run "$c" status
contains "… says so" 'no retouch daemon|no daemon|nobody listens|does not run' "$err"

ask latency -X PUT -d '{"fixed":"0ms"}' >/dev/null
: >"$scratch/told"
start_daemon
wait_for 30 told READY=1 || :
finished() { [ "$(control status | jq '.clouds[0].images.synced')" = 40 ]; }
if wait_for 30 finished; then pass "the next daemon brings it to its end"; else fail "the next daemon brings it to its end" "$(control status | jq '.clouds[0] | {result, error, next_run_at, images}')"; fi
# A machine that was suspended: when the daemon moves again, it goes on as if nothing had been.
kill -STOP "$daemon"
sleep 2.5
: >"$scratch/told"
kill -CONT "$daemon"
if wait_for 10 told WATCHDOG=1; then pass "a daemon that stood still feeds the watchdog again"; else fail "a daemon that stood still feeds the watchdog again"; fi
stop "$daemon"
equal "no secret in the log" 0 "$(grep -c -e secret -e gAAAA "$scratch/log" || :)"

sed -i 's/mode: enforce/mode: report/' "$c/retouch.yaml"
wish image-4 gentoo
exits "run --once in mode report" 0 run "$c" run --once --metrics-file "$scratch/retouch.prom"
equal "… writes nothing" - "$(distro image-4)"
contains "… but metrics" 'retouch_images\{cloud="lab",state="drifted"\} 1' "$(cat "$scratch/retouch.prom")"
sed -i 's/mode: report/mode: enforce/' "$c/retouch.yaml"
exits "run --once --dry-run" 0 run "$c" run --once --dry-run
equal "… writes nothing" - "$(distro image-4)"
exits "run --once" 0 run "$c" run --once
equal "… applies" gentoo "$(distro image-4)"
sed -i '/^policy/d' "$c/retouch.yaml"
exits "run without a mode" 5 run "$c" run --once
contains "… asks for one" 'what may .run. do on .lab.' "$err"
finish
