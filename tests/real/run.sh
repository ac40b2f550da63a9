#!/usr/bin/env bash
# tests/real/run.sh: the programs and the Glance provider against a real Keystone and Glance.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$root/scripts/gtest.sh"
here=$root/tests/real
count=200

# PostgreSQL runs as another user when this is root, and a clone may lie where that user may not look.
cloud=$(mktemp -d /tmp/retouch-real.XXXXXX)
at_exit 'rm -rf "$cloud"'
at_exit '"$here/down" "$cloud"'
"$here/up" "$cloud"
(source "$cloud/cloud.env" && python3 "$here/images.py" create "$count" lab)
note "$count images made"

# What the servers logged since the last `mark`. Glance's own token requests name another client.
mark() { wait_for 5 quiet; glance_mark=$(wc -l <"$cloud/log/glance.log"); }
mark_logins() { keystone_mark=$(wc -l <"$cloud/log/keystone.out"); }
quiet() { local before; before=$(wc -l <"$cloud/log/glance.log"); sleep 0.3; [ "$before" = "$(wc -l <"$cloud/log/glance.log")" ]; }
glance_requests() { tail -n "+$((glance_mark + 1))" "$cloud/log/glance.log" | grep -oE '"[A-Z]+ [^ ]+ HTTP/1.1" [0-9]+' || :; }
requests() { glance_requests | grep -cE "$1" || :; }
logins() { tail -n "+$((keystone_mark + 1))" "$cloud/log/keystone.out" | grep -cE '^request POST /v3/auth/tokens [0-9]+ retouch' || :; }
images() { (source "$cloud/cloud.env" && python3 "$here/images.py" list lab); }

