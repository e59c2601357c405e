/**
 * A device's screen, drawn as the thing that it is, to be typed and clicked into as its user would. What is typed stays until the device
 * shows another screen, however often its view comes again; and it goes into the screen that was looked at, or into none.
 */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { now } from '../live/clock.ts';
import { type ActResult, type DeviceAct, type DeviceView, hasWorkProfile, outcomeText, type ScreenView, shapeOf } from './device-view.ts';
import { Icon } from './icons.tsx';
import './screens.css';
import { ScreenBody } from './screen-body.tsx';
import { PressingContext } from './screen-parts.tsx';

export interface DeviceScreenProps {
  view: DeviceView;
  /** Does it to the device; null: it was refused, and that was said. */
  act: (act: DeviceAct) => Promise<ActResult | null>;
}

export function DeviceScreen({ view, act }: DeviceScreenProps) {
  const { screen, platform, serialNumber, deviceName } = view;
  const place = useRef<HTMLElement>(null);
  const [came, setCame] = useState<{ outcome: string; of: string } | null>(null);
  const shown = `${serialNumber} ${screen.kind} ${screen.number}`;
  const hadFocus = place.current?.contains(document.activeElement) ?? false;

  // Who types goes on typing on the screen that comes.
  useLayoutEffect(() => {
    if (hadFocus) (place.current?.querySelector<HTMLElement>('input, .main, button') ?? place.current)?.focus();
  }, [shown]);

  async function press(button: string, values: Record<string, string>): Promise<string | null> {
    setCame(null);
    const result = await act({ input: { press: button, values, screen: screen.number } });
    if (result === null) return null;
    setCame({ outcome: result.outcome, of: whatShows(serialNumber, result.view.screen) });
    return result.outcome;
  }

  const isStillSo = came?.of === whatShows(serialNumber, screen);
  return (
    <div class="device-place">
      <div class={`device ${shapeOf(view)} ${platform}`}>
        <section class="device-screen" aria-label={`Screen of ${deviceName}`} ref={place} tabIndex={-1}>
          {view.power === 'on' ? <StatusBar view={view} /> : null}
          {screen.banner === null ? null : (
            <div class="screen-banner" role="status">
              <small>{screen.banner.app}</small>
              <strong>{screen.banner.title}</strong>
              <p>{screen.banner.body}</p>
            </div>
          )}
          <ScreenForm key={shown} view={view} press={press} />
        </section>
      </div>
      <p class="screen-outcome" role="status">
        {came !== null && isStillSo ? outcomeText(came.outcome) : null}
      </p>
    </div>
  );
}

function whatShows(serialNumber: string, { kind, number, notice }: ScreenView): string {
  return `${serialNumber} ${kind} ${number} ${notice}`;
}

interface ScreenFormProps {
  view: DeviceView;
  /** @returns what came of it */
  press: (button: string, values: Record<string, string>) => Promise<string | null>;
}

function ScreenForm({ view, press }: ScreenFormProps) {
  const [values, setValues] = useState<Record<string, string>>({});
  const isBusy = useRef(false);
  const { screen } = view;

  async function pressOnce(button: string): Promise<void> {
    // A second click while the first is under way is the same one.
    if (isBusy.current) return;
    isBusy.current = true;
    const filled = Object.fromEntries(screen.fields.map(({ name }) => [name, values[name] ?? '']));
    const outcome = await press(button, filled);
    isBusy.current = false;
    // As devices do: a passcode that was wrong is typed anew.
    if (outcome === 'refused') {
      const secret = new Set(screen.fields.filter((field) => field.secret).map(({ name }) => name));
      setValues((old) => Object.fromEntries(Object.entries(old).filter(([name]) => !secret.has(name))));
    }
  }

  function submitted(event: Event): void {
    event.preventDefault();
    const [first] = screen.buttons;
    if (first !== undefined) void pressOnce(first.name);
  }

  return (
    <PressingContext.Provider
      value={{
        view,
        values,
        type: (field, value) => setValues((old) => ({ ...old, [field]: value })),
        press: (button) => void pressOnce(button),
      }}
    >
      <form onSubmit={submitted} autocomplete="off">
        <ScreenBody />
      </form>
    </PressingContext.Provider>
  );
}

function StatusBar({ view }: { view: DeviceView }) {
  const { network, platform } = view;
  return (
    <div class="status-bar">
      <span class="status-time">{Number.isNaN(now.value) ? '' : new Date(now.value).toISOString().slice(11, 16)}</span>
      {platform === 'ios' || platform === 'android' ? <span class="camera" aria-hidden="true" /> : null}
      <span class="status-facts">
        {hasWorkProfile(view) ? (
          <span class="work-badge">
            <Icon name="work" /> Work profile
          </span>
        ) : null}
        {network ? (
          <Icon name="network" label="connected" />
        ) : (
          <>
            <Icon name="offline" /> Offline
          </>
        )}
      </span>
    </div>
  );
}
