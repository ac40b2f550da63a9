#!/usr/bin/env bash
# tests/host/run.sh [CASE…]: retouch as a part of a Linux host. Cases: units (verified, exposure), manual, completion, owner
# (a verb of root's works as the owner of the state), package (built, its SBOM checked, installed, purged; needs root), reproducible (a second
# release build elsewhere gives the same bytes).
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
[ -x "$retouch" ] || die "no $retouch: build it first (scripts/test host does)"
cases=$root/tests/host/cases

# skip NAME WHY
skip() { skipped=$((skipped + 1)); skips+=("host.$1: $2"); note "skipped $1: $2"; }

[ $# -gt 0 ] || set -- units manual completion owner package reproducible
for case in "$@"; do
  [ -f "$cases/$case.sh" ] || die "no case \"$case\" in tests/host/cases"
  title "host: $case"
  # shellcheck disable=SC1090
  source "$cases/$case.sh"
done
finish
