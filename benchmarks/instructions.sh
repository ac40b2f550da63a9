#!/usr/bin/env bash
# Instructions of five kernels under callgrind, held to benchmarks/instructions.txt within 5 %.
# benchmarks/instructions.sh --store: writes that file anew, after a change that is meant (or another compiler or library).
#
# CPU dispatch is pinned: glibc and OpenSSL choose their code by the processor, and the counts must be those of every machine.
# shellcheck disable=SC2154  # what lib.sh sets
source "$(dirname "${BASH_SOURCE[0]}")/lib/lib.sh"
baseline=$root/benchmarks/instructions.txt
kernels="decode plan manifests limiter sign"
# As on an x86-64 of 2013 without AVX: no AVX, no ERMS; no AES-NI, SHA or AVX for OpenSSL.
export GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX_Usable,-AVX2_Usable,-AVX512F_Usable,-AVX,-AVX2,-AVX512F,-AVX512VL,-AVX512BW,-ERMS,-FSRM,-MOVBE,-BMI2,-LZCNT,-Prefer_ERMS,-AVX_Fast_Unaligned_Load
export OPENSSL_ia32cap=0x0:0x0
counted() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null --collect-atstart=no '--toggle-collect=retouch_measured_work' \
    "$scratch/kernels" "$1" 2>&1 | awk '/Collected :/ { print $4 }'
}
title "instructions"
# The valgrind of Debian 12 cannot read clang 19's debug information, and needs the symbols.
strip --strip-debug -o "$scratch/kernels" "$root/build/release/benchmarks/retouch_kernels"
if [ "${1-}" = --store ]; then
  {
    echo "# KERNEL INSTRUCTIONS: written by benchmarks/instructions.sh --store; $(clang++-19 --version | head -n 1), $(dpkg-query -W -f='libc6 ${Version}' libc6)"
    for kernel in $kernels; do echo "$kernel $(counted "$kernel")"; done
  } >"$scratch/baseline"
  cp "$scratch/baseline" "$baseline"
  cat "$baseline"
  done_with_it
  exit
fi
for kernel in $kernels; do
  stored=$(awk -v kernel="$kernel" '$1 == kernel { print $2 }' "$baseline")
  [ -n "$stored" ] || die "$baseline has no \"$kernel\": benchmarks/instructions.sh --store"
  now=$(counted "$kernel")
  [ -n "$now" ] || die "callgrind counted nothing for \"$kernel\""
  number "$now / $stored" 4 >"$scratch/$kernel"
  row "instructions of \`$kernel\` / baseline" 0.95 1.05 "" "$scratch/$kernel" "$now"
done
done_with_it
