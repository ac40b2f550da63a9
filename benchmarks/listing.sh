#!/usr/bin/env bash
# A cloud with 100,000 images on which nothing is to be done: CPU an image, and memory. The cost of starting is taken away by the
# difference to a cloud with a tenth of the images.
# shellcheck disable=SC2154  # what lib.sh sets
source "$(dirname "${BASH_SOURCE[0]}")/lib/lib.sh"
many=$(sized 100000 20000) turns=$(sized 5 3)
few=$((many / 10))
clouds() {
  for count in "$many" "$few"; do
    printf '  - name: c%s\n    type: glance\n    limits: %s\n' "$count" "$no_limit"
    account
    printf '    images: [{name: "image-{n}", count: %s, project: images, attributes: {min_ram: 1024, hw_firmware_type: bios, note: "of no interest to anybody {n}"}}]\n' "$count"
  done
}
dir=$scratch/lab
start_cloud "$dir" < <(echo clouds: && clouds)
{
  printf 'apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: few}\nspec:\n  defaults: {attributes: {min_ram: 1024}}\n  images:\n'
  for count in "$many" "$few"; do
    for n in 1 2 $((count / 3)) $((count / 2)) "$count"; do
      printf '    - {name: c%s-%s, clouds: [c%s], select: {name: image-%s}}\n' "$count" "$n" "$count" "$n"
    done
  done
} >"$dir/manifests/few.yaml"

# plans COUNT: sets $cpu and $peak
plans() {
  costs_zero "$retouch" --config "$dir/retouch.yaml" plan --cloud "c$1" --detailed-exitcode
  grep -q "$1 images seen" "$scratch/stdout" || die "not $1 images were seen: $(head -n 3 "$scratch/stdout")"
}
title "listing $many images, nothing to do"
for _ in $(seq "$turns"); do
  plans "$many"
  all=$cpu
  number "$peak / 1024" >>"$scratch/peak"
  plans "$few"
  number "($all - $cpu) / ($many - $few)" >>"$scratch/cpu"
  note "CPU for $many images $((all / 1000)) ms, for $few $((cpu / 1000)) ms; $(tail -n 1 "$scratch/peak") MiB"
done
row "CPU of an image that is listed, $many images, nothing to do" - 10 µs "$scratch/cpu"
row "memory meanwhile" - 64 MiB "$scratch/peak"
done_with_it
