// Lists, versions, headers of answers, throttling, read-only mode, and the switches of the tests.
import { ask, control, imagePath, show, update, withFaults } from './client.js';
import { equal, refused } from './checks.js';

const names = async (query) => (await ask('GET', `/alice/images${query}`)).body.map((image) => image.name);
const OWN = 'owner=a11ce000-0000-4000-8000-000000000001';

async function lists() {
  equal('active ones, by publication', ['bare', 'vm', 'public-base', 'shared-with-alice', 'web-base'], await names(''));
  equal('what was never published first', ['draft', 'bare', 'retired', 'vm', 'web-base'], await names(`?state=all&${OWN}`));
  equal('one state', ['retired'], await names('?state=disabled'));
  equal('docker images only when asked for', ['docker-layer'], await names('?type=docker'));
  equal('by name', ['web-base'], await names('?name=web-base'));
  equal('by a part of the name', ['public-base', 'web-base'], await names('?name=~base'));
  equal('public ones', ['public-base'], await names('?public=true'));
  equal('an owner that is no id', [], await names('?owner=alice'));
  equal('limit means nothing', 5, (await names('?limit=1&offset=2')).length);
  refused('an unknown state', 422, 'InvalidParameter', await ask('GET', '/alice/images?state=any'), 'invalid state: "any"');
  equal('the account by another name', 200, (await ask('GET', '/my/images')).status);
  const head = await ask('HEAD', '/alice/images');
  equal('HEAD', [200, ''], [head.status, head.text]);
  await withFaults({ list_cut: 2 }, async () => equal('a list that is cut', ['draft', 'bare'], await names(`?state=all&${OWN}`)));
}

async function versions() {
  const at = (range, options = {}) => ask('GET', imagePath(), { headers: { 'accept-version': range }, ...options });
  equal('~9||~8', 'zone-dataset', (await at('~9||~8')).body.type);
  equal('old types before 8', 'smartmachine', (await at('~7.2')).body.type);
  const old = (await at('~7.0')).body;
  equal('fields that came with 7.1', [undefined, undefined, undefined], [old.owner, old.acl, old.state]);
  refused('a version that is not there', 400, 'InvalidVersion', await at('~10'), `~10 is not supported by GET ${imagePath()}`);
  const ignored = await ask('GET', imagePath(), { headers: { 'api-version': '~10' } });
  equal('Api-Version is not read', [200, '9.0.0'], [ignored.status, ignored.headers['api-version']]);
  const ping = await ask('GET', '/--ping', { key: null });
  equal('--ping', ['pong', '9.0.0', 'lab-1'], [ping.body.ping, ping.body.cloudapi.versions[0], ping.headers['triton-datacenter-name']]);
}

async function headers() {
  const id = '5d9bfdde-a7c9-41ff-a3b4-2aeb3a1a21bf';
  const answer = await ask('GET', imagePath(), { headers: { 'x-request-id': id } });
  equal('the id of a request comes back', id, answer.headers['request-id']);
  const expected = ['api-version', 'request-id', 'response-time', 'server', 'content-md5', 'date', 'access-control-allow-origin'];
  equal('the headers of an answer', [], expected.filter((name) => !(name in answer.headers)));
  equal('the server', 'cloudapi/9.20.0', answer.headers.server);
  const [last] = (await control('GET', '/log')).slice(-1);
  equal('the journal', ['GET', imagePath(), 200, id, 'ed25519-sha512'], [last.method, last.url, last.status, last.request_id, last.algorithm]);
  equal('405', 405, (await ask('PATCH', imagePath(), { body: {} })).status);
  equal('406', 406, (await ask('GET', imagePath(), { headers: { accept: 'text/html' } })).status);
}

async function throttling() {
  await withFaults({ throttle: { rate: 0.1, burst: 5 } }, async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask('GET', imagePath())));
    const over = answers.filter((answer) => answer.status === 429);
    equal('5 at once and no more', 7, over.length);
    refused('over the limit', 429, 'TooManyRequestsError', over[0], 'You have exceeded your request rate of 0.1 r/s.');
    equal('it does not say for how long', undefined, over[0].headers['retry-after']);
    equal('list, get and update share one limit', [429, 429], [(await ask('GET', '/alice/images')).status, (await update({ description: 'x' })).status]);
    equal('the account does not', 200, (await ask('GET', '/alice')).status);
    equal('wrong signatures come first', 401, (await ask('GET', imagePath(), { key: 'stranger' })).status);
  });
}

async function trouble() {
  await withFaults({ read_only: { message: 'down for upgrade', eta: '2026-12-01T10:00:00Z' } }, async () => {
    const answer = await update({ description: 'x' });
    refused('read-only mode', 503, 'ServiceUnavailableError', answer, 'down for upgrade');
    equal('says until when', 'Tue, 01 Dec 2026 10:00:00 GMT', answer.headers['retry-after']);
    equal('and lets read', 200, (await ask('GET', imagePath())).status);
  });
  const answers = [
    { method: 'POST', times: 1, status: 500, body: { message: 'connect ECONNREFUSED 127.0.0.1:80' } },
    { method: 'POST', times: 1, drop: 'before' },
    { method: 'POST', times: 1, drop: 'after' },
    { path: '/alice$', at: 'front', status: 503, body: '<html>', headers: { 'Content-Type': 'text/html' } },
  ];
  await withFaults({ answers }, async () => {
    const codeless = await update({ description: 'not written' });
    equal('an error without a code', [500, undefined], [codeless.status, codeless.body.code]);
    const { description } = await show();
    equal('a connection that ends before', 'ECONNRESET', await update({ description: 'not written' }).catch((error) => error.code));
    equal('was not written', description, (await show()).description);
    equal('a connection that ends after', 'ECONNRESET', await update({ description: 'written' }).catch((error) => error.code));
    equal('was written', 'written', (await show()).description);
    equal('an answer from in front', '<html>', (await ask('GET', '/alice')).text);
  });
}

export default async function service() {
  for (const part of [lists, versions, headers, throttling, trouble]) await part();
}
