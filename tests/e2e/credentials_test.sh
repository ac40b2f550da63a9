#!/usr/bin/env bash
# shellcheck disable=SC2034  # variables that a here-document uses
# Access keys end to end, and what a wrong secret costs: one request, however many clouds have it.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

seed() { # [LINE…]: of the cloud
  printf 'clouds:\n  - name: lab\n    type: ims\n'
  printf '    %s\n' "$@"
  cat <<'YAML'
    projects: [{name: images}, {name: other}]
    access_keys: [{access_key: AK, secret_key: SK, project: images}]
    images: [{name: "image-{n}", count: 30, project: images, attributes: {min_ram: 512}}]
YAML
}
# refused_alone DIR: the last run ended because of credentials, after one signed request
refused_alone() {
  equal "requests that the gateway saw" 1 "$(stat requests service=image)"
  equal "of them refused" 1 "$(stat requests 'service=image&status=401')"
}

title "an access key plans and applies on ims, in both variants of its signature"
for variant in access credential; do
  dir=$scratch/$variant
  start_cloud "$dir" < <(seed)
  all_images "$dir" "min_ram: 1024"
  sed -i "s/^      type: aksk/&\n      variant: $variant/" "$dir/retouch.yaml"
  exits "plan, $variant" 2 run "$dir" plan --detailed-exitcode
  exits "apply, $variant" 0 run "$dir" apply "${everything[@]}" --output json
  equal "images changed" 30 "$(jq .summary.changed <<<"$out")"
  exits "and nothing is left to do" 0 run "$dir" plan --detailed-exitcode
  equal "answers of 401" 0 "$(stat requests status=401)"
  stop_cloud
done

title "a wrong secret key"
dir=$scratch/wrong-key
start_cloud "$dir" < <(seed)
all_images "$dir" "min_ram: 1024"
printf wrong >"$dir/secrets/lab"
exits "apply" 6 run "$dir" apply "${everything[@]}"
contains "it is named" 'access key `AK`.*wrong secret key' "$out$err"
refused_alone
forget
python3 - "$dir/retouch.yaml" <<'PYTHON'
import re, sys
text = open(sys.argv[1]).read()
cloud = re.search(r'  "lab":\n(?:    .*\n)+', text).group()
open(sys.argv[1], "w").write(text.replace(cloud, cloud + "".join(cloud.replace('"lab"', f'"lab-{n}"') for n in (2, 3))))
PYTHON
sed -i 's/clouds: \[lab\]/clouds: ["lab*"]/' "$dir/manifests/all.yaml"
exits "three clouds with the same key" 6 run "$dir" plan
equal "clouds that say so" 3 "$(grep -c 'access key `AK` was refused' <<<"$out$err")"
refused_alone
stop_cloud

title "a clock that is twenty minutes off"
dir=$scratch/skew
start_cloud "$dir" < <(seed "clock_skew: 20m")
all_images "$dir" "min_ram: 1024"
exits "apply" 0 run "$dir" apply "${everything[@]}" --output json
equal "images changed" 30 "$(jq .summary.changed <<<"$out")"
equal "signatures refused before the clock was corrected" 1 "$(stat requests status=401)"
contains "it is told" 'clock is 20m.* behind the cloud' "$err"
stop_cloud

title "a wrong password, in two clouds of one user"
dir=$scratch/wrong-password
start_cloud "$dir" <<'YAML'
clouds:
  - name: lab
    type: glance
    projects: [{name: images}, {name: other}]
    users: [{name: retouch, password: secret, projects: [images, other], default_project: images}]
YAML
cat >"$dir/retouch.yaml" <<YAML
clouds:
$(for project in images other; do
  cat <<CLOUD
  $project:
    provider: glance
    auth:
      type: password
      auth_url: $(jq -r '.clouds[0].identity_url' "$dir/sandbox.json")
      username: retouch
      user_domain_name: Default
      project_name: $project
      project_domain_name: Default
      password: {file: secrets/lab}
CLOUD
done)
YAML
chmod 644 "$dir/retouch.yaml"
exits "the right one" 0 run "$dir" check
equal "logins" 2 "$(stat requests service=identity)"
forget
printf wrong >"$dir/secrets/lab"
exits "the wrong one" 6 run "$dir" check
equal "logins" 1 "$(stat requests service=identity)"
equal "clouds that say so" 2 "$(grep -c 'the token endpoint refused user `retouch`' <<<"$out$err")"
stop_cloud
finish
