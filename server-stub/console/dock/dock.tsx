/** Beside every page, where there is room: the screen of a device, the mailbox, and what happens. Elsewhere a button brings it up. */
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import './dock.css';
import { DockActivity } from './dock-activity.tsx';
import { DockMailbox } from './dock-mailbox.tsx';
import { DockScreen } from './dock-screen.tsx';
import { type DockTab, isFolded, isSheetOpen, tab } from './dock-state.ts';

export { showInDock } from './dock-state.ts';

const tabs: readonly { id: DockTab; label: string; Panel: ComponentType }[] = [
  { id: 'screen', label: 'Screen', Panel: DockScreen },
  { id: 'mailbox', label: 'Mailbox', Panel: DockMailbox },
  { id: 'activity', label: 'Activity', Panel: DockActivity },
];

export function Dock() {
  const place = useRef<HTMLElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useHeaderHeight();
  // The sheet lies above the page: whoever opens it is in it, and Escape leads back.
  useEffect(() => {
    if (isSheetOpen.value && isNarrow()) place.current?.focus();
  }, [isSheetOpen.value]);

  function fold(): void {
    if (isNarrow()) {
      isSheetOpen.value = false;
      opener.current?.focus();
    } else isFolded.value = true;
  }

  const shown = tabs.find(({ id }) => id === tab.value) ?? tabs[0];
  const classes = ['dock', isFolded.value ? 'folded' : '', isSheetOpen.value ? 'open' : ''].filter(Boolean).join(' ');
  return (
    <>
      <aside
        class={classes}
        aria-label="Dock"
        ref={place}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && isNarrow()) fold();
        }}
      >
        <button
          type="button"
          class="icon unfold"
          aria-label="Unfold the dock"
          title="Unfold the dock"
          onClick={() => (isFolded.value = false)}
        >
          «
        </button>
        <div class="dock-inner">
          <header>
            <div class="dock-tabs" role="tablist" aria-label="Dock">
              {tabs.map(({ id, label }) => (
                <button
                  key={id}
                  type="button"
                  role="tab"
                  id={`dock-tab-${id}`}
                  aria-selected={id === tab.value}
                  aria-controls="dock-panel"
                  tabIndex={id === tab.value ? 0 : -1}
                  onClick={() => (tab.value = id)}
                  onKeyDown={moveByArrows}
                >
                  {label}
                </button>
              ))}
            </div>
            <button type="button" class="icon" aria-label="Fold the dock" title="Fold the dock" onClick={fold}>
              »
            </button>
          </header>
          <div class="dock-panel" id="dock-panel" role="tabpanel" aria-labelledby={`dock-tab-${tab.value}`}>
            {shown === undefined ? null : <shown.Panel />}
          </div>
        </div>
      </aside>
      <button
        type="button"
        class="primary dock-opener"
        ref={opener}
        aria-expanded={isSheetOpen.value}
        onClick={() => (isSheetOpen.value = !isSheetOpen.value)}
      >
        Screen and mailbox
      </button>
    </>
  );
}

/** Of the width at which dock.css makes it a sheet. */
function isNarrow(): boolean {
  return matchMedia('(max-width: 1199px)').matches;
}

function moveByArrows(event: KeyboardEvent): void {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const at = tabs.findIndex(({ id }) => id === tab.value);
  const next = tabs[(at + step + tabs.length) % tabs.length];
  if (next === undefined) return;
  tab.value = next.id;
  document.getElementById(`dock-tab-${next.id}`)?.focus();
}

/** The dock stays in sight below the header, which grows with what is in it. */
function useHeaderHeight(): void {
  useEffect(() => {
    const header = document.querySelector<HTMLElement>('.top');
    if (header === null) return undefined;
    const observer = new ResizeObserver(() => {
      document.documentElement.style.setProperty('--header-height', `${header.offsetHeight}px`);
    });
    observer.observe(header);
    return () => observer.disconnect();
  }, []);
}
