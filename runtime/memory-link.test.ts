import { describe, expect, it } from 'vitest';
import { linkContract } from './link.contract.ts';
import type { PeerCertificate } from './link.ts';
import { memoryLink } from './memory-link.ts';

linkContract('memoryLink', async () => ({ ...memoryLink(null), close: async () => {} }));

describe('memoryLink', () => {
  const peer: PeerCertificate = { subject: 'd', serialNumber: '4A', notBefore: 0, notAfter: 1, trusted: true };

  it('shows the device’s certificate to the server alone', () => {
    const { device, server } = memoryLink(peer);
    expect([device.peer, server.peer]).toEqual([null, peer]);
  });

  it('tells one who attaches late that it was closed, after what came before', async () => {
    const { device, server } = memoryLink(null);
    device.send('hello');
    device.close('bye');
    await new Promise((resolve) => setImmediate(resolve));
    const heard: string[] = [];
    const hear = (what: string) => void heard.push(what);
    server.attach({ frame: hear, fault: hear, closed: hear });
    expect(heard).toEqual(['hello', 'bye']);
  });

  it('loses what was under way towards an end that had closed', async () => {
    const { device, server } = memoryLink(null);
    const heard: string[] = [];
    const hear = (what: string) => void heard.push(what);
    server.attach({ frame: hear, fault: hear, closed: hear });
    server.close('bye');
    device.send('crossed');
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(['bye']);
  });
});
