// The seven fields: what is taken, refused, cleared, and what comes back; and what a body must not hold.
import { readFileSync } from 'node:fs';

import { ask, control, imagePath, show, update } from './client.js';
import { equal, refused } from './checks.js';

const BARE = '11111111-aaaa-4000-8000-000000000002';
const BOB = 'b0b00000-0000-4000-8000-000000000002';

// set WHAT BODY FIELD EXPECTED: 200, and the reply and a GET show it; undefined = the field is not there
async function set(what, body, field, expected) {
  const answer = await update(body, { id: BARE });
  equal(what, [200, expected, expected], [answer.status, answer.body?.[field], (await show(BARE))[field]]);
}

async function strings() {
  await set('name', { name: 'a Name_1.0/x-y' }, 'name', 'a Name_1.0/x-y');
  await set('version', { version: '1.0+x_y/z-1' }, 'version', '1.0+x_y/z-1');
  await set('description', { description: 'Käse\n中 😀' }, 'description', 'Käse\n中 😀');
  await set('description, emptied', { description: '' }, 'description', undefined);
  await set('description, 10240 characters', { description: 'ä'.repeat(10240) }, 'description', 'ä'.repeat(10240));
  await set('description, cleared', { description: null }, 'description', undefined);
  for (const field of ['homepage', 'eula']) {
    await set(field, { [field]: 'https://example.com/x' }, field, 'https://example.com/x');
    await set(`${field}, cleared`, { [field]: null }, field, undefined);
    refused(`${field}: ""`, 422, 'ValidationFailed', await update({ [field]: '' }, { id: BARE }), `invalid image data: ${field}`);
    refused(`${field}: ftp`, 422, 'ValidationFailed', await update({ [field]: 'ftp://example.com' }, { id: BARE }));
    const number = await update({ [field]: 42 }, { id: BARE });
    equal(`${field}: a number`, [500, '{}'], [number.status, number.text]);
  }
  for (const field of ['name', 'version']) {
    const cleared = await update({ [field]: null }, { id: BARE });
    refused(`${field}: null`, 422, 'ValidationFailed', cleared, `invalid image data: ${field}`);
    equal(`${field}: null is missing`, [{ field, code: 'MissingParameter' }], cleared.body.errors);
    refused(`${field}: ""`, 422, 'ValidationFailed', await update({ [field]: '' }, { id: BARE }));
    refused(`${field}: outside ASCII`, 422, 'ValidationFailed', await update({ [field]: 'Käse' }, { id: BARE }));
    await set(`${field}: a number is stored as one`, { [field]: 42 }, field, 42);
    await set(`${field} again`, { [field]: 'bare' }, field, 'bare');
  }
}

async function lists() {
  await set('acl', { acl: [BOB] }, 'acl', [BOB]);
  await set('acl, order and doubles kept', { acl: [BOB, BARE, BOB] }, 'acl', [BOB, BARE, BOB]);
  await set('acl, emptied', { acl: [] }, 'acl', undefined);
  await set('acl, one id without a list', { acl: BOB }, 'acl', [BOB]);
  await set('acl, cleared', { acl: null }, 'acl', undefined);
  refused('acl in upper case', 422, 'ValidationFailed', await update({ acl: [BOB.toUpperCase()] }, { id: BARE }));
  equal('tags never set are not there', undefined, (await show(BARE)).tags);
  await set('tags', { tags: { a: 'x', n: 1, b: true, deep: { x: [null] } } }, 'tags', { a: 'x', n: 1, b: true, deep: { x: [null] } });
  await set('tags are replaced', { tags: { c: null } }, 'tags', { c: null });
  for (const nothing of [null, '', 0, false]) await set(`tags: ${JSON.stringify(nothing)} changes nothing`, { tags: nothing }, 'tags', { c: null });
  refused('tags: a list', 422, 'ValidationFailed', await update({ tags: ['a'] }, { id: BARE }));
  await set('tags once {} stay {}', { tags: {} }, 'tags', {});
}

