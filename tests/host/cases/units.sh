# shellcheck shell=bash disable=SC2154  # set by run.sh
# The units as they are installed, but with a program that is there.
units=$scratch/units
mkdir -p "$units"
for unit in retouch.service retouch-once.service; do
  awk -v program="$retouch" -v common="$root/systemd/common.conf" '
    /^@RETOUCH_SERVICE_COMMON@$/ { while ((getline line < common) > 0) print line; next }
    { gsub(/@CMAKE_INSTALL_FULL_BINDIR@\/retouch/, program); print }' "$root/systemd/$unit.in" >"$units/$unit"
done
cp "$root"/systemd/retouch.socket "$root"/systemd/retouch-once.timer "$units"

exits "the units can be loaded" 0 systemd-analyze verify --man=no "$units"/*.service "$units"/*.socket "$units"/*.timer
equal "without a word of complaint" "" "$err"

# exposure FILE MAXIMUM: in tenths
exposure() {
  exits "exposure of ${1##*/} is at most $2 tenths" 0 systemd-analyze security --offline=true --threshold="$2" "$1"
  note "$(grep Overall <<<"$out")"
}
exposure "$units/retouch.service" 11
exposure "$units/retouch-once.service" 11
# The check itself, once: without the sandbox it must fail.
mkdir -p "$scratch/open"
sed -E '/^(Protect|Private|Restrict|SystemCall|Capability|NoNew)/d' "$units/retouch.service" >"$scratch/open/retouch.service"
exits "without the sandbox the check fails" 1 systemd-analyze security --offline=true --threshold=11 "$scratch/open/retouch.service"

title "host: the examples for drop-ins"
for example in "$root"/systemd/retouch.service.d/*.conf; do
  name=$(basename "$example" .conf)
  mkdir -p "$scratch/with-$name/retouch.service.d"
  cp "$units"/* "$scratch/with-$name"
  cp "$example" "$scratch/with-$name/retouch.service.d"
  exits "with $name.conf" 0 systemd-analyze verify --man=no "$scratch/with-$name/retouch.service"
  # What systemd 252 does not know yet: it keeps Type=notify and ExecReload= is gone.
  equal "$name.conf: no complaint" "" "$(grep -vE 'notify-reload|ReloadSignal' <<<"$err" || :)"
done
# What addresses.conf, peers.conf and docs/installing.md say of themselves.
with() {
  cat "$units/retouch.service" <(sed -n '/^\[Service/,$p' "$root/systemd/retouch.service.d/$1.conf") >"$scratch/with-$1/$1.service"
  exposure "$scratch/with-$1/$1.service" "$2"
}
with addresses 10
with peers 12
exits "with peers.conf it is more than without" 1 systemd-analyze security --offline=true --threshold=11 "$scratch/with-peers/peers.service"

title "host: the user and the directories"
# In an empty root: where the package was installed once, the user is there already.
mkdir -p "$scratch/bare/etc"
exits "the user's file is right" 0 systemd-sysusers --dry-run --root="$scratch/bare" "$root/systemd/retouch.sysusers"
contains "it makes the user retouch" "^Creating user 'retouch' \(|^Creating user retouch \(" "$out"$'\n'"$err"
