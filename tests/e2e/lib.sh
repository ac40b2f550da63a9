# shellcheck shell=bash disable=SC2034  # set for those who source this
# For the end-to-end tests: a simulated cloud from a seed on stdin, what it saw, and retouch pointed at it. Sourced.
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
[ -x "$retouch" ] || die "no $retouch: build it first (scripts/test e2e does)"
[ -x "$sandbox" ] || die "no $sandbox: build it first (scripts/test e2e does)"

# start_cloud DIR: the clouds of the seed on stdin, a retouch.yaml for them in DIR, manifests to be put into DIR/manifests.
# Sets $cloud to the image service's address of the first one, for `ask`, and $cloud_pid.
start_cloud() {
  mkdir -p "$1/manifests"
  cat >"$1/seed.yaml"
  "$sandbox" --seed "$1/seed.yaml" --write-config "$1" --manifests "$1/manifests" >"$1/sandbox.json" 2>"$1/sandbox.err" </dev/null &
  cloud_pid=$!
  at_exit "stop $cloud_pid"
  wait_for 120 started "$1" || :
  [ -s "$1/sandbox.json" ] || die "retouch-sandbox did not start: $(tail -n 5 "$1/sandbox.err")"
  cloud=$(jq -r '.clouds[0].image_url' "$1/sandbox.json")
}
started() { grep -q image_url "$1/sandbox.json" || ! kill -0 "$cloud_pid"; }
stop_cloud() { stop "$cloud_pid"; }

ask() { curl -sS --noproxy '*' --max-time 60 "${@:2}" "$cloud/_sandbox/$1"; }
# stat NAME [FILTER]: one figure of what arrived, as in stat busiest_second method=PATCH
stat() { ask "stats?${2-}" | jq -r ".$1"; }
forget() { ask log -X DELETE >/dev/null; }

run() { "$retouch" --config "$1/retouch.yaml" "${@:2}"; }

# account YAML: what every seed here has in common
account() {
  cat <<'YAML'
    projects: [{name: images}]
    users: [{name: retouch, password: secret, projects: [images], default_project: images}]
YAML
}

# start_lab DIR COUNT: one Glance cloud `lab` with images image-1, image-2, …
start_lab() {
  start_cloud "$1" <<YAML
clouds:
  - name: lab
    type: glance
$(account)
    images: [{name: "image-{n}", count: $2, project: images}]
YAML
}

# all_images DIR ATTRIBUTES: one entry for every image of the cloud `lab`
all_images() {
  cat >"$1/manifests/all.yaml" <<YAML
apiVersion: retouch/v1
kind: Image
metadata: {name: all}
spec: {clouds: [lab], select: {visibility: private}, match: all, attributes: {$2}}
YAML
}
# The tests of pace change everything there is; the guards have tests of their own.
everything=(--yes --force changed_percent --force changed_images)
