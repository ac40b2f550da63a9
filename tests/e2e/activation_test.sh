#!/usr/bin/env bash
# The daemon on sockets that somebody else opened, as a service manager does: nothing that connects early is lost, over a
# restart neither, and a socket that nothing listens on is told.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

start_lab "$scratch/c" 3
c=$scratch/c
# The manager: opens a unix socket and two TCP sockets, and hands them to each daemon that it starts: a line on its input,
# and then somebody who connects.
cat >"$scratch/manager.py" <<'PY'
import os, select, socket, sys
path, command = sys.argv[1], sys.argv[2:]
local = socket.socket(socket.AF_UNIX); local.bind(path); local.listen(16)
sockets = [local]
for _ in range(2):
    tcp = socket.socket(); tcp.bind(("127.0.0.1", 0)); tcp.listen(16); sockets.append(tcp)
print(*(s.getsockname()[1] for s in sockets[1:]), flush=True)
for order in sys.stdin:
    select.select([local], [], [], 30)  # somebody has come, as with systemd
    child = os.fork()
    if child == 0:
        kept = [os.dup(s.fileno()) for s in sockets]
        for number, descriptor in enumerate(kept):
            os.dup2(descriptor, 3 + number)
        os.closerange(3 + len(kept), 100)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(kept)), LISTEN_FDNAMES="retouch.socket:retouch.socket:other.socket")
        os.execv(command[0], command)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
PY
coproc MANAGER { exec python3 "$scratch/manager.py" "$scratch/run.sock" "$retouch" --config "$c/retouch.yaml" --log-format json run 2>"$scratch/log"; }
manager=$MANAGER_PID
at_exit "stop $manager"
read -r web_port other_port <&"${MANAGER[0]}"
sed -i '/^\(policy\|state\):/d' "$c/retouch.yaml"
cat >>"$c/retouch.yaml" <<YAML
policy: {mode: report, interval: 1h}
state: {path: $scratch/state}
service: {listen: "127.0.0.1:$web_port", socket: $scratch/run.sock}
YAML

# Whoever comes before the daemon is there waits in the socket's queue.
curl -sS --max-time 30 --unix-socket "$scratch/run.sock" http://localhost/v1/status >"$scratch/early" 2>&1 &
early=$!
echo start >&"${MANAGER[1]}"
read -r daemon <&"${MANAGER[0]}"
at_exit "stop $daemon"
wait "$early" || :
equal "who asked before it was there is answered" lab "$(jq -r '.clouds[0].cloud // .clouds[0].name' "$scratch/early")"
equal "the status page is on the socket that it was given" 200 \
  "$(curl -sS --noproxy '*' --retry 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$web_port/healthz")"
told() { grep -q "opened 127.0.0.1:$other_port for us (other.socket)" "$scratch/log"; }
if wait_for 10 told; then pass "a socket that nothing listens on is told"; else fail "a socket that nothing listens on is told" "$(tail -n 5 "$scratch/log")"; fi
equal "… and no other" 1 "$(grep -c 'the service manager opened' "$scratch/log")"

kill -TERM "$daemon"
read -r -t 60 code <&"${MANAGER[0]}"
equal "SIGTERM ends it in order" 0 "$code"
sed -i "s|socket: $scratch/run.sock|socket: $scratch/other.sock|" "$c/retouch.yaml"
equal "its control socket is where verbs look for it" 0 "$(grep -c "verbs look for it" "$scratch/log")"
if [ -S "$scratch/run.sock" ]; then pass "the manager's socket stays"; else fail "the manager's socket stays"; fi
curl -sS --max-time 30 --unix-socket "$scratch/run.sock" -o /dev/null -w '%{http_code}' http://localhost/v1/status >"$scratch/between" 2>&1 &
between=$!
echo start >&"${MANAGER[1]}"
read -r daemon <&"${MANAGER[0]}"
at_exit "stop $daemon"
wait "$between" || :
contains "a control socket at another place than the configured one is told" "control socket is $scratch/run.sock.*verbs look for it at $scratch/other.sock" "$(<"$scratch/log")"
equal "who asked between two daemons is answered by the second" 200 "$(cat "$scratch/between")"
kill -TERM "$daemon"
read -r -t 60 code <&"${MANAGER[0]}"
equal "which ends in order, too" 0 "$code"
finish
