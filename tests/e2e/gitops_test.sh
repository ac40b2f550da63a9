#!/usr/bin/env bash
# docs/gitops.md as it is written: its CI jobs over a real repository and a simulated cloud, and its receiver of
# notifications against the daemon's own notifier.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
notify=$root/build/$preset/tests/e2e/gitops/retouch-test-notify
[ -x "$notify" ] || die "no $notify: build it first (scripts/test e2e does)"

title "The examples load and parse"
exits "the YAML examples" 0 python3 "$here/gitops/examples.py" "$root/docs/gitops.md" "$scratch"
equal "what the workflow hands to its script" "BASE_SHA GITHUB_TOKEN LAB_READER_SECRET NUMBER" "$out"
for script in gitlab actions; do exits "shellcheck of $script.sh" 0 shellcheck --severity style "$scratch/$script.sh"; done
exits "the receiver" 0 python3 -m py_compile "$scratch/receiver.py"

title "A forge that takes comments, and a repository with a merge request"
cat >"$scratch/forge.py" <<'PYTHON'
import http.server, json, sys, urllib.parse

class Forge(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        note = json.loads(body)["body"] if "json" in self.headers["Content-Type"] else urllib.parse.parse_qs(body)["body"][0]
        token = self.headers.get("PRIVATE-TOKEN") or self.headers.get("Authorization")
        with open(sys.argv[1], "w") as out:
            json.dump({"path": self.path, "token": token, "note": note}, out)
        self.send_response(201)
        self.end_headers()

    def log_message(self, *arguments):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Forge)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
python3 "$scratch/forge.py" "$scratch/note.json" >"$scratch/forge.port" &
at_exit "stop $!"
wait_for 30 test -s "$scratch/forge.port" || die "the forge of the test did not start"
forge=http://127.0.0.1:$(<"$scratch/forge.port")

dir=$scratch/cloud
start_cloud "$dir" <<YAML
clouds:
  - name: lab
    type: glance
$(account)
    images: [{name: "image-{n}", count: 3, project: images, attributes: {min_ram: 512}}]
YAML
repository=$scratch/repository
mkdir -p "$repository/images" "$repository/ci"
cd "$repository" || die "no $repository"
git init --quiet --initial-branch main .
git config user.name tests
git config user.email tests@example.org
sed -E 's|file: "?secrets/lab"?|env: LAB_READER_SECRET|' "$dir/retouch.yaml" >ci/retouch.yaml
grep -q LAB_READER_SECRET ci/retouch.yaml || die "the configuration of the simulated cloud looks different now"
grep -q '^state:' ci/retouch.yaml || printf 'state: none\n' >>ci/retouch.yaml
# entry NAME IMAGE RAM
entry() {
  cat >"images/$1.yaml" <<YAML
apiVersion: retouch/v1
kind: Image
metadata: {name: $1}
spec: {clouds: [lab], select: {name: $2}, attributes: {min_ram: $3}}
YAML
}
commit() { git add . && git commit --quiet -m "$1"; }
entry one image-1 600
commit base
base=$(git rev-parse HEAD)
entry two image-2 700
commit change

# job SCRIPT…: runs an example as its runner would
export PATH="${retouch%/*}:$PATH" no_proxy='*' LAB_READER_SECRET=secret
job() {
  rm -f plan.md "$scratch/note.json"
  git worktree prune
  case $1 in
    gitlab) env CI_MERGE_REQUEST_DIFF_BASE_SHA="$base" PLAN_NOTE_TOKEN=note-token CI_API_V4_URL="$forge/api/v4" CI_PROJECT_ID=7 \
      CI_MERGE_REQUEST_IID=42 bash "$scratch/gitlab.sh" ;;
    actions) env BASE_SHA="$base" GITHUB_TOKEN=hub-token GITHUB_API_URL="$forge/api/v1" GITHUB_REPOSITORY=team/images NUMBER=42 \
      bash "$scratch/actions.sh" ;;
  esac
}
note() { jq -r ".$1" "$scratch/note.json"; }

for forge_type in gitlab actions; do
  title "The job of $forge_type"
  exits "a change" 0 job "$forge_type"
  contains "the note" 'two' "$(note note)"
  contains "its value" '700' "$(note note)"
  equal "lines of it about what this merge request does not touch" 0 "$(note note | grep -c image-1 || :)"
  case $forge_type in
    gitlab) equal "where it went" "/api/v4/projects/7/merge_requests/42/notes note-token" "$(note path) $(note token)" ;;
    actions) equal "where it went" "/api/v1/repos/team/images/issues/42/comments Bearer hub-token" "$(note path) $(note token)" ;;
  esac
  entry three no-such-image 1
  commit unresolved
  exits "an entry without an image" 3 job "$forge_type"
  contains "the note" 'three' "$(note note)"
  git reset --quiet --hard HEAD~1
  printf 'kind: Image\n' >images/broken.yaml
  commit broken
  exits "an invalid manifest" 5 job "$forge_type"
  contains "what is wrong" 'broken.yaml:1:' "$err"
  equal "no note, which would look like a plan" none "$([ -e "$scratch/note.json" ] && note note || echo none)"
  git reset --quiet --hard HEAD~1
done
equal "writes that reached the cloud" 0 "$(stat requests method=PATCH)"
cd "$root" || die "no $root"

title "The receiver of notifications"
port=$(free_port)
RETOUCH_NOTIFY_SECRET=s3cret python3 "$scratch/receiver.py" "$port" >"$scratch/received" 2>"$scratch/receiver.err" &
at_exit "stop $!"
answers() { curl -s --noproxy '*' -o "$scratch/answer" -w '%{http_code}' -X POST "$@" "http://127.0.0.1:$port/"; }
wait_for 30 answers -d '{}' || die "the receiver did not start: $(<"$scratch/receiver.err")"
exits "two runs, with the right secret" 0 "$notify" "http://127.0.0.1:$port/hook" s3cret r1 r2
equal "what the notifier says" "2 sent, 0 failed, 0 dropped" "$out"
equal "what the receiver says" "lab changed lab changed" "$(xargs <"$scratch/received")"
exits "a run, with another secret" 0 "$notify" "http://127.0.0.1:$port/hook" other r3
equal "what the notifier says" "0 sent, 1 failed, 0 dropped" "$out"
# signed SECONDS: an authentic message of that time
signed() {
  local body='{"clouds":[]}'
  answers -d "$body" -H "X-Retouch-Timestamp: $1" \
    -H "X-Retouch-Signature-256: sha256=$(printf '%s.%s' "$1" "$body" | openssl dgst -sha256 -hmac s3cret -r | cut -d' ' -f1)"
}
equal "a fresh message" 204 "$(signed "$(date +%s)")"
equal "a message of an hour ago" 401 "$(signed "$(($(date +%s) - 3600))")"
equal "a message without a signature" 401 "$(answers -d '{"clouds":[]}')"
finish
