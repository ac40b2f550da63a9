#!/usr/bin/env bash
# export: 1,000 live images of each family become manifests that validate and plan to nothing; so do the definitions of
# openstack-image-manager, once they were applied to what that tool has imported.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

three=$scratch/three
mkdir -p "$three"
ssh-keygen -q -t ed25519 -N '' -C export -f "$three/triton-key"
fast='limits: {requests: 1000/s, reads: 1000/s, burst: 100}'
start_cloud "$three" <<YAML
clouds:
  - name: lab
    type: glance
    $fast
    image: {page: 100}
$(account)
    images:
      - name: "Ubuntu {n}"
        count: 1000
        project: images
        attributes: {min_ram: 512, min_disk: 8, os_version: "24.10", note: "yes", tags: [lts, "b: {n}", "#{n}"], description: "image {n}"}
        vary:
          - {every: 2, attributes: {hw_firmware_type: uefi, description: "line one\nline two: # {n}"}}
          - {every: 3, attributes: {os_hidden: true, protected: true, "weird: key": "  blanks ", tilde: "~"}}
          - {every: 5, attributes: {visibility: public, "0x1f": "1e3", "2026-11-22": "2026-11-22", img_signature: platform}}
          - {every: 7, attributes: {unicode: "Grüße 世界 \u202Egnp", quote: "\"'\\\\", tab: "a\tb", empty: "", tags: []}}
          - {every: 11, attributes: {name: "one of many"}}
      - {name: "queued {n}", count: 3, project: images, attributes: {status: pending_delete}}
      - {name: "foreign {n}", count: 20, attributes: {visibility: public}}
  - name: otc-de
    type: ims
    region: eu-de
    $fast
    projects: [{name: eu-de_images, domain: OTC1}]
    users: [{name: retouch, domain: OTC1, password: secret, projects: [eu-de_images], default_project: eu-de_images}]
    images:
      - name: "golden-{n}"
        count: 1000
        project: eu-de_images
        attributes: {min_ram: 1024, hw_firmware_type: uefi, family: "ubuntu #{n}", tags: {owner: platform, n: "{n}"}}
        vary:
          - {every: 2, attributes: {__description: "golden: {n}", __support_largememory: "true", max_ram: "4096"}}
          - {every: 3, attributes: {hw_vif_multiqueue_enabled: "True", tags: {stage: "no"}, __support_kvm: "true"}}
          - {every: 5, attributes: {name: golden-twin, hw_firmware_type: bios, tags: []}}
          - {every: 10, attributes: {__description: "as <IMS> takes none from us"}}
      - {name: saving, project: eu-de_images, attributes: {status: saving}}
  - name: triton-us
    type: triton
    limits: {requests: 9/s, burst: 20}
    accounts: [{login: retouch, keys: [{name: export, key_file: triton-key.pub}]}, {login: admin}]
    images:
      - name: "base-64 {n}"
        count: 1000
        account: retouch
        attributes: {version: "24.4.{n}", tags: {role: os, n: 7, half: 0.5, lts: true, text: "7"}, homepage: "https://example.com/{n}"}
        vary:
          - {every: 2, attributes: {description: "first\nsecond \"{n}\" 🐧", tags: {"a: b": "# c", "yes": "no", draft: false}}}
          - {every: 3, attributes: {name: base-twin, acl: [b0b00000-0000-4000-8000-000000000002], eula: "https://example.com/eula"}}
          - {every: 50, attributes: {tags: {list: [1, 2], none: null, kept: 1}}}
      - {name: "others {n}", count: 10, account: admin, attributes: {public: true}}
YAML

# plans_to_nothing WHAT DIR ENTRIES ARGUMENT…: the manifests validate, all their entries find their image, nothing differs
plans_to_nothing() {
  exits "$1 validate" 0 run "$three" validate "$2"
  exits "$1 plan to nothing" 0 run "$three" --manifests "$2" plan --detailed-exitcode --output json "${@:4}"
  equal "$1: images matched" "$3" "$(jq '[.clouds[].entries] | add' <<<"$out")"
  equal "$1: fields that differ" 0 "$(jq .summary.fields <<<"$out")"
  equal "$1: unresolved" 0 "$(jq .summary.unresolved <<<"$out")"
}

