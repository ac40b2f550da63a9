// The npm packages. They are not beside these files but below build/ (see `install`), which names their place in
// CLOUDAPI_PACKAGES.
import { createRequire } from 'node:module';

const load = createRequire(`${process.env.CLOUDAPI_PACKAGES}/package.json`);

export const httpSignature = load('http-signature');
export const imgmanifest = load('imgmanifest');
export const restify = load('restify');
export const semver = load('semver');
export const sshpk = load('sshpk');
