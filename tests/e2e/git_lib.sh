# shellcheck shell=bash disable=SC2034,SC2154  # set for those who source this, or by them
# Git servers on loopback for tests/e2e/git_test.sh: lighttpd before git http-backend, and sshd. Sourced, after lib.sh.

# Whoever runs the tests may have a git configuration of their own; HOME is the test's already.
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=Tester GIT_AUTHOR_EMAIL=tester@example.com
export GIT_COMMITTER_NAME=Tester GIT_COMMITTER_EMAIL=tester@example.com
for variable in ${!GIT_CONFIG_COUNT@} ${!SSH_@}; do unset "$variable"; done
umask 022

listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# serve_http DIR: the repositories of DIR at http://127.0.0.1:$http_port/git/, and with a password at /private/
serve_http() {
  local backend
  backend=$(git --exec-path)/git-http-backend
  [ -x "$backend" ] || die "no $backend: Debian's package git has it"
  http_port=$(free_port)
  printf 'reader:secret\n' >"$scratch/http.users"
  cat >"$scratch/lighttpd.conf" <<CONF
server.document-root = "$scratch/www"
server.bind = "127.0.0.1"
server.port = $http_port
server.modules = ("mod_auth", "mod_authn_file", "mod_alias", "mod_setenv", "mod_cgi", "mod_accesslog")
server.errorlog = "$scratch/http.err"
accesslog.filename = "$scratch/http.log"
server.upload-dirs = ("$scratch")
alias.url = ("/git" => "$backend", "/private" => "$backend")
cgi.assign = ("" => "")
setenv.add-environment = ("GIT_PROJECT_ROOT" => "$1", "GIT_HTTP_EXPORT_ALL" => "1")
auth.backend = "plain"
auth.backend.plain.userfile = "$scratch/http.users"
auth.require = ("/private" => ("method" => "basic", "realm" => "git", "require" => "valid-user"))
CONF
  mkdir -p "$scratch/www"
  # In /usr/sbin, which is not in everybody's PATH.
  PATH=$PATH:/usr/sbin lighttpd -D -f "$scratch/lighttpd.conf" >"$scratch/lighttpd.out" 2>&1 </dev/null &
  at_exit "stop $!"
  wait_for 60 listens "$http_port" || die "lighttpd does not listen: $(tail -n 5 "$scratch/lighttpd.out" "$scratch/http.err")"
}

# serve_ssh: this user's repositories by ssh on $ssh_port, for the key $HOME/.ssh/id_ed25519
serve_ssh() {
  ssh_port=$(free_port)
  (umask 077 && mkdir -p "$HOME/.ssh")
  ssh-keygen -q -t ed25519 -N '' -C client -f "$HOME/.ssh/id_ed25519"
  ssh-keygen -q -t ed25519 -N '' -C host -f "$scratch/ssh_host_key"
  cp "$HOME/.ssh/id_ed25519.pub" "$scratch/authorized_keys"
  cat >"$scratch/sshd_config" <<CONF
ListenAddress 127.0.0.1
Port $ssh_port
HostKey $scratch/ssh_host_key
AuthorizedKeysFile $scratch/authorized_keys
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
CONF
  # sshd as root insists on the directory of its privilege separation, which systemd would have made.
  if [ "$(id -u)" = 0 ] && [ ! -d /run/sshd ]; then mkdir -m 755 /run/sshd; fi
  "$(PATH=$PATH:/usr/sbin command -v sshd)" -D -e -f "$scratch/sshd_config" >"$scratch/sshd.log" 2>&1 </dev/null &
  at_exit "stop $!"
  wait_for 60 listens "$ssh_port" || die "sshd does not listen: $(tail -n 5 "$scratch/sshd.log")"
}
# trust_host: what `ssh-keyscan` and a look at the fingerprint would have brought
trust_host() { printf '[127.0.0.1]:%s %s\n' "$ssh_port" "$(<"$scratch/ssh_host_key.pub")" >"$HOME/.ssh/known_hosts"; }

# new_repository NAME: $work is a clone to commit in, $bare what is served
new_repository() {
  bare=$scratch/repos/$1.git work=$scratch/work/$1
  git init -q --bare -b main "$bare"
  git -C "$bare" config uploadpack.allowAnySHA1InWant true
  git init -q -b main "$work"
  git -C "$work" remote add origin "$bare"
}
# manifest FILE NAME MIN_RAM: one entry for the cloud `lab`, on the image ubuntu-NAME
manifest() {
  mkdir -p "$(dirname "$work/$1")"
  cat >"$work/$1" <<YAML
apiVersion: retouch/v1
kind: Image
metadata: {name: $2}
spec: {clouds: [lab], select: {name: "$2"}, attributes: {min_ram: $3}}
YAML
}
# commit MESSAGE [OPTION…]: all of $work, pushed to main; its id in $commit
commit() {
  git -C "$work" add -A
  git -C "$work" commit -q --allow-empty -m "$1" "${@:2}"
  git -C "$work" push -q --force origin HEAD:main
  commit=$(git -C "$work" rev-parse HEAD)
}

# git_source URL [MORE]: retouch.yaml of $site with this one source, MORE as further keys of `git`
git_source() {
  sed '/^sources:/,$d' "$site/base.yaml" >"$site/retouch.yaml"
  cat >>"$site/retouch.yaml" <<YAML
sources:
  - {name: images, git: {url: "$1"${2:+, $2}}}
YAML
}