title "1,000 live images of each family"
forget
for name in lab otc-de triton-us; do
  exits "$name: export" 0 run "$three" export --cloud "$name"
  mkdir -p "$scratch/$name" && printf '%s\n' "$out" >"$scratch/$name/all.yaml"
  cp "$scratch/stderr" "$scratch/$name.said"
  plans_to_nothing "$name: the manifests" "$scratch/$name/all.yaml" 1000 --cloud "$name"
  run "$three" export --cloud "$name" 2>/dev/null | cmp -s - "$scratch/$name/all.yaml" && same=yes || same=no
  equal "$name: exported again they are the same, byte for byte" yes "$same"
done
equal "nothing was written to a cloud" 0 "$(stat requests 'service=image&method=PATCH')"
contains "what cannot be changed is counted" '^lab: left out 3 images that cannot be changed, first image .*pending_delete' "$(<"$scratch/lab.said")"
contains "so on IMS" '^otc-de: left out 1 image that cannot be changed, first image .*saving' "$(<"$scratch/otc-de.said")"
equal "a description that IMS would refuse is named, image by image" 100 \
  "$(grep -cE '^otc-de: warning: image [0-9a-f-]+ "[^"]+": left out: .__description' "$scratch/otc-de.said")"
equal "a tag that no manifest can say is named, image by image" 40 \
  "$(grep -cE '^triton-us: warning: image [0-9a-f-]+ "[^"]+": left out: .tags.: the value of "(list|none)"' "$scratch/triton-us.said")"
equal "nothing of the platform comes along" 0 "$(grep -cE 'img_signature|__imagetype|created_at' "$scratch/lab/all.yaml" "$scratch/otc-de/all.yaml" | awk -F: '{ sum += $2 } END { print sum }')"
contains "IMS's description has its portable name" '^        description: "golden: 2"$' "$(<"$scratch/otc-de/all.yaml")"

title "a file for each image"
exits "all clouds at once" 0 run "$three" export --directory "$scratch/files"
equal "files" "1000 1000 1000" "$(for name in lab otc-de triton-us; do find "$scratch/files/$name" -name '*.yaml' | wc -l; done | xargs)"
equal "their names are safe" 0 "$(find "$scratch/files" -type f | sed 's|.*/||' | grep -vcE '^[a-z0-9][a-z0-9._-]*-[0-9a-f-]{36}\.yaml$')"
plans_to_nothing "the files" "$scratch/files" 3000
rm "$scratch/files/lab/ubuntu-1-"*.yaml
left=$(find "$scratch/files" -type f | wc -l)
exits "a second time nothing is overwritten" 1 run "$three" export --directory "$scratch/files"
equal "each file that exists is named" "$left" "$(grep -cE "^  $scratch/files/(lab|otc-de|triton-us)/" <<<"$err")"
equal "and none was added" "$left" "$(find "$scratch/files" -type f | wc -l)"

title "less of it"
exits "by name, two attributes, one image" 0 run "$three" export --cloud lab --select-by name --attributes 'hw_*' --attributes min_ram --exclude '*_firmware_*' --where 'name=Ubuntu 8'
equal "is what was asked for" 'select: {name: "Ubuntu 8"} attributes: min_ram: 512' "$(grep -A9 '  - name:' <<<"$out" | tail -n +2 | xargs -d '\n' | tr -s ' ' | sed 's/^ //')"
exits "by name where it is not unique" 0 run "$three" export --cloud lab --select-by name --attributes name --where 'name=one of many'
contains "falls back to the id with a word" 'warning: image [0-9a-f-]+ "one of many": selected by id: its name is empty or not unique' "$err"
exits "a mistyped attribute" 1 run "$three" export --cloud lab --attributes hw_firmwar_type
contains "gets the nearest one" 'did you mean .hw_firmware_type.' "$err"
exits "a --where that meets nothing" 1 run "$three" export --cloud lab --where 'os_version=24.1'
contains "gets the nearest value" 'no own image has os_version=24.1 .*did you mean .24.10.' "$err"
stop_cloud

title "definitions of openstack-image-manager"
osism=$scratch/osism
imported='tags: [managed_by_osism], architecture: x86_64'
trixie=13131313-1313-4313-8313-131313131313
start_cloud "$osism" <<YAML
clouds:
  - name: lab
    type: glance
    $fast
$(account)
    images:
      - {name: "Ubuntu 24.04", project: images, attributes: {$imported, min_disk: 8, min_ram: 512, internal_version: "20251101"}}
      - {name: "Ubuntu 24.04 (20250901)", project: images, attributes: {$imported, internal_version: "20250901", hw_vif_multiqueue_enabled: "true"}}
      - {name: "Ubuntu 24.04", project: images, attributes: {architecture: "of somebody who knows nothing of the tool"}}
      - {name: "Debian 13", id: $trixie, project: images, attributes: {$imported, internal_version: "20250820"}}
      - {name: Router-1.9.2, project: images, attributes: {$imported}}
      - name: Router-1.10.0
        project: images
        attributes: {tags: [managed_by_osism, "os:freebsd", network, "role: edge"], min_disk: 2, min_ram: 1024, architecture: x86_64,
          hw_firmware_type: uefi, hw_vif_multiqueue_enabled: "False", hypervisor_type: qemu, os_distro: freebsd, os_purpose: network,
          replace_frequency: never, uuid_validity: forever, provided_until: none, image_description: Router, image_name: Router,
          image_original_user: root, internal_version: 1.10.0, os_version: 1.10.0, image_build_date: "2025-08-30",
          image_source: "https://images.example.com/router-1.10.0.raw"}
YAML
forget
exits "conversion" 0 run "$osism" export --from openstack-image-manager "$here/image-manager"
equal "asks no cloud" 0 "$(stat requests)"
printf '%s\n' "$out" >"$osism/manifests/all.yaml"
contains "names what has no counterpart" '^Left out .checksum. \(2 times, first .*/linux.yml:[0-9]+:[0-9]+\): it is about getting the data' "$err"
contains "names what is disabled" '^Left out 1 definition with .enable: false.*: Debian 10$' "$err"
exits "the manifests validate" 0 run "$osism" validate
equal "without a warning" "" "$err"
exits "and plan" 3 run "$osism" plan --detailed-exitcode --output json
plan=$out
of() { jq -r --arg entry "$1" ".clouds[0].changes[] | select(.entry == \$entry) | .fields[] | select(.name == \"$2\") | $3" <<<"$plan"; }
equal "the newest has the plain name" 'Ubuntu 24.04' "$(jq -r '.clouds[0].changes[] | select(.entry == "ubuntu-24.04") | .image_name' <<<"$plan")"
equal "booleans are Python's" True "$(of ubuntu-24.04-20250901 hw_vif_multiqueue_enabled .after)"
equal "derived properties" "2025-11-01 ubuntu https://images.example.com/noble/20251101/noble.img" \
  "$(for field in image_build_date image_original_user image_source; do of ubuntu-24.04 "$field" .after; done | xargs)"
equal "no path of the importing machine" file:router-1.9.2.raw "$(of router-1.9.2 image_source .after)"
equal "what the tool wrote itself differs in nothing" "" "$(jq -r '.clouds[0].changes[] | select(.entry == "router-1.10.0") | .entry' <<<"$plan")"
equal "a version that is not there yet is unresolved, and no other image gets its properties" debian-13 "$(jq -r '.clouds[0].unresolved[].entry' <<<"$plan")"
equal "images that change" 3 "$(jq '[.clouds[0].changes[].image_id] | unique | length' <<<"$plan")"
ask "images/$trixie" -X PUT -d '{"internal_version":"20251020"}' >/dev/null  # the tool has imported it
exits "applied" 0 run "$osism" apply --yes
exits "they plan to nothing" 0 run "$osism" plan --detailed-exitcode
stop_cloud

mkdir -p "$scratch/broken"
printf 'images:\n  - {name: A, multi: true, versions: [{version: 24.10}]}\n' >"$scratch/broken/a.yml"
printf 'images:\n  - {name: B, multi: perhaps, versions: [{version: "1"}]}\n' >"$scratch/broken/b.yaml"
exits "broken definitions" 5 run "$osism" export --from openstack-image-manager "$scratch/broken"
contains "are all named with their places" '/b.yaml:2:22: error: .multi. must be true or false' "$err"
contains "in every file" '/a.yml:2:49: error: .version. must be a text, which .24.10. is not' "$err"
exits "without any configuration" 0 env -u RETOUCH_CONFIG -C "$scratch" "$retouch" export --from openstack-image-manager "$here/image-manager" --clouds lab,east
contains "the clouds are those named" '^  clouds: \["lab", "east"\]$' "$out"
exits "files of definitions" 0 run "$osism" export --from openstack-image-manager "$here/image-manager" --directory "$scratch/converted"
equal "one each" "debian-13.yaml router.yaml ubuntu-24.04.yaml" "$(find "$scratch/converted" -type f -printf '%f\n' | sort | xargs)"
exits "and they validate" 0 run "$osism" validate "$scratch/converted"
finish
