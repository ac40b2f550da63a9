#!/usr/bin/env bash
# Updates a second without a limit, beside wrk that sends the same PATCHes to the same server over as many connections; and what
# an update costs in CPU, plain and over TLS.
# shellcheck disable=SC2154  # what lib.sh sets
source "$(dirname "${BASH_SOURCE[0]}")/lib/lib.sh"
images=$(sized 10000 2000) turns=$(sized 5 3) seconds=$(sized 3 1)
dir=$scratch/lab
start_cloud "$dir" <<YAML
clouds:
  - name: lab
    type: glance
    limits: $no_limit
$(account)
    images:
      - {name: "a-{n}", count: $((images / 2)), project: images, attributes: {os_version: a}}
      - {name: "b-{n}", count: $((images / 2)), project: images, attributes: {os_version: b}}
YAML
TOKEN=$(token "$dir")
export BENCH_TOKEN=$TOKEN BENCH_IDS=$scratch/ids
# For TLS a relay that ends it: one process a connection, so that it takes nothing from the server's own thread.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
  -keyout "$scratch/key.pem" -out "$scratch/cert.pem" 2>/dev/null
port=$(free_port)
socat "OPENSSL-LISTEN:$port,bind=127.0.0.1,fork,reuseaddr,nodelay,cert=$scratch/cert.pem,key=$scratch/key.pem,verify=0" "TCP:${cloud#http://},nodelay" 2>"$scratch/socat.err" &
at_exit "stop $!"
mkdir -p "$scratch/tls/secrets"
cp "$dir"/secrets/* "$scratch/tls/secrets/"
sed "/provider: glance/a\\    endpoint: https://127.0.0.1:$port\n    tls: {ca_file: $scratch/cert.pem}" "$dir/retouch.yaml" >"$scratch/tls/retouch.yaml"

# wanted A B: min_ram of the two halves
wanted() {
  printf 'apiVersion: retouch/v1\nkind: Image\nmetadata: {name: %s}\nspec: {clouds: [lab], select: {os_version: %s}, match: all, attributes: {min_ram: %s}}\n---\n' \
    a a "$1" b b "$2" >"$dir/manifests/all.yaml"
}
value=1000
# applies CONFIG COUNT: sets $rate and $cpu of an apply that changes so many of the images
applies() {
  forget
  costs_zero "$retouch" --config "$1/retouch.yaml" apply "${everything[@]}"
  arrivals 'service=image&method=PATCH&status=200'
  [ "$arrived" = "$2" ] || die "$arrived updates arrived instead of $2"
}
# wrks URL: sets $rate and $cpu, of all its requests
wrks() {
  forget
  BENCH_VALUE=$((value += 1000)) costs_zero wrk -t1 -c16 "-d${seconds}s" -s "$helpers/patch.lua" "$1"
  ! grep -q 'Non-2xx\|Socket errors' "$scratch/stdout" || die "wrk: $(cat "$scratch/stdout")"
  arrivals 'service=image&method=PATCH&status=200'
}

ask images | jq -r '.[].id' >"$scratch/ids"
compare() { # NAME CONFIG URL
  local half all
  for _ in $(seq "$turns"); do
    wanted $((value += 1000)) "$value"
    applies "$2" "$images"
    all=$cpu
    echo "$rate" >"$scratch/rate"
    wanted $((value + 1)) "$value"
    applies "$2" $((images / 2))
    half=$cpu
    number "($all - $half) / ($images / 2)" >>"$scratch/$1.cpu"
    wrks "$3"
    number "$cpu / $arrived" >>"$scratch/$1.wrk"
    note "$1: $(<"$scratch/rate") updates/s, wrk $rate/s; CPU of $images updates $((all / 1000)) ms, of half of them $((half / 1000)) ms"
    number "$(<"$scratch/rate") / $rate" >>"$scratch/$1.ratio"
  done
}
title "updates without a limit, $images images"
compare plain "$dir" "$cloud"
compare tls "$scratch/tls" "https://127.0.0.1:$port"
row "updates a second / those of \`wrk\`, 16 connections" 0.5 - "" "$scratch/plain.ratio"
row "the same over TLS" 0.5 - "" "$scratch/tls.ratio"
row "CPU of an update" - 50 µs "$scratch/plain.cpu"
row "… of a request of wrk" - - µs "$scratch/plain.wrk"
row "CPU of an update over TLS" - 60 µs "$scratch/tls.cpu"
row "… of a request of wrk over TLS" - - µs "$scratch/tls.wrk"
done_with_it
