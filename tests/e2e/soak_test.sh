#!/usr/bin/env bash
# A compressed soak: two clouds, a pass every two seconds, and in each round a commit, most of them with a trouble: a repository or a
# cloud that is away, reloads in the middle of a pass; and tokens that are over after 20 s. Nothing may grow, no pass may be missed or doubled.
# RETOUCH_SOAK_ROUNDS: 12 unless told otherwise, some four seconds each.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
rounds=${RETOUCH_SOAK_ROUNDS:-12} images=60 interval=2

{
  echo "clouds:"
  for name in a b; do
    printf '  - name: %s\n    type: glance\n    limits: {requests: 500/s, reads: 500/s, writes: 500/s, burst: 50, concurrency: 4}\n    identity: {token_lifetime: 20s}\n' $name
    account
    printf '    images: [{name: "image-{n}", count: %d, project: images}]\n' $images
  done
} >"$scratch/seed"
start_cloud "$scratch/c" <"$scratch/seed"
c=$scratch/c
mapfile -t addresses < <(jq -r '.clouds[].image_url' "$c/sandbox.json")
of() { cloud=${addresses[$1]}; } # what `ask` and `stat` speak to
sed -i '/^sources:/,/^  - /d; /^\(policy\|state\):/d' "$c/retouch.yaml"
cat >>"$c/retouch.yaml" <<YAML
sources: [{name: site, git: {url: "file://$scratch/images.git", ref: {branch: main}, interval: 1s}}]
policy: {mode: enforce, interval: ${interval}s, guards: {changed_percent: 100, changed_images: 1000}}
state: {path: $scratch/state}
service: {listen: "127.0.0.1:0", socket: $scratch/run.sock}
YAML
git init -q --bare -b main "$scratch/images.git"
git clone -q "$scratch/images.git" "$scratch/work" 2>/dev/null
git -C "$scratch/work" checkout -q -b main
commit() { # VERSION
  cat >"$scratch/work/all.yaml" <<YAML
apiVersion: retouch/v1
kind: Image
metadata: {name: all}
spec: {clouds: [a, b], select: {visibility: private}, match: all, attributes: {soak_version: "$1"}}
YAML
  git -C "$scratch/work" add -A
  git -C "$scratch/work" -c user.name=Test -c user.email=test@example.org commit -q -m "version $1"
  git -C "$scratch/work" push -q origin main
}
control() { curl -sS --unix-socket "$scratch/run.sock" "http://localhost/v1/$1" "${@:2}"; }
patches() { of "$1"; stat requests 'method=PATCH&status=200'; }
arrived() { [ "$(patches 0)" = "$(($1 * images))" ] && [ "$(patches 1)" = "$(($1 * images))" ]; }
resident() { awk '/VmRSS/ { print $2 }' "/proc/$daemon/status"; }
descriptors() { find "/proc/$daemon/fd" -mindepth 1 | wc -l; }
children() { pgrep -c -P "$daemon" || :; }
# between two passes and two looks at the repository
at_rest() { [ "$(children)" = 0 ] && [ "$(control status | jq '[.clouds[] | select(.phase != "waiting")] | length')" = 0 ]; }
least() { # COMMAND: of some moments at rest, that in which it gave least
  local best=999999999 value
  for _ in 1 2 3 4 5 6 7 8; do
    wait_for 10 at_rest || continue
    value=$("$1")
    [ "$value" -ge "$best" ] || best=$value
    sleep 0.3
  done
  echo "$best"
}

commit 1
"$retouch" --config "$c/retouch.yaml" --log-format json --log-level debug run 2>"$scratch/log" &
daemon=$!
at_exit "stop $daemon"
version=1
wait_for 60 arrived 1 || fail "the first version is applied" "$(tail -n 3 "$scratch/log")"
for version in 2 3; do # what is kept once, is kept then
  commit "$version"
  wait_for 30 arrived "$version" || fail "version $version is applied" "$(tail -n 3 "$scratch/log")"
done
sleep 3
memory=$(least resident) opened=$(least descriptors)

late=0 first=$version
while [ "$version" -lt $((first + rounds)) ]; do
  version=$((version + 1))
  case $((version % 4)) in
    1) mv "$scratch/images.git" "$scratch/away.git" && sleep 2 && mv "$scratch/away.git" "$scratch/images.git" ;;
    2) of 1 && ask faults -d '{"kind":"status","status":503,"service":"image"}' >/dev/null ;;
  esac
  commit "$version"
  case $((version % 4)) in
    2)
      sleep 3
      of 1 && ask faults -X DELETE >/dev/null
      control reconcile -d '{"cloud":"b"}' >/dev/null # it backs off longer than a round takes
      ;;
    3) for _ in 1 2 3 4 5; do kill -HUP "$daemon" && sleep 0.2; done ;;
  esac
  wait_for 60 arrived "$version" || { late=$((late + 1)) && note "version $version: $(patches 0) and $(patches 1) changes of $((version * images))" && note "$(jq -r 'select(.level != "debug" and (.msg | test("unchanged|begins") | not)) | "\(.ts) \(.msg)"' "$scratch/log" | tail -n 5)"; }
done
equal "each of $rounds commits is applied" 0 "$late"
sleep $((interval * 3))
equal "… and each image was changed once for each, in cloud a" $((version * images)) "$(patches 0)"
equal "… and in b" $((version * images)) "$(patches 1)"
between "KiB that it grew by" -100000 $(($(least resident) - memory)) 3072
between "descriptors that are left open" -10 $(($(least descriptors) - opened)) 0
equal "no child is left" 0 "$(least children)"
of 0
between "tokens of cloud a" $((SECONDS / 30)) "$(stat tokens_issued)" $((SECONDS / 10 + 2))
equal "nothing is open in the journal" '[]' "$(run "$c" history --all --output json | jq -c '[.runs[] | select(.ended_at == null) | .id]')"

# When the passes of cloud a began, which no trouble made fail; each waits for the one before, but for no other cloud.
jq -r 'select(.msg == "a pass is due" and .cloud == "a") | [(.ts | sub("\\.[0-9]+"; "") | fromdateiso8601) + (.ts | capture("(?<f>\\.[0-9]+)").f | tonumber), .op] | @tsv' \
  "$scratch/log" >"$scratch/passes"
longest=$(awk 'NR > 1 { d = $1 - before; if (d > most) most = d } { before = $1 } END { printf "%.2f", most }' "$scratch/passes")
between "seconds between two passes, at most" 0 "$longest" $((interval + 2))
early=$(awk -v least="$(awk -v i=$interval 'BEGIN { print i * 0.9 - 0.2 }')" 'NR > 1 && $2 == "interval" && $1 - before < least { n++ } { before = $1 } END { print n + 0 }' "$scratch/passes")
equal "passes of the interval that began before their time" 0 "$early"
between "passes in all" $((rounds * 2)) "$(wc -l <"$scratch/passes")" 100000

kill -TERM "$daemon"
gone() { ! kill -0 "$daemon" 2>/dev/null; }
wait_for 30 gone || kill -KILL "$daemon"
code=0
wait "$daemon" || code=$?
equal "it ends in order" 0 "$code"
finish
