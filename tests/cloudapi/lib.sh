# shellcheck shell=bash disable=SC2034,SC2154  # set for those who source this; set by those who do
# For the cases: the server under test and what it saw, retouch pointed at it, and the triton CLI beside it. Sourced.

# The environment of whoever runs the tests must not reach into them.
for variable in ${!TRITON_@} ${!SDC_@} SSH_AUTH_SOCK CREDENTIALS_DIRECTORY; do unset "$variable"; done

# start_cloud DIR [SEED]: and its variables in ours
start_cloud() {
  at_exit "'$here/down' '$1'"
  "$here/up" "$@"
  source "$1/cloud.env"
}

control() { curl -sS --noproxy '*' --max-time 60 -X "$1" ${3+--data-binary "$3"} "$CLOUDAPI_CONTROL$2"; }
faults() { control PUT /faults "$1" >/dev/null; }
# calm: no faults, the images as they were, nothing seen yet
calm() {
  control DELETE /faults >/dev/null
  control PUT /images "$(jq .images "$here/seed.json")" >/dev/null
  control DELETE /log >/dev/null
}
forget() { control DELETE /log >/dev/null; }
# seen [FILTER]: how many requests arrived for which the jq expression holds
seen() { control GET /log | jq "[.[] | select(${1-true})] | length"; }
# stored ID FILTER: of an image, past every interface
stored() { control GET /images | jq -c --arg id "$1" ".[] | select(.id == \$id) | $2"; }
# Beside those that the self-test provokes.
crashes() { control GET /stats | jq ".crashes - ${provoked:-0}"; }
invalid() { control GET /stats | jq -c .invalid; }

key() { printf '%s/%s' "$CLOUDAPI_KEYS" "$1"; }
md5() { local name=CLOUDAPI_FINGERPRINT_$1; printf '%s' "${!name}"; }
sha256() { local name=CLOUDAPI_SHA256_$1; printf '%s' "${!name}"; }
# with_key NAME [MORE]: the `auth` of alice with that key
with_key() { printf '{url: "%s", account: alice, key_id: "%s", key: {file: "%s"}%s}' "$CLOUDAPI_URL" "$(md5 "$1")" "$(key "$1")" "${2-}"; }

# configure DIR [AUTH [LIMITS]]: a configuration in DIR with manifests beside it
configure() {
  mkdir -p "$1/manifests"
  cat >"$1/retouch.yaml" <<YAML
clouds:
  east:
    provider: triton
    auth: ${2-$(with_key ed25519_openssh)}
    limits: ${3-{requests: 200/s, reads: 200/s, writes: 200/s, burst: 20, concurrency: 4\}}
sources:
  - {name: site, directory: {path: manifests}}
policy:
  contention: {corrections: 1000} # a test that resets the cloud is not somebody who keeps changing it back
  guards: {changed_percent: 100, changed_images: 1000, removed_fields: 1000}
YAML
}
# entry DIR ATTRIBUTES [MORE]: wants them of one image of ours, $image unless MORE selects others
image=11111111-aaaa-4000-8000-000000000002
entry() {
  cat >"$1/manifests/entry.yaml" <<YAML
apiVersion: retouch/v1
kind: Image
metadata: {name: entry}
spec: {clouds: [east], attributes: {$2}, ${3-select: {id: $image\}}, accept: [exposure]}
YAML
}
run() { "$retouch" --config "$1/retouch.yaml" "${@:2}"; }

# The independent client. Its key lies where it looks for keys; ours are elsewhere.
triton() {
  env HOME="$scratch/client" TRITON_PROFILE=env TRITON_URL="$CLOUDAPI_URL" TRITON_ACCOUNT=alice TRITON_KEY_ID="$(md5 rsa_pkcs1)" \
    node --no-deprecation "$CLOUDAPI_PACKAGES/node_modules/triton/bin/triton" "$@"
}
give_triton_its_key() {
  mkdir -p "$scratch/client/.ssh"
  cp "$(key rsa_pkcs1)" "$(key rsa_pkcs1).pub" "$scratch/client/.ssh/"
}
# told ID FIELD: what that client says of an image, keys and lists in order; its list of images would come from its cache
told() { triton image get -j "$1" | jq -cS ".$2 | if type == \"array\" then sort else . end"; }
