import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../runtime/random.ts';
import { CoreBench } from './core.fixture.ts';
import { sameSecret, secretHash, secretHex } from './secret.ts';

test('what is kept of a secret is its SHA-256, and what is drawn from the seed its HMAC', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (seed, text) => {
      expect(secretHash(text)).toBe(createHash('sha256').update(text).digest('hex'));
      expect(secretHex(seed, text)).toBe(createHmac('sha256', seed).update(text).digest('hex'));
    }),
  );
});

test('two secrets are the same when they are equal', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(sameSecret(a, a)).toBe(true);
      expect(sameSecret(a, b)).toBe(a === b);
    }),
  );
});

test('a PIN, a passcode, a bypass code and a portal token do not come from the generator of the ids, whose labels everybody knows', () => {
  const bench = new CoreBench();
  const mac = bench.enroll('request-1', { platform: 'macos', enrollment: 'automated' });
  const phone = bench.enroll('request-2', { platform: 'ios', enrollment: 'automated', serialNumber: 'MF0000002' });
  bench.issue(mac, 'remoteLock');
  const [lock] = bench.store.commandsOf(mac.id);
  const guess = new Random(`bench/command/${mac.id}/1/secret`);
  expect(lock?.id).toBe(new Random(`bench/command/${mac.id}/1`).guid());
  expect(lock?.command.parameters).toEqual({ pin: expect.stringMatching(/^\d{6}$/) });
  expect(lock?.command.parameters).not.toEqual({ pin: Array.from({ length: 6 }, () => guess.integer(0, 9)).join('') });

  bench.configure({ allowActivationLock: true });
  bench.tell(bench.open(phone.peer), phone, { activationLock: true });
  const signs = new Random(`bench/bypass/MF0000002/escrow/${bench.now}`);
  const alphabet = '0123456789ACDEFGHJKLMNPQRTUVWXYZ';
  const guessed = Array.from({ length: 26 }, () => alphabet[signs.integer(0, 31)]).join('');
  expect(bench.store.bypassCode('MF0000002')?.code.replaceAll('-', '')).toMatch(/^[0-9A-Z]{26}$/);
  expect(bench.store.bypassCode('MF0000002')?.code.replaceAll('-', '')).not.toBe(guessed);

  const token = bench.tenant.portalToken('adele@contoso.example');
  expect(token).toMatch(/^[0-9a-f]{48}$/);
  expect(token).not.toBe(new Random(`bench/token/portal/adele@contoso.example/null/${bench.now}`).hex(48));
});
