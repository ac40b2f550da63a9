# shellcheck shell=bash disable=SC2154  # root is set by scripts/lib.sh
# npm packages for tests. Sourced after scripts/lib.sh, and not part of tests/lib.sh: that changes HOME, where npm finds its settings.

# install_npm DIR PACKAGE: the packages of tests/DIR/package-lock.json, below build/ unless they are there; prints where. PACKAGE is one of
# them. Once for each content of the lock file and each Node version.
install_npm() {
  local here=$root/tests/$1 place fresh key tool
  for tool in node npm; do command -v "$tool" >/dev/null || die "no $tool here: scripts/bootstrap real"; done
  key=$(cat "$here/package-lock.json" "$here/package.json" "$here/.npmrc" <(node --version) | sha256sum | cut -c 1-16)
  place=$root/build/$1/$key
  if [ ! -d "$place/node_modules/$2" ]; then
    fresh=$(mkdir -p "$root/build/$1" && mktemp -d "$root/build/$1/new.XXXXXX")
    # shellcheck disable=SC2064  # its value of now
    trap "rm -rf '$fresh'" EXIT
    cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$fresh/"
    (cd "$fresh" && npm ci </dev/null >"$(log_file "npm-ci-$1")" 2>&1) ||
      { tail -n 20 "$root/build/logs/npm-ci-$1.log" >&2; die "npm ci failed in a copy of tests/$1"; }
    mv -T "$fresh" "$place" 2>/dev/null || [ -d "$place/node_modules/$2" ] || die "$place is in the way: remove it"
  fi
  say "$place"
}
