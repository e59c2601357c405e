import { describe, expect, it } from 'vitest';
import { deviceViewSchema } from '../../protocol/hands.ts';
import { formatInstant } from '../../runtime/duration.ts';
import { screenView } from '../screens/index.ts';
import { Bench, benchStart } from './machine.fixture.ts';
import { deviceView } from './view.ts';

const notice = (noticeId: string, title = `About ${noticeId}`) =>
  ({ type: 'notice', noticeId, at: benchStart, title, body: `Please look after ${noticeId}.` }) as const;

describe('push notifications of the management', () => {
  it('are shown to whoever holds the device, once, and the check-in goes on', () => {
    const bench = new Bench().enrolled().checkIn();
    bench.hear(notice('n1'));
    expect(bench.notes).toContainEqual({ kind: 'notice', title: 'About n1' });
    expect(bench.state.exchange).toBe('check-in');
    bench.done();
    expect(bench.state.exchange).toBe('none');
    expect(deviceView(bench.state).notices).toEqual([{ at: benchStart, title: 'About n1', body: 'Please look after n1.' }]);
    expect(screenView(bench.state).lines).toContain('Notification: About n1');
    bench.press('company-portal');
    expect(screenView(bench.state).lines).toContain(`${formatInstant(benchStart)} Please look after n1.`);
    bench.checkIn().hear(notice('n1'));
    expect(bench.notes).not.toContainEqual(expect.objectContaining({ kind: 'notice' }));
    bench.done();
    expect(deviceView(bench.state).notices).toHaveLength(1);
  });

  it('are kept up to twenty, however long, and are gone with a wipe', () => {
    const bench = new Bench().enrolled().checkIn();
    for (let n = 1; n <= 25; n++) bench.hear({ ...notice(`n${n}`), body: 'x'.repeat(2048) });
    bench.done();
    const view = deviceView(bench.state);
    expect(view.notices.map(({ title }) => title)).toEqual(Array.from({ length: 20 }, (_, n) => `About n${n + 6}`));
    expect(deviceViewSchema.parse(view)).toEqual(view);
    bench.press('company-portal');
    expect(deviceViewSchema.safeParse(deviceView(bench.state)).success).toBe(true);
    bench.obeys({ type: 'wipe', parameters: {} });
    expect(deviceView(bench.state).notices).toEqual([]);
  });
});
