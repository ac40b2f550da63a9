# shellcheck shell=bash disable=SC2154  # lib.sh
# signs WHAT NAME ALGORITHM [AUTH]: a plan and an apply with that key, of which every request is verified
signs() {
  local what=$1 name=$2 algorithm=$3 site=$scratch/keys
  configure "$site" "${4-$(with_key "$name")}"
  entry "$site" "description: 'by $what'"
  forget
  exits "$what" 0 run "$site" apply --yes --output json
  equal "$what: changed" 1 "$(jq .summary.changed <<<"$out")"
  equal "$what: read back" "\"by $what\"" "$(stored "$image" .description)"
  equal "$what: every request signed with it" "$(seen)" "$(seen ".status == 200 and .key_id == \"/alice/keys/$(md5 "$name")\" and
    (.algorithm == \"$algorithm\") and (.headers | split(\" \") | sort) == [\"(request-target)\", \"date\", \"host\"]")"
}

# replayed OPTION…: the last list request once more, with its own signature and date, but for what the options alter; the status
replayed() {
  curl -s --noproxy '*' --globoff -o /dev/null -w '%{http_code}' -H "Authorization: $signature" -H "Date: ${when-$date}" "$@" "$CLOUDAPI_URL${path-$url}"
}
# unalterable WHAT: what retouch signed last is good as it is, and for nothing else
unalterable() {
  local entry url date signature
  entry=$(control GET /log | jq '[.[] | select(.method == "GET" and (.url | contains("/images?")))] | last')
  url=$(jq -r .url <<<"$entry") date=$(jq -r .date <<<"$entry")
  signature=$(jq -r '"Signature keyId=\"\(.key_id)\",algorithm=\"\(.algorithm)\",headers=\"\(.headers)\",signature=\"\(.signature)\""' <<<"$entry")
  equal "$1: replayed" 200 "$(replayed)"
  equal "$1: the method altered" 401 "$(replayed -X HEAD --head)"
  equal "$1: the path altered" 401 "$(path=${url/alice/my} replayed)"
  equal "$1: the query altered" 401 "$(path=$url\&name=x replayed)"
  equal "$1: the host altered" 401 "$(replayed -H 'Host: elsewhere.example')"
  equal "$1: the date altered" 401 "$(when=$(date -u -d "$date + 2 seconds" '+%a, %d %b %Y %H:%M:%S GMT') replayed)"
}

title "keys in files"
calm
for form in pkcs1 pkcs8 openssh; do signs "rsa_$form" "rsa_$form" rsa-sha256; done
for form in pem pkcs8 openssh; do
  signs "ecdsa_p256_$form" "ecdsa_p256_$form" ecdsa-sha256
  signs "ecdsa_p384_$form" "ecdsa_p384_$form" ecdsa-sha512
  signs "ecdsa_p521_$form" "ecdsa_p521_$form" ecdsa-sha512
done
for form in openssh pkcs8; do signs "ed25519_$form" "ed25519_$form" ed25519-sha512; done
unalterable "ed25519"
signs "rsa once more" rsa_openssh rsa-sha256
unalterable "rsa"
signs "ecdsa once more" ecdsa_p256_pem ecdsa-sha256
unalterable "ecdsa"
signs "rsa with sha512" rsa_pkcs1 rsa-sha512 "$(with_key rsa_pkcs1 ', algorithm: rsa-sha512')"
signs "a key known by its SHA256 fingerprint" ed25519_openssh ed25519-sha512 \
  "{url: $CLOUDAPI_URL, account: alice, key_id: '$(sha256 ed25519_openssh)', key: {file: $(key ed25519_openssh)}}"
signs "a key known by its name" ed25519_openssh ed25519-sha512 \
  "{url: $CLOUDAPI_URL, account: alice, key_id: ed25519_openssh, key: {file: $(key ed25519_openssh)}}"

title "keys from elsewhere"
export CREDENTIALS_DIRECTORY=$scratch/credentials
mkdir -m 700 "$CREDENTIALS_DIRECTORY"
install -m 400 "$(key ecdsa_p256_pem)" "$CREDENTIALS_DIRECTORY/cloud-key"
signs "a systemd credential" ecdsa_p256_pem ecdsa-sha256 \
  "{url: $CLOUDAPI_URL, account: alice, key_id: '$(md5 ecdsa_p256_pem)', key: {credential: cloud-key}}"
unset CREDENTIALS_DIRECTORY

start_agent() { SSH_AUTH_SOCK=$scratch/agent.sock ssh-agent -D -a "$scratch/agent.sock" >/dev/null 2>&1 </dev/null & agent=$!; at_exit "stop $agent"; }
start_agent
wait_for 10 test -S "$scratch/agent.sock"
export SSH_AUTH_SOCK=$scratch/agent.sock
for name in stranger rsa_openssh ecdsa_p384_openssh ed25519_openssh; do ssh-add -q "$(key "$name")" </dev/null; done
from_agent() { printf '{url: "%s", account: alice, key_id: "%s", agent: true}' "$CLOUDAPI_URL" "$1"; }
signs "rsa from the agent" rsa_openssh rsa-sha256 "$(from_agent "$(md5 rsa_openssh)")"
signs "ed25519 from the agent" ed25519_openssh ed25519-sha512 "$(from_agent "$(sha256 ed25519_openssh)")"
# An agent signs P-384 with SHA-384, which the real verifier refuses: that must be said before anything is sent.
configure "$scratch/p384" "$(from_agent "$(md5 ecdsa_p384_openssh)")"
entry "$scratch/p384" 'description: x'
forget
exits "P-384 from the agent" 6 run "$scratch/p384" plan
contains "it says why" 'P-384|nistp384|sha384' "$err$out"
equal "and nothing is sent" 0 "$(seen)"
# An encrypted key is of use only in an agent, and the message says so.
encrypted() {
  configure "$scratch/encrypted" "$(with_key "$1")"
  entry "$scratch/encrypted" 'description: x'
  forget
  exits "$1" "$2" run "$scratch/encrypted" plan
  contains "$1: the way out is named" 'encrypted.*agent|agent.*encrypted' "$err$out"
  equal "$1: nothing is sent" 0 "$(seen)"
}
for name in rsa_encrypted_openssh rsa_encrypted_pem ed25519_encrypted; do encrypted "$name" 5; done
stop "$agent"
unset SSH_AUTH_SOCK

title "profiles of the triton client"
mkdir -p "$HOME/.triton/profiles.d" "$HOME/.ssh"
install -m 600 "$(key ed25519_openssh)" "$HOME/.ssh/id_ed25519"
cp "$(key ed25519_openssh).pub" "$HOME/.ssh/id_ed25519.pub"
export -n XDG_CONFIG_HOME
jq -n --arg url "$CLOUDAPI_URL" --arg key "$(md5 ed25519_openssh)" '{url: $url, account: "alice", keyId: $key}' >"$HOME/.triton/profiles.d/east.json"
signs "a profile" ed25519_openssh ed25519-sha512 '{profile: east}'
echo '{"profile": "east"}' >"$HOME/.triton/config.json"
signs "the current profile" ed25519_openssh ed25519-sha512 '{}'
rm -r "$HOME/.triton"
export TRITON_URL=$CLOUDAPI_URL TRITON_ACCOUNT=alice SDC_KEY_ID; SDC_KEY_ID=$(md5 ed25519_openssh)
signs "the environment" ed25519_openssh ed25519-sha512 '{}'
unset TRITON_URL TRITON_ACCOUNT SDC_KEY_ID
export XDG_CONFIG_HOME
rm -r "$HOME/.ssh"
