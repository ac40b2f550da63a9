# shellcheck shell=bash disable=SC2154  # lib.sh
title "the triton client"
calm
bob=b0b00000-0000-4000-8000-000000000002
exits "triton image list" 0 triton image list -j
equal "what it lists" '["bare","vm","public-base","shared-with-alice","web-base"]' "$(jq -sc 'map(.name)' <<<"$out")"
exits "triton image get" 0 triton image get -j "$image"
equal "what it gets" '"bare"' "$(jq -c .name <<<"$out")"
exits "triton image update" 0 triton image update "$image" version=1.0.1 'description=hello world' homepage=https://example.com/x
exits "triton image tag" 0 triton image tag "$image" role=os n=3 b=true
exits "triton image share" 0 triton image share "$image" "$bob"
equal "what it wrote" "[\"1.0.1\",\"hello world\",\"https://example.com/x\",{\"role\":\"os\",\"n\":3,\"b\":true},[\"$bob\"]]" \
  "$(stored "$image" '[.version, .description, .homepage, .tags, .acl]')"
exits "triton image unshare" 0 triton image unshare "$image" "$bob"
equal "the list is gone" null "$(stored "$image" .acl)"
exits "triton account get" 0 triton account get -j
equal "who it is" "\"$CLOUDAPI_ACCOUNT_ID\"" "$(jq -c .id <<<"$out")"
exits "triton image update to what is refused" 1 triton image update "$image" homepage=
contains "the server's reason" 'invalid image data: homepage' "$err"
equal "every request of it was verified" "$(seen)" "$(seen '.algorithm == "rsa-sha256" and .headers == "(request-target) date" and .status < 500')"
