# shellcheck shell=bash disable=SC2154  # set by run.sh
# The Debian package: built from the release preset, looked into, installed, used, upgraded, removed and purged.
build release retouch_papers
exits "cpack builds the package" 0 cpack --config "$root/build/release/CPackConfig.cmake" -G DEB -B "$scratch/package"
deb=$(find "$scratch/package" -maxdepth 1 -name '*.deb')
version=$(sed -n 's/^project(retouch VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
equal "its name" "retouch_${version}_$(dpkg --print-architecture).deb" "$(basename "$deb")"

equal "the version in its changelog" "$version" "$(dpkg-parsechangelog -l "$root/packaging/debian/changelog" -S Version)"

title "host: what is in the package"
dpkg-deb --fsys-tarfile "$deb" | tar -tv --numeric-owner | awk '{ print $1, $2, substr($6, 2) }' | LC_ALL=C sort -k3 >"$scratch/contents"
exits "it holds what tests/host/contents.txt says" 0 diff -u "$root/tests/host/contents.txt" "$scratch/contents"
[ "$err$out" = "" ] || note "$out"
equal "conffiles" "/etc/retouch/retouch.yaml" "$(dpkg-deb -I "$deb" conffiles)"
contains "it depends on the libraries that it needs" 'libssl3.*libyaml-cpp0\.7|libyaml-cpp0\.7.*libssl3' "$(dpkg-deb -f "$deb" Depends)"
contains "git is recommended" 'git, openssh-client' "$(dpkg-deb -f "$deb" Recommends)"
equal "who looks after it" 'retouch maintainers <maintainers@retouch.invalid>' "$(dpkg-deb -f "$deb" Maintainer)"
equal "and who wrote its changelog" 'retouch maintainers <maintainers@retouch.invalid>' "$(dpkg-parsechangelog -l "$root/packaging/debian/changelog" -S Maintainer)"
dpkg-deb -x "$deb" "$scratch/unpacked"
between "bytes of the program, at most 12 MiB" 100000 "$(stat -c %s "$scratch/unpacked/usr/bin/retouch")" $((12 * 1024 * 1024))
contains "it is stripped" 'no symbols|^$' "$(nm "$scratch/unpacked/usr/bin/retouch" 2>&1)"
dpkg-deb -e "$deb" "$scratch/control"
source "$cases/sbom.sh"
for script in postinst prerm postrm; do exits "$script is a shell script" 0 dash -n "$scratch/control/$script"; done
exits "the packaged configuration is valid" 0 "$retouch" --config "$scratch/unpacked/etc/retouch/retouch.yaml" validate

# traces: what bears our name on this host, but for dpkg's own logs and what was there before
traces() { find /etc /usr /var/lib /var/cache /run -xdev -name '*retouch*' -not -path '*/dpkg/info/*' -not -path '/var/cache/man/*' -not -path "$root/*" 2>/dev/null | sort; }

if [ "$(id -u)" != 0 ]; then
  skip package "only root can install it"
elif dpkg-query -W -f='${db:Status-Status}' retouch 2>/dev/null | grep -qv not-installed; then
  skip package "a retouch is installed here already; it is left alone"
elif [ -n "$(traces)" ]; then
  skip package "there are files of a retouch here already: $(traces | head -3 | tr '\n' ' ')"
else
  source "$cases/installed.sh"
fi
