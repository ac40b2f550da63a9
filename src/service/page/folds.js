// What is unfolded, and what the filter lets through. Kept here and not in the elements, which come and go.

import { h } from './dom.js';

const opened = new Set();
const closed = new Set(); // by hand, while a filter unfolds what it found
const drawn = new Map(); // how each was drawn last: the browser tells of that, too
let words = [];

export const filtering = () => words.length > 0;

export function setFilter(text) {
  words = text.toLowerCase().split(/\s+/).filter(Boolean);
  closed.clear();
}

// True when each word of the filter is in one of the texts.
export function passes(...texts) {
  if (!filtering()) return true;
  const all = texts.flat(Infinity).join('\n').toLowerCase();
  return words.every((word) => all.includes(word));
}

const isOpen = (key, found) => !closed.has(key) && (opened.has(key) || found);

// Called for each `toggle` event; true when a person did it, so that the content is wanted.
export function toggled(key, open) {
  if (drawn.get(key) === open) return false;
  if (open) {
    opened.add(key);
    closed.delete(key);
  } else {
    opened.delete(key);
    closed.add(key);
  }
  return true;
}

// The content is made only for what is open. `found`: something in it passed the filter.
export function fold(key, attributes, summary, content, found = false) {
  const open = isOpen(key, found && filtering());
  drawn.set(key, open);
  return h('details', { ...attributes, key, open }, h('summary', null, summary), open ? content() : null);
}
