#!/usr/bin/env bash
# Listings and logins that never come to their end, or come as something else: each ends in time and in words, none is taken for a
# shorter list, nothing is sent because of it, and the next run is as if nothing had been.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

lab=$scratch/c
start_paged_cloud "$lab" 50
start_proxy proxy "$cloud" --ways 20
cp "$lab/retouch.yaml" "$scratch/one.yaml"
written() { stat requests method=PATCH; }

# listings WHAT CODE: an apply over as many clouds as stdin has lines "NAME | WHAT THE MESSAGE SAYS | HOW OFTEN IT IS ASKED FOR | FAULT";
# each fault strikes the listing of one of them
listings() {
  local lines way name says asked json
  mapfile -t lines
  cp "$scratch/one.yaml" "$lab/retouch.yaml"
  all_images "$lab" "min_ram: 1024"
  clouds_through "$lab" ${#lines[@]} 'timeouts: {connect: 1s, request: 2s}' 'limits: {requests: 500/s, reads: 500/s, writes: 500/s, burst: 10}'
  no_faults
  forget
  curl -sS "$control/log" -X DELETE >/dev/null
  for way in "${!lines[@]}"; do
    IFS='|' read -r name says asked json <<<"${lines[way]}"
    fault "$(jq -c ". + {way: $way}" <<<"$json")"
  done
  timed "$1" 40 "$2" run "$lab" apply "${everything[@]}"
  equal "$1: updates" 0 "$(written)"
  for way in "${!lines[@]}"; do
    IFS='|' read -r name says asked json <<<"${lines[way]}"
    contains "${name% }" "failed: GET .*${says:1:-1}" "$(grep "^lab-$way " <<<"$out")"
    equal "… asked for" $((asked)) "$(passed_through | jq "[.[] | select(.way == $way)] | length")"
  done
}

title "listings that do not come to their end"
listings "each is for another time" 75 <<'FAULTS'
an answer cut in its body | closed the connection before its answer was complete | 3 | {"answer": 2000, "end": "close"}
an answer cut in its head | closed the connection before its answer was complete | 3 | {"answer": 40, "end": "close"}
no answer | closed the connection before its answer was complete | 3 | {"answer": 0, "end": "close"}
a reset in the body | broke: Connection reset by peer | 3 | {"answer": 2000, "end": "reset"}
chunks without the last one | closed the connection before its answer was complete | 3 | {"reply": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nE\r\n{\"images\": []}\r\n", "end": "close"}
a connection that is accepted and reset | Connection reset by peer | 0 | {"on": "accept", "end": "reset"}
a connection that is accepted, and then nothing | no complete answer of .* within 2s | 0 | {"on": "accept", "end": "hang"}
a request that is read, and then nothing | no complete answer of .* within 2s | 3 | {"forward": 0, "answer": 0, "end": "hang"}
a peer that is gone in the body without a word | no complete answer of .* within 2s | 3 | {"answer": 2000, "end": "hang"}
a narrow line | no complete answer of .* within 2s | 3 | {"rate": 500}
a head that drips | no complete answer of .* within 2s | 3 | {"rate": 10}
a body that drips | no complete answer of .* within 2s | 3 | {"rate": 10, "from": 300}
FAULTS

title "answers of another kind"
listings "each is an error" 1 <<'FAULTS'
a head without end | headers of .* exceed 64 KiB | 1 | {"reply": "HTTP/1.1 200 OK\r\nX: ", "repeat": ["x", -1]}
fields without end | headers of .* exceed 64 KiB | 1 | {"reply": "HTTP/1.1 200 OK\r\n", "repeat": ["X: y\r\n", -1]}
a chunk extension without end | sends a line without end | 1 | {"reply": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "repeat": ["x", -1]}
3 GB announced | larger than 1073741824 bytes | 1 | {"reply": "HTTP/1.1 200 OK\r\nContent-Length: 3000000000\r\n\r\n[", "repeat": [" ", -1]}
a text without end | er than 1048576 bytes | 1 | {"reply": "HTTP/1.1 200 OK\r\n\r\n{\"images\": [{\"id\": \"", "repeat": ["x", -1]}
an image without end | an image of the answer has more than 4096 attributes | 1 | {"reply": "HTTP/1.1 200 OK\r\n\r\n{\"images\": [{", "repeat": ["\"a\": 1, ", -1]}
nested without end | nested deeper than 64 | 1 | {"reply": "HTTP/1.1 200 OK\r\n\r\n", "repeat": ["[", -1]}
an error page without end | error answer of .* is larger than 1048576 bytes | 1 | {"reply": "HTTP/1.1 400 X\r\n\r\n", "repeat": ["<html>", -1]}
gzip | encoded its answer \(gzip\), which was not asked for | 1 | {"reply": "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\u001f\u008b\u0008\u0000"}
gzip on the way | encoded its answer \(gzip, chunked\), which was not asked for | 1 | {"reply": "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n4\r\n\u001f\u008b\u0008\u0000\r\n0\r\n\r\n"}
two lengths | does not answer in HTTP/1.1: multiple Content-Length | 1 | {"reply": "HTTP/1.1 200 OK\r\nContent-Length: 14\r\nContent-Length: 15\r\n\r\n{\"images\": []} "}
another protocol | does not answer in HTTP/1.1 | 1 | {"reply": "SSH-2.0-OpenSSH_9.2\r\n\r\n"}
a list that ends with the connection in its middle | no JSON: incomplete | 1 | {"reply": "HTTP/1.1 200 OK\r\n\r\n{\"images\": [", "end": "close"}
a list that is none | answer | 1 | {"reply": "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull"}
FAULTS

title "pages after the first"
one_way() { # FAULT…: the cloud lab alone, through the first way
  cp "$scratch/one.yaml" "$lab/retouch.yaml"
  all_images "$lab" "min_ram: $1"
  through "$lab" lab "$proxy" 'timeouts: {connect: 1s, request: 2s}' 'limits: {requests: 500/s, reads: 500/s, writes: 500/s, burst: 10, concurrency: 4}'
  no_faults
  forget
  for each in "${@:2}"; do fault "$each"; done
}
one_way 1024 '{"query": "*marker=*", "skip": 1, "answer": 900, "end": "close"}'
exits "the third page is cut" 75 run "$lab" apply "${everything[@]}"
equal "… updates" 0 "$(written)"
one_way 1024 '{"query": "*marker=*", "reply": "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"images\": []}"}'
exits "the second page is empty" 0 run "$lab" plan --output json
equal "… and what was not listed is not there" 20 "$(jq '.clouds[0].images_seen' <<<"$out")"

title "what only takes longer"
one_way 1024 '{"query": "*marker=*", "slice": 1}' '{"path": "/v2/images", "latency": 0.2}' \
  '{"query": "*marker=*", "skip": 1, "times": 1, "answer": 900, "end": "reset"}'
exits "a byte a segment, latency, and one reset in the third page" 0 run "$lab" apply "${everything[@]}" --output json
equal "… images changed" 50 "$(jq .summary.changed <<<"$out")"
equal "… updates" 50 "$(written)"

title "the identity service"
images=$proxy
start_proxy login "$(jq -r '.clouds[0].identity_url' "$lab/sandbox.json")"
login() { # WHAT CODE PATTERN FAULT
  no_faults
  forget
  rm -rf "$HOME/.cache"
  fault "$4"
  timed "$1" 30 "$2" run "$lab" apply "${everything[@]}"
  contains "… in words" "$3" "$out$err"
  equal "… requests to the image service" 0 "$(stat requests service=image)"
}
cp "$scratch/one.yaml" "$lab/retouch.yaml"
sed -i "s|auth_url: .*|auth_url: \"$proxy/v3\"|" "$lab/retouch.yaml"
through "$lab" lab "$images" 'timeouts: {connect: 1s, request: 1s}'
all_images "$lab" "min_ram: 2048"
login "a token that is cut" 75 'POST .*/v3/auth/tokens: .*closed the connection before its answer was complete' '{"answer": 500, "end": "close"}'
login "a login that is reset" 75 'POST .*/v3/auth/tokens: .*reset by peer' '{"forward": 100, "answer": 0, "end": "reset"}'
login "a login without an answer" 75 'POST .*/v3/auth/tokens: no complete answer' '{"answer": 0, "end": "hang"}'
login "a token without end" 1 'POST .*/v3/auth/tokens: .*exceed 64 KiB' '{"reply": "HTTP/1.1 201 X\r\nX-Subject-Token: ", "repeat": ["x", -1]}'
login "an answer without end" 1 'POST .*/v3/auth/tokens: .*larger than 1048576 bytes' '{"reply": "HTTP/1.1 201 X\r\nX-Subject-Token: x\r\n\r\n", "repeat": ["{", -1]}'
no_faults

title "the run after that"
exits "is as if nothing had been" 0 run "$lab" apply "${everything[@]}" --output json
equal "… images changed" 50 "$(jq .summary.changed <<<"$out")"
exits "… and nothing is left to do" 0 run "$lab" plan --detailed-exitcode
finish
