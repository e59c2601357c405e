/** Faults on the links of devices. */
import { useState } from 'preact/hooks';
import { Facts } from '../ui/parts.tsx';
import { FaultForm, NumberField } from './fault-form.tsx';
import { type FaultsNow, faultsOf, type LinkFaults } from './faults-now.ts';

const percent = (share: number) => Math.round(share * 1e6) / 1e4;

type Written = Pick<LinkFaults, 'latencyMs' | 'jitterMs' | 'loss' | 'share' | 'unreachable'>;

export function LinksCard({ now }: { now: FaultsNow }) {
  const { links } = now;
  const isOn = faultsOf(now).some(({ part }) => part === 'links');
  const [written, setWritten] = useState<Partial<Written>>({});
  const { latencyMs, jitterMs, loss, share, unreachable } = { ...links, ...written };
  const set = (change: Partial<Written>) => setWritten({ ...written, ...change });
  return (
    <FaultForm
      title="Links of devices"
      part="links"
      isOn={isOn}
      change={() => ({ latencyMs, jitterMs, loss, share, unreachable })}
      onDone={() => setWritten({})}
    >
      <div class="fault-fields">
        <NumberField label="Latency, ms" hint="Of each frame, each way." value={latencyMs} onValue={(value) => set({ latencyMs: value })} />
        <NumberField label="Jitter, ms" hint="Up to so much longer." value={jitterMs} onValue={(value) => set({ jitterMs: value })} />
        <NumberField
          label="Loss, %"
          hint="Of the frames; each breaks its link."
          value={percent(loss)}
          onValue={(value) => set({ loss: value / 100 })}
        />
        <NumberField
          label="Devices, %"
          hint="To which it happens: always the same ones."
          value={percent(share)}
          onValue={(value) => set({ share: value / 100 })}
        />
      </div>
      <label class="fault-tick">
        <input type="checkbox" checked={unreachable} onChange={(event) => set({ unreachable: event.currentTarget.checked })} />
        Unreachable: links are cut, and new ones turned away
      </label>
      <Facts
        rows={[
          ['Links now', `${links.links}, ${links.touched} of them touched`],
          ['Since the start', `${links.broken} broken, ${links.turnedAway} turned away`],
        ]}
      />
    </FaultForm>
  );
}
