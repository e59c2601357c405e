/** The outbox over any answers of a server, clock jumps and restarts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../runtime/duration.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { CoreBench } from './core.fixture.ts';
import type { MailDraft, MailOutcome, MailRecord } from './directory-records.ts';

const draft: MailDraft = {
  from: 'it@contoso.example',
  to: ['a@x.example', 'b@x.example'],
  cc: ['c@x.example', 'A@x.example'],
  bcc: [],
  subject: 'Hello\r\nBcc: eve@example.net',
  contentType: 'text',
  body: 'there',
};
const later: MailOutcome = { kind: 'later', error: '451 Not now' };

/** Runs what is due; what is tried is in `mails` of the bench. */
function runDue(bench: CoreBench): void {
  while (bench.core.nextDeadline() <= bench.now) bench.core.receive({ type: 'deadline' }, bench.now, bench.out);
}

function tried(bench: CoreBench, mailId: string, outcome: MailOutcome): void {
  bench.core.receive({ type: 'mail-tried', mailId, outcome }, bench.now, bench.out);
}

const only = (bench: CoreBench) => [...bench.tenant.mails()][0] as MailRecord;

describe('the outbox', () => {
  it('takes a mail over with one line of subject, and each address once', () => {
    const bench = new CoreBench();
    bench.tenant.sendMail(draft);
    expect(only(bench)).toMatchObject({
      state: 'queued',
      subject: 'Hello Bcc: eve@example.net',
      pending: ['a@x.example', 'b@x.example', 'c@x.example'],
      attempts: 0,
    });
    runDue(bench);
    expect(bench.mails).toHaveLength(1);
    expect(only(bench).attempts).toBe(1);
  });

  it('an address that is none is refused, and the others get it', () => {
    const bench = new CoreBench();
    bench.tenant.sendMail({ ...draft, to: ['a@x.example', 'b at x', 'c@x\r\n.example'], cc: [] });
    expect(only(bench)).toMatchObject({ state: 'queued', pending: ['a@x.example'] });
    expect(only(bench).refused.map(({ address }) => address)).toEqual(['b at x', 'c@x\r\n.example']);
  });

  it('an attempt under way is never doubled, however far the clock goes; its answer counts', () => {
    const bench = new CoreBench();
    bench.tenant.sendMail(draft);
    runDue(bench);
    bench.now += 3 * dayMs;
    runDue(bench);
    expect(bench.mails).toHaveLength(1);
    tried(bench, only(bench).id, { kind: 'answered', accepted: only(bench).pending, refused: [], later: [] });
    expect(only(bench)).toMatchObject({ state: 'sent', finishedAt: bench.now, nextAttemptAt: null });
    expect(bench.core.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
  });

  it('a stub that died in an attempt makes the next one a minute later, under the same Message-ID', () => {
    const store = createMemoryStore();
    const before = new CoreBench({}, store);
    before.tenant.sendMail(draft);
    runDue(before);
    const after = new CoreBench({}, store);
    runDue(after);
    expect(after.mails).toEqual([]);
    after.now += minuteMs;
    runDue(after);
    expect(after.mails.map(({ messageId, attempts }) => [messageId, attempts])).toEqual([[before.mails[0]?.messageId, 2]]);
  });

  it('a jump over its time tries once more, and gives up', () => {
    const bench = new CoreBench();
    bench.tenant.sendMail(draft);
    runDue(bench);
    tried(bench, only(bench).id, later);
    bench.now += 400 * dayMs;
    runDue(bench);
    expect(bench.mails).toHaveLength(2);
    tried(bench, only(bench).id, later);
    expect(only(bench)).toMatchObject({ state: 'failed', attempts: 2, error: '451 Not now', pending: [] });
    expect(only(bench).refused.map(({ address }) => address)).toEqual(['a@x.example', 'b@x.example', 'c@x.example']);
    bench.now += 400 * dayMs;
    runDue(bench);
    expect(bench.mails).toHaveLength(2);
  });

  it('notes say how it stands, and name nobody', () => {
    const bench = new CoreBench();
    bench.tenant.sendMail(draft);
    runDue(bench);
    tried(bench, only(bench).id, { kind: 'later', error: '450 4.2.1 a@x.example is busy' });
    bench.now += minuteMs;
    runDue(bench);
    tried(bench, only(bench).id, { kind: 'never', error: '550 No such user a@x.example' });
    const notes = bench.notes.filter(({ kind }) => kind.startsWith('mail-'));
    expect(notes.map((note) => [note.kind, 'why' in note && note.why])).toEqual([
      ['mail-queued', null],
      ['mail-postponed', '450'],
      ['mail-failed', '550'],
    ]);
    expect(JSON.stringify(notes)).not.toContain('@');
  });

  it('whatever a server answers, each address gets it once at most, all have an answer in the end, and waits are those of a mail server', () => {
    const waits = [minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs, 4 * hourMs];
    const verdict = fc.constantFrom('accept', 'refuse', 'later');
    const answer = fc.oneof(
      fc.tuple(fc.constant('each' as const), fc.array(verdict, { minLength: 3, maxLength: 3 })),
      fc.tuple(fc.constantFrom('later' as const, 'never' as const, 'crash' as const), fc.constant([] as string[])),
    );
    const life = fc.array(fc.tuple(answer, fc.integer({ min: 0, max: 3 * dayMs })), { maxLength: 60 });
    fc.assert(
      fc.property(life, (steps) => {
        const store = createMemoryStore();
        let bench = new CoreBench({}, store);
        bench.tenant.sendMail(draft);
        const { queuedAt, id } = only(bench);
        const got = new Map<string, number>();
        let attempts = 0;
        for (const [[kind, verdicts], late] of steps) {
          if (only(bench).state !== 'queued') break;
          const due = bench.core.nextDeadline();
          expect(due).toBe(only(bench).nextAttemptAt);
          bench.now = Math.max(bench.now, due + (late % 7 === 0 ? late : 0));
          bench.mails = [];
          runDue(bench);
          attempts += 1;
          expect(bench.mails.map((mail) => [mail.id, mail.attempts])).toEqual([[id, attempts]]);
          const { pending } = bench.mails[0] as MailRecord;
          if (kind === 'crash') {
            const { now } = bench;
            bench = new CoreBench({}, store);
            bench.now = now;
          } else if (kind === 'each') {
            const of = (wanted: string) => pending.filter((_, index) => verdicts[index] === wanted);
            for (const address of of('accept')) got.set(address, (got.get(address) ?? 0) + 1);
            const said = (address: string) => ({ address, response: '450 x' });
            tried(bench, id, { kind: 'answered', accepted: of('accept'), refused: of('refuse').map(said), later: of('later').map(said) });
          } else tried(bench, id, { kind, error: 'x' });
          const after = only(bench);
          if (after.state !== 'queued') break;
          const next = bench.now + (waits[Math.min(attempts - 1, 4)] as number);
          const isOver = bench.now >= queuedAt + 5 * dayMs;
          if (isOver) expect(kind).toBe('crash');
          expect(after.nextAttemptAt).toBe(isOver ? next : Math.min(next, queuedAt + 5 * dayMs));
        }
        const { state, pending, refused } = only(bench);
        expect([...got.values()].every((times) => times === 1)).toBe(true);
        if (state === 'queued') return;
        expect(pending).toEqual([]);
        expect(new Set([...got.keys(), ...refused.map(({ address }) => address)]).size).toBe(3);
        expect(got.size + refused.length).toBe(3);
        expect(state).toBe(got.size > 0 ? 'sent' : 'failed');
      }),
      { numRuns: 500 },
    );
  });
});
