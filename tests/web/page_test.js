// The status page in a real browser, over documents that this writes. Run by run.sh.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { launch, open, shows } from './browser.js';
import { check, closing, equal } from './checks.js';
import * as fixtures from './fixtures.js';

const { WEB_ARTIFACTS: artifacts, WEB_SCRATCH: scratch, WEB_SERVE: program } = process.env;
const file = `${scratch}/status.json`;
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

async function serve(...parameters) {
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  return { url: String(said).trim(), stop: async () => { child.kill(); await once(child, 'exit'); } };
}

const say = (document) => writeFileSync(file, JSON.stringify(document));
const browser = await launch();
const daemon = await serve(file);

// visit(DOCUMENT, what to do there, options): nothing untoward may happen on the way.
async function visit(name, document, act, options) {
  console.log(` ${name}`);
  say(document);
  const { context, page, seen } = await open(browser, daemon.url, options);
  try {
    await page.waitForSelector('#overview .banner');
    await act(page);
    seen.violations.push(...(await page.evaluate(() => window.violations)));
  } catch (problem) {
    check(`${name} gets to its end`, false, String(problem));
  }
  equal(`${name}: no dialog, request to elsewhere, violation of the policy or error`, { dialogs: [], elsewhere: [], violations: [], errors: [] }, seen);
  await context.close();
}

const text = (page, selector) => page.locator(selector).first().innerText();
const shot = (page, name) => page.screenshot({ path: `${artifacts}/status-page-${name}.png`, fullPage: true });
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const unfold = (page, name) => page.locator(`[id="cloud-${name}"] summary`).first().click();

await visit('a daemon that starts', fixtures.empty(), async (page) => {
  equal('says so', 'Starting: the first passes are to come', await text(page, '.headline'));
  await unfold(page, 'lab');
  check('an empty place explains itself', (await text(page, '.cloud .empty')).includes('at the first pass'));
  await shot(page, 'empty');
});

await visit('a daemon without trouble', fixtures.fine(), async (page) => {
  equal('says so', 'Everything is as the manifests say', await text(page, '.headline'));
  equal('a row a cloud, by name', ['lab', 'otc-de', 'triton-east'], await page.locator('.cloud .title').allInnerTexts());
  check('times are relative', /last run\s+2 min ago\s+next\s+in 7 min/.test(await text(page, '.cloud .when')), await text(page, '.cloud .when'));
  check('and absolute when pointed at', (await page.locator('.cloud time').first().getAttribute('title')).endsWith(' UTC'));
  equal('the title tells it to the tab', 'Everything is as the manifests say – retouch', await page.title());
  await shot(page, 'fine');
});

await visit('a busy daemon', fixtures.busy(), async (page) => {
  await unfold(page, 'lab');
  const inside = await text(page, '[id="cloud-lab"] .inside');
  check('before and after of a field', inside.includes('bios → uefi'), inside);
  check('with cause and place', /drift\s/.test(inside) && inside.includes('images/ubuntu.yaml:14:5'));
  check('why a field is held', inside.includes('visibility would open from private to public'));
  check('what throttling left of a limit, and who waits', inside.includes('3.4 of 10/s after throttling, 17 waiting'));
  check('stopped things with their age', (await text(page, '#stops')).includes('for 11 h, by ann@desk7'));
  check('the two values of a contended field', /keeps writing\s+Ubuntu/.test(await text(page, '#stops')));
  await page.locator('#runs summary').nth(2).click();
  // What is unfolded is drawn in the browser's own time.
  await page.waitForFunction(() => document.querySelector('#runs').innerText.includes('2048 → 4096'), null, { timeout: 15000 }).catch(() => {});
  check('the changes of a run', (await text(page, '#runs')).includes('2048 → 4096'));
  await shot(page, 'busy');
});

