# shellcheck shell=bash disable=SC2154  # set by run.sh
# Two release builds, and the packages made of them, are the same bit by bit.
exits "two builds give the same program and the same package" 0 "$root/scripts/reproducible"
note "$out"
