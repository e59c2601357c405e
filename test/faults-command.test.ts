/** `mockfleet faults` against a stub that runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { linkFaultsOf } from '../cli/faults.ts';
import { runMockfleet } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { adminToken, openTenant } from './support/tenant.ts';

it('switches faults of links on, shows them beside all others, and off again', async () => {
  const tenant = await openTenant();
  const ca = join(scratch(), 'ca.pem');
  writeFileSync(ca, tenant.authority.certificatePem);
  const run = (...words: string[]) => runMockfleet(['faults', ...words, '--server', tenant.server.url, '--ca', ca, '--token', adminToken]);
  try {
    expect((await run()).stdout).toBe(
      [
        'links  as they should be (0 open)',
        'graph  answers everything',
        'mail   The mailbox takes everything in.',
        'push   0% lost, latency at once\n',
      ].join('\n'),
    );
    const set = await run('links', '--latency', '200ms', '--loss', '1%', '--share', '0.5');
    expect(set).toMatchObject({
      code: 0,
      stdout: '200ms latency, 1% of the frames lost; of 50% of the devices (0 of 0 links, 0 broken, 0 turned away)\n',
    });
    await tenant.call('POST', '/mockfleet/throttle', { next: 2 });
    const shown = JSON.parse((await run('show', '--json')).stdout);
    expect(shown).toMatchObject({ links: { latencyMs: 200, loss: 0.01, share: 0.5 }, throttle: { next: 2 }, mail: { down: false } });
    const left = await run('off', '--all', '--json');
    expect(JSON.parse(left.stdout)).toMatchObject({ links: { latencyMs: 0, loss: 0, share: 1 }, throttle: { next: 0 } });
    expect(await run('links', '--latency', '11s')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--latency takes a duration up to 10s'),
    });
  } finally {
    await tenant.close();
  }
});

const nothing = { latency: undefined, jitter: undefined, loss: undefined, unreachable: undefined, share: undefined };

it.each([
  [
    { latency: '1.5s', jitter: '50ms' },
    { latencyMs: 1500, jitterMs: 50 },
  ],
  [
    { loss: '0.01', share: '100%' },
    { loss: 0.01, share: 1 },
  ],
  [{ loss: '.5' }, { loss: 0.5 }],
  [{ unreachable: true }, { unreachable: true }],
  [{ unreachable: false }, { unreachable: false }],
])('%o is %o', (words, change) => {
  expect(linkFaultsOf({ ...nothing, ...words })).toEqual(change);
});

it.each([
  [{}, /Say what goes wrong/],
  [{ latency: '200' }, /--latency takes a duration/],
  [{ jitter: '1h' }, /--jitter takes a duration up to 10s/],
  [{ loss: '101%' }, /--loss takes a share/],
  [{ loss: '2' }, /--loss takes a share/],
  [{ share: '-1%' }, /--share takes a share/],
  [{ share: 'half' }, /--share takes a share/],
])('%o is wrong use', (words, sentence) => {
  expect(() => linkFaultsOf({ ...nothing, ...words })).toThrow(sentence);
});
