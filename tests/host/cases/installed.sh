# shellcheck shell=bash disable=SC2154  # set by package.sh and run.sh
# The package on this host. Sourced by package.sh, which has seen to it that there was nothing before.
getent passwd retouch >/dev/null && had_user=yes || had_user=
clean_host() {
  dpkg -P retouch >/dev/null 2>&1 || :
  [ -n "$had_user" ] || userdel retouch 2>/dev/null || :
}
at_exit clean_host
# A slim container leaves manual pages out.
install_it() { dpkg --path-include='/usr/share/man/*' --path-include='/usr/share/doc/*' --force-confold -i "$deb"; }
# holds WHAT COMMAND…
holds() { if "${@:2}"; then pass "$1"; else fail "$1"; fi; }
mode() { stat -c '%a %U:%G' "$1"; }

title "host: the package, installed"
exits "dpkg installs it" 0 install_it
equal "the program runs" "retouch $version" "$(retouch version)"
contains "there is its user" '^retouch:.*:/var/lib/retouch:.*nologin$' "$(getent passwd retouch)"
equal "the configuration is for root and the service" "640 root:retouch" "$(mode /etc/retouch/retouch.yaml)"
equal "so are the manifests" "750 root:retouch" "$(mode /etc/retouch/manifests)"
equal "the state is the service's" "700 retouch:retouch" "$(mode /var/lib/retouch)"
equal "so is the token cache" "700 retouch:retouch" "$(mode /var/cache/retouch)"
equal "nothing is enabled unasked" "" "$(find /etc/systemd -name '*retouch*')"
exits "the configuration as packaged is found and valid" 0 retouch validate
exits "a plan says what is missing" 5 retouch plan
contains "…: a cloud" 'configures no cloud' "$err"
exits "the service's user can read it" 0 setpriv --reuid=retouch --regid=retouch --init-groups env -i HOME=/var/lib/retouch /usr/bin/retouch validate

exits "the installed units can be loaded, and their pages found" 0 systemd-analyze verify \
  /usr/lib/systemd/system/{retouch.service,retouch.socket,retouch-once.service,retouch-once.timer}
equal "without a word of complaint" "" "$err"
exits "exposure of the installed unit" 0 systemd-analyze security --offline=true --threshold=11 /usr/lib/systemd/system/retouch.service
note "$(grep Overall <<<"$out")"
for page in 'retouch 1' 'retouch.yaml 5' 'retouch-manifest 5'; do
  read -r name section <<<"$page"
  exits "man $section $name" 0 man -w "$section" "$name"
done
exits "enabling it links the units" 0 systemctl enable retouch.service retouch.socket
holds "the link is there" test -L /etc/systemd/system/multi-user.target.wants/retouch.service

title "host: the package, upgraded"
echo '# ours' >>/etc/retouch/retouch.yaml
dpkg-statoverride --add root root 0600 /etc/retouch/retouch.yaml 2>/dev/null && chown root:root /etc/retouch/retouch.yaml && chmod 600 /etc/retouch/retouch.yaml
at_exit "dpkg-statoverride --remove /etc/retouch/retouch.yaml 2>/dev/null"
exits "dpkg installs it once more" 0 install_it
contains "the configuration keeps what was written into it" '^# ours$' "$(cat /etc/retouch/retouch.yaml)"
equal "and whom the administrator gave it to" "600 root:root" "$(mode /etc/retouch/retouch.yaml)"
dpkg-statoverride --remove /etc/retouch/retouch.yaml >/dev/null

title "host: the package, removed and purged"
touch /var/lib/retouch/retouch.db /etc/retouch/manifests/mine.yaml
exits "dpkg removes it" 0 dpkg -r retouch
holds "the program is gone" test ! -e /usr/bin/retouch
holds "the configuration stays" test -e /etc/retouch/retouch.yaml
holds "the state stays" test -e /var/lib/retouch/retouch.db
equal "no link to a unit is left" "" "$(find /etc/systemd -name '*retouch*')"
exits "dpkg purges it" 0 dpkg -P retouch
equal "only what somebody put there is left" "/etc/retouch" "$(traces)"
rm -r /etc/retouch
equal "nothing else" "" "$(traces)"
