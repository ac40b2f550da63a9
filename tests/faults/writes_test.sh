#!/usr/bin/env bash
# Each image's PATCH meets another fault on its way there or back, all in one run: every image ends as it is wanted, and no cloud
# gets a change twice.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What happens to the update of image-1, image-2, …; `arrives` = how many of its updates the cloud performs.
broken=(
  '{"latency": 0.4}'
  '{"slice": 1}'
  '{"rate": 2000}'
  '{"forward": 40, "answer": 0, "end": "reset"}'
  '{"forward": 260, "answer": 0, "end": "close"}'
  '{"answer": 0, "end": "reset"}'
  '{"answer": 30, "end": "reset"}'
  '{"answer": 0, "end": "close"}'
  '{"answer": 250, "end": "close"}'
  '{"reply": "HTTP/1.1 200 OK\r\nX: ", "repeat": ["x", 70000], "perform": true}'
  '{"reply": "HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n{", "perform": true}'
  '{"reply": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "repeat": ["10\r\n0123456789abcdef\r\n", -1], "perform": true}'
  '{"reply": "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\u001f\u008b\u0008\u0000", "perform": true}'
  '{"reply": "SSH-2.0-OpenSSH_9.2\r\n\r\n", "perform": true}'
  '{"reply": "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull", "perform": true}'
  '{"answer": 0, "end": "hang"}'
  '{"answer": 250, "end": "hang"}'
  '{"forward": 0, "answer": 0, "end": "hang"}'
  '{"rate": 20}'
)
count=${#broken[@]}

start_lab "$scratch/c" "$count"
all_images "$scratch/c" "min_ram: 1024"
start_proxy proxy "$cloud"
# Four lanes: five lost answers in a row, and nothing in between, would be an origin that is down (the breaker).
through "$scratch/c" lab "$proxy" 'timeouts: {connect: 1s, request: 3s}' 'limits: {requests: 500/s, reads: 500/s, writes: 500/s, burst: 10, concurrency: 4}'
for ((n = 1; n <= count; n++)); do
  fault "$(jq -c --arg path "*/$(id_of "image-$n")" --arg name "$n" '. + {method: "PATCH", path: $path, times: 1, name: $name}' <<<"${broken[n - 1]}")"
done

title "$count faults between retouch and a Glance, in one run"
timed "apply" 50 0 run "$scratch/c" apply "${everything[@]}" --output json
equal "images changed" "$count" "$(jq .summary.changed <<<"$out")"
equal "faults that struck" "$count" "$(passed_through | jq '[.[] | select(.fault != false) | .fault] | unique | length')"
for ((n = 1; n <= count; n++)); do
  id=$(id_of "image-$n")
  equal "image-$n is as it is wanted, by one update (${broken[n - 1]:0:60})" "1024 1" \
    "$(ask "images/$id" | jq -r .min_ram) $(ask "log?method=PATCH&image_id=$id" | jq '[.requests[] | select(.applied)] | length')"
done
no_faults
exits "and nothing is left to do" 0 run "$scratch/c" plan --detailed-exitcode
finish
