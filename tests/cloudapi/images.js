// The images and what the image service does with them: who sees which, listing, updating (protocols/triton.md 1 and 2).
import { randomUUID } from 'node:crypto';

import { Crash, imageNotFound, imageNotShared, invalidState, notImageOwner, validationFailed } from './errors.js';
import { fromSeed, validate } from './manifest.js';

export const WRITABLE = ['name', 'version', 'description', 'homepage', 'eula', 'acl', 'tags'];

const BY_STATE = {
  active: { activated: true, disabled: false },
  disabled: { activated: true, disabled: true },
  unactivated: { activated: false },
  all: {},
  creating: { state: 'creating' },
  failed: { state: 'failed' },
};

export class Images {
  #images = new Map();
  listCut = null; // how many images one query of the store gives at most; null = all

  // replace SEEDS OWNER_ID_OF: all images anew; a seed with a `count` stands for so many, {n} in its name for the number.
  replace(seeds, ownerId) {
    this.#images.clear();
    for (const seed of seeds) this.add(seed, ownerId);
  }

  add(seed, ownerId) {
    const made = [];
    for (let n = 0; n < (seed.count ?? 1); n++) {
      const name = seed.name.replace('{n}', String(n).padStart(3, '0'));
      const image = fromSeed({ ...seed, name, id: seed.id ?? randomUUID() }, ownerId(seed.owner));
      this.#images.set(image.uuid, image);
      made.push(image);
    }
    return made;
  }

  remove(id) {
    return this.#images.delete(id);
  }

  all() {
    return [...this.#images.values()];
  }

  get(id, account) {
    const image = this.#images.get(id);
    if (!image || !isVisible(image, account)) throw imageNotFound();
    return image;
  }

  // No paging in any version; the order is that of publication, with what was never published first.
  list(query, account) {
    const found = new Set();
    for (const wanted of queries(query, account)) {
      const matching = byPublication(this.all().filter((image) => matches(image, wanted)));
      for (const image of matching.slice(0, this.listCut ?? undefined)) found.add(image);
    }
    return byPublication([...found]);
  }

  // Merges, validates, and writes the whole record back.
  update(id, data, account) {
    const image = this.get(id, account);
    if (image.owner !== account) throw notImageOwner(account, id);
    if (Object.keys(data).length === 0) throw validationFailed('invalid image update data: no parameters provided', []);
    const { tags, ...others } = data;
    const next = structuredClone(image);
    if (tags) {
      if (typeof tags !== 'object') throw new Crash(); // an assertion that ends the real process
      next.tags = tags;
    } // null, "", 0 and false are taken without a word and change nothing
    for (const [field, value] of Object.entries(others)) {
      if (value === null) delete next[field];
      else next[field] = value;
    }
    if (typeof next.acl === 'string') next.acl = [next.acl];
    validate(next);
    this.#images.set(id, next);
    return next;
  }

  clone(id, account) {
    const image = this.get(id, account);
    if (!image.acl?.includes(account)) throw imageNotShared(account, id);
    const copy = { ...structuredClone(image), uuid: randomUUID(), owner: account, acl: [] };
    this.#images.set(copy.uuid, copy);
    return copy;
  }
}

function isVisible(image, account) {
  if (image.owner === account) return true;
  return image.activated && (image.public || (image.acl ?? []).includes(account));
}

// queries ASKED ACCOUNT: what the image service asks its store; the answers together are the list.
function queries(asked, account) {
  const { name, version, os, type, owner } = asked;
  const filter = { name, version, os, type, ...stateFilter(asked.state || 'active') };
  const isPublic = publicFilter(asked.public);
  if (owner === account) return [{ ...filter, owner, public: isPublic }];
  const out = owner ? [] : [{ ...filter, owner: account, public: isPublic }];
  if (filter.activated === false || filter.disabled === true) return out;
  const others = { ...filter, owner, activated: true };
  if (isPublic !== false) out.push({ ...others, public: true });
  if (isPublic !== true) out.push({ ...others, public: false, acl: account });
  return out;
}

function stateFilter(state) {
  if (!Object.hasOwn(BY_STATE, state)) throw invalidState(state);
  return BY_STATE[state];
}

function publicFilter(value) {
  if (value === undefined || value === '') return undefined;
  if (value !== 'true' && value !== 'false') throw new Crash(); // thrown where nobody catches
  return value === 'true';
}

function matches(image, { acl, ...wanted }) {
  if (acl && !image.acl?.includes(acl)) return false;
  return Object.entries(wanted).every(([field, value]) => value === undefined || fits(field, image[field], value));
}

function fits(field, value, wanted) {
  if (field === 'type' && wanted.startsWith('!')) return value !== wanted.slice(1);
  if ((field === 'name' || field === 'version') && wanted.startsWith('~')) return value.includes(wanted.slice(1));
  return value === wanted;
}

const publication = (image) => (image.published_at ? new Date(image.published_at).getTime() : 0);
const byPublication = (images) => images.sort((a, b) => publication(a) - publication(b));
