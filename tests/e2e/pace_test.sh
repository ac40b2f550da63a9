#!/usr/bin/env bash
# 2,000 changes at 100/s: evenly spaced from the first second, never above the limit, with one token; with two when it expires.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

count=2000 rate=100 burst=10
seed() { # TOKEN_LIFETIME
  cat <<YAML
clouds:
  - name: lab
    type: glance
    identity: {token_lifetime: $1}
    latency: {fixed: 5ms, jitter: 5ms}
    limits: {requests: $rate/s, reads: $rate/s, writes: $rate/s, burst: $burst, concurrency: 8}
$(account)
    images: [{name: "image-{n}", count: $count, project: images, attributes: {min_ram: 512}}]
YAML
}

# Microseconds in which something on this machine waited for a processor; nothing when the kernel does not say.
waited() { sed -n 's/^some .*total=//p' /proc/pressure/cpu 2>/dev/null || :; }
# late_by_the_machine EXPECTED RATIO WAITED_BEFORE: can waiting for a processor explain all of the delay? If the kernel does not say, yes.
late_by_the_machine() {
  awk -v expected="$1" -v ratio="$2" -v before="$3" -v after="$(waited)" \
    'BEGIN { exit !(before == "" || (after - before) / 1e6 >= (ratio - 1) * expected) }'
}

# A stalled machine makes retouch look slow, never fast, and it mends nothing else. So only a run that was too slow while
# others held the processors is repeated; all other bounds hold for each run.
paced_apply() { # DIR ATTRIBUTES
  local attempt before expected
  expected=$(awk -v n=$count -v b=$burst -v r=$rate 'BEGIN { print (n - b) / r }')
  for attempt in 1 2; do
    all_images "$1" "$2"
    forget
    before=$(waited)
    exits "apply" 0 run "$1" apply "${everything[@]}" --output json
    ratio=$(stat span_seconds 'service=image&method=PATCH' | awk -v expected="$expected" '{ printf "%.3f", $1 / expected }')
    equal "images changed" "$count" "$(jq .summary.changed <<<"$out")"
    equal "PATCH requests" "$count" "$(stat requests 'service=image&method=PATCH')"
    between "most requests within any second" 1 "$(stat busiest_second 'service=image')" $((rate + burst + rate / 10))
    equal "most requests in flight for one image" 1 "$(stat most_in_flight_per_image 'service=image&method=PATCH')"
    if [ "$attempt" = 1 ] && awk -v ratio="$ratio" 'BEGIN { exit !(ratio > 1.05) }' && late_by_the_machine "$expected" "$ratio" "$before"; then
      note "it took $ratio of the time that it should: others held the processors; once more"
      set -- "$1" "${2/1024/2048}"
      continue
    fi
    between "(last - first arrival) / ((count - burst) / rate)" 0.99 "$ratio" 1.05
    return
  done
}

title "$count changes at $rate/s"
start_cloud "$scratch/hour" < <(seed 1h)
paced_apply "$scratch/hour" "min_ram: 1024"
equal "token requests" 1 "$(ask '' | jq .tokens_issued)"
forget
exits "a second process" 0 run "$scratch/hour" plan --detailed-exitcode
equal "token requests of a second process" 0 "$(stat requests 'service=identity')"
stop_cloud

title "a token that expires half-way"
start_cloud "$scratch/short" < <(seed 18s)
all_images "$scratch/short" "min_ram: 1024"
exits "apply" 0 run "$scratch/short" apply "${everything[@]}" --output json
equal "images changed" "$count" "$(jq .summary.changed <<<"$out")"
equal "token requests" 2 "$(ask '' | jq .tokens_issued)"
equal "answers of 401" 0 "$(stat requests 'service=image&status=401')"
finish
