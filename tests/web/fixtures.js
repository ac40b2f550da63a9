// What a daemon may say of itself: documents in the shape of to_document(Status), for the page to draw.

const base = Date.parse('2026-11-28T10:00:00Z');
const at = (seconds) => new Date(base + seconds * 1000).toISOString().replace('.000Z', 'Z');
const print = 'sha256:9d3c1f0a77e24b6d8f5a1c2e3b4d5f60718293a4b5c6d7e8f9011223344556677';
const revision = '4f2a9c0d1e2b3c4d5e6f708192a3b4c5d6e7f801';

export function status(more = {}) {
  return {
    format_version: '1.0', version: '0.4.0', pid: 4711, phase: 'running', now: at(0), started_at: at(-93600),
    configuration: { file: '/etc/retouch/retouch.yaml', loaded_at: at(-93600), last_reload_successful: true, error: null, not_refreshed: [] },
    remembers: true, sources: [], clouds: [], suspended: [], held: [], runs: [], ...more,
  };
}

export const source = (name, more = {}) => ({ name, kind: 'git', location: `https://git.example/platform/${name}.git`, revision, last_success_at: at(-42), error: null, files: 38, stale: [], ...more });

const limits = (requests, writes, more = {}) => ({
  requests: { configured: requests, current: requests, waiting: 0 }, reads: { configured: requests, current: requests, waiting: 0 },
  writes: { configured: writes, current: writes, waiting: 0 }, ...more,
});

export const plan = (cloud, provider, more = {}) => ({
  cloud, provider, outcome: 'unchanged', images_seen: 1240, images_matched: 312, entries: 96, changes: [], unresolved: [], refused: [], guards: [], held: [],
  suspended: [], warnings: [], requests: { reads: 2, writes: 0 }, estimated_seconds: 0.2, changes_left_out: 0, fingerprint: print, ...more,
});

export const cloud = (name, provider, more = {}) => ({
  cloud: name, provider, account: `https://${provider}.example/project-8c1f`, mode: 'enforce', phase: 'waiting', interval_seconds: 600, last_run_at: at(-130),
  last_success_at: at(-130), next_run_at: at(470), duration_seconds: 1.84, result: 'success', error: null, failures: 0, images: { synced: 312 },
  limits: limits(20, 10), token_expires_at: at(40000), plan: plan(name, provider), guards: [], suspended: null, ...more,
});

export const field = (name, before, after, more = {}) => ({ name, op: before === null ? 'add' : after === null ? 'remove' : 'replace', before, after, cause: 'drift', action: 'apply', source: 'images/ubuntu.yaml:14:5', ...more });
export const change = (entry, name, fields, more = {}) => ({ entry, image_id: `0b6e7c1a-90de-4c7e-8f11-${String(Math.abs(hash(entry))).padStart(12, '0').slice(0, 12)}`, image_name: name, owner: 'project-8c1f', status: 'active', source: 'images/ubuntu.yaml:9:3', fields, ...more });
const hash = (text) => Array.from(text).reduce((sum, c) => (sum * 31 + c.codePointAt(0)) | 0, 7);

const ran = (id, seconds, more = {}) => ({ run: id, verb: 'run', by: 'retouch@gate1', began_at: at(seconds), ended_at: at(seconds + 3), exit_code: 0, undoes: null, sources: [{ name: 'images', revision }], passes: [], applied: 0, failed: 0, open: 0, changes: [], ...more });
const done = (cloudName, entry, image, one, more = {}) => ({ ...one, cloud: cloudName, entry, image_id: '5d1f0c9e-5a3b-4f2e-9c61-2b7e8d9f0a11', image_name: image, status: 'applied', error: null, request_id: 'req-77aa', ...more });

const drift = [
  change('ubuntu-24.04', 'Ubuntu 24.04 LTS', [field('hw_firmware_type', 'bios', 'uefi'), field('os_version', null, '24.04', { cause: 'pending' }), field('tags', ['ci', 'old'], ['ci', 'golden'], { cause: 'both' })]),
  change('debian-12', 'Debian 12 “bookworm”', [field('description', 'test image, do not use', 'Debian 12, CIS level 1, rebuilt weekly', { cause: 'unknown' }), field('visibility', 'private', 'public', { action: 'held', reason: 'exposure: visibility would open from private to public; accept: [exposure] in the manifest allows it' })], { adoption: true }),
  change('windows-2022', 'Windows Server 2022', [field('hw_disk_bus', 'ide', null), field('min_ram', 2048, 4096, { action: 'refused', reason: 'the image is protected, and min_ram of a protected image cannot be changed' })]),
];

export const empty = () => status({ phase: 'starting', sources: [source('images', { revision: null, last_success_at: null, files: 0 })], clouds: [cloud('lab', 'glance', { account: null, last_run_at: null, last_success_at: null, next_run_at: at(2), duration_seconds: 0, result: null, images: {}, limits: {}, token_expires_at: null, plan: null, phase: 'opening' })] });

