// server.js SEED KEYS READY: a CloudAPI on a free port of 127.0.0.1, made of what the real one is made of: every request is
// verified by http-signature, read, negotiated and throttled by restify, every changed image validated by imgmanifest. SEED is
// a JSON file like seed.json, KEYS the directory of the public keys that it names. Once it listens it writes
// {"url", "control"} to READY; control.js says what can be asked there.
import './clock.js'; // before anything that may keep a Date

import { readFileSync, renameSync, writeFileSync } from 'node:fs';

import { Accounts } from './accounts.js';
import { controlServer, Journal } from './control.js';
import { Faults } from './faults.js';
import * as handlers from './handlers.js';
import { Images } from './images.js';
import { restify } from './packages.js';
import { authenticate, parseSignature } from './verify.js';

const VERSIONS = ['9.0.0', '8.0.0', '7.3.0', '7.2.0', '7.1.0', '7.0.0'];
const [seedFile, keys, readyFile] = process.argv.slice(2);
const seed = JSON.parse(readFileSync(seedFile, 'utf8'));

const accounts = new Accounts(seed.accounts, keys);
const images = new Images();
images.replace(seed.images, (owner) => accounts.id(owner));
const journal = new Journal();
const faults = new Faults(images, seed.faults);

const server = restify.createServer({ name: 'cloudapi/9.20.0', version: [...VERSIONS] });
server.acceptable.unshift('application/json');
server.server.keepAliveTimeout = 55_000;

server.pre(journal.arrived());
server.pre((req, res, next) => {
  res.setHeader('Date', new Date().toUTCString()); // Node's own would not know of a clock that is off
  next();
});
server.pre(faults.delay());
server.pre(faults.canned('front'));

server.use(restify.acceptParser(server.acceptable));
server.use(parseSignature);
server.use(restify.dateParser());
server.use(restify.queryParser({ allowDots: false, plainObjects: false }));
server.use(restify.bodyParser({ overrideParams: true, mapParams: true, maxBodySize: 100000 }));
server.use(restify.fullResponse());
server.use(authenticate(accounts));
server.use(handlers.loadAccount(accounts));
server.use(handlers.loadImages(images, journal));
server.use(handlers.authorize);
server.use(faults.readOnly());
server.use(faults.canned(undefined));

const route = (path, name) => ({ path, name, version: [...VERSIONS] });
const pace = faults.throttle('datasets');
for (const [verb, prefix] of [['get', ''], ['head', 'Head']]) {
  server[verb](route('/:account', `${prefix || 'Get'}Account`), faults.throttle('account'), handlers.getAccount(VERSIONS, seed.datacenter));
  server[verb](route('/:account/images', prefix ? 'HeadImages' : 'ListImages'), pace, handlers.listImages);
  server[verb](route('/:account/images/:dataset', prefix ? 'HeadImage' : 'GetImage'), pace, handlers.getImage);
}
server.post(route('/:account/images/:dataset', 'UpdateImage'), pace, handlers.postImage(images, journal));

const listening = (one) => new Promise((resolve) => one.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${one.address().port}`)));
const control = controlServer({ journal, faults, images, accounts });
writeFileSync(`${readyFile}.new`, JSON.stringify({ url: await listening(server), control: await listening(control) }));
renameSync(`${readyFile}.new`, readyFile);
