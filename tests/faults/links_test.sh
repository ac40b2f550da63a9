#!/usr/bin/env bash
# Redirects, `next` links and addresses of the catalogue that lead elsewhere: nobody there is so much as connected to.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

lab=$scratch/c
start_paged_cloud "$lab" 40
cp "$lab/retouch.yaml" "$scratch/one.yaml"
start_proxy evil "$cloud"
evil=${proxy##*:} evil_control=$control
met() { curl -sS --noproxy '*' --max-time 20 "$evil_control/connections"; }
start_proxy proxy "$cloud" --ways 40

# E = the port where nothing may arrive, P = the cloud's own port. As JSON writes them, so that there can be anything in them.
mapfile -t forms <<'FORMS'
http://127.0.0.1:E/v2/images
//127.0.0.1:E/v2/images
///127.0.0.1:E/v2/images
http:127.0.0.1:E/v2/images
http:/127.0.0.1:E/v2/images
http:///127.0.0.1:E/v2/images
HTTP://127.0.0.1:E/v2/images
http://localhost:E/v2/images
http://LOCALHOST.:E/v2/images
http://127.0.0.1.:E/v2/images
http://127.1:E/v2/images
http://2130706433:E/v2/images
http://0x7f000001:E/v2/images
http://0177.0.0.1:E/v2/images
http://[::ffff:127.0.0.1]:E/v2/images
http://[::1]:E/v2/images
http://127.0.0.1:P@127.0.0.1:E/v2/images
http://user:word@127.0.0.1:P/v2/images
http://127.0.0.1:E#@127.0.0.1:P/v2/images
http://127.0.0.1:E\\@127.0.0.1:P/v2/images
http://127.0.0.1:P%2f@127.0.0.1:E/v2/images
\\\\127.0.0.1:E/v2/images
/\\127.0.0.1:E/v2/images
http:\\\\127.0.0.1:E/v2/images
https://127.0.0.1:P/v2/images
ftp://127.0.0.1:E/v2/images
file:///etc/passwd
javascript:location='http://127.0.0.1:E/'
data:application/json,{}
../../127.0.0.1:E/v2/images
http://xn--lcalhost-54a:E/v2/images
http://127.0.0.1:E,127.0.0.1:P/v2/images
http://127.0.0.1\u0000:E/v2/images
ht\ttp://127.0.0.1:E/v2/images
http://127.0.0.1:E/v2/images\r\nX-Auth-Token: x
FORMS
form() { # N WAY: as it is in JSON
  local port=${ways[$2]##*:} text=${forms[$1]}
  text=${text//:E/:$evil}
  printf '%s' "${text//:P/:$port}"
}
settings=('timeouts: {connect: 5s, request: 20s}' 'limits: {requests: 500/s, reads: 500/s, writes: 500/s, burst: 10, concurrency: 4}')
statuses=(301 302 303 307 308)

at_ways() { # COUNT: clouds through so many ways, one for each form
  cp "$scratch/one.yaml" "$lab/retouch.yaml"
  all_images "$lab" "min_ram: 1024"
  clouds_through "$lab" "$1" "${settings[@]}"
  no_faults
  curl -sS "$control/log" -X DELETE >/dev/null
}
refused() { # WHAT PATTERN: what each of the clouds said
  local n
  for n in "${!forms[@]}"; do contains "$1 ${forms[n]}" "$2" "$(grep "^lab-$n " <<<"$out")"; done
  equal "connections to elsewhere" 0 "$(met)"
}

title "a list is redirected, in ${#forms[@]} forms"
at_ways ${#forms[@]}
for n in "${!forms[@]}"; do
  # A line end in the Location would be another field of the answer.
  fault "{\"way\": $n, \"path\": \"/v2/images\", \"reply\": \"HTTP/1.1 ${statuses[n % 5]} X\r\nContent-Length: 0\r\nLocation: $(form "$n" "$n")\r\n\r\n\"}"
done
exits "each is an error" 1 run "$lab" plan
refused "Location" 'failed: .*(redirected to|does not answer in HTTP/1.1)'
equal "requests of each way" 1 "$(passed_through | jq 'group_by(.way) | map(length) | max')"

title "a list goes on elsewhere, in ${#forms[@]} forms"
at_ways ${#forms[@]}
for n in "${!forms[@]}"; do
  fault "{\"way\": $n, \"path\": \"/v2/images\", \"replace\": [\"\\\"next\\\":\", $(jq -n --argjson text "\"$(form "$n" "$n")\"" '"\"next\":" + ($text | tojson) + ",\"was\":"')]}"
done
exits "each is an error" 1 run "$lab" plan
refused "next" "failed: .*the list's .next. (is not followed|leads out of the image service)"

title "updates are redirected"
cp "$scratch/one.yaml" "$lab/retouch.yaml"
all_images "$lab" "min_ram: 1024"
through "$lab" lab "$proxy" "${settings[@]}"
no_faults
for n in "${!forms[@]}"; do
  fault "{\"method\": \"PATCH\", \"path\": \"*/$(id_of "image-$((n + 1))")\", \"reply\": \"HTTP/1.1 ${statuses[n % 5]} X\r\nContent-Length: 0\r\nLocation: $(form "$n" 0)\r\n\r\n\"}"
done
forget
exits "each fails alone" 3 run "$lab" apply "${everything[@]}" --force failures --output json
equal "… with words" ${#forms[@]} "$(jq '[.clouds[0].results[] | select(.status == "failed") | .error.message | select(test("redirected to|does not answer in HTTP"))] | length' <<<"$out")"
equal "… while the others change" $((40 - ${#forms[@]})) "$(stat requests method=PATCH)"
equal "connections to elsewhere" 0 "$(met)"

title "logins are redirected, and the catalogue leads elsewhere"
images=$proxy
identity=$(jq -r '.clouds[0].identity_url' "$lab/sandbox.json")
start_proxy login "$identity"
sent_on() { # WHAT CODE PATTERN FAULT: a login that meets this fault
  no_faults
  forget
  rm -rf "$HOME/.cache"
  fault "$4"
  exits "$1" "$2" run "$lab" plan
  contains "… in words" "$3" "$out$err"
  equal "… connections to elsewhere, requests of images" "0 0" "$(met) $(stat requests service=image)"
}
cp "$scratch/one.yaml" "$lab/retouch.yaml"
sed -i "s|auth_url: .*|auth_url: \"$proxy/v3\"|" "$lab/retouch.yaml"
for status in 301 302 307 308; do
  sent_on "a login that is answered $status" 1 "$status" "{\"reply\": \"HTTP/1.1 $status X\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:$evil/v3/auth/tokens\r\n\r\n\"}"
done
# Another host is what a catalogue is for; what is refused is what no image service can be.
while read -r address; do
  sent_on "a catalogue with $address" 1 "catalogue's image endpoint .* is refused" "$(jq -n --arg new "$address" --arg old "$cloud" '{replace: [$old, ($new | tojson | .[1:-1])]}')"
done <<CATALOGUE
http://user:word@127.0.0.1:$evil
http://127.0.0.1:${images##*:}@127.0.0.1:$evil
http://2130706433:$evil
http://127.1:$evil
http://127.0.0.1:$evil#
http://127.0.0.1:$evil\\@x
http://169.254.169.254
https://[fe80::1]
http://[::ffff:169.254.169.254]
http://metadata.google.internal
http://0.0.0.0:$evil
http://evil.example:$evil
ftp://127.0.0.1:$evil
//127.0.0.1:$evil
file:///etc/passwd
javascript:alert(1)
CATALOGUE
finish
