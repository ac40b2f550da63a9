// Every kind of key is accepted; what is altered is refused, and with which code.
import { ALL, ask, ACCOUNT_ID, fingerprint, sha256, imagePath, show, update, withFaults, control } from './client.js';
import { equal, refused } from './checks.js';

const HASHES = { rsa: ['sha256', 'sha512', 'sha1'], ecdsa: ['sha256', 'sha512'], ed25519: ['sha512'] };
const KINDS = [
  'rsa_pkcs1', 'rsa_pkcs8', 'rsa_openssh', 'ecdsa_p256_pem', 'ecdsa_p256_pkcs8', 'ecdsa_p256_openssh', 'ecdsa_p384_pem', 'ecdsa_p384_pkcs8',
  'ecdsa_p384_openssh', 'ecdsa_p521_pem', 'ecdsa_p521_pkcs8', 'ecdsa_p521_openssh', 'ed25519_openssh', 'ed25519_pkcs8',
];
const REFUSED = 'Invalid authorization credentials supplied';

async function keys() {
  for (const key of KINDS) {
    const type = key.split('_')[0];
    for (const hash of HASHES[type]) {
      const answer = await ask('GET', '/alice', { key, algorithm: `${type}-${hash}` });
      equal(`${key} signs with ${type}-${hash}`, [200, 'alice'], [answer.status, answer.body.login]);
    }
  }
}

async function headerLists() {
  for (const signed of [['date'], ['date', '(request-target)'], ['(request-target)', 'date'], ALL, ['date', 'host', '(request-target)']]) {
    equal(`signed: ${signed.join(' ')}`, 200, (await ask('GET', '/alice/images?name=bare', { signed })).status);
  }
  const dateless = await ask('GET', '/alice', { signed: ['(request-target)'] });
  refused('date is not signed', 400, 'InvalidHeader', dateless, 'Authorization header invalid: date was not a signed header');
}

async function alterations() {
  const list = '/alice/images?name=bare';
  const altered = async (what, alter, method = 'GET', path = list) => {
    const answer = await ask(method, path, { alter, body: method === 'POST' ? { description: 'altered' } : undefined });
    refused(`${what} altered after signing`, 401, 'InvalidCredentials', answer, REFUSED);
  };
  await altered('the path', (request) => { request.path = '/alice/images/?name=bare'; });
  await altered('the query', (request) => { request.path = '/alice/images?name=vm'; });
  await altered('the query, left out', (request) => { request.path = '/alice/images'; });
  await altered('the login in the path', (request) => { request.path = '/my/images?name=bare'; });
  await altered('the host', (request) => { request.setHeader('host', 'elsewhere.example'); });
  await altered('the date', (request) => { request.setHeader('date', new Date(Date.now() + 2000).toUTCString()); });
  await altered('the method', (request) => { request.method = 'POST'; }, 'GET', `${imagePath()}?action=update`);
  await altered('the image of an update', (request) => { request.path = `${imagePath('11111111-aaaa-4000-8000-000000000002')}?action=update`; }, 'POST', `${imagePath()}?action=update`);
  equal('nothing of that was written', 'a base image', (await show()).description);
  const unsignedHost = await ask('GET', list, { signed: ['(request-target)', 'date'], alter: (request) => request.setHeader('host', 'elsewhere.example') });
  equal('a host that is not signed may differ', 200, unsignedHost.status);
  const signature = (edit) => (request) => request.setHeader('authorization', edit(request.getHeader('authorization')));
  const labelled = await ask('GET', '/alice', { key: 'rsa_pkcs1', algorithm: 'rsa-sha256', alter: signature((text) => text.replace('rsa-sha256', 'rsa-sha512')) });
  refused('a label that is not the hash used', 401, 'InvalidCredentials', labelled);
  const spaced = await ask('GET', '/alice', { alter: signature((text) => text.replace('",', '", ')) });
  refused('a space between parameters', 400, 'InvalidHeader', spaced, 'Authorization header invalid: bad param format');
  const shouted = await ask('GET', '/alice', { key: 'rsa_pkcs1', algorithm: 'rsa-sha256', alter: signature((text) => text.replace('rsa-sha256', 'RSA-SHA256')) });
  equal('the case of the algorithm is free', 200, shouted.status);
  // SHA-384 among them, which is what sshpk would choose for P-384: such keys must sign with another hash.
  for (const name of ['hs2019', 'ed25519', 'rsa-sha384', 'ecdsa-sha384', 'ecdsa-sha1', 'hmac-sha256']) {
    const answer = await ask('GET', '/alice', { alter: signature((text) => text.replace('ed25519-sha512', name)) });
    refused(`algorithm ${name}`, 400, 'InvalidHeader', answer, /not (a )?support/);
  }
}