async function crashes() {
  const { crashes: before } = await control('GET', '/stats');
  const string = await update({ tags: 'a=b' }, { id: BARE });
  equal('tags: a string', [500, '{}'], [string.status, string.text]);
  const maybe = await ask('GET', '/alice/images?public=maybe');
  equal('public=maybe', [500, '{}'], [maybe.status, maybe.text]);
  equal('both count as crashes', before + 2, (await control('GET', '/stats')).crashes);
}

async function bodies() {
  const path = `${imagePath()}?action=update`;
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const none = await update({ os: 'linux', state: 'disabled', public: true });
  refused('nothing that may be written', 422, 'ValidationFailed', none, 'invalid image update data: no parameters provided');
  equal('and an empty list of errors', [], none.body.errors);
  equal('what may not be written is left out', [200, 'smartos'], (({ status, body }) => [status, body.os])(await update({ os: 'linux', description: 'x' })));
  refused('no body', 422, 'ValidationFailed', await ask('POST', path));
  refused('a body of an unknown type', 422, 'ValidationFailed', await ask('POST', path, { body: '{"name":"x"}', headers: { 'Content-Type': 'text/plain' } }));
  equal('a form', [200, ['a', 'b']], await (async () => {
    const answer = await ask('POST', path, { body: 'tags[x]=a&tags[y]=b', headers: form });
    return [answer.status, Object.values(answer.body.tags)];
  })());
  equal('the query', 'from the query', (await ask('POST', `${path}&description=from%20the%20query`)).body.description);
  refused('a trailing comma', 400, 'InvalidContent', await ask('POST', path, { body: '{"name":"x",}' }));
  refused('a list', 404, 'ResourceNotFound', await ask('POST', path, { body: '["x"]' }), 'undefined does not exist');
  refused('a wrong Content-MD5', 400, 'BadDigest', await update({ description: 'x' }, { headers: { 'Content-MD5': 'iWifgjBBeyeSL/JLDfZZkg==' } }));
  refused('too much', 413, 'PayloadTooLargeError', await update({ description: 'x'.repeat(100001) }));
  refused('no action', 409, 'MissingParameter', await ask('POST', imagePath(), { body: { name: 'x' } }), 'action is a required argument');
  refused('an unknown action', 409, 'InvalidArgument', await ask('POST', `${imagePath()}?action=rename`, { body: { name: 'x' } }), 'action rename is not a valid argument');
  refused('the action of the body wins', 422, 'ImageNotShared', await update({ action: 'clone', name: 'x' }));
  equal('it is enough', 200, (await ask('POST', imagePath(), { body: { action: 'update', description: 'x' } })).status);
}

async function owners() {
  const at = (id, body = { description: 'x' }) => update(body, { id });
  const [publicBase, shared, unseen, inactive] = [1, 2, 3, 4].map((n) => `22222222-bbbb-4000-8000-00000000000${n}`);
  for (const id of [publicBase, shared]) {
    equal('an image of another that is seen', 200, (await ask('GET', imagePath(id))).status);
    refused('cannot be written', 422, 'NotImageOwner', await at(id), `account a11ce000-0000-4000-8000-000000000001 is not the owner of image ${id}`);
  }
  refused('an image of another that is not seen', 404, 'ResourceNotFound', await at(unseen), 'image not found');
  refused('one that is shared but not active', 404, 'ResourceNotFound', await at(inactive), 'image not found');
  refused('an id in upper case', 404, 'ResourceNotFound', await at(BARE.toUpperCase().replace('1', 'A')));
  refused('a name', 404, 'ResourceNotFound', await ask('GET', imagePath('bare')), 'bare not found');
  for (const n of [3, 4]) equal('unactivated and disabled ones can be written', 200, (await at(`11111111-aaaa-4000-8000-00000000000${n}`)).status);
}

export default async function fields() {
  const seed = JSON.parse(readFileSync(new URL('../seed.json', import.meta.url)));
  await control('PUT', '/images', seed.images);
  for (const part of [strings, lists, crashes, bodies, owners]) await part();
  equal('imgmanifest is content with every stored image', [], (await control('GET', '/stats')).invalid);
  await control('PUT', '/images', seed.images);
}