export const fine = () => status({
  sources: [source('images'), source('local', { kind: 'directory', location: '/etc/retouch/manifests', revision: 'sha256:5a0c11', files: 4 })],
  clouds: [cloud('lab', 'glance'), cloud('otc-de', 'ims', { images: { synced: 894 }, limits: limits(10, 5) }), cloud('triton-east', 'triton', { images: { synced: 71 }, mode: 'report', limits: limits(8, 8) })],
  runs: [ran('20261128T073011Z-1c2d', -8989, { applied: 2, passes: [{ cloud: 'lab', outcome: 'changes', error: null }], changes: [done('lab', 'ubuntu-24.04', 'Ubuntu 24.04 LTS', field('hw_firmware_type', 'bios', 'uefi')), done('lab', 'ubuntu-22.04', 'Ubuntu 22.04 LTS', field('os_version', null, '22.04', { cause: 'pending' }))] })],
});

export const busy = () => status({
  sources: [source('images'), source('local', { kind: 'directory', location: '/etc/retouch/manifests', revision: 'sha256:5a0c11', files: 4 })],
  clouds: [
    cloud('lab', 'glance', { phase: 'applying', images: { synced: 309, drifted: 2, pending: 1, held: 1 }, plan: plan('lab', 'glance', { outcome: 'changes', changes: drift, warnings: ['3 images are selected by two entries; the later file wins'] }), limits: limits(20, 10, { writes: { configured: 10, current: 3.4, waiting: 17 } }) }),
    cloud('otc-de', 'ims', { images: { synced: 880, pending: 14 }, limits: limits(10, 5), plan: plan('otc-de', 'ims', { outcome: 'changes', changes: drift.slice(0, 2), changes_left_out: 12 }) }),
    cloud('otc-nl', 'ims', { images: { synced: 402 }, next_run_at: at(12) }),
    cloud('triton-east', 'triton', { mode: 'report', images: { synced: 68, drifted: 3 }, token_expires_at: null, plan: plan('triton-east', 'triton', { outcome: 'changes', changes: drift.slice(2) }) }),
    cloud('triton-west', 'triton', { images: { synced: 20, suspended: 51 }, next_run_at: null, suspended: { since: at(-40000), age_seconds: 40000, until: at(46400), by: 'ann@desk7', reason: 'storage move, INC-2291' } }),
  ],
  suspended: [{ what: 'cloud', name: 'triton-west', since: at(-40000), age_seconds: 40000, until: at(46400), by: 'ann@desk7', reason: 'storage move, INC-2291' }, { what: 'entry', name: 'centos-7', since: at(-800000), age_seconds: 800000, until: null, by: 'bob@gate1', reason: null }],
  held: [{ account: 'https://glance.example/project-8c1f', image_id: '5d1f0c9e-5a3b-4f2e-9c61-2b7e8d9f0a11', field: 'os_distro', why: 'contention', wish: 'ubuntu', live: 'Ubuntu', since: at(-5400), until: at(81000), run: '20261128T083000Z-77aa' },
    { account: 'https://ims.example/project-8c1f', image_id: '77aa0c9e-5a3b-4f2e-9c61-2b7e8d9f0a22', field: 'min_ram', why: 'rollback', wish: 4096, live: null, since: at(-3600), until: null, run: '20261128T090000Z-0001' }],
  runs: [
    ran('20261128T095950Z-77aa', -10, { ended_at: null, exit_code: null, open: 3, applied: 1, passes: [{ cloud: 'lab', outcome: 'changes', error: null }], changes: [done('lab', 'ubuntu-24.04', 'Ubuntu 24.04 LTS', field('hw_firmware_type', 'bios', 'uefi')), done('lab', 'debian-12', 'Debian 12', field('description', 'test', 'Debian 12, CIS level 1'), { status: 'intended' })] }),
    ran('20261128T090000Z-0001', -3600, { verb: 'rollback', by: 'ann@desk7', undoes: '20261128T083000Z-77aa', applied: 1, passes: [{ cloud: 'otc-de', outcome: 'changes', error: null }], changes: [done('otc-de', 'ubuntu-22.04', 'Ubuntu 22.04 LTS', field('min_ram', 4096, 2048, { cause: 'unknown' }))] }),
    ran('20261128T083000Z-77aa', -5400, { exit_code: 3, applied: 2, failed: 1, passes: [{ cloud: 'otc-de', outcome: 'changes', error: null }, { cloud: 'lab', outcome: 'unchanged', error: null }], changes: [done('otc-de', 'ubuntu-22.04', 'Ubuntu 22.04 LTS', field('min_ram', 2048, 4096, { cause: 'pending' })), done('otc-de', 'rocky-9', 'Rocky Linux 9', field('hw_machine_type', null, 'q35'), { status: 'failed', error: 'IMG.0035: the image is being changed by somebody else' })] }),
  ],
});

