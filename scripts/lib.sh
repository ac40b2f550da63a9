# shellcheck shell=bash disable=SC2034  # the colours are for those who source this
# What the scripts share: where the project is, how they speak, how they end. Sourced with bash, never run.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export LC_ALL=C.UTF-8

if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else bold='' dim='' red='' green='' plain=''; fi

say() { printf '%s\n' "$*"; }
title() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
note() { printf '%s   %s%s\n' "$dim" "$*" "$plain"; }
die() { printf '%s%s: %s%s\n' "$red" "${0##*/}" "$*" "$plain" >&2; exit 1; }

# The comment at a script's head is its --help.
usage() { sed -n '2,/^[^#]/{/^#/{s/^# \{0,1\}//;p}}' "$0"; }

# build PRESET [TARGET…]: configures when nothing is configured yet (CMake itself sees to later changes), then builds.
build() {
  local preset=$1 target targets=()
  shift
  for target in "$@"; do targets+=(--target "$target"); done
  (cd "$root"
   [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >"$(log_file "configure-$preset")" 2>&1 ||
     { tail -40 "build/logs/configure-$preset.log" >&2; die "cmake --preset $preset failed"; }
   cmake --build --preset "$preset" "${targets[@]}")
}

log_file() { mkdir -p "$root/build/logs"; printf '%s/build/logs/%s.log' "$root" "$1"; }

# A duration of whole seconds as "1m 05s".
minutes() { printf '%dm %02ds' $(($1 / 60)) $(($1 % 60)); }
