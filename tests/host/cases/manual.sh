# shellcheck shell=bash disable=SC2154  # set by run.sh
# Manual pages: what groff has to say of them, and what a reader sees.
for page in retouch.1 retouch.yaml.5 retouch-manifest.5; do
  "$retouch" manual "$page" >"$scratch/$page"
  exits "$page is set by groff" 0 groff -man -Tutf8 -ww -rF0 -z "$scratch/$page"
  equal "$page: no warning of groff's" "" "$err"
  exits "$page is shown by man" 0 env MANWIDTH=100 man --warnings -l "$scratch/$page"
  equal "$page: no warning of man's" "" "$err"
  man_text=$out
  equal "$page: no escape is left over" "" "$(grep -E '\\(f[BIR]|e|-)' <<<"$man_text" || :)"
  case $page in
    retouch.1)
      contains "a verb with its argument" 'retouch apply \[options\] \[PLANFILE\]' "$man_text"
      contains "an option" '--wait-lock DURATION' "$man_text"
      contains "exit codes" '^ +75 +Throttled' "$man_text" ;;
    retouch.yaml.5)
      contains "a key" 'clouds\.NAME\.limits\.requests' "$man_text"
      contains "its description" 'sum of all requests to the account; rate' "$man_text" ;;
    retouch-manifest.5) contains "an example" 'kind: ImageSet' "$man_text" ;;
  esac
done
