#!/usr/bin/env bash
# Use of the budget: departures of updates / what the configuration allows, at 1, 10, 100 and 1,000 a second, from the server's log
# of arrivals. The burst (a tenth of a second's worth, at least one) is allowed in addition and does not count.
# shellcheck disable=SC2154  # what lib.sh sets
source "$(dirname "${BASH_SOURCE[0]}")/lib/lib.sh"
# budget RATE SECONDS TURNS
budget() {
  local rate=$1 burst=$((($1 + 9) / 10)) dir=$scratch/at-$1 value=1000 achieved excess
  local images=$((rate * $2 + burst + 1))
  start_cloud "$dir" <<YAML
clouds:
  - name: lab
    type: glance
    limits: {requests: $rate/s, reads: $rate/s, writes: $rate/s, burst: $burst, concurrency: 16}
$(account)
    images: [{name: "image-{n}", count: $images, project: images, attributes: {min_ram: 512}}]
YAML
  for _ in $(seq "$3"); do
    all_images "$dir" "min_ram: $((value += 1))"
    forget
    costs_zero "$retouch" --config "$dir/retouch.yaml" apply "${everything[@]}"
    ask 'log?service=image&method=PATCH' >"$scratch/log.json"
    [ "$(jq ".requests | length" "$scratch/log.json")" = "$images" ] || die "not $images updates arrived"
    read -r achieved excess < <(python3 "$helpers/pace.py" "$rate" "$burst" <"$scratch/log.json")
    echo "$achieved" >>"$scratch/$rate.achieved"
    echo "$excess" >>"$scratch/excess"
    note "$rate/s: $achieved of it used; the fullest window $excess ms too full"
  done
  stop_cloud
  # Two digits count: a first arrival that is late by a millisecond makes the rest look faster.
  row "use of a budget of $rate/s" 0.98 1.004 "" "$scratch/$rate.achieved" "$(sized "" "short windows")"
}
title "use of the budget"
budget 1 "$(sized 30 10)" 1
budget 10 "$(sized 10 5)" "$(sized 3 1)"
budget 100 "$(sized 10 4)" "$(sized 3 1)"
budget 1000 "$(sized 4 2)" "$(sized 3 1)"
row "arrivals above rate × time + burst, fullest window of each of these runs" - 20 "ms' worth" "$scratch/excess"
done_with_it
