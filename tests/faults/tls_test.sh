#!/usr/bin/env bash
# Servers whose certificate or TLS is not as it should be: each is refused before it heard one byte, and retouch says what is wrong.
# That goes for the identity service, which would be told the password, and for the image service, which would be told the token.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$faults_dir/certificates.sh"

name='DNS:localhost,DNS:keystone.example,IP:127.0.0.1'
server="subjectAltName=$name\nextendedKeyUsage=serverAuth"
authority ca ca
authority other_ca other_ca
KEY=rsa:1024 authority weak_ca weak_ca
KEY=rsa:2048 authority rsa_ca rsa_ca  # there is no ECDSA with MD5
authority limited ca 'nameConstraints=critical,permitted;DNS:.inside.example,permitted;DNS:inside.example'
certificate no_authority ca "basicConstraints=critical,CA:FALSE"
cp "$certificates/no_authority.crt" "$certificates/no_authority.chain"
authority expired_ca ca '' -startdate 20200101000000Z -enddate 20210101000000Z

certificate good ca "$server"
certificate expired ca "$server" -startdate 20200101000000Z -enddate 20210101000000Z
certificate future ca "$server" -startdate 20490101000000Z -enddate 20500101000000Z
certificate self_signed self_signed "$server"
certificate unknown other_ca "$server"
certificate forged no_authority "$server"
certificate of_expired expired_ca "$server"
certificate constrained limited "$server"
certificate other_host ca 'subjectAltName=DNS:elsewhere.example,DNS:localhost.example'
certificate other_address ca 'subjectAltName=IP:127.0.0.2,DNS:127.0.0.1'
CN=keystone.example certificate only_common_name ca 'extendedKeyUsage=serverAuth'
CN=keystone.example certificate other_name ca 'subjectAltName=email:root@keystone.example,URI:https://keystone.example/'
certificate client_only ca "subjectAltName=$name\nextendedKeyUsage=clientAuth"
certificate encryption_only ca "subjectAltName=$name\nkeyUsage=critical,cRLSign"
certificate critical ca "$server\n1.2.3.4=critical,ASN1:UTF8String:what is this"
certificate wide ca 'subjectAltName=DNS:*.example,DNS:*'
certificate partial ca 'subjectAltName=DNS:key*.example,DNS:*stone.example'
certificate deep ca 'subjectAltName=DNS:*.example'
certificate odd ca 'subjectAltName=DNS:keystone.example\\x00.evil.example,DNS:keystone.example/,DNS:https://keystone.example'
KEY=rsa:1024 certificate short_key ca "$server"
certificate of_short_key weak_ca "$server"
certificate sha1 ca "$server" -md sha1
certificate md5 rsa_ca "$server" -md md5
cat "$certificates"/{ca,weak_ca,rsa_ca}.crt >"$certificates/trusted.crt"

# PEER CERTIFICATE:FLAW HOST WHAT-IS-SAID
peers=(
  'expired expired:none localhost certificate has expired; also check this machine.s clock'
  'future future:none localhost certificate is not yet valid; also check this machine.s clock'
  'self_signed self_signed:none localhost self-signed certificate; if that is right, set tls.ca_file'
  'unknown unknown:none localhost unable to get local issuer certificate; if that is right, set tls.ca_file'
  'forged forged:none localhost invalid CA certificate|CA cert'
  'of_expired of_expired:none localhost certificate has expired'
  'constrained constrained:none localhost permitted subtree violation'
  'other_host other_host:none localhost hostname mismatch; use a name that the certificate was issued for'
  'other_address other_address:none 127.0.0.1 IP address mismatch; use a name'
  'only_common_name only_common_name:none keystone.example hostname mismatch; .*a common name does not count'
  'other_name other_name:none keystone.example hostname mismatch'
  'client_only client_only:none localhost unsuitable certificate purpose|unsupported certificate purpose'
  'encryption_only encryption_only:none localhost unsuitable certificate purpose|unsupported certificate purpose'
  'critical critical:none localhost unhandled critical extension'
  'wide wide:none keystone.example hostname mismatch'
  'partial partial:none keystone.example hostname mismatch'
  'deep deep:none very.deep.example hostname mismatch'
  'odd odd:none keystone.example hostname mismatch'
  'short_key short_key:none localhost key too (small|weak)'
  'of_short_key of_short_key:none localhost CA certificate key too weak|key too (small|weak)'
  'sha1 sha1:none localhost md too weak|signature digest algorithm too weak'
  'md5 md5:none localhost md too weak|signature digest algorithm too weak'
  'old good:old localhost TLS 1.2 or newer is required'
  'unencrypted good:null localhost no TLS with localhost'
  'anonymous good:anonymous localhost no TLS with localhost'
  'plain good:plain localhost does it speak plain http on this port\?'
  'broken good:broken localhost no TLS with localhost'
)
arguments=()
for peer in 'good good:none' 'good_address good:none' 'good_tunnel good:none' "${peers[@]}"; do
  read -r at flaw _ <<<"$peer"
  arguments+=("$at:$flaw")
done
heard=$scratch/certificates
background peers python3 "$faults_dir/tls_peers.py" "$certificates" "${arguments[@]}"
port_of() { jq -r --arg name "$1" '.[$name]' "$scratch/peers.out"; }
bytes_heard() { if [ -e "$heard/$1.heard" ]; then wc -c <"$heard/$1.heard"; else echo 0; fi; }

