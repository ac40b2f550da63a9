// The tests' own door, on a port of its own: what arrived, what is stored, and the switches.
//
//   GET, DELETE /log       what arrived, oldest first; see arrived() for the fields
//   GET, PUT, DELETE /faults   the switches; PUT changes those it names, DELETE puts them back as they were at the start
//   GET, PUT, POST /images     what is stored as the API would show it to its owner; PUT replaces all, POST adds: seeds as in seed.json
//   DELETE /images/ID
//   GET /stats             {requests, crashes, by_status, invalid}: `invalid` are the stored images that imgmanifest refuses
import http from 'node:http';

import { realNow } from './clock.js';
import { Crash } from './errors.js';
import { shown, validate } from './manifest.js';

export class Journal {
  entries = [];
  crashes = 0;

  // First of all handlers, so that what is refused is there too.
  arrived() {
    return (req, res, next) => {
      const { authorization = '' } = req.headers;
      const entry = {
        time: realNow(),
        method: req.method,
        url: req.url,
        status: null, // null: no answer was given
        request_id: req.headers['x-request-id'] ?? null,
        key_id: parameter(authorization, 'keyId'),
        algorithm: parameter(authorization, 'algorithm'),
        headers: parameter(authorization, 'headers'),
        signature: parameter(authorization, 'signature'),
        date: req.headers.date ?? null,
        accept_version: req.headers['accept-version'] ?? null,
        api_version: req.headers['api-version'] ?? null,
        user_agent: req.headers['user-agent'] ?? null,
        body: null, // the keys of a body that is an object
      };
      this.entries.push(entry);
      res.once('finish', () => {
        entry.status = res.statusCode;
        if (req.body && typeof req.body === 'object') entry.body = Object.keys(req.body);
      });
      return next();
    };
  }

  stumbled(error) {
    if (error instanceof Crash) this.crashes += 1;
    return error;
  }
}

const parameter = (header, name) => header.match(new RegExp(`(?:^|[ ,])${name}="([^"]*)"`))?.[1] ?? null;

export function controlServer({ journal, faults, images, accounts }) {
  const ownerId = (owner) => accounts.id(owner);
  const show = (image) => shown(image, '*');
  const routes = {
    'GET /log': () => journal.entries,
    'DELETE /log': () => {
      journal.entries = [];
    },
    'GET /faults': () => faults.current,
    'PUT /faults': (body) => faults.set(body),
    'DELETE /faults': () => faults.reset(),
    'GET /images': () => images.all().map(show),
    'PUT /images': (body) => images.replace(body, ownerId),
    'POST /images': (body) => images.add(body, ownerId).map(show),
    'GET /stats': () => stats(journal, images),
  };
  const answer = async (req) => {
    const removed = req.method === 'DELETE' && req.url.startsWith('/images/');
    const route = removed ? () => images.remove(req.url.slice('/images/'.length)) : routes[`${req.method} ${req.url}`];
    return route ? [200, route(await readJson(req)) ?? {}] : [404, { error: `no ${req.method} ${req.url} here` }];
  };
  return http.createServer(async (req, res) => {
    const [status, body] = await answer(req).catch((error) => [400, { error: error.message, body: error.body }]);
    res.statusCode = status;
    res.setHeader('Content-Type', 'application/json');
    res.end(JSON.stringify(body));
  });
}

async function readJson(req) {
  let text = '';
  for await (const chunk of req) text += chunk;
  return text ? JSON.parse(text) : undefined;
}

function stats(journal, images) {
  const byStatus = {};
  for (const { status } of journal.entries) byStatus[status] = (byStatus[status] ?? 0) + 1;
  return { requests: journal.entries.length, crashes: journal.crashes, by_status: byStatus, invalid: images.all().flatMap(complaints) };
}

function complaints(image) {
  try {
    validate(image);
    return [];
  } catch (error) {
    return [{ id: image.uuid, errors: error.body.errors }];
  }
}
