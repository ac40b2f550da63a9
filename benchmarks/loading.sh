#!/usr/bin/env bash
# 10,000 entries loaded and validated, beside the bare event pass of yaml-cpp over the same file: CPU time of both, in turns.
# shellcheck disable=SC2154  # what lib.sh sets
source "$(dirname "${BASH_SOURCE[0]}")/lib/lib.sh"
title "loading 10,000 entries"
"$root/build/release/benchmarks/retouch_kernels" --time "$(sized 9 3)" load-10000 events-10000 >"$scratch/times"
awk '{ print $1 / $2 }' "$scratch/times" >"$scratch/ratio"
awk '{ print $1 }' "$scratch/times" >"$scratch/loading"
row "CPU of 10,000 entries loaded and validated / that of yaml-cpp's events" - 2 "" "$scratch/ratio"
row "… in milliseconds" - - ms "$scratch/loading"
done_with_it
