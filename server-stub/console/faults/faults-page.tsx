/** Faults: what is made to go wrong, in one place. */
import { PushCard } from '../notifications/push-card.tsx';
import { Empty, Loading, PageHead, Trouble } from '../ui/parts.tsx';
import { attempt } from '../ui/toast.tsx';
import { OffButton } from './fault-form.tsx';
import { type Fault, type FaultsNow, faultsNow, faultsOf, faultsTrouble, lookAtFaults, switchOff } from './faults-now.ts';
import { GraphCard } from './graph-card.tsx';
import { LinksCard } from './links-card.tsx';
import { MailCard } from './mail-card.tsx';
import '../notifications/notifications.css';
import './faults.css';

const parts = { links: 'Links of devices', graph: 'Graph', mail: 'Mailbox', push: 'The push service' } as const satisfies Record<
  keyof FaultsNow,
  string
>;

export default function FaultsPage() {
  const now = faultsNow.value;
  const trouble = faultsTrouble.value;
  const faults = now === undefined ? [] : faultsOf(now);
  return (
    <>
      <PageHead
        title="Faults"
        sub="Switches in your hand: nothing goes wrong by itself, and links, Graph and the mailbox forget them with the next start."
      >
        <button type="button" class="danger" disabled={faults.length === 0} onClick={() => void allOff(faults)}>
          All off
        </button>
      </PageHead>
      {trouble === undefined ? null : <Trouble error={trouble} onRetry={() => void lookAtFaults()} />}
      {now === undefined ? (
        trouble === undefined && <Loading />
      ) : (
        <div class="stack">
          <On faults={faults} />
          <div class="cards">
            <LinksCard now={now} />
            <GraphCard now={now} />
            <MailCard now={now} />
            <PushCard />
          </div>
        </div>
      )}
    </>
  );
}

function On({ faults }: { faults: readonly Fault[] }) {
  if (faults.length === 0) return <Empty>Nothing is made to go wrong. Switch something on below, and see what your program does.</Empty>;
  return (
    <ul class="faults-on" aria-label="On now">
      {faults.map(({ part, text }) => (
        <li key={text}>
          <span>{text}</span> <OffButton part={part} title={parts[part]} />
        </li>
      ))}
    </ul>
  );
}

async function allOff(faults: readonly Fault[]): Promise<void> {
  const on = [...new Set(faults.map(({ part }) => part))];
  await attempt(async () => {
    for (const part of on) await switchOff(part);
  }, 'All faults are off.');
}