start_lab "$scratch/c" 3
all_images "$scratch/c" "min_ram: 1024"
cp "$scratch/c/retouch.yaml" "$scratch/one.yaml"
common=("tls: {ca_file: $certificates/trusted.crt}" 'timeouts: {connect: 5s, request: 10s}')


# One cloud a peer, all in one plan. A name other than localhost leads through the tunnel, and there to the peer's port as well.
# clouds_at login|image PEER…: the clouds of the seed's cloud, with their identity or their image service there
clouds_at() {
  local what=$1 peer at host
  shift
  printf 'clouds:\n'
  for peer; do
    read -r at _ host _ <<<"$peer"
    printf '  %s:\n    tls: {ca_file: %s}\n    timeouts: {connect: 10s, request: 20s}\n' "$at" "$certificates/trusted.crt"
    [ "$what" = login ] || printf '    endpoint: "https://%s:%s"\n' "$host" "$(port_of "$at")"
    sed -n '/^  "lab":$/,/^[^ ]/{/^    /p}' "$scratch/one.yaml" |
      if [ "$what" = login ]; then sed "s|auth_url: .*|auth_url: \"https://$host:$(port_of "$at")/v3\"|"; else cat; fi
  done
  sed -n '/^sources:/,$p' "$scratch/one.yaml"
}
ask_peers() { # a new cache each time: a token that is kept would be a login that does not happen
  HTTPS_PROXY=http://127.0.0.1:$(port_of tunnel) XDG_CACHE_HOME=$(mktemp -d "$scratch/cache.XXXX") run "$scratch/c" plan
}
all_clouds() {
  all_images "$scratch/c" "min_ram: 1024"
  sed -i 's/clouds: \[lab\]/clouds: ["*"]/' "$scratch/c/manifests/all.yaml"
}

title "a server as it should be is told the password and the token"
good=('good good:none localhost' 'good_address good:none 127.0.0.1' 'good_tunnel good:none keystone.example')
all_clouds
clouds_at login "${good[@]}" >"$scratch/c/retouch.yaml"
exits "three logins" 1 ask_peers
for peer in "${good[@]}"; do contains "… is heard at ${peer##* }" '^POST /v3/auth/tokens' "$(cat "$heard/${peer%% *}.heard" 2>&1)"; done
clouds_at image "${good[0]}" >"$scratch/c/retouch.yaml"
exits "a list" 1 ask_peers
contains "… its token is heard" '^X-Auth-Token: gAAAA' "$(cat "$heard/good.heard")"

title "a connection that is cut without a word of TLS ends no list"
start_proxy cut "$cloud" --tls "$certificates/good.pem" "$certificates/good.key"
cut_list() { # WHAT CODE PATTERN FAULT
  cp "$scratch/one.yaml" "$scratch/c/retouch.yaml"
  through "$scratch/c" lab "$proxy" "${common[@]}"
  no_faults
  fault "$4"
  exits "$1" "$2" run "$scratch/c" plan --detailed-exitcode
  contains "… in words" "$3" "$out"
}
whole='HTTP/1.1 200 OK\r\n\r\n{\"images\": []}'
cut_list "a body of known length" 75 'closed the connection before its answer was complete' '{"path": "/v2/images", "answer": 500, "end": "cut"}'
cut_list "a list that is whole, of unknown length" 75 'closed the connection before its answer was complete' "{\"path\": \"/v2/images\", \"reply\": \"$whole\", \"end\": \"cut\"}"
cut_list "… and the same with an end that is announced" 3 '0 images seen' "{\"path\": \"/v2/images\", \"reply\": \"$whole\", \"end\": \"close\"}"
forget
no_faults
fault '{"method": "PATCH", "answer": 100, "end": "cut"}'
exits "answers to updates" 0 run "$scratch/c" apply "${everything[@]}" --output json
equal "… each update is sent once" "3 3" "$(jq .summary.changed <<<"$out") $(stat requests method=PATCH)"
exits "… and nothing is left to do" 0 run "$scratch/c" plan --detailed-exitcode
all_images "$scratch/c" "min_ram: 2048"
sed -i 's/clouds: \[lab\]/clouds: ["*"]/' "$scratch/c/manifests/all.yaml"

refused() { # WHAT SECRET METHOD PATH PEER…: each peer of the last plan was refused in words, and heard nothing
  local peer at host says
  for peer in "${@:5}"; do
    read -r at _ host says <<<"$peer"
    contains "$1, $at: why" "failed: $3 https://$host:[0-9]+$4: .*($says)" "$(grep "^$at " <<<"$out")"
    equal "… bytes of $2 or anything else that it heard" 0 "$(bytes_heard "$at")"
  done
}
title "${#peers[@]} servers as they should not be, asked for a token"
clouds_at login "${peers[@]}" >"$scratch/c/retouch.yaml"
exits "each is an error" 1 ask_peers
refused "identity" "the password" POST /v3/auth/tokens "${peers[@]}"

title "the same, as image services"
clouds_at image "${peers[@]}" >"$scratch/c/retouch.yaml"
exits "each is an error" 1 ask_peers
refused "images" "the token" GET /v2/images "${peers[@]}"
finish
