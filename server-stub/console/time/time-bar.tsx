/** The tenant's clock, always in sight. */
import './time.css';
import { useRef, useState } from 'preact/hooks';
import { clock, now } from '../live/clock.ts';
import { href } from '../router.ts';
import { instantText } from '../ui/time.tsx';
import { InstantForm, JumpButtons, SpeedMenu } from './controls.tsx';
import { JumpProgress } from './jump-progress.tsx';
import { NextHappenings } from './next-happenings.tsx';

export function TimeBar() {
  return (
    <>
      <section class="time-bar" aria-label="Clock">
        <Now />
        {clock.value === null ? null : (
          <>
            <SpeedMenu />
            <JumpButtons />
            <JumpPanel />
          </>
        )}
      </section>
      <JumpProgress />
    </>
  );
}

/** By itself, because it is drawn twice a second. */
function Now() {
  const at = now.value;
  const text = Number.isNaN(at) ? '—' : instantText(new Date(at).toISOString(), true);
  return (
    <a class="now" href={href(['time'])} title="The time of this tenant, in UTC. More about it on its page.">
      <span class="visually-hidden">Time of the tenant: </span>
      {text.slice(0, 16)}
      <span class="seconds">{text.slice(16)}</span>
    </a>
  );
}

/** The browser's own popover: closes with Escape, and when something else is clicked. */
function JumpPanel() {
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const toggled = ({ newState }: { newState: string }) => {
    setIsOpen(newState === 'open');
    const place = button.current?.getBoundingClientRect();
    if (newState !== 'open' || place === undefined || panel.current === null) return;
    const { style, offsetWidth } = panel.current;
    style.top = `${place.bottom + 6}px`;
    style.left = `${Math.max(8, Math.min(place.left, document.documentElement.clientWidth - offsetWidth - 8))}px`;
  };
  const close = () => panel.current?.hidePopover();
  return (
    <>
      <button ref={button} type="button" class="jump-to" popoverTarget="jump-panel" aria-expanded={isOpen}>
        Jump to …
      </button>
      <div ref={panel} id="jump-panel" class="jump-panel" popover="auto" role="dialog" aria-label="Jump to" onToggle={toggled}>
        {isOpen ? (
          <>
            <JumpButtons onJump={close} />
            <h2>Next happenings</h2>
            <NextHappenings onJump={close} />
            <InstantForm onJump={close} />
          </>
        ) : null}
      </div>
    </>
  );
}
