# shellcheck shell=bash disable=SC2154  # lib.sh
# The unit test that signs needs the draft's private key. It is public, but in no repository of ours: an npm package documents it.
title "the public vectors of the draft, signed by us"
sed -n '/-----BEGIN RSA PRIVATE KEY-----/,/-----END RSA PRIVATE KEY-----/s/^ *//p' \
  "$CLOUDAPI_PACKAGES/node_modules/restify/node_modules/http-signature/http_signing.md" >"$scratch/draft-key"
RETOUCH_DRAFT_KEY=$scratch/draft-key RUN_AS=draft-vectors run_gtest "$root/build/$preset/tests/unit/auth/test_auth" '--gtest_filter=Draft.*'