export const broken = () => status({
  configuration: { file: '/etc/retouch/retouch.yaml', loaded_at: at(-93600), last_reload_successful: false, error: '/etc/retouch/retouch.yaml:12:7: no such key "intervall" (did you mean "interval"?)', not_refreshed: ['credential otc-password'] },
  sources: [source('images', { error: 'https://git.example/platform/images.git: could not resolve host: git.example', last_success_at: at(-7200) }), source('local', { kind: 'directory', location: '/etc/retouch/manifests', files: 5, stale: [{ file: 'rocky.yaml', problem: 'rocky.yaml:21:9: "hw_firmware_typ" is no attribute of glance (did you mean "hw_firmware_type"?)', since: at(-3000), left_out: false }, { file: 'alma.yaml', problem: 'alma.yaml:1:1: expected a mapping, found a text', since: at(-1200), left_out: true }] })],
  clouds: [
    cloud('otc-nl', 'ims', { images: { synced: 402 } }),
    cloud('lab', 'glance', { result: 'refused', failures: 3, last_success_at: at(-9000), images: { synced: 120, pending: 192 }, guards: [{ guard: 'changed_percent', limit: 30, value: 61.5, detail: '192 of 312 images would be changed; a manifest that selects more than before is the usual reason', fingerprint: print, since: at(-1800) }], plan: plan('lab', 'glance', { outcome: 'refused', changes: drift, changes_left_out: 189 }) }),
    cloud('otc-de', 'ims', { result: 'auth', failures: 7, last_success_at: at(-86000), token_expires_at: null, error: 'https://iam.example/v3/auth/tokens answered 401: The username or password is wrong. (request req-0a1b). The credential is not tried again until it changes or 6 h have passed.' }),
    cloud('triton-east', 'triton', { result: 'throttled', failures: 2, images: { synced: 40, unresolved: 2, refused: 1, contended: 1, failed: 3 }, limits: limits(8, 8, { requests: { configured: 8, current: 1.2, waiting: 44 } }), error: 'the cloud asks to wait 900 s (429, Retry-After)', plan: plan('triton-east', 'triton', { unresolved: [{ entry: 'base-64', reason: 'no image has name "base-64-lts"; the nearest is "base-64-lts 23.4.0"', source: 'triton/base.yaml:4:3' }, { entry: 'minimal', reason: '2 images have name "minimal-64", match: one wants exactly one', source: 'triton/base.yaml:19:3' }], refused: [{ entry: 'lx-debian', image_id: '0b6e7c1a-90de-4c7e-8f11-000000000001', field: 'acl', reason: 'the image belongs to another account', source: 'triton/lx.yaml:8:3' }] }) }),
  ],
});

export const noise = ['<img src=x onerror="document.title=\'pwned\';alert(1)">', '"><script src="https://evil.example/x.js"></script>', 'a\u202Egnp.exe', 'zero\u200Bwidth', '\u0007bell\u001b[31mred', 'javascript:alert(1)', '${alert(1)}', '\uFFFDlost', 'עברית', 'x'.repeat(10000), `${'y'.repeat(5000)} ${'z '.repeat(2500)}`, '__proto__'];

export const hostile = () => {
  const names = noise;
  const evil = names[0];
  return status({
    version: evil, configuration: { file: evil, loaded_at: at(-1), last_reload_successful: false, error: names[9], not_refreshed: names },
    sources: names.map((name) => source(name, { kind: evil, location: name, revision: name, error: name, stale: [{ file: name, problem: name, since: at(-9), left_out: true }] })),
    clouds: names.map((name) => cloud(name, evil, {
      account: name, mode: evil, phase: 'waiting', error: name, result: name, failures: 2, images: { synced: 1, [name]: 1 }, limits: { [name]: { configured: 1, current: 0.5, waiting: 3 } },
      guards: [{ guard: name, limit: 1, value: 2, detail: name, fingerprint: name, since: at(-5) }], suspended: { since: at(-9), age_seconds: 9, until: null, by: name, reason: name },
      plan: plan(name, evil, { error: name, changes: [change(name, name, [field(name, name, { [name]: name }, { cause: name, action: name, reason: name, source: name })], { image_id: name })], unresolved: [{ entry: name, reason: name, source: name }], refused: [{ entry: name, image_id: name, field: name, reason: name, source: name }], held: [name], suspended: [name], warnings: [name] }),
    })),
    suspended: names.map((name) => ({ what: 'entry', name, since: at(-9), age_seconds: 9, until: at(9), by: name, reason: name })),
    held: names.map((name) => ({ account: name, image_id: name, field: name, why: 'contention', wish: name, live: { a: [name] }, since: at(-9), until: null, run: name })),
    runs: names.map((name, index) => ran(`${index} ${name}`, -60, { verb: name, by: name, undoes: name, failed: 1, sources: [{ name, revision: name }], passes: [{ cloud: name, outcome: name, error: name }], changes: [done(name, name, name, field(name, name, name), { status: name, error: name, request_id: name })] })),
  });
};

export const many = () => status({ sources: [source('images')], clouds: Array.from({ length: 100 }, (_, index) => cloud(`cloud-${String(index).padStart(3, '0')}`, ['glance', 'ims', 'triton'][index % 3], { images: { synced: 300 - index, drifted: index }, plan: plan('x', 'glance', { changes: Array.from({ length: 60 }, (__, entry) => change(`entry-${entry}`, `Image ${entry}`, [field('os_version', '1', '2'), field('min_ram', 1, 2)])) }) })) });
