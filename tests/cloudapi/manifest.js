// One stored image: made from a seed, validated by imgmanifest, shown as CloudAPI shows it.
import { createHash } from 'node:crypto';

import { validationFailed, Stumble } from './errors.js';
import { imgmanifest, semver } from './packages.js';

const STATES = {
  active: { activated: true, disabled: false },
  disabled: { activated: true, disabled: true },
  unactivated: { activated: false, disabled: false },
  creating: { activated: false, disabled: false },
  failed: { activated: false, disabled: false },
};
const OPTIONAL = ['description', 'homepage', 'eula', 'acl', 'tags', 'requirements', 'origin', 'image_size', 'error'];
const FOR_ZVOLS = { nic_driver: 'virtio', disk_driver: 'virtio', cpu_type: 'host', image_size: 10240 };

// fromSeed SEED OWNER_ID: the image service's own record, checked.
export function fromSeed(seed, owner) {
  const { id, name, version = '1.0.0', os = 'smartos', type = 'zone-dataset', state = 'active' } = seed;
  const sha1 = createHash('sha1').update(id).digest('hex');
  const image = { v: 2, uuid: id, owner, name, version, type, os, state, public: seed.public ?? false, ...STATES[state] };
  image.files = [{ sha1, size: 1024, compression: 'gzip' }];
  if (image.activated) image.published_at = seed.published_at ?? '2026-01-01T00:00:00.000Z';
  if (type === 'zvol') Object.assign(image, FOR_ZVOLS);
  for (const field of OPTIONAL) if (seed[field] !== undefined) image[field] = structuredClone(seed[field]);
  validate(image);
  return { ...image, role_tags: seed.role_tags };
}

// validate IMAGE: throws what the image service answers when imgmanifest is not content with it.
export function validate({ role_tags, ...image }) {
  const check = image.state === 'creating' ? imgmanifest.validateMinimalManifest : imgmanifest.validateDcManifest;
  let errors;
  try {
    errors = check(image);
  } catch (error) {
    throw new Stumble(); // a homepage or eula that is no string: url.parse throws in the midst of the validator
  }
  if (errors?.length) throw validationFailed(`invalid image data: ${errors.map((one) => one.field).join(', ')}`, errors);
}

// since RANGE VERSION: whether who asked for the range shall see what came with that version. It is the range that is
// looked at and not the version that matched: with ~7 the fields of 7.1.0 are there, with ~7.0 they are not.
export const since = (range, version) => semver.satisfies(version, range) || semver.ltr(version, range);

const REQUIREMENTS = { max_memory: 'max_ram', max_ram: 'max_ram', min_memory: 'min_ram', min_ram: 'min_ram', brand: 'brand', bootrom: 'bootrom' };

// shown IMAGE RANGE: the image of a reply, with what empties leave out left out; but `tags` once {} stays {}.
export function shown(image, range) {
  const { uuid, name, version, os, requirements: needs = {}, type } = image;
  const old = { zvol: 'virtualmachine' }[type] ?? 'smartmachine';
  const out = { id: uuid, name, version, os, requirements: {}, type: since(range, '8.0.0') ? type : old };
  if (type === 'zvol') out.image_size = image.image_size;
  if (image.description) out.description = image.description;
  for (const [key, from] of Object.entries(REQUIREMENTS)) if (needs[from]) out.requirements[key] = needs[from];
  if (image.files.length > 0) {
    const { compression, sha1, size } = image.files[0];
    out.files = [{ compression, sha1, size }];
  }
  const fields = ['tags', 'homepage', 'published_at'];
  if (since(range, '7.1.0')) fields.push('owner', 'public', 'state', 'eula', 'acl', 'origin', 'error');
  for (const field of fields) if (isShown(image[field])) out[field] = image[field];
  return out;
}

const isShown = (value) => value !== undefined && !(Array.isArray(value) && value.length === 0);
