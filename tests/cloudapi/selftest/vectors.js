// The two public vectors of the HTTP Signatures draft (Appendix A of its test values): the fixture of the C++ unit tests must
// be what the published key and http-signature make of the published request. The private key is published too, but is
// in this repository nowhere: it is read from the documentation that an npm package brings.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { httpSignature, sshpk } from '../packages.js';
import { equal } from './checks.js';

const FIXTURE = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../../unit/auth/http_signature_vectors.json');
const DOCUMENT = 'node_modules/restify/node_modules/http-signature/http_signing.md';

function publishedKey() {
  const text = readFileSync(path.join(process.env.CLOUDAPI_PACKAGES, DOCUMENT), 'utf8');
  const lines = text.split('\n').map((line) => line.trim());
  const begin = lines.indexOf('-----BEGIN RSA PRIVATE KEY-----');
  return sshpk.parsePrivateKey(lines.slice(begin, lines.indexOf('-----END RSA PRIVATE KEY-----') + 1).join('\n'));
}

// As http-signature's parser sees the request: the signing string is what its own code makes of it.
function signingString({ method, path: url, headers }, names) {
  const authorization = `Signature keyId="Test",algorithm="rsa-sha256",headers="${names.join(' ')}",signature="eA=="`;
  return httpSignature.parseRequest({ method, url, headers: { ...headers, authorization } }, { clockSkew: 1e9 }).signingString;
}

export default function vectors() {
  const fixture = JSON.parse(readFileSync(FIXTURE, 'utf8'));
  const key = publishedKey();
  equal('the fixture has the published public key', sshpk.parseKey(fixture.public_key).fingerprint().toString(), key.fingerprint().toString());
  equal('and its MD5 fingerprint', fixture.md5_fingerprint, key.fingerprint('md5').toString('hex'));
  equal('and its OpenSSH form', sshpk.parseKey(fixture.public_key_openssh).fingerprint().toString(), key.fingerprint().toString());
  for (const { name, headers, signing_string: text, signature, authorization } of fixture.vectors) {
    equal(`${name}: the signing string`, text, signingString(fixture.request, headers));
    const signer = key.createSign('sha256');
    signer.update(text);
    equal(`${name}: the signature`, signature, signer.sign().toString('base64'));
    const parsed = httpSignature.parseRequest(
      { method: fixture.request.method, url: fixture.request.path, headers: { ...fixture.request.headers, authorization } }, { clockSkew: 1e9 });
    equal(`${name}: the real verifier accepts the header`, true, httpSignature.verifySignature(parsed, fixture.public_key));
  }
}
