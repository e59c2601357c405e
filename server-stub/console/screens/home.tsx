/** A device in use: its apps as icons. Those that its screen has a button for can be opened. */
import { type DeviceView, hasWorkProfile } from './device-view.ts';
import { AppIcon } from './icons.tsx';
import { Buttons, Notice, Paragraphs, usePressing } from './screen-parts.tsx';

/** What came of an app's sign-in (protocol/outside.ts), under its icon. */
const accessWords: Readonly<Record<string, string>> = { allowed: 'signed in', unreachable: 'not reached', 'no-network': 'no network' };

const isApp = (name: string) => name.startsWith('open-') || name === 'company-portal' || name === 'notifications';

export function Home() {
  const { view, press } = usePressing();
  const { screen, apps } = view;
  const hasProfile = hasWorkProfile(view);
  return (
    <div class="layout glass home">
      <h3>{screen.title}</h3>
      {/* Its apps are below as icons, those that it came with too. */}
      <Paragraphs lines={screen.lines.filter((line) => !line.startsWith('Apps: ') && line !== 'No apps are installed.')} />
      <ul class="apps">
        {screen.buttons
          .filter(({ name }) => isApp(name))
          .map(({ name, label }) => (
            <li key={name}>
              <button type="button" class="app" onClick={() => press(name)}>
                <AppIcon name={label} isWork={hasProfile && name !== 'notifications'} count={countOf(label)} />
                <span class="app-name">{label}</span>
                <AccessWord view={view} button={name} />
              </button>
            </li>
          ))}
        {apps.map(({ id, name, source }) => (
          <li key={id} class="app" title={`${name} (${source === 'user' ? 'installed by its user' : `managed, ${source}`})`}>
            <AppIcon name={name} isWork={hasProfile && source !== 'user'} />
            <span class="app-name">{name}</span>
            {source === 'user' ? null : <small>managed</small>}
          </li>
        ))}
      </ul>
      <Notice />
      <Buttons not={isApp} isPlain />
    </div>
  );
}

function AccessWord({ view, button }: { view: DeviceView; button: string }) {
  const came = view.access[button.slice('open-'.length)];
  return came === undefined ? null : <small>{accessWords[came] ?? 'blocked'}</small>;
}

/** `Notifications (3)` */
function countOf(label: string): number {
  return Number(/ \((\d+)\)$/.exec(label)?.[1] ?? 0);
}
