// A client of the tests' own: signs with http-signature's signer, and can alter what it signed before it is sent.
import { readFileSync } from 'node:fs';
import http from 'node:http';

import { httpSignature } from '../packages.js';

const { CLOUDAPI_URL, CLOUDAPI_CONTROL, CLOUDAPI_KEYS } = process.env;
export const ACCOUNT_ID = process.env.CLOUDAPI_ACCOUNT_ID;
export const fingerprint = (name) => process.env[`CLOUDAPI_FINGERPRINT_${name}`];
export const sha256 = (name) => process.env[`CLOUDAPI_SHA256_${name}`];

export const ALL = ['(request-target)', 'date', 'host'];

// ask METHOD PATH OPTIONS: {status, headers, body, text}. Of the options:
//   key        whose key signs: a name in the key directory (ed25519_openssh); null = no signature
//   keyId      instead of /alice/keys/FINGERPRINT
//   algorithm  instead of the signer's own choice; signed: the header list; date: instead of now
//   body       sent as JSON, or as it is when it is a string; headers: more of them
//   alter      (request) => …: after signing
export function ask(method, path, options = {}) {
  const { key = 'ed25519_openssh', algorithm, signed = ALL, date = new Date().toUTCString(), body, headers = {}, alter } = options;
  const keyId = options.keyId ?? `/alice/keys/${fingerprint(key)}`;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const content = text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
    const request = http.request(CLOUDAPI_URL + path, { method, agent: false, headers: { date, ...content, ...headers } });
    if (key !== null) {
      const pem = readFileSync(`${CLOUDAPI_KEYS}/${key}`);
      httpSignature.sign(request, { key: pem, keyId, algorithm, headers: signed });
    }
    alter?.(request);
    request.on('error', reject);
    request.on('response', async (response) => {
      try {
        resolve({ status: response.statusCode, headers: response.headers, ...(await read(response)) });
      } catch (error) {
        reject(error);
      }
    });
    request.end(text);
  });
}

async function read(stream) {
  let text = '';
  for await (const chunk of stream) text += chunk;
  try {
    return { text, body: JSON.parse(text) };
  } catch {
    return { text, body: undefined };
  }
}

export const IMAGE = '11111111-aaaa-4000-8000-000000000001';
export const imagePath = (id = IMAGE) => `/alice/images/${id}`;
export const update = (body, options = {}) =>
  ask('POST', `${imagePath(options.id)}?action=update`, { body, ...options });
export const show = async (id) => (await ask('GET', imagePath(id))).body;

export async function control(method, path, body) {
  const answer = await fetch(CLOUDAPI_CONTROL + path, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer.json();
}

// withFaults CHANGES BODY: the switches while `body` runs, and only then.
export async function withFaults(changes, body) {
  await control('PUT', '/faults', changes);
  try {
    return await body();
  } finally {
    await control('DELETE', '/faults');
  }
}
