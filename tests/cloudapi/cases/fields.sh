# shellcheck shell=bash disable=SC2154  # lib.sh
# settles SITE WHAT FIELD JSON: applies, is read back by the triton client, and there is nothing left to do
settles() {
  local site=$1 what=$2 field=$3 expected=$4
  forget
  exits "$what" 0 run "$site" apply --yes --output json
  equal "$what: one POST with this field alone" "[[\"$field\"]]" "$(control GET /log | jq -c '[.[] | select(.method == "POST") | .body]')"
  equal "$what: read back" "$expected" "$(told "$image" "$field")"
  exits "$what, again" 0 run "$site" plan --detailed-exitcode
  forget
  exits "$what, again applied" 0 run "$site" apply --yes
  equal "$what, again: no POST" 0 "$(seen '.method == "POST"')"
}
# field NAME FIRST SECOND NONE [FIRST-JSON SECOND-JSON]: set, change, clear; NONE is "" where it cannot be cleared
field() {
  local name=$1 site=$scratch/field-$1 first=${5-\"$2\"} second=${6-\"$3\"} manage="select: {id: $image}"
  case $name in tags | acl) manage+=", manage: {$name: exact}" ;; esac
  configure "$site"
  title "$name"
  entry "$site" "$name: $2" "$manage"
  settles "$site" "$name set" "$name" "$first"
  entry "$site" "$name: $3" "$manage"
  settles "$site" "$name changed" "$name" "$second"
  entry "$site" "$name: ${4:-null}" "$manage"
  if [ -n "$4" ]; then
    settles "$site" "$name cleared" "$name" "${7-null}"
  else
    forget
    exits "$name cleared" 5 run "$site" apply --yes
    contains "$name cannot be cleared" "entry\.yaml:[0-9]+:[0-9]+.*$name" "$err$out"
    equal "and nothing is sent" 0 "$(seen)"
  fi
}

calm
carol=ca401000-0000-4000-8000-000000000004 dave=da4e0000-0000-4000-8000-000000000005
field name renamed/2 'bare 3' ''
field version 2.0+a 2.1_b ''
field description '"Käse, 中 😀: #1"' other null '"Käse, 中 😀: #1"'
field homepage https://example.com/1 http://example.com/2 null
field eula https://example.com/eula/1 https://example.com/eula/2 null
field acl "[$carol]" "[$dave, $carol]" '[]' "[\"$carol\"]" "[\"$carol\",\"$dave\"]"
field tags '{role: web, n: 1, on: true}' '{role: db, n: 2}' '{}' '{"n":1,"on":true,"role":"web"}' '{"n":2,"role":"db"}' '{}'
equal "imgmanifest is content with every image" '[]' "$(invalid)"
equal "nothing made the server crash" 0 "$(crashes)"

title "acl and tags are whole values on the wire"
calm
site=$scratch/whole web=11111111-aaaa-4000-8000-000000000001
configure "$site"
entry "$site" "tags: {owner: platform, n: null}, acl: [$carol]" "select: {id: $web}"
exits "listed" 0 run "$site" apply --yes
equal "what was there stays" '{"b":true,"owner":"platform","role":"web"}' "$(told "$web" tags)"
equal "in the list too" "[\"b0b00000-0000-4000-8000-000000000002\",\"$carol\"]" "$(told "$web" acl)"
equal "in one request" 1 "$(seen '.method == "POST"')"
entry "$site" "tags: {owner: platform}, acl: [$carol]" "select: {id: $web}, manage: {tags: exact, acl: exact}"
exits "exact" 0 run "$site" apply --yes
equal "only what is wanted" '{"owner":"platform"}' "$(told "$web" tags)"
equal "in the list too" "[\"$carol\"]" "$(told "$web" acl)"

title "several fields, and others' images"
calm
entry "$site" "name: web, version: 2.0.0, description: null, homepage: null, eula: null, acl: [], tags: {}" \
  "select: {id: $web}, manage: {tags: exact, acl: exact}"
exits "seven fields" 0 run "$site" apply --yes
equal "in one request" '[["acl","description","eula","homepage","name","tags","version"]]' "$(control GET /log | jq -c '[.[] | select(.method == "POST") | .body | sort]')"
equal "all of them" '["web","2.0.0",null,null,null,null,{}]' "$(stored "$web" '[.name, .version, .description, .homepage, .eula, .acl, .tags]')"
for id in 3 4 6; do # unactivated, disabled, docker
  entry "$site" 'description: x' "select: {id: 11111111-aaaa-4000-8000-00000000000$id}"
  exits "an image that plain lists do not have ($id)" 0 run "$site" apply --yes
  equal "it was written" '"x"' "$(stored "11111111-aaaa-4000-8000-00000000000$id" .description)"
done
forget
entry "$site" 'description: x' 'select: {name: public-base, owner: any}'
exits "an image of another" 3 run "$site" apply --yes
equal "is refused in the plan" 0 "$(seen '.method == "POST"')"
