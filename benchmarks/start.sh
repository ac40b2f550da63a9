#!/usr/bin/env bash
# From exec to the first byte of the first request: with an empty token cache that is the login, with a token in it the list.
# shellcheck disable=SC2154  # what lib.sh sets
source "$(dirname "${BASH_SOURCE[0]}")/lib/lib.sh"
turns=$(sized 31 9)
dir=$scratch/lab
start_lab "$dir" 10
all_images "$dir" "min_ram: 1024"
costs_zero "$retouch" --config "$dir/retouch.yaml" plan # leaves a token in the cache
port=$(free_port)
# measure NAME ENDPOINT IDENTITY_PORT: the image service is at ENDPOINT, the identity service at IDENTITY_PORT; one of them is the listener
measure() {
  mkdir -p "$scratch/$1"
  cp -r "$dir"/{secrets,manifests} "$scratch/$1/"
  sed "s|^    provider: glance|&\n    endpoint: $2|; s|auth_url: \"http://127.0.0.1:[0-9]*|auth_url: \"http://127.0.0.1:$3|" "$dir/retouch.yaml" >"$scratch/$1/retouch.yaml"
  for _ in $(seq "$turns"); do
    python3 "$helpers/first_connection.py" "$port" "$retouch" --config "$scratch/$1/retouch.yaml" plan >>"$scratch/$1.ms"
  done
}
title "start"
identity=$(jq -r '.clouds[0].identity_url' "$dir/sandbox.json" | sed 's|.*:\([0-9]*\)/.*|\1|')
measure cached "http://127.0.0.1:$port" "$identity"
row "from exec to the first request, token in the cache" - 30 ms "$scratch/cached.ms"
measure login "$cloud" "$port"
row "from exec to the first request, login" - 30 ms "$scratch/login.ms"
measure tls "https://127.0.0.1:$port" "$identity"
row "from exec to the first handshake, token in the cache" - - ms "$scratch/tls.ms"
done_with_it
