// Who sent a request: the real verifier, with the real server's rules about keyIds (protocols/triton.md 4.1, 4.2).
import { findKey } from './accounts.js';
import { since } from './manifest.js';
import { httpSignature, restify } from './packages.js';

const { InvalidCredentialsError, InvalidHeaderError, NotAuthorizedError } = restify;

// What the real server lists. http-signature refuses the two of SHA-384 all the same.
const ALGORITHMS = [
  'rsa-sha1', 'rsa-sha256', 'rsa-sha384', 'rsa-sha512', 'dsa-sha1', 'dsa-sha256',
  'ecdsa-sha256', 'ecdsa-sha384', 'ecdsa-sha512', 'ed25519-sha512',
];
const REFUSED = 'Invalid authorization credentials supplied';

const refused = (...message) => new InvalidCredentialsError(...message);

// First in the chain: takes the Authorization header apart. A header that cannot be, or a date too far off, ends here.
export function parseSignature(req, res, next) {
  req.username = 'anonymous';
  const header = req.headers.authorization;
  if (!header) return next();
  if (!header.includes(' ')) return next(new InvalidHeaderError('BasicAuth content is invalid.'));
  if (!/^signature /i.test(header)) return next();
  try {
    req.signature = httpSignature.parseRequest(req, { algorithms: [...ALGORITHMS] });
  } catch (error) {
    return next(new InvalidHeaderError(`Authorization header invalid: ${error.message}`));
  }
  req.username = req.signature.keyId;
  return next();
}

// authenticate ACCOUNTS: sets req.account, req.caller (the account, or its sub-user) and req.username, the account's login.
export const authenticate = (accounts) => (req, res, next) => {
  if (req.path() === '/--ping') return next();
  if (!req.signature) return next(refused('You must make authenticated requests to use CloudAPI'));
  const named = parseKeyId(req.signature.keyId, req.getVersion());
  if (!named) return next(refused('Invalid KeyId %s in authorization header', req.signature.keyId));
  if (req.headers['x-auth-token']) return next(refused('The token provided is not authorized for this application'));
  const account = accounts.find(named.login);
  const caller = named.user ? account?.users.find((user) => user.login === named.user || user.id === named.user) : account;
  const key = caller && findKey(caller, named.key);
  if (!key || !isSigned(req.signature, key.parsed)) return next(refused(REFUSED));
  if (account.disabled || caller.disabled) return next(new NotAuthorizedError('Account or user is disabled'));
  Object.assign(req, { account, caller, username: account.login });
  return next();
};

function isSigned(signature, key) {
  try {
    return httpSignature.verifySignature(signature, key);
  } catch (error) {
    return false; // a signature that is no ASN.1, or of the wrong length
  }
}

// /LOGIN/keys/KEY, and since 7.2.0 /LOGIN/users/USER/keys/KEY.
function parseKeyId(keyId, range) {
  const [, login, ...rest] = keyId.split('/');
  if (rest.length === 2 && rest[0] === 'keys') return { login, key: rest[1] };
  if (rest.length !== 4 || rest[0] !== 'users' || rest[2] !== 'keys') return undefined;
  return since(range, '7.2.0') ? { login, user: rest[1], key: rest[3] } : undefined;
}
