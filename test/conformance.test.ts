/** The conformance suite: what it says of our own stub, of a server of somebody else, and of servers that break one rule. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { conformanceCases } from '../simulator/conformance/conformance-cases.ts';
import {
  issuesRubbish,
  losesCommands,
  type Meddler,
  namesAnotherDevice,
  openBroken,
  repeatsCommands,
  sendsNoClock,
  takesReplacedCertificates,
} from './support/broken-servers.ts';
import { casesThat, conformanceTarget, tryServer } from './support/conformance.ts';
import { openSmallServer } from './support/small-server.ts';
import { adminToken, enrollmentToken, openTenant, type Tenant, testKeys } from './support/tenant.ts';
import { TestAgent } from './support/test-agent.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});
afterAll(() => tenant.close());

const names = conformanceCases.map(({ name }) => name);

describe('the cases', () => {
  it('have names of their own, and name a section of protocol/README.md that is there', () => {
    expect(new Set(names).size).toBe(names.length);
    const readme = readFileSync(new URL('../protocol/README.md', import.meta.url), 'utf8');
    for (const { name, section } of conformanceCases) {
      const [heading, paragraph] = section.split(': ');
      const text = readme.split(/\n## /).find((part) => part.startsWith(`${heading}\n`));
      expect(text, `${name}: ${section}`).toContain(paragraph === undefined ? '' : `\n**${paragraph}.**`);
    }
  });

  it('come after those that they need', () => {
    for (const [index, { needs }] of conformanceCases.entries()) {
      for (const needed of needs) expect(names.slice(0, index)).toContain(needed);
    }
  });

  it('are those of which protocol/README.md speaks', () => {
    const readme = readFileSync(new URL('../protocol/README.md', import.meta.url), 'utf8');
    const own = readme.split(/\n## /).find((part) => part.startsWith('A server of your own')) ?? '';
    const lists = [...own.matchAll(/^\d\. [^:]*: ([^.]*)\./gm)].map(([, list = '']) => list);
    const spoken = lists.flatMap((list) => [...list.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name));
    expect(spoken.length).toBeGreaterThan(8);
    for (const name of spoken) expect(names).toContain(name);
  });
});

describe('our own stub', () => {
  it('passes every case, and is left as it was', async () => {
    const before = tenant.notes.filter(({ kind }) => kind === 'enrolled').length;
    const result = await tryServer(conformanceTarget(tenant, tenant.server.devices));
    expect(result.cases.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(result).toMatchObject({ conforms: true, passed: names.length, failed: 0, notRun: 0 });
    expect(result.cases.map(({ name }) => name)).toEqual(names);
    const enrolled = tenant.notes.filter(({ kind }) => kind === 'enrolled').length;
    expect(enrolled - before).toBeGreaterThan(30);
    const { body } = await tenant.call('GET', '/v1.0/deviceManagement/managedDevices?$count=true');
    expect(body).toMatchObject({ value: [] });
  });
});

describe('a server of somebody else', () => {
  it('written by protocol/README.md alone passes every case, but for what it leaves out', async () => {
    const server = await openSmallServer(tenant.authority, { token: enrollmentToken, adminToken });
    onTestFinished(() => server.close());
    const graph = { url: server.graph, token: adminToken, ca: tenant.authority.certificatePem };
    const result = await tryServer(conformanceTarget(tenant, server.devices, { answerMs: 2_000, graph }));
    const others = result.cases.filter(({ status }) => status !== 'passed');
    expect(others).toMatchObject([
      { name: 'command-nudges', status: 'not-run', why: expect.stringMatching(/no nudge came .* may be left out/) },
    ]);
    expect(result.conforms).toBe(true);
  });

  it('enrols and serves our own agents', async () => {
    const server = await openSmallServer(tenant.authority, { token: enrollmentToken, adminToken });
    onTestFinished(() => server.close());
    const agent = new TestAgent(server.devices, tenant.authority.certificatePem, 0, { token: enrollmentToken, identities: testKeys });
    onTestFinished(() => agent.close());
    await agent.checkedIn();
    expect(agent.kinds('enrolled')).toHaveLength(1);
  });
});

describe('a server that breaks one rule', () => {
  const rows: [what: string, meddle: () => (deviceId: string | null) => Meddler, failed: string[]][] = [
    ['goes on taking a replaced certificate', takesReplacedCertificates, ['certificate-replaced']],
    ['hands a command over again after its result', repeatsCommands, ['command-once']],
    ['loses a command when its link breaks', losesCommands, ['command-redelivered']],
    ['never sends the clock', sendsNoClock, ['clock-first']],
    ['names another device than its certificate does', namesAnotherDevice, ['certificate-issued']],
    ['issues what is no certificate', issuesRubbish, ['certificate-issued']],
  ];

  it.each(rows)('%s: fails that case, and no other one', async (_what, meddle, failed) => {
    const server = await openBroken(tenant, meddle());
    onTestFinished(() => server.close());
    const isWaitedInVain = failed[0] === 'certificate-replaced' || failed[0] === 'clock-first';
    const result = await tryServer(conformanceTarget(tenant, server.devices, isWaitedInVain ? { answerMs: 3_000 } : {}));
    expect(casesThat('failed', result)).toEqual(failed);
    expect(result).toMatchObject({ conforms: false, failed: failed.length });
    // What stands on the case that failed is not called passed, and nothing else is left out.
    const notRun = result.cases.flatMap((one) => (one.status === 'not-run' ? [one.why] : []));
    if (failed[0] === 'certificate-issued') expect(notRun.length).toBeGreaterThan(30);
    else expect(casesThat('not-run', result)).toEqual(failed[0] === 'certificate-replaced' ? ['session-of-replaced'] : []);
    for (const why of notRun) expect(why).toMatch(/^needs the case [a-z-]+ to pass$/);
  });

  it('is told what was expected, what came, where that is written, and every frame of the case', async () => {
    const server = await openBroken(tenant, repeatsCommands());
    onTestFinished(() => server.close());
    const { cases } = await tryServer(conformanceTarget(tenant, server.devices), ['command-once']);
    const [found] = cases;
    expect(cases).toHaveLength(1);
    if (found?.status !== 'failed') throw new Error(JSON.stringify(found));
    expect(found).toMatchObject({ section: 'Flows: Check in', expected: 'the frame check-in-done', came: 'the frame command' });
    const types = found.frames.flatMap(({ from, text }) => (from === 'event' || from === 'administrator' ? [] : [JSON.parse(text).type]));
    const enrolment = ['clock', 'enroll', 'enrolled'];
    const firstLink = ['clock', 'check-in', 'check-in-done'];
    const secondLink = [
      'clock',
      'nudge',
      'check-in',
      'command',
      'command-result',
      'result-accepted',
      'check-in-done',
      'check-in',
      'command',
    ];
    expect(types).toEqual([...enrolment, ...firstLink, ...secondLink]);
    expect(JSON.stringify(found)).not.toContain(enrollmentToken);
    expect(JSON.stringify(found)).not.toMatch(/BEGIN CERTIFICATE REQUEST-----\\*n?[A-Za-z0-9+/]{8}/);
  });
});
