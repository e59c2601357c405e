/** A jump that is under way: how far it is, what has happened so far, and the way out. */
import { useEffect, useState } from 'preact/hooks';
import { now } from '../live/clock.ts';
import { connection } from '../live/events.ts';
import { instantText, spanText } from '../ui/time.tsx';
import { type Jump, jump, stopJump } from './moves.ts';

/** Shorter ones are over before anybody could read it. */
const shownAfterMs = 150;

const counted = new Intl.NumberFormat('en-US').format;

export function JumpProgress() {
  const under = jump.value;
  const isUnderWay = under !== null;
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    if (!isUnderWay) return setIsShown(false);
    const timer = setTimeout(() => setIsShown(true), shownAfterMs);
    return () => clearTimeout(timer);
  }, [isUnderWay]);
  if (under === null || !isShown) return null;
  const [from, target] = [Date.parse(under.from), Date.parse(under.target)];
  const share = Math.min(1, Math.max(0, (now.value - from) / Math.max(1, target - from)));
  const isAway = connection.value !== 'live';
  return (
    <section class="jump-progress" aria-label="A jump is under way">
      <progress max={1} value={share} aria-label={`To ${instantText(under.target)}`} />
      <span class="share">{Math.floor(share * 100)} %</span>
      <span class="way">
        {isAway ? 'The stub is away; it was on the way to' : 'To'} {instantText(under.target)}
        {isAway ? '' : `, ${spanText(target - now.value)} to go`}
      </span>
      <span class="quiet so-far" title={soFar(under)}>
        {soFar(under)}
      </span>
      <button type="button" class="danger" onClick={() => void stopJump()}>
        Stop
      </button>
    </section>
  );
}

function soFar({ count, latest }: Jump): string {
  if (latest === null) return 'nothing of note so far';
  const about = latest.deviceName === null ? '' : `${latest.deviceName.slice(0, 80)} `;
  return `${counted(count)} ${count === 1 ? 'happening' : 'happenings'} so far, the latest: ${about}${latest.text}`;
}
