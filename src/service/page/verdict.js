// How a cloud, a source and the whole are doing: pure.

import { plural } from './text.js';

export const levels = ['bad', 'warn', 'new', 'note', 'off', 'good'];
export const imageStates = ['synced', 'pending', 'drifted', 'held', 'contended', 'suspended', 'unresolved', 'refused', 'failed'];

const results = new Map(Object.entries({
  auth: ['bad', 'credentials refused'],
  error: ['bad', 'last pass failed'],
  refused: ['bad', 'stopped by a guard'],
  throttled: ['warn', 'throttled'],
  partial: ['warn', 'partly done'],
}));

function complaints(cloud, now) {
  const found = [];
  const add = (level, text) => found.push({ level, text });
  const images = cloud.images ?? {};
  for (const guard of cloud.guards) add('bad', `guard ${guard.guard}`);
  const result = results.get(cloud.result);
  if (result && !(cloud.result === 'refused' && cloud.guards.length)) add(...result);
  if (images.failed) add('bad', `${plural(images.failed, 'image')} failed`);
  if (images.unresolved) add('warn', `${images.unresolved} unresolved`);
  if (images.refused) add('warn', `${images.refused} refused`);
  if (images.contended) add('warn', `${images.contended} contended`);
  const late = cloud.next_run_at ? (now - Date.parse(cloud.next_run_at)) / 1000 : 0;
  if (late > Math.max(60, cloud.interval_seconds) && cloud.phase === 'waiting') add('warn', 'overdue');
  if (images.drifted) add('note', `${images.drifted} drifted`);
  if (images.pending) add('note', `${images.pending} pending`);
  return found;
}

// {level, reasons: [{level, text}]}, the worst first.
export function verdictOf(cloud, now) {
  const reasons = complaints(cloud, now).sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
  if (cloud.suspended) return { level: 'off', reasons: [{ level: 'off', text: 'suspended' }, ...reasons] };
  if (reasons.length) return { level: reasons[0].level, reasons };
  if (!cloud.last_run_at) return { level: 'new', reasons: [{ level: 'new', text: 'first pass to come' }] };
  return { level: 'good', reasons: [] };
}

export const words = { bad: 'needs attention', warn: 'look at it', note: 'differs', new: 'not seen yet', off: 'suspended', good: 'fine' };
export const needsAttention = (level) => level === 'bad' || level === 'warn';

// What a person should look at besides clouds.
export function otherTrouble(status) {
  const found = [];
  for (const source of status.sources) {
    if (source.error) found.push(`source ${source.name} cannot be read`);
    else if (source.stale.length) found.push(`${plural(source.stale.length, 'manifest file')} of ${source.name} broken`);
  }
  if (!status.configuration.last_reload_successful) found.push('the new configuration was refused');
  return found;
}
