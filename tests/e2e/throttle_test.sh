#!/usr/bin/env bash
# A cloud that allows 30 requests a second and does not say so, met at 2,000/s: few refusals, and silence when asked for it.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

count=240
met() { # TYPE FORM
  local dir=$scratch/$2 began
  start_cloud "$dir" <<YAML
clouds:
  - name: lab
    type: $1
    latency: {fixed: 5ms, jitter: 5ms}
    throttle: {rate: 30, burst: 30, form: "$2"}
    limits: {requests: 2000/s, reads: 2000/s, writes: 2000/s, burst: 10, concurrency: 8}
$(account)
    images: [{name: "image-{n}", count: $count, project: images, attributes: {min_ram: 512}}]
YAML
  all_images "$dir" "min_ram: 1024"
  title "$count changes against a hidden 30/s, $1, told by $2"
  began=$SECONDS
  exits "apply" 0 run "$dir" apply "${everything[@]}" --output json
  equal "images changed" "$count" "$(jq .summary.changed <<<"$out")"
  between "answers of throttling" 1 "$(stat throttled)" 60
  # Requests that were on their way when the answer came are in flight, not sent after it.
  equal "requests sent before a Retry-After was over" 0 "$(stat before_retry_after 'service=image&grace_ms=100')"
  note "$(stat requests 'service=image') requests in $((SECONDS - began)) s"
  stop_cloud
}

met glance 429-seconds
met glance 429
met glance 503-date
met glance 413
met ims img-0060
met ims apigw-0308
met ims 420
finish
