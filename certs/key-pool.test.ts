import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rsaKey, scratch, toPem } from './fixtures.contract.ts';
import { identityMakerContract } from './identity.contract.ts';
import { openKeyPool } from './key-pool.ts';

const shared = mkdtempSync(join(tmpdir(), 'mockfleet-pool-'));
afterAll(() => rmSync(shared, { recursive: true, force: true }));
identityMakerContract('the key pool', () => openKeyPool(shared, 3));

/** Keys that cost nothing: the keys of the fixtures, counted. */
function countedKeys() {
  let made = 0;
  return { make: async () => toPem(rsaKey(made++ % 3)), count: () => made };
}

describe('the key pool', () => {
  it('makes a key when it is first needed, for its owner alone, and goes round', async () => {
    const folder = scratch();
    const keys = countedKeys();
    const pool = openKeyPool(folder, 3, keys.make);
    expect(readdirSync(folder)).toEqual([]);
    const first = await pool.createRequest('r0', 'd0');
    expect(readdirSync(folder)).toEqual(['key-00.pem']);
    expect(statSync(join(folder, 'key-00.pem')).mode & 0o777).toBe(0o600);
    const others = await Promise.all([1, 2, 3, 4].map((n) => pool.createRequest(`r${n}`, `d${n}`)));
    expect(new Set([first, ...others].map(({ privateKey }) => privateKey)).size).toBe(3);
    expect(others[2]?.privateKey).toBe(first.privateKey);
    expect(others[2]?.csr).not.toBe(first.csr);
    expect(keys.count()).toBe(3);
  });

  it('keeps its keys on disk, and hands them out by number', async () => {
    const folder = scratch();
    const before = await openKeyPool(folder, 2, countedKeys().make).keyAt(1);
    const again = openKeyPool(folder, 2, () => Promise.reject(new Error('no new key')));
    expect(await again.keyAt(1)).toBe(before);
    expect(await again.keyAt(5)).toBe(before);
  });

  it('makes a key once for many who ask at once', async () => {
    const keys = countedKeys();
    const pool = openKeyPool(scratch(), 1, keys.make);
    await Promise.all(Array.from({ length: 20 }, (_, n) => pool.createRequest(`r${n}`, 'd')));
    expect(keys.count()).toBe(1);
  });

  it('takes the key of another process that was faster', async () => {
    const folder = scratch();
    const pool = openKeyPool(folder, 1, async () => {
      writeFileSync(join(folder, 'key-00.pem'), toPem(rsaKey(1)));
      return toPem(rsaKey(0));
    });
    expect(await pool.keyAt(0)).toBe(toPem(rsaKey(1)));
  });

  it('names a broken file and the way out, and goes on when it is gone', async () => {
    const folder = scratch();
    const file = join(folder, 'key-00.pem');
    writeFileSync(file, 'half a key');
    const pool = openKeyPool(folder, 1, countedKeys().make);
    await expect(pool.keyAt(0)).rejects.toMatchObject({
      code: 'key-corrupt',
      message: expect.stringContaining(`${file} is not a private key`),
    });
    rmSync(file);
    await expect(pool.keyAt(0)).resolves.toContain('PRIVATE KEY');
  });

  it.each([0, -1, 1.5])('has at least one key, not %d', (size) => expect(() => openKeyPool(scratch(), size)).toThrow(RangeError));
});
