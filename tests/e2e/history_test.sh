#!/usr/bin/env bash
# What is remembered, with the real programs: history, drift, explain, suspend and resume over one state.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

dir=$scratch/a
start_cloud "$dir" <<YAML
clouds:
  - name: lab
    type: glance
    limits: {requests: 1000/s, reads: 1000/s, writes: 1000/s, burst: 50}
$(account)
    images: [{name: "image-{n}", count: 5, project: images, attributes: {min_ram: 512}}]
YAML
all_images "$dir" "min_ram: 1024, os_distro: ubuntu"

title "Before the first apply"
exits "history" 0 run "$dir" history
equal "what it says" "Nothing was applied yet." "$out"
exits "drift" 0 run "$dir" drift

title "What an apply did"
exits "apply" 0 run "$dir" apply "${everything[@]}" --output json
exits "history" 0 run "$dir" history --output json
equal "runs" 1 "$(jq '.runs | length' <<<"$out")"
equal "changes applied" 10 "$(jq '.runs[0].applied' <<<"$out")"
id=$(jq -r '.runs[0].id' <<<"$out")
exits "history of the run" 0 run "$dir" history "${id:0:16}" --output json
equal "its changes" "10 applied" "$(jq -r '[.changes[].status] | group_by(.) | map("\(length) \(.[0])") | join(", ")' <<<"$out")"
equal "from which value to which" '[512,1024]' "$(jq -c '[.changes[] | select(.name == "min_ram")][0] | [.before, .after]' <<<"$out")"
equal "changes without a request id" 0 "$(jq '[.changes[] | select(.request_id == "")] | length' <<<"$out")"
exits "history for a reader" 0 run "$dir" history "$id"
contains "a field of it" '~ min_ram +512 -> 1024  applied  # unknown, .*all.yaml:4:[0-9]+, request req-' "$out"
exits "history of a run that there is not" 1 run "$dir" history 1999

title "What somebody else did"
image=$(jq -r '.changes[0].image_id' < <(run "$dir" history "$id" --output json))
curl -sS --noproxy '*' "$cloud/_sandbox/images/$image" -X PUT -d '{"os_distro":"debian"}' >/dev/null
exits "drift" 2 run "$dir" drift
contains "the drift" '~ os_distro  "debian" -> "ubuntu".*# drift' "$out"
exits "explain" 0 run "$dir" explain all os_distro --output json
equal "what will happen" "will be sent" "$(jq -r --arg id "$image" '.clouds[0].fields[0].images[] | select(.image_id == $id).fate' <<<"$out")"
equal "what was applied last" '"ubuntu"' "$(jq --arg id "$image" '.clouds[0].fields[0].images[] | select(.image_id == $id).last_applied.value' <<<"$out")"
equal "whose run" "$id" "$(jq -r --arg id "$image" '.clouds[0].fields[0].images[] | select(.image_id == $id).last_applied.run' <<<"$out")"

title "Stopped, and released"
exits "suspend" 0 run "$dir" suspend --entry all --until 1h --reason "a migration"
exits "apply" 0 run "$dir" apply "${everything[@]}" --output json
equal "images changed while suspended" 0 "$(jq .summary.changed <<<"$out")"
exits "explain" 0 run "$dir" explain all os_distro
contains "who stopped it" 'suspended: entry all since .*, until .*, by .+@.+: a migration' "$out"
exits "suspend alone" 0 run "$dir" suspend
contains "the list" '^entry +all +[0-9]+m?s? ' "$out"
exits "resume" 0 run "$dir" resume --entry all
exits "apply" 0 run "$dir" apply "${everything[@]}" --output json
equal "images changed" 1 "$(jq .summary.changed <<<"$out")"
exits "history of corrections" 0 run "$dir" history --cause drift --output json
equal "runs that corrected drift" 1 "$(jq '.runs | length' <<<"$out")"
exits "drift" 0 run "$dir" drift

title "Without a state"
sed -i 's/^state:.*/state: none/' "$dir/retouch.yaml"
exits "history" 1 run "$dir" history
exits "drift" 1 run "$dir" drift
contains "why" 'state: none.*, so nobody knows what was applied last' "$err"
stop_cloud
finish