await visit('what is unfolded', fixtures.busy(), async (page) => {
  await unfold(page, 'lab');
  await unfold(page, 'otc-nl');
  await page.locator('[id="cloud-otc-nl"] summary').focus();
  await page.evaluate(() => { document.querySelector('[id="cloud-lab"] .change').marked = true; });
  const later = structuredClone(fixtures.busy());
  later.version = '9.9.9';
  later.clouds[0].plan.changes[0].fields[0].after = 'secure-boot';
  say(later);
  await shows(page, '9.9.9');
  check('stays so over a refresh', await page.locator('[id="cloud-lab"] details').evaluate((one) => one.open));
  check('and shows what is new in it', (await text(page, '[id="cloud-lab"] .inside')).includes('bios → secure-boot'));
  check('in the elements that were there', await page.evaluate(() => document.querySelector('[id="cloud-lab"] .change').marked === true));
  check('the focus stays, too', await page.evaluate(() => document.activeElement.closest('.cloud')?.id === 'cloud-otc-nl'));
  await page.keyboard.press('Enter');
  check('the keyboard folds it', !(await page.locator('[id="cloud-otc-nl"] details').evaluate((one) => one.open)));
});

await visit('the filter', fixtures.busy(), async (page) => {
  await page.keyboard.press('/');
  await page.keyboard.type('windows disk_bus');
  equal('leaves the clouds that have it', ['lab', 'triton-east'], await page.locator('.cloud .title').allInnerTexts());
  equal('says how many', '2 of 5', await text(page, '#cloud-count'));
  equal('unfolds what it found, and nothing else', ['windows-2022'], await page.locator('[id="cloud-lab"] .change h4').allInnerTexts());
  await page.locator('#filter').fill('nothing has this name');
  check('explains that nothing fits', (await text(page, '#clouds')).includes('retouch explain ENTRY'));
  await page.locator('#filter').press('Escape');
  equal('goes with Escape', 5, await page.locator('.cloud').count());
  check('and leaves things as they were', !(await page.locator('[id="cloud-lab"] details').evaluate((one) => one.open)));
});

await visit('a daemon in trouble', fixtures.broken(), async (page) => {
  equal('says how much', '3 of 4 clouds need attention', await text(page, '.headline'));
  equal('with the trouble first', 'otc-nl', (await page.locator('.cloud .title').allInnerTexts()).at(-1));
  const command = await text(page, '.command');
  check('the command that accepts a refused plan', /^retouch reconcile lab --accept sha256:9d3c[0-9a-f]+$/.test(command), command);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.locator('button[data-copy]').click();
  equal('can be copied', command, await page.evaluate(() => navigator.clipboard.readText()));
  check('a broken file with its place', (await text(page, '#sources')).includes('rocky.yaml:21:9'));
  const stale = await page.locator('#sources .stale li').allInnerTexts();
  check('what of a broken file is in force', stale[0].startsWith('rocky.yaml (its last good content stays in force)'), stale[0]);
  check('and of which nothing is', stale[1].startsWith('alma.yaml (nothing of it is in force)'), stale[1]);
  check('a source that fails', (await text(page, '#sources')).includes('could not resolve host'));
  check('a reload that failed', (await text(page, '#configuration')).includes('did you mean "interval"?'));
  await unfold(page, 'triton-east');
  check('why an entry is unresolved', (await text(page, '[id="cloud-triton-east"]')).includes('match: one wants exactly one'));
  await shot(page, 'broken');
});

await visit('hostile text', fixtures.hostile(), async (page) => {
  for (const summary of await page.locator('.cloud > details > summary, .run > summary').all()) await summary.evaluate((one) => one.click());
  await page.waitForFunction((count) => document.querySelectorAll('.inside').length === count, 2 * fixtures.noise.length);
  const shown = await page.evaluate(() => document.body.textContent);
  check('stands there as text', shown.includes(`<img src=x onerror="document.title='pwned';alert(1)">`));
  check('marks that turn text around are visible', shown.includes('a\\u{202E}gnp.exe') && !shown.includes('\u202E'));
  check('so are control and zero-width characters', shown.includes('zero\\u{200B}width') && shown.includes('\\u{7}bell\\u{1B}[31mred'));
  check('ten thousand characters are cut', shown.includes('…(+9') && !shown.includes('x'.repeat(2000)));
  equal('no element came of it', 0, await page.locator('main img, main script, main iframe, main style, main a[href^="javascript"]').count());
  check('the title is ours', !(await page.title()).includes('pwned'));
  check('nothing is wider than the window', (await overflow(page)) <= 0);
  await page.setViewportSize({ width: 360, height: 740 });
  check('nor than a phone', (await overflow(page)) <= 0, `${await overflow(page)} pixels too wide`);
});

