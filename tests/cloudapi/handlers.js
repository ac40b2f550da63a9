// The calls: GetAccount (and --ping), ListImages, GetImage, UpdateImage. In the real server's order a request's image or list
// is loaded, then the caller authorized, then read-only mode looked at, then the throttle, then the call made.
import { mayDo } from './accounts.js';
import { WRITABLE } from './images.js';
import { shown, since } from './manifest.js';
import { restify } from './packages.js';

const { InvalidArgumentError, MissingParameterError, NotAuthorizedError, ResourceNotFoundError } = restify;
const UUID = /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/;
const FORBIDDEN = 'You do not have permission to access %s';

const isPing = (req) => req.path() === '/--ping';

// The account of the path, which need not be the caller's. A body can have replaced the parameters: then it is "undefined".
export const loadAccount = (accounts) => (req, res, next) => {
  if (isPing(req)) return next();
  const name = decodeURIComponent(req.params.account);
  if (name === 'my' || name === req.account.login) return next();
  const found = accounts.find(name);
  if (!found) return next(new ResourceNotFoundError('%s does not exist', name));
  // A sub-user stays with its account, whatever the path says.
  if (req.caller === req.account) req.account = found;
  return next();
};

export const loadImages = (images, journal) => (req, res, next) => {
  if (!/^\/[^/]+\/images(\/|$)/.test(req.path())) return next();
  const { dataset } = req.params;
  try {
    if (dataset === undefined) req.images = images.list(filter(req), req.account.id);
    else if (UUID.test(dataset)) req.image = images.get(dataset, req.account.id);
    else req.image = undefined; // a name or an upper-case id finds nothing
  } catch (error) {
    return next(journal.stumbled(error));
  }
  return next();
};

const OLD_TYPES = { smartmachine: 'zone-dataset', virtualmachine: 'zvol' };

// Everything else in the query is passed over, paging and tag.* too. Without a type the noise of docker images is left out.
function filter(req) {
  const { name, version, os, state, owner, type } = req.params;
  const asked = { name, version, os, state, owner, public: req.params.public, type: type || '!docker' };
  if (!type || since(req.getVersion(), '8.0.0')) return asked;
  if (!OLD_TYPES[type]) throw new InvalidArgumentError(`image type ${type} is not a valid type`);
  return { ...asked, type: OLD_TYPES[type] };
}

export function authorize(req, res, next) {
  if (isPing(req)) return next();
  const action = req.route.name; // restify puts route names in lower case
  const roleTags = req.image?.role_tags;
  const verdict = mayDo({ caller: req.caller, account: req.account, action, asRole: req.params['as-role'], roleTags });
  if (verdict.allowed) return next();
  return next(new NotAuthorizedError(FORBIDDEN, verdict.unknownRole ? req.account.login : `${req.path()} (${action})`));
}

export const getAccount = (versions, datacenter) => (req, res, next) => {
  if (isPing(req)) {
    res.header('Triton-Datacenter-Name', datacenter);
    res.send({ ping: 'pong', cloudapi: { versions } });
    return next();
  }
  const { id, login, email = `${login}@example.com` } = req.account;
  const [updated, created] = ['2026-01-02T00:00:00.000Z', '2026-01-01T00:00:00.000Z'];
  res.send({ id, login, email, triton_cns_enabled: false, updated, created });
  return next();
};

export function listImages(req, res, next) {
  res.send(req.images.map((image) => shown(image, req.getVersion())));
  return next();
}

export function getImage(req, res, next) {
  if (!req.image) return next(new ResourceNotFoundError('%s not found', req.params.dataset));
  if (req.image.role_tags?.length) res.setHeader('role-tag', req.image.role_tags.join(','));
  res.send(shown(req.image, req.getVersion()));
  return next();
}

// The action is that of the merged parameters, so that a key of the body decides what an update is.
export const postImage = (images, journal) => (req, res, next) => {
  const { action, dataset } = req.params;
  try {
    if (action === 'update') res.send(shown(images.update(dataset, writable(req.params), req.account.id), req.getVersion()));
    else if (action === 'clone') res.send(shown(images.clone(dataset, req.account.id), req.getVersion()));
    else if (req.query.action) return next(new InvalidArgumentError(`action ${req.query.action} is not a valid argument`));
    else return next(new MissingParameterError('action is a required argument'));
  } catch (error) {
    return next(journal.stumbled(error));
  }
  return next(false);
};

const writable = (params) =>
  Object.fromEntries(WRITABLE.filter((field) => params[field] !== undefined).map((field) => [field, params[field]]));
