import { describe, expect, it } from 'vitest';
import { rsaKey, toPem } from './fixtures.contract.ts';
import { identityMakerContract } from './identity.contract.ts';
import { createUniqueIdentities } from './identity.ts';
import { createKeyMaker } from './rsa-key.ts';

identityMakerContract('keys of their own', () => createUniqueIdentities());

describe('keys of their own', () => {
  it('are different for every request, while the event loop goes on', async () => {
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 1);
    const maker = createUniqueIdentities(createKeyMaker(1));
    const [one, two] = await Promise.all([maker.createRequest('r1', 'd'), maker.createRequest('r2', 'd')]);
    clearInterval(ticking);
    expect(one.privateKey).not.toBe(two.privateKey);
    expect(turns).toBeGreaterThan(5);
  });

  it('lets no failure block the next one', async () => {
    const broken = createUniqueIdentities(() => Promise.reject(new Error('no entropy')));
    await expect(broken.createRequest('r1', 'd')).rejects.toThrow('no entropy');
    const maker = createUniqueIdentities(async () => toPem(rsaKey()));
    await expect(maker.createRequest('r1', '')).rejects.toMatchObject({ code: 'subject-invalid' });
    await expect(maker.createRequest('r1', 'd')).resolves.toHaveProperty('csr');
  });
});
