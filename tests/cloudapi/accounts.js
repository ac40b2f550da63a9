// Accounts, their sub-users, keys and roles; and who may do what (protocols/triton.md RBAC, 1.4, 4.2).
import { readFileSync } from 'node:fs';

import { sshpk } from './packages.js';

export class Accounts {
  #accounts;

  // SEEDS: accounts as in seed.json; a key is the name of a file KEYS/NAME.pub, or {name, public: "ssh-…"}.
  constructor(seeds, keys) {
    this.#accounts = seeds.map((seed) => ({
      groups: [],
      roles: {},
      role_tags: [],
      ...seed,
      keys: readKeys(seed.keys, keys),
      users: (seed.users ?? []).map((user) => ({ default_roles: user.roles, ...user, keys: readKeys(user.keys, keys) })),
    }));
  }

  // By login or by id; undefined when there is none.
  find(login) {
    return this.#accounts.find((account) => account.login === login || account.id === login);
  }

  // id OWNER: the account's id for its login; what is no login passes for an id.
  id(owner) {
    return this.find(owner)?.id ?? owner;
  }
}

function readKeys(keys = [], directory) {
  return keys.map((key) => {
    const { name, public: text } = typeof key === 'string' ? { name: key, public: read(directory, key) } : key;
    const parsed = sshpk.parseKey(text, 'ssh');
    return { name, parsed, fingerprint: parsed.fingerprint('md5').toString('hex') };
  });
}

const read = (directory, name) => readFileSync(`${directory}/${name}.pub`, 'utf8');

// The key's name, or its MD5 fingerprint exactly as ssh-keygen prints it, without "MD5:". No other form is known.
export const findKey = (owner, id) => owner.keys.find((key) => key.name === id || key.fingerprint === id);

// mayDo …: whether the caller may do the action on a resource of the account. Roles matter only to sub-users and to foreigners.
export function mayDo({ caller, account, action, asRole, roleTags }) {
  if (caller.id === account.id) return { allowed: true };
  if (caller.groups?.includes('role-operators') && asRole === '_operator') return { allowed: true };
  if (caller.groups?.includes('operators') && !caller.groups.includes('role-operators')) return { allowed: true };
  const own = account.users.includes(caller) ? caller : { roles: [], default_roles: [] };
  const active = asRole ? asRole.split(',') : own.default_roles;
  if (asRole && !active.every((role) => own.roles.includes(role))) return { allowed: false, unknownRole: true };
  const tags = roleTags ?? account.role_tags;
  return { allowed: active.some((role) => tags.includes(role) && (account.roles[role] ?? []).includes(action)) };
}
