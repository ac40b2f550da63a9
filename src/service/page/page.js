// Asks for /status.json every five seconds and lays the new picture over the old one.

import { cloudCard, concerns } from './cloud.js';
import { foreign, h, morph, time } from './dom.js';
import { filtering, setFilter, toggled } from './folds.js';
import { runs, sources, stops } from './sections.js';
import { imageStates, levels, needsAttention, otherTrouble, verdictOf } from './verdict.js';
import { number, plural, printable, relative } from './text.js';

const every = 5000;
const patience = 10000;
let status = null;
let skew = 0; // of the daemon's clock against this one's, milliseconds
let goneSince = null;
let asking = false;

const part = (id) => document.getElementById(id);
const now = () => Date.now() + skew;

function lay(id, ...content) {
  const old = part(id);
  const fresh = old.cloneNode(false);
  fresh.append(...content.flat(Infinity).filter(Boolean));
  morph(old, fresh);
}

function headline(clouds, trouble) {
  const attention = clouds.filter(({ verdict }) => needsAttention(verdict.level)).length;
  if (status.phase === 'stopping') return ['off', 'The daemon is stopping'];
  if (!clouds.length) return ['new', 'No clouds are configured'];
  if (attention) return [clouds.some(({ verdict }) => verdict.level === 'bad') ? 'bad' : 'warn', attention === clouds.length && attention > 1 ? `All ${attention} clouds need attention` : `${number(attention)} of ${plural(clouds.length, 'cloud')} ${attention === 1 ? 'needs' : 'need'} attention`];
  if (trouble.length) return ['warn', trouble.length === 1 ? 'One thing needs attention' : `${trouble.length} things need attention`];
  if (status.phase === 'starting' || clouds.every(({ verdict }) => verdict.level === 'new')) return ['new', 'Starting: the first passes are to come'];
  const differs = clouds.filter(({ verdict }) => verdict.level === 'note').length;
  if (differs) return ['note', `No trouble; ${plural(differs, 'cloud')} ${differs === 1 ? 'differs' : 'differ'} from the manifests`];
  return ['good', 'Everything is as the manifests say'];
}

function totals(clouds) {
  const sum = (state) => clouds.reduce((total, { cloud }) => total + (cloud.images[state] ?? 0), 0);
  return imageStates.filter(sum).map((state) => h('li', { key: state }, h('b', null, number(sum(state))), h('span', null, h('i', { class: `dot bg-${state}` }), state)));
}

function overview(clouds) {
  const trouble = otherTrouble(status);
  const [level, text] = headline(clouds, trouble);
  const names = clouds.filter(({ verdict }) => needsAttention(verdict.level)).slice(0, 12);
  document.title = needsAttention(level) ? `! ${text} – retouch` : `${text} – retouch`;
  lay('overview',
    h('div', { class: `banner ${level}` }, h('span', { class: `light big ${level}` }),
      h('div', { class: 'words' }, h('p', { class: 'headline', role: 'status' }, text),
        names.length ? h('ul', { class: 'links' }, names.map(({ cloud, verdict }) => h('li', { key: cloud.cloud }, h('a', { href: `#cloud-${encodeURIComponent(cloud.cloud)}` }, foreign(cloud.cloud, 40)), ` ${printable(verdict.reasons[0].text, 60)}`))) : null,
        trouble.map((one) => h('p', { class: 'quiet' }, printable(one, 200))))),
    totals(clouds).length ? h('ul', { class: 'totals', 'aria-label': 'Images of all clouds' }, totals(clouds)) : null);
}

function configuration() {
  const { file, loaded_at: loaded, last_reload_successful: good, error, not_refreshed: old } = status.configuration;
  lay('configuration',
    h('p', null, h('code', null, foreign(file, 200)), ', read ', time(loaded), good ? '' : h('strong', { class: 'bad' }, ' – the last reload failed, the configuration before it goes on')),
    error ? h('p', { class: 'reason bad' }, foreign(error, 1000)) : null,
    old.length ? h('p', { class: 'reason' }, 'Only a restart renews: ', old.map((one, index) => [index ? ', ' : '', foreign(one, 200)])) : null,
    h('p', { class: 'quiet' }, `retouch ${printable(status.version, 40)}, process ${status.pid}, started `, time(status.started_at)));
}

