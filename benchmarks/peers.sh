#!/usr/bin/env bash
# The same 500 changes by other tools, on the same server as retouch: openstacksdk (one after another, and 16 threads),
# `openstack image set` for each image, and the triton CLI for each image. Without limits; all of it, from start to end.
#
# A tool that starts anew for each image is measured on a sample of them, which is scaled: the row says so.
# shellcheck disable=SC2154  # what lib.sh sets
packages=$("$(dirname "${BASH_SOURCE[0]}")/../tests/cloudapi/install" 2>/dev/null) || packages=
source "$(dirname "${BASH_SOURCE[0]}")/lib/lib.sh"
count=$(sized 500 100) sample=$(sized 25 5) turns=$(sized 3 1)
python=/usr/bin/python3 # Debian's, which has the modules
value=1000

# beside NAME TURN_FILE: a row of how many times longer than retouch it took, from seconds in files
beside() { # MEASURE PEER RETOUCH [NOTE]
  local one other
  one=$(median "$scratch/$2") other=$(median "$scratch/$3")
  number "$one / $other" 1 >"$scratch/beside"
  row "$1 / retouch" - - times "$scratch/beside" "$(number "$one" 2) s : $(number "$other" 2) s${4:+; $4}"
}

title "OpenStack: $count changes"
dir=$scratch/lab
start_cloud "$dir" <<YAML
clouds:
  - name: lab
    type: glance
    limits: $no_limit
$(account)
    images: [{name: "image-{n}", count: $count, project: images, attributes: {min_ram: 512}}]
YAML
ask images | jq -r '.[].id' >"$scratch/ids"
export OS_AUTH_URL OS_USERNAME=retouch OS_PASSWORD=secret OS_USER_DOMAIN_NAME=Default OS_PROJECT_NAME=images OS_PROJECT_DOMAIN_NAME=Default
export OS_IDENTITY_API_VERSION=3 OS_REGION_NAME=RegionOne
OS_AUTH_URL=$(jq -r '.clouds[0].identity_url' "$dir/sandbox.json")
# changed HOW_MANY: so many updates arrived, and all of them were taken
changed() {
  arrivals 'service=image&method=PATCH&status=200'
  [ "$arrived" = "$1" ] || { tail -n 3 "$scratch/stderr"; return 1; }
}
# timed FILE HOW_MANY COMMAND…: its seconds, if it did what it should
timed() {
  local file=$1 expected=$2
  shift 2
  forget
  costs "$@"
  [ "$code" = 0 ] && changed "$expected" || return 1
  number "$wall / 1e6" >>"$scratch/$file"
}
set_each() { while read -r id; do openstack image set --min-ram "$1" "$id" || return 1; done; }
export -f set_each
retouches() {
  all_images "$dir" "min_ram: $((value += 1))"
  timed "$1" "$count" "$retouch" --config "$dir/retouch.yaml" apply "${everything[@]}" || die "retouch did not change all"
}
peer() { # FILE HOW_MANY SHELL_COMMAND
  [ -z "${failed_peers[$1]-}" ] || return 0
  timed "$1" "$2" bash -c "$3" || failed_peers[$1]="it failed: $(tail -n 1 "$scratch/stderr")"
}
declare -A failed_peers=()
if "$python" -c 'import openstack' 2>/dev/null; then :; else failed_peers[one]="no python3-openstacksdk: scripts/bootstrap bench"; failed_peers[many]=${failed_peers[one]}; fi
command -v openstack >/dev/null || failed_peers[set]="no python3-openstackclient: scripts/bootstrap bench"
for _ in $(seq "$turns"); do
  retouches retouch
  peer one "$count" "'$python' '$helpers/sdk_peer.py' 1 min_ram $((value += 1)) <'$scratch/ids'"
  peer many "$count" "'$python' '$helpers/sdk_peer.py' 16 min_ram $((value += 1)) <'$scratch/ids'"
done
peer set "$sample" "head -n $sample '$scratch/ids' | set_each $((value += 1))"
[ ! -s "$scratch/set" ] || { number "$(<"$scratch/set") / $sample * $count" >"$scratch/all" && mv "$scratch/all" "$scratch/set"; }
for each in "one|openstacksdk, one after another" "many|openstacksdk, 16 threads" "set|\`openstack image set\` for each image"; do
  key=${each%%|*}
  if [ -n "${failed_peers[$key]-}" ]; then not_run "${each#*|} / retouch" "" "${failed_peers[$key]}"
  else beside "$count changes: ${each#*|}" "$key" retouch "$([ "$key" != set ] || echo "from a sample of $sample")"; fi
done
stop_cloud

title "Triton: $count changes"
triton=$packages/node_modules/triton/bin/triton
if [ -z "$packages" ] || [ ! -e "$triton" ]; then
  not_run "$count changes: \`triton image update\` for each image / retouch" "" "npm ci failed: see tests/cloudapi/install"
  done_with_it
  exit
fi
dir=$scratch/east
mkdir -p "$HOME/.ssh" "$dir"
ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C bench -f "$dir/bench-key"
cp "$dir/bench-key" "$HOME/.ssh/id_rsa" && cp "$dir/bench-key.pub" "$HOME/.ssh/id_rsa.pub" # where that client looks
start_cloud "$dir" <<YAML
clouds:
  - name: east
    type: triton
    throttle: {rate: 100000, burst: 100000}
    limits: $no_limit
    accounts: [{login: bench, keys: [{name: bench, key_file: bench-key.pub}]}]
    images: [{name: "image-{n}", count: $count, account: bench}]
YAML
ask images | jq -r '.[].id' >"$scratch/ids"
export TRITON_PROFILE=env TRITON_URL=$cloud TRITON_ACCOUNT=bench TRITON_KEY_ID
TRITON_KEY_ID=$(ssh-keygen -l -E md5 -f "$dir/bench-key.pub" | awk '{ sub("^MD5:", "", $2); print $2 }')
update_each() { while read -r id; do node --no-deprecation "$triton" image update "$id" "description=$1" </dev/null || return 1; done; }
export -f update_each
export triton
changed() {
  arrivals 'method=POST&status=200'
  [ "$arrived" = "$1" ] || { tail -n 3 "$scratch/stderr"; return 1; }
}
for _ in $(seq "$turns"); do
  printf 'apiVersion: retouch/v1\nkind: Image\nmetadata: {name: all}\nspec: {clouds: [east], select: {state: active}, match: all, attributes: {description: "d%s"}}\n' \
    $((value += 1)) >"$dir/manifests/all.yaml"
  timed retouch-triton "$count" "$retouch" --config "$dir/retouch.yaml" apply "${everything[@]}" || die "retouch did not change all: $(tail -n 5 "$scratch/stdout" "$scratch/stderr")"
done
peer triton "$sample" "head -n $sample '$scratch/ids' | update_each v$((value += 1))"
if [ -n "${failed_peers[triton]-}" ]; then
  not_run "$count changes: \`triton image update\` for each image / retouch" "" "${failed_peers[triton]}"
else
  number "$(<"$scratch/triton") / $sample * $count" >"$scratch/all" && mv "$scratch/all" "$scratch/triton"
  beside "$count changes: \`triton image update\` for each image" triton retouch-triton "from a sample of $sample"
fi
done_with_it