await visit('a phone', fixtures.busy(), async (page) => {
  for (const summary of await page.locator('summary').all()) await summary.evaluate((one) => one.click());
  await page.waitForSelector('#runs .inside');
  check('scrolls in one direction only', (await overflow(page)) <= 0, `${await overflow(page)} pixels too wide`);
  await shot(page, 'phone');
}, phone);

// The contrast of text against what lies behind it (WCAG AA: 4.5), wherever a fixture shows some.
const contrasts = (page) => page.evaluate(() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  const parse = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
  const light = ([r, g, b]) => [r, g, b].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => { for (let one = element; one; one = one.parentElement) { const color = parse(getComputedStyle(one).backgroundColor); if (color[3] === 255) return color; } return [255, 255, 255]; };
  const poor = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest('.absent, .skip, noscript')) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.add(`${element.className || element.nodeName} "${node.data.slice(0, 20)}" ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
  }
  return { poor: [...poor], back: getComputedStyle(document.body).backgroundColor };
});
for (const colorScheme of ['light', 'dark']) {
  for (const name of ['busy', 'broken']) {
    await visit(`${name}, ${colorScheme}`, fixtures[name](), async (page) => {
      for (const summary of await page.locator('summary').all()) await summary.evaluate((one) => one.click());
      await page.waitForSelector('.inside');
      const { poor, back } = await contrasts(page);
      equal('all text can be read', [], poor);
      check(`its ground is ${colorScheme}`, (Number(back.match(/\d+/)[0]) > 127) === (colorScheme === 'light'), back);
      if (colorScheme === 'dark') await shot(page, `${name}-dark`);
    }, { colorScheme });
  }
}

await visit('a hundred clouds', fixtures.many(), async (page) => {
  equal('have a row each', 100, await page.locator('.cloud').count());
  const began = Date.now();
  await page.locator('#filter').fill('entry-7');
  await page.waitForFunction(() => document.getElementById('cloud-count').textContent === '100' && document.querySelectorAll('.change').length === 100);
  check('and are filtered while one types', Date.now() - began < 8000, `${Date.now() - began} ms`);
});

await visit('another version of the document', { ...fixtures.fine(), version: '1' }, async (page) => {
  say({ ...fixtures.fine(), format_version: '2.0' });
  await page.waitForSelector('#connection:not([hidden])');
  check('is not drawn, but said', (await text(page, '#connection')).includes('of another version'));
});

// The daemon's own document, in whose shape the others are.
console.log(' the document of the program');
const own = await serve();
const sample = await (await fetch(`${own.url}/status.json`)).json();
const keys = (object) => Object.keys(object ?? {}).sort();
const ours = fixtures.broken();
equal('has the members that the fixtures have', keys(ours), keys(sample));
equal('so has a cloud', keys(ours.clouds[1]), keys(sample.clouds[0]));
equal('its plan', keys(fixtures.plan('x', 'y')), keys(sample.clouds[0].plan));
equal('a source', keys(ours.sources[0]), keys(sample.sources[0]));
equal('a broken file', keys(ours.sources[1].stale[0]), keys(sample.sources[0].stale[0]));
equal('a guard', keys(ours.clouds[1].guards[0]), keys(sample.clouds[0].guards[0]));
{
  const { context, page, seen } = await open(browser, own.url);
  await page.waitForSelector('.cloud');
  check('is drawn', (await text(page, '#sources')).includes('line 3: no such field'));
  await own.stop();
  await page.waitForSelector('#connection:not([hidden])');
  check('a daemon that is gone is called that', (await text(page, '#connection')).includes('does not answer since'), await text(page, '#connection'));
  check('what was seen last stays', (await page.locator('.cloud').count()) === 1);
  equal('without an error', [], seen.errors);
  await page.screenshot({ path: `${artifacts}/status-page-gone.png` });
  await context.close();
}

await browser.close();
await daemon.stop();
process.exitCode = closing();
