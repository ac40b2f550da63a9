# shellcheck shell=bash disable=SC2154  # set by run.sh
# Completion, in the shells themselves.
for shell in bash zsh fish; do "$retouch" completion "$shell" >"$scratch/completion.$shell"; done

# completes WORD…: what bash offers for the last one, sorted, on one line
completes() {
  bash --norc -c 'source "$1"; shift; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _retouch; printf "%s\n" "${COMPREPLY[@]}"' \
    _ "$scratch/completion.bash" "$@" 2>&1 | sort | tr '\n' ' ' | sed 's/ $//'
}
exits "bash reads its script" 0 bash -n "$scratch/completion.bash"
equal "retouch pl<TAB>" "plan" "$(completes retouch pl)"
equal "retouch --config x.yaml dri<TAB>" "drift" "$(completes retouch --config x.yaml dri)"
equal "retouch plan --output <TAB>" "json markdown text" "$(completes retouch plan --output '')"
equal "retouch apply --output=j<TAB>" "json" "$(completes retouch apply --output = j)"
equal "retouch apply --output=<TAB>" "json text" "$(completes retouch apply --output =)"
equal "retouch --log-format <TAB>" "journald json text" "$(completes retouch --log-format '')"
equal "retouch plan --log-format j<TAB>" "journald json" "$(completes retouch plan --log-format j)"
equal "retouch apply --wai<TAB>" "--wait-lock" "$(completes retouch apply --wai)"
equal "retouch apply --cloud <TAB>" "" "$(completes retouch apply --cloud '')"
equal "retouch schema <TAB>" "config manifest" "$(completes retouch schema '')"
mkdir -p "$scratch/files"
touch "$scratch/files/one.yaml"
equal "retouch --config PATH<TAB>" "$scratch/files/one.yaml" "$(completes retouch --config "$scratch/files/o")"
equal "retouch validate PATH<TAB>" "$scratch/files/one.yaml" "$(completes retouch validate "$scratch/files/o")"
equal "nothing for hidden verbs" "" "$(completes retouch manu)"

if command -v zsh >/dev/null; then
  exits "zsh reads its script" 0 zsh -fn "$scratch/completion.zsh"
  exits "zsh takes it" 0 zsh -fc 'autoload -U compinit; compinit -D -u; source "$1"; print -r -- "$_comps[retouch]"' _ "$scratch/completion.zsh"
  equal "zsh: who completes retouch" "_retouch" "$out"
else
  skip completion "no zsh here"
fi
if command -v fish >/dev/null; then
  exits "fish reads its script" 0 fish -n "$scratch/completion.fish"
  fishes() { fish --no-config -c 'source $argv[1]; complete -C "$argv[2]"' "$scratch/completion.fish" "$1" 2>&1 | cut -f1 | sort | tr '\n' ' ' | sed 's/ $//'; }
  equal "fish: retouch pl<TAB>" "plan" "$(fishes 'retouch pl')"
  equal "fish: retouch plan --output <TAB>" "json markdown text" "$(fishes 'retouch plan --output ')"
  equal "fish: retouch apply --wai<TAB>" "--wait-lock" "$(fishes 'retouch apply --wai')"
else
  skip completion "no fish here"
fi
