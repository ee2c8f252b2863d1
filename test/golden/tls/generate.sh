#!/bin/sh
# Writes the certificates of the HTTP tests into this folder. They guard nothing: the keys are public on purpose.
# Needs OpenSSL 3. Everything is valid for a hundred years, except expired.crt, which ended in 2001.
set -eu
cd "$(dirname "$0")"

key() { openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1.key"; }

# leaf NAME SUBJECT EXTENSIONS [x509 arguments…]
leaf() {
  name=$1 subject=$2 extensions=$3
  shift 3
  key "$name"
  printf '%b' "$extensions" > "$name.ext"
  openssl req -new -key "$name.key" -subj "$subject" |
    openssl x509 -req -CA ca.crt -CAkey ca.key -CAcreateserial -extfile "$name.ext" -out "$name.crt" "$@" 2>/dev/null
  rm "$name.ext"
}

key ca
openssl req -x509 -new -key ca.key -subj "/CN=torchserve-check test CA" -days 36500 -out ca.crt \
  -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"

leaf server "/CN=localhost" "subjectAltName=DNS:localhost,IP:127.0.0.1,DNS:sni.test\nextendedKeyUsage=serverAuth\n" -days 36500
leaf other "/CN=other.test" "subjectAltName=DNS:other.test\nextendedKeyUsage=serverAuth\n" -days 36500
leaf client "/CN=client" "extendedKeyUsage=clientAuth\n" -days 36500

# `openssl x509` of OpenSSL 3.0 cannot choose a start date; `openssl ca` can.
key expired
openssl req -new -key expired.key -subj "/CN=localhost" -out expired.csr
: > index.txt
cat > ca.cnf <<'CNF'
[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
[server]
subjectAltName = DNS:localhost,IP:127.0.0.1
extendedKeyUsage = serverAuth
CNF
openssl ca -batch -notext -config ca.cnf -extensions server -cert ca.crt -keyfile ca.key -in expired.csr -out expired.crt \
  -startdate 20000101000000Z -enddate 20010101000000Z 2>/dev/null
rm -f expired.csr ca.cnf index.txt* ./[0-9A-F]*.pem

cat client.crt client.key > client-with-key.pem
openssl pkcs8 -topk8 -in client.key -passout pass:secret -out client-encrypted.key
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out service-account.key 2>/dev/null

# A CA directory as `openssl rehash` makes it.
rm -rf ca-directory && mkdir ca-directory && cp ca.crt ca-directory/
cp ca.crt "ca-directory/$(openssl x509 -in ca.crt -noout -hash).0"
rm -f ca.srl
