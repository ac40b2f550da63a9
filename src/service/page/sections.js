// Everything besides the clouds: what was stopped on purpose, sources, runs.

import { fieldRow } from './cloud.js';
import { badge, foreign, h, time, value } from './dom.js';
import { filtering, fold, passes } from './folds.js';
import { number, plural, printable, short, span } from './text.js';

const empty = (text) => h('p', { class: 'empty' }, text);

function suspendedRow(one) {
  return h('li', { class: 'row', key: `${one.what} ${one.name}` },
    h('span', { class: 'main' }, badge('off', 'suspended'), ' ', one.what === 'cloud' ? 'cloud ' : 'entry ', h('strong', null, foreign(one.name))),
    h('span', null, `for ${span(one.age_seconds)}, by `, foreign(one.by, 80), one.until ? [', ends ', time(one.until)] : ', without an end'),
    one.reason ? h('p', { class: 'reason' }, foreign(one.reason, 400)) : null);
}

function heldRow(one) {
  const contended = one.why === 'contention';
  return h('li', { class: 'row', key: `${one.account} ${one.image_id} ${one.field}` },
    h('span', { class: 'main' }, badge(contended ? 'warn' : 'note', contended ? 'contended' : 'held'), ' ', h('code', null, foreign(one.field, 120)), ' of ', h('code', null, foreign(one.image_id, 80))),
    h('span', null, contended ? ['somebody else keeps writing ', value(one.live, 'q'), ' where the manifests want ', value(one.wish, 'q')] : ['taken back by a rollback; the manifests still want ', value(one.wish, 'q')],
      ', since ', time(one.since), one.until ? [', ends ', time(one.until)] : ''),
    h('p', { class: 'quiet' }, foreign(one.account, 120)));
}

export function stops(status) {
  const suspended = status.suspended.filter((one) => passes(one.name));
  const held = status.held.filter((one) => passes(one.field, one.image_id, one.account));
  const all = [...suspended.map(suspendedRow), ...held.map(heldRow)];
  if (all.length) return h('ul', { class: 'rows' }, all);
  if (filtering()) return empty('Nothing here fits the filter.');
  return empty(status.remembers ? 'Nothing is suspended, held back by a rollback or contended.' : 'This daemon runs with “state: none”: it cannot remember holds and suspensions.');
}

function staleFile(file) {
  return h('li', { key: file.file }, h('code', null, foreign(file.file, 200)), ` (${file.left_out ? 'nothing of it is in force' : 'its last good content stays in force'}) since `, time(file.since), h('p', { class: 'reason' }, foreign(file.problem, 800)));
}

export function sources(status) {
  if (!status.sources.length) return empty('No sources are configured.');
  return h('ul', { class: 'rows' }, status.sources.map((source) => h('li', { class: 'row', key: source.name },
    h('span', { class: 'main' }, h('span', { class: `light ${source.error ? 'bad' : source.stale.length ? 'warn' : source.last_success_at ? 'good' : 'new'}` }), h('strong', null, foreign(source.name, 100)), ' ', badge('plain', foreign(source.kind, 20)),
      ' ', source.revision ? h('code', { title: printable(source.revision, 100) }, foreign(short(source.revision))) : h('span', { class: 'quiet' }, 'nothing read yet')),
    h('span', null, plural(source.files, 'file'), ', last read ', time(source.last_success_at)),
    h('p', { class: 'quiet' }, foreign(source.location, 200)),
    source.error ? [h('p', { class: 'reason bad' }, foreign(source.error, 800)), source.revision ? h('p', { class: 'quiet' }, 'The revision above stays in force.') : null] : null,
    source.stale.length ? [h('p', { class: 'reason' }, `${plural(source.stale.length, 'file is', 'files are')} broken:`), h('ul', { class: 'stale' }, source.stale.map(staleFile))] : null)));
}

const statusKinds = new Map(Object.entries({ applied: 'good', found: 'good', failed: 'bad', uncertain: 'warn', intended: 'note', skipped: 'off', not_kept: 'warn', not_found: 'off' }));

function runChange(change, index) {
  const shown = { ...change, action: null };
  return h('li', { class: 'change', key: index },
    h('h4', null, foreign(change.entry), ' ', badge('plain', foreign(change.cloud, 60))),
    h('p', { class: 'quiet' }, foreign(change.image_name), ' · ', h('code', null, foreign(change.image_id, 80))),
    h('ul', { class: 'fields' }, fieldRow(shown, badge(statusKinds.get(change.status) ?? 'plain', printable(change.status, 20).replace('_', ' ')))),
    change.error ? h('p', { class: 'reason bad' }, foreign(change.error, 600), change.request_id ? [' (request ', h('code', null, foreign(change.request_id, 80)), ')'] : null) : null);
}

const wanted = (run) => run.changes.filter((change) => passes(change.cloud, change.entry, change.image_id, change.image_name, change.name));

function runFold(run) {
  const bad = run.exit_code !== 0 && run.exit_code !== null;
  const counts = [run.applied ? badge('good', `${number(run.applied)} applied`) : null, run.failed ? badge('bad', `${number(run.failed)} failed`) : null, run.open ? badge('note', `${number(run.open)} open`) : null];
  const summary = [
    h('span', { class: 'who' }, h('span', { class: `light ${run.ended_at ? (bad || run.failed ? 'warn' : 'good') : 'new'}` }), h('strong', null, foreign(run.verb, 20)), ' ', time(run.began_at), run.undoes ? [' · undoes ', h('code', null, foreign(run.undoes, 60))] : null),
    h('span', { class: 'how' }, counts.some(Boolean) ? counts : badge('plain', run.ended_at ? 'no changes' : 'going on'), bad ? badge('warn', `exit ${run.exit_code}`) : null),
    h('span', { class: 'when' }, h('code', null, foreign(run.run, 40))),
  ];
  const changes = () => h('div', { class: 'inside' },
    h('p', { class: 'quiet' }, 'by ', foreign(run.by, 80), run.sources.map((source) => [' · ', foreign(source.name, 60), ' ', h('code', null, foreign(short(source.revision)))])),
    h('ul', { class: 'passes' }, run.passes.map((pass) => h('li', { key: pass.cloud }, foreign(pass.cloud, 80), ': ', foreign(pass.outcome, 20), pass.error ? h('p', { class: 'reason bad' }, foreign(pass.error, 600)) : null))),
    wanted(run).length ? h('ul', { class: 'items' }, wanted(run).map(runChange)) : empty(filtering() ? 'Nothing here fits the filter.' : 'It changed nothing.'),
    run.changes.length < run.applied + run.failed + run.open ? h('p', { class: 'quiet' }, 'More than these: ', h('code', null, `retouch history ${printable(run.run, 40)}`)) : null);
  return h('li', { key: run.run }, fold(`run ${run.run}`, { class: 'run' }, summary, changes, wanted(run).length > 0));
}

export function runs(status) {
  if (!status.remembers) return empty('This daemon runs with “state: none”: it keeps no journal of its runs.');
  const shown = status.runs.filter((run) => !filtering() || passes(run.run) || wanted(run).length);
  if (!shown.length) return empty(filtering() ? 'No change of a recent run fits the filter.' : 'The journal knows of no run yet.');
  return h('ul', { class: 'rows' }, shown.map(runFold));
}
