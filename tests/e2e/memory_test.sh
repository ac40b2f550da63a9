#!/usr/bin/env bash
# A cloud with 100,000 images of which 10 are managed: planning it must not need memory for the other 99,990.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# peak COMMAND…: its largest resident set in MiB, whatever its exit code
peak() {
  python3 - "$@" 3>&1 >"$scratch/peak.out" 2>"$scratch/peak.err" <<'PY'
import os, resource, subprocess, sys
subprocess.run(sys.argv[1:])
os.write(3, f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.1f}\n".encode())
PY
}

plan_of() { # TYPE: 100,000 images on a cloud of this type
  local dir=$scratch/$1
  start_cloud "$dir" <<YAML
clouds:
  - name: lab
    type: $1
    limits: {requests: 1000/s, reads: 1000/s, burst: 50}
$(account)
    images:
      - {name: "image-{n}", count: 100000, project: images, attributes: {min_ram: 512, hw_firmware_type: bios, note: "of no interest to anybody {n}"}}
YAML
  {
    printf 'apiVersion: retouch/v1\nkind: ImageSet\nmetadata: {name: few}\nspec:\n  clouds: [lab]\n'
    printf '  defaults: {attributes: {min_ram: 1024}}\n  images:\n'
    for n in 1 500 999 1000 1001 25000 50000 75000 99999 100000; do
      printf '    - {name: image-%s, select: {name: image-%s}}\n' "$n" "$n"
    done
  } >"$dir/manifests/few.yaml"
  local mib
  mib=$(peak "$retouch" --config "$dir/retouch.yaml" plan --output json)
  equal "$1: images seen" 100000 "$(jq '.clouds[0].images_seen' "$scratch/peak.out")"
  equal "$1: changes planned" 10 "$(jq .summary.changes "$scratch/peak.out")"
  between "$1: MiB of memory at the most" 1 "$mib" 64
  note "$1: $(stat requests 'service=image') list requests in $(stat span_seconds 'service=image') s"
  stop_cloud
}

title "100,000 images, 10 of them managed"
plan_of glance
plan_of ims
finish