# configure DIR [PASSWORD]: a configuration in DIR with manifests beside it
configure() {
  mkdir -p "$1/manifests"
  printf '%s' "${2:-image-bot-password}" >"$1/password"
  chmod 600 "$1/password"
  (source "$cloud/cloud.env"
   cat >"$1/retouch.yaml" <<YAML
clouds:
  lab:
    provider: glance
    region: RegionOne
    auth:
      type: password
      auth_url: $OS_AUTH_URL
      username: $OS_USERNAME
      user_domain_name: $OS_USER_DOMAIN_NAME
      project_name: $OS_PROJECT_NAME
      project_domain_name: $OS_PROJECT_DOMAIN_NAME
      password: {file: password}
    limits: {requests: ${requests_limit:-100/s}, reads: 100/s, writes: ${requests_limit:-100/s}, burst: 10, concurrency: 4}
sources:
  - {name: site, directory: {path: manifests}}
state: {path: state}
policy:
  guards: {changed_percent: 100, changed_images: 1000, removed_fields: 1000}
YAML
  )
}
# image_set DIR FIRMWARE: one entry an image
image_set() {
  {
    printf 'apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: lab}\nspec:\n  clouds: [lab]\n'
    printf '  defaults: {attributes: {hw_firmware_type: %s, min_ram: 1024, os_distro: ubuntu, obsolete: null, tags: [new]}}\n  images:\n' "$2"
    for n in $(seq -f %03g 0 $((count - 1))); do printf '    - {name: lab-%s, select: {name: lab-%s}}\n' "$n" "$n"; done
  } >"$1/manifests/lab.yaml"
}
# one_image DIR ATTRIBUTES: an entry for the first image only
one_image() {
  cat >"$1/manifests/one.yaml" <<YAML
apiVersion: retouch/v1
kind: Image
metadata: {name: one}
spec:
  clouds: [lab]
  select: {name: lab-000}
  accept: [exposure]
  attributes: {$2}
YAML
}
run() { "$retouch" --config "$1/retouch.yaml" "${@:2}"; }
# lines PATTERN TEXT: how many match
lines() { grep -cE -- "$1" <<<"$2" || :; }
# readable WHAT PATTERN: one line says what went wrong, once among the results and once in the log at the most, and matches.
# Nothing else is on stderr (a stack, say), and nothing that was meant for programs on either: no HTML, no JSON.
readable() {
  local wrong='^[^ ]+ error |:[0-9]+:[0-9]+: error: |: failed: |^(failed|partial) '
  contains "$1" "$2" "$(grep -E "$wrong" <<<"$out"$'\n'"$err" || :)"
  between "$1, once in the results" 0 "$(lines "$wrong" "$out")" 1
  between "$1, once in the log" 0 "$(lines "$wrong" "$err")" 1
  equal "$1, and nothing else there" "" "$(grep -vE "$wrong|^[^ ]+ warning |^Nothing was sent|^$" <<<"$err" || :)"
  equal "$1, no HTML and no JSON" 0 "$(lines '<[a-zA-Z/!]|[{,[] *"[^"]*" *:|\[\{' "$out"$'\n'"$err")"
}

title "200 images to fix"
site=$scratch/site
configure "$site"; image_set "$site" uefi
mark_logins
exits "plan" 2 run "$site" plan --detailed-exitcode --output json
equal "changes planned" "$count" "$(jq .summary.changes <<<"$out")"
equal "requests announced: one PATCH an image" "$count" "$(jq '.clouds[0].requests.writes' <<<"$out")"
mark
exits "apply" 0 run "$site" apply --yes --output json
equal "images changed" "$count" "$(jq .summary.changed <<<"$out")"
wait_for 5 quiet
equal "PATCH requests" "$count" "$(requests '"PATCH /v2/images/')"
equal "PATCH requests answered with 200" "$count" "$(requests '"PATCH /v2/images/.* 200$')"
equal "GET requests for one image" 0 "$(requests '"GET /v2/images/[0-9a-f-]+ ')"
lists=$(requests '"GET /v2/images\?')
between "list pages, before and after" 2 "$lists" 4
equal "no other request to Glance" $((count + lists)) "$(requests '/v2/')"
equal "tokens for plan and apply" 1 "$(logins)"
fixed='.hw_firmware_type == "uefi" and .min_ram == 1024 and .os_distro == "ubuntu" and (.tags | sort) == ["new", "old"] and .untouched == "kept" and (has("obsolete") | not)'
equal "images as the manifest says" "$count" "$(images | jq "[.[] | select($fixed)] | length")"
mark
exits "second plan" 0 run "$site" plan --detailed-exitcode --output json
equal "changes in the second plan" 0 "$(jq .summary.changes <<<"$out")"
exits "second apply" 0 run "$site" apply --yes --output json
equal "PATCH requests of the second apply" 0 "$(requests '"PATCH ')"
equal "tokens in all" 1 "$(logins)"
exits "check" 0 run "$site" check

title "killed and started again"
killed=$scratch/killed
requests_limit=20/s configure "$killed"; image_set "$killed" bios
mark
"$retouch" --config "$killed/retouch.yaml" apply --yes >"$scratch/killed.out" 2>&1 </dev/null &
victim=$!
wait_for 60 eval '[ "$(requests "\"PATCH ")" -ge 40 ]' || fail "the apply made no progress" "$(tail "$scratch/killed.out")"
kill -KILL "$victim" || :; wait "$victim" 2>/dev/null || :
wait_for 5 quiet
done_before=$(images | jq '[.[] | select(.hw_firmware_type == "bios")] | length')
between "images changed before the kill" 30 "$done_before" 150
mark
sed -i 's|20/s|100/s|g' "$killed/retouch.yaml"
exits "apply after the kill" 0 run "$killed" apply --yes --output json
equal "only the rest was changed" $((count - done_before)) "$(jq .summary.changed <<<"$out")"
equal "all images changed" "$count" "$(images | jq '[.[] | select(.hw_firmware_type == "bios")] | length')"
exits "plan after that" 0 run "$killed" plan --detailed-exitcode

title "100 changes, taken back"
undone=$scratch/undone
configure "$undone"
half_of_them() { # VERSION: an attribute that is there, one that is not, one that goes, and the tags, of every second image
  {
    printf 'apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: half}\nspec:\n  clouds: [lab]\n'
    printf '  defaults: {attributes: {os_distro: %s, os_version: "%s", untouched: null, tags: [%s]}}\n  images:\n' "$1" "$2" "$1"
    for n in $(seq -f %03g 0 2 $((count - 1))); do printf '    - {name: half-%s, select: {name: lab-%s}}\n' "$n" "$n"; done
  } >"$undone/manifests/half.yaml"
}
# Tags are a set, and updated_at is the server's own.
comparable() { images | jq -S '[.[] | del(.updated_at) | .tags |= sort] | sort_by(.id)'; }
half_of_them debian 13
comparable >"$scratch/before.json"
exits "apply" 0 run "$undone" apply --yes --output json
equal "images changed" $((count / 2)) "$(jq .summary.changed <<<"$out")"
equal "images that are not as before" $((count / 2)) "$(jq -n --slurpfile a "$scratch/before.json" --slurpfile b <(comparable) '[range($a[0] | length) | select($a[0][.] != $b[0][.])] | length')"
exits "history" 0 run "$undone" history --output json
applied=$(jq -r '.runs[0].id' <<<"$out")
mark
exits "rollback" 0 run "$undone" rollback "$applied" --yes --output json
equal "images taken back" $((count / 2)) "$(jq .summary.changed <<<"$out")"
equal "PATCH requests of the rollback" $((count / 2)) "$(requests '"PATCH ')"
equal "the images are as before" "" "$(diff "$scratch/before.json" <(comparable) | head -n 20)"
exits "history" 0 run "$undone" history --output json
equal "both runs are in it" "rollback apply" "$(jq -r '[.runs[].verb] | join(" ")' <<<"$out")"
equal "and the one names the other" "run $applied" "$(jq -r '.runs[0].undoes' <<<"$out")"
mark
exits "the next apply of the same manifests" 3 run "$undone" apply --yes
equal "PATCH requests of it" 0 "$(requests '"PATCH ')"
contains "it says why" 'took it back' "$out"
half_of_them fedora 42
sed -i 's/untouched: null, //' "$undone/manifests/half.yaml" # of what is still wished as before the hold would stay
exits "the next apply of other manifests" 0 run "$undone" apply --yes --output json
equal "images changed by it" $((count / 2)) "$(jq .summary.changed <<<"$out")"
equal "images as they say" $((count / 2)) "$(images | jq '[.[] | select(.os_distro == "fedora" and .os_version == "42")] | length')"

title "refusals"
refused=$scratch/refused
configure "$refused"; one_image "$refused" 'visibility: public, os_version: "24.04"'
exits "a field that the server refuses" 3 run "$refused" apply --yes
readable "it names the field and the server's reason" '(visibility|publici[sz]e).*403|403.*(visibility|publici[sz]e)'
equal "the other field was written" '"24.04"' "$(images | jq '.[0].os_version')"
typed=$scratch/typed
configure "$typed"; one_image "$typed" 'min_ram: plenty'
mark
exits "a wrong type" 5 run "$typed" apply --yes
readable "it names place and type" 'one\.yaml:[0-9]+:[0-9]+.*min_ram.*(integer|number)'
equal "nothing was sent" 0 "$(requests '.')"
wrong=$scratch/wrong
configure "$wrong" not-the-password; one_image "$wrong" 'os_version: "24.10"'
mark_logins
exits "a wrong password" 6 run "$wrong" apply --yes
readable "it says who was refused" 'lab.*(401|credential|password)'
equal "token requests with a wrong password" 1 "$(logins)"

title "the simulated Keystone and Glance answer like these"
exits "the same questions to both" 0 bash -c 'source "$1"; exec python3 "$2" "$3"' - "$cloud/cloud.env" "$here/sandbox_agrees.py" "$sandbox"
note "$(tail -n 1 <<<"$out")"

title "the daemon, a Git repository, and pushes"
source "$here/gitops.sh"

title "conformance suite"
# shellcheck source=/dev/null
source "$cloud/cloud.env"
export RETOUCH_CONFORMANCE=glance
RUN_AS=real-conformance run_gtest "$root/build/$preset/tests/conformance/test_conformance"
finish
