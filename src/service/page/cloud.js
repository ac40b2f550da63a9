// One cloud: a line that says it all, and unfolded what it is about.

import { badge, foreign, h, time, value } from './dom.js';
import { fold, filtering, passes } from './folds.js';
import { compact, number, plural, printable, span } from './text.js';
import { imageStates, verdictOf, words } from './verdict.js';

function bar(images) {
  const known = imageStates.filter((state) => images[state]);
  const total = known.reduce((sum, state) => sum + images[state], 0);
  let x = 0;
  const parts = known.map((state) => {
    const width = (images[state] / total) * 1000;
    const rect = h('rect', { class: `fill-${state}`, x, width: Math.max(width, 6), height: 10 });
    x += width;
    return rect;
  });
  const legend = known.map((state) => h('li', { key: state }, h('i', { class: `dot bg-${state}` }), `${number(images[state])} ${state}`));
  return h('div', { class: 'images' },
    h('svg', { class: 'bar', viewBox: '0 0 1000 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, parts),
    total ? h('ul', { class: 'legend', 'aria-label': 'Images' }, legend) : h('span', { class: 'quiet' }, 'no images seen yet'));
}

export const hay = {
  change: (cloud, change) => [cloud, change.entry, change.image_id, change.image_name, change.fields.map((field) => field.name)],
  item: (cloud, item) => [cloud, item.entry, item.image_id ?? '', item.field ?? ''],
};

export function fieldRow(field, more) {
  return h('li', { class: 'field', key: field.name },
    h('span', { class: 'name' }, foreign(field.name, 120)),
    h('span', { class: 'move' }, value(field.before, 'del'), h('span', { class: 'arrow', 'aria-label': 'becomes' }, ' → '), value(field.after, 'ins')),
    h('span', { class: 'tags' },
      badge(`cause-${field.cause}`, field.cause === 'unknown' ? 'new to us' : printable(field.cause, 20)),
      field.action && field.action !== 'apply' ? badge(`action-${field.action}`, printable(field.action, 20)) : null, more),
    field.reason ? h('p', { class: 'reason' }, foreign(field.reason, 600)) : null,
    field.source ? h('span', { class: 'place' }, foreign(field.source, 200)) : null);
}

function changeBlock(cloud, change, index) {
  return h('li', { class: 'change', key: `${change.image_id} ${change.entry} ${index}` },
    h('h4', null, foreign(change.entry), change.adoption ? badge('note', 'first seen') : null),
    h('p', { class: 'quiet' }, foreign(change.image_name), ' · ', h('code', null, foreign(change.image_id, 80))),
    h('ul', { class: 'fields' }, change.fields.map((field) => fieldRow(field))));
}

function block(key, title, count, items) {
  if (!items.length) return null;
  const said = items.length === count ? number(count) : `${items.length} of ${number(count)}`;
  return h('section', { class: 'block', key }, h('h3', null, `${title} `, h('span', { class: 'count' }, said)), h('ul', { class: 'items' }, items));
}

function reasons(cloud, key, title, list) {
  const items = list.filter((item) => passes(hay.item(cloud, item))).map((item, index) =>
    h('li', { class: 'why', key: index },
      h('strong', null, foreign(item.entry)), item.field ? [' · ', h('code', null, foreign(item.field, 120))] : null,
      item.image_id ? [' · ', h('code', null, foreign(item.image_id, 80))] : null,
      h('p', null, foreign(item.reason, 1000)), item.source ? h('span', { class: 'place' }, foreign(item.source, 200)) : null));
  return block(key, title, list.length, items);
}

const texts = (key, title, list) => block(key, title, list.length, list.map((text, index) => h('li', { key: index }, foreign(text, 600))));

function facts(cloud) {
  const limits = Object.entries(cloud.limits).map(([name, limit]) => {
    const slowed = limit.current < limit.configured * 0.99;
    return h('div', { key: name }, h('dt', null, foreign(name, 40)), h('dd', { class: slowed ? 'slowed' : null },
      slowed ? `${compact(limit.current)} of ${compact(limit.configured)}/s after throttling` : `${compact(limit.configured)}/s`,
      limit.waiting ? `, ${number(limit.waiting)} waiting` : ''));
  });
  const fact = (name, ...content) => h('div', { key: name }, h('dt', null, name), h('dd', null, content));
  return h('dl', { class: 'facts' },
    fact('account', cloud.account ? foreign(cloud.account, 120) : 'not logged in yet'),
    fact('interval', span(cloud.interval_seconds)),
    fact('last success', time(cloud.last_success_at)),
    fact('last pass took', cloud.last_run_at ? span(cloud.duration_seconds) : '–'),
    cloud.token_expires_at ? fact('token expires', time(cloud.token_expires_at)) : null, limits,
    cloud.plan ? fact('plan', `${number(cloud.plan.images_matched)} of ${number(cloud.plan.images_seen)} images, ${plural(cloud.plan.entries, 'entry', 'entries')}`) : null);
}

function unfolded(cloud) {
  const plan = cloud.plan;
  if (!plan) return [facts(cloud), h('p', { class: 'empty' }, 'No plan yet: it is made at the first pass, once the manifests were read and the cloud has answered.')];
  const name = cloud.cloud;
  const changes = plan.changes.filter((change) => passes(hay.change(name, change)));
  const parts = [
    block('changes', cloud.mode === 'report' ? 'Differs (report only)' : 'Drift and pending', plan.changes.length + plan.changes_left_out,
      changes.map((change, index) => changeBlock(cloud, change, index))),
    plan.changes_left_out ? h('p', { class: 'quiet' }, `${number(plan.changes_left_out)} more are not shown; `, h('code', null, `retouch plan --cloud ${printable(name, 60)}`), ' has them all.') : null,
    reasons(name, 'unresolved', 'Unresolved', plan.unresolved),
    reasons(name, 'refused', 'Refused', plan.refused),
    filtering() ? null : [texts('held', 'Held', plan.held), texts('paused', 'Suspended entries', plan.suspended), texts('warnings', 'Warnings', plan.warnings)],
  ].flat().filter(Boolean);
  return [facts(cloud), parts.length ? parts
    : h('p', { class: 'empty' }, filtering() ? 'Nothing here fits the filter.' : 'The last plan found nothing that differs from the manifests.')];
}

function alerts(cloud) {
  const found = cloud.guards.map((guard, index) => h('div', { class: 'alert bad', key: `guard ${index}` },
    h('p', null, h('strong', null, `Guard ${printable(guard.guard, 60)} stopped the plan: `), `${compact(guard.value)} where ${compact(guard.limit)} is the limit, since `, time(guard.since), '. ', foreign(guard.detail, 500)),
    h('p', { class: 'copy' }, h('code', { class: 'command' }, `retouch reconcile ${printable(cloud.cloud, 60)} --accept ${printable(guard.fingerprint, 80)}`),
      h('button', { type: 'button', 'data-copy': true }, 'Copy'))));
  if (cloud.error) found.push(h('div', { class: 'alert', key: 'error' }, h('p', null, foreign(cloud.error, 1000))));
  if (cloud.plan?.error && cloud.plan.error !== cloud.error) found.push(h('div', { class: 'alert', key: 'plan error' }, h('p', null, foreign(cloud.plan.error, 1000))));
  if (cloud.suspended) {
    const { since, until, by, reason } = cloud.suspended;
    found.push(h('div', { class: 'alert off', key: 'suspended' }, h('p', null, 'Suspended ', time(since), ' by ', foreign(by, 80), until ? [', ends ', time(until)] : ', until somebody resumes it', reason ? [': ', foreign(reason, 300)] : '.')));
  }
  return found;
}

// Does the filter let anything of it through?
export function concerns(cloud) {
  if (passes(cloud.cloud)) return true;
  const plan = cloud.plan;
  return Boolean(plan) && (plan.changes.some((change) => passes(hay.change(cloud.cloud, change))) ||
    [...plan.unresolved, ...plan.refused].some((item) => passes(hay.item(cloud.cloud, item))));
}

export function cloudCard(cloud, now) {
  const { level, reasons: why } = verdictOf(cloud, now);
  const working = cloud.phase !== 'waiting';
  const summary = [
    h('span', { class: 'who' },
      h('span', { class: `light ${level}`, role: 'img', 'aria-label': words[level] }),
      h('strong', { class: 'title' }, foreign(cloud.cloud, 100)),
      h('span', { class: 'kinds' }, badge('plain', foreign(cloud.provider, 20)), badge(cloud.mode === 'report' ? 'report' : 'plain', foreign(cloud.mode, 20)))),
    h('span', { class: 'how' }, why.length ? why.slice(0, 4).map(({ level: kind, text }) => badge(kind, printable(text, 60))) : badge('good', words.good),
      cloud.failures > 1 ? badge('bad', `${cloud.failures} failures in a row`) : null),
    h('span', { class: 'when' },
      h('span', null, h('span', { class: 'label' }, 'last run '), time(cloud.last_run_at)),
      working ? h('span', { class: 'working' }, `${printable(cloud.phase, 20)}…`)
        : h('span', null, h('span', { class: 'label' }, 'next '), cloud.next_run_at ? time(cloud.next_run_at, 'late') : 'not planned')),
    bar(cloud.images),
  ];
  // What needs a person is seen without unfolding, and stays at the head of what is unfolded.
  const inside = () => h('div', { class: 'inside' }, alerts(cloud), unfolded(cloud));
  const card = fold(`cloud ${cloud.cloud}`, null, summary, inside, concerns(cloud));
  return h('li', { class: `cloud ${level}`, key: cloud.cloud, id: `cloud-${cloud.cloud}` }, card, card.open ? null : alerts(cloud));
}