function render() {
  if (!status) return;
  const clouds = status.clouds.map((cloud) => ({ cloud, verdict: verdictOf(cloud, now()) }));
  clouds.sort((a, b) => levels.indexOf(a.verdict.level) - levels.indexOf(b.verdict.level)); // stable: then by name
  const shown = clouds.filter(({ cloud }) => concerns(cloud));
  overview(clouds);
  lay('clouds', shown.length ? h('ul', { class: 'clouds' }, shown.map(({ cloud }) => cloudCard(cloud, now())))
    : h('p', { class: 'empty' }, filtering() ? 'No cloud, entry, image or field fits the filter. Images that are as their manifest says are not listed here: ask “retouch explain ENTRY”.' : 'No clouds are configured: add one below “clouds:” in the configuration.'));
  part('cloud-count').textContent = shown.length === clouds.length ? number(clouds.length) : `${shown.length} of ${clouds.length}`;
  lay('stops', stops(status));
  lay('sources', sources(status));
  lay('runs', runs(status));
  configuration();
  tick();
}

function tick() {
  for (const element of document.getElementsByTagName('time')) {
    const text = relative(Date.parse(element.dateTime), now(), element.dataset.late);
    if (element.textContent !== text) element.textContent = text;
  }
  if (!status || goneSince) return;
  const age = Math.round((now() - Date.parse(status.now)) / 1000);
  part('age').textContent = age < 8 ? 'live' : `${age} s old`;
}

function gone(why) {
  goneSince ??= Date.now();
  document.body.classList.add('gone');
  part('age').textContent = 'no answer';
  part('connection').hidden = false;
  part('connection-text').textContent = `The daemon does not answer since ${new Date(goneSince).toLocaleTimeString()} (${printable(why, 120)}). ${status ? 'What you see is how it was then; it' : 'It'} is asked again every five seconds.`;
}

async function fetched() {
  const response = await fetch('/status.json', { cache: 'no-store', signal: AbortSignal.timeout(patience) });
  if (!response.ok) throw new Error(`it answers ${response.status}`);
  const fresh = await response.json();
  if (fresh?.format_version?.split('.')[0] !== '1') throw new Error('this page is of another version: load it again');
  return fresh;
}

async function ask() {
  if (asking) return;
  asking = true;
  try {
    status = await fetched();
  } catch (problem) {
    gone(problem.name === 'TimeoutError' ? 'no answer within ten seconds' : problem.message);
    return;
  } finally {
    asking = false;
  }
  skew = Date.parse(status.now) - Date.now();
  goneSince = null;
  document.body.classList.remove('gone');
  part('connection').hidden = true;
  render();
}

async function copy(button) {
  const command = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(command.textContent);
    button.textContent = 'Copied';
  } catch { // only https and loopback may: leave it selected for Ctrl-C
    getSelection().selectAllChildren(command);
    button.textContent = 'Selected';
  }
  setTimeout(() => { button.textContent = 'Copy'; }, 2000);
}

document.addEventListener('toggle', ({ target }) => {
  if (target.dataset?.key && toggled(target.dataset.key, target.open)) render();
}, true);
document.addEventListener('click', ({ target }) => {
  if (target.matches('button[data-copy]')) copy(target);
});
document.addEventListener('keydown', (event) => {
  const typing = event.target.matches('input');
  if (event.key === '/' && !typing) {
    event.preventDefault();
    part('filter').focus();
  } else if (event.key === 'Escape' && typing) {
    part('filter').value = '';
    setFilter('');
    render();
  }
});
document.addEventListener('visibilitychange', () => { if (!document.hidden) ask(); });
part('filter').addEventListener('input', ({ target }) => {
  setFilter(target.value);
  render();
});
setInterval(() => { if (!document.hidden) ask(); }, every);
setInterval(tick, 1000);
ask();
