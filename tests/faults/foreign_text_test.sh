#!/usr/bin/env bash
# Names, values and error texts of a cloud that speak to terminals, to Markdown and to browsers: through the real program to wherever it
# shows them. What a page does with it, in Chromium: tests/web/page_test.js, "hostile text".
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# As JSON writes them. Each ends in its number, so that nothing can be cut away unseen.
mapfile -t nasty <<'TEXTS'
\u001b[2J\u001b[31mred 0
\u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007 1
\u001b]52;c;cm0gLXJmIC8=\u0007 2
\u001b]0;title\u001b\\ 3
\u009b31m\u009d0;c1\u009c\u0090dcs 4
over\rwritten\b\b\b 5
line\n## fake heading\n\n- [x] approved 6
\u202egnp.exe\u202c\u2066iso\u2069 7
zero\u200bwidth\u200d\ufeff\u00ad 8
<script>alert(1)</script><img src=x onerror=alert(1)> 9
a|b `code` **bold** ~~gone~~ 10
[x](javascript:alert(1)) ![i](http://evil.example/x.png) 11
@mention #1 GH-1 https://evil.example 12
</details></td></table><!-- 13
&lt;b&gt;&#60;i&#62; 14
\u2028separator\u2029\u0085next 15
{\"level\":\"error\",\"msg\":\"forged\"} 16
%s%n${HOME}$(id) 17
<6>forged priority\n<0>emergency 18
\udb40\udc41tag\ufff9\ue000 19
TEXTS
count=${#nasty[@]}

start_lab "$scratch/c" $((count + 1))
lab=$scratch/c
all_images "$lab" "min_ram: 1024, os_distro: ubuntu"
mapfile -t ids < <(ask images | jq -r 'sort_by(.name | ltrimstr("image-") | tonumber) | .[].id')
for n in "${!nasty[@]}"; do
  ask "images/${ids[n]}" -X PUT -d "{\"name\": \"${nasty[n]}\", \"os_distro\": \"${nasty[n]}\"}" >/dev/null
done
names=$(run "$lab" plan --output json | jq '[.clouds[0].changes[].image_name] | length')
equal "images that the cloud has by such names" $((count + 1)) "$names"

# clean WHAT TEXT [markdown]: no control character but line ends, nothing that hides or turns text, no live markup
clean() {
  local found
  found=$(python3 "$faults_dir/live.py" "${3-text}" <<<"$2" 2>&1)
  equal "$1: characters or markup that live" "" "$found"
}

title "plans"
exits "as text" 0 run "$lab" plan
clean "text" "$out$err"
contains "… shows what it does not let through" 'u\{1b\}\[2J' "$out"
exits "as Markdown" 0 run "$lab" plan --output markdown
clean "Markdown" "$out" markdown
exits "as JSON" 0 run "$lab" plan --output json
clean "JSON" "$out"
equal "JSON keeps the names as they are" "$(printf '"%s"' "${nasty[0]}" | jq -c .)" "$(jq -c '[.clouds[0].changes[].image_name | select(endswith("red 0"))][0]' <<<"$out")"
exits "drift" 0 run "$lab" drift
clean "drift" "$out"
exits "export" 0 run "$lab" export
clean "export" "$out$err"
exits "explain" 0 run "$lab" explain all
clean "explain" "$out$err"

title "errors of the cloud, in every log format"
body=$(printf '"%s"' "${nasty[*]}" | jq -r . | jq -Rs .)
ask faults -X POST -d "{\"kind\":\"status\",\"status\":409,\"method\":\"PATCH\",\"body\":$body}" >/dev/null
for format in text json journald; do
  exits "apply, $format" 3 run "$lab" --log-format "$format" --log-level debug apply "${everything[@]}" --force failures
  clean "results, $format" "$out"
  clean "log, $format" "$err"
  case $format in
    json) equal "each line is one record" "" "$(jq -R 'try (fromjson | empty) catch .' <<<"$err" 2>&1 | head -n 3)" ;;
    journald) equal "each line has one priority, its own" 0 "$(grep -vcE '^<[3-7]>' <<<"$err")" ;;
    text) equal "each line begins with a time" 0 "$(grep -vcE '^[0-9]{4}-' <<<"$err")" ;;
  esac
done
ask faults -X DELETE >/dev/null

title "what is remembered"
exits "apply" 0 run "$lab" apply "${everything[@]}"
clean "results" "$out$err"
exits "history" 0 run "$lab" history
clean "history" "$out$err"
last=$(run "$lab" history --output json | jq -r '.runs[0].id')
exits "history of a run" 0 run "$lab" history "$last"
clean "a run" "$out$err"
exits "rollback, as a plan" 1 run "$lab" rollback "$last"
clean "rollback" "$out$err"

title "the daemon"
port=$(free_port)
ask faults -X POST -d "{\"kind\":\"status\",\"status\":400,\"method\":\"GET\",\"body\":$body}" >/dev/null
printf 'service: {listen: "127.0.0.1:%s", socket: %s}\n' "$port" "$scratch/run.sock" >>"$lab/retouch.yaml"
"$retouch" --config "$lab/retouch.yaml" --log-format text run 2>"$scratch/daemon.log" </dev/null &
at_exit "stop $!"
told() { curl -sS --noproxy '*' "http://127.0.0.1:$port/$1"; }
failed_once() { [ "$(told status.json | jq '.clouds[0].failures')" != 0 ] && told status.json | jq -e '.clouds[0].error' ; }
if wait_for 60 failed_once; then pass "it failed"; else fail "it failed" "$(tail -n 5 "$scratch/daemon.log")"; fi
exits "status" 0 run "$lab" status
contains "… shows the error" 'red 0' "$out"
clean "status" "$out"
clean "the page's document" "$(told status.json)"
clean "metrics" "$(told metrics)"
clean "its log" "$(<"$scratch/daemon.log")"
finish
