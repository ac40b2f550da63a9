#!/usr/bin/env bash
# What the daemon costs while nothing happens: 3 clouds, 1,000 entries. From 60 s after its passes on, for a minute: at most 0.1 % of
# a CPU and 24 MiB; the stripped program at most 12 MiB.
# shellcheck disable=SC2154  # what tests/e2e/lib.sh sets
export RETOUCH_PRESET=${RETOUCH_PRESET:-release}
source "$(dirname "${BASH_SOURCE[0]}")/../tests/e2e/lib.sh"
dir=$scratch/lab
{
  echo "clouds:"
  for cloud in a b c; do
    printf '  - name: %s\n    type: glance\n    limits: {requests: 1000/s, reads: 1000/s, writes: 1000/s, burst: 100, concurrency: 8}\n' "$cloud"
    account
    printf '    images: [{name: "%s-{n}", count: 340, project: images}]\n' "$cloud"
  done
} >"$scratch/seed"
start_cloud "$dir" <"$scratch/seed"
{
  printf 'apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: all}\nspec:\n  images:\n'
  for cloud in a b c; do
    for n in $(seq "$([ "$cloud" = a ] && echo 334 || echo 333)"); do
      printf '    - {name: %s-%s, clouds: [%s], select: {name: "%s-%s"}, attributes: {os_distro: ubuntu, os_version: "24.04", min_ram: 1024}}\n' "$cloud" "$n" "$cloud" "$cloud" "$n"
    done
  done
} >"$dir/manifests/all.yaml"
sed -i '/^\(policy\|state\):/d' "$dir/retouch.yaml"
cat >>"$dir/retouch.yaml" <<YAML
policy: {mode: enforce, interval: 1h, guards: {changed_percent: 100, changed_images: 1000}}
state: {path: $scratch/state}
service: {listen: "127.0.0.1:0", socket: $scratch/run.sock}
YAML

title "3 clouds, 1,000 entries"
exits "the manifests" 0 run "$dir" validate
"$retouch" --config "$dir/retouch.yaml" run 2>"$scratch/log" &
daemon=$!
at_exit "stop $daemon"
synced() {
  [ "$(curl -sS --unix-socket "$scratch/run.sock" http://localhost/v1/status | jq '[.clouds[].images.synced] | add')" = "$(grep -c -- '- {name' "$dir/manifests/all.yaml")" ]
}
if wait_for 120 synced; then pass "all of them are applied"; else fail "all of them are applied" "$(tail -n 3 "$scratch/log")"; fi
ticks() { awk '{ print $14 + $15 }' "/proc/$daemon/stat"; }
sleep 60
before=$(ticks)
sleep 60
used=$(($(ticks) - before))
between "percent of a CPU over a minute" 0 "$(awk -v t="$used" -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "%.3f", t / hz / 60 * 100 }')" 0.1
between "MiB resident" 1 "$(awk '/VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$daemon/status")" 24
strip -o "$scratch/stripped" "$retouch"
between "MiB of the stripped program" 1 "$(awk -v b="$(command stat -c %s "$scratch/stripped")" 'BEGIN { printf "%.1f", b / 1048576 }')" 12
finish
