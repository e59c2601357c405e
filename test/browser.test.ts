/** `mockfleet/msw` where there is no Node: bundled for browsers, and at work in a page of Chromium. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../scripts/chromium.ts';
import { root } from './support/program.ts';

/** Looked at by people after a run; nothing reads it. */
const screenshots = join(root, 'node_modules/.cache/mockfleet/screenshots');
const executablePath = chromiumPath();

async function bundled(entry: string, options: BuildOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

describe('mockfleet/msw', () => {
  it('bundles for browsers: nothing on its path is of Node', async () => {
    expect((await bundled('simulator/testing/msw.ts')).includes('createTenant')).toBe(true);
    const ours = await bundled('simulator/testing/msw.ts', { packages: 'external', minifyWhitespace: true });
    expect(ours.match(/\b(?:Buffer|process)[.[][\w'"]+/g)).toBeNull();
  });

  it('would not, if something were: mockfleet/testing does not', async () => {
    await expect(bundled('simulator/testing/node.ts')).rejects.toThrow(/Could not resolve "node:/);
  });
});

describe.skipIf(executablePath === undefined)('mockfleet/msw in a page', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  const troubles: string[] = [];

  beforeAll(async () => {
    const script = await bundled('test/browser/page.mjs');
    const files: Record<string, [type: string, text: string]> = {
      '/': [
        'text/html',
        '<!doctype html><meta charset="utf-8"><title>Devices</title><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
      ],
      '/page.js': ['text/javascript', script],
      '/mockServiceWorker.js': ['text/javascript', readFileSync(join(root, 'node_modules/msw/lib/mockServiceWorker.js'), 'utf8')],
    };
    server = createServer((request, response) => {
      const [type, text] = files[request.url ?? ''] ?? [];
      response.writeHead(type === undefined ? 404 : 200, { 'content-type': type ?? 'text/plain' }).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    page = await browser.newPage();
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => server.close(resolve));
  });

  /** What the page shows, once it has shown something so many times. */
  async function shown(times: number): Promise<string[]> {
    const isShown = page.waitForSelector(`body[data-shown="${times}"]`);
    await isShown.catch((error) => expect.fail(`${error}\n${troubles.join('\n')}`));
    return (await page.locator('h1, tr').allInnerTexts()).map((line) => line.replaceAll('\t', ' '));
  }

  it('TD-13 TD-15 TD-16 lists, wipes, and lets time pass', async () => {
    expect(await shown(1)).toEqual(['Devices at 2026-01-01T08:00:00Z', 'pc Windows managed', 'phone iOS managed']);
    await page.click('#wipe');
    expect(await shown(2)).toContain('phone iOS wipePending');
    await page.click('[id="366d"]');
    expect(await shown(3)).toEqual(['Devices at 2027-01-02T08:00:00Z', 'pc Windows managed', 'phone iOS wipeFailed']);
    mkdirSync(screenshots, { recursive: true });
    await page.screenshot({ path: join(screenshots, 'browser-tenant.png') });
    await page.click('[id="180d"]');
    expect(await shown(4)).toEqual(['Devices at 2027-07-01T08:00:00Z', 'pc Windows managed']);
    expect(troubles).toEqual([]);
  });
});
