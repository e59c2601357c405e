/** The console as people have it: a stub in a process of its own, and its page in Chromium. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { chromiumPath } from '../../scripts/chromium.ts';
import { mockfleet, type Program, root } from './program.ts';
import { stateFor } from './stub-state.ts';

/** Looked at by people after a run; nothing reads it. */
const screenshots = join(root, 'node_modules/.cache/mockfleet/screenshots');

/** For `describe.skipIf(!hasChromium)`: in CI a skipped test is a failure. */
export const hasChromium = chromiumPath() !== undefined;

export interface OpenConsole {
  page: Page;
  context: BrowserContext;
  program: Program;
  url: string;
  token: string;
  /** Errors of the page so far: on its console, or thrown. Requests that the stub refused on purpose are none of them. */
  troubles: string[];
  /** `#/devices` */
  go(hash: string): Promise<void>;
  /** A call of the HTTP interface, as another administrator would make it. */
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
}

export interface ConsoleOptions {
  /** Of `mockfleet serve`, beside the port, the state folder and --json. */
  words?: readonly string[];
  /** Pixels. */
  width?: number;
  /** Not signed in yet. */
  signedOut?: boolean;
}

/** Starts a stub, opens its console and signs in. Both end with the test. */
export async function openConsole({ words = [], width = 1440, signedOut = false }: ConsoleOptions = {}): Promise<OpenConsole> {
  const program = mockfleet(['serve', '--port', '0', '--state', await stateFor(words), '--json', '--log-level', 'warn', ...words]);
  const { url, token } = (await program.line({ ready: true })) as { url: string; token: string };
  const browser = await launchChromium();
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width, height: 900 } });
  // Before the test's own end, so that a failure says what was waited for.
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    // Chromium tells every answer of 400 and above this way; what the page makes of it is what counts.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) troubles.push(message.text());
  });
  await page.goto(url);
  if (!signedOut) await signInAs(page, token);
  return {
    page,
    context,
    program,
    url,
    token,
    troubles,
    async go(hash) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    },
    call: (method, path, body) => call(page, url, token, method, path, body) as never,
  };
}

async function launchChromium(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath() as string,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  onTestFinished(() => browser.close());
  return browser;
}

export async function signInAs(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor();
}

async function call(page: Page, url: string, token: string, method: string, path: string, body: unknown): Promise<unknown> {
  const response = await page.request.fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { data: body as object }),
  });
  const text = await response.text();
  if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** What it looks like at 1440 and 390 pixels, light and dark: `node_modules/.cache/mockfleet/screenshots/NAME-….png`. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  const before = page.viewportSize();
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(screenshots, `${name}-${width}-${colorScheme}.png`) });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (before !== null) await page.setViewportSize(before);
}

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Serious and critical accessibility problems of what is shown, by axe-core, in both colour schemes: `rule: selector`. */
export async function seriousProblems(page: Page): Promise<string[]> {
  const found = new Set<string>();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // Past the page's own policy, which lets no foreign script in.
    const session = await page.context().newCDPSession(page);
    await session.send('Page.setBypassCSP', { enabled: true });
    await page.evaluate(readFileSync(axe, 'utf8'));
    const { violations } = await page.evaluate(
      (options) => (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(options),
      { resultTypes: ['violations'] } satisfies RunOptions,
    );
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue;
      for (const { target } of nodes) found.add(`${id}: ${target.join(' ')} (${colorScheme})`);
    }
    await session.detach();
  }
  await page.emulateMedia({ colorScheme: null });
  return [...found];
}
