/** Coming in, and what the page is made of. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hasChromium, openConsole, seriousProblems, shoot, signInAs } from '../support/console.ts';
import { root } from '../support/program.ts';

describe.skipIf(!hasChromium)('the console', () => {
  it('lets in with the token, keeps it out of the address, and forgets it on leaving', async () => {
    const { page, token, troubles, url } = await openConsole({ signedOut: true });
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'console-sign-in');
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await signInAs(page, token);
    expect(page.url().startsWith(url)).toBe(true);
    expect(page.url()).not.toContain(token);
    await page.reload();
    await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    expect(troubles).toEqual([]);
  });

  it('comes with a policy that lets nothing inline run, nothing from elsewhere in, and nobody frame it', async () => {
    const { page, url } = await openConsole({ signedOut: true });
    const answer = await page.request.get(url, { headers: { accept: 'text/html' } });
    const policy = answer.headers()['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(await answer.text()).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
    // Programs are told what there is.
    expect(await (await page.request.get(url, { headers: { accept: '*/*' } })).text()).toContain('/mockfleet/clock');
  });

  it('is under 150 kB, compressed, all pages together', () => {
    const folder = join(root, 'dist/server-stub/console');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = files.reduce((sum, { parentPath, name }) => sum + gzipSync(readFileSync(join(parentPath, name))).length, 0);
    expect(files.length).toBeGreaterThan(10);
    expect(bytes).toBeLessThan(150_000);
  });
});
