// Debian's Chromium under playwright-core, and what a page did that it must not.
import { createRequire } from 'node:module';

const { chromium } = createRequire(`${process.env.WEB_PACKAGES}/package.json`)('playwright-core');

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet });

// A page at `url`. `seen` collects dialogs, requests to elsewhere, violations of the policy, errors of scripts.
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', timezoneId: 'UTC', ...options });
  context.setDefaultTimeout(120000); // a busy machine is no failure
  const page = await context.newPage();
  const seen = { dialogs: [], elsewhere: [], violations: [], errors: [] };
  page.on('dialog', (dialog) => {
    seen.dialogs.push(dialog.message());
    dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) seen.elsewhere.push(request.url());
  });
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) seen.violations.push(message.text());
  });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
  });
  await page.goto(`${url}/`);
  return { context, page, seen };
}

// Until the page shows the document whose `version` is this.
export const shows = (page, version) => page.waitForFunction((text) => document.getElementById('configuration').textContent.includes(text), version);
