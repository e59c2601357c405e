/** Each kind of screen in a layout of its own (protocol/screens.ts). One that is not known here is shown as what it says. */
import type { ComponentType } from 'preact';
import { now } from '../live/clock.ts';
import { CompanyPortal } from './company-portal.tsx';
import { Home } from './home.tsx';
import { Icon } from './icons.tsx';
import { screenText } from './screen-lines.ts';
import { Buttons, Fields, Notice, Notifications, Paragraphs, Press, usePressing } from './screen-parts.tsx';

const layouts: Readonly<Record<string, ComponentType>> = {
  off: Off,
  'set-up-assistant': SetUp,
  'activation-lock': Barred,
  'recovery-lock': Barred,
  'lost-mode': Lost,
  locked: Locked,
  'new-passcode': Asked,
  'reset-consent': Asked,
  'notification-prompt': Asked,
  'notification-centre': Centre,
  home: Home,
  'company-portal': CompanyPortal,
};

export function ScreenBody() {
  const { view } = usePressing();
  const Layout = layouts[view.screen.kind] ?? Plain;
  return <Layout />;
}

function Plain() {
  const { screen } = usePressing().view;
  return (
    <div class="layout app">
      <h3>{screen.title}</h3>
      <Paragraphs lines={screen.lines} />
      <Fields />
      <Notice />
      <Buttons />
    </div>
  );
}

function Off() {
  const { screen } = usePressing().view;
  return (
    <div class="layout off">
      <h3>{screen.title}</h3>
      <Buttons isPlain />
      <Notice />
    </div>
  );
}

function SetUp() {
  const { screen } = usePressing().view;
  return (
    <div class="layout app set-up">
      <h3 class="large">{screen.title}</h3>
      <Paragraphs lines={screen.lines} />
      <Notice />
      <Buttons />
    </div>
  );
}

/** Activation Lock, and a Mac's PIN. */
function Barred() {
  const { screen } = usePressing().view;
  return (
    <div class="layout app barred">
      <Icon name="lock" isLarge />
      <h3>{screen.title}</h3>
      <Paragraphs lines={screen.lines} />
      <Fields />
      <Notice />
      <Buttons />
    </div>
  );
}

function Lost() {
  const { screen } = usePressing().view;
  return (
    <div class="layout lost">
      <Icon name="lock" isLarge />
      <h3 class="large">{screen.title}</h3>
      <Paragraphs lines={screen.lines} />
      <Notice />
      <Buttons />
    </div>
  );
}

function Locked() {
  const { view } = usePressing();
  const { notifications, rest } = screenText(view);
  return (
    <div class="layout locked">
      <BigClock />
      <h3>
        <Icon name="lock" /> {view.screen.title}
      </h3>
      <Paragraphs lines={rest} />
      <Notifications list={notifications} />
      <div class="unlocking">
        <span class="person" aria-hidden="true">
          {[...(view.userPrincipalName || view.deviceName)][0]?.toUpperCase()}
        </span>
        <Fields />
        <Notice />
        <Buttons />
      </div>
    </div>
  );
}

/** The tenant's time, as every device has it. */
function BigClock() {
  if (Number.isNaN(now.value)) return null;
  const at = new Date(now.value);
  return (
    <p class="big-clock">
      <span>{at.toISOString().slice(11, 16)}</span>
      <small>{at.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' })}</small>
    </p>
  );
}

/** A question above whatever there was. */
function Asked() {
  const { screen } = usePressing().view;
  return (
    <div class="layout asked">
      <div class="question">
        <Icon name={screen.kind === 'notification-prompt' ? 'bell' : 'key'} isLarge />
        <h3>{screen.title}</h3>
        <Paragraphs lines={screen.lines} />
        <Fields />
        <Notice />
        <Buttons />
      </div>
    </div>
  );
}

function Centre() {
  const { view } = usePressing();
  const { notifications, rest } = screenText(view);
  const listed = new Set(notifications.map(({ dismiss }) => dismiss));
  return (
    <div class="layout glass centre">
      <header>
        <h3>{view.screen.title}</h3>
        <Press name="home" />
      </header>
      <Paragraphs lines={rest} />
      <Notifications list={notifications} />
      <Notice />
      <Buttons not={(name) => name === 'home' || listed.has(name)} isPlain />
    </div>
  );
}
