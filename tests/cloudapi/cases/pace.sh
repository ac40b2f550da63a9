# shellcheck shell=bash disable=SC2154  # lib.sh
# 500 images at the server's default limit, once with the limit configured and once to be found out: two servers, at one time.
count=500
# paced DIR LIMITS: a server of its own, 500 images, the real throttle, and an apply in the background
paced() {
  jq --argjson count "$count" '.images = [{"owner": "alice", "name": "image-{n}", "count": $count}] | .faults = {"throttle": {"rate": 10, "burst": 30}}' \
    "$here/seed.json" >"$1.json"
  mkdir -p "$1"
  cp -r "$CLOUDAPI_KEYS" "$1/keys"
  start_cloud "$1" "$1.json"
  configure "$1" "$(with_key ed25519_openssh)" "$2"
  entry "$1" 'description: paced' 'select: {version: 1.0.0}, match: all'
  (run "$1" apply --yes --output json >"$1/out" 2>"$1/err" </dev/null; echo $? >"$1/code") &
}
# ended DIR
ended() {
  wait_for 300 test -s "$1/code" || :
  source "$1/cloud.env"
  equal "exit" 0 "$(cat "$1/code")"
  equal "images changed" "$count" "$(jq .summary.changed "$1/out" 2>&1)"
  equal "images as they shall be" "$count" "$(control GET /images | jq '[.[] | select(.description == "paced")] | length')"
  note "$(seen) requests, $(seen '.status == 429') of them refused with 429, in $(control GET /log | jq '(.[-1].time - .[0].time) / 1000 | round') s"
}

title "$count images at 10/s, burst 30"
paced "$scratch/known" '{requests: 10/s, reads: 10/s, writes: 10/s, burst: 20, concurrency: 4}'
paced "$scratch/hidden" '{requests: 100/s, reads: 100/s, writes: 100/s, burst: 20, concurrency: 8}'
note "the limit is configured"
ended "$scratch/known"
equal "answers of throttling" 0 "$(seen '.status == 429')"
note "the limit has to be found out"
ended "$scratch/hidden"
between "answers of throttling" 1 "$(seen '.status == 429')" 20
