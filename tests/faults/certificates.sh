# shellcheck shell=bash disable=SC2154  # scratch is of tests/lib.sh
# Certificates for the tests of TLS, made in $certificates by openssl when they are wanted. Sourced.

certificates=$scratch/certificates
mkdir -p "$certificates"
: >"$certificates/index.txt"
echo 1000 >"$certificates/serial"
cat >"$certificates/ca.cnf" <<CNF
[ca]
default_ca = any
[any]
dir = $certificates
database = \$dir/index.txt
serial = \$dir/serial
new_certs_dir = \$dir
default_md = sha256
default_days = 30
unique_subject = no
policy = any_name
string_mask = utf8only
[any_name]
commonName = supplied
CNF

# certificate NAME ISSUER EXTENSIONS [OPTION…]: NAME.crt, signed by ISSUER (by itself if that is NAME), with these lines of extensions (\n
# between them) and further options of `openssl ca`. NAME.pem is what a server needs: certificate, the chain to a root, key.
# KEY=rsa:1024 and CN=… in the environment: the kind of key, the subject's name.
certificate() {
  local at=$certificates signer=(-cert "$certificates/$2.crt" -keyfile "$certificates/$2.key") kind=(-newkey "${KEY:-ec}")
  [ "$2" != "$1" ] || signer=(-selfsign -keyfile "$at/$1.key")
  [ -n "${KEY-}" ] || kind+=(-pkeyopt ec_paramgen_curve:P-256)
  printf '%b\n' "$3" >"$at/$1.ext"
  {
    openssl req -new -nodes "${kind[@]}" -keyout "$at/$1.key" -subj "/CN=${CN-$1}" -out "$at/$1.csr" &&
      openssl ca -batch -notext -config "$at/ca.cnf" "${signer[@]}" -extfile "$at/$1.ext" -in "$at/$1.csr" -out "$at/$1.crt" "${@:4}"
  } >"$at/log" 2>&1 || die "openssl made no certificate $1: $(tail -n 5 "$at/log")"
  cat "$at/$1.crt" "$at/$1.key" >"$at/$1.pem"
  [ "$2" = "$1" ] || [ ! -e "$at/$2.chain" ] || cat "$at/$2.chain" >>"$at/$1.pem"
}

# authority NAME ISSUER [EXTENSIONS [OPTION…]]: of certificates; what is signed by it has it in its chain, unless it signed itself
authority() {
  certificate "$1" "$2" "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign${3+\n$3}" "${@:4}"
  [ "$2" = "$1" ] || cp "$certificates/$1.crt" "$certificates/$1.chain"
}
