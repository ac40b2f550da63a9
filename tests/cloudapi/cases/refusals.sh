# shellcheck shell=bash disable=SC2154  # lib.sh
title "credentials that are refused"
calm
site=$scratch/refused
configure "$site" "$(with_key stranger)"
entry "$site" 'description: x'
exits "a key that the account does not have" 6 run "$site" apply --yes
contains "it says who was refused" 'east.*(401|credential|key|signature)' "$err$out"
equal "and it is tried once" 1 "$(seen)"
configure "$site" "{url: $CLOUDAPI_URL, account: nobody, key_id: '$(md5 ed25519_openssh)', key: {file: $(key ed25519_openssh)}}"
exits "an unknown account" 6 run "$site" apply --yes
configure "$site" "{url: $CLOUDAPI_URL, account: alice, key_id: '$(md5 rsa_pkcs1)', key: {file: $(key ed25519_openssh)}}"
forget
exits "a key that is not the one meant" 5 run "$site" apply --yes
equal "nothing is sent" 0 "$(seen)"

title "sub-users and other accounts"
sub1="{url: $CLOUDAPI_URL, account: alice, user: sub1, key_id: '$(md5 sub1)', key: {file: $(key sub1)}"
calm
configure "$site" "$sub1, roles: [readers, ops]}"
exits "a sub-user in the right role" 0 run "$site" apply --yes
equal "every request names it and its roles" "$(seen)" "$(seen '(.key_id | startswith("/alice/users/sub1/keys/")) and (.url | contains("as-role=readers,ops")) and .status == 200')"
calm
configure "$site" "$sub1}"
exits "a sub-user in its own role, which may only read" 3 run "$site" apply --yes
contains "the server's reason" 'You do not have permission to access .*403' "$err$out"
calm
configure "$site" "{url: $CLOUDAPI_URL, account: bob, act_as: alice, roles: [_operator], key_id: '$(md5 bob)', key: {file: $(key bob)}}"
exits "another account" 0 run "$site" apply --yes
equal "the path is its own, the key ours" "$(seen)" "$(seen '(.url | startswith("/alice")) and (.key_id | startswith("/bob/keys/")) and .status == 200')"

title "a clock that is wrong"
calm
configure "$site"
faults '{"clock_offset": 1800}'
exits "half an hour" 0 run "$site" apply --yes
equal "one request was refused" 1 "$(seen '.status == 400')"
equal "it was signed again and all others were right at once" "$(($(seen) - 1))" "$(seen '.status == 200')"
contains "it is reported" 'clock' "$err"
calm
faults '{"clock_offset": -1800}'
exits "half an hour the other way" 0 run "$site" apply --yes
equal "one request was refused" 1 "$(seen '.status == 400')"
calm
faults '{"clock_offset": 7200}'
exits "two hours are not believed" 6 run "$site" apply --yes
equal "nothing is tried again" 1 "$(seen)"
contains "it says what to do" 'clock' "$err$out"

title "a server in trouble"
calm
entry "$site" 'description: x'
faults '{"read_only": {"message": "down for upgrade", "eta": "2126-12-01T10:00:00Z"}}'
exits "read-only mode for long" 75 run "$site" apply --yes
contains "the operator's words" 'down for upgrade' "$err$out"
equal "one POST" 1 "$(seen '.method == "POST"')"
calm
faults '{"answers": [{"method": "POST", "times": 1, "drop": "after"}]}'
exits "an answer that is lost" 0 run "$site" apply --yes
equal "what was written is not written again" 1 "$(seen '.method == "POST"')"
calm
faults '{"answers": [{"method": "POST", "times": 1, "status": 500, "body": {"message": "connect ECONNREFUSED 127.0.0.1:80"}}]}'
exits "an error without a code" 0 run "$site" apply --yes
equal "it was written" '"x"' "$(stored "$image" .description)"
calm
id=$(control GET /images | jq -r '.[0].id')
faults '{"answers": [{"method": "POST", "status": 422, "body": {"code": "ValidationFailed", "message": "invalid image data: homepage", "errors": [{"field": "homepage", "code": "Invalid"}]}, "times": 1}]}'
entry "$site" 'description: x, homepage: "https://example.com/refused"' "select: {id: $id}"
exits "a field that the server refuses" 3 run "$site" apply --yes
contains "it is named" 'homepage.*422|422.*homepage' "$err$out"
equal "the other one was written" '"x"' "$(stored "$id" .description)"
calm
entry "$site" 'description: x'
exits "quiet again" 0 run "$site" apply --yes
equal "every request has an id of its own" "$(seen)" "$(control GET /log | jq '[.[].request_id | select(. != null)] | unique | length')"
equal "every request names the versions" "$(seen)" "$(seen '.accept_version == "~9||~8" and .api_version == "~9||~8"')"
equal "nothing made the server crash" 0 "$(crashes)"
