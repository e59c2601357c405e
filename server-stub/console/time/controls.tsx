/** What the clock is moved with: the same in the header and on the page. */
import { useState } from 'preact/hooks';
import { clock } from '../live/clock.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/parts.tsx';
import { jump, jumpBy, jumpTo, setSpeed } from './moves.ts';
import { speedMax, speeds, speedWord } from './words.ts';

const own = 'own';

/** Its own speed can be typed, too. */
export function SpeedMenu() {
  const [isAsking, setIsAsking] = useState(false);
  const speed = clock.value?.speed ?? 1;
  const isListed = speeds.some((one) => one.speed === speed);
  const choose = (select: HTMLSelectElement) => {
    const { value } = select;
    // It shows what is, not what was asked for: a refusal leaves it where it was.
    select.value = String(speed);
    if (value === own) setIsAsking(true);
    else void setSpeed(Number(value));
  };
  return (
    <>
      <select class="speed" aria-label="Speed of the clock" value={String(speed)} onChange={(event) => choose(event.currentTarget)}>
        {speeds.map((one) => (
          <option key={one.speed} value={String(one.speed)}>
            {one.label}
          </option>
        ))}
        {isListed ? null : <option value={String(speed)}>{speedWord(speed)}</option>}
        <option value={own}>Another speed …</option>
      </select>
      {isAsking ? <OwnSpeed onClose={() => setIsAsking(false)} /> : null}
    </>
  );
}

export function OwnSpeed({ onClose }: { onClose: () => void }) {
  const speed = clock.value?.speed ?? 1;
  const [typed, setTyped] = useState(String(speed));
  const wanted = Number(typed);
  const isRight = typed.trim() !== '' && wanted >= 0 && wanted <= speedMax;
  const take = async (event: Event) => {
    event.preventDefault();
    if (isRight && (await setSpeed(wanted))) onClose();
  };
  return (
    <Dialog
      title="Speed of the clock"
      onClose={onClose}
      actions={
        <button type="submit" form="own-speed" class="primary" disabled={!isRight}>
          Set it
        </button>
      }
    >
      <form id="own-speed" onSubmit={take}>
        <Field label="Seconds of the tenant in each second" hint="0 pauses, 1 is real, 604800 is a week each second; 1,000,000 at most.">
          <input inputMode="decimal" autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </Field>
      </form>
    </Dialog>
  );
}

const steps = [
  ['1h', '+1 hour'],
  ['1d', '+1 day'],
  ['7d', '+1 week'],
  ['30d', '+30 days'],
] as const;

/** They stay where they are while a jump is under way, so that nobody loses the place. */
export function JumpButtons({ onJump }: { onJump?: () => void }) {
  const isJumping = jump.value !== null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset draws a frame, and these are buttons
    <div class="jumps" role="group" aria-label="Jump">
      {steps.map(([duration, label]) => (
        <button
          key={duration}
          type="button"
          aria-disabled={isJumping}
          onClick={() => {
            void jumpBy(duration);
            onJump?.();
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

/** Typed in UTC, as everything is shown. */
export function InstantForm({ onJump }: { onJump?: () => void }) {
  const [typed, setTyped] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    if (typed !== '' && (await jumpTo(`${typed.length === 16 ? `${typed}:00` : typed}Z`))) onJump?.();
  };
  return (
    <form class="instant-form" onSubmit={submit}>
      <Field label="To an instant (UTC)">
        <input type="datetime-local" required value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
      </Field>
      <button type="submit" aria-disabled={jump.value !== null}>
        Jump there
      </button>
    </form>
  );
}
