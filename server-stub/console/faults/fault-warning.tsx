/** A thin line in the frame as long as something is made to go wrong: who looks for a bug sees it on every page. */
import { useEffect } from 'preact/hooks';
import { versions } from '../live/events.ts';
import { href } from '../router.ts';
import { faultsNow, faultsOf, lookAtFaults } from './faults-now.ts';
import './fault-warning.css';

/** What counts down does so by itself, and nobody tells. */
const againMs = 3000;

export function FaultWarning() {
  const version = versions.faults.value;
  const now = faultsNow.value;
  const faults = now === undefined ? [] : faultsOf(now);
  const isOn = faults.length > 0;
  useEffect(() => void lookAtFaults(), [version]);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) void lookAtFaults();
    }, againMs);
    return () => clearInterval(timer);
  }, [isOn]);
  if (!isOn) return null;
  const text = faults.map(({ text: one }) => one).join('; ');
  return (
    <p class="fault-warning" role="status">
      <strong>Faults are on:</strong>
      <span title={text}>{text}</span>
      <a href={href(['faults'])}>Change</a>
    </p>
  );
}
