#!/usr/bin/env bash
# Manifests from Git: real repositories by file, http and ssh, signatures, and what a repository or URL must never bring about.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$(dirname "${BASH_SOURCE[0]}")/git_lib.sh"

title "sources in Git"
site=$scratch/site
mkdir -p "$site" "$scratch/repos"
start_cloud "$site" <<YAML
clouds:
  - name: lab
    type: glance
$(account)
    images:
      - {name: one, project: images, attributes: {min_ram: 1}}
      - {name: two, project: images, attributes: {min_ram: 1}}
YAML
cp "$site/retouch.yaml" "$site/base.yaml"
cache=$XDG_CACHE_HOME/retouch/git
validate() { run "$site" validate; }
refused() { # WHAT EXIT PATTERN
  exits "$1" "$2" validate
  contains "… and says why" "$3" "$err"
}

new_repository site
manifest images/one.yaml one 1024
manifest images/sub/two.yml two 2048
manifest other/three.yaml three 1
manifest images/.hidden/four.yaml four 1
commit first
first=$commit

title "by file"
git_source "file://$bare" "path: images"
exits "validate reads the repository" 0 validate
contains "what is below the path, and nothing hidden" '2 files, 2 entries' "$out"
exits "plan" 0 run "$site" plan --output json
equal "its revision is the commit" "$first" "$(jq -r '.sources[0].revision' <<<"$out")"
contains "places are those of the repository" 'images:images/one\.yaml:4:' "$out"
exits "apply" 0 run "$site" apply --yes --force changed_percent
equal "the cache is closed to others" 700 "$(command stat -c %a "$cache")"
equal "nothing is checked out" 0 "$(find "$cache" -name '*.y*ml' | wc -l)"
equal "without fast_forward_only only the newest commit is fetched" 1 "$(git --git-dir="$(echo "$cache"/*.git)" rev-list --all --count)"
manifest images/one.yaml one 4096
commit second
exits "what differs from an older commit" 0 run "$site" plan --since "$first" --output json
equal "… is one entry" '["one"]' "$(jq -c '[.clouds[0].changes[].entry]' <<<"$out")"
exits "the same by name and in short" 0 run "$site" plan --since "images=${first:0:10}" --output json
equal "… is the same entry" '["one"]' "$(jq -c '[.clouds[0].changes[].entry]' <<<"$out")"
exits "a commit that is none" 1 run "$site" plan --since 0123456789abcdef
exits "a name that is no Git source" 1 run "$site" plan --since "sites=$first"
git_source "file://$bare" "path: images, ref: {commit: $first}"
exits "a pinned commit" 0 run "$site" plan --output json
equal "… is what is read" "$first" "$(jq -r '.sources[0].revision' <<<"$out")"
git -C "$work" tag v1 "$first"
git -C "$work" push -q origin v1
git_source "file://$bare" "path: images, ref: {tag: v1}"
exits "a tag" 0 run "$site" plan --output json
equal "… is its commit" "$first" "$(jq -r '.sources[0].revision' <<<"$out")"
git_source "file://$bare" "ref: {branch: nowhere}"
refused "a branch that is not there" 5 "couldn't find remote ref refs/heads/nowhere"
git_source "file://$bare" "path: nowhere"
refused "a path that is not there" 5 'has no directory `nowhere`'
git_source "file://$scratch/repos/none.git"
refused "a repository that is not there" 75 'none\.git'

title "what a repository must not bring about"
new_repository evil
manifest images/one.yaml one 1024
ln -s one.yaml "$work/images/link.yaml"
ln -s /etc "$work/images/etc"
printf '* filter=evil\n*.yaml filter=evil\n' >"$work/.gitattributes"
git -C "$work" -c protocol.file.allow=always submodule --quiet add "$scratch/repos/site.git" images/module
printf '[core]\n\thooksPath = .\n\tfsmonitor = touch %s\n' "$scratch/ran" >"$work/images/config"
commit evil
mkdir -p "$bare/hooks"
for hook in post-checkout pre-auto-gc reference-transaction post-update; do
  printf '#!/bin/sh\ntouch "%s"\n' "$scratch/ran" >"$bare/hooks/$hook"
  chmod +x "$bare/hooks/$hook"
done
git_source "file://$bare" "path: images"
git config --global filter.evil.smudge "touch $scratch/ran"
git config --global core.hooksPath "$bare/hooks"
git config --global core.fsmonitor "touch $scratch/ran"
git config --global core.sshCommand "touch $scratch/ran"
exits "links, submodules, filters and hooks" 0 validate
contains "only the file is read" '1 file, 1 entry' "$out"
contains "a link is named" 'images:images/link\.yaml.*symbolic link' "$err"
equal "nothing of the repository or of the user's configuration ran" no "$([ -e "$scratch/ran" ] && echo yes || echo no)"
rm "$HOME/.gitconfig"

title "what no URL may be"
git_source "ext::touch $scratch/ran"
refused "a helper" 5 'git would run a program'
git_source "--upload-pack=touch $scratch/ran"
refused "an option" 5 'begins with `-`'
git_source "https://reader:secret@127.0.0.1/x.git"
refused "a password" 5 'must not hold a password'
equal "… which is not repeated" 0 "$(grep -c 'secret' <<<"$err" || :)"
git_source "http://example.com/x.git"
refused "http into the world" 5 'must be https'
git config --global "url.ext::touch $scratch/ran #.insteadOf" "https://innocent.example/"
git_source "https://innocent.example/x.git"
refused "a helper by insteadOf" 5 'insteadOf.*git would run a program'
git config --global --unset-all "url.ext::touch $scratch/ran #.insteadOf"
git config --global "url.https://reader:hidden@127.0.0.1/.insteadOf" "https://innocent.example/"
refused "a password by insteadOf" 5 'insteadOf.*must not hold a password'
equal "… which is not repeated" 0 "$(grep -c 'hidden' <<<"$err" || :)"
equal "nothing ran" no "$([ -e "$scratch/ran" ] && echo yes || echo no)"
rm "$HOME/.gitconfig"

title "by http"
serve_http "$scratch/repos"
new_repository web
manifest one.yaml one 1024
commit web
git_source "http://127.0.0.1:$http_port/git/web.git"
exits "without a password" 0 validate
git_source "http://127.0.0.1:$http_port/private/web.git"
refused "with one that nobody knows" 6 'could not read Username'
git config --global credential.helper '!f() { test "$1" = get && echo username=reader && echo password=wrong; }; f'
refused "with a wrong one" 6 'Authentication failed'
equal "… which is not repeated" 0 "$(grep -c 'wrong' <<<"$err" || :)"
git config --global credential.helper '!f() { test "$1" = get && echo username=reader && echo password=secret; }; f'
exits "by the user's credential helper" 0 validate
git config --global "url.http://127.0.0.1:$http_port/private/.insteadOf" "https://forge.example/"
git_source "https://forge.example/web.git"
exits "by the user's insteadOf" 0 validate
rm "$HOME/.gitconfig"

title "a server that sends elsewhere"
# sends LOG URL: a server on $port that sends everybody to URL
sends() {
  port=$(free_port)
  python3 -c 'import http.server, sys
class Elsewhere(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(302)
        self.send_header("Location", sys.argv[2] + self.path)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Elsewhere).serve_forever()' "$port" "$2" 2>"$1" &
  at_exit "stop $!"
  wait_for 60 listens "$port" || die "the server that sends elsewhere does not listen"
}
sends "$scratch/elsewhere" "http://127.0.0.1:$http_port"
sends "$scratch/sender" "http://127.0.0.1:$port"
git config --global http.followRedirects true
git_source "http://127.0.0.1:$port/git/web.git"
refused "is not followed, whatever the user's configuration says" 75 'error: 302.*Redirects are not followed'
contains "it was asked" 'GET /git/web\.git/info/refs' "$(<"$scratch/sender")"
equal "nobody else was" "" "$(<"$scratch/elsewhere")"
exits "git by itself would follow" 0 git ls-remote "http://127.0.0.1:$port/git/web.git"
contains "… to there" 'GET /git/web\.git/info/refs' "$(<"$scratch/elsewhere")"
rm "$HOME/.gitconfig"

title "by ssh"
serve_ssh
git_source "ssh://$(id -un)@127.0.0.1:$ssh_port$scratch/repos/web.git"
refused "a host that nobody has looked at" 1 'Host key verification failed'
contains "… and what to do" 'ssh-keyscan' "$err"
ssh-keygen -q -t ed25519 -N '' -C host -f "$scratch/old_host_key"
printf '[127.0.0.1]:%s %s\n' "$ssh_port" "$(<"$scratch/old_host_key.pub")" >"$HOME/.ssh/known_hosts"
refused "a host with another key than before" 1 'Offending .*known_hosts:1.*somebody may be in between'
trust_host
exits "a known host" 0 validate
mv "$HOME/.ssh/id_ed25519" "$scratch/kept_key"
refused "without a key" 6 'Permission denied'
mv "$scratch/kept_key" "$HOME/.ssh/id_ed25519"

title "signatures"
for key in good stranger expired other; do ssh-keygen -q -t ed25519 -N '' -C "$key" -f "$scratch/$key"; done
{
  printf 'good@example.com namespaces="git" %s\n' "$(<"$scratch/good.pub")"
  printf 'expired@example.com namespaces="git",valid-before="20200101" %s\n' "$(<"$scratch/expired.pub")"
  printf 'other@example.com namespaces="file" %s\n' "$(<"$scratch/other.pub")"
} >"$site/signers"
sign() { git -C "$work" -c gpg.format=ssh -c user.signingkey="$scratch/$1" "${@:2}"; }
new_repository signed
manifest one.yaml one 1024
git_source "file://$bare" "verify: {allowed_signers: signers}"
commit unsigned
refused "an unsigned commit" 1 "commit $commit has no good signature"
contains "… and what to do" "git -c gpg.format=ssh commit --amend -S.*add who did to $site/signers" "$err"
for key in stranger expired other; do
  sign "$key" commit -q --allow-empty -S -m "$key"
  git -C "$work" push -q --force origin HEAD:main
  refused "signed by: $key" 1 'no good signature of an allowed signer'
done
sign good commit -q --allow-empty -S -m good
git -C "$work" push -q origin HEAD:main
exits "signed by an allowed signer" 0 validate
exits "an older commit without a signature" 1 run "$site" plan --since "$commit"
contains "… is not even compared with" "commit $commit has no good signature" "$err"
sign good tag -s -m good v1
git -C "$work" tag -a -m unsigned v2
git -C "$work" push -q origin v1 v2
git_source "file://$bare" "ref: {tag: v1}, verify: {allowed_signers: signers}"
exits "a signed tag" 0 validate
git_source "file://$bare" "ref: {tag: v2}, verify: {allowed_signers: signers}"
refused "an unsigned tag of a signed commit" 1 'the tag v2 has no good signature.*git -c gpg.format=ssh tag -f -s v2'
git -C "$bare" update-ref refs/tags/v3 refs/tags/v1
git_source "file://$bare" "ref: {tag: v3}, verify: {allowed_signers: signers}"
refused "a signed tag under another name" 1 'was signed as `v1`.*Make it again.*tag -f -s v3'
git_source "file://$bare" "verify: {allowed_signers: signers}"
chmod 666 "$site/signers"
refused "signers that anybody can add to" 1 'can be written by others'
rm "$site/signers"
refused "signers that are not there" 5 'signers does not exist: make it, a line .NAME namespaces="git" KEY.'

title "history"
new_repository history
manifest one.yaml one 1024
commit first
git_source "file://$bare" "fast_forward_only: true"
exits "the first commit" 0 validate
manifest one.yaml one 2048
commit second
exits "its successor" 0 validate
git -C "$work" reset -q --hard HEAD~1
manifest one.yaml one 4096
commit rewritten
refused "rewritten history" 1 'history was rewritten.*remove .sources/images\.json. of the state and .*\.git'
git_source "file://$bare"
exits "… which is taken without fast_forward_only" 0 validate

title "a server that does not answer"
silent_port=$(free_port)
python3 -c 'import socket, sys, time
s = socket.socket(); s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen(); time.sleep(600)' "$silent_port" &
at_exit "stop $!"
wait_for 60 listens "$silent_port"
git_source "http://127.0.0.1:$silent_port/x.git" "timeout: 2s"
start=$SECONDS
refused "it is given up" 75 'timeout of this source is 2s'
between "after the timeout" 1 $((SECONDS - start)) 25
equal "and no git is left" 0 "$(pgrep -f "127.0.0.1:$silent_port" | wc -l)"
finish
