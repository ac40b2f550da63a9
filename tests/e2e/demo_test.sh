#!/usr/bin/env bash
# scripts/demo from beginning to end, as a newcomer sees it.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

title "scripts/demo"
exits "the demonstration" 0 env RETOUCH_PRESET="$preset" "$root/scripts/demo"
contains "it shows three clouds" 'lab: glance, [0-9]+ images' "$out"
contains "one of them is a Triton" 'triton-us: triton, [0-9]+ images' "$out"
contains "it shows a changed field with its new value" 'hw_firmware_type.*uefi' "$out"
contains "it says where a field is wanted" 'lab\.yaml:[0-9]+' "$out"
first=${out%%and again:*} second=${out#*and again:}
contains "the first plan counts its changes" '[1-9][0-9]* (image|change)' "$first"
equal "one entry is planned over three families" 3 "$(grep -cE '~ alma-9 .*/all\.yaml:[0-9]+' <<<"${out%%== do it*}" || :)"
for cloud in lab otc-de triton-us; do contains "and applied on $cloud" "Applied $cloud: [1-9][0-9]* changed" "$first"; done
equal "the second plan changes nothing" 0 "$(grep -cE '^ *[~+-] ' <<<"${second%%for your own cloud*}" || :)"
contains "it says what to edit" 'docs/configuration.md' "$out"
finish