async function keyIds() {
  const key = 'ed25519_openssh';
  const md5 = fingerprint(key);
  const as = (keyId, options = {}) => ask('GET', '/alice', { key, keyId, ...options });
  equal('by the name of the key', 200, (await as(`/alice/keys/${key}`)).status);
  equal('by the id of the account', 200, (await as(`/${ACCOUNT_ID}/keys/${md5}`)).status);
  refused('a SHA256 fingerprint', 401, 'InvalidCredentials', await as(`/alice/keys/${sha256(key)}`)); // may hold a slash
  const wrong = [`/alice/keys/MD5:${md5}`, `/alice/keys/${md5.toUpperCase()}`, `/alice/keys/${md5.replaceAll(':', '')}`,
    `/my/keys/${md5}`, `/bob/keys/${md5}`, `/nobody/keys/${md5}`, `/alice/keys/${fingerprint('rsa_pkcs1')}`];
  for (const keyId of wrong) refused(`keyId ${keyId}`, 401, 'InvalidCredentials', await as(keyId), REFUSED);
  refused('a keyId of no known form', 401, 'InvalidCredentials', await as('alice'), 'Invalid KeyId alice in authorization header');
  refused('a key that the account does not have', 401, 'InvalidCredentials', await ask('GET', '/alice', { key: 'stranger' }), REFUSED);
  refused('no signature', 401, 'InvalidCredentials', await ask('GET', '/alice', { key: null }), 'You must make authenticated requests to use CloudAPI');
  refused('a token', 401, 'InvalidCredentials', await as(`/alice/keys/${md5}`, { headers: { 'x-auth-token': '{}' } }));
}

async function subUsers() {
  const sub = { key: 'sub1', keyId: `/alice/users/sub1/keys/${fingerprint('sub1')}` };
  const change = { description: 'by a sub-user' };
  equal('a sub-user reads', 200, (await ask('GET', imagePath(), sub)).status);
  refused('and may not write with its default role', 403, 'NotAuthorized', await update(change, sub), `You do not have permission to access ${imagePath()} (updateimage)`);
  const asRole = (roles, options = sub) => ask('POST', `${imagePath()}?action=update&as-role=${roles}`, { body: change, ...options });
  equal('but in the role that may', [200, 'by a sub-user'], (({ status, body }) => [status, body.description])(await asRole('readers,ops')));
  refused('and in no role that it does not have', 403, 'NotAuthorized', await asRole('dev'), 'You do not have permission to access alice');
  equal('as-role means nothing to the account itself', 200, (await asRole('dev', {})).status);
  refused('sub-users need 7.2', 401, 'InvalidCredentials', await ask('GET', imagePath(), { ...sub, headers: { 'accept-version': '~7.1' } }));
  const bob = { key: 'bob', keyId: `/bob/keys/${fingerprint('bob')}` };
  refused('another account', 403, 'NotAuthorized', await ask('GET', imagePath(), bob));
  equal('another account, as its operator', 200, (await ask('GET', `${imagePath()}?as-role=_operator`, bob)).status);
  refused('an unknown account', 404, 'ResourceNotFound', await ask('GET', '/nobody/images'), 'nobody does not exist');
}

async function clocks() {
  const at = (seconds) => ({ date: new Date(Date.now() + seconds * 1000).toUTCString() });
  for (const seconds of [-295, 295]) equal(`a date ${seconds} s off`, 200, (await ask('GET', '/alice', at(seconds))).status);
  const skewed = /^Authorization header invalid: clock skew of 30\d(\.\d+)?s was greater than 300s$/;
  for (const seconds of [-306, 306]) refused(`a date ${seconds} s off`, 400, 'InvalidHeader', await ask('GET', '/alice', at(seconds)), skewed);
  await withFaults({ clock_offset: 1800 }, async () => {
    const answer = await ask('GET', '/alice');
    refused('a server half an hour fast', 400, 'InvalidHeader', answer, /^Authorization header invalid: clock skew of 1[78]\d\d(\.\d+)?s was greater than 300s$/);
    const ahead = Math.round((Date.parse(answer.headers.date) - Date.now()) / 60000);
    equal('its Date says so', 30, ahead);
    equal('and a client that believes it is let in', 200, (await ask('GET', '/alice', { date: answer.headers.date })).status);
  });
  equal('and the clock is right again', 200, (await ask('GET', '/alice')).status);
}

export default async function signatures() {
  await control('DELETE', '/faults');
  for (const part of [keys, headerLists, alterations, keyIds, subUsers, clocks]) await part();
}
