# shellcheck shell=bash disable=SC2154  # of run.sh, which sources this
# The daemon on a Git repository and the real cloud: a push that is announced, one that is not, one that is taken back, and one
# with a mistake in it.
g=$scratch/gitops
configure "$g"
rm -r "$g/manifests"
web_port=$(free_port) hook_port=$(free_port)
interval=60 # so long that only what is announced is read soon
sed -i '/^sources:/,/^  - /d; /^policy:/,$d' "$g/retouch.yaml"
cat >>"$g/retouch.yaml" <<YAML
sources:
  - {name: images, git: {url: "file://$g/images.git", ref: {branch: main}, interval: ${interval}s}}
policy: {mode: enforce, interval: 1h, guards: {changed_percent: 100, changed_images: 1000}}
service: {listen: "127.0.0.1:$web_port", socket: run.sock, webhook: {listen: "127.0.0.1:$hook_port", source: images, secret: {file: hook}}}
YAML
printf 'hook-secret' >"$g/hook"
chmod 600 "$g/hook"

git init -q --bare -b main "$g/images.git"
git clone -q "$g/images.git" "$g/work" 2>/dev/null
git -C "$g/work" checkout -q -b main
commit() { # WHAT: everything in the work tree, pushed; its id in $head
  git -C "$g/work" add -A
  git -C "$g/work" -c user.name=Test -c user.email=test@example.org commit -q -m "$1"
  git -C "$g/work" push -q origin main
  head=$(git -C "$g/work" rev-parse HEAD)
}
wish() { # FILE IMAGE VERSION
  cat >"$g/work/$1.yaml" <<YAML
apiVersion: retouch/v1
kind: Image
metadata: {name: gitops-$1}
spec: {clouds: [lab], select: {name: $2}, attributes: {gitops_version: "$3"}}
YAML
}
announce() { # [SIGNATURE]: what a forge sends names the commit, so no two are alike; a body that was here before is a replay
  local body signature
  body="{\"ref\":\"refs/heads/main\",\"after\":\"$(git -C "$g/work" rev-parse HEAD)\"}"
  signature=$(printf '%s' "$body" | openssl dgst -sha256 -hmac hook-secret -r | cut -d' ' -f1)
  curl -sS --noproxy '*' -o /dev/null -w '%{http_code}' "http://127.0.0.1:$hook_port/" -H "X-GitHub-Event: push" \
    -H "X-GitHub-Delivery: $(cat /proc/sys/kernel/random/uuid)" -H "X-Hub-Signature-256: sha256=${1:-$signature}" -d "$body"
}
# Glance itself is asked, with a token that is made once: to log in takes longer than what is measured here.
# shellcheck source=/dev/null
token=$(source "$cloud/cloud.env" && python3 "$here/images.py" token -)
glance=${token##* } token=${token%% *}
ids=$(images | jq 'map({key: .name, value: .id}) | from_entries')
version() {
  curl -sS --noproxy '*' -H "X-Auth-Token: $token" "$glance/$(jq -r --arg name "$1" '.[$name]' <<<"$ids")" | jq -r '.gitops_version // "-"'
}
is_version() { [ "$(version "$1")" = "$2" ]; }
control() { curl -sS --unix-socket "$g/run.sock" "http://localhost/v1/$1" "${@:2}"; }
milliseconds() { date +%s%3N; }
# arrives WHAT SINCE IMAGE VERSION: the cloud's own answer; how long it took to get there is in $took
arrives() {
  wait_for 30 is_version "$3" "$4" || :
  took=$(($(milliseconds) - $2))
  equal "$1" "$4" "$(version "$3")"
}
source_status() { control status | jq -r ".sources[0].$1"; }

wish a lab-000 1
wish b lab-001 1
wish c lab-002 1
commit first
"$retouch" --config "$g/retouch.yaml" --log-format json run 2>"$g/log" &
daemon=$!
at_exit "stop $daemon"
ready() { [ "$(curl -sS --noproxy '*' -o /dev/null -w '%{http_code}' "http://127.0.0.1:$web_port/readyz")" = 200 ]; }
wait_for 60 ready || fail "the daemon is ready" "$(tail -n 5 "$g/log")"
wait_for 20 is_version lab-000 1 || :
equal "the first commit is applied" 1 "$(version lab-000)"

sleep 1.2 # pushes within a second share a fetch
for version in 2 3 4; do
  wish a lab-000 "$version"
  commit "version $version"
  began=$(milliseconds)
  equal "a push is announced" 202 "$(announce)"
  arrives "… and applied" "$began" lab-000 "$version"
  between "… milliseconds later" 0 "$took" 2000
  sleep 1.2
done
equal "the journal knows the commit" "$head" "$(run "$g" history --output json | jq -r '.runs[0].sources[0].revision')"
equal "a push that is not signed as it should be is refused" 401 "$(announce 0000)"

git -C "$g/work" -c user.name=Test -c user.email=test@example.org revert --no-edit HEAD >/dev/null
git -C "$g/work" push -q origin main
began=$(milliseconds)
announce >/dev/null
arrives "a revert takes it back" "$began" lab-000 3
between "… milliseconds later" 0 "$took" 2000
sleep 1.2
looked=$(source_status last_success_at)
equal "a push that was announced already is taken" 202 "$(announce)"
sleep 1.2
equal "… and fetches nothing" "$looked" "$(source_status last_success_at)"

interval=4
sed -i "s/interval: 60s/interval: ${interval}s/" "$g/retouch.yaml"
exits "a shorter interval is read" 0 run "$g" reload
sleep 1.2 # it looks at the sources, too
best=999999
for version in 5 6 7; do # the machine may be busy with something else for a moment, not three times
  wish a lab-000 "$version"
  began=$(milliseconds)
  commit "version $version"
  arrives "a commit that nobody announces is applied" "$began" lab-000 "$version"
  note "after $took ms"
  [ "$took" -ge "$best" ] || best=$took
done
between "… after the interval and 2 s at most, in milliseconds" 0 "$best" $((interval * 1000 + 2000))

wish a lab-000 9
wish c lab-002 4
printf 'apiVersion: retouch/v1\nkind: Image\nmetadata: {name: gitops-b}\nspec: {clouds: [lab], select: {name: lab-001}, attributes: {gitops_version: 4, min_ram: much}}\n' >"$g/work/b.yaml"
commit broken
announce >/dev/null
wait_for 20 is_version lab-000 9 || :
equal "of a commit with a mistake the other files are applied" "9 4" "$(version lab-000) $(version lab-002)"
equal "… and nothing of the file with the mistake" 1 "$(version lab-001)"
contains "… and the status says where it is" 'b.yaml:4:' "$(control status | jq -r '.sources[0].stale[0].problem')"
contains "… and so do the metrics" 'retouch_manifests\{source="images",state="stale"\} 1' "$(curl -sS --noproxy '*' "http://127.0.0.1:$web_port/metrics")"

mv "$g/images.git" "$g/away.git"
unreachable() { [ "$(control status | jq -r '.sources[0].error')" != null ]; }
if wait_for 20 unreachable; then pass "a repository that is gone is told"; else fail "a repository that is gone is told" "$(control status | jq .sources)"; fi
equal "… and what it gave stays in force" "$head" "$(control status | jq -r '.sources[0].revision')"
mv "$g/away.git" "$g/images.git"

began=$SECONDS
kill -TERM "$daemon"
code=0
wait "$daemon" || code=$?
equal "the daemon ends in order" 0 "$code"
between "… and soon" 0 $((SECONDS - began)) 15
