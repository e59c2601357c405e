/** What Graph refuses: so many requests in a row, or what is above a limit. */
import { useState } from 'preact/hooks';
import { Facts, Field } from '../ui/parts.tsx';
import { attempt } from '../ui/toast.tsx';
import { FaultForm, NumberField } from './fault-form.tsx';
import { changeFault, type FaultsNow, faultsOf } from './faults-now.ts';

export function GraphCard({ now }: { now: FaultsNow }) {
  const { graph } = now;
  const [next, setNext] = useState(3);
  const [of, setOf] = useState('all');
  const [status, setStatus] = useState(503);
  const [retryAfterSeconds, setRetryAfter] = useState(1);
  return (
    <FaultForm
      title="Graph"
      part="graph"
      isOn={faultsOf(now).some(({ part }) => part === 'graph')}
      button="Refuse them"
      change={() => ({ next, of, status, retryAfterSeconds })}
    >
      <div class="fault-fields">
        <NumberField label="Refuse the next" value={next} onValue={setNext} />
        <Field label="Of">
          <select value={of} onChange={(event) => setOf(event.currentTarget.value)}>
            <option value="all">all requests</option>
            <option value="writes">writes alone</option>
          </select>
        </Field>
        <Field label="With">
          <select value={String(status)} onChange={(event) => setStatus(Number(event.currentTarget.value))}>
            <option value="429">429 Too many requests</option>
            <option value="503">503 Service unavailable</option>
            <option value="504">504 Gateway timeout</option>
          </select>
        </Field>
        <NumberField label="Retry-After, s" value={retryAfterSeconds} onValue={setRetryAfter} />
      </div>
      <p class="quiet">This console asks Graph, too: what its other pages ask for counts, and is refused like everybody’s.</p>
      <Limits now={now} />
      <Facts rows={[['Refused since the start', graph.refused]]} />
    </FaultForm>
  );
}

function Limits({ now: { graph } }: { now: FaultsNow }) {
  const { requests, writes, perSeconds } = graph.limits;
  const isLimited = requests !== null || writes !== null;
  return (
    <div class="row">
      <span>
        {isLimited
          ? `Limits: ${requests ?? 'any number of'} requests and ${writes ?? 'any number of'} writes in ${perSeconds} s of one program.`
          : 'No limits.'}
      </span>
      {isLimited ? (
        <button
          type="button"
          onClick={() => void attempt(() => changeFault('graph', { requests: null, writes: null }), 'Graph has no limits.')}
        >
          No limits
        </button>
      ) : null}
      <button type="button" onClick={() => void attempt(() => changeFault('graph', { preset: 'intune' }), 'Graph has Intune’s limits.')}>
        Intune’s limits
      </button>
    </div>
  );
}
