// Elements and how a new picture of them is laid over the old one. Text gets in as text nodes only.

import { absolute, printable, valueText } from './text.js';

const svgNames = new Set(['svg', 'rect', 'path', 'circle', 'title']);

// h('a', {href: '#x', key: 'x'}, 'text', node, [nodes], null): `key` says which is which from one picture to the next.
export function h(name, attributes, ...children) {
  const svg = svgNames.has(name);
  const element = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(key === 'key' ? 'data-key' : key, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Whatever did not come from this page: harmless, and of its own direction.
export const foreign = (text, cap) => h('bdi', null, printable(text, cap));
export const value = (content, kind) =>
  h(kind, { class: content === null || content === undefined ? 'value absent' : 'value' }, valueText(content));

export const badge = (kind, text) => h('span', { class: `badge ${kind}` }, text);

// A time that goes on by itself (tick() of page.js). `late`: what to say when it has passed.
export function time(text, late) {
  if (!text) return 'never';
  return h('time', { datetime: text, title: absolute(Date.parse(text)), 'data-late': late ?? 'ago' }, '…');
}

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.getAttribute('data-key') : null);
const alike = (a, b) => a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

function morphAttributes(old, fresh) {
  for (const { name } of Array.from(old.attributes)) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value: text } of Array.from(fresh.attributes))
    if (old.getAttribute(name) !== text) old.setAttribute(name, text);
}

// Makes `old` look like `fresh`, and keeps each node that stays: focus, selection and scrolling survive.
export function morph(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  // The text of a time is tick()'s.
  const ticking = old.nodeName === 'TIME' && old.getAttribute('datetime') === fresh.getAttribute('datetime');
  morphAttributes(old, fresh);
  if (!ticking) morphChildren(old, fresh);
}

function morphChildren(old, fresh) {
  const keyed = new Map();
  for (const child of old.childNodes) if (keyOf(child) !== null) keyed.set(keyOf(child), child);
  let at = old.firstChild;
  for (const child of Array.from(fresh.childNodes)) {
    const key = keyOf(child);
    let match = key === null ? at : keyed.get(key);
    if (key === null) while (match && (keyOf(match) !== null || !alike(match, child))) match = match.nextSibling;
    if (!match || !alike(match, child)) {
      old.insertBefore(child, at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else old.insertBefore(match, at);
    morph(match, child);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}
