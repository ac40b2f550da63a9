// Text for people: foreign strings made harmless, times, numbers.

const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

// As printable() of the program: what cannot be seen, or turns the line around, is shown as \u{…}.
export function printable(text, cap = 240) {
  let out = '';
  let shown = 0;
  let length = 0;
  const whole = String(text);
  for (const character of whole) {
    if (shown++ === cap) return `${out}…(+${whole.length - length})`;
    length += character.length;
    if (character === '\n') out += '\\n';
    else if (unsafe.test(character)) out += `\\u{${character.codePointAt(0).toString(16).toUpperCase()}}`;
    else out += character;
  }
  return out;
}

// A value of a field: text as it is, everything else as JSON.
export function valueText(value, cap = 400) {
  if (value === null || value === undefined) return 'absent';
  if (typeof value === 'string') return value === '' ? '""' : printable(value, cap);
  return printable(JSON.stringify(value), cap);
}

export const number = (value) => Number(value).toLocaleString('en');
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;
export const compact = (value) => String(Math.round(value * 10) / 10);

// 0.2 s, 12 s, 5 min, 3 h 20 min, 4 d
export function span(seconds) {
  if (seconds < 10) return `${compact(Math.max(0, seconds))} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 && hours < 10 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} d`;
}

// "3 min ago", "in 12 s"; `late` is said instead of "ago" of what should have been.
export function relative(time, now, late = 'ago') {
  const seconds = Math.round((now - time) / 1000);
  if (Math.abs(seconds) < 1) return 'now';
  return seconds > 0 ? `${span(seconds)} ${late}` : `in ${span(-seconds)}`;
}

export const absolute = (time) => new Date(time).toISOString().replace('T', ' ').replace('.000Z', ' UTC');

// `sha256:4f2a…` and revisions: enough to recognise.
export const short = (text) => printable(/^[0-9a-f]{40,64}$/.test(text) ? text.slice(0, 12) : text, 40);
