# shellcheck shell=bash disable=SC2154  # lib.sh
title "conformance suite"
calm
RETOUCH_CONFORMANCE=triton RUN_AS=cloudapi-conformance run_gtest "$root/build/$preset/tests/conformance/test_conformance"
equal "nothing that kills the image service was sent" 0 "$(crashes)"
equal "the real validator is content with every image" '[]' "$(invalid)"
