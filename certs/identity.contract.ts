/** What every IdentityMaker keeps. The test of an implementation is one call. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCsr, verifyCsr } from './csr.ts';
import { openssl } from './fixtures.contract.ts';
import type { IdentityMaker } from './identity.ts';

export function identityMakerContract(name: string, open: () => IdentityMaker): void {
  describe(`${name} as IdentityMaker`, () => {
    it('M-01 makes a CSR for the subject, signed with the private key that it hands over', async () => {
      const { csr, privateKey } = await open().createRequest('r1', 'device-1');
      expect(createPrivateKey(privateKey).asymmetricKeyDetails?.modulusLength).toBe(2048);
      expect(verifyCsr(csr).equals(createPublicKey(privateKey))).toBe(true);
      expect(openssl(['req', '-verify', '-noout', '-subject'], csr)).toMatch(/CN = device-1/);
    });

    it('M-02 makes a request for a renewal, with a key that can sign again', async () => {
      const maker = open();
      await maker.createRequest('r1', 'device-1');
      const renewal = await maker.createRequest('r2', 'device-1');
      expect(createCsr({ subject: 'device-1', privateKey: renewal.privateKey })).toBe(renewal.csr);
    });

    it('serves several at once and rejects a subject that cannot be', async () => {
      const maker = open();
      const requests = await Promise.all(['a', 'b', 'c', 'd'].map((id) => maker.createRequest(id, `device-${id}`)));
      for (const { csr, privateKey } of requests) expect(verifyCsr(csr).equals(createPublicKey(privateKey))).toBe(true);
      await expect(maker.createRequest('e', '')).rejects.toMatchObject({ code: 'subject-invalid' });
    });
  });
}
