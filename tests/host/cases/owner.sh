# shellcheck shell=bash disable=SC2154  # set by run.sh
# A verb of root's works on the state as its owner: the service must find nothing there that it may not write.
owner_of() { find "$1" -printf '%u %P\n' | sort; }
if [ "$(id -u)" != 0 ]; then
  skip owner "only root can work as somebody else"
else
  there=$scratch/owner
  mkdir -p "$there/state" "$there/closed" "$there/cache"
  chmod 755 "$scratch" "$there"
  chmod 700 "$there/closed" "$there/state" # the configuration is root's alone, and still read
  echo '---' >"$there/none.yaml"
  cat >"$there/closed/retouch.yaml" <<YAML
clouds: {lab: {provider: glance, auth: {type: password, auth_url: "https://127.0.0.1:9/v3", username: u, user_domain_name: Default,
  project_name: p, project_domain_name: Default, password: {env: PASSWORD}}}}
sources: [{name: site, directory: {path: $there/none.yaml}}]
state: {path: $there/state}
YAML
  verb() { exits "$1" "$2" "$retouch" --config "$there/closed/retouch.yaml" --log-level debug "${@:3}"; }
  chown nobody "$there/state"
  verb "suspend writes the state" 0 suspend --cloud lab
  contains "it says as whom" 'debug working as user nobody, who owns .*/owner/state' "$err"
  equal "nothing there is root's" "" "$(owner_of "$there/state" | grep -v '^nobody ' || :)"
  contains "there is a state" '^nobody retouch\.db$' "$(owner_of "$there/state")"
  equal "the service could go on" 0 "$(setpriv --reuid=nobody --regid=nogroup --clear-groups test -w "$there/state/retouch.db"; echo $?)"
  verb "suspend reads it" 0 suspend
  contains "and finds what was written" lab "$out"

  title "host: what the owner may not read"
  mkdir -p "$there/closed/manifests"
  echo '---' >"$there/closed/manifests/none.yaml"
  sed -i "s,$there/none.yaml,manifests," "$there/closed/retouch.yaml"
  verb "plan cannot read root's manifests" 1 plan
  contains "it says why" "root's verbs work as the owner" "$err"
  verb "validate touches no state and reads them" 0 validate

  title "host: validate with a Git source"
  # What it fetches goes into the owner's cache. (Whether that can be made in this owner's home is not the question here.)
  sed "s|^sources:.*|sources: [{name: site, git: {url: 'file://$there/none.git'}}]|" "$there/closed/retouch.yaml" >"$there/closed/git.yaml"
  "$retouch" --config "$there/closed/git.yaml" --log-level debug validate >"$scratch/stdout" 2>"$scratch/stderr" </dev/null || :
  contains "validate fetches as the owner of the state" 'debug working as user nobody' "$(<"$scratch/stderr")"

  title "host: root's own state"
  chown -R root "$there/state"
  verb "suspend as root" 0 suspend --cloud lab
  equal "it stays root" "" "$(grep 'working as' <<<"$err" || :)"
fi
