# shellcheck shell=bash disable=SC2034  # set for those who source this
# For the tests with faults: a proxy that breaks things between retouch and its cloud, and runs that must end in time. Sourced.

# Nobody waits for ever: the script and all that it started end after so many seconds, each run of retouch after fewer.
run_deadline=60
[ -n "${FAULTS_WITHIN_DEADLINE-}" ] || FAULTS_WITHIN_DEADLINE=yes exec timeout --kill-after=20 "${FAULTS_DEADLINE:-300}" "$0" "$@"

faults_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$faults_dir/../e2e/lib.sh"
export PYTHONDONTWRITEBYTECODE=1

# start_paged_cloud DIR IMAGES: a cloud `lab` whose list comes in pages of 20
start_paged_cloud() {
  start_cloud "$1" <<YAML
clouds:
  - name: lab
    type: glance
    image: {max_page: 20}
$(account)
    images: [{name: "image-{n}", count: $2, project: images}]
YAML
}

# background NAME COMMAND…: until the script ends; its stdout, of which it must say a line to be ready, is $scratch/NAME.out
background() {
  local name=$1
  shift
  "$@" >"$scratch/$name.out" 2>"$scratch/$name.err" </dev/null &
  background_pid=$!
  at_exit "stop $background_pid"
  wait_for 60 test -s "$scratch/$name.out" || die "$1 did not start: $(tail -n 5 "$scratch/$name.err")"
}

# start_proxy NAME URL [ARGUMENT…]: a proxy.py before the server at URL; sets $ways, its addresses, $proxy, the first of them, and $control
start_proxy() {
  local port=${2##*:}
  background "$1" python3 "$faults_dir/proxy.py" "${port%%/*}" "${@:3}"
  mapfile -t ways < <(jq -r '.urls[]' "$scratch/$1.out")
  proxy=${ways[0]} control=$(jq -r .control "$scratch/$1.out")
}
fault() { curl -sS --noproxy '*' --max-time 20 "$control/faults" -d "$1" >/dev/null; }
no_faults() { curl -sS --noproxy '*' --max-time 20 "$control/faults" -X DELETE >/dev/null; }
passed_through() { curl -sS --noproxy '*' --max-time 20 "$control/log"; }

# through DIR CLOUD URL [SETTING…]: the image service of that cloud is reached at URL, with these further lines of its settings
through() {
  local lines="    endpoint: \"$3\"" setting
  for setting in "${@:4}"; do lines+="\n    $setting"; done
  sed -i "s|^  \"$2\":\$|&\n$lines|" "$1/retouch.yaml"
}
# clouds_through DIR COUNT [SETTING…]: instead of the cloud `lab`, lab-0, lab-1, … at the ways of the proxy
clouds_through() {
  python3 - "$1/retouch.yaml" "${@:3}" -- "${ways[@]:0:$2}" <<'PY'
import re, sys
split = sys.argv.index("--")
settings, ways = sys.argv[2:split], sys.argv[split + 1:]
text = open(sys.argv[1]).read()
cloud = re.search(r'  "lab":\n(?:    .*\n)+', text).group()
with_lines = lambda n, url: cloud.replace('"lab":', f'"lab-{n}":' + "".join(f"\n    {line}" for line in [f'endpoint: "{url}"', *settings]))
open(sys.argv[1], "w").write(text.replace(cloud, "".join(with_lines(n, url) for n, url in enumerate(ways))))
PY
  sed -i 's/clouds: \[lab\]/clouds: ["lab-*"]/' "$1"/manifests/*.yaml
}

# An own run(): e2e's, with an end.
run() { timeout --kill-after=5 "$run_deadline" "$retouch" --config "$1/retouch.yaml" "${@:2}"; }
# timed WHAT MOST EXITS-ARGUMENTS…: as exits, and it took at most so many seconds
timed() {
  local what=$1 most=$2 began=$SECONDS
  exits "$what" "${@:3}"
  between "$what: seconds that it took" 0 $((SECONDS - began)) "$most"
}

# id_of NAME: of the image of that name
id_of() { ask images | jq -r --arg name "$1" '.[] | select(.name == $name) | .id'; }
