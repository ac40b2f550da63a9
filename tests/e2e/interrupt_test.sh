#!/usr/bin/env bash
# Ctrl-C in the middle of an apply: what has begun is brought to its end, the rest is left as it was; the second one ends
# the process wherever it is.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

images=12
start_cloud "$scratch/a" <<YAML
clouds:
  - name: lab
    type: ims
    latency: {fixed: 200ms}
    limits: {requests: 100/s, reads: 100/s, writes: 4/s, burst: 1, concurrency: 4}
$(account)
    images: [{name: "image-{n}", count: $images, project: images, attributes: {tags: {stage: test}}}]
YAML
all_images "$scratch/a" "tags: {stage: null, owner: platform}"
# Without memory, so that only the lock needs a place.
sed -i 's/^state:.*/state: {path: none}/' "$scratch/a/retouch.yaml"
export XDG_STATE_HOME=$scratch/state

# apply_and_interrupt: an apply that gets a SIGINT once it has written something; sets $applying.
apply_and_interrupt() {
  "$retouch" --config "$scratch/a/retouch.yaml" apply "${everything[@]}" --output json >"$scratch/results.json" 2>"$scratch/apply.err" </dev/null &
  applying=$!
  wait_for 100 has_written || die "nothing was written: $(cat "$scratch/apply.err")"
  kill -INT "$applying"
}
has_written() { [ "$(stat requests method=POST\&service=image)" -ge 2 ]; }
# The tags that are there, as the plan shows them: one line for each image that is not yet done.
befores() { run "$scratch/a" plan --output json </dev/null | jq -c '.clouds[0].changes[].fields[].before'; }
unchanged() { befores | grep -cxF '{"stage":"test"}'; }
without_tags() { befores | grep -cvxF '{"stage":"test"}' || :; }

title "Ctrl-C between the two requests of an image"
apply_and_interrupt
code=0
wait "$applying" || code=$?
equal "exit code" 130 "$code"
changed=$(jq .summary.changed "$scratch/results.json")
between "images changed" 1 "$changed" $((images - 1))
equal "images left without tags" 0 "$(without_tags)"
equal "images not touched" $((images - changed)) "$(unchanged)"

title "a second Ctrl-C"
forget
ask faults -X POST -d '{"kind":"hang","path":"*/tags/action","skip":1}' >/dev/null
apply_and_interrupt
sleep 1
kill -0 "$applying" && pass "the first one waits for what is under way"
began=$SECONDS
kill -INT "$applying"
code=0
wait "$applying" || code=$?
equal "exit code" 130 "$code"
between "seconds that the second one took" 0 $((SECONDS - began)) 2
finish
