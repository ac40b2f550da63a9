#!/usr/bin/env bash
# tests/cloudapi/run.sh [CASE…]: the programs against a CloudAPI that is made of the real server's own parts, and beside the triton
# client. CASE is selftest, or a name of cases/; all of them unless said otherwise.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/install" >/dev/null || exit # before HOME changes
source "$here/../lib.sh"
source "$here/lib.sh"
source "$root/scripts/gtest.sh"
[ $# -gt 0 ] || set -- selftest vectors client keys fields refusals pace conformance

equal "no registry is named in the lock file" 0 "$(grep -c '://' "$here/package-lock.json" || :)"
start_cloud "$scratch/cloud"
give_triton_its_key

# The server against its own client, before anything is believed that it says.
selftest() {
  local log=$scratch/selftest status=0
  node --no-deprecation "$here/selftest/main.js" 2>&1 </dev/null | tee "$log" || status=$?
  if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    fail "the self-test ended without its closing line ($status)"
  fi
  provoked=$(control GET /stats | jq .crashes)
}

for name in "$@"; do
  source "$scratch/cloud/cloud.env"
  # shellcheck source=/dev/null
  if [ "$name" = selftest ]; then selftest; else source "$here/cases/$name.sh"; fi
done
finish
